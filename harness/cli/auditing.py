"""The verb of those who ask whether data are good enough to rank on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.speech import as_json, say, speaks, visible

MARKS = {"serious": "✕", "warning": "!", "note": "·"}


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--json", "machine", is_flag=True, help="输出机器可读记录 / print records for machines"
)
@speaks
def audit(path: Path, machine: bool) -> None:
    """数据够不够好：重复、泄漏、均衡、简单方法能得多少分、许可与个人信息 / Whether data are good enough to rank on.

    PATH 是数据集、榜单或工作区目录；审计工作区时结果留作报告之用。
    A dataset, a board, or a workspace, which keeps the audits for its report.
    """
    from harness.pipeline.auditing import audit_path

    found = audit_path(path)
    if machine:
        as_json(found)
        return
    for record in found:
        _print(record)


def _print(record: dict[str, Any]) -> None:
    names = " ".join([record["dataset"], *record["items"]])
    clusters = record["clusters"]
    groups_zh = "样本相互独立" if clusters is None else f"{clusters} 个独立单元"
    groups_en = "independent samples" if clusters is None else f"{clusters} clusters"
    say(
        f"■ {visible(record['title']['zh'])}（{names}）：{record['samples']} 个样本，{groups_zh}",
        f"{visible(record['title']['en'])}: {record['samples']} samples, {groups_en}",
    )
    for line in record["summary"]:
        for language in ("zh", "en"):
            label, text = line["label"][language], line["text"][language]
            click.echo(f"    {label}: {visible(text)}")
    for finding in record["findings"]:
        click.echo(f"  {MARKS[finding['weight']]} {visible(finding['zh'])}")
        click.echo(f"      {visible(finding['en'])}")
    click.echo()


VERBS = (audit,)
