from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.geometry import MARGIN, heat_step, scale_over, share_step

VALUES = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=8)


def place(text: str) -> float:
    return float(text.rstrip("%"))


@given(VALUES)
def test_every_value_stands_inside_the_figure(values: list[float]) -> None:
    scale = scale_over(values)

    assert all(MARGIN <= place(scale.at(value)) <= 100 - MARGIN for value in values)


@given(VALUES)
def test_larger_values_never_stand_further_left(values: list[float]) -> None:
    scale = scale_over(values)
    places = [place(scale.at(value)) for value in sorted(values)]

    assert places == sorted(places)


@given(VALUES)
def test_an_axis_has_a_readable_number_of_ticks_in_order(values: list[float]) -> None:
    ticks = scale_over(values).ticks()

    assert 1 <= len(ticks) <= 7
    assert [place(tick.x) for tick in ticks] == sorted(place(tick.x) for tick in ticks)


def test_bounds_of_a_metric_hold_the_axis() -> None:
    scale = scale_over([0.01, 0.99], (0.0, 1.0))

    assert (scale.low, scale.high) == (0.0, 1.0)


def test_a_missing_value_draws_no_dot() -> None:
    plot = scale_over([1.0, 2.0]).plot(None, None)

    assert (plot.dot, plot.low, plot.high) == (None, None, None)


@given(st.floats(0, 100))
def test_shades_follow_points(points: float) -> None:
    assert heat_step(points) <= heat_step(min(100.0, points + 20))


def test_only_an_empty_cell_has_the_lightest_shade() -> None:
    assert [share_step(n, 600) for n in (0, 1, 300, 600)] == [0, 1, 2, 4]
