"""The band at the line of an item's places: who is in it, and how settled steps order it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.board import Item, Track
from harness.canonical import canonical_json, digest
from harness.pipeline.holders import stopped
from harness.pipeline.places import Places, caps_of
from scoring.ranking.giving import Given, Placed
from scoring.ranking.held import Held, Passed
from scoring.ranking.told_apart import Ahead, Groups, keeping

COMMITTEE = "committee"
KEPT = {
    "zh": "比较已区分明确的保持原有先后",
    "en": "pairs that are told apart keep their order",
}
"""Why a step has not put everybody in the order of its own values."""

TOLD = ("announced", "written", "randomness", "among")
"""What the record of a draw says of the announcement, and among whom lots were drawn."""

Record = Mapping[str, Any]
Found = Mapping[str, str]
"""The value by which a step orders each candidate of a band, as it is published."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The line of one item's places: its ranking, and the steps that were taken for it.

    ``published`` are the candidates in the order in which totals and tie-breakers give places;
    ``under`` says under which value of each cap they fall, ``ahead`` whom each is separably ahead
    of. ``found`` is what steps that order by marks would find now, by step.
    """

    track: Track
    item: Item
    ranking: dict[str, Any]
    published: Groups
    under: Mapping[str, Mapping[str, str]]
    ahead: Ahead
    kept: Sequence[Record]
    found: Mapping[str, Found] = field(default_factory=dict)

    def in_force(self) -> dict[str, Record]:
        """The record of each step that counts for the ranking."""
        return in_force(self.ranking, self.item.id, self.kept, self.found)

    def decision(self) -> Record | None:
        """The decision of the committee that is in force, if it has decided."""
        return self.in_force().get(COMMITTEE)


def band(ranking: Record) -> list[str]:
    """The candidates of an item between whom and the line nothing measured decides."""
    settled = ranking.get("settling")
    if settled is not None:
        found: list[str] = settled["band"]
        return found
    if not ranking["complete_panel"]:
        return []
    return [row["candidate"] for row in ranking["rows"] if row["certainty"] == "not_separable"]


def in_force(
    ranking: Record, item: str, kept: Iterable[Record], found: Mapping[str, Found]
) -> dict[str, Record]:
    """The last record of each step that was taken on what the item's line rests on now.

    That is the band and the field, the values that the step would find (``found``, by step; what
    is not there is not asked), and the steps that were done before it, or what they were
    corrected to. Of the committee's decisions only the last one ever counts: an earlier one does
    not come back over it.
    """
    among, totals = sorted(band(ranking)), field_of(ranking)
    of_item = [record for record in kept if record["item"] == item]
    decisions = [record for record in of_item if record["step"] == COMMITTEE]
    counts = {
        record["step"]: record
        for record in of_item
        if sorted(record["band"]) == among
        and record["field"] == totals
        and (record["step"] not in found or record["values"] == found[record["step"]])
        and (record["step"] != COMMITTEE or record is decisions[-1])
    }
    digests = {
        name
        for record in counts.values()
        for name in (name_of(record), *_corrected(record, of_item))
    }
    return {
        step: record
        for step, record in counts.items()
        if digests.issuperset(record.get("rests_on", {}).values())
    }


def _corrected(record: Record, among: Sequence[Record]) -> Iterator[str]:
    """The digests of the records that one corrects, the last first."""
    named = {name_of(one): one for one in among}
    while wrong := record.get("replaces"):
        yield wrong["digest"]
        if wrong["digest"] not in named:
            return
        record = named[wrong["digest"]]


def name_of(record: Record) -> str:
    """The digest that names the record of a step."""
    return digest(canonical_json(dict(record)))


def told_steps(ranking: Record) -> dict[str, str | None]:
    """The steps that a ranking counts, with the digests that name their records.

    The committee's has none here: only its last decision ever counts.
    """
    told = {one["step"]: one["digest"] for one in ranking["settling"]["steps"] if one["digest"]}
    decided = any(row["decision"] for row in ranking["rows"])
    return {**told, COMMITTEE: None} if decided else told


def settle_track(lines: Sequence[Line]) -> None:
    """Settle every item of a track in its order, each under what the others leave of the caps.

    A decision of the committee holds its places wherever its item stands in the order, until a
    decision on another item sets it aside; what the committee has still to decide is held as far
    as it is sure. In the end every row of an item that was decided on says which cap is full for
    it with those who have places then.
    """
    caps = caps_of(lines[0].track)
    aside = _set_aside(lines)
    earlier: list[tuple[Line, Held]] = []
    before = Held()
    for at, line in enumerate(lines):
        places = Places(
            count=line.ranking["places"],
            reserves=line.track.reserves,
            caps=caps,
            under=line.under,
            ahead=line.ahead,
        )
        after = {one.item.id: _decided(one, caps) for one in lines[at + 1 :] if one.decision()}
        beside = Beside(caps=caps, before=before, earlier=earlier, after=after, aside=aside)
        held = settle(line, places, beside)
        before += held
        earlier.append((line, held))
    _say_stopped(lines, caps)


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What the other items of a track hold of its caps, seen from one of them.

    ``before`` is what the items before it hold, each of them by itself in ``earlier``, and
    ``after`` what decisions on those further on hold. The decisions on items in ``aside`` were set
    aside.
    """

    caps: Mapping[str, int]
    before: Held
    earlier: Sequence[tuple[Line, Held]]
    after: Mapping[str, Held]
    aside: frozenset[str]

    def before_it(self, decision: Record) -> Held:
        """What the items before held when a decision was taken that set some of it aside."""
        if not (self.aside or decision.get("beside")):
            return self.before
        found = Held()
        for line, held in self.earlier:
            names = decision.get("beside", {}).get(line.item.id)
            if line.item.id in self.aside:
                found += _decided(line, self.caps)
            elif names is not None and line.decision() is None:
                found += _held_by(line, names, self.caps)
            else:
                found += held
        return found


