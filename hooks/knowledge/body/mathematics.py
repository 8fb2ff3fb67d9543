"""Formulas that `pymdownx.arithmatex` reads otherwise than their authors meant, and dollars that are money."""

import re
from collections.abc import Iterator

from knowledge.body.ledger import Ledger
from knowledge.body.text import Edit, Text

HIDDEN = re.compile(r"\0+")
ALONE = re.compile(r"[ \t>]*\Z")
DOLLAR = re.compile(r"(?:https?://|www\.)\S+|</?[A-Za-z][^<>]*>|\]\([^()\n]*\)|(?<!\\)\$(?=[^\s\0])")
"""A dollar that arithmatex may take for the start of a formula; and addresses and tags, where it stays."""


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with `$$x$$` in a line as a formula in display style, and with each dollar outside formulas as a dollar."""
    return text.edited(_edits(text.markdown, text.mask, ledger)) if "$" in text.markdown else text


def _edits(markdown: str, mask: str, ledger: Ledger) -> Iterator[Edit]:
    for found in HIDDEN.finditer(mask):
        written = markdown[found.start() : found.end()]
        if len(written) > 4 and written.startswith("$$") and written.endswith("$$") and not _alone(markdown, *found.span()):
            ledger.count("formula")
            yield Edit(found.start(), found.end(), f"\\(\\displaystyle {written[2:-2].strip()}\\)")
    money = DOLLAR.finditer(mask) if markdown.count("$") > 1 else ()
    yield from (Edit(found.start(), found.end(), "&#36;") for found in money if found[0] == "$")


def _alone(markdown: str, start: int, end: int) -> bool:
    """Whether nothing else stands in the line."""
    line = markdown.rfind("\n", 0, start) + 1
    return bool(ALONE.match(markdown[line:start])) and not markdown[end : end + 2].partition("\n")[0].strip()
