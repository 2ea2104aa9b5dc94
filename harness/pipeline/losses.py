"""What each sample cost a candidate, for showing the worst: not for scoring."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from harness.columns import Columns
from scoring.answers import Anomalies, Labels, Rankings, Texts, Values
from scoring.structured_answers import Boxes, Fields, LabelSets, Masks, Objects, Spans

UNANSWERED = 2.0
Loss = tuple[float, str]


def losses(joined: Columns) -> list[Loss]:
    """Loss and target of every sample; a sample without an answer costs more than any other."""
    return _LOSSES[type(joined.answers)](joined.answers)


def _labels(answers: Labels) -> list[Loss]:
    names = answers.labels
    return [
        (UNANSWERED if given < 0 else float(given != wanted), names[wanted])
        for wanted, given in zip(answers.truth, answers.predicted, strict=True)
    ]


def _label_sets(answers: LabelSets) -> list[Loss]:
    wrong = (answers.truth != answers.predicted).mean(axis=1)
    names = np.array(answers.labels, dtype=object)
    return [
        (UNANSWERED if gone else float(loss), _shown(list(names[wanted])))
        for loss, gone, wanted in zip(wrong, answers.missing, answers.truth, strict=True)
    ]


def _values(answers: Values) -> list[Loss]:
    widest = answers.high - answers.low + 1
    errors = np.abs(answers.truth - answers.predicted)
    return [
        (widest if np.isnan(error) else float(error), f"{wanted:g}")
        for wanted, error in zip(answers.truth, errors, strict=True)
    ]


def _anomalies(answers: Anomalies) -> list[Loss]:
    order = np.argsort(np.argsort(np.nan_to_num(answers.score, nan=-np.inf), kind="stable"))
    share = order / max(1, len(order) - 1)
    return [
        (UNANSWERED if gone else float(1 - rank if wanted else rank), str(int(wanted)))
        for wanted, rank, gone in zip(answers.truth, share, answers.missing, strict=True)
    ]


def _rankings(answers: Rankings) -> list[Loss]:
    found = []
    for relevant, ranked in zip(answers.relevant, answers.ranked, strict=True):
        places = [place for place, doc in enumerate(ranked or (), 1) if doc in relevant]
        loss = UNANSWERED if ranked is None else 1 - 1 / places[0] if places else 1.0
        found.append((loss, " ".join(sorted(relevant))))
    return found


def _texts(answers: Texts) -> list[Loss]:
    from rapidfuzz.distance import Levenshtein

    return [
        (
            UNANSWERED
            if given is None
            else min(1.0, Levenshtein.distance(wanted, given) / max(len(wanted), 1)),
            wanted,
        )
        for wanted, given in zip(answers.truth, answers.predicted, strict=True)
    ]


def _sets(truth: Sequence[Any], predicted: Sequence[Any]) -> list[Loss]:
    """One less the F1 of two sets of parts."""
    found = []
    for wanted, given in zip(truth, predicted, strict=True):
        if given is None:
            found.append((UNANSWERED, _shown(wanted)))
            continue
        both = sum(part in given for part in wanted)
        total = len(wanted) + len(given)
        found.append((1 - 2 * both / total if total else 0.0, _shown(wanted)))
    return found


def _fields(answers: Fields) -> list[Loss]:
    from scoring.metrics.fields import comparable

    found = []
    for wanted, given in zip(answers.truth, answers.predicted, strict=True):
        wrong = [
            name
            for name, kind in answers.types.items()
            if comparable((given or {}).get(name), kind) != comparable(wanted.get(name), kind)
        ]
        loss = UNANSWERED if given is None else len(wrong) / max(len(answers.types), 1)
        found.append((loss, _shown(wanted)))
    return found


def _objects(answers: Objects) -> list[Loss]:
    from scoring.box_matching import overlaps_of

    found = []
    for wanted, given in zip(answers.truth, answers.predicted, strict=True):
        loss = UNANSWERED
        if given is not None:
            alike = np.array([[a.label == b.label for b in given] for a in wanted], dtype=bool)
            if len(wanted) and len(given):
                best = (overlaps_of(wanted, given) * alike).max(axis=1)
                loss = float(1 - best.mean())
            else:
                loss = float(len(wanted) != len(given))
        found.append((loss, _shown([box.label for box in wanted])))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, frozenset):
        value = [[span.start, span.end, span.label] for span in sorted(value)]
    return json.dumps(value, ensure_ascii=False)


_LOSSES: dict[type, Callable[[Any], list[Loss]]] = {
    Labels: _labels,
    LabelSets: _label_sets,
    Values: _values,
    Anomalies: _anomalies,
    Rankings: _rankings,
    Texts: _texts,
    Spans: lambda answers: _sets(answers.truth, answers.predicted),
    Fields: _fields,
    Boxes: _objects,
    Masks: _objects,
}
