"""Marked stretches: where a tag of some dialect opens or closes a block, a line of its own that the layout understands."""

import re

from almanac_kb.body.box import CLOSE, OPEN
from almanac_kb.body.text import Edit

LEAD = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)?")

REACH = 200
"""How far a line is looked at on either side of a tag."""


def opened(markdown: str, start: int, end: int, opening: str) -> Edit:
    """The edit that puts the opening of a box in place of a tag."""
    return _alone(markdown, start, end, OPEN + opening)


def closed(markdown: str, start: int, end: int) -> Edit:
    """The edit that closes the box in place of a tag."""
    return _alone(markdown, start, end, CLOSE)


def _alone(markdown: str, start: int, end: int, line: str) -> Edit:
    """The line in place of a stretch, with line breaks where other text stands beside it."""
    window = max(0, start - REACH)
    first = markdown.rfind("\n", window, start) + 1
    before = markdown[first or window : start]
    after = markdown[end : end + REACH].partition("\n")[0]
    lead = LEAD.match(before)
    prefix = "".join(each if each in " \t>" else " " for each in lead[0]) if lead else ""
    left = "" if before == prefix and before.strip(" \t>") == "" else "\n" + prefix
    return Edit(start, end, left + line + ("\n" + prefix if after.strip() else ""))
