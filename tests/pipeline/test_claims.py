"""A claim's verdict is as uncertain in the draws as it is when other samples are taken."""

from __future__ import annotations

import math

import numpy as np
import pytest

from harness.metric_text import MetricText
from harness.package import Claim
from harness.pipeline.claims import Held, held_claim, share_in_doubt
from harness.pipeline.gain import Compared, lapses
from scoring.answers import Labels
from scoring.catalog import resolve
from scoring.resampling import Draws
from scoring.score import scores

NAMES = ("坏", "好")
N = 80


def labels(right: int) -> Labels:
    """Answers to independent samples, the first so many of which are right."""
    truth = np.zeros(N, dtype=np.int64)
    truth[1::2] = 1
    predicted = np.where(np.arange(N) < right, truth, 1 - truth)
    return Labels(
        truth=truth, predicted=predicted, labels=NAMES, positive="坏", belief=np.full(N, np.nan)
    )


def held(right: int, base: int, before: float, after: float, text: str = "accuracy") -> Held:
    """A claim on so many right answers of 80, and so many of the baseline's."""
    bound = resolve(MetricText.parse(text))
    draws = Draws(bytes(32), units=N, count=1999)
    found, reference = scores(
        [(bound, labels(right)), (bound, labels(base))], clusters=None, draws=draws
    )
    compared = Compared(
        metric=bound.metric,
        found=found,
        base=reference,
        unanswered=0,
        baseline_unanswered=0,
        lapses=lapses(found, draws, None),
        baseline_lapses=lapses(reference, draws, None, last=True),
    )
    claim = Claim(metric=bound.text, from_=before, to=after, kind="measured")
    return held_claim(claim, compared, None, attested=False)


@pytest.mark.parametrize("text", ["accuracy", "recall(label=坏)"])
def test_a_claim_of_the_best_value_is_lost_by_the_first_error(text: str) -> None:
    faultless, one = held(80, 40, 0.5, 1.0, text), held(78, 40, 0.5, 1.0, text)

    assert faultless.record["verdict"] == "reproduced"
    assert one.record["verdict"] == "above_measured"
    # Had one of them failed, one in e draws would not have shown it.
    assert faultless.record["holds"] == pytest.approx(math.exp(-1), abs=0.04)
    assert set(faultless.drawn) == {0.0, 1.0}


@pytest.mark.parametrize("truth", [0.97, 0.98, 0.99])
def test_draws_do_not_make_a_claim_of_the_best_value_safer_than_it_is(truth: float) -> None:
    told = 0.0
    for wrong in range(9):
        chance = math.comb(N, wrong) * truth ** (N - wrong) * (1 - truth) ** wrong
        told += chance * held(N - wrong, 40, 0.5, 1.0).record["holds"]

    # It is reproduced if, and only if, none of 80 answers is wrong.
    assert told <= truth**N + 0.1


@pytest.mark.parametrize("after", [0.94, 1.0])
def test_a_verdict_on_a_proportion_is_that_of_wilsons_interval_in_every_draw(after: float) -> None:
    found = {right: held(right, 40, 0.7, after).record for right in range(60, 81)}
    reproduced = {right: one["verdict"] != "above_measured" for right, one in found.items()}

    for right in (74, 77, 79, 80):
        rate = (80 - right or 1) / 80
        expected = sum(
            math.comb(80, wrong) * rate**wrong * (1 - rate) ** (80 - wrong) * reproduced[80 - wrong]
            for wrong in range(21)
        )
        assert found[right]["holds"] == pytest.approx(expected, abs=0.04)


def test_a_metric_whose_interval_still_reaches_the_best_value_survives_a_few_errors() -> None:
    found = held(80, 40, 0.5, 1.0, "macro_f1").record

    assert found["verdict"] == "reproduced"
    assert 0.9 <= found["holds"] < 1.0


def test_the_worst_baseline_may_have_been_better_too() -> None:
    found = held(75, 0, 0.0, 0.9).record

    assert found["verdict"] == "reproduced"
    assert found["holds"] == pytest.approx(math.exp(-1), abs=0.04)


def test_a_modest_claim_on_faultless_answers_is_safe() -> None:
    assert held(80, 40, 0.7, 0.9).record["holds"] == 1.0


def verdict(earned: float, holds: float | None, kind: str = "measured") -> dict[str, object]:
    return {"kind": kind, "earned": earned, "worth": 1.0, "holds": holds}


def test_a_verdict_that_draws_turn_round_may_as_well_have_been_the_other() -> None:
    earned = np.array([1.0] * 96 + [0.0] * 4)
    gained = np.arange(100.0)[::-1]

    found = share_in_doubt([verdict(1.0, 0.96)], earned, gained)

    assert found.sum() == 50
    assert not found[96:].any()
    assert found[:50].all()


@pytest.mark.parametrize(("earned", "holds"), [(1.0, 0.995), (0.0, 0.004), (0.0, None)])
def test_a_verdict_that_hardly_any_draw_turns_round_stands(
    earned: float, holds: float | None
) -> None:
    claims = [verdict(earned, holds), verdict(0.0, 0.5, kind="attested")]

    found = share_in_doubt(claims, np.full(100, earned), None)

    assert found.tolist() == [earned] * 100


def test_scenarios_of_one_truth_are_not_told_apart_by_a_claim_just_above_it() -> None:
    random, beaten, runs = np.random.default_rng(2), 0, 40
    for _ in range(runs):
        right, other = random.binomial(N, 0.75, 2)
        verdicts = [held(int(count), 30, 0.4, 0.85) for count in (right, other)]
        shares = [share_in_doubt([one.record], one.drawn, None) * 100 for one in verdicts]
        apart = abs(verdicts[0].record["earned"] - verdicts[1].record["earned"]) * 100
        spread = np.hypot(*[share.std() for share in shares])
        beaten += apart > 1.96 * spread

    assert beaten / runs <= 0.1
