"""From a written text to a metric, with every mistake a problem that says what to write."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from harness.metric_text import MetricText
from harness.problems import Refusal
from scoring.answers import Labels
from scoring.catalog import (
    METRICS,
    BadParameter,
    UnknownMetric,
    WordForName,
    every_metric,
    further_metrics,
    meanings,
    metrics_for,
    resolve,
)
from scoring.metric import PROBLEMS, Metric, MetricProblem
from scoring.resampling import Draws
from scoring.score import score
from scoring.signature import Signature

EXPLAINED = {explanation.code: explanation for explanation in PROBLEMS}


def refusal(text: str) -> MetricProblem:
    with pytest.raises(MetricProblem) as caught:
        resolve(MetricText.parse(text))
    return caught.value


def test_an_unknown_name_is_refused_with_the_nearest_known_one() -> None:
    refused = refusal("marco_f1")

    assert isinstance(refused, UnknownMetric)
    assert refused.nearest == "macro_f1"


@pytest.mark.parametrize("word", ["准确率", "漏检率", "合格率", "召回率(label=紧急)"])
def test_a_word_in_place_of_a_name_is_refused_with_all_that_it_may_mean(word: str) -> None:
    refused = refusal(word)

    assert isinstance(refused, WordForName)
    assert refused.meant == meanings(word.partition("(")[0])
    for language in ("zh", "en"):
        said = EXPLAINED["E7110"].render(next(refused.problems("board.yaml")), language)
        assert all(metric.example in said for metric in refused.meant)


def test_a_chinese_word_that_is_written_alike_is_named_and_not_said_to_be_meant() -> None:
    refused = refusal("平衡准率")

    assert isinstance(refused, UnknownMetric)
    assert (refused.code, refused.nearest) == ("E7115", "balanced_accuracy")
    assert "含义未必相同" in said(refused, "zh") and "something else" in said(refused, "en")


@pytest.mark.parametrize("word", ["幻觉率", "群体差距", "满意度", "bertscore", "comet"])
def test_a_name_that_is_like_no_other_is_refused_without_another(word: str) -> None:
    refused = refusal(word)

    assert (refused.code, refused.nearest) == ("E7115", "")  # type: ignore[attr-defined]
    assert "最接近" not in said(refused, "zh") and "alike" not in said(refused, "en")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("F1", "f1"),
        ("AUC", "auc"),
        ("RMSE", "rmse"),
        ("ROUGE-L", "rouge_l"),
        ("Macro-F1", "macro_f1"),
        ("f1_score", "f1"),
        ("F1-Score", "f1"),
        ("R²", "r2"),
        ("ＢＬＥＵ", "bleu"),
        ("nDCG@10", "ndcg"),
        ("Recall@10", "recall_at"),
        ("mAP@0.5", "map_at"),
    ],
)
def test_a_name_as_papers_write_it_is_refused_with_ours(written: str, name: str) -> None:
    refused = refusal(written)

    assert isinstance(refused, UnknownMetric)
    assert (refused.code, refused.nearest) == ("E7101", name)


@pytest.mark.parametrize(
    ("word", "meant", "never"),
    [
        (
            "虚警率",
            "false_reject_rate, false_alarm_time, false_alarms_per_day",
            "precision, miss_rate",
        ),
        ("误报率", "false_reject_rate, false_alarm_time, false_alarms_per_day", "miss_rate"),
        ("漏报率", "miss_rate", "recall, false_reject_rate"),
        ("命中率", "recall, recall_at", "precision, macro_precision, miss_rate"),
        ("字准率", "cer", "accuracy, field_accuracy"),
        ("特异度", "false_reject_rate", "recall"),
        ("mAP", "map_at, map_coco, mask_map_at", "mape"),
        ("AUROC", "auc, anomaly_auc", "average_precision"),
        ("Specificity", "false_reject_rate", "precision"),
    ],
)
def test_a_common_word_is_told_with_what_it_means_and_not_with_what_is_written_alike(
    word: str, meant: str, never: str
) -> None:
    refused = refusal(word)

    assert isinstance(refused, WordForName)
    names = {metric.name for metric in refused.meant}
    assert set(meant.split(", ")) <= names
    assert names.isdisjoint(never.split(", "))
    assert set(refused.meant) <= set(meanings(word))


def test_a_word_for_the_opposite_of_a_metric_says_so() -> None:
    assert "cer (= 1 − 字准率)" in said(refusal("字准率"), "zh")
    assert "miss_rate(label=缺陷), box_recall(iou=0.5) (= 1 − 漏检率)" in said(
        refusal("漏检率"), "en"
    )


def said(refused: MetricProblem, language: str) -> str:
    problem = next(refused.problems("board.yaml"))
    return EXPLAINED[problem.code].render(problem, language)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("marco_f1", "E7101"),
        ("accuracy(k=3)", "E7102"),
        ("ndcg", "E7103"),
        ("ndcg(k=many)", "E7104"),
        ("ndcg(k=0)", "E7104"),
        ("ndcg(k=2.5)", "E7104"),
        ("within(tolerance=-1)", "E7112"),
        ("within(tolerance=nan)", "E7112"),
        ("recall_at_fpr(fpr=1.5)", "E7104"),
        ("within(tolerance=0.10)", "E7105"),
        ("ndcg(k=010)", "E7105"),
        ("within(tolerance=1e2)", "E7105"),
    ],
)
def test_a_text_that_no_metric_fits_is_a_problem_that_says_what_to_write(
    text: str, code: str
) -> None:
    problem = next(refusal(text).problems("board.yaml: items[0].metrics[0]"))

    assert problem.code == code
    for language in ("zh", "en"):
        assert "board.yaml" in EXPLAINED[code].render(problem, language)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("f_beta(beta=-1,lable=a)", ["E7102", "E7103", "E7104"]),
        ("f_beta(beta=99)", ["E7103", "E7104"]),
        ("qualified_rate(capacity=0,tolerance=2)", ["E7112", "E7104"]),
        ("phm_score(early=013,late=-1)", ["E7105", "E7112"]),
    ],
)
def test_all_that_is_wrong_with_a_text_is_told_at_once(text: str, codes: list[str]) -> None:
    found = [problem.code for problem in refusal(text).problems("board.yaml")]

    assert found == codes


def test_all_that_a_dataset_lacks_for_a_metric_is_told_at_once() -> None:
    bound = resolve(MetricText.parse("recall_at_fpr(fpr=0.05)"))
    metric = dataclasses.replace(bound.metric, needs=("time",), needs_positive=True)
    anomalies = dataclasses.replace(bound, metric=metric)

    with pytest.raises(BadParameter) as caught:
        anomalies.suits("anomaly", declared=())

    found = [problem.code for problem in caught.value.problems("board.yaml")]
    assert found == ["E7108", "E7109"]


def test_the_problem_of_a_second_spelling_names_the_first() -> None:
    assert refusal("within(tolerance=0.10)").values["canonical"] == "0.1"


@pytest.mark.parametrize(
    ("text", "task", "positive", "code"),
    [
        ("mae", "classification", None, "E7106"),
        ("recall(label=加急)", "classification", None, "E7107"),
        ("auc", "classification", None, "E7108"),
        ("top_k(k=2)", "classification", None, "E7111"),
    ],
)
def test_a_metric_is_held_against_what_the_dataset_declares(
    text: str, task: str, positive: str | None, code: str
) -> None:
    bound = resolve(MetricText.parse(text))

    with pytest.raises(BadParameter) as caught:
        bound.suits(task, labels=("紧急", "一般"), positive=positive)

    problem = next(caught.value.problems("board.yaml"))
    assert problem.code == code
    assert all(EXPLAINED[code].render(problem, language) for language in ("zh", "en"))


def test_a_fitting_metric_suits_its_dataset() -> None:
    resolve(MetricText.parse("recall(label=紧急)")).suits("classification", ("紧急", "一般"))
    resolve(MetricText.parse("top_k(k=1)")).suits("classification", ("紧急", "一般"))
    resolve(MetricText.parse("auc")).suits("classification", ("紧急", "一般"), "紧急")


def test_every_problem_of_a_text_is_explained_once() -> None:
    assert len(EXPLAINED) == len(PROBLEMS)
    assert set(EXPLAINED) == {f"E71{number:02}" for number in range(1, 16)}


def test_metrics_are_listed_by_task() -> None:
    assert {"cer", "exact_match", "rouge_l"} <= {metric.name for metric in metrics_for("text")}
    assert {metric.name for metric in metrics_for("fields")} == {
        "field_accuracy",
        "document_accuracy",
        "field_set_f1",
    }
    assert all(metrics_for(task) for metric in METRICS.values() for task in metric.task)
    assert metrics_for("poetry") == ()


def test_asking_for_a_metric_loads_no_heavy_library() -> None:
    code = "import sys, scoring.catalog; print(sorted(set(sys.modules) & set(sys.argv[1:])))"
    heavy = ["scipy", "sklearn", "pandas", "pyarrow", "rapidfuzz"]

    loaded = subprocess.run(
        [sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "task", "declared"),
    [
        ("event_recall(threshold=0.5)", "anomaly", ("cluster",)),
        ("circular_accuracy", "choice", ()),
    ],
)
def test_a_metric_of_series_or_question_groups_asks_for_their_declaration(
    text: str, task: str, declared: tuple[str, ...]
) -> None:
    bound = resolve(MetricText.parse(text))

    with pytest.raises(BadParameter) as caught:
        bound.suits(task, labels=("A", "B"), declared=declared)

    assert next(caught.value.problems("board.yaml")).code == "E7109"
    bound.suits(task, labels=("A", "B"), declared=("cluster", "time"))


@pytest.mark.parametrize("name", ["score", "overall", "total"])
def test_a_name_that_says_nothing_is_refused(name: str) -> None:
    metric = METRICS["accuracy"]

    with pytest.raises(ValueError, match="choose a name"):
        dataclasses.replace(metric, name=name)


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("准确率", ("accuracy", "capacity_accuracy")),
        ("漏检率", ("miss_rate",)),
        ("合格率", ("within", "qualified_rate")),
        ("ROUGE", ("rouge_1", "rouge_2", "rouge_l")),
    ],
)
def test_a_word_with_several_meanings_is_resolved_into_distinct_metrics(
    word: str, names: tuple[str, ...]
) -> None:
    assert set(names) <= {metric.name for metric in meanings(word)}


class Point:
    """An entry point of another package, as importlib.metadata hands it out."""

    value = "elsewhere:METRICS"

    def __init__(self, *metrics: Metric, version: str = "1.0") -> None:
        self.metrics = metrics
        self.dist = SimpleNamespace(name="elsewhere", version=version)

    def load(self) -> tuple[Metric, ...]:
        return self.metrics


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    def install(metric: Metric, version: str = "1.0") -> None:
        points = [Point(metric, version=version)]
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
        further_metrics.cache_clear()

    yield install
    further_metrics.cache_clear()


def test_another_package_may_bring_metrics_under_names_of_their_own(
    installed: Callable[..., None],
) -> None:
    installed(dataclasses.replace(METRICS["accuracy"], name="its_own"))

    assert resolve(MetricText("its_own")).metric.name == "its_own"
    assert "its_own" in every_metric()
    assert "its_own" in {metric.name for metric in metrics_for("classification")}


def test_two_versions_of_another_packages_metric_sign_differently(
    installed: Callable[..., None],
) -> None:
    truth = np.array([0, 1, 1])
    answers = Labels(truth=truth, predicted=truth, labels=("a", "b"), positive=None, belief=None)
    signed = []
    for version in ("1.0", "1.1"):
        installed(dataclasses.replace(METRICS["accuracy"], name="its_own"), version)
        bound = resolve(MetricText("its_own"))
        found = score(bound, answers, clusters=None, draws=Draws(bytes(32), 3, 9))
        signed.append(str(found.signature("sha256:0", "6")))

    assert [text.rpartition("|")[2] for text in signed] == [
        "scoring:6 + elsewhere 1.0",
        "scoring:6 + elsewhere 1.1",
    ]
    assert {Signature.parse(text).metric for text in signed} == {"its_own"}


def test_the_sign_of_zero_is_no_other_metric() -> None:
    assert resolve(MetricText.parse("event_recall(threshold=0)"))
    assert refusal("event_recall(threshold=-0)").code == "E7105"


@pytest.mark.parametrize(
    "name",
    ["overall_score", "final", "final_score", "total", "quality", "rating", "grade"],
)
def test_names_that_say_nothing_of_what_is_measured_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="choose a name"):
        dataclasses.replace(METRICS["accuracy"], name=name)


def test_a_metric_of_another_package_cannot_take_a_known_name(
    installed: Callable[..., None],
) -> None:
    installed(METRICS["accuracy"])

    assert refused_packages() == [("E7114", "accuracy")]


def refused_packages() -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        resolve(MetricText("misspelt"))
    return [(problem.code, problem.found) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("brought", "said"),
    [
        (ImportError("no module named elsewhere"), "ImportError: no module named elsewhere"),
        (("accuracy",), "TypeError: 'accuracy': no Metric"),
        (None, "TypeError: 'NoneType' object is not iterable"),
    ],
    ids=["not importable", "no metric", "no table"],
)
def test_packages_whose_metrics_do_not_load_are_told_all_at_once(
    monkeypatch: pytest.MonkeyPatch, brought: Any, said: str
) -> None:
    def load() -> Any:
        if isinstance(brought, Exception):
            raise brought
        return brought

    points = [
        SimpleNamespace(dist=None, value="elsewhere:METRICS", load=load),
        Point(METRICS["accuracy"]),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    further_metrics.cache_clear()

    assert refused_packages() == [("E7113", said), ("E7114", "accuracy")]
    assert resolve(MetricText("accuracy"))
    further_metrics.cache_clear()
