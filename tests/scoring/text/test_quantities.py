"""Amounts in answers are equal where their numbers and units mean the same, and only there."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.answers import Texts
from scoring.metrics.fields import comparable
from scoring.metrics.short_answers import key_points, number_match
from scoring.text.numerals import quantities
from scoring.text.unit_names import PREFIXED

some = settings(max_examples=200, deadline=None)


def right(wanted: str, answer: str) -> bool:
    """Whether a metric of numbers takes an answer for the wanted one."""
    assert len(quantities(wanted)) == 1
    statistic = number_match(Texts(truth=(wanted,), predicted=(answer,)), {})
    return bool(statistic.value() == 1)


OTHER_UNITS = [
    ("10kN", "10N"),
    ("5Ω", "5kΩ"),
    ("4μA", "4A"),
    ("2mol/L", "2mmol/L"),
    ("8mg/m3", "8mg/L"),
    ("8mg/m³", "8mg/L"),
    ("10m3/h", "10m3/s"),
    ("3个月", "3年"),
    ("10ppm", "10ppb"),
    ("50元", "50元/吨"),
    ("50元", "50元每吨"),
    ("50元/万吨", "50元/吨"),
    ("5元", "5USD"),
    ("5元", "US$5"),
    ("5元", "USD 5"),
    ("77℃", "77℉"),
    ("3.5MPaG", "3.5MPa"),
    ("3mW", "3MW"),
    ("60dB", "60Hz"),
    ("10kgCO2", "10kg"),
    ("100kW", "100kW·h"),
    ("100kW", "100kW-h"),
    ("5V", "5V/m"),
    ("3小时", "3个月"),
    ("2000r/min", "2000r/s"),
    ("10mmH2O", "10mm"),
    ("10kVA", "10kW"),
    ("5kJ/mol", "5kJ"),
    ("3周", "3天"),
]


@pytest.mark.parametrize(("wanted", "answer"), OTHER_UNITS)
def test_another_unit_is_another_amount(wanted: str, answer: str) -> None:
    assert right(wanted, wanted)
    assert right(answer, answer)
    assert not right(wanted, answer)
    assert not right(answer, wanted)
    assert comparable(wanted, "number") != comparable(answer, "number")


SAME_AMOUNTS = [
    ("100kW·h", "100度"),
    ("100kW·h", "100kWh"),
    ("100kW·h", "100千瓦时"),
    ("100kW·h", "100千瓦·时"),
    ("100kW·h", "0.1MW·h"),
    ("100kW·h", "100度电"),
    ("100kW·h", "360MJ"),
    ("10kN", "10000N"),
    ("10kN", "10千牛"),
    ("5kΩ", "5000欧"),
    ("0.2MΩ", "200kΩ"),
    ("4μA", "0.004mA"),
    ("4μA", "4微安"),
    ("4µA", "4uA"),
    ("3kV", "3000V"),
    ("250mV", "0.25伏"),
    ("3kJ", "0.003MJ"),
    ("8mg/m3", "0.008mg/L"),
    ("8mg/m³", "8毫克每立方米"),
    ("8mg/L", "8mg·L⁻¹"),
    ("2mol/L", "2000mmol/L"),
    ("2mol/L", "2mol·L-1"),
    ("36m3/h", "0.01m³/s"),
    ("36m3/h", "600L/min"),
    ("36m3/h", "36立方米/小时"),
    ("36m3/h", "每小时36立方米"),
    ("36m3/h", "36方/时"),
    ("10m/s", "36km/h"),
    ("10m/s", "10米每秒"),
    ("50元/吨", "0.05元/kg"),
    ("50元/吨", "每吨50元"),
    ("50元/人", "50元每人"),
    ("36m3/h", "每小时用水约36立方米"),
    ("50元", "每人50元"),
    ("10吨", "10吨级"),
    ("8L/100km", "8升/百公里"),
    ("2kN/m2", "2kPa"),
    ("5N·m", "5牛米"),
    ("0.04W/(m·K)", "0.04W/(m·℃)"),
    ("3mPa·s", "3cP"),
    ("10ppm", "10mg/kg"),
    ("3年", "36个月"),
    ("2周", "14天"),
    ("3个小时", "3小时"),
    ("77℉", "77华氏度"),
    ("3.5MPa", "3.5Mpa"),
    ("10kV", "10KV"),
    ("20kWh", "20KWH"),
    ("5美元", "$5"),
    ("5元", "5RMB"),
    ("60次/分", "60次/min"),
    ("5 kgf", "49.03325N"),
    ("30dB", "30 dB"),
    ("8吨/天", "8t/d"),
    ("3百克", "300g"),
]


@pytest.mark.parametrize(("wanted", "answer"), SAME_AMOUNTS)
def test_the_same_amount_is_right_in_every_unit(wanted: str, answer: str) -> None:
    assert right(wanted, answer)
    assert right(answer, wanted)


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ("3.5MPa", "3.5"),
        ("3.5", "3.5MPa"),
        ("5台", "5台设备"),
        ("3个", "共3项"),
        ("5步", "共需5 steps"),
        ("5kg", "5 kilograms"),
        ("2025年", "2025"),
        ("2025", "2025年"),
        ("30分", "得30分"),
        ("30分钟", "30分"),
        ("5元", "5G网络，5元"),
        ("5℃", "一度达到5℃"),
        ("12", "12 The answer"),
    ],
)
def test_a_number_without_a_unit_still_is_in_the_wanted_one(wanted: str, answer: str) -> None:
    assert right(wanted, answer)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零下5℃", -5),
        ("零下 5 ℃", -5),
        ("零下5度", -5),
        ("零下五摄氏度", -5),
        ("零下摄氏5度", -5),
        ("零上5℃", 5),
        ("零上五度", 5),
        ("-5℃", -5),
        ("负5℃", -5),
        ("5℃", 5),
    ],
)
def test_degrees_below_zero_are_negative(text: str, value: int) -> None:
    for degrees in (-5, 5):
        assert right(f"{degrees}℃", text) is (degrees == value)
    if "度" not in text or "摄氏度" in text:
        assert comparable(text, "number") == comparable(f"{value}℃", "number")


@pytest.mark.parametrize(
    ("point", "text", "told"),
    [
        ("5℃", "降至零下5℃", 0),
        ("5℃", "降至负5℃", 0),
        ("5℃", "升至零上5℃", 1),
        ("5℃", "升至5℃", 1),
        ("零下5℃", "降至零下5℃", 1),
        ("12", "共12万元", 0),
        ("5", "约5×10³", 0),
        ("12", "共12千克", 1),
        ("10³", "共103", 0),
        ("10m3", "10m3/h", 0),
        ("10m3", "10m3/次或者", 0),
        ("3号泵", "3号泵/4号泵", 1),
    ],
)
def test_a_key_point_is_no_part_of_another_number(point: str, text: str, told: int) -> None:
    statistic = key_points(Texts(truth=(point,), predicted=(text,)), {"limit": 100})

    assert statistic.value() == told


@pytest.mark.parametrize(
    ("wanted", "answer", "verdict"),
    [
        ("60分钟", "1小时30分", False),
        ("90分钟", "1小时30分", True),
        ("90分钟", "1小时30分钟", True),
        ("90分钟", "1h30min", True),
        ("90分钟", "1 h 30 min", True),
        ("90分钟", "一小时三十分", True),
        ("90分钟", "1小时零30分", True),
        ("90分钟", "1小时半", True),
        ("60分钟", "1小时半", False),
        ("2.5小时", "两个半小时", True),
        ("30分钟", "半小时", True),
        ("30分钟", "半个小时", True),
        ("2小时", "1小时60分钟", True),
        ("5430秒", "1时30分30秒", True),
        ("330秒", "5分30秒", True),
        ("3.2米", "3米20厘米", True),
        ("3米", "3米20厘米", False),
        ("-3.2米", "-3米20厘米", True),
        ("5.3元", "5元3角", True),
        ("5.32元", "5元3角2分", True),
        ("5元", "5元3角", False),
        ("52小时", "2天4小时", True),
        ("2天", "2天4小时", False),
        ("38个月", "3年2个月", True),
        ("30.25°", "30°15′", True),
        ("1小时30分", "90分钟", True),
        ("1小时30分", "1.5h", True),
        ("1小时", "1小时（60分钟）", True),
        ("60分钟", "30分钟，1小时", False),
        ("5元", "共3件5元", True),
        ("3米", "3米×20厘米", False),
    ],
)
def test_the_parts_of_an_amount_are_added_up(wanted: str, answer: str, verdict: bool) -> None:
    assert right(wanted, answer) is verdict


UNITS = {
    "length": ["m", "cm", "km", "毫米", "公里"],
    "mass": ["kg", "g", "吨", "毫克", "斤"],
    "energy": ["kW·h", "kWh", "度电", "MJ", "千焦"],
    "flow": ["m3/h", "L/s", "升/分钟", "立方米每天", "mL/min"],
    "price": ["元/吨", "元/kg", "角/斤", "元/万吨"],
    "dose": ["mg/L", "g/m3", "μg/mL", "毫克/升", "kg·m⁻³"],
    "pressure": ["Pa", "kPa", "MPa", "bar", "N/m2", "kN/m²"],
}
pairs = st.sampled_from(sorted(UNITS)).flatmap(
    lambda kind: st.tuples(st.sampled_from(UNITS[kind]), st.sampled_from(UNITS[kind]))
)
amounts = st.decimals("0.001", 9999, places=3).filter(bool)


def written(value: Fraction) -> str:
    """A finite decimal of a value, or else its fraction."""
    number = f"{float(value):.20f}".rstrip("0").rstrip(".")
    return number if Fraction(number) == value else f"{value.numerator}/{value.denominator}"


@given(units=pairs, wanted=amounts, given_=amounts)
@some
def test_converting_an_answer_never_changes_the_verdict(
    units: tuple[str, str], wanted: Decimal, given_: Decimal
) -> None:
    ours, theirs = (quantities("1" + unit)[0] for unit in units)
    ratio = ours.converted(theirs)
    assert ratio is not None
    converted = written(Fraction(given_) * ratio) + units[1]

    for reference in (f"{wanted}{units[0]}", f"{given_}{units[0]}"):
        assert right(reference, converted) is right(reference, f"{given_}{units[0]}")


@given(
    kinds=st.lists(st.sampled_from(sorted(UNITS)), min_size=2, max_size=2, unique=True),
    value=amounts,
    data=st.data(),
)
@some
def test_no_unit_of_another_quantity_is_right(
    kinds: list[str], value: Decimal, data: st.DataObject
) -> None:
    ours, theirs = (data.draw(st.sampled_from(UNITS[kind])) for kind in kinds)

    assert not right(f"{value}{ours}", f"{value}{theirs}")


symbols = st.sampled_from(
    [prefix + symbol for _, symbol, _, _, prefixes in PREFIXED for prefix in ("", *prefixes)]
)


@given(unit=symbols, letters=st.text("xyzQ", min_size=1, max_size=3), value=amounts)
@some
def test_spoiling_a_unit_never_helps(unit: str, letters: str, value: Decimal) -> None:
    for spoiled in (unit + letters, f"{unit}/{letters}", f"{unit}·{letters}", f"{unit}^7"):
        assert not right(f"{value}{unit}", f"{value}{spoiled}")


@given(hours=st.integers(0, 99), minutes=st.integers(1, 59), seconds=st.integers(1, 59))
@some
def test_a_time_in_three_parts_is_their_sum(hours: int, minutes: int, seconds: int) -> None:
    total = f"{hours * 3600 + minutes * 60 + seconds}秒"

    assert right(total, f"{hours}小时{minutes}分{seconds}秒")
    assert right(total, f"{hours}h{minutes}min{seconds}s")
    assert not right(f"{hours}小时", f"{hours}小时{minutes}分{seconds}秒")
