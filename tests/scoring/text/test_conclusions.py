"""The option that a model's answer concludes with is read through its analysis and markup."""

from __future__ import annotations

import pytest

from scoring.text.options import option_of

LETTERS = ("A", "B", "C", "D")


@pytest.mark.parametrize(
    "text",
    [
        "【答案】B\n【解析】A、不合规；C、无依据",
        "**答案：B**\n\n解析：A错误…",
        r"\boxed{B}",
        r"$\boxed{B}$",
        r"$$\boxed{\text{B}}$$",
        r"答案是 $\boxed{B}$。",
        "最终答案：$B$",
        "**B**",
        "**B.** 关闭进料阀",
        "**正确答案：B. 关闭进料阀**",
        "### 答案\nB",
        "## 答案：B",
        "**最终答案**：B",
        "**答案**\n\nB",
        "【正确答案】B",
        "【答案】：B",
        "[答案] B",
        "〖答案〗B",
        '{"answer": "B"}',
        '{"answer": "B", "reason": "A会超温"}',
        '{"reason": "A会超温，C无依据", "answer": "B"}',
        "<answer>B</answer>",
        "<answer>\nB\n</answer>",
        "<think>选A？不，A会超温。答案应该是C？</think>\n\n答案：B",
        "好的，答案可能是A……</think>B",
        "<think>\n答案是A\n</think>\n\n**B**",
        "我们来逐项分析：\n\nA. 会超温，错误。\n\nB. 合规，正确。\n\nC. 无依据，错误。\n\nD. 错误。\n\n因此，正确答案是 **B**。",
        "So the correct answer is **B**.",
        "**Final Answer:** B",
        "**Answer: B. Close the valve**",
        "答案：\n\n**B. 关闭进料阀**\n\n理由：A 选项会超温。",
        "选择 **B**",
    ],
)
def test_markup_does_not_hide_the_chosen_option(text: str) -> None:
    assert option_of(text, LETTERS) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "答案：B\n\n解析：选项A会导致超温，选项C无依据",
        "逐项分析：\n选项A：会超温。\n选项B：合规。\n选项C：无依据。因此正确答案是B。",
        "选B。选A会导致超温",
        "故选：B",
        "综上所述，答案为 B。",
        "The correct answer is B. Option A would overheat.",
        "Answer: B\nExplanation: A is too hot",
        "我选B，因为选项A会超温",
        "选项B正确，选项A、C错误",
        "答案选B",
        "本题选B。",
        "正确选项为(B)",
        "B项",
        "选 B 项",
        "答案是：B. 关闭进料阀",
        "答案：B、关闭进料阀",
        "答案：Ｂ",
        "答案：Ⓑ",
        "答案: b",
        "解析：A选项成本高，C选项工期长，D选项不合规。综上所述，本题选B。",
        "根据规程第5条，A、C、D均不符合要求，故答案选B。",
        "A错误，C错误，D错误，B正确",
        "A×，B√，C×，D×",
        "综上，B最合适。",
        "综上所述，B选项符合题意。",
        "因此，选项 B 是正确的。",
        "所以答案是B，而不是A。",
        "答案应为B，不是A。",
        "答案：B（A会超温）",
        "答案：B。A、C、D均错误。",
        "我的选择是B",
        "我会选B",
        "我认为应该选B，理由是A会超温",
        "我倾向于选B",
        "建议选B",
        "应当选择B",
        "正确的是B",
        "正确的选项是B，不正确的是A、C、D",
        "正确的说法是B",
        "符合题意的选项是B",
        "最佳答案为B",
        "参考答案：B",
        "标准答案B",
        "这道题的答案是B",
        "这道题选B",
        "此题应选B",
        "该题答案为B",
        '答案为"B"',
        "答案是“B”",
        "答案是选项B",
        "答案→B",
        "答案=B",
        "答案就是B",
        "答案即B",
        "The answer is (B).",
        "The correct option is B.",
        "The best choice is B because A would overheat.",
        "I choose B.",
        "I would go with B.",
        "Therefore, the answer is B.",
        "Therefore, B.",
        "Final answer: B",
        "Answer: (B) Close the valve",
        "Option B is correct. Option A is wrong.",
        "B is the correct answer.",
        "B) Close the valve",
        "B. Close the valve",
        "If you choose A, it overheats. The answer is B.",
        "The answer is not A. It is B.",
        "Not A or C. The answer is B.",
        "A and C are wrong. B is correct.",
        "答案：A\n\n等等，重新检查一下：A会超温。\n\n答案：B",
        "A是干扰项，选B",
        "不是A，是B",
        "排除A、C、D后，只剩B",
        "排除法：A、C、D错误，剩下B",
        "选项A、C、D均不符合，只有B符合",
        "在A、B、C、D四个选项中，B最合适",
        "B和C之间，应选B",
        "答案不是A，而是B",
        "题目问的是哪项正确，答案是B",
        "下列说法错误的是B，故选B",
        "A说法正确，C说法正确，D说法正确，B说法错误。本题要求选错误的一项，故选B。",
        "答案：B\n\n解析：\n- A：会超温\n- B：正确\n- C：无依据",
        "B\n\n解析：A，成本高；C，工期长",
        "B\nA、成本高；C、工期长",
        "答案 B",
        "选择B：关闭进料阀",
        "选择（B）",
        "选项B，因为A会超温",
        "选B，A成本高，C工期长",
        "B，理由：A会超温，C不合规",
        "B——关闭进料阀",
        "答案:B;解析:选A会超温",
        "题目：下列正确的是（ ）。A. 铁 B. 铜 C. 铝 D. 金\n答案：B",
        "A方案成本高，C方案工期长，因此选择B方案",
        "A、B、C、D中，B最符合要求",
        "正确答案是B项，A项表述过于绝对",
        "本题正确答案为B，A的错误在于超温",
        "故B正确。",
        "故选B，A、C、D错误。",
        "故本题选B。",
        "故答案为：B.",
        "故答案选：B",
        "因此本题的正确选项应该是B。",
        "由此可知，答案为选项B。",
        "由此可见，B项正确，A项错误。",
        "B。因为A会超温。",
        "B 选项",
        "“B”",
        "答案是B吧",
        "应该选B",
        "应该是B",
        "可能是B",
        "大概率是B",
        "我猜是B",
        "不确定，但我选B",
        "我不确定，但倾向于B",
        "答案为B，不选A、C、D的原因：A会超温",
        "选B不选A",
        "答案：B。错误的选项是A",
        "A（×）B（√）C（×）D（×）",
        "选项A错误\n选项B正确\n选项C错误",
        "A：错误\nB：正确\nC：错误\nD：错误",
        "A、C、D三项均错误，选B",
        "∴ 选B",
        "答：B",
        "It's B.",
        "B, not C",
        "选B而非A",
        "正确答案并非A，而是B",
        "只有选B才安全",
        "判断是否正确：答案是B",
    ],
)
def test_letters_of_an_analysis_do_not_count_against_its_conclusion(text: str) -> None:
    assert option_of(text, LETTERS) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "容易误选C，正确答案应为B",
        "有人会选A，但正确答案是B",
        "如果选A会超温，所以选B",
        "Initially I thought it was A, but the correct answer is B.",
        "At first glance A seems right, but the answer is B.",
        "Some people may choose A, but the answer is B.",
        "I don't think the answer is A. The answer is B.",
        "The answer is A. Wait, no. The answer is B.",
        "答案是A。不对，应该是B。",
        "答案是A，不对，应该是B",
        "答案是A，更正为B",
        "我选A。不，选B。",
        "开始时我选A，但复核后改选B",
        "先前误以为答案是A，正确的应是B",
        "很多人认为答案是A，其实应为B",
        "不少同学选A，这是错误的，正确答案是B",
        "不少人选A或C，但答案是B",
        "A选项具有迷惑性，容易误选A，正确答案为B",
        "与A相比，B更合适",
        "B比A更好，选B",
        "如果答案是A，则会超温，矛盾，所以答案是B",
        "假设选A，则会超温；假设选C，则无依据。故选B。",
        "若选A会超温，若选C无依据，所以选B",
        "要是选A就错了，应选B",
        "即使A也有一定道理，最佳答案仍是B",
        "表面上看A合理，实际上答案是B",
        "一开始我以为是A，后来发现应为B",
        "起初，我认为答案是A，后来确认答案是B",
        "初步判断为A，最终确认答案是B",
        "直觉上选A，但正确答案是B",
        "答案：B\n错误选项分析：A会超温",
        "答案是B，对吧？",
        "选B，对吗？",
        "答案：A？不，B。",
        "B。选A的人没有考虑超温",
        "答案：A（更正：B）",
        "A还是B？B",
        "A？B！",
        "所以A，C，D都不对，选B",
        "将答案A更正为B",
        "选A不如选B",
        "答案曾经是A，现在改成了B",
        "答案不再是A，而是B",
        "经核对，答案是A有误，应为B",
        "在A和B中犹豫，最终选B",
        "A不是最佳，B才是",
    ],
)
def test_what_others_chose_or_a_text_takes_back_is_not_its_choice(text: str) -> None:
    assert option_of(text, LETTERS) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "一开始认为选B，复核后更正为C",
        "答案是B？不，应该是C",
        "原以为是A，最终答案：C",
        "初步选A，最终选C",
    ],
)
def test_the_last_word_after_a_correction_is_the_choice(text: str) -> None:
    assert option_of(text, LETTERS) == "C"


HOSTILE = (
    ".",
    "…",
    "\n",
    " \n",
    "$",
    "\\boxed{",
    "**",
    "A,B",
    "A、",
    "答案是A？",
    "不，",
    "(",
    "^{",
)


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("A", "x"), ("答案是", "x")])
def test_long_answers_of_one_sign_are_cut_short_before_they_are_read(
    part: str, before: str, after: str
) -> None:
    long, too_long = (before + part * (size // len(part)) + after for size in (19_000, 999_999))

    # A reader whose work grew with the square of the length would need hours for all of them.
    assert option_of(long, LETTERS) in (None, "A")
    assert option_of(too_long, LETTERS) is None


def test_an_answer_that_mentions_hundreds_of_letters_chooses_nothing() -> None:
    assert option_of("答案是A。" + "B错。" * 300, LETTERS) == "A"
    assert option_of("答案是A。" + "B错。" * 500, LETTERS) is None
