"""What a dataset asks, read to see what answers could be worth on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.dataset import Dataset
from harness.samples import SampleSet, read_samples, read_targets

if TYPE_CHECKING:
    from scoring.answers import Answers

Answer = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A dataset with its samples and its targets by sample id, in one order."""

    dataset: Dataset
    samples: SampleSet
    targets: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path, dataset: Dataset) -> Asked:
        """Read them from files; raises ``Refusal`` as reading does."""
        samples, targets = read_samples(folder, dataset), read_targets(folder, dataset)
        ordered = {sample.id: targets[sample.id] for sample in samples.samples}
        return cls(dataset=dataset, samples=samples, targets=ordered)

    @property
    def wanted(self) -> Sequence[Any]:
        """The targets in the order of the samples."""
        return tuple(self.targets.values())

    def answered(self, answers: Mapping[str, Answer]) -> Answers:
        """Answers by sample id beside the targets, as metrics read them."""
        # Only here: a package without data of its own is checked without numpy.
        from harness.columns import columns_of

        return columns_of(self.dataset, self.samples, self.targets, answers).answers

    def alike(self, answer: Answer) -> Answers:
        """The same answer to every sample."""
        return self.answered(dict.fromkeys(self.targets, answer))
