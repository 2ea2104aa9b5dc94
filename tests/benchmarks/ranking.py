"""Whether rank sets hold what they promise, how large the open band is, and what ranking costs.

Run by hand: ``python tests/benchmarks/ranking.py [coverage] [panel] [tails] [contested] [cost] [large]``. Every
simulation goes through the code that ranks an item. Times are CPU seconds of one thread.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
# This folder holds a file that is called like a package of ours.
sys.path[:] = [folder for folder in sys.path if Path(folder) != Path(__file__).parent]

import resource
import time
from collections.abc import Sequence

import numpy as np

from harness.metric_text import MetricText
from scoring.answers import Values as Numbers
from scoring.catalog import resolve
from scoring.freedom import Source
from scoring.panel.aggregation import by_cell, method_for, panel_points
from scoring.panel.errors import judging_errors
from scoring.panel.marks import Panel
from scoring.ranking.item import Contest, Rules, contest
from scoring.ranking.quota import selection_frequency
from scoring.ranking.rank_sets import rank_sets
from scoring.ranking.totals import PartPoints, Standing
from scoring.resampling import Draws
from scoring.score import Score, scores
from scoring.statistic import mean_of, replicates_of

RUNS = 800
REPLICATES = 999
DECLARED = 9_999
"""Replicates of a board that declares none of its own, by which skewness can be told."""


def ranked(
    tables: Sequence[np.ndarray], seed: int, size: int = 1, count: int = REPLICATES
) -> Contest:
    """Rank candidates on items of unit scores, each shape (K, units), of equal weight.

    A unit is a cluster of so many samples; ``count`` are the replicates.
    """
    weight = 100 // len(tables)
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    for at, table in enumerate(tables):
        key = np.random.default_rng([seed, at]).bytes(32)
        units = table.shape[1]
        counts = np.concatenate(list(Draws(key, units=units, count=count).blocks()))
        parts.append((100 * table.mean(axis=1), 100 * counts @ table.T / units))
    return contest(
        [
            Standing(
                candidate=f"C{row:03d}",
                eligible=True,
                parts={
                    f"part{at}": PartPoints(
                        points=float(points[row]),
                        maximum=weight,
                        sources=(
                            bootstrapped(
                                f"samples{at}", drawn[:, row] - points[row], tables[at].shape[1]
                            ),
                        ),
                    )
                    for at, (points, drawn) in enumerate(parts)
                },
                least=sum(weight / (one.shape[1] * np.sqrt(size) + 4) for one in tables),
            )
            for row in range(tables[0].shape[0])
        ],
        Rules(places=1, digits=2, confidence=0.95),
    )


def bootstrapped(name: str, draws: np.ndarray, units: int) -> Source:
    """Errors of points by a bootstrap over so many units."""
    return Source(name, draws * np.sqrt(units / (units - 1)), units - 1)


def holds(found: Contest, truth: np.ndarray) -> bool:
    """Whether every candidate's true rank, where ties leave several, lies in its set."""
    best = 1 + (truth > truth[:, None]).sum(axis=1)
    worst = truth.size - (truth < truth[:, None]).sum(axis=1)
    sets = found.field.sets
    return bool(((sets.lower <= best) & (sets.upper >= worst)).all())


def binary(random: np.random.Generator, truth: np.ndarray, n: int) -> np.ndarray:
    """Answers whose difficulty is shared: each candidate right with its own chance."""
    shared = random.normal(size=n)
    own = random.normal(size=(truth.size, n))
    from scipy.stats import norm

    return (np.sqrt(0.5) * shared + np.sqrt(0.5) * own < norm.ppf(truth)[:, None]).astype(float)


def clustered(
    random: np.random.Generator, truth: np.ndarray, clusters: int, size: int
) -> np.ndarray:
    """Shares of right answers by cluster, correlated 0.5 within."""
    shares = random.beta(
        np.repeat(truth[:, None], clusters, axis=1), 1 - np.repeat(truth[:, None], clusters, axis=1)
    )
    return random.binomial(size, shares) / size


