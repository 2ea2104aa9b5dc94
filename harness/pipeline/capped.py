"""The caps of a track as a decision on one of its items finds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from harness.board import Item, read_board
from harness.package import read_package
from harness.pipeline.band import COMMITTEE, name_of
from harness.pipeline.holders import Holder, Under, Weighed, stopped, weigh
from harness.pipeline.pending import is_overtaken
from harness.pipeline.places import caps_of, under_caps
from harness.pipeline.settling import item_of, taken_steps
from harness.problems import Explanation, Problem
from harness.workspace import Workspace, read_json
from scoring.ranking.told_apart import Ahead


@dataclass(frozen=True, kw_only=True, slots=True)
class Capped:
    """The caps of an item's track, under what its candidates fall, and who else holds places.

    All three are empty where the track has no caps.
    """

    item: Item
    caps: Mapping[str, int]
    under: Mapping[str, Under]
    others: Sequence[Holder]

    @classmethod
    def of(cls, workspace: Workspace, item: str, candidates: Iterable[str]) -> Capped:
        """The caps as a decision on an item finds them."""
        board = read_board(workspace.board)
        entry = item_of(board, item)
        caps = caps_of(board.tracks[entry.track])
        under = {name: _under(workspace, entry, name) if caps else {} for name in candidates}
        others = tuple(_elsewhere(workspace, entry)) if caps else ()
        return cls(item=entry, caps=caps, under=under, others=others)

    def weigh(self, chosen: Iterable[str]) -> Weighed:
        """What the caps say of a choice."""
        return weigh([self.under[name] for name in chosen], self.others, self.caps)

    def stopped(
        self, ahead: Ahead, chosen: Sequence[str], displaced: Collection[Holder]
    ) -> set[str]:
        """Whom of the item a cap keeps from a place, with those chosen and all not displaced."""
        there = [one.under for one in self.others if one not in displaced]
        return set(stopped(self.under, ahead, chosen, there, self.caps))

    def problems(self, workspace: Workspace, weighed: Weighed) -> Iterator[Problem]:
        """Report caps that a decision would exceed with what is decided on other items.

        While an item before this one is open, what is left of the caps is not known.
        """
        waiting = _open_before(workspace, self.item) if self.caps else []
        if waiting:
            yield Problem("E7554", self.item.id, ", ".join(waiting))
        for one in sorted(weighed.over, key=lambda one: one.value):
            holders = ", ".join(holder.named for holder in one.holders)
            values = {"expected": str(one.at_most), "holders": holders or "–"}
            yield Problem("E7548", f"{self.item.id} {one.value}", str(one.selected), values)


def _open_before(workspace: Workspace, item: Item) -> list[str]:
    """Items of the track before one whose panel is awaited or whose line is still to be settled."""
    found = []
    for other in takewhile(lambda one: one.id != item.id, _of_track(workspace, item)):
        path = workspace.current() / "ranking" / other.track / f"{other.id}.json"
        if path.is_file():
            ranking = read_json(path)
            decision = taken_steps(workspace, other.id, ranking).get(COMMITTEE)
            decided = decision is not None and not is_overtaken(ranking, decision)
            open_yet = ranking["settling"]["open"] is not None or not ranking["complete_panel"]
            if open_yet and not decided:
                found.append(other.id)
    return found


def _elsewhere(workspace: Workspace, item: Item) -> Iterator[Holder]:
    """Who of a track holds places of other items: by decision, or as proposed before this one."""
    before = True
    for other in _of_track(workspace, item):
        before = before and other.id != item.id
        path = workspace.current() / "ranking" / other.track / f"{other.id}.json"
        if other.id == item.id or not path.is_file():
            continue
        ranking = read_json(path)
        found = taken_steps(workspace, other.id, ranking).get(COMMITTEE)
        proposed = {row["candidate"]: row["proposal"] for row in ranking["rows"] if before}
        for name, outcome in (found["decisions"] if found else proposed).items():
            if outcome == "selected":
                yield Holder(
                    item=other.id,
                    candidate=name,
                    under=_under(workspace, other, name),
                    decision=name_of(found) if found else None,
                    due=is_overtaken(ranking, found),
                )


def _of_track(workspace: Workspace, item: Item) -> list[Item]:
    return [one for one in read_board(workspace.board).items if one.track == item.track]


def _under(workspace: Workspace, item: Item, candidate: str) -> dict[str, str]:
    return under_caps(item, read_package(workspace.package(candidate)))


PROBLEMS = (
    Explanation(
        "E7548",
        "{where}：连同其他任务已决定入选的（{holders}），将入选 {found} 个，上限为 {expected} 个。请减少入选对象，或先更改该任务的决定：jiebang settle decide 工作区 任务 --amend 理由；确须超出的，先修改规则：jiebang lock --amend 理由。",
        "{where}: with those decided on in other items ({holders}), {found} would be selected where {expected} are allowed. Select fewer, or change the decision there first: `jiebang settle decide WORKSPACE ITEM --amend REASON`; to allow more, change the rules first: `jiebang lock --amend REASON`.",
    ),
    Explanation(
        "E7554",
        "{where}：类别设有上限，名额按榜单次序确定，{found} 尚未处理完或打分表未齐。请先就其作出决定（jiebang settle list 可查看进度）。",
        "{where}: the track has caps, so that places are decided in the board's order; still open or awaiting the panel before it: {found}. Decide there first; `jiebang settle list` says where each item stands.",
    ),
)
