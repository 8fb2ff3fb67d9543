r"""Where the formulas of LaTeX in a text are: `$x$`, `$$x$$` and those between `\(` and `\)`. Money is none."""

import re
from collections.abc import Iterator

FORMULA = re.compile(
    r"(?<![\\$])\$\$(?!\$)(?P<display>(?:\\[^\0]|[^\\$\0]){1,1000}+)\$\$(?!\$)"
    r"|(?<![\\$\w?&/])\$(?![\s$])(?P<dollars>(?:\\[^\0]|\](?!\()|[^\\$\0\]]){1,1000}+)(?<!\s)\$(?![\d$])"
    r"|(?<![\\\w/])\\\((?:[^\\\0]|\\(?![()\0])){1,1000}+\\\)"
)
"""Dollars as Pandoc reads them: no space inside, no digit behind, and no letter, digit or part of an address before."""
MONEY = re.compile(r"[\d.,]+\w{0,3}[\s,;:)][^\\^_={}]*\Z")
"""Dollars that say what something costs: a number, and words behind it."""


def spans(paragraph: str) -> Iterator[tuple[int, int]]:
    """Where the formulas of a paragraph start and end, in order; code stands in it as NUL."""
    for found in FORMULA.finditer(paragraph) if "$" in paragraph or "\\(" in paragraph else ():
        if not (found["dollars"] and MONEY.match(found["dollars"])):
            yield found.span()
