"""Tags in the text (`#backups`, `#health/ai`), as the vaults of Obsidian and Logseq have them: found, and made links to their pages."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from almanac_kb.body import headings, resolve
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.scan import Kind, Line
from almanac_kb.body.text import Edit, Text
from almanac_kb.core import text as core_text

KEY = "hashtags"
"""What the vault has where words behind `#` are tags."""
WORD = re.compile(
    r"%%(?!%)(?:(?!%%).)*+%%|<!--(?:(?!-->|<!--).)*+-->|\{\{(?:(?!\}\}|\{\{).)*+\}\}|\{%(?:(?!%\}|\{%).)*+%\}|(?:https?://|www\.)\S+"
    r"|!?\[(?:[^\[\]\n]|\[[^\[\]\n]*+\])*+\](?:\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)|\[[^\]\n]*+\]|:[ \t][^\n]*+)"
    r"|!?\[\[[^\[\]\n]*+\]\]|</?[A-Za-z][^<>]*+>|\{[:#.][^{}\n]*+\}|\x02[^\n]*+"
    r"|(?<![^\s(,;\"'*>])#(?P<name>(?=[\w/-]*[^\W\d_])\w(?:[\w/-]{0,98}\w)?)(?![\w/-])",
    re.DOTALL,
)
"""A tag, or what holds no tags: comments, templates, addresses, links, HTML."""
NAMED = re.compile(r"#(?=[\w/-]*[^\W\d_])\w")
"""Where there may be a tag."""


class Hashtag(NamedTuple):
    """A tag in a text."""

    start: int
    """Where its `#` stands."""
    end: int
    name: str


def find(text: Text) -> Iterator[Hashtag]:
    """The tags of a text in their order, outside code, formulas, headings, links, addresses and HTML."""
    if NAMED.search(text.markdown):
        for start, end in _passages(text.scanned):
            found = (each for each in WORD.finditer(text.mask, start, end) if each["name"])
            yield from (Hashtag(each.start(), each.end(), each["name"]) for each in found)


def _passages(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """The stretches between headings."""
    start = 0
    for index, line in enumerate(lines):
        if line.kind in (Kind.HEADING, Kind.UNDERLINE):
            above = headings.paragraph(lines, index) if line.kind is Kind.UNDERLINE else ()
            yield start, (*above, line)[0].start
            start = line.end
    yield start, lines[-1].end


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with each tag that has a page as a link to it, where the site counts the tags in texts."""
    return text.edited(_edits(text, ledger)) if "#" in text.markdown and ledger.ask(KEY) else text


def _edits(text: Text, ledger: Ledger) -> Iterator[Edit]:
    for tag in find(text):
        page = ledger.ask(f"tag:{core_text.tag_key(tag.name)}")
        if page:
            ledger.count("hashtag")
            yield Edit(tag.start, tag.end, f"[#{tag.name}]({resolve.relative(ledger.vault.here, page[0])})")
