"""Verbs that look at a ranking otherwise, never as a result."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.rooms import FOLDER, open_room
from harness.cli.speech import say, speaks
from harness.problems import as_typed


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


VERBS = (preview, what_if)
