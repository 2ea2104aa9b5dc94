import numpy as np
import pytest

from scoring.freedom import Source
from scoring.ranking.totals import (
    PartPoints,
    Standing,
    replicate_count,
    total,
    total_replicates,
)


def standing(**parts: PartPoints) -> Standing:
    return Standing(candidate="A", eligible=True, parts=parts)


def samples(*draws: float) -> Source:
    return Source("samples", np.array(draws), np.inf)


def test_a_total_and_its_draws_weigh_every_part_by_its_maximum() -> None:
    one = standing(
        measured=PartPoints(points=80.0, maximum=60, sources=(samples(-10.0, 10.0),)),
        panel=PartPoints(points=50.0, maximum=40),
    )

    assert total(one, ["measured", "panel"]) == 68.0
    assert total_replicates(one, ["measured", "panel"], 2).tolist() == [62.0, 74.0]
    assert replicate_count([one], ["measured", "panel"]) == 2
    assert replicate_count([one], ["panel"]) == 0


def test_there_is_no_total_while_a_part_is_missing() -> None:
    one = standing(
        measured=PartPoints(points=80.0, maximum=60), panel=PartPoints(points=None, maximum=40)
    )

    assert total(one, ["measured", "panel"]) is None


def test_errors_of_one_total_have_one_number_of_draws() -> None:
    one = standing(measured=PartPoints(points=1.0, maximum=1, sources=(samples(0.0, 0.0),)))

    with pytest.raises(ValueError, match=r"A: draws of \(2,\), not \(3,\)"):
        total_replicates(one, ["measured"], 3)
