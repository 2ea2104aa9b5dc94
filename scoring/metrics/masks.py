"""How well the pixels of objects are told apart: by object, and by label over whole images."""

from __future__ import annotations

import numpy as np

from scoring.mask_overlap import area, joined, shared
from scoring.metric import Metric, Values
from scoring.metrics.boxes import OVERLAP, map_at, map_coco, object_iou, object_recall
from scoring.statistic import Floats, SampleSums, divide, summable
from scoring.structured_answers import Box, Mask, Objects

Row = tuple[Box | Mask, ...]


def mean_iou(answers: Objects, _: Values) -> SampleSums:
    """Mean over labels of the pixels shared over the pixels wanted or given, all images together."""
    occurring = {mask.label for row in answers.truth for mask in row}
    labels = [label for label in answers.labels if label in occurring]
    columns = np.zeros((len(answers.truth), 3, len(labels)))
    for place, (wanted, given) in enumerate(zip(answers.truth, answers.predicted, strict=True)):
        for at, label in enumerate(labels):
            columns[place, :, at] = _pixels(wanted, given or (), label)
    flat = columns.reshape(len(columns), -1)
    images = (columns[:, 2] > 0).sum(axis=0)
    most = float(flat.max(initial=1.0))
    return SampleSums(
        flat,
        _mean_share,
        (most,) * flat.shape[1],
        group=columns[:, 2, np.argmin(images)] > 0 if labels else None,
        groups=max(len(labels), 1),
    )


def _pixels(wanted: Row, given: Row, label: str) -> tuple[int, int, int]:
    """Pixels shared, pixels covered and pixels wanted of a label in one image."""
    ours, theirs = (
        [one for one in row if isinstance(one, Mask) and one.label == label]
        for row in (wanted, given)
    )
    left, right = joined(ours), joined(theirs)
    alike = len({mask.size for mask in (*ours, *theirs)}) <= 1
    both = shared(left, right) if alike else 0
    return both, area(left) + area(right) - both, area(left)


def _mean_share(sums: Floats) -> Floats:
    both, covered, wanted = np.split(sums, 3, axis=-1)
    each = summable(divide(both, covered, empty=0.0)) * (wanted > 0)
    return divide(each.sum(axis=-1), (wanted > 0).sum(axis=-1, dtype=np.float64))


FORMULA_ZH = (
    "各标签的平均精确率之和 ÷ 参考答案中出现的标签数；对象按置信分从高到低、以像素交并比匹配参考对象"
    "（一对一，每图每标签最多100个），平均精确率取101个召回率处的最大精确率之均值；未作答按未检出计"
)
FORMULA_EN = (
    "sum of each label's average precision ÷ labels that occur in the target; objects are matched "
    "to wanted ones by falling score on the pixels that they share (one to one, at most 100 an "
    "image and label), precision is the best at or beyond each of 101 recalls; a missing answer "
    "finds nothing"
)

METRICS = (
    Metric(
        name="mean_iou",
        task=("segmentation",),
        statistic=mean_iou,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="平均交并比（mIoU）",
        en="Mean intersection over union (mIoU)",
        formula_zh="各标签的 共有像素数 ÷（参考像素数 + 所给像素数 − 共有像素数）（全部图像合计）之和 ÷ "
        "参考答案中出现的标签数；图像尺寸不同的不算共有；未作答按未给出计",
        formula_en="sum over labels of pixels shared ÷ (pixels wanted + pixels given − pixels "
        "shared), all images together, ÷ labels that occur in the target; images of other sizes "
        "share nothing; a missing answer gives no pixel",
        example="mean_iou",
        reference="Everingham et al. (2010), The Pascal VOC challenge; "
        "scikit-learn, jaccard_score(average='macro')",
        deletion_safe=False,
    ),
    Metric(
        name="mask_map_at",
        task=("segmentation",),
        statistic=map_at,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        zh="实例分割平均精确率均值（mAP）",
        en="Mean average precision of masks",
        formula_zh="在声明的最小交并比下，" + FORMULA_ZH,
        formula_en="at the declared least intersection over union: " + FORMULA_EN,
        example="mask_map_at(iou=0.5)",
        reference="Lin et al. (2014), Microsoft COCO; pycocotools (segm)",
        deletion_safe=False,
        parameters=(OVERLAP,),
    ),
    Metric(
        name="mask_map_coco",
        task=("segmentation",),
        statistic=map_coco,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        zh="实例分割平均精确率均值（mAP@[.5:.95]）",
        en="Mean average precision of masks over overlaps",
        formula_zh="在最小交并比0.5、0.55、…、0.95下分别计算再平均：" + FORMULA_ZH,
        formula_en="mean at least overlaps of 0.5, 0.55, ..., 0.95: " + FORMULA_EN,
        example="mask_map_coco",
        reference="Lin et al. (2014), Microsoft COCO; pycocotools (segm)",
        deletion_safe=False,
    ),
    Metric(
        name="mask_iou",
        task=("segmentation",),
        statistic=object_iou,
        better="higher",
        bounds=(0.0, 1.0),
        sees="found",
        kind="ratio",
        zh="对象像素交并比",
        en="Intersection over union of masks",
        formula_zh="每个参考对象与同标签所给对象（一对一，取总和最大的配对，每图每标签只取置信分最高的100个）"
        "的 共有像素数 ÷ 覆盖像素数 之和 ÷ 参考对象总数；多给的对象不扣分；未作答计0",
        formula_en="sum over objects wanted of pixels shared ÷ pixels covered with a given object "
        "of the label (one to one, paired for the largest sum, of the 100 surest an image and label) "
        "÷ objects wanted; objects too many cost nothing; a missing answer counts 0",
        example="mask_iou",
        reference="Everingham et al. (2010), The Pascal VOC challenge",
    ),
    Metric(
        name="mask_recall",
        task=("segmentation",),
        statistic=object_recall,
        better="higher",
        bounds=(0.0, 1.0),
        sees="found",
        kind="ratio",
        zh="对象检出率",
        en="Recall of masks",
        formula_zh="在声明的最小交并比下，与所给同标签对象匹配（按置信分从高到低，一对一，每图每标签最多100个）"
        "的参考对象数 ÷ 参考对象总数；多给的对象不扣分；未作答按未检出计",
        formula_en="objects wanted that a given object of the label matches at the least overlap "
        "(by falling score, one to one, at most 100 an image and label) ÷ objects wanted; objects "
        "too many cost nothing; a missing answer finds nothing",
        example="mask_recall(iou=0.5)",
        reference="Lin et al. (2014), Microsoft COCO",
        parameters=(OVERLAP,),
    ),
)