def lapsing(random: np.random.Generator, n: int) -> np.ndarray:
    """Scores of equally good candidates, six of which leave out answers and are better otherwise."""
    quality = np.where(np.arange(12) < 6, 0.85 / 0.98, 0.85)
    scores = quality[:, None] + random.normal(0, 0.07, n) + random.normal(0, 0.07, (12, n))
    scores[:6][random.random((6, n)) < 0.02] = 0.0
    return scores


def coverage() -> None:
    """Joint coverage of all rank sets at 95 %."""
    level, groups = np.full(12, 0.85), np.repeat([0.9, 0.7], 6)
    print(f"\njoint coverage of rank sets at 95 %, {RUNS} runs, B = {REPLICATES} (error ±0.008)")
    for name, truth in (("all equal .85", level), ("two groups .9/.7", groups)):
        for n in (30, 100, 300):
            held = [
                holds(ranked([binary(np.random.default_rng([n, run]), truth, n)], run), truth)
                for run in range(RUNS)
            ]
            print(f"  12 candidates, {name}, n = {n:3d}            {np.mean(held):.3f}")
    for count in (20, 30, 60):
        held = [
            holds(
                ranked(
                    [clustered(np.random.default_rng([count, run]), level, count, 5)],
                    run,
                    5,
                ),
                level,
            )
            for run in range(RUNS)
        ]
        print(f"  12 candidates, all equal .85, {count} clusters of 5     {np.mean(held):.3f}")
    for n in (200, 400, 1000):
        held = [
            holds(ranked([lapsing(np.random.default_rng([n, run]), n)], run, count=DECLARED), level)
            for run in range(RUNS)
        ]
        print(f"  12 candidates, 6 leave out 2 % of {n:4d} answers       {np.mean(held):.3f}")
    truth = np.clip(np.random.default_rng(60).normal(0.7, 0.08, 60), 0.4, 0.95)
    held = [
        holds(ranked([binary(np.random.default_rng([60, run]), truth, 300)], run), truth)
        for run in range(100)
    ]
    print(f"  60 candidates, spread .08, n = 300 (100 runs)        {np.mean(held):.3f}")
    held = [
        holds(
            ranked(
                [
                    binary(np.random.default_rng([item, 60, run]), np.full(60, 0.8), 100)
                    for item in range(4)
                ],
                run,
            ),
            np.full(60, 0.8),
        )
        for run in range(100)
    ]
    print(f"  60 candidates, totals over 4 items of 100, all equal {np.mean(held):.3f}")


def judged(
    random: np.random.Generator, candidates: int, judges: int, each: int, criteria: int = 2
) -> Panel:
    """Scores of equally good candidates, each by some of the judges; a sheet's criteria correlate."""
    strict = random.normal(0, 3, judges)
    shared = random.normal(0, 4, (judges, candidates, 1))
    scores = 70 - strict[:, None, None] + shared
    scores = scores + random.normal(0, 4, (judges, candidates, criteria))
    for candidate in range(candidates):
        scores[random.permutation(judges)[each:], candidate] = np.nan
    return Panel(
        judges=tuple(f"J{at:02d}" for at in range(judges)),
        candidates=tuple(f"C{at:03d}" for at in range(candidates)),
        criteria=tuple(f"part{at}" for at in range(criteria)),
        scores=np.clip(np.round(scores, 1), 0, 100),
        recused=np.isnan(scores),
    )


def with_panel(panel: Panel, seed: int, answers: np.ndarray | None) -> Contest | None:
    """Rank candidates by a panel, beside measured points where there are answers, shape (K, n)."""
    method = method_for(panel)
    errors = judging_errors(panel, method, np.random.default_rng([seed, 1]).bytes(32), REPLICATES)
    points = by_cell(panel_points(panel, errors, confidence=0.95, method=method))
    rows, drawn = [], None
    if answers is not None:
        key, units = np.random.default_rng([seed, 2]).bytes(32), answers.shape[1]
        counts = np.concatenate(list(Draws(key, units=units, count=REPLICATES).blocks()))
        drawn = 100 * counts @ answers.T / units
    for at, name in enumerate(panel.candidates):
        parts = {
            part: PartPoints(
                points=points[name, part].points,
                maximum=25,
                sources=points[name, part].sources,
            )
            for part in panel.criteria
        }
        if answers is not None and drawn is not None:
            parts["measured"] = PartPoints(
                points=100 * float(answers[at].mean()),
                maximum=50,
                sources=(
                    bootstrapped(
                        "samples", drawn[:, at] - 100 * answers[at].mean(), answers.shape[1]
                    ),
                ),
            )
        worth = 0.0 if answers is None else 50 / (answers.shape[1] + 4)
        rows.append(Standing(candidate=name, eligible=True, parts=parts, least=worth))
    return contest(rows, Rules(places=1, digits=2, confidence=0.95))


