"""Declared structures: from a YAML document to a frozen record, every problem at once.

A declaration is described by readers. A reader turns a plain value into a record's
field, adds a problem for everything that is wrong, and knows its JSON Schema, so that
checking, reading and the schema for editors cannot drift apart.
"""

from harness.structure.composites import (
    TRANSLATED,
    Translated,
    json_schema,
    listing,
    read_record,
    record,
    table,
)
from harness.structure.reading import (
    Field,
    Reader,
    Reading,
    Schema,
    nearest,
    optional,
)
from harness.structure.scalars import (
    choice,
    date,
    digest_text,
    duration,
    either,
    flag,
    integer,
    metric,
    number,
    or_false,
    relative_path,
    size,
    text,
)

__all__ = [
    "TRANSLATED",
    "Field",
    "Reader",
    "Reading",
    "Schema",
    "Translated",
    "choice",
    "date",
    "digest_text",
    "duration",
    "either",
    "flag",
    "integer",
    "json_schema",
    "listing",
    "metric",
    "nearest",
    "number",
    "optional",
    "or_false",
    "read_record",
    "record",
    "relative_path",
    "size",
    "table",
    "text",
]
