"""The demonstration: the whole main job on the sample board, its packages and real data."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.dataset import read_dataset
from harness.execution.sandbox import Sandbox
from harness.intake.packing import pack
from harness.intake.unpacking import Caps
from harness.package import read_package
from harness.pipeline import stages
from harness.pipeline.admission import admit
from harness.pipeline.attesting import EFFECT_DATA, Attestation, attest
from harness.pipeline.auditing import audit_path, kept_audits
from harness.pipeline.panel import COLUMNS, import_sheets
from harness.pipeline.preparing import lock_rules, measure_baselines
from harness.pipeline.running import Progress
from harness.problems import Problem, Refusal
from harness.workspace import Workspace, create, open_workspace
from scenarios.sample.building.build import build

SECRET = bytes(range(32))
"""The order secret of the demonstration: published, since its data are public anyway."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Demonstrated:
    """What the demonstration leaves: the report's files, and what went wrong."""

    pages: tuple[Path, ...]
    problems: tuple[Problem, ...]


def demonstrate(
    folder: Path, sandbox: Sandbox, progress: Progress, say: Callable[[str], None]
) -> Demonstrated:
    """Build the sample board, evaluate every package on it and write the report.

    Raises
    ------
    Refusal
        A package of the sample is refused, or the instrument fails.
    """
    source = folder / "source"
    if not (source / "board").is_dir():
        say("1/6 构建示例榜单的数据 / building the data of the sample board")
        build(source, _vault(folder), say)
    workspace = _workspace(folder / "workspace", source)
    if not workspace.baselines.is_file():
        say("2/6 封存规则，实测基线 / locking the rules, measuring the baselines")
        if not workspace.lock.is_file():
            lock_rules(workspace)
        measure_baselines(workspace, sandbox, progress)
    if not workspace.candidates():
        say("3/6 打包并接收申报材料 / packing and taking in the packages")
        names = _admit_all(workspace, source, folder)
        _attest(workspace)
        _import_panel(workspace, source, names, folder)
    say(f"4/6 沙箱等级 {sandbox.tier}，运行 / running in sandbox tier {sandbox.tier}")
    done = stages.run(workspace, sandbox, progress)
    say(
        f"    {done.wanted} 次运行，复用 {done.reused} 次 / {done.wanted} runs, {done.reused} reused"
    )
    say("5/6 计分、排名 / scoring and ranking")
    scored = stages.score(workspace)
    say(
        f"    {scored.made + scored.reused} 个参评对象，沿用 {scored.reused} 个得分 / "
        f"{scored.made + scored.reused} candidates, {scored.reused} scores kept"
    )
    stages.rank(workspace)
    if not kept_audits(workspace):
        say("    检查数据是否足以支撑排名 / auditing the data that the ranking rests on")
        audit_path(workspace.root)
    say("6/6 生成报告 / writing the report")
    return Demonstrated(pages=stages.report(workspace), problems=done.problems)


def _workspace(root: Path, source: Path) -> Workspace:
    if (root / "workspace.json").is_file():
        return open_workspace(root)
    return create(root, source / "board", SECRET)


def _admit_all(workspace: Workspace, source: Path, folder: Path) -> dict[str, str]:
    """Pack and take in every package of the sample; returns candidates by package name."""
    zips = []
    for package in sorted((source / "packages").iterdir()):
        zips.append(folder / "zips" / f"{package.name}.zip")
        zips[-1].parent.mkdir(exist_ok=True)
        pack(package, zips[-1], Caps())
    admitted, turned = admit(workspace, zips)
    if turned:
        raise Refusal([problem for entry in turned for problem in entry.problems])
    return {entry.source.stem: entry.candidate for entry in admitted}


def _attest(workspace: Workspace) -> None:
    """Confirm the effect data of scenarios whose labels a third party holds, as an organizer would."""
    for candidate in workspace.candidates():
        home = workspace.package(candidate)
        package = read_package(home)
        if package.dataset and read_dataset(home / package.dataset).labels_held_by != "applicant":
            attest(
                workspace,
                Attestation(
                    candidate=candidate,
                    subject=EFFECT_DATA,
                    holds=True,
                    checker="示例组织方（虚构）",
                    date="2026-11-02",
                    reason="数据取自公开来源，基线为通行做法（样例）",
                ),
            )


def _import_panel(workspace: Workspace, source: Path, names: dict[str, str], folder: Path) -> None:
    """Take the sample's sheets in, with the candidates' ids in place of package names."""
    sheets = []
    for path in sorted((source / "panel").glob("*.csv")):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                candidate = names[row["candidate_package"]]
                writer.writerow([row["judge"], candidate, row["criterion"], row["score"]])
        sheets.append(folder / "panel" / path.name)
        sheets[-1].parent.mkdir(exist_ok=True)
        sheets[-1].write_text(text.getvalue(), encoding="utf-8")
    import_sheets(workspace, sheets, sample=True)


def _vault(folder: Path) -> Path:
    """Where downloaded archives are kept between demonstrations."""
    named = os.environ.get("JIEBANG_VAULT")
    return Path(named) if named else folder / "vault"
