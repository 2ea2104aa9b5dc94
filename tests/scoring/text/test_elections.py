"""What an answer elects is its choice, whether right or wrong; what holds for another case is not."""

from __future__ import annotations

import time

import pytest

from scoring.text.options import option_of

LETTERS = ("A", "B", "C", "D")
FIRES = {"A": "立即切断电源", "B": "用水灭火", "C": "拨打119", "D": "逃离现场"}


@pytest.mark.parametrize(
    "text",
    [
        "我选B。\n\n如果是电气火灾，则应选A。",
        "B。但如果是电气火灾，应选择A",
        "B。如果是电气火灾则选A",
        "答案是B。若为电气火灾，答案是A。",
        "B；若是电气火灾，则选A；若是油类火灾，则选C",
        "B项表述错误，当选。A项表述正确，不选。",
        "B项错误，符合题意，当选",
        "A、C、D正确，B错误，B当选。",
        "B项当选。",
        "B项说法错误，故当选。A、C、D项说法正确，不当选。",
        "A项正确，不符合题意；B项错误，符合题意；C项正确，不符合题意；D项正确，不符合题意。",
        "A正确，不选；B错误，当选；C正确，不选；D正确，不选",
        "B选项错误，符合题目要求。",
        "B项符合题意，A、C、D不符合题意",
        "本题为选非题，A项正确，排除；B项错误，当选",
        "A项正确，不选\nB项错误，当选\nC项正确，不选\nD项正确，不选",
        "B就是答案。",
        "B即为正确答案",
        "B是本题的答案",
        "B而非A",
        "与A相比，B更好",
        "B为本题正确答案",
        "B即是答案",
        "B而不是A",
        "选B而不选A",
        "A. 立即切断电源：错误\nB. 用水灭火：正确\nC. 拨打119：错误\nD. 逃离现场：错误",
        "❌ A\n✅ B\n❌ C\n❌ D",
        "❌A ✅B ❌C ❌D",
        "✗ A\n✓ B\n✗ C\n✗ D",
        "× A. 立即切断电源\n√ B. 用水灭火\n× C. 拨打119\n× D. 逃离现场",
        "- ❌ A. 立即切断电源\n- ✅ B. 用水灭火",
        "✅ B",
        "✔️ B",
        "错误：A、C、D\n正确：B",
        "A（错误）\nB（正确）\nC（错误）\nD（错误）",
        "A. 立即切断电源 ❌\nB. 用水灭火 ✅\nC. 拨打119 ❌\nD. 逃离现场 ❌",
        "A. 立即切断电源（错误）\nB. 用水灭火（正确）\nC. 拨打119（错误）",
        "A：立即切断电源——错误\nB：用水灭火——正确",
        "优先B，备选A",
        "首选B，备选C",
        "首选B，其次A",
        "A. 会超温：错误\nB. 合规：正确\nC. 无依据：错误\nD. 过时：错误",
        "A. 会超温，错误。\nB. 合规，正确。\nC. 无依据，错误。",
        "❌ A 会超温\n✅ B 合规",
        "如果发生电气火灾，应选B",
        "若不断电会触电，所以选B",
        "要是选A就错了，应选B",
        "如果选A会超温，所以选B",
        "B会当选，A不选",
        "应当选B",
        "错误的是B，当选",
        "排除\nA、C、D\n选B",
        "选B。如果没有水，可以选A。",
        "B（如果是电气火灾，则选A）",
        "我会选择B。If it were electrical, choose A.",
        "B. If it is an electrical fire, choose A instead.",
        "我选择B。假如水源不足，那么应选C。",
        "B是错误的说法，当选",
        "A正确；B错误，故B当选",
        "本题选不正确的一项，B项错误，当选；A项正确，排除。",
        "B符合题意，故选B",
        "B项说法不正确，符合题意。",
        "错误：A\n错误：C\n错误：D\n正确：B",
        "正确：B\n错误：A、C、D",
        "A 错误 B 正确 C 错误 D 错误",
        "A：× B：√ C：× D：×",
        "B更佳",
        "A不如B",
        "相比A，B更优",
        "B优于A",
        "B便是正确答案",
        "答案当然是B",
        "B就对了",
        "B为最佳选项",
        "B，而非A",
        "✅B 正确",
        "A❌B✅C❌",
        "❌A✅B❌C",
        "B正确，其余选项错误，不选",
        "【B】",
        "✔B",
        "B ✅ A ❌",
        "（×）A （√）B （×）C （×）D",
        "A. 立即切断电源 —— 不对\nB. 用水灭火 —— 对\nC. 拨打119 —— 不对",
        "1. A：错误\n2. B：正确\n3. C：错误",
        "- A：错误\n- B：正确\n- C：错误\n- D：错误",
        "**A. 立即切断电源**：错误，因为带电。\n**B. 用水灭火**：正确，因为……\n**C. 拨打119**：错误。",
        "| 选项 | 判断 |\n|---|---|\n| A | 错误 |\n| B | 正确 |\n| C | 错误 |",
        "答案：B\n若题目改为电气火灾，则答案为A。",
        "综上选B；若为电气火灾则应选A",
        "如果是电气火灾，则应选B。D. 用水：错误",
        "若发生电气火灾，应选B。A. 会触电",
    ],
)
@pytest.mark.parametrize("options", [None, FIRES])
def test_the_elected_option_is_chosen(text: str, options: dict[str, str] | None) -> None:
    assert option_of(text, LETTERS, options) == "B"


