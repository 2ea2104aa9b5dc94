"""What a scenario may not do to gain points: in its data, its baseline, its metrics, its claims."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from harness.board import Anchored, Gate, read_board
from harness.canonical import file_digest
from harness.checking import check_dataset, check_package
from harness.execution.sealing import Sealed
from harness.metric_text import MetricText
from harness.package import Claim, ScenarioMetric
from harness.pipeline.marking import Marker
from harness.pipeline.measured import least_of, leaves
from harness.pipeline.planning import Data
from harness.pipeline.score_records import Marked
from harness.problems import Refusal
from harness.samples import read_samples, read_targets
from reports.marks import SHAPES
from scoring.catalog import METRICS

ACCURACY = ("accuracy",)


def refused(folder: Path, board: Any = None) -> list[str]:
    with pytest.raises(Refusal) as caught:
        check_package(folder, board)
    return [problem.code for problem in caught.value.problems]


def edit(path: Path, *changes: tuple[str, str]) -> None:
    words = path.read_text("utf-8")
    for before, after in changes:
        assert before in words
        words = words.replace(before, after)
    path.write_text(words, "utf-8")


class Scenario:
    """A scenario's data, on which answers and a baseline's answers are marked."""

    def __init__(self, folder: Path) -> None:
        self.criteria = {"skill": Anchored(weight=60, target=0.8), "claims": Anchored(weight=40)}
        edit(folder / "own" / "dataset.yaml", ("[hot, cold]", "[hot, cold, rare]"))
        dataset = check_dataset(folder / "own")
        samples = read_samples(folder / "own", dataset)
        self.data = Data(dataset=dataset, folder=folder / "own", samples=samples)
        self.targets = read_targets(folder / "own", dataset)

    def answers(self, right: int, missing: int = 0) -> Sealed:
        """The first so many right, the last so many missing, the rest wrong."""
        wrong = {"hot": "cold", "cold": "hot"}
        ids = sorted(self.targets)
        labels: list[str | None] = [
            self.targets[name] if at < right else wrong[self.targets[name]]
            for at, name in enumerate(ids)
        ]
        labels[len(ids) - missing :] = [None] * missing
        return Sealed(
            ids=tuple(ids),
            outcomes=tuple("missing" if label is None else "answered" for label in labels),
            answers=tuple(None if label is None else {"label": label} for label in labels),
            digest="sha256:p",
        )

    def marked(
        self,
        found: Sealed,
        base: Sealed,
        metrics: Sequence[str] = ACCURACY,
        claims: Sequence[tuple[float, float]] = (),
        coverage: Gate | None = None,
    ) -> Marked:
        texts = [MetricText.parse(text) for text in metrics]
        package = SimpleNamespace(
            metrics=tuple(ScenarioMetric(metric=text) for text in texts),
            claims=tuple(
                Claim(metric=texts[0], from_=before, to=after, kind="measured")
                for before, after in claims
            ),
        )
        item = SimpleNamespace(id="SC-01", metrics=(), criteria=self.criteria, coverage=coverage)
        planned: Any = SimpleNamespace(item=item, candidate="C001", data=self.data, package=package)
        counts = {kind: found.outcomes.count(kind) for kind in ("answered", "missing")}
        run = {"outcomes": counts, "key": "sha256:k", "predictions": found.digest}
        board: Any = SimpleNamespace(draws=99, confidence=0.95)
        return Marker(board, "sha256:lock").mark_scenario(planned, found, run, base, confirmed=True)


@pytest.fixture
def scenario(small: Any) -> Scenario:
    return Scenario(small.scenario("plant"))


def test_a_metric_without_a_value_costs_its_scenario_the_points_and_nobody_else_the_scores(
    scenario: Scenario,
) -> None:
    found = scenario.marked(
        scenario.answers(70), scenario.answers(40), ["recall(label=rare)"], [(0.1, 0.9)]
    )

    record = found.record
    assert json.dumps(record, allow_nan=False)
    assert record["metrics"][0]["value"] is None
    assert record["metrics"][0]["floor"] is None
    assert (record["skill"]["value"], record["skill"]["points"]) == (None, 0.0)
    assert "无法计算" in record["skill"]["note"]["zh"]
    assert record["claims"][0]["verdict"] == "not_checkable"
    assert record["measured"]["points"] == 0
    assert not any(drawn.any() for drawn in found.criteria.values())


def test_a_metric_that_can_have_no_value_on_the_data_is_refused(small: Any) -> None:
    folder = small.scenario("plant")
    edit(folder / "own" / "dataset.yaml", ("[hot, cold]", "[hot, cold, rare]"))
    edit(
        folder / "package.yaml",
        ("[{metric: accuracy}]", "[{metric: accuracy}, {metric: recall(label=rare)}]"),
    )

    assert refused(folder) == ["E4023"]


def test_targets_of_one_class_alone_are_refused_where_the_metric_needs_two(small: Any) -> None:
    folder = small.scenario("plant")
    target = folder / "own" / "target.csv"
    rows = target.read_text().replace("hot", "cold")
    before = file_digest(target)
    target.write_text(rows)
    edit(folder / "own" / "dataset.yaml", (before, file_digest(target)))
    edit(folder / "package.yaml", ("metric: accuracy", "metric: auc"))

    assert refused(folder) == ["E4023"]


def test_a_first_metric_that_looks_at_one_side_only_is_refused(small: Any) -> None:
    folder = small.scenario("plant")
    edit(folder / "package.yaml", ("metric: accuracy", "metric: recall(label=hot)"))

    assert refused(folder, read_board(small.board)) == ["E4029"]


def test_a_first_metric_that_silence_could_raise_is_refused_unless_all_must_answer(
    small: Any,
) -> None:
    board = read_board(small.board)
    strict = replace(
        board,
        items=tuple(
            replace(item, coverage=Gate(at_least=1.0)) if item.id == "SC-01" else item
            for item in board.items
        ),
    )
    folder = small.scenario("plant")
    edit(folder / "package.yaml", ("metric: accuracy", "metric: f1(label=hot)"))

    assert refused(folder, board) == ["E4024"]
    assert check_package(folder, strict)


def test_a_first_metric_that_wrong_answers_could_raise_is_refused(small: Any) -> None:
    name = next(
        name
        for name, metric in METRICS.items()
        if "classification" in metric.task and not metric.rewards_right and not metric.parameters
    )
    folder = small.scenario("plant")
    edit(folder / "package.yaml", ("metric: accuracy", f"metric: {name}"))

    assert "E4025" in refused(folder, read_board(small.board))


@pytest.mark.parametrize("coverage", [None, Gate(at_least=0.5)])
def test_silence_gains_nothing_on_a_metric_that_it_could_raise(
    scenario: Scenario, coverage: Gate | None
) -> None:
    metric = ["precision(label=hot)"]
    told = scenario.answers(80), scenario.answers(80, missing=1)
    base = scenario.answers(40)

    whole, partly = (
        scenario.marked(found, base, metric, [(0.3, 0.9)], coverage=coverage).record
        for found in told
    )

    assert whole["skill"]["points"] > 0
    assert whole["skill"]["note"] is None
    assert partly["skill"]["points"] == 0
    assert partly["measured"]["points"] == 0
    assert "少答" in partly["skill"]["note"]["zh"]


def test_a_baseline_that_leaves_samples_out_is_no_measure_of_a_gain(scenario: Scenario) -> None:
    found = scenario.answers(75)

    whole = scenario.marked(found, scenario.answers(40), claims=[(0.5, 0.9)]).record
    silent = scenario.marked(found, scenario.answers(40, missing=1), claims=[(0.5, 0.9)]).record

    assert whole["skill"]["points"] > 0
    assert silent["skill"]["points"] == 0
    assert silent["skill"]["note"]["zh"].startswith("基线有 1 个样本")
    assert silent["skill"]["note"]["en"].startswith("The baseline left 1 samples")
    assert silent["claims"][0]["verdict"] == "not_checkable"
    assert silent["measured"]["points"] == 0


@pytest.mark.parametrize(
    ("before", "after", "verdict", "earned"),
    [
        (0.5, 0.94, "reproduced", 1.0),
        (0.5, 1.0, "above_measured", 0.0),
        (0.1, 0.94, "baseline_understated", 0.0),
        (0.5, 0.75, "below_measured", 1.0),
        (0.5, 0.6, "below_measured", 0.5),
        (0.5, 0.501, "below_measured", 0.005),
        (0.6, 0.5, "below_measured", 0.0),
    ],
)
def test_a_claim_earns_what_it_dares_where_both_its_ends_hold(
    scenario: Scenario, before: float, after: float, verdict: str, earned: float
) -> None:
    record = scenario.marked(
        scenario.answers(75), scenario.answers(40), claims=[(before, after)]
    ).record

    assert record["claims"][0]["verdict"] == verdict
    assert verdict in SHAPES
    assert record["claims_share"] == pytest.approx(earned)


def test_a_claim_that_barely_holds_is_as_uncertain_as_its_verdict(scenario: Scenario) -> None:
    bold, modest = (
        scenario.marked(scenario.answers(75), scenario.answers(40), claims=[(0.5, after)])
        for after in (0.972, 0.6)
    )
    edge, safe = (100 * one.record["claims_share"] for one in (bold, modest))

    assert (edge, safe) == pytest.approx((100.0, 50.0))
    assert 0 < np.mean(bold.criteria["claims"] == 0.0) < 1
    assert np.ptp(modest.criteria["claims"]) == 0.0
    assert modest.criteria["claims"][0] == pytest.approx(safe)


def test_a_record_says_in_how_many_draws_its_claims_hold(scenario: Scenario) -> None:
    bold, modest = (
        scenario.marked(scenario.answers(75), scenario.answers(40), claims=[(0.5, after)])
        for after in (0.972, 0.6)
    )

    lost = np.mean(bold.criteria["claims"] == 0.0)
    assert bold.record["claims"][0]["holds"] == pytest.approx(1 - lost, abs=1e-6)
    assert bold.record["claims_drawn"]["less"] == pytest.approx(lost, abs=1e-6)
    assert bold.record["claims_drawn"]["interval"] == [0.0, 100.0]
    assert modest.record["claims"][0]["holds"] == 1.0
    assert modest.record["claims_drawn"] == {
        "interval": pytest.approx([50.0, 50.0]), "less": 0.0, "more": 0.0
    }  # fmt: skip


def test_a_claim_cannot_lie_beyond_an_interval_that_ends_at_the_best_value(
    scenario: Scenario,
) -> None:
    found = scenario.marked(
        scenario.answers(79), scenario.answers(40), ["macro_f1"], claims=[(0.5, 1.0)]
    )

    (claim,) = found.record["claims"]
    assert claim["interval"]["high"] == 1.0
    assert (claim["verdict"], found.record["claims_share"]) == ("reproduced", 1.0)
    # Only draws of four errors or more end below the best value.
    assert 0.9 <= claim["holds"] < 1.0


@pytest.mark.parametrize(("after", "stake"), [(0.94, 20.0), (1.0, 20.0), (0.6, 10.0)])
def test_a_claim_says_how_many_points_hang_on_its_verdict(
    scenario: Scenario, after: float, stake: float
) -> None:
    record = scenario.marked(
        scenario.answers(75), scenario.answers(40), claims=[(0.5, after), (0.5, 0.9)]
    ).record

    assert record["claims"][0]["stake"] == pytest.approx(stake)


@pytest.mark.parametrize(("right", "low", "high"), [(75, 84, 14), (40, 14, 14)])
def test_the_least_error_of_a_scenario_counts_a_cluster_on_its_way_from_its_own_baseline(
    scenario: Scenario, right: int, low: int, high: int
) -> None:
    marked = scenario.marked(scenario.answers(right), scenario.answers(40))
    item: Any = SimpleNamespace(id="SC-01", metrics=(), criteria=scenario.criteria)

    found = leaves(item, marked.record, marked.criteria)

    # 40 of 80 were right before, in 10 clusters; half of the range is the way, 0.8 of it is full.
    # The same 40 right again say nothing of how much of a cluster can fail.
    least = least_of(found) * 0.5 * 0.8 / 60
    assert 1 / low - 1e-6 <= least <= 1 / high + 1e-6


@pytest.mark.parametrize("place", ["solution/data", "before/solution/data", "solution"])
def test_data_inside_of_what_is_mounted_are_refused(small: Any, place: str) -> None:
    folder = small.scenario("plant")
    for path in (folder / "own").iterdir():
        (folder / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / place)
    edit(folder / "package.yaml", ("dataset: own", f"dataset: {place}"))

    assert "E4026" in refused(folder)


def test_a_baseline_inside_of_the_solution_is_refused(small: Any) -> None:
    folder = small.scenario("plant")
    shutil.copytree(folder / "before", folder / "solution" / "before")
    edit(folder / "package.yaml", ("baseline: before", "baseline: solution/before"))

    assert refused(folder) == ["E4026"]


@pytest.mark.parametrize("home", ["solution", "before/solution"])
def test_a_copy_of_the_targets_beside_the_solution_is_refused(small: Any, home: str) -> None:
    folder = small.scenario("plant")
    (folder / home / "weights").mkdir()
    shutil.copy(folder / "own" / "target.csv", folder / home / "weights" / "model.bin")

    assert refused(folder) == ["E4027"]


def test_targets_that_lie_in_the_solution_of_a_wider_data_folder_are_refused(small: Any) -> None:
    folder = small.scenario("plant")
    for name in ("samples.csv", "target.csv"):
        shutil.move(folder / "own" / name, folder / "solution" / name)
    shutil.move(folder / "own" / "dataset.yaml", folder / "dataset.yaml")
    edit(folder / "package.yaml", ("dataset: own", "dataset: ."))
    edit(
        folder / "dataset.yaml",
        ("path: target.csv", "path: solution/target.csv"),
        ("path: samples.csv", "path: solution/samples.csv"),
    )

    assert "E4027" in refused(folder)


@pytest.mark.parametrize("name", ["target.csv", "vocabulary.txt"])
def test_a_resource_that_is_the_target_file_is_refused(small: Any, name: str) -> None:
    data = small.board / "data"
    if name != "target.csv":
        shutil.copy(data / "target.csv", data / name)
    digest = file_digest(data / name)
    with (data / "dataset.yaml").open("a", encoding="utf-8") as file:
        file.write(f'resources: [{{path: {name}, sha256: "{digest}"}}]\n')

    with pytest.raises(Refusal) as caught:
        check_dataset(data)

    assert [problem.code for problem in caught.value.problems] == ["E3032"]
