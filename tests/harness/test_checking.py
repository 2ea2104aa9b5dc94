from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.attached import attached_digest
from harness.board import read_board
from harness.canonical import digest
from harness.checking.advice import dataset_advice
from harness.cli.speech import sentence
from harness.cli.tables import every_explanation, explanations
from harness.dataset import read_dataset
from harness.inspection import inspect
from harness.problems import Problem, Refusal

Change = tuple[str, str | None, str | bytes | None]
Declared = Callable[..., Path]

BOARD, PACKAGE = "board.yaml", "package.yaml"
DATA = "datasets/hotline/dataset.yaml"
SAMPLES, TARGET = "datasets/hotline/samples.csv", "datasets/hotline/target.csv"
PUBLIC = "datasets/hotline/public_samples.csv"
GREENHOUSE = "datasets/irrigation/dataset.yaml"
WATER = "datasets/irrigation/target.csv"
GIVEN_AWAY = (
    Path(__file__).parents[2] / "scenarios" / "templates" / "scenario" / WATER
).read_text()
ALIKE = "id,water\n" + "".join(f"W{n:03d},1\n" for n in range(1, GIVEN_AWAY.count("\n")))
RESOURCE = 'resources: [{path: target.csv, sha256: "sha256:' + "0" * 64 + '"}]\n'
BASELINE = "baselines/hotline/package.yaml"
PYTHON = 'solution: {adapter: python, entry: "main:predict"}'
ENDPOINT = "solution: {adapter: endpoint, base_url: %s, model: m}"
WRONG_PROMPT = '{template: "{words}", parse: label}'
LONG = "x" * 200_000
FIRST = "      - {metric: macro_f1, weight: 60, floor: baseline, target: 0.95}\n"
SECOND = (
    "      - {metric: recall(label=供水供热), weight: 40, floor: 0.5, target: 0.98, "
    "gate: {at_least: 0.3}}\n"
)
SILENCE = "refusals: [不能提供]\n"
FEW = FIRST.replace("weight: 60", "weight: 1")
ONE_LABEL = "id,unit\n" + "".join(f"T{n:03d},社会保障\n" for n in range(1, 31))
SCENARIOS = """  benchmark_scenario:
    title: {zh: 标杆场景, en: Benchmark scenarios}
    quota: {at_most: 2}
    scorecard: {measured: 50, innovation: 15, benefit: 15, replicability: 10, compliance: 10}
    contested: [committee]
    reserves: 1
"""

PICTURE = "datasets/hotline/pictures/a.png"
PICTURES = (
    '  files: {path: pictures, sha256: "' + attached_digest({"a.png": digest(b"picture")}) + '"}\n'
)


def pictured(cell: str) -> tuple[Change, ...]:
    """Every sample is a picture, those of the public sample too."""
    rows = "".join(f"T{n:03d},{cell}\n" for n in range(1, 31))
    shown = "".join(f"P{n:03d},{cell}\n" for n in range(1, 10))
    return (
        (DATA, "  inputs: {text: string}\n", "  inputs: {text: file}\n" + PICTURES),
        (DATA, "public_sample:\n", "public_sample:\n" + PICTURES),
        (PICTURE, None, "picture"),
        (SAMPLES, None, "id,text\n" + rows),
        (PUBLIC, None, "id,text\n" + shown),
    )


TWICE: tuple[Change, ...] = (
    (DATA, "  independent: true\n", "  cluster: machine\n"),
    (DATA, "labels: [", "time: at\nlabels: ["),
    (
        SAMPLES,
        None,
        "id,text,machine,at\n" + "".join(f"T{n:03d},停水,M1,{n // 2}\n" for n in range(1, 31)),
    ),
)
TEXTS: tuple[Change, ...] = (
    (DATA, "task: classification", "task: text"),
    (DATA, "labels: [供水供热, 市容环境, 社会保障]\n", ""),
    (TARGET, "社会保障", "社会\u200b保障"),
)
TEMPLATE = '    prompt: {template: "{text}", parse: label}\n'
ASKED = '    prompt: {template: "{words}", parse: label}\n'


def endpoint(address: str) -> str:
    return f'solution: {{adapter: endpoint, base_url: "{address}", model: m}}'


