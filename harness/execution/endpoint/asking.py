"""A run against an endpoint: every sample asked once over the line, or replayed from the record."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from harness.board import Prompt
from harness.canonical import canonical_json, digest
from harness.execution.endpoint.exchanges import Spoken, open_exchanges, seal_exchanges
from harness.execution.endpoint.line import Line, Reply, Terms
from harness.execution.endpoint.prompting import WordReader, models_of, question, words_of
from harness.execution.excerpt import visible
from harness.execution.job import Job
from harness.execution.journal import Close, Exchange, Journal, Recorded, Spent
from harness.execution.outcomes import Verdict
from harness.execution.record import EXCHANGES, JOURNAL, RunRecord, keep_asked, keep_replayed
from harness.problems import Explanation, Problem, Refusal
from harness.samples import Sample

FLUSH = 0.02
"""Seconds for which answers are gathered into one transaction."""

HOST = "_HOST"
"""What follows a key's name in the variable that binds the key to a host."""

PORTS = {"https": 443, "http": 80}
LINE_FAULTS = ("line_broken", "line_timeout", "line_status", "line_address")

Progress = Callable[[int], None]


def converse(job: Job, progress: Progress) -> RunRecord:
    """Ask an endpoint every sample that has no answer yet; where all is recorded, replay it.

    Raises
    ------
    Refusal
        The board declares no prompt, the record holds other questions than this run asks, or the
        key is not there or not bound to the endpoint's host.
    InstrumentFailure
        The journal cannot be written.
    """
    prompt = job.prompt
    if prompt is None:
        raise Refusal([Problem("E6401", job.item)])
    if (job.folder / EXCHANGES).is_file() and not (job.folder / JOURNAL).is_file():
        return _replay(job, prompt, progress)
    with Journal(job.folder / JOURNAL, job.key) as journal:
        decided = journal.decided()
        progress(len(decided))
        if len(decided) < len(job.samples):
            asyncio.run(_Conversation(job, prompt, journal, progress).hold(decided))
        verdicts = journal.decided()
        sealed = seal_exchanges(job.folder, _spoken(journal, verdicts))
        bodies = (entry.response for entry in journal.replies())
        models = [visible(name)[:120] for name in models_of(bodies)[:20]]
        facts = facts_of(verdicts) | {"exchanges": sealed}
        return keep_asked(job, journal, facts, {"models": models, "requests": journal.attempts()})


def facts_of(verdicts: Mapping[str, Verdict]) -> dict[str, Any]:
    """What a run says of its line: samples that the line cost, and that people must look at it."""
    lost = Counter(v.reason for v in verdicts.values() if v.reason.startswith(LINE_FAULTS))
    return {"line": {"lost": dict(lost), "committee": bool(lost)}}


def _replay(job: Job, prompt: Prompt, progress: Progress) -> RunRecord:
    """Judge recorded words again; no request leaves the machine."""
    reader = WordReader(job.task, prompt.parse)
    asked = {sample.id: digest(_question(job, prompt, sample)) for sample in job.samples}
    verdicts = {}
    spoken = list(open_exchanges(job.folder))
    for entry in spoken:
        one = entry.recorded
        if entry.outcome:
            verdicts[one.sample] = Verdict(entry.outcome, reason=entry.reason)  # type: ignore[arg-type]
        else:
            verdicts[one.sample] = _read(reader, one.response)
    strange = [
        entry.recorded.sample
        for entry in spoken
        if entry.recorded.request not in ("", asked.get(entry.recorded.sample))
        or entry.recorded.sample not in asked
    ]
    lacking = [name for name in asked if name not in verdicts]
    if strange or lacking:
        found = str(len(strange) + len(lacking))
        raise Refusal([Problem("E6404", str(job.folder / EXCHANGES), found)])
    progress(len(verdicts))
    facts = facts_of(verdicts) | {"exchanges": seal_exchanges(job.folder, spoken)}
    return keep_replayed(job, verdicts, facts)


