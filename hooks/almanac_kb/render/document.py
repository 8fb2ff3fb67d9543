"""Document: a compiled text, in whose HTML links are still source paths; what is derived from it; the files that other files use."""

import html
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import accumulate, islice
from typing import Any

from almanac_kb.core import cache
from almanac_kb.core.diagnostics import LocalDiagnostic, Severity
from almanac_kb.core.packed_text import NO_TEXT, PackedText, pack_text
from almanac_kb.core.paths import SourcePath, literal_path
from almanac_kb.markdown import excerpt
from almanac_kb.markdown.link_index import is_elsewhere, written_path
from almanac_kb.render.images import ImageTag

LIST_ITEM = re.compile(r"<(/?)li[\s>]")
ID = re.compile(r"<[a-zA-Z][^<>]*?\sid=\"([^\"]*)\"")
"""An id as the sanitizer and the renderers write it."""
FORMULA = 'class="arithmatex"'
"""The marks of formulas for the script that draws them."""
DIAGRAM = re.compile(r'<pre\b[^>]*\sclass=(?:"(?:[^"]*\s)?mermaid(?=[\s"])|mermaid(?=[\s>]))', re.IGNORECASE)
"""A block that the theme draws with Mermaid; its class may be one of several."""
VENDOR = "assets/vendor"
"""The folder of the scripts that draw formulas and diagrams."""


@dataclass(frozen=True)
class Figures:
    """Whether a page, or a site, has formulas and diagrams, which scripts draw in the browser."""

    formulas: bool = False
    diagrams: bool = False

    def __or__(self, other: "Figures") -> "Figures":
        """Returns the union of both."""
        return Figures(self.formulas or other.formulas, self.diagrams or other.diagrams)


def figures(html: str) -> Figures:
    """The formulas and diagrams that a browser has to draw in the HTML of a page."""
    return Figures(FORMULA in html, DIAGRAM.search(html) is not None)


def is_unused_script(path: str, drawn: Figures) -> bool:
    """Whether a file of the theme is unused on a site whose pages draw only what `drawn` says."""
    folders = {"katex": drawn.formulas, "mermaid": drawn.diagrams, "manifest.json": drawn.formulas or drawn.diagrams}
    scripts = {"assets/formulas.js": drawn.formulas, "assets/diagrams.js": drawn.diagrams}
    return not scripts.get(path, folders.get(path.removeprefix(f"{VENDOR}/").partition("/")[0], True))


@dataclass(frozen=True, slots=True)
class Link:
    """The value of an `href`, `src` or `poster` in the HTML, by start and end offset."""

    start: int
    end: int
    url: str
    """The URL as it is written there, without character references."""
    target: SourcePath | None = None
    """The file of the site that it means; None for other targets."""


