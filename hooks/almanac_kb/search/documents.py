"""The input of the search index: of each article its fields, its text by sections, and what the links of others call it."""

import datetime
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from almanac_kb.core import cache
from almanac_kb.core.cache import code_version

ENTRY = "entry.json"
"""The file with which browsers begin."""
FOLDERS = frozenset({"addresses", "facets", "lists", "pages", "spelling", "texts", "words"})
"""The folders of the other files."""
IGNORED_TAGS = frozenset({"script", "style", "svg", "template"})
IGNORED_CLASSES = frozenset(
    {"headerlink", "citation", "citation-back", "footnote-ref", "footnote-backref", "linenos", "kb-names", "arithmatex", "md-code__nav"}
)
"""Classes of elements whose text is no text of the article: permanent links, numbers of lines and notes, formulas."""
INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "mark",
        "q",
        "rp",
    }
    | {"rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
"""Elements that do not separate words (HTML, section 4.5)."""
BLOCKS = frozenset({"blockquote", "dd", "div", "dl", "li", "ol", "p", "section", "table", "tbody", "td", "th", "thead", "tr", "ul"})
"""The commonest elements that end a line, and nothing more where they have no attributes."""
SIMPLE = BLOCKS | INLINE - {"a"}
"""Elements of which nothing needs to be remembered where they have no attributes."""
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
REFERENCES = re.compile(
    "(references|bibliography|further reading|see also|sources|citations|footnotes|literature|links|related (articles|links|posts)"
    "|quellen|literatur(verzeichnis)?|einzelnachweise|weblinks|références|bibliographie|referencias|bibliografía|参考文献|参考资料|المراجع|مراجع)",
    re.IGNORECASE,
)
"""Headings of sections that list other people's texts."""
LISTED = 0.6
"""Least share of linked text in a section that is a list of links."""
LINKED = 5
"""Fewest links in a section that is a list of links."""
TAG = re.compile(r"<(?:!--.*?-->|(/?)([a-zA-Z][a-zA-Z0-9]*)([^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*)>|[!?][^>]*>)", re.DOTALL)
COLOURED = re.compile(r"<span(?: class=\"[a-z0-9]{1,3}\")?>([^<]*)</span>")
"""A token of highlighted code, as Pygments writes it."""
ATTRIBUTE = re.compile(r"\s(class|id)=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})


@dataclass(frozen=True)
class SearchSection:
    """A heading and the text below it, up to the next heading."""

    anchor: str
    """The `id` of the heading; empty for the text before the first one, and for footnotes."""
    heading: str
    """The heading as plain text."""
    text: str
    """Its whole text, one line per block."""
    code: str = ""
    """The part of the text in code blocks."""
    weak: bool = False
    """Whether it is a list of references or links, which has little weight."""


@dataclass(frozen=True)
class SearchDocument:
    """An article as the search indexes it."""

    url: str
    """The URL path below the root of the site, unquoted: `guides/backups/`."""
    title: str
    sections: tuple[SearchSection, ...] = ()
    description: str = ""
    names: tuple[str, ...] = ()
    """Other names of the article."""
    tags: tuple[str, ...] = ()
    """The names of its tags."""
    tag_words: tuple[str, ...] = ()
    """Aliases of its tags."""
    linked: tuple[str, ...] = ()
    """The texts of links that lead to it from other articles."""
    topics: tuple[tuple[str, str], ...] = ()
    """Folder and title of each section of the site that it belongs to, the outermost first: `(("guides", "Guides"),)`."""
    date: datetime.date | None = None
    """The date of first publication."""
    language: str = "en"
    """A BCP 47 tag."""
    digest: str = ""
    """The digest of its HTML, where `sections` are yet to be read from it."""
    html: Callable[[], str] | None = field(default=None, repr=False, compare=False)
    """Returns that HTML, sanitized."""


def order(document: SearchDocument) -> tuple[str, str]:
    """The sort key by which documents are numbered: undated ones first, then by first date, so that a new article comes last."""
    return (document.date.isoformat() if document.date else "", document.url)


def divided(document: SearchDocument) -> SearchDocument:
    """The document with its sections, read from its HTML where it has any."""
    return replace(document, sections=sections(document.html()), html=None) if document.html else document


def sections(html: str) -> tuple[SearchSection, ...]:
    """The sections of a sanitized article, in order; the first has no heading. Empty ones are left out.

    Elements with `data-search-exclude`, and headings with it and their sections, are left out (as in Material for MkDocs).
    """
    reader = _SectionReader()
    first, *rest = TAG.split("".join(COLOURED.split(html)))
    reader.text(first)
    for slash, name, attributes, text in zip(rest[::4], rest[1::4], rest[2::4], rest[3::4], strict=True):
        if name and (attributes or reader.skipped or name not in SIMPLE):
            reader.tag(name.lower(), attributes, closing=slash == "/")
        elif name in BLOCKS:
            reader.end_line()
        if text:
            reader.text(text)
    return reader.finish()


class _SectionReader:
    """Collects the text of sections from a sequence of tags and texts."""

    def __init__(self) -> None:
        self._sections: list[SearchSection] = []
        self.skipped = ""
        """The name of the element that is left out, with all in it; empty for none."""
        self._depth = 0
        self._pre = self._links = 0
        self._in_link = self._notes = False
        self._begin("", "")

    def _begin(self, anchor: str, heading_tag: str) -> None:
        self._anchor, self._heading_tag, self._heading = anchor, heading_tag, ""
        self._parts: list[str] = []
        self._code: list[str] = []
        self._links = self._linked = self._line_ends = 0
        self._excluded = False

    def text(self, text: str) -> None:
        """Reads the text between two tags."""
        if not text or self.skipped:
            return
        text = unescape(text) if "&" in text else text
        self._parts.append(text)
        if self._pre:
            self._code.append(text)
        if self._in_link:
            self._linked += len(text)

    def end_line(self) -> None:
        """Reads a tag that ends a line and nothing more."""
        self._parts.append("\n")
        self._line_ends += 1
        if self._pre:
            self._code.append("\n")

    def tag(self, name: str, attributes: str, *, closing: bool) -> None:
        """Reads a tag."""
        if self.skipped:
            self._leave(name, closing=closing)
            return
        if closing or not attributes:
            self._plain(name, closing=closing)
            return
        found = {key: one or two or three for key, one, two, three in ATTRIBUTE.findall(attributes)}
        classes = found.get("class", "").split()
        excluded = "data-search-exclude" in attributes
        ignored = not IGNORED_CLASSES.isdisjoint(classes) or (excluded and name not in HEADINGS)
        if name not in VOID and (ignored or name in IGNORED_TAGS):
            self.skipped, self._depth = name, 1
        elif name == "a":
            self._in_link, self._links = True, self._links + 1
        elif name not in INLINE:
            self._block(name, found.get("id", ""), "footnote" in classes, closing=False)
            self._excluded = self._excluded or excluded

    def _plain(self, name: str, *, closing: bool) -> None:
        """Reads an end tag, or a start tag without attributes."""
        if name in INLINE:
            self._in_link = self._in_link and not (closing and name == "a")
        elif name in IGNORED_TAGS and not closing:
            self.skipped, self._depth = name, 1
        else:
            self._block(name, "", False, closing=closing)

    def _leave(self, name: str, *, closing: bool) -> None:
        if name == self.skipped:
            self._depth += -1 if closing else 1
            if not self._depth:
                self.skipped = ""

    def _block(self, name: str, anchor: str, notes: bool, *, closing: bool) -> None:
        if name in HEADINGS:
            if closing:
                self._headed(name)
            elif name != "dt" or anchor:
                self._end()
                self._begin(anchor, name)
            return
        if name == "pre":
            self._pre += -1 if closing else 1
            if not self._pre:
                self._code.append("\n")
        elif notes and not closing:
            self._end()
            self._begin("", "")
            self._notes = True
        elif name == "hr":
            return
        self.end_line()

    def _headed(self, name: str) -> None:
        if name == self._heading_tag and not self._heading:
            self._heading, self._parts = _line("".join(self._parts)), []
            self._line_ends = self._linked = self._links = 0

    def _end(self) -> None:
        written = "".join(self._parts)
        text = _lines(written)
        anchor = "" if self._heading_tag == "h1" else self._anchor
        if (text or self._heading) and not self._excluded:
            links = self._links >= LINKED and self._linked > LISTED * max(1, len(written) - self._line_ends)
            weak = self._notes or links or bool(REFERENCES.fullmatch(self._heading.strip(" :0123456789.")))
            self._sections.append(SearchSection(anchor, self._heading, text, _lines("".join(self._code)), weak))

    def finish(self) -> tuple[SearchSection, ...]:
        """The sections that were read."""
        self._end()
        return tuple(self._sections)


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    """The lines of a text that are not empty, with single spaces between words."""
    return "\n".join([" ".join(words) for line in text.split("\n") if (words := line.split())])


LINK = re.compile(r"<a\s[^>]*?\bhref=\"([^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL)
"""A link. The sanitizer writes attributes in double quotes."""
WITHIN = re.compile(r"([^#:?]+)(?:[#?].*)?", re.DOTALL)
"""A URL within the site, without a scheme; the group is its path."""
MARKUP = re.compile(r"<[^>]*>")
SHARED = 2
"""Most articles to which a text leads that says what they are: `here` and `documentation` lead to many."""
ROOT = "http://site.invalid/"


class LinkText(NamedTuple):
    """A link in the HTML of a text."""

    start: int
    """The offset of its URL."""
    href: str
    """Its URL as written."""
    text: str
    """Its plain text."""


def links_in(html: str) -> Iterator[LinkText]:
    """The links of a text that say what they lead to, other than those to places in the text itself and to other sites."""
    for match in LINK.finditer(html):
        text = " ".join(unescape(MARKUP.sub("", match[2])).split())
        href = unescape(match[1])
        if text and not href.startswith(("#", "http://", "https://", "mailto:")):
            yield LinkText(match.start(1), href, text)


def target_of(href: str, page: str) -> str | None:
    """The unquoted URL path to which a link on the page of this URL path leads; None for another site."""
    path = WITHIN.fullmatch(href)
    return unquote(urljoin(ROOT + page, path[1]).removeprefix(ROOT)) if path else None


def link_texts(pages: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> Mapping[str, tuple[str, ...]]:
    """For each target, an unquoted URL path, the texts of links that lead to it from other pages, sorted.

    Each page is given by its own URL path, and its links by text and target.
    """
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for page, links in pages:
        for text, target in links:
            if target != page:
                targets[text].add(target)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted(targets):
        if len(targets[text]) <= SHARED:
            for target in targets[text]:
                found[target].append(text)
    return {target: tuple(texts) for target, texts in found.items()}


@dataclass(frozen=True)
class IndexInput:
    """The input of a search index."""

    documents: tuple[SearchDocument, ...]
    """The articles, in the order of their numbers."""
    keys: tuple[str, ...]
    """The cache key of each article's analysis."""
    code: str
    """The digest of the code that makes the index."""
    language: str
    """The site's, a BCP 47 tag."""
    aliases: tuple[tuple[str, ...], ...]
    """Words that mean the same, such as a tag and its other names."""
    server: tuple[tuple[str, str], ...]
    """Address, key and collection of a server that browsers ask in place of the files of words, lists and texts; empty for none."""

    @property
    def key(self) -> str:
        """The cache key of the whole index."""
        return cache.cache_key(self.code, repr((self.language, self.aliases, self.server)), *self.keys)


def is_file_of_index(path: str) -> bool:
    """Whether a path below the folder of the index is that of one of its files."""
    return path == ENTRY or path.partition("/")[0] in FOLDERS


def index_input(
    documents: Iterable[SearchDocument], language: str, aliases: Iterable[Sequence[str]] = (), server: Mapping[str, str] | None = None
) -> IndexInput:
    """The input of an index of articles, which may come in any order."""
    ordered = tuple(sorted(documents, key=order))
    code = cache.cache_key(code_version(()), zlib.ZLIB_RUNTIME_VERSION)
    keys = tuple(cache.cache_key(code, repr(document))[:32] for document in ordered)
    return IndexInput(ordered, keys, code, language, tuple(map(tuple, aliases)), tuple((server or {}).items()))
