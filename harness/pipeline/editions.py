"""Editions of a report: blind for the judges, the public notice, each applicant's own card."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.canonical import digest, readable_json
from harness.ledger import Ledger
from harness.package import Package
from harness.pipeline.evaluation import assemble
from harness.pipeline.noting import append, held, put
from harness.pipeline.pending import overview
from harness.pipeline.ranking import packages_of
from harness.pipeline.roster import blind_codes
from harness.pipeline.sample_tables import sample_tables
from harness.pipeline.settling import in_both
from harness.pipeline.traces import files_body, place_of
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json
from reports.build import MANIFEST, build_report
from reports.catalogue import LOCALES
from reports.edition import Edition, Kind, sheets_are_in
from reports.exports.printing import find_printer


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
        A public notice before all score sheets are in or before the committee has decided on
        every item, or of a ranking older than what is in force; or print without a Chromium.
    """
    printer = find_printer() if wanted.printed else None
    if wanted.printed and printer is None:
        raise Refusal([Problem("E7712", str(workspace.root))])
    evaluation = assemble(workspace)
    folder = workspace.current() / ("report" + _ending(wanted.kind))
    earlier = _listed(folder)
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
    for path in earlier - set(files):
        path.unlink(missing_ok=True)
    subject = folder.relative_to(workspace.results).as_posix()
    body = files_body({path.relative_to(folder).as_posix(): path for path in files})
    with held(workspace) as ledger:
        append(workspace, ledger, "report", subject, body)
    return files


def _listed(folder: Path) -> set[Path]:
    """The files of the edition that was written here before, as its manifests list them."""
    found: set[Path] = set()
    for path in folder.rglob(MANIFEST):
        found |= {path, *(path.parent / entry["path"] for entry in read_json(path)["files"])}
    return {path for path in found if path.resolve().is_relative_to(folder.resolve())}


def seal_mapping(workspace: Workspace, ledger: Ledger, codes: Mapping[str, str]) -> str:
    """Keep the list of blind codes under a digest that gives nothing away; returns the digest.

    A salt from the workspace's secret goes into the sealed list: without it a reader could try
    the few possible lists one after another until the digest fits.
    """
    salt = hmac.digest(workspace.order_secret(), b"mapping of blind codes", "sha256").hex()
    record = {"codes": dict(codes), "salt": salt}
    if not (path := place_of(workspace, "mapping", "")).is_file() or read_json(path) != record:
        put(workspace, ledger, "mapping", "", record, actor="jiebang")
    return digest(readable_json(record))


def _edition(workspace: Workspace, evaluation: Mapping[str, Any], wanted: Wanted) -> Edition:
    if wanted.kind == "panel":
        packages = packages_of(workspace)
        with held(workspace) as ledger:
            codes = blind_codes(workspace, ledger, packages)
            mapping = seal_mapping(workspace, ledger, codes)
        return Edition(
            kind="panel",
            codes={candidate: code for code, candidate in codes.items()},
            mapping=mapping,
            terms=(*_telling(packages), *wanted.hidden),
        )
    if wanted.kind == "notice":
        if not sheets_are_in(evaluation):
            raise Refusal([Problem("E7711", str(workspace.root))])
        if problems := list(_undecided(workspace)):
            raise Refusal(problems)
    return Edition(
        kind=wanted.kind, until=wanted.until, contact=wanted.contact, totals=wanted.totals
    )


def _undecided(workspace: Workspace) -> Iterator[Problem]:
    """Report the items whose lists are not final: the committee or a ranking anew is awaited."""
    for pending in overview(workspace):
        if pending.outdated:
            yield Problem("E7577", pending.item)
        elif (step := pending.undecided) is not None:
            yield Problem("E7713", pending.item, in_both(step))


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
        "E7713",
        "{where}：名单尚未确定（待：{found}），不能公示。请按 jiebang settle list 处理，由评审委员会确定（jiebang settle decide），再运行 jiebang rank。",
        "{where}: the list is not final (awaited: {found}), so nothing can be made public. Follow `jiebang settle list` until the committee has decided (`jiebang settle decide`), then run `jiebang rank`.",
    ),
    Explanation(
        "E7712",
        "{where}：本机没有 Chromium，不能生成 PDF。请安装 Chromium，或去掉 --pdf，在浏览器中打印。",
        "{where}: no Chromium is installed, so no PDF can be made. Install one, or leave out --pdf "
        "and print from a browser.",
    ),
)
