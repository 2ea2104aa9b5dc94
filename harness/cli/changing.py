"""Verbs that answer objections and change results, always by a new version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.grouped import Grouped
from harness.cli.rooms import BY, FOLDER, open_room
from harness.cli.speech import as_json, say, speaks
from harness.problems import as_typed


@click.group(cls=Grouped)
def objection() -> None:
    """异议：实名提出、限期答复 / Objections: in a real name, answered in time."""


@objection.command("add")
@click.argument("workspace", type=FOLDER)
@click.option("--candidate", required=True, metavar="ID", help="涉及的参评对象 / whom it concerns")
@click.option("--name", required=True, help="实名 / the real name of who objects")
@click.option("--ground", required=True, help="理由 / the ground")
@click.option("--contact", default="", help="联系方式 / how to reach them")
@click.option("--evidence", type=FOLDER, multiple=True, help="证据文件 / a file of evidence")
@click.option("--received", metavar="DATE", help="收到日期，默认今天 / day of receipt")
@click.option("--published", metavar="DATE", help="公示起始日 / first day of publicity")
@BY
@speaks
def objection_add(
    workspace: Path,
    candidate: str,
    name: str,
    ground: str,
    contact: str,
    evidence: tuple[Path, ...],
    received: str | None,
    published: str | None,
    by: str,
) -> None:
    """登记异议，算出答复期限 / Keep an objection with the day to answer by."""
    from harness.pipeline.objections import Raised, add

    raised = Raised(
        candidate=candidate,
        name=name,
        ground=ground,
        contact=contact,
        evidence=evidence,
        received=received,
        published=published,
    )
    record = add(open_room(workspace), raised, actor=by)
    late_zh, late_en = ("（逾期提出）", " (raised too late)") if record["late"] else ("", "")
    say(
        f"✓ {record['id']} 已登记{late_zh}，{record['deadline']} 前答复",
        f"{record['id']} kept{late_en}; answer by {record['deadline']}",
    )


@objection.command("decide")
@click.argument("workspace", type=FOLDER)
@click.argument("identity", metavar="ID")
@click.option("--admitted/--not-admitted", required=True, help="受理 / 不予受理")
@click.option("--outcome", help="maintained 维持 | corrected 更正 | revoked 撤销")
@click.option("--reason", required=True, help="理由 / why")
@click.option("--by", required=True, help="经办人 / who decides")
@click.option("--decided", metavar="DATE", help="处理日期，默认今天 / the day")
@speaks
def objection_decide(
    workspace: Path,
    identity: str,
    admitted: bool,
    outcome: str | None,
    reason: str,
    by: str,
    decided: str | None,
) -> None:
    """处理异议：受理与否、结果、理由 / Decide an objection."""
    from harness.pipeline.objections import Decision, decide

    decision = Decision(admitted=admitted, outcome=outcome, reason=reason, by=by, decided=decided)
    record = decide(open_room(workspace), identity, decision)
    say(f"✓ {record['id']} 已处理", f"{record['id']} decided")
    if outcome in ("corrected", "revoked"):
        verb = f"jiebang revise {as_typed(workspace)} --objection {identity} --reason"
        say(
            f"  下一步，生成新的结果版本：{verb} 理由（或 withdraw、gate）",
            f"Next, a new version of the results: {verb} REASON (or withdraw, gate)",
        )


@objection.command("list")
@click.argument("workspace", type=FOLDER)
@click.option("--json", "machine", is_flag=True, help="输出机器可读记录 / records for machines")
@speaks
def objection_list(workspace: Path, machine: bool) -> None:
    """列出全部异议和期限 / List all objections with their deadlines."""
    from harness.pipeline.days import today
    from harness.pipeline.objections import in_words, listed

    records = listed(open_room(workspace))
    if machine:
        as_json(records)
        return
    for record in records:
        click.echo(in_words(record, today()))
    say(f"共 {len(records)} 件异议", f"{len(records)} objections")


REASON = click.option("--reason", required=True, help="理由 / why")
OBJECTION = click.option("--objection", metavar="ID", help="所依据的异议 / the objection behind it")


@click.command()
@click.argument("workspace", type=FOLDER)
@click.argument("candidate")
@REASON
@OBJECTION
@BY
@speaks
def withdraw(workspace: Path, candidate: str, reason: str, objection: str | None, by: str) -> None:
    """撤回参评对象，生成新的结果版本 / Take a candidate out: a new version of the results."""
    from harness.pipeline.revising import Reason, withdraw

    told = Reason(reason=reason, by=by, objection=objection)
    _changed(workspace, withdraw(open_room(workspace), candidate, told))


@click.command()
@click.argument("workspace", type=FOLDER)
@click.argument("candidate")
@click.option("--gate", required=True, help="未通过的门槛 / the gate that is failed")
@click.option(
    "--lift",
    is_flag=True,
    help="撤销先前的认定，恢复参评 / undo it: the candidate takes part again",
)
@REASON
@OBJECTION
@BY
@speaks
def gate(
    workspace: Path,
    candidate: str,
    gate: str,
    lift: bool,
    reason: str,
    objection: str | None,
    by: str,
) -> None:
    """计分之后查明未通过门槛，或撤销该认定，生成新的结果版本 / A gate failed late, or lifted."""
    from harness.pipeline.revising import Reason, fail_gate, lift_gate

    told = Reason(reason=reason, by=by, objection=objection)
    change = lift_gate if lift else fail_gate
    _changed(workspace, change(open_room(workspace), candidate, gate, told))


@click.command()
@click.argument("workspace", type=FOLDER)
@REASON
@OBJECTION
@BY
@speaks
def revise(workspace: Path, reason: str, objection: str | None, by: str) -> None:
    """更正后重新计分排名，生成新的结果版本 / Score and rank again as a new version."""
    from harness.pipeline.revising import Reason, correct

    told = Reason(reason=reason, by=by, objection=objection)
    _changed(workspace, correct(open_room(workspace), told))


def _changed(workspace: Path, difference: dict[str, Any]) -> None:
    from harness.pipeline.differences import readable

    click.echo(readable(difference))
    if difference["reopened"]:
        verb = f"jiebang settle list {as_typed(workspace)}"
        say(f"! 名额线须重新处理的任务见 {verb}", f"Lines to be settled anew: {verb}")
    say(
        f"✓ 结果第 {difference['to']} 版生效，旧版保留。下一步：jiebang report {as_typed(workspace)}",
        f"Version {difference['to']} is in force, the old one kept. Next: jiebang report {as_typed(workspace)}",
    )


VERBS = (objection, withdraw, gate, revise)