def panel() -> None:
    """Joint coverage of rank sets where judges count, all candidates being equally good."""
    print("\njoint coverage of rank sets at 95 % with a panel (judges' strictness 3, errors 5.7)")
    for judges, each, candidates, runs in (
        (5, 5, 12, 400),
        (7, 7, 12, 400),
        (5, 5, 30, 150),
        (15, 5, 12, 400),
        (15, 3, 12, 400),
        (7, 3, 2, 400),
        (2, 2, 12, 400),
    ):
        shares = []
        for samples in (0, 200):
            held = []
            for run in range(runs):
                random = np.random.default_rng([judges, each, candidates, run])
                table = judged(random, candidates, judges, each)
                truth = np.full(candidates, 0.85)
                answers = binary(random, truth, samples) if samples else None
                found = with_panel(table, run, answers)
                if found is not None:
                    held.append(holds(found, truth))
            shares.append(np.mean(held))
        print(
            f"  {each} of {judges:2d} judges, {candidates:2d} candidates: alone {shares[0]:.3f}, "
            f"beside 200 samples {shares[1]:.3f}"
        )


def tails() -> None:
    """How often intervals of unbounded values hold, with and without a warning beside them."""
    print(
        "\nintervals of mae and rmse at 95 %: held; warned of heavy tails, of a wide range; where silent"
    )
    laws = {
        "half-normal": (lambda random, n: random.normal(size=n), 6.0),
        "exponential": (lambda random, n: random.exponential(size=n), 15.0),
        "1 % ten times as large": (lambda random, n: rarely_wild(random, n, 0.01, 10), 50.0),
        "1 % thirty times as large": (lambda random, n: rarely_wild(random, n, 0.01, 30), 150.0),
        "0.3 % a hundred times": (lambda random, n: rarely_wild(random, n, 0.003, 100), 500.0),
    }
    bounds = [resolve(MetricText.parse(text)) for text in ("mae", "rmse")]
    for name, (law, width) in laws.items():
        many = np.clip(law(np.random.default_rng(0), 4_000_000), -width, width)
        truths = (float(np.abs(many).mean()), float(np.sqrt(np.square(many).mean())))
        for n in (100, 300, 1000):
            rows = []
            for run in range(300):
                errors = np.clip(law(np.random.default_rng([n, run]), n), -width, width)
                answers = Numbers(truth=np.zeros(n), predicted=errors, low=-width, high=width)
                draws = Draws(run.to_bytes(32, "little"), units=n, count=REPLICATES)
                found = scores([(one, answers) for one in bounds], clusters=None, draws=draws)
                rows.append(
                    [
                        (one.interval.low <= truth <= one.interval.high, *warned(one))
                        for one, truth in zip(found, truths, strict=True)
                    ]
                )
            table = np.array(rows, dtype=bool)
            told = []
            for at in range(2):
                held, heavy, wide = table[:, at].T
                silent = held[~(heavy | wide)]
                quiet = f"{silent.mean():.3f} of {silent.size:3d}" if silent.size else "-  none "
                told.append(
                    f"{held.mean():.3f}; {heavy.mean():.2f}, {wide.mean():.2f}; {quiet:>12}"
                )
            print(f"  {name:26s} n = {n:4d}   mae {told[0]}   rmse {told[1]}")


def rarely_wild(random: np.random.Generator, n: int, share: float, times: float) -> np.ndarray:
    """Normal errors, a share of which are so many times as large."""
    return random.normal(size=n) * np.where(random.random(n) < share, times, 1.0)


def warned(found: Score) -> tuple[bool, bool]:
    """Whether a value carries the note on heavy tails and that on a wide range."""
    return "heavy_tail" in found.notes, "wide_range" in found.notes


