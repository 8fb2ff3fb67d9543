"""Backslashes: line breaks, and escapes that CommonMark has and Python-Markdown lacks (CommonMark 0.31, sections 2.4 and 6.7)."""

import re
from collections.abc import Iterator

from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text

PAIR = re.compile(r"</?[A-Za-z][^<>]*>|\\(?:\n(?=[ \t>]*+[^\s>])|[^\n])")
"""An HTML tag, in which a backslash is a backslash; or a backslash and what it escapes."""
PLAIN = {'"': '"', "'": "'", "@": "@", "/": "/", "?": "?", "%": "%", ",": ",", ":": ":", ";": ";", "<": "&lt;", "$": "&#36;", "&": "&amp;"}
"""What stands for an escaped character."""


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with a line break, or the character, for each backslash outside code that Python-Markdown would print."""
    return text.edited(_edits(text.mask, ledger)) if "\\" in text.markdown else text


def _edits(mask: str, ledger: Ledger) -> Iterator[Edit]:
    for found in PAIR.finditer(mask):
        escaped = found[0][1] if found[0][0] == "\\" else ""
        if escaped == "\n":
            ledger.count("line break")
            yield Edit(found.start(), found.end(), "  \n")
        elif escaped in PLAIN:
            ledger.count("escape")
            yield Edit(found.start(), found.end(), PLAIN[escaped])
