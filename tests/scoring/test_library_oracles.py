"""Metrics against the libraries that people trust for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jiwer
import numpy as np
import pytest
import pytrec_eval
import sacrebleu
import seqeval.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as mask_utils
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from rouge_score.rouge_scorer import RougeScorer
from scipy import stats
from sklearn import metrics as sk

from harness.metric_text import MetricText
from scoring.answers import Answers, Labels, Rankings, Texts, Values
from scoring.catalog import resolve
from scoring.mask_overlap import area, joined, runs_of, shared
from scoring.structured_answers import Box, Boxes, LabelSets, Mask, Masks, Span, Spans

NAMES = ("紧急", "缺陷", "一般", "其他")
EXACT = 1e-12
SIDE = 200
pytestmark = pytest.mark.filterwarnings("ignore")
some = settings(max_examples=40, deadline=None)
close = pytest.approx


def compute(text: str, answers: Answers) -> float:
    return resolve(MetricText.parse(text)).statistic(answers).value()


rows_of_codes = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40)


def labels(truth: np.ndarray, predicted: np.ndarray, shares: np.ndarray | None = None) -> Labels:
    return Labels(
        truth=truth,
        predicted=predicted,
        labels=NAMES,
        positive="紧急",
        belief=np.where(predicted == 0, 1.0, 0.25 * predicted),
        probabilities=shares,
    )


def occurring(truth: np.ndarray) -> list[int]:
    return sorted(set(truth.tolist()))


LABELLED: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "micro_f1": lambda t, p: sk.f1_score(t, p, average="micro"),
    "macro_precision": lambda t, p: sk.precision_score(
        t, p, labels=occurring(t), average="macro", zero_division=0
    ),
    "kappa": lambda t, p: 1.0 if len({*t, *p}) == 1 else sk.cohen_kappa_score(t, p),
    "f_beta(beta=2,label=缺陷)": lambda t, p: (
        sk.fbeta_score(t, p, beta=2, labels=[1], average="macro", zero_division=0)
        if 1 in t
        else math.nan
    ),
}


@pytest.mark.parametrize("text", LABELLED)
@given(rows=rows_of_codes)
@some
def test_labels_score_as_by_scikit_learn(text: str, rows: list[tuple[int, int]]) -> None:
    truth, predicted = np.array(rows).T

    value = compute(text, labels(truth, predicted))

    assert value == close(LABELLED[text](truth, predicted), abs=EXACT, nan_ok=True)


@given(rows=rows_of_codes, seed=st.integers(0, 2**32 - 1))
@some
def test_probabilities_score_as_by_scikit_learn(rows: list[tuple[int, int]], seed: int) -> None:
    truth, predicted = np.array(rows).T
    shares = np.random.default_rng(seed).dirichlet(np.ones(4), size=len(truth))
    answers = labels(truth, predicted, shares)
    codes = list(range(4))

    values = [compute(t, answers) for t in ("log_loss(floor=0.0001)", "top_k(k=2)", "brier")]

    clipped = np.maximum(shares, 1e-4)
    assert values[0] == close(-np.log(clipped[np.arange(len(truth)), truth]).mean(), abs=EXACT)
    if clipped.min() > 1e-4:
        assert values[0] == close(sk.log_loss(truth, shares, labels=codes), abs=EXACT)
    assert values[1] == close(sk.top_k_accuracy_score(truth, shares, k=2, labels=codes), abs=EXACT)
    assert values[2] == close(
        sk.brier_score_loss(truth, shares, labels=codes, scale_by_half=True), abs=EXACT
    )


@given(rows=rows_of_codes, seed=st.integers(0, 2**32 - 1))
@some
def test_calibration_error_is_the_gap_of_each_bin(rows: list[tuple[int, int]], seed: int) -> None:
    truth, predicted = np.array(rows).T
    shares = np.random.default_rng(seed).dirichlet(np.ones(4), size=len(truth))
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    expected = 0.0
    for low in np.arange(5) / 5:
        within = (sure > low) & (sure <= low + 0.2)
        if within.any():
            expected += within.mean() * abs(sure[within].mean() - right[within].mean())

    value = compute("ece(bins=5)", labels(truth, predicted, shares))

    assert value == close(expected, abs=EXACT)


@given(rows=rows_of_codes)
@some
def test_recall_at_a_rate_of_false_alarms_is_a_point_of_the_roc_curve(
    rows: list[tuple[int, int]],
) -> None:
    answers = labels(*np.array(rows).T)
    positive = answers.truth == 0
    if not 0 < positive.sum() < len(positive):
        return
    rates, recalls, _ = sk.roc_curve(positive, answers.belief, drop_intermediate=False)

    value = compute("positive_recall_at_fpr(fpr=0.2)", answers)

    assert value == close(max(recalls[rates <= 0.2 + 1e-12]), abs=EXACT)


MARKED: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "label_micro_f1": lambda t, p: (
        sk.f1_score(t, p, average="micro", zero_division=0) if t.any() else math.nan
    ),
    "label_macro_f1": lambda t, p: (
        sk.f1_score(t, p, labels=np.flatnonzero(t.any(axis=0)), average="macro", zero_division=0)
        if t.any()
        else math.nan
    ),
    "subset_accuracy": sk.accuracy_score,
    "jaccard": lambda t, p: sk.jaccard_score(t, p, average="samples", zero_division=1),
    "hamming_loss": sk.hamming_loss,
}
marks = st.lists(
    st.tuples(*(st.lists(st.booleans(), min_size=4, max_size=4),) * 2), min_size=1, max_size=30
)


@pytest.mark.parametrize("text", MARKED)
@given(rows=marks)
@some
def test_label_sets_score_as_by_scikit_learn(text: str, rows: list[tuple[list[bool], ...]]) -> None:
    truth, predicted = (np.array(column) for column in zip(*rows, strict=True))
    answers = LabelSets(
        truth=truth, predicted=predicted, missing=np.zeros(len(truth), dtype=bool), labels=NAMES
    )

    value = compute(text, answers)

    assert value == close(MARKED[text](truth, predicted), abs=EXACT, nan_ok=True)


GROUPED: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "adjusted_rand": sk.adjusted_rand_score,
    "v_measure": sk.v_measure_score,
}


@pytest.mark.parametrize("text", GROUPED)
@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3)), min_size=1, max_size=40))
@some
def test_groups_score_as_by_scikit_learn_with_no_answer_a_group_of_its_own(
    text: str, rows: list[tuple[int, int]]
) -> None:
    truth, predicted = np.array(rows).T
    alone = np.where(predicted < 0, 10 + np.arange(len(predicted)), predicted)

    value = compute(text, labels(truth, predicted))

    assert value == close(GROUPED[text](truth, alone), abs=EXACT)


number = st.integers(-80, 400).map(lambda k: k / 4)
CORRELATED: dict[str, Callable[..., Any]] = {
    "pearson": stats.pearsonr,
    "spearman": stats.spearmanr,
}


@pytest.mark.parametrize("text", CORRELATED)
@given(
    rows=st.lists(st.tuples(number, number | st.just(math.nan)), min_size=2, max_size=30).filter(
        lambda rows: len({truth for truth, _ in rows}) > 1
    )
)
@some
def test_correlations_are_those_of_scipy_with_no_answer_furthest_off(
    text: str, rows: list[tuple[float, float]]
) -> None:
    truth, predicted = np.array(rows).T
    furthest = np.where(truth < 40, 100.0, -20.0)
    complete = np.where(np.isnan(predicted), furthest, predicted)
    answers = Values(truth=truth, predicted=predicted, low=-20.0, high=100.0)

    value = compute(text, answers)

    expected = CORRELATED[text](truth, complete).statistic if np.ptp(complete) else 0.0
    assert value == close(expected, abs=EXACT)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
@given(rows=st.lists(st.tuples(number, number), min_size=1, max_size=30))
@some
def test_quantile_loss_is_that_of_scikit_learn(
    quantile: float, rows: list[tuple[float, float]]
) -> None:
    truth, predicted = np.array(rows).T
    answers = Values(truth=truth, predicted=predicted, low=-20.0, high=100.0)

    value = compute(f"pinball(quantile={quantile})", answers)

    assert value == close(
        sk.mean_pinball_loss(truth, predicted, alpha=quantile), abs=EXACT, rel=EXACT
    )


chinese = st.text(st.sampled_from("反应釜压力超过设定值ab1."), min_size=1, max_size=14)
english = st.lists(
    st.sampled_from(["the", "pump", "is", "hot", "and", "loud", "now"]), min_size=1, max_size=9
)


@given(rows=st.lists(st.tuples(chinese, chinese), min_size=1, max_size=6))
@some
def test_bleu_and_chrf_are_those_of_sacrebleu(rows: list[tuple[str, str]]) -> None:
    wanted, given_ = ([pair[at] for pair in rows] for at in range(2))
    answers = Texts(truth=tuple(wanted), predicted=tuple(given_))
    long_enough = any(len(text) >= 4 for text in wanted)

    values = [compute("bleu", answers), compute("chrf", answers)]

    if long_enough:
        expected = sacrebleu.corpus_bleu(given_, [wanted], tokenize="char", force=True).score
        assert values[0] == close(expected / 100, abs=EXACT)
    expected = sacrebleu.corpus_chrf(given_, [wanted]).score / 100
    # It leaves out runs longer than every answer; here a reference that has them still asks for them.
    answered = max(min(len(one), len(other)) for one, other in rows)
    if answered >= min(6, max(map(len, wanted))):
        assert values[1] == close(expected, abs=EXACT)
    else:
        assert values[1] <= expected + EXACT


def test_cutting_the_one_long_answer_short_raises_no_chrf() -> None:
    long, short = "反应釜压力超过设定值上限" * 8, "甲乙丙丁戊己"
    wanted = (*[long] * 50, short)

    whole, cut, gone = (
        compute("chrf", Texts(truth=wanted, predicted=(*[long[:5]] * 50, last)))
        for last in (short, short[:5], None)
    )

    assert whole > cut > gone


class Characters:
    """Single characters, in the form that rouge-score takes a tokenizer."""

    def tokenize(self, text: str) -> list[str]:
        return [letter for letter in text if not letter.isspace()]


SCORER = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=Characters())


@given(rows=st.lists(st.tuples(english, english), min_size=1, max_size=5))
@some
def test_rouge_is_that_of_rouge_score_over_characters(rows: list[tuple[list[str], ...]]) -> None:
    wanted, given_ = ([" ".join(pair[at]) for pair in rows] for at in range(2))
    answers = Texts(truth=tuple(wanted), predicted=tuple(given_))
    each = [SCORER.score(ours, theirs) for ours, theirs in zip(wanted, given_, strict=True)]

    values = {
        kind: compute(text, answers)
        for kind, text in (("rouge1", "rouge_1"), ("rouge2", "rouge_2"), ("rougeL", "rouge_l"))
    }

    for kind, value in values.items():
        assert value == close(np.mean([entry[kind].fmeasure for entry in each]), abs=EXACT)


@given(rows=st.lists(st.tuples(english, english), min_size=1, max_size=5))
@some
def test_word_and_character_error_rates_are_those_of_jiwer_below_their_cap(
    rows: list[tuple[list[str], ...]],
) -> None:
    rows = [(ours, theirs[: len(ours)]) for ours, theirs in rows]
    wanted, given_ = ([" ".join(pair[at]) for pair in rows] for at in range(2))
    answers = Texts(truth=tuple(wanted), predicted=tuple(given_))
    capped = any(jiwer.cer(ours, theirs) > 1 for ours, theirs in zip(wanted, given_, strict=True))

    values = [compute("wer", answers), compute("cer", answers)]

    assert values[0] == close(jiwer.wer(wanted, given_), abs=EXACT)
    if not capped:
        assert values[1] == close(jiwer.cer(wanted, given_), abs=EXACT)


DOCUMENTS = tuple("abcdefgh")
gains = st.dictionaries(st.sampled_from(DOCUMENTS), st.sampled_from([1.0, 2.0, 3.0]), min_size=1)


@given(
    queries=st.lists(
        st.tuples(gains, st.permutations(DOCUMENTS), st.integers(1, 8)), min_size=1, max_size=6
    )
)
@some
def test_rankings_score_as_by_trec_eval(
    queries: list[tuple[dict[str, float], list[str], int]],
) -> None:
    answers = Rankings(
        relevant=tuple(relevant for relevant, _, _ in queries),
        ranked=tuple(tuple(ranked[:depth]) for _, ranked, depth in queries),
    )
    wanted = {str(k): {d: int(g) for d, g in q[0].items()} for k, q in enumerate(queries)}
    run = {
        str(k): {doc: -float(place) for place, doc in enumerate(q[1][: q[2]])}
        for k, q in enumerate(queries)
    }
    found = pytrec_eval.RelevanceEvaluator(
        wanted, {"map", "recip_rank", "ndcg_cut.5", "P.5", "recall.5"}
    ).evaluate(run)

    for text, name in (
        ("mean_average_precision", "map"),
        ("mrr", "recip_rank"),
        ("ndcg(k=5)", "ndcg_cut_5"),
        ("precision_at(k=5)", "P_5"),
        ("recall_at(k=5)", "recall_5"),
    ):
        expected = np.mean([entry[name] for entry in found.values()])
        assert compute(text, answers) == close(expected, abs=EXACT), text


TAGS = ("B-甲", "I-甲", "B-乙", "I-乙", "O")
sentences = st.lists(
    st.integers(1, 8).flatmap(
        lambda size: st.tuples(
            *(st.lists(st.sampled_from(TAGS), min_size=size, max_size=size),) * 2
        )
    ),
    min_size=1,
    max_size=5,
)


def chunks(tags: list[str]) -> frozenset[Span]:
    found = seqeval.metrics.sequence_labeling.get_entities(tags)
    return frozenset(Span(start, end + 1, label) for label, start, end in found)


@given(rows=sentences)
@some
def test_strict_spans_score_as_by_seqeval(rows: list[tuple[list[str], list[str]]]) -> None:
    truth, predicted = ([list(pair[at]) for pair in rows] for at in range(2))
    answers = Spans(
        truth=tuple(map(chunks, truth)), predicted=tuple(chunks(tags) for tags in predicted)
    )
    if not any(answers.truth):
        return

    values = [compute(t, answers) for t in ("span_f1", "span_precision", "span_recall")]

    assert values == close(
        [
            seqeval.metrics.f1_score(truth, predicted, zero_division=0),
            seqeval.metrics.precision_score(truth, predicted, zero_division=0),
            seqeval.metrics.recall_score(truth, predicted, zero_division=0),
        ],
        abs=EXACT,
    )


def shape_entry(one: Box | Mask) -> dict[str, object]:
    """An object as pycocotools reads it."""
    if isinstance(one, Mask):
        drawn = mask_utils.frPyObjects(
            {"size": list(one.size), "counts": list(one.counts)}, *one.size
        )
        return {"segmentation": drawn, "area": float(mask_utils.area(drawn))}
    left, top, right, bottom = one.edges
    return {
        "bbox": [left, top, right - left, bottom - top],
        "area": (right - left) * (bottom - top),
    }


def coco_map(answers: Boxes | Masks, kind: str = "bbox") -> tuple[float, float]:
    """What pycocotools finds: mean average precision over overlaps, and at one half."""
    images = [{"id": k + 1, "width": SIDE, "height": SIDE} for k in range(len(answers.truth))]
    kinds = [{"id": k + 1, "name": name} for k, name in enumerate(answers.labels)]

    def entry(image: int, one: Box | Mask) -> dict[str, object]:
        return {
            "image_id": image,
            "category_id": answers.labels.index(one.label) + 1,
            "iscrowd": 0,
        } | shape_entry(one)

    wanted = [entry(k, box) for k, row in enumerate(answers.truth, 1) for box in row]
    drawn = [
        entry(k, box) | {"score": box.score}
        for k, row in enumerate(answers.predicted, 1)
        for box in row or ()
    ]
    truth, found = COCO(), COCO()
    for coco, entries in ((truth, wanted), (found, drawn)):
        numbered = [e | {"id": k + 1} for k, e in enumerate(entries)]
        coco.dataset = {"images": images, "categories": kinds, "annotations": numbered}
        coco.createIndex()
    judge = COCOeval(truth, found, kind)
    judge.evaluate()
    judge.accumulate()
    precision = judge.eval["precision"][:, :, :, 0, 2]
    kept = precision[..., precision.max(axis=(0, 1)) > -1]
    return float(kept.mean()), float(kept[0].mean())


@pytest.mark.parametrize("seed", range(6))
def test_mean_average_precision_is_that_of_pycocotools(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = np.random.default_rng(seed)
    labels_ = ("裂纹", "气孔", "划痕")
    truth, predicted = [], []
    for _ in range(12):
        row, found = [], []
        for _ in range(draw.integers(0, 5)):
            left, top, width, height = draw.uniform(0, 100), draw.uniform(0, 100), 20, 30
            label = labels_[draw.integers(0, 2)]
            row.append(Box((left, top, left + width, top + height), label))
            shift = draw.normal(0, 4, size=2)
            edges = (left + shift[0], top, left + width + shift[1], top + height)
            if draw.random() < 0.8:
                found.append(Box(edges, label, float(draw.random())))
        for _ in range(draw.integers(0, 3)):
            left = draw.uniform(0, 100)
            found.append(
                Box((left, 0, left + 9, 9), labels_[draw.integers(0, 3)], float(draw.random()))
            )
        truth.append(tuple(row))
        predicted.append(tuple(found))
    answers = Boxes(labels=labels_, truth=tuple(truth), predicted=tuple(predicted))

    values = compute("map_coco", answers), compute("map_at(iou=0.5)", answers)

    expected = coco_map(answers)
    capsys.readouterr()
    assert values == close(expected, abs=EXACT)


def run_lengths(pixels: np.ndarray) -> tuple[int, ...]:
    flat = pixels.ravel(order="F").astype(int)
    ends = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff([0, *ends, len(flat)]).tolist()
    return tuple([0, *lengths] if flat[0] else lengths)


def blob(draw: np.random.Generator, side: int) -> np.ndarray:
    """A rectangle with ragged edges in a square image."""
    pixels = np.zeros((side, side), dtype=bool)
    top, left = draw.integers(0, side // 2, 2)
    height, width = draw.integers(side // 8, side // 3, 2)
    pixels[top : top + height, left : left + width] = draw.random((height, width)) < 0.9
    pixels[top, left] = True
    return pixels


@pytest.mark.parametrize("seed", range(6))
def test_mean_average_precision_of_masks_is_that_of_pycocotools(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = np.random.default_rng(seed)
    labels_ = ("裂纹", "气孔", "划痕")
    truth, predicted = [], []
    for _ in range(10):
        row, found = [], []
        for _ in range(draw.integers(0, 4)):
            pixels, label = blob(draw, SIDE), labels_[draw.integers(0, 2)]
            row.append(Mask((SIDE, SIDE), run_lengths(pixels), label))
            shifted = np.roll(pixels, draw.integers(-6, 7, 2), axis=(0, 1))
            found.append(
                Mask((SIDE, SIDE), run_lengths(shifted), label, round(float(draw.random()), 6))
            )
        if draw.random() < 0.5:
            stray = run_lengths(blob(draw, SIDE))
            label = labels_[draw.integers(0, 3)]
            found.append(Mask((SIDE, SIDE), stray, label, float(draw.random())))
        truth.append(tuple(row))
        predicted.append(tuple(found))
    answers = Masks(labels=labels_, truth=tuple(truth), predicted=tuple(predicted))

    values = compute("mask_map_coco", answers), compute("mask_map_at(iou=0.5)", answers)

    expected = coco_map(answers, "segm")
    capsys.readouterr()
    assert values == close(expected, abs=EXACT)


@given(seed=st.integers(0, 2**32 - 1), images=st.integers(1, 4))
@some
def test_mean_intersection_over_union_is_that_of_scikit_learn_over_all_pixels(
    seed: int, images: int
) -> None:
    draw = np.random.default_rng(seed)
    wanted, given_ = (draw.integers(0, 4, (images, 6, 7)) for _ in range(2))
    given_ = np.where(draw.random(given_.shape) < 0.6, wanted, given_)

    def masks_of(image: np.ndarray) -> tuple[Mask, ...]:
        return tuple(
            Mask(image.shape, run_lengths(image == code), name)
            for code, name in enumerate(NAMES)
            if (image == code).any()
        )

    answers = Masks(
        labels=NAMES,
        truth=tuple(map(masks_of, wanted)),
        predicted=tuple(map(masks_of, given_)),
    )

    value = compute("mean_iou", answers)

    expected = sk.jaccard_score(
        wanted.ravel(), given_.ravel(), labels=occurring(wanted.ravel()), average="macro"
    )
    assert value == close(expected, abs=EXACT)


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 1.0))
@some
def test_pixels_are_counted_on_runs_as_on_drawn_images(seed: int, share: float) -> None:
    draw = np.random.default_rng(seed)
    images = [draw.random((5, 7)) < share for _ in range(3)]
    one, other, third = (Mask((5, 7), run_lengths(image), "裂纹") for image in images)

    both = shared(runs_of(one), runs_of(other))
    together = joined([one, other, third])

    assert both == (images[0] & images[1]).sum()
    assert area(together) == (images[0] | images[1] | images[2]).sum()
    assert shared(together, runs_of(third)) == images[2].sum()
