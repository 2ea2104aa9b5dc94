"""The nearest mean digit, cell by cell, with numpy alone."""

import base64
from pathlib import Path

import numpy as np

SIDE = 28
MEANS = {}


def load():
    """Mean picture of each digit."""
    folder = Path(__file__).parent
    images, labels = np.load(folder / "digits.npy"), np.load(folder / "labels.npy")
    MEANS["digits"] = np.array([images[labels == digit].mean(axis=0) for digit in range(10)])


def predict(batch):
    """Number on each strip."""
    answers = []
    for one in batch:
        _, size, _, pixels = base64.b64decode(one["image"]).split(b"\n", 3)
        width, height = map(int, size.split())
        strip = np.frombuffer(pixels, dtype=np.uint8).reshape(height, width // SIDE, SIDE)
        cells = strip.transpose(1, 0, 2).reshape(-1, SIDE * SIDE)
        distances = ((cells[:, None, :] - MEANS["digits"][None]) ** 2).sum(axis=2)
        answers.append({"text": "".join(str(digit) for digit in distances.argmin(axis=1))})
    return answers
