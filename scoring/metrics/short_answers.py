"""How good short answers are: their number, their key points, their wording but for punctuation."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from scoring.answers import Texts
from scoring.metric import Metric, Parameter, Values
from scoring.statistic import SampleSums, mean_of
from scoring.text.numerals import answered_number, quantities
from scoring.text.plain import bare, plain
from scoring.text.points import tells

PARTED = re.compile(r"[;；\n]")
"""What parts the key points of a reference."""

LIMIT = Parameter(
    name="limit", kind="count", zh="只看作答的前几个字", en="characters of the answer that are read",
    at_most=100_000.0,
)  # fmt: skip
NEAR = Parameter(
    name="tolerance",
    kind="number",
    zh="允许误差（参考答案的单位）",
    en="allowed error, in the target's unit",
)
PART = Parameter(
    name="tolerance", kind="number", zh="允许误差占参考值的比例", en="allowed error as a share of the target",
    at_most=1.0,
)  # fmt: skip


def number_match(answers: Texts, _: Values) -> SampleSums:
    """Share of texts whose one number is the wanted one."""
    return _numbers(answers, lambda wanted: Fraction(0))


def number_near(answers: Texts, parameters: Values) -> SampleSums:
    """Share of texts whose one number is within a tolerance of the wanted one."""
    tolerance = Fraction(repr(float(parameters["tolerance"])))
    return _numbers(answers, lambda wanted: tolerance)


def number_within(answers: Texts, parameters: Values) -> SampleSums:
    """Share of texts whose one number is within a share of the wanted one."""
    tolerance = Fraction(repr(float(parameters["tolerance"])))
    return _numbers(answers, lambda wanted: tolerance * abs(wanted))


def key_points(answers: Texts, parameters: Values) -> SampleSums:
    """Mean over texts of the share of key points that they hold; 0 with a forbidden one."""
    limit = int(parameters["limit"])
    scores = []
    for wanted, given in zip(answers.truth, answers.predicted, strict=True):
        points = [part.strip() for part in PARTED.split(wanted) if part.strip()]
        forbidden = [part[1:] for part in points if part[0] in "!！"]
        asked = [part for part in points if part[0] not in "!！"]
        read = (given or "")[:limit]
        silent = bool(forbidden) and not plain(read)
        if given is None or silent or any(_told(read, part) for part in forbidden):
            scores.append(0.0)
        else:
            told = sum(_told(read, part) for part in asked)
            scores.append(told / len(asked) if asked else 1.0)
    return mean_of(np.array(scores))


def loose_match(answers: Texts, _: Values) -> SampleSums:
    """Share of texts that are the wanted one but for width, case, spaces and punctuation."""
    pairs = zip(answers.truth, answers.predicted, strict=True)
    return mean_of(
        np.array([given is not None and bare(given) == bare(wanted) for wanted, given in pairs])
    )


def _told(text: str, point: str) -> bool:
    return any(tells(text, wording) for wording in re.split(r"[|｜]", point) if plain(wording))


def _numbers(answers: Texts, allowed: Callable[[Fraction], Fraction]) -> SampleSums:
    """Hits over the texts whose reference holds exactly one number."""
    hits, counted = [], []
    for text, given in zip(answers.truth, answers.predicted, strict=True):
        found = quantities(text)
        counted.append(len(found) == 1)
        value = answered_number(given, found[0]) if given is not None and counted[-1] else None
        hits.append(value is not None and abs(value - found[0].value) <= allowed(found[0].value))
    return mean_of(np.array(hits), np.array(counted, dtype=np.float64))


HOW_ZH = (
    "（识别全角、千分位、万/亿、中文与大写数字、零下、复合单位（元/吨）及单位换算，"
    "相邻各节（1小时30分）合计；单位不同或不可换算按错误计，未写单位的视同参考答案的单位；"
    "写有“答案是”时只看其后，未写时有多个数的看等式所得和“所以”之后；“不是12”等否定的数、大于/小于/≥/以上等所比较的数（至少、至多除外；参考答案也如此写的照计）、思考过程不计，超过3万字的按未写数值计；"
    "作答中有多个不同数值按错误计；参考答案须恰有一个数，否则该条不计）；未作答按错误计"
)
HOW_EN = (
    " (full width, thousands, 万/亿, Chinese numerals, compound units and amounts in several parts "
    "are read and converted; a unit of another kind is wrong, a number without a unit is in the "
    "reference's; where the answer is named only what follows counts, where it is not, of several "
    "numbers what an equation yields and what follows the last conclusion; denied numbers, "
    "those that something is compared with (more than 12, ≥12, but at least 12 is 12; unless the reference "
    "compares alike) and thinking do not count, nor do texts of more than 30,000 characters; several different numbers are wrong; texts whose reference does not "
    "hold exactly one number do not count); a missing answer is wrong"
).replace("万/亿", "Chinese magnitudes")

METRICS = (
    Metric(
        name="number_match",
        task=("text",),
        statistic=number_match,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="数值正确率",
        en="Numbers right",
        formula_zh="数值与参考相等的条数 ÷ 参考有数值的条数" + HOW_ZH,
        formula_en="texts whose number equals the reference's ÷ texts whose reference has one"
        + HOW_EN,
        example="number_match",
        reference="counted",
    ),
    Metric(
        name="number_near",
        task=("text",),
        statistic=number_near,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="数值正确率（绝对误差）",
        en="Numbers within a distance",
        formula_zh="|数值 − 参考值| 不超过允许误差的条数 ÷ 参考有数值的条数" + HOW_ZH,
        formula_en="texts with |number − target| within the tolerance ÷ texts whose reference has "
        "one" + HOW_EN,
        example="number_near(tolerance=0.5)",
        reference="counted",
        parameters=(NEAR,),
    ),
    Metric(
        name="number_within",
        task=("text",),
        statistic=number_within,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="数值正确率（相对误差）",
        en="Numbers within a share",
        formula_zh="|数值 − 参考值| ÷ |参考值| 不超过允许比例的条数 ÷ 参考有数值的条数" + HOW_ZH,
        formula_en="texts with |number − target| ÷ |target| within the tolerance ÷ texts whose "
        "reference has one" + HOW_EN,
        example="number_within(tolerance=0.01)",
        reference="counted",
        parameters=(PART,),
    ),
    Metric(
        name="key_points",
        task=("text",),
        statistic=key_points,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        zh="要点覆盖率",
        en="Key-point coverage",
        formula_zh="每条的 写到的要点数 ÷ 参考要点数 之和 ÷ 全部条数；参考文本以分号或换行分隔要点，"
        "| 分隔同义写法，以“!”开头的为禁写要点，写到或什么也不写即计0（零宽等看不见的字符略去；繁体与简体是不同的字，需要时以 | 并列）；数字（连同正负、万/亿）与英文须整体出现；被否定的不算写到：紧接在否定（严禁、无需、不等）之后，同一分句中与之并列或隔着主语、条件（严禁带压、带电开盖；不允许操作人员断电），或其后说是错误、违章（断电是错误的）；"
        "思考过程不计，只看其余前limit字，以免罗列得分；未作答计0",
        formula_en="sum over texts of key points held ÷ key points wanted; ÷ all texts; the "
        "reference parts points by semicolons or lines and wordings by |, a point that starts with "
        "! is forbidden and makes it 0, as does saying nothing (characters that nobody sees are left out; traditional and simplified "
        "characters differ: write both, parted by |); numbers and Latin words must stand whole; what is denied is not held: right after a denial (never, no need to), listed with it "
        "in its clause or over a subject or condition (do not smoke or open the lid), or called wrong or forbidden right after; "
        "thinking does not count and of the rest only the first characters are read, so that listing everything gains nothing; a missing answer counts 0",
        example="key_points(limit=300)",
        reference="counted",
        parameters=(LIMIT,),
    ),
    Metric(
        name="loose_match",
        task=("text",),
        statistic=loose_match,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="宽松匹配率",
        en="Match but for punctuation",
        formula_zh="除全角半角、大小写、空白和标点外与参考相同的条数 ÷ 全部条数"
        "（数字的小数点、正负号、指数，数字之间的分隔，以及比较、运算符号保留）；思考过程不计；未作答按错误计",
        formula_en="texts equal to the reference but for width, case, spaces and punctuation ÷ all "
        "texts (points, signs and powers of numbers, what parts two numbers, and signs of comparing "
        "and reckoning stay); thinking does not count; a missing answer is wrong",
        example="loose_match",
        reference="Rajpurkar et al. (2016), SQuAD (its normalisation, for Chinese)",
    ),
)
