"""Scores: values with intervals that are honest about what they rest on."""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np
import pytest
from scipy import special

from harness.metric_text import MetricText
from scoring.answers import Answers, Labels, Texts, Values
from scoring.catalog import METRICS, resolve
from scoring.resampling import Draws
from scoring.score import NOTES, Score, score, scores
from scoring.statistic import mean_of
from scoring.structured_answers import LabelSets

NAMES = ("紧急", "一般", "其他")


def draws(units: int, count: int = 499) -> Draws:
    return Draws(bytes(32), units, count)


def labels(truth: np.ndarray, predicted: np.ndarray, belief: np.ndarray | None = None) -> Labels:
    return Labels(
        truth=truth,
        predicted=predicted,
        labels=NAMES,
        positive="紧急",
        belief=np.full(len(truth), math.nan) if belief is None else belief,
    )


def noisy(n: int, seed: int = 0) -> Labels:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    predicted = np.where(rng.random(n) < 0.7, truth, rng.integers(-1, 3, n))
    return labels(truth, predicted, rng.normal(size=n) + (truth == 0))


def scored(text: str, answers: Answers, clusters: np.ndarray | None = None) -> Score:
    units = len(answers.missing) if clusters is None else int(clusters.max()) + 1
    return score(
        resolve(MetricText.parse(text)), answers, clusters=clusters, draws=draws(units), level=0.95
    )


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("accuracy", "wilson"),
        ("recall(label=紧急)", "wilson"),
        ("macro_f1", "bca"),
        ("mcc(label=紧急)", "bca"),
        ("auc", "delong"),
        ("average_precision", "percentile"),
    ],
)
def test_each_kind_of_metric_has_the_interval_that_suits_it(text: str, method: str) -> None:
    found = scored(text, noisy(300))

    assert found.method == method
    assert found.interval.low < found.value < found.interval.high
    assert found.standard_error == pytest.approx(np.std(found.replicates, ddof=1))
    assert found.notes == ()


def test_declared_clusters_widen_the_interval_and_few_of_them_are_noted() -> None:
    clusters = np.repeat(np.arange(20), 15)
    truth = np.zeros(300, dtype=np.int64)
    answers = labels(truth, np.where(clusters % 4 == 0, 1, 0))

    alone, together = scored("accuracy", answers), scored("accuracy", answers, clusters)

    assert together.method == "bca"
    assert together.standard_error > 3 * alone.standard_error
    assert together.notes == ("few_clusters",)


@pytest.mark.parametrize("clusters", [2, 3, 4])
@pytest.mark.parametrize("text", ["accuracy", "macro_f1"])
def test_intervals_over_a_handful_of_clusters_hold_the_truth(text: str, clusters: int) -> None:
    rng = np.random.default_rng(clusters)

    def drawn(count: int) -> tuple[Labels, np.ndarray]:
        of = np.repeat(np.arange(count), 20)
        truth = rng.integers(0, 2, len(of))
        right = rng.random(len(of)) < rng.beta(7, 3, count)[of]
        return labels(truth, np.where(right, truth, 1 - truth)), of

    whole = scored(text, drawn(5000)[0]).value
    found = [scored(text, *drawn(clusters)) for _ in range(200)]

    assert {one.method for one in found if "degenerate" not in one.notes} == {"t"}
    assert np.mean([one.interval.low <= whole <= one.interval.high for one in found]) >= 0.9


@pytest.mark.parametrize(
    ("text", "noted"), [("accuracy", False), ("macro_f1", True), ("average_precision", True)]
)
def test_a_bootstrap_of_few_samples_is_noted(text: str, noted: bool) -> None:
    few, enough = scored(text, noisy(29)), scored(text, noisy(30))

    assert ("few_samples" in few.notes) == noted
    assert "few_samples" not in enough.notes


