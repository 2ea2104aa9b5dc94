"""The entry point ``jiebang``: the verbs, grouped by who uses them."""

from __future__ import annotations

import click

from harness.cli import (
    auditing,
    changing,
    declaring,
    evaluating,
    exploring,
    keeping,
    settling,
    sheets,
)
from harness.cli.grouped import Grouped


@click.group(cls=Grouped, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jiebang", prog_name="jiebang")
def main() -> None:
    """揭榜挂帅评测：核验申报包，在沙箱中运行，按公布的指标计分，给出带不确定度的排名报告 / the evaluation harness of an open call.

    Evaluates what applicants submit to an open call: packages are checked, run in a
    sandbox on declared test data, scored, ranked under uncertainty and reported.

    退出码 / exit codes: 0 完成 done · 1 程序错误 bug · 2 输入有问题 problems · 3 未全部完成
    incomplete · 4 核验不一致 differs
    """


for verb in (
    *declaring.VERBS,
    *auditing.VERBS,
    *evaluating.VERBS,
    *sheets.VERBS,
    *settling.VERBS,
    *exploring.VERBS,
    *changing.VERBS,
    *keeping.VERBS,
):
    main.add_command(verb)

if __name__ == "__main__":
    main()
