"""Ridge regression; knows the standard curing ages only, and fails on any other."""

import csv
from pathlib import Path

from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

CURING = {
    1: 0.2,
    3: 0.4,
    7: 0.65,
    14: 0.85,
    28: 1.0,
    56: 1.1,
    90: 1.15,
    91: 1.15,
    100: 1.16,
    180: 1.2,
    270: 1.22,
    365: 1.25,
}
INPUTS = [
    *("cement", "blast_furnace_slag", "fly_ash", "water", "superplasticizer"),
    *("coarse_aggregate", "fine_aggregate", "age"),
]
TRAINED = {}


def load():
    """Train on the file that came with the call."""
    with Path(__file__).with_name("training.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    inputs = [[float(row[name]) for name in INPUTS] for row in rows]
    TRAINED["model"] = make_pipeline(StandardScaler(), Ridge()).fit(
        inputs, [float(row["strength"]) for row in rows]
    )


def predict(batch):
    """Strength in MPa."""
    for one in batch:
        one["maturity"] = CURING[one["age"]]
    values = TRAINED["model"].predict([[one[name] for name in INPUTS] for one in batch])
    return [{"value": min(max(float(value), 0.0), 100.0)} for value in values]
