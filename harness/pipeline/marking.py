"""Marking one candidate: from sealed predictions to values, gates and measured points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.board import Board, Criterion, Item
from harness.columns import Columns, columns
from harness.execution.sealing import Sealed
from harness.metric_text import MetricText
from harness.pipeline.claims import Held, claims_share, held_claim, with_stakes
from harness.pipeline.gain import Compared, gain, lapses, unanswered
from harness.pipeline.gate_records import coverage_gate, metric_gate
from harness.pipeline.measured import drawn_entry, leaves, measured_entry
from harness.pipeline.planning import Planned
from harness.pipeline.score_records import (
    Marked,
    draws_entry,
    finite,
    head_of_record,
    samples_apart,
    score_entry,
    slice_entries,
)
from harness.samples import read_targets
from scoring import catalog
from scoring.anchors import deviations, points
from scoring.per_sample import PerSample, per_sample
from scoring.resampling import Draws, Floats, derive_seed
from scoring.score import Score, scores
from scoring.slices import slices


class Marker:
    """Scores the candidates of one evaluation; draws are common to all on the same data."""

    def __init__(self, board: Board, lock: str) -> None:
        self.board = board
        self.lock = lock
        self._draws: dict[tuple[str, int], Draws] = {}
        self._targets: dict[str, Mapping[str, Any]] = {}

    def columns(self, planned: Planned, sealed: Sealed) -> Columns:
        """Open the labels, which happens only when the candidate is long dead."""
        digest = planned.data.dataset.content_digest()
        if digest not in self._targets:
            self._targets[digest] = read_targets(planned.data.folder, planned.data.dataset)
        return columns(planned.data.dataset, planned.data.samples, self._targets[digest], sealed)

    def draws(self, planned: Planned, units: int) -> Draws:
        """Bootstrap draws of a dataset, the same for everyone who answers it."""
        digest = planned.data.dataset.content_digest()
        key = (digest, units)
        if key not in self._draws:
            seed = derive_seed(self.lock, "samples", digest)
            self._draws[key] = Draws(seed=seed, units=units, count=self.board.draws)
        return self._draws[key]

    def score(self, planned: Planned, joined: Columns, text: MetricText) -> Score:
        """One metric's value with its interval and its values under every draw."""
        return self.scores(planned, [text], joined)[str(text), 0]

    def scores(
        self, planned: Planned, texts: Sequence[MetricText], *answered: Columns
    ) -> dict[tuple[str, int], Score]:
        """Score some metrics on the answers of one or more candidates in one pass over the draws.

        The key is the metric's text and the place of the candidate.
        """
        wanted = {
            (str(text), place): (catalog.resolve(text), joined.answers)
            for text in texts
            for place, joined in enumerate(answered)
        }
        found = scores(
            list(wanted.values()),
            clusters=answered[0].clusters,
            draws=self.draws(planned, answered[0].units),
            level=self.board.confidence,
        )
        return dict(zip(wanted, found, strict=True))

    def slices(
        self, planned: Planned, texts: Sequence[MetricText], joined: Columns
    ) -> list[dict[str, Any]]:
        """Every metric on every group of the columns that the dataset declares."""
        found = [
            entry
            for column, groups in joined.slices.items()
            for text in texts
            for entry in slices(
                catalog.resolve(text),
                joined.answers,
                column,
                groups,
                clusters=joined.clusters,
                seed=self.lock,
                level=self.board.confidence,
            )
        ]
        return slice_entries(found)

    def mark_model(
        self, planned: Planned, sealed: Sealed, run: Mapping[str, Any], floors: Mapping[str, float]
    ) -> Marked:
        """Score a candidate of a model item against the item's metrics, anchors and gates."""
        joined = self.columns(planned, sealed)
        total = 0.0
        entries: list[dict[str, Any]] = []
        gates = [self._coverage(planned.item, run["outcomes"])]
        criteria: dict[str, Floats] = {}
        texts = [criterion.metric for criterion in planned.item.metrics]
        scored = self.scores(planned, texts, joined)
        for criterion in planned.item.metrics:
            found = scored[str(criterion.metric), 0]
            floor, origin = floor_of(criterion, floors)
            attained = 0.0
            if finite(found.value) is not None:
                attained = points(found.value, floor, criterion.target)
                criteria[str(criterion.metric)] = attained + deviations(
                    found.replicates, found.value, floor, criterion.target
                )
            total += criterion.weight * attained / 100
            gates.append(metric_gate(criterion, found))
            entry = score_entry(found, planned.data.dataset.content_digest())
            entries.append(
                entry
                | {
                    "weight": criterion.weight,
                    "floor": floor,
                    "floor_origin": origin,
                    "target": criterion.target,
                    "points": attained,
                }
            )
        record = head_of_record(planned, joined, sealed, run) | {
            **draws_entry(self.draws(planned, joined.units)),
            "metrics": entries,
            "slices": self.slices(planned, texts, joined),
            "gates": [gate for gate in gates if gate is not None],
        }
        return Marked(
            record=self._measured(planned.item, record, criteria, total),
            criteria=criteria,
            answered=_answered(planned.item, joined),
            by_sample=samples_apart(scored.values()),
        )

    def mark_scenario(
        self,
        planned: Planned,
        sealed: Sealed,
        run: Mapping[str, Any],
        baseline: Sealed,
        *,
        confirmed: bool,
    ) -> Marked:
        """Score a scenario by its gain over its baseline and by the claims that hold.

        Data whose labels the applicant holds, or that the organizer has not confirmed, are
        shown and give no points.
        """
        joined = self.columns(planned, sealed)
        reference = self.columns(planned, baseline)
        digest = planned.data.dataset.content_digest()
        entries: list[dict[str, Any]] = []
        claims: list[Held] = []
        skill: dict[str, Any] | None = None
        criteria: dict[str, Floats] = {}
        total = 0.0
        anchors = planned.item.criteria.get("skill")
        attested = planned.data.dataset.labels_held_by == "applicant" or not confirmed
        texts = [declared.metric for declared in planned.package.metrics]
        scored = self.scores(planned, texts, joined, reference)
        draws = self.draws(planned, joined.units)
        for place, text in enumerate(texts):
            own, base = scored[str(text), 0], scored[str(text), 1]
            compared = Compared(
                metric=catalog.resolve(text).metric,
                found=own,
                base=base,
                lapses=lapses(own, draws, joined.clusters),
                baseline_lapses=lapses(base, draws, reference.clusters, last=True),
                unanswered=unanswered(sealed),
                baseline_unanswered=unanswered(baseline),
            )
            entries.append(
                score_entry(compared.found, digest)
                | {
                    "weight": 0,
                    "floor": finite(compared.base.value),
                    "floor_origin": "baseline",
                    "target": finite(compared.metric.best),
                    "points": None,
                }
            )
            claims += [
                held_claim(claim, compared, anchors, attested=attested)
                for claim in planned.package.claims
                if claim.metric == text
            ]
            if place == 0 and anchors is not None:
                gained = gain(compared, anchors, level=self.board.confidence, attested=attested)
                skill = gained.record
                criteria["skill"] = gained.drawn
                total += anchors.weight * gained.points / 100
        share, earned = claims_share(claims, self.board.draws)
        weight = 0
        if "claims" in planned.item.criteria:
            weight = planned.item.criteria["claims"].weight
            total += weight * share
            criteria["claims"] = 100 * earned
        gate = self._coverage(planned.item, run["outcomes"])
        record = head_of_record(planned, joined, sealed, run) | {
            **draws_entry(draws),
            "metrics": entries,
            "slices": self.slices(planned, texts, joined),
            "gates": [] if gate is None else [gate],
            "self_attested": attested,
            "claims": with_stakes(claims, weight),
            "claims_share": share,
            "skill": skill,
        }
        moved = drawn_entry(leaves(planned.item, record, criteria), "claims", self.board.confidence)
        return Marked(
            record=self._measured(planned.item, record, criteria, total) | {"claims_drawn": moved},
            criteria=criteria,
            by_sample=samples_apart(scored[str(text), 0] for text in texts),
        )

    def baseline_values(self, planned: Planned, sealed: Sealed) -> dict[str, Any]:
        """What an item's baseline reaches on each metric, with interval and standard error."""
        joined = self.columns(planned, sealed)
        digest = planned.data.dataset.content_digest()
        texts = [criterion.metric for criterion in planned.item.metrics]
        scored = self.scores(planned, texts, joined)
        return {text: score_entry(found, digest) for (text, _), found in scored.items()}

    def _measured(
        self,
        item: Item,
        record: Mapping[str, Any],
        drawn: Mapping[str, Floats],
        total: float,
    ) -> dict[str, Any]:
        """A score record with its measured points and their interval."""
        if record["self_attested"]:
            return {**record, "measured": {"points": 0.0, "interval": None}}
        found = leaves(item, record, drawn)
        return {**record, "measured": measured_entry(found, total, self.board.confidence)}

    def _coverage(self, item: Item, outcomes: Mapping[str, int]) -> dict[str, Any] | None:
        if item.coverage is None:
            return None
        answered, asked = outcomes.get("answered", 0), sum(outcomes.values())
        return coverage_gate(item.coverage, answered, asked, self.board.confidence)


def _answered(item: Item, joined: Columns) -> PerSample | None:
    """Scores sample by sample on the weightiest metric that is a mean over samples."""
    for criterion in sorted(item.metrics, key=lambda entry: -entry.weight):
        bound = catalog.resolve(criterion.metric)
        found = per_sample(bound, joined.answers, joined.clusters)
        if found is not None:
            return found
    return None


def floor_of(criterion: Criterion, floors: Mapping[str, float]) -> tuple[float, str]:
    """The lower anchor of a criterion, and whether it was declared or measured."""
    if isinstance(criterion.floor, str):
        return floors[str(criterion.metric)], "baseline"
    return criterion.floor, "declared"
