"""What a metric is: its direction, bounds, words and formula, written once, beside its function."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from harness.metric_text import MetricText
from harness.problems import Explanation, Problem, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from scoring.statistic import Statistic

Task = Literal[
    "classification",
    "regression",
    "forecasting",
    "anomaly",
    "retrieval",
    "text",
    "multilabel",
    "choice",
    "safety",
    "spans",
    "fields",
    "detection",
    "segmentation",
]
Kind = Literal["proportion", "mean", "ratio", "confusion", "order"]
Side = Literal["both", "found", "touched", "claimed", "given"]
Value = str | float | int
Values = Mapping[str, Value]
NAMELESS = frozenset(
    [
        "score",
        "overall",
        "total",
        "result",
        "metric",
        "points",
        "overall_score",
        "final",
        "final_score",
        "total_score",
        "quality",
        "rating",
        "grade",
    ]
)


class MetricProblem(ValueError):
    """A metric's text that cannot be used, as a problem still without its place.

    ``further`` are the other problems of the same text.
    """

    def __init__(self, code: str, found: str, **values: str | Words) -> None:
        self.code, self.found, self.values = code, found, values
        self.further: tuple[MetricProblem, ...] = ()
        super().__init__(f"{code} {found} {values}")

    def problems(self, where: str) -> Iterator[Problem]:
        """Say where the text stands, of this problem and of what else is wrong with the text."""
        for one in (self, *self.further):
            yield Problem(one.code, where=where, found=one.found, values=one.values)


class UnknownMetric(MetricProblem):
    """A name that no metric has; ``nearest`` is the name of one that is written alike, or empty.

    It is not ``meant`` for sure where the name is a Chinese word: what is written alike may well be
    the opposite.
    """

    def __init__(self, name: str, nearest: Metric | None, *, meant: bool) -> None:
        self.nearest = "" if nearest is None else nearest.name
        if nearest is not None and meant:
            super().__init__("E7101", name, nearest=self.nearest)
            return
        alike = Words("", "")
        if nearest is not None:
            alike = Words(
                f"，写法最接近的是“{nearest.zh}”（{nearest.name}），含义未必相同",
                f"; '{nearest.zh}' ({nearest.name}) is written most like it, but may mean "
                "something else",
            )
        super().__init__("E7115", name, alike=alike)


class WordForName(MetricProblem):
    """A word such as 准确率 where a metric's name belongs, with what it may mean.

    ``opposite`` are those of them that are one less what the word means.
    """

    def __init__(self, word: str, meant: Iterable[Metric], opposite: Container[str] = ()) -> None:
        self.meant = tuple(meant)
        told = (
            f"{one.example} (= 1 − {word})" if one.name in opposite else one.example
            for one in self.meant
        )
        super().__init__("E7110", word, meant=", ".join(told))


class BadParameter(MetricProblem):
    """A parameter, task or label that does not fit the metric."""

    @classmethod
    def raise_any(cls, faults: Iterable[BadParameter]) -> None:
        """Raise the first of some faults with the others as its `further`; nothing without any."""
        found = tuple(faults)
        if found:
            found[0].further = found[1:]
            raise found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One choice that a metric's text must state: a label, a number or a whole number.

    ``above`` is an open lower limit, ``at_most`` a closed upper one; ``below_labels`` says that it
    counts labels and must leave one out.
    """

    name: str
    kind: Literal["label", "number", "count"]
    zh: str
    en: str
    above: float = 0.0
    at_most: float = math.inf
    below_labels: bool = False

    def read(self, text: str) -> Value:
        """Turn the written value into what the metric computes with; raises `BadParameter`."""
        if self.kind == "label":
            return text
        try:
            number = int(text) if self.kind == "count" else float(text)
        except ValueError:
            raise self._outside(text) from None
        if not (math.isfinite(number) and self.above < number <= self.at_most):
            raise self._outside(text)
        canonical = str(number) if self.kind == "count" else canonical_number(number)
        if text != canonical:
            raise BadParameter("E7105", text, parameter=self.name, canonical=canonical)
        return number

    def faults(self, text: str) -> Iterator[BadParameter]:
        """What is wrong with the written value."""
        try:
            self.read(text)
        except BadParameter as fault:
            yield fault

    def _outside(self, text: str) -> BadParameter:
        above = f"{self.above:g}"
        if math.isinf(self.at_most):
            return BadParameter("E7112", text, parameter=self.name, above=above)
        at_most = f"{self.at_most:g}"
        return BadParameter("E7104", text, parameter=self.name, above=above, at_most=at_most)


