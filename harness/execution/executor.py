"""The executor: has a candidate answer every sample once, whatever the candidate does."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from harness.canonical import canonical_json
from harness.execution.adapters import command, predictions, python
from harness.execution.answers import AnswerReader
from harness.execution.channel import Channel
from harness.execution.excerpt import visible
from harness.execution.job import Job
from harness.execution.journal import Close, Exchange, Journal
from harness.execution.outcomes import Fault, InstrumentFailure, Verdict
from harness.execution.protocol import END, hello, read_answers, read_ready, request
from harness.execution.record import JOURNAL, RunRecord, keep, keep_submitted, kept
from harness.execution.sandbox import Command, Ending, Running, Sandbox
from harness.problems import Explanation, Problem, Refusal
from harness.samples import Sample

RESTARTS = 2
SANDBOX_TRIES = 2

Progress = Callable[[int], None]
COMMANDS: Mapping[str, Callable[[Job], Command]] = {
    "python": python.command,
    "command": command.command,
}


def execute(job: Job, sandbox: Sandbox | None, progress: Progress) -> RunRecord:
    """Have the candidate answer every sample, and seal what it answered.

    A run that is already complete in ``job.folder`` is reused, one that was cut off is carried
    on. ``progress`` is told how many more samples are decided. Predictions files and endpoints need
    no sandbox.

    Raises
    ------
    Refusal
        The folder holds another run, another process writes there, or the sandbox is too weak.
    InstrumentFailure
        The harness or its machine failed; nothing becomes a score, and the run can be resumed.
    """
    done = kept(job)
    if done is not None:
        progress(len(job.samples))
        return done
    if job.solution.adapter == "predictions":
        verdicts = predictions.answers(job)
        progress(len(verdicts))
        return keep_submitted(job, verdicts)
    if job.solution.adapter == "endpoint":
        # Only here: what runs candidates in a sandbox need not wait for a web client.
        from harness.execution.endpoint.asking import converse

        return converse(job, progress)
    if sandbox is None or sandbox.tier > job.tier:
        tier = "-" if sandbox is None else sandbox.tier
        raise Refusal([Problem("E6105", job.candidate, tier, {"demanded": job.tier})])
    if job.files is not None:
        job.files.lay_out()
    with Journal(job.folder / JOURNAL, job.key) as journal:
        run = _Run(job, sandbox, journal, progress)
        while run.remaining:
            run.launch()
        return keep(job, journal)


class _Run:
    """One run while it goes on: the samples that remain, and one launch after another."""

    def __init__(self, job: Job, sandbox: Sandbox, journal: Journal, progress: Progress) -> None:
        self._job = job
        self._sandbox = sandbox
        self._journal = journal
        self._progress = progress
        self._command = COMMANDS[job.solution.adapter](job)
        self._reader = AnswerReader(job.task)
        self._decided = set(journal.decided_ids())
        self._unsound = 0
        progress(len(self._decided))

    @property
    def remaining(self) -> tuple[Sample, ...]:
        """The samples without an outcome, in the order in which they are asked."""
        return tuple(sample for sample in self._job.order if sample.id not in self._decided)

    def launch(self) -> None:
        """Start the candidate and converse with it until all is asked or one side fails."""
        number = self._journal.launched(self._sandbox.tier)
        try:
            running = self._sandbox.launch(self._command, self._job.limits)
        except OSError as error:
            self._retry(str(error))
            return
        with running:
            talk = _Conversation(self._job, running, self._journal, number)
            fault = self._converse(talk)
            ending = running.finish()
            talk.channel.drain()
        if ending.sandbox_failure is not None:
            self._journal.step(number, talk.channel.spent, talk.done, None)
            self._note(talk.done)
            self._retry(ending.sandbox_failure)
            return
        self._close(talk, _named(fault, ending), ending)

    def _converse(self, talk: _Conversation) -> Fault | None:
        try:
            size = talk.greet()
            for batch, samples in self._batches(size):
                self._journal.step(talk.number, talk.channel.spent, talk.done, batch)
                self._note(talk.done)
                talk.ask(batch, samples, self._reader)
        except Fault as fault:
            return fault
        talk.channel.end(END)
        return None

    def _batches(self, size: int) -> Sequence[tuple[int, Sequence[Sample]]]:
        order, alone = self._job.order, self._job.alone
        chunks = [order[at : at + 1] for at in range(alone)]
        chunks += [order[at : at + size] for at in range(alone, len(order), size)]
        return [(at, part) for at, part in enumerate(chunks) if part[0].id not in self._decided]

    def _close(self, talk: _Conversation, fault: Fault | None, ending: Ending) -> None:
        """Write down how a launch ended, and what it cost the candidate."""
        done, rest, restarted = talk.done, {}, False
        if fault is not None:
            done = talk.charged(fault) or done
            left = [s for s in self.remaining if done is None or s.id not in done.verdicts]
            used = len(self._journal.faults()) + 1
            restarted = bool(left) and not fault.kind.final and used <= RESTARTS
            if not restarted:
                verdict = Verdict(fault.kind.remaining, reason=fault.name)
                rest = {sample.id: verdict for sample in left}
        facts = {
            "exit_code": ending.exit_code,
            "signal": ending.signal,
            "exceeded": ending.exceeded,
            "usage": asdict(ending.usage),
        }
        close = Close(
            fault=None if fault is None else fault.name,
            detail=fault.detail if fault else "",
            restarted=restarted,
            facts=canonical_json(facts).decode(),
            log=talk.channel.errors.text(),
        )
        self._journal.spend(talk.number, talk.channel.spent.wall, talk.channel.spent.cpu)
        self._journal.close(talk.number, close, done, rest)
        self._note(done)
        self._decided |= set(rest)
        self._progress(len(rest))

    def _note(self, done: Exchange | None) -> None:
        if done is not None:
            self._decided |= set(done.verdicts)
            self._progress(len(done.verdicts))

    def _retry(self, failure: str) -> None:
        self._unsound += 1
        if self._unsound >= SANDBOX_TRIES:
            where = self._job.candidate
            raise InstrumentFailure([Problem("E6106", where, visible(failure)[:2000])])


class _Conversation:
    """What is said in one launch; ``done`` is the last batch, not yet in the journal."""

    def __init__(self, job: Job, running: Running, journal: Journal, number: int) -> None:
        self.number = number
        self.done: Exchange | None = None
        self._job = job
        self._journal = journal
        self._asked: tuple[int, Sequence[Sample]] | None = None
        self._started = time.monotonic()
        self.channel = Channel(
            running,
            job.limits,
            journal.spent(),
            lambda wall, cpu: journal.spend(number, wall, cpu),
        )

    def greet(self) -> int:
        """Say hello, wait until the candidate is ready; returns the samples in a batch."""
        job, journal = self._job, self._journal
        first = hello(job.opaque, job.task, job.limits, job.batch)
        line = self.channel.exchange(first, job.limits.start, "start_late")
        ready = read_ready(line.content)
        journal.ready(self.number, line.seconds)
        takes = min(job.batch, ready.max_batch or job.batch)
        agreed = journal.fact("batch")
        if agreed is None:
            journal.settle("batch", str(takes))
            return takes
        if takes < int(agreed):
            raise Fault("violation", "smaller_batch")
        return int(agreed)

    def ask(self, batch: int, samples: Sequence[Sample], reader: AnswerReader) -> None:
        """Ask one batch and judge each of its answers."""
        self.done, self._asked = None, (batch, samples)
        question = request(batch, [dict(sample.inputs) for sample in samples])
        line = self.channel.exchange(question, self._job.limits.batch_wall, "batch_late")
        reply = read_answers(line.content, batch, len(samples))
        if reply.error is not None:
            reason = visible(reply.error)
            verdicts = [Verdict("crash", reason=f"error: {reason}")] * len(samples)
        else:
            verdicts = [reader.read(answer) for answer in reply.answers]
        self.done = Exchange(
            batch=batch,
            seconds=line.seconds,
            size=len(line.content) + 1,
            verdicts={s.id: v for s, v in zip(samples, verdicts, strict=True)},
        )

    def charged(self, fault: Fault) -> Exchange | None:
        """The batch in flight with the outcome that a fault costs it, if there is one."""
        if self._asked is None or self.done is not None:
            return None
        batch, samples = self._asked
        verdict = Verdict(fault.kind.charged, reason=fault.detail or fault.name)
        return Exchange(batch=batch, seconds=0.0, size=0, verdicts={s.id: verdict for s in samples})


def _named(fault: Fault | None, ending: Ending) -> Fault | None:
    """The fault by its cause: a spent limit often shows first as a death or a silence."""
    if fault is None or fault.kind.final:
        return fault
    return fault if ending.exceeded is None else Fault(f"{ending.exceeded}_spent")


PROBLEMS = (
    Explanation(
        "E6105",
        "{where}：本次评测要求沙箱等级不低于 {demanded}，这台机器只达到 {found}。"
        "请运行 jiebang doctor 查看原因，或换一台机器。",
        "{where}: this evaluation demands sandbox tier {demanded}, this machine reaches {found}. "
        "Run jiebang doctor for the cause, or use another machine.",
    ),
    Explanation(
        "E6106",
        "{where}：沙箱两次未能正常工作（{found}），已停止，未产生任何结果。"
        "请运行 jiebang doctor，修复后重新运行；已答的批次不会丢失。",
        "{where}: the sandbox failed twice ({found}); the run stopped and nothing was scored. "
        "Run jiebang doctor, repair, then run again; answered batches are not lost.",
    ),
)
