"""Chemical measures of wines from three growers; ships with scikit-learn."""

from __future__ import annotations

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

PACKAGE = "packages/scenario-wine"
SHAPE = Shape(folder=f"{PACKAGE}/datasets/wine", prefix="W", column="grower")


def build(vault: Vault) -> Files:
    """Half of the wines as the test that the applicant itself holds."""
    del vault
    from sklearn.datasets import load_wine

    table = load_wine()
    names = [str(name).replace("/", "_") for name in table.feature_names]
    growers = [f"grower_{code + 1}" for code in table.target]
    rows = Rows(
        inputs=[dict(zip(names, row, strict=True)) for row in table.data.tolist()], targets=growers
    )
    train, test = (rows.take(part) for part in shuffled_split(len(growers), 0.5, growers))
    files = dataset_files(SHAPE, test, for_public(train))
    return files | shipped_to((PACKAGE,), "training.csv", training_csv(train, SHAPE.column))
