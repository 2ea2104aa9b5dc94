"""Which runs an evaluation needs: every candidate, and every baseline, on its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.board import SCENARIO, Board, Item, read_board
from harness.dataset import Dataset, read_dataset
from harness.execution import limits
from harness.execution.answers import task_of
from harness.execution.environment import Environment, environment_of
from harness.execution.job import Job, Resource
from harness.execution.shown_files import ShownFiles
from harness.intake.packing import identify, manifest
from harness.package import Package, Solution, read_package
from harness.samples import SampleSet, read_samples
from harness.workspace import Workspace

BASELINE = "baseline"
DISK = 256 * limits.MIB
OUTPUT = 256 * limits.MIB
LINE = 8 * limits.MIB


@dataclass(frozen=True, kw_only=True, slots=True)
class Data:
    """A dataset as it lies in a workspace: its declaration, its folder and its samples."""

    dataset: Dataset
    folder: Path
    samples: SampleSet
    shown: ShownFiles | None = None

    @classmethod
    def of(cls, dataset: Dataset, folder: Path, room: Path, secret: bytes) -> Data:
        """Read the samples of a dataset; files that they name are laid out in ``room``."""
        samples = read_samples(folder, dataset)
        files, shown = dataset.samples.files, None
        if files is not None:
            kinds = dataset.samples.inputs
            shown = ShownFiles.of(
                folder=room / files.sha256.removeprefix("sha256:")[:16],
                digest=files.sha256,
                home=folder / files.path,
                files=samples.files,
                columns=frozenset(name for name, kind in kinds.items() if kind == "file"),
                secret=secret,
            )
        return cls(dataset=dataset, folder=folder, samples=samples, shown=shown)


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One run that is wanted: who answers, for which item, on which data."""

    item: Item
    candidate: str
    package: Package
    data: Data
    job: Job

    @property
    def is_baseline(self) -> bool:
        """Whether an organizer's or a scenario's baseline answers, not a candidate."""
        return self.candidate.endswith(BASELINE)


class Planner:
    """Plans the runs of one workspace; every dataset is read once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.board: Board = read_board(workspace.board)
        self._data: dict[Path, Data] = {}

    def data(self, folder: Path) -> Data:
        """The data of a dataset's folder."""
        if folder not in self._data:
            self._data[folder] = Data.of(
                read_dataset(folder),
                folder,
                self.workspace.shown,
                self.workspace.order_secret(),
            )
        return self._data[folder]

    def baselines(self) -> list[Planned]:
        """The organizer's baselines, one for each item that names one."""
        return [
            self._own(item, BASELINE, item.baseline) for item in self.board.items if item.baseline
        ]

    def references(self) -> list[Planned]:
        """The organizer's reference models, in the order in which each item names them."""
        return [
            self._own(item, f"reference{number}-{BASELINE}", path)
            for item in self.board.items
            for number, path in enumerate(item.references, start=1)
        ]

    def _own(self, item: Item, name: str, path: str) -> Planned:
        """A package of the organizer's on an item's data."""
        home = self.workspace.board / path
        package = read_package(home)
        data = self.data(self.workspace.board / str(item.dataset))
        return self._plan(item, name, package, package.solution, home, data)

    def candidates(self) -> list[Planned]:
        """Every accepted candidate; a scenario is run with its baseline on its own data."""
        planned = []
        for candidate in self.workspace.candidates():
            home = self.workspace.package(candidate)
            package = read_package(home)
            item = self.board.item(package.item)
            if item is None:
                continue
            if item.task == SCENARIO:
                data = self.data(home / str(package.dataset))
                baseline = Solution(adapter="python", entry="main:predict")
                planned.append(
                    self._plan(
                        item,
                        f"{candidate}-{BASELINE}",
                        package,
                        baseline,
                        home / str(package.baseline),
                        data,
                    )
                )
            else:
                data = self.data(self.workspace.board / str(item.dataset))
            planned.append(self._plan(item, candidate, package, package.solution, home, data))
        return planned

    def on_reserve(self, item: Item, names: Sequence[str]) -> list[Planned]:
        """Some candidates of an item on the samples that its board kept back."""
        data = self.data(self.workspace.board / str(item.reserve))
        planned = []
        for candidate in names:
            home = self.workspace.package(candidate)
            package = read_package(home)
            planned.append(self._plan(item, candidate, package, package.solution, home, data))
        return planned

    def _plan(
        self,
        item: Item,
        candidate: str,
        package: Package,
        solution: Solution,
        home: Path,
        data: Data,
    ) -> Planned:
        job = plan_job(
            self.board,
            item,
            candidate,
            package.mode,
            solution,
            home,
            data,
            self.workspace.order_secret(),
            self.workspace.runs / item.id / candidate,
            environment_of(home, self.workspace.environments, self.workspace.wheelhouse),
        )
        return Planned(item=item, candidate=candidate, package=package, data=data, job=job)


def plan_job(
    board: Board,
    item: Item,
    candidate: str,
    mode: str,
    solution: Solution,
    home: Path,
    data: Data,
    secret: bytes,
    runs: Path,
    environment: Environment | None = None,
) -> Job:
    """Describe a run completely; its folder is named by all that its answers depend on."""
    dataset, inside, samples = data.dataset, home / "solution", data.samples.samples
    job = Job(
        candidate=candidate,
        item=item.id,
        task=task_of(dataset),
        solution=solution,
        mode=mode,
        package=inside if inside.is_dir() else None,
        package_digest=(manifest(inside) if inside.is_dir() else identify(())).id,
        samples=data.shown.shown(samples) if data.shown else samples,
        batch=item.limits.batch,
        limits=limits.Limits(
            memory=item.limits.memory,
            cpus=item.limits.cpus,
            wall=item.limits.wall,
            start=item.limits.start,
            batch_wall=item.limits.batch_wall,
            disk=DISK,
            output=OUTPUT,
            line=LINE,
        ),
        secret=secret,
        folder=runs,
        tier=board.tier.demanded,  # type: ignore[arg-type]
        resources=tuple(
            Resource(
                path=data.folder / entry.path,
                target=f"/resources/{Path(entry.path).name}",
                digest=entry.sha256,
            )
            for entry in dataset.resources
        ),
        prompt=item.prompt,
        retry_window=item.retry_window,
        latency=item.latency,
        environment=environment,
        files=data.shown,
    )
    return in_own_folder(job, runs)


def in_own_folder(job: Job, runs: Path) -> Job:
    """The same run, kept in the folder that its key names."""
    from dataclasses import replace

    return replace(job, folder=runs / job.key.removeprefix("sha256:")[:16])
