"""Groups of samples are scored by themselves, on what they are part of."""

from __future__ import annotations

import numpy as np
import pytest

from harness.metric_text import MetricText
from scoring.answers import Anomalies, Labels
from scoring.catalog import resolve
from scoring.slices import Gap, gap, slices

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


def apart(right: np.ndarray, groups: int) -> Gap | None:
    truth = np.zeros(len(right), dtype=np.int64)
    answers = Labels(
        truth=truth,
        predicted=np.where(right, 0, 1),
        labels=("高", "低"),
        positive=None,
        belief=None,
    )
    found = slices(
        resolve(MetricText.parse("accuracy")),
        answers,
        "line",
        [f"L{at % groups}" for at in range(len(right))],
        clusters=None,
        seed="sha256:s",
        level=0.95,
    )
    return gap(found)


def test_groups_that_are_alike_lie_apart_as_far_as_chance_says() -> None:
    draw = np.random.default_rng(0)
    found = [apart(draw.random(320) < 0.9, groups=8) for _ in range(40)]

    told = [(one.value, one.by_chance) for one in found if one is not None]

    values, by_chance = np.mean(told, axis=0)
    assert len(told) == 40
    assert by_chance == pytest.approx(values, rel=0.15)


def test_a_group_that_fails_lies_further_apart_than_chance_says() -> None:
    right = np.arange(200) % 4 > 0

    found = apart(right, groups=4)

    assert found is not None and found.value == 1.0 > 3 * found.by_chance


def test_few_samples_a_group_tell_no_gap() -> None:
    assert apart(np.arange(58) % 2 > 0, groups=2) is None
