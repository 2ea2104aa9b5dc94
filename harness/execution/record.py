"""The record of a finished run: what was answered, under which limits, sealed in a folder."""

from __future__ import annotations

import itertools
import json
import os
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.canonical import readable_json
from harness.durable import write_atomically
from harness.execution.job import Job
from harness.execution.journal import Journal
from harness.execution.outcomes import OUTCOMES, InstrumentFailure, Verdict
from harness.execution.protocol import VERSION
from harness.execution.sealing import open_sealed, seal_in_order
from harness.execution.timing import latency, quantiles, throughput
from harness.problems import Explanation, Problem, Refusal, why

JOURNAL = "journal.sqlite"
RUN = "run.json"
HOST = "host.json"
LOG = "candidate.log"
EXCHANGES = "exchanges.parquet"
SCHEMA = "jiebang/run/1"
HOST_SCHEMA = "jiebang/host/1"
NOBODY = ("", Verdict("missing"))


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """A finished run: where it lies, its key, and the facts that a rerun must repeat.

    ``content`` is run.json; ``host`` is host.json, what only this machine and hour can tell;
    ``reused`` says that the run was there before and nothing was launched.
    """

    folder: Path
    key: str
    predictions: str
    outcomes: Mapping[str, int]
    content: Mapping[str, Any]
    host: Mapping[str, Any]
    reused: bool

    @property
    def resent(self) -> int:
        """Batches that were asked again after the harness itself was stopped."""
        return int(self.host["resent"])


def kept(job: Job) -> RunRecord | None:
    """The finished run in the job's folder, if it answers exactly this job.

    Raises
    ------
    Refusal
        The folder holds the finished run of another job, or one made in a weaker sandbox.
    """
    path = job.folder / RUN
    if not path.exists():
        return None
    content, host = _read(path), _read(job.folder / HOST)
    if content["key"] != job.key:
        raise Refusal([Problem("E6107", str(path), content["key"])])
    if content["tier"] is not None and content["tier"] > job.tier:
        raise Refusal([Problem("E6108", str(path), content["tier"], {"demanded": job.tier})])
    open_sealed(job.folder, content["predictions"])
    return _record(job, content, host, reused=True)


def keep(job: Job, journal: Journal) -> RunRecord:
    """Write the results of a run from its journal; ``run.json`` comes last and makes it whole."""
    launches = journal.launches()
    facts = {
        "tier": max(tier for _, tier, *_ in launches),
        "batch": int(journal.fact("batch") or job.batch),
        "faults": dict(Counter(journal.faults())),
        "restarts": journal.restarts(),
    }
    log = "".join(f"== {number} ==\n{log}\n" for number, *_, log in launches if log)
    return _keep(job, journal.verdicts(), facts, _host(job, journal, launches), log)


def keep_submitted(job: Job, verdicts: Mapping[str, Verdict]) -> RunRecord:
    """Write the results of a predictions file, for which nothing was launched."""
    facts: dict[str, Any] = {"tier": None, "batch": None, "faults": {}, "restarts": 0}
    host = {"schema": HOST_SCHEMA, "machine": _machine(), "resent": 0, "launches": []}
    return _keep(job, sorted(verdicts.items(), key=_id), facts, host, "")


def keep_asked(
    job: Job, journal: Journal, facts: Mapping[str, Any], said: Mapping[str, Any]
) -> RunRecord:
    """Write the results of a run against an endpoint, which ran in no sandbox of ours."""
    known: dict[str, Any] = {"tier": None, "batch": 1, "faults": {}, "restarts": 0}
    host = _host(job, journal, journal.launches()) | {"endpoint": dict(said)}
    return _keep(job, journal.verdicts(), known | dict(facts), host, "")


def keep_replayed(job: Job, verdicts: Mapping[str, Verdict], facts: Mapping[str, Any]) -> RunRecord:
    """Write the results of recorded exchanges, for which no request was made."""
    known: dict[str, Any] = {"tier": None, "batch": 1, "faults": {}, "restarts": 0}
    host = {"schema": HOST_SCHEMA, "machine": _machine(), "resent": 0, "launches": []}
    in_order = sorted(verdicts.items(), key=_id)
    return _keep(job, in_order, known | dict(facts), host | {"replayed": True}, "")


