"""The protocol's messages say what docs/protocol.md says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.canonical import canonical_json
from harness.execution.answers import AnswerReader, Task
from harness.execution.limits import MIB, Limits
from harness.execution.outcomes import FAULTS, OUTCOMES, Fault
from harness.execution.protocol import hello, read_answers, read_ready, request

LIMITS = Limits(
    memory=MIB, cpus=1, wall=9.0, start=2.0, batch_wall=1.0, disk=MIB, output=MIB, line=MIB
)
LABELS = Task(name="classification", labels=("甲", "乙"), positive="甲")
RANGED = Task(name="regression", low=0.0, high=10.0)
TASKS = {
    "classification": LABELS,
    "regression": RANGED,
    "forecasting": Task(name="forecasting"),
    "anomaly": Task(name="anomaly"),
    "retrieval": Task(name="retrieval", depth=3),
    "text": Task(name="text"),
    "fields": Task(name="fields", labels=("编号", "明细")),
}

VALID = [
    ("classification", '{"label":"甲"}', '{"label":"甲"}'),
    ("classification", '{"score":1,"label":"甲"}', '{"label":"甲","score":1.0}'),
    ("classification", '{"label":"甲","score":-12.5}', '{"label":"甲","score":-12.5}'),
    ("regression", '{"value":3}', '{"value":3.0}'),
    ("regression", '{"value":10}', '{"value":10.0}'),
    ("forecasting", '{"value":-1e300}', '{"value":-1e+300}'),
    ("anomaly", '{"score":0.1}', '{"score":0.1}'),
    ("retrieval", '{"ranking":["b","a"]}', '{"ranking":["b","a"]}'),
    ("retrieval", '{"ranking":[]}', '{"ranking":[]}'),
    ("text", '{"text":""}', '{"text":""}'),
    ("text", '{"text":"a\\u2028\\u0000"}', '{"text":"a\u2028\\u0000"}'),
]
INVALID = [
    ("classification", '{"label":"丙"}', "unknown_label"),
    ("classification", '{"label":"甲","score":null}', "wrong_type"),
    ("classification", '{"label":"甲","score":true}', "wrong_type"),
    ("classification", '{"label":"甲","score":1e999}', "not_finite"),
    ("classification", '{"label":"甲","why":""}', "unknown_field"),
    ("classification", '{"score":1}', "missing_field"),
    ("classification", '["甲"]', "wrong_type"),
    ("regression", '{"value":10.001}', "out_of_range"),
    ("regression", '{"value":-0.001}', "out_of_range"),
    ("regression", '{"value":"3"}', "wrong_type"),
    ("retrieval", '{"ranking":["a","a"]}', "repeated_id"),
    ("retrieval", '{"ranking":["a","b","c","d"]}', "too_deep"),
    ("retrieval", '{"ranking":[1]}', "wrong_type"),
    ("text", '{"text":null}', "wrong_type"),
    ("text", json.dumps({"text": "长" * 100_001}), "text_too_long"),
    ("text", json.dumps({"text": "\ufdfa" * 5_556}), "text_too_long"),
    ("fields", json.dumps({"fields": {"编号": "长" * 100_001}}), "text_too_long"),
    (
        "fields",
        json.dumps({"fields": {"编号": "长", "明细": ["长" * 50_000] * 2}}),
        "text_too_long",
    ),
    ("fields", '{"fields":{"别的":null}}', "unknown_label"),
]


@pytest.mark.parametrize(("task", "answer", "canonical"), VALID)
def test_a_valid_answer_is_kept_in_canonical_form(task: str, answer: str, canonical: str) -> None:
    verdict = AnswerReader(TASKS[task]).read(answer.encode())

    assert verdict.outcome == "answered"
    assert verdict.answer == canonical


@pytest.mark.parametrize(("task", "answer", "reason"), INVALID)
def test_an_invalid_answer_says_why(task: str, answer: str, reason: str) -> None:
    verdict = AnswerReader(TASKS[task]).read(answer.encode())

    assert (verdict.outcome, verdict.answer, verdict.reason) == ("invalid", None, reason)


@pytest.mark.parametrize("task", TASKS)
def test_null_abstains_in_every_task(task: str) -> None:
    assert AnswerReader(TASKS[task]).read(b"null").outcome == "missing"


@given(value=st.floats(allow_nan=True, allow_infinity=True))
def test_any_number_is_answered_within_its_range_or_invalid(value: float) -> None:
    line = f'{{"t":"ans","id":0,"y":[{json.dumps({"value": value})}]}}'.encode()

    (answer,) = read_answers(line, 0, 1).answers
    verdict = AnswerReader(RANGED).read(answer)

    assert verdict.outcome == ("answered" if 0 <= value <= 10 else "invalid")


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_answer_whatsoever_breaks_the_reader(value: Any) -> None:
    line = f'{{"t":"ans","id":7,"y":[{json.dumps(value)},{{"text":"安"}}]}}'.encode()

    reply = read_answers(line, 7, 2)

    verdicts = [AnswerReader(TASKS["text"]).read(answer) for answer in reply.answers]
    assert verdicts[0].outcome in OUTCOMES
    assert verdicts[1].outcome == "answered"


@given(noise=st.binary(max_size=200))
def test_no_line_whatsoever_is_more_than_a_violation(noise: bytes) -> None:
    with pytest.raises(Fault) as fault:
        read_answers(noise, 0, 1)

    assert fault.value.name == "violation"


@pytest.mark.parametrize("value", [{"label": "甲"}, {"label": "甲", "score": 0.25}])
def test_canonical_answers_are_those_of_the_rest_of_the_harness(value: dict[str, Any]) -> None:
    assert AnswerReader(LABELS).judge(value).answer == canonical_json(value).decode()


def test_hello_tells_the_task_and_the_limits_and_no_more() -> None:
    message = json.loads(hello("ab", RANGED, LIMITS, 32))

    assert message.pop("limits") == {
        "line": MIB, "output": MIB, "memory": MIB, "start": 2.0, "batch_wall": 1.0, "wall": 9.0
    }  # fmt: skip
    assert message == {
        "t": "hello",
        "v": 1,
        "run": "ab",
        "task": "regression",
        "labels": [],
        "positive": None,
        "range": {"low": 0.0, "high": 10.0},
        "depth": 100,
        "max_batch": 32,
    }


def test_a_question_is_one_line_with_its_keys_in_the_promised_order() -> None:
    line = request(17, [{"text": "a\nb\u2028"}, {"text": "c"}])

    assert line.startswith(b'{"t":"req","id":17,"n":2,"x":[')
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


READY_FAULTS = [
    ('{"t":"ready","v":2}', "wrong_version"),
    ('{"t":"ready"}', "broken_line"),
    ('{"t":"ready","v":1,"max_batch":0}', "wrong_batch"),
    ('{"t":"ready","v":1,"name":"%s"}' % ("x" * 121), "long_name"),
    ('{"t":"ans","id":0,"y":[]}', "broken_line"),
    ("ready", "broken_line"),
]


@pytest.mark.parametrize(("line", "detail"), READY_FAULTS)
def test_a_wrong_first_line_is_a_violation(line: str, detail: str) -> None:
    with pytest.raises(Fault) as fault:
        read_ready(line.encode())

    assert (fault.value.name, fault.value.detail) == ("violation", detail)


def test_a_batch_may_be_given_up_with_an_error() -> None:
    reply = read_answers(b'{"t":"ans","id":3,"err":"OutOfTokens"}', 3, 2)

    assert reply.error == "OutOfTokens"


def test_every_fault_costs_a_known_outcome_and_never_an_answer() -> None:
    costs = {cost for kind in FAULTS.values() for cost in (kind.charged, kind.remaining)}

    assert costs <= set(OUTCOMES) - {"answered"}


def test_the_page_for_authors_names_every_message_task_outcome_and_limit() -> None:
    page = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
    message = json.loads(hello("9f3c", RANGED, LIMITS, 32))

    words = {*message, *message["limits"], *TASKS, *OUTCOMES} - {"answered"}
    assert [word for word in sorted(words) if word not in page] == []
