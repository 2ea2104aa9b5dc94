import math
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring import poisson, resampling
from scoring.poisson import PoissonBytes
from scoring.resampling import Draws, derive_seed, order_position, spread

SEED = bytes(range(32))
WORD = (1 << 64) - 1
HALF = (1 << 32) - 1


def counts(draws: Draws) -> np.ndarray:
    return np.concatenate(list(draws.blocks()))


def philox(key: tuple[int, int], counter: list[int]) -> Iterator[int]:
    """Philox4x64-10 as published, in whole numbers of Python."""
    while True:
        counter[0] += 1
        a, b, c, d = counter
        first, second = key
        for _ in range(10):
            left, right = 0xD2E7470EE14C6C93 * a, 0xCA5A826395121157 * c
            a, b, c, d = (
                (right >> 64) ^ b ^ first,
                right & WORD,
                (left >> 64) ^ d ^ second,
                (left & WORD),
            )
            first = (first + 0x9E3779B97F4A7C15) & WORD
            second = (second + 0xBB67AE8584CAA73B) & WORD
        yield from (a, b, c, d)


def test_the_same_seed_gives_the_same_draws_on_every_platform() -> None:
    draws = Draws(SEED, units=7, count=4)

    drawn = counts(draws)

    assert drawn.astype(int).tolist() == [
        [1, 1, 0, 3, 1, 0, 1],
        [0, 1, 2, 4, 0, 0, 0],
        [2, 1, 0, 1, 3, 0, 0],
        [1, 3, 0, 0, 2, 0, 1],
    ]
    assert draws.digest() == (
        "sha256:5e8a2de780031b3608e3225f3cf54b992c40b259a299a3784fda7baf35d6bfae"
    )


def test_the_digest_of_a_larger_draw_is_pinned() -> None:
    digest = Draws(SEED, units=1000, count=500).digest()

    assert digest == "sha256:84f6a1a80585df7bf79358b9124d1c978a66ad85dfcbb66ffd2538d139534942"


