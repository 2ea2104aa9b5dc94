"""Verbs that settle the band at the line, step by declared step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.grouped import Grouped
from harness.cli.rooms import BY, FOLDER, next_rank, open_room
from harness.cli.sandboxes import ENGINE, sandbox_of
from harness.cli.speech import say, speaks
from harness.problems import as_typed

if TYPE_CHECKING:
    from harness.pipeline.pending import Pending


@click.group(cls=Grouped)
def settle() -> None:
    """名额线附近按榜单公布的次序处理 / Settle the band at the line, step by declared step."""


@settle.command("list")
@click.argument("workspace", type=FOLDER)
@speaks
def settle_list(workspace: Path) -> None:
    """列出各任务到了哪一步 / List what is due in every item."""
    from harness.pipeline.noting import hold
    from harness.pipeline.pending import overview
    from harness.pipeline.traces import RANKING
    from harness.pipeline.trail import JUDGED

    room = open_room(workspace)
    hold(room, RANKING, *JUDGED)
    for pending in overview(room):
        say(*_in_words(workspace, pending))


@settle.command("reserve")
@click.argument("workspace", type=FOLDER)
@click.argument("item")
@ENGINE
@BY
@speaks
def settle_reserve(workspace: Path, item: str, engine: str | None, by: str) -> None:
    """只对差异不显著的对象运行备用样本 / Run the reserve samples for the band only."""
    from harness.cli.progress import Bars
    from harness.pipeline.fresh_evidence import by_reserve

    with Bars() as bars:
        record = by_reserve(open_room(workspace), item, sandbox_of(engine), bars, by)
    _settled(workspace, record)


@settle.command("secondary")
@click.argument("workspace", type=FOLDER)
@click.argument("item")
@BY
@speaks
def settle_secondary(workspace: Path, item: str, by: str) -> None:
    """按榜单公布的次要评分项排序 / Order the band by the declared secondary criteria."""
    from harness.pipeline.settling import by_secondary

    _settled(workspace, by_secondary(open_room(workspace), item, by))


@settle.command("hearing")
@click.argument("workspace", type=FOLDER)
@click.argument("item")
@BY
@speaks
def settle_hearing(workspace: Path, item: str, by: str) -> None:
    """按专家复议的打分排序 / Order the band by the second hearing."""
    from harness.pipeline.fresh_evidence import by_hearing

    _settled(workspace, by_hearing(open_room(workspace), item, by))


@settle.command("draw")
@click.argument("workspace", type=FOLDER)
@click.argument("item")
@click.option("--randomness", required=True, help="公告的随机数原文 / as announced")
@click.option("--announced", required=True, metavar="DATE", help="公告日期 / day of announcement")
@click.option(
    "--amend",
    metavar="REASON",
    help="更正抄写有误的随机数，写明理由 / correct a wrong copy, with a reason",
)
@BY
@speaks
def settle_draw(
    workspace: Path, item: str, randomness: str, announced: str, amend: str | None, by: str
) -> None:
    """用公开随机数抽签，可手工复核 / Draw lots from public randomness; repeatable by hand."""
    from harness.pipeline.pending import to_correct
    from harness.pipeline.settling import by_lots

    room = open_room(workspace)
    record = by_lots(room, item, randomness, announced, by, amend)
    spelt = record["randomness"]
    say(f"  随机数（统一写法）：{spelt}", f"randomness, in the one spelling: {spelt}")
    for ticket in record["tickets"]:
        click.echo(f"  {ticket['sha256']}  {ticket['text']}")
    say(
        "  每行都可复核：printf '%s' '行文' | sha256sum，数值小者在前",
        "each line can be checked: printf '%s' 'LINE' | sha256sum, the least first",
    )
    if others := to_correct(room):
        say(
            f"! 同一公告的其他抽签须一并更正：{'、'.join(others)}",
            f"Other draws from the same announcement are to be corrected too: {', '.join(others)}",
        )
    _settled(workspace, record)


@settle.command("decide")
@click.argument("workspace", type=FOLDER)
@click.argument("item")
@click.option(
    "--select", "selected", multiple=True, metavar="ID", help="入选对象 / who is selected"
)
@click.option(
    "--reserve",
    "reserves",
    multiple=True,
    metavar="ID",
    help="递补对象，按次序，可多次；不写则依建议 / who stands in reserve, in order",
)
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    metavar="ID=REASON",
    help="与建议或明确的先后不同的理由 / why",
)
@click.option(
    "--amend", metavar="REASON", help="更改已作的决定，写明理由 / replace a decision, with a reason"
)
@click.option("--by", required=True, help="评审委员会或经办人 / who decides")
@speaks
def settle_decide(
    workspace: Path,
    item: str,
    selected: tuple[str, ...],
    reserves: tuple[str, ...],
    reasons: tuple[str, ...],
    amend: str | None,
    by: str,
) -> None:
    """记录评审委员会的决定；与建议不同须写理由 / Keep the committee's decision, with reasons."""
    from harness.pipeline.deciding import decide, in_reserve, reserves_declared

    told: dict[str, str] = {}
    for name, _, reason in (one.partition("=") for one in reasons):
        told[name] = f"{told[name]}；{reason}" if name in told else reason
    room = open_room(workspace)
    record = decide(room, item, selected, told, by, reserves, amend)
    departures, remarks = len(record["departures"]), len(record.get("remarks", ()))
    say(
        f"✓ 已记录：入选 {'、'.join(selected) or '无'}；与建议或先后不同 {departures} 项，"
        f"其他理由 {remarks} 项",
        f"Kept: {', '.join(selected) or 'nobody'} selected; {departures} departures from the "
        f"proposal or its order, {remarks} other reasons",
    )
    if displaced := [f"{one['item']} {one['candidate']}" for one in record.get("displaced", ())]:
        say(
            f"! 因上限，其他任务的名额须让出，重新提出建议或重新决定：{'、'.join(displaced)}",
            f"Under a cap these places of other items give way, to be proposed or decided anew: "
            f"{', '.join(displaced)}",
        )
    waiting, most = in_reserve(record["decisions"]), reserves_declared(room, item)
    say(
        f"  递补 {len(waiting)} 个（公布名额 {most} 个）：{'、'.join(waiting) or '无'}"
        f"{'；可用 --reserve 编号写明递补对象' * (len(waiting) < most)}",
        f"{len(waiting)} in reserve of {most}: {', '.join(waiting) or 'nobody'}"
        f"{'; --reserve ID names who is' * (len(waiting) < most)}",
    )
    next_rank(workspace)


