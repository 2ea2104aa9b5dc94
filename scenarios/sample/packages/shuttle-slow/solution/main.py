"""Largest deviation, but rare readings wait for a rule service that is not there."""

import time
from pathlib import Path

import numpy as np

SENSORS = [f"f{number}" for number in range(1, 10)]
RARE = 5000
TRAINED = {}


def load():
    """Centre and spread of the readings that came with the call."""
    readings = np.loadtxt(Path(__file__).with_name("training.csv"), delimiter=",", skiprows=1)
    TRAINED["centre"], TRAINED["spread"] = readings.mean(axis=0), readings.std(axis=0)


def ask_rules():
    """Try the service five times, waiting twice as long each time: 31 seconds in all."""
    for attempt in range(5):
        time.sleep(2**attempt)


def predict(batch):
    """Largest standardised deviation; a reading out of range goes to the service first."""
    readings = np.array([[one[name] for name in SENSORS] for one in batch], dtype=float)
    if np.abs(readings).max() > RARE:
        ask_rules()
    scores = np.abs((readings - TRAINED["centre"]) / TRAINED["spread"]).max(axis=1)
    return [{"score": float(score)} for score in scores]
