"""Readers of lists, tables and mappings, and of whole documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic

from harness.problems import Problem, Refusal, Words
from harness.structure.reading import Field, Reader, Reading, Schema, T, nearest
from harness.structure.scalars import text
from harness.structure.unread import UNREAD
from harness.yaml_text import Document, Location


@dataclass(frozen=True, slots=True)
class Translated:
    """A text for people, Chinese first."""

    zh: str
    en: str

    def record(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def listing(entry: Reader[T], *, shortest: int = 1) -> Reader[tuple[T, ...]]:
    """Read a list whose entries are all of one kind."""

    def read(reading: Reading, value: Any, at: Location) -> tuple[T, ...]:
        if not isinstance(value, list):
            reading.report("E1012", at, value, expected=Words("列表", "a list"))
            return UNREAD
        if len(value) < shortest:
            reading.report("E1015", at)
            return UNREAD
        return tuple(entry.read(reading, part, (*at, i)) for i, part in enumerate(value))

    return Reader(read, {"type": "array", "items": entry.schema, "minItems": shortest})


def table(entry: Reader[T], *, keys: tuple[str, ...] | None = None) -> Reader[dict[str, T]]:
    """Read a mapping whose keys are names and whose values are all of one kind."""

    def read(reading: Reading, value: Any, at: Location) -> dict[str, T]:
        if not isinstance(value, dict) or not value:
            reading.report(
                "E1012", at, value, expected=Words("键值表（键: 值）", "a mapping (key: value)")
            )
            return UNREAD
        result: dict[str, T] = {}
        for key, part in value.items():
            if keys is not None and key not in keys:
                reading.report(
                    "E1010", (*at, key), key, nearest=nearest(key, keys), expected=", ".join(keys)
                )
                return UNREAD
            result[key] = entry.read(reading, part, (*at, key))
        return result

    schema: Schema = {"type": "object", "additionalProperties": entry.schema}
    if keys is not None:
        schema = {
            "type": "object",
            "properties": dict.fromkeys(keys, entry.schema),
            "additionalProperties": False,
        }
    return Reader(read, schema)


def record(into: Callable[..., T], **fields: Field | Reader[Any]) -> Reader[T]:
    """Read a mapping with declared keys into a frozen record.

    A field's name is its key; ``from_`` stands for ``from``, ``schema_`` for ``schema``.
    """
    known = {
        _key(name): field if isinstance(field, Field) else Field(field)
        for name, field in fields.items()
    }
    names = {_key(name): name for name in fields}

    def read(reading: Reading, value: Any, at: Location) -> T:
        if not isinstance(value, dict):
            reading.report(
                "E1012", at, value, expected=Words("键值表（键: 值）", "a mapping (key: value)")
            )
            return UNREAD
        unknown = [key for key in value if key not in known]
        for key in unknown:
            reading.report(
                "E1010", (*at, key), key, nearest=nearest(key, known), expected=", ".join(known)
            )
        values: dict[str, Any] = {}
        for key, field in known.items():
            if key in value and (value[key] is not None or field.required):
                values[names[key]] = field.reader.read(reading, value[key], (*at, key))
                continue
            if field.required:
                reading.report("E1011", at, key)
            # An unknown key may have been meant for any that is not there.
            values[names[key]] = UNREAD if field.required or unknown else field.default
        return into(**values)

    schema: Schema = {
        "type": "object",
        "properties": {
            key: {**field.reader.schema, **({"description": field.says} if field.says else {})}
            for key, field in known.items()
        },
        "required": [key for key, field in known.items() if field.required],
        "additionalProperties": False,
    }
    return Reader(read, schema)


@dataclass(frozen=True, slots=True)
class Draft(Generic[T]):
    """A declaration as far as it could be read, and what is wrong with its form.

    What could not be read is ``UNREAD`` in the record; with no problems it is whole.
    """

    record: T
    problems: tuple[Problem, ...]
    document: Document

    def located(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Problems that checks found in the record, each with its line in the document."""
        return map(self.document.located, problems)

    def whole(self) -> T:
        """The record; raises ``Refusal`` with every problem of its form."""
        if self.problems:
            raise Refusal(self.problems)
        return self.record


def read_draft(reader: Reader[T], document: Document, schema_name: str) -> Draft[T]:
    """Read a whole document as far as it can be read."""
    reading = Reading(document)
    value = document.value
    if isinstance(value, dict):
        declared = value.get("schema")
        if declared != schema_name:
            reading.report(
                "E1017",
                ("schema",) if "schema" in value else (),
                declared if declared is not None else "",
                expected=schema_name,
            )
        value = {key: part for key, part in value.items() if key != "schema"}
    result = reader.read(reading, value, ())
    return Draft(result, tuple(reading.problems), document)


def json_schema(reader: Reader[Any], schema_name: str, title: str) -> Schema:
    """Describe a kind of document as a JSON Schema (draft 2020-12) for editors."""
    body = reader.schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **body,
        "properties": {"schema": {"const": schema_name}, **body["properties"]},
        "required": ["schema", *body["required"]],
    }


def _key(name: str) -> str:
    return name.removesuffix("_")


TRANSLATED: Reader[Translated] = record(Translated, zh=text(longest=2000), en=text(longest=2000))


def said(*, longest: int) -> Reader[Translated | str]:
    """Read a text for people in both languages, or in one that serves for both."""
    plain = text(longest=longest)

    def read(reading: Reading, value: Any, at: Location) -> Translated | str:
        reader: Reader[Any] = TRANSLATED if isinstance(value, dict) else plain
        return reader.read(reading, value, at)  # type: ignore[no-any-return]

    return Reader(read, {"anyOf": [plain.schema, TRANSLATED.schema]})
