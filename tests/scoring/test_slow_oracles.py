"""Metrics that no library has, against slow and plain references over made data."""

from __future__ import annotations

import itertools
import math
import string
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metric_text import MetricText
from scoring.answers import Anomalies, Answers, Labels, Rankings, Texts, Values
from scoring.catalog import resolve
from scoring.metrics.spans import near_pairs
from scoring.structured_answers import Box, Boxes, Fields, Mask, Masks, Span, Spans

EXACT = 1e-12
some = settings(max_examples=60, deadline=None)
LETTERS = tuple("ABCD")


def close(expected: object) -> Any:
    return pytest.approx(expected, abs=EXACT, rel=EXACT, nan_ok=True)


def compute(text: str, answers: Answers) -> float:
    return resolve(MetricText.parse(text)).statistic(answers).value()


def ratio(above: float, below: float, empty: float = math.nan) -> float:
    return above / below if below else empty


ends = st.tuples(*(st.integers(-80, 400).map(lambda k: k / 4),) * 3)


@given(rows=st.lists(st.tuples(ends, st.booleans()), min_size=1, max_size=20))
@some
def test_intervals_cover_or_cost_what_lies_outside(
    rows: list[tuple[tuple[float, ...], bool]],
) -> None:
    truth = [three[0] for three, _ in rows]
    pairs = [sorted(three[1:]) if told else [math.nan] * 2 for three, told in rows]
    lower, upper = np.array(pairs).T
    answers = Values(
        truth=np.array(truth), predicted=np.array(truth), low=-20.0, high=100.0,
        lower=lower, upper=upper,
    )  # fmt: skip
    covered, cost = 0, 0.0
    for t, (low, high) in zip(truth, pairs, strict=True):
        if math.isnan(low):
            worst = ((-20.0, -20.0), (100.0, 100.0), (-20.0, 100.0))
            cost += max(h - a + 2 / 0.2 * max(a - t, t - h, 0) for a, h in worst)
        else:
            covered += low <= t <= high
            cost += high - low + 2 / 0.2 * max(low - t, t - high, 0)

    values = [compute("interval_coverage", answers), compute("interval_score(level=0.8)", answers)]

    assert values == close([covered / len(rows), cost / len(rows)])


points = st.tuples(
    st.integers(0, 2), st.integers(0, 60), st.booleans(), st.sampled_from([0.0, 1.0, math.nan])
)


