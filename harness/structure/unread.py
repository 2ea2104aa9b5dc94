"""What stands in a record for a value that could not be read, and checks that meet it.

A declaration with a misspelt key is checked as far as it could be read, so that its author
sees every problem at once. A check that needs what was not read ends there, in silence: the
reader has told why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Never, NoReturn, TypeVar

T = TypeVar("T")


class UnreadValue(Exception):
    """A check needed a value that could not be read."""


class Unread:
    """A value that could not be read: whatever is done with it raises `UnreadValue`."""

    __slots__ = ()

    def _refuse(self, *_: Any) -> NoReturn:
        raise UnreadValue

    def __getattr__(self, name: str) -> NoReturn:
        # Names with two underscores are asked for by Python's own tools, which inspect anything.
        raise AttributeError(name) if name.startswith("__") else UnreadValue

    __bool__ = __str__ = __format__ = __hash__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __iter__ = __len__ = __contains__ = __getitem__ = __fspath__ = _refuse
    __int__ = __float__ = __index__ = __neg__ = __abs__ = __round__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = _refuse


UNREAD: Never = Unread()  # type: ignore[assignment]


def given(value: object) -> bool:
    """Whether an optional value was written; raises `UnreadValue` where that is not known."""
    if isinstance(value, Unread):
        raise UnreadValue
    return value is not None


def as_far_as_read(found: Iterable[T]) -> Iterator[T]:
    """What is found before a value is met that could not be read, such as a check's problems."""
    try:
        yield from found
    except UnreadValue:
        return
