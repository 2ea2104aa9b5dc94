"""Objections: raised in a real name, answered within working days, kept with their outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from harness.board import Objections, read_board
from harness.canonical import file_digest
from harness.clock import now
from harness.lock import locked
from harness.normal_forms import normalized
from harness.package import read_package
from harness.pipeline.changes import changes_until
from harness.pipeline.days import as_day, today
from harness.pipeline.noting import held, hold, put
from harness.pipeline.trail import check
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json

SCHEMA = "jiebang/objection/2"
OUTCOMES = ("maintained", "corrected", "revoked")
SATURDAY = 5
ID = re.compile(r"O[0-9]{3,}")
NAMELESS = (
    *("匿名", "匿名者", "匿名人", "匿名人士", "匿名群众", "匿名用户", "某人", "某某", "佚名"),
    *("无", "无名", "无名氏", "不详", "不愿透露", "anonymous", "anon", "n/a", "none", "unknown"),
)
"""What stands for a name where none is given, in NFKC, lower case, without blanks and marks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Raised:
    """An objection as it comes in.

    ``received`` and ``published`` are days; from the latter the period for objections runs.
    """

    candidate: str
    name: str
    ground: str
    contact: str = ""
    evidence: Sequence[Path] = ()
    received: str | None = None
    published: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What was decided: taken up or not (受理/不予受理), and with what outcome."""

    admitted: bool
    outcome: str | None
    reason: str
    by: str
    decided: str | None = None


def add(workspace: Workspace, raised: Raised, *, actor: str = "organizer") -> dict[str, Any]:
    """Keep an objection with the digests of its evidence and the day to answer by.

    Raises
    ------
    Refusal
        Everything that is missing or wrong: name, ground, candidate, evidence, days; or a board
        that is not the one that was locked, which says by when to answer.
    """
    locked(workspace)
    problems = list(_faults(workspace, raised))
    if problems:
        raise Refusal(problems)
    rules = read_board(workspace.board).objections
    received = raised.received or today()
    late = None
    if raised.published is not None:
        late = received > working_days_after(raised.published, rules.within, rules)
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "candidate": raised.candidate,
        "item": read_package(workspace.package(raised.candidate)).item,
        "name": raised.name.strip(),
        "contact": raised.contact,
        "ground": raised.ground.strip(),
        "evidence": [{"file": path.name, "sha256": file_digest(path)} for path in raised.evidence],
        "received": received,
        "deadline": working_days_after(received, rules.answered, rules),
        "late": late,
        "against": workspace.current_version(),
        "admitted": None,
        "outcome": None,
        "reason": None,
        "by": None,
        "decided": None,
        "events": [{"time": now(), "event": "added", "by": actor}],
    }
    # One at a time: two that come in at once never share a number.
    with held(workspace) as ledger:
        check(workspace, "objection")
        record["id"] = f"O{len(_paths(workspace)) + 1:03d}"
        put(workspace, ledger, "objection", record["id"], record, actor=actor)
    return _with_versions(workspace, record)


def decide(workspace: Workspace, identity: str, decision: Decision) -> dict[str, Any]:
    """Write down what was decided; a decision stands and is never overwritten.

    Raises
    ------
    Refusal
        No such objection, decided already, an outcome that does not go with it, or a day that is
        to come or before the objection was received.
    """
    with held(workspace) as ledger:
        check(workspace, "objection")
        record = _kept(workspace, identity)
        if problems := list(_undecidable(record, decision)):
            raise Refusal(problems)
        event = {"time": now(), "event": "decided", "by": decision.by}
        record |= {
            "admitted": decision.admitted,
            "outcome": decision.outcome,
            "reason": decision.reason.strip(),
            "by": decision.by,
            "decided": decision.decided or today(),
            "events": [*record["events"], event],
        }
        put(workspace, ledger, "objection_decided", identity, record, actor=decision.by)
    return _with_versions(workspace, record)


def _undecidable(record: Mapping[str, Any], decision: Decision) -> Iterator[Problem]:
    """Report why a decision cannot be written down as it is."""
    identity = record["id"]
    if record["decided"] is not None:
        yield Problem("E7523", identity, str(record["decided"]))
    if decision.admitted == (decision.outcome is None):
        yield Problem("E7524", identity, decision.outcome or "–")
    elif decision.outcome is not None and decision.outcome not in OUTCOMES:
        yield Problem("E7525", identity, decision.outcome, {"expected": ", ".join(OUTCOMES)})
    if not decision.reason.strip() or not decision.by.strip():
        yield Problem("E7526", identity)
    yield from _misdated(identity, decision.decided)
    if decision.decided is not None and decision.decided < record["received"]:
        yield Problem("E7531", identity, decision.decided, {"expected": record["received"]})


def no_ground(workspace: Workspace, identity: str, candidate: str | None) -> Iterator[Problem]:
    """Report an objection that no new version can rest on, or that concerns another candidate."""
    record = read(workspace, identity)
    if record["outcome"] not in ("corrected", "revoked"):
        yield Problem("E7528", identity, record["outcome"] or "–")
    if candidate is not None and candidate != record["candidate"]:
        yield Problem("E7532", identity, candidate, {"expected": record["candidate"]})


def read(workspace: Workspace, identity: str) -> dict[str, Any]:
    """Read one objection; raises ``Refusal`` where there is none of that id.

    ``versions`` are those of the results, up to the one in force, whose change rests on it.
    """
    hold(workspace, "objection", "change")
    return _with_versions(workspace, _kept(workspace, identity))


def _kept(workspace: Workspace, identity: str) -> dict[str, Any]:
    path = _folder(workspace) / f"{identity}.json"
    if not ID.fullmatch(identity) or not path.is_file():
        raise Refusal([Problem("E7522", identity)])
    found: dict[str, Any] = read_json(path)
    return found


def listed(workspace: Workspace) -> list[dict[str, Any]]:
    """All objections, in the order in which they came in, each with the versions it led to."""
    hold(workspace, "objection", "change")
    return [_with_versions(workspace, read_json(path)) for path in _paths(workspace)]


def _with_versions(workspace: Workspace, record: Mapping[str, Any]) -> dict[str, Any]:
    changes = changes_until(workspace, workspace.current_version())
    mine = [change["version"] for change in changes if change["objection"] == record["id"]]
    return {**record, "versions": mine}


def overdue(record: dict[str, Any], today: str) -> bool:
    """Whether an objection waits for its answer beyond the deadline."""
    return record["decided"] is None and today > record["deadline"]


OUTCOME_WORDS = {"maintained": "维持", "corrected": "更正", "revoked": "撤销"}


def in_words(record: dict[str, Any], today: str) -> str:
    """One objection on a line: whom it concerns, by when, and how it stands."""
    if record["decided"] is None:
        state = f"待答复，期限 {record['deadline']} / answer by {record['deadline']}"
        state += "  已逾期 / overdue" if overdue(record, today) else ""
    elif record["admitted"]:
        state = f"受理，{OUTCOME_WORDS[record['outcome']]} / {record['outcome']}"
    else:
        state = "不予受理 / not admitted"
    version = ""
    if record["versions"]:
        numbers = [str(number) for number in record["versions"]]
        version = f"  结果第 {'、'.join(numbers)} 版 / version {', '.join(numbers)}"
    elif record["outcome"] in ("corrected", "revoked"):
        version = "  尚未形成新版本 / no new version yet"
    return f"{record['id']}  {record['candidate']}  {record['name']}  {state}{version}"


def working_days_after(day: str, count: int, rules: Objections) -> str:
    """The day that lies some working days after another, which itself does not count.

    Saturdays, Sundays and the board's holidays are left out, its extra workdays counted.

    Examples
    --------
    >>> working_days_after("2026-09-30", 3, Objections(holidays=("2026-10-01", "2026-10-02")))
    '2026-10-07'
    """
    found = date.fromisoformat(day)
    left = count
    while left:
        found += timedelta(days=1)
        text = found.isoformat()
        works = found.weekday() < SATURDAY and text not in rules.holidays
        left -= works or text in rules.workdays
    return found.isoformat()


def _faults(workspace: Workspace, raised: Raised) -> list[Problem]:
    problems = []
    if not _is_named(raised.name):
        problems.append(Problem("E7520", "name", raised.name))
    if not raised.ground.strip():
        problems.append(Problem("E7521", "ground"))
    if raised.candidate not in workspace.candidates():
        problems.append(Problem("E7504", raised.candidate))
    problems += [Problem("E7529", str(path)) for path in raised.evidence if not path.is_file()]
    misdated = list(_misdated("received", raised.received))
    received = raised.received or today()
    if raised.published is not None and as_day(raised.published) is None:
        problems.append(Problem("E7527", "published", raised.published))
    elif raised.published is not None and not misdated and raised.published > received:
        problems.append(Problem("E7533", "published", raised.published, {"expected": received}))
    return [*problems, *misdated]


def _is_named(name: str) -> bool:
    """Whether a text may be somebody's name: it has letters and is no word for nobody."""
    folded = normalized("NFKC", name).casefold()
    plain = "".join(sign for sign in folded if sign.isalnum() or sign == "/")
    return plain not in NAMELESS and any(sign.isalpha() for sign in plain)


