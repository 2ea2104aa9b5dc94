"""The steps that settle the band at the line of an item's places, each with its record.

What the committee decides in the end is in :mod:`harness.pipeline.deciding`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from harness.board import Board, Item, Lots, read_board
from harness.clock import now
from harness.lock import lock_digest, locked
from harness.pipeline.announcements import last_drawn, lots_of, lots_record, named_on, replaced
from harness.pipeline.band import (
    COMMITTEE,
    Line,
    Record,
    band,
    field_of,
    in_force,
    told_steps,
)
from harness.pipeline.days import as_day, days, today
from harness.pipeline.grounds import SECONDARY, found_now, is_outdated, parts_of, written
from harness.pipeline.noting import held, put
from harness.pipeline.panel import sheets
from harness.pipeline.traces import RANKING
from harness.pipeline.trail import JUDGED, amended_since_ranked, check
from harness.problems import Explanation, Problem, Refusal, Words
from harness.workspace import Workspace, read_json
from reports.catalogue import LOCALES, words
from scoring.ranking.lots import draw, normalised, of_form
from scoring.ranking.told_apart import Groups

SCHEMA = "jiebang/settling/1"


def step_in(locale: str, step: str) -> str:
    """What a step at the line is called in the words of the reports."""
    return words(locale).or_text("contested", step)


def records(workspace: Workspace, item: str) -> list[dict[str, Any]]:
    """The steps that were taken for an item in the version in force, the earliest first."""
    folder = workspace.current() / "settling" / item
    return [read_json(path) for path in sorted(folder.glob("*.json"))]


def steps_of(kept: Iterable[Record], as_it_stands: Record | None, version: int) -> list[str]:
    """The steps on which a version rests: recorded in it, or told by its ranking as it stands."""
    own = [record["step"] for record in kept if record["version"] == version]
    return list(dict.fromkeys([*own, *(told_steps(as_it_stands) if as_it_stands else ())]))


def resting(item: str, steps: Collection[str]) -> Iterator[Problem]:
    """Report steps that rest on what would be written over."""
    if steps:
        yield Problem("E7553", item, ", ".join(map(in_both, steps)))


def left_behind(line: Line, as_it_stands: Record | None) -> Iterator[Problem]:
    """Report steps on which a version rests that would count no more in a ranking anew."""
    counts, version = line.in_force(), line.ranking["version"]
    last = {record["step"]: record for record in line.kept if record["version"] == version}
    steps = steps_of(line.kept, as_it_stands, version)
    yield from resting(
        line.item.id,
        [one for one in steps if one not in counts or counts[one] != last.get(one, counts[one])],
    )


def built_upon(workspace: Workspace) -> Iterator[Problem]:
    """Report the items of which a step counts in this very version, on its scores."""
    version = workspace.current_version()
    folder = workspace.current() / "settling"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        ranked = ranking_as_written(workspace, path.name)
        yield from resting(path.name, steps_of(records(workspace, path.name), ranked, version))


def by_secondary(workspace: Workspace, item: str, by: str) -> dict[str, Any]:
    """Order the band by the parts of the scorecard that the board names for this."""
    ranking = due_ranking(workspace, item, SECONDARY)
    parts = read_board(workspace.board).tracks[ranking["track"]].secondary
    values = parts_of(ranking, parts)
    return keep(
        workspace,
        item,
        SECONDARY,
        ranking,
        {
            "groups": _groups({name: tuple(map(float, one)) for name, one in values.items()}),
            "values": written(values),
            "criteria": list(parts),
        },
        by,
    )


def by_lots(
    workspace: Workspace,
    item: str,
    randomness: str,
    announced: str,
    by: str,
    amend: str | None = None,
) -> dict[str, Any]:
    """Draw lots within every group that is still level, from randomness announced in public.

    One announcement is one randomness, for all items and versions. What was copied wrongly is
    corrected with a reason, ``amend``: the record says which draw it corrects, and that one stays.

    Raises
    ------
    Refusal
        The board declares no draw, it is not due or taken already, or the randomness is not of the
        declared form, not of the declared day, from before the last package or the rule that names
        it, still to be announced, or other than was drawn with before. A correction without a
        reason, or of nothing.
    """
    ranking = judged_ranking_of(workspace, item)
    board = read_board(workspace.board)
    lots = board.tracks[item_of(board, item).track].draw
    taken = taken_steps(workspace, item, ranking).get("draw")
    if taken is None:
        ranking = due_ranking(workspace, item, "draw")
    elif amend is None:
        raise Refusal([Problem("E7550", item, in_both("draw"), {"time": taken["time"][:10]})])
    else:
        # A wrong copy is corrected under the rule that it was drawn by, whatever has changed since.
        lots = lots_of(taken)
    if lots is None:
        raise Refusal([Problem("E7543", item)])
    last = last_drawn(workspace, lots)
    problems = [
        *_otherwise(item, normalised(randomness), taken or last, amend),
        *_unfit(item, randomness, announced, lots),
    ]
    if taken is None:
        problems += _known_before(workspace, item, announced)
    if problems:
        raise Refusal(problems)
    settled = ranking["settling"]["order"] or [band(ranking)]
    order = settled if taken is None else taken["among"]
    drawn = [draw(randomness, f"{board.id} {item}", group) for group in order]
    tickets = [ticket for group in drawn for ticket in group]
    wrong = taken or last
    return keep(
        workspace,
        item,
        "draw",
        ranking,
        {
            "groups": [[ticket.candidate] for ticket in tickets],
            "randomness": normalised(randomness),
            "written": randomness,
            "announced": announced,
            **lots_record(lots),
            "among": order,
            "tickets": [
                {"candidate": one.candidate, "text": one.text, "sha256": one.sha256}
                for one in tickets
            ],
            "replaces": replaced(wrong, amend) if wrong and amend else None,
        },
        by,
    )


def _otherwise(
    item: str, spelt: str, drawn: Mapping[str, Any] | None, amend: str | None
) -> Iterator[Problem]:
    """Report other randomness than an announcement was taken for, and corrections of nothing.

    ``drawn`` is the item's draw in force, else the last one from the same announcement.
    """
    same = drawn is None or drawn["randomness"] == spelt
    if amend is not None and not amend.strip():
        yield Problem("E7581", item)
    elif amend is not None and same:
        yield Problem("E7582", item, spelt)
    elif amend is None and drawn is not None and not same:
        values = {"expected": drawn["randomness"], "item": drawn["item"]}
        yield Problem("E7583", item, spelt, values)


def _unfit(item: str, randomness: str, announced: str, lots: Lots) -> Iterator[Problem]:
    """Report randomness that is not what a rule declares, or is still to be announced."""
    spelt = normalised(randomness)
    if not spelt:
        yield Problem("E7558", item, randomness)
    elif not re.fullmatch(lots.form, spelt):
        source = Words(**lots.source.record())
        like = of_form(lots.form) or lots.form
        yield Problem("E7563", item, spelt, {"expected": like, "source": source})
    if as_day(announced) is None:
        yield Problem("E7527", "announced", announced)
        return
    if announced != lots.on:
        yield Problem("E7544", item, announced, {"expected": lots.on})
    if announced > today():
        yield Problem("E7557", item, announced, {"expected": today()})


def _known_before(workspace: Workspace, item: str, announced: str) -> Iterator[Problem]:
    """Report an announcement that the last package, or the rule that names it, did not precede."""
    received = days(workspace)["received"]
    if received and announced <= received:
        yield Problem("E7552", item, announced, {"expected": received})
    named = named_on(workspace, item_of(read_board(workspace.board), item).track)
    if named is None or announced <= named:
        yield Problem("E7584", item, announced, {"expected": named or "–"})


def keep(
    workspace: Workspace,
    item: str,
    step: str,
    ranking: Mapping[str, Any],
    found: Mapping[str, Any],
    by: str,
) -> dict[str, Any]:
    """Keep the record of a step; an earlier one of the same step stays beside it.

    It names what it was taken on: the lock, the band and the field, and the steps done before it.

    Raises
    ------
    Refusal
        Nobody is named who took it.
    """
    named(item, by)
    record = {
        "schema": SCHEMA,
        "item": item,
        "step": step,
        "version": ranking["version"],
        "band": band(ranking),
        "field": field_of(ranking),
        "lock": lock_digest(read_json(workspace.lock)),
        "rests_on": {
            one["step"]: one["digest"]
            for one in ranking["settling"]["steps"]
            if one["state"] == "done" and one["step"] != COMMITTEE
        },
        "by": by,
        "time": now(),
        **found,
    }
    with held(workspace) as ledger:
        check(workspace, RANKING, *JUDGED)
        number = len(records(workspace, item)) + 1
        put(workspace, ledger, "settle", f"{item}/{number:03d}-{step}", record, actor=by)
    return record


def named(item: str, by: str) -> None:
    """Refuse a step for which nobody is named."""
    if not by.strip():
        raise Refusal([Problem("E7566", item)])


def grouped(values: Mapping[str, float]) -> Groups:
    """Candidates by value, the best first, equals together."""
    return _groups({name: (value,) for name, value in values.items()})


def due_ranking(workspace: Workspace, item: str, step: str) -> dict[str, Any]:
    """The ranking of an item for which a step is due.

    Raises
    ------
    Refusal
        No ranking of that item or none that holds with the whole panel's scores, another step
        comes first, or this one was taken already.
    """
    ranking = judged_ranking_of(workspace, item)
    due = ranking["settling"]["open"]
    if due is None:
        raise Refusal([Problem("E7549", item, in_both(step))])
    if due != step:
        raise Refusal([Problem("E7542", item, in_both(step), {"expected": in_both(due)})])
    if taken := taken_steps(workspace, item, ranking).get(step):
        raise Refusal([Problem("E7550", item, in_both(step), {"time": taken["time"][:10]})])
    return ranking


def taken_steps(workspace: Workspace, item: str, ranking: Mapping[str, Any]) -> dict[str, Any]:
    """The record of each step that counts for a ranking, whether it was ranked with or not."""
    kept = records(workspace, item)
    return dict(in_force(ranking, item, kept, found_now(workspace, ranking, kept)))


def in_both(step: str) -> str:
    """What a step is called, in Chinese and English."""
    return " / ".join(step_in(locale, step) for locale in LOCALES)


def ranking_of(workspace: Workspace, item: str) -> dict[str, Any]:
    """The ranking of an item in force; raises ``Refusal`` where there is none."""
    item_of(read_board(workspace.board), item)
    found = ranking_as_written(workspace, item)
    if found is None:
        raise Refusal([Problem("E9007", str(workspace.root), f"ranking/{item}")])
    return found


def ranking_as_written(workspace: Workspace, item: str) -> dict[str, Any] | None:
    """The ranking of an item in the version in force, if there is one yet."""
    paths = (workspace.current() / "ranking").glob(f"*/{item}.json")
    return next((read_json(path) for path in paths), None)


def judged_ranking_of(workspace: Workspace, item: str) -> dict[str, Any]:
    """The ranking of an item on which something can be settled or decided.

    Raises
    ------
    Refusal
        The board is not the one that was locked, not all judges have scored, or the ranking is
        older than the rules, the sheets or the roster in force.
    """
    locked(workspace)
    ranking = ranking_of(workspace, item)
    if not ranking["complete_panel"]:
        raise Refusal([Problem("E7565", item)])
    taken, amended = taken_steps(workspace, item, ranking), amended_since_ranked(workspace)
    if is_outdated(ranking, taken, sheets(workspace), amended=amended):
        raise Refusal([Problem("E7577", item)])
    return ranking


def item_of(board: Board, identity: str) -> Item:
    """An item of the board by its id; raises ``Refusal`` where there is none."""
    found = board.item(identity)
    if found is None:
        raise Refusal([Problem("E7541", identity)])
    return found


def _groups(values: Mapping[str, tuple[float, ...]]) -> Groups:
    found: dict[tuple[float, ...], list[str]] = {}
    for name in sorted(values):
        found.setdefault(values[name], []).append(name)
    return [found[value] for value in sorted(found, reverse=True)]


PROBLEMS = (
    Explanation(
        "E7541",
        "{where}：榜单没有这个任务。请写榜单中的任务编号，如 SM-01。",
        "{where}: the board has no such item. Write an id of the board, such as SM-01.",
    ),
    Explanation(
        "E7542",
        "{where}：现在不是“{found}”这一步，应先进行的是“{expected}”。请按榜单公布的次序进行；每步之后运行 jiebang rank。",
        "{where}: '{found}' is not due; what is due is '{expected}'. Follow the order that the board declares, and run `jiebang rank` after each step.",
    ),
    Explanation(
        "E7549",
        "{where}：名额线附近没有待处理的对象，不需要“{found}”。请用 jiebang settle list 查看各任务的进度。",
        "{where}: nothing at the line waits to be settled, so that '{found}' is not needed. See where each item stands with `jiebang settle list`.",
    ),
    Explanation(
        "E7550",
        "{where}：“{found}”已于 {time} 记录，不得重做。请运行 jiebang rank，按记录继续；抽签的随机数抄写有误的，写明理由更正：--amend 理由。",
        "{where}: '{found}' was recorded on {time} and is not done twice. Run `jiebang rank` to go on from the record; where the randomness of a draw was copied wrongly, correct it with the reason: --amend REASON.",
    ),
    Explanation(
        "E7581",
        "{where}：更正抽签须写明理由：--amend 理由；原记录保留。",
        "{where}: a draw is corrected with a reason: --amend REASON; the earlier record stays.",
    ),
    Explanation(
        "E7582",
        "{where}：没有按同一公告、用其他随机数抽过签，“{found}”无可更正。请去掉 --amend。",
        "{where}: no draw took this announcement for other randomness, so that '{found}' corrects nothing. Leave out --amend.",
    ),
    Explanation(
        "E7583",
        "{where}：{item} 已按同一公告用“{expected}”抽签，一次公告只有一组随机数（现为“{found}”）。请照公告核对；那次抄写有误的，写明理由更正：--amend 理由。",
        "{where}: {item} was drawn from the same announcement with '{expected}', and one announcement is one randomness (now '{found}'). Check it; where that was copied wrongly, correct it with the reason: --amend REASON.",
    ),
    Explanation(
        "E7584",
        "{where}：用 {found} 的公告、照现在的写法抽签，{expected} 才写入规则，不早于公告，届时随机数可能已知。请修改规则，另定晚于修改之日的公告日期：jiebang lock --amend 理由。",
        "{where}: the rule that lots are drawn so, from the announcement of {found}, was locked on {expected} only, when the randomness may have been known. Change the rules, naming a day of announcement after that of the change: `jiebang lock --amend REASON`.",
    ),
    Explanation(
        "E7543",
        "{where}：榜单没有公布抽签规则。抽签须事先写入榜单：tracks.….draw。",
        "{where}: the board declares no draw of lots. It has to stand in the board beforehand: tracks.….draw.",
    ),
    Explanation(
        "E7544",
        "{where}：榜单写明用 {expected} 公布的随机数（现为 {found}）。请用该日的公告；公告改期的，先修改规则：jiebang lock --amend 理由。",
        "{where}: the board names the randomness announced on {expected} (now {found}). Use that announcement; where it was put off, change the rules first: `jiebang lock --amend REASON`.",
    ),
    Explanation(
        "E7557",
        "{where}：公告日期 {found} 晚于今天（北京时间 {expected}）。请待随机数公布之后再抽签，并写实际公告日期。",
        "{where}: the day of announcement {found} is after today ({expected} in Beijing). Draw once the randomness is out, and write the day on which it was announced.",
    ),
    Explanation(
        "E7558",
        "{where}：随机数“{found}”中没有字母或数字。请照公告原文填写。",
        "{where}: the randomness '{found}' holds no letter and no digit. Copy it from the announcement.",
    ),
    Explanation(
        "E7565",
        "{where}：专家评分未齐，名额线上还不能作任何处理或决定。请先收齐打分表（jiebang panel import），再运行 jiebang rank。",
        "{where}: the panel's scores are not complete, so that nothing at the line is settled or decided yet. Take the score sheets in (`jiebang panel import`) and run `jiebang rank` first.",
    ),
    Explanation(
        "E7566",
        "{where}：没有写经办人。名额线的处理和决定须写明：--by 姓名。",
        "{where}: nobody is named who took this step. Name who did: --by NAME.",
    ),
    Explanation(
        "E7563",
        "{where}：随机数“{found}”（统一写法）不是榜单写明的格式，应形如 {expected}。请照“{source}”的公告填写，不多写，不少写。",
        "{where}: the randomness '{found}', in the one spelling, has not the form that the board declares, such as {expected}. Copy the announcement of '{source}', no more and no less.",
    ),
    Explanation(
        "E7552",
        "{where}：随机数公布于 {found}，不晚于末件申报包受理日 {expected}，届时参评编号尚未确定，不能用于抽签。请先修改规则，另定受理截止之后的公告日期：jiebang lock --amend 理由。",
        "{where}: the randomness was announced on {found}, not after the last package came in ({expected}), while candidates were still being numbered. Change the rules first, naming a day after intake closed: `jiebang lock --amend REASON`.",
    ),
    Explanation(
        "E7553",
        "{where}：已作的处理（{found}）所依据的参评对象、总分、打分或规则已变。已有处理的结果不在原版本上改写，请生成新版本：jiebang revise 工作区 --reason 理由。",
        "{where}: candidates, totals, marks or rules have changed since '{found}'. Results on which a step was taken are not written over; make a new version: `jiebang revise WORKSPACE --reason REASON`.",
    ),
    Explanation(
        "E7577",
        "{where}：排名之后，规则、打分表或名册有变（或新增评委尚未交表），排名不再代表现行的打分，不能据此处理、决定或公示。请先收齐打分表，再运行 jiebang rank 工作区；已有处理或已公示的，运行 jiebang revise 工作区 --reason 理由。",
        "{where}: rules, score sheets or the roster have changed since the ranking (or a judge was added whose sheet is out), so that it no longer stands for the marks in force and nothing is settled, decided or made public by it. Take the sheets in, then run `jiebang rank WORKSPACE`; where a step was taken or results are out, `jiebang revise WORKSPACE --reason REASON`.",
    ),
)