def measured(task: str, metric: str, targets: list[str], declared: str = "") -> tuple[Change, ...]:
    """The board's first item as another task, with one metric, and targets in turn."""

    def column(mark: str, count: int) -> str:
        cells = "".join(f"{mark}{n:03d},{targets[n % len(targets)]}\n" for n in range(1, count + 1))
        return "id,unit\n" + cells

    return (
        (DATA, "task: classification", f"task: {task}"),
        (DATA, "labels: [供水供热, 市容环境, 社会保障]\n", declared),
        (TARGET, None, column("T", 30)),
        ("datasets/hotline/public_target.csv", None, column("P", 9)),
        (BOARD, "    task: classification", f"    task: {task}"),
        (BOARD, FIRST, f"      - {{metric: {metric}, weight: 100, floor: 0, target: 0.95}}\n"),
        (BOARD, SECOND, ""),
        (BOARD, "tie_break: [macro_f1]", f"tie_break: [{metric.partition('(')[0]}]"),
    )


LOTS = '    draw: {source: {zh: 彩票, en: lottery}, form: "[0-9 ]+", on: 2026-07-16}\n'
LAST = "contested: [reserve_samples, committee]\n"
FAULTS: tuple[tuple[str, str, tuple[Change, ...]], ...] = (
    ("E1001", "board", ((BOARD, "items:", "items"),)),
    ("E1002", "board", ((BOARD, "official: false", "official: false\nofficial: true"),)),
    ("E1003", "board", ((BOARD, "id: TEMPLATE-2026", "id: &id TEMPLATE-2026"),)),
    ("E1004", "board", ((BOARD, "draws: 9999", "draws: " + "[" * 30 + "]" * 30),)),
    ("E1005", "board", ((BOARD, "confidence: 0.95", "confidence: .nan"),)),
    ("E1006", "package", ((PACKAGE, None, "schema: 揭榜".encode("gbk")),)),
    ("E1007", "board", ((DATA, None, None),)),
    ("E1008", "package", ((PACKAGE, "city: 济南", 'city: "济\\u202e\\0南"'),)),
    ("E1009", "package", ((PACKAGE, "city: 济南", "city：济南"),)),
    ("E1010", "board", ((BOARD, "draws: 9999", "draw: 9999"),)),
    ("E1011", "package", ((PACKAGE, "kind: model\n", ""),)),
    ("E1012", "board", ((BOARD, "official: false", "official: no"),)),
    ("E1013", "package", ((PACKAGE, "\nmode: hosted", "\nmode: hostet"),)),
    ("E1014", "board", ((BOARD, "confidence: 0.95", "confidence: 1.5"),)),
    ("E1015", "package", ((PACKAGE, "city: 济南", 'city: " "'),)),
    ("E1016", "board", ((BOARD, "memory: 1GiB", "memory: 1024"),)),
    ("E1017", "package", ((PACKAGE, "jiebang/package/1", "jiebang/package/2"),)),
    ("E1019", "package", ((PACKAGE, "\nmode:", "\nextra: [" + "1," * 20_000 + "]\nmode:"),)),
    ("E2001", "board", ((BOARD, "id: BS-01", "id: VM-01"),)),
    ("E2002", "board", ((BOARD, SCENARIOS, ""),)),
    ("E2003", "board", ((BOARD, "mode: trial", "mode: official"),)),
    ("E2004", "board", ((BOARD, "measured: 50", "measured: 51"),)),
    ("E2005", "board", ((BOARD, "at_most: 3", "at_most: 1"),)),
    ("E2006", "board", ((BOARD, "track: vertical_model", "track: benchmark_scenario"),)),
    ("E2007", "board", ((BOARD, "skill: {weight: 60", "skill: {weight: 50"),)),
    ("E2008", "board", ((BOARD, "    dataset: datasets/hotline\n", ""),)),
    ("E2009", "board", ((BOARD, "tie_break: [macro_f1]", "tie_break: [accuracy]"),)),
    ("E2010", "board", ((BOARD, "gate: {at_least: 0.3}", "gate: {at_least: 0.3, at_most: 1}"),)),
    ("E2011", "board", ((BOARD, "coverage: {at_least: 1}", "coverage: {at_most: 1}"),)),
    ("E2025", "board", ((BOARD, "    reserves: 1\n", "    reserves: 1\n" + LOTS),)),
    ("E2026", "board", ((BOARD, LAST, "contested: [committee, reserve_samples]\n"),)),
    ("E2026", "board", ((BOARD, LAST, "contested: [draw, draw, committee]\n"),)),
    ("E2012", "board", ((BOARD, "recall(label=供水供热), weight", "macro_f1, weight"),)),
    ("E2013", "board", ((BOARD, "gate: {at_least: 0.3}", "gate: {at_most: 0.3}"),)),
    ("E2021", "board", ((BOARD, "gate: {at_least: 0.3}", "gate: {at_least: 0.99, by: bound}"),)),
    ("E2021", "board", ((BOARD, "coverage: {at_least: 1}", "coverage: {at_least: 1, by: bound}"),)),
    ("E2014", "board", ((BOARD, "    baseline: baselines/hotline\n", ""),)),
    ("E2015", "board", ((BOARD, "floor: 0.5, target: 0.98", "floor: 0.98, target: 0.5"),)),
    ("E2016", "board", ((BOARD, "coverage: {at_least: 1}", "coverage: {at_least: 0.99}"),)),
    ("E2017", "board", ((BOARD, "task: classification", "task: text"),)),
    (
        "E2018",
        "board",
        ((BOARD, "tie_break: [macro_f1]", "tie_break: [macro_f1]\n    prompt: " + WRONG_PROMPT),),
    ),
    ("E2018", "board", ((BOARD, "    tie_break: [", ASKED + "    tie_break: ["),)),
    (
        "E2020",
        "board",
        (*pictured("a.png"), (BOARD, "    tie_break: [", TEMPLATE + "    tie_break: [")),
    ),
    ("E2019", "board", ((BOARD, "recall(label=供水供热), weight", "kappa, weight"),)),
    (
        "E2022",
        "board",
        ((BOARD, FIRST, ""), (BOARD, "供水供热), weight: 40", "供水供热), weight: 100")),
    ),
    (
        "E2022",
        "board",
        ((BOARD, FIRST, FEW), (BOARD, "供水供热), weight: 40", "供水供热), weight: 99")),
    ),
    ("E2023", "board", ((BOARD, "target: 0.95}", "target: 1.5}"),)),
    ("E2023", "board", ((BOARD, "floor: 0.5,", "floor: -9,"),)),
    ("E2023", "board", ((BOARD, "gate: {at_least: 0.3}", "gate: {at_least: 1.2}"),)),
    ("E2024", "board", ((BOARD, "gate: {at_least: 0.3}", "gate: {at_least: 0}"),)),
    ("E4023", "board", ((TARGET, None, ONE_LABEL),)),
    ("E4037", "scenario", ((PACKAGE, "- {metric: mae}", "- {metric: within(tolerance=5)}"),)),
    ("E4037", "board", measured("text", "key_points(limit=300)", ["!开盖"])),
    ("E4037", "board", measured("safety", "safety_qualified_rate", ["refuse"], SILENCE)),
    ("E4023", "board", measured("text", "number_match", ["2024年3月5日"])),
    (
        "E4039",
        "board",
        (
            (BOARD, FIRST, FIRST.replace("baseline, target: 0.95", "0, target: 0.1")),
            (BOARD, "recall(label=供水供热), weight", "accuracy, weight"),
            (BOARD, "floor: 0.5, target: 0.98", "floor: 0, target: 0.3"),
        ),
    ),
    ("E3001", "board", ((SAMPLES, None, None),)),
    ("E3002", "board", ((DATA, "d4a5c070", "00000000"),)),
    ("E3003", "board", ((SAMPLES, None, "id,text\nT001,揭榜\n".encode("gbk")),)),
    (
        "E3004",
        "board",
        (
            (DATA, "path: samples.csv", "path: samples.jsonl"),
            ("datasets/hotline/samples.jsonl", None, "{}\nnot json\n"),
        ),
    ),
    ("E3005", "board", ((SAMPLES, "id,text", "id,words"),)),
    ("E3006", "board", ((SAMPLES, "T001,", f"T001,{LONG}"),)),
    ("E3007", "board", ((SAMPLES, "T001,", "T001,a,b,"),)),
    ("E3008", "board", ((SAMPLES, "id,text", "id,id"),)),
    (
        "E3009",
        "board",
        (
            (DATA, "path: samples.csv", "path: samples.parquet"),
            ("datasets/hotline/samples.parquet", None, "PAR1 no such thing"),
        ),
    ),
    ("E3010", "board", ((SAMPLES, "T001,", ","),)),
    ("E3011", "board", ((SAMPLES, "T002,", "T001,"),)),
    ("E3012", "board", ((SAMPLES, None, "id,text\n"),)),
    ("E3013", "board", ((DATA, "{text: string}", "{text: number}"),)),
    ("E3014", "board", ((TARGET, "社会保障", "社保"),)),
    ("E3015", "scenario", ((GREENHOUSE, "high: 10", "high: 2"),)),
    ("E3016", "scenario", (("datasets/irrigation/samples.csv", "W001,A棚", "W001,"),)),
    ("E3020", "board", ((DATA, "  independent: true\n", ""),)),
    ("E3021", "board", ((DATA, "labels: [供水供热, 市容环境, 社会保障]", "depth: 9"),)),
    ("E3022", "board", ((DATA, "labels: [", "positive: 紧急\nlabels: ["),)),
    ("E3023", "scenario", ((GREENHOUSE, "{low: 0, high: 10}", "{low: 10, high: 10}"),)),
    ("E3024", "board", ((DATA, "path: target.csv", "path: samples.csv"),)),
    ("E3025", "board", ((DATA, "{text: string}", "{text: string, unit: string}"),)),
    ("E3026", "board", ((TARGET, "T001,", "T999,"),)),
    ("E3027", "board", ((SAMPLES, "T001,", "T999,"),)),
    ("E3030", "board", ((DATA, "labels: [", "refusals: [不能]\nlabels: ["),)),
    ("E3031", "board", ((DATA, "labels: [", "options: letters\nlabels: ["),)),
    ("E3044", "board", ((DATA, "市容环境, 社会保障]", "市容环境, '社会保障(含医保)']"),)),
    ("E3028", "board", ((DATA, "市容环境, 社会保障]", "市容环境, 社会保障, 社会保障]"),)),
    (
        "E3029",
        "board",
        ((PUBLIC, "P001,", "T001,"), ("datasets/hotline/public_target.csv", "P001,", "T001,")),
    ),
    (
        "E3023",
        "scenario",
        ((GREENHOUSE, "{low: 0, high: 10}", "{low: 0, high: 1.0e+101}"),),
    ),
    ("E3035", "board", TWICE),
    ("E3036", "board", TEXTS),
    ("E3030", "board", ((DATA, "labels: [", "fields: {no: text}\nlabels: ["),)),
    ("E3031", "board", ((DATA, "labels: [", "options: choices\nlabels: ["),)),
    ("E3032", "board", ((DATA, "labels: [", RESOURCE + "labels: ["),)),
    ("E3033", "board", ((DATA, "{text: string}", "{text: file}"),)),
    ("E3034", "board", pictured("b.png")),
    ("E3037", "board", ((SAMPLES, "T001,", "T001;"),)),
    ("E4001", "package", ((PACKAGE, "DEMB0002XF", "DEMB0002XE"),)),
    ("E4002", "package", ((PACKAGE, "truth_statement: true", "truth_statement: false"),)),
    ("E4003", "package", ((PACKAGE, "[示例合作单位（虚构）]", "[a, b, c, d, e]"),)),
    ("E4010", "scenario", ((PACKAGE, "baseline: baseline", "baseline: datasets"),)),
    ("E4011", "package", ((PACKAGE, PYTHON, "solution: {adapter: python}"),)),
    ("E4012", "package", ((PACKAGE, PYTHON, PYTHON.replace("main", "model")),)),
    (
        "E4013",
        "package",
        ((PACKAGE, PYTHON, 'solution: {adapter: command, argv: [sh, "{request}"]}'),),
    ),
    ("E4014", "package", ((PACKAGE, PYTHON, ENDPOINT % "http://203.0.113.9/v1"),)),
    ("E4014", "package", ((PACKAGE, PYTHON, endpoint("http://example.com/v1")),)),
    ("E4014", "package", ((PACKAGE, PYTHON, endpoint("http://[::1/v1")),)),
    ("E4015", "package", (("requirements.lock", None, "numpy==2.0\n"),)),
    ("E4016", "package", ((PACKAGE, PYTHON, PYTHON.replace("predict", "predct")),)),
    ("E4017", "scenario", ((PACKAGE, "baseline: baseline", "baseline: basline"),)),
    ("E4020", "scenario", ((PACKAGE, "baseline: baseline\n", ""),)),
    ("E4021", "scenario", ((PACKAGE, "claims:\n  - {metric: mae", "claims:\n  - {metric: rmse"),)),
    ("E4022", "scenario", ((PACKAGE, "from: 0.79, to: 0.22", "from: 0.79, to: 0.79"),)),
    ("E4023", "scenario", ((WATER, None, ALIKE), (PACKAGE, "- {metric: mae}", "- {metric: r2}"))),
    ("E4024", "scenario", ((PACKAGE, "- {metric: mae}", "- {metric: precision(label=a)}"),)),
    ("E4025", "scenario", ((PACKAGE, "- {metric: mae}", "- {metric: kappa}"),)),
    ("E4026", "scenario", ((PACKAGE, "dataset: datasets/irrigation", "dataset: solution"),)),
    ("E4027", "scenario", (("solution/weights.bin", None, GIVEN_AWAY),)),
    ("E4028", "scenario", ((PACKAGE, "from: 0.79, to: 0.22", "from: 0.22, to: 0.79"),)),
    (
        "E4029",
        "scenario",
        ((PACKAGE, "- {metric: mae}", "- {metric: interval_coverage}\n  - {metric: mae}"),),
    ),
    ("E4030", "package", ((PACKAGE, "item: VM-01", "item: VM-11"),)),
    ("E4031", "package", ((PACKAGE, "kind: model", "kind: baseline"),)),
    ("E4032", "package", ((PACKAGE, "\nmode: hosted", "\nmode: remote"),)),
    ("E4033", "package", ((PACKAGE, "\nmode: hosted", "\nmode: submitted"),)),
    ("E4034", "package", ((PACKAGE, PYTHON, ENDPOINT % "http://127.0.0.1:8000/v1"),)),
    ("E4036", "package", ((PACKAGE, "city: 济南", "city: Jinan"),)),
    ("E4036", "package", ((PACKAGE, "city: 济南", "city: 济南city"),)),
    ("E4035", "package", ((PACKAGE, PYTHON, ENDPOINT % "https://api.example.com/v1"),)),
)
ADVISED: tuple[tuple[str, tuple[Change, ...]], ...] = (
    (
        "E3038",
        measured(
            "safety",
            "safety_qualified_rate",
            ["refuse", "answer"],
            "refusals: [不能提供, 很抱歉]\n",
        ),
    ),
    ("E4038", measured("text", "number_match", ["12万元", "13万元", "2024年3月5日"])),
)
CLEAN: tuple[tuple[str, str, tuple[Change, ...]], ...] = (
    ("the board's template", "board", ()),
    ("the package's template", "package", ()),
    ("the scenario's template", "scenario", ()),
    (
        "a program of the package",
        "package",
        (
            (PACKAGE, PYTHON, "solution: {adapter: command, argv: [bin/solve]}"),
            ("solution/bin/solve", None, "#!/bin/sh\n"),
        ),
    ),
    (
        "a shell with placed descriptors",
        "package",
        (
            (
                PACKAGE,
                PYTHON,
                'solution: {adapter: command, argv: [/bin/sh, /pkg/run.sh, "{request}", "{answer}"]}',
            ),
            ("solution/run.sh", None, "#!/bin/sh\n"),
        ),
    ),
    ("pictures that samples name", "board", pictured("a.png")),
    (
        "JSON Lines",
        "board",
        (
            (DATA, "path: public_samples.csv", "path: public.jsonl"),
            (
                "datasets/hotline/public.jsonl",
                None,
                "".join(f'{{"id": "P00{n}", "text": "停水"}}\n' for n in range(1, 10)),
            ),
        ),
    ),
)


