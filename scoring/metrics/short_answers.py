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
    "相邻各节（1小时30分）合计；单位不同、不可换算或不认识的按错误计，百分点与%不同；"
    "参考有单位而作答只是计数（30次、12台），或参考是计数而作答有单位，按错误计，量词之间不作区分；"
    "未写单位的视同参考答案的单位：参考为12万元的，12和120000均可，参考为85%的，85和0.85均可，参考未写单位的，百分数同样两可（取与参考较近的读法）；"
    "写有“答案是”“答：”“结果为”“结论：”时只看其后（其后另起的单个数和“也可能是”等之后的数一并计入），"
    "未写时有多个数的看等式所得，再看“所以”之后和“合计”“共”“即”等之后，解析、依据、其中等说明不计；"
    "“不是12”等否定的数、大于/小于/超过/不足等不含本数的界限不计（参考答案也如此写的照计），"
    "至少/≥/不小于/以上、至多/≤/不超过/以内等含本数的界限，参考未写界限的，不另写数时照计，参考写了的须方向相同（或不写），两个方向都写的按错误计；"
    "思考过程不计，超过3万字的按未写数值计；"
    "作答中有多个不同数值按错误计；参考答案须恰有一个数，否则该条不计）；未作答按错误计"
)
HOW_EN = (
    " (full width, thousands, 万/亿, Chinese numerals, compound units and amounts in several parts "
    "are read and converted; a unit of another kind or one that nobody knows is wrong, percentage points are not "
    "percent; a count (30 times where days are wanted) is wrong where the reference has a unit, and the "
    "other way round, while what is counted is not told apart; a number without a unit is in the reference's: beside 12 with a Chinese magnitude and a unit both 12 and "
    "the whole number are right, beside 85% both 85 and 0.85, and a percentage beside a bare reference likewise (the reading nearer to the reference); "
    "where the answer is named (the answer is, result, conclusion) only what follows counts, with numbers by themselves right after and what "
    "is said to be possible as well; where it is not, of several "
    "numbers what an equation yields, then what follows the last conclusion or total, without explanations; denied numbers, "
    "limits without the number itself (more than 12, unless the reference says so too) and thinking do not count; limits with it "
    "(at least 12, ≥12, at most 12) count where the reference has no limit and no number is written for itself, or where it has one of the same direction; limits in both directions are wrong; "
    "texts of more than 30,000 characters have no number; several different numbers are wrong; texts whose reference does not "
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
