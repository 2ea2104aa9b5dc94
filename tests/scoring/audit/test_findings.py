"""What an audit tells of datasets made with one fault each."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scoring.audit.findings import SAYINGS, Audit, audit
from scoring.audit.inputs import Inputs
from scoring.audit.likeness import likeness, near_pairs, overlap
from scoring.audit.power import detectable
from scoring.audit.table import Table

SIZE = 240
DRAW = np.random.default_rng(7)
SENTENCE = "第{k}号反应釜在{h}时的温度为{t}度，压力正常，请值班人员按规程{a}处理并记录"


def labelled(**columns: list[Any]) -> Table:
    truth = columns.pop("truth")
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return Table(task="classification", inputs=rows, targets=truth)


def good() -> dict[str, list[Any]]:
    signal = DRAW.normal(size=SIZE)
    truth = np.where(signal + DRAW.normal(size=SIZE) > 0, "高", "低")
    return {
        "signal": signal.tolist(),
        "noise": DRAW.normal(size=SIZE).tolist(),
        "truth": truth.tolist(),
    }


def codes(found: Audit) -> set[str]:
    return {finding.code for finding in found.findings}


def test_a_sound_dataset_gives_only_a_note_on_what_it_can_tell_apart() -> None:
    found = audit(labelled(**good()))

    assert codes(found) == {"detectable"}
    assert found.learning is not None
    reached = {entry.name: entry.value for entry in found.learning.learners}
    assert reached["trivial"] == 0.5 < reached["linear"] < 0.9
    assert found.learning.features[0].feature == "signal"


def test_one_of_many_words_that_gives_the_label_away_is_named() -> None:
    truth = [f"类{k % 40}" for k in range(2 * SIZE)]
    words = [f"w{int(label[1:]) * 7 % 40}" for label in truth]

    found = audit(labelled(word=words, noise=DRAW.normal(size=2 * SIZE).tolist(), truth=truth))

    assert [f.values["feature"] for f in found.findings if f.code == "given_away"] == ["word"]


def given_away(found: Audit) -> list[str]:
    return [f.values["feature"] for f in found.findings if f.code == "given_away"]


@pytest.mark.parametrize("form", [int, float, str, lambda code: code + float(DRAW.uniform(0, 0.4))])
def test_a_code_of_many_labels_is_named_however_it_is_written(form: Callable[[int], Any]) -> None:
    codes = [int(k) for k in DRAW.integers(0, 40, 4 * SIZE)]

    found = audit(
        labelled(
            code=[form(7 * code % 40) for code in codes],
            noise=DRAW.normal(size=4 * SIZE).tolist(),
            truth=[f"类{code}" for code in codes],
        )
    )

    assert given_away(found) == ["code"]


@pytest.mark.parametrize("place", [0, 35, 69])
@pytest.mark.parametrize(
    "leak",
    [
        lambda label: "x" if label == "高" else "y",
        # No straight line tells this one.
        lambda label: float(DRAW.choice([0, 1]) if label == "高" else DRAW.choice([-5, 5])),
    ],
    ids=["words", "numbers"],
)
def test_a_leak_is_named_wherever_it_stands_among_many_inputs_of_kinds(
    place: int, leak: Callable[[str], Any]
) -> None:
    truth = good()["truth"]
    many = {f"k{at}": [f"v{k}" for k in DRAW.integers(0, 40, SIZE)] for at in range(70)}
    many[f"k{place}"] = [leak(label) for label in truth]

    found = audit(labelled(**many, truth=truth))

    assert given_away(found) == [f"k{place}"]


def tagged(names: list[tuple[str, ...]], **columns: list[Any]) -> Table:
    table = labelled(**columns, truth=names)
    return Table(task="multilabel", inputs=table.inputs, targets=names)


def test_an_input_that_tells_one_label_of_several_is_named() -> None:
    marks = DRAW.random((SIZE, 3)) < 0.4
    names = [tuple(np.array(["水", "电", "气"])[row].tolist()) for row in marks]
    columns = {
        "code": [7 if row[1] else 3 for row in marks],
        "noise": DRAW.normal(size=SIZE).tolist(),
    }

    found = audit(tagged(names, **columns))

    assert given_away(found) == ["code"]
    assert found.learning is not None
    reached = {entry.name: entry.value for entry in found.learning.learners}
    assert reached["trivial"] == 0.5
    assert 0.6 < reached["one_feature"] < 0.8
    assert "too_easy" not in codes(found)


def test_labels_that_simple_learners_all_but_know_are_too_easy() -> None:
    marks = DRAW.random((SIZE, 3)) < 0.4
    names = [tuple(np.array(["水", "电", "气"])[row].tolist()) for row in marks]
    columns = {f"m{at}": marks[:, at].astype(float).tolist() for at in range(3)}

    assert "too_easy" in codes(audit(tagged(names, **columns)))


def test_labels_too_rare_to_learn_are_not_looked_at() -> None:
    names = [("水",) if k == 5 else () for k in range(SIZE)]

    assert audit(tagged(names, noise=DRAW.normal(size=SIZE).tolist())).learning is None


def test_a_leak_is_named_among_very_many_inputs() -> None:
    columns = good()
    leak = {"leak": [1.0 if label == "高" else 0.0 for label in columns["truth"]]}
    many = {f"n{at}": DRAW.normal(size=SIZE).tolist() for at in range(90)}

    found = audit(labelled(**leak, **many, truth=columns["truth"]))

    assert [f.values["feature"] for f in found.findings if f.code == "given_away"] == ["leak"]


def test_an_input_that_gives_the_letter_away_is_named_for_choices_too() -> None:
    letters = [("A", "B", "C", "D")[k] for k in DRAW.integers(0, 4, SIZE)]
    rows = [{"q": f"第{k}题", "hint": letter.lower()} for k, letter in enumerate(letters)]

    found = audit(Table(task="choice", inputs=rows, targets=letters))

    assert [f.values["feature"] for f in found.findings if f.code == "given_away"] == ["hint"]


@pytest.mark.parametrize(
    ("targets", "ceiling"),
    [(["a"] * 99 + ["b"], 0.99), ([f"t{k}" for k in range(50)] + ["z"] * 50, 0.51)],
)
def test_the_ceiling_is_what_an_answer_to_each_input_can_reach(
    targets: list[str], ceiling: float
) -> None:
    same = [0] * 100 if ceiling == 0.99 else [0] * 50 + list(range(1, 51))
    rows = [{"x": value} for value in same]

    found = audit(Table(task="classification", inputs=rows, targets=targets))

    assert found.ceiling == pytest.approx(ceiling)


def test_an_input_that_gives_the_label_away_is_named() -> None:
    columns = good()
    columns["noise"] = [f"{'a' if label == '高' else 'b'}" for label in columns["truth"]]

    found = audit(labelled(**columns))

    named = [f.values["feature"] for f in found.findings if f.code == "given_away"]
    assert named == ["noise"]
    assert "too_easy" in codes(found)


def test_a_file_sorted_by_label_gives_it_away() -> None:
    columns = good()
    order = np.argsort(columns["truth"], kind="stable")

    found = audit(labelled(**{name: [c[at] for at in order] for name, c in columns.items()}))

    assert "given_away_by_order" in codes(found)


def test_copies_and_copies_with_other_labels_are_counted() -> None:
    columns = good()
    for name in ("signal", "noise"):
        columns[name][1] = columns[name][0]
        columns[name][3] = columns[name][2]
    columns["truth"][:4] = ["高", "高", "高", "低"]

    found = audit(labelled(**columns))

    assert (found.likeness.copies, found.likeness.conflicting) == (2, 2)
    assert found.ceiling == 1 - 1 / SIZE
    assert {"copies", "conflicting"} <= codes(found)


def test_labels_that_are_heavy_or_rare_are_named() -> None:
    columns = good()
    columns["truth"] = ["甲"] * (SIZE - 8) + ["乙"] * 8

    found = audit(labelled(**columns))

    assert {"unbalanced", "rare_labels"} <= codes(found)
    assert found.balance == (("甲", SIZE - 8), ("乙", 8))


def test_few_samples_and_few_clusters_are_said() -> None:
    table = labelled(**good())
    small = Table(
        task="classification",
        inputs=table.inputs[:100],
        targets=table.targets[:100],
        clusters=np.arange(100) % 10,
    )

    assert {"few_samples", "few_clusters"} <= codes(audit(small))


def sentences() -> list[str]:
    return [
        SENTENCE.format(k=k, h=k % 24, t=100 + 7 * k, a="甲乙丙丁"[k % 4] * (k % 13))
        + "".join(chr(0x4E00 + (k * 97 + at * 31) % 900) for at in range(40))
        for k in range(60)
    ]


def test_texts_that_differ_in_a_few_characters_are_near_copies() -> None:
    texts = sentences()
    texts[5] = texts[4].replace("正常", "偏高")

    assert near_pairs(texts) == [(4, 5)]


def test_many_near_copies_of_one_text_are_all_found() -> None:
    text = sentences()[7]
    rows = [{"text": text + chr(0x4E00 + k)} for k in range(300)]
    table = Table(task="text", inputs=rows, targets=["答"] * 300)

    assert audit(table).likeness.near == 300


def test_hidden_samples_that_the_public_has_seen_are_counted() -> None:
    rows = [{"text": text} for text in sentences()]
    public = [rows[0], {"text": rows[1]["text"].replace("正常", "偏高")}, {"text": "别的" * 20}]
    table = Table(task="text", inputs=rows, targets=["答"] * 60, public=public)

    assert overlap(table) == (1, 1)
    assert "overlap" in codes(audit(table))


def test_short_texts_equal_but_for_punctuation_are_the_same() -> None:
    hidden = [{"question": f"阀门{k}何时关闭。"} for k in range(30)]
    shown = ({"question": "阀门3何时关闭"}, {"question": "阀门４何时关闭？"}, {"question": "？"})

    found = overlap(
        Table(task="text", inputs=[*hidden, {"question": "！"}], targets="x" * 31, public=shown)
    )

    assert found == (2, 0)


def worded(length: int) -> list[str]:
    letters = "阀泵炉釜管道漏水停电报修异响温度压力偏高请派人检查处理并回复用户"
    return ["".join(letters[k] for k in DRAW.integers(0, len(letters), length)) for _ in range(300)]


NUMBERED: dict[str, Callable[[int], Any]] = {
    "code": lambda k: f"GD2026-{k:05}",
    "whole number": lambda k: k,
    "whole number as a float": float,
    "uuid": lambda k: str(uuid.UUID(int=DRAW.integers(0, 2**63) << 64 | k)),
    "time": lambda k: f"2026-03-{1 + k // 24 % 28:02} {k % 24:02}:{k % 60:02}",
    "day": lambda k: f"2026年{1 + k % 12}月{1 + k % 28}日",
    "seconds": lambda k: 1_770_000_000 + 61 * k,
}


@pytest.mark.parametrize("length", [8, 20, 40, 86])
@pytest.mark.parametrize("form", list(NUMBERED.values()), ids=list(NUMBERED))
def test_a_number_or_time_of_each_sample_hides_no_copy(
    form: Callable[[int], Any], length: int
) -> None:
    texts = worded(length)
    rows = [{"no": form(k), "text": text} for k, text in enumerate(texts)]
    public = [{"no": form(1000 + k), "text": text} for k, text in enumerate(texts[:100])]
    copied = [*rows[:200], *({"no": form(2000 + k), "text": texts[k]} for k in range(100))]
    targets = ["甲", "乙"] * 150

    assert overlap(Table(task="text", inputs=rows, targets=targets, public=public)) == (100, 0)
    found = likeness(Table(task="text", inputs=copied, targets=targets))
    assert (found.copies, found.conflicting) == (100, 0)
    relabelled = likeness(Table(task="text", inputs=copied, targets=[*targets[:-1], "甲"]))
    assert (relabelled.conflicting, relabelled.answerable) == (2, 299)


@pytest.mark.parametrize("length", [8, 20, 86])
def test_a_published_text_beside_another_measurement_or_remark_is_nearly_the_same(
    length: int,
) -> None:
    texts, remarks = worded(length), worded(60)

    def row(k: int, remark: str) -> dict[str, Any]:
        return {"text": texts[k], "flow": float(DRAW.normal()), "remark": remark}

    rows = [row(k, remarks[k]) for k in range(200)]
    public = [row(k, remarks[k + 200]) for k in range(100)]

    assert overlap(Table(task="text", inputs=rows, targets=[0] * 200, public=public)) == (0, 100)


NATURAL: dict[str, Callable[[int], dict[str, Any]]] = {
    "two marks": lambda k: {"no": k, "a": int(DRAW.integers(2)), "b": int(DRAW.integers(2))},
    "short kinds": lambda k: {"no": f"W{k}", "kind": f"类型{DRAW.integers(40)}号", "open": k % 2},
    "place and region": lambda k: {"no": k, "city": (at := int(DRAW.integers(150))), "of": at % 9},
    "one instruction": lambda k: {"no": k, "ask": "请判断以下工单的类别", "kind": f"k{k % 7}"},
    "names": lambda k: {"no": k, "name": "张王李赵"[k % 4] + "伟芳娜敏静"[DRAW.integers(5)]},
    "questions on a passage": lambda k: {
        "text": PASSAGES[k % 60],
        "ask": f"第{k}题" + ASKED[k % 300],
    },
}
PASSAGES, ASKED = worded(200)[:60], worded(30)


@pytest.mark.parametrize("made", list(NATURAL.values()), ids=list(NATURAL))
def test_inputs_that_agree_by_chance_are_no_copies(made: Callable[[int], dict[str, Any]]) -> None:
    rows, public = [made(k) for k in range(300)], tuple(made(k) for k in range(300, 360))
    table = Table(task="text", inputs=rows, targets=[0] * 300, public=public)

    assert likeness(table).copies == 0
    assert overlap(table)[0] == 0


def test_measurements_under_another_number_are_copies() -> None:
    draws = DRAW.normal(size=(SIZE, 4)).round(3).tolist()
    rows = [{"no": k, "x": x, "y": y, "of": "ab"[k % 2]} for k, (x, y, *_) in enumerate(draws)]
    public = tuple({**row, "no": 900 + k} for k, row in enumerate(rows[:50]))
    table = Table(task="regression", inputs=[*rows, *public], targets=[0.0] * 290, public=public)

    assert likeness(table).copies == 50
    assert overlap(table) == (100, 0)


def test_a_file_is_content_and_its_kind_is_not_enough() -> None:
    named = [f"sha256:{k % 200:064x}" for k in range(250)]
    rows = [{"no": f"IMG{k}", "image": name, "line": k % 3} for k, name in enumerate(named)]
    rows[200:] = [{**row, "line": k % 3} for k, row in enumerate(rows[200:])]

    assert likeness(Table(task="text", inputs=rows, targets=[0] * 250)).copies == 50


def test_comparing_takes_time_in_proportion_to_the_samples() -> None:
    def seconds(size: int) -> float:
        rows = [
            {"no": k, "text": f"{k * 7919 % size}号站" + "泵房漏水请派人处理"} for k in range(size)
        ]
        started = time.process_time()
        likeness(Table(task="text", inputs=rows, targets=[0] * size))
        return time.process_time() - started

    seconds(500)
    assert seconds(8000) < 12 * max(seconds(2000), 0.05)


def test_the_least_difference_of_clusters_is_a_range() -> None:
    table = labelled(**good())
    found = {
        count: audit(dataclasses.replace(table, clusters=np.arange(SIZE) % count))
        for count in (1, 40)
    }

    said = {
        count: next(f.values for f in one.findings if f.code == "detectable_by_clusters")
        for count, one in found.items()
    }
    assert said[40]["most"] == f"{found[40].detectable.by_clusters:.1%}"
    for count, one in found.items():
        assert said[count]["difference"] == f"{one.detectable.difference:.1%}"
    assert said[1]["most"] == ">100%"
    assert "detectable" not in codes(found[1])


@pytest.mark.parametrize("form", ["WX{}", "{}", "批次{}-1"])
def test_a_running_number_whose_end_tells_the_label_is_named(form: str) -> None:
    data = good()
    high = [int(label == "高") for label in data["truth"]]
    serial = [form.format(1000 + 2 * k + tells) for k, tells in enumerate(high)]
    numbered = [int(word) for word in serial] if form == "{}" else serial

    found = audit(labelled(serial=numbered, **data))

    assert given_away(found) == ["serial"]


def test_text_is_learned_from_runs_of_characters() -> None:
    words = [
        f"{'停电抢修' if k % 2 else '供水管网'}报修，地址{k * 37 % 101}号楼{k}" for k in range(80)
    ]
    table = Table(
        task="classification",
        inputs=[{"text": word} for word in words],
        targets=["电" if k % 2 else "水" for k in range(80)],
    )

    found = audit(table)

    assert found.learning is not None
    assert {e.name: e.value for e in found.learning.learners}["characters"] == 1.0


@pytest.mark.parametrize("share", [0.6, 0.8, 0.95])
def test_a_detectable_difference_is_found_in_four_of_five_cases(share: float) -> None:
    size, trials = 400, 4000
    spread = float(np.sqrt(share * (1 - share)))
    least = detectable(spread, size, None)
    draw = np.random.default_rng(1)

    # Scores of two candidates that correlate by one half differ with the spread of one.
    found = draw.normal(least.difference, spread / np.sqrt(size), size=trials)
    power = np.mean(np.abs(found) > 1.96 * spread / np.sqrt(size))

    assert power == pytest.approx(0.8, abs=0.03)
    assert detectable(spread, size, 40).by_clusters == pytest.approx(least.difference * np.sqrt(10))


def test_everything_that_an_audit_says_is_said_in_both_languages() -> None:
    for saying in SAYINGS.values():
        assert saying.zh.endswith("。") and saying.en.endswith((".", ")."))


def test_which_inputs_are_sentences_is_asked_once_and_not_for_each_sample() -> None:
    row = {f"input{at}": "设备运行中发现异响，请派人检修处理" for at in range(5)}
    table = Table(task="classification", inputs=[row] * 3000, targets=["甲"] * 3000)

    started = time.process_time()
    found = Inputs.of(table, np.arange(3000))

    assert found.texts is not None
    assert time.process_time() - started < 2
