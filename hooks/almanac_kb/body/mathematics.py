"""Formulas that `pymdownx.arithmatex` reads otherwise than their authors meant, and dollars that are money."""

import re
from collections.abc import Iterator

from almanac_kb.body import html
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text

HIDDEN = re.compile(r"\0+")
ALONE = re.compile(r"[ \t>]*\Z")
DOLLAR = re.compile(
    r"\]: \S+|</?[A-Za-z][^<>]*>|(?P<target>\]\([^()\n\0]*\))|(?P<address>https?://[^\s<>()\0]*[\w/$=])|(?P<money>(?<!\\)\$(?=[^\s\0]))"
)
"""A dollar that arithmatex may take for the start of a formula: outside of tags and definitions, where it does not look."""


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with `$$x$$` in a line as a formula in display style, and with each dollar outside formulas as a dollar."""
    return text.edited(_edits(text.markdown, text.mask, ledger)) if "$" in text.markdown else text


def _edits(markdown: str, mask: str, ledger: Ledger) -> Iterator[Edit]:
    for found in HIDDEN.finditer(mask):
        written = markdown[found.start() : found.end()]
        if len(written) > 4 and written.startswith("$$") and written.endswith("$$") and not _alone(markdown, *found.span()):
            ledger.count("formula")
            yield Edit(found.start(), found.end(), f"\\(\\displaystyle {written[2:-2].strip()}\\)")
    for found in DOLLAR.finditer(mask) if markdown.count("$") > 1 else ():
        if "$" in found[0] and found.lastgroup:
            yield Edit(found.start(), found.end(), html.shown(found[0]) if found["address"] else found[0].replace("$", "&#36;"))


def _alone(markdown: str, start: int, end: int) -> bool:
    """Whether nothing else stands in the line."""
    line = markdown.rfind("\n", 0, start) + 1
    return bool(ALONE.match(markdown[line:start])) and not markdown[end : end + 2].partition("\n")[0].strip()
