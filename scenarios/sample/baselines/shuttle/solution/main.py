"""One sensor alone: how far the fifth is from its usual reading."""

import csv
from pathlib import Path
from statistics import median

USUAL = {}


def load():
    """Median of the fifth sensor."""
    with Path(__file__).with_name("training.csv").open(encoding="utf-8") as file:
        USUAL["f5"] = median(int(row["f5"]) for row in csv.DictReader(file))


def predict(batch):
    """Distance from the median."""
    return [{"score": float(abs(one["f5"] - USUAL["f5"]))} for one in batch]
