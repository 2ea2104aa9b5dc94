"""How many runs of characters texts share with the wanted ones: BLEU, chrF and ROUGE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from scoring.answers import Texts
from scoring.metric import Metric, Values
from scoring.statistic import Floats, SampleSums, divide, mean_of, summable
from scoring.text.plain import plain

BLEU_ORDER, CHRF_ORDER, BETA = 4, 6, 2.0


def bleu(answers: Texts, _: Values) -> SampleSums:
    """Geometric mean of the shares of runs of 1 to 4 characters that are right, cut for brevity."""
    rows = []
    for wanted, given in _pairs(answers):
        row: list[float] = [len(wanted), len(given or "")]
        for order in range(1, BLEU_ORDER + 1):
            row += [*_counts(wanted, given, order), _count(given or "", order)]
        rows.append(row)
    return _of_rows(rows, _bleu)


def chrf(answers: Texts, _: Values) -> SampleSums:
    """F2 of runs of 1 to 6 characters, precision and recall each averaged over the lengths."""
    rows = []
    for wanted, given in _pairs(answers):
        row: list[float] = []
        for order in range(1, CHRF_ORDER + 1):
            ours, theirs, hits = _counts(wanted, given, order)
            row += [ours, theirs if ours else 0, hits]
        rows.append(row)
    return _of_rows(rows, _chrf)


def rouge_1(answers: Texts, _: Values) -> SampleSums:
    """Mean over texts of the F1 of single characters, counted with repetition."""
    return _rouge(answers, lambda wanted, given: _shared(wanted, given, 1), 1)


def rouge_2(answers: Texts, _: Values) -> SampleSums:
    """Mean over texts of the F1 of pairs of neighbouring characters."""
    return _rouge(answers, lambda wanted, given: _shared(wanted, given, 2), 2)


def rouge_l(answers: Texts, _: Values) -> SampleSums:
    """Mean over texts of the F1 of the longest common subsequence of characters."""
    from rapidfuzz.distance import LCSseq

    return _rouge(answers, LCSseq.similarity, 1)


def characters(text: str) -> str:
    """A text's characters in NFKC without spaces: what runs are made of."""
    return plain(text).replace(" ", "")


def _pairs(answers: Texts) -> list[tuple[str, str | None]]:
    return [
        (characters(wanted), None if given is None else characters(given))
        for wanted, given in zip(answers.truth, answers.predicted, strict=True)
    ]


def _counts(wanted: str, given: str | None, order: int) -> tuple[int, int, int]:
    """Runs wanted, given and shared; no character given is as many as wanted, and all wrong."""
    ours = _count(wanted, order)
    if not given:
        return ours, ours, 0
    return ours, _count(given, order), _shared(wanted, given, order)


def _count(text: str, order: int) -> int:
    return max(len(text) - order + 1, 0)


def _runs(text: str, order: int) -> Iterable[Any]:
    return text if order == 1 else zip(*(text[at:] for at in range(order)), strict=False)


def _shared(wanted: str, given: str, order: int) -> int:
    """Runs that both have, with repetition; what is given in vain is passed over uncounted."""
    if len(given) < len(wanted):
        wanted, given = given, wanted
    ours = Counter(_runs(wanted, order))
    theirs = Counter(filter(ours.__contains__, _runs(given, order)))
    find = ours.__getitem__
    return sum(min(count, find(run)) for run, count in theirs.items())


def _rouge(answers: Texts, shared: Callable[[str, str], int], order: int) -> SampleSums:
    scores = []
    for wanted, given in _pairs(answers):
        if given is None:
            scores.append(0.0)
            continue
        total = _count(wanted, order) + _count(given, order)
        if not total:
            scores.append(float(wanted == given))
        else:
            scores.append(2 * shared(wanted, given) / total)
    return mean_of(np.array(scores))


def _of_rows(rows: list[list[float]], finish: Callable[[Floats], Floats]) -> SampleSums:
    columns = np.array(rows, dtype=np.float64)
    most = float(columns.max(initial=1.0))
    return SampleSums(columns, finish, (most,) * columns.shape[1])


def _bleu(sums: Floats) -> Floats:
    """Finish as sacrebleu does with exponential smoothing, over the lengths that targets have."""
    length, answered = sums[..., 0], sums[..., 1]
    wanted, given, hits, seen = (sums[..., 2 + at :: 4] for at in range(4))
    smooth = np.ones(sums.shape[:-1])
    logs = np.zeros(sums.shape[:-1])
    void = hits.sum(axis=-1) == 0
    for order in range(BLEU_ORDER):
        counted = wanted[..., order] > 0
        missed = counted & (hits[..., order] == 0)
        smooth = np.where(missed, smooth * 2, smooth)
        void |= counted & (seen[..., order] == 0)
        above = np.where(missed, 1 / smooth, hits[..., order])
        part = divide(above, given[..., order], empty=1.0)
        logs += np.where(counted, np.log(np.maximum(part, 1e-300)), 0.0)
    orders = (wanted > 0).sum(axis=-1)
    brevity = np.minimum(0.0, 1 - divide(length, answered, empty=1.0))
    value = summable(np.exp(divide(logs, orders * 1.0, empty=0.0) + brevity), 44)
    return np.where(length > 0, np.where(void, 0.0, np.minimum(value, 1.0)), np.nan)


