"""However a band is settled, places, caps and the quota hold, and nobody else is moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.board import Item, Limits, Quota, Track
from harness.canonical import canonical_json, digest
from harness.pipeline.band import Line, band, field_of, settle_track
from harness.pipeline.holders import Holder, rests_on, weigh
from harness.pipeline.places import caps_of
from harness.pipeline.settling import left_behind
from harness.structure import Translated
from scoring.ranking.caps import Filled, Queue, fill
from scoring.ranking.rank_sets import RankSets
from scoring.ranking.told_apart import ahead_of, keeping

WORDS = Translated(zh="测试", en="test")
LIMITS = Limits(memory=1, cpus=1, wall=1, start=1, batch_wall=1, batch=1)


def item(name: str, places: int) -> Item:
    return Item(
        id=name,
        track="vertical_model",
        title=WORDS,
        industry=WORDS,
        places=places,
        task="classification",
        dataset=None,
        baseline=None,
        modes=("hosted",),
        rank_modes_together=False,
        metrics=(),
        criteria={},
        coverage=None,
        tie_break=(),
        attested=(),
        limits=LIMITS,
    )


LOTS = {
    "source": {"zh": "双色球", "en": "lottery"},
    "form": "[0-9]{2}( [0-9]{2}){2}",
    "on": "2026-07-16",
    "announced": "2026-07-16",
    "written": "03-09-12",
    "randomness": "03 09 12",
    "among": [],
}
"""What the record of a draw says beside its order."""


def track(caps: dict[str, int], *, at_most: int, reserves: int) -> Track:
    return Track(
        title=WORDS,
        quota=Quota(at_most=at_most, caps=caps),
        scorecard={"measured": 100},
        contested=("secondary_criteria", "draw", "committee"),
        reserves=reserves,
        secondary=("innovation",),
    )


def line(declared: Track, one: Item, queue: Queue, proposed: dict[str, Any]) -> Line:
    """An item as it is ranked, before anything is settled.

    Of one whose panel is awaited nothing is proposed.
    """
    order = [name for group in queue.groups for name in group]
    row = {"rank": 1, "cap": None, "reserve_order": None, "decision": None}
    rows = [
        {
            **row,
            "candidate": name,
            "total": str(100 - at),
            "proposal": proposed[name].proposal if queue.complete else None,
            "certainty": proposed[name].certainty if queue.complete else None,
        }
        for at, name in enumerate(order)
    ]
    return Line(
        track=declared,
        item=one,
        ranking={"places": one.places, "complete_panel": queue.complete, "rows": rows},
        published=queue.groups,
        under=queue.under,
        ahead=ahead_of(queue.names, queue.sets.beats),
        kept=(),
    )


def settled_by(lines: Sequence[Line], steps: dict[str, list[dict[str, Any]]]) -> list[Line]:
    """The same items with steps taken on their bands as they are."""
    return [
        Line(
            track=one.track,
            item=one.item,
            ranking=one.ranking,
            published=one.published,
            under=one.under,
            ahead=one.ahead,
            kept=[
                {
                    "item": one.item.id,
                    "band": band(one.ranking),
                    "field": field_of(one.ranking),
                    "time": "2026-05-01T00:00:00Z",
                    "by": "李经办",
                    **LOTS,
                    **step,
                }
                for step in steps[one.item.id]
            ],
        )
        for one in lines
    ]


@st.composite
def parted(draw: st.DrawFn, names: Sequence[str]) -> list[list[str]]:
    """The same names in some order, some of them level."""
    order = draw(st.permutations(list(names)))
    groups: list[list[str]] = []
    for name in order:
        if groups and draw(st.booleans()):
            groups[-1].append(name)
        else:
            groups.append([name])
    return groups


@st.composite
def tracks(
    draw: st.DrawFn, *, capped: bool, level: bool = True, awaited: bool = False
) -> list[Line]:
    """A track of some items as it is ranked: their bands, caps and places.

    ``awaited``: the panel of some items is.
    """
    caps = draw(st.fixed_dictionaries({"city": st.integers(1, 3)})) if capped else {}
    seats = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    at_most = max(sum(seats) - draw(st.integers(0, 2)) * capped, 1)
    declared = track(caps, at_most=at_most, reserves=draw(st.integers(0, 3)))
    queues = []
    for number, places in enumerate(seats):
        names = [f"I{number}C{one}" for one in range(draw(st.integers(1, 6)))]
        cities = draw(st.lists(st.sampled_from("济青"), min_size=len(names), max_size=len(names)))
        groups = draw(parted(names)) if level else [[name] for name in draw(st.permutations(names))]
        merit = {name: -at for at, group in enumerate(groups) for name in group}
        error = {name: draw(st.floats(0, 3)) for name in names}
        beats = np.array(
            [[merit[a] - merit[b] > error[a] + error[b] for b in names] for a in names]
        )
        queues.append(
            Queue(
                item=f"IT-{number}",
                places=places,
                reserves=declared.reserves,
                groups=tuple(map(tuple, groups)),
                under={name: {"city": c} for name, c in zip(names, cities, strict=True)},
                names=tuple(names),
                sets=RankSets(
                    lower=1 + beats.sum(axis=0), upper=len(names) - beats.sum(axis=1), beats=beats
                ),
                complete=not (awaited and draw(st.booleans())),
            )
        )
    proposed = fill(queues, {**caps, "quota": at_most} if capped else {})
    return [line(declared, item(one.item, one.places), one, proposed) for one in queues]


@st.composite
def steps_on(draw: st.DrawFn, one: Line) -> list[dict[str, Any]]:
    """Some of the steps before the committee's, each with an order of the band."""
    names = band(one.ranking)
    return [
        {"step": step, "groups": draw(parted(names))}
        for step in ("secondary_criteria", "draw")
        if names and draw(st.booleans())
    ]