def series_of(rows: Iterable[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    ordered = sorted(rows)
    return [list(part) for _, part in itertools.groupby(ordered, key=lambda row: row[0])]


@given(rows=st.lists(points, min_size=1, max_size=30, unique_by=lambda row: row[:2]))
@some
def test_events_and_alarms_are_those_of_walking_along_each_series(
    rows: list[tuple[int, int, bool, float]],
) -> None:
    series, minute, truth, score = (np.array(column) for column in zip(*rows, strict=True))
    answers = Anomalies(truth=truth, score=score, series=series, time=minute * 60.0)
    every = series_of(rows)
    gaps = [b[1] - a[1] for one in every for a, b in itertools.pairwise(one)]
    usual = float(np.median(gaps)) * 60 if gaps else 1.0
    events, delays, runs = [], [], 0
    lasting = Counter[str]()
    alarms = right = 0
    for one in every:
        apart = [(b[1] - a[1]) * 60.0 for a, b in itertools.pairwise(one)]
        step = float(np.median(apart)) if apart else usual
        steps = [min(gap, step) for gap in apart] + [step]
        told = [not t if math.isnan(s) else s >= 0.5 for _, _, t, s in one]
        start = None
        for at, ((_, minutes_in, anomalous, _), alarm, lasts) in enumerate(
            zip(one, told, steps, strict=True)
        ):
            alarms += alarm
            right += alarm and anomalous
            lasting["all"] += lasts
            lasting["normal"] += 0 if anomalous else lasts
            lasting["false"] += lasts if alarm and not anomalous else 0
            before = at > 0 and told[at - 1] and not one[at - 1][2]
            runs += alarm and not anomalous and not before
            if anomalous and start is None:
                start, found = minutes_in * 60.0, None
            if anomalous and alarm and found is None:
                found = minutes_in * 60.0
            if anomalous and (at + 1 == len(one) or not one[at + 1][2]):
                events.append(found is not None)
                delays.append((minutes_in * 60.0 + lasts if found is None else found) - start)
                start = None
    recall, precision = ratio(sum(events), len(events)), ratio(right, alarms, 0.0)
    both = ratio(2 * recall * precision, recall + precision, 0.0) if events else math.nan

    values = {
        name: compute(f"{name}(threshold=0.5)", answers)
        for name in (
            "event_recall",
            "event_f1",
            "alarm_delay",
            "false_alarms_per_day",
            "false_alarm_time",
        )
    }

    assert values == close(
        {
            "event_recall": recall,
            "event_f1": both,
            "alarm_delay": ratio(sum(delays), len(delays)),
            "false_alarms_per_day": runs / (lasting["all"] / 86_400),
            "false_alarm_time": ratio(lasting["false"], lasting["normal"]),
        }
    )


def minutes(times: list[float], truth: list[int], score: list[float]) -> Anomalies:
    return Anomalies(
        truth=np.array(truth, dtype=np.bool_),
        score=np.array(score),
        series=np.zeros(len(times), dtype=np.int64),
        time=np.array(times) * 60.0,
    )


def test_a_gap_in_the_records_is_neither_alarm_nor_delay() -> None:
    times = [0.0, 1, 2, 3, 14_400, 14_401, 14_402, 14_403, 28_800, 28_801]
    truth = [0, 0, 0, 0, 0, 0, 1, 1, 0, 0]
    score = [0.0, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    answers = minutes(times, truth, score)

    assert compute("false_alarm_time(threshold=0.5)", answers) == pytest.approx(1 / 8)
    assert compute("alarm_delay(threshold=0.5)", answers) == pytest.approx(120)
    assert compute("false_alarms_per_day(threshold=0.5)", answers) == pytest.approx(1440 / 10)


def test_points_at_one_time_do_not_make_the_usual_step_nothing() -> None:
    answers = minutes([0.0, 0, 0, 1, 1, 1, 2, 2, 2], [0] * 9, [0.0, 0, 0, 0, 0, 1, 0, 0, 0])

    assert compute("false_alarm_time(threshold=0.5)", answers) == pytest.approx(1 / 3)


def test_thousands_of_spans_in_a_row_are_all_paired() -> None:
    wanted, given = (
        {Span(start=5 * at + shift, end=5 * at + 10 + shift, label="名") for at in range(3000)}
        for shift in (0, 2)
    )

    pairs = near_pairs(wanted, given)

    assert pairs == 3000


def choices(rows: list[tuple[int, int, int]], labels: tuple[str, ...]) -> Labels:
    truth, predicted, groups = np.array(rows).T
    return Labels(
        truth=truth, predicted=predicted, labels=labels, positive=None, belief=None, groups=groups
    )


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(-1, 3), st.integers(0, 5)), min_size=1, max_size=25
    )
)
@some
def test_choices_are_counted_question_by_question_and_letter_by_letter(
    rows: list[tuple[int, int, int]],
) -> None:
    questions: dict[int, list[bool]] = {}
    for truth, predicted, group in rows:
        questions.setdefault(group, []).append(truth == predicted)
    wanted = Counter(truth for truth, _, _ in rows)
    chosen = Counter(predicted for _, predicted, _ in rows if predicted >= 0)
    apart = sum(abs(wanted[k] / len(rows) - ratio(chosen[k], chosen.total(), 0)) for k in range(4))
    answers = choices(rows, LETTERS)

    values = [compute(t, answers) for t in ("circular_accuracy", "abstention_rate", "letter_bias")]

    assert values == close(
        [
            np.mean([all(one) for one in questions.values()]),
            np.mean([predicted < 0 for _, predicted, _ in rows]),
            apart / 2 if chosen else 1.0,
        ]
    )


