"""What an endpoint is asked for a sample, and how its words become an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from harness.board import PLACE, Prompt
from harness.canonical import canonical_json
from harness.execution.answers import AnswerReader, Task
from harness.execution.outcomes import Verdict
from harness.normal_forms import normalized
from harness.thinking import spoken

_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)
_AROUND = " \t\r\n\"'`*.,:;!?。，：；！？、“”‘’「」『』《》()[]【】（）"


class _Said(Struct, frozen=True):
    content: str | None = None


class _Choice(Struct, frozen=True):
    message: _Said | None = None
    text: str | None = None


class _Reply(Struct, frozen=True):
    choices: list[_Choice]
    model: str | None = None


_DECODER = msgspec.json.Decoder(_Reply)


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What an endpoint said, and the model that it says has spoken."""

    text: str
    model: str


def question(prompt: Prompt, task: Task, model: str, api: str, inputs: Mapping[str, Any]) -> bytes:
    """The body of one request; the same sample gives the same bytes for every candidate."""
    words = {name: _written(value) for name, value in inputs.items()}
    words.setdefault("labels", "、".join(task.labels))
    asked = PLACE.sub(lambda place: words.get(place[1], place[0]), prompt.template)
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": prompt.max_tokens,
        "temperature": prompt.temperature,
        "stream": False,
    }
    if prompt.stop:
        body["stop"] = list(prompt.stop)
    if api == "chat":
        system = [{"role": "system", "content": prompt.system}] if prompt.system else []
        body["messages"] = [*system, {"role": "user", "content": asked}]
    else:
        body["prompt"] = f"{prompt.system}\n\n{asked}" if prompt.system else asked
    return canonical_json(body)


def words_of(body: str) -> Words:
    """What the body of a reply says; raises ``ValueError`` where it is no such reply."""
    try:
        reply = _DECODER.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError) as error:
        raise ValueError("broken_body") from error
    if not reply.choices:
        raise ValueError("broken_body")
    first = reply.choices[0]
    said = first.message.content if first.message is not None else first.text
    return Words(text=said or "", model=reply.model or "")


class WordReader:
    """The reader of one task's answers in an endpoint's words, as the board declares."""

    def __init__(self, task: Task, parse: str) -> None:
        self._task = task
        self._parse = parse
        self._answers = AnswerReader(task)
        self._labels = sorted(task.labels, key=len, reverse=True)

    def read(self, text: str) -> Verdict:
        """Judge what was said; a free text is kept with the thinking in it, which no metric reads."""
        if self._parse == "text":
            return self._answers.judge({"text": text.strip()})
        text = spoken(text)
        if self._parse == "json":
            fenced = _FENCE.search(text)
            return self._answers.read((fenced[1] if fenced else text).strip().encode())
        if self._parse == "value":
            return self._value(text)
        label = self._label(text)
        if label is None:
            return Verdict("invalid", reason="no_label")
        return self._answers.judge({"label": label})

    def _value(self, text: str) -> Verdict:
        found = [entry for entry in _NUMBER.findall(_narrow(text)) if any(map(str.isdigit, entry))]
        if not found:
            return Verdict("invalid", reason="no_number")
        return self._answers.judge({"value": float(found[-1].replace(",", ""))})

    def _label(self, text: str) -> str | None:
        """The label that the words are, or else the only one that occurs in them."""
        bare = _narrow(text).strip(_AROUND)
        for label in self._labels:
            if bare.casefold() == _narrow(label).strip(_AROUND).casefold():
                return label
        left, found = text, []
        for label in self._labels:
            if label in left:
                found.append(label)
                # So that a label is not also seen inside a longer one.
                left = left.replace(label, "\0")
        return found[0] if len(found) == 1 else None


def _narrow(text: str) -> str:
    return normalized("NFKC", text)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else canonical_json(value).decode()


def models_of(bodies: Iterable[str]) -> tuple[str, ...]:
    """The models that replies say have spoken, in alphabetical order."""
    found = set()
    for body in bodies:
        try:
            found.add(words_of(body).model)
        except ValueError:
            continue
    return tuple(sorted(found - {""}))