def in_order(one: Line) -> dict[str, tuple[int, int]]:
    """How well each candidate is placed, the best first; reserves by their number."""
    place = {"selected": 0, "committee": 1, "reserve": 1, "not_selected": 2}
    return {
        row["candidate"]: (place[row["proposal"]], row["reserve_order"] or 0)
        for row in one.ranking["rows"]
    }


def decision(
    one: Line,
    chosen: Sequence[str],
    others: Sequence[Holder] = (),
    displaced: Sequence[Holder] = (),
) -> dict[str, Any]:
    """The committee's choice on an item as it was proposed."""
    rows, settling = one.ranking["rows"], one.ranking["settling"]
    return {
        "step": "committee",
        "groups": None,
        "departures": [],
        "displaced": [
            {"item": holder.item, "candidate": holder.candidate, "decision": holder.decision}
            for holder in displaced
        ],
        "beside": rests_on(settling["beside"], others, displaced),
        "replaces": None,
        "reserves": [],
        "counted": settling["counted"],
        "decisions": {
            row["candidate"]: "selected" if row["candidate"] in chosen else "not_selected"
            for row in rows
        },
        "proposed": {
            row["candidate"]: {"proposal": row["proposal"], "cap": row["cap"]} for row in rows
        },
    }


def selected(lines: Sequence[Line]) -> dict[str, list[str]]:
    """Who has places: those decided on, else those proposed."""
    return {
        one.item.id: [
            row["candidate"]
            for row in one.ranking["rows"]
            if (row["decision"] or row["proposal"]) == "selected"
        ]
        for one in lines
    }


def proposals(one: Line) -> dict[str, str]:
    return {row["candidate"]: row["proposal"] for row in one.ranking["rows"]}


def test_a_step_orders_only_those_whom_the_ranking_leaves_open() -> None:
    names = ("A", "B", "D", "C")
    beats = np.zeros((4, 4), dtype=bool)
    beats[0, 3] = True
    queue = Queue(
        item="IT-0",
        places=2,
        reserves=1,
        groups=tuple((name,) for name in names),
        under={name: {} for name in names},
        names=names,
        sets=RankSets(lower=1 + beats.sum(axis=0), upper=4 - beats.sum(axis=1), beats=beats),
    )
    declared = track({}, at_most=2, reserves=1)
    ranked = line(declared, item("IT-0", 2), queue, fill([queue], {}))
    fresh = {"step": "secondary_criteria", "groups": [["C"], ["B"], ["D"], ["A"]]}
    (settled,) = settled_by([ranked], {"IT-0": [fresh]})

    settle_track([settled])

    assert proposals(settled) == {
        "A": "reserve",
        "B": "selected",
        "D": "selected",
        "C": "not_selected",
    }
    told = settled.ranking["settling"]
    assert told["order"] == [["B"], ["D"], ["A"], ["C"]]
    assert told["steps"][0]["reason"] == {
        "zh": "比较已区分明确的保持原有先后",
        "en": "pairs that are told apart keep their order",
    }


