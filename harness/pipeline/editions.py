"""Editions of a report: blind for the judges, the public notice, each applicant's own card."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.canonical import canonical_json, digest, readable_json
from harness.clock import now
from harness.durable import write_atomically
from harness.ledger import Ledger
from harness.package import Package
from harness.pipeline.evaluation import assemble
from harness.pipeline.ranking import packages_of
from harness.pipeline.roster import blind_codes
from harness.pipeline.sample_tables import sample_tables
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace
from reports.build import build_report
from reports.catalogue import LOCALES
from reports.edition import Edition, Kind, sheets_are_in
from reports.exports.printing import find_printer

MAPPING = "mapping.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which edition to write, in which languages, and what the public notice says.

    ``hidden`` are further words that judges must not see; ``printed`` asks for PDF too.
    """

    kind: Kind = "organizer"
    locales: tuple[str, ...] = LOCALES
    hidden: tuple[str, ...] = ()
    until: str = ""
    contact: str = ""
    totals: bool = False
    printed: bool = False


def write_edition(workspace: Workspace, wanted: Wanted) -> tuple[Path, ...]:
    """Write an edition beside the results in force; returns its files.

    Raises
    ------
    Refusal
        A public notice before all score sheets are in, or print without a Chromium.
    """
    printer = find_printer() if wanted.printed else None
    if wanted.printed and printer is None:
        raise Refusal([Problem("E7712", str(workspace.root))])
    evaluation = assemble(workspace)
    folder = workspace.current() / ("report" + _ending(wanted.kind))
    if wanted.kind == "applicant":
        files = tuple(
            path
            for candidate in evaluation["candidates"]
            for path in build_report(
                evaluation,
                folder / candidate["id"],
                Edition(kind="applicant", candidate=candidate["id"]),
                wanted.locales,
                printer=printer,
            )
        )
    else:
        edition = _edition(workspace, evaluation, wanted)
        samples = sample_tables(workspace) if wanted.kind == "organizer" else None
        files = build_report(evaluation, folder, edition, wanted.locales, samples, printer)
    body = digest(canonical_json(evaluation)).encode()
    with Ledger(workspace.ledger, time=now()) as ledger:
        ledger.append("report", actor="jiebang", time=now(), subject=wanted.kind, body=body)
    return files


def seal_mapping(workspace: Workspace, codes: Mapping[str, str]) -> str:
    """Keep the list of blind codes under a digest that gives nothing away; returns the digest.

    A salt from the workspace's secret goes into the sealed list: without it a reader could try
    the few possible lists one after another until the digest fits.
    """
    salt = hmac.digest(workspace.order_secret(), b"mapping of blind codes", "sha256").hex()
    content = readable_json({"codes": dict(codes), "salt": salt})
    write_atomically(workspace.panel / MAPPING, content)
    return digest(content)


def _edition(workspace: Workspace, evaluation: Mapping[str, Any], wanted: Wanted) -> Edition:
    if wanted.kind == "panel":
        packages = packages_of(workspace)
        codes = blind_codes(workspace, packages)
        return Edition(
            kind="panel",
            codes={candidate: code for code, candidate in codes.items()},
            mapping=seal_mapping(workspace, codes),
            terms=(*_telling(packages), *wanted.hidden),
        )
    if wanted.kind == "notice" and not sheets_are_in(evaluation):
        raise Refusal([Problem("E7711", str(workspace.root))])
    return Edition(
        kind=wanted.kind, until=wanted.until, contact=wanted.contact, totals=wanted.totals
    )


def _telling(packages: Mapping[str, Package]) -> Sequence[str]:
    """What tells who applies and stands in no evaluation record."""
    return tuple(package.applicant.credit_code for package in packages.values())


def _ending(kind: Kind) -> str:
    return "" if kind == "organizer" else f"-{kind}"


PROBLEMS = (
    Explanation(
        "E7711",
        "{where}：专家评分未齐，不能公示。请先收齐打分表（jiebang panel import），再运行 rank。",
        "{where}: score sheets are still out, so nothing can be made public. Take them in "
        "(`jiebang panel import`) and run `rank` first.",
    ),
    Explanation(
        "E7712",
        "{where}：本机没有 Chromium，不能生成 PDF。请安装 Chromium，或去掉 --pdf，在浏览器中打印。",
        "{where}: no Chromium is installed, so no PDF can be made. Install one, or leave out --pdf "
        "and print from a browser.",
    ),
)
