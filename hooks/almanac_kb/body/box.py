"""The blocks of Markdown that hold other blocks: quotes, callouts, list items, indented blocks and marked stretches."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Holds(enum.Enum):
    """How the lines inside a box are recognised."""

    QUOTE = "quote"
    """Each starts with `>`."""
    CALLOUT = "callout"
    """A quote whose first line is `[!NOTE]`."""
    ITEM = "item"
    """Each is indented as far as the text of the item."""
    INDENTED = "indented"
    """Each is indented by four columns: admonitions, tabs, footnotes, definitions as Python-Markdown has them."""
    MARKED = "marked"
    """All up to a closing mark, however they are indented."""


@dataclass(eq=False)
class Box:
    """A box while its lines are read; two boxes are never the same."""

    holds: Holds
    indent: int = 0
    """How many columns its lines are indented, where they are."""
    sort: str = ""
    """The bullet or the delimiter of a list item: items of one list share it."""
    opening: str = ""
    """The text that opens it, as it will be written."""
    blank: bool = False
    """Whether the last line in it was blank."""
    loose: bool = False
    """Whether a blank line stands between two of its lines."""
    empty: bool = False
    """Whether nothing but its marker has been seen yet."""


def continuing(boxes: Iterable[Box]) -> str:
    """What a line that goes on in these boxes starts with."""
    return "".join("> " if box.holds is Holds.QUOTE else "    " for box in boxes)


OPEN = "\x02+"
"""Starts a line that opens a marked box: what follows is the opening as it will be written."""
CLOSE = "\x02-"
"""Is a line that closes the innermost marked box."""