@given(data=st.data())
def test_no_settled_proposal_exceeds_places_a_cap_or_the_quota(data: st.DataObject) -> None:
    lines = data.draw(tracks(capped=True))
    settled = settled_by(lines, {one.item.id: data.draw(steps_on(one)) for one in lines})

    settle_track(settled)

    quota = lines[0].track.quota
    holders = selected(settled)
    cities = Counter(one.under[name]["city"] for one in settled for name in holders[one.item.id])
    assert all(len(holders[one.item.id]) <= one.item.places for one in settled)
    assert sum(map(len, holders.values())) <= quota.at_most
    assert all(count <= quota.caps["city"] for count in cities.values())


def test_a_decision_that_makes_the_outcome_of_another_uncertain_stays_in_force() -> None:
    names, cities = ("B1", "B2", "B3"), "济济青"
    beats = np.triu(np.ones((3, 3), dtype=bool), 1)
    queue = Queue(
        item="IT-B",
        places=3,
        reserves=0,
        groups=tuple((name,) for name in names),
        under={name: {"city": city} for name, city in zip(names, cities, strict=True)},
        names=names,
        sets=RankSets(lower=1 + beats.sum(axis=0), upper=3 - beats.sum(axis=1), beats=beats),
    )
    proposed = {
        name: Filled(
            proposal="not_selected", certainty="clear" if name == "B3" else "not_separable"
        )
        for name in names
    }
    one = line(track({"city": 1}, at_most=6, reserves=0), item("IT-B", 3), queue, proposed)
    (alone,) = settled_by([deepcopy(one)], {"IT-B": []})
    settle_track([alone])
    (settled,) = settled_by([one], {"IT-B": [decision(alone, ["B1", "B3"])]})

    settle_track([settled])

    assert settled.ranking["settling"]["band"] == ["B1", "B2"]
    assert settled.decision() is not None


@given(data=st.data())
def test_an_item_whose_panel_is_awaited_loses_no_place_to_those_after_it(
    data: st.DataObject,
) -> None:
    lines = data.draw(tracks(capped=True, awaited=True))
    settled = settled_by(lines, {one.item.id: data.draw(steps_on(one)) for one in lines})

    settle_track(settled)

    quota = lines[0].track.quota
    holders = selected(settled)
    for at, waiting in enumerate(settled):
        if waiting.ranking["complete_panel"]:
            continue
        assert set(proposals(waiting).values()) == {None}
        before, after = (
            [one.under[name]["city"] for one in some for name in holders[one.item.id]]
            for some in (settled[:at], settled[at + 1 :])
        )
        own = Counter(under["city"] for under in waiting.under.values())
        most = quota.caps["city"]
        fitting = sum(min(count, most - before.count(city)) for city, count in own.items())
        wanted = min(waiting.item.places, fitting, quota.at_most - len(before))
        assert not after or len(before) + wanted + len(after) <= quota.at_most
        for city in own:
            room = min(own[city], wanted, most - before.count(city))
            assert before.count(city) + room + after.count(city) <= most


@given(data=st.data())
def test_no_step_places_anybody_above_who_is_separably_ahead(data: st.DataObject) -> None:
    lines = data.draw(tracks(capped=False))
    settled = settled_by(lines, {one.item.id: data.draw(steps_on(one)) for one in lines})

    settle_track(settled)

    for one in settled:
        place = in_order(one)
        for ahead, others in one.ahead.items():
            for other in others:
                assert place[ahead][0] <= place[other][0]
                if "reserve" == proposals(one)[ahead] == proposals(one)[other]:
                    assert place[ahead] < place[other]


@given(data=st.data())
def test_only_a_cap_places_anybody_below_who_is_separably_behind(data: st.DataObject) -> None:
    lines = data.draw(tracks(capped=True))
    settled = settled_by(lines, {one.item.id: data.draw(steps_on(one)) for one in lines})

    settle_track(settled)

    for one in settled:
        found = proposals(one)
        passed = {row["candidate"] for row in one.ranking["rows"] if row["cap"]}
        for ahead, others in one.ahead.items():
            if found[ahead] in ("reserve", "not_selected") and ahead not in passed:
                assert "selected" not in {found[other] for other in others}


