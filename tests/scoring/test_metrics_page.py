"""The page of all metrics says what the code does."""

from __future__ import annotations

from pathlib import Path

from scoring.catalog import AMBIGUOUS, METRICS, OPPOSITE
from scoring.metric import Metric

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
HEAD = """# 指标 Metrics

由代码写成，请勿手改；同样的内容见 `jiebang metrics`。 / Written from the code; the same as `jiebang metrics`.
"↑" 越高越好 higher is better, "↓" 越低越好 lower is better。 “覆盖率1”：少答可能使其变好，赋权重须设作答覆盖率为1的门槛 /
leaving answers out may improve it: weight needs a coverage gate of 1。 “参考”：不赋权重 / informs only。
“只看找”“只看碰”“只看报”“只看答”：不看样本也可能得满分或接近满分，在同一项作答的权重中至多占三分之二 / sees only what is found, whether
there was a claim at some time, what is claimed, or whether there is an answer: answers made without a look may be faultless or nearly so, so it carries two thirds at most of the weight on its part of the answers。
得分文件按样本编号次序另存每个样本单独的指标值（`.samples.npy`）；“整体”：单个样本没有该值 /
score files keep the metric of every sample alone, in the order of sample ids (`.samples.npy`); “整体”: a single sample has none。
"""


SIDES = {"found": "只看找", "touched": "只看碰", "claimed": "只看报", "given": "只看答"}


def traits(metric: Metric) -> str:
    found = ["↑" if metric.better == "higher" else "↓"]
    if not metric.rewards_right:
        found.append("参考")
    elif not metric.deletion_safe:
        found.append("覆盖率1")
    if metric.sees != "both":
        found.append(SIDES[metric.sees])
    if not metric.of_one:
        found.append("整体")
    return " ".join(found)


def page() -> str:
    lines = [HEAD]
    for task in dict.fromkeys(task for metric in METRICS.values() for task in metric.task):
        lines += [
            f"## {task}",
            "",
            "| 指标 metric | | 口径 formula | 出处 reference |",
            "|---|---|---|---|",
        ]
        for metric in METRICS.values():
            if task == metric.task[0]:
                formula = f"{metric.zh}：{metric.formula_zh}<br>{metric.en}: {metric.formula_en}"
                cells = (f"`{metric.example}`", traits(metric), formula, metric.reference)
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
            elif task in metric.task:
                lines.append(f"| `{metric.example}` | {traits(metric)} | {metric.task[0]} | |")
        lines.append("")
    lines += ["## 一词多义 Words with several meanings", ""]
    lines += [
        f"- {word}: " + ", ".join(f"`{name}`{_less(word, name)}" for name in names)
        for word, names in AMBIGUOUS.items()
    ]
    return "\n".join(lines) + "\n"


def _less(word: str, name: str) -> str:
    return f" (= 1 − {word})" if name in OPPOSITE.get(word, ()) else ""


def test_the_page_of_metrics_lists_every_metric_as_it_is(accept: bool) -> None:
    if accept:
        PAGE.write_text(page(), "utf-8")

    assert PAGE.read_text("utf-8") == page()


def test_every_meaning_of_an_ambiguous_word_is_a_metric() -> None:
    assert {name for names in AMBIGUOUS.values() for name in names} <= set(METRICS)
    assert all(set(names) <= set(AMBIGUOUS[word]) for word, names in OPPOSITE.items())
