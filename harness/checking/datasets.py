"""Checks of a dataset: what it declares, and the files that it declares."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.attached import attached_digest, attached_files
from harness.canonical import canonical_json, file_digest
from harness.dataset import (
    LABELLED,
    Dataset,
    FileDigest,
    Range,
    Resource,
    SampleFile,
    TargetFile,
    draft_dataset,
)
from harness.metric_text import RESERVED
from harness.problems import Explanation, Problem, Refusal, Words
from harness.samples import SampleSet, read_samples, read_targets
from harness.structure import as_far_as_read, given
from harness.targets import read_time

# What joins two pictures to one (a family), and what spells a flag after its own, is no hidden sign.
_PICTURE = "[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
_JOINED = re.compile(
    f"{_PICTURE}(?:\u200d{_PICTURE})+|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
)
NAMED = 5
WIDEST = 1e100
"""Beyond it the square of an error could be no finite number."""

DeclaredFile = SampleFile | TargetFile | Resource | FileDigest


def check_dataset(folder: Path) -> Dataset:
    """Check a dataset with its files; raises ``Refusal`` with everything found."""
    draft = draft_dataset(folder)
    problems = [*draft.problems]
    for check in DECLARED:
        problems += draft.located(as_far_as_read(check(draft.record)))
    problems += _files(folder, draft.record)
    if problems:
        raise Refusal(problems)
    return draft.record


def _grouping(dataset: Dataset) -> Iterator[Problem]:
    if given(dataset.samples.cluster) == bool(dataset.samples.independent):
        yield Problem("E3020", "dataset.yaml: samples")


def _labels(dataset: Dataset) -> Iterator[Problem]:
    where = "dataset.yaml: labels"
    fewest = 2 if dataset.task in ("classification", "choice") else 1
    if (dataset.task in LABELLED) != bool(dataset.labels) or 0 < len(dataset.labels) < fewest:
        yield Problem("E3021", where)
    for label in sorted({one for one in dataset.labels if dataset.labels.count(one) > 1}):
        yield Problem("E3028", where, label)
    for label in dataset.labels:
        if RESERVED & set(label):
            yield Problem("E3044", where, label, {"expected": "( ) , ="})


def _positive(dataset: Dataset) -> Iterator[Problem]:
    if dataset.positive is not None and dataset.positive not in dataset.labels:
        yield Problem("E3022", "dataset.yaml: positive", dataset.positive)


def _range(dataset: Dataset) -> Iterator[Problem]:
    where = "dataset.yaml: range"
    if dataset.range is not None and _is_empty(dataset.range):
        found = f"{dataset.range.low:g} … {dataset.range.high:g}"
        yield Problem("E3023", where, found)
    if (dataset.task in ("regression", "forecasting")) != given(dataset.range):
        yield Problem("E3023", where)


def _is_empty(limits: Range) -> bool:
    return not -WIDEST <= limits.low < limits.high <= WIDEST


def _apart(dataset: Dataset) -> Iterator[Problem]:
    if dataset.samples.path == dataset.target.path:
        yield Problem("E3024", "dataset.yaml: target.path", dataset.target.path)


def _public_resources(dataset: Dataset) -> Iterator[Problem]:
    for entry in dataset.resources:
        if entry.path == dataset.target.path or entry.sha256 == dataset.target.sha256:
            yield Problem("E3032", "dataset.yaml: resources", entry.path)


def _target_unasked(dataset: Dataset) -> Iterator[Problem]:
    if dataset.target.column in dataset.samples.inputs:
        yield Problem("E3025", "dataset.yaml: samples.inputs", dataset.target.column)


def _of_one_task(dataset: Dataset) -> Iterator[Problem]:
    for key, task in (("fields", "fields"), ("refusals", "safety")):
        if (dataset.task == task) != bool(getattr(dataset, key)):
            yield Problem("E3030", f"dataset.yaml: {key}", key, {"expected": task})


def _options(dataset: Dataset) -> Iterator[Problem]:
    if dataset.options is not None and dataset.options not in dataset.samples.inputs:
        yield Problem("E3031", "dataset.yaml: options", dataset.options)


def _attached(dataset: Dataset) -> Iterator[Problem]:
    named = "file" in dataset.samples.inputs.values()
    if named != given(dataset.samples.files):
        yield Problem("E3033", "dataset.yaml: samples.files")
    public = dataset.public_sample
    if public is not None and named != given(public.files):
        yield Problem("E3033", "dataset.yaml: public_sample.files")


DECLARED = (
    _grouping,
    _labels,
    _positive,
    _range,
    _apart,
    _public_resources,
    _target_unasked,
    _of_one_task,
    _options,
    _attached,
)


def _files(folder: Path, dataset: Dataset) -> Iterator[Problem]:
    absent = False
    for group in (_own_files, _resources, _public_files):
        for entry in as_far_as_read(group(dataset)):
            for problem in as_far_as_read(_file(folder, entry)):
                absent = absent or problem.code == "E3001"
                yield problem
    for place in as_far_as_read(_folders(dataset)):
        for problem in as_far_as_read(_folder(folder, place)):
            absent = absent or problem.code == "E3001"
            yield problem
    if not absent:
        yield from as_far_as_read(_contents(folder, dataset))


def _folders(dataset: Dataset) -> Iterator[FileDigest]:
    for part in (dataset.samples, dataset.public_sample):
        if part is not None and part.files is not None:
            yield part.files


def _own_files(dataset: Dataset) -> Iterator[DeclaredFile]:
    yield dataset.samples
    yield dataset.target


def _resources(dataset: Dataset) -> Iterator[DeclaredFile]:
    yield from dataset.resources


def _public_files(dataset: Dataset) -> Iterator[DeclaredFile]:
    if dataset.public_sample is not None:
        yield dataset.public_sample.samples
        yield dataset.public_sample.target


def _file(folder: Path, entry: DeclaredFile) -> Iterator[Problem]:
    path = folder / entry.path
    if not path.is_file():
        yield Problem("E3001", entry.path, "", {"reason": Words("没有这个文件", "no such file")})
    elif (found := file_digest(path)) != entry.sha256:
        yield Problem("E3002", entry.path, found, {"expected": entry.sha256})


def _folder(folder: Path, entry: FileDigest) -> Iterator[Problem]:
    path = folder / entry.path
    if not path.is_dir():
        yield Problem("E3001", entry.path, "", {"reason": Words("没有这个目录", "no such folder")})
    elif (found := attached_digest(attached_files(path))) != entry.sha256:
        yield Problem("E3002", entry.path, found, {"expected": entry.sha256})


def _contents(folder: Path, dataset: Dataset) -> Iterator[Problem]:
    if dataset.range is not None and _is_empty(dataset.range):
        # No target lies within: the range is told, and the targets are read without it.
        dataset = replace(dataset, range=None)
    hidden = yield from _pairs(folder, dataset)
    public = dataset.public_sample
    if public is None:
        return
    small = replace(
        dataset,
        samples=replace(dataset.samples, path=public.samples.path, files=public.files),
        target=replace(dataset.target, path=public.target.path),
    )
    shown = yield from _pairs(folder, small)
    if leaked := hidden & shown:
        yield Problem("E3029", public.target.path, _some(leaked))


def _pairs(folder: Path, dataset: Dataset) -> Generator[Problem, None, set[str]]:
    """Report what keeps samples and targets from pairing up; returns the samples' ids."""
    identities: set[str] = set()
    targets: set[str] = set()
    whole = True
    try:
        samples = read_samples(folder, dataset)
        identities = {sample.id for sample in samples.samples}
        yield from _moments(samples, dataset)
    except Refusal as refusal:
        whole = False
        yield from refusal.problems
    try:
        wanted = read_targets(folder, dataset)
        targets = set(wanted)
        yield from _unseen(wanted, dataset)
    except Refusal as refusal:
        whole = False
        yield from refusal.problems
    if not whole:
        return set()
    if untold := identities - targets:
        yield Problem("E3026", dataset.target.path, _some(untold))
    if unasked := targets - identities:
        yield Problem("E3027", dataset.target.path, _some(unasked))
    return identities


