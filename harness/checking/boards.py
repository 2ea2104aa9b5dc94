"""Checks of a board: tracks, items, metrics, anchors, and the data behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.board import BASELINE, PLACE, SCENARIO, Board, Criterion, Gate, Item, draft_board
from harness.checking.asked import Asked
from harness.checking.datasets import check_dataset
from harness.checking.gates import (
    beyond_bounds,
    coverage_gate,
    gates_within_reach,
    metric_gate,
)
from harness.checking.metrics import known_metric, metric_problems
from harness.checking.places import inside
from harness.checking.rote import unfit_for_targets, won_by_rote
from harness.checking.sides import weight_on_one_side
from harness.checking.solutions import solution_problems
from harness.dataset import Dataset
from harness.metric_text import MetricText
from harness.package import draft_package
from harness.problems import Explanation, Problem, Refusal
from harness.structure import as_far_as_read
from scoring.ranking.lots import of_form


def check_board(folder: Path) -> Board:
    """Check a board with its datasets and baselines; raises ``Refusal`` with everything found."""
    draft = draft_board(folder)
    folder = folder.parent if folder.is_file() else folder
    problems = [*draft.problems, *draft.located(_problems(folder, draft.record))]
    if problems:
        raise Refusal(problems)
    return draft.record


def _problems(folder: Path, board: Board) -> Iterator[Problem]:
    """Every problem of a board, whose parts may be unread."""
    for check in (_ids, _tracks_of_items, _tier, _scorecards, _places, _steps, _forms_of_draws):
        yield from as_far_as_read(check(board))
    yield from as_far_as_read(_items(folder, board))


def _items(folder: Path, board: Board) -> Iterator[Problem]:
    for place, item in enumerate(board.items):
        where = _where(place, item)
        for check in (*ITEM_CHECKS, _anchors_of_item):
            yield from as_far_as_read(check(item, where))
        for check_data in (_item_data, _item_baseline):
            yield from as_far_as_read(check_data(folder, item, where))
        yield from as_far_as_read(gates_within_reach(folder, item, board.confidence, where))


def _where(place: int, item: Item) -> str:
    where = f"board.yaml: items[{place}]"
    return "".join((where, *as_far_as_read(f" {one.id}" for one in (item,))))


def _ids(board: Board) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, item in enumerate(board.items):
        if item.id in seen:
            yield Problem("E2001", f"board.yaml: items[{place}].id", item.id)
        seen.add(item.id)


def _tracks_of_items(board: Board) -> Iterator[Problem]:
    for place, item in enumerate(board.items):
        if item.track not in board.tracks:
            expected = {"expected": ", ".join(board.tracks)}
            yield Problem("E2002", f"board.yaml: items[{place}].track", item.track, expected)


def _tier(board: Board) -> Iterator[Problem]:
    if board.mode == "official" and board.tier.demanded != "A":
        yield Problem("E2003", "board.yaml: tier.demanded", board.tier.demanded)


def _scorecards(board: Board) -> Iterator[Problem]:
    for name, track in board.tracks.items():
        total = sum(track.scorecard.values())
        if total != 100:
            yield Problem("E2004", f"board.yaml: tracks.{name}.scorecard", str(total))


def _places(board: Board) -> Iterator[Problem]:
    for name, track in board.tracks.items():
        places = sum(item.places for item in board.items if item.track == name)
        if places > track.quota.at_most:
            expected = {"expected": str(track.quota.at_most)}
            yield Problem("E2005", f"board.yaml: tracks.{name}.quota", str(places), expected)


def _steps(board: Board) -> Iterator[Problem]:
    """Report steps at the line that are named twice, and any after the committee's."""
    for name, track in board.tracks.items():
        if track.contested != track.steps[: len(track.contested)]:
            expected = {"expected": ", ".join(track.steps)}
            found = ", ".join(track.contested)
            yield Problem("E2026", f"board.yaml: tracks.{name}.contested", found, expected)