@given(data=st.data())
def test_reserves_are_never_more_than_declared_and_are_numbered_from_one(
    data: st.DataObject,
) -> None:
    lines = data.draw(tracks(capped=data.draw(st.booleans())))
    settled = settled_by(lines, {one.item.id: data.draw(steps_on(one)) for one in lines})

    settle_track(settled)

    for one in settled:
        numbers = sorted(
            row["reserve_order"] for row in one.ranking["rows"] if row["proposal"] == "reserve"
        )
        assert len(numbers) <= one.track.reserves
        assert all(number <= at for at, number in enumerate(numbers, start=1))
        assert not numbers or numbers[0] == 1


@given(data=st.data())
def test_what_is_certain_is_proposed_as_before_however_bands_are_settled(
    data: st.DataObject,
) -> None:
    lines = data.draw(tracks(capped=data.draw(st.booleans())))
    before = {
        row["candidate"]: row["proposal"] == "selected"
        for one in lines
        for row in one.ranking["rows"]
        if row["certainty"] == "clear"
    }
    settled = settled_by(lines, {one.item.id: data.draw(steps_on(one)) for one in lines})

    settle_track(settled)

    after = {name: what for one in settled for name, what in proposals(one).items()}
    assert {name: after[name] == "selected" for name in before} == before


@given(data=st.data())
def test_level_candidates_under_the_same_caps_are_proposed_alike(data: st.DataObject) -> None:
    lines = data.draw(tracks(capped=data.draw(st.booleans())))
    settled = settled_by(lines, {one.item.id: data.draw(steps_on(one)) for one in lines})

    settle_track(settled)

    for one in settled:
        found = proposals(one)
        for group in one.ranking["settling"]["order"] or []:
            for city in "济青":
                level = {found[n] for n in group if one.under[n]["city"] == city}
                assert len(level) <= 1 or any(one.ahead[n] & set(group) for n in group)


@given(data=st.data())
def test_without_caps_nothing_changes_where_the_settled_order_is_the_published_one(
    data: st.DataObject,
) -> None:
    lines = data.draw(tracks(capped=False, level=False))
    before = [proposals(one) for one in lines]
    order = {
        one.item.id: [
            [name] for group in one.published for name in group if name in band(one.ranking)
        ]
        for one in lines
    }
    settled = settled_by(
        lines,
        {
            name: [{"step": "draw", "groups": groups}] * bool(groups)
            for name, groups in order.items()
        },
    )

    settle_track(settled)

    assert [proposals(one) for one in settled] == before


@given(data=st.data())
def test_without_caps_the_band_takes_the_places_that_are_left_in_its_settled_order(
    data: st.DataObject,
) -> None:
    lines = data.draw(tracks(capped=False))
    among = {one.item.id: band(one.ranking) for one in lines}
    sure = {
        one.item.id: sum(
            row["proposal"] == "selected" and row["certainty"] == "clear"
            for row in one.ranking["rows"]
        )
        for one in lines
    }
    order = {name: data.draw(st.permutations(names)) for name, names in among.items()}
    settled = settled_by(
        lines,
        {
            name: [{"step": "draw", "groups": [[one] for one in names]}] * bool(names)
            for name, names in order.items()
        },
    )

    settle_track(settled)

    for one in settled:
        if any(step["state"] == "done" for step in one.ranking["settling"]["steps"]):
            left = one.item.places - sure[one.item.id]
            kept = keeping([[name] for name in order[one.item.id]], one.ahead)
            names = [name for group in kept for name in group]
            assert [name for name in names if proposals(one)[name] == "selected"] == names[:left]


