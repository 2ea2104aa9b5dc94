"""The committee's decision on an item: whom it selects, within its places and the track's caps.

The software proposes; the committee decides, and says why where it departs from the proposal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from harness.board import read_board
from harness.clock import now
from harness.pipeline.band import COMMITTEE, name_of
from harness.pipeline.capped import Capped
from harness.pipeline.holders import rests_on
from harness.pipeline.pending import correction_due, is_overtaken, not_ranked
from harness.pipeline.settling import (
    in_both,
    item_of,
    judged_ranking_of,
    keep,
    taken_steps,
)
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace
from reports.dates import day
from scoring.ranking.told_apart import Ahead, ahead_of


def decide(
    workspace: Workspace,
    item: str,
    selected: Sequence[str],
    reasons: Mapping[str, str],
    by: str,
    reserves: Sequence[str] = (),
    amend: str | None = None,
) -> dict[str, Any]:
    """Write down whom the committee selects; each departure from the proposal has its reason.

    So has a choice that puts a candidate before another who is separably ahead of it.

    ``reserves`` are those who stand in reserve, in order. Where none are named, whoever was
    proposed for it or left to the committee does, in the order of the proposal.

    A decision that stands is replaced only with a reason, ``amend``; the record says what it
    replaces, and the earlier one stays. The same decision again changes nothing, unless what other
    items hold has overtaken it: then it is confirmed with a reason.

    Under caps it keeps to what was decided on other items. What is only proposed in items before
    it, or was decided and is to be decided again, gives way and is named in the record. Every
    reason that is given is kept.

    Raises
    ------
    Refusal
        The panel is awaited, another step comes first or its draw is to be corrected; candidates
        that are not ranked, more than there are places, reserves or than a cap allows, departures
        without reason, reasons without a candidate that is ranked, nobody who decides, another
        decision without a reason, or a reason where nothing was decided.
    """
    ranking = judged_ranking_of(workspace, item)
    taken = taken_steps(workspace, item, ranking)
    if (since := not_ranked(ranking, taken)) not in (None, COMMITTEE):
        recorded = {"time": taken[since]["time"][:10]}
        raise Refusal([Problem("E7550", item, in_both(since), recorded)])
    due = ranking["settling"]["open"]
    if due not in (None, COMMITTEE):
        raise Refusal([Problem("E7542", item, in_both(COMMITTEE), {"expected": in_both(due)})])
    if later := correction_due(workspace, ranking, taken):
        values = {"expected": later["randomness"], "item": later["item"]}
        raise Refusal([Problem("E7585", item, taken["draw"]["randomness"], values)])
    rows = {row["candidate"]: row for row in ranking["rows"]}
    problems = [Problem("E7545", item, name) for name in (*selected, *reserves) if name not in rows]
    if not by.strip():
        problems.append(Problem("E7566", item))
    if len(chosen := set(selected) & set(rows)) > ranking["places"]:
        expected = {"expected": str(ranking["places"])}
        problems.append(Problem("E7546", item, str(len(chosen)), expected))
    problems += [Problem("E7567", item, name) for name in reasons if name not in rows]
    capped = Capped.of(workspace, item, rows)
    chosen_rows = [name for name in rows if name in chosen]
    weighed = capped.weigh(chosen_rows)
    problems += capped.problems(workspace, weighed)
    proposed = {name: row["proposal"] for name, row in rows.items()}
    decisions = _outcomes(proposed, selected, reserves)
    problems += _in_reserve(workspace, item, decisions, selected, reserves)
    moved = {name for name, row in rows.items() if _departs(row, decisions[name], reserves)}
    ahead = _told_apart(ranking)
    passed = capped.stopped(ahead, chosen_rows, weighed.displaced)
    over = _put_before(ahead, decisions, reserves, moved | passed)
    departures, remarks = [], []
    for name, decided in decisions.items():
        reason = reasons.get(name, "").strip()
        told = {
            "candidate": name,
            "from": proposed[name],
            "to": decided,
            "reason": reason,
            "by": by,
            "time": now(),
        }
        if name in moved or over[name]:
            departures.append(told | {"over": over[name]})
            if not reason and name in moved:
                problems.append(Problem("E7547", item, name))
            elif not reason:
                expected = {"expected": ", ".join(over[name])}
                problems.append(Problem("E7562", item, name, expected))
        elif reason:
            remarks.append(told)
        elif name in reasons:
            problems.append(Problem("E7568", item, name))
    found = {
        "groups": None,
        "proposed": {
            name: {"proposal": row["proposal"], "cap": row["cap"]} for name, row in rows.items()
        },
        "decisions": decisions,
        "reserves": list(reserves),
        "departures": departures,
        "remarks": remarks,
        "displaced": [
            {"item": one.item, "candidate": one.candidate, "decision": one.decision}
            for one in weighed.displaced
        ],
        "beside": rests_on(ranking["settling"].get("beside", {}), capped.others, weighed.displaced),
        "counted": ranking["settling"].get("counted", []),
    }
    earlier = taken.get(COMMITTEE)
    same = earlier is not None and _content(earlier) == _content({**found, "by": by})
    again = same and not is_overtaken(ranking, earlier)
    problems += _unreasoned(item, earlier, again, amend)
    if problems:
        raise Refusal(problems)
    if earlier is not None and again and amend is None:
        return dict(earlier)
    return keep(
        workspace, item, COMMITTEE, ranking, {**found, "replaces": _replaced(earlier, amend)}, by
    )


def _departs(row: Mapping[str, Any], decided: str, reserves: Sequence[str]) -> bool:
    """Whether a decision on a candidate is another than what was proposed.

    The committee's choice of whom a cap has passed over is among the reserves alone.
    """
    was = row["proposal"]
    moved = "selected" in (was, decided) or (reserves and "reserve" in (was, decided))
    left = was == COMMITTEE and not (row["cap"] and decided == "selected")
    return bool(moved) and was != decided and not left


def _put_before(
    ahead: Ahead,
    decisions: Mapping[str, str],
    reserves: Sequence[str],
    behind_for: Collection[str],
) -> dict[str, list[str]]:
    """Before whom each candidate is put who is separably ahead of it.

    ``behind_for`` keep nobody back: there is a reason for their place that others need not give.
    """
    places = {"selected": 0, "reserve": 1, "not_selected": 2 + len(reserves)}
    standing = {name: places[outcome] for name, outcome in decisions.items()}
    standing |= {
        name: 1 + at for at, name in enumerate(reserves) if decisions.get(name) == "reserve"
    }
    found: dict[str, list[str]] = {name: [] for name in decisions}
    for one, behind in ahead.items():
        for other in sorted(behind):
            if standing[other] < standing[one] and one not in behind_for:
                found[other].append(one)
    return found


def _told_apart(ranking: Mapping[str, Any]) -> Ahead:
    """Whom each candidate is separably ahead of, as the ranking was written down.

    Every pair is listed in a field of up to a hundred; in a larger one neighbours are, and
    others are told apart where their rank sets do not meet.
    """
    sets = {row["candidate"]: row["rank_set"] for row in ranking["rows"]}
    names = sorted(sets)
    beats = np.array([[sets[one][1] < sets[other][0] for other in names] for one in names])
    for pair in ranking["pair_table"]["entries"]:
        if pair["separable"]:
            beats[names.index(pair["first"]), names.index(pair["second"])] = True
    return ahead_of(names, beats)


def _content(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a decision says, without when."""
    told = [*record["departures"], *record.get("remarks", ())]
    return (
        record["decisions"],
        record["reserves"],
        [{**e, "time": None} for e in told],
        record["by"],
    )