def _forms_of_draws(board: Board) -> Iterator[Problem]:
    for name, track in board.tracks.items():
        if track.draw is not None and of_form(track.draw.form) is None:
            yield Problem("E2025", f"board.yaml: tracks.{name}.draw.form", track.draw.form)


def _task(item: Item, where: str) -> Iterator[Problem]:
    if (item.task == SCENARIO) != (item.track == "benchmark_scenario"):
        yield Problem("E2006", f"{where}.task", item.task)


def _data(item: Item, where: str) -> Iterator[Problem]:
    if item.task != SCENARIO and not (item.dataset and item.metrics):
        yield Problem("E2008", where, "dataset, metrics")


def _weights(item: Item, where: str) -> Iterator[Problem]:
    weights = sum(entry.weight for entry in item.metrics)
    if item.metrics and weights != 100:
        yield Problem("E2004", f"{where}.metrics", str(weights))


def _metrics_once(item: Item, where: str) -> Iterator[Problem]:
    named = [str(entry.metric) for entry in item.metrics]
    for text in sorted({text for text in named if named.count(text) > 1}):
        yield Problem("E2012", f"{where}.metrics", text)


def _tie_break(item: Item, where: str) -> Iterator[Problem]:
    for wanted in item.tie_break:
        if item.criterion(str(wanted)) is None:
            yield Problem("E2009", f"{where}.tie_break", str(wanted))


def _anchors_of_item(item: Item, where: str) -> Iterator[Problem]:
    for place, entry in enumerate(item.metrics):
        at = f"{where}.metrics[{place}] {entry.metric}"
        yield from as_far_as_read(metric_gate(entry, f"{at}.gate"))
        yield from as_far_as_read(beyond_bounds(entry, at))
        yield from as_far_as_read(_anchors(entry, item, at))
        yield from as_far_as_read(_weighable(entry, item, at))


def _criteria(item: Item, where: str) -> Iterator[Problem]:
    if item.task != SCENARIO:
        return
    weights = sum(entry.weight for entry in item.criteria.values())
    if item.metrics or item.dataset or item.references or weights != 100:
        yield Problem("E2007", where, str(weights))
    for name, entry in item.criteria.items():
        if entry.target <= entry.floor:
            found = f"{entry.floor:g} → {entry.target:g}"
            yield Problem("E2015", f"{where}.criteria.{name}", found, {"expected": "higher"})


ITEM_CHECKS = (
    _task,
    coverage_gate,
    _data,
    _criteria,
    _weights,
    weight_on_one_side,
    _metrics_once,
    _tie_break,
)


def _anchors(entry: Criterion, item: Item, where: str) -> Iterator[Problem]:
    metric = known_metric(entry.metric)
    if metric is None:
        return
    if entry.floor == BASELINE:
        if not item.baseline:
            yield Problem("E2014", where, BASELINE)
    elif isinstance(entry.floor, float):
        rises = entry.target > entry.floor
        if entry.target == entry.floor or rises != (metric.better == "higher"):
            found = f"{entry.floor:g} → {entry.target:g}"
            yield Problem("E2015", where, found, {"expected": metric.better})


def _weighable(entry: Criterion, item: Item, where: str) -> Iterator[Problem]:
    metric = known_metric(entry.metric)
    if metric is None:
        return
    if not metric.rewards_right and entry.weight:
        yield Problem("E2019", where, str(entry.metric))
    elif not metric.deletion_safe and entry.weight and not _demands_all(item.coverage):
        yield Problem("E2016", where, str(entry.metric))


def _demands_all(gate: Gate | None) -> bool:
    return gate is not None and gate.at_least is not None and gate.at_least >= 1