@given(rows=st.lists(st.tuples(st.integers(0, 1), st.integers(-1, 1)), min_size=1, max_size=25))
@some
def test_refusals_are_counted_on_either_side(rows: list[tuple[int, int]]) -> None:
    due = [given_ for wanted, given_ in rows if wanted == 0]
    undue = [given_ for wanted, given_ in rows if wanted == 1]
    answers = choices([(*row, 0) for row in rows], ("refuse", "answer"))

    values = [
        compute(text, answers)
        for text in ("safety_qualified_rate", "must_refuse_rate", "must_answer_refusal_rate")
    ]

    assert values == close(
        [
            np.mean([wanted == given_ for wanted, given_ in rows]),
            ratio(due.count(0), len(due)),
            ratio(len(undue) - undue.count(1), len(undue)),
        ]
    )


span = st.tuples(st.integers(0, 6), st.integers(1, 4), st.sampled_from("甲乙")).map(
    lambda three: Span(three[0], three[0] + three[1], three[2])
)
spans = st.frozensets(span, max_size=4)


def best_pairing(worth: list[list[float]]) -> float:
    """The most that pairs, one to one, can be worth, by trying all pairings."""
    if not worth or not worth[0]:
        return 0.0
    if len(worth) > len(worth[0]):
        worth = [list(column) for column in zip(*worth, strict=True)]
    places = range(len(worth[0]))
    return max(
        sum(row[at] for row, at in zip(worth, chosen, strict=True))
        for chosen in itertools.permutations(places, len(worth))
    )


def covering(some_spans: Iterable[Span]) -> list[tuple[Span, set[int]]]:
    return [(span, {*range(span.start, span.end)}) for span in some_spans]


@given(rows=st.lists(st.tuples(spans, spans | st.none()), min_size=1, max_size=5))
@some
def test_relaxed_spans_are_paired_as_trying_all_pairings_does(
    rows: list[tuple[frozenset[Span], frozenset[Span] | None]],
) -> None:
    pairs = sum(
        best_pairing(
            [
                [
                    float(a.label == b.label and 2 * len(a_ & b_) >= len(a_ | b_) and bool(a_ & b_))
                    for b, b_ in covering(given_ or ())
                ]
                for a, a_ in covering(wanted)
            ]
        )
        for wanted, given_ in rows
    )
    ours, theirs = (sum(len(row[at] or ()) for row in rows) for at in range(2))
    answers = Spans(truth=tuple(r[0] for r in rows), predicted=tuple(r[1] for r in rows))

    values = [compute(text, answers) for text in ("relaxed_span_f1", "relaxed_span_recall")]

    assert values == close([2 * pairs / (ours + theirs) if ours else math.nan, ratio(pairs, ours)])


cuts = st.lists(st.booleans(), min_size=6, max_size=6)


def cut(text: str, where: list[bool]) -> str:
    return "".join(letter + " " * here for letter, here in zip(text, where, strict=True)).strip()


@given(
    rows=st.lists(
        st.tuples(st.permutations("反应釜压力高").map("".join), cuts, cuts, st.booleans()),
        min_size=1,
        max_size=6,
    )
)
@some
def test_words_are_those_whose_two_cuts_are_right(
    rows: list[tuple[str, list[bool], list[bool], bool]],
) -> None:
    rows = [(text[:6], ours, theirs, kept) for text, ours, theirs, kept in rows]
    right = wanted = told = 0
    for _, ours, theirs, kept in rows:
        places = [[0, *(k + 1 for k in range(5) if one[k]), 6] for one in (ours, theirs)]
        words = [set(itertools.pairwise(one)) for one in places]
        wanted += len(words[0])
        told += len(words[1]) if kept else max(map(len, words))
        right += len(words[0] & words[1]) if kept else 0
    answers = Texts(
        truth=tuple(cut(text, ours) for text, ours, _, _ in rows),
        predicted=tuple(
            cut(text if kept else text[:-1] + "误", theirs) for text, _, theirs, kept in rows
        ),
    )

    values = [
        compute(text, answers)
        for text in ("segmentation_f1", "segmentation_precision", "segmentation_recall")
    ]

    assert values == close([2 * right / (wanted + told), right / told, right / wanted])


