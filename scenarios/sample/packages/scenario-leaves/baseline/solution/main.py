"""The nearest species by four plain shape factors."""

import csv
from pathlib import Path

import numpy as np

FACTORS = ("aspect_ratio", "rectangularity", "circularity", "eccentriciry")
KNOWN = {}


def load():
    """Mean factors of each species, in units of their spread."""
    with Path(__file__).with_name("training.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    factors = np.array([[float(row[name]) for name in FACTORS] for row in rows])
    species = np.array([row["species"] for row in rows])
    centre, spread = factors.mean(axis=0), factors.std(axis=0)
    names = sorted(set(species.tolist()))
    means = np.array(
        [((factors - centre) / spread)[species == name].mean(axis=0) for name in names]
    )
    KNOWN.update(centre=centre, spread=spread, names=names, means=means)


def predict(batch):
    """Species of each leaf."""
    factors = np.array([[one[name] for name in FACTORS] for one in batch])
    apart = (factors - KNOWN["centre"]) / KNOWN["spread"]
    distances = ((apart[:, None, :] - KNOWN["means"][None]) ** 2).sum(axis=2)
    return [{"label": KNOWN["names"][place]} for place in distances.argmin(axis=1)]