@dataclass(frozen=True)
class Document:
    """A compiled text. It depends on the text, the environment and the values in `lookups` only."""

    source: SourcePath
    html: PackedText = NO_TEXT
    links: tuple[Link, ...] = ()
    """In the order of their offsets."""
    images: tuple[ImageTag, ...] = ()
    """The `<img>` tags of the HTML, in order."""
    toc: tuple[dict[str, Any], ...] = ()
    """The table of contents in the form of MkDocs' `get_toc`: level, id, name, children."""
    text: PackedText = NO_TEXT
    """The whole text as readers see it, as plain text."""
    words: int = 0
    """The number of words of that text; ideographs count by the time it takes to read them."""
    ids: tuple[str, ...] = ()
    """The ids in the HTML, to which links may lead, sorted."""
    features: Figures = Figures()
    """The formulas and diagrams in it, which scripts have to draw."""
    citations: tuple[str, ...] = ()
    """The keys of the references that it cites, in the order of their numbers."""
    diagnostics: tuple[LocalDiagnostic, ...] = ()
    """Messages for the author, with positions in the text."""
    demoted: tuple[int, ...] = ()
    """Lines, from 1, of headings that are demoted from level 1 to 2."""
    deferred: tuple[LocalDiagnostic, ...] = ()
    """Messages that the checks of the built site report."""
    counts: dict[str, int] = field(default_factory=dict)
    """The number of uses of each construct, by name."""
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys looked up in the link index, with the source paths found, and `snippet:` keys with digests of texts."""
    renderer: str = "commonmark"
    """The renderer that read the text: `commonmark` or `python-markdown`."""
    digest: str = ""
    """The digest of everything above, which the cache keys of pages contain in place of the HTML; empty where it was not made."""

    @property
    def headings(self) -> Iterator[str]:
        """The plain texts of the headings in its table of contents."""
        entries = [*self.toc]
        while entries:
            entry = entries.pop()
            entries += entry["children"]
            yield html.unescape(entry["name"])

    @property
    def uses(self) -> frozenset[SourcePath]:
        """The files of the site that the text links to or shows."""
        return frozenset(link.target for link in self.links if link.target is not None)

    @property
    def listed(self) -> frozenset[SourcePath]:
        """The files of the site to which lists in the text link, as a table of contents does."""
        tags = list(LIST_ITEM.finditer(self.html.text))
        depth = list(accumulate((-1 if match[1] else 1 for match in tags), initial=0))
        starts = [match.start() for match in tags]
        return frozenset(link.target for link in self.links if link.target is not None and depth[bisect(starts, link.start)] > 0)

    @property
    def complete(self) -> bool:
        """Whether the whole text was rendered; what exceeded the limits is not cached, since another machine may be faster."""
        return all(note.severity < Severity.ERROR for note in self.diagnostics)


def finished(document: Document, html_text: str, shown: str) -> Document:
    """The document with its HTML and the text that readers see, what is derived from both, and its digest."""
    ids = {html.unescape(match[1]) for match in ID.finditer(html_text)}
    whole = replace(
        document,
        html=pack_text(html_text),
        text=pack_text(shown),
        words=excerpt.words(shown),
        ids=tuple(sorted(ids)),
        features=figures(html_text),
    )
    plain = replace(whole, html=PackedText(digest=whole.html.digest), text=PackedText(digest=whole.text.digest))
    return replace(whole, digest=cache.cache_key(cache.dump_json(plain) or repr(plain).encode(errors="surrogatepass")))


USING_SUFFIXES = (".css", ".html", ".htm", ".svg", ".xhtml", ".js", ".json", ".webmanifest")
"""Extensions of files that may use other files."""
SHOWING_SUFFIXES = (".css", ".html", ".htm", ".svg", ".xhtml")
"""The files among them that show others by themselves, without a program."""
ADDRESS = re.compile(
    r"url\(\s*[\"']?([^\"')]{1,500})[\"']?\s*\)|[\"'](?:\{\{[^{}\n]{1,100}\}\})?([^\"'\n<>{}]{1,500})[\"']|=([^\s\"'<>]{1,500})"
)
"""URLs in style sheets, in quotes, also behind `{{ base_url }}`, and in attributes without quotes."""
FILE_SIZE = 2_000_000
"""Largest file, in bytes, that is searched for URLs."""


def with_used_files(used: Iterable[SourcePath], assets: Set[str], read: Callable[[SourcePath], bytes]) -> set[SourcePath]:
    """The used files, and those `assets` that style sheets, pages and SVG files among them use, to any depth."""
    found = set(used)
    waiting = [path for path in found if path.casefold().endswith(USING_SUFFIXES)]
    while waiting:
        path = waiting.pop()
        more = set(files_in_text(read(path)[:FILE_SIZE].decode(errors="replace"), path, assets)) - found
        found |= more
        waiting += [each for each in more if each.casefold().endswith(USING_SUFFIXES)]
    return found


def files_in_text(text: str, source: str, assets: Set[str]) -> Iterator[SourcePath]:
    """The `assets` whose URLs occur in the text of the file `source`, relative to that or to the root of the site."""
    for match in ADDRESS.finditer(text):
        address = next(filter(None, match.groups()), "")
        for candidate in address.split(","):
            yield from _file(candidate.strip().partition(" ")[0], source, assets)


def files_in_settings(value: Any, assets: Set[str]) -> Iterator[SourcePath]:
    """The `assets` in the value of a setting, in lists and maps of any depth: `extra_css`, `logo`, `favicon`."""
    if isinstance(value, str):
        yield from _file(value, "", assets)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from files_in_settings(inner, assets)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from files_in_settings(inner, assets)


def _file(address: str, source: str, assets: Set[str]) -> Iterator[SourcePath]:
    """The one of `assets` that a browser, or MkDocs for a setting, finds at a URL; not one that only a link in an article would mean."""
    if is_elsewhere(address) or "\0" in address:
        return
    path = written_path(address)
    files = (literal_path(path, source), literal_path(f"/{path}", source))
    yield from islice((SourcePath(file) for file in files if file in assets), 1)