def test_the_content_of_an_option_belongs_to_its_letter() -> None:
    text = "B. 用水灭火。如果是电气火灾，则应选A。"

    assert option_of(text, LETTERS, FIRES) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "如果温度高选A，否则选B",
        "如果温度高选A，温度低选B",
        "如果是电气火灾，选A；如果是普通火灾，选B",
        "若温度高，则选A；若温度低，则选B",
        "温度高选A，否则选B",
        "A、B项错误，当选",
        "A项错误，当选。B项错误，当选。",
        "B项正确，不符合题意",
        "B不当选",
        "B项错误，不选",
        "备选答案有A",
        "候选B",
        "A：正确\nB：错误\nC：正确\nD：正确",
        "如果B错误，则当选",
        "选A（高温）；选B（低温）",
        "若高温，选A。若低温，选B。",
        "如果高温，选A。否则选B。",
        "如果高温，选A。否则，选B。",
        "如果是电气火灾，选A，如果是油火，选B",
        "A. 立即切断电源：正确\nB. 用水灭火：正确",
        "A不当选，B不当选",
        "A当选或B当选",
        "❌B",
        "A项错误，其余各项均符合题意",
        "A错误，其他选项正确，当选",
        "×B",
        "× A",
        "✗ A ✗ B",
        "正确：A\n正确：B",
        "A：正确，符合题意\nB：正确，符合题意",
        "错误的选项：A",
        "A更好理解",
        "A就错了",
        "选A就错",
        "A而非B而非C吗？",
        "适当选A类灭火器",
        "❌ A",
        "错误：A",
        "错误答案：A",
        "❌ A\n❌ B",
        "✅ A\n✅ B",
        "A项表述正确，不选",
        "备选A",
        "如果温度高应选A。温度低应选B。",
        "如果温度高，选A。温度低，选B",
        "若是电气火灾应选A，但本题为油类火灾，故选B",
    ],
)
@pytest.mark.parametrize("options", [None, FIRES])
def test_what_is_crossed_out_or_chosen_for_several_cases_is_no_choice(
    text: str, options: dict[str, str] | None
) -> None:
    assert option_of(text, LETTERS, options) is None


def test_an_option_kept_in_reserve_leaves_the_first_one_chosen() -> None:
    assert option_of("优先A，备选B", LETTERS) == "A"


HOSTILE = (
    "如果", "如果高温，选A。否则，", "A错误，", "A，当选", "❌", "❌ A", "× ", "A. 铁:错误\n", "A:,;,;", "| A |", "A项，",
)  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_no_answer_stalls_the_reading(part: str) -> None:
    text = (part * 30_000)[:30_000]
    started = time.process_time()

    option_of(text, LETTERS, FIRES)

    assert time.process_time() - started < 2
