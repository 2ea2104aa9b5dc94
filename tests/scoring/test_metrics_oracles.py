"""Every metric against an independent implementation or a count by hand."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from harness.metric_text import MetricText
from scoring.answers import Anomalies, Answers, Labels, Rankings, Texts, Values
from scoring.catalog import METRICS, resolve
from scoring.resampling import Draws

NAMES = ("紧急", "缺陷", "一般", "其他")
CODES = list(range(len(NAMES)))
EXACT = 1e-12
close = pytest.approx
some = settings(max_examples=60, deadline=None)
codes = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3)), min_size=1, max_size=40)


def compute(text: str, answers: Answers) -> float:
    return resolve(MetricText.parse(text)).statistic(answers).value()


def labels(truth: np.ndarray, predicted: np.ndarray, belief: np.ndarray | None = None) -> Labels:
    nothing = np.full(len(truth), math.nan)
    return Labels(
        truth=truth,
        predicted=predicted,
        labels=NAMES,
        positive="紧急",
        belief=nothing if belief is None else belief,
    )


def occurring(truth: np.ndarray) -> list[int]:
    return sorted(set(truth.tolist()))


CLASSIFICATION: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
    "macro_f1": lambda t, p: sk.f1_score(
        t, p, labels=occurring(t), average="macro", zero_division=0
    ),
    "weighted_f1": lambda t, p: sk.f1_score(
        t, p, labels=occurring(t), average="weighted", zero_division=0
    ),
    "micro_recall": lambda t, p: sk.recall_score(t, p, average="micro"),
    "weighted_recall": lambda t, p: sk.recall_score(t, p, average="weighted", zero_division=0),
    "micro_precision": lambda t, p: sk.precision_score(
        t, p, labels=CODES, average="micro", zero_division=0
    ),
    "micro_f_beta(beta=0.5)": lambda t, p: sk.fbeta_score(
        t, p, beta=0.5, labels=CODES, average="micro", zero_division=0
    ),
    "macro_recall": lambda t, p: sk.recall_score(t, p, labels=occurring(t), average="macro"),
    "macro_f_beta(beta=2)": lambda t, p: sk.fbeta_score(
        t, p, beta=2, labels=occurring(t), average="macro", zero_division=0
    ),
    "weighted_precision": lambda t, p: sk.precision_score(
        t, p, labels=occurring(t), average="weighted", zero_division=0
    ),
    "weighted_f_beta(beta=2)": lambda t, p: sk.fbeta_score(
        t, p, beta=2, labels=occurring(t), average="weighted", zero_division=0
    ),
    "multiclass_mcc": lambda t, p: sk.matthews_corrcoef(t, p) if len(set(t)) > 1 else math.nan,
    "precision(label=缺陷)": lambda t, p: sk.precision_score(
        t, p, labels=[1], average="macro", zero_division=0
    ),
    "recall(label=缺陷)": lambda t, p: sk.recall_score(
        t, p, labels=[1], average="macro", zero_division=math.nan
    ),
    "f1(label=缺陷)": lambda t, p: (
        sk.f1_score(t, p, labels=[1], average="macro", zero_division=0) if 1 in t else math.nan
    ),
    "miss_rate(label=缺陷)": lambda t, p: (
        1 - sk.recall_score(t, p, labels=[1], average="macro", zero_division=math.nan)
    ),
    "false_reject_rate(label=缺陷)": lambda t, p: (
        1 - sk.recall_score(t != 1, (p != 1) & (p != -1), zero_division=math.nan)
    ),
    "mcc(label=缺陷)": lambda t, p: (
        sk.matthews_corrcoef(t == 1, np.where(p == -1, t != 1, p == 1))
        if 0 < (t == 1).sum() < len(t)
        else math.nan
    ),
}


@pytest.mark.parametrize("text", CLASSIFICATION)
@given(rows=codes)
@some
def test_labels_score_as_scikit_learn_scores_them_with_no_answer_a_label_of_its_own(
    text: str, rows: list[tuple[int, int]]
) -> None:
    truth, predicted = np.array(rows).T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = CLASSIFICATION[text](truth, predicted)

    value = compute(text, labels(truth, predicted))

    assert value == close(expected, abs=EXACT, nan_ok=True)


def filled(truth: np.ndarray, score: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(score), np.where(truth, -100.0, 100.0), score)


def roc_recall(truth: np.ndarray, score: np.ndarray, rate: float) -> float:
    rates, recalls, thresholds = sk.roc_curve(truth, score, drop_intermediate=False)
    return max(
        recall
        for at, recall, threshold in zip(rates, recalls, thresholds, strict=True)
        if at <= rate + 1e-12 and threshold > -100
    )


both = st.lists(
    st.tuples(st.booleans(), st.integers(-4, 4).map(float) | st.floats(-4, 4)),
    min_size=2,
    max_size=40,
).filter(lambda rows: len({truth for truth, _ in rows}) == 2)
gaps = st.sets(st.integers(0, 39))


@given(rows=both, silent=gaps)
@some
def test_curves_over_scores_are_those_of_scikit_learn(
    rows: list[tuple[bool, float]], silent: set[int]
) -> None:
    truth, score = (np.array(column) for column in zip(*rows, strict=True))
    score[[at for at in silent if at < len(rows)]] = math.nan
    complete = filled(truth, score)
    by_score = Anomalies(truth=truth, score=score)
    by_belief = labels(np.where(truth, 0, 1), np.where(truth, 0, 1), score)

    areas = [compute("anomaly_auc", by_score), compute("auc", by_belief)]
    found = compute("recall_at_fpr(fpr=0.1)", by_score)

    assert areas == close([sk.roc_auc_score(truth, complete)] * 2, abs=EXACT)
    assert found == close(roc_recall(truth, complete, 0.1), abs=EXACT)


@given(rows=both, silent=gaps)
@some
def test_average_precision_is_that_of_scikit_learn_less_the_unanswered_positives(
    rows: list[tuple[bool, float]], silent: set[int]
) -> None:
    truth, score = (np.array(column) for column in zip(*rows, strict=True))
    score[[at for at in silent if at < len(rows)]] = math.nan
    complete = filled(truth, score)
    lost = truth & np.isnan(score)
    tail = lost.sum() / truth.sum() * truth.mean()
    expected = sk.average_precision_score(truth, complete) - tail
    by_belief = labels(np.where(truth, 0, 1), np.where(truth, 0, 1), score)

    values = [
        compute("anomaly_ap", Anomalies(truth=truth, score=score)),
        compute("average_precision", by_belief),
    ]

    assert values == close([expected] * 2, abs=EXACT)


REGRESSION: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "mae": sk.mean_absolute_error,
    "rmse": sk.root_mean_squared_error,
    "r2": lambda t, p: sk.r2_score(t, p) if np.ptp(t) else math.nan,
    "within(tolerance=2.5)": lambda t, p: np.mean(np.abs(t - p) <= 2.5 + 1e-9),
    "wape": lambda t, p: np.abs(t - p).sum() / np.abs(t).sum() if np.abs(t).sum() else math.nan,
    "mape(floor=0.5)": lambda t, p: np.mean(np.abs(t - p) / np.maximum(np.abs(t), 0.5)),
    "capacity_accuracy(capacity=80)": lambda t, p: 1 - sk.root_mean_squared_error(t, p) / 80,
    "qualified_rate(capacity=80,tolerance=0.1)": lambda t, p: np.mean(np.abs(t - p) <= 8 + 1e-9),
}
number = (
    st.integers(-20, 100).map(float)
    | st.integers(-80, 400).map(lambda k: k / 4)
    | st.floats(-20, 100).map(lambda value: round(value, 2))
)
pairs = st.lists(st.tuples(number, number | st.just(math.nan)), min_size=2, max_size=40)


@pytest.mark.parametrize("text", REGRESSION)
@given(rows=pairs)
@some
def test_numbers_score_as_by_the_textbook_with_no_answer_the_worst_in_range(
    text: str, rows: list[tuple[float, float]]
) -> None:
    truth, predicted = np.array(rows).T
    worst = np.where(truth - -20 > 100 - truth, -20.0, 100.0)
    expected = REGRESSION[text](truth, np.where(np.isnan(predicted), worst, predicted))

    value = compute(text, Values(truth=truth, predicted=predicted, low=-20.0, high=100.0))

    assert value == close(expected, abs=EXACT, rel=EXACT, nan_ok=True)


def test_a_tolerance_in_decimals_holds_although_binary_fractions_miss_it_by_a_hair() -> None:
    answers = Values(
        truth=np.array([1.0, 1.0]), predicted=np.array([1.1, 1.1001]), low=0.0, high=9.0
    )

    assert compute("within(tolerance=0.1)", answers) == 0.5


def test_a_draw_of_equal_targets_leaves_no_variance_to_explain() -> None:
    answers = Values(
        truth=np.array([0.0, 80.5, 0.0]), predicted=np.full(3, math.nan), low=-50.0, high=150.0
    )
    statistic = resolve(MetricText("r2")).statistic(answers)

    drawn = statistic.replicates(Draws(bytes(32), 3, 60), None)

    assert statistic.value() < -5
    assert np.abs(drawn).max() < 50


DOCUMENTS = tuple("abcdefgh")
gains = st.dictionaries(st.sampled_from(DOCUMENTS), st.sampled_from([1.0, 2.0, 3.0]), min_size=1)


@given(queries=st.lists(st.tuples(gains, st.permutations(DOCUMENTS)), min_size=1, max_size=8))
@some
def test_rankings_score_as_scikit_learn_and_plain_counting_do(
    queries: list[tuple[dict[str, float], list[str]]],
) -> None:
    answers = Rankings(
        relevant=tuple(relevant for relevant, _ in queries),
        ranked=tuple(tuple(ranked) for _, ranked in queries),
    )
    wanted = np.array([[g.get(doc, 0.0) for doc in ranked] for g, ranked in queries])
    hits = wanted > 0
    order = -np.arange(len(DOCUMENTS), dtype=np.float64)[None, :].repeat(len(queries), axis=0)

    values = [
        compute(t, answers)
        for t in (
            "ndcg(k=3)",
            "ndcg_exponential(k=3)",
            "mrr",
            "recall_at(k=3)",
            "precision_at(k=3)",
        )
    ]

    assert values == close(
        [
            sk.ndcg_score(wanted, order, k=3),
            sk.ndcg_score(2**wanted - 1, order, k=3),
            np.mean(1 / (1 + hits.argmax(axis=1))),
            np.mean(hits[:, :3].sum(axis=1) / hits.sum(axis=1)),
            np.mean(hits[:, :3].sum(axis=1) / 3),
        ],
        abs=EXACT,
    )


def test_an_unanswered_query_counts_nothing_and_one_without_relevant_documents_is_left_out() -> (
    None
):
    answers = Rankings(relevant=({"a": 1.0}, {"b": 1.0}, {}), ranked=(("x", "a"), None, ("a",)))

    assert compute("mrr", answers) == 0.25


def test_grades_beyond_what_two_to_the_grade_can_hold_still_rank() -> None:
    answers = Rankings(relevant=({"a": 5000.0, "b": 1.0},), ranked=(("b", "a"),))

    assert compute("ndcg_exponential(k=2)", answers) == close(1 / math.log2(3), abs=EXACT)


def edits(wanted: str, given: str) -> int:
    """Levenshtein's distance, by the textbook's table."""
    row = list(range(len(given) + 1))
    for i, letter in enumerate(wanted, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(given, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (letter != other))
    return row[-1]


lines = st.text(st.sampled_from("天地玄黄ab"), max_size=8)


@given(rows=st.lists(st.tuples(lines, lines | st.none()), min_size=1, max_size=8))
@some
def test_the_character_error_rate_is_edits_over_characters_each_text_capped(
    rows: list[tuple[str, str | None]],
) -> None:
    answers = Texts(truth=tuple(t for t, _ in rows), predicted=tuple(p for _, p in rows))
    cost = [max(len(t), 1) if p is None else min(edits(t, p), max(len(t), 1)) for t, p in rows]

    value = compute("cer", answers)

    assert value == close(sum(cost) / sum(max(len(t), 1) for t, _ in rows), abs=EXACT)


@given(rows=st.lists(st.tuples(lines, lines | st.none()), min_size=1, max_size=8))
@some
def test_character_f1_and_exact_match_are_counted_as_said(
    rows: list[tuple[str, str | None]],
) -> None:
    answers = Texts(truth=tuple(t for t, _ in rows), predicted=tuple(p for _, p in rows))
    shared = [sum(min(t.count(c), (p or "").count(c)) for c in set(t)) for t, p in rows]
    f1 = [
        0.0 if p is None else 1.0 if not t + p else 2 * both / len(t + p)
        for both, (t, p) in zip(shared, rows, strict=True)
    ]

    values = [compute("char_f1", answers), compute("exact_match", answers)]

    assert values == close([np.mean(f1), np.mean([t == p for t, p in rows])], abs=EXACT)


@pytest.mark.parametrize(
    ("text", "wanted", "given", "value"),
    [
        ("exact_match", "２０２６年 １月", "2026年  1月 ", 1.0),
        ("exact_match", "Ab", "ab", 0.0),
        ("char_f1", "１２ ３", "123", 1.0),
        ("cer", "e\u0301", "\u00e9\n", 0.0),
        ("cer", "１２", "12", 1.0),
        ("cer", "", "多余", 1.0),
    ],
)
def test_texts_are_compared_in_the_form_that_the_formula_names(
    text: str, wanted: str, given: str, value: float
) -> None:
    assert compute(text, Texts(truth=(wanted,), predicted=(given,))) == value


def tried_on_made_data(tree: ast.Module) -> Iterator[str]:
    """Texts in tests over data that are made, and in the tables that such tests run over."""
    for node in tree.body:
        made = isinstance(node, ast.FunctionDef) and any(
            ast.unparse(one).startswith(("given(", "pytest.mark.parametrize('seed'"))
            for one in node.decorator_list
        )
        if made or isinstance(node, ast.AnnAssign):
            yield from (
                part.value
                for part in ast.walk(node)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


def test_every_metric_has_an_oracle_over_made_data() -> None:
    files = Path(__file__).parent.glob("*oracles.py")
    texts = {
        text for file in files for text in tried_on_made_data(ast.parse(file.read_text("utf-8")))
    }

    named = {text.partition("(")[0] for text in texts}

    assert sorted(set(METRICS) - named) == []
