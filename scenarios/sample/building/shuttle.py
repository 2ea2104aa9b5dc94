"""Readings of nine sensors: which are out of the ordinary."""

from __future__ import annotations

import csv
import gzip

import numpy as np

from scenarios.sample.building.tables import (
    SEED,
    Files,
    Rows,
    Shape,
    csv_bytes,
    dataset_files,
    shipped_to,
)
from scenarios.sample.building.vault import RIVER, Vault

SHAPE = Shape(folder="board/datasets/shuttle", prefix="S", column="anomaly")
LEARNERS = (
    *(f"packages/shuttle-{name}" for name in ("iforest", "robust", "slow")),
    "board/baselines/shuttle",
)
SENSORS = tuple(f"f{number}" for number in range(1, 10))
TEST = 6000
PUBLIC = 60


def build(vault: Vault) -> Files:
    """First half without labels for training; seeded rows of the second half as the test."""
    packed = vault.member(RIVER, "river/datasets/shuttle.csv.gz")
    table = list(csv.DictReader(gzip.decompress(packed).decode("ascii").splitlines()))
    rows = Rows(
        inputs=[{name: int(row[name]) for name in SENSORS} for row in table],
        targets=[int(row["anomaly"]) for row in table],
    )
    half = len(table) // 2
    drawn = half + np.random.default_rng(SEED).permutation(len(table) - half)
    test = rows.take(np.sort(drawn[:TEST]))
    public = rows.take(np.sort(drawn[TEST : TEST + PUBLIC]))
    training = csv_bytes(SENSORS, ([*one.values()] for one in rows.inputs[:half]))
    limits = np.array([[*one.values()] for one in rows.inputs[:half]], dtype=float)
    centre = csv_bytes(
        ["sensor", "mean", "deviation"],
        zip(SENSORS, limits.mean(axis=0).round(6), limits.std(axis=0).round(6), strict=True),
    )
    return (
        dataset_files(SHAPE, test, public)
        | shipped_to(LEARNERS, "training.csv", training)
        | shipped_to(("packages/shuttle-zmax",), "sensors.csv", centre)
    )
