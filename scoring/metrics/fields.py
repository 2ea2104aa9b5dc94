"""How well the fields of documents were read, each compared as its type says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import numpy as np

from scoring.metric import Metric, Values
from scoring.statistic import Floats, SampleSums, divide, mean_of
from scoring.structured_answers import Fields, FieldValue
from scoring.text.numerals import MOST_DIGITS, chinese_number, written_quantities
from scoring.text.plain import plain

_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?|(\d{4})(\d{2})(\d{2})"
)
_NUMERALS = "[〇○零一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]"
_DATE_IN_WORDS = re.compile(
    rf"({_NUMERALS}{{4}})年({_NUMERALS}{{1,3}})月({_NUMERALS}{{1,3}})[日号]"
)
_BETWEEN_CHINESE = re.compile(r"(?<=[〇○\u3400-\u9fff]) (?=[〇○\u3400-\u9fff])")

BEYOND = 10**MOST_DIGITS


def field_accuracy(answers: Fields, _: Values) -> SampleSums:
    """Share of fields whose value is right, a field without value among them."""
    width = max(len(answers.types), 1)
    return mean_of(np.array([len(right) / width for right in _right(answers)]))


def document_accuracy(answers: Fields, _: Values) -> SampleSums:
    """Share of documents all of whose fields are right."""
    return mean_of(np.array([len(right) == len(answers.types) for right in _right(answers)]))


def field_set_f1(answers: Fields, _: Values) -> SampleSums:
    """F1 of the values read, those of sets one by one, all documents together."""
    rows = []
    for wanted, given in zip(answers.truth, answers.predicted, strict=True):
        ours = _items(answers, wanted)
        theirs = _items(answers, given or {})
        rows.append((len(ours & theirs), len(ours), len(theirs)))
    columns = np.array(rows, dtype=np.float64).reshape(-1, 3)
    most = float(columns.max(initial=1.0))

    def finish(sums: Floats) -> Floats:
        hits, wanted, given = np.moveaxis(sums, -1, 0)
        return np.where(wanted > 0, divide(2 * hits, wanted + given, empty=0.0), np.nan)

    return SampleSums(columns, finish, (most,) * 3, group=columns[:, 1] > 0)


def comparable(value: FieldValue, kind: str) -> object:
    """A field's value in the form in which equal values are equal; ``None`` for no value.

    Examples
    --------
    >>> comparable("1.2万元", "number") == comparable(12000, "number")
    True
    >>> comparable("二〇二五年三月一日", "date") == comparable("2025-03-01", "date")
    True
    >>> comparable(" ", "text") is None
    True
    """
    if value is None or value == () or not _word(value):
        return None
    if kind == "set":
        parts = value if isinstance(value, tuple) else (value,)
        return frozenset(filter(None, map(_word, parts))) or None
    if isinstance(value, tuple):
        return value
    if kind == "number":
        return _number(value)
    if kind == "date":
        return _day(_word(value))
    return _word(value)


def _right(answers: Fields) -> list[list[str]]:
    """The names of the fields that each document has right."""
    found = []
    for wanted, given in zip(answers.truth, answers.predicted, strict=True):
        found.append(
            [
                name
                for name, kind in answers.types.items()
                if given is not None
                and comparable(given.get(name), kind) == comparable(wanted.get(name), kind)
            ]
        )
    return found


def _items(answers: Fields, values: Mapping[str, FieldValue]) -> set[tuple[str, object]]:
    items: set[tuple[str, object]] = set()
    for name, kind in answers.types.items():
        value = comparable(values.get(name), kind)
        if isinstance(value, frozenset):
            items |= {(name, part) for part in value}
        elif value is not None:
            items.add((name, value))
    return items


def _word(value: object) -> str:
    # Python refuses to write thousands of digits out in tens, but not in sixteens.
    if isinstance(value, int) and abs(value) >= BEYOND:
        return plain(hex(value))
    # Forms and scans spread names out: 山东省 济南市 is 山东省济南市.
    return _BETWEEN_CHINESE.sub("", plain(str(value)))


def _number(value: str | float | int | bool) -> object:
    if isinstance(value, int) and abs(value) >= BEYOND:
        return _word(value)
    if isinstance(value, int | float):
        return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    found = written_quantities(value)
    if len(found) != 1:
        return _word(value)
    # Currency and bare numbers are the same amount; other units keep their kind.
    kind = "" if found[0].measures == "yuan" else found[0].measures
    named = tuple(filter(None, (found[0].relation, kind)))
    return (*named, found[0].base) if named else found[0].base


def _day(value: str) -> object:
    found = _DATE.fullmatch(value) or _DATE_IN_WORDS.fullmatch(value)
    if not found:
        return value
    year, month, day = (
        int(part if part.isdigit() else chinese_number(part.replace("○", "〇")) or 0)
        for part in found.groups()
        if part is not None
    )
    try:
        return date(year, month, day)
    except ValueError:
        return value


METRICS = (
    Metric(
        name="field_accuracy",
        task=("fields",),
        statistic=field_accuracy,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        zh="字段准确率",
        en="Field accuracy",
        formula_zh="值正确的字段数 ÷（文档数 × 声明的字段数）；按类型比较：文字统一为NFKC，"
        "略去汉字之间的空格，数值按大小和单位（1.2万元=12000，后附大写的算一个数；>12、至少12、不是12都不是12），"
        "日期按年月日（含二〇二五年三月一日），集合不计次序；参考无值的字段须不填，只填空格视同不填；未作答按全错计",
        formula_en="fields with the right value ÷ (documents × declared fields); compared by type: "
        "text in NFKC without spaces between Chinese characters, numbers by value and unit (an amount repeated in words is "
        "one; none of >12, at least 12 and 'not 12' is 12), dates by day (Chinese numerals too), sets in any order; "
        "a field without a value must stay empty or blank; a missing answer is all wrong",
        example="field_accuracy",
        reference="counted",
    ),
    Metric(
        name="document_accuracy",
        task=("fields",),
        statistic=document_accuracy,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="整单准确率",
        en="Document accuracy",
        formula_zh="全部字段均正确的文档数 ÷ 全部文档数；未作答按错误计",
        formula_en="documents with every field right ÷ all documents; a missing answer is wrong",
        example="document_accuracy",
        reference="counted",
    ),
    Metric(
        name="field_set_f1",
        task=("fields",),
        statistic=field_set_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="抽取项F1",
        en="F1 of extracted values",
        formula_zh="2×抽对的值数 ÷（参考值总数 + 给出值总数），集合字段逐项计；未作答按未给出计",
        formula_en="2 × values rightly read ÷ (values wanted + values given), each member of a set "
        "by itself; a missing answer gives none",
        example="field_set_f1",
        reference="Zhang et al. (2022), CBLUE (entity-set micro F1)",
        deletion_safe=False,
    ),
)
