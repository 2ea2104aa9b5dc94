"""The names of units: what each measures and how many coherent units it is."""

from __future__ import annotations

from collections.abc import Mapping

BASES: Mapping[str, Mapping[str, int]] = {
    "share": {},
    "length": {"length": 1},
    "area": {"length": 2},
    "volume": {"length": 3},
    "mass": {"mass": 1},
    "time": {"time": 1},
    "current": {"current": 1},
    "charge": {"current": 1, "time": 1},
    "force": {"mass": 1, "length": 1, "time": -2},
    "pressure": {"mass": 1, "length": -1, "time": -2},
    "viscosity": {"mass": 1, "length": -1, "time": -1},
    "power": {"mass": 1, "length": 2, "time": -3},
    "energy": {"mass": 1, "length": 2, "time": -2},
    "voltage": {"mass": 1, "length": 2, "time": -3, "current": -1},
    "resistance": {"mass": 1, "length": 2, "time": -3, "current": -2},
    "frequency": {"time": -1},
    "speed": {"length": 1, "time": -1},
    "rotation": {"turn": 1, "time": -1},
}
"""What a quantity is made of; one that is not listed is a base of its own."""

PREFIXES = {
    "n": ("纳", "1/1000000000"),
    "μ": ("微", "1/1000000"),
    "u": ("", "1/1000000"),
    "m": ("毫", "1/1000"),
    "c": ("厘", "1/100"),
    "d": ("分", "1/10"),
    "h": ("百", "100"),
    "k": ("千", "1000"),
    "M": ("兆", "1000000"),
    "G": ("吉", "1000000000"),
}
"""Chinese word and size of each prefix; u is how μ is typed."""

ENGLISH_PREFIXES = {
    "n": "nano", "μ": "micro", "m": "milli", "c": "centi", "d": "deci", "k": "kilo", "M": "mega",
    "G": "giga",
}  # fmt: skip

ENGLISH = {
    "m": "metre meter", "g": "gram", "L": "litre liter", "s": "second", "Pa": "pascal",
    "W": "watt", "N": "newton", "V": "volt", "A": "ampere amp", "Ω": "ohm", "Hz": "hertz",
}  # fmt: skip
"""English names of symbols that take prefixes, in the singular."""

PREFIXED = (
    ("length", "m", "米", "1", "nμumcdk"),
    ("area", "m^2", "平方米", "1", ""),
    ("volume", "L", "升", "1/1000", "μum"),
    ("mass", "g", "克", "1/1000", "nμumk"),
    ("time", "s", "秒", "1", "nμum"),
    ("pressure", "Pa", "帕 帕斯卡", "1", "mhkMG"),
    ("power", "W", "瓦 瓦特", "1", "μumkMG"),
    ("energy", "Wh", "瓦时 瓦小时", "3600", "kMG"),
    ("energy", "J", "焦 焦耳", "1", "mkMG"),
    ("energy", "cal", "卡 卡路里", "4.184", "k"),
    ("force", "N", "牛 牛顿", "1", "mkM"),
    ("voltage", "V", "伏 伏特", "1", "μumk"),
    ("current", "A", "安 安培", "1", "nμumk"),
    ("charge", "Ah", "安时", "3600", "mk"),
    ("resistance", "Ω", "欧 欧姆", "1", "mkM"),
    ("frequency", "Hz", "赫 赫兹", "1", "kMG"),
    ("amount", "mol", "摩尔 摩", "1", "nμumk"),
    ("apparent power", "VA", "伏安", "1", "kM"),
    ("reactive power", "var", "乏", "1", "kM"),
)
"""Quantity, symbol, Chinese names, size in coherent units, prefixes taken."""