def _unreasoned(
    item: str, earlier: Mapping[str, Any] | None, again: bool, amend: str | None
) -> Iterator[Problem]:
    """Report a decision that stands and would be replaced without a reason, or a reason for none."""
    if earlier is None:
        if amend is not None:
            yield Problem("E7561", item, amend)
    elif not (amend or "").strip() and not (again and amend is None):
        yield Problem("E7560", item, day(earlier["time"]), {"by": earlier["by"]})


def _replaced(earlier: Mapping[str, Any] | None, amend: str | None) -> dict[str, Any] | None:
    """Which decision a record takes the place of, and why."""
    if earlier is None or amend is None:
        return None
    return {
        "digest": name_of(earlier),
        "by": earlier["by"],
        "time": earlier["time"],
        "reason": amend.strip(),
    }


def _outcomes(
    proposed: Mapping[str, str], selected: Sequence[str], reserves: Sequence[str]
) -> dict[str, str]:
    """What becomes of each candidate."""

    def outcome(name: str, was: str) -> str:
        if name in selected:
            return "selected"
        waits = name in reserves if reserves else was in ("reserve", COMMITTEE)
        return "reserve" if waits else "not_selected"

    return {name: outcome(name, was) for name, was in proposed.items()}


def reserves_declared(workspace: Workspace, item: str) -> int:
    """How many candidates may stand in reserve for an item."""
    board = read_board(workspace.board)
    return board.tracks[item_of(board, item).track].reserves


