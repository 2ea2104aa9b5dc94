"""Candidates that answer through an OpenAI-compatible endpoint, against a server on 127.0.0.1."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.board import Prompt
from harness.execution.answers import Task
from harness.execution.endpoint.asking import converse
from harness.execution.endpoint.exchanges import open_exchanges
from harness.execution.endpoint.line import _Outward
from harness.execution.endpoint.prompting import WordReader, question
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.journal import Journal
from harness.execution.record import EXCHANGES as FILE
from harness.execution.record import RunRecord
from harness.execution.sealing import open_sealed
from harness.package import Solution
from harness.problems import Refusal
from harness.samples import Sample

HERE = Path(__file__).parent
SERVER = HERE / "clients" / "mock_endpoint.py"
PROMPT = Prompt(template="分派工单：{text}", parse="label", system="只回答标签。")
SECRET = "sk-2f1c-very-secret"

_specification = importlib.util.spec_from_file_location("mock_endpoint", SERVER)
assert _specification is not None and _specification.loader is not None
mock: Any = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(mock)


@pytest.fixture
def server() -> Iterator[Any]:
    with mock.Server().running() as running:
        yield running


@pytest.fixture
def asked(make_job: Callable[..., Job], server: Any) -> Callable[..., RunRecord]:
    """Run a job of eight samples against the server."""

    def ask(**changes: Any) -> RunRecord:
        return execute(endpoint_job(make_job, server, **changes), None, lambda count: None)

    return ask


def endpoint_job(make_job: Callable[..., Job], server: Any, **changes: Any) -> Job:
    told = {
        "base_url": server.url, "model": "m", "concurrency": changes.pop("concurrency", 4),
        "rate": changes.pop("rate", None), "secret": changes.pop("secret", None),
        "api": changes.pop("api", "chat"),
    }  # fmt: skip
    given: dict[str, Any] = {
        "solution": Solution(adapter="endpoint", **told),
        "package": None,
        "prompt": PROMPT,
        "retry_window": 5.0,
        "samples": [Sample(id=f"{at:05}", inputs={"text": f"第{at}号"}) for at in range(8)],
        "mode": "supervised",
    }
    return make_job(**(given | changes))


def reasons(record: RunRecord) -> dict[str, int]:
    return dict(record.content["reasons"])


class TestQuestions:
    def test_the_boards_prompt_and_decoding_go_out_as_declared(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        record = asked()

        assert record.outcomes["answered"] == 8
        first = server.asked[0]
        assert first["messages"][0] == {"role": "system", "content": "只回答标签。"}
        assert {body["messages"][1]["content"] for body in server.asked} == {
            f"分派工单：第{at}号" for at in range(8)
        }
        assert (first["temperature"], first["max_tokens"], first["model"]) == (0.0, 512, "m")
        assert set(server.paths) == {"/v1/chat/completions"}

    def test_plain_completions_are_asked_with_one_text(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        record = asked(api="completions")

        assert record.outcomes["answered"] == 8
        assert server.paths[0] == "/v1/completions"
        assert server.asked[0]["prompt"].startswith("只回答标签。\n\n分派工单：")

    def test_an_input_cannot_name_another_input(self) -> None:
        prompt = Prompt(template='{a} {b} {"x": 1} {labels}', parse="text")

        body = question(prompt, Task(name="text"), "m", "chat", {"a": "{b}", "b": [1.5, None]})

        assert b'"{b} [1.5,null] {\\"x\\": 1} "' in body

    def test_no_more_are_under_way_than_declared(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        server.always = mock.slow(0.05)

        asked(concurrency=3)

        assert server.most == 3

    def test_the_declared_rate_is_kept(self, asked: Callable[..., RunRecord], server: Any) -> None:
        began = time.monotonic()

        asked(rate=20.0)

        assert time.monotonic() - began >= 7 / 20


class TestWords:
    @pytest.mark.parametrize(
        ("said", "label"),
        [
            ("甲", "甲"),
            (" “甲”。\n", "甲"),
            ("答案是：甲乙丙", "甲乙丙"),
            ("应当分派给乙方", "乙"),
            ("甲或乙", None),
            ("不知道", None),
            ("", None),
            ("ＡＢ", "AB"),
            ("<think>是甲还是乙？</think>甲", "甲"),
            ("<think>甲", None),
        ],
    )
    def test_a_label_is_the_words_or_the_only_one_in_them(
        self, said: str, label: str | None
    ) -> None:
        reader = WordReader(
            Task(name="classification", labels=("甲", "乙", "甲乙丙", "AB")), "label"
        )

        verdict = reader.read(said)

        assert (verdict.answer is None) == (label is None)
        assert label is None or verdict.answer == f'{{"label":"{label}"}}'

    @pytest.mark.parametrize(
        ("said", "value"),
        [
            ("约 1,234.5 元", "1234.5"),
            ("从 3 到 -4e1", "-40.0"),
            ("１２", "12.0"),
            ("无", None),
            ("<think>3 或 5</think>共 4 台", "4.0"),
        ],
    )
    def test_a_value_is_the_last_number(self, said: str, value: str | None) -> None:
        verdict = WordReader(Task(name="regression"), "value").read(said)

        assert verdict.answer == (None if value is None else f'{{"value":{value}}}')

    def test_json_may_stand_in_a_fence(self) -> None:
        reader = WordReader(Task(name="anomaly"), "json")

        assert reader.read('好的：\n```json\n{"score": 2}\n```').answer == '{"score":2.0}'
        assert reader.read('<think>{1}</think>{"score": 3}').answer == '{"score":3.0}'
        assert reader.read('{"score": NaN}').outcome == "invalid"

    def test_a_number_too_large_to_say_is_invalid(self) -> None:
        assert WordReader(Task(name="regression"), "value").read("1e999").outcome == "invalid"


class TestFaults:
    @pytest.mark.parametrize(
        "act",
        [mock.status(500), mock.status(503), mock.status(429), mock.cut, mock.slow(0.8)],
        ids=["500", "503", "429", "cut connection", "too slow once"],
    )
    def test_a_fault_of_the_line_is_retried(
        self, asked: Callable[..., RunRecord], server: Any, act: Any
    ) -> None:
        server.acts = [act]

        record = asked()

        assert record.outcomes["answered"] == 8
        assert len(server.asked) == 9
        assert record.content["line"] == {"lost": {}, "committee": False}
        assert record.host["endpoint"]["requests"] == 9

    def test_the_servers_wish_to_wait_is_granted(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        server.acts = [mock.status(429, "Retry-After: 1")]
        began = time.monotonic()

        record = asked(concurrency=1)

        assert time.monotonic() - began >= 1.0
        assert record.outcomes["answered"] == 8

    def test_a_line_that_stays_down_costs_missing_answers_and_calls_the_committee(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        server.always = mock.status(503)
        began = time.monotonic()

        record = asked(retry_window=0.5)

        assert time.monotonic() - began < 5.0
        assert record.outcomes["missing"] == 8
        assert reasons(record) == {"line_status_503": 8}
        assert record.content["line"] == {"lost": {"line_status_503": 8}, "committee": True}

    def test_a_server_that_is_not_there_is_named_as_such(
        self, make_job: Callable[..., Job]
    ) -> None:
        nowhere = mock.Server()
        nowhere.port = 9

        record = execute(
            endpoint_job(make_job, nowhere, retry_window=0.3), None, lambda count: None
        )

        assert reasons(record) == {"line_broken": 8}

    def test_answers_that_never_come_are_time_outs(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        server.always = mock.slow(30)

        record = asked(retry_window=0.2, batch_wall=0.2)

        assert record.outcomes["timeout"] == 8
        assert set(reasons(record)) == {"line_timeout"}

    def test_time_spent_ends_the_run(self, asked: Callable[..., RunRecord], server: Any) -> None:
        server.always = mock.slow(0.3)

        record = asked(wall=0.5, concurrency=1)

        assert record.outcomes["answered"] == 1
        assert reasons(record) == {"wall_spent": 7}

    @pytest.mark.parametrize(
        "content",
        [b"not json", b"{}", b'{"choices": []}', b'{"choices": [{"message": 3}]}', b"\xff\xfe",
         b"[" * 100_000],
    )  # fmt: skip
    def test_a_body_that_is_no_reply_is_invalid_after_three_tries(
        self, asked: Callable[..., RunRecord], server: Any, content: bytes
    ) -> None:
        server.always = mock.body(content)

        record = asked(
            line=200_000, output=10_000_000, samples=[Sample(id="a", inputs={"text": "x"})]
        )

        assert record.outcomes["invalid"] == 1
        assert reasons(record) == {"broken_body": 1}
        assert len(server.asked) == 3

    def test_a_huge_body_is_over_the_limit_and_is_not_read_to_its_end(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        server.acts = [mock.body(b"x" * 20_000_000)]

        record = asked(output=1_000_000)

        assert record.outcomes == record.outcomes | {"over_limit": 1, "answered": 7}
        assert (record.folder / FILE).stat().st_size < 100_000

    def test_all_bodies_together_are_bounded(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        server.always = mock.body(mock.reply({"model": "m", "messages": []}, "甲" * 1_000))

        record = asked(output=10_000, concurrency=1)

        assert record.outcomes["over_limit"] >= 4
        assert len(server.asked) < 8

    def test_a_wrong_model_name_is_not_asked_for_ever(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        server.always = mock.status(404)

        record = asked(samples=[Sample(id=f"{at}", inputs={"text": "x"}) for at in range(100)])

        assert reasons(record) == {"line_status_404": 100}
        assert len(server.asked) < 15
        assert record.content["line"]["committee"]

    def test_an_endpoint_is_not_followed_elsewhere(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        with mock.Server().running() as other:
            server.always = mock.redirect(other.url + "/chat/completions")

            record = asked()

        assert other.asked == []
        assert record.outcomes["missing"] == 8


class TestSecrets:
    def test_a_secret_is_sent_and_kept_nowhere(
        self,
        asked: Callable[..., RunRecord],
        server: Any,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("JIEBANG_SECRET_DEMO", SECRET)
        monkeypatch.setenv("JIEBANG_SECRET_DEMO_HOST", urlsplit(server.url).netloc)
        server.acts = [mock.echo_secret, mock.status(500), mock.cut, mock.echo_secret]

        record = asked(secret="JIEBANG_SECRET_DEMO")

        assert record.outcomes["answered"] == 8
        assert all(f"Bearer {SECRET}" in head for head in server.headers)
        assert SECRET not in "".join(capfd.readouterr())
        assert Path("/proc/self/cmdline").read_bytes().find(SECRET.encode()) < 0
        for path in tmp_path.rglob("*"):
            if path.is_file():
                assert SECRET.encode() not in path.read_bytes(), path
        bodies = [entry.recorded.response for entry in open_exchanges(record.folder)]
        assert sum("[secret]" in body for body in bodies) == 2
        assert not any(SECRET in body for body in bodies)

    def test_a_missing_secret_stops_the_run_before_anything_is_asked(
        self, asked: Callable[..., RunRecord], server: Any
    ) -> None:
        with pytest.raises(Refusal) as failure:
            asked(secret="JIEBANG_SECRET_ABSENT")

        assert failure.value.problems[0].code == "E6402"
        assert server.asked == []

    @pytest.mark.parametrize("bound", [None, "", "rival.example.com:443", "127.0.0.1", "*"])
    def test_a_key_goes_to_no_host_but_the_one_that_the_organizer_bound_it_to(
        self,
        asked: Callable[..., RunRecord],
        server: Any,
        bound: str | None,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("JIEBANG_SECRET_RIVAL", SECRET)
        monkeypatch.delenv("JIEBANG_SECRET_RIVAL_HOST", raising=False)
        if bound is not None:
            monkeypatch.setenv("JIEBANG_SECRET_RIVAL_HOST", bound)

        with pytest.raises(Refusal) as refusal:
            asked(secret="JIEBANG_SECRET_RIVAL")

        assert refusal.value.problems[0].code == "E6405"
        assert server.asked == []

    def test_a_named_host_may_not_lead_back_to_this_machine(self) -> None:
        import asyncio

        async def resolve() -> None:
            await _Outward().resolve("localhost", 80)

        with pytest.raises(OSError, match="this machine"):
            asyncio.run(resolve())


class TestReplay:
    def test_a_rerun_replays_the_record_and_asks_nobody(
        self, make_job: Callable[..., Job], server: Any, tmp_path: Path
    ) -> None:
        server.acts = [mock.body(b"broken")] * 3 + [mock.status(404)]
        job = endpoint_job(make_job, server, concurrency=1)
        first = execute(job, None, lambda count: None)
        requests = len(server.asked)
        for path in job.folder.iterdir():
            if path.name != FILE:
                path.unlink()

        again = execute(job, None, lambda count: None)

        assert len(server.asked) == requests
        assert again.content == first.content
        assert again.predictions == first.predictions
        assert again.host["replayed"] is True

    def test_other_questions_than_recorded_are_refused(
        self, make_job: Callable[..., Job], server: Any
    ) -> None:
        job = endpoint_job(make_job, server)
        execute(job, None, lambda count: None)
        for path in job.folder.iterdir():
            if path.name != FILE:
                path.unlink()
        changed = endpoint_job(
            make_job,
            server,
            prompt=Prompt(template="另问：{text}", parse="label"),
            folder=job.folder,
        )

        with pytest.raises(Refusal) as refusal:
            converse(changed, lambda count: None)

        assert refusal.value.problems[0].code == "E6404"

    def test_a_finished_run_is_reused(self, asked: Callable[..., RunRecord], server: Any) -> None:
        asked()

        again = asked()

        assert again.reused
        assert len(server.asked) == 8


KILLED = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from harness.board import Prompt
from harness.execution.answers import Task
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.limits import Limits
from harness.package import Solution
from harness.samples import Sample

def job(folder, url):
    return Job(
        candidate="一号", item="SD-01", task=Task(name="classification", labels=("甲", "乙")),
        solution=Solution(adapter="endpoint", base_url=url, model="m", concurrency=8),
        mode="supervised", package=None, package_digest="sha256:00",
        samples=[Sample(id=f"{at:05}", inputs={"text": f"<{at}>"}) for at in range(120)],
        batch=1, secret=b"s" * 32, folder=Path(folder), tier="D",
        limits=Limits(memory=1 << 28, cpus=1, wall=60.0, start=9.0, batch_wall=9.0, disk=1 << 20,
                      output=1 << 24, line=1 << 20),
        prompt=Prompt(template="{text}", parse="label"), retry_window=5.0)

if __name__ == "__main__":
    print("ready", flush=True)
    execute(job(sys.argv[2], sys.argv[3]), None, lambda count: None)
"""