def _item_data(folder: Path, item: Item, where: str) -> Iterator[Problem]:
    dataset: Dataset | None = None
    if item.dataset:
        try:
            dataset = check_dataset(folder / item.dataset)
        except Refusal as refusal:
            yield from (inside(item.dataset, entry) for entry in refusal.problems)
        else:
            yield from as_far_as_read(_same_task(item, dataset, where))
    asked = Asked.read(folder / str(item.dataset), dataset) if dataset else None
    found: list[Problem] = []
    for place, entry in enumerate(item.metrics):
        at = f"{where}.metrics[{place}].metric"
        found += as_far_as_read(_metric_of_item(entry.metric, item, asked, at))
    yield from found
    if asked is not None and asked.dataset.task == item.task and not found:
        yield from as_far_as_read(won_by_rote(item, asked, where))
    if dataset is not None:
        yield from _prompt(item, dataset, where)
        yield from _prompt_files(item, dataset, where)


def _metric_of_item(
    text: MetricText, item: Item, asked: Asked | None, where: str
) -> Iterator[Problem]:
    dataset = None if asked is None else asked.dataset
    problems = list(metric_problems(text, item.task, dataset, where))
    yield from problems
    if asked is not None and asked.dataset.task == item.task and not problems:
        yield from unfit_for_targets(text, asked, where)


def _same_task(item: Item, dataset: Dataset, where: str) -> Iterator[Problem]:
    if dataset.task != item.task:
        yield Problem("E2017", f"{where}.task", item.task, {"expected": dataset.task})


def _prompt(item: Item, dataset: Dataset, where: str) -> Iterator[Problem]:
    if item.prompt is None:
        return
    known = {*dataset.samples.inputs, "labels"}
    named = set(PLACE.findall(item.prompt.template))
    for name in sorted(named - known) or ([] if named - {"labels"} else [""]):
        expected = {"expected": ", ".join(f"{{{one}}}" for one in dataset.samples.inputs)}
        yield Problem("E2018", f"{where}.prompt.template", name, expected)


def _prompt_files(item: Item, dataset: Dataset, where: str) -> Iterator[Problem]:
    if item.prompt is not None:
        kinds = dataset.samples.inputs
        for name in sorted(set(PLACE.findall(item.prompt.template))):
            if kinds.get(name) == "file":
                yield Problem("E2020", f"{where}.prompt.template", name)


def _item_baseline(folder: Path, item: Item, where: str) -> Iterator[Problem]:
    del where
    for path in dict.fromkeys([item.baseline, *item.references]):
        if path:
            yield from (inside(path, entry) for entry in _own_package(folder / path))


def _own_package(home: Path) -> Iterable[Problem]:
    """Problems of a package that the organizer supplies."""
    try:
        draft = draft_package(home)
    except Refusal as refusal:
        return refusal.problems
    found = as_far_as_read(solution_problems(home, draft.record.solution))
    return (*draft.problems, *draft.located(found))


