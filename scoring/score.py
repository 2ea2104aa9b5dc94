"""What a candidate's answers are worth on one metric, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from harness.problems import Explanation
from scoring.answers import Answers, Codes
from scoring.interval import (
    Interval,
    Method,
    bca,
    bounded_mean,
    clopper_pearson_bound,
    delong,
    few_units_t,
    mean_t,
    percentile,
    wilson,
)
from scoring.metric import BoundMetric, Metric
from scoring.per_sample import by_sample
from scoring.resampling import Draws
from scoring.signature import PLUS, Signature
from scoring.statistic import Floats, SampleSums, Statistic, WeightedScan, replicates_of
from scoring.tails import escapes, heavy, worst_loss

FEW_CLUSTERS = 50
SMALL = 5
FEW_SAMPLES = 30
HAIR = 1e-9
DIGITS = 10
BOOTSTRAPPED = ("bca", "percentile")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Score:
    """The value that a metric takes on a candidate's answers, with how it was come by.

    Parameters
    ----------
    text
        The metric's text.
    value
        NaN where the metric is undefined on these data (note ``undefined``).
    interval, standard_error
        Uncertainty from the choice of samples, or of clusters where declared.
    n, missing
        Samples, and those among them without an answer that the metric can read.
    units
        What was resampled: clusters where declared, else samples.
    effective_units
        About how many of them the value hangs on: for a recall, those with samples of its label.
    eligible
        Samples that the denominator counts, such as those of the label for a recall.
    successes
        For a proportion, the samples that its numerator counts, else ``None``.
    gate_bound
        The end that a gate is held against where it must be safe: for proportions of independent
        samples the exact one-sided bound, else the unfavourable end of the interval.
    replicates : shape (B,)
        Values under the item's common draws.
    notes
        Codes of `NOTES`.
    metric, statistic
        What the value was computed by and from.
    """

    text: str
    value: float
    interval: Interval
    standard_error: float
    n: int
    units: int
    effective_units: int
    missing: int
    eligible: int
    successes: int | None
    gate_bound: float
    replicates: Floats
    notes: tuple[str, ...]
    metric: Metric
    statistic: Statistic

    @property
    def by_sample(self) -> Floats | None:
        """The metric of every sample by itself, shape (n,), where there is such a thing."""
        return by_sample(self.metric, self.statistic)

    @property
    def method(self) -> Method:
        """How the interval was made."""
        return self.interval.method

    def signature(self, dataset_digest: str, version: str) -> Signature:
        """Say what the value was computed from: metric, counts, data and code."""
        origin = self.metric.origin
        return Signature(
            metric=self.text,
            n=self.n,
            missing=self.missing,
            data=dataset_digest,
            scoring=f"{version}{PLUS}{origin}" if origin else version,
        )


def score(
    bound: BoundMetric,
    answers: Answers,
    *,
    clusters: Codes | None,
    draws: Draws,
    level: float = 0.95,
) -> Score:
    """Score one candidate's answers on one metric.

    ``clusters`` are codes from 0, shape (n,); ``draws`` then resamples clusters, else samples.
    """
    return scores([(bound, answers)], clusters=clusters, draws=draws, level=level)[0]


def scores(
    wanted: Sequence[tuple[BoundMetric, Answers]],
    *,
    clusters: Codes | None,
    draws: Draws,
    level: float = 0.95,
) -> tuple[Score, ...]:
    """Score several metrics or candidates of one item in one pass over its draws."""
    for bound, answers in wanted:
        samples = len(bound.missing(answers))
        units = samples if clusters is None else int(clusters.max()) + 1
        if units != draws.units or (clusters is not None and len(clusters) != samples):
            raise ValueError(
                f"draws of {draws.units} units do not fit {units} in {samples} samples"
            )
    statistics = [bound.statistic(answers) for bound, answers in wanted]
    drawn = replicates_of(statistics, draws, clusters)
    return tuple(
        _scored(bound, answers, _Sample(statistic, replicates, clusters, draws.units, level))
        for (bound, answers), statistic, replicates in zip(wanted, statistics, drawn, strict=True)
    )


@dataclass(frozen=True)
class _Sample:
    """A statistic with its replicates over ``units``: clusters where they are declared."""

    statistic: Statistic
    replicates: Floats
    clusters: Codes | None
    units: int
    level: float

    @cached_property
    def weight(self) -> int:
        """Units of the smallest group that the value hangs on: its samples, or clusters with any."""
        members = None if self.clusters is None else self.statistic.members()
        if self.clusters is None or members is None:
            return min(self.statistic.least, self.equal)
        return _equal_units(self.clusters[members])

    @cached_property
    def equal(self) -> int:
        """As many clusters of one size as say as much as these; the samples where there are none."""
        return self.units if self.clusters is None else _equal_units(self.clusters)

    @property
    def effective(self) -> int:
        """About how many units the value hangs on, where it averages several groups."""
        return min(self.weight * self.statistic.groups, self.equal)


def _equal_units(clusters: Codes) -> int:
    """As many clusters of one size as say as much as these do, whole ones.

    References
    ----------
    Kish (1965), Survey Sampling, chapter 11: the design effect of unequal weights.
    """
    sizes = np.bincount(clusters)
    squares = int(np.square(sizes).sum())
    return int(sizes.sum()) ** 2 // squares if squares else 0


def as_on_paper(value: float) -> float:
    """A value to ten digits: shares are added as multiples of 2**-40, and 0.9 must reach 0.9.

    Examples
    --------
    >>> as_on_paper(0.8999999999996362), as_on_paper(2 / 3)
    (0.9, 0.6666666667)
    """
    return float(f"{value:.{DIGITS}g}")


def _scored(bound: BoundMetric, answers: Answers, sample: _Sample) -> Score:
    metric, statistic, value = bound.metric, sample.statistic, as_on_paper(sample.statistic.value())
    if value < metric.bounds[0] - HAIR or value > metric.bounds[1] + HAIR:
        raise ValueError(f"{bound.text} is {value}, outside its bounds {metric.bounds}")
    missing = bound.missing(answers)
    notes = [code for code, holds in _conditions(sample, len(missing)) if holds]
    if math.isnan(value):
        notes.append("undefined")
        found = Interval(low=math.nan, high=math.nan, method="none", level=sample.level)
    else:
        usual = _usual_interval(metric, sample)
        if usual is None or usual.high - usual.low <= HAIR * _scale(metric, value):
            notes.append("degenerate")
            usual = _cautious_interval(metric, sample)
        elif usual.method in BOOTSTRAPPED and sample.clusters is None:
            notes += ["few_samples"] if SMALL <= sample.units < FEW_SAMPLES else []
        found = usual.holding(value).within(*metric.bounds)
        notes += [code for code, holds in _tails(bound, answers, sample, found) if holds]
    eligible, successes = len(missing), None
    if isinstance(statistic, SampleSums) and metric.kind in ("proportion", "mean"):
        eligible = int(statistic.sums[1])
        successes = int(statistic.sums[0]) if metric.kind == "proportion" else None
    side: Literal["lower", "upper"] = "lower" if metric.better == "higher" else "upper"
    gate_bound = found.low if side == "lower" else found.high
    if successes is not None and eligible and sample.clusters is None:
        gate_bound = clopper_pearson_bound(successes, eligible, sample.level, side)
    return Score(
        text=str(bound.text),
        value=value,
        interval=found,
        standard_error=float(np.std(sample.replicates, ddof=1)),
        n=len(missing),
        units=sample.units,
        effective_units=sample.effective,
        missing=int(missing.sum()),
        eligible=eligible,
        successes=successes,
        gate_bound=gate_bound,
        replicates=sample.replicates,
        notes=tuple(notes),
        metric=metric,
        statistic=statistic,
    )


def _scale(metric: Metric, value: float) -> float:
    """What a width is small against: the metric's range, or where it has none the value itself."""
    span = metric.bounds[1] - metric.bounds[0]
    return span if math.isfinite(span) else abs(value)