def _moments(samples: SampleSet, dataset: Dataset) -> Iterator[Problem]:
    """Report samples of one series and one time, which nothing would put in order."""
    series = samples.columns[dataset.series] if dataset.series else samples.clusters
    if dataset.time is None or series is None:
        return
    times = map(read_time, samples.columns[dataset.time])
    counts = Counter(zip(series, times, strict=True))
    if twice := {f"{name} @ {time:g}" for (name, time), count in counts.items() if count > 1}:
        yield Problem("E3035", dataset.samples.path, _some(twice))


def _unseen(targets: Mapping[str, Any], dataset: Dataset) -> Iterator[Problem]:
    """Report reference texts with characters that nobody sees and comparisons leave out."""
    hidden = {name for name, target in targets.items() if _hides(target)}
    if hidden and dataset.task in ("text", "fields"):
        yield Problem("E3036", dataset.target.path, _some(hidden))


def _hides(target: Any) -> bool:
    told = _JOINED.sub("", canonical_json(target).decode())
    return any(unicodedata.category(sign) == "Cf" for sign in told)


def _some(identities: set[str]) -> str:
    """How many ids there are, and the first of them."""
    named = ", ".join(sorted(identities)[:NAMED])
    return f"{len(identities)}: {named}"


PROBLEMS = (
    Explanation(
        "E3033",
        "{where}：有 file 类输入时须写明其目录 files: {{path: 目录, sha256: 摘要}}，没有则不写。请补上或删去。",
        "{where}: inputs of type file need files: {{path: FOLDER, sha256: DIGEST}}, others have none. Add or remove it.",
    ),
    Explanation(
        "E3032",
        "{where}：公开文件“{found}”就是参考答案。请从 resources 中删去。",
        "{where}: the public file '{found}' is the target file. Remove it from resources.",
    ),
    Explanation(
        "E3002",
        "{where}：文件摘要是 {found}，与声明的 {expected} 不同。请改正文件，或更新 sha256。",
        "{where}: the file's digest is {found}, not the declared {expected}. Correct the file or update sha256.",
    ),
    Explanation(
        "E3020",
        "{where}：请写明样本的组 cluster: 列名，或写 independent: true，二者必居其一。",
        "{where}: write cluster: COLUMN, or independent: true; exactly one of the two.",
    ),
    Explanation(
        "E3021",
        "{where}：分类、多标签、选择题、序列标注、检测和分割任务必须写 labels（分类和选择题至少两个），其他任务不写。请补上或删去。",
        "{where}: classification, multilabel, choice, spans, detection and segmentation need labels (two at least for the first and third), other tasks have none. Add or remove them.",
    ),
    Explanation(
        "E3022",
        "{where}：“{found}”不在 labels 中。请写其中之一。",
        "{where}: '{found}' is not among the labels. Write one of them.",
    ),
    Explanation(
        "E3023",
        "{where}：写的是“{found}”。回归和预测任务请写 range: {{low: 下限, high: 上限}}（下限小于上限，绝对值不超过 1e100），其他任务请删去。",
        "{where}: found '{found}'. For regression and forecasting write range: {{low: NUMBER, high: NUMBER}} with low below high and neither beyond ±1e100; other tasks have none.",
    ),
    Explanation(
        "E3030",
        "{where}：{found} 只用于任务 {expected}，且该任务必须写。请补上或删去。",
        "{where}: {found} is for the task {expected}, which must have it. Add or remove it.",
    ),
    Explanation(
        "E3031",
        "{where}：输入列中没有“{found}”。请写 samples.inputs 中放选项内容的列。",
        "{where}: there is no input '{found}'. Write the input that holds the options' contents.",
    ),
    Explanation(
        "E3024",
        "{where}：参考答案与样本在同一个文件“{found}”。请分成两个文件。",
        "{where}: targets and samples are in the same file '{found}'. Put them in two files.",
    ),
    Explanation(
        "E3025",
        "{where}：输入列中有参考答案列“{found}”。请从 inputs 中删去。",
        "{where}: the inputs contain the target column '{found}'. Remove it from inputs.",
    ),
    Explanation(
        "E3026",
        "{where}：有样本没有参考答案（{found}）。请补齐。",
        "{where}: samples without a target ({found}). Add the targets.",
    ),
    Explanation(
        "E3027",
        "{where}：有参考答案没有样本（{found}）。请删去或补上样本。",
        "{where}: targets without a sample ({found}). Remove them or add the samples.",
    ),
    Explanation(
        "E3044",
        "{where}：标签“{found}”含有半角的 {expected}，指标文字里无法写出。请改用全角或换一种写法。",
        "{where}: the label '{found}' has one of {expected}, so that no metric's text can name it. Use full-width signs or another wording.",
    ),
    Explanation(
        "E3035",
        "{where}：同一序列有多个样本的时间相同（{found}），先后无从判断。请改正时间，或按设备、通道写 series。",
        "{where}: samples of one series have the same time ({found}), so that nothing puts them in order. Correct the times, or write the series of each machine or channel.",
    ),
    Explanation(
        "E3036",
        "{where}：参考答案含有看不见的字符，如零宽空格（{found}）；比较时略去。请从文件中删去。",
        "{where}: reference texts hold characters that nobody sees, such as zero-width spaces ({found}); comparisons leave them out. Remove them from the file.",
    ),
    Explanation(
        "E3028",
        "{where}：标签“{found}”重复。请让每个标签只出现一次。",
        "{where}: the label '{found}' appears twice. Let each label appear once.",
    ),
    Explanation(
        "E3029",
        "{where}：公开样例与测试样本重合（{found}），会泄露参考答案。请另选样本作公开样例。",
        "{where}: the public sample shares samples with the test ({found}), which gives their targets away. Choose other samples.",
    ),
)