def contested() -> None:
    """How many of 60 candidates for 30 places stay open, by the number of samples."""
    print("\n60 candidates, 30 places, ability N(.70, .08), shared difficulty, means of 5 fields")
    print("  samples  sure in  sure out  open  frequency in (.05, .95)  wrongly selected of 30")
    for n in (100, 300, 1000, 3000):
        rows = []
        for run in range(5):
            random = np.random.default_rng([n, run])
            truth = np.clip(random.normal(0.7, 0.08, 60), 0.3, 0.98)
            found = ranked([binary(random, truth, n)], run)
            sets = found.field.sets
            share_in = selection_frequency(np.round(found.field.replicates, 2), 30)
            best = set(np.argsort(-truth)[:30].tolist())
            chosen = set(np.argsort(-found.field.totals)[:30].tolist())
            into, out = (sets.upper <= 30).sum(), (sets.lower > 30).sum()
            open_share = ((share_in > 0.05) & (share_in < 0.95)).sum()
            rows.append([into, out, 60 - into - out, open_share, len(chosen - best)])
        mean = np.mean(rows, axis=0)
        print(
            f"  {n:7d}  {mean[0]:7.1f}  {mean[1]:8.1f}  {mean[2]:4.1f}  {mean[3]:23.1f}  {mean[4]:22.1f}"
        )


def exact(candidates: int, items: int, samples: int, count: int, *, by_metric: bool) -> float:
    """CPU seconds of exact common draws, totals and rank sets; scores are binary.

    Through the statistic of every candidate's metric, as a board's metrics go, or as one product
    of counts and scores.
    """
    random = np.random.default_rng(1)
    truth = random.normal(0.7, 0.05, candidates)
    start = time.process_time()
    spent = 0.0
    totals, drawn = np.zeros(candidates), np.zeros((count, candidates))
    for item in range(items):
        made = time.process_time()
        scores = (random.uniform(size=(candidates, samples)) < truth[:, None]).astype(float)
        spent += time.process_time() - made
        draws = Draws(item.to_bytes(32, "little"), units=samples, count=count)
        if by_metric:
            sums = [mean_of(one) for one in scores]
            drawn += np.stack(replicates_of(sums, draws, None), axis=1)
        else:
            drawn += np.concatenate([block @ scores.T for block in draws.blocks()]) / samples
        totals += scores.mean(axis=1)
    rank_sets(totals / items, drawn / items, confidence=0.95, floor_error=1 / samples / items)
    return time.process_time() - start - spent


def naive(candidates: int, items: int, samples: int, count: int, some: int) -> float:
    """CPU seconds of a plain numpy loop over resamples, measured on some and scaled up."""
    random = np.random.default_rng(1)
    scores = (random.uniform(size=(samples, candidates)) < 0.7).astype(float)
    start = time.process_time()
    for _ in range(some):
        scores[random.integers(0, samples, samples)].mean(axis=0)
    return (time.process_time() - start) / some * count * items


def cost(
    candidates: int = 100, items: int = 20, samples: int = 10_000, count: int = 10_000
) -> None:
    """Exact resampling and rank sets against a naive loop in the same run."""
    print(f"\n{candidates} candidates x {items} items x {samples} samples, B = {count}")
    size = (candidates, items, samples, count)
    loop = naive(*size, some=30)
    product = exact(*size, by_metric=False)
    metrics = exact(*size, by_metric=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"  naive numpy loop               {loop:8.1f} s CPU (30 of its rounds, scaled)")
    print(f"  exact, counts x scores         {product:8.1f} s CPU, {loop / product:.1f} times less")
    print(f"  exact, through metrics         {metrics:8.1f} s CPU, {loop / metrics:.1f} times less")
    print(f"  peak memory                    {peak:8.2f} GiB")


def large() -> None:
    """The largest field of the goals."""
    cost(1_000, 50, 10_000, 1_000)


if __name__ == "__main__":
    parts = {
        "coverage": coverage,
        "panel": panel,
        "tails": tails,
        "contested": contested,
        "cost": cost,
        "large": large,
    }
    for name in sys.argv[1:] or parts:
        parts[name]()
