"""Electricity demand: the next day's half-hours from earlier days and the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from scenarios.sample.building.frames import read_frame
from scenarios.sample.building.tables import (
    Files,
    Rows,
    Shape,
    dataset_files,
    for_public,
    shipped_to,
    training_csv,
)
from scenarios.sample.building.vault import Vault

SHAPE = Shape(folder="board/datasets/load", prefix="L", column="demand", cluster="day")
LEARNERS = tuple(f"packages/load-{name}" for name in ("hgb", "rf", "ridge"))
DAY = 48
LAGS = (DAY, 2 * DAY, 7 * DAY)
TEST = 28 * DAY
FIRST = date(2014, 1, 1)


def build(vault: Vault) -> Files:
    """Last four weeks as the test; every earlier half-hour for training."""
    frame = read_frame(vault, "fpp2/elecdemand")
    demand = frame["Demand"].tolist()
    warmth, workday = frame["Temperature"].tolist(), frame["WorkDay"].tolist()
    places = range(max(LAGS), len(demand))
    days = [FIRST + timedelta(days=place // DAY) for place in places]
    rows = Rows(
        inputs=[
            {
                "half_hour": place % DAY,
                "weekday": day.isoweekday(),
                "workday": workday[place],
                "temperature": warmth[place],
                "lags": [demand[place - lag] for lag in LAGS],
            }
            for place, day in zip(places, days, strict=True)
        ],
        targets=[demand[place] for place in places],
        clusters=[day.isoformat() for day in days],
    )
    edge = len(places) - TEST
    train, test = rows.take(range(edge)), rows.take(range(edge, len(places)))
    files = dataset_files(SHAPE, test, for_public(train))
    return files | shipped_to(LEARNERS, "training.csv", training_csv(train, "demand"))