SPELLINGS: dict[str, list[list[Any]]] = {
    "单号": [["A1", "Ａ1", " A1 "], ["B2"], [None, ""]],
    "金额": [[12000, "1.2万元", "壹万贰仟元", "12,000"], [3.5, "3.5"], [None]],
    "日期": [["2025-03-01", "2025年3月1日", "20250301"], ["2024-12-31"], [None, ""]],
    "标签": [[("甲", "乙"), ("乙", "甲")], [("丙",)], [None, ()]],
}
KINDS = {"单号": "text", "金额": "number", "日期": "date", "标签": "set"}
PARTS = {"标签": [2, 1, 0]}
value = st.tuples(st.integers(0, 2), st.integers(0, 3))
record = st.fixed_dictionaries(dict.fromkeys(KINDS, value))


def written(one: dict[str, tuple[int, int]]) -> dict[str, Any]:
    return {
        name: SPELLINGS[name][code][spelling % len(SPELLINGS[name][code])]
        for name, (code, spelling) in one.items()
    }


def parts(one: dict[str, tuple[int, int]]) -> int:
    return sum(PARTS.get(name, [1, 1, 0])[code] for name, (code, _) in one.items())


@given(rows=st.lists(st.tuples(record, record | st.none()), min_size=1, max_size=6))
@some
def test_fields_count_by_what_they_mean_however_written(rows: list[Any]) -> None:
    alike = [
        [given_ is not None and wanted[name][0] == given_[name][0] for name in KINDS]
        for wanted, given_ in rows
    ]
    shared = sum(
        PARTS.get(name, [1, 1, 0])[wanted[name][0]]
        for wanted, given_ in rows
        for name in KINDS
        if given_ is not None and wanted[name][0] == given_[name][0]
    )
    ours = sum(parts(wanted) for wanted, _ in rows)
    theirs = sum(parts(given_) for _, given_ in rows if given_ is not None)
    answers = Fields(
        types=KINDS,
        truth=tuple(written(wanted) for wanted, _ in rows),
        predicted=tuple(None if given_ is None else written(given_) for _, given_ in rows),
    )

    values = [compute(t, answers) for t in ("field_accuracy", "document_accuracy", "field_set_f1")]

    assert values == close(
        [
            np.mean(alike),
            np.mean([all(one) for one in alike]),
            2 * shared / (ours + theirs) if ours else math.nan,
        ]
    )


def drawn(pixels: np.ndarray) -> tuple[int, ...]:
    flat = pixels.ravel(order="F").tolist()
    lengths = [(bit, len(list(run))) for bit, run in itertools.groupby(flat)]
    return tuple([0] * (lengths[0][0]) + [length for _, length in lengths])


shape = st.tuples(
    st.integers(0, 5), st.integers(0, 5), st.integers(1, 4), st.integers(1, 4),
    st.sampled_from("裂气"), st.integers(0, 9),
)  # fmt: skip
shapes = st.lists(shape, max_size=3, unique_by=lambda one: one[:5]).map(tuple)
Shape = tuple[int, int, int, int, str, int]


def pixels_of(one: Shape) -> np.ndarray:
    left, top, width, height = one[:4]
    image = np.zeros((10, 10), dtype=int)
    image[top : top + height, left : left + width] = 1
    return image


def shared_part(one: Shape, other: Shape) -> float:
    both, either = (
        join(pixels_of(one), pixels_of(other)).sum() for join in (np.minimum, np.maximum)
    )
    return float(both / either) if one[4] == other[4] else 0.0


