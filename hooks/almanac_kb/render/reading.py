"""Additions to a text on its page: links from terms to the glossary, images that enlarge, tables that sort, letters of a glossary."""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import UrlPath
from almanac_kb.render import images, linker
from almanac_kb.render.environment import GlossaryTerm

REST = r"(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+"
PART = re.compile(
    rf"<(?P<close>/?)(?P<tag>a|button|label|summary|h[1-6])(?=[\s>]){REST}>"
    rf"|<abbr title=\"(?P<title>[^\"]*+)\">(?P<term>[^<]*+)</abbr>|(?P<image><img\s{REST}>)"
)
"""An element that may not contain another link, an explained term, or an image."""
PICTURE = rf"(?P<picture>(?:<a\s{REST}>)?<img\s{REST}>(?:</a>)?)"
CAPTION = r"<em>(?P<caption>(?:(?!</?(?:em|p)[\s>]).)*+)</em>"
CAPTIONED = re.compile(rf"<p>{PICTURE}(?:\s*+(?:<br\s*/?>\s*+)?|</p>\s*+<p>){CAPTION}</p>", re.DOTALL)
"""An image followed, in the same or the next paragraph, by nothing but emphasised text: its caption."""
TABLE = re.compile(r"<table(?: class=\"([^\"]*)\")?>")
TERM = re.compile(r"<dt id=\"([^\"]+)\">(.*?)</dt>", re.DOTALL)
TAGS = re.compile(rf"</?[a-z]{REST}>")
ENLARGED = 320
"""Width in pixels from which an image can be enlarged."""
DRAWN = 560
"""Width in pixels from which a drawing keeps its width on a phone and scrolls: smaller, its words can't be read."""
FEWEST_TERMS = 12
"""Number of terms from which a glossary has letters to jump to."""
SORTABLE = "sortable"
"""The class of a table that its author wants to be sortable."""


class Letter(NamedTuple):
    """A letter above an alphabetical list."""

    letter: str
    anchor: str
    """The id of the first entry below it."""


@dataclass(frozen=True)
class ReadingAids:
    """The additions of pages to their texts on this site."""

    glossary: UrlPath | None = None
    """The URL path of the glossary; None where there is none."""
    anchors: Mapping[str, str] = field(default_factory=dict)
    """The id of each term in the glossary, by the explanation of the term."""
    sorts_tables: bool = False
    """Whether all tables are sortable, not only those of the class `sortable`."""


def of_site(entries: Iterable[GlossaryTerm], glossary: UrlPath | None, *, sorts_tables: bool = False) -> ReadingAids:
    """The additions on a site with these glossary entries and the glossary's URL path."""
    return ReadingAids(glossary, {entry.short: entry.anchor for entry in entries}, sorts_tables)


def for_readers(text: str, page: UrlPath, reading: ReadingAids, messages: Messages) -> str:
    """The HTML of a text on the page at a URL path, with all additions; each is a link, or works without scripts."""
    depth = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal depth
        if match["tag"]:
            depth += -1 if match["close"] else 1
            return match[0]
        if depth > 0:
            return match[0]
        return _enlarging(match[0], messages) if match["image"] else _term(match, page, reading)

    text = TERM.sub(partial(_anchored, messages), text) if page == reading.glossary else text
    if "<img" in text or "<abbr" in text:
        text = CAPTIONED.sub(r"<figure>\g<picture><figcaption>\g<caption></figcaption></figure>", PART.sub(replaced, text))
    return TABLE.sub(partial(_table, reading), text) if "<table" in text else text


def _term(match: re.Match[str], page: UrlPath, reading: ReadingAids) -> str:
    anchor = reading.anchors.get(html.unescape(match["title"]))
    if anchor is None or reading.glossary is None:
        return match[0]
    way = "" if page == reading.glossary else linker.relative_url(reading.glossary, page)
    return f'<a class="kb-term" href="{html.escape(way)}#{html.escape(anchor)}">{match[0]}</a>'


def _anchored(messages: Messages, match: re.Match[str]) -> str:
    name = html.escape(messages.gettext("Permanent link"))
    return f'<dt id="{match[1]}">{match[2]}<a class="headerlink" href="#{match[1]}" title="{name}">&para;</a></dt>'


def _enlarging(image: str, messages: Messages) -> str:
    """The tag of an image, in a link to the image file where it is known to be large enough to be enlarged."""
    found = {each[1].lower(): each[each.lastindex or 1] for each in images.ATTRIBUTE.finditer(image, len(images.START))}
    width = int(found["width"]) if found.get("width", "").isdecimal() else 0
    source = found.get("src", "")
    if not source or source.startswith("data:") or width < ENLARGED or re.search(r"emoji|off-glb", found.get("class", "")):
        return image
    words = html.escape(messages.gettext("Enlarge the picture"))
    name = "" if found.get("alt") else f' aria-label="{words}"'
    drawing = re.search(r"\.svg(?:#|$)", source) and width >= DRAWN
    kind = "kb-figure kb-figure--drawing" if drawing else "kb-figure"
    return f'<a class="{kind}" href="{source}"{name}>{image}</a>'


def _table(reading: ReadingAids, match: re.Match[str]) -> str:
    """The opening tag of a table; a sortable one has an attribute for it, since the theme styles only tables without a class."""
    classes = (match[1] or "").split()
    if not reading.sorts_tables and SORTABLE not in classes:
        return match[0]
    kept = " ".join(each for each in classes if each != SORTABLE)
    named = f' class="{kept}"' if kept else ""
    return f"<table{named} data-sortable>"


def letters_of_terms(text: str) -> tuple[Letter, ...]:
    """The letters of a glossary, each with its first term; none where it has few terms or is not in alphabetical order."""
    terms = [(match[1], html.unescape(TAGS.sub("", match[2])).strip()) for match in TERM.finditer(text)]
    if len(terms) < FEWEST_TERMS:
        return ()
    found = letters((anchor, initial(term)) for anchor, term in terms)
    names = [each.letter for each in found]
    return found if len(set(names)) == len(names) else ()


def letters(entries: Iterable[tuple[str, str]]) -> tuple[Letter, ...]:
    """A letter for each sequence of entries with the same initial, from their ids and initials."""
    found: list[Letter] = []
    for anchor, letter in entries:
        if not found or found[-1].letter != letter:
            found.append(Letter(letter, anchor))
    return tuple(found)


def initial(title: str) -> str:
    """The letter under which a title is listed: its first letter without accents; `#` for digits and symbols."""
    first = next((character for character in title if character.isalnum()), "#")
    base = first if not first.isalpha() else _plain(first)
    return base.upper()[:1] if base.isalpha() else "#"


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]
