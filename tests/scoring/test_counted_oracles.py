"""Metrics that no library has, against counts by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

from harness.metric_text import MetricText
from scoring.answers import Anomalies, Answers, Labels, Rankings, Texts, Values
from scoring.catalog import resolve
from scoring.structured_answers import Box, Boxes, Fields, Mask, Masks, Span, Spans
from scoring.text.plain import plain

EXACT = 1e-12
close = pytest.approx
some = settings(max_examples=40, deadline=None)


def compute(text: str, answers: Answers) -> float:
    return resolve(MetricText.parse(text)).statistic(answers).value()


number = st.integers(-80, 400).map(lambda k: k / 4)


@given(rows=st.lists(st.tuples(number, number | st.just(math.nan)), min_size=1, max_size=20))
@some
def test_forecast_and_life_scores_follow_their_formulas(rows: list[tuple[float, float]]) -> None:
    truth, predicted = np.array(rows).T
    answers = Values(truth=truth, predicted=predicted, low=-20.0, high=100.0)

    def mean_of_worst(cost: object) -> float:
        assert callable(cost)
        costs = [
            max(cost(t, x) for x in np.linspace(-20, 100, 481)) if math.isnan(p) else cost(t, p)
            for t, p in rows
        ]
        return float(np.mean(costs))

    def smape(t: float, p: float) -> float:
        return 2 * abs(t - p) / (abs(t) + abs(p)) if t or p else 0.0

    def phm(t: float, p: float) -> float:
        return math.exp((t - p) / 13) - 1 if p < t else math.exp((p - t) / 10) - 1

    def late(t: float, p: float) -> float:
        error = 100 * (t - p) / max(abs(t), 1)
        return -(2 ** (error / 5) if error < 0 else 2 ** (-error / 20))

    assert compute("mase(scale=2.5)", answers) == close(
        mean_of_worst(lambda t, p: abs(t - p)) / 2.5, abs=EXACT
    )
    assert compute("smape", answers) == close(mean_of_worst(smape), abs=EXACT)
    assert compute("phm_score(early=13,late=10)", answers) == close(mean_of_worst(phm), rel=EXACT)
    assert compute("rul_accuracy(floor=1)", answers) == close(-mean_of_worst(late), abs=EXACT)


def test_intervals_cost_their_width_and_what_lies_outside_ten_times_or_twenty() -> None:
    answers = Values(
        truth=np.array([5.0, 5.0, 9.0, 5.0]),
        predicted=np.array([5.0, 5.0, 5.0, 5.0]),
        low=0.0,
        high=10.0,
        lower=np.array([4.0, 5.0, 4.0, math.nan]),
        upper=np.array([6.0, 5.0, 6.0, math.nan]),
    )

    assert compute("interval_coverage", answers) == 0.5
    assert compute("interval_score(level=0.9)", answers) == close((2 + 0 + 62 + 100) / 4)


def line(scores: list[float], truth: list[int], step: float = 600.0) -> Anomalies:
    return Anomalies(
        truth=np.array(truth, dtype=bool),
        score=np.array(scores),
        series=np.zeros(len(truth), dtype=np.int64),
        time=np.arange(len(truth)) * step,
    )


def test_events_are_counted_without_point_adjustment() -> None:
    answers = line([0, 0, 1, 0, 1, 1, 0, 0, 0, 1], [0, 1, 1, 1, 0, 0, 0, 1, 1, 0])

    found = {
        name: compute(f"{name}(threshold=0.5)", answers)
        for name in (
            "event_recall",
            "event_f1",
            "alarm_delay",
            "false_alarms_per_day",
            "false_alarm_time",
        )
    }

    assert found == close(
        {
            "event_recall": 1 / 2,
            "event_f1": 2 * (1 / 2) * (1 / 4) / (1 / 2 + 1 / 4),
            "alarm_delay": (600 + 1200) / 2,
            "false_alarms_per_day": 2 / (10 * 600 / 86400),
            "false_alarm_time": 3 / 5,
        }
    )


def test_events_of_two_series_do_not_run_together_and_silence_alarms_where_all_is_well() -> None:
    answers = Anomalies(
        truth=np.array([0, 1, 1, 0], dtype=bool),
        score=np.array([math.nan, 1.0, math.nan, 0.0]),
        series=np.array([0, 0, 1, 1]),
        time=np.array([0.0, 60.0, 0.0, 60.0]),
    )

    assert compute("event_recall(threshold=0.5)", answers) == 0.5
    assert compute("false_alarm_time(threshold=0.5)", answers) == 0.5


def test_an_alarm_that_never_stops_finds_every_event_and_gains_nothing() -> None:
    always = line([1.0] * 100, [0] * 98 + [1, 1])

    assert compute("event_recall(threshold=0.5)", always) == 1
    assert compute("event_f1(threshold=0.5)", always) < 0.05


def choices(truth: list[int], predicted: list[int], groups: list[int], count: int = 4) -> Labels:
    return Labels(
        truth=np.array(truth),
        predicted=np.array(predicted),
        labels=tuple("ABCD"[:count]),
        positive=None,
        belief=np.full(len(truth), math.nan),
        groups=np.array(groups),
    )


def test_a_question_counts_where_it_is_right_in_every_order_of_its_options() -> None:
    answers = choices([0, 1, 2, 3, 1], [0, 1, 2, 0, -1], [0, 0, 1, 1, 2])

    assert compute("circular_accuracy", answers) == close(1 / 3)
    assert compute("abstention_rate", answers) == close(1 / 5)
    assert compute("accuracy", answers) == close(3 / 5)


def test_letter_bias_is_the_distance_of_two_distributions() -> None:
    always_a = choices([0, 1, 2, 3], [0, 0, 0, 0], [0, 1, 2, 3])

    assert compute("letter_bias", always_a) == close(0.75)


def test_refusals_have_three_values_and_invalid_ones_help_neither_side() -> None:
    answers = choices([0, 0, 0, 1, 1, 1, 1], [0, 1, -1, 1, 1, 0, -1], [0] * 7, count=2)

    assert compute("safety_qualified_rate", answers) == close(3 / 7)
    assert compute("must_refuse_rate", answers) == close(1 / 3)
    assert compute("must_answer_refusal_rate", answers) == close(2 / 4)


def test_relaxed_spans_pair_one_to_one_and_one_over_the_whole_text_finds_none() -> None:
    wanted = frozenset({Span(0, 2, "甲"), Span(3, 5, "甲"), Span(6, 8, "乙")})
    answers = Spans(truth=(wanted,), predicted=(frozenset({Span(0, 9, "甲")}),))
    near = Spans(
        truth=(wanted,),
        predicted=(frozenset({Span(0, 1, "甲"), Span(2, 5, "甲"), Span(6, 7, "乙")}),),
    )

    longer = Spans(truth=(wanted,), predicted=(frozenset({Span(0, 3, "甲"), Span(0, 4, "甲")}),))

    assert compute("relaxed_span_f1", answers) == 0
    assert compute("relaxed_span_f1", longer) == close(2 * 1 / (3 + 2))
    assert compute("relaxed_span_recall", near) == 1
    assert compute("span_f1", near) == 0


@pytest.mark.parametrize(
    ("given_", "right", "words"),
    [
        ("反应釜 压力 过高", 3, 3),
        ("反应釜 压力过高", 1, 2),
        ("反应釜  温度 过高", 0, 3),
        (None, 0, 0),
    ],
)
def test_words_are_right_where_both_their_ends_are(
    given_: str | None, right: int, words: int
) -> None:
    answers = Texts(truth=("反应釜 压力 过高",), predicted=(given_,))

    values = [
        compute(text, answers)
        for text in ("segmentation_f1", "segmentation_precision", "segmentation_recall")
    ]

    assert values == close([2 * right / (3 + words), right / max(words, 1), right / 3], abs=EXACT)


def test_fields_are_compared_by_their_type() -> None:
    answers = Fields(
        types={"单号": "text", "金额": "number", "日期": "date", "标签": "set"},
        truth=(
            {"单号": "A1", "金额": 12000, "日期": "2025-03-01", "标签": ("甲", "乙")},
            {"单号": "A2", "金额": 0.1},
        ),
        predicted=(
            {"单号": "Ａ1", "金额": "1.2万元", "日期": "2025年3月1日", "标签": ("乙", "甲")},
            {"单号": "A3", "金额": "0.1", "标签": ("丙",)},
        ),
    )

    assert compute("field_accuracy", answers) == close((4 + 2) / 8)
    assert compute("document_accuracy", answers) == 0.5
    assert compute("field_set_f1", answers) == close(2 * 6 / (7 + 8))


def test_boxes_are_paired_for_the_largest_overlap() -> None:
    answers = Boxes(
        labels=("裂纹",),
        truth=((Box((0, 0, 2, 2), "裂纹"), Box((10, 10, 12, 12), "裂纹")),),
        predicted=((Box((0, 0, 2, 1), "裂纹", 0.5), Box((0, 0, 2, 2), "裂纹", 0.1)),),
    )

    assert compute("box_iou", answers) == close(0.5)
    assert compute("box_recall(iou=0.5)", answers) == close(0.5)
    assert compute("box_recall(iou=0.9)", answers) == close(0.5)


def test_masks_are_paired_for_the_largest_overlap_and_other_sizes_share_nothing() -> None:
    answers = Masks(
        labels=("裂纹",),
        truth=(
            (Mask((2, 4), (0, 4, 4), "裂纹"), Mask((2, 4), (6, 2), "裂纹")),
            (Mask((2, 4), (0, 8), "裂纹"),),
        ),
        predicted=(
            (Mask((2, 4), (0, 3, 5), "裂纹", 0.5), Mask((2, 4), (0, 4, 4), "裂纹", 0.1)),
            (Mask((4, 2), (0, 8), "裂纹", 0.9),),
        ),
    )

    assert compute("mask_iou", answers) == close((1 + 0 + 0) / 3)
    assert compute("mask_recall(iou=0.7)", answers) == close(1 / 3)
    assert compute("mean_iou", answers) == close(4 / (6 + 16))


def test_citations_score_as_sets() -> None:
    answers = Rankings(relevant=({"a": 1.0, "b": 1.0}, {"c": 1.0}), ranked=(("b", "x", "a"), None))

    assert compute("citation_f1", answers) == close((2 * 2 / 5) / 2)


NUMBERS = Texts(
    truth=("12000元", "12000元", "12000元", "3.5MPa", "没有数字", "100"),
    predicted=("1.2万元", "11000、11500、12000、12500", "12050元", "3.9MPa", "12", None),
)


def test_numbers_are_right_by_value_and_a_list_is_no_answer() -> None:
    assert compute("number_match", NUMBERS) == close(1 / 5)
    assert compute("number_within(tolerance=0.01)", NUMBERS) == close(2 / 5)
    assert compute("number_near(tolerance=50)", NUMBERS) == close(3 / 5)


POINTS = "切断进料|停止进料；压力降至3.5MPa；!开盖作业"


@pytest.mark.parametrize(
    ("given_", "value"),
    [
        ("先停止进料，再将压力降至３．５ MPa。", 1.0),
        ("切断进料", 0.5),
        ("切断进料，压力降至3.55MPa", 0.5),
        ("切断进料，压力降至3.5MPa，可以直接开盖作业", 0.0),
        ("无" * 300 + "切断进料，压力降至3.5MPa", 0.0),
        (None, 0.0),
    ],
)
def test_key_points_are_counted_and_a_forbidden_one_costs_all(
    given_: str | None, value: float
) -> None:
    answers = Texts(truth=(POINTS,), predicted=(given_,))

    assert compute("key_points(limit=300)", answers) == value


def test_pasting_every_candidate_answer_gains_nothing() -> None:
    pasted = "。".join(f"压力降至{k / 10}MPa" for k in range(1, 900))
    answers = Texts(truth=("压力降至88.8MPa",), predicted=(pasted,))

    assert compute("key_points(limit=300)", answers) == 0
    assert compute("number_match", answers) == 0


@pytest.mark.parametrize(
    ("given_", "value"),
    [("３．５ MPA", 1.0), ("3.5MPa。", 1.0), ("35MPa", 0.0), ("-3.5MPa", 0.0), (None, 0.0)],
)
def test_a_loose_match_keeps_points_and_signs_of_numbers(given_: str | None, value: float) -> None:
    answers = Texts(truth=("3.5MPa",), predicted=(given_,))

    assert compute("loose_match", answers) == value


REACTOR = "反应釜设计压力为3.5MPa，温度不超过180℃。"
DANGEROUS = "反应釜设计压力为3.9MPa，可以直接开盖作业。"


def test_no_metric_of_text_takes_a_dangerous_answer_for_the_right_one() -> None:
    right = Texts(truth=(REACTOR,), predicted=(REACTOR,))
    wrong = Texts(truth=(REACTOR,), predicted=(DANGEROUS,))

    for text in ("rouge_1", "rouge_2", "rouge_l", "bleu", "chrf", "char_f1", "exact_match"):
        assert compute(text, right) == 1
        assert compute(text, wrong) < 0.8


BY_WORDS = ("rouge_1", "rouge_2", "rouge_l", "bleu", "chrf", "char_f1")


@pytest.mark.parametrize("text", BY_WORDS)
def test_no_segmentation_of_words_moves_a_score(text: str) -> None:
    whole = Texts(truth=(REACTOR,), predicted=("反应釜压力为3.5MPa。",))
    cut = Texts(
        truth=("反应釜 设计 压力 为 3.5 MPa ， 温度 不 超过 180 ℃ 。",),
        predicted=("反应 釜压力为 3.5MPa 。",),
    )

    assert compute(text, cut) == compute(text, whole) > 0.2


def test_where_words_would_turn_the_order_round_characters_keep_it() -> None:
    wanted = "反应釜 温度 不 超过 180 ℃"
    near, far = "反应釜 温度 不超过 180 度", "反应釜 温度 不 大于 180 ℃ 才行"

    def by_words(given_: str) -> float:
        ours, theirs = wanted.split(), given_.split()
        return 2 * LCSseq.similarity(ours, theirs) / (len(ours) + len(theirs))

    by_characters = [
        compute("rouge_l", Texts(truth=(wanted,), predicted=(given_,))) for given_ in (near, far)
    ]

    assert by_words(near) < by_words(far)
    assert by_characters[0] > by_characters[1]


def test_bleu_reads_chinese_where_the_western_tokenizer_finds_nothing() -> None:
    given_ = "反应釜设计压力为3.5兆帕，温度不超过180℃。"
    western = sacrebleu.corpus_bleu([given_], [[REACTOR]], tokenize="13a", smooth_method="none")

    value = compute("bleu", Texts(truth=(REACTOR,), predicted=(given_,)))

    assert western.score == 0
    assert value == close(
        sacrebleu.corpus_bleu([plain(given_)], [[plain(REACTOR)]], tokenize="char").score / 100,
        abs=EXACT,
    )


@pytest.mark.parametrize("wrong", ["", "丙 丁", "丙丁"])
def test_words_of_an_altered_text_count_as_given(wrong: str) -> None:
    truth = ("甲 乙", "丙丁 戊", "己庚 辛壬")
    honest = Texts(truth=truth, predicted=("甲 乙", "丙丁戊", "己 庚辛 壬"))
    altered = Texts(truth=truth, predicted=("甲 乙", wrong, wrong))

    values = [
        [compute(f"segmentation_{part}", answers) for part in ("precision", "f1")]
        for answers in (honest, altered)
    ]

    assert values == [pytest.approx([2 / 6, 4 / 12]), pytest.approx([2 / 6, 4 / 12])]