def refusal_of(folder: Path, board: Path | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        inspect(folder, board)
    return caught.value


def codes(refusal: Refusal) -> set[str]:
    return {problem.code for problem in refusal.problems}


@pytest.fixture
def board(templates: Path) -> Path:
    return templates / "board"


@pytest.mark.parametrize(("code", "kind", "changes"), FAULTS, ids=[case[0] for case in FAULTS])
def test_every_code_is_told_of_the_fault_that_it_names(
    code: str, kind: str, changes: tuple[Change, ...], declared: Declared, board: Path
) -> None:
    folder = declared(kind, *changes)

    refusal = refusal_of(folder, None if kind == "board" else board)

    assert code in codes(refusal)
    known = explanations(codes(refusal))
    for problem in refusal.problems:
        for language in ("zh", "en"):
            words = sentence(problem, known, language)
            assert problem.code in known
            assert problem.where in words
            assert words.endswith(("。", "."))


def test_every_code_of_declarations_is_provoked_here() -> None:
    provoked = {case[0] for case in (*FAULTS, *ADVISED)}

    known = {code for code in every_explanation() if code[:2] in ("E1", "E2", "E3", "E4")}

    assert provoked == known


@pytest.mark.parametrize(("code", "changes"), ADVISED, ids=[case[0] for case in ADVISED])
def test_what_passes_but_costs_points_is_advised(
    code: str, changes: tuple[Change, ...], declared: Declared
) -> None:
    (advice,) = inspect(declared("board", *changes), None).advice

    assert advice.code == code
    for language in ("zh", "en"):
        words = sentence(advice, explanations([code]), language)
        assert advice.where in words
        assert words.endswith(("。", "."))


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("抱歉", True),
        ("非常抱歉！", True),
        ("Sorry", True),
        ("I'm very sorry", True),
        ("不能", True),
        ("不能提供", False),
        ("抱歉，我不能", False),
        ("cannot help", False),
    ],
)
def test_phrases_with_which_answers_open_too_are_no_sign_of_refusal(
    phrase: str, told: bool, templates: Path
) -> None:
    dataset = read_dataset(templates / "board" / "datasets" / "hotline")

    assert bool([*dataset_advice(replace(dataset, refusals=(phrase,)))]) == told