def _usual_interval(metric: Metric, sample: _Sample) -> Interval | None:
    """The interval that suits the statistic, or ``None`` where there is too little to go by."""
    statistic, level, clusters = sample.statistic, sample.level, sample.clusters
    accelerated = None
    if isinstance(statistic, WeightedScan):
        if statistic.placements is not None and clusters is None:
            return delong(statistic.placements(), level) if statistic.least >= 2 else None
    elif metric.kind == "proportion" and clusters is None:
        hits, eligible = statistic.sums
        return wilson(hits, eligible, level) if eligible else None
    elif metric.kind == "mean" and clusters is None:
        rows = statistic.rows(slice(None))
        scores = rows[rows[:, 1] > 0, 0]
        if len(scores) < 2:
            return None
        if all(map(math.isfinite, metric.bounds)):
            return bounded_mean(scores, metric.bounds, level)
        return mean_t(scores, level)
    units = sample.effective
    if units < SMALL:
        return few_units_t(statistic.value(), sample.replicates, level, units)
    if isinstance(statistic, SampleSums):
        accelerated = bca(statistic, sample.replicates, level, clusters, units=units)
    return accelerated or percentile(sample.replicates, level, units)


def _cautious_interval(metric: Metric, sample: _Sample) -> Interval:
    """Wilson's interval of the value as a share of its way from worst to best.

    For a value without spread (all right, all alike), where bootstrap and normal intervals have no
    width. A value without bounds is taken as its loss against the worst loss of the data.
    """
    statistic, units, level = sample.statistic, sample.weight, sample.level
    low, high = metric.bounds
    if not (math.isfinite(low) and math.isfinite(high)):
        return _loss_interval(statistic, units, level)
    if not units:
        return Interval(low=low, high=high, method="none", level=level)
    part = (statistic.value() - low) / (high - low)
    ends = wilson(part * units, units, level)
    return replace(ends, low=low + ends.low * (high - low), high=low + ends.high * (high - low))


