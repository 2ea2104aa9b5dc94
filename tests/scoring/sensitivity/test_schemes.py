import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.sensitivity import schemes
from scoring.sensitivity.schemes import SCHEMES, Consensus, consensus

REFERENCE = Path(__file__).parents[2] / "reference" / "ranking"
NAMES = ("A1", "A2", "A3", "A4", "A5")
TASKS = ("c_ideal", "c_random", "c_worstcase")
THEIRS = {
    "mean_then_rank": "meanThenRank",
    "median_then_rank": "medianThenRank",
    "rank_then_mean": "rankThenMean",
    "rank_then_median": "rankThenMedian",
    "test_then_rank": "testThenRank_holm",
}


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tasks() -> dict[str, np.ndarray]:
    values: dict[str, dict[str, dict[int, float]]] = {}
    for row in rows("challenge_data.csv"):
        of_task = values.setdefault(row["task"], {}).setdefault(row["alg_name"], {})
        of_task[int(row["case"])] = float(row["value"])
    return {
        task: np.array([[found[name][case] for name in NAMES] for case in sorted(found["A1"])])
        for task, found in values.items()
    }


def published(scheme: str) -> np.ndarray:
    table = {
        (row["task"], row["algorithm"]): int(row["rank"])
        for row in rows("challenge_ranks.csv")
        if row["method"] == scheme
    }
    return np.array([[table[task, name] for name in NAMES] for task in TASKS])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_gives_the_ranks_of_challenger(
    scheme: schemes.Scheme, tasks: dict[str, np.ndarray]
) -> None:
    found = [SCHEMES[scheme](tasks[task]).tolist() for task in TASKS]

    assert found == published(THEIRS[scheme]).tolist()


def test_tests_without_correction_give_the_ranks_of_challenger(
    tasks: dict[str, np.ndarray],
) -> None:
    found = [schemes.test_then_rank(tasks[task], corrected=False).tolist() for task in TASKS]

    assert found == published("testThenRank_none").tolist()


@pytest.mark.parametrize("theirs", [*THEIRS.values(), "testThenRank_none"])
@pytest.mark.parametrize(
    ("method", "name"), [("euclidean", "euclidean"), ("borda", "Borda"), ("copeland", "Copeland")]
)
def test_every_consensus_is_that_of_challenger(theirs: str, method: Consensus, name: str) -> None:
    table = {
        row["algorithm"]: float(row["value"])
        for row in rows("challenge_consensus.csv")
        if (row["method"], row["consensus"]) == (theirs, name)
    }

    found = consensus(published(theirs), method)

    assert found == pytest.approx([table[one] for one in NAMES])


@pytest.mark.parametrize("scheme", SCHEMES)
@given(
    scores=arrays(np.float64, (12, 4), elements=st.integers(0, 3).map(float)),
    order=st.permutations(range(4)),
)
def test_permuting_candidates_permutes_ranks(
    scheme: schemes.Scheme, scores: np.ndarray, order: list[int]
) -> None:
    found = SCHEMES[scheme](scores)

    assert (SCHEMES[scheme](scores[:, order]) == found[order]).all()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_candidates_that_answer_alike_share_a_rank(scheme: schemes.Scheme) -> None:
    scores = np.tile(np.random.default_rng(1).uniform(size=(30, 1)), (1, 5))

    assert SCHEMES[scheme](scores).tolist() == [1, 1, 1, 1, 1]
