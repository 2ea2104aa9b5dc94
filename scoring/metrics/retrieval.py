"""How good rankings of documents are, query by query."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from scoring.answers import Rankings
from scoring.metric import Metric, Parameter, Values
from scoring.statistic import SampleSums, share

CUT = Parameter(name="k", kind="count", zh="看前几个", en="how many of the first", at_most=1000.0)
Gains = Mapping[str, float]


def mrr(answers: Rankings, _: Values) -> SampleSums:
    """Mean over queries of one over the place of the first relevant document."""

    def score(ranked: tuple[str, ...], gains: Gains) -> float:
        return next((1 / place for place, doc in enumerate(ranked, 1) if doc in gains), 0.0)

    return _mean(answers, score)


def ndcg(answers: Rankings, parameters: Values) -> SampleSums:
    """Mean over queries of the discounted gain, as a share of the best that was possible."""
    return _ndcg(answers, int(parameters["k"]), lambda gains: gains)


def ndcg_exponential(answers: Rankings, parameters: Values) -> SampleSums:
    """Normalised discounted gain where a document of grade g is worth 2**g - 1."""

    def worth(grades: Gains) -> Gains:
        # Less the highest grade throughout, which changes no share and holds back overflow.
        most = max(grades.values(), default=0.0)
        return {doc: 2 ** (grade - most) - 2**-most for doc, grade in grades.items()}

    return _ndcg(answers, int(parameters["k"]), worth)


def _ndcg(answers: Rankings, k: int, worth: Callable[[Gains], Gains]) -> SampleSums:
    discounts = [discount(place) for place in range(1, k + 1)]

    def gained(gains: list[float]) -> float:
        return math.fsum(gain * weight for gain, weight in zip(gains, discounts, strict=False))

    def score(ranked: tuple[str, ...], gains: Gains) -> float:
        values = worth(gains)
        found = gained([values.get(doc, 0.0) for doc in ranked[:k]])
        return found / gained(sorted(values.values(), reverse=True))

    return _mean(answers, score)


def recall_at(answers: Rankings, parameters: Values) -> SampleSums:
    """Mean over queries of the share of relevant documents among the first k."""
    k = int(parameters["k"])
    return _mean(answers, lambda ranked, gains: _hits(ranked[:k], gains) / len(gains))


def precision_at(answers: Rankings, parameters: Values) -> SampleSums:
    """Mean over queries of the share of the first k places that hold a relevant document."""
    k = int(parameters["k"])
    return _mean(answers, lambda ranked, gains: _hits(ranked[:k], gains) / k)


def mean_average_precision(answers: Rankings, _: Values) -> SampleSums:
    """Mean over queries of the precision at each relevant document's place."""

    def score(ranked: tuple[str, ...], gains: Gains) -> float:
        places = [place for place, doc in enumerate(ranked, 1) if doc in gains]
        found = math.fsum(count / place for count, place in enumerate(places, 1))
        return found / len(gains)

    return _mean(answers, score)


def citation_f1(answers: Rankings, _: Values) -> SampleSums:
    """Mean over queries of the F1 of the set of documents that were cited."""

    def score(ranked: tuple[str, ...], gains: Gains) -> float:
        return 2 * _hits(ranked, gains) / (len(ranked) + len(gains))

    return _mean(answers, score)


def discount(place: int) -> float:
    """Weight of a place, 1 / log2(place + 1), rounded to 2**-40 so that machines agree."""
    return round(2**40 / math.log2(place + 1)) / 2**40


def _hits(ranked: tuple[str, ...], gains: Gains) -> int:
    return sum(doc in gains for doc in ranked)


def _mean(answers: Rankings, score: Callable[[tuple[str, ...], Gains], float]) -> SampleSums:
    """Scores in [0, 1] and a count, over queries that have something to find."""
    rows = [
        (score(ranked, gains) if ranked and gains else 0.0, 1.0 if gains else 0.0)
        for ranked, gains in zip(answers.ranked, answers.relevant, strict=True)
    ]
    columns = np.array(rows, dtype=np.float64).reshape(-1, 2)
    return SampleSums(columns, share, group=columns[:, 1] > 0)


MISSING_ZH = "；未作答的查询计0"
MISSING_EN = "; an unanswered query counts 0"