def in_reserve(decisions: Mapping[str, str]) -> list[str]:
    """Who stands in reserve by a decision."""
    return [name for name, outcome in decisions.items() if outcome == "reserve"]


def _in_reserve(
    workspace: Workspace,
    item: str,
    decisions: Mapping[str, str],
    selected: Sequence[str],
    reserves: Sequence[str],
) -> Iterator[Problem]:
    """Report reserves who are selected too or named twice, and more of them than declared."""
    twice = [name for name, times in Counter(reserves).items() if times > 1 or name in selected]
    yield from (Problem("E7556", item, name) for name in twice)
    most = reserves_declared(workspace, item)
    waiting = in_reserve(decisions)
    if len(waiting) > most:
        yield Problem("E7555", item, ", ".join(waiting), {"expected": str(most)})


PROBLEMS = (
    Explanation(
        "E7585",
        "{where}：抽签所用的随机数“{found}”，{item} 已按同一公告更正为“{expected}”。请先更正本任务的抽签：jiebang settle draw 工作区 任务 --amend 理由，再运行 jiebang rank。",
        "{where}: lots were drawn with '{found}', which {item} has since corrected to '{expected}' for the same announcement. Correct the draw here first, `jiebang settle draw WORKSPACE ITEM --amend REASON`, and run `jiebang rank`.",
    ),
    Explanation(
        "E7555",
        "{where}：{found} 将列入递补，公布的递补名额为 {expected} 个。请用 --reserve 编号 按次序写明由谁递补。",
        "{where}: {found} would stand in reserve, where {expected} are declared. Name who stands in reserve, in order, with --reserve ID.",
    ),
    Explanation(
        "E7556",
        "{where}：{found} 不能既入选又递补，也不能重复列为递补。请改正。",
        "{where}: {found} cannot be selected and in reserve, nor in reserve twice. Correct it.",
    ),
    Explanation(
        "E7545",
        "{where}：“{found}”未参与排名，不能入选。请核对编号。",
        "{where}: '{found}' is not ranked and cannot be selected. Check the id.",
    ),
    Explanation(
        "E7546",
        "{where}：选了 {found} 个，名额只有 {expected} 个。请减少入选对象。",
        "{where}: {found} selected for {expected} places. Select fewer.",
    ),
    Explanation(
        "E7547",
        "{where}：{found} 的决定与建议不同，须写明理由：--reason {found}=理由。",
        "{where}: the decision on {found} departs from the proposal and needs a reason: --reason {found}=REASON.",
    ),
    Explanation(
        "E7562",
        "{where}：{expected} 明确优于 {found}，决定却让 {found} 在前，须写明理由：--reason {found}=理由。",
        "{where}: {expected} is separably ahead of {found}, which the decision puts before it and needs a reason: --reason {found}=REASON.",
    ),
    Explanation(
        "E7567",
        "{where}：--reason 写的“{found}”未参与本任务排名。请核对编号，写成 --reason 编号=理由。",
        "{where}: '{found}', for which --reason is given, is not ranked in this item. Check the id and write --reason ID=REASON.",
    ),
    Explanation(
        "E7568",
        "{where}：--reason 没有写 {found} 的理由。请写成 --reason {found}=理由，或去掉。",
        "{where}: --reason names {found} and gives no reason. Write --reason {found}=REASON, or leave it out.",
    ),
    Explanation(
        "E7560",
        "{where}：{by} 已于 {found} 作出决定。要改为另一决定，须写明理由：--amend 理由；原决定保留。",
        "{where}: {by} decided on {found}. To replace that by another decision, give the reason: --amend REASON; the earlier record stays.",
    ),
    Explanation(
        "E7561",
        "{where}：还没有可以更改的决定（理由为“{found}”）。首次决定请不写 --amend。",
        "{where}: there is no decision in force to amend (the reason given is '{found}'). Leave out --amend the first time.",
    ),
)
