"""Gradient boosting on calendar, temperature and three lags."""

import csv
import json
from pathlib import Path

from sklearn.ensemble import HistGradientBoostingRegressor

TRAINED = {}


def inputs(row):
    """Numbers of one hour."""
    return [*(float(row[name]) for name in ("hour", "weekday", "temperature")), *row["lags"]]


def load():
    """Train on the hours before the test."""
    with Path(__file__).with_name("training.csv").open(encoding="utf-8") as file:
        rows = [row | {"lags": json.loads(row["lags"])} for row in csv.DictReader(file)]
    model = HistGradientBoostingRegressor(random_state=0)
    TRAINED["model"] = model.fit(
        [inputs(row) for row in rows], [float(row["vehicles"]) for row in rows]
    )


def predict(batch):
    """Vehicles an hour."""
    values = TRAINED["model"].predict([inputs(one) for one in batch])
    return [{"value": max(float(value), 0.0)} for value in values]
