"""Credit applications: which loans turned bad."""

from __future__ import annotations

from scenarios.sample.building.frames import read_frame, records
from scenarios.sample.building.tables import (
    Files,
    Rows,
    Shape,
    dataset_files,
    for_public,
    shipped_to,
    shuffled_split,
    training_csv,
)
from scenarios.sample.building.vault import Vault

SHAPE = Shape(folder="board/datasets/credit", prefix="C", column="label")
LEARNERS = tuple(f"packages/credit-{name}" for name in ("lr", "hgb", "rf", "stump"))


def build(vault: Vault) -> Files:
    """Test applications, public sample and the training part that applicants hold."""
    frame = read_frame(vault, "modeldata/credit_data")
    labels = [str(label) for label in frame.pop("Status")]
    frame.columns = frame.columns.str.lower()
    rows = Rows(inputs=records(frame), targets=labels)
    train, test = (rows.take(part) for part in shuffled_split(len(labels), 0.3, labels))
    files = dataset_files(SHAPE, test, for_public(train))
    return files | shipped_to(LEARNERS, "training.csv", training_csv(train, "label"))
