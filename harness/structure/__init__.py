"""Declared structures: from a YAML document to a frozen record, every problem at once.

A declaration is described by readers. A reader turns a plain value into a record's
field, adds a problem for everything that is wrong, and knows its JSON Schema, so that
checking, reading and the schema for editors cannot drift apart.
"""

from harness.structure.composites import (
    TRANSLATED,
    Draft,
    Translated,
    json_schema,
    listing,
    read_draft,
    record,
    said,
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
from harness.structure.unread import UNREAD, as_far_as_read, given

__all__ = [
    "TRANSLATED",
    "UNREAD",
    "Draft",
    "Field",
    "Reader",
    "Reading",
    "Schema",
    "Translated",
    "as_far_as_read",
    "choice",
    "date",
    "digest_text",
    "duration",
    "either",
    "flag",
    "given",
    "integer",
    "json_schema",
    "listing",
    "metric",
    "nearest",
    "number",
    "optional",
    "or_false",
    "read_draft",
    "record",
    "relative_path",
    "said",
    "size",
    "table",
    "text",
]