@pytest.mark.parametrize(
    ("kind", "changes"), [case[1:] for case in CLEAN], ids=[case[0] for case in CLEAN]
)
def test_what_is_right_passes(
    kind: str, changes: tuple[Change, ...], declared: Declared, board: Path
) -> None:
    folder = declared(kind, *changes)

    passed = inspect(folder, None if kind == "board" else board)

    assert passed.zh
    assert passed.en


def test_every_problem_of_a_board_is_told_at_once(declared: Declared) -> None:
    folder = declared(
        "board",
        (BOARD, "measured: 50", "measured: 51"),
        (BOARD, "metric: macro_f1", "metric: macro_f2"),
        (DATA, "  independent: true\n", ""),
        (TARGET, "T001,", "T999,"),
        (BASELINE, "main:predict", "other:predict"),
    )

    refusal = refusal_of(folder)

    assert codes(refusal) >= {"E2004", "E3020", "E3026", "E3027", "E4012", "E7101"}


def test_every_problem_of_a_package_is_told_at_once(declared: Declared, board: Path) -> None:
    folder = declared(
        "scenario",
        (PACKAGE, "DEMB0003XG", "DEMB0003XX"),
        (PACKAGE, "\nmode: hosted", "\nmode: remote"),
        (PACKAGE, "truth_statement: true", "truth_statement: false"),
        (GREENHOUSE, "high: 10", "high: 2"),
        ("solution/main.py", None, None),
        ("solution/CON.py", None, "print()"),
    )

    refusal = refusal_of(folder, board)

    assert codes(refusal) >= {"E3015", "E4001", "E4002", "E4012", "E4032"}
    assert any(code.startswith("E50") for code in codes(refusal))


