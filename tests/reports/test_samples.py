"""A candidate sample by sample: small, exact, and only for the organizer."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
import struct
from typing import Any

import html5lib
import pytest

from reports.build import report_files
from reports.catalogue import words
from reports.edition import Edition, edition_of
from reports.evaluation import OUTCOMES, evaluation_of
from reports.samples import SampleTable, packed, sample_page

LABELS = ("普通", "紧急", "咨询")
HOSTILE = "</script><script>alert(1)</script>\u202e"


def table(count: int, **more: Any) -> SampleTable:
    drawn = random.Random(3)
    truth = [drawn.randrange(3) for _ in range(count)]
    given = [t if drawn.random() < 0.8 else drawn.randrange(-1, 3) for t in truth]
    columns: dict[str, Any] = {
        "candidate": "C001", "item": "SM-01", "labels": LABELS, "truth": truth, "given": given,
        "ids": [f"S{n:06d}" for n in range(count)],
        "outcomes": ["missing" if g < 0 else "answered" for g in given],
        "losses": [float(t != g) for t, g in zip(truth, given, strict=True)],
        "targets": [LABELS[t] for t in truth], "inputs": [f"第 {n} 件工单" for n in range(count)],
        "answers": [None if g < 0 else f'{{"label": "{LABELS[g]}"}}' for g in given],
        "parsed": [None if g < 0 else LABELS[g] for g in given],
    }  # fmt: skip
    return SampleTable(**(columns | more))


def page_of(evaluation: dict[str, Any], samples: SampleTable) -> str:
    def only(name: str) -> SampleTable | None:
        return samples if name == samples.candidate else None

    files = dict(report_files(evaluation_of(evaluation), ("zh-CN",), only))
    return files["samples/C001.zh-CN.html"].decode()


def test_what_is_packed_comes_out_as_it_went_in() -> None:
    samples = table(300)

    raw = gzip.decompress(base64.b64decode(packed(samples)))

    truth = struct.unpack("<300H", raw[:600])
    given = struct.unpack("<300H", raw[600:1200])
    assert list(truth) == list(samples.truth)
    assert [g if g != 0xFFFF else -1 for g in given] == list(samples.given)
    assert [OUTCOMES[code] for code in raw[1200:1500]] == list(samples.outcomes)
    assert list(struct.unpack("<300f", raw[1500:2700])) == list(samples.losses)
    assert raw[2700:].decode().split("\n") == list(samples.ids)


def test_the_costliest_samples_stand_first_with_raw_and_parsed_output(
    evaluation: dict[str, Any],
) -> None:
    page = sample_page(evaluation_of(evaluation), table(500), words("zh-CN"))

    assert all(line.loss == "1.000" for line in page.lines)
    first = next(line for line in page.lines if line.parsed != "—")
    assert first.raw == f'{{"label": "{first.parsed}"}}'
    assert first.target != first.parsed
    assert first.input.startswith("第 ")


def crowd(count: int, others: int = 30) -> dict[str, Any]:
    """What is known of each sample beside others, drawn so that it hardly squeezes."""
    drawn = random.Random(5)
    better = [drawn.randrange(others + 1) for _ in range(count)]
    return {
        "beliefs": [drawn.random() if drawn.random() < 0.9 else None for _ in range(count)],
        "others": others, "better": better,
        "worse": [drawn.randrange(others - many + 1) for many in better],
    }  # fmt: skip


def test_a_hundred_thousand_samples_fit_a_megabyte(evaluation: dict[str, Any]) -> None:
    page = page_of(evaluation, table(100_000, **crowd(100_000)))

    assert len(page.encode()) <= 1_000_000


def test_beliefs_and_counts_of_others_are_packed_behind_the_losses() -> None:
    samples = table(300, **crowd(300))

    raw = gzip.decompress(base64.b64decode(packed(samples)))

    beliefs, counts = raw[2700:3000], struct.unpack("<600H", raw[3000:4200])
    assert [None if code == 0xFF else code for code in beliefs] == [
        None if belief is None else round(100 * belief) for belief in samples.beliefs
    ]
    assert list(counts) == [*samples.better, *samples.worse]
    assert raw[4200:].decode().split("\n") == list(samples.ids)


def test_the_surest_errors_and_what_sets_a_candidate_apart_are_spelled_out(
    evaluation: dict[str, Any],
) -> None:
    samples = SampleTable(
        candidate="C001", item="SM-01", ids=[f"S{n}" for n in range(6)],
        outcomes=["answered"] * 5 + ["missing"], losses=[1.0, 1.0, 0.0, 0.0, 1.0, 2.0],
        beliefs=[0.6, 0.99, 0.999, 0.5, None, None], others=2,
        better=[2, 1, 0, 0, 0, 2], worse=[0, 0, 2, 0, 0, 0],
    )  # fmt: skip

    page = sample_page(evaluation_of(evaluation), samples, words("zh-CN"))

    assert {view.code: [line.id for line in view.lines] for view in page.views} == {
        "sure": ["S1", "S0"],
        "alone_worse": ["S5", "S0"],
        "alone_better": ["S2"],
        "split": ["S0", "S1", "S2", "S5"],
    }
    assert [(line.belief, line.others) for line in page.views[0].lines] == [
        ("99%", "1 : 0"),
        ("60%", "2 : 0"),
    ]


def test_nothing_is_said_of_beliefs_or_others_where_there_are_none(
    evaluation: dict[str, Any],
) -> None:
    page = sample_page(evaluation_of(evaluation), table(50), words("zh-CN"))

    assert page.views == ()
    assert {(line.belief, line.others) for line in page.lines} == {("", "")}


def test_data_that_may_not_be_passed_on_stay_out_of_the_page(evaluation: dict[str, Any]) -> None:
    withheld = table(
        200, inputs=(), targets=(), answers=(), parsed=(), labels=(), truth=(), given=()
    )

    page = page_of(evaluation, withheld)

    facts = json.loads(re.findall(r'id="facts">(.*?)</script>', page)[0])
    assert facts["labels"] == []
    assert "第 1 件工单" not in page
    assert "该数据不可再分发" in page


def test_samples_are_written_for_the_organizer_alone(evaluation: dict[str, Any]) -> None:
    codes = {entry["id"]: f"X{n}" for n, entry in enumerate(evaluation["candidates"])}
    for kind in ("panel", "notice", "applicant"):
        edition = Edition(kind=kind, codes=codes, candidate="C001")  # type: ignore[arg-type]
        record = edition_of(evaluation, edition)

        names = dict(report_files(evaluation_of(record), ("zh-CN",), lambda name: table(9)))

        assert not [name for name in names if name.startswith("samples/")]


@pytest.mark.parametrize("column", ["ids", "inputs", "targets", "answers", "parsed"])
def test_hostile_samples_stay_text(evaluation: dict[str, Any], column: str) -> None:
    page = page_of(evaluation, table(20, losses=[1.0] * 20, **{column: [HOSTILE] * 20}))

    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert len(list(tree.iter("script"))) == 3
    assert "\u202e" not in page