def canonical_number(number: float) -> str:
    """Shortest decimal text of a number, so that one metric has one text."""
    # Adding zero turns -0.0 into 0.0: both mean one metric.
    text = repr(float(number) + 0.0)
    return text[:-2] if text.endswith(".0") else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """How good answers are, as one number: what it means, which way is better, how it is computed.

    ``bounds`` are its least and greatest value. ``unit`` is ``share`` (0 to 1, may be printed as
    per cent), ``target`` (the unit of the target column) or ``none``. ``deletion_safe`` says that
    deleting an answer can never improve the score. ``needs_positive`` says that it reads the belief
    in the positive label that the dataset declares, ``needs`` what else the dataset must declare
    (``time``, ``cluster``). ``reads`` names the flags of samples without what the metric reads.
    ``rewards_right`` is false where a wrong answer in place of a right one can improve the value,
    as for calibration: such a metric informs and never weighs. ``sees`` is not ``both`` where
    answers made without a look at the sample may be faultless, for it looks at one side only:
    ``found``, what is wanted (claim everything), ``touched``, whether a claim was made anywhere in
    what is wanted (claim something now and then), ``claimed``, what is said (claim nothing, or
    what is surest alone), ``given``, whether there is an answer. ``of_one`` is false where the value
    of one sample by itself says nothing about it, as for a correlation. ``origin`` names the
    package that a metric comes from, with its version; empty for ours.
    """

    name: str
    task: tuple[Task, ...]
    statistic: Callable[[Any, Values], Statistic]
    better: Literal["higher", "lower"]
    bounds: tuple[float, float]
    kind: Kind
    zh: str
    en: str
    formula_zh: str
    formula_en: str
    example: str
    reference: str
    clause: str = ""
    unit: Literal["share", "target", "none"] = "share"
    deletion_safe: bool = True
    needs_positive: bool = False
    needs: tuple[Literal["time", "cluster"], ...] = ()
    reads: Literal["missing", "beliefless", "unsure", "unbounded"] = "missing"
    rewards_right: bool = True
    sees: Side = "both"
    of_one: bool = True
    parameters: tuple[Parameter, ...] = ()
    origin: str = ""

    def __post_init__(self) -> None:
        if self.name in NAMELESS:
            raise ValueError(f"{self.name} says nothing about what is measured: choose a name")

    @property
    def level(self) -> Literal["sample", "corpus"]:
        """Whether the value is a mean over samples or is made from sums over all of them."""
        return "sample" if self.kind in ("proportion", "mean") else "corpus"

    @property
    def best(self) -> float:
        """The value of perfect answers."""
        return self.bounds[1] if self.better == "higher" else self.bounds[0]

    @property
    def worst(self) -> float:
        """The value that no answers can fall below; may be infinite."""
        return self.bounds[0] if self.better == "higher" else self.bounds[1]

    def bind(self, text: MetricText) -> BoundMetric:
        """Take the written parameters; raises `BadParameter`."""
        BadParameter.raise_any(self._faults(text))
        declared = {parameter.name: parameter for parameter in self.parameters}
        values = {name: declared[name].read(value) for name, value in text.parameters}
        return BoundMetric(metric=self, text=text, parameters=values)

    def _faults(self, text: MetricText) -> Iterator[BadParameter]:
        """Everything that is wrong with the written parameters."""
        declared = {parameter.name: parameter for parameter in self.parameters}
        written = dict(text.parameters)
        for name in written:
            if name not in declared:
                known = ", ".join(declared) or "–"
                yield BadParameter("E7102", name, metric=self.name, known=known)
        for name, parameter in declared.items():
            if name in written:
                yield from parameter.faults(written[name])
            else:
                yield BadParameter("E7103", str(text), parameter=name, example=self.example)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundMetric:
    """A metric with its parameters: what a board weighs and a score is the value of."""

    metric: Metric
    text: MetricText
    parameters: Values = field(default_factory=dict)

    def suits(
        self,
        task: str,
        labels: Iterable[str] = (),
        positive: str | None = None,
        declared: Iterable[str] | None = None,
    ) -> None:
        """Hold the metric against what a dataset declares; raises `BadParameter`.

        ``declared`` names which of ``time`` and ``cluster`` it declares; ``None`` asks nothing.
        """
        if task not in self.metric.task:
            fitting = ", ".join(self.metric.task)
            raise BadParameter("E7106", str(self.text), task=task, fitting=fitting)
        BadParameter.raise_any(self._misfits(tuple(labels), positive, declared))

    def _misfits(
        self, known: tuple[str, ...], positive: str | None, declared: Iterable[str] | None
    ) -> Iterator[BadParameter]:
        """Everything that a dataset of the task lacks."""
        for parameter in self.metric.parameters:
            value = self.parameters[parameter.name]
            if parameter.kind == "label" and value not in known:
                listed = "、".join(known)
                yield BadParameter("E7107", str(value), metric=str(self.text), labels=listed)
            if parameter.below_labels and known and int(value) >= len(known):
                most = str(len(known) - 1)
                yield BadParameter("E7111", str(self.text), parameter=parameter.name, most=most)
        if self.metric.needs_positive and positive is None:
            yield BadParameter("E7108", str(self.text))
        lacking = () if declared is None else set(self.metric.needs) - set(declared)
        if lacking:
            yield BadParameter("E7109", str(self.text), lacking=", ".join(sorted(lacking)))

    def statistic(self, answers: Any) -> Statistic:
        """Reduce typed answers to what the metric is a function of."""
        return self.metric.statistic(answers, self.parameters)

    def missing(self, answers: Any) -> NDArray[np.bool_]:
        """Samples, shape (n,), without an answer that this metric can read."""
        unread: NDArray[np.bool_] = getattr(answers, self.metric.reads)
        return unread