@pytest.mark.parametrize("text", ["accuracy", "macro_f1", "auc", "recall(label=紧急)"])
@pytest.mark.parametrize("clusters", [None, np.arange(60) // 2], ids=["samples", "clusters"])
def test_a_perfect_score_still_has_a_width(text: str, clusters: np.ndarray | None) -> None:
    truth = np.arange(60) % 3

    found = scored(text, labels(truth, truth, -truth.astype(np.float64)), clusters)

    assert found.value == found.interval.high == 1.0
    assert found.interval.low < 0.95
    assert found.method == "wilson"
    assert ("degenerate" in found.notes) == (text in ("macro_f1", "auc") or clusters is not None)


@pytest.mark.parametrize("text", ["mae", "rmse", "r2", "capacity_accuracy(capacity=10)", "wape"])
def test_faultless_numbers_might_still_have_erred_once_in_a_while(text: str) -> None:
    truth = np.linspace(0, 10, 80)
    perfect = Values(truth=truth, predicted=truth, low=0.0, high=10.0)

    found = scored(text, perfect)

    assert found.interval.low < found.interval.high
    assert found.value in (found.interval.low, found.interval.high)
    assert "degenerate" in found.notes


def test_a_metric_without_its_label_is_undefined_and_not_zero() -> None:
    found = scored("recall(label=紧急)", labels(np.array([1, 2, 1]), np.array([1, 2, 2])))

    assert math.isnan(found.value)
    assert found.method == "none"
    assert "undefined" in found.notes


def test_an_area_without_negatives_is_undefined_and_not_zero() -> None:
    found = scored("auc", labels(np.zeros(5, dtype=np.int64), np.zeros(5, dtype=np.int64)))

    assert math.isnan(found.value)
    assert "undefined" in found.notes


def test_few_samples_and_rare_labels_are_noted() -> None:
    tiny = scored("accuracy", labels(np.array([0, 1]), np.array([0, 0])))
    rare = scored("macro_f1", labels(np.array([0, 1, 1, 1, 1, 1]), np.array([0, 1, 1, 1, 1, 0])))

    assert tiny.notes == ("small_n",)
    assert "rare_class" in rare.notes


def test_a_gate_is_held_against_the_exact_bound_on_the_unfavourable_side() -> None:
    answers = noisy(200)

    good, bad = scored("recall(label=紧急)", answers), scored("miss_rate(label=紧急)", answers)

    assert good.gate_bound < good.value
    assert bad.gate_bound > bad.value
    assert good.gate_bound == pytest.approx(1 - bad.gate_bound)


def test_a_score_counts_samples_missing_and_eligible() -> None:
    answers = labels(np.array([0, 0, 1, 1, 1]), np.array([0, -1, 1, -1, 0]))

    found = scored("recall(label=紧急)", answers)

    assert (found.n, found.missing, found.eligible, found.successes) == (5, 2, 2, 1)
    assert str(found.signature("sha256:ab", "1.0")) == (
        "recall(label=紧急)|n:5|missing:2|data:sha256:ab|scoring:1.0"
    )


def test_a_value_outside_the_bounds_of_its_metric_is_never_printed() -> None:
    sound = resolve(MetricText("accuracy"))
    percent = dataclasses.replace(
        sound.metric, statistic=lambda answers, _: mean_of(np.full(len(answers.truth), 80.0))
    )
    wrong = dataclasses.replace(sound, metric=percent)

    with pytest.raises(ValueError, match=r"accuracy is 80\.0, outside its bounds"):
        score(wrong, noisy(9), clusters=None, draws=draws(9), level=0.95)


def test_a_belief_that_was_not_given_is_missing_to_the_metrics_that_read_it() -> None:
    answers = labels(np.array([0, 1]), np.array([0, 1]), np.array([1.0, math.nan]))

    assert scored("auc", answers).missing == 1
    assert scored("accuracy", answers).missing == 0


def test_scores_made_together_are_those_made_alone_and_share_their_draws() -> None:
    bound = [resolve(MetricText.parse(text)) for text in ("accuracy", "macro_f1", "auc")]
    answers = [noisy(80, seed) for seed in range(3)]
    wanted = [(metric, given) for metric in bound for given in answers]

    together = scores(wanted, clusters=None, draws=draws(80), level=0.9)

    for (metric, given), found in zip(wanted, together, strict=True):
        alone = score(metric, given, clusters=None, draws=draws(80), level=0.9)
        assert np.array_equal(alone.replicates, found.replicates)
        assert alone.interval == found.interval


def test_draws_of_other_units_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        score(resolve(MetricText("accuracy")), noisy(8), clusters=None, draws=draws(9))


def test_texts_are_scored_with_an_interval() -> None:
    truth = tuple(f"第{k}号工单" for k in range(60))
    answers = Texts(truth=truth, predicted=(None, *truth[1:30], *("第号工单",) * 30))

    found = [scored(text, answers) for text in ("cer", "char_f1", "exact_match")]

    assert [s.method for s in found] == ["bca", "wilson", "wilson"]
    assert all(s.interval.low < s.value < s.interval.high for s in found)
    assert all(s.missing == 1 for s in found)


def test_every_note_is_explained_in_both_languages() -> None:
    codes = {note.code for note in NOTES}

    assert codes == {
        "few_clusters",
        "few_samples",
        "small_n",
        "rare_class",
        "heavy_tail",
        "wide_range",
        "degenerate",
        "undefined",
    }
    assert all(note.zh.endswith("。") and note.en.endswith(".") for note in NOTES)


def test_ends_and_bounds_are_plain_numbers_within_the_metrics_bounds() -> None:
    answers = noisy(120)

    for metric in METRICS.values():
        if "classification" in metric.task:
            text = metric.example.replace("缺陷", "一般")
            found = scored(text, answers)
            ends = (found.value, found.interval.low, found.interval.high, found.gate_bound)
            assert all(type(end) is float for end in ends), text
            assert metric.bounds[0] <= found.interval.low <= found.interval.high
            assert found.interval.high <= metric.bounds[1]


def test_four_metrics_of_two_thousand_samples_take_well_under_two_seconds() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 2000)
    answers = labels(truth, np.where(rng.random(2000) < 0.8, truth, 0), rng.normal(size=2000))
    texts = ("accuracy", "macro_f1", "recall(label=紧急)", "auc")
    wanted = [(resolve(MetricText.parse(text)), answers) for text in texts]
    common = draws(2000, 9999)
    start = time.process_time()

    scores(wanted, clusters=None, draws=common)

    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "text", ["balanced_accuracy", "macro_f1", "macro_precision", "macro_f_beta(beta=1)"]
)
def test_a_value_that_is_reached_exactly_on_paper_is_reached(text: str) -> None:
    truth = np.repeat([0, 1], 10)
    predicted = np.where(np.arange(20) % 10 == 0, 1 - truth, truth)

    assert scored(text, labels(truth, predicted)).value == 0.9