def _spoken(journal: Journal, verdicts: Mapping[str, Verdict]) -> Iterator[Spoken]:
    """Each sample's exchange; those that were never asked are there with their reason."""
    recorded = {entry.sample for entry in journal.replies()}
    for entry in journal.replies():
        verdict = verdicts[entry.sample]
        failed = verdict.reason if _is_the_lines(entry, verdict) else ""
        outcome = verdict.outcome if failed else ""
        yield Spoken(recorded=entry, outcome=outcome, reason=failed)
    for name in sorted(set(verdicts) - recorded):
        verdict = verdicts[name]
        never = Recorded(sample=name, request="", status=None, attempts=0, response="")
        yield Spoken(recorded=never, outcome=verdict.outcome, reason=verdict.reason)


def _is_the_lines(entry: Recorded, verdict: Verdict) -> bool:
    return entry.status != 200 or verdict.reason in ("broken_body", "line_too_long", "output_spent")


def _read(reader: WordReader, body: str) -> Verdict:
    said = words_of(body).text
    verdict = reader.read(said)
    return (
        verdict
        if said.strip() or verdict.outcome != "invalid"
        else Verdict("missing", reason="no_words")
    )


def _question(job: Job, prompt: Prompt, sample: Sample) -> bytes:
    solution = job.solution
    return question(prompt, job.task, str(solution.model), solution.api, sample.inputs)


class _Conversation:
    """What goes on between the journal and the line while samples are asked, many at a time."""

    def __init__(self, job: Job, prompt: Prompt, journal: Journal, progress: Progress) -> None:
        self._job, self._prompt, self._journal, self._progress = job, prompt, journal, progress
        self._reader = WordReader(job.task, prompt.parse)
        self._before = journal.spent()
        self._began = time.monotonic()
        self._terms = _terms(job, job.limits.output - self._before.output)
        self._number = 0
        self._waiting: deque[tuple[int, Sample]] = deque()
        self._ready: deque[tuple[int, Sample]] = deque()
        self._done: list[tuple[Exchange, Recorded]] = []
        self._soon: asyncio.TimerHandle | None = None
        self._fault: Verdict | None = None

    async def hold(self, decided: Mapping[str, Verdict]) -> None:
        """Ask all that is undecided, and write down how it ended."""
        job = self._job
        self._waiting.extend(
            (place, sample) for place, sample in enumerate(job.order) if sample.id not in decided
        )
        self._number = self._journal.launched("-")
        left = job.limits.wall - self._before.wall
        try:
            async with (
                asyncio.timeout(left),
                Line(self._terms) as line,
                asyncio.TaskGroup() as all_,
            ):
                for _ in range(min(self._terms.concurrency, len(self._waiting))):
                    all_.create_task(self._serve(line))
        except TimeoutError:
            self._fault = Verdict("timeout", reason="wall_spent")
        self._flush(0)
        rest = self._fault or Verdict("missing", reason="line_broken")
        open_ones = {s.id for s in job.samples} - self._journal.decided().keys()
        close = Close(
            fault=self._fault.reason if self._fault else None,
            detail="", restarted=False, facts=canonical_json({}).decode(), log="",
        )  # fmt: skip
        self._journal.close(self._number, close, None, dict.fromkeys(open_ones, rest))
        self._progress(len(open_ones))

    async def _serve(self, line: Line) -> None:
        while not line.down and (entry := self._take()) is not None:
            place, sample = entry
            asked = _question(self._job, self._prompt, sample)
            self._note(place, sample, asked, await line.ask(asked))

    def _take(self) -> tuple[int, Sample] | None:
        """The next sample; it is in the journal as sent before anything is sent."""
        if not self._ready and self._waiting:
            self._flush(self._terms.concurrency)
        return self._ready.popleft() if self._ready else None

    def _note(self, place: int, sample: Sample, asked: bytes, reply: Reply) -> None:
        if reply.outcome is None:
            verdict = _read(self._reader, reply.body)
        else:
            verdict = Verdict(reply.outcome, reason=reply.reason)
            self._fault = verdict
        if self._terms.secret and verdict.answer and self._terms.secret in verdict.answer:
            verdict = Verdict("invalid", reason="secret_in_answer")
        exchange = Exchange(
            batch=place,
            seconds=reply.seconds,
            size=len(reply.body.encode()),
            verdicts={sample.id: verdict},
        )
        recorded = Recorded(
            sample=sample.id,
            request=digest(asked),
            status=reply.status,
            attempts=reply.attempts,
            response=reply.body,
        )
        self._done.append((exchange, recorded))
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(FLUSH, self._flush, 0)

    def _flush(self, take: int) -> None:
        """Write down what has come, and what goes out next."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        chosen = [self._waiting.popleft() for _ in range(min(take, len(self._waiting)))]
        done, self._done = self._done, []
        if done or chosen:
            spent = Spent(wall=time.monotonic() - self._began, cpu=0.0, output=0)
            self._journal.replied(self._number, spent, done, [place for place, _ in chosen])
        self._ready.extend(chosen)
        if done:
            self._progress(len(done))


def _terms(job: Job, room: int) -> Terms:
    solution = job.solution
    return Terms(
        base_url=str(solution.base_url),
        api=solution.api,
        secret=_secret(job),
        concurrency=solution.concurrency,
        rate=solution.rate,
        window=job.retry_window,
        patience=job.limits.batch_wall,
        longest=job.limits.line,
        room=room,
    )


def _secret(job: Job) -> str | None:
    """The key that a package asks for, where the organizer has bound it to the package's host."""
    name = job.solution.secret
    if not name:
        return None
    secret, bound = os.environ.get(name), os.environ.get(name + HOST, "").strip().lower()
    if not secret:
        raise Refusal([Problem("E6402", job.candidate, name)])
    parts = urlsplit(str(job.solution.base_url))
    port = parts.port or PORTS.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    asked = f"{host}:{port}"
    if bound not in (asked, host if port == PORTS.get(parts.scheme) else asked):
        values = {"host": visible(asked)[:200], "bound": visible(bound)[:200] or "-"}
        raise Refusal([Problem("E6405", job.candidate, name, values)])
    return secret


