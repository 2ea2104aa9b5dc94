"""What an audit measured, line by line, whether or not it is a fault: what a report shows of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.metric_text import MetricText
from harness.personal_data import NAMES
from scoring import catalog

Record = Mapping[str, Any]
Said = tuple[str, str]

MOST_LABELS = 6
LEARNERS = {
    "trivial": ("不看输入", "looking at nothing"),
    "one_feature": ("只看一项输入", "one input alone"),
    "linear": ("线性模型", "a linear model"),
    "tree": ("决策树", "a decision tree"),
    "characters": ("字符片段线性模型", "a linear model of character runs"),
}


def summary(record: Record) -> list[dict[str, dict[str, str]]]:
    """Lines of a label and a text, each in Chinese and English, from an audit's own figures."""
    return [
        {"label": dict(zip(("zh", "en"), label, strict=True)), "text": _both(parts)}
        for label, parts in _lines(record)
    ]


def _both(parts: list[Said]) -> dict[str, str]:
    return {"zh": "；".join(zh for zh, _ in parts), "en": "; ".join(en for _, en in parts)}


def _lines(record: Record) -> Iterator[tuple[Said, list[Said]]]:
    copies = record["duplicates"]
    yield (
        ("重复", "Duplicates"),
        [
            (
                f"与前面样本相同（编号、时间不计）{copies['copies']} 个",
                f"{copies['copies']} repeat another",
            ),
            (f"几乎相同 {copies['near']} 个", f"{copies['near']} nearly do"),
            (
                f"输入相同而答案不同 {copies['conflicting']} 个",
                f"{copies['conflicting']} have equal inputs and other targets",
            ),
        ],
    )
    yield ("与公开样例重合", "Overlap with the public sample"), [_overlap(record["overlap"])]
    if record["balance"]:
        yield ("标签分布", "Balance of labels"), list(_balance(record))
    yield ("简单方法", "Simple learners"), list(_learners(record["learners"]))
    yield ("单项输入透露的答案", "What one input tells"), list(_telling(record["learners"]))
    yield ("起点与上限", "Floor and ceiling"), list(_ends(record))
    yield ("能区分的最小差距", "Least difference that shows"), list(_detectable(record))
    yield ("许可与来源", "Licence and source"), [_declared(record)]
    yield ("疑似个人信息", "What looks like personal data"), list(_personal(record["personal"]))


def _overlap(overlap: Record | None) -> Said:
    if overlap is None:
        return "没有公开样例", "there is no public sample"
    return (
        f"公开 {overlap['public']} 个，隐藏样本中相同 {overlap['copies']} 个、"
        f"几乎相同 {overlap['near']} 个",
        f"of the hidden samples {overlap['copies']} equal one of {overlap['public']} public ones "
        f"and {overlap['near']} nearly do",
    )


def _balance(record: Record) -> Iterator[Said]:
    for entry in record["balance"][:MOST_LABELS]:
        share = f"{entry['label']} {entry['samples']}（{entry['samples'] / record['samples']:.1%}）"
        yield share, share.replace("（", " (").replace("）", ")")
    more = len(record["balance"]) - MOST_LABELS
    if more > 0:
        yield f"另有 {more} 个标签", f"and {more} more labels"


def _learners(learned: Record | None) -> Iterator[Said]:
    if learned is None:
        yield "本任务没有单一的答案可学", "no single target to learn in this task"
        return
    for one in learned["reached"]:
        zh, en = LEARNERS[one["name"]]
        what = f" [{one['feature']}]" if one["feature"] else ""
        reached_zh, reached_en = _reached(learned["measure"], one["value"])
        yield f"{zh}{what} {reached_zh}", f"{en}{what} {reached_en}"


def _telling(learned: Record | None) -> Iterator[Said]:
    if learned is None or not learned["features"]:
        yield "未检查", "not looked at"
        return
    most = max(learned["features"], key=lambda one: one["value"])
    zh, en = _reached(learned["measure"], most["value"])
    yield f"最多的一项 [{most['feature']}] {zh}", f"at most [{most['feature']}] {en}"


def _reached(measure: str, value: float) -> Said:
    """A measure by the name that people know it by, with the value reached."""
    metric = catalog.resolve(MetricText.parse(measure)).metric
    return f"{metric.zh} {value:.3f}", f"{metric.en} {value:.3f}"


def _ends(record: Record) -> Iterator[Said]:
    floor, ceiling = record["floor"], record["ceiling"]
    if floor is not None:
        yield f"简单方法已达到 {floor:.3f}", f"simple learners reach {floor:.3f}"
    if ceiling is not None:
        yield f"标注允许的最高值 {ceiling:.3f}", f"the labels allow {ceiling:.3f} at most"
    if floor is None and ceiling is None:
        yield "未检查", "not looked at"


def _detectable(record: Record) -> Iterator[Said]:
    found = record["detectable"]
    yield (
        f"{found['difference']:.3g}（{record['samples']} 个样本）",
        f"{found['difference']:.3g} ({record['samples']} samples)",
    )
    if found["by_clusters"] is not None:
        yield (
            f"按 {record['clusters']} 个独立单元最多 {found['by_clusters']:.3g}",
            f"at most {found['by_clusters']:.3g} by {record['clusters']} clusters",
        )


def _declared(record: Record) -> Said:
    lacking = {finding["code"] for finding in record["findings"]} & {"licence", "source"}
    if not lacking:
        return "均已写明", "both are named"
    names = {"licence": ("许可", "licence"), "source": ("来源", "source")}
    ordered = [names[code] for code in names if code in lacking]
    return (
        "未写明：" + "、".join(zh for zh, _ in ordered),
        "not named: " + ", ".join(en for _, en in ordered),
    )


def _personal(counts: Mapping[str, int]) -> Iterator[Said]:
    if not counts:
        kinds = list(NAMES.values())
        yield (
            "未发现（查过" + "、".join(zh for zh, _ in kinds) + "）",
            "none found (" + ", ".join(en for _, en in kinds) + " were looked for)",
        )
    for kind, count in counts.items():
        zh, en = NAMES[kind]
        yield f"{zh} {count} 个样本", f"{en}: {count}"
