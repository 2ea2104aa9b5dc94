"""Verbs of those who write declarations: applicants at home, organizers at the board."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from harness.cli.rooms import FOLDER
from harness.cli.speech import Exit, as_json, report, say, speaks
from harness.cli.tables import every_explanation, explanations
from harness.problems import Refusal, as_typed

P = ParamSpec("P")
R = TypeVar("R")


def light(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb that calculates nothing start at once: no thread a core for linear algebra."""

    @functools.wraps(verb)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        return verb(*args, **kwargs)

    return wrapped


@click.command()
@click.argument("kind", type=click.Choice(["board", "package", "scenario"]))
@click.argument("folder", type=FOLDER)
@speaks
def new(kind: str, folder: Path) -> None:
    """新建带注释的模板 / Write a commented template that passes `check`."""
    from harness.templates import write_template

    for path in write_template(kind, folder):
        click.echo(f"  {path}")
    say(
        f"模板已写好。请修改后运行：jiebang check {as_typed(folder)}",
        f"The template is written. Edit it, then run: jiebang check {as_typed(folder)}",
    )


@click.command()
@click.argument("path", type=FOLDER)
@click.option(
    "--board", type=FOLDER, help="榜单目录 / the board's folder, to check a package against"
)
@click.option(
    "--json", "machine", is_flag=True, help="输出机器可读记录 / print records for machines"
)
@light
@speaks
def check(path: Path, board: Path | None, machine: bool) -> None:
    """检查榜单、数据集、申报包或其 zip，一次列出全部问题 / Check a declaration, all problems at once."""
    from harness.inspection import inspect

    try:
        facts = inspect(path, board)
    except Refusal as refusal:
        report(refusal.problems, machine=machine)
        sys.exit(Exit.PROBLEMS)
    if machine:
        report(facts.advice, machine=True)
        return
    say(f"✓ 通过检查：{facts.zh}", f"Passed: {facts.en}")
    if facts.advice:
        say(
            "提醒（不影响通过检查，但关系到得分）：",
            "Advice (passing does not depend on it, points do):",
        )
        report(facts.advice)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("-o", "--out", type=FOLDER, help="输出文件 / the zip to write")
@click.option("--board", type=FOLDER, help="榜单目录 / the board's folder")
@light
@speaks
def pack(folder: Path, out: Path | None, board: Path | None) -> None:
    """检查并打包申报材料，给出包编号 / Check and pack a package; prints its id."""
    from harness.inspection import inspect
    from harness.intake.packing import pack as pack_folder

    inspect(folder / "package.yaml", board)
    target = out or folder.resolve().parent / f"{folder.resolve().name}.zip"
    identity = pack_folder(folder, target)
    say(
        f"✓ 已打包 {target}\n  包编号 {identity.id}\n  {len(identity.files)} 个文件，{identity.size} 字节",
        f"Packed {target}: {len(identity.files)} files, {identity.size} bytes",
    )


@click.command()
@click.argument("kind", type=click.Choice(["board", "dataset", "package"]))
def schema(kind: str) -> None:
    """打印 JSON Schema，供编辑器补全和检查 / Print the JSON Schema of a kind for editors."""
    from harness import board, dataset, package
    from harness.structure import json_schema

    module = {"board": board, "dataset": dataset, "package": package}[kind]
    as_json(json_schema(module.READER, module.SCHEMA, f"jiebang {kind}"))


@click.command()
@click.argument("codes", nargs=-1, required=True)
@light
def explain(codes: tuple[str, ...]) -> None:
    """解释问题代码 / Explain problem codes."""
    known = explanations(code.upper() for code in codes)
    for code in codes:
        entry = known.get(code.upper())
        if entry is None:
            near = ", ".join(get_close_matches(code.upper(), sorted(every_explanation()), 3, 0))
            say(
                f"{code}：没有这个代码。代码如 {near}…",
                f"{code}: no such code; codes look like {near}…",
            )
            sys.exit(Exit.PROBLEMS)
        click.echo(f"{entry.code}\n  {_blank(entry.zh)}\n  {_blank(entry.en)}")


def _blank(sentence: str) -> str:
    """Show a sentence with its gaps as dots."""

    class Gaps(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return "…"

    return sentence.format_map(Gaps())


SIDES = {
    "both": ("", ""),
    "found": ("；只看找没找到", "; sees only what is found"),
    "touched": ("；只看期间报没报过", "; sees only whether there was a claim at some time"),
    "claimed": ("；只看报得对不对", "; sees only what is claimed"),
    "given": ("；只看答没答", "; sees only whether there is an answer"),
}


@click.command()
@click.argument("word", required=False)
@click.option("--task", help="只列出一种任务 / only one task")
@click.option(
    "--json", "machine", is_flag=True, help="输出机器可读记录 / print records for machines"
)
@light
@speaks
def metrics(word: str | None, task: str | None, machine: bool) -> None:
    """列出指标：口径、方向、示例；WORD 可写“漏检率”等名称 / List metrics with formula, direction, example."""
    from scoring import catalog

    known = catalog.meanings(word) if word else catalog.every_metric().values()
    chosen = [m for m in known if task is None or task in m.task]
    if not chosen and not machine:
        tasks = ", ".join(
            sorted({name for m in catalog.every_metric().values() for name in m.task})
        )
        say(f"没有这样的指标。任务有：{tasks}", f"No such metric. The tasks are: {tasks}")
        sys.exit(Exit.PROBLEMS)
    if machine:
        as_json(
            [
                {
                    "name": m.name,
                    "task": list(m.task),
                    "better": m.better,
                    "zh": m.zh,
                    "en": m.en,
                    "formula_zh": m.formula_zh,
                    "formula_en": m.formula_en,
                    "example": m.example,
                    "level": m.level,
                    "by_sample": m.of_one,
                    "deletion_safe": m.deletion_safe,
                    "informs_only": not m.rewards_right,
                    "sees": m.sees,
                    "clause": m.clause,
                    "reference": m.reference,
                }
                for m in chosen
            ]
        )
        return
    for m in chosen:
        arrow_zh, arrow_en = (
            ("越高越好", "higher is better")
            if m.better == "higher"
            else ("越低越好", "lower is better")
        )
        clause = f"  {m.clause}" if m.clause else ""
        click.echo(f"{m.example}  [{', '.join(m.task)}]{clause}")
        side_zh, side_en = SIDES[m.sees]
        click.echo(f"  {m.zh}（{arrow_zh}{side_zh}）：{m.formula_zh}")
        click.echo(f"  {m.en} ({arrow_en}{side_en}): {m.formula_en}\n")


VERBS = (new, check, pack, schema, explain, metrics)
