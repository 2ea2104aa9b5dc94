"""Samples of a candidate: how sure it was of its answers, and how others did on the same data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from harness.execution.sandbox import Sandbox
from harness.pipeline import stages
from harness.pipeline.sample_tables import beliefs, sample_tables
from harness.workspace import Workspace
from scoring.answers import Labels

NAN = float("nan")


def labels(**more: Any) -> Labels:
    columns = {
        "truth": np.array([0, 1, 1, 0]), "predicted": np.array([0, 1, 0, -1]),
        "labels": ("good", "bad"), "positive": "bad", "belief": None,
    } | more  # fmt: skip
    return Labels(**columns)


def test_a_belief_is_that_in_the_label_given() -> None:
    binary = labels(belief=np.array([0.25, 0.75, 0.125, NAN]))
    several = labels(
        probabilities=np.array([[0.75, 0.25], [0.5, 0.5], [1.0, 0.0], [NAN, NAN]]), positive=None
    )

    assert beliefs(binary) == [0.75, 0.75, 0.875, None]
    assert beliefs(several) == [0.75, 0.5, 1.0, None]


def test_a_score_that_is_no_probability_is_no_belief() -> None:
    assert beliefs(labels(belief=np.array([-3.5, 2.0, 0.5, NAN]))) == ()
    assert beliefs(labels()) == ()


def test_each_sample_says_how_many_others_did_better_and_worse(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"), small.package("rubbish"), small.package("fair"))
    stages.run(workspace, sandbox, quiet)

    found = sample_tables(workspace)
    tables = [found(name) for name in workspace.candidates()]
    again = found("C001")

    assert again == tables[0]
    for place, one in enumerate(tables):
        assert one is not None
        assert one.others == 2
        rest = [other.losses for other in tables[:place] + tables[place + 1 :] if other]
        assert list(one.better) == [
            sum(loss < mine for loss in losses)
            for mine, *losses in zip(one.losses, *rest, strict=True)
        ]
        assert list(one.worse) == [
            sum(loss > mine for loss in losses)
            for mine, *losses in zip(one.losses, *rest, strict=True)
        ]
