"""Concrete mixes: compressive strength from the recipe and the age.

The table is kept beside this module: it is small, and its licence (CC BY 4.0) allows it.
"""

from __future__ import annotations

import csv
from pathlib import Path

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

TABLE = Path(__file__).with_name("concrete.csv")
SHAPE = Shape(folder="board/datasets/concrete", prefix="M", column="strength")
LEARNERS = (
    *(f"packages/concrete-{name}" for name in ("hgb", "rf", "ridge")),
    "board/baselines/concrete",
)


def build(vault: Vault) -> Files:
    """Test mixes, public sample and the training part that applicants hold."""
    del vault
    with TABLE.open(encoding="utf-8", newline="") as file:
        mixes = [{name: float(cell) for name, cell in row.items()} for row in csv.DictReader(file)]
    strength = [mix.pop("compressive_strength") for mix in mixes]
    rows = Rows(inputs=mixes, targets=strength)
    train, test = (rows.take(part) for part in shuffled_split(len(strength), 0.3))
    files = dataset_files(SHAPE, test, for_public(train))
    return files | shipped_to(LEARNERS, "training.csv", training_csv(train, "strength"))
