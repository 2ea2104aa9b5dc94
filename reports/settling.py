"""How the line was settled, and what changed after: steps, departures, withdrawals, objections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.dates import moment
from reports.evaluation import Evaluation, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One declared step at the line, and where it stands."""

    name: str
    state: str
    reason: str
    outcome: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A draw of lots as anybody repeats it: what was announced, and every line with its SHA-256.

    ``lines`` hold the place, the candidate, the line that is hashed and its SHA-256; ``among``
    says between whom lots were drawn where steps before had parted some, ``replaces`` which draw
    it corrects.
    """

    facts: tuple[tuple[str, str], ...]
    among: str
    lines: tuple[tuple[str, str, str, str], ...]
    command: str
    replaces: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """An item's steps at the line."""

    band: str
    steps: tuple[Step, ...]
    draw: Draw | None
    departures: tuple[str, ...]
    withdrawn: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Why this version of the results exists, who moved, and which objections were raised."""

    changes: tuple[str, ...]
    moved: tuple[tuple[str, str, str, str, str, str], ...]
    unchanged: str
    objections: tuple[tuple[str, str, str, str, str, str], ...]


def settling_of(evaluation: Evaluation, item: Record, words: Words) -> Settling | None:
    """Settling of an item's line; none where nothing had to be settled or kept."""
    ranking = evaluation.rankings.get(item["id"], {})
    found = ranking.get("settling") or {}
    withdrawn = tuple(
        words(
            "settling.withdrawn",
            id=e["candidate"],
            reason=e["reason"],
            time=moment(e["time"], words),
        )
        for e in ranking.get("withdrawn") or ()
    )
    departures = tuple(
        words(
            "settling.departure_over" if entry.get("over") else "settling.departure",
            id=entry["candidate"],
            over=words.join(entry.get("over") or []),
            before=words.or_text("proposal", entry["from"]),
            after=words.or_text("proposal", entry["to"]),
            reason=entry["reason"],
            by=entry["by"],
            time=moment(entry["time"], words),
        )
        for entry in found.get("departures") or ()
    )
    departures += tuple(
        words(
            "settling.remark",
            id=entry["candidate"],
            decided=words.or_text("decision", entry["to"]),
            reason=entry["reason"],
            by=entry["by"],
            time=moment(entry["time"], words),
        )
        for entry in found.get("remarks") or ()
    )
    if displaced := found.get("displaced"):
        names = words.join([f"{one['item']} {one['candidate']}" for one in displaced])
        departures = (*departures, words("settling.displaced", names=names))
    if replaced := found.get("replaces"):
        told = words(
            "settling.replaces",
            reason=replaced["reason"],
            by=replaced["by"],
            time=moment(replaced["time"], words),
            digest=replaced["digest"],
        )
        departures = (told, *departures)
    if found.get("overtaken"):
        departures = (words("settling.overtaken"), *departures)
    if not (found.get("band") or withdrawn or departures):
        return None
    return Settling(
        band=words.join(list(found.get("band") or ())),
        steps=tuple(_step(step, words) for step in found.get("steps") or ()),
        draw=next((_draw(one, words) for one in found.get("steps") or () if one.get("lots")), None),
        departures=departures,
        withdrawn=withdrawn,
    )


def settled_by(ranking: Record, row: Record, words: Words) -> str:
    """The steps at the line that gave a candidate its turn, in words; empty where none did."""
    settling = ranking.get("settling") or {}
    if row["candidate"] not in (settling.get("band") or ()):
        return ""
    steps = [
        words.or_text("contested", step["step"])
        for step in settling.get("steps") or ()
        if step["state"] == "done" and step.get("groups")
    ]
    return words("settling.order_by", steps=words.join(steps)) if steps else ""


