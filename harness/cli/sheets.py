"""Verbs of the panel: score sheets that are sent out and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.grouped import Grouped
from harness.cli.rooms import BY, FOLDER, next_rank, next_version, open_room
from harness.cli.speech import say, speaks
from harness.problems import as_typed

if TYPE_CHECKING:
    from harness.workspace import Workspace


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
        from harness.pipeline.pending import to_hear

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
    next_version(workspace)


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
    from harness.pipeline.pending import to_hear

    room = open_room(workspace)
    sheets = import_sheets(room, files, sample=sample, reason=replace, hearing=hearing, actor=by)
    say(
        f"✓ 已收入 {sheets.judges} 位评委的打分 {sheets.digest}",
        f"marks of {sheets.judges} judge{'s' * (sheets.judges > 1)} in force",
    )
    if sheets.waiting:
        names = ", ".join(sheets.waiting)
        say(f"  尚缺评委 {names} 的打分表", f"still waiting for the sheets of {names}")
    elif hearing and (replace is None or to_hear(room)):
        verb = f"jiebang settle hearing {as_typed(workspace)}"
        say(f"  下一步：{verb} 任务编号", f"Next: {verb} ITEM")
    elif replace is not None:
        next_version(workspace)
    else:
        next_rank(workspace)


VERBS = (panel,)