def as_published(seed: bytes, units: int, rows: int, steps: PoissonBytes | None) -> list[list[int]]:
    """The recipe of `Draws` by loops over whole numbers, for one lot of rows."""
    words = [int.from_bytes(seed[at : at + 8], "little") for at in range(0, 32, 8)]
    stream = philox((words[0], words[1]), [0, 0, words[2], words[3]])

    def taken(count: int, bits: int) -> list[int]:
        lot = islice(stream, -(-count * bits // 64))
        cut = [word >> at & ((1 << bits) - 1) for word in lot for at in range(0, 64, bits)]
        return cut[:count]

    def poisson(rows: int, steps: PoissonBytes) -> list[list[int]]:
        drawn = taken(rows * units, 8)
        found = [sum(byte >= edge for edge in steps.edges) for byte in drawn]
        unsaid = [at for at, byte in enumerate(drawn) if byte >= steps.open]
        for at, half in zip(unsaid, taken(len(unsaid), 32), strict=True):
            found[at] = sum(half >= edge for edge in steps.rest)
        return [found[at : at + units] for at in range(0, len(found), units)]

    counts = [[0] * units for _ in range(rows)] if steps is None else poisson(rows, steps)
    while steps and (over := [at for at, row in enumerate(counts) if sum(row) > units]):
        for at, row in zip(over, poisson(len(over), steps), strict=True):
            counts[at] = row
    lacking = [at for at, row in enumerate(counts) for _ in range(units - sum(row))]
    for at, half in zip(lacking, taken(len(lacking), 32), strict=True):
        counts[at][half * units >> 32] += 1
    return counts


@pytest.mark.parametrize(("units", "margin"), [(11, 4), (16, 4), (17, 4), (100, 4), (100, 0)])
def test_draws_can_be_repeated_from_the_published_generator_alone(
    units: int, margin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resampling, "AT_ONCE", 700)
    monkeypatch.setattr(poisson, "MARGIN", margin)
    rows = 700 // units
    steps = PoissonBytes.below(units)

    drawn = counts(Draws(SEED, units=units, count=rows))

    assert (steps is None) == (units <= margin**2)
    assert drawn.tolist() == as_published(SEED, units, rows, steps)


@pytest.mark.parametrize("units", [3, 17, 40, 400])
def test_a_row_follows_the_law_of_drawing_with_replacement(units: int) -> None:
    drawn = counts(Draws(SEED, units=units, count=40_000)).astype(int)
    first = np.bincount(drawn[:, 0], minlength=8)[:8]
    pairs = np.bincount(drawn[:, 1] + drawn[:, 2], minlength=10)[:10]

    for seen, chance in ((first, 1 / units), (pairs, 2 / units)):
        expected = stats.binom.pmf(np.arange(len(seen)), units, chance) * len(drawn)
        enough = expected >= 5
        apart = ((seen - expected)[enough] ** 2 / expected[enough]).sum()
        assert stats.chi2.sf(apart, enough.sum() - 1) > 1e-3


def test_both_halves_of_the_seed_matter() -> None:
    other_key = bytes([1]) + SEED[1:]
    other_start = SEED[:31] + bytes([0])

    digests = {Draws(seed, units=20, count=20).digest() for seed in (SEED, other_key, other_start)}

    assert len(digests) == 3


@given(units=st.integers(1, 60), count=st.integers(1, 40))
def test_every_resample_has_as_many_units_as_there_are(units: int, count: int) -> None:
    drawn = counts(Draws(SEED, units=units, count=count))

    assert drawn.shape == (count, units)
    assert drawn.dtype == np.float64
    assert (drawn.sum(axis=1) == units).all()


def test_the_size_of_blocks_changes_no_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resampling, "AT_ONCE", 90)
    whole = counts(Draws(SEED, units=30, count=50))
    monkeypatch.setattr(resampling, "BLOCK_CELLS", 200)
    monkeypatch.setattr(resampling, "KEPT_CELLS", 0)
    draws = Draws(SEED, units=30, count=50)

    blocks = list(draws.blocks())

    assert [len(block) for block in blocks] == [6] * 8 + [2]
    assert (np.concatenate(blocks) == whole).all()
    assert (counts(draws) == whole).all()


def test_more_resamples_begin_with_the_fewer() -> None:
    few = counts(Draws(SEED, units=13, count=10))

    many = counts(Draws(SEED, units=13, count=100))

    assert (many[:10] == few).all()


def test_a_block_stays_below_8_mebibytes() -> None:
    draws = Draws(SEED, units=3000, count=2000)

    largest = max(block.nbytes for block in draws.blocks())

    assert largest <= 8 * 1024**2


def test_each_unit_is_drawn_once_on_average() -> None:
    drawn = counts(Draws(SEED, units=100, count=9999))

    off = (drawn.mean(axis=0) - 1) / math.sqrt(0.99 / 9999)

    assert np.abs(off).max() < 4.5
    assert drawn.var() == pytest.approx(0.99, rel=0.01)


@pytest.mark.parametrize(
    ("seed", "units", "count"),
    [(b"short", 3, 3), (SEED, 0, 3), (SEED, 1 << 26, 3), (SEED, 3, 0)],
)
def test_impossible_draws_are_refused(seed: bytes, units: int, count: int) -> None:
    with pytest.raises(ValueError, match=r"bytes|units|count"):
        Draws(seed, units=units, count=count)


def test_a_seed_depends_on_the_lock_and_the_purpose() -> None:
    seed = derive_seed("sha256:00", "hotline", "samples")

    assert seed.hex() == "4b7aec9cfb3a1a8368fe6e027ae1522bb368639a37ad1d91d11dba0e9f4fe19a"
    assert seed != derive_seed("sha256:00", "hotlinesamples")
    assert seed != derive_seed("sha256:01", "hotline", "samples")


@pytest.mark.parametrize(
    ("level", "count", "position"),
    [(0.95, 9999, 9500), (0.95, 19, 19), (0.95, 18, 19), (0.975, 9999, 9750), (0.95, 0, 1)],
)
def test_a_quantile_is_an_order_statistic(level: float, count: int, position: int) -> None:
    assert order_position(level, count) == position


def test_an_interval_leaves_as_many_replicates_below_as_above() -> None:
    replicates = np.random.default_rng(0).permutation(np.arange(1.0, 1000.0))

    interval = spread(replicates, 0.95)

    assert (interval.low, interval.high) == (25.0, 975.0)


def test_with_too_few_replicates_an_interval_is_their_range() -> None:
    interval = spread(np.array([3.0, 1.0, 2.0]), 0.95)

    assert (interval.low, interval.high) == (1.0, 3.0)
