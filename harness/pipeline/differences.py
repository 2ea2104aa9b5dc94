"""Who moved between two versions of the results, and why, as data and as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.workspace import read_json
from reports.catalogue import LOCALES, words
from reports.dates import moment

SCHEMA = "jiebang/difference/1"
WITHDRAWN = {"zh-CN": "已撤回", "en": "withdrawn"}


def difference_between(before: Path, after: Path, change: Mapping[str, Any]) -> dict[str, Any]:
    """Who moved between two versions of the results, and why."""
    first, second = _standing(before), _standing(after)
    moved = []
    for name in sorted({*first, *second}):
        one, other = first.get(name), second.get(name)
        if one == other or one is None or other is None:
            continue
        moved.append(
            {
                "candidate": name,
                "item": other["item"],
                "rank": [one["rank"], other["rank"]],
                "total": [one["total"], other["total"]],
                "proposal": [one["proposal"], other["proposal"]],
                "why": _why(name, one, other, change),
            }
        )
    return {
        "schema": SCHEMA,
        "from": change["version"] - 1,
        "to": change["version"],
        "change": dict(change),
        "moved": moved,
        "unchanged": len(second) - len(moved),
        "reopened": sorted(_settled_items(before) - _settled_items(after)),
    }


def readable(difference: Mapping[str, Any]) -> str:
    """A difference as people read it, Chinese first."""
    change = difference["change"]
    told = f"{change['reason']}（{change['by']}，{moment(change['time'], words('zh-CN'))}）"
    lines = [
        f"结果第 {difference['to']} 版与第 {difference['from']} 版的差异 / "
        f"Version {difference['to']} against {difference['from']}",
        f"缘由 / Why：{told}",
        *_lifted(change),
        "",
    ]
    for one in difference["moved"]:
        rank, total = _both(one["rank"]), _both(one["total"])
        zh, en = (_both([_outcome(loc, what) for what in one["proposal"]]) for loc in LOCALES)
        lines += [
            f"{one['item']} {one['candidate']}  名次 {rank}  总分 {total}  {zh}",
            f"    {one['why']['zh']}",
            f"    rank {rank}, total {total}, {en}: {one['why']['en']}",
        ]
    for item in difference["reopened"]:
        lines += [
            f"{item}  名额线须重新处理：参评对象或总分已变，原来的处理和决定不再适用",
            f"    {item}: its line is to be settled anew, since candidates or totals have changed",
        ]
    rest = difference["unchanged"]
    if difference["moved"]:
        lines += ["", f"其余 {rest} 个不变 / the other {rest} unchanged", ""]
    else:
        lines += [f"{rest} 个参评对象均无变动 / nothing changes for any of {rest}", ""]
    return "\n".join(lines)


def _lifted(change: Mapping[str, Any]) -> Iterator[str]:
    """Which failed gate a change lifts, said even where another one keeps the candidate out."""
    if change.get("lifts") is not None:
        who, gate, number = change["candidate"], change["gate"], change["lifts"]
        yield f"{who}  撤销第 {number} 次变更：门槛“{gate}”不再记为未通过"
        yield f"    change {number} is lifted: {who} no longer fails the gate '{gate}'"


def _both(sides: Sequence[object]) -> str:
    """What was and what is, or the one where nothing changed."""
    return " → ".join("–" if one is None else str(one) for one in dict.fromkeys(sides))


def _outcome(locale: str, outcome: str | None) -> str | None:
    if outcome == "withdrawn":
        return WITHDRAWN[locale]
    return outcome and words(locale).or_text("proposal", outcome)


def _standing(version: Path) -> dict[str, dict[str, Any]]:
    """Where each candidate stands in a version, in short."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((version / "ranking").glob("*/*.json")):
        ranking = read_json(path)
        item = ranking["item"]
        for row in ranking["rows"]:
            found[row["candidate"]] = {
                "item": item,
                "rank": row["rank"],
                "total": row["total"],
                "proposal": row["proposal"],
            }
        for kind, entries in (
            ("ineligible", ranking["ineligible"]),
            ("withdrawn", ranking.get("withdrawn", ())),
        ):
            for entry in entries:
                place = {"item": item, "rank": None, "total": None, "proposal": kind}
                found[entry["candidate"]] = place
    return found


def _settled_items(version: Path) -> set[str]:
    """The items of a version on whose line some step was taken."""
    rankings = [read_json(path) for path in (version / "ranking").glob("*/*.json")]
    return {
        ranking["item"]
        for ranking in rankings
        if any(step["digest"] for step in ranking["settling"]["steps"])
    }


def _why(
    name: str, one: Mapping[str, Any], other: Mapping[str, Any], change: Mapping[str, Any]
) -> dict[str, str]:
    if name == change["candidate"]:
        if change["kind"] == "withdrawal":
            return {
                "zh": f"申报单位撤回：{change['reason']}",
                "en": f"withdrawn: {change['reason']}",
            }
        if change.get("lifts") is not None:
            return {
                "zh": f"撤销门槛“{change['gate']}”未通过的认定，恢复参评：{change['reason']}",
                "en": f"the failed gate '{change['gate']}' is lifted: {change['reason']}",
            }
        return {
            "zh": f"门槛“{change['gate']}”未通过：{change['reason']}",
            "en": f"failed the gate '{change['gate']}': {change['reason']}",
        }
    if one["total"] != other["total"]:
        return {
            "zh": f"总分由 {one['total']} 更正为 {other['total']}：{change['reason']}",
            "en": f"total corrected from {one['total']} to {other['total']}: {change['reason']}",
        }
    cause = change["candidate"]
    if cause is None:
        return {
            "zh": "自身总分未变，因他人总分更正而变动",
            "en": "its own total stands; others' totals were corrected",
        }
    if change.get("lifts") is not None:
        return {
            "zh": f"自身总分未变，因 {cause} 恢复参评而变动",
            "en": f"its own total stands; {cause} takes part again",
        }
    return {
        "zh": f"自身总分未变，因 {cause} 退出排名而变动",
        "en": f"its own total stands; {cause} left the ranking",
    }
