"""What a scenario claims, held against what was measured, also under every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from harness.board import Anchored
from harness.package import Claim
from harness.pipeline.gain import Compared, skill_of
from harness.pipeline.score_records import finite, interval_entry
from scoring.interval import wilson
from scoring.metric import Metric
from scoring.resampling import Floats
from scoring.score import Score

MODEST = 0.5
"""Share of the board's wanted gain from which on a claim earns all that it can."""

SETTLED = 0.01
"""Share of the draws from which on their turning a verdict round leaves it in doubt."""

DIGITS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A claim held against what was measured, as it is kept, and its earned share in every draw."""

    record: dict[str, Any]
    drawn: Floats


def held_claim(
    claim: Claim, compared: Compared, anchors: Anchored | None, *, attested: bool
) -> Held:
    """Hold a claim against what was measured, and say which share of it is earned.

    Boasting beyond the interval counts against, at either end: a result better than measured, or
    a baseline worse than measured. A claim of little gain earns in proportion. Other samples
    would have moved the intervals and with them the verdict, which is all or nothing: ``holds``
    is the share of the draws in which neither end boasts, none where nothing was checked.
    """
    found, base, metric = compared.found, compared.base, compared.metric
    sign = 1 if metric.better == "higher" else -1
    low, high = found.interval.low, found.interval.high
    better, worse = (high, low) if sign > 0 else (low, high)
    lowest = base.interval.low if sign > 0 else base.interval.high
    if attested:
        verdict = "self_attested"
    elif compared.withheld is not None:
        verdict = "not_checkable"
    elif sign * (claim.to - better) > 0:
        verdict = "above_measured"
    elif sign * (claim.from_ - lowest) < 0:
        verdict = "baseline_understated"
    elif sign * (claim.to - worse) < 0:
        verdict = "below_measured"
    else:
        verdict = "reproduced"
    reproduced = verdict in ("reproduced", "below_measured")
    worth = _boldness(claim, metric, anchors)
    holds = np.zeros(len(found.replicates))
    checked = verdict not in ("self_attested", "not_checkable")
    if checked:
        modest = _End(found, compared.lapses, way=sign, limit=metric.best)
        honest = _End(base, compared.baseline_lapses, way=-sign, limit=metric.worst)
        holds = (modest.reaches(claim.to) & honest.reaches(claim.from_)).astype(np.float64)
    record = {
        "metric": str(claim.metric),
        "from": claim.from_,
        "to": claim.to,
        "kind": claim.kind,
        "measured": finite(found.value),
        "interval": interval_entry(found.interval),
        "baseline": finite(base.value),
        "baseline_interval": interval_entry(base.interval),
        "verdict": verdict,
        "earned": worth if reproduced else 0.0,
        "worth": worth if checked else 0.0,
        "holds": round(float(holds.mean()), DIGITS) if checked and holds.size else None,
    }
    return Held(record=record, drawn=worth * holds)


def claims_share(claims: Sequence[Held], count: int) -> tuple[float, Floats]:
    """Share that the claims of measured effects have earned, also in each of ``count`` draws.

    0 where there are none.
    """
    checked = [claim for claim in claims if claim.record["kind"] == "measured"]
    if not checked:
        return 0.0, np.zeros(count)
    share = sum(claim.record["earned"] for claim in checked) / len(checked)
    return share, np.mean([claim.drawn for claim in checked], axis=0)


def share_in_doubt(
    records: Sequence[Mapping[str, Any]], earned: Floats, gained: Floats | None
) -> Floats:
    """Share that measured claims earn in every draw, shape (B,), if their verdicts are in doubt.

    Resampling moves a verdict around what was measured, and not around what is true: of a claim
    that is as likely to hold as not it may say that it is all but certain. A verdict that a
    hundredth of the draws or more turn round may therefore be either, and falls with the lower
    half of the draws, by ``earned``, the share that resampling shows, and then by the gain.
    """
    measured = [claim for claim in records if claim["kind"] == "measured"]
    ordered = np.lexsort((earned,) if gained is None else (gained, earned))
    upper = np.zeros(len(earned))
    upper[ordered[len(ordered) // 2 :]] = 1.0
    found = np.zeros(len(earned))
    for claim in measured:
        turned = 0.0
        if claim["holds"] is not None:
            turned = 1 - claim["holds"] if claim["earned"] else claim["holds"]
        found += claim["worth"] * upper if turned >= SETTLED else claim["earned"]
    return found / max(len(measured), 1)


def with_stakes(claims: Sequence[Held], weight: int) -> list[dict[str, Any]]:
    """The claims as they are kept, each with the measured points that hang on its verdict."""
    count = sum(claim.record["kind"] == "measured" for claim in claims)
    return [
        claim.record
        | {
            "stake": weight * claim.record["worth"] / count
            if claim.record["kind"] == "measured"
            else 0.0
        }
        for claim in claims
    ]


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a value's interval that a claim may not lie beyond, in every draw.

    ``way`` is 1 for the upper end and -1 for the lower; ``limit`` is the metric's bound there.
    """

    found: Score
    lapses: Floats
    way: int
    limit: float

    def reaches(self, claimed: float) -> np.ndarray:
        """In which draws the end reaches a claimed value, shape (B,).

        Wilson's interval is worked out anew for every draw. Others lie as far from the draw's
        value as from the measured one, unless they are cut at the metric's bound: what is cut
        off is not known, and errors there are taken to be counts, whose spread grows with the
        root of their number.
        """
        drawn = self._drawn()
        found = self.found
        end = found.interval.high if self.way > 0 else found.interval.low
        if found.successes is not None and found.method == "wilson" and self._usual:
            ends = {value: self._wilson(value) for value in np.unique(drawn).tolist()}
            reached = np.array([ends[value] for value in drawn.tolist()])
        elif end == self.limit:
            reached = drawn + self.way * self._spread(drawn)
        else:
            reached = end + drawn - found.value
        return self.way * (claimed - reached) <= 0

    @property
    def _usual(self) -> bool:
        return "degenerate" not in self.found.notes

    @property
    def _deviate(self) -> float:
        return float(ndtri(0.5 + self.found.interval.level / 2))

    @property
    def _faultless(self) -> bool:
        """Whether the value is the bound itself, where no draw shows an error."""
        return self.found.value == self.limit

    @property
    def _step(self) -> float:
        """What one error takes from a faultless value, by the far end of its Wilson interval."""
        interval = self.found.interval
        far = interval.low if self.way > 0 else interval.high
        return abs(self.limit - far) / self._deviate**2

    def _drawn(self) -> Floats:
        """Values under every draw; of faultless answers as if one of them had failed."""
        if not self._faultless:
            return self.found.replicates
        return self.limit - self.way * self._step * self.lapses

    def _spread(self, drawn: Floats) -> Floats:
        """Half the width of an interval around each draw's value."""
        apart = np.abs(self.limit - drawn)
        if self._faultless:
            return self._deviate * np.sqrt(self._step * apart)
        own = abs(self.limit - self.found.value)
        return self._deviate * self.found.standard_error * np.sqrt(apart / own)

    def _wilson(self, value: float) -> float:
        count = self.found.eligible
        found = wilson(round(value * count), count, self.found.interval.level)
        return found.high if self.way > 0 else found.low


def _boldness(claim: Claim, metric: Metric, anchors: Anchored | None) -> float:
    """How much of its share a claim that holds earns, by the gain that it claims."""
    if anchors is None or anchors.target <= 0:
        return 1.0
    claimed = float(skill_of(claim.to, claim.from_, metric.best))
    return min(1.0, max(0.0, claimed / (MODEST * anchors.target)))
