"""Legal enquiries in twenty classes, and what a 7B model answered to them."""

from __future__ import annotations

import re

from scenarios.sample.building.lawbench import questions, recorded_answers
from scenarios.sample.building.tables import (
    Files,
    Rows,
    Shape,
    csv_bytes,
    dataset_files,
    for_public,
    shipped_to,
    shuffled_split,
    training_csv,
)
from scenarios.sample.building.vault import Vault

SHAPE = Shape(folder="board/datasets/topics", prefix="T", column="label")
LEARNERS = ("packages/topics-lr", "packages/topics-svc")
REPLAYED = "packages/topics-qwen"
TASK = "2-4问题主题识别"
PROMPT = "确定以下咨询的类别"
ANSWER = re.compile(r"\[类别\](.+?)<eoa>")


def build(vault: Vault) -> Files:
    """Half of the enquiries to train on, half to test, and the model's answers to the latter."""
    asked = questions(vault, TASK)
    labels = [one["response"] for one in asked]
    rows = Rows(inputs=[{"text": one["query"]} for one in asked], targets=labels)
    train, test = (rows.take(part) for part in shuffled_split(len(labels), 0.5, labels))
    said = recorded_answers(vault, TASK, PROMPT)
    answers = [parsed(said[one["text"]]) for one in test.inputs]
    ids = [f"{SHAPE.prefix}{number:05d}" for number in range(1, len(answers) + 1)]
    files = dataset_files(SHAPE, test, for_public(train))
    files[f"{REPLAYED}/solution/predictions.csv"] = csv_bytes(
        ["id", "label"], zip(ids, answers, strict=True)
    )
    return files | shipped_to(LEARNERS, "training.csv", training_csv(train, "label"))


def parsed(answer: str) -> str:
    """Class between the marks that the prompt demands, whether or not it is among the twenty."""
    found = ANSWER.search(answer)
    return found[1].strip() if found else ""
