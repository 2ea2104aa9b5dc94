"""Units of measurement: what they measure and how many base units one of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: the quantity that it measures, and its size in that quantity's base unit."""

    quantity: str
    size: Fraction


_TABLE: Mapping[str, Mapping[str, str]] = {
    "share": {"%": "1/100", "‰": "1/1000", "个百分点": "1/100", "百分点": "1/100"},
    "length": {
        "mm": "1/1000", "毫米": "1/1000", "cm": "1/100", "厘米": "1/100", "dm": "1/10",
        "分米": "1/10", "km": "1000", "千米": "1000", "公里": "1000", "m": "1", "米": "1",
        "μm": "1/1000000", "微米": "1/1000000", "nm": "1/1000000000", "纳米": "1/1000000000",
    },
    "area": {
        "m2": "1", "m^2": "1", "平方米": "1", "km2": "1000000", "km^2": "1000000",
        "平方公里": "1000000", "公顷": "10000", "亩": "2000/3",
    },
    "volume": {
        "m3": "1000", "m^3": "1000", "立方米": "1000", "方": "1000", "L": "1", "升": "1",
        "mL": "1/1000", "ml": "1/1000", "毫升": "1/1000",
    },
    "mass": {
        "mg": "1/1000000", "毫克": "1/1000000", "kg": "1", "千克": "1", "公斤": "1",
        "g": "1/1000", "克": "1/1000", "吨": "1000", "t": "1000", "斤": "1/2",
    },
    "time": {
        "ms": "1/1000", "毫秒": "1/1000", "s": "1", "秒": "1", "秒钟": "1", "min": "60",
        "分钟": "60", "h": "3600", "小时": "3600", "天": "86400", "日": "86400",
    },
    "pressure": {
        "Pa": "1", "帕": "1", "hPa": "100", "百帕": "100", "kPa": "1000", "千帕": "1000",
        "MPa": "1000000", "兆帕": "1000000", "bar": "100000", "巴": "100000",
    },
    "power": {
        "W": "1", "瓦": "1", "kW": "1000", "KW": "1000", "千瓦": "1000", "MW": "1000000",
        "兆瓦": "1000000", "GW": "1000000000", "吉瓦": "1000000000",
    },
    "energy": {
        "Wh": "1/1000", "kWh": "1", "千瓦时": "1", "度电": "1", "度": "1", "MWh": "1000",
        "兆瓦时": "1000", "GWh": "1000000",
    },
    "temperature": {"°C": "1", "摄氏度": "1"},
    "voltage": {"V": "1", "伏": "1", "kV": "1000", "千伏": "1000", "mV": "1/1000"},
    "current": {"A": "1", "安": "1", "mA": "1/1000", "毫安": "1/1000"},
    "frequency": {"Hz": "1", "赫兹": "1", "kHz": "1000", "MHz": "1000000"},
    "yuan": {"元": "1", "元整": "1", "块钱": "1", "角": "1/10", "¥": "1", "人民币": "1"},
    "dollar": {"美元": "1", "$": "1"},
    "speed": {"m/s": "1", "米/秒": "1", "km/h": "5/18", "公里/小时": "5/18"},
}  # fmt: skip

UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        name: Unit(quantity, Fraction(size))
        for quantity, names in _TABLE.items()
        for name, size in names.items()
    }
)