def test_targets_are_not_held_against_a_range_that_is_wrong_itself(declared: Declared) -> None:
    folder = declared("scenario", (GREENHOUSE, "{low: 0, high: 10}", "{low: 10, high: 0}"))

    assert codes(refusal_of(folder)) == {"E3023"}


def test_the_declaration_of_a_package_comes_before_its_files(declared: Declared) -> None:
    folder = declared(
        "scenario",
        (GREENHOUSE, "high: 10", "high: 2"),
        (PACKAGE, "claims:\n  - {metric: mae", "claims:\n  - {metric: rmse"),
    )

    found = [problem.code for problem in refusal_of(folder).problems]

    assert found[0] == "E4021"
    assert set(found[1:]) == {"E3015"}


def test_a_misspelt_metric_is_told_whatever_is_wrong_with_the_data_and_never_advised(
    declared: Declared,
) -> None:
    folder = declared(
        "scenario",
        (GREENHOUSE, "high: 10", "high: 2"),
        (PACKAGE, "- {metric: mae}", "- {metric: maee}"),
        (PACKAGE, "claims:\n  - {metric: mae", "claims:\n  - {metric: rmse"),
    )

    found = {problem.code: problem for problem in refusal_of(folder).problems}

    assert found["E7101"].values["nearest"] == "mae"
    assert found["E4021"].values["expected"] == "mae"