PROBLEMS = (
    Explanation(
        "E6401",
        "任务 {where} 没有声明提问方式，不能向接口提问。请在 board.yaml 的该任务下写 prompt。",
        "Item {where} declares no prompt, so an endpoint cannot be asked. Write prompt under it in "
        "board.yaml.",
    ),
    Explanation(
        "E6402",
        "{where}：环境变量 {found} 中没有接口密钥，未提问。请在运行前设置 {found}，"
        "并在 {found}_HOST 中写明该密钥可发往的“主机:端口”。",
        "{where}: the environment variable {found} holds no key, so nothing was asked. Set {found} "
        "before running, and {found}_HOST to the host:port that the key may go to.",
    ),
    Explanation(
        "E6405",
        "{where}：要把密钥 {found} 发往 {host}，而组织方只允许发往 {bound}（{found}_HOST），未提问。"
        "确属该申报方的密钥，请将 {found}_HOST 设为 {host}；否则请申报方改写 secret。",
        "{where}: wants the key {found} sent to {host}, but the organizer lets it go to {bound} only "
        "({found}_HOST), so nothing was asked. If the key is this applicant's, set {found}_HOST to "
        "{host}; otherwise have the applicant change secret.",
    ),
    Explanation(
        "E6404",
        "{where}：有 {found} 个样本的提问与记录不符，无法重放。请恢复原来的榜单和申报包，或删除该文件后重新提问。",
        "{where}: {found} samples are asked otherwise than recorded, so nothing can be replayed. "
        "Restore the board and package, or delete the file to ask anew.",
    ),
)
