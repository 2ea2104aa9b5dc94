"""Checks of a benchmark scenario: its data, metrics, baseline and claims, and where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.board import Item
from harness.canonical import file_digest
from harness.checking.asked import Asked
from harness.checking.metrics import known_metric, meant_metrics, metric_problems
from harness.checking.rote import unfit_for_targets
from harness.checking.solutions import HOME
from harness.dataset import Dataset
from harness.metric_text import MetricText
from harness.package import Claim, Package
from harness.problems import Explanation, Problem, Words

DIRECTIONS = {
    "higher": Words("越高越好", "higher is better"),
    "lower": Words("越低越好", "lower is better"),
}


def scenario_checks(
    folder: Path, package: Package, dataset: Dataset | None
) -> Iterator[Iterator[Problem]]:
    """The checks that report what a scenario lacks, or what of it cannot be measured fairly."""
    yield _absent(package)
    yield _baseline_apart(folder, package)
    yield _dataset_apart(folder, package)
    if dataset is not None and package.dataset:
        yield _copies(folder, package, dataset)
    yield _metrics(folder, package, dataset)
    yield _claims(package)


def _absent(package: Package) -> Iterator[Problem]:
    parts = (
        ("dataset", package.dataset),
        ("metrics", package.metrics),
        ("baseline", package.baseline),
    )
    absent = [name for name, value in parts if not value]
    if absent:
        yield Problem("E4020", "package.yaml", ", ".join(absent))


def _metrics(folder: Path, package: Package, dataset: Dataset | None) -> Iterator[Problem]:
    """Report metrics that are none, or none of the data where these are right themselves."""
    asked = None if dataset is None else Asked.read(folder / str(package.dataset), dataset)
    for place, entry in enumerate(package.metrics):
        where = f"package.yaml: metrics[{place}].metric"
        yield from _metric(entry.metric, asked, where)


def _claims(package: Package) -> Iterator[Problem]:
    measured = {name for entry in package.metrics for name in meant_metrics(entry.metric)}
    for place, claim in enumerate(package.claims):
        at = f"package.yaml: claims[{place}]"
        if str(claim.metric) not in measured:
            expected = {"expected": ", ".join(sorted(measured))}
            yield Problem("E4021", at, str(claim.metric), expected)
        if claim.from_ == claim.to:
            yield Problem("E4022", at, f"{claim.from_:g} → {claim.to:g}")
        yield from _reversed(claim, at)


def _reversed(claim: Claim, where: str) -> Iterator[Problem]:
    """Report a claim that says that a metric became worse."""
    metric = known_metric(claim.metric)
    if metric is None or claim.from_ == claim.to:
        return
    if (claim.to > claim.from_) != (metric.better == "higher"):
        found = f"{claim.metric} {claim.from_:g} → {claim.to:g}"
        yield Problem("E4028", where, found, {"better": DIRECTIONS[metric.better]})


def unfit_metric(package: Package, item: Item) -> Iterator[Problem]:
    """Report a first metric, which carries the points, that wrong, absent or blind answers improve."""
    if package.kind != "scenario":
        return
    coverage = item.coverage
    whole = coverage is not None and coverage.at_least is not None and coverage.at_least >= 1
    for entry in package.metrics[:1]:
        metric = known_metric(entry.metric)
        if metric is None:
            continue
        if not metric.rewards_right:
            yield Problem("E4025", "package.yaml: metrics", str(entry.metric))
        elif not metric.deletion_safe and not whole:
            yield Problem("E4024", "package.yaml: metrics", str(entry.metric))
        elif metric.sees != "both":
            yield Problem("E4029", "package.yaml: metrics", str(entry.metric))


def _metric(text: MetricText, asked: Asked | None, where: str) -> Iterator[Problem]:
    dataset = None if asked is None else asked.dataset
    problems = list(metric_problems(text, dataset.task if dataset else "", dataset, where))
    yield from problems
    if asked is not None and not problems:
        yield from unfit_for_targets(text, asked, where)


def _baseline_apart(folder: Path, package: Package) -> Iterator[Problem]:
    """Report a baseline that the solution would see."""
    if package.baseline and _within(folder / package.baseline, [folder / HOME]):
        yield Problem("E4026", "package.yaml: baseline", package.baseline)


def _dataset_apart(folder: Path, package: Package) -> Iterator[Problem]:
    """Report data that the solution or the baseline would see."""
    if package.dataset and _within(folder / package.dataset, _homes(folder, package)):
        yield Problem("E4026", "package.yaml: dataset", package.dataset)


def _copies(folder: Path, package: Package, dataset: Dataset) -> Iterator[Problem]:
    """Report copies of the targets where the solution or the baseline would see them."""
    size = (folder / str(package.dataset) / dataset.target.path).stat().st_size
    for home in _homes(folder, package):
        for path in sorted(home.rglob("*")) if home.is_dir() else ():
            if not path.is_file() or path.stat().st_size != size:
                continue
            if file_digest(path) == dataset.target.sha256:
                yield Problem("E4027", path.relative_to(folder).as_posix(), dataset.target.path)


def _homes(folder: Path, package: Package) -> list[Path]:
    """The folders that are mounted for the solution and for the baseline."""
    own = [folder / HOME]
    return [*own, folder / package.baseline / HOME] if package.baseline else own


def _within(path: Path, homes: Iterable[Path]) -> bool:
    return any(path.resolve().is_relative_to(home.resolve()) for home in homes)


EXPLAINED = (
    Explanation(
        "E4020",
        "{where}：标杆场景必须写 {found}。请补上。",
        "{where}: a benchmark scenario needs {found}. Add them.",
    ),
    Explanation(
        "E4021",
        "{where}：申报效果的指标“{found}”不在 metrics 中。请写其中之一：{expected}。",
        "{where}: the claimed metric '{found}' is not under metrics. Write one of: {expected}.",
    ),
    Explanation(
        "E4022",
        "{where}：申报效果 {found} 前后相同。请写基线值和实际达到的值，没有提升请删去这一条。",
        "{where}: the claim {found} says that nothing changed. Write the value of the baseline and the value reached, or remove the claim.",
    ),
    Explanation(
        "E4028",
        "{where}：申报效果 {found} 是变差（该指标{better}）。是否写反了？请在 from 写基线值，在 to 写达到的值。",
        "{where}: the claim {found} says that things became worse ({better}). Are the two swapped? Write the baseline's value as from and the value reached as to.",
    ),
    Explanation(
        "E4024",
        "{where}：少答可能使首个指标“{found}”变好，不能用来计算提升。请把别的指标写在第一位。",
        "{where}: leaving answers out could raise '{found}', which stands first and carries the gain. Put another metric first.",
    ),
    Explanation(
        "E4025",
        "{where}：首个指标“{found}”仅供参考（答错也可能使其变好），不能用来计算提升。请把别的指标写在第一位。",
        "{where}: '{found}' stands first but informs only (a wrong answer may improve it). Put another metric first.",
    ),
    Explanation(
        "E4029",
        "{where}：首个指标“{found}”只看一面，不看样本、一律照报也能得满分，不能用来计算提升。请把两面都看的指标（如 F1）写在第一位。",
        "{where}: '{found}' stands first but looks at one side only, so that claiming everything without a look takes full marks. Put a metric that looks at both first, such as an F1.",
    ),
    Explanation(
        "E4026",
        "{where}：“{found}”位于 solution/ 之内，运行时会被解决方案读到。请移到 solution/ 之外的目录。",
        "{where}: '{found}' lies in solution/, where the solution would read it. Move it to a folder outside of solution/.",
    ),
    Explanation(
        "E4027",
        "{where}：与参考答案文件“{found}”内容相同，运行时会被读到。请从 solution/ 中删去。",
        "{where}: has the content of the target file '{found}', which would be read in the run. Remove it from solution/.",
    ),
)
