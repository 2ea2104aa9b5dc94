"""What simple learners reach on a dataset: the floor that a solution has to leave behind."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.audit.table import Table

FOLDS, MOST, KINDS, FEATURES = 5, 3000, 30, 60
ORDER = "(order)"
CLASSES = ("classification", "anomaly", "choice", "safety")
NUMBERS = ("regression", "forecasting")


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """What a learner reached by cross-validation: balanced accuracy, or R² for numbers."""

    name: str
    value: float
    feature: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Learning:
    """The simple learners, and what each input alone can tell, most telling first."""

    measure: str
    learners: tuple[Learned, ...]
    features: tuple[Learned, ...]
    samples: int


def learning(table: Table) -> Learning | None:
    """Train simple learners on folds of the dataset; ``None`` for a task without one target value.

    At most 3,000 samples are used, evenly spaced. Clusters are never split over folds.
    """
    if table.task not in (*CLASSES, *NUMBERS) or len(table) < 4 * FOLDS:
        return None
    places = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST)).astype(int))
    task = _Task.of(table, places)
    if task is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return task.learn()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    """Features and targets of the samples used, with the folds.

    ``kinds`` holds the codes of inputs that are words, each of which stands more than once.
    """

    numbers: bool
    target: NDArray[Any]
    groups: dict[str, NDArray[Any]]
    kinds: dict[str, NDArray[np.intp]]
    texts: list[str] | None
    folds: list[tuple[NDArray[np.intp], NDArray[np.intp]]]

    @classmethod
    def of(cls, table: Table, places: NDArray[np.intp]) -> _Task | None:
        from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

        numbers = table.task in NUMBERS
        target = np.array([table.targets[at] for at in places], dtype=float if numbers else str)
        if len(np.unique(target)) < 2:
            return None
        groups = {name: _encoded(table, name, places) for name in table.columns}
        groups[ORDER] = places[:, None].astype(np.float64)
        texts = None
        if table.texts:
            texts = ["\n".join(str(table.inputs[at].get(c)) for c in table.texts) for at in places]
        clusters = None if table.clusters is None else table.clusters[places]
        splitter: Any
        if clusters is not None and len(np.unique(clusters)) >= FOLDS:
            splitter = GroupKFold(FOLDS)
        elif numbers or np.unique(target, return_counts=True)[1].min() < FOLDS:
            splitter = KFold(FOLDS, shuffle=True, random_state=0)
        else:
            splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        return cls(
            numbers=numbers,
            target=target,
            groups={name: part for name, part in groups.items() if part.shape[1]},
            kinds={
                name: codes
                for name in table.columns
                if (codes := _kinds(table, name, places)) is not None
            },
            texts=texts,
            folds=list(splitter.split(target, target, clusters)),
        )

    def learn(self) -> Learning:
        from sklearn import tree
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        grow = tree.DecisionTreeRegressor if self.numbers else tree.DecisionTreeClassifier
        inputs = {name: part for name, part in self.groups.items() if name != ORDER}
        alone = [
            Learned(name="one_feature", value=self._alone(grow, name), feature=name)
            for name in self._telling()
        ]
        alone.sort(key=lambda entry: -entry.value)
        linear: Callable[[], Any] = (
            Ridge if self.numbers else lambda: LogisticRegression(max_iter=200)
        )
        found = [Learned(name="trivial", value=0.0 if self.numbers else self._trivial())]
        best = next((entry for entry in alone if entry.feature != ORDER), None)
        if best is not None:
            found.append(best)
        if inputs:
            whole = np.hstack(list(inputs.values()))
            scaled = lambda: make_pipeline(StandardScaler(), linear())  # noqa: E731
            found.append(Learned(name="linear", value=self._reached(scaled, whole)))
            deep = lambda: grow(max_depth=8, random_state=0)  # noqa: E731
            found.append(Learned(name="tree", value=self._reached(deep, whole)))
        if self.texts is not None:
            found.append(Learned(name="characters", value=self._by_characters(linear)))
        measure = "r2" if self.numbers else "balanced_accuracy"
        return Learning(
            measure=measure,
            learners=tuple(found),
            features=tuple(alone[:5]),
            samples=len(self.target),
        )

    def _telling(self) -> list[str]:
        """The features that are looked at one by one: the most telling, and the order of samples."""
        from sklearn.feature_selection import f_classif, f_regression

        names = [name for name in self.groups if name != ORDER]
        if len(names) > FEATURES:
            first = np.column_stack([self.groups[name][:, 0] for name in names])
            with np.errstate(all="ignore"):
                told, _ = (f_regression if self.numbers else f_classif)(first, self.target)
            # Kinds too many for columns of their own are told by no single column.
            told = [
                math.inf if name in self.kinds else value
                for name, value in zip(names, told, strict=True)
            ]
            best = np.argsort(-np.nan_to_num(told, nan=-1.0), kind="stable")
            names = [names[at] for at in sorted(best[:FEATURES])]
        return [*names, ORDER]

    def _alone(self, grow: Callable[..., Any], name: str) -> float:
        """What one feature reaches: a small tree, or for words the commonest target of each."""
        reached = self._reached(lambda: grow(max_depth=4, random_state=0), self.groups[name])
        if name in self.kinds:
            reached = max(reached, self._reached(lambda: ByKind(self.numbers), self.kinds[name]))
        return reached

    def _by_characters(self, linear: Callable[[], Any]) -> float:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline

        learner = lambda: make_pipeline(  # noqa: E731
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3), max_features=20_000), linear()
        )
        return self._reached(learner, np.array(self.texts, dtype=object))

    def _reached(self, learner: Callable[[], Any], features: NDArray[Any]) -> float:
        predicted = np.empty_like(self.target)
        for train, test in self.folds:
            if len(np.unique(self.target[train])) < 2:
                predicted[test] = self.target[train][0]
                continue
            fitted = learner().fit(features[train], self.target[train])
            predicted[test] = fitted.predict(features[test])
        return self._measure(predicted)

    def _measure(self, predicted: NDArray[Any]) -> float:
        from sklearn.metrics import balanced_accuracy_score, r2_score

        if self.numbers:
            return float(r2_score(self.target, predicted))
        return float(balanced_accuracy_score(self.target, predicted))

    def _trivial(self) -> float:
        return 1 / len(np.unique(self.target))


class ByKind:
    """Learns the commonest target of each kind, or the mean of numbers; of none seen, of all."""

    def __init__(self, numbers: bool) -> None:
        self.numbers = numbers
        self.told: dict[int, Any] = {}
        self.usual: Any = None

    def fit(self, kinds: NDArray[np.intp], target: NDArray[Any]) -> ByKind:
        """Learn from codes and targets, both shape (n,)."""
        middle = np.mean if self.numbers else _commonest
        self.usual = middle(target)
        self.told = {int(kind): middle(target[kinds == kind]) for kind in np.unique(kinds)}
        return self

    def predict(self, kinds: NDArray[np.intp]) -> NDArray[Any]:
        """Targets of codes, shape (n,)."""
        return np.array([self.told.get(int(kind), self.usual) for kind in kinds])


def _commonest(target: NDArray[Any]) -> Any:
    values, counts = np.unique(target, return_counts=True)
    return values[counts.argmax()]


def _kinds(table: Table, name: str, places: NDArray[np.intp]) -> NDArray[np.intp] | None:
    """Codes of an input's words, where words stand twice on average at least."""
    column = [table.inputs[at].get(name) for at in places]
    if not all(value is None or isinstance(value, str) for value in column):
        return None
    words, codes = np.unique([str(value) for value in column], return_inverse=True)
    return codes if 2 * len(words) <= len(column) else None


def _encoded(table: Table, name: str, places: NDArray[np.intp]) -> NDArray[np.float64]:
    """An input as numbers, shape (n, k); k is 0 where it is a text or nothing to count with."""
    column = [table.inputs[at].get(name) for at in places]
    present = [value for value in column if value is not None]
    if present and all(isinstance(value, bool | int | float) for value in present):
        numbers = np.array([np.nan if value is None else float(value) for value in column])
        gone = np.isnan(numbers)
        middle = float(np.median(numbers[~gone])) if (~gone).any() else 0.0
        columns = [np.where(gone, middle, numbers)]
        return np.column_stack([*columns, gone] if gone.any() else columns)
    if present and all(isinstance(value, list) for value in present):
        widths = {len(value) for value in present}
        if len(widths) == 1 and len(present) == len(column):
            return np.array(column, dtype=np.float64).reshape(len(column), -1)
    kinds = sorted({str(value) for value in column})
    if len(kinds) <= KINDS:
        return np.array([[str(value) == kind for kind in kinds] for value in column], dtype=float)
    lengths = [[float(len(value))] if isinstance(value, str) else [0.0] for value in column]
    return np.array(lengths)
