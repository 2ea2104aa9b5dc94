import pytest
from scipy import stats

from scoring.poisson import PoissonBytes


def test_bytes_become_counts_by_the_published_law() -> None:
    steps = PoissonBytes.below(10_000)
    assert steps is not None

    share = [
        sum(sum(byte >= edge for edge in steps.edges) == count for byte in range(steps.open)) / 256
        for count in range(20)
    ]
    edges = (0, *steps.rest, 1 << 32)
    left = (256 - steps.open) / 256 / 2**32
    found = [
        part + left * (after - before)
        for part, before, after in zip(share, edges, edges[1:], strict=False)
    ]

    assert steps.edges == (98, 192, 237, 251)
    assert found == pytest.approx(stats.poisson.pmf(range(len(found)), 0.96), abs=2.0**-38)
    assert len(found) > 10


@pytest.mark.parametrize("units", [1, 16])
def test_few_units_leave_nothing_to_draw_at_once(units: int) -> None:
    assert PoissonBytes.below(units) is None