def _set_aside(lines: Sequence[Line]) -> frozenset[str]:
    """The items whose decision gave way to one on another item, until they are decided on again."""
    decided = {line.item.id: found for line in lines if (found := line.decision())}
    digests = {item: name_of(found) for item, found in decided.items()}
    return frozenset(
        one["item"]
        for found in decided.values()
        for one in found.get("displaced", ())
        if one["decision"] is not None and one["decision"] == digests.get(one["item"])
    )


def _say_stopped(lines: Sequence[Line], caps: Mapping[str, int]) -> None:
    """Write down which cap is full for whom the committee has not selected.

    Whoever was proposed for selection, it left out for another reason.
    """
    outcomes = {
        line.item.id: {
            row["candidate"]: row["decision"] or row["proposal"] for row in line.ranking["rows"]
        }
        for line in lines
    }
    holders = {line.item.id: _selected(outcomes[line.item.id]) for line in lines}
    for line in lines:
        others = [
            other.under[name]
            for other in lines
            if other is not line
            for name in holders[other.item.id]
        ]
        full = stopped(line.under, line.ahead, holders[line.item.id], others, caps)
        for row in line.ranking["rows"]:
            left = row["decision"] is not None and row["proposal"] != "selected"
            row["stopped"] = _passed(full.get(row["candidate"])) if left else None


def _decided(line: Line, caps: Mapping[str, int]) -> Held:
    found = line.decision()
    return _held_by(line, _selected(found["decisions"]) if found else [], caps)


def _held_by(line: Line, names: Iterable[str], caps: Mapping[str, int]) -> Held:
    # Of those who have left an item since, nobody holds anything.
    return Held.by([line.under[name] for name in names if name in line.under], caps)


def settle(line: Line, places: Places, beside: Beside) -> Held:
    """Write into a ranking what was declared for its band, what was done and what is due.

    Proposals follow the order in which the steps that were done leave the band, under the caps
    and what other items hold ``beside``. A decision that was taken on another proposal than what
    the others hold now leads to is overtaken, and due again, unless it is what is proposed now;
    so is one that was set aside. Returns what the item then holds of the caps; while its panel is
    awaited, all that its places let in.
    """
    # Before proposals are written down, which may make some of the others uncertain.
    ranking, among, decision = line.ranking, band(line.ranking), line.decision()
    after = {item: held for item, held in beside.after.items() if item not in beside.aside}
    found = _under(line, replace(places, held=beside.before), after)
    aside = overtaken = decision is not None and line.item.id in beside.aside
    if decision is not None and not aside:
        known = _decided_on(line, places, beside, found, decision)
        overtaken = known is None and not found.is_what(decision)
        found = known or found
    steps = found.steps
    if ranking["complete_panel"]:
        _propose(line, found.given.proposed, found.queue, decision)
    ranking["settling"] = {
        "declared": list(line.track.steps),
        "band": among,
        "open": steps.due if decision is None else COMMITTEE if overtaken else None,
        "order": keeping(steps.groups, line.ahead) if steps.settled else None,
        "steps": steps.told if decision is None else _closed(steps.told, overtaken),
        "departures": decision["departures"] if decision else [],
        "remarks": decision.get("remarks", []) if decision else [],
        "displaced": decision.get("displaced", []) if decision else [],
        "replaces": decision["replaces"] if decision else None,
        "counted": found.counted,
        "beside": {item: list(names) for item, names in found.beside.items()},
        "overtaken": overtaken,
    }
    for row in ranking["rows"]:
        row["decision"] = decision["decisions"].get(row["candidate"]) if decision else None
    if decision is not None and not aside:
        return _decided(line, places.caps)
    return found.given.held if ranking["complete_panel"] else found.places.left_open(line.published)


