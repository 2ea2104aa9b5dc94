"""How fast scoring is beside the libraries that people use, as ratios measured in one run.

Run by hand: ``python tests/benchmarks/scoring.py [NAME...]``. Times are CPU seconds of one thread,
the best of a few repetitions; libraries run once where they are slow.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
# This file is called like a package of ours.
sys.path[:] = [folder for folder in sys.path if Path(folder) != Path(__file__).parent]

import json
import resource
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import sklearn.metrics as sk
from scipy import stats

from harness.columns import label_codes
from harness.metric_text import MetricText
from scoring.answers import Anomalies, Labels, Texts, Values
from scoring.catalog import resolve
from scoring.cells import CellSums, drawn_over_cells
from scoring.interval import bca
from scoring.metric import BoundMetric
from scoring.ranking.rank_sets import rank_sets
from scoring.resampling import Draws
from scoring.score import scores
from scoring.statistic import SampleSums

warnings.simplefilter("ignore")
NAMES = ("供水", "供热", "供电", "燃气", "交通", "市容", "噪声", "社保", "医疗", "教育")
FOUR = ("accuracy", "macro_f1", "balanced_accuracy", "multiclass_mcc")


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Least CPU time of some repetitions, seconds."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def statistic(name: str, answers: object) -> SampleSums:
    found = resolve(MetricText.parse(name)).statistic(answers)
    assert isinstance(found, SampleSums)
    return found


def codes(n: int, right: float = 0.8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, len(NAMES), n)
    guess = draw.integers(0, len(NAMES), n)
    return truth, np.where(draw.random(n) < right, truth, guess)


def labels(truth: np.ndarray, predicted: np.ndarray, belief: np.ndarray | None = None) -> Labels:
    return Labels(
        truth=truth,
        predicted=predicted,
        labels=NAMES,
        positive=NAMES[0],
        belief=belief,
    )


def four(truth: np.ndarray, predicted: np.ndarray) -> list[float]:
    answers = labels(truth, predicted)
    return [statistic(name, answers).value() for name in FOUR]


def four_of_sklearn(truth: np.ndarray, predicted: np.ndarray) -> list[float]:
    return [
        sk.accuracy_score(truth, predicted),
        sk.f1_score(truth, predicted, average="macro"),
        sk.balanced_accuracy_score(truth, predicted),
        sk.matthews_corrcoef(truth, predicted),
    ]


def read(codes: np.ndarray) -> np.ndarray:
    """Labels as a reader of answers leaves them: every row has an object of its own."""
    text = json.dumps([NAMES[code] for code in codes], ensure_ascii=False)
    return np.array(json.loads(text), dtype=object)


def confusion() -> Iterator[tuple[str, float, float, float]]:
    """Four metrics of 1e6 labels.

    The harness reads a column of answers with each distinct text once, as a dictionary column
    does, and never meets plain columns; objects are shown for whoever comes with those.
    """
    truth, predicted = codes(1_000_000)
    wanted, given = read(truth), read(predicted)
    columns = [pa.array(words, pa.string()) for words in (wanted, given)]
    kept: list[list[float]] = []
    theirs = cpu(lambda: kept.append(four_of_sklearn(wanted, given)), 1)
    coded = [column.dictionary_encode() for column in columns]
    encoded = cpu(lambda: four(*(label_codes(column, NAMES) for column in coded)))
    arrow = cpu(lambda: four(*(label_codes(column, NAMES) for column in columns)))
    objects = cpu(
        lambda: four(
            *(label_codes(pa.array(words, pa.string()), NAMES) for words in (wanted, given))
        )
    )
    assert np.allclose(kept[0], four(truth, predicted), atol=1e-12)
    yield (
        "4 confusion metrics, 1e6 strings (dictionary columns, as in Parquet)",
        theirs,
        encoded,
        1000,
    )
    yield "4 confusion metrics, 1e6 strings (plain Arrow columns)", theirs, arrow, 1000
    yield "4 confusion metrics, 1e6 strings (object arrays)", theirs, objects, 0
    names = np.array(NAMES, dtype=object)
    shared = cpu(lambda: four_of_sklearn(names[truth], names[predicted]), 1)
    yield "the same, rows that share ten objects (dictionary columns)", shared, encoded, 0
    theirs = cpu(lambda: four_of_sklearn(truth, predicted), 3)
    yield "4 confusion metrics, 1e6 codes", theirs, cpu(lambda: four(truth, predicted)), 150


def intervals() -> Iterator[tuple[str, float, float, float]]:
    def one(n: int) -> float:
        found = statistic("macro_f1", labels(*codes(n)))
        assert isinstance(found, CellSums)
        return cpu(lambda: bca(found, drawn_over_cells([found], bytes(32), 10_000)[0], 0.95), 3)

    for n in (1_000, 10_000, 1_000_000):
        print(f"  interval of macro F1, B=10,000, K=10, n={n:>9,}: {one(n):.3f} s (goal 0.2 s)")
    truth, predicted = codes(10_000)

    def theirs() -> object:
        return stats.bootstrap(
            (truth, predicted),
            lambda t, p: sk.f1_score(t, p, average="macro"),
            n_resamples=100,
            paired=True,
            vectorized=False,
            method="percentile",
        )

    yield (
        "interval of macro F1, B=10,000, n=1e4, scipy.stats.bootstrap (from 100 draws)",
        cpu(theirs, 1) * 100,
        one(10_000),
        200,
    )


RUNS, CONFIDENCE = 1_000, 0.95


def simulated(draw: np.random.Generator, n: int) -> tuple[Labels, Values]:
    """Labels of which three shares occur, beliefs that lean the right way, and noisy numbers."""
    truth = draw.choice(3, n, p=(0.5, 0.3, 0.2))
    predicted = np.where(draw.random(n) < 0.75, truth, draw.integers(0, 3, n))
    answers = Labels(
        truth=truth,
        predicted=predicted,
        labels=NAMES[:3],
        positive=NAMES[0],
        belief=draw.normal(size=n) + (truth == 0),
    )
    wanted = draw.uniform(0, 100, n)
    given = np.clip(wanted + draw.exponential(5, n) * draw.choice((-1, 1), n), 0, 100)
    return answers, Values(truth=wanted, predicted=given, low=0.0, high=100.0)


def coverage() -> Iterator[tuple[str, float, float, float]]:
    """How often intervals of scores at 95 % hold the value of a very large sample."""
    texts = (f"recall(label={NAMES[2]})", "accuracy", "macro_f1", "multiclass_mcc", "auc")
    texts += ("mae", "rmse", "r2")
    bounds = [resolve(MetricText.parse(text)) for text in texts]

    def of(answers: tuple[Labels, Values]) -> list[tuple[BoundMetric, Labels | Values]]:
        return [(bound, answers["regression" in bound.metric.task]) for bound in bounds]

    large = of(simulated(np.random.default_rng(0), 2_000_000))
    truth = [bound.statistic(answers).value() for bound, answers in large]
    print(f"  coverage of 95 % intervals, {RUNS} runs, B = 999 (error ±0.007)")
    for n in (30, 50, 200):
        held, methods = np.zeros(len(texts)), [""] * len(texts)
        for run in range(RUNS):
            draws = Draws(np.random.default_rng([n, run]).bytes(32), n, 999)
            made = of(simulated(np.random.default_rng([run, n]), n))
            found = scores(made, clusters=None, draws=draws, level=CONFIDENCE)
            for at, (one, value) in enumerate(zip(found, truth, strict=True)):
                held[at] += one.interval.low <= value <= one.interval.high
                methods[at] = one.method
        for text, share, method in zip(texts, held / RUNS, methods, strict=True):
            print(f"    n = {n:3d}  {text:20s} {method:10s} {share:.3f}")
    yield from ()


def curves() -> Iterator[tuple[str, float, float, float]]:
    for n in (10_000, 1_000_000):
        draw = np.random.default_rng(1)
        truth = draw.random(n) < 0.3
        score = draw.normal(size=n) + truth

        def ours(truth: np.ndarray = truth, score: np.ndarray = score) -> None:
            answers = Anomalies(truth=truth, score=score)
            for name in ("anomaly_auc", "anomaly_ap"):
                resolve(MetricText(name)).statistic(answers).value()

        def theirs(truth: np.ndarray = truth, score: np.ndarray = score) -> None:
            sk.roc_auc_score(truth, score)
            sk.average_precision_score(truth, score)

        yield f"AUC and AP, n={n:,}", cpu(theirs, 3), cpu(ours, 3), 5


def sentences(n: int, words: int, seed: int) -> tuple[str, ...]:
    draw = np.random.default_rng(seed)
    vocabulary = [
        "".join(chr(97 + letter) for letter in draw.integers(0, 26, draw.integers(3, 9)))
        for _ in range(500)
    ]
    rows = []
    for _ in range(n):
        rows.append(" ".join(vocabulary[at] for at in draw.integers(0, 500, words)))
    return tuple(rows)


def spoiled(texts: tuple[str, ...], seed: int) -> tuple[str, ...]:
    draw = np.random.default_rng(seed)
    found = []
    for text in texts:
        letters = list(text)
        for at in draw.integers(0, len(letters), max(1, len(letters) // 10)):
            letters[at] = "x"
        found.append("".join(letters))
    return tuple(found)


def texts() -> Iterator[tuple[str, float, float, float]]:
    import jiwer
    from rouge_score.rouge_scorer import RougeScorer

    wanted = sentences(2_000, 20, 2)
    given = spoiled(wanted, 3)
    answers = Texts(truth=wanted, predicted=given)
    chinese = tuple("".join(chr(0x4E00 + ord(c) % 900) for c in row[:58]) for row in wanted)
    answers_zh = Texts(truth=chinese, predicted=spoiled(chinese, 4))
    assert abs(statistic("cer", answers).value() - jiwer.cer(list(wanted), list(given))) < 1e-12
    yield (
        "CER, English, 20 words",
        cpu(lambda: jiwer.cer(list(wanted), list(given)), 1),
        cpu(lambda: statistic("cer", answers).value()),
        30,
    )
    yield (
        "CER, Chinese, 58 characters",
        cpu(lambda: jiwer.cer(list(chinese), list(answers_zh.predicted)), 1),
        cpu(lambda: statistic("cer", answers_zh).value()),
        30,
    )

    class Characters:
        def tokenize(self, text: str) -> list[str]:
            return [letter for letter in text if letter != " "]

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=Characters())
    few = 300

    def theirs() -> None:
        for ours, other in zip(wanted[:few], given[:few], strict=True):
            scorer.score(ours, other)

    some = Texts(truth=wanted[:few], predicted=given[:few])
    yield (
        "ROUGE-1, 2, L over characters",
        cpu(theirs, 1),
        cpu(
            lambda: [statistic(name, some).value() for name in ("rouge_1", "rouge_2", "rouge_l")], 3
        ),
        5,
    )


def scenario() -> Iterator[tuple[str, float, float, float]]:
    """100 candidates, 1e5 samples, 10 Chinese classes: four metrics, intervals, ranks."""
    n, candidates, draws = 100_000, 100, 1_000
    names = np.array(NAMES, dtype=object)
    truth, _ = codes(n)
    room = tempfile.TemporaryDirectory()
    path = Path(room.name) / "labels.parquet"
    every = {"truth": names[truth]}
    every |= {f"c{k}": names[codes(n, 0.7 + k / 500, k)[1]] for k in range(candidates)}
    pq.write_table(pa.table(every), path)
    every.clear()

    def column(name: str) -> pa.Array:
        """One column of labels, as Parquet keeps it."""
        table = pq.read_table(path, columns=[name], read_dictionary=[name])
        return table.column(0).combine_chunks()

    start = time.process_time()
    target = label_codes(column("truth"), NAMES)
    answered = [labels(target, label_codes(column(f"c{k}"), NAMES)) for k in range(candidates)]
    bounds = [resolve(MetricText.parse(name)) for name in FOUR]
    for answers in answered:
        found = [bound.statistic(answers) for bound in bounds]
        cells = [entry for entry in found if isinstance(entry, CellSums)]
        for entry, drawn in zip(cells, drawn_over_cells(cells, bytes(32), draws), strict=True):
            bca(entry, drawn, 0.95)
    encoded = time.process_time() - start
    common = Draws(bytes(32), n, draws)
    ranked = scores([(bounds[0], answers) for answers in answered], clusters=None, draws=common)
    replicates = np.column_stack([entry.replicates for entry in ranked])
    estimates = np.array([entry.value for entry in ranked])
    rank_sets(estimates, replicates, confidence=0.95, floor_error=1e-5)
    spent = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"  of which encoding, metrics, intervals: {encoded:.2f} s; the rest: {spent - encoded:.2f} s"
    )
    print(f"  scenario: {spent:.2f} s CPU (goal 5 s), {memory:.2f} GB at most (goal 0.5 GB)")

    def theirs() -> None:
        ours = names[truth]
        four_of_sklearn(ours, names[codes(n, 0.7, 0)[1]])

    slow = cpu(theirs, 1) * candidates * (draws + 1)
    yield "scenario, scikit-learn loop (scaled from one pass)", slow, spent, 1000


PARTS = {f.__name__: f for f in (scenario, confusion, intervals, coverage, curves, texts)}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        print(f"# {name}")
        for what, theirs, ours, goal in PARTS[name]():
            verdict = "" if not goal else "  ok" if theirs / ours >= goal else "  BELOW GOAL"
            aim = f" (goal {goal:g})" if goal else ""
            print(
                f"  {what}: {theirs:.3f} s / {ours:.5f} s = {theirs / ours:.0f} times{aim}{verdict}"
            )


if __name__ == "__main__":
    main()
