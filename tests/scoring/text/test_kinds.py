"""A number in a unit of another kind, or of things counted, is never the wanted one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.metrics.fields import comparable
from scoring.text.numerals import answered_number, quantities
from scoring.text.unit_names import COUNTED, NAMED, PARTS, PREFIXED
from scoring.text.units import units_of

some = settings(max_examples=500, deadline=None)


def answers(wanted: str, text: str) -> bool:
    """Whether a text gives the wanted number."""
    (quantity,) = quantities(wanted)
    return answered_number(text, quantity) == quantity.value


UNITS = sorted(
    {name for names in NAMED.values() for name in names if name not in ("¥", "$", "US$", "HK$")}
    | {prefix + symbol for _, symbol, _, _, prefixes in PREFIXED for prefix in ("", *prefixes)}
    | {name for _, _, chinese, _, _ in PREFIXED for name in chinese.split()} - {"€", "£"}
)
OTHERS = sorted({*COUNTED, *"级次号岁码丝匹页", "英担", "盏"} - set(PARTS))
values = st.integers(2, 999).map(str)


@given(value=values, ours=st.sampled_from(UNITS), theirs=st.sampled_from(UNITS))
@some
def test_a_number_in_another_unit_is_taken_only_where_it_is_the_same_amount(
    value: str, ours: str, theirs: str
) -> None:
    same = set(units_of(ours)) & set(units_of(theirs))

    assert same or not answers(value + ours, value + theirs)
    assert answers(value + ours, value + ours)
    assert answers(value + ours, value)


@given(value=values, unit=st.sampled_from(UNITS), word=st.sampled_from(OTHERS))
@some
def test_a_count_is_no_amount_and_an_amount_no_count(value: str, unit: str, word: str) -> None:
    assert not answers(value + unit, value + word)
    assert not answers(value + word, value + unit)
    assert answers(value + word, value + word)
    assert answers(value + word, value)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("12公里", "12海里"),
        ("12海里", "12km"),
        ("12km", "12 miles"),
        ("12km/h", "12节"),
        ("12吨", "12磅"),
        ("12吨", "12桶"),
        ("12kW", "12马力"),
        ("12MPa", "12个大气压"),
        ("12厘米", "12英寸"),
        ("12克", "12两"),
        ("12元", "12毛"),
        ("12元", "12韩元"),
        ("12元", "12卢比"),
        ("12元", "12台"),
        ("12台", "12元"),
        ("12台", "12%"),
        ("12台", "12 km"),
        ("12块", "12角"),
        ("5%", "5倍"),
        ("5%", "5成"),
        ("5%", "5折"),
        ("30天", "30次"),
        ("30天", "30 times"),
        ("12km", "12 units"),
        ("5天", "5个工作日"),
        ("30分", "30秒"),
        ("3级", "3元"),
        ("18岁", "18年"),
        ("2025年", "2025元"),
        ("60次/分", "60次"),
        ("12km/h", "12码"),
        ("12mm", "12丝"),
        ("11km", "11或12台"),
        ("2.5m", "2.5平方"),
        ("15m3", "15标方"),
        ("3%", "3个百分点"),
        ("3个百分点", "3%"),
    ],
)
def test_another_kind_of_unit_is_another_answer(wanted: str, text: str) -> None:
    assert not answers(wanted, text)
    assert answers(wanted, wanted)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("12公里", "12公里左右"),
        ("12公里", "12公里的"),
        ("12米", "12米高"),
        ("12米", "共12米，"),
        ("12米", "12左右"),
        ("12米", "结果是12的"),
        ("12米", "12即可"),
        ("12米", "12符合要求"),
        ("12元", "12块"),
        ("12元", "12块钱"),
        ("12块", "12元"),
        ("12块", "12块钢板"),
        ("1.2元", "12毛"),
        ("5.3元", "5块3毛"),
        ("12元", "12圆"),
        ("1海里", "1852m"),
        ("10里", "5公里"),
        ("1609.344m", "1英里"),
        ("10ft", "3.048m"),
        ("25.4毫米", "1英寸"),
        ("150克", "三两"),
        ("0.6kg", "一斤二两"),
        ("453.59237g", "1 pound"),
        ("50%", "5成"),
        ("30%", "三成"),
        ("80%", "八折"),
        ("500%", "5倍"),
        ("5倍", "5"),
        ("1500r/min", "1500rpm"),
        ("1500r/min", "1500转"),
        ("1500r/min", "每分钟1500转"),
        ("20N·m", "20Nm"),
        ("101325Pa", "1个大气压"),
        ("735.49875W", "1马力"),
        ("22.224km/h", "12节"),
        ("12节", "12 knots"),
        ("12节", "12个"),
        ("8Nm3/h", "8Nm³/h"),
        ("5km", "5 kilometers"),
        ("5g", "5 grams"),
        ("90分钟", "1 hour 30 minutes"),
        ("90分钟", "90分"),
        ("30分", "30分钟"),
        ("30分", "得30分"),
        ("3个月", "3 months"),
        ("3级", "三级"),
        ("18岁", "18周岁"),
        ("2小时", "2个钟"),
        ("12台", "12套"),
        ("12台", "12 units"),
        ("12台", "共12台，功率15kW"),
        ("60次/分", "每分钟60次"),
        ("2.5mm²", "2.5平方"),
        ("100m2", "100平方"),
        ("100m2", "100平米"),
        ("0.5m", "50公分"),
        ("50dB", "50分贝"),
        ("10μS/cm", "10微西门子/厘米"),
        ("47μF", "47微法"),
        ("10kN", "10KN"),
    ],
)
def test_the_same_amount_in_another_unit_or_count_is_the_answer(wanted: str, text: str) -> None:
    assert answers(wanted, text)


@pytest.mark.parametrize(
    ("wanted", "text", "right"),
    [
        ("12万元", "12", True),
        ("12万元", "12万", True),
        ("12万元", "120000", True),
        ("12万元", "12元", False),
        ("12万元", "12台", False),
        ("12万台", "12", True),
        ("1.2亿元", "1.2", True),
        ("十二万元", "12", True),
        ("12万", "12", False),
        ("1亿2千万元", "12", False),
        ("一万二千元", "12", False),
        ("85%", "0.85", True),
        ("85%", "85", True),
        ("85%", "8.5", False),
        ("50%", "1/2", True),
        ("5‰", "0.005", True),
        ("0.85", "85%", True),
        ("3", "3%", True),
        ("3", "百分之三", True),
        ("3", "300%", True),
        ("3", "0.3%", False),
        ("3个百分点", "3", True),
        ("3", "3个百分点", True),
        ("三个百分点", "3个百分点", True),
        ("15000", "1万5", True),
        ("15000台", "1万5台", True),
        ("3500", "3千5", True),
        ("10500", "1万零500", True),
        ("10005", "1万零5", True),
        ("10005", "1万5", False),
        ("15000", "1万15", False),
    ],
)
def test_a_bare_number_is_read_as_the_other_one_is_written(
    wanted: str, text: str, right: bool
) -> None:
    assert answers(wanted, text) is right


def test_a_field_in_a_unit_is_not_the_bare_number() -> None:
    assert comparable("12海里", "number") != comparable("12", "number")
    assert comparable("3个百分点", "number") != comparable("3%", "number")
    assert comparable("12台", "number") == comparable("12", "number")
