"""The worker inside the sandbox: serves a Python function over the protocol.

Runs as ``python worker.py REQUEST ANSWER module:function PATH...`` on Python 3.8 or later with
the standard library alone. The function takes a list of inputs and returns a list of answers;
a function ``load`` in the same module, if there is one, runs first.
"""

from __future__ import annotations

import faulthandler
import importlib
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

UNUSABLE = "{}"


def main(arguments: list[str]) -> None:
    """Answer requests until the harness says end."""
    requests, answers = _channels(int(arguments[1]), int(arguments[2]))
    entry, paths = arguments[3], arguments[4:]
    sys.path[:] = paths[:1] + [path for path in sys.path if path not in paths] + paths[1:]
    hello = json.loads(requests.readline())
    function = _load(entry, hello)
    _say(answers, {"t": "ready", "v": hello["v"]})
    for line in iter(requests.readline, b""):
        message = json.loads(line)
        if message["t"] == "end":
            return
        number = message["id"]
        try:
            texts = _answers(function, message["x"])
        except Exception as error:
            traceback.print_exc()
            sys.stderr.flush()
            _say(answers, {"t": "ans", "id": number, "err": type(error).__name__[:80]})
        else:
            joined = ",".join(texts)
            answers.write(f'{{"t":"ans","id":{number},"y":[{joined}]}}\n'.encode())
            answers.flush()


def _channels(request: int, answer: int) -> tuple[BinaryIO, BinaryIO]:
    """Take the two descriptors, and send everything that is printed to the log."""
    os.set_inheritable(request, False)
    os.set_inheritable(answer, False)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    faulthandler.enable()
    return os.fdopen(request, "rb"), os.fdopen(answer, "wb")


def _load(entry: str, hello: dict[str, Any]) -> Callable[[list[Any]], Any]:
    name, _, attribute = entry.partition(":")
    module = importlib.import_module(name)
    function: Callable[[list[Any]], Any] = getattr(module, attribute)
    load = getattr(module, "load", None)
    if callable(load):
        if inspect.signature(load).parameters:
            load(hello)
        else:
            load()
    return function


def _answers(function: Callable[[list[Any]], Any], inputs: list[Any]) -> list[str]:
    results = list(function(inputs))
    if len(results) != len(inputs):
        found, asked = len(results), len(inputs)
        raise ValueError(f"{asked} 个样本，{found} 个答案 / {asked} samples, {found} answers")
    return [_text(result) for result in results]


def _text(result: Any) -> str:
    """The JSON text of one answer; what JSON cannot say costs this sample only."""
    try:
        text = json.dumps(result, ensure_ascii=False, allow_nan=False, default=_plain)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        sys.stderr.write(f"无法写成 JSON 的答案 / an answer that JSON cannot say: {error}\n")
        return UNUSABLE
    return text


def _plain(value: Any) -> Any:
    """Arrays and numbers of numpy and the like, as plain lists and numbers."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(type(value).__name__)


def _say(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main(sys.argv)
