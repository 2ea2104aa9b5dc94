"""The trail: what the ledger says of each record, held against what lies on disk.

A stage writes down the digest of what it made. Before the next stage reads it, and when an
outsider verifies, the record is digested again: an edit by hand, a record taken away and a
stage that was cut off in the middle all show. Lines of the ledger are signed, see
:mod:`harness.heads`.

Pages print the digest of what the ledger says of the records in force, without hours, actors and
order, and not its head: the head moves with the clock, and the same records must give the same
pages, whoever scores them again and whenever.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from harness.canonical import canonical_json, digest, file_digest
from harness.heads import BEGIN
from harness.intake.unpacking import FileEntry
from harness.ledger import Record, read
from harness.pipeline.traces import (
    FOLDERS,
    PLACES,
    RANKING,
    SCORES,
    Trace,
    foreign,
    place_of,
    traces,
)
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace

RULES = ("lock", "baselines")
ACCEPTED = ("intake", "attest")
RUNS = ("run", "facts")
PANEL = ("codes", "panel_export", "exported", "hearing_scope", "panel", "hearing")
JUDGED = (*PANEL, "settle", "change", "objection", "audit")
EVENTS = tuple(PLACES)
LATER = {"objection_decided": "objection", "objection_settled": "objection"}
"""Events that write the record of an earlier one anew."""

PRINTED = frozenset({*RULES, *ACCEPTED, "run", SCORES, RANKING, *JUDGED} - {"codes"})
"""Events whose records a printed digest stands for: what a report is made from, by content."""

SINCE_SIGNED = frozenset(
    {
        "facts",
        "codes",
        "mapping",
        "exported",
        "hearing_scope",
        "settle",
        "change",
        "audit",
        "report",
    }
)
"""Events that older versions did not note, or not under the record's own name."""

