"""An isolation forest, trained without labels."""

from pathlib import Path

import numpy as np
from sklearn.ensemble import IsolationForest

SENSORS = [f"f{number}" for number in range(1, 10)]
TRAINED = {}


def load():
    """Grow one hundred trees on the readings that came with the call."""
    readings = np.loadtxt(Path(__file__).with_name("training.csv"), delimiter=",", skiprows=1)
    TRAINED["model"] = IsolationForest(n_estimators=100, random_state=0).fit(readings)


def predict(batch):
    """Short paths are anomalous: the higher the score, the stranger."""
    readings = np.array([[one[name] for name in SENSORS] for one in batch], dtype=float)
    return [{"score": float(-score)} for score in TRAINED["model"].score_samples(readings)]