def alike(task: str, n: int) -> Answers:
    """Answers that are all wrong by the same, for a metric whose mean does not come out even."""
    truth = np.linspace(20.0, 30.0, n)
    if task == "text":
        return Texts(truth=("一二三四五六七八九十",) * n, predicted=("一二",) * n)
    if task == "multilabel":
        rows = np.tile([True, True, True], (n, 1))
        given = np.tile([True, False, False], (n, 1))
        return LabelSets(truth=rows, predicted=given, missing=np.zeros(n, np.bool_), labels=NAMES)
    return Values(truth=truth, predicted=truth + 3.3, low=0.0, high=125.0)


@pytest.mark.parametrize("n", [3, 6, 7, 11, 23])
@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("char_f1", "text"),
        ("jaccard", "multilabel"),
        ("mae", "number"),
        ("phm_score(early=13,late=10)", "number"),
    ],
)
def test_scores_that_are_all_alike_leave_no_spread_to_estimate_from(
    text: str, task: str, n: int
) -> None:
    found = scored(text, alike(task, n))

    assert "degenerate" in found.notes
    assert found.interval.high - found.interval.low > 0.01 * found.value
    assert found.interval.low < found.value < found.interval.high


def test_a_spread_in_a_small_unit_is_a_spread() -> None:
    rng = np.random.default_rng(0)
    metres = rng.uniform(1e-9, 9e-9, 200)
    films = Values(truth=metres, predicted=metres + rng.normal(0, 1e-10, 200), low=0.0, high=1e-8)

    found = scored("mae", films)

    assert "degenerate" not in found.notes
    assert found.method == "t"


