"""An applicant's own run at home: the public sample, the same sandbox, the same scoring."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from harness.board import SCENARIO, Board, read_board
from harness.canonical import canonical_json, digest
from harness.checking import examine_package
from harness.dataset import Dataset, read_dataset
from harness.execution.environment import WHEELHOUSE, build, environment_of
from harness.execution.executor import execute
from harness.execution.outcomes import InstrumentFailure
from harness.execution.record import LOG
from harness.execution.sandbox import Sandbox
from harness.execution.sealing import Sealed, open_sealed
from harness.intake.unpacking import unpack
from harness.metric_text import MetricText
from harness.pipeline.marking import Marker
from harness.pipeline.planning import Data, Planned, plan_job
from harness.problems import Explanation, Problem, Refusal

CANDIDATE = "try"
LOG_SHOWN = 1500
PARTS_SHOWN = 3
PARTS = re.compile(
    r"^== \d+ ==$|(?<!following exception:\n\n)(?<!exception occurred:\n\n)^(?=Traceback )", re.M
)
"""Where in a log another start begins, or another traceback that is none's cause."""
UNPROMISED = "E4002"
DRAFT = (
    "草稿：truth_statement 还不是 true，不影响试运行，check 和 pack 会要求 / a draft: truth_statement "
    "is not true yet, which `check` and `pack` will demand"
)
SECRET = bytes(32)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What came of a package on the public sample, in lines to read."""

    lines: tuple[str, ...]
    unanswered: int


def try_package(package: Path, board_folder: Path, sandbox: Sandbox) -> Tried:
    """Run a package, a folder or a zip, on the public sample.

    Raises
    ------
    Refusal
        The package has problems, there is no public sample, or the sandbox failed.
    """
    if not package.is_file():
        return _try_folder(package, board_folder, sandbox)
    with tempfile.TemporaryDirectory(prefix="jiebang-") as room:
        into = Path(room) / "package"
        unpack(package, into)
        return _try_folder(into, board_folder, sandbox)


def _try_folder(package_folder: Path, board_folder: Path, sandbox: Sandbox) -> Tried:
    board = read_board(board_folder)
    examined = examine_package(package_folder, board)
    problems = [problem for problem in examined.problems if problem.code != UNPROMISED]
    if problems:
        raise Refusal(problems)
    checked = examined.checked
    item = board.item(checked.package.item)
    assert item is not None
    home = package_folder if item.task == SCENARIO else board_folder
    named = checked.package.dataset if item.task == SCENARIO else item.dataset
    metrics = [entry.metric for entry in checked.package.metrics or item.metrics]
    with tempfile.TemporaryDirectory(prefix="jiebang-try-") as room:
        data = _public(home / str(named), Path(room))
        job = plan_job(
            board,
            item,
            CANDIDATE,
            checked.package.mode,
            checked.package.solution,
            package_folder,
            data,
            SECRET,
            Path(room),
            environment_of(
                package_folder, Path(room) / "environments", package_folder / WHEELHOUSE
            ),
        )
        job = replace(job, tier="D")
        if job.environment is not None:
            build(job.environment, sandbox)
        try:
            record = execute(job, sandbox, lambda samples: None)
        except InstrumentFailure as failure:
            raise Refusal(failure.problems) from failure
        planned = Planned(
            item=item, candidate=CANDIDATE, package=checked.package, data=data, job=job
        )
        sealed = open_sealed(record.folder, record.predictions)
        asked = len(data.samples.samples)
        unanswered = asked - record.outcomes["answered"]
        lines = [
            f"沙箱等级 {sandbox.tier}；公开样例 {asked} 个样本，仅供自检 / "
            f"sandbox tier {sandbox.tier}; {asked} public samples, a self-check only",
            *(f"  {name}: {count}" for name, count in record.outcomes.items() if count),
            *_scores(board, planned, sealed, metrics),
        ]
        if len(problems) < len(examined.problems):
            lines.append(DRAFT)
        if unanswered:
            lines.append("运行日志（节选）/ the candidate's log, an excerpt:")
            lines += excerpt((record.folder / LOG).read_text("utf-8"))
            if sandbox.tier in ("C", "D") and job.shows_files:
                lines.append(
                    f"等级 {sandbox.tier} 没有 /resources 和 /files，读这些文件的方案须在装有 bubblewrap 的"
                    f"机器上自检 / tier {sandbox.tier} has no /resources and no /files: try a solution "
                    "that reads them where bubblewrap is installed"
                )
        return Tried(lines=tuple(lines), unanswered=unanswered)


def excerpt(log: str) -> Iterator[str]:
    r"""What a log says, each part once, however often it was repeated: the last line first.

    Examples
    --------
    >>> list(excerpt("== 1 ==\nin main\nKeyError\n== 2 ==\nin main\nKeyError\n"))
    ['KeyError (× 2)', '  in main']
    """
    times = Counter(part.strip() for part in PARTS.split(log) if part.strip())
    for part, count in times.most_common(PARTS_SHOWN):
        *before, last = part[-LOG_SHOWN:].splitlines()
        yield f"{last} (× {count})" if count > 1 else last
        yield from (f"  {line}" for line in before)


def _public(folder: Path, room: Path) -> Data:
    """The public sample of a dataset, as a dataset of its own."""
    dataset = read_dataset(folder)
    public = dataset.public_sample
    if public is None:
        raise Refusal([Problem("E9030", str(folder))])
    small: Dataset = replace(
        dataset,
        samples=replace(
            dataset.samples,
            path=public.samples.path,
            sha256=public.samples.sha256,
            files=public.files,
        ),
        target=replace(dataset.target, path=public.target.path, sha256=public.target.sha256),
    )
    return Data.of(small, folder, room / "shown", SECRET)


def _scores(
    board: Board, planned: Planned, sealed: Sealed, metrics: list[MetricText]
) -> Iterator[str]:
    marker = Marker(board, digest(canonical_json("try")))
    joined = marker.columns(planned, sealed)
    for text in metrics:
        found = marker.score(planned, joined, text)
        interval = f"[{found.interval.low:.4f}, {found.interval.high:.4f}]"
        yield f"  {text} = {found.value:.4f}  {interval}"


PROBLEMS = (
    Explanation(
        "E9030",
        "{where}：该数据集没有公开样例 public_sample，无法试运行。请向组织方索取，或在数据集中补上。",
        "{where}: this dataset has no public_sample to try on. Ask the organizer, or add one to the dataset.",
    ),
)