def history_of(evaluation: Evaluation, words: Words) -> History | None:
    """Changes and objections of an evaluation; none for a first version without objections."""
    record = evaluation.record
    difference = record.get("difference") or {}
    changes = tuple(
        words(
            "history.change",
            n=change["number"],
            kind=words.or_text("change_kind", change["kind"]),
            reason=change["reason"],
            by=change["by"],
            time=moment(change["time"], words),
        )
        for change in record.get("changes") or ()
    )
    objections = tuple(_objection(entry, words) for entry in record.get("objections") or ())
    if not (changes or difference.get("moved") or objections):
        return None
    return History(
        changes=changes,
        moved=tuple(
            (
                entry["candidate"],
                entry["item"],
                _both(entry["rank"]),
                _both(entry["total"]),
                _both(_outcomes(entry, words)),
                words.pick(entry.get("why")),
            )
            for entry in difference.get("moved") or ()
        ),
        unchanged=str(difference.get("unchanged", "")),
        objections=objections,
    )


def _step(step: Record, words: Words) -> Step:
    order = _ordered(step.get("groups"), words)
    values = [f"{name} {value}" for name, value in sorted((step.get("values") or {}).items())]
    facts = [fact for fact in (order, words.join(values)) if fact]
    return Step(
        name=words.or_text("contested", step["step"]),
        state=words.or_text("step_state", step["state"]),
        reason=words.pick(step.get("reason")),
        outcome=words("list.clause").join(facts) or numerals.DASH,
        by=" ".join(part for part in (step.get("by"), moment(step.get("time"), words)) if part),
    )


def _draw(step: Record, words: Words) -> Draw:
    lots = step["lots"]
    tickets = step["tickets"]
    facts = {
        "source": words.pick(lots["source"]),
        "on": lots["on"],
        "form": lots["form"],
        "announced": lots["announced"],
        "written": lots["written"],
        "randomness": lots["randomness"],
    }
    among = lots["among"] or ()
    return Draw(
        facts=tuple((words(f"lots.{name}"), value) for name, value in facts.items() if value),
        among=_ordered(among, words) if len(among) > 1 else "",
        lines=tuple(
            (str(place), one["candidate"], one["text"], one["sha256"])
            for place, one in enumerate(tickets, start=1)
        ),
        command=f"printf '%s' '{tickets[0]['text']}' | sha256sum" if tickets else "",
        replaces=_corrected(lots.get("replaces"), words),
    )


def _corrected(wrong: Record | None, words: Words) -> str:
    """Which draw a draw corrects, and why; empty where it corrects none."""
    if not wrong:
        return ""
    told = {key: wrong[key] for key in ("item", "randomness", "by", "digest", "reason")}
    return words("lots.replaces", time=moment(wrong["time"], words), **told)


def _ordered(groups: Sequence[Sequence[str]] | None, words: Words) -> str:
    return " ＞ ".join(words.join(list(group)) for group in groups or ())


def _objection(entry: Record, words: Words) -> tuple[str, str, str, str, str, str]:
    admitted = {True: "admitted", False: "not_admitted", None: "pending"}[entry.get("admitted")]
    outcome = words(f"objection.{admitted}")
    if entry.get("outcome"):
        outcome = words.join([outcome, words.or_text("objection", entry["outcome"])])
    if entry.get("versions"):
        numbers = words.join([str(number) for number in entry["versions"]])
        outcome = words.join([outcome, words("objection.versions", n=numbers)])
    return (
        entry["id"],
        entry.get("candidate") or numerals.DASH,
        entry.get("ground") or "",
        " / ".join(moment(entry.get(key), words) for key in ("received", "deadline")),
        outcome,
        entry.get("reason") or "",
    )


def _outcomes(entry: Record, words: Words) -> list[str]:
    """What was and what is decided of a candidate, or proposed where nothing is."""
    decided = entry.get("decision") or [None] * len(entry["proposal"])
    return [
        words.or_text("decision", decision)
        if decision
        else words.or_text("proposal", proposal or numerals.DASH)
        for proposal, decision in zip(entry["proposal"], decided, strict=True)
    ]


def _both(values: object) -> str:
    """What was and what is, or the one where nothing changed."""
    if not isinstance(values, list | tuple):
        return numerals.DASH
    told = [numerals.DASH if value is None else str(value) for value in values]
    return " → ".join(dict.fromkeys(told))