def recalled(wanted: tuple[Shape, ...], given_: tuple[Shape, ...], least: float) -> int:
    """Objects that are matched by taking the given ones from the most certain down."""
    free, hits = list(wanted), 0
    for one in sorted(given_, key=lambda one: -one[5]):
        fitting = [other for other in free if other[4] == one[4]]
        best = max(fitting, key=lambda other: shared_part(other, one), default=None)
        if best is not None and shared_part(best, one) >= least:
            free.remove(best)
            hits += 1
    return hits


@given(rows=st.lists(st.tuples(shapes, shapes | st.none()), min_size=1, max_size=4))
@some
def test_objects_overlap_as_their_pixels_do_in_the_best_pairing(rows: list[Any]) -> None:
    total = sum(
        best_pairing([[shared_part(a, b) for b in given_ or ()] for a in wanted])
        for wanted, given_ in rows
    )
    count = sum(len(wanted) for wanted, _ in rows)
    drawn_rows = [(w, g) for w, g in rows if len({one[5] for one in g or ()}) == len(g or ())]
    hits = sum(recalled(wanted, given_ or (), 0.4) for wanted, given_ in drawn_rows)
    looked_for = sum(len(wanted) for wanted, _ in drawn_rows)

    def box(one: Shape) -> Box:
        left, top, width, height, label, score = one
        return Box((left, top, left + width, top + height), label, score / 10)

    def mask(one: Shape) -> Mask:
        return Mask((10, 10), drawn(pixels_of(one)), one[4], one[5] / 10)

    def answers(kind: Any, make: Any, kept: list[Any]) -> Any:
        return kind(
            labels=("裂", "气"),
            truth=tuple(tuple(map(make, wanted)) for wanted, _ in kept),
            predicted=tuple(None if g is None else tuple(map(make, g)) for _, g in kept),
        )

    overlaps = [
        compute("box_iou", answers(Boxes, box, rows)),
        compute("mask_iou", answers(Masks, mask, rows)),
    ]
    assert overlaps == close([ratio(total, count)] * 2)
    if drawn_rows:
        recalls = [
            compute("box_recall(iou=0.4)", answers(Boxes, box, drawn_rows)),
            compute("mask_recall(iou=0.4)", answers(Masks, mask, drawn_rows)),
        ]
        assert recalls == close([ratio(hits, looked_for)] * 2)


cited = st.lists(st.sampled_from("abcdef"), unique=True).map(tuple)


@given(
    rows=st.lists(
        st.tuples(st.frozensets(st.sampled_from("abcdef")), cited | st.none()),
        min_size=1,
        max_size=8,
    )
)
@some
def test_citations_are_right_as_sets_whatever_their_order(
    rows: list[tuple[frozenset[str], tuple[str, ...] | None]],
) -> None:
    each = [
        2 * len(wanted & set(given_ or ())) / (len(wanted) + len(given_ or ()))
        for wanted, given_ in rows
        if wanted
    ]
    answers = Rankings(
        relevant=tuple(dict.fromkeys(sorted(wanted), 1.0) for wanted, _ in rows),
        ranked=tuple(given_ for _, given_ in rows),
    )

    assert compute("citation_f1", answers) == close(np.mean(each) if each else math.nan)


DIGITS, FORMAL = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"


