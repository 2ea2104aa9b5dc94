"""How far the line of each item is settled, and what is still to be done at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.board import read_board
from harness.pipeline.announcements import corrected_since
from harness.pipeline.band import COMMITTEE, band, name_of
from harness.pipeline.grounds import is_outdated
from harness.pipeline.panel import sheets
from harness.pipeline.settling import taken_steps
from harness.pipeline.trail import amended_since_ranked
from harness.problems import Problem, Refusal
from harness.workspace import Workspace, read_json


def to_hear(workspace: Workspace) -> tuple[str, ...]:
    """Candidates of every item whose next step is a second hearing."""
    found: list[str] = []
    for entry in read_board(workspace.board).items:
        path = workspace.current() / "ranking" / entry.track / f"{entry.id}.json"
        if path.is_file() and (ranking := read_json(path))["settling"]["open"] == "panel":
            found += band(ranking)
    return tuple(sorted(found))


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """How far an item's line is settled: the band, and the step that is due, if any.

    ``proposed`` is whether anything is proposed yet, ``decided`` whether the committee's decision
    is in the ranking; ``taken`` is a step that was recorded and is not in the ranking yet.
    ``overtaken`` says that what other items hold has changed what was proposed when it decided,
    ``outdated`` that rules, sheets or the roster are others than the item was ranked with.
    ``corrected`` is the randomness that another draw from its announcement was corrected to since
    lots were drawn here.
    """

    item: str
    band: tuple[str, ...]
    due: str | None
    taken: str | None
    proposed: bool
    decided: bool
    overtaken: bool
    outdated: bool
    corrected: str | None

    @property
    def undecided(self) -> str | None:
        """The step without which the item's list is not final, the committee's last of all."""
        return (
            ("draw" if self.corrected else None)
            or self.due
            or self.taken
            or (None if self.decided else COMMITTEE)
        )


def overview(workspace: Workspace) -> tuple[Pending, ...]:
    """How far every item is settled, in the board's order.

    Raises
    ------
    Refusal
        Nothing is ranked yet.
    """
    found = []
    given, amended = sheets(workspace), amended_since_ranked(workspace)
    for entry in read_board(workspace.board).items:
        path = workspace.current() / "ranking" / entry.track / f"{entry.id}.json"
        if path.is_file():
            ranking = read_json(path)
            settling = ranking["settling"]
            taken = taken_steps(workspace, entry.id, ranking)
            corrected = correction_due(workspace, ranking, taken)
            found.append(
                Pending(
                    item=entry.id,
                    band=tuple(settling["band"]),
                    due=settling["open"],
                    taken=not_ranked(ranking, taken),
                    proposed=ranking["complete_panel"],
                    decided=COMMITTEE in taken and is_ranked(ranking, taken[COMMITTEE]),
                    overtaken=is_overtaken(ranking, taken.get(COMMITTEE)),
                    outdated=is_outdated(ranking, taken, given, amended=amended),
                    corrected=corrected["randomness"] if corrected else None,
                )
            )
    if not found:
        raise Refusal([Problem("E9007", str(workspace.root), "ranking/")])
    return tuple(found)


def correction_due(
    workspace: Workspace, ranking: Mapping[str, Any], taken: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The draw that an item's own is still to follow, while its track draws lots at all."""
    if "draw" not in ranking["settling"]["declared"]:
        return None
    return corrected_since(workspace, taken.get("draw"))


def to_correct(workspace: Workspace) -> tuple[str, ...]:
    """The items whose draw another one from the same announcement was corrected after."""
    return tuple(pending.item for pending in overview(workspace) if pending.corrected)


def not_ranked(ranking: Mapping[str, Any], taken: Mapping[str, Any]) -> str | None:
    """The step that was recorded, or recorded anew, since an item was ranked, if any."""
    told = {one["step"]: one["digest"] for one in ranking["settling"]["steps"]}
    since = [
        step for step, record in taken.items() if step in told and told[step] != name_of(record)
    ]
    decided = COMMITTEE in taken and not is_ranked(ranking, taken[COMMITTEE])
    return next((step for step in since if step != COMMITTEE), COMMITTEE if decided else None)


def is_ranked(ranking: Mapping[str, Any], decision: Mapping[str, Any]) -> bool:
    """Whether a decision of the committee is the one that an item's ranking tells."""
    told = {row["candidate"]: row["decision"] for row in ranking["rows"]}
    settling = ranking["settling"]
    return all(
        decision[key] == value
        for key, value in (
            ("decisions", told),
            ("departures", settling["departures"]),
            ("replaces", settling["replaces"]),
        )
    )


def is_overtaken(ranking: Mapping[str, Any], decision: Mapping[str, Any] | None) -> bool:
    """Whether what other items hold has changed the proposal that a decision was taken on."""
    overtaken: bool = ranking["settling"].get("overtaken", False)
    return overtaken and decision is not None and is_ranked(ranking, decision)
