"""Verbs of a review: score sheets, and what settles the band at the line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.grouped import Grouped
from harness.cli.sandboxes import ENGINE, sandbox_of
from harness.cli.speech import say, speaks
from harness.problems import as_typed

if TYPE_CHECKING:
    from harness.pipeline.settling import Pending
    from harness.workspace import Workspace

FOLDER = click.Path(path_type=Path)
BY = click.option("--by", default="organizer", show_default=True, help="经办人 / who does this")


@click.group(cls=Grouped)
def panel() -> None:
    """专家打分表：发出、收回 / Score sheets of the panel: send out, take back."""


@panel.command("export")
@click.argument("workspace", type=FOLDER)
@click.option("--roster", type=FOLDER, required=True, help="评委名册 roster.yaml / the judges")
@click.option("-o", "--out", type=FOLDER, required=True, help="输出目录 / the folder to write to")
@click.option(
    "--hearing", is_flag=True, help="复议：只含名额线附近的对象 / a second hearing of the band"
)
@BY
@speaks
def panel_export(workspace: Path, roster: Path, out: Path, hearing: bool, by: str) -> None:
    """为每位评委生成盲评打分表（XLSX 和 CSV）/ Write blind sheets for every judge."""
    from harness.pipeline.panel import export_sheets

    room = open_room(workspace)
    only = None
    if hearing:
        from harness.pipeline.settling import to_hear

        only = to_hear(room)
    files = export_sheets(room, roster, out, only=only, actor=by)
    say(
        f"✓ 已写 {len(files)} 个打分表文件到 {out}（编号为盲评代码，回避已排除）",
        f"{len(files)} sheet files in {out}: blind codes, recused candidates left out",
    )
    _touched(workspace, room)
    verb = f"jiebang panel import {as_typed(workspace)}{' --hearing' if hearing else ''}"
    say(f"  收回后：{verb} 打分表…", f"When they are back: {verb} FILE…")


def _touched(workspace: Path, room: Workspace) -> None:
    """Tell which scores that came in before count otherwise by the roster in force."""
    from harness.pipeline.panel import sheets
    from reports.catalogue import words

    found = [one for hearing in (False, True) if (one := sheets(room, hearing=hearing))]
    recused = sorted({one for given in found for one in given.recused})
    left_out = {one for given in found for one in given.left_out}
    judges = sorted({one[0] for one in (*recused, *left_out)})
    if not judges:
        return
    say(
        f"! 按现行名册，已收的 {len(judges)} 位评委的打分受影响：",
        f"By the roster in force the scores of {len(judges)} judge{'s' * (len(judges) > 1)} "
        "that came in before are affected:",
    )
    for judge, candidate, ground in recused:
        zh, en = (words(language)(f"ground.{ground}") for language in ("zh-CN", "en"))
        say(
            f"  {judge} 对 {candidate} 的打分改按回避处理（{zh}）",
            f"those of {judge} on {candidate} count as a recusal ({en})",
        )
    for judge in sorted({one[0] for one in left_out}):
        many = sum(name == judge for name, _ in left_out)
        say(
            f"  {judge} 对 {many} 个参评对象的打分不再计入",
            f"those of {judge} on {many} candidate{'s' * (many > 1)} are left out",
        )
    _next_version(workspace)


@panel.command("import")
@click.argument("workspace", type=FOLDER)
@click.argument("files", type=FOLDER, nargs=-1, required=True)
@click.option("--sample", is_flag=True, help="标为样例 / mark them as a sample")
@click.option(
    "--replace", metavar="REASON", help="更正已收的打分，写明理由 / correct, with a reason"
)
@click.option("--hearing", is_flag=True, help="复议的打分表 / sheets of a second hearing")
@BY
@speaks
def panel_import(
    workspace: Path,
    files: tuple[Path, ...],
    sample: bool,
    replace: str | None,
    hearing: bool,
    by: str,
) -> None:
    """检查并收入打分表，旧版本保留 / Check and keep score sheets; earlier versions stay."""
    from harness.pipeline.panel import import_sheets

    sheets = import_sheets(
        open_room(workspace), files, sample=sample, reason=replace, hearing=hearing, actor=by
    )
    say(
        f"✓ 已收入 {sheets.judges} 位评委的打分 {sheets.digest}",
        f"marks of {sheets.judges} judge{'s' * (sheets.judges > 1)} in force",
    )
    if sheets.waiting:
        names = ", ".join(sheets.waiting)
        say(f"  尚缺评委 {names} 的打分表", f"still waiting for the sheets of {names}")
    elif hearing:
        verb = f"jiebang settle hearing {as_typed(workspace)}"
        say(f"  下一步：{verb} 任务编号", f"Next: {verb} ITEM")
    elif replace is not None:
        _next_version(workspace)
    else:
        _next_rank(workspace)


@click.group(cls=Grouped)
def settle() -> None:
    """名额线附近按榜单公布的次序处理 / Settle the band at the line, step by declared step."""


@settle.command("list")
@click.argument("workspace", type=FOLDER)
@speaks
def settle_list(workspace: Path) -> None:
    """列出各任务到了哪一步 / List what is due in every item."""
    from harness.pipeline.settling import overview

    for pending in overview(open_room(workspace)):
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
@BY
@speaks
def settle_draw(workspace: Path, item: str, randomness: str, announced: str, by: str) -> None:
    """用公开随机数抽签，可手工复核 / Draw lots from public randomness; repeatable by hand."""
    from harness.pipeline.settling import by_lots

    record = by_lots(open_room(workspace), item, randomness, announced, by)
    spelt = record["randomness"]
    say(f"  随机数（统一写法）：{spelt}", f"randomness, in the one spelling: {spelt}")
    for ticket in record["tickets"]:
        click.echo(f"  {ticket['sha256']}  {ticket['text']}")
    say(
        "  每行都可复核：printf '%s' '行文' | sha256sum，数值小者在前",
        "each line can be checked: printf '%s' 'LINE' | sha256sum, the least first",
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
    say(
        f"✓ 已记录：入选 {'、'.join(selected) or '无'}；与建议或先后不同 {len(record['departures'])} 项",
        f"Kept: {', '.join(selected) or 'nobody'} selected; "
        f"{len(record['departures'])} departures from the proposal or its order",
    )
    waiting, most = in_reserve(record["decisions"]), reserves_declared(room, item)
    say(
        f"  递补 {len(waiting)} 个（公布名额 {most} 个）：{'、'.join(waiting) or '无'}"
        f"{'；可用 --reserve 编号写明递补对象' * (len(waiting) < most)}",
        f"{len(waiting)} in reserve of {most}: {', '.join(waiting) or 'nobody'}"
        f"{'; --reserve ID names who is' * (len(waiting) < most)}",
    )
    _next_rank(workspace)


@click.command()
@click.argument("workspace", type=FOLDER)
@speaks
def preview(workspace: Path) -> None:
    """大规模排名预览：正态近似，不作为结果 / A normal approximation of ranks: never a result."""
    from harness.pipeline.preview import preview as look

    for item, shown in look(open_room(workspace)):
        say(
            f"预览（正态近似，不作为结果）  {item}",
            f"preview (normal approximation, not a result)  {item}",
        )
        click.echo("  名次 rank | 约在 about | 总分 total | 参评对象 candidate")
        for one in shown:
            click.echo(f"  {one.rank} | {one.lower}–{one.upper} | {one.total} | {one.candidate}")
    verb = f"jiebang rank {as_typed(workspace)}"
    say(f"未写入任何文件。正式排名：{verb}", f"Nothing was written. The ranking itself: {verb}")


@click.command("what-if")
@click.argument("workspace", type=FOLDER)
@click.argument("item")
@click.option(
    "--comparisons", type=FOLDER, help="两两比较表 CSV，用于层次分析法 / paired comparisons for AHP"
)
@speaks
def what_if(workspace: Path, item: str, comparisons: Path | None) -> None:
    """假设分析：TOPSIS、熵权、层次分析，不作为结果 / Other rules for discussion: never a result."""
    from harness.pipeline.what_if import what_if as look
    from reports.catalogue import words

    found = look(open_room(workspace), item, comparisons)
    say(f"假设分析（不作为结果）  {item}", f"what-if (not a result)  {item}")
    say(
        "  TOPSIS 与熵权随参评对象而变，有一个退出即可改变其余先后，只供讨论。",
        "TOPSIS and entropy weights hang on who takes part: one withdrawal may reorder the rest.",
    )
    heads = [RULES[rule] for rule in found.ranks]
    click.echo(f"  {' | '.join(heads)} | 参评对象 candidate")
    for name in next(iter(found.ranks.values())):
        click.echo("  " + " | ".join([*(str(one[name]) for one in found.ranks.values()), name]))
    click.echo(f"  {' | '.join(heads)} | 权重（%）weights (%)")
    for at, criterion in enumerate(found.criteria):
        shares = [f"{100 * one[at]:.1f}" for one in found.weights.values()]
        named = dict.fromkeys((words("zh-CN").or_text("part", criterion), criterion))
        click.echo("  " + " | ".join([*shares, " ".join(named)]))
    if found.inconsistency is not None:
        ratio = f"{found.inconsistency:.3f}"
        say(
            f"  两两比较的一致性比率 CR = {ratio}，超过 0.1 应重新比较",
            f"consistency ratio CR = {ratio}; above 0.1 the comparisons want another look",
        )


RULES = {
    "declared": "公布的权重 declared",
    "topsis": "TOPSIS",
    "entropy": "熵权 entropy",
    "ahp": "层次分析 AHP",
}


def _settled(workspace: Path, record: dict[str, Any]) -> None:
    from harness.pipeline.settling import step_in

    step = record["step"]
    order = " > ".join(" = ".join(group) for group in record["groups"])
    say(f"✓ 已记录{step_in('zh-CN', step)}：{order}", f"{step_in('en', step)} kept: {order}")
    _next_rank(workspace)


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


def _next_rank(workspace: Path) -> None:
    say(
        f"  下一步：jiebang rank {as_typed(workspace)}", f"Next: jiebang rank {as_typed(workspace)}"
    )


def _next_version(workspace: Path) -> None:
    verb = f"jiebang revise {as_typed(workspace)} --reason"
    say(
        f"  下一步：结果已公布或已有处理的，{verb} 理由；否则 jiebang rank {as_typed(workspace)}",
        f"Next: {verb} REASON where results are out or settled, else jiebang rank {as_typed(workspace)}",
    )


def open_room(folder: Path) -> Workspace:
    """The workspace in a folder."""
    from harness.workspace import open_workspace

    return open_workspace(folder)


VERBS = (panel, settle, preview, what_if)