def _settled(workspace: Path, record: dict[str, Any]) -> None:
    from harness.pipeline.settling import step_in

    step = record["step"]
    order = " > ".join(" = ".join(group) for group in record["groups"])
    say(f"✓ 已记录{step_in('zh-CN', step)}：{order}", f"{step_in('en', step)} kept: {order}")
    next_rank(workspace)


HOW = {
    "reserve_samples": "settle reserve {room} {item}",
    "secondary_criteria": "settle secondary {room} {item}",
    "panel": "panel export {room} --hearing --roster …; settle hearing {room} {item}",
    "draw": "settle draw {room} {item} --randomness … --announced …",
    "committee": "settle decide {room} {item} --select … --by …",
}


def _in_words(room: Path, pending: Pending) -> tuple[str, str]:
    """One item on a line in Chinese and one in English: its band, what is due, and the verb."""
    from harness.pipeline.band import COMMITTEE
    from harness.pipeline.settling import step_in

    item, due = pending.item, pending.due
    if pending.outdated:
        rank, revise = (f"jiebang {verb} {as_typed(room)}" for verb in ("rank", "revise"))
        return (
            f"{item}  排名之后规则、打分表或名册有变：收齐打分表后 {rank}；已有处理或已公示的，{revise} --reason 理由",
            f"{item}: rules, score sheets or the roster have changed since the ranking: take the sheets in, then "
            f"{rank}; where a step was taken or results are out, {revise} --reason REASON",
        )
    if not pending.proposed:
        return (
            f"{item}  专家评分未齐，暂不提出建议",
            f"{item}: the panel's scores are not complete; nothing is proposed yet",
        )
    names, listed = "、".join(pending.band), ", ".join(pending.band)
    zh, en = f"{item}  名额线待定：{names}", f"{item}: open at the line: {listed}"
    if not pending.band:
        zh = f"{item}  名额线附近区分明确，无须处理"
        en = f"{item}: clearly separated at the line; nothing is to be settled"
    if pending.corrected:
        how = HOW["draw"].format(room=as_typed(room), item=item)
        verb, spelt = f"jiebang {how} --amend …", pending.corrected
        return (
            f"{zh}；同一公告的随机数已更正为 {spelt}，本任务的抽签须一并更正（{verb}）",
            f"{en}; the randomness of its announcement was corrected to {spelt}: correct its draw "
            f"too ({verb})",
        )
    if pending.taken:
        verb = f"jiebang rank {as_typed(room)}"
        step_zh, step_en = step_in("zh-CN", pending.taken), step_in("en", pending.taken)
        return f"{zh}；{step_zh}已记录，待重新排名（{verb}）", f"{en}; {step_en}: recorded ({verb})"
    if pending.overtaken:
        verb = f"jiebang {HOW[COMMITTEE].format(room=as_typed(room), item=item)} --amend …"
        return (
            f"{zh}；其他任务所占名额已变，依此的建议与决定时不同，须由评审委员会重新确定（{verb}）",
            f"{en}; what other items hold has changed the proposal that was decided on; "
            f"the committee decides again ({verb})",
        )
    if due is None and pending.decided:
        return f"{zh}；已由评审委员会确定", f"{en}; decided by the committee"
    verb = f"jiebang {HOW[due or COMMITTEE].format(room=as_typed(room), item=item)}"
    if due is None:
        return (
            f"{zh}；公示前由评审委员会确定（{verb}）",
            f"{en}; the committee decides before the notice ({verb})",
        )
    step_zh, step_en = step_in("zh-CN", due), step_in("en", due)
    return f"{zh}；待办：{step_zh}（{verb}）", f"{en}; due: {step_en} ({verb})"


VERBS = (settle,)
