"""Every metric by its name, and the way from a written text to a metric that computes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from harness.metric_text import MetricText
from harness.normal_forms import normalized
from harness.problems import Problem, Refusal
from scoring.metric import (
    BadParameter,
    BoundMetric,
    Metric,
    MetricProblem,
    UnknownMetric,
    WordForName,
)
from scoring.metrics import (
    anomaly,
    averages,
    belief,
    boxes,
    choice,
    classification,
    correlation,
    events,
    fields,
    forecast,
    grouping,
    label_sets,
    masks,
    ngrams,
    numbers,
    one_label,
    probability,
    remaining_life,
    retrieval,
    safety,
    short_answers,
    spans,
    text,
)

__all__ = [
    "METRICS",
    "BadParameter",
    "UnknownMetric",
    "WordForName",
    "every_metric",
    "further_metrics",
    "meanings",
    "metrics_for",
    "resolve",
]

FAMILIES = (
    classification,
    averages,
    one_label,
    belief,
    probability,
    grouping,
    label_sets,
    choice,
    safety,
    numbers,
    forecast,
    correlation,
    remaining_life,
    anomaly,
    events,
    retrieval,
    text,
    ngrams,
    short_answers,
    spans,
    fields,
    boxes,
    masks,
)
METRICS: Mapping[str, Metric] = MappingProxyType(
    {metric.name: metric for family in FAMILIES for metric in family.METRICS}
)
ENTRY_POINTS = "jiebang.metrics"
AMBIGUOUS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "准确率": ("accuracy", "capacity_accuracy", "field_accuracy", "number_match"),
        "合格率": ("within", "qualified_rate", "safety_qualified_rate"),
        "漏检率": ("miss_rate", "box_recall", "mask_recall"),
        "漏报率": ("miss_rate", "event_recall"),
        "漏警率": ("miss_rate", "event_recall"),
        "误检率": ("false_reject_rate",),
        "过杀率": ("false_reject_rate",),
        "精确率": ("precision", "macro_precision", "precision_at", "span_precision"),
        "查准率": ("precision", "macro_precision", "precision_at", "span_precision"),
        "召回率": (
            "recall",
            "macro_recall",
            "recall_at",
            "event_recall",
            "span_recall",
            "box_recall",
        ),
        "查全率": ("recall", "macro_recall", "recall_at", "span_recall"),
        "命中率": ("recall", "recall_at", "top_k", "event_recall"),
        "检出率": ("recall", "event_recall", "box_recall", "mask_recall"),
        "灵敏度": ("recall",),
        "特异度": ("false_reject_rate",),
        "误报率": ("false_alarms_per_day", "false_alarm_time", "false_reject_rate"),
        "虚警率": ("false_alarms_per_day", "false_alarm_time", "false_reject_rate"),
        "精度": ("accuracy", "precision", "map_at", "mask_map_at"),
        "正确率": ("accuracy", "exact_match", "number_match"),
        "错误率": ("accuracy", "cer", "wer"),
        "字准率": ("cer",),
        "字符准确率": ("cer",),
        "字正确率": ("cer",),
        "词准率": ("wer",),
        "词准确率": ("wer",),
        "acc": ("accuracy",),
        "auroc": ("auc", "anomaly_auc"),
        "roc_auc": ("auc", "anomaly_auc"),
        "ap": ("average_precision", "anomaly_ap"),
        "auprc": ("average_precision", "anomaly_ap"),
        "pr_auc": ("average_precision", "anomaly_ap"),
        "map": ("map_at", "map_coco", "mask_map_at", "mask_map_coco", "mean_average_precision"),
        "iou": ("box_iou", "mask_iou", "mean_iou"),
        "miou": ("mean_iou",),
        "rouge": ("rouge_1", "rouge_2", "rouge_l"),
        "em": ("exact_match",),
        "fpr": ("false_reject_rate",),
        "fnr": ("miss_rate",),
        "tpr": ("recall",),
        "sensitivity": ("recall",),
        "specificity": ("false_reject_rate",),
    }
)
"""What the words that mean several things may mean, so that a board names one of them."""
OPPOSITE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "漏检率": ("box_recall", "mask_recall"),
        "漏报率": ("event_recall",),
        "漏警率": ("event_recall",),
        "特异度": ("false_reject_rate",),
        "specificity": ("false_reject_rate",),
        "错误率": ("accuracy",),
        "字准率": ("cer",),
        "字符准确率": ("cer",),
        "字正确率": ("cer",),
        "词准率": ("wer",),
        "词准确率": ("wer",),
    }
)
"""Those of the meanings that are one less what the word says: 字准率 is 1 − cer."""
ALIKE = 0.75


@cache
def further_metrics() -> Mapping[str, Metric]:
    """Metrics of other installed packages, whose entry points name their METRICS tables.

    Raises
    ------
    Refusal
        Every package that does not load or holds what is no metric, and every name that is taken,
        so that a metric's text would mean two things.
    """
    # Only here: a name that ships need not wait for the list of packages.
    from importlib.metadata import entry_points

    found: dict[str, Metric] = {}
    problems: list[Problem] = []
    for point in entry_points(group=ENTRY_POINTS):
        origin = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        try:
            metrics = tuple(point.load())
            strange = [one for one in metrics if not isinstance(one, Metric)]
            if strange:
                raise TypeError(f"{strange[0]!r}: no Metric")
        except Exception as error:
            said = f"{type(error).__name__}: {error}"[:200]
            problems.append(Problem("E7113", where=f"{origin}, {point.value}", found=said))
            continue
        for metric in metrics:
            if metric.name in METRICS or metric.name in found:
                problems.append(Problem("E7114", where=origin, found=metric.name))
            found[metric.name] = replace(metric, origin=origin)
    if problems:
        raise Refusal(problems)
    return MappingProxyType(found)


def every_metric() -> Mapping[str, Metric]:
    """The metrics that ship, then those of other installed packages."""
    return MappingProxyType({**METRICS, **further_metrics()})


def meanings(word: str) -> tuple[Metric, ...]:
    """Metrics that a word may mean: a name, a part of a Chinese or English name, or an alias."""
    known = every_metric()
    spelled = _spelled(word)
    named = [
        known[name] for one in spelled for name in (*AMBIGUOUS.get(one, ()), one) if name in known
    ]
    low = word.casefold()
    named += [
        metric
        for metric in known.values()
        if low in metric.name or low in metric.zh.casefold() or low in metric.en.casefold()
    ]
    return tuple(dict.fromkeys(named))


def _spelled(word: str) -> tuple[str, ...]:
    """A word as names are written here, in the forms that it may have, the likeliest first.

    Examples
    --------
    >>> _spelled("ROUGE-L"), _spelled("F1-score"), _spelled("Recall@10")
    (('rouge_l',), ('f1_score', 'f1'), ('recall_at', 'recall'))
    """
    low = normalized("NFKC", word).casefold().replace("-", "_")
    name, at, _ = low.partition("@")
    return tuple(dict.fromkeys([f"{name}_at" if at else name, name, name.removesuffix("_score")]))


def resolve(metric_text: MetricText) -> BoundMetric:
    """Find the metric that a text names and read its parameters.

    Raises `UnknownMetric`, `WordForName` or `BadParameter`, each with the code of a problem.

    Examples
    --------
    >>> resolve(MetricText.parse("ndcg(k=10)")).parameters["k"]
    10
    """
    metric = METRICS.get(metric_text.name) or further_metrics().get(metric_text.name)
    if metric is None:
        raise _unknown(metric_text.name)
    return metric.bind(metric_text)


def _unknown(name: str) -> MetricProblem:
    """What is wrong with a name that no metric has: misspelt, foreign, or of several meanings."""
    known, latin = every_metric(), name.isascii()
    for one in _spelled(name):
        if one in known:
            return UnknownMetric(name, known[one], meant=True)
        if one in AMBIGUOUS:
            meant = [known[metric] for metric in AMBIGUOUS[one]] if latin else meanings(name)
            return WordForName(name, meant, OPPOSITE.get(one, ()))
    if not latin and (meant := meanings(name)):
        return WordForName(name, meant)
    named = {one.name if latin else one.zh: one for one in known.values()}
    nearest = difflib.get_close_matches(_spelled(name)[0], named, n=1, cutoff=ALIKE)
    return UnknownMetric(name, named[nearest[0]] if nearest else None, meant=latin)


def metrics_for(task: str) -> tuple[Metric, ...]:
    """Metrics that suit a task, in the order of their tables."""
    return tuple(metric for metric in every_metric().values() if task in metric.task)
