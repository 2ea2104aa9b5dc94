"""Who moved between two versions of the results, and why, as data and as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.pipeline.band import COMMITTEE, name_of
from harness.pipeline.causes import Sides
from harness.workspace import read_json
from reports.caps import outcome_of
from reports.catalogue import LOCALES, words
from reports.dates import moment

SCHEMA = "jiebang/difference/1"
TOLD = ("rank", "total", "proposal", "decision")
AGAIN = {
    "lapsed": (
        "名额线须重新处理",
        "原来的处理和决定不再适用",
        "its line is to be settled anew",
        "what was done no longer applies",
    ),
    "overtaken": (
        "决定须由评审委员会重新确认",
        "依此的建议与决定时不同",
        "the committee is to confirm its decision or decide anew",
        "the proposal is not the one that it decided on",
    ),
}
"""What is to be done again at an item's line, and why, in Chinese and English."""


def difference_between(before: Path, after: Path, change: Mapping[str, Any]) -> dict[str, Any]:
    """Who moved between two versions of the results, and why; whoever is in one alone has moved.

    Whoever was selected by a decision that no longer applies has moved, even where the same is
    proposed again.
    """
    rankings = _rankings(before)
    sides = Sides(
        before=rankings,
        after=_rankings(after),
        change=change,
        recorded={item: _recorded(before, ranking) for item, ranking in rankings.items()},
    )
    first, second = _standing(sides.before), _standing(sides.after)
    moved = []
    for name in sorted({*first, *second}):
        one, other = first.get(name), second.get(name)
        if one and other and _seen(one) == _seen(other):
            continue
        moved.append(
            {
                "candidate": name,
                "item": (other or one or {})["item"],
                **{key: [side and side[key] for side in (one, other)] for key in TOLD},
                "why": sides.why(name, one, other),
            }
        )
    lapsed, overtaken = sides.lapsed(), sides.overtaken()
    return {
        "schema": SCHEMA,
        "from": change["version"] - 1,
        "to": change["version"],
        "change": dict(change),
        "moved": moved,
        "unchanged": len(second.keys() - {one["candidate"] for one in moved}),
        "lapsed": [{"item": item, "why": sides.cause(item)} for item in lapsed],
        "overtaken": [{"item": item, "why": sides.cause(item)} for item in overtaken],
        "reopened": sorted({*lapsed, *overtaken}),
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
        sides = list(zip(one["proposal"], one["decision"], strict=True))
        zh, en = (_both([_outcome(loc, *side) for side in sides]) for loc in LOCALES)
        lines += [
            f"{one['item']} {one['candidate']}  名次 {rank}  总分 {total}  {zh}",
            f"    {one['why']['zh']}",
            f"    rank {rank}, total {total}, {en}: {one['why']['en']}",
        ]
    for kind, (zh, zh_end, en, en_end) in AGAIN.items():
        for one in difference[kind]:
            lines += [
                f"{one['item']}  {zh}：{one['why']['zh']}，{zh_end}",
                f"    {one['item']}: {en}: {one['why']['en']}, so that {en_end}",
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


def _outcome(locale: str, proposal: str | None, decision: str | None) -> str | None:
    kind, outcome = ("decision", decision) if decision else ("proposal", proposal)
    return outcome and words(locale).or_text(kind, outcome)


def _recorded(version: Path, ranking: Mapping[str, Any]) -> dict[str, str | None]:
    """The steps that were taken for an item in a version, whether it was ranked with them or not."""
    kept = (read_json(path) for path in sorted(version.glob(f"settling/{ranking['item']}/*.json")))
    own = {one["step"]: name_of(one) for one in kept if one["version"] == ranking["version"]}
    return own | dict.fromkeys(own.keys() & {COMMITTEE})


def _rankings(version: Path) -> dict[str, dict[str, Any]]:
    """The rankings of a version, by item."""
    rankings = [read_json(path) for path in sorted((version / "ranking").glob("*/*.json"))]
    return {ranking["item"]: ranking for ranking in rankings}


def _standing(rankings: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Where each candidate stands in a version, in short."""
    found: dict[str, dict[str, Any]] = {}
    for item, ranking in rankings.items():
        for row in ranking["rows"]:
            told = {key: row[key] for key in TOLD}
            found[row["candidate"]] = {"item": item, **told}
        for kind, entries in (
            ("ineligible", ranking["ineligible"]),
            ("withdrawn", ranking.get("withdrawn", ())),
        ):
            for entry in entries:
                gone = {"rank": None, "total": None, "proposal": kind, "decision": None}
                found[entry["candidate"]] = {"item": item, **gone}
    return found


def _seen(standing: Mapping[str, Any]) -> tuple[Any, ...]:
    """What of a standing makes its candidate one that moved when it changes."""
    return (
        *(standing[key] for key in ("rank", "total", "proposal")),
        outcome_of(standing),
        standing["decision"] == "selected",
    )
