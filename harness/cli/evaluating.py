"""Verbs of the organizer, from a board to a report; and `try`, the applicant's own run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.rooms import FOLDER, open_room
from harness.cli.sandboxes import ENGINE, UNSAFE, sandbox_of
from harness.cli.speech import Exit, report, say, speaks, visible
from harness.problems import as_typed

if TYPE_CHECKING:
    from harness.cli.progress import Bars
    from harness.workspace import Workspace
    from reports.edition import Kind


@click.command()
@click.argument("folder", type=FOLDER, default=Path("jiebang-demo"))
@ENGINE
@speaks
def demo(folder: Path, engine: str | None) -> None:
    """用自带的示例榜单和真实数据完整演示一遍 / The main job on the sample board with real data."""
    from harness.pipeline.demo import demonstrate

    with _progress() as progress:
        finished = demonstrate(folder, sandbox_of(engine), progress, _to_stderr)
    _end_of_report(finished.pages, finished.problems)


@click.command("try")
@click.argument("package", type=FOLDER)
@click.option("--board", type=FOLDER, required=True, help="榜单目录 / the board's folder")
@UNSAFE
@ENGINE
@speaks
def try_(package: Path, board: Path, unsafe: bool, engine: str | None) -> None:
    """在公开样例上试运行，给出分数 / Run on the public sample in the same sandbox; prints scores."""
    from harness.pipeline.trial import try_package

    tried = try_package(package, board, sandbox_of(engine, unsafe=unsafe))
    for line in tried.lines:
        click.echo(line)
    if tried.unanswered:
        say(
            f"{tried.unanswered} 个样本没有有效答案；正式评测中按最差计。",
            f"{tried.unanswered} samples have no valid answer; they count as the worst there is.",
        )
        sys.exit(Exit.INCOMPLETE)


@click.command()
@click.argument("workspace", type=FOLDER)
@click.option("--board", type=FOLDER, required=True, help="榜单目录 / the board's folder")
@speaks
def init(workspace: Path, board: Path) -> None:
    """新建评测工作区 / Make the folder of an evaluation."""
    from harness.checking import check_board
    from harness.workspace import create

    check_board(board)
    create(workspace, board)
    say(
        f"✓ 已建工作区 {workspace}。下一步：jiebang lock {as_typed(workspace)}",
        f"Made the workspace {workspace}. Next: jiebang lock {as_typed(workspace)}",
    )


@click.command()
@click.argument("workspace", type=FOLDER)
@click.option(
    "--amend",
    metavar="REASON",
    help="修改已封存的规则，写明理由 / change locked rules, with a reason",
)
@ENGINE
@speaks
def lock(workspace: Path, amend: str | None, engine: str | None) -> None:
    """封存规则，并实测基线 / Freeze the rules, then measure the baselines."""
    from harness.lock import lock_digest, locked
    from harness.pipeline.announcements import ruled_too_late
    from harness.pipeline.preparing import lock_rules, measure_baselines, measured_under

    room = open_room(workspace)
    if (
        amend is None
        and room.lock.is_file()
        and not measured_under(room, lock_digest(locked(room)))
    ):
        say("规则已封存，继续实测基线。", "The rules are locked; measuring the baselines.")
    else:
        digest = lock_rules(room, reason=amend)
        say(f"✓ 规则封存 {digest}", "Rules locked.")
        for track, on in ruled_too_late(room).items():
            say(
                f"! {on} 的公告不晚于规则写入之日，不能用于抽签；需要抽签的，请改 "
                f"tracks.{track}.draw.on，再运行 jiebang lock --amend 理由",
                f"The announcement of {on} is not after the day on which the rules name it, and no "
                f"lots can be drawn from it: change tracks.{track}.draw.on and run "
                "`jiebang lock --amend REASON`",
            )
    with _progress() as progress:
        measured = measure_baselines(room, sandbox_of(engine), progress)
    say(
        f"✓ 已实测 {len(measured['items'])} 个基线。下一步：jiebang intake {as_typed(workspace)} 申报包.zip…",
        f"{len(measured['items'])} baselines measured. Next: jiebang intake {as_typed(workspace)} FILE…",
    )


@click.command()
@click.argument("workspace", type=FOLDER)
@click.argument("files", type=FOLDER, nargs=-1, required=True)
@speaks
def intake(workspace: Path, files: tuple[Path, ...]) -> None:
    """接收申报包：检查、存档、开回执 / Check and store packages, write receipts."""
    from harness.pipeline.admission import admit

    admitted, turned = admit(open_room(workspace), files)
    for entry in admitted:
        say(
            f"✓ {entry.candidate}  {visible(entry.source.name)}  {entry.receipt.package}",
            f"taken in as {entry.candidate}",
        )
    for refused in turned:
        name = visible(str(refused.source))
        say(f"✕ 未接收 {name}：", f"not taken in: {name}")
        report(refused.problems)
    if turned:
        sys.exit(Exit.PROBLEMS)


@click.command()
@click.argument("workspace", type=FOLDER)
@click.option("--jobs", type=click.IntRange(1, 64), help="同时运行几个 / how many at once")
@click.option(
    "--repeat",
    type=click.IntRange(1, 5),
    default=1,
    help="每个对象运行几遍，比较答案是否一致 / how often to run each, to compare the answers",
)
@ENGINE
@speaks
def run(workspace: Path, jobs: int | None, repeat: int, engine: str | None) -> None:
    """运行全部参评对象（可中断续跑）/ Run every candidate; resumes where it was stopped."""
    problems = _run(open_room(workspace), jobs, engine, repeat)
    if problems:
        sys.exit(Exit.INCOMPLETE)


@click.command()
@click.argument("workspace", type=FOLDER)
@click.option(
    "--anew", is_flag=True, help="内容未变的也重新计分 / score unchanged answers again too"
)
@speaks
def score(workspace: Path, anew: bool) -> None:
    """对封存的预测结果计分 / Score the sealed predictions."""
    _score(open_room(workspace), anew=anew)


@click.command()
@click.argument("workspace", type=FOLDER)
@speaks
def rank(workspace: Path) -> None:
    """按任务排名，给出名次区间和建议 / Rank within items, with rank sets and proposals."""
    from harness.board import read_board
    from harness.pipeline import stages

    room = open_room(workspace)
    tracks = read_board(room.board).tracks
    for track in stages.rank(room):
        counts, title = track["counts"], tracks[track["track"]].title
        say(
            f"✓ {title.zh}：名额 {track['quota']}，建议入选 {counts['selected']}，"
            f"递补 {counts['reserve']}，未达门槛 {counts['ineligible']}",
            f"{title.en}: quota {track['quota']}, proposed {counts['selected']}, reserve {counts['reserve']}, "
            f"ineligible {counts['ineligible']}",
        )
    _head(room)


@click.command("report")
@click.argument("workspace", type=FOLDER)
@click.option(
    "--kind",
    type=click.Choice(["organizer", "panel", "notice", "applicant"]),
    default="organizer",
    show_default=True,
    help="组织方全本、专家盲评版、公示、申报单位各自的材料卡 / for whom",
)
@click.option(
    "--lang", type=click.Choice(["zh-CN", "en"]), help="只写一种语言 / one language instead of both"
)
@click.option(
    "--hide", multiple=True, metavar="WORD", help="盲评版另须隐去的词 / a further word to take out"
)
@click.option("--until", default="", metavar="DATE", help="公示截止日期 / last day for objections")
@click.option("--contact", default="", help="异议送达处 / where objections go")
@click.option("--totals", is_flag=True, help="公示总分 / publish totals in the notice")
@click.option("--pdf", is_flag=True, help="另印成 PDF（需 Chromium）/ print to PDF (Chromium)")
@click.option("--open", "opened", is_flag=True, help="在浏览器中打开 / open it in a browser")
@speaks
def report_(
    workspace: Path,
    kind: Kind,
    lang: str | None,
    hide: tuple[str, ...],
    until: str,
    contact: str,
    totals: bool,
    pdf: bool,
    opened: bool,
) -> None:
    """生成报告 / Write the report."""
    from harness.pipeline.editions import Wanted, write_edition
    from reports.catalogue import LOCALES

    wanted = Wanted(
        kind=kind,
        locales=(lang,) if lang else LOCALES,
        hidden=hide,
        until=until,
        contact=contact,
        totals=totals,
        printed=pdf,
    )
    room = open_room(workspace)
    files = write_edition(room, wanted)
    if opened:
        click.launch(str(next(page for page in files if page.suffix == ".html")))
    _head(room)
    _end_of_report(files, ())


@click.command()
@click.argument("workspace", type=FOLDER)
@click.option("--jobs", type=click.IntRange(1, 64), help="同时运行几个 / how many at once")
@ENGINE
@speaks
def evaluate(workspace: Path, jobs: int | None, engine: str | None) -> None:
    """运行、计分、排名、报告一次完成 / run + score + rank + report."""
    from harness.pipeline import stages

    room = open_room(workspace)
    problems = _run(room, jobs, engine)
    _score(room)
    stages.rank(room)
    pages = stages.report(room)
    _head(room)
    _end_of_report(pages, problems)


@click.command()
@click.argument("workspace", type=FOLDER)
@click.argument("candidate")
@click.argument("subject")
@click.option("--holds/--fails", default=True, help="符合或不符合 / whether it holds")
@click.option("--checker", required=True, help="核验人 / who checked")
@click.option("--date", required=True, help="核验日期，如 2026-11-23 / when")
@click.option("--reason", required=True, help="依据 / on what ground")
@speaks
def attest(
    workspace: Path, candidate: str, subject: str, holds: bool, checker: str, date: str, reason: str
) -> None:
    """记录人工核验（如 effect_data：成效数据属实）/ Record what people have checked."""
    from harness.pipeline.attesting import Attestation
    from harness.pipeline.attesting import attest as keep_attestation

    keep_attestation(
        open_room(workspace),
        Attestation(
            candidate=candidate,
            subject=subject,
            holds=holds,
            checker=checker,
            date=date,
            reason=reason,
        ),
    )
    say(f"✓ 已记录 {candidate} {subject}", f"recorded: {candidate} {subject}")


def _score(room: Workspace, *, anew: bool = False) -> None:
    from harness.pipeline import stages

    done = stages.score(room, anew=anew)
    say(
        f"✓ {done.made + done.reused} 个参评对象：沿用得分 {done.reused} 个（预测、指标、规则均未变），"
        f"新计分 {done.made} 个",
        f"{done.made + done.reused} candidates: {done.reused} scores kept (same predictions, metrics "
        f"and rules), {done.made} made",
    )


def _to_stderr(words: str) -> None:
    click.echo(words, err=True)


def _progress() -> Bars:
    from harness.cli.progress import Bars

    return Bars()


def _run(
    workspace: Workspace, jobs: int | None, engine: str | None, repeat: int = 1
) -> tuple[object, ...]:
    from harness.pipeline import stages

    with _progress() as progress:
        done = stages.run(workspace, sandbox_of(engine), progress, at_once=jobs, repeat=repeat)
    say(
        f"✓ 需要 {done.wanted} 次运行：复用 {done.reused} 次（内容未变），新运行 {done.wanted - done.reused} 次",
        f"{done.wanted} runs wanted: {done.reused} reused (nothing that they depend on has changed), "
        f"{done.wanted - done.reused} made",
    )
    for candidate, count in done.differing.items():
        say(
            f"! {candidate} 重复运行有 {count} 个样本答案不同（非确定性），两份都已保存",
            f"{candidate} is non-deterministic: {count} samples answered otherwise when asked "
            "again; both runs are kept",
        )
    if done.problems:
        report(done.problems)
    return done.problems


def _head(workspace: Workspace) -> None:
    """Name the line that the ledger ends with, so that what is noted down elsewhere pins it."""
    from harness.ledger import read
    from reports.text import copied_digest

    head = copied_digest(read(workspace.ledger)[-1].hash)
    say(
        f"  台账末行摘要 {head}（可抄存；核验：jiebang verify {as_typed(workspace.root)} --head 摘要）",
        "the ledger's head; a copy of it elsewhere pins the ledger",
    )


def _end_of_report(pages: tuple[Path, ...], problems: tuple[object, ...]) -> None:
    first = next((page for page in pages if page.suffix == ".html"), None)
    if first is not None:
        say(f"✓ 报告：{first}", f"Report: {first}")
    if problems:
        sys.exit(Exit.INCOMPLETE)


VERBS = (demo, try_, init, lock, intake, attest, run, score, rank, report_, evaluate)
