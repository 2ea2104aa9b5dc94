"""Progress of runs: bars with an estimate on a terminal, one plain line a run elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Never

import click
from tqdm import tqdm

from harness.execution.job import Job
from harness.pipeline.running import Finished

SHAPE = "{l_bar}{bar:24}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"


class Bars:
    """A bar over all samples of all runs and one for each run that goes on; a line for each end."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._bar: tqdm[Never] | None = None
        self._each: dict[str, tqdm[Never]] = {}

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for bar in (*self._each.values(), self._bar):
            if bar is not None:
                bar.close()

    def planned(self, samples: int) -> None:
        """Say how many samples there are in all."""
        if self._terminal and samples:
            self._bar = tqdm(
                total=samples, desc="作答 answers", leave=False, bar_format=SHAPE, position=0
            )

    def answered(self, job: Job, samples: int) -> None:
        """Some more samples of a run have their outcome."""
        if self._bar is None:
            return
        self._bar.update(samples)
        if job.key not in self._each:
            taken = {bar.pos for bar in self._each.values()}
            free = next(place for place in range(1, 99) if -place not in taken)
            self._each[job.key] = tqdm(
                total=len(job.samples),
                desc=f"  {job.item} {job.candidate}"[:24],
                leave=False,
                bar_format=SHAPE,
                position=free,
            )
        self._each[job.key].update(samples)

    def finished(self, finished: Finished) -> None:
        """A run has ended."""
        job, record = finished.job, finished.record
        if job.key in self._each:
            self._each.pop(job.key).close()
        if record is None:
            line = f"  ! {job.item} {job.candidate}  评测系统故障 / instrument failure"
        else:
            counts = {name: count for name, count in record.outcomes.items() if count}
            shown = "  ".join(f"{name} {count}" for name, count in counts.items())
            line = f"  · {job.item} {job.candidate}  {shown}"
        if self._bar is not None:
            self._bar.write(line, file=sys.stderr)
        else:
            click.echo(line, err=True)
