"""What an audit found about a dataset, with what to do about it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from harness.problems import Explanation
from scoring.audit.inputs import ORDER
from scoring.audit.learning import NUMBERS, Learning, learning
from scoring.audit.likeness import Likeness, likeness, overlap
from scoring.audit.power import Detectable, detectable
from scoring.audit.table import Table

GIVEN_AWAY, CLOSE = 0.97, 0.05
FEW, RARE, HEAVY = 200, 10, 0.9
FEW_CLUSTERS = 50
NORMAL, ANOMALOUS = "正常 normal", "异常 anomalous"
Weight = Literal["serious", "warning", "note"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that an audit found: its code of `SAYINGS`, how much it weighs, its figures."""

    code: str
    weight: Weight
    values: Mapping[str, str] = field(default_factory=dict)

    def said(self) -> dict[str, str]:
        """Say it in Chinese and in English."""
        saying = SAYINGS[self.code]
        return {
            "zh": saying.zh.format_map(dict(self.values)),
            "en": saying.en.format_map(dict(self.values)),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """Everything measured of a dataset, and what follows from it."""

    likeness: Likeness
    overlap: tuple[int, int] | None
    balance: tuple[tuple[str, int], ...]
    learning: Learning | None
    floor: float | None
    ceiling: float | None
    detectable: Detectable
    findings: tuple[Finding, ...]


def audit(table: Table) -> Audit:
    """Audit a dataset: copies, leaks, balance, simple learners, and what it can tell apart."""
    alike = likeness(table)
    shared = overlap(table) if table.public else None
    learned = learning(table)
    balance = _balance(table)
    floor = None
    if learned is not None:
        floor = max(entry.value for entry in learned.learners)
    elif balance:
        floor = balance[0][1] / len(table)
    # Of equal samples with different targets only the commonest can be met; numbers may come near.
    ceiling = None if table.task in NUMBERS else alike.answerable / len(table)
    groups = None if table.clusters is None else int(table.clusters.max()) + 1
    power = detectable(_spread(table, floor), len(table), groups)
    found = Audit(
        likeness=alike,
        overlap=shared,
        balance=balance,
        learning=learned,
        floor=floor,
        ceiling=ceiling,
        detectable=power,
        findings=(),
    )
    findings = tuple(_findings(table, found, groups))
    return replace(found, findings=findings)


def _balance(table: Table) -> tuple[tuple[str, int], ...]:
    """Samples of each label, most first; nothing where targets are no labels."""
    if table.task == "anomaly":
        counts = Counter(ANOMALOUS if target else NORMAL for target in table.targets)
    elif table.task in ("classification", "choice", "safety"):
        counts = Counter(str(target) for target in table.targets)
    elif table.task == "multilabel":
        counts = Counter(label for target in table.targets for label in target)
    else:
        return ()
    return tuple(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def _spread(table: Table, floor: float | None) -> float:
    """Standard deviation of one sample's score that a fair candidate would have."""
    if table.task in NUMBERS:
        return float(np.std(np.array(table.targets, dtype=float)) * 0.6)
    share = min(max(floor if floor is not None else 0.8, 0.5), 0.95)
    return math.sqrt(share * (1 - share))


def _findings(table: Table, found: Audit, groups: int | None) -> Iterator[Finding]:
    size = len(table)
    if found.likeness.copies:
        heavy = found.likeness.copies > size / 20
        yield Finding(
            code="copies",
            weight="serious" if heavy else "warning",
            values={"count": str(found.likeness.copies), "samples": str(size)},
        )
    if found.likeness.conflicting:
        yield Finding(
            code="conflicting",
            weight="warning" if found.ceiling is None else "serious",
            values={"count": str(found.likeness.conflicting)},
        )
    if found.likeness.near:
        yield Finding(code="near", weight="warning", values={"count": str(found.likeness.near)})
    if found.overlap is not None and any(found.overlap):
        values = {"count": str(found.overlap[0]), "near": str(found.overlap[1])}
        yield Finding(code="overlap", weight="serious", values=values)
    yield from _balance_findings(found, size)
    yield from _learning_findings(found)
    if size < FEW:
        yield Finding(code="few_samples", weight="warning", values={"samples": str(size)})
    if groups is not None and groups < FEW_CLUSTERS:
        yield Finding(code="few_clusters", weight="warning", values={"clusters": str(groups)})
    least = _difference(table, found.detectable.difference)
    if groups is None:
        yield Finding(code="detectable", weight="note", values={"difference": least})
    else:
        most = _difference(table, found.detectable.by_clusters or math.inf)
        values = {"difference": least, "most": most, "clusters": str(groups)}
        yield Finding(code="detectable_by_clusters", weight="note", values=values)


def _difference(table: Table, difference: float) -> str:
    """A difference of scores in words; one of shares is at most 100 %."""
    if table.task in NUMBERS:
        return f"{difference:.3g}"
    return f"{difference:.1%}" if difference <= 1 else ">100%"


def _balance_findings(found: Audit, size: int) -> Iterator[Finding]:
    if not found.balance:
        return
    most, count = found.balance[0]
    if count > HEAVY * size:
        share = f"{count / size:.1%}"
        yield Finding(code="unbalanced", weight="warning", values={"label": most, "share": share})
    rare = [label for label, count in found.balance if count < RARE]
    if rare:
        shown = "、".join(rare[:5])
        yield Finding(
            code="rare_labels", weight="warning", values={"labels": shown, "count": str(len(rare))}
        )


def _learning_findings(found: Audit) -> Iterator[Finding]:
    if found.learning is None:
        return
    for entry in found.learning.features:
        if entry.value >= GIVEN_AWAY:
            code = "given_away_by_order" if entry.feature == ORDER else "given_away"
            values = {"feature": str(entry.feature), "value": f"{entry.value:.3f}"}
            yield Finding(code=code, weight="serious", values=values)
    best = max(found.learning.learners, key=lambda entry: entry.value)
    values = {"value": f"{best.value:.3f}", "measure": found.learning.measure}
    if best.value > 1 - CLOSE:
        yield Finding(code="too_easy", weight="serious", values=values)
    trivial = found.learning.learners[0].value
    if best.value < trivial + CLOSE:
        yield Finding(code="nothing_learned", weight="note", values=values)


SAYINGS = {
    entry.code: entry
    for entry in (
        Explanation(
            "copies",
            "{samples} 个样本中有 {count} 个与前面的样本相同（只用于区分样本的编号、时间不计）。"
            "请去重，或把同源样本写进同一个 cluster。",
            "{count} of {samples} samples repeat an earlier one (but for numbers and times that only "
            "tell samples apart). Remove them, or put samples of one origin into one cluster.",
        ),
        Explanation(
            "conflicting",
            "{count} 个样本的输入相同而参考答案不同，不可能全部答对。请核对标注。",
            "{count} samples have equal inputs but different targets: nobody can get them all "
            "right. Check the labels.",
        ),
        Explanation(
            "near",
            "{count} 个样本与另一样本几乎相同（有一项文字的连续5字重合达到八成，短句则相同）。请核对是否同源，"
            "并声明 cluster。",
            "{count} samples are nearly the same as another (in one text four fifths of the runs of "
            "five characters, or a short sentence). See whether they have one origin, and declare "
            "clusters.",
        ),
        Explanation(
            "overlap",
            "隐藏样本中有 {count} 个与公开样例相同（编号、时间不计）、{near} 个几乎相同，等于公布了答案。"
            "请从隐藏样本中删去。",
            "{count} hidden samples equal a public one (but for numbers and times) and {near} nearly "
            "do: their answers are out. Remove them from the hidden samples.",
        ),
        Explanation(
            "unbalanced",
            "标签“{label}”占 {share}，全判为它即可得到很高的准确率。请用宏平均F1、召回率等指标。",
            "The label '{label}' makes up {share}: giving it to all scores a high accuracy. Use "
            "macro F1, recall and the like.",
        ),
        Explanation(
            "rare_labels",
            "{count} 个标签的样本不足10个（{labels}），这些标签上的差别说明不了问题。请补充样本或合并标签。",
            "{count} labels have fewer than 10 samples ({labels}): differences on them mean little. "
            "Add samples or merge labels.",
        ),
        Explanation(
            "given_away",
            "只用输入“{feature}”一项就几乎能判断参考答案（{value}）。请核对它是否在作答时不应知道。",
            "The input '{feature}' alone all but tells the target ({value}). See whether it would "
            "be known at the time of answering.",
        ),
        Explanation(
            "given_away_by_order",
            "按样本在文件中的先后就几乎能判断参考答案（{value}）。请打乱次序（送评次序由系统另行打乱）。",
            "The order of samples in the file all but tells the target ({value}). Shuffle them (the "
            "order of asking is shuffled anyway).",
        ),
        Explanation(
            "too_easy",
            "简单方法已达到 {measure} = {value}，留给参评对象拉开差距的余地很小。请换用更难的样本。",
            "A simple learner reaches {measure} = {value}: little room is left to tell candidates "
            "apart. Use harder samples.",
        ),
        Explanation(
            "nothing_learned",
            "简单方法没有学到规律（最好 {measure} = {value}）。任务可能很难，也可能标注有误，请抽查标注。",
            "Simple learners found no rule (best {measure} = {value}). The task may be hard or the "
            "labels wrong: look at a sample of them.",
        ),
        Explanation(
            "few_samples",
            "只有 {samples} 个样本，名次难以区分。请增加到200个以上。",
            "There are only {samples} samples: ranks can hardly be told apart. Have 200 or more.",
        ),
        Explanation(
            "few_clusters",
            "只有 {clusters} 个独立单元（患者、文档、设备等），区间可能偏窄。请增加到50个以上。",
            "There are only {clusters} independent units (patients, documents, machines): intervals "
            "may be too narrow. Have 50 or more.",
        ),
        Explanation(
            "detectable",
            "两家真实差距不小于 {difference} 时，才有八成把握区分出来（同一批样本成对比较，双侧5%）。",
            "Two candidates are told apart in four of five cases only where they truly differ by "
            "{difference} or more (paired on the same samples, two-sided 5 %).",
        ),
        Explanation(
            "detectable_by_clusters",
            "样本分属 {clusters} 个独立单元：同一单元的样本互不相关时，两家真实差距不小于 {difference} 才有八成把握"
            "区分出来，完全相关时须不小于 {most}，实际在两者之间（同一批样本成对比较，双侧5%）。",
            "The samples are of {clusters} independent units. Two candidates are told apart in four of "
            "five cases only where they truly differ by {difference} or more if samples of a unit have "
            "nothing to do with each other, by {most} or more if they are all alike; the truth lies "
            "between (paired on the same samples, two-sided 5 %).",
        ),
        Explanation(
            "undefined",
            "指标“{metric}”在这些数据上无法计算。请换用别的指标，或补充样本。",
            "The metric '{metric}' is undefined on these data. Choose another or add samples.",
        ),
        Explanation(
            "free",
            "不看样本、一律作答，指标“{metric}”就得满分。请收紧参数，或补充样本。",
            "Answers made without a look at any sample take full marks on '{metric}'. Tighten its "
            "parameter or add samples.",
        ),
        Explanation(
            "uncounted",
            "{samples} 条参考答案中有 {count} 条不计入指标“{metric}”（如不是恰有一个数）。请改写，或换用别的指标。",
            "Of {samples} targets {count} do not count in '{metric}' (such as texts that do not hold "
            "exactly one number). Rewrite them or choose another metric.",
        ),
        Explanation(
            "licence",
            "没有写明可核查的许可（现为“{found}”）。请写明许可证名称或授权文件编号。",
            "No licence that can be checked is named (found '{found}'). Name the licence or the "
            "document of permission.",
        ),
        Explanation(
            "source",
            "没有写明可核查的来源（现为“{found}”）。请写明出处、采集单位和时间。",
            "No source that can be checked is named (found '{found}'). Say where, by whom and when "
            "it was collected.",
        ),
        Explanation(
            "stand_in",
            "这是替代数据，不能当作目标行业的真实数据来下结论。",
            "These are stand-in data: draw no conclusions as from real data of the industry.",
        ),
        Explanation(
            "personal",
            "疑似个人信息：{found}。请脱敏后再使用。",
            "What looks like personal data: {found}. Mask it before use.",
        ),
    )
}