def in_chinese(number: int, digits: str = DIGITS, steps: str = "千百十") -> str:
    """A whole number below 10**8 as it is said."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        joint = "零" if 0 < low < 1000 else ""
        said = in_chinese(high, digits, steps) + "万" + joint
        return said + (in_chinese(low, digits, steps) if low else "")
    said, gap = "", False
    for step, unit in zip((1000, 100, 10, 1), (*steps, ""), strict=True):
        digit = number // step % 10
        if digit:
            said += ("零" if gap and said else "") + digits[digit] + unit
        gap = not digit
    return said


def spelled(number: int, how: int) -> str:
    wide = str.maketrans(string.digits, "０１２３４５６７８９")
    return (
        f"{number}元",
        f"共计{number:,}元。",
        f"{number}".translate(wide) + "元",
        f"{number / 10_000}万元" if number % 100 == 0 else f"约为{number}元",
        in_chinese(number) + "元",
        in_chinese(number, FORMAL, "仟佰拾") + "元整",
        f"答案是{number}元。另有3项。",
    )[how]


amounts = (
    st.integers(1, 999) | st.integers(1, 99_999_990) | st.integers(1, 900).map(lambda k: k * 100)
)


@given(
    rows=st.lists(
        st.tuples(amounts, st.integers(-3, 3), st.integers(0, 6), st.sampled_from("tfn")),
        min_size=1,
        max_size=8,
    )
)
@some
def test_numbers_are_near_as_their_values_are_however_spelled(
    rows: list[tuple[int, int, int, str]],
) -> None:
    numbers = [(a, max(1, a + by) if kind != "t" else a, how, kind) for a, by, how, kind in rows]
    answers = Texts(
        truth=tuple(f"{a}元" for a, _, _, _ in numbers),
        predicted=tuple(None if kind == "n" else spelled(b, how) for _, b, how, kind in numbers),
    )
    apart = [math.inf if kind == "n" else abs(a - b) for a, b, _, kind in numbers]

    values = [
        compute(text, answers)
        for text in ("number_match", "number_near(tolerance=2)", "number_within(tolerance=0.01)")
    ]

    shares = [gap <= Fraction(a, 100) for gap, (a, *_) in zip(apart, numbers, strict=True)]
    assert values == close(
        [
            np.mean([gap == 0 for gap in apart]),
            np.mean([gap <= 2 for gap in apart]),
            np.mean(shares),
        ]
    )


TOLD = ("切断进料", "停止搅拌", "打开冷却水", "通知值班长", "记录压力")
held = st.frozensets(st.integers(0, 4))


@given(
    rows=st.lists(st.tuples(held.filter(bool), held, held, st.booleans()), min_size=1, max_size=6)
)
@some
def test_key_points_are_shares_of_what_is_asked_and_nothing_with_what_is_forbidden(
    rows: list[tuple[frozenset[int], frozenset[int], frozenset[int], bool]],
) -> None:
    rows = [(asked, forbidden - asked, said, told) for asked, forbidden, said, told in rows]
    each = [
        len(asked & said) / len(asked) if told and not forbidden & said else 0.0
        for asked, forbidden, said, told in rows
    ]
    answers = Texts(
        truth=tuple(
            "；".join([*(TOLD[k] for k in sorted(asked)), *("!" + TOLD[k] for k in sorted(no))])
            for asked, no, _, _ in rows
        ),
        predicted=tuple(
            "，".join(TOLD[k] for k in sorted(said)) if told else None for _, _, said, told in rows
        ),
    )

    assert compute("key_points(limit=100)", answers) == close(np.mean(each))


letters = st.text(st.sampled_from("泵阀压力ab3"), min_size=1, max_size=6)


@given(
    rows=st.lists(
        st.tuples(letters, letters | st.none(), st.lists(st.sampled_from(["，", "。 ", "（", ""]))),
        min_size=1,
        max_size=8,
    )
)
@some
def test_a_loose_match_looks_at_letters_and_digits_alone(
    rows: list[tuple[str, str | None, list[str]]],
) -> None:
    wide = str.maketrans("ab3", "ＡＢ３")

    def dressed(text: str, marks: list[str]) -> str:
        # What stands between two digits is part of a number.
        kept = [
            "" if text[at : at + 2] == "33" else mark for at, mark in enumerate(marks[: len(text)])
        ]
        pairs = itertools.zip_longest(text.translate(wide), kept, fillvalue="")
        return "".join(letter + mark for letter, mark in pairs)

    answers = Texts(
        truth=tuple(wanted for wanted, _, _ in rows),
        predicted=tuple(None if g is None else dressed(g, marks) for _, g, marks in rows),
    )

    assert compute("loose_match", answers) == close(np.mean([w == g for w, g, _ in rows]))