SHORTEST = 16
"""Digits with which a digest may be named."""

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What comparing found: records that contradict the ledger, and those it cannot speak of.

    ``packages`` are the ids of the accepted trees as they are now, by candidate.
    """

    problems: tuple[Problem, ...]
    unchecked: tuple[Problem, ...]
    packages: Mapping[str, str]


def check(workspace: Workspace, *events: str) -> None:
    """Refuse records that are not those that the ledger speaks of."""
    problems = tuple(contradictions(workspace, events))
    if problems:
        raise Refusal(problems)


def contradictions(workspace: Workspace, events: Iterable[str] = EVENTS) -> Iterator[Problem]:
    """Every record that was changed, taken away, or made past the ledger."""
    yield from compare(workspace, events).problems


def compare(
    workspace: Workspace,
    events: Iterable[str] = EVENTS,
    absent: Iterable[FileEntry] = (),
    *,
    whole: bool = False,
) -> Findings:
    """Hold records against the ledger.

    The last line on a subject speaks of the record in force, the lines before it of earlier
    versions that are kept. ``absent`` are files that an archive lists and does not hold;
    ``whole`` asks for files that no record speaks for too.
    """
    wanted = frozenset(events)
    lines = read(workspace.ledger) if workspace.ledger.is_file() else ()
    said = _said(workspace, lines, wanted)
    spared = frozenset() if _signed(lines) else SINCE_SIGNED | _unnamed(lines)
    found: dict[Key, list[Trace]] = defaultdict(list)
    for one in traces(workspace, wanted, absent):
        found[one.event, one.subject].append(one)
    problems = list(_pointer(workspace, lines)) if "change" in wanted else []
    unsaid: Counter[str] = Counter()
    for key, kept in sorted(found.items()):
        if key in said:
            problems += _unlike(workspace, kept, said[key])
        elif key[0] in spared:
            unsaid[PLACES[key[0]].format("…")] += 1
        else:
            problems += [Problem("E8606", _where(workspace, path)) for path in kept[-1].covers()]
    for key in sorted(said.keys() - found.keys()):
        problems += _gone(workspace, place_of(workspace, *key), said[key][-1])
    if whole and not unsaid:
        known = [trace for kept in found.values() for trace in kept]
        named = {problem.where for problem in problems}
        places = (_where(workspace, path) for path in foreign(workspace, known))
        problems += [Problem("E8606", place) for place in places if place not in named]
    unchecked = tuple(Problem("E8608", place, str(count)) for place, count in unsaid.items())
    packages = {
        name: str(json.loads(kept[-1].body)["package"])
        for (event, name), kept in found.items()
        if event == "intake"
    }
    return Findings(problems=tuple(problems), unchecked=unchecked, packages=packages)


def printed(workspace: Workspace) -> str:
    """The digest that pages print: of what the ledger says of the records that they rest on."""
    lines = read(workspace.ledger) if workspace.ledger.is_file() else ()
    return next(iter(deque(_told(lines), 1)), _Told()).digest()


def pinned(workspace: Workspace, words: str) -> bool:
    """Whether a ledger was ever in the state that a page or a terminal has named."""
    plain = "".join(words.split()).casefold().removeprefix("sha256:")
    lines = read(workspace.ledger)
    known = chain((line.hash for line in lines), (told.digest() for told in _told(lines)))
    return len(plain) >= SHORTEST and any(
        one.removeprefix("sha256:").startswith(plain) for one in known
    )


class _Told(dict[str, str]):
    """What a ledger says of each record that pages rest on, as of some line."""

    def digest(self) -> str:
        return digest(canonical_json(dict(self)))


def _told(lines: Iterable[Record]) -> Iterator[_Told]:
    """The same record after each line that told something new."""
    told = _Told()
    for line in lines:
        event = LATER.get(line.event, line.event)
        if event in PRINTED:
            told[f"{event} {line.subject}"] = line.body
            yield told


def noted(workspace: Workspace, event: str) -> frozenset[str]:
    """The subjects that the ledger speaks of under an event."""
    lines = read(workspace.ledger) if workspace.ledger.is_file() else ()
    return frozenset(line.subject for line in lines if line.event == event)


def amended_since_ranked(workspace: Workspace) -> bool:
    """Whether other rules are in force than when the results in force were ranked.

    Of results that an older version did not note nothing is known.
    """
    version, under, rules = workspace.current_version(), None, None
    for line in read(workspace.ledger) if workspace.ledger.is_file() else ():
        if line.event == "lock":
            rules = line.body
        elif line.event == RANKING and int(line.subject) == version:
            under = rules
    return under not in (None, rules)


def unsaid(workspace: Workspace, events: frozenset[str]) -> Iterator[Trace]:
    """Records on which there is no line yet."""
    lines = read(workspace.ledger)
    wanted = events | _unnamed(lines)
    said = _said(workspace, lines, wanted)
    yield from {
        key: one
        for one in traces(workspace, wanted)
        if (key := (one.event, one.subject)) not in said
    }.values()


def _said(
    workspace: Workspace, lines: Iterable[Record], wanted: frozenset[str]
) -> dict[Key, list[str]]:
    """The digests that the ledger tells of each record, the latest last.

    Results of a version that never came into force are none.
    """
    said: dict[Key, list[str]] = defaultdict(list)
    current = workspace.current_version()
    for line in lines:
        event = LATER.get(line.event, line.event)
        if event not in wanted or is_unnamed(line):
            continue
        if event not in (SCORES, RANKING, "change") or int(line.subject) <= current:
            said[event, line.subject].append(line.body)
    return said


def _signed(lines: Iterable[Record]) -> bool:
    return any(line.event == BEGIN for line in lines)


def is_unnamed(line: Record) -> bool:
    """Whether an older version wrote a line without the name of its record."""
    named = {
        "settle": "/" in line.subject,
        "report": "/" in line.subject,
        "change": line.subject.isdecimal(),
    }
    if line.event in ("panel", "hearing", "panel_export"):
        return not line.subject
    return not named.get(line.event, True)


def _unnamed(lines: Iterable[Record]) -> frozenset[str]:
    return frozenset(line.event for line in lines if is_unnamed(line))


def _unlike(workspace: Workspace, kept: list[Trace], said: list[str]) -> Iterator[Problem]:
    """Report the files by which a record is not what was said of it."""
    for one in kept:
        allowed = said[-1:] if one is kept[-1] or one.event != "attest" else said
        if one.said in allowed:
            continue
        if one.event not in FOLDERS:
            code = "E8604" if one.place.exists() else "E8605"
            yield Problem(code, _where(workspace, one.place))
            continue
        was, now_there = _files(workspace, said[-1]), json.loads(one.body)
        different = {name for name in {*was, *now_there} if was.get(name) != now_there.get(name)}
        if not was or not different:
            yield Problem("E8604", _where(workspace, one.place))
        else:
            for name in sorted(different):
                code = "E8606" if name not in was else "E8604" if name in now_there else "E8605"
                yield Problem(code, _where(workspace, one.place / name))


def _gone(workspace: Workspace, place: Path, said: str) -> Iterator[Problem]:
    """Report a record that is not there, by its files where some of them still are."""
    was = _files(workspace, said)
    gone = [name for name in was if not (place / name).is_file()]
    some = [place / name for name in gone] if len(gone) < len(was) else []
    yield from (Problem("E8605", _where(workspace, path)) for path in some or [place])


def _files(workspace: Workspace, said: str) -> Mapping[str, str]:
    """The digests by file of which a line keeps the digest; none where they were not kept."""
    path = body_of(workspace, said)
    if not path.is_file() or file_digest(path) != said:
        return {}
    found = json.loads(path.read_bytes())
    plain = isinstance(found, dict) and all(isinstance(one, str) for one in found.values())
    return found if plain else {}


def _pointer(workspace: Workspace, lines: Iterable[Record]) -> Iterator[Problem]:
    """Report a version in force that is not the one that the ledger put there."""
    made = [
        int(line.subject) for line in lines if line.event == "change" and line.subject.isdecimal()
    ]
    path, current = workspace.results / "current", workspace.current_version()
    if made and made[-1] != current:
        yield Problem("E8604" if path.is_file() else "E8605", _where(workspace, path))
    elif path.is_file() and path.read_bytes() != f"{current:03d}\n".encode():
        yield Problem("E8604", _where(workspace, path))
    elif not path.is_file() and any(line.event == RANKING for line in lines):
        yield Problem("E8605", _where(workspace, path))


def body_of(workspace: Workspace, said: str) -> Path:
    """Where the body is kept that a line has this digest of."""
    return workspace.bodies / f"{said.removeprefix('sha256:')}.json"


def _where(workspace: Workspace, path: Path) -> str:
    return path.relative_to(workspace.root).as_posix()


PROBLEMS = (
    Explanation(
        "E8604",
        "{where}：记录与台账所载摘要不符，可能被改动，或该步骤未完成。请恢复原件；由步骤生成的，也可重新运行该步骤（lock、intake、attest、run、score、rank、report）。",
        "{where}: this record is not the one that the ledger speaks of; it was changed, or its stage was cut off. Restore it; what a stage makes can also be made again by it (lock, intake, attest, run, score, rank, report).",
    ),
    Explanation(
        "E8605",
        "{where}：台账有此记录，而文件不在。请从归档或备份恢复。",
        "{where}: the ledger speaks of this record, and it is not there. Restore it from an archive or a copy.",
    ),
    Explanation(
        "E8606",
        "{where}：有此记录，而台账没有。请重新运行产生它的步骤，或删去来历不明的文件。",
        "{where}: this record is there, and the ledger does not speak of it. Run the stage that makes it again, or remove a file of unknown origin.",
    ),
    Explanation(
        "E8608",
        "{where}：旧版本没有将这类记录（{found} 项）记入台账，不能核验。下一个写台账的命令起会记入。",
        "{where}: an older version did not note records of this kind ({found}), so they cannot be checked. The next command that writes the ledger notes them.",
    ),
)
