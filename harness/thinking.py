"""What a model says, parted from the thinking that it writes before or between its words."""

from __future__ import annotations

import re

TAG = re.compile(
    r"<(?P<closes>/)?(?:seed:)?(?:think(?:ing)?|thought)>|◁(?P<shut>/)?think▷", re.IGNORECASE
)


def spoken(text: str) -> str:
    r"""A text without a model's thinking and the tags around it; empty where it only thinks.

    Thinking is what stands from an opening tag to the next closing one, and before a closing tag
    that comes first, as many models are asked with the opening one already written. One that is
    never closed takes all that follows where nothing was said before it; after words it takes
    nothing, so that nothing can be hidden behind it.

    Examples
    --------
    >>> spoken("<think>3?</think>B"), spoken("3?</think>B"), spoken("<think>3?"), spoken("B<think>3")
    ('B', 'B', '', 'B\n3')
    """
    said: list[str] = []
    start, thinks, first = 0, False, True
    for tag in TAG.finditer(text):
        closes = bool(tag["closes"] or tag["shut"])
        if closes or not thinks:
            if not (thinks or (closes and first)):
                said.append(text[start : tag.start()])
            start, thinks = tag.end(), not closes
        first = False
    if first:
        return text
    words = "\n".join(filter(str.strip, said))
    if not thinks or words:
        words += "\n" + TAG.sub("\n", text[start:])
    return words.strip()
