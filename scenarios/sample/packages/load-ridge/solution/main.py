"""Ridge regression on lags, calendar and temperature."""

import csv
import json
from pathlib import Path

from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TRAINED = {}


def inputs(row):
    """Calendar, temperature and the three lags of one half-hour."""
    lags = json.loads(row["lags"]) if isinstance(row["lags"], str) else row["lags"]
    names = ("half_hour", "weekday", "workday", "temperature")
    return [*(float(row[name]) for name in names), *lags]


def load():
    """Train on the file that came with the call."""
    with Path(__file__).with_name("training.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    model = make_pipeline(StandardScaler(), Ridge())
    TRAINED["model"] = model.fit(
        [inputs(row) for row in rows], [float(row["demand"]) for row in rows]
    )


def predict(batch):
    """Demand in GW."""
    values = TRAINED["model"].predict([inputs(one) for one in batch])
    return [{"value": float(value)} for value in values]
