"""Pictures of cells: which were badly cut out of their background."""

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

PACKAGE = "packages/scenario-cells"
SHAPE = Shape(folder=f"{PACKAGE}/datasets/cells", prefix="B", column="quality")
LABELS = {"PS": "poor", "WS": "good"}


def build(vault: Vault) -> Files:
    """Measures of each cell with the verdict of a person on its outline."""
    frame = read_frame(vault, "modeldata/cells").drop(columns="case")
    codes = [str(code) for code in frame.pop("class")]
    rows = Rows(inputs=records(frame), targets=[LABELS[code] for code in codes])
    train, test = (rows.take(part) for part in shuffled_split(len(codes), 0.3, codes))
    files = dataset_files(SHAPE, test, for_public(train))
    return files | shipped_to((PACKAGE,), "training.csv", training_csv(train, SHAPE.column))