NAMED: Mapping[str, Mapping[str, str]] = {
    "share": {
        "%": "1/100", "‰": "1/1000", "percent": "1/100", "成": "1/10", "折": "1/10", "倍": "1",
        "ppm": "1/1000000", "ppb": "1/1000000000",
    },
    "percentage point": {"个百分点": "1", "百分点": "1", "percentage": "1"},
    "length": {
        "公里": "1000", "公尺": "1", "公分": "1/100", "海里": "1852", "nmi": "1852", "里": "500", "华里": "500", "丈": "10/3",
        "尺": "1/3", "寸": "1/30", "英里": "1609.344", "mi": "1609.344", "mile": "1609.344",
        "英尺": "0.3048", "ft": "0.3048", "foot": "0.3048", "feet": "0.3048", "英寸": "0.0254",
        "inch": "0.0254", "inches": "0.0254", "yard": "0.9144",
    },
    "area": {
        "平方公里": "1000000", "平方千米": "1000000", "平方分米": "1/100", "平方厘米": "1/10000",
        "平方毫米": "1/1000000", "公顷": "10000", "亩": "2000/3",
        "平方": "1", "平米": "1", "平": "1", "英亩": "4046.8564224", "acre": "4046.8564224",
    },
    "volume": {
        "立方米": "1", "方": "1", "立方分米": "1/1000", "立方厘米": "1/1000000",
        "立方毫米": "1/1000000000", "l": "1/1000", "ml": "1/1000000", "立方": "1", "公升": "1/1000",
    },
    "normal volume": {"Nm3": "1", "标方": "1", "标准立方米": "1"},
    "gallon": {"加仑": "1", "gal": "1", "gallon": "1"},
    "mass": {
        "公斤": "1", "吨": "1000", "公吨": "1000", "t": "1000", "tonne": "1000", "ton": "1000",
        "斤": "1/2", "两": "1/20", "磅": "0.45359237", "lb": "0.45359237", "lbs": "0.45359237",
        "pound": "0.45359237", "盎司": "0.028349523125", "oz": "0.028349523125",
        "ounce": "0.028349523125", "克拉": "1/5000",
    },
    "time": {
        "秒钟": "1", "sec": "1", "min": "60", "分钟": "60", "h": "3600", "hr": "3600",
        "小时": "3600", "个小时": "3600", "钟头": "3600", "个钟头": "3600", "d": "86400",
        "天": "86400", "日": "86400", "周": "604800", "星期": "604800", "个星期": "604800",
        "个钟": "3600", "刻钟": "900", "日历天": "86400", "个日历天": "86400", "自然日": "86400",
        "个自然日": "86400", "minute": "60", "hour": "3600", "day": "86400", "week": "604800",
    },
    "working day": {"工作日": "1", "个工作日": "1"},
    "month": {"个月": "1", "个季度": "3", "年": "12", "周年": "12", "month": "1", "year": "12"},
    "speed": {"knot": "463/900"},
    "force": {"kgf": "9.80665", "千克力": "9.80665", "公斤力": "9.80665"},
    "pressure": {
        "bar": "100000", "mbar": "100", "巴": "100000", "atm": "101325", "mmHg": "133.322",
        "毫米汞柱": "133.322", "psi": "6894.757", "大气压": "101325", "个大气压": "101325",
        "标准大气压": "101325", "个标准大气压": "101325", "mmH2O": "9.80665", "毫米水柱": "9.80665",
    },
    "viscosity": {"cP": "1/1000"},
    "power": {"马力": "735.49875", "hp": "745.69987"},
    "energy": {"度电": "3600000", "度": "3600000", "大卡": "4184", "Nm": "1", "kNm": "1000"},
    "conductance": {
        "西门子": "1", "mS": "1/1000", "毫西门子": "1/1000", "μS": "1/1000000", "uS": "1/1000000",
        "微西门子": "1/1000000",
    },
    "capacitance": {"法拉": "1", "μF": "1/1000000", "uF": "1/1000000", "微法": "1/1000000"},
    "equivalent dose": {
        "Sv": "1", "西弗": "1", "mSv": "1/1000", "毫西弗": "1/1000", "μSv": "1/1000000",
        "uSv": "1/1000000", "微西弗": "1/1000000",
    },
    "level": {"dB": "1", "分贝": "1"},
    "illuminance": {"lx": "1", "lux": "1", "勒克斯": "1"},
    "luminous flux": {"lm": "1", "流明": "1"},
    "celsius": {"°C": "1", "摄氏度": "1"},
    "fahrenheit": {"°F": "1", "F": "1", "华氏度": "1"},
    "kelvin": {"K": "1", "开尔文": "1"},
    "angle": {"°": "1", "′": "1/60", "′′": "1/3600", "rad": "57.29577951308232"},
    "turn": {"r": "1", "转": "1"},
    "rotation": {"rpm": "1/60"},
    "charge": {"C": "1", "库仑": "1"},
    "yuan": {
        "元": "1", "元整": "1", "圆": "1", "圆整": "1", "块钱": "1", "角": "1/10", "角钱": "1/10",
        "毛": "1/10", "毛钱": "1/10", "分钱": "1/100", "¥": "1", "人民币": "1", "RMB": "1", "CNY": "1",
        "yuan": "1",
    },
    "dollar": {"美元": "1", "美金": "1", "$": "1", "US$": "1", "USD": "1", "dollar": "1"},
    "euro": {"欧元": "1", "€": "1", "EUR": "1", "euro": "1"},
    "pound": {"英镑": "1", "£": "1", "GBP": "1"},
    "yen": {"日元": "1", "日圆": "1", "JPY": "1"},
    "won": {"韩元": "1", "KRW": "1"},
    "rouble": {"卢布": "1", "RUB": "1"},
    "Hong Kong dollar": {"港元": "1", "港币": "1", "HK$": "1", "HKD": "1"},
}  # fmt: skip

INSIDE: Mapping[str, str] = {"时": "小时", "分": "分钟", "月": "个月", "a": "年"}
"""Words that are units only inside a compound: 次/分, 千瓦·时, t/a."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "时": ("小时",),
    "分": ("分钟", "分钱"),
    "块": ("元",),
    "月": ("个月",),
    "节": ("knot",),
}
"""Words of other meaning (30分 is a score as well, 12节 a number of lessons), with what they stand
for as a part of one amount (3时20分, 5块2毛) and where that is asked for."""

ALSO: Mapping[str, tuple[str, ...]] = {
    "度": ("°C", "°"),
    "C": ("°C",),
    "转": ("rpm",),
    "平方": ("mm^2",),
    "pound": ("£",),
}
"""What else a name may stand for."""

COUNTED = (
    *("人次", "车次", "架次", "班次"),
    *"人次台套个件户头只辆条桶箱瓶袋包份册本页张株棵间床班座项名家艘批组层孔根块片支盒罐车船口处点篇轮趟",
)
"""Measure words: a number of them is a bare number, and they count inside a compound (元/人)."""
