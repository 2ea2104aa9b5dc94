import numpy as np
import pytest

from scoring.ranking.totals import PartPoints, merged


def test_criteria_make_a_part_by_their_weights() -> None:
    criteria = [
        PartPoints(points=80.0, maximum=60, replicates=np.array([70.0, 90.0])),
        PartPoints(points=50.0, maximum=40),
    ]

    part = merged(criteria, maximum=50)

    assert (part.points, part.maximum) == (68.0, 50)
    assert part.replicates is not None
    assert part.replicates.tolist() == [62.0, 74.0]


def test_weights_need_not_sum_to_a_hundred() -> None:
    criteria = [PartPoints(points=90.0, maximum=2), PartPoints(points=60.0, maximum=1)]

    assert merged(criteria, maximum=15).points == 80.0


def test_a_part_is_not_there_while_one_of_its_criteria_is_missing() -> None:
    there = PartPoints(points=90.0, maximum=1, replicates=np.array([89.0, 91.0]))
    criteria = [there, PartPoints(points=None, maximum=1)]

    part = merged(criteria, maximum=15)

    assert (part.points, part.replicates) == (None, None)


@pytest.mark.parametrize("criteria", [[], [PartPoints(points=1.0, maximum=0)]])
def test_criteria_without_weight_make_no_part(criteria: list[PartPoints]) -> None:
    with pytest.raises(ValueError, match="weights"):
        merged(criteria, maximum=15)


def test_replicates_of_criteria_must_match() -> None:
    criteria = [PartPoints(points=1.0, maximum=1, replicates=np.ones(n)) for n in (2, 3)]

    with pytest.raises(ValueError, match=r"\(2,\), not \(3,\)"):
        merged(criteria, maximum=15)
