"""Verbs of those who keep and check results: archive, verify, rerun, compare, doctor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.rooms import FOLDER, open_room
from harness.cli.sandboxes import ENGINE, sandbox_of
from harness.cli.speech import Exit, report, say, speaks

if TYPE_CHECKING:
    from harness.pipeline.keeping import Difference

SHOWN = 20


@click.command()
@click.argument("workspace", type=FOLDER)
@click.option("-o", "--out", type=FOLDER, help="归档文件 / the zip to write")
@speaks
def archive(workspace: Path, out: Path | None) -> None:
    """签名归档，供复测和核验 / A signed archive for rerun and verify."""
    from harness.pipeline import keeping

    target = out or workspace.resolve().parent / f"{workspace.resolve().name}.archive.zip"
    made = keeping.make(open_room(workspace), target)
    say(
        f"✓ 归档 {target}\n  {len(made.files)} 个文件；按许可不随归档转发 {len(made.withheld)} 个",
        f"Archived: {len(made.files)} files; {len(made.withheld)} withheld under their licence",
    )


@click.command()
@click.argument("path", type=FOLDER)
@click.option("--key", help="组织方公钥或其指纹 / the organizer's public key or its fingerprint")
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="DIGEST",
    help="报告或终端上所印的台账摘要 / the ledger's digest as a page or a terminal names it",
)
@speaks
def verify(path: Path, key: str | None, heads: tuple[str, ...]) -> None:
    """核验归档或工作区：签名、摘要、台账 / Verify an archive or workspace."""
    from harness.pipeline.verifying import verify as verified

    found = verified(path, key, heads)
    if found.problems:
        report(found.problems)
        sys.exit(Exit.DIFFERS)
    say(f"✓ 核验一致：{path}", "Verified: everything is as it was signed.")
    if found.signer is not None and not found.confirmed:
        say(
            f"  签名公钥指纹 {found.signer.fingerprint}，尚未确认；请向组织方核对，"
            "或以 --key 写明组织方公钥",
            "Whose key that is nobody has confirmed: compare the fingerprint with the organizer's, "
            "or name the key with --key.",
        )
    if found.unchecked:
        say("! 以下各项不能核验：", "What cannot be checked:")
        report(found.unchecked)


@click.command()
@click.argument("source", type=FOLDER)
@click.argument("into", type=FOLDER)
@click.option(
    "--data", type=FOLDER, help="含受限数据的工作区 / a workspace that holds the restricted data"
)
@click.option("--rescore", is_flag=True, help="只复算，不重新运行 / score again only, run nothing")
@ENGINE
@speaks
def rerun(source: Path, into: Path, data: Path | None, rescore: bool, engine: str | None) -> None:
    """从归档复测，逐项比较 / Run again from an archive and compare line by line."""
    from harness.cli.progress import Bars
    from harness.pipeline import keeping

    if rescore:
        found = keeping.rescore(source, into, data)
    else:
        with Bars() as bars:
            found = keeping.rerun(source, into, data, sandbox_of(engine), bars)
    _conclude(
        found,
        "复算一致，逐字节相同" if rescore else "复测一致",
        "rescored to the same bytes" if rescore else "rerun agrees",
    )


@click.command()
@click.argument("first", type=FOLDER)
@click.argument("second", type=FOLDER)
@speaks
def compare(first: Path, second: Path) -> None:
    """比较两次评测的得分和排名 / Compare the results of two workspaces."""
    from harness.pipeline import keeping

    _conclude(keeping.compare(first, second), "两次评测一致", "the two evaluations agree")


@click.command()
@ENGINE
@speaks
def doctor(engine: str | None) -> None:
    """检查本机能达到的沙箱等级，给出原因和办法 / Which sandbox tier this machine reaches, and why.

    退出码 0：可用于正式榜单（A 级）；2：不可。/ Exit code 0: good for an official board (tier A); 2: not.
    """
    from harness.execution.canary import run_canaries
    from harness.execution.engines import engines
    from harness.pipeline.room import room_of

    sandbox = sandbox_of(engine)
    say(f"沙箱等级 {sandbox.tier}", f"sandbox tier {sandbox.tier}")
    canaries = run_canaries(sandbox)
    for canary in canaries:
        click.echo(f"  {'✓' if canary.stopped else '✕'} {canary.zh} / {canary.en}")
    room = room_of(sandbox)
    say(
        f"可用：{room.cores} 个核，{room.memory / 1024**3:.1f} GiB 内存",
        f"there is room for runs on {room.cores} cores, in {room.memory / 1024**3:.1f} GiB of memory",
    )
    for found in engines():
        say(f"{found.name}：{found.zh}", f"{found.name}: {found.en}")
    if sandbox.causes:
        report(sandbox.causes)
    if sandbox.tier == "A" and all(canary.stopped for canary in canaries):
        say("✓ 可用于正式榜单", "Good for an official board.")
        return
    say(
        "✕ 不能用于正式榜单：正式榜单要求 A 级，且全部自检攻击被拦住",
        "Not good for an official board, which demands tier A with every attack stopped.",
    )
    sys.exit(Exit.PROBLEMS)


def _conclude(found: Sequence[Difference], zh: str, en: str) -> None:
    if not found:
        say(f"✓ {zh}", en)
        return
    for difference in found[:SHOWN]:
        click.echo(f"≠ {difference.where}: {difference.first} → {difference.second}")
    say(
        f"共 {len(found)} 处不同，已列出前 {min(SHOWN, len(found))} 处",
        f"{len(found)} differences, the first {min(SHOWN, len(found))} shown",
    )
    sys.exit(Exit.DIFFERS)


VERBS = (archive, verify, rerun, compare, doctor)