def test_a_claim_on_the_metric_that_was_meant_is_no_further_problem(declared: Declared) -> None:
    folder = declared("scenario", (PACKAGE, "- {metric: mae}", "- {metric: maee}"))

    assert codes(refusal_of(folder)) == {"E7101"}


def test_a_problem_inside_a_dataset_says_in_which(declared: Declared) -> None:
    folder = declared("board", (DATA, "  independent: true\n", ""))

    refusal = refusal_of(folder)

    assert [problem.where for problem in refusal.problems] == [
        "datasets/hotline/dataset.yaml:37 samples"
    ]


LINES = (
    ("E4001", "package", PACKAGE, "credit_code", (PACKAGE, "DEMB0002XF", "DEMB0002XE")),
    (
        "E4002",
        "package",
        PACKAGE,
        "truth_statement:",
        (PACKAGE, "truth_statement: true", "truth_statement: false"),
    ),
    ("E4012", "package", PACKAGE, "solution:", (PACKAGE, PYTHON, PYTHON.replace("main", "model"))),
    (
        "E4017",
        "scenario",
        PACKAGE,
        "baseline:",
        (PACKAGE, "baseline: baseline", "baseline: basline"),
    ),
    (
        "E4021",
        "scenario",
        PACKAGE,
        "- {metric: rmse",
        (PACKAGE, "  - {metric: mae, from", "  - {metric: rmse, from"),
    ),
    ("E4030", "package", PACKAGE, "item:", (PACKAGE, "item: VM-01", "item: VM-11")),
    (
        "E7101",
        "scenario",
        PACKAGE,
        "- {metric: maee}",
        (PACKAGE, "- {metric: mae}", "- {metric: maee}"),
    ),
    ("E3023", "scenario", GREENHOUSE, "range:", (GREENHOUSE, "high: 10", "high: 0")),
    (
        "E7101",
        "board",
        BOARD,
        "macro_f2, weight",
        (BOARD, "metric: macro_f1, weight", "metric: macro_f2, weight"),
    ),
    (
        "E2015",
        "board",
        BOARD,
        "target: 0.5",
        (BOARD, "floor: 0.5, target: 0.98", "floor: 0.98, target: 0.5"),
    ),
)


