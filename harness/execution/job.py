"""One run to be made: a candidate, its solution, the samples, and the limits."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.board import LatencyPhase, Prompt
from harness.canonical import PREFIX, canonical_json, digest
from harness.execution.answers import Task
from harness.execution.bubblewrap import pinned
from harness.execution.environment import Environment
from harness.execution.limits import Limits
from harness.execution.protocol import VERSION
from harness.execution.sandbox import Mount, Tier
from harness.execution.shown_files import FILES, ShownFiles
from harness.package import Solution
from harness.samples import Sample

PACKAGE = "/pkg"
_SECONDS = ("wall", "start", "batch_wall", "cpu")


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A public file that candidates may read: where it lies, is mounted, and its digest."""

    path: Path
    target: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything that a run depends on, and the folder that will hold it.

    ``package`` is mounted read-only at /pkg (for the predictions adapter: the folder in which
    ``solution.file`` lies); ``batch`` is a number of samples; ``secret`` orders the samples;
    ``tier`` is the weakest sandbox that is accepted; ``prompt`` and ``retry_window`` (seconds)
    are for endpoints; ``repeat_of`` is the key of the run that this one repeats in another order;
    without an ``environment`` the organizer's base one is used; ``files`` are those that the
    samples name, shown at /files.
    """

    candidate: str
    item: str
    task: Task
    solution: Solution
    mode: str
    package: Path | None
    package_digest: str
    samples: Sequence[Sample]
    batch: int
    limits: Limits
    secret: bytes
    folder: Path
    tier: Tier
    resources: tuple[Resource, ...] = ()
    prompt: Prompt | None = None
    retry_window: float = 600.0
    latency: LatencyPhase | None = None
    repeat_of: str | None = None
    environment: Environment | None = None
    files: ShownFiles | None = None

    def __post_init__(self) -> None:
        if len({sample.id for sample in self.samples}) < len(self.samples):
            raise ValueError("two samples share an id")

    @property
    def sandboxed(self) -> bool:
        """Whether something of the candidate's is started on this machine."""
        return self.solution.adapter not in ("predictions", "endpoint")

    @property
    def shows_files(self) -> bool:
        """Whether candidates are shown files besides their own package."""
        return bool(self.resources) or self.files is not None

    @property
    def site(self) -> Path | None:
        """The candidate's own packages, where it has a lock."""
        return None if self.environment is None else self.environment.folder

    @cached_property
    def order(self) -> tuple[Sample, ...]:
        """The samples in the order in which they are asked, which only the secret tells."""
        return tuple(sorted(self.samples, key=self._place))

    @property
    def alone(self) -> int:
        """How many samples are asked one at a time, first of all, so that each is new when timed."""
        if self.latency is None or not self.sandboxed:
            return 0
        return min(len(self.samples), self.latency.warm_up + self.latency.samples)

    @cached_property
    def key(self) -> str:
        """Digest of every input that can change an answer, and of none that cannot."""
        return digest(canonical_json(self.inputs))

    @cached_property
    def inputs(self) -> Mapping[str, Any]:
        """What the key is a digest of."""
        return {
            "adapter": self.settings,
            "batch": self.batch,
            "environment": self._pinned if self.sandboxed else None,
            "limits": {
                name: float(value) if name in _SECONDS and value is not None else value
                for name, value in asdict(self.limits).items()
            },
            "order": self._digest_of(canonical_json(sample.id) for sample in self.order),
            "package": self.package_digest,
            "protocol": VERSION,
            "resources": {entry.target: entry.digest for entry in self.resources}
            | ({} if self.files is None else {FILES: self.files.digest}),
            "samples": self._digest_of(
                canonical_json([sample.id, dict(sample.inputs)])
                for sample in sorted(self.samples, key=lambda sample: sample.id)
            ),
            "task": asdict(self.task) | {"labels": list(self.task.labels)},
            **({"alone": self.alone} if self.alone else {}),
        }

    @property
    def settings(self) -> Mapping[str, Any]:
        """How the solution is spoken to, in what decides its answers."""
        solution = self.solution
        if solution.adapter == "endpoint":
            prompt = None if self.prompt is None else asdict(self.prompt)
            return {
                "name": solution.adapter,
                "base_url": solution.base_url,
                "api": solution.api,
                "model": solution.model,
                "prompt": prompt and prompt | {"stop": list(prompt["stop"])},
            }
        return {
            "name": solution.adapter,
            "entry": solution.entry,
            "argv": list(solution.argv),
            "file": solution.file,
        }

    @property
    def _pinned(self) -> Mapping[str, str | None]:
        """What is fixed around the candidate: its lock, threads, seed, zone, kernel."""
        lock = None if self.environment is None else self.environment.digest
        return {**pinned(self.limits, ()), "lock": lock}

    @property
    def opaque(self) -> str:
        """The run's name as its candidate sees it."""
        return hmac.digest(self.secret, b"run\0" + self.key.encode(), "sha256")[:8].hex()

    @property
    def mounts(self) -> tuple[Mount, ...]:
        """The package and the public files, as the candidate sees them."""
        package = () if self.package is None else (Mount(self.package, PACKAGE),)
        shown = () if self.files is None else (Mount(self.files.folder, FILES),)
        public = tuple(Mount(entry.path, entry.target) for entry in self.resources)
        return package + shown + public

    def _place(self, sample: Sample) -> bytes:
        return hmac.digest(self.secret, b"sample\0" + sample.id.encode(), "sha256")

    @staticmethod
    def _digest_of(lines: Any) -> str:
        state = hashlib.sha256()
        for line in lines:
            state.update(line + b"\n")
        return PREFIX + state.hexdigest()
