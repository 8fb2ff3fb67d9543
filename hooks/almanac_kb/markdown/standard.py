"""The rules that all articles are read with, and what a text says of itself before the other files of the site are known."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import components, link_targets, parser
from almanac_kb.markdown.dialects import docusaurus, github, hugo, jekyll, material, obsidian, sites
from almanac_kb.markdown.excerpt import Excerpt, description, spoken, title
from almanac_kb.markdown.link_index import LinkIndex
from almanac_kb.markdown.rules import Plugin

FAMILIES = (material, obsidian, github, hugo, jekyll, docusaurus, sites)
DIALECTS: tuple[Plugin, ...] = (*parser.STANDARD, components.rules, *(family.rules for family in FAMILIES), link_targets.rules)
"""The rules of the parser, in the order in which they are tried."""
FIRST, MOST = 60, 2000
"""Lines in which a title and a description are looked for first, and at most."""
LENGTH = 60_000
"""Characters in which they are looked for at most."""
UNFINISHED = re.compile(r"%%|<!--|\{/\*|\{%|\{\{|^[ ]{0,3}(?:```|~~~|/{3}|:::)", re.MULTILINE)
"""Starts of what may end behind the first lines."""
HEADING = re.compile(r"^ {0,3}(?:#[ \t]|=+[ \t]*$)", re.MULTILINE)
"""What may be a heading of the first level."""
MARKED = re.compile(r"[\\`*_~=\[\]<>&^{}!$|:]")
EMPTY = LinkIndex()


def summarize(body: str, here: SourcePath) -> Excerpt:
    """Title and description of a text from its first lines; the rest of the excerpt is empty. Wikilinks are shown by their words."""
    lines = body[:LENGTH].split("\n", MOST)[:MOST]
    head, rest = "\n".join(lines[:FIRST]), "\n".join(lines[FIRST:])
    if rest and not UNFINISHED.search(head):
        found = _summary(head.rpartition("\n\n")[0] or head, here)
        if found.description and (found.title or not HEADING.search(rest)):
            return found
    return _summary("\n".join(lines), here)


def plain_line(line: str) -> str:
    """A line that was meant as plain text, such as a description in a header, without the signs of links, code and emphasis."""
    if not MARKED.search(line):
        return line.strip()
    tokens = parser.parse(line, here=SourcePath(""), index=EMPTY, dialects=(*parser.STANDARD, obsidian.rules)).tokens
    words = (spoken(_tags_as_text(token.children)) for token in tokens if token.type == "inline")
    return " ".join(words).strip() or line.strip()


def _tags_as_text(tokens: Sequence[Token] | None) -> list[Token]:
    """Inline tokens in which what looks like a tag is text, as in `R&D <c>`."""
    return [token.copy(type="text") if token.type == "html_inline" else token for token in tokens or ()]


def _summary(text: str, here: SourcePath) -> Excerpt:
    tokens = parser.parse(text, here=here, index=EMPTY, dialects=DIALECTS).tokens
    return Excerpt(title(tokens), description(tokens))
