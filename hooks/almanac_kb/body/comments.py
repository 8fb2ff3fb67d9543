"""Obsidian's comments and block ids, which no reader sees."""

import re
from collections.abc import Iterator

from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text

INLINE = re.compile(r"(?<![%\d])%%(?!%)[^\n%]*(?:%(?!%)[^\n%]*)*+%%")
BLOCK = re.compile(r"^[ \t>]*+(%%(?:(?!%%)[^\n])*+\n(?:(?!%%).)*+%%)", re.MULTILINE | re.DOTALL)
BLOCK_ID = re.compile(r"(?:(?<=\S)[ \t]+|^[ \t>]*?)(\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{2,40})[ \t]*$", re.MULTILINE)


def translate(text: Text, ledger: Ledger) -> Text:
    """The text without its comments and block ids; the lines they stood in stay, blank."""
    if "%%" in text.markdown:
        text = text.edited(_comments(text, ledger))
    return text.edited(_ids(text.mask, ledger)) if "^" in text.markdown else text


def blanked(markdown: str, start: int, end: int) -> Edit:
    """The edit that removes a stretch but leaves its line breaks."""
    return Edit(start, end, "\n" * markdown.count("\n", start, end))


def without(markdown: str, character: str) -> list[Edit]:
    """The edits that remove a character wherever it stands."""
    return [Edit(at, at + 1, "") for at, each in enumerate(markdown) if each == character] if character in markdown else []


def _comments(text: Text, ledger: Ledger) -> Iterator[Edit]:
    over = 0
    blocks = [found.span(1) for found in BLOCK.finditer(text.mask)]
    inline = [found.span() for found in INLINE.finditer(text.mask)]
    for start, end in sorted([*blocks, *inline]):
        if start >= over:
            over = end
            ledger.count("comment")
            yield blanked(text.markdown, start, end)


def _ids(mask: str, ledger: Ledger) -> Iterator[Edit]:
    for found in BLOCK_ID.finditer(mask):
        ledger.count("block id")
        yield Edit(found.start(1), found.end(1), "")
