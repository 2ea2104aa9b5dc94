"""Noting: lines of the ledger, each signed, written together with the record that it speaks of."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.archive import MANIFEST
from harness.canonical import canonical_json, digest, readable_json
from harness.clock import now
from harness.durable import flush_folder, replace_folder, write_atomically
from harness.execution.record import RUN
from harness.heads import SignedLedger, is_unfinished
from harness.ledger import Ledger, Record, read
from harness.pipeline.traces import PLACES, facts_body, folder_body, place_of, run_body
from harness.pipeline.trail import (
    LATER,
    SINCE_SIGNED,
    body_of,
    check,
    is_unnamed,
    noted,
    unsaid,
)
from harness.problems import Explanation, Problem, Refusal
from harness.signing import SigningKey, open_key
from harness.workspace import Workspace, read_json


def held(workspace: Workspace, key: SigningKey | None = None) -> Ledger:
    """The open ledger, held by one writer at a time, each line signed.

    What an older version left is noted first, as it lies there; a record that a crash kept from
    being written after its line is written. An archive that was opened again is a copy: whoever
    looks into it signs nothing.

    Raises
    ------
    Refusal
        Another writer holds it, its end is not what was signed last, or no usable key; or what a
        crash left puts another version of the results in force than the writer started from.
    """
    version = workspace.current_version()
    ledger = _opened(workspace, key)
    if workspace.current_version() != version:
        ledger.close()
        raise Refusal([Problem("E8610", "results/current", f"{workspace.current_version():03d}")])
    return ledger


def finish(workspace: Workspace) -> None:
    """Make good what a crash left between a signature, its line and the file that follows it."""
    _opened(workspace).close()


def _opened(workspace: Workspace, key: SigningKey | None = None) -> Ledger:
    if (workspace.root / MANIFEST).is_file():
        return Ledger(workspace.ledger, time=now())
    key = key or open_key(workspace=workspace.root)
    ledger = SignedLedger(workspace.ledger, time=now(), key=key)
    try:
        if not ledger.signs:
            for trace in unsaid(workspace, SINCE_SIGNED) if ledger.length else ():
                append(workspace, ledger, trace.event, trace.subject, trace.body)
            ledger.begin(now())
        for last in read(workspace.ledger)[-1:]:
            _finish(workspace, last)
    except BaseException:
        ledger.close()
        raise
    return ledger


def append(
    workspace: Workspace,
    ledger: Ledger,
    event: str,
    subject: str,
    body: bytes,
    *,
    actor: str = "jiebang",
    time: str | None = None,
) -> None:
    """Add a line; its body is kept beside the ledger, so that a later check can name files."""
    kept = body_of(workspace, digest(body))
    if not kept.is_file():
        write_atomically(kept, body)
    ledger.append(event, actor=actor, time=time or now(), subject=subject, body=body)


def put(
    workspace: Workspace,
    ledger: Ledger,
    event: str,
    subject: str,
    record: Any,
    *,
    actor: str,
) -> None:
    """Note a record and write it where records of its event lie."""
    body = canonical_json(record)
    place = place_of(workspace, LATER.get(event, event), subject)
    with following(place, readable_json(record), body):
        append(workspace, ledger, event, subject, body, actor=actor)


@contextmanager
def following(place: Path, content: bytes | Mapping[str, bytes], body: bytes) -> Iterator[None]:
    """Let a file, or a folder of files by name, follow the line that speaks of it.

    It lies ready under a name of its own before the line is written. What a crash keeps from its
    place is put there when the ledger is next held, while a file that somebody changes or takes
    away stays changed, and is found.
    """
    ready = _ready(place, digest(body))
    _lay(ready, content)
    try:
        yield
    except BaseException:
        _remove(ready)
        raise
    _put_in_place(ready, place)


def note(workspace: Workspace, kind: str) -> None:
    """Write down what a stage has just made of the results in force."""
    body = folder_body(workspace.current() / kind)
    with held(workspace) as ledger:
        append(workspace, ledger, kind, workspace.current().name, body)


def note_made(workspace: Workspace, kind: str, files: Mapping[str, bytes]) -> None:
    """Write down a folder of the results in force, and put it in the place of the one before."""
    place = workspace.current() / kind
    body = canonical_json({name: digest(content) for name, content in files.items()})
    with held(workspace) as ledger:
        for left in place.parent.glob(f".{kind}.*"):
            _remove(left)
        with following(place, files, body):
            append(workspace, ledger, kind, workspace.current().name, body)


def note_runs(workspace: Workspace, folders: Iterable[Path]) -> None:
    """Write down runs that have just ended."""
    with held(workspace) as ledger:
        for folder in folders:
            subject = folder.relative_to(workspace.runs).as_posix()
            if folder.parent.name.startswith("C"):
                body = run_body(read_json(folder / RUN))
                append(workspace, ledger, "run", subject, body)
            append(workspace, ledger, "facts", subject, facts_body(workspace, folder))


def drop_unnoted_runs(workspace: Workspace, folders: Iterable[Path]) -> None:
    """Let runs whose end a killed process has not noted be written again from their journals."""
    finish(workspace)
    known = noted(workspace, "run") | noted(workspace, "facts")
    for folder in folders:
        if folder.relative_to(workspace.runs).as_posix() not in known:
            (folder / RUN).unlink(missing_ok=True)


def hold(workspace: Workspace, *events: str) -> None:
    """Refuse to go on from records that are not those that the ledger speaks of.

    What a crash left half done is made good first, as by every writer of the ledger.
    """
    if is_unfinished(workspace.ledger):
        finish(workspace)
    try:
        check(workspace, *events)
    except Refusal:
        finish(workspace)
        check(workspace, *events)


def _finish(workspace: Workspace, last: Record) -> None:
    """Put the file in its place that a crash kept from following the last line."""
    event = LATER.get(last.event, last.event)
    if event not in PLACES or is_unnamed(last):
        return
    place = place_of(workspace, event, last.subject)
    if event == "change":
        place = workspace.results / "current"
    ready = _ready(place, last.body)
    if ready.exists():
        _put_in_place(ready, place)


def _ready(place: Path, said: str) -> Path:
    return place.with_name(f".{place.name}.{said.removeprefix('sha256:')[:16]}")


def _lay(ready: Path, content: bytes | Mapping[str, bytes]) -> None:
    """Write what is to lie ready, a folder of files only once it is whole."""
    if isinstance(content, bytes):
        write_atomically(ready, content)
        return
    partial = ready.with_name(f"{ready.name}.partial")
    for name, one in content.items():
        write_atomically(partial / name, one)
    partial.replace(ready)


def _put_in_place(ready: Path, place: Path) -> None:
    if ready.is_dir():
        replace_folder(place, ready)
    else:
        ready.replace(place)
        flush_folder(place.parent)


def _remove(left: Path) -> None:
    if left.is_dir():
        shutil.rmtree(left)
    else:
        left.unlink(missing_ok=True)


PROBLEMS = (
    Explanation(
        "E8610",
        "{where}：先前中断的一次变更现已补完，结果第 {found} 版生效，本次没有写入任何内容。请先查看 results/{found}/difference.txt，再重新运行。",
        "{where}: a change that was cut off before has now been completed, and version {found} of the results is in force; nothing of this command was written. Look at results/{found}/difference.txt, then run it again.",
    ),
)