@pytest.mark.parametrize("text", ["recall(label=紧急)", "auc"])
def test_intervals_hold_where_few_clusters_have_the_label(text: str) -> None:
    rng = np.random.default_rng(11)
    of = np.repeat(np.arange(60), 5)

    def drawn() -> Labels:
        # A machine is urgent or not as a whole, and how well it is judged is its own too.
        urgent = rng.random(60) < 0.1
        urgent[:2] = True, False
        truth = np.where(urgent[of], 0, 1)
        belief = rng.normal(0, 0.7, 60)[of] + rng.normal(0, 0.7, 300) + 1.4 * (truth == 0)
        right = rng.random(300) < rng.beta(7, 3, 60)[of]
        return labels(truth, np.where(right, truth, 1 - truth), belief)

    whole = 0.7 if text.startswith("recall") else special.ndtr(1.4 / np.sqrt(4 * 0.49))
    found = [scored(text, drawn(), of) for _ in range(150)]

    held = [one.interval.low <= whole <= one.interval.high for one in found]
    assert np.mean(held) >= 0.88
    assert np.mean([one.gate_bound > whole for one in found]) <= 0.06
    assert all("few_clusters" in one.notes for one in found)
    assert {one.effective_units <= 20 for one in found} == {True}


def numbers(errors: np.ndarray, width: float) -> Values:
    """Answers to targets of 0 that are off by these errors, in a range of so much to either side."""
    return Values(truth=np.zeros(len(errors)), predicted=errors, low=-width, high=width)


def usual_errors(n: int) -> np.ndarray:
    return np.random.default_rng(4).normal(size=n)


@pytest.mark.parametrize("text", ["mae", "rmse"])
def test_errors_of_ordinary_shape_in_a_narrow_range_are_no_reason_to_doubt(text: str) -> None:
    assert scored(text, numbers(usual_errors(300), 6.0)).notes == ()


@pytest.mark.parametrize("text", ["mae", "rmse", "mase(scale=1)"])
def test_a_value_that_hangs_on_a_few_wild_errors_says_so(text: str) -> None:
    errors = usual_errors(300)
    errors[[7, 80]] = 60.0

    found = scored(text, numbers(errors, 100.0))

    assert "heavy_tail" in found.notes


@pytest.mark.parametrize("text", ["mae", "rmse"])
def test_a_range_in_which_one_answer_leaves_the_interval_is_told_although_none_did(
    text: str,
) -> None:
    found = scored(text, numbers(usual_errors(300), 100.0))

    assert found.notes == ("wide_range",)


def test_clusters_carry_the_spread_together() -> None:
    errors, clusters = usual_errors(300), np.arange(300) // 5
    errors[:5] = 20.0

    found = scored("mae", numbers(errors, 21.0), clusters)

    assert "heavy_tail" in found.notes


def test_a_bounded_value_is_not_asked_for_heavy_tails() -> None:
    errors = usual_errors(300)
    errors[7] = 60.0

    assert scored("within(tolerance=9)", numbers(errors, 1e6)).notes == ()


def test_the_declared_range_caps_what_a_valid_answer_costs() -> None:
    errors = usual_errors(300)
    wild, gone = errors.copy(), errors.copy()
    wild[7], gone[7] = 6.0, math.nan

    assert scored("mae", numbers(wild, 6.0)).value == scored("mae", numbers(gone, 6.0)).value
    with pytest.raises(ValueError, match="outside the declared range"):
        numbers(np.append(errors, 6.1), 6.0)
