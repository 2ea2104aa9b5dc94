"""A bounded excerpt of what a candidate printed: its beginning and its end."""

from __future__ import annotations

import unicodedata

HEAD = 64 * 1024
TAIL = 64 * 1024
_KEPT = "\n\t"
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


class Excerpt:
    """The first and the last bytes of a stream, whatever its length."""

    def __init__(self) -> None:
        self.size = 0
        self._head = bytearray()
        self._tail = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take in what was read next."""
        self.size += len(chunk)
        room = HEAD - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:] if room > 0 else chunk
        if len(self._tail) > 2 * TAIL:
            del self._tail[:-TAIL]

    def text(self) -> str:
        """What was kept, safe to show on any terminal or page."""
        tail = self._tail[-TAIL:]
        left_out = self.size - len(self._head) - len(tail)
        gap = f"\n[… {left_out} bytes left out …]\n".encode() if left_out else b""
        return visible((bytes(self._head) + gap + bytes(tail)).decode(errors="backslashreplace"))


def visible(text: str) -> str:
    r"""The text with every character that could act on a terminal or a page escaped.

    >>> visible("\x1b[2Jok")
    '\\x1b[2Jok'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign.encode("unicode_escape").decode()
        if sign not in _KEPT and unicodedata.category(sign) in _HIDDEN
        else sign
        for sign in text
    )
