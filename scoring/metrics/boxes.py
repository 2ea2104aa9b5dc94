"""How well objects are found in images, by the overlap of boxes or of pixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scoring.box_matching import Detections, overlaps_of, surest
from scoring.metric import Metric, Parameter, Values
from scoring.statistic import Floats, SampleSums, WeightedScan, divide, share
from scoring.structured_answers import Objects

OVERLAP = Parameter(
    name="iou", kind="number", zh="最小交并比", en="least intersection over union", at_most=1.0
)
STEPS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))


def map_at(answers: Objects, parameters: Values) -> WeightedScan:
    """Mean over labels of average precision at one overlap."""
    return _mean_precision(answers, (float(parameters["iou"]),))


def map_coco(answers: Objects, _: Values) -> WeightedScan:
    """Mean over labels and over overlaps from 0.5 to 0.95 of average precision."""
    return _mean_precision(answers, STEPS)


def object_iou(answers: Objects, _: Values) -> SampleSums:
    """Mean over objects wanted of the overlap with one of the label, one to one, at its largest."""
    rows = []
    for wanted, given in zip(answers.truth, answers.predicted, strict=True):
        total = 0.0
        for label in answers.labels:
            ours = [one for one in wanted if one.label == label]
            theirs = surest(given or (), label)
            if ours and theirs:
                total += _assigned(overlaps_of(ours, theirs))
        rows.append((total, float(len(wanted))))
    columns = np.array(rows, dtype=np.float64).reshape(-1, 2)
    most = float(columns[:, 1].max(initial=1.0))
    return SampleSums(columns, share, (most, most), group=columns[:, 1] > 0)


def object_recall(answers: Objects, parameters: Values) -> SampleSums:
    """Share of objects wanted that were found at one overlap."""
    columns = np.zeros((len(answers.truth), 2))
    for label in answers.labels:
        curve = Detections.of(answers, label, float(parameters["iou"]))
        columns[:, 0] += np.bincount(curve.image[curve.right], minlength=len(columns))
        columns[:, 1] += curve.wanted
    most = float(columns.max(initial=1.0))
    return SampleSums(columns, share, (most, most), group=columns[:, 1] > 0)


def _assigned(overlap: Floats) -> float:
    """Largest sum of overlaps of pairs, one to one."""
    from scipy.optimize import linear_sum_assignment

    return float(overlap[linear_sum_assignment(overlap, maximize=True)].sum())


def _mean_precision(answers: Objects, steps: tuple[float, ...]) -> WeightedScan:
    labels = {box.label for wanted in answers.truth for box in wanted}
    curves = [
        Detections.of(answers, label, step)
        for label in answers.labels
        if label in labels
        for step in steps
    ]

    def mean_of_curves(count: int, values_of: Callable[[Detections], Floats]) -> Floats:
        total, defined = np.zeros(count), np.zeros(count)
        for curve in curves:
            values = values_of(curve)
            total += np.nan_to_num(values)
            defined += ~np.isnan(values)
        return divide(total, defined)

    n = len(answers.truth)
    return WeightedScan(
        lambda weights: mean_of_curves(
            len(weights), lambda curve: curve.average_precision(weights)
        ),
        n,
        least=min((int((curve.wanted > 0).sum()) for curve in curves), default=0),
        each=lambda: mean_of_curves(n, Detections.each),
    )


FORMULA_ZH = (
    "各标签的平均精确率之和 ÷ 参考答案中出现的标签数；框按置信分从高到低匹配参考框（一对一，"
    "每图每标签最多100个），平均精确率取101个召回率处的最大精确率之均值；未作答按未检出计"
)
FORMULA_EN = (
    "sum of each label's average precision ÷ labels that occur in the target; boxes are matched "
    "to wanted ones by falling score (one to one, at most 100 an image and label), precision is "
    "the best at or beyond each of 101 recalls; a missing answer finds nothing"
)

METRICS = (
    Metric(
        name="map_at",
        task=("detection",),
        statistic=map_at,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        zh="平均精确率均值（mAP）",
        en="Mean average precision",
        formula_zh="在声明的最小交并比下，" + FORMULA_ZH,
        formula_en="at the declared least intersection over union: " + FORMULA_EN,
        example="map_at(iou=0.5)",
        reference="Lin et al. (2014), Microsoft COCO; pycocotools",
        deletion_safe=False,
        parameters=(OVERLAP,),
    ),
    Metric(
        name="map_coco",
        task=("detection",),
        statistic=map_coco,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        zh="平均精确率均值（mAP@[.5:.95]）",
        en="Mean average precision over overlaps",
        formula_zh="在最小交并比0.5、0.55、…、0.95下分别计算再平均：" + FORMULA_ZH,
        formula_en="mean at least overlaps of 0.5, 0.55, ..., 0.95: " + FORMULA_EN,
        example="map_coco",
        reference="Lin et al. (2014), Microsoft COCO; pycocotools",
        deletion_safe=False,
    ),
    Metric(
        name="box_iou",
        task=("detection",),
        statistic=object_iou,
        better="higher",
        bounds=(0.0, 1.0),
        sees="found",
        kind="ratio",
        zh="框交并比",
        en="Intersection over union of boxes",
        formula_zh="每个参考框与同标签所给框（一对一，取总和最大的配对，每图每标签只取置信分最高的100个）"
        "的 交集面积 ÷ 并集面积 之和 ÷ 参考框总数；多给的框不扣分；未作答计0",
        formula_en="sum over boxes wanted of area shared ÷ area covered with a given box of the "
        "label (one to one, paired for the largest sum, of the 100 surest an image and label) ÷ boxes "
        "wanted; boxes too many cost nothing; a missing answer counts 0",
        example="box_iou",
        reference="Everingham et al. (2010), The Pascal VOC challenge",
    ),
    Metric(
        name="box_recall",
        task=("detection",),
        statistic=object_recall,
        better="higher",
        bounds=(0.0, 1.0),
        sees="found",
        kind="ratio",
        zh="检出率",
        en="Recall of boxes",
        formula_zh="在声明的最小交并比下，与所给同标签框匹配（按置信分从高到低，一对一，每图每标签最多100个）"
        "的参考框数 ÷ 参考框总数；多给的框不扣分；未作答按未检出计",
        formula_en="boxes wanted that a given box of the label matches at the least overlap (by "
        "falling score, one to one, at most 100 an image and label) ÷ boxes wanted; boxes too many "
        "cost nothing; a missing answer finds nothing",
        example="box_recall(iou=0.5)",
        reference="Lin et al. (2014), Microsoft COCO",
        parameters=(OVERLAP,),
    ),
)