@given(data=st.data())
def test_a_decision_holds_its_places_wherever_its_item_stands(data: st.DataObject) -> None:
    lines = data.draw(tracks(capped=True))
    quota = lines[0].track.quota
    left = Counter(dict.fromkeys("济青", quota.caps["city"]))
    of_quota = quota.at_most
    steps: dict[str, list[dict[str, Any]]] = {}
    for one in lines:
        steps[one.item.id] = data.draw(steps_on(one))
        names = [row["candidate"] for row in one.ranking["rows"]]
        if not band(one.ranking) or data.draw(st.booleans()):
            continue
        chosen: list[str] = []
        for name in data.draw(st.permutations(names))[: one.item.places]:
            city = one.under[name]["city"]
            if left[city] and of_quota:
                left[city] -= 1
                of_quota -= 1
                chosen.append(name)
        decided = {name: "selected" if name in chosen else "not_selected" for name in names}
        proposed = {name: {"proposal": "not_selected", "cap": None} for name in names}
        told = {
            "groups": None,
            "departures": [],
            "replaces": None,
            "reserves": [],
            "counted": [],
            "decisions": decided,
            "proposed": proposed,
        }
        steps[one.item.id].append({"step": "committee", **told})
    settled = settled_by(lines, steps)

    settle_track(settled)

    holders = selected(settled)
    cities = Counter(one.under[name]["city"] for one in settled for name in holders[one.item.id])
    assert sum(map(len, holders.values())) <= quota.at_most
    assert all(count <= quota.caps["city"] for count in cities.values())


def within(lines: Sequence[Line], holders: dict[str, list[str]]) -> bool:
    """Whether those who have places exceed no cap and not the quota."""
    quota = lines[0].track.quota
    cities = Counter(one.under[name]["city"] for one in lines for name in holders[one.item.id])
    return sum(cities.values()) <= quota.at_most and all(
        count <= quota.caps.get("city", count) for count in cities.values()
    )


@given(data=st.data())
def test_nothing_that_was_proposed_is_taken_back_whatever_the_committee_decides(
    data: st.DataObject,
) -> None:
    lines = [
        replace(one, track=replace(one.track, reserves=0)) for one in data.draw(tracks(capped=True))
    ]
    steps = {one.item.id: data.draw(steps_on(one)) for one in lines}
    settled = settled_by(deepcopy(lines), steps)
    settle_track(settled)

    for at, one in enumerate(lines):
        before = selected(settled)
        chosen = list(before[one.item.id])
        left = [name for name, what in proposals(settled[at]).items() if what == "committee"]
        earlier = {
            other.item.id: before[other.item.id] if other in lines[:at] else [] for other in lines
        }
        for name in data.draw(st.permutations(left)):
            trial = {**earlier, one.item.id: [*chosen, name]}
            if len(chosen) < one.item.places and within(lines, trial):
                chosen.append(name)
        if band(one.ranking):
            steps[one.item.id].append(decision(settled[at], chosen))
        settled = settled_by(deepcopy(lines), steps)
        settle_track(settled)

        assert within(settled, selected(settled))
        assert all(set(before[name]) <= set(now) for name, now in selected(settled).items())


def one_behind_the_other(name: str, apart: bool) -> Queue:
    """Two candidates of two cities, the first of them ahead, separably or not."""
    names = (f"{name}1", f"{name}2")
    beats = np.array([[False, apart], [False, False]])
    return Queue(
        item=f"IT-{name}",
        places=1,
        reserves=1,
        groups=tuple((one,) for one in names),
        under={names[0]: {"city": "济"}, names[1]: {"city": "青"}},
        names=names,
        sets=RankSets(lower=1 + beats.sum(axis=0), upper=2 - beats.sum(axis=1), beats=beats),
    )


def test_a_decision_is_overtaken_when_the_cap_that_its_proposal_bowed_to_has_room() -> None:
    queues = [one_behind_the_other("A", apart=False), one_behind_the_other("B", apart=True)]
    declared = track({"city": 1}, at_most=2, reserves=1)
    proposed = fill(queues, {"city": 1, "quota": 2})
    lines = [line(declared, item(one.item, 1), one, proposed) for one in queues]
    drawn = {"step": "draw", "groups": [["A1"], ["A2"]]}
    steps: dict[str, list[dict[str, Any]]] = {"IT-A": [drawn], "IT-B": []}

    def settled() -> tuple[Line, Line]:
        first, second = settled_by(deepcopy(lines), steps)
        settle_track([first, second])
        return first, second

    def told(one: Line) -> tuple[bool, str | None, dict[str, str]]:
        settling = one.ranking["settling"]
        return settling["overtaken"], settling["open"], proposals(one)

    steps["IT-A"].append(decision(settled()[0], ["A1"]))
    steps["IT-B"].append(decision(settled()[1], ["B2"]))
    decided = [told(one) for one in settled()]
    steps["IT-A"].append(decision(settled()[0], ["A2"]))
    amended = [told(one) for one in settled()]
    steps["IT-B"].append(decision(settled()[1], ["B1"]))
    again = [told(one) for one in settled()]

    first = {"A1": "selected", "A2": "reserve"}
    assert decided == [(False, None, first), (False, None, {"B1": "reserve", "B2": "selected"})]
    assert amended == [
        (False, None, first),
        (True, "committee", {"B1": "selected", "B2": "reserve"}),
    ]
    assert again == [(False, None, first), (False, None, {"B1": "selected", "B2": "reserve"})]
    assert [row["cap"] for row in settled()[1].ranking["rows"]] == [
        None,
        {"kind": "city", "value": "青", "at_most": 1},
    ]


