"""Changes of results, each with its reason: a new version beside the old one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from harness.canonical import readable_json
from harness.clock import now
from harness.durable import write_atomically
from harness.pipeline import objections, ordering, stages
from harness.pipeline.changes import (
    CHANGE,
    DIFFERENCE,
    READABLE,
    gates_failed_late,
    withdrawn_until,
)
from harness.pipeline.differences import difference_between, readable
from harness.pipeline.noting import append, following, held, hold, note, note_made
from harness.pipeline.traces import RANKING, SCORES, change_body
from harness.pipeline.trail import ACCEPTED, JUDGED, RULES
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace

SCHEMA = "jiebang/change/1"


@dataclass(frozen=True, slots=True)
class Draft(Workspace):
    """A workspace whose results go to a version that is not in force yet."""

    number: int

    def current_version(self) -> int:
        """The version that is being made."""
        return self.number


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why results change: the ground, who decided, and the objection that led there."""

    reason: str
    by: str
    objection: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What changes: a candidate leaves or fails a gate late, or everything is made again.

    ``lifts`` is the number of the change by which the gate was failed, where that is undone.
    """

    kind: str
    candidate: str | None = None
    gate: str | None = None
    lifts: int | None = None


def withdraw(workspace: Workspace, candidate: str, reason: Reason) -> dict[str, Any]:
    """Take a candidate out; everyone else's points and order stay. Returns the difference.

    Raises
    ------
    Refusal
        No such candidate, withdrawn already, a reason left out, or something that is to be ranked
        first.
    """
    _hold(workspace)
    if candidate in withdrawn_until(workspace, workspace.current_version()):
        raise Refusal([Problem("E7502", candidate)])
    change = Change(kind="withdrawal", candidate=candidate)
    return _revise(workspace, change, reason, _faults(workspace, change, reason))


def fail_gate(workspace: Workspace, candidate: str, gate: str, reason: Reason) -> dict[str, Any]:
    """Let a candidate fail a gate after scoring; it stays in the record, unranked.

    Raises
    ------
    Refusal
        No such candidate, or one that withdrew; no name of a gate, or one that it fails already;
        a reason or a name left out; or something that is to be ranked first.
    """
    _hold(workspace)
    change = Change(kind="gate", candidate=candidate, gate=gate.strip())
    problems = [*_faults(workspace, change, reason), *_gate_faults(workspace, change)]
    if _failed(workspace, change) is not None:
        problems.append(Problem("E7506", candidate, gate.strip()))
    return _revise(workspace, change, reason, problems)


def lift_gate(workspace: Workspace, candidate: str, gate: str, reason: Reason) -> dict[str, Any]:
    """Undo a gate that was failed after scoring: the candidate takes part again, both records stay.

    Raises
    ------
    Refusal
        No such candidate, or one that withdrew; a gate that it does not fail late; a reason or a
        name left out; or something that is to be ranked first.
    """
    _hold(workspace)
    change = Change(kind="gate", candidate=candidate, gate=gate.strip())
    problems = [*_faults(workspace, change, reason), *_gate_faults(workspace, change)]
    lifts = _failed(workspace, change)
    if lifts is None:
        problems.append(Problem("E7507", candidate, gate.strip()))
    return _revise(workspace, replace(change, lifts=lifts), reason, problems)


def correct(workspace: Workspace, reason: Reason) -> dict[str, Any]:
    """Score and rank again from what lies in the workspace now, such as corrected sheets."""
    _hold(workspace)
    change = Change(kind="correction")
    return _revise(workspace, change, reason, _faults(workspace, change, reason))


def _hold(workspace: Workspace) -> None:
    """Refuse a change of results whose records are not whole: the version in force is kept."""
    hold(workspace, *RULES, *ACCEPTED, *JUDGED, SCORES, RANKING)


def _not_ranked(workspace: Workspace) -> Iterator[Problem]:
    """Report items whose ranking would be another if it were made from what lies there now.

    A change would otherwise take along what has nothing to do with its reason.
    """
    folder = workspace.current() / RANKING
    try:
        made = ordering.order(workspace).files()
    except Refusal as refused:
        yield from (Problem("E7510", one.where) for one in refused.problems if one.code == "E7553")
        yield from (one for one in refused.problems if one.code != "E7553")
        return
    kept = {path.relative_to(folder).as_posix(): path for path in folder.glob("*/*.json")}
    for name in sorted({*kept, *(name for name in made if "/" in name)}):
        if name not in kept or kept[name].read_bytes() != made.get(name):
            yield Problem("E7510", Path(name).stem)


def _faults(workspace: Workspace, change: Change, reason: Reason) -> Iterator[Problem]:
    """Report what any change of results wants and lacks."""
    if not reason.reason.strip():
        yield Problem("E7503", workspace.root.name)
    if not reason.by.strip():
        yield Problem("E7508", workspace.root.name)
    if change.candidate is not None and change.candidate not in workspace.candidates():
        yield Problem("E7504", change.candidate)
    if not (workspace.current() / "ranking").is_dir():
        yield Problem("E9007", str(workspace.root), "ranking/")
    if reason.objection is not None:
        yield from objections.no_ground(workspace, reason.objection, change.candidate)


def _gate_faults(workspace: Workspace, change: Change) -> Iterator[Problem]:
    """Report a gate without a name, and a candidate that has left."""
    if change.candidate in withdrawn_until(workspace, workspace.current_version()):
        yield Problem("E7505", str(change.candidate))
    if not change.gate:
        yield Problem("E7509", str(change.candidate))


def _failed(workspace: Workspace, change: Change) -> int | None:
    """The number of the change by which a candidate fails a gate, if it does."""
    failed = gates_failed_late(workspace, workspace.current_version())
    same = (one for one in failed if one["candidate"] == change.candidate)
    return next((one["number"] for one in same if one["gate"] == change.gate), None)


def _revise(
    workspace: Workspace, change: Change, reason: Reason, problems: Iterable[Problem]
) -> dict[str, Any]:
    """Make a new version and put it in force, or refuse with the problems found."""
    if found := list(problems):
        raise Refusal(found)
    if change.kind != "correction" and (found := list(_not_ranked(workspace))):
        raise Refusal(found)
    before = workspace.current()
    version = workspace.current_version() + 1
    draft = Draft(workspace.root, version)
    told = {
        "schema": SCHEMA,
        "number": version - 1,
        "version": version,
        **asdict(change),
        "reason": reason.reason,
        "by": reason.by,
        "time": now(),
        "objection": reason.objection,
    }
    # What a crash left of a version that never came into force is no record.
    shutil.rmtree(draft.current(), ignore_errors=True)
    write_atomically(draft.current() / CHANGE, readable_json(told))
    if change.kind == "correction":
        stages.score(draft)
    else:
        shutil.copytree(before / "scores", draft.current() / "scores")
        note(draft, SCORES)
    if (before / "settling").is_dir():
        shutil.copytree(before / "settling", draft.current() / "settling")
    note_made(draft, RANKING, ordering.order(draft).files())
    difference = difference_between(before, draft.current(), told)
    write_atomically(draft.current() / DIFFERENCE, readable_json(difference))
    write_atomically(draft.current() / READABLE, readable(difference).encode())
    with held(workspace) as ledger:
        body = change_body(draft.current())
        with following(workspace.results / "current", f"{version:03d}\n".encode(), body):
            append(workspace, ledger, "change", draft.current().name, body, actor=reason.by)
    return difference


PROBLEMS = (
    Explanation(
        "E7502",
        "{where}：该参评对象已撤回。无需重复撤回；如需查看，请运行 jiebang report。",
        "{where}: withdrawn already. Nothing is to be done; run `jiebang report` to see it.",
    ),
    Explanation(
        "E7503",
        "{where}：没有写理由。变更结果必须写明理由：--reason 理由。",
        "{where}: no reason given. A change of results needs one: --reason REASON.",
    ),
    Explanation(
        "E7504",
        "{where}：没有这个参评对象。请写 intake 给出的编号，如 C001。",
        "{where}: no such candidate. Write the id given at intake, such as C001.",
    ),
    Explanation(
        "E7505",
        "{where}：该参评对象已撤回，不再核验门槛。请核对编号。",
        "{where}: the candidate has withdrawn, and no gate applies to it. Check the id.",
    ),
    Explanation(
        "E7506",
        "{where}：门槛“{found}”已记为未通过。如需撤销，请写 jiebang gate 工作区 {where} --gate {found} --lift --reason 理由。",
        "{where}: the gate '{found}' is failed already. To undo it, run `jiebang gate WORKSPACE {where} --gate {found} --lift --reason REASON`.",
    ),
    Explanation(
        "E7507",
        "{where}：计分之后没有记过门槛“{found}”未通过，无可撤销。请照 change.json 或报告中的名称填写。",
        "{where}: no gate '{found}' was failed after scoring, so that nothing can be lifted. Write its name as in change.json or the report.",
    ),
    Explanation(
        "E7508",
        "{where}：没有写经办人。变更结果须写明：--by 姓名。",
        "{where}: nobody is named who decided. A change of results needs one: --by NAME.",
    ),
    Explanation(
        "E7509",
        "{where}：没有写门槛名称。请写：--gate 名称。",
        "{where}: the gate has no name. Write: --gate NAME.",
    ),
    Explanation(
        "E7510",
        "{where}：打分表、名册、得分、规则、名额线上的步骤或程序版本在排名之后有变，现在排名会得出另外的结果；这些不应并入撤回或门槛的变更。请先运行 jiebang rank；名额线上已作过处理的，运行 jiebang revise --reason 理由；发出的打分表尚未收回的，先收回。",
        "{where}: sheets, roster, scores, rules, steps at the line or the program have changed since it was ranked, and ranking now gives another result, which is no part of a withdrawal or a gate. Run `jiebang rank` first, or `jiebang revise --reason REASON` where a step was taken at the line; take in the sheets that are still out.",
    ),
)
