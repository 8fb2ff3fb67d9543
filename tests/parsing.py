"""Texts through the parser with all dialects, as articles are read."""

import re

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import link_targets, parser
from almanac_kb.markdown.constructs import Parsed
from almanac_kb.markdown.dialects import docusaurus, hugo, jekyll, obsidian, sites
from almanac_kb.markdown.link_index import LinkIndex

DIALECTS = (*parser.STANDARD, hugo.rules, jekyll.rules, docusaurus.rules, sites.rules, obsidian.rules, link_targets.rules)
CHECKED = 'checked="checked" '
HEADER_LINK = re.compile(r'<a class="headerlink"[^>]*>&para;</a>')


def parsed(text: str, here: str = "a.md") -> Parsed:
    """The tokens and diagnostics of a text."""
    return parser.parse(text, here=SourcePath(here), index=LinkIndex(), dialects=DIALECTS)


def shown(text: str, here: str = "a.md") -> str:
    """The HTML of a text on one line, without the links at headings."""
    written = HEADER_LINK.sub("", parser.render(parsed(text, here))).replace(" />", ">")
    return re.sub(r"\s*\n\s*", " ", re.sub(r">\s*\n\s*<", "><", written.strip()))


def messages(text: str, here: str = "a.md") -> list[tuple[int, int, str]]:
    """Line, column and message of the diagnostics of a text."""
    return [(note.position.line, note.position.column, note.message) for note in parsed(text, here).diagnostics]


def admonition(name: str, title: str, content: str) -> str:
    """The HTML of an admonition of Material."""
    return f'<div class="admonition {name}"><p class="admonition-title">{title}</p>{content}</div>'


def details(name: str, title: str, content: str) -> str:
    """The HTML of folded details of Material."""
    return f'<details class="{name}"><summary>{title}</summary>{content}</details>'


def tabs(*labelled: tuple[str, str], number: int = 1) -> str:
    """The HTML of content tabs of Material: labels and contents."""
    inputs = "".join(
        f'<input {CHECKED * (index == 1)}id="__tabbed_{number}_{index}" name="__tabbed_{number}" type="radio">'
        for index in range(1, len(labelled) + 1)
    )
    labels = "".join(f'<label for="__tabbed_{number}_{index}">{label}</label>' for index, (label, _) in enumerate(labelled, 1))
    blocks = "".join(f'<div class="tabbed-block">{content}</div>' for _, content in labelled)
    return (
        f'<div class="tabbed-set tabbed-alternate" data-tabs="{number}:{len(labelled)}">{inputs}<div class="tabbed-labels">{labels}</div>'
        f'<div class="tabbed-content">{blocks}</div></div>'
    )


def code(content: str, title: str = "") -> str:
    """The HTML of code in a language without colours."""
    name = f'<span class="filename">{title}</span>' if title else ""
    return f'<div class="highlight">{name}<pre><span></span><code>{content} </code></pre></div>'