METRICS = (
    Metric(
        name="mrr",
        task=("retrieval",),
        statistic=mrr,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        unit="none",
        zh="平均倒数排名",
        en="Mean reciprocal rank",
        formula_zh="（1 ÷ 首个相关文档的名次，未找到计0）之和 ÷ 有相关文档的查询数" + MISSING_ZH,
        formula_en="sum of 1 ÷ place of the first relevant document (0 where none) ÷ "
        "queries with relevant documents" + MISSING_EN,
        example="mrr",
        reference="Voorhees (1999), The TREC-8 question answering track report",
    ),
    Metric(
        name="ndcg",
        task=("retrieval",),
        statistic=ndcg,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        unit="none",
        zh="归一化折损累计增益",
        en="Normalised discounted cumulative gain",
        formula_zh="（前k个文档的 参考答案所写增益 ÷ log2(名次+1) 之和 ÷ 理想排序的同一和）之和 ÷ "
        "有相关文档的查询数" + MISSING_ZH,
        formula_en="sum over queries of: sum of the target's gain ÷ log2(place + 1) over the first k ÷ "
        "the same of the ideal ranking; ÷ queries with relevant documents" + MISSING_EN,
        example="ndcg(k=10)",
        reference="Järvelin & Kekäläinen (2002), Cumulated gain-based evaluation (linear gains)",
        parameters=(CUT,),
    ),
    Metric(
        name="ndcg_exponential",
        task=("retrieval",),
        statistic=ndcg_exponential,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        unit="none",
        zh="归一化折损累计增益（指数增益）",
        en="Normalised discounted cumulative gain of 2^grade − 1",
        formula_zh="（前k个文档的 (2^等级 − 1) ÷ log2(名次+1) 之和 ÷ 理想排序的同一和）之和 ÷ "
        "有相关文档的查询数；参考答案所写为等级" + MISSING_ZH,
        formula_en="sum over queries of: sum of (2^grade − 1) ÷ log2(place + 1) over the first k ÷ "
        "the same of the ideal ranking; ÷ queries with relevant documents; the target holds grades"
        + MISSING_EN,
        example="ndcg_exponential(k=10)",
        reference="Burges et al. (2005), Learning to rank using gradient descent",
        parameters=(CUT,),
    ),
    Metric(
        name="recall_at",
        task=("retrieval",),
        statistic=recall_at,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        zh="前k召回率",
        en="Recall at k",
        formula_zh="（前k个中的相关文档数 ÷ 该查询的相关文档数）之和 ÷ 有相关文档的查询数"
        + MISSING_ZH,
        formula_en="sum of relevant documents among the first k ÷ relevant documents of the query; "
        "÷ queries with relevant documents" + MISSING_EN,
        example="recall_at(k=10)",
        reference="Manning et al. (2008), Introduction to Information Retrieval, 8.4",
        parameters=(CUT,),
    ),
    Metric(
        name="precision_at",
        task=("retrieval",),
        statistic=precision_at,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        zh="前k精确率",
        en="Precision at k",
        formula_zh="（前k个中的相关文档数 ÷ k）之和 ÷ 有相关文档的查询数" + MISSING_ZH,
        formula_en="sum of relevant documents among the first k ÷ k; "
        "÷ queries with relevant documents" + MISSING_EN,
        example="precision_at(k=5)",
        reference="Manning et al. (2008), Introduction to Information Retrieval, 8.4",
        parameters=(CUT,),
    ),
    Metric(
        name="mean_average_precision",
        task=("retrieval",),
        statistic=mean_average_precision,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        unit="none",
        zh="平均精确率均值（MAP）",
        en="Mean average precision",
        formula_zh="（各相关文档名次处的 已出现相关文档数 ÷ 名次 之和 ÷ 相关文档数）之和 ÷ "
        "有相关文档的查询数" + MISSING_ZH,
        formula_en="sum over queries of: sum over relevant documents found of relevant so far ÷ "
        "place, ÷ relevant documents; ÷ queries with relevant documents" + MISSING_EN,
        example="mean_average_precision",
        reference="Manning et al. (2008), Introduction to Information Retrieval, 8.4; trec_eval map",
    ),
    Metric(
        name="citation_f1",
        task=("retrieval",),
        statistic=citation_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        zh="引用F1",
        en="Citation F1",
        formula_zh="（2×引用的相关文档数 ÷（引用数 + 相关文档数））之和 ÷ 有相关文档的查询数，不计次序"
        + MISSING_ZH,
        formula_en="sum over queries of 2 × relevant documents cited ÷ (documents cited + relevant "
        "documents), in any order; ÷ queries with relevant documents" + MISSING_EN,
        example="citation_f1",
        reference="Gao et al. (2023), Enabling large language models to generate text with citations",
    ),
)