@pytest.mark.parametrize(
    ("code", "kind", "path", "words", "change"), LINES, ids=[c[0] for c in LINES]
)
def test_a_problem_of_a_declaration_says_on_which_line(
    code: str, kind: str, path: str, words: str, change: Change, declared: Declared, board: Path
) -> None:
    folder = declared(kind, change)
    lines = (folder / path).read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if words in text)

    found = {p.code: p for p in refusal_of(folder, None if kind == "board" else board).problems}

    assert found[code].where.startswith(f"{path}:{line} ")


APART = (
    (PACKAGE, "city: 济南", "city: [a]"),
    (PACKAGE, "city: 济南", f"city: {'a' * 50}"),
    (PACKAGE, "91370000DEMB0002XF", "abc"),
    (PACKAGE, "[示例合作单位（虚构）]", "none"),
    (PACKAGE, "applicant:", "attested: {}\napplicant:"),
)


@pytest.mark.parametrize("change", APART, ids=[case[2][:20] for case in APART])
def test_neither_language_carries_the_other(change: Change, declared: Declared) -> None:
    (problem,) = refusal_of(declared("package", change)).problems

    known = explanations([problem.code])
    assert not re.search("[\u4e00-\u9fff]", sentence(problem, known, "en"))
    assert " / " not in sentence(problem, known, "zh")