def _decided_on(
    line: Line, places: Places, beside: Beside, found: _Proposed, decision: Record
) -> _Proposed | None:
    """The proposal that a decision was taken on, if what others hold leads to it still.

    Items further on that were decided after this one had to leave it what it holds, and those
    that it set aside held their places when it was taken.
    """
    counted = {
        item: held for item, held in beside.after.items() if item in decision.get("counted", ())
    }
    tries = [
        replace(_under(line, replace(places, held=held), counted), beside=rested)
        for held, rested in (
            (beside.before_it(decision), decision.get("beside", {})),
            (beside.before, {}),
        )
    ]
    return next((one for one in (*tries, found) if one.told() == decision["proposed"]), None)


def _closed(told: list[dict[str, Any]], overtaken: bool) -> list[dict[str, Any]]:
    """Where the steps of an item stand once the committee has decided: no other one is due."""
    for entry in told:
        if entry["step"] == COMMITTEE:
            entry["state"] = "due" if overtaken else "done"
        elif entry["state"] in ("due", "waiting"):
            entry["state"] = "not_needed"
    return told


@dataclass(frozen=True, kw_only=True, slots=True)
class _Proposed:
    """What is proposed for an item under what others hold, and by which steps.

    ``counted`` are the items further on whose decisions count in this, ``beside`` who was
    proposed in items before it where these proposals have been made anew since.
    """

    places: Places
    counted: list[str]
    steps: _Steps
    queue: Groups
    given: Given
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """What is proposed for each candidate, as a decision keeps it."""
        return {
            name: {"proposal": one.proposal, "cap": _passed(one.cap)}
            for name, one in self.given.proposed.items()
        }

    def is_what(self, decision: Record) -> bool:
        """Whether a decision is what is proposed, so that it needs not be taken again."""
        proposed = {name: one.proposal for name, one in self.given.proposed.items()}
        return bool(proposed == decision["decisions"])


def _under(line: Line, places: Places, later: Mapping[str, Held]) -> _Proposed:
    """What is proposed where items further on hold what they do."""
    under = replace(places, held=sum(later.values(), places.held))
    steps = _taken(line, under)
    queue = _lined_up(line, steps.groups) if steps.settled else line.published
    # Until a step orders them, published totals alone propose: equal ones stay level.
    given = (under if steps.settled else replace(under, ahead={})).give(queue)
    return _Proposed(places=under, counted=list(later), steps=steps, queue=queue, given=given)


def _passed(cap: Passed | None) -> dict[str, Any] | None:
    return None if cap is None else {"kind": cap.kind, "value": cap.value, "at_most": cap.at_most}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Steps:
    """The declared steps of an item, which of them is due, and the band as their values order it."""

    told: list[dict[str, Any]]
    due: str | None
    groups: Groups

    @property
    def settled(self) -> bool:
        """Whether some step has put the band in an order."""
        return any(one["state"] == "done" and one["groups"] for one in self.told)


def _taken(line: Line, places: Places) -> _Steps:
    """Which of the declared steps were done, in order, and how they leave the band.

    A step orders by its own groups those whom the steps before it left level; pairs that the
    ranking tells apart keep their order whatever a step says. A step counts for what it was
    taken on: once somebody leaves or what it went by is corrected, it is due again.
    """
    among = band(line.ranking)
    done = line.in_force()
    groups: Groups = [among] if among else []
    told = []
    due: str | None = None
    for step in line.track.steps:
        record = done.get(step)
        entry = _step(step, record, line.track)
        if not among or (step != COMMITTEE and not places.level(_lined_up(line, groups))):
            entry["state"] = "not_needed"
        elif record is not None:
            entry["state"] = "done"
            if finer := record.get("groups"):
                entry["reason"] = KEPT if _overruled(groups, finer, line.ahead) else None
                groups = _refined(groups, finer)
        elif (missing := _missing(step, line)) is not None:
            entry |= {"state": "not_available", "reason": missing}
        else:
            entry["state"] = "due" if due is None else "waiting"
            due = due or step
        told.append(entry)
    return _Steps(told=told, due=due, groups=groups)


def _step(step: str, record: Mapping[str, Any] | None, track: Track) -> dict[str, Any]:
    return {
        "step": step,
        "state": "waiting",
        "groups": record.get("groups") if record else None,
        "reason": None,
        "time": record["time"] if record else None,
        "by": record["by"] if record else None,
        "digest": name_of(record) if record else None,
        "lots": _lots(record, track) if step == "draw" else None,
        "tickets": record.get("tickets", []) if record else [],
        "values": record.get("values", {}) if record else {},
    }


