"""What simple learners reach on a dataset: the floor that a solution has to leave behind."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.audit.inputs import ORDER, Inputs, Kinds
from scoring.audit.table import Table

FOLDS, MOST, FEATURES, LEAVES = 5, 3000, 60, 16
LABELS, BOTH_WAYS = 5, 10
CLASSES = ("classification", "anomaly", "choice", "safety")
NUMBERS = ("regression", "forecasting")

Learner = Callable[[], Any]
Targets = NDArray[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """What a learner reached by cross-validation: balanced accuracy, or R² for numbers."""

    name: str
    value: float
    feature: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Learning:
    """The simple learners, and what each input alone can tell, most telling first.

    Of several labels a sample, learners are worth their mean, an input the label it tells best.
    """

    measure: str
    learners: tuple[Learned, ...]
    features: tuple[Learned, ...]
    samples: int


def learning(table: Table) -> Learning | None:
    """Train simple learners on folds of the dataset; ``None`` for a task without values or labels.

    At most 3,000 samples are used, evenly spaced. Clusters are never split over folds. Of several
    labels a sample, the five are learned that divide the samples most evenly.
    """
    if len(table) < 4 * FOLDS:
        return None
    places = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST)).astype(int))
    target = _targets(table, places)
    if target is None:
        return None
    clusters = None if table.clusters is None else table.clusters[places]
    task = _Task(
        numbers=table.task in NUMBERS,
        target=target,
        inputs=Inputs.of(table, places),
        folds=_folds(target, clusters, stratified=table.task in CLASSES),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return task.learn()


def _targets(table: Table, places: NDArray[np.intp]) -> Targets | None:
    """What is learned: numbers or codes of labels, shape (n,), or marks of labels, (n, labels)."""
    values = [table.targets[at] for at in places]
    if table.task == "multilabel":
        counts = Counter(label for labels in values for label in labels)
        evenness = {label: min(count, len(values) - count) for label, count in counts.items()}
        names = sorted(
            (label for label, fewer in evenness.items() if fewer >= BOTH_WAYS),
            key=lambda label: (-evenness[label], label),
        )[:LABELS]
        marks = np.array([[label in labels for label in names] for labels in values], dtype=int)
        return marks if names else None
    target: Targets
    if table.task in NUMBERS:
        target = np.array(values, dtype=np.float64)
    elif table.task in CLASSES:
        target = np.unique([str(value) for value in values], return_inverse=True)[1]
    else:
        return None
    return target if len(np.unique(target)) > 1 else None


def _folds(
    target: Targets, clusters: NDArray[Any] | None, *, stratified: bool
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Places to train and to test on, shape (train,) and (test,), once for each fold."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

    splitter: Any = KFold(FOLDS, shuffle=True, random_state=0)
    if clusters is not None and len(np.unique(clusters)) >= FOLDS:
        return list(GroupKFold(FOLDS).split(target, target, clusters))
    if stratified and np.unique(target, return_counts=True)[1].min() >= FOLDS:
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    return list(splitter.split(target, target))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    """Inputs and targets of the samples used, with the folds."""

    numbers: bool
    target: Targets
    inputs: Inputs
    folds: list[tuple[NDArray[np.intp], NDArray[np.intp]]]

    def learn(self) -> Learning:
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        found = [Learned(name="trivial", value=self._trivial())]
        alone = {name: self._alone(name) for name in (*self._telling(), ORDER)}
        seen = {name: values for name, values in alone.items() if name != ORDER}
        if seen:
            best = max(seen, key=lambda name: float(seen[name].mean()))
            found.append(Learned(name="one_feature", value=float(seen[best].mean()), feature=best))
        if (whole := self.inputs.whole) is not None:
            scaled = lambda: make_pipeline(StandardScaler(), self._linear())  # noqa: E731
            found.append(Learned(name="linear", value=self._reached(scaled, whole)))
            deep = lambda: self._tree(max_depth=8)  # noqa: E731
            found.append(Learned(name="tree", value=self._reached(deep, whole)))
        if self.inputs.texts is not None:
            found.append(Learned(name="characters", value=self._by_characters()))
        features = [
            Learned(name="one_feature", value=float(values.max()), feature=name)
            for name, values in alone.items()
        ]
        features.sort(key=lambda entry: -entry.value)
        return Learning(
            measure="r2" if self.numbers else "balanced_accuracy",
            learners=tuple(found),
            features=tuple(features[:5]),
            samples=len(self.target),
        )

    def _telling(self) -> tuple[str, ...]:
        """The inputs that are looked at one by one: of very many those that tell most unfolded."""
        names = self.inputs.named
        if len(names) <= FEATURES:
            return names
        everything = np.arange(len(self.target))
        told = {name: float(self._alone(name, [(everything, everything)]).max()) for name in names}
        best = sorted(names, key=lambda name: -told[name])[:FEATURES]
        return tuple(name for name in names if name in set(best))

    def _alone(self, name: str, folds: Any = None) -> NDArray[np.float64]:
        """What one input reaches on each label: a small tree, or the usual target of each kind."""
        labels = 0 if self.numbers else len(np.unique(self.target))
        small = lambda: self._tree(max_leaf_nodes=max(LEAVES, 2 * labels))  # noqa: E731
        reached = self._measured(small, self.inputs.numbers[name], folds)
        usual = lambda: ByKind(self.numbers)  # noqa: E731
        for kinds in self.inputs.kinds.get(name, ()):
            reached = np.maximum(reached, self._measured(usual, kinds, folds))
        return reached

    def _tree(self, **limits: int) -> Any:
        from sklearn import tree

        grow = tree.DecisionTreeRegressor if self.numbers else tree.DecisionTreeClassifier
        return grow(random_state=0, **limits)

    def _linear(self) -> Any:
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.multiclass import OneVsRestClassifier

        if self.numbers:
            return Ridge()
        if self.target.ndim == 1:
            return LogisticRegression(max_iter=200)
        # Of two classes at a time, which this solver does in a fraction of the time.
        return OneVsRestClassifier(LogisticRegression(solver="liblinear", max_iter=200))

    def _by_characters(self) -> float:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline

        learner = lambda: make_pipeline(  # noqa: E731
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3), max_features=20_000),
            self._linear(),
        )
        return self._reached(learner, np.array(self.inputs.texts, dtype=object))

    def _reached(self, learner: Learner, features: NDArray[Any]) -> float:
        return float(self._measured(learner, features).mean())

    def _measured(
        self, learner: Learner, features: NDArray[Any], folds: Any = None
    ) -> NDArray[np.float64]:
        """What a learner reaches on samples it was not trained on, shape (labels,) or (1,)."""
        predicted = np.empty_like(self.target)
        for train, test in self.folds if folds is None else folds:
            known = self.target[train]
            if known.ndim == 1 and len(np.unique(known)) < 2:
                predicted[test] = known[0]
                continue
            predicted[test] = learner().fit(features[train], known).predict(features[test])
        return self._measure(predicted)

    def _measure(self, predicted: Targets) -> NDArray[np.float64]:
        from sklearn.metrics import balanced_accuracy_score, r2_score

        measure = r2_score if self.numbers else balanced_accuracy_score
        pairs = zip(np.atleast_2d(self.target.T), np.atleast_2d(predicted.T), strict=True)
        return np.array([measure(wanted, given) for wanted, given in pairs])

    def _trivial(self) -> float:
        if self.numbers:
            return 0.0
        return 0.5 if self.target.ndim > 1 else 1 / len(np.unique(self.target))


class ByKind:
    """Learns the usual target of each kind: the commonest, or the mean of numbers.

    A kind that was not seen is told the usual target of all.
    """

    def __init__(self, numbers: bool) -> None:
        self.numbers = numbers
        self.told: dict[int, Any] = {}
        self.usual: Any = None

    def fit(self, kinds: Kinds, target: Targets) -> ByKind:
        """Learn from codes, shape (n,), and targets, shape (n,) or (n, labels)."""
        middle = np.mean if self.numbers else _commonest
        self.usual = middle(target)
        self.told = {int(kind): middle(target[kinds == kind]) for kind in np.unique(kinds)}
        return self

    def predict(self, kinds: Kinds) -> Targets:
        """Targets of codes, shape (n,) or (n, labels)."""
        return np.array([self.told.get(int(kind), self.usual) for kind in kinds])


def _commonest(target: Targets) -> Any:
    """The code that stands most often; of marks the more frequent of each label."""
    if target.ndim > 1:
        return (target.mean(axis=0) > 0.5).astype(target.dtype)
    return np.bincount(target).argmax()