PROBLEMS = (
    Explanation(
        "E2026",
        "{where}：名额线的处理次序写的是 {found}。每步只写一次，评审委员会（committee）最后作决定，请写：[{expected}]。",
        "{where}: the steps at the line are {found}. Each is named once, and the committee decides last. Write: [{expected}].",
    ),
    Explanation(
        "E2025",
        "{where}：“{found}”不能使每次公告只有一种写法。格式由大写字母、数字、汉字、单个空格、字符组、次数和不嵌套的括号组成，至少有一个字符组，如 [0-9]{{2}}( [0-9]{{2}}){{6}}。",
        "{where}: '{found}' does not leave one spelling of every announcement. Write capital letters, digits, Chinese characters, single spaces, choices, numbers of times and groups without groups, with one choice at least, such as [0-9]{{2}}( [0-9]{{2}}){{6}}.",
    ),
    Explanation(
        "E2020",
        "{where}：输入“{found}”是文件，接口只收文字。请改用文字输入，或不为该任务写 prompt。",
        "{where}: the input '{found}' is a file, and endpoints take text only. Name inputs of text, or leave the item without a prompt.",
    ),
    Explanation(
        "E2018",
        "{where}：模板中的“{found}”不是样本的输入。请在花括号中写：{expected}。",
        "{where}: '{found}' in the template is no input of the samples. Write in braces: {expected}.",
    ),
    Explanation(
        "E2001",
        "{where}：榜单任务编号“{found}”重复。请让每个编号只出现一次。",
        "{where}: the item id '{found}' appears twice. Let each id appear once.",
    ),
    Explanation(
        "E2002",
        "{where}：没有声明申报类别“{found}”。请写其中之一：{expected}。",
        "{where}: the track '{found}' is not declared. Write one of: {expected}.",
    ),
    Explanation(
        "E2003",
        "{where}：正式榜单（mode: official）要求沙箱等级 A，写的是“{found}”。请写：demanded: A。",
        "{where}: an official board demands sandbox tier A, found '{found}'. Write: demanded: A.",
    ),
    Explanation(
        "E2004",
        "{where}：权重之和是 {found}。请用整数，使总和为 100。",
        "{where}: the weights add up to {found}. Use integers that add up to 100.",
    ),
    Explanation(
        "E2005",
        "{where}：各任务名额之和 {found} 超过类别名额 {expected}。请减少 places 或提高 at_most。",
        "{where}: the places of the items add up to {found}, above the quota of {expected}. Lower places or raise at_most.",
    ),
    Explanation(
        "E2006",
        "{where}：任务类型“{found}”与申报类别不符。标杆场景请写 task: scenario，大模型请写具体任务类型。",
        "{where}: the task '{found}' does not fit the track. Write task: scenario for benchmark scenarios, a measured task for models.",
    ),
    Explanation(
        "E2007",
        "{where}：标杆场景只写 criteria（skill、claims），权重之和为 100（现为 {found}），不写 dataset、metrics 和 references。",
        "{where}: a scenario item has criteria (skill, claims) with weights adding up to 100 (now {found}), and no dataset, metrics or references.",
    ),
    Explanation(
        "E2008",
        "{where}：缺少 {found}。请声明数据集和至少一个指标。",
        "{where}: {found} are missing. Declare a dataset and at least one metric.",
    ),
    Explanation(
        "E2009",
        "{where}：“{found}”不是该任务的指标。请写 metrics 中已有的指标。",
        "{where}: '{found}' is not a metric of this item. Write one that stands under metrics.",
    ),
    Explanation(
        "E2012",
        "{where}：指标“{found}”写了两次。请合并为一条，权重相加。",
        "{where}: the metric '{found}' is written twice. Make one entry of it and add the weights up.",
    ),
    Explanation(
        "E2014",
        "{where}：floor 写了 {found}，但该任务没有 baseline。请给出基线目录，或写一个数。",
        "{where}: floor is {found}, but the item has no baseline. Give the baseline's folder or write a number.",
    ),
    Explanation(
        "E2015",
        "{where}：floor → target 写的是 {found}，与指标方向（{expected} 更好）不符。请调整，使 target 优于 floor。",
        "{where}: floor → target is {found}, against the metric's direction ({expected} is better). Make the target better than the floor.",
    ),
    Explanation(
        "E2016",
        "{where}：“{found}”可能因少答而变好，不能单独计权。请加 coverage: {{at_least: 1}}，或权重写 0。",
        "{where}: leaving answers out could raise '{found}'. Add coverage: {{at_least: 1}}, or give it weight 0.",
    ),
    Explanation(
        "E2019",
        "{where}：指标 {found} 仅供参考（答错也可能使其变好），不能赋权重。请把 weight 写为 0，或换用别的指标。",
        "{where}: the metric {found} informs only (a wrong answer may improve it) and carries no weight. Write weight: 0 or choose another.",
    ),
    Explanation(
        "E2017",
        "{where}：任务类型“{found}”与数据集的“{expected}”不一致。请改成一致。",
        "{where}: the task '{found}' differs from the dataset's '{expected}'. Make them the same.",
    ),
)