PROBLEMS = (
    Explanation(
        "E7101",
        "{where}：没有名为 {found} 的指标；请改写为 {nearest}，或用 jiebang metrics 查看全部指标。",
        "{where}: there is no metric called {found}; write {nearest} instead, "
        "or list all with `jiebang metrics`.",
    ),
    Explanation(
        "E7102",
        "{where}：指标 {metric} 没有参数 {found}；可写的参数：{known}。",
        "{where}: metric {metric} has no parameter {found}; it takes: {known}.",
    ),
    Explanation(
        "E7103",
        "{where}：{found} 缺少参数 {parameter}；请写成 {example} 这样的形式。",
        "{where}: {found} lacks the parameter {parameter}; write it like {example}.",
    ),
    Explanation(
        "E7104",
        "{where}：参数 {parameter} 的值 {found} 不可用；请写大于 {above}、不超过 {at_most} 的数"
        "（个数须为整数）。",
        "{where}: {found} is no value for {parameter}; write a number above {above} and "
        "at most {at_most} (a whole number where it counts something).",
    ),
    Explanation(
        "E7112",
        "{where}：参数 {parameter} 的值 {found} 不可用；请写大于 {above} 的数（个数须为整数）。",
        "{where}: {found} is no value for {parameter}; write a number above {above} "
        "(a whole number where it counts something).",
    ),
    Explanation(
        "E7105",
        "{where}：参数 {parameter} 的写法 {found} 不规范，同一指标只能有一种写法；请写 {canonical}。",
        "{where}: {parameter} is written {found}, but a metric has one text only; "
        "write {canonical}.",
    ),
    Explanation(
        "E7106",
        "{where}：指标 {found} 不适用于任务 {task}，只适用于 {fitting}；"
        "请换用 jiebang metrics 列出的该任务指标。",
        "{where}: metric {found} is for {fitting}, not for {task}; "
        "choose one that `jiebang metrics` lists for the task.",
    ),
    Explanation(
        "E7107",
        "{where}：{metric} 中的标签 {found} 不在数据集声明的标签内；请写其中之一：{labels}。",
        "{where}: the label {found} in {metric} is not declared by the dataset; "
        "write one of: {labels}.",
    ),
    Explanation(
        "E7108",
        "{where}：{found} 需要正类的置信分，但数据集没有声明 positive；"
        "请在 dataset.yaml 写明 positive: 标签。",
        "{where}: {found} needs a belief in the positive label, but the dataset declares none; "
        "write `positive: LABEL` in dataset.yaml.",
    ),
    Explanation(
        "E7109",
        "{where}：{found} 需要数据集声明 {lacking}；请在 dataset.yaml 写明"
        "（time: 时间列，samples.cluster: 题组或序列列）。",
        "{where}: {found} needs the dataset to declare {lacking}; write it in dataset.yaml "
        "(time: COLUMN, samples.cluster: COLUMN of question groups or series).",
    ),
    Explanation(
        "E7110",
        "{where}：“{found}”不是指标名，可能指的是 {meant}；请写其中之一"
        "（各自口径见 jiebang metrics {found}）。",
        "{where}: '{found}' is no metric's name and may mean {meant}; write one of them "
        "(`jiebang metrics {found}` explains each).",
    ),
    Explanation(
        "E7113",
        "{where}：另一个软件包提供的指标读不进来（{found}）。请修复或卸载该软件包。",
        "{where}: metrics of another package cannot be loaded ({found}). Mend or uninstall it.",
    ),
    Explanation(
        "E7114",
        "{where}：另一个软件包的指标名 {found} 已被占用。请卸载该软件包，或请其作者改名。",
        "{where}: another package names a metric {found}, which exists already. Uninstall it, or "
        "have its author choose another name.",
    ),
    Explanation(
        "E7115",
        "{where}：没有名为“{found}”的指标{alike}。请用 jiebang metrics 查看全部指标，按口径选用。",
        "{where}: there is no metric called '{found}'{alike}. List all with `jiebang metrics` and "
        "choose by the formula.",
    ),
    Explanation(
        "E7111",
        "{where}：{found} 的 {parameter} 不小于标签数，任何作答都得满分；请写不超过 {most} 的数。",
        "{where}: {parameter} in {found} is not below the number of labels, so that any answer takes "
        "full marks; write at most {most}.",
    ),
)