def test_a_decision_that_a_cap_on_another_item_puts_out_of_force_is_left_behind() -> None:
    queue = one_behind_the_other("B", apart=False)
    ranked = line(track({}, at_most=2, reserves=1), item(queue.item, 1), queue, fill([queue], {}))
    ranked.ranking["version"] = 1
    (before,) = settled_by([deepcopy(ranked)], {"IT-B": []})
    settle_track([before])
    steps = {"IT-B": [decision(before, ["B1"]) | {"version": 1}]}
    (same,) = settled_by([deepcopy(ranked)], steps)
    for row in ranked.ranking["rows"]:
        row["certainty"] = "clear"

    settle_track([same])

    assert list(left_behind(same, same.ranking)) == []
    for kept in (same.kept, [one | {"version": 0} for one in same.kept]):
        (problem,) = left_behind(replace(ranked, kept=kept), same.ranking)
        assert (problem.code, problem.where) == ("E7553", "IT-B")


def test_no_step_is_due_on_an_item_that_the_committee_has_decided_on() -> None:
    queue = one_behind_the_other("A", apart=False)
    declared = track({}, at_most=2, reserves=1)
    ranked = line(declared, item(queue.item, 1), queue, fill([queue], {}))
    (before,) = settled_by([deepcopy(ranked)], {"IT-A": []})
    settle_track([before])
    (after,) = settled_by([ranked], {"IT-A": [decision(before, ["A2"])]})

    settle_track([after])

    assert before.ranking["settling"]["open"] == "secondary_criteria"
    assert after.ranking["settling"]["open"] is None
    assert [one["state"] for one in after.ranking["settling"]["steps"]] == [
        "not_needed",
        "not_available",
        "done",
    ]


def beside(lines: Sequence[Line], one: Line) -> list[Holder]:
    """Who holds places of other items: by decision, or as proposed in items before this one."""
    found = []
    for other in lines:
        if other is one:
            continue
        decided = other.decision()
        if decided is None and lines.index(other) > lines.index(one):
            continue
        found += [
            Holder(
                item=other.item.id,
                candidate=name,
                under=other.under[name],
                decision=digest(canonical_json(dict(decided))) if decided else None,
                due=other.ranking["settling"]["overtaken"],
            )
            for name in selected([other])[other.item.id]
        ]
    return found


def open_before(lines: Sequence[Line], at: int) -> bool:
    """Whether an item before one waits for a step, so that nothing is decided on that one yet."""
    return any(one.ranking["settling"]["open"] for one in lines[:at])


def in_force(lines: Sequence[Line]) -> dict[str, list[str]]:
    """Who has a place by a decision that need not be taken again."""
    firm = [one for one in lines if one.decision() and not one.ranking["settling"]["overtaken"]]
    return {one.item.id: [] for one in lines} | selected(firm)


@given(data=st.data())
def test_whatever_is_decided_in_whatever_order_decisions_in_force_exceed_no_cap(
    data: st.DataObject,
) -> None:
    lines = data.draw(tracks(capped=True))
    steps: dict[str, list[dict[str, Any]]] = {one.item.id: [] for one in lines}
    settled = settled_by(deepcopy(lines), steps)
    settle_track(settled)

    for number in range(5):
        at = data.draw(st.integers(0, len(lines) - 1))
        names = list(proposals(settled[at]))
        chosen = data.draw(st.permutations(names))[: lines[at].item.places]
        caps = caps_of(lines[at].track)
        under = [lines[at].under[name] for name in chosen]
        others = beside(settled, settled[at])
        weighed = weigh(under, others, caps)
        if weighed.over or open_before(settled, at):
            continue
        made = decision(settled[at], chosen, others, weighed.displaced) | {"time": f"{number}"}
        steps[lines[at].item.id].append(made)
        settled = settled_by(deepcopy(lines), steps)
        settle_track(settled)

        assert within(settled, in_force(settled))
        assert not (weighed.displaced and settled[at].ranking["settling"]["overtaken"])

    if not any(one.ranking["settling"]["overtaken"] for one in settled):
        assert within(settled, selected(settled))


