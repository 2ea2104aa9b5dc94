"""How well samples were grouped, whatever the groups are called: for clustering."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scoring.answers import Labels
from scoring.metric import Metric, Values
from scoring.statistic import Floats, WeightedScan, divide, summable

FINE = 48


def adjusted_rand(answers: Labels, _: Values) -> WeightedScan:
    """Share of pairs rightly put together or apart, less what chance would give (Hubert)."""
    return _over_tables(answers, _adjusted_rand)


def v_measure(answers: Labels, _: Values) -> WeightedScan:
    """Harmonic mean of how pure groups are and how whole labels stay in them."""
    return _over_tables(answers, _v_measure)


def _over_tables(answers: Labels, finish: Callable[[Floats, Floats], Floats]) -> WeightedScan:
    """A function of how many samples of each label were put in each group, shape (b, l, l).

    Its second argument counts samples of each label without an answer, shape (b, l): each of them
    is a group of its own.
    """
    size = len(answers.labels)
    cells, width = answers.cells, size * (size + 1)

    def scan(weights: Floats) -> Floats:
        counts = np.stack([np.bincount(cells, weights=row, minlength=width) for row in weights])
        tables = counts.astype(np.float64).reshape(len(weights), size, size + 1)
        return finish(tables[..., :size], tables[..., size])

    wanted = answers.confusion.sum(axis=1)
    return WeightedScan(scan, len(answers.truth), int(wanted[wanted > 0].min(initial=len(cells))))


def _adjusted_rand(tables: Floats, silent: Floats) -> Floats:
    alone = silent.sum(axis=-1)
    count = tables.sum(axis=(1, 2)) + alone
    both = (tables**2).sum(axis=(1, 2)) + alone
    together = (tables.sum(axis=1) ** 2).sum(axis=-1) + alone - both
    apart = ((tables.sum(axis=2) + silent) ** 2).sum(axis=-1) - both
    right, wrong = both - count, count**2 - both - together - apart
    chance = (right + apart) * (apart + wrong) + (right + together) * (together + wrong)
    value = divide(2 * (right * wrong - apart * together), chance, empty=0.0)
    return np.where((together == 0) & (apart == 0), 1.0, value)


def _v_measure(tables: Floats, silent: Floats) -> Floats:
    wanted, given = tables.sum(axis=2) + silent, tables.sum(axis=1)
    count = wanted.sum(axis=-1)[:, None]
    whole = np.broadcast_to(count, silent.shape)
    impure = _bits(tables, given[:, None, :], count[..., None]).sum(axis=(1, 2))
    torn = _bits(tables, wanted[..., None], count[..., None]).sum(axis=(1, 2))
    torn += _alone(silent, wanted, count)
    labels = _bits(wanted, whole, count).sum(axis=-1)
    groups = _bits(given, whole, count).sum(axis=-1) + _alone(silent, whole, count)
    pure = 1 - divide(impure, labels, empty=0.0)
    kept = 1 - divide(torn, groups, empty=0.0)
    return np.clip(divide(2 * pure * kept, pure + kept, empty=0.0), 0.0, 1.0)


def _bits(part: Floats, whole: Floats, count: Floats) -> Floats:
    """Terms of an entropy: −part ÷ count × ln(part ÷ whole), 0 where there is no part."""
    shares = divide(part, np.broadcast_to(whole, part.shape), empty=1.0)
    return summable(-part / count * np.log(np.where(part > 0, shares, 1.0)), FINE)


def _alone(silent: Floats, whole: Floats, count: Floats) -> Floats:
    """The same of parts of one sample each, as many as there are samples without an answer."""
    terms = silent / count * np.log(np.where(silent > 0, whole, 1.0))
    total: Floats = summable(terms, FINE).sum(axis=-1)
    return total


OWN_ZH = "；组名可任意互换，未作答的样本各自成组；判错也可能使其变好，仅供参考，不赋权重"
OWN_EN = (
    "; names of groups are interchangeable, a sample without an answer is a group of its own; "
    "a wrong answer may improve it: informs only"
)

METRICS = (
    Metric(
        name="adjusted_rand",
        task=("classification",),
        statistic=adjusted_rand,
        better="higher",
        bounds=(-1.0, 1.0),
        kind="order",
        unit="none",
        zh="调整兰德指数（聚类）",
        en="Adjusted Rand index of groups",
        formula_zh="（样本对的一致数 − 机遇期望）÷（最大可能 − 机遇期望），一致指同组或异组均与参考相同"
        + OWN_ZH,
        formula_en="(pairs of samples put together or apart as wanted − what chance would give) ÷ "
        "(the most there can be − what chance would give)" + OWN_EN,
        example="adjusted_rand",
        reference="Hubert & Arabie (1985), Comparing partitions; scikit-learn, adjusted_rand_score",
        deletion_safe=False,
        rewards_right=False,
        of_one=False,
    ),
    Metric(
        name="v_measure",
        task=("classification",),
        statistic=v_measure,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        unit="none",
        zh="V度量（聚类）",
        en="V-measure of groups",
        formula_zh="2×同质性×完整性 ÷（同质性 + 完整性），同质性 = 1 − 已知组时标签的熵 ÷ 标签的熵，"
        "完整性 = 1 − 已知标签时组的熵 ÷ 组的熵" + OWN_ZH,
        formula_en="2 × homogeneity × completeness ÷ (their sum), homogeneity = 1 − entropy of "
        "labels given the group ÷ entropy of labels, completeness = 1 − entropy of groups given the "
        "label ÷ entropy of groups" + OWN_EN,
        example="v_measure",
        reference="Rosenberg & Hirschberg (2007), V-measure; scikit-learn, v_measure_score",
        deletion_safe=False,
        rewards_right=False,
        of_one=False,
    ),
)