def test_a_killed_run_asks_nothing_twice_that_was_answered(tmp_path: Path) -> None:
    port, counts, folder = tmp_path / "port", tmp_path / "counts", tmp_path / "run"
    served = subprocess.Popen([sys.executable, str(SERVER), str(port), str(counts), "0.02"])
    try:
        deadline = time.monotonic() + 10
        while not (port.exists() and port.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        url = f"http://127.0.0.1:{port.read_text()}/v1"
        words = [sys.executable, "-c", KILLED, str(HERE.parent.parent), str(folder), url]
        known: dict[str, int] = {}
        for moment in (0.05, 0.12, 0.2):
            run = subprocess.Popen(words, stdout=subprocess.PIPE)
            assert run.stdout is not None
            run.stdout.readline()
            while not counts.exists():
                time.sleep(0.01)
            time.sleep(0.3 + moment)
            os.kill(run.pid, signal.SIGKILL)
            run.wait()
            run.stdout.close()
            times = Counter(counts.read_text().split())
            for sample, asked in known.items():
                assert times[sample] == asked
            known = _answered(folder, times)
        finished = subprocess.run(words, check=True, capture_output=True, timeout=60)
    finally:
        served.kill()
        served.wait()

    assert finished.returncode == 0
    times = Counter(counts.read_text().split())
    assert all(times[sample] == asked for sample, asked in known.items())
    assert len(times) == 120
    # Each of three kills costs at most 8 questions under way and as many replies not yet written.
    assert sum(times.values()) <= 120 + 3 * (8 + 8)
    assert set(open_sealed(folder).outcomes) == {"answered"}


def _answered(folder: Path, times: Counter[str]) -> dict[str, int]:
    import sqlite3

    with sqlite3.connect(folder / "journal.sqlite") as base:
        found = [int(name) for (name,) in base.execute("SELECT sample FROM outcome")]
    base.close()
    return {f"<{at}>": times[f"<{at}>"] for at in found}


def test_the_journal_of_an_endpoint_counts_what_was_sent_again(
    make_job: Callable[..., Job], server: Any
) -> None:
    job = endpoint_job(make_job, server)

    execute(job, None, lambda count: None)

    with Journal(job.folder / "journal.sqlite", job.key) as journal:
        assert journal.resent() == 0
        assert len(journal.seconds()) == 8
