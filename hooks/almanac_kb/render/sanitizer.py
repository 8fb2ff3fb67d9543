"""The sanitizer: one walk over the HTML that balances and bounds it, then an allow-list (nh3), and a report of what was removed."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from html.entities import html5
from itertools import islice
from typing import NamedTuple

import nh3

from almanac_kb.core import text as core_text
from almanac_kb.core.urls import NO_HOSTS, Hosts
from almanac_kb.render.allowed_html import (
    ALIGNMENT,
    ATTRIBUTES,
    EMOJI,
    ENTITIES,
    FETCHED,
    FORMATTING,
    FRAMES,
    ICONS,
    IMPLIED,
    LEAVES,
    PARTS,
    PLAYERS,
    SCHEMES,
    TABLE,
    TABLE_PARTS,
    TAGS,
    THEME_CLASS,
    UNSEEN,
    VALUES,
    VOID,
    WITHIN,
)

DEPTH = 500
"""Most levels of nested elements; browsers stop at 512."""
NESTED = 2
"""Most levels of nested inline elements in HTML that is passed on unchanged."""
FORMATTING_DEPTH = 8
"""Most levels of elements that browsers reopen after a block (`<b>`, `<a>`): each unclosed one multiplies what follows."""
ATTRIBUTES_READ = 50
"""Most attributes of an element that are read."""
SPOKEN = frozenset({"alt", "aria-label", "label", "title"})
"""Attributes that readers see or hear as text."""
VALUE_LENGTH = 50_000
"""Longest value of an attribute, in characters."""
RUN = 1000
"""Most `&` in a text node, since nh3 takes quadratic time for them. An empty comment, which nh3 removes, splits the node."""
REMEMBERED = 500
"""Size of the caches of tags and attributes: most occur again and again in all texts."""
REPORTS = 100
"""Most different removals that are reported."""


TAG = re.compile(
    r"<(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+|))?+)*+)(?P<tail>[\s/]*+)(?P<end>>)?"
)
ATTRIBUTE = re.compile(r"([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"'][^\s>]*+)|))?+")
ENTITY = re.compile(r"&(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|([a-zA-Z][a-zA-Z0-9]*+(?:;|(?!=))))")
AMPERSAND = re.compile(r"&(?![a-zA-Z#])")
SPECIAL = re.compile(r"[&<\u00a0]")
WRITTEN = re.compile(r"<[^>]*>")
"""A tag as the first step writes it: `<` occurs only in tags, and `>` only at their end."""
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
HOST = re.compile(r"(?:https?:)?//([a-z0-9.-]+)(?::[0-9]+)?(?:[/?#]|$)")


@dataclass(frozen=True)
class Sanitized:
    """The HTML of an article, made safe."""

    html: str
    """Balanced HTML that runs nothing, and fetches nothing from hosts other than those that were named."""
    removed: tuple[str, ...]
    """The content that was removed, each kind once: `<script>`, `onclick of <a>`, `javascript: link "text"`."""


def sanitize(html: str, hosts: Hosts = NO_HOSTS) -> Sanitized:
    """The HTML without anything that could run, deceive or fetch; images, media and frames may come from `hosts`."""
    rewriter = _Rewriter(hosts)
    calm = rewriter.rewrite(_without_comments(html.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")))
    safe = CLEANER.clean(calm)
    return Sanitized(safe, _summed([*rewriter.removed, *_lost(calm, safe)]))


@lru_cache(REMEMBERED)
def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(word for word in value.split() if not THEME_CLASS.match(word)) or None
    if name == "poster" and _scheme(value):
        return None
    if name in {"href", "src"} and _scheme(value) not in SCHEMES | {"", "//"}:
        return None
    return value if name not in VALUES or VALUES[name].fullmatch(value) else None


CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=UNSEEN - TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_kept,
    url_schemes=SCHEMES,
    link_rel=None,
)


class _HtmlTag(NamedTuple):
    """A parsed tag, with everything that is known of it without its context."""

    name: str
    """Its name, in lower case."""
    attributes: dict[str, str]
    """The values of its attributes, with entities resolved."""
    written: str
    """The tag as it is written to the output."""
    address: str
    """The URL that its element fetches, or empty."""
    ends: tuple[tuple[frozenset[str], frozenset[str]], ...]
    """The elements that end where it starts, and those that must not be between, as in `IMPLIED`."""
    slash: bool
    """Whether it is self-closing."""


class _Rewriter:
    """Rewrites HTML such that all parsers read it alike: lower-case names, quoted values, each element closed within its parent."""

    def __init__(self, hosts: Hosts) -> None:
        self.removed: list[str] = []
        self._hosts = hosts
        self._written: list[str] = []
        self._open: list[str] = []
        self._starts: list[int] = []
        self._endless: set[str] = set()

    def rewrite(self, html: str) -> str:
        position = 0
        while match := TAG.search(html, position):
            if not match["end"]:
                break
            if position < match.start():
                self._text(html[position : match.start()])
            if calm := self._calm(html, match.start()):
                self._written.append(calm[0])
                position = calm.end()
                continue
            position = match.end()
            if match["slash"]:
                self._close(match["name"].lower())
                continue
            tag = _read(match[0])
            self._start(tag)
            if tag.name in UNSEEN:
                position = self._end_of(tag.name, html, position)
        self._text(html[position:])
        self._close_above(0)
        return "".join(self._written)

    def _text(self, text: str) -> None:
        self._written.append(_text_nodes(text) if SPECIAL.search(text) else text)

    def _start(self, tag: _HtmlTag) -> None:
        for ended, within in tag.ends:
            self._end(ended, within)
        name = tag.name
        if name not in TABLE_PARTS and self._open and self._open[-1] in TABLE:
            self.removed.append(f"<{name}> of a table outside its cells")
        elif name in FETCHED and not self._admitted(name, tag.address):
            self._link(name, tag.attributes, tag.address)
        elif name not in TAGS or not self._in_place(name, tag.attributes):
            self.removed.append(f"<{name}>")
        elif self._too_deep(name):
            self.removed.append(f"<{name}> nested too deep")
        else:
            self._write(tag)

    def _calm(self, html: str, start: int) -> re.Match[str] | None:
        """The HTML at a tag that can be passed on unchanged in this context; None for none."""
        inside = self._open[-1] if self._open else ""
        if len(self._open) >= FORMATTING_DEPTH - NESTED:
            return None
        if inside in TABLE or inside in WITHIN:
            return PARTS[WITHIN[inside]].match(html, start) if inside in WITHIN else None
        blocks = PARTS[""].match(html, start) if "p" not in self._open else None
        return blocks or LEAVES.match(html, start)

    def _end(self, ended: frozenset[str], within: frozenset[str]) -> None:
        if not ended.isdisjoint(self._open):
            depth = next(index for index in range(len(self._open) - 1, -1, -1) if self._open[index] in ended | within)
            if self._open[depth] in ended:
                self._close_above(depth)

    def _in_place(self, name: str, attributes: dict[str, str]) -> bool:
        if name in {"source", "track"}:
            return bool(self._open) and self._open[-1] in PLAYERS
        return name != "input" or _made_by_markdown(attributes)

    def _write(self, tag: _HtmlTag) -> None:
        self._written.append(tag.written)
        if tag.name == "iframe" or (tag.slash and tag.name in ICONS):
            self._written.append(f"</{tag.name}>")
        elif tag.name not in VOID:
            self._open.append(tag.name)
            self._starts.append(len(self._written) - 1)

    def _close(self, name: str) -> None:
        if name in self._open:
            self._close_above(len(self._open) - 1 - self._open[::-1].index(name))

    def _close_above(self, depth: int) -> None:
        self._written += [f"</{name}>" for name in reversed(self._open[depth:]) if name]
        del self._open[depth:], self._starts[depth:]

    def _too_deep(self, name: str) -> bool:
        if name in FORMATTING and sum(each in FORMATTING for each in self._open) >= FORMATTING_DEPTH:
            return True
        return len(self._open) >= DEPTH

    def _admitted(self, name: str, address: str) -> bool:
        scheme, hosts = _scheme(address), self._hosts.of_element(name)
        if name in FRAMES:
            return name == "iframe" and scheme == "https" and _host(address) in hosts
        return not scheme or (scheme in {"http", "https", "//"} and _host(address) in hosts)

    def _link(self, name: str, attributes: dict[str, str], address: str) -> None:
        if name == "img" and EMOJI.search(attributes.get("class", "")):
            self._text(attributes.get("alt", ""))
            return
        words = attributes.get("alt") or attributes.get("title") or attributes.get("aria-label") or ""
        self.removed.append(_named(name, words, address))
        link = escape(words or address)
        if _scheme(address) in {"", "//", "http", "https"} and address and "a" not in self._open:
            link = f'<a href="{escape(address)}">{link}</a>'
        if name in {"source", "track"} and self._open and self._open[-1] in PLAYERS:
            self._written[self._starts[-1]] = link
            self._open[-1] = ""
        else:
            self._written.append(link)

    def _end_of(self, name: str, html: str, position: int) -> int:
        end = None if name in self._endless else re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, position)
        if end is None:
            self._endless.add(name)
        return end.start() if end else position


@lru_cache(REMEMBERED)
def _read(text: str) -> _HtmlTag:
    name, attributes, tail = _parts(text)
    if name == "a" and "name" in attributes and not VALUES["name"].fullmatch(attributes["name"]):
        attributes.setdefault("id", attributes.pop("name"))
        attributes.pop("name", None)
    address = attributes.get(FRAMES.get(name, "src"), "")
    ends = tuple((ended, within) for ended, within, starting in IMPLIED if name in starting)
    return _HtmlTag(name, attributes, _opening(name, attributes), address, ends, "/" in tail)


def _opening(name: str, attributes: dict[str, str]) -> str:
    alignment = ALIGNMENT.fullmatch(attributes.get("style", "")) if name in {"td", "th"} else None
    if alignment:
        attributes = {**attributes, "align": alignment[1]}
        del attributes["style"]
    if name == "a" and "title" in attributes and _scheme(attributes.get("href", "")) not in SCHEMES | {"", "//"}:
        attributes = {key: value for key, value in attributes.items() if key != "title"}
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"


def _text_nodes(text: str) -> str:
    """A text as HTML, in nodes that are short enough for nh3."""
    pieces = AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace("\u00a0", "&nbsp;").split("&")
    runs = ["&".join(pieces[start : start + RUN]) for start in range(0, len(pieces), RUN)]
    return "<!---->&".join(runs)


def _made_by_markdown(attributes: dict[str, str]) -> bool:
    kind, name = attributes.get("type", ""), attributes.get("name", "")
    return (kind == "radio" and bool(VALUES["name"].fullmatch(name))) or (kind == "checkbox" and not name)


def _named(tag: str, words: str, address: str) -> str:
    kind = {"img": "image", "source": "media", "track": "media"}.get(tag, "frame" if tag in FRAMES else tag)
    text = f' "{_shown(words)}"' if words else ""
    scheme = _scheme(address)
    if scheme not in {"", "//", "http", "https"}:
        return f"{scheme}: {kind}{text}"
    return f"{kind} from {_host(address) or _shown(address) or 'nowhere'}{text}"


def _scheme(address: str) -> str:
    """The scheme as browsers read it; `//` for a URL of another host without one, empty for a URL of this site.

    Spaces in it are ignored: Markdown turns tabs, which browsers ignore, into spaces.
    """
    plain = _as_browsers_read(address).replace(" ", "")
    match = SCHEME.match(plain)
    return match[1] if match else "//" * plain.startswith("//")


def _host(address: str) -> str:
    match = HOST.match(_as_browsers_read(address))
    return match[1] if match else ""


def _as_browsers_read(address: str) -> str:
    return re.sub(r"[\t\n\r]", "", address).strip("".join(map(chr, range(33)))).replace("\\", "/").lower()


def _without_comments(html: str) -> str:
    kept, position = [], 0
    while (start := html.find("<!--", position)) >= 0 and (end := html.find("-->", start)) >= 0:
        kept.append(html[position:start])
        position = end + 3
    return "".join(kept) + html[position:]


def _parts(text: str) -> tuple[str, dict[str, str], str]:
    """The name of a tag, its attributes, and the text after the tag."""
    match = TAG.match(text)
    return (match["name"].lower(), _attributes(match["attributes"]), match["tail"]) if match else ("", {}, "")


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in islice(ATTRIBUTE.finditer(text), ATTRIBUTES_READ):
        value = match[2] or match[3] or match[4] or ""
        name, plain = match[1].lower(), ENTITY.sub(_character, value[:VALUE_LENGTH])
        found.setdefault(name, core_text.without_comments(plain) if name in SPOKEN else plain)
    return found


def _character(match: re.Match[str]) -> str:
    return html5.get(match[1], match[0]) if match[1] else unescape(match[0])


def _lost(before: str, after: str) -> Iterator[str]:
    """Returns the written tags that are missing in the result, where the two differ."""
    if _without_entities(before) == _without_entities(after) or WRITTEN.findall(before) == WRITTEN.findall(after):
        return
    features = lru_cache(REMEMBERED)(_features)
    left = Counter(feature for tag in TAG.finditer(after) if not tag["slash"] for feature in features(tag[0]))
    for tag in TAG.finditer(before):
        for feature in () if tag["slash"] else features(tag[0]):
            left[feature] -= 1
            if left[feature] < 0:
                yield _told(*feature, before[tag.end() : tag.end() + 300])


def _without_entities(html: str) -> str:
    """The HTML with the characters that nh3 writes without entities, so that unchanged texts compare as equal."""
    for entity, character in ENTITIES:
        html = html.replace(entity, character)
    return html


def _features(text: str) -> tuple[tuple[str, str, str], ...]:
    name, attributes, _ = _parts(text)
    return (name, "", ""), *((name, key, value) for key, value in attributes.items())


def _told(tag: str, attribute: str, value: str, following: str) -> str:
    if not attribute:
        return f"<{tag}>"
    if attribute == "href":
        text = re.sub(r"<[^<>]*>", "", following.partition("</a>")[0])
        return f'{_scheme(value)}: link "{_shown(unescape(text))}"'
    if attribute == "class":
        return f'class "{_shown(" ".join(filter(THEME_CLASS.match, value.split())))}" of <{tag}>'
    if attribute in {"id", "for", "name"}:
        return f'{attribute} "{_shown(value)}" of <{tag}>'
    return f"{_shown(attribute)} of <{tag}>"


def _shown(text: str) -> str:
    return core_text.shorten(" ".join(text.split()), 60)


def _summed(removed: list[str]) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(removed))
    return kinds if len(kinds) <= REPORTS else (*kinds[:REPORTS], f"and {len(kinds) - REPORTS} more")