def _keep(
    job: Job,
    verdicts: Iterable[tuple[str, Verdict]],
    facts: Mapping[str, Any],
    host: Mapping[str, Any],
    log: str,
) -> RunRecord:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()

    def counted() -> Iterator[tuple[str, Verdict]]:
        expected = sorted(sample.id for sample in job.samples)
        for name, (found, verdict) in itertools.zip_longest(expected, verdicts, fillvalue=NOBODY):
            if name != found:
                raise AssertionError("every sample has exactly one outcome")
            counts[verdict.outcome] += 1
            if verdict.reason:
                # What follows a colon is the candidate's own word and stays in the journal.
                reasons[verdict.reason.partition(":")[0]] += 1
            yield found, verdict

    try:
        sealed = seal_in_order(job.folder, counted())
        content = {
            "schema": SCHEMA,
            "key": job.key,
            "candidate": job.candidate,
            "item": job.item,
            "mode": job.mode,
            "adapter": dict(job.settings),
            "inputs": dict(job.inputs),
            "protocol": VERSION,
            "outcomes": {outcome: counts[outcome] for outcome in OUTCOMES},
            "reasons": dict(reasons),
            "predictions": sealed,
            **facts,
        }
        if job.repeat_of is not None:
            content["repeat_of"] = job.repeat_of
        write_atomically(job.folder / LOG, log.encode())
        write_atomically(job.folder / HOST, readable_json(dict(host)))
        write_atomically(job.folder / RUN, readable_json(content))
    except OSError as error:
        raise InstrumentFailure(
            [Problem("E6109", str(job.folder), "", {"reason": why(error)})]
        ) from error
    return _record(job, content, host, reused=False)


def _id(entry: tuple[str, Verdict]) -> str:
    return entry[0]


def _record(
    job: Job, content: Mapping[str, Any], host: Mapping[str, Any], *, reused: bool
) -> RunRecord:
    return RunRecord(
        folder=job.folder,
        key=content["key"],
        predictions=content["predictions"],
        outcomes=content["outcomes"],
        content=content,
        host=host,
        reused=reused,
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content: Mapping[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Refusal([Problem("E6110", str(path), str(error))]) from error
    return content


def _host(job: Job, journal: Journal, launches: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """What only this machine and hour can tell: times in seconds, memory in bytes."""
    return {
        "schema": HOST_SCHEMA,
        "machine": _machine(),
        "resent": journal.resent(),
        "wall_seconds": journal.spent().wall,
        "cpu_seconds": _measured(launches, "cpu_seconds", sum),
        "peak_memory": _measured(launches, "peak_memory", max),
        "start_seconds": next((ready for _, _, ready, *_ in launches if ready is not None), None),
        "samples_per_second": throughput(job, journal),
        "batch_latency_seconds": quantiles(journal.seconds(job.alone), "batches"),
        "latency_seconds": latency(job, journal),
        "launches": [
            {
                "number": number,
                "tier": tier,
                "ready_seconds": ready,
                "wall_seconds": wall,
                "cpu_seconds": cpu,
                "fault": fault,
                "detail": detail,
                "ending": None if facts is None else json.loads(facts),
            }
            for number, tier, ready, wall, cpu, fault, detail, facts, _ in launches
        ],
    }


def _measured(
    launches: Sequence[tuple[Any, ...]], name: str, together: Callable[[Iterable[Any]], Any]
) -> Any:
    """What all launches used, or ``None`` where one of them was not measured."""
    endings = [json.loads(facts) for *_, facts, _ in launches if facts is not None]
    values = [ending.get("usage", {}).get(name) for ending in endings]
    whole = len(values) == len(launches) and None not in values
    return together(values) if whole and values else None


def _machine() -> dict[str, Any]:
    return {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
    }


PROBLEMS = (
    Explanation(
        "E6107",
        "{where}：这里是另一次运行的结果（{found}）。请为新的运行使用新的文件夹。",
        "{where}: these are the results of another run ({found}). Use a new folder for a new run.",
    ),
    Explanation(
        "E6108",
        "{where}：这份结果在等级 {found} 的沙箱中产生，本次要求 {demanded}。"
        "请在新文件夹中重新运行。",
        "{where}: these results were made in a sandbox of tier {found}, demanded is {demanded}. "
        "Run again in a new folder.",
    ),
    Explanation(
        "E6109",
        "{where}：结果无法写入（{reason}）。请检查磁盘空间和权限后重新运行；已答的批次不会丢失。",
        "{where}: the results cannot be written ({reason}). Check disk space and permissions, then "
        "run again; answered batches are not lost.",
    ),
    Explanation(
        "E6110",
        "{where}：运行记录无法读取（{found}）。请删除该文件后重新运行，结果会由运行日志重新生成。",
        "{where}: the record cannot be read ({found}). Delete the file and run again: it is made "
        "anew from the journal.",
    ),
)