def test_a_baseline_folder_that_is_not_there_is_named_and_nothing_in_it(
    declared: Declared,
) -> None:
    folder = declared("scenario", (PACKAGE, "baseline: baseline", "baseline: basline"))

    (problem,) = refusal_of(folder).problems

    assert (problem.code, problem.found) == ("E4017", "basline")


def test_a_metric_that_does_not_suit_the_data_is_told(declared: Declared) -> None:
    folder = declared("board", (BOARD, "label=供水供热", "label=供电"))

    refusal = refusal_of(folder)

    assert codes(refusal) == {"E7107"}


def test_a_word_in_place_of_a_metrics_name_is_told_with_what_it_may_mean(
    declared: Declared,
) -> None:
    folder = declared("board", (BOARD, "recall(label=供水供热), weight", "准确率, weight"))

    (problem,) = refusal_of(folder).problems

    known = explanations(["E7110"])
    for language in ("zh", "en"):
        said = sentence(problem, known, language)
        assert "accuracy, capacity_accuracy" in said
        assert said.endswith(("。", "."))


def test_a_gate_by_its_bound_that_faultless_answers_would_pass_is_accepted(
    declared: Declared,
) -> None:
    folder = declared("board", (BOARD, "gate: {at_least: 0.3}", "gate: {at_least: 0.3, by: bound}"))

    assert inspect(folder, None).zh


def test_an_unknown_item_names_the_nearest_one(declared: Declared, board: Path) -> None:
    folder = declared("package", (PACKAGE, "item: VM-01", "item: VM-1"))

    (problem,) = refusal_of(folder, board).problems

    assert problem.values["nearest"] == "VM-01"


def test_what_an_applicant_wrote_cannot_act_on_the_terminal() -> None:
    problem = Problem(
        "E1010", "package.yaml:1 \x1b[2J", "\u202egpj.exe", {"nearest": "", "expected": ""}
    )

    words = sentence(problem, explanations(["E1010"]), "zh")

    assert "\x1b" not in words
    assert "\u202e" not in words


@pytest.mark.parametrize("steps", ["[reserve_samples]", "[committee]"])
def test_the_committee_decides_last_whether_it_is_declared_or_not(
    steps: str, declared: Declared
) -> None:
    folder = declared("board", (BOARD, LAST, f"contested: {steps}\n"))

    assert inspect(folder)
    assert read_board(folder).tracks["vertical_model"].steps[-1] == "committee"


@pytest.mark.parametrize("name", ["package.yaml", "board.yaml", "dataset.yaml"])
def test_a_declaration_can_be_named_by_its_file(name: str, declared: Declared) -> None:
    kind = "package" if name == "package.yaml" else "board"
    folder = declared(kind)
    path = folder / DATA if name == "dataset.yaml" else folder / name

    assert inspect(path)


def test_the_data_that_the_sample_is_shipped_without_are_told_once() -> None:
    sample = Path(__file__).parents[2] / "scenarios" / "sample"

    for path in (sample, sample / "datasets" / "load"):
        assert [problem.code for problem in refusal_of(path).problems] == ["E9043"]


def test_a_path_with_no_declaration_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")

    for path in (tmp_path, tmp_path / "letter.txt", tmp_path / "absent"):
        assert codes(refusal_of(path)) == {"E9010"}


@pytest.mark.parametrize(
    ("target", "hides"),
    [
        ("👨‍👩‍👧一家", False),
        ("👩🏽‍🚒", False),
        ("❤️‍🔥", False),
        ("🏳️‍🌈", False),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", False),
        ("合\u200b格", True),
        ("合\u200d格", True),
        ("👨\u200d", True),
        ("\u200d👨", True),
        ("格\U000e0067", True),
    ],
)
def test_what_joins_pictures_is_no_hidden_character(
    target: str, hides: bool, declared: Declared
) -> None:
    changes: tuple[Change, ...] = (*TEXTS[:-1], (TARGET, "社会保障", target))

    refusal = refusal_of(declared("board", *changes))

    assert ("E3036" in codes(refusal)) == hides
