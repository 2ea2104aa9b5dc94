"""The messages between harness and candidate: one JSON object a line, typed both ways.

The same in words, for authors of clients in any language, is ``docs/protocol.md``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from harness.execution.answers import Task
from harness.execution.limits import Limits
from harness.execution.outcomes import Fault

VERSION = 1
END = b'{"t":"end"}\n'
LONGEST_NAME = 120


class Ready(Struct, tag_field="t", tag="ready", frozen=True, forbid_unknown_fields=True):
    """The candidate has loaded its model and says how many samples it takes at once."""

    v: int
    name: str = ""
    max_batch: int | None = None


class Answers(Struct, tag_field="t", tag="ans", frozen=True, forbid_unknown_fields=True):
    """The candidate's answers to one request, in its order, or the error that prevented them."""

    id: int
    y: list[msgspec.Raw] | UnsetType = UNSET
    err: str | UnsetType = UNSET


_READY = msgspec.json.Decoder(Ready)
_ANSWERS = msgspec.json.Decoder(Answers)
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came back for a request: the JSON text of each answer, or an error's name."""

    answers: tuple[bytes, ...] = ()
    error: str | None = None


def hello(run: str, task: Task, limits: Limits, batch: int) -> bytes:
    """The first line: what will be asked, and within which limits."""
    ranged = task.low is not None or task.high is not None
    message = {
        "t": "hello",
        "v": VERSION,
        "run": run,
        "task": task.name,
        "labels": list(task.labels),
        "positive": task.positive,
        "range": {"low": task.low, "high": task.high} if ranged else None,
        "depth": task.depth,
        "limits": {
            "line": limits.line,
            "output": limits.output,
            "memory": limits.memory,
            "start": limits.start,
            "batch_wall": limits.batch_wall,
            "wall": limits.wall,
        },
        "max_batch": batch,
    }
    return _ENCODER.encode(message) + b"\n"


def request(number: int, inputs: Sequence[Mapping[str, Any]]) -> bytes:
    """One batch of samples; its keys always come in the order t, id, n, x."""
    message = {"t": "req", "id": number, "n": len(inputs), "x": inputs}
    return _ENCODER.encode(message) + b"\n"


def read_ready(line: bytes) -> Ready:
    """Decode the candidate's first line; raises ``Fault`` where it breaks the protocol."""
    ready: Ready = _decoded(_READY, line)
    if ready.v != VERSION:
        raise Fault("violation", "wrong_version")
    if ready.max_batch is not None and ready.max_batch < 1:
        raise Fault("violation", "wrong_batch")
    if len(ready.name) > LONGEST_NAME:
        raise Fault("violation", "long_name")
    return ready


def read_answers(line: bytes, number: int, count: int) -> Reply:
    """Decode the answers to a request; raises ``Fault`` where the line breaks the protocol.

    What each answer says is judged apart, so that a bad one costs its own sample only.
    """
    try:
        answers: Answers = _decoded(_ANSWERS, line)
    except Fault:
        answers = _decoded(_ANSWERS, _repaired(line))
    if answers.id != number:
        raise Fault("violation", "wrong_id")
    if (answers.y is UNSET) == (answers.err is UNSET):
        raise Fault("violation", "neither_or_both")
    if isinstance(answers.err, str):
        return Reply(error=answers.err[:LONGEST_NAME])
    if not isinstance(answers.y, list) or len(answers.y) != count:
        raise Fault("violation", "wrong_count")
    return Reply(answers=tuple(bytes(raw) for raw in answers.y))


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes) -> Any:
    try:
        line.decode()
        return decoder.decode(line)
    except (UnicodeDecodeError, msgspec.MsgspecError, RecursionError) as error:
        raise Fault("violation", "broken_line") from error


def _repaired(line: bytes) -> bytes:
    """The line with what many JSON writers emit but JSON forbids made plainly invalid.

    NaN, Infinity and lone surrogates would otherwise cost a whole batch and a restart for
    one bad answer.
    """
    try:
        message = json.loads(line, parse_constant=_forbidden, object_pairs_hook=_distinct)
        return json.dumps(_without_surrogates(message), ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Fault("violation", "broken_line") from error


def _forbidden(constant: str) -> dict[str, str]:
    return {"not a number": constant}


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("repeated key")
    return dict(pairs)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return {"not text": ""}
        return value
    if isinstance(value, list):
        return [_without_surrogates(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _without_surrogates(entry) for name, entry in value.items()}
    return value
