"""Leaves of thirty-two trees of the Yangtze delta, told apart by measures of their pictures."""

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

PACKAGE = "packages/scenario-leaves"
SHAPE = Shape(folder=f"{PACKAGE}/datasets/leaves", prefix="F", column="species")


def build(vault: Vault) -> Files:
    """Measured columns only; what a botanist wrote down by hand is left out."""
    frame = read_frame(vault, "modeldata/leaf_id_flavia")
    species = [str(name) for name in frame.pop("species")]
    rows = Rows(inputs=records(frame.select_dtypes("number")), targets=species)
    train, test = (rows.take(part) for part in shuffled_split(len(species), 0.3, species))
    return dataset_files(SHAPE, test, for_public(train)) | shipped_to(
        (PACKAGE, f"{PACKAGE}/baseline"), "training.csv", training_csv(train, SHAPE.column)
    )