def _chrf(sums: Floats) -> Floats:
    """Finish as sacrebleu does, over the lengths that references have.

    sacrebleu leaves out lengths that nothing answered reaches, so that cutting the one long
    answer short could raise the value; here they count as missed.
    """
    wanted, given, hits = (sums[..., at::3] for at in range(3))
    counted = wanted > 0
    orders = counted.sum(axis=-1) * 1.0
    shares = [
        divide(
            np.where(counted, divide(hits, part, empty=0.0), 0.0).sum(axis=-1), orders, empty=0.0
        )
        for part in (given, wanted)
    ]
    value = divide(
        (1 + BETA**2) * shares[0] * shares[1], BETA**2 * shares[0] + shares[1], empty=0.0
    )
    return np.where(wanted[..., 0] > 0, np.minimum(value, 1.0), np.nan)


AS_ZH = "；按字计（NFKC后去空白），不分词，思考过程不计"
AS_EN = "; over characters in NFKC without spaces, no word segmentation; thinking does not count"

METRICS = (
    Metric(
        name="bleu",
        task=("text",),
        statistic=bleu,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        unit="none",
        zh="BLEU（按字）",
        en="BLEU over characters",
        formula_zh="1至4字连续片段精确率（与参考共有的片段数 ÷ 作答片段数，计重复）的几何平均 × "
        "长度惩罚 e^(1−参考字数÷作答字数)（作答较短时）；全部文本合计，指数平滑；"
        "未作答或作答无字的，片段按与参考一样多而全错计，字数计0；长度惩罚按总字数算，加长一条错答也可能使其变好，仅供参考，不赋权重" + AS_ZH,
        formula_en="geometric mean of the precisions of runs of 1 to 4 (runs shared with the "
        "reference ÷ runs answered, with repetition) × brevity penalty e^(1 − reference length ÷ "
        "answered length) where shorter; all texts together, exponential smoothing; an answer "
        "that is missing or empty has as many runs as the reference, all wrong, and no length; as lengths are added up, a longer wrong answer may improve it: informs only" + AS_EN,
        example="bleu",
        reference="GB/T 45288.2-2025, A.1.5; Papineni et al. (2002); "
        "sacrebleu (tokenize='char', smooth_method='exp')",
        clause="GB/T 45288.2 A.1.5",
        deletion_safe=False,
        rewards_right=False,
    ),
    Metric(
        name="chrf",
        task=("text",),
        statistic=chrf,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        unit="none",
        zh="chrF",
        en="chrF",
        formula_zh="1至6字连续片段的精确率（共有 ÷ 作答）与召回率（共有 ÷ 参考）各自平均，"
        "F2 = 5×精确率×召回率 ÷（4×精确率 + 召回率）；全部文本合计，参考中有的长度均计入；"
        "未作答或作答无字按与参考等长而全错计" + AS_ZH,
        formula_en="F2 = 5 × precision × recall ÷ (4 × precision + recall), each the mean over "
        "runs of 1 to 6 of runs shared ÷ runs answered or wanted; all texts together, every "
        "length that references have; an answer that is missing or empty is as long as the reference "
        "and all wrong" + AS_EN,
        example="chrf",
        reference="Popović (2015), chrF: character n-gram F-score; sacrebleu (word_order=0)",
        deletion_safe=False,
    ),
    *(
        Metric(
            name=name,
            task=("text",),
            statistic=statistic,
            better="higher",
            bounds=(0.0, 1.0),
            kind="mean",
            unit="none",
            zh=zh,
            en=en,
            formula_zh=f"每条的 2×{what_zh} ÷（参考{of_zh} + 作答{of_zh}）之和 ÷ 全部条数；未作答计0" + AS_ZH,
            formula_en=f"sum over texts of 2 × {what_en} ÷ ({of_en} of the reference + of the answer) "
            "÷ all texts; a missing answer counts 0" + AS_EN,
            example=name,
            reference=reference,
            clause=clause,
        )
        for name, statistic, zh, en, what_zh, of_zh, what_en, of_en, reference, clause in (
            (
                "rouge_1", rouge_1, "ROUGE-1（按字）", "ROUGE-1 over characters",
                "共有字数（计重复）", "字数", "characters shared (with repetition)", "characters",
                "Lin (2004), ROUGE: a package for automatic evaluation of summaries", "",
            ),
            (
                "rouge_2", rouge_2, "ROUGE-2（按字）", "ROUGE-2 over characters",
                "共有的相邻两字数（计重复）", "相邻两字数", "pairs of neighbours shared", "pairs",
                "Lin (2004), ROUGE: a package for automatic evaluation of summaries", "",
            ),
            (
                "rouge_l", rouge_l, "ROUGE-L（按字）", "ROUGE-L over characters",
                "最长公共子序列字数", "字数", "length of the longest common subsequence", "characters",
                "GB/T 45288.2-2025, A.1.6; Lin (2004)", "GB/T 45288.2 A.1.6",
            ),
        )
    ),
)  # fmt: skip
