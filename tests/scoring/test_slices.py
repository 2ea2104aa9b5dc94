"""Groups of samples are scored by themselves, on what they are part of."""

from __future__ import annotations

import numpy as np
import pytest

from harness.metric_text import MetricText
from scoring.answers import Anomalies
from scoring.catalog import resolve
from scoring.slices import slices

TRUTH = [False, True, True, False, True, False, True, True, False, True, False]
ALARM = [False, False, False, False, True, False, False, False, False, False, True]


def sliced(text: str, groups: str) -> dict[str, float]:
    answers = Anomalies(
        truth=np.array(TRUTH),
        score=np.array(ALARM) * 1.0,
        series=np.zeros(len(TRUTH), dtype=np.int64),
        time=np.arange(len(TRUTH)) * 60.0,
    )
    found = slices(
        resolve(MetricText.parse(text)),
        answers,
        "shift",
        tuple(groups),
        clusters=None,
        seed="sha256:s",
        level=0.95,
    )
    return {entry.group: entry.found.value for entry in found}


@pytest.mark.parametrize("groups", ["daaddaaddad", "dnnddnnddnd", "nnnnnnnnnnn"])
def test_events_apart_stay_apart_in_a_group_of_points(groups: str) -> None:
    found = sliced("event_recall(threshold=0.5)", groups)
    starts = [at for at in range(1, len(TRUTH)) if TRUTH[at] and not TRUTH[at - 1]]

    for group, value in found.items():
        held = [ALARM[at] for at in starts if groups[at] == group]
        assert value == pytest.approx(np.mean(held) if held else np.nan, nan_ok=True)


def test_an_alarm_counts_for_its_event_whatever_group_it_came_in() -> None:
    found = sliced("event_recall(threshold=0.5)", "dddddxxxxxx")

    assert found == {"d": 0.5, "x": 0.0}


def test_groups_of_time_in_alarm_add_up_to_the_time_of_the_whole() -> None:
    groups = "dnndndnndnn"
    whole = sliced("false_alarm_time(threshold=0.5)", "n" * 11)["n"]

    parts = sliced("false_alarm_time(threshold=0.5)", groups)

    normal = {
        group: sum(one == group for one, truth in zip(groups, TRUTH, strict=True) if not truth)
        for group in parts
    }
    together = sum(parts[group] * normal[group] for group in parts) / sum(normal.values())
    assert together == pytest.approx(whole)