def _misdated(where: str, day: str | None) -> Iterator[Problem]:
    """Report what is no day, or a day that is still to come."""
    if day is None:
        return
    if as_day(day) is None:
        yield Problem("E7527", where, day)
    elif day > today():
        yield Problem("E7530", where, day, {"expected": today()})


def _paths(workspace: Workspace) -> list[Path]:
    return sorted(_folder(workspace).glob("O*.json"))


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "objections"


PROBLEMS = (
    Explanation(
        "E7520",
        "{where}：“{found}”不是实名。异议须实名提出，请填写真实姓名或单位全称。",
        "{where}: '{found}' is no real name. Objections are raised in a real name; write it in full.",
    ),
    Explanation(
        "E7521",
        "{where}：没有写异议的理由。请写明对哪一项有异议、为什么。",
        "{where}: no ground given. Write what is objected to and why.",
    ),
    Explanation(
        "E7522",
        "{where}：没有这件异议。请用 jiebang objection list 查看编号，如 O001。",
        "{where}: no such objection. See the ids, such as O001, with `jiebang objection list`.",
    ),
    Explanation(
        "E7523",
        "{where}：已于 {found} 作出处理。处理结果不得改写；如有新事实，请另立一件。",
        "{where}: decided on {found}. A decision is not overwritten; for new facts add another objection.",
    ),
    Explanation(
        "E7524",
        "{where}：受理的须写处理结果，不予受理的不写（现为 {found}）。请写 --admitted --outcome 结果，或 --not-admitted。",
        "{where}: an outcome goes with an objection that is taken up, and only with it (now {found}). Give --admitted --outcome OUTCOME, or --not-admitted.",
    ),
    Explanation(
        "E7525",
        "{where}：没有处理结果“{found}”。请写其中之一：{expected}（维持、更正、撤销）。",
        "{where}: there is no outcome '{found}'. Write one of: {expected}.",
    ),
    Explanation(
        "E7526",
        "{where}：缺少理由或经办人。请写 --reason 理由 --by 姓名。",
        "{where}: the reason or who decided is missing. Give --reason REASON --by NAME.",
    ),
    Explanation(
        "E7527",
        "{where}：“{found}”不是日期。请写成 2026-05-06 的形式。",
        "{where}: '{found}' is no date. Write it like 2026-05-06.",
    ),
    Explanation(
        "E7528",
        "{where}：处理结果是 {found}，不产生新的结果版本。请先写 objection decide 的更正或撤销。",
        "{where}: its outcome is {found}, which leads to no new version. Decide it as corrected or revoked first.",
    ),
    Explanation(
        "E7529",
        "{where}：证据文件不存在。请核对路径。",
        "{where}: there is no such evidence file. Check the path.",
    ),
    Explanation(
        "E7530",
        "{where}：日期 {found} 晚于今天（北京时间 {expected}）。请写实际日期。",
        "{where}: the day {found} is after today ({expected} in Beijing). Write the day on which it happened.",
    ),
    Explanation(
        "E7531",
        "{where}：处理日期 {found} 早于收到日期 {expected}。请写收到当日或之后的日期。",
        "{where}: decided on {found}, before it was received on {expected}. Write the day of receipt or a later one.",
    ),
    Explanation(
        "E7532",
        "{where}：这件异议涉及 {expected}，不能作为变更 {found} 的依据。请核对编号；{found} 另有异议的，先登记并处理；没有异议的，不写 --objection，在 --reason 中写明依据。",
        "{where}: the objection concerns {expected} and is no ground for a change of {found}. Check the ids; add and decide an objection that concerns {found}, or leave --objection out and write the ground in --reason.",
    ),
    Explanation(
        "E7533",
        "{where}：公示起始日 {found} 晚于收到异议的日期 {expected}。请写实际的公示起始日。",
        "{where}: made public on {found}, after the objection was received on {expected}. Write the day on which publicity began.",
    ),
)