def _loss_interval(statistic: Statistic, units: int, level: float) -> Interval:
    """Wilson's interval of the first sum as a share of what it could be at worst."""
    if not isinstance(statistic, SampleSums):
        raise TypeError("only sums are unbounded")
    worst = statistic.n * statistic.scale[0]
    share = wilson(statistic.sums[0] / worst * units, units, level)
    sums = np.tile(statistic.sums, (2, 1))
    sums[:, 0] = worst * share.low, worst * share.high
    ends = sorted(float(end) for end in statistic.finish(sums))
    return replace(share, low=ends[0], high=ends[1])


def _conditions(sample: _Sample, n: int) -> tuple[tuple[str, bool], ...]:
    return (
        ("few_clusters", sample.clusters is not None and sample.effective < FEW_CLUSTERS),
        ("small_n", n < SMALL),
        ("rare_class", sample.weight < SMALL <= n),
    )


def _tails(
    bound: BoundMetric, answers: Answers, sample: _Sample, found: Interval
) -> tuple[tuple[str, bool], ...]:
    """Whether a few samples, drawn or not, make more of an unbounded value than it says."""
    statistic = sample.statistic
    if all(map(math.isfinite, bound.metric.bounds)) or not isinstance(statistic, SampleSums):
        return ()
    if sample.units < FEW_SAMPLES:
        return ()
    worst = worst_loss(bound, answers, statistic)
    return (
        ("heavy_tail", heavy(statistic, sample.clusters)),
        ("wide_range", escapes(statistic, worst, found)),
    )


NOTES = (
    Explanation(
        "few_clusters",
        "独立单元（如患者、文档、设备）不足50个，区间可能偏窄，名次宜谨慎看待。",
        "There are fewer than 50 independent units (patients, documents, machines): "
        "the interval may be too narrow; read ranks with care.",
    ),
    Explanation(
        "few_samples",
        "样本不足30个，重抽样区间可能偏窄，宜谨慎看待。",
        "There are fewer than 30 samples: a bootstrap interval may be too narrow; "
        "read it with care.",
    ),
    Explanation(
        "small_n",
        "样本不足5个，区间仅供参考。",
        "There are fewer than 5 samples: take the interval as a hint only.",
    ),
    Explanation(
        "rare_class",
        "指标所依据的最少一类样本不足5个，区间仅供参考。",
        "The smallest group that the value hangs on has fewer than 5 samples: "
        "take the interval as a hint only.",
    ),
    Explanation(
        "heavy_tail",
        "最大的1%样本（至少一个）占了一半以上的离散程度，指标值系于少数样本，区间可能偏窄。",
        "The largest 1 % of samples (at least one) carry half of the spread or more: the value "
        "hangs on few samples and the interval may be too narrow.",
    ),
    Explanation(
        "wide_range",
        "目标声明的取值范围很宽，再有一个误差最大的答案，指标值就会超出区间；"
        "样本中没有出现的罕见大误差，区间反映不了。",
        "The range that the target declares is wide: one more answer of the largest error would "
        "take the value out of its interval, which knows nothing of rare large errors that "
        "happened not to be drawn.",
    ),
    Explanation(
        "degenerate",
        "结果没有差异可供估计（如全部答对），区间改用威尔逊法从严估计。",
        "The results show no spread to estimate from (such as all right): "
        "the interval is Wilson's instead, on the cautious side.",
    ),
    Explanation(
        "undefined",
        "这些数据上无法计算该指标（如所看的标签没有样本），不给出指标值。",
        "The metric cannot be computed on these data (such as no sample of the label): "
        "no value is given.",
    ),
)
