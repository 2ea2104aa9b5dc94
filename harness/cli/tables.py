"""Where the sentences of each problem code are, so that only what is needed is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from harness.problems import Explanation

MODULES: Mapping[str, tuple[str, ...]] = {
    "E1": ("harness.yaml_text", "harness.structure.reading"),
    "E2": ("harness.checking.boards", "harness.checking.gates", "harness.checking.sides"),
    "E3": (
        "harness.rows",
        "harness.samples",
        "harness.checking.datasets",
        "harness.checking.advice",
    ),
    "E4": ("harness.checking.packages", "harness.checking.locks", "harness.checking.rote"),
    "E5": (
        "harness.intake.names",
        "harness.intake.listing",
        "harness.intake.unpacking",
        "harness.intake.survey",
        "harness.intake.packing",
        "harness.pipeline.admission",
    ),
    "E6": (
        "harness.execution.tiers",
        "harness.execution.engines",
        "harness.execution.canary",
        "harness.execution.executor",
        "harness.execution.environment",
        "harness.execution.record",
        "harness.execution.journal",
        "harness.execution.sealing",
        "harness.execution.adapters.answer_file",
        "harness.execution.adapters.predictions",
        "harness.execution.endpoint.asking",
        "harness.execution.endpoint.exchanges",
        "harness.pipeline.running",
    ),
    "E7": (
        "scoring.metric",
        "scoring.panel.marks",
        "harness.pipeline.panel",
        "harness.pipeline.handed_in",
        "harness.pipeline.sheet_checking",
        "harness.pipeline.open_sheets",
        "harness.pipeline.written_scores",
        "harness.pipeline.roster",
        "harness.pipeline.score_sheets",
        "harness.pipeline.revising",
        "harness.pipeline.objections",
        "harness.pipeline.settling",
        "harness.pipeline.capped",
        "harness.pipeline.deciding",
        "harness.pipeline.fresh_evidence",
        "harness.pipeline.what_if",
        "harness.pipeline.preparing",
        "harness.pipeline.score_records",
        "harness.pipeline.attesting",
        "harness.pipeline.editions",
    ),
    "E8": (
        "harness.ledger",
        "harness.heads",
        "harness.archive",
        "harness.signing",
        "harness.intake.receipt",
        "harness.pipeline.keeping",
        "harness.pipeline.verifying",
        "harness.pipeline.trail",
        "harness.pipeline.noting",
    ),
    "E9": (
        "harness.workspace",
        "harness.inspection",
        "harness.templates",
        "harness.cli.misuse",
        "harness.cli.sandboxes",
        "harness.pipeline.trial",
        "scenarios.sample.building.vault",
        "scenarios.sample.building.pins",
    ),
}


def explanations(codes: Iterable[str]) -> dict[str, Explanation]:
    """Load the sentences of some codes; codes that nobody explains are left out."""
    wanted = set(codes)
    names = dict.fromkeys(name for code in sorted(wanted) for name in MODULES.get(code[:2], ()))
    tables = (import_module(name).PROBLEMS for name in names)
    return {entry.code: entry for table in tables for entry in table if entry.code in wanted}


def every_explanation() -> dict[str, Explanation]:
    """Load the sentences of all codes."""
    names = dict.fromkeys(name for group in MODULES.values() for name in group)
    tables = (import_module(name).PROBLEMS for name in names)
    return {entry.code: entry for table in tables for entry in table}
