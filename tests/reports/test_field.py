from __future__ import annotations

import copy
from statistics import median
from typing import Any

from reports.card import card_of
from reports.catalogue import words
from reports.edition import Edition, edition_of
from reports.evaluation import Evaluation, evaluation_of
from reports.field import field_of

ZH = words("zh-CN")


def values(record: dict[str, Any], item: str, metric: str) -> dict[str, float]:
    return {
        score["candidate"]: entry["value"]
        for score in record["scores"]
        if score["item"] == item
        for entry in score["metrics"]
        if entry["metric"] == metric
    }


def the_field(evaluation: Evaluation, name: str) -> Any:
    return field_of(evaluation, evaluation.candidates[name], ZH)


def test_a_card_is_held_against_the_median_and_the_candidate_across_the_line(
    evaluation: dict[str, Any],
) -> None:
    indexed = evaluation_of(evaluation)
    metric = indexed.items["SM-01"]["metrics"][0]["metric"]
    found = values(evaluation, "SM-01", metric)

    first, third = the_field(indexed, "C001"), the_field(indexed, "C003")

    assert first.middles[metric] == median(found.values())
    assert (first.across, third.across) == ("C003", "C002")
    assert first.values[metric] == found["C003"]


def test_only_an_interval_wholly_on_one_side_of_the_median_is_called_clear(
    evaluation: dict[str, Any],
) -> None:
    record = copy.deepcopy(evaluation)
    indexed = evaluation_of(record)
    metrics = [metric["metric"] for metric in indexed.items["SM-01"]["metrics"]]
    own = next(s for s in record["scores"] if (s["item"], s["candidate"]) == ("SM-01", "C001"))
    for entry in own["metrics"]:
        middle = median(values(record, "SM-01", entry["metric"]).values())
        wide = {"low": middle - 0.5, "high": middle + 0.5, "level": 0.95, "method": "bca"}
        narrow = {"low": middle + 0.001, "high": middle + 0.01, "level": 0.95, "method": "bca"}
        entry["interval"] = narrow if entry["metric"] == metrics[0] else wide
        entry["value"] = middle + 0.005 if entry["metric"] == metrics[0] else entry["value"]

    sentence = the_field(evaluation_of(record), "C001").sentence

    assert sentence.startswith("与同任务中位数相比：明确较好的有")
    assert "较差" not in sentence


def test_a_scenario_is_compared_only_on_its_gain_since_each_has_its_own_data(
    evaluation: dict[str, Any],
) -> None:
    indexed = evaluation_of(evaluation)
    fields = [
        field
        for name, candidate in indexed.candidates.items()
        if candidate["item"] == "SC-01" and (field := the_field(indexed, name))
    ]

    assert all(set(field.middles) <= {"skill"} for field in fields)


def test_an_applicant_never_sees_the_others_on_its_card(evaluation: dict[str, Any]) -> None:
    own = edition_of(evaluation, Edition(kind="applicant", candidate="C001"))
    indexed = evaluation_of(own)

    card = card_of(indexed, indexed.candidates["C001"], ZH)

    assert (card.field, card.across) == ("", "")
    assert not {kind for metric in card.metrics for _, kind in metric.plot.marks} - {"base"}


def test_judges_see_no_middle_and_no_neighbour_before_all_sheets_are_in(
    partial: dict[str, Any],
) -> None:
    codes = {entry["id"]: f"B{place:03}" for place, entry in enumerate(partial["candidates"])}
    indexed = evaluation_of(edition_of(partial, Edition(kind="panel", codes=codes)))

    assert [the_field(indexed, name) for name in indexed.candidates] == [None] * len(codes)
