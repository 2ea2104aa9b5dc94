"""Readers of lists, tables and mappings, and of whole documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.problems import Refusal
from harness.structure.reading import Field, Reader, Reading, Schema, T, nearest
from harness.structure.scalars import text
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

    def read(reading: Reading, value: Any, at: Location) -> tuple[T, ...] | None:
        if not isinstance(value, list):
            reading.report("E1012", at, value, expected="列表 / list")
            return None
        if len(value) < shortest:
            reading.report("E1015", at)
            return None
        entries = [entry.read(reading, part, (*at, i)) for i, part in enumerate(value)]
        return (
            None if any(e is None for e in entries) else tuple(e for e in entries if e is not None)
        )

    return Reader(read, {"type": "array", "items": entry.schema, "minItems": shortest})


def table(entry: Reader[T], *, keys: tuple[str, ...] | None = None) -> Reader[dict[str, T]]:
    """Read a mapping whose keys are names and whose values are all of one kind."""

    def read(reading: Reading, value: Any, at: Location) -> dict[str, T] | None:
        if not isinstance(value, dict) or not value:
            reading.report("E1012", at, value, expected="键值表 / mapping")
            return None
        result: dict[str, T] = {}
        whole = True
        for key, part in value.items():
            if keys is not None and key not in keys:
                reading.report(
                    "E1010", (*at, key), key, nearest=nearest(key, keys), expected=", ".join(keys)
                )
                whole = False
                continue
            read_part = entry.read(reading, part, (*at, key))
            if read_part is None:
                whole = False
            else:
                result[key] = read_part
        return result if whole else None

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

    def read(reading: Reading, value: Any, at: Location) -> T | None:
        if not isinstance(value, dict):
            reading.report("E1012", at, value, expected="键值表 / mapping")
            return None
        whole = True
        for key in value:
            if key not in known:
                reading.report(
                    "E1010", (*at, key), key, nearest=nearest(key, known), expected=", ".join(known)
                )
                whole = False
        values: dict[str, Any] = {}
        for key, field in known.items():
            if key not in value or (value[key] is None and not field.required):
                if field.required:
                    reading.report("E1011", at, key)
                    whole = False
                values[names[key]] = field.default
                continue
            part = field.reader.read(reading, value[key], (*at, key))
            if part is None:
                whole = False
            values[names[key]] = part
        return into(**values) if whole else None

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


def read_record(reader: Reader[T], document: Document, schema_name: str) -> T:
    """Read a whole document; raises ``Refusal`` with every problem in it."""
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
    if reading.problems or result is None:
        raise Refusal(reading.problems)
    return result


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
