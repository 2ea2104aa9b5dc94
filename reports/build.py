"""A report's files, made from an evaluation and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.canonical import digest, readable_json
from harness.durable import write_atomically
from reports.analysis import analysis_of
from reports.catalogue import LOCALES, words
from reports.edition import Edition, edition_of
from reports.evaluation import Evaluation, evaluation_of
from reports.exports.papers import notice_document, opinion_document
from reports.exports.printing import Printer
from reports.exports.tables import ranking_table
from reports.exports.tables_csv import csv_bytes
from reports.exports.workbook import workbook_bytes
from reports.model import cards_of, heading_of, report_of
from reports.notice import notice_of
from reports.page import render
from reports.samples import SampleTable, sample_page

FIRST = LOCALES[0]
MANIFEST = "manifest.json"

Samples = Callable[[str], SampleTable | None]
"""Leads from a candidate to its samples, where they may be shown to the organizer."""


def build_report(
    evaluation: Mapping[str, Any],
    folder: Path,
    edition: Edition | None = None,
    locales: Sequence[str] = LOCALES,
    samples: Samples | None = None,
    printer: Printer | None = None,
) -> tuple[Path, ...]:
    """Write an edition of an evaluation's report; the same evaluation gives the same bytes.

    The organizer's and the judges' editions hold ``index.<locale>.html``, a page per item, a card per candidate,
    ``ranking.csv``, ``ranking.xlsx`` and ``opinion.docx``; the public notice
    ``notice.<locale>.html`` and ``notice.docx``; an applicant's edition ``<candidate>.<locale>.html``. ``manifest.json`` comes last, with the
    digest of each. With a ``printer`` the pages beside it are printed to PDF too; these bear the
    hour of printing and are the only files that differ from one writing to the next.

    Raises
    ------
    ValueError
        Another schema, or an id that is not one of ours.
    """
    indexed = evaluation_of(edition_of(evaluation, edition or Edition()))
    entries: list[dict[str, Any]] = []
    written = []
    for name, content in report_files(indexed, locales, samples):
        write_atomically(folder / name, content)
        entries.append({"path": name, "sha256": digest(content), "bytes": len(content)})
        written.append(folder / name)
    for page in [path for path in written if path.suffix == ".html" and path.parent == folder]:
        if printer is not None:
            target = page.with_suffix(".pdf")
            write_atomically(target, printer(page))
            written.append(target)
            content = target.read_bytes()
            entries.append(
                {
                    "path": target.name,
                    "sha256": digest(content),
                    "bytes": len(content),
                    "reproducible": False,
                }
            )
    manifest = {
        "schema": "jiebang/report/1",
        "evaluation": indexed.digest,
        "edition": indexed.kind,
        "files": entries,
    }
    write_atomically(folder / MANIFEST, readable_json(manifest))
    return (*written, folder / MANIFEST)


def report_files(
    evaluation: Evaluation, locales: Sequence[str] = LOCALES, samples: Samples | None = None
) -> Iterator[tuple[str, bytes]]:
    """Every file of a report but its manifest, by its path inside the report."""
    if evaluation.kind == "notice":
        return _notice(evaluation, locales)
    if evaluation.kind == "applicant":
        return _own_card(evaluation, locales)
    return _committee(evaluation, locales, samples if evaluation.kind == "organizer" else None)


def _committee(
    evaluation: Evaluation, locales: Sequence[str], samples: Samples | None
) -> Iterator[tuple[str, bytes]]:
    """Pages and tables of the organizer's and the judges' editions."""
    tables = [
        table
        for name in sorted(evaluation.candidates)
        if samples is not None and (table := samples(name)) is not None
    ]
    sampled = {table.candidate for table in tables}
    for locale in locales:
        catalogue = words(locale)
        report = report_of(evaluation, catalogue, locales)
        heading = report.heading
        yield (
            f"index.{locale}.html",
            render("index.html.j2", catalogue, heading, script="page.js", report=report),
        )
        for item in report.items:
            analysis = analysis_of(evaluation, evaluation.items[item.id], catalogue)
            facts = {
                "compare": analysis.comparison.two.facts
                if analysis.comparison and analysis.comparison.two
                else None,
                "weigh": analysis.weighing,
            }
            yield (
                f"items/{item.id}.{locale}.html",
                render(
                    "item_page.html.j2", catalogue, heading, script="item.js",
                    item=item, analysis=analysis, facts=facts,
                ),
            )  # fmt: skip
        for card in cards_of(evaluation, catalogue):
            yield (
                f"cards/{card.name.id}.{locale}.html",
                render(
                    "card.html.j2", catalogue, heading, card=card,
                    sampled=card.name.id in sampled,
                ),
            )  # fmt: skip
        for table in tables:
            page = sample_page(evaluation, table, catalogue)
            yield (
                f"samples/{table.candidate}.{locale}.html",
                render(
                    "samples.html.j2", catalogue, heading, script="samples.js",
                    page=page, facts=page.facts,
                ),
            )  # fmt: skip
    if not evaluation.sealed:
        first = words(locales[0])
        yield "ranking.csv", csv_bytes(*ranking_table(evaluation, first))
        yield "ranking.xlsx", workbook_bytes(evaluation, first)
        yield "opinion.docx", opinion_document(evaluation, first)


def _notice(evaluation: Evaluation, locales: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for locale in locales:
        catalogue = words(locale)
        yield (
            f"notice.{locale}.html",
            render(
                "notice.html.j2",
                catalogue,
                heading_of(evaluation, catalogue, locales),
                notice=notice_of(evaluation, catalogue),
            ),
        )
    yield "notice.docx", notice_document(evaluation, words(locales[0]))


def _own_card(evaluation: Evaluation, locales: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for locale in locales:
        catalogue = words(locale)
        heading = heading_of(evaluation, catalogue, locales)
        for card in cards_of(evaluation, catalogue):
            yield (
                f"{card.name.id}.{locale}.html",
                render("card.html.j2", catalogue, heading, card=card, sampled=False),
            )