def of_cities(name: str, cities: str) -> Queue:
    """Candidates of some cities for one place, each told apart from the next."""
    names = tuple(f"{name}{number}" for number in range(1, len(cities) + 1))
    beats = np.triu(np.ones((len(names), len(names)), dtype=bool), 1)
    return Queue(
        item=f"IT-{name}",
        places=1,
        reserves=1,
        groups=tuple((one,) for one in names),
        under={one: {"city": city} for one, city in zip(names, cities, strict=True)},
        names=names,
        sets=RankSets(
            lower=1 + beats.sum(axis=0), upper=len(names) - beats.sum(axis=1), beats=beats
        ),
    )


@pytest.mark.parametrize("first", ["IT-A", "IT-B"])
def test_a_wish_across_items_is_reached_whichever_item_is_decided_on_first(first: str) -> None:
    """B1 of 青 is decided; A1 of 青 is wished for, and for B the one of 烟, whom A's proposal stops."""
    queues = [of_cities("A", "青烟"), of_cities("B", "青烟")]
    declared = track({"city": 1}, at_most=2, reserves=1)
    ranked = [
        line(declared, item(one.item, 1), one, fill(queues, {"city": 1, "quota": 2}))
        for one in queues
    ]
    wish = {"IT-A": ["A1"], "IT-B": ["B2"]}
    steps: dict[str, list[dict[str, Any]]] = {"IT-A": [], "IT-B": []}

    def settled() -> dict[str, Line]:
        found = settled_by(deepcopy(ranked), steps)
        settle_track(found)
        return {one.item.id: one for one in found}

    def decided(name: str, chosen: Sequence[str]) -> bool:
        now = settled()
        under = [now[name].under[one] for one in chosen]
        others = beside(list(now.values()), now[name])
        weighed = weigh(under, others, {"city": 1})
        if not weighed.over:
            steps[name].append(decision(now[name], chosen, others, weighed.displaced))
        return not weighed.over

    before = settled()
    steps["IT-B"].append(decision(before["IT-B"], ["B1"]) | {"proposed": {}})
    order = [first, *(name for name in wish if name != first)]
    taken = [decided(name, wish[name]) for name in order]
    for name in (name for name, one in settled().items() if one.ranking["settling"]["overtaken"]):
        assert decided(name, wish[name])

    assert taken == [True, True]
    assert selected(list(settled().values())) == wish
    assert not any(one.ranking["settling"]["overtaken"] for one in settled().values())


def test_a_decision_that_was_set_aside_holds_no_place_and_is_due_until_it_is_taken_again() -> None:
    queues = [of_cities("A", "青烟"), of_cities("B", "青烟")]
    declared = track({"city": 1}, at_most=2, reserves=1)
    ranked = [
        line(declared, item(one.item, 1), one, fill(queues, {"city": 1, "quota": 2}))
        for one in queues
    ]
    (before, _) = settled_by(deepcopy(ranked), {"IT-A": [], "IT-B": []})
    settle_track([before])
    old = settled_by(deepcopy(ranked), {"IT-A": [], "IT-B": [decision(before, [])]})[1].kept[0]
    old = {**old, "decisions": {"B1": "selected", "B2": "not_selected"}}
    kept = digest(canonical_json(old))
    given_way = Holder(item="IT-B", candidate="B1", under={"city": "青"}, decision=kept, due=True)
    new = decision(before, ["A1"], [given_way], [given_way])
    lines = settled_by(deepcopy(ranked), {"IT-A": [new], "IT-B": [old]})

    settle_track(lines)

    first, second = (one.ranking["settling"] for one in lines)
    assert (first["overtaken"], second["overtaken"]) == (False, True)
    assert proposals(lines[1]) == {"B1": "reserve", "B2": "selected"}
