"""Markdown inside HTML blocks, which CommonMark reads below a blank line and Python-Markdown only where it is told to."""

import re
from collections.abc import Iterator

from knowledge.body.ledger import Ledger
from knowledge.body.text import Edit, Text

OPENING = re.compile(
    r"^[ \t>]*<(details|div|section|article|aside|figure|center|main|header|footer|blockquote)\b([^<>\n]*)>[ \t]*"
    r"(?:(?:\n[ \t]*)?<summary>[^\n]{0,1000}</summary>[ \t]*)?\n[ \t>]*$",
    re.MULTILINE | re.IGNORECASE,
)
CLOSING = "</{}>"


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with `markdown` in each opening tag that a blank line and Markdown follow."""
    return text.edited(_edits(text.mask, ledger)) if "<" in text.markdown else text


def _edits(mask: str, ledger: Ledger) -> Iterator[Edit]:
    last = {name: mask.casefold().rfind(CLOSING.format(name)) for name in {found[1].casefold() for found in OPENING.finditer(mask)}}
    for found in OPENING.finditer(mask):
        if "markdown" not in found[2].casefold() and last[found[1].casefold()] > found.end():
            ledger.count("HTML around Markdown")
            yield Edit(found.end(1), found.end(1), ' markdown="1"')