def _lots(record: Mapping[str, Any] | None, track: Track) -> dict[str, Any] | None:
    """The rule of a draw, and what was announced; a draw that was made keeps its own rule."""
    if record is not None:
        told = {key: record[key] for key in ("source", "form", "on", *TOLD)}
        return {**told, "replaces": record.get("replaces")}
    if track.draw is None:
        return None
    rule = {"source": track.draw.source.record(), "form": track.draw.form, "on": track.draw.on}
    return {**rule, **dict.fromkeys(TOLD), "replaces": None}


def _missing(step: str, line: Line) -> dict[str, str] | None:
    """What the board would have to declare for a step that it names."""
    track = line.track
    if step == "reserve_samples" and not line.item.reserve:
        return {"zh": "本任务没有备用样本", "en": "the item has no reserve samples"}
    if step == "secondary_criteria" and not track.secondary:
        return {"zh": "榜单没有指定次要评分项", "en": "the board names no secondary criteria"}
    if step == "draw" and track.draw is None:
        return {
            "zh": "榜单没有公布抽签所用的随机数来源",
            "en": "the board names no public randomness for a draw",
        }
    return None


def _lined_up(line: Line, groups: Groups) -> Groups:
    """All candidates in the order in which places are given, the band as its groups put it.

    Those whose places are certain come first. The band takes the standing that its members have
    among the others, in its own order; a group that is level stands where its first would. Then
    pairs that are told apart are put in their order.
    """
    among = {name for group in groups for name in group}
    rows = {row["candidate"]: row for row in line.ranking["rows"]}

    def certain(name: str) -> bool:
        return name not in among and rows[name]["proposal"] == "selected"

    first = [[name for name in group if certain(name)] for group in line.published]
    rest = [group for group in _rest(line, groups, certain) if group]
    return [*filter(None, first), *keeping(rest, line.ahead)]


def _rest(line: Line, groups: Groups, certain: Callable[[str], bool]) -> Iterator[Sequence[str]]:
    """The band in its groups and those behind it, each of these where the order had them.

    None of these keeps those of the band back whom it is separably ahead of: it goes before them.
    """
    among = {name for group in groups for name in group}
    published = [
        [name for name in group if name not in among and not certain(name)]
        for group in line.published
    ]
    waiting = iter(groups)
    standing = given = 0
    for group, others in zip(line.published, published, strict=True):
        standing += sum(name in among for name in group)
        while given < standing:
            following = next(waiting)
            given += len(following)
            for later in published:
                before = [name for name in later if line.ahead[name] & set(following)]
                later[:] = [name for name in later if name not in before]
                yield before
            yield following
        yield list(others)
        others.clear()


def _overruled(groups: Groups, finer: Groups, ahead: Ahead) -> bool:
    """Whether pairs that are told apart keep a step from ordering some of those left level."""
    ordered = [_refined([group], finer) for group in groups]
    return any(keeping(parts, ahead) != parts for parts in ordered)


def _refined(groups: Groups, finer: Groups) -> list[list[str]]:
    """Groups parted further by a later step, whose order holds only within each."""
    place = {name: at for at, group in enumerate(finer) for name in group}
    found: list[list[str]] = []
    for group in groups:
        for at in sorted({place.get(name, -1) for name in group}):
            found.append([name for name in group if place.get(name, -1) == at])
    return found


def _propose(
    line: Line, placed: Mapping[str, Placed], queue: Groups, decision: Record | None
) -> None:
    """Write down what is proposed for each, and number the reserves in the order of the queue.

    Reserves that the committee named stand in its order. A candidate whose certain outcome
    others' decisions have changed is certain no more.
    """
    rows = {row["candidate"]: row for row in line.ranking["rows"]}
    for name, row in rows.items():
        was_in = row["proposal"] == "selected"
        row["proposal"] = placed[name].proposal
        row["cap"] = _passed(placed[name].cap)
        if was_in != (row["proposal"] == "selected"):
            row["certainty"] = "not_separable"
    outcome = {name: row["proposal"] for name, row in rows.items()}
    order = queue
    if decision is not None:
        outcome |= decision["decisions"]
        order = [[name] for name in decision["reserves"]] or queue
    before = 1
    for group in order:
        waiting = [name for name in group if outcome[name] == "reserve"]
        for name in waiting:
            ahead = sum(name in line.ahead[one] for one in waiting)
            rows[name]["reserve_order"] = before + ahead
        before += len(waiting)


def _selected(outcomes: Mapping[str, str | None]) -> list[str]:
    return [name for name, outcome in outcomes.items() if outcome == "selected"]


def field_of(ranking: Mapping[str, Any]) -> list[list[str]]:
    """Who is ranked and with what: a step that was taken on another field settles nothing here."""
    return [[row["candidate"], row["total"]] for row in ranking["rows"]]
