"""Addresses for life: the addresses, feeds and linked anchors of a published site, and what became of each in the site that is built now.

An article is the same as before by its `id:` or `slug:`, else by git's renames, else by its path, else by its text. Where it is known, a
redirect is made without being asked for; where it is not, the build ends with an error that says which line to write.
"""

import base64
import html
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from almanac_kb.content.publication import State
from almanac_kb.content.reader import Article
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import TAG_FILE, TAGS_URL
from almanac_kb.core.diagnostics import COMMAND, Diagnostic, Position, Severity
from almanac_kb.core.paths import SourcePath, UrlPath, parents
from almanac_kb.core.text import tag_key
from almanac_kb.health.duplicates import words
from almanac_kb.render.document import Document

FILE = "addresses.json"
"""The file of all addresses: beside mkdocs.yml that of the last published site, in the site its own."""
VERSION = 1
FEED = "feed.xml"
"""The feed of a section or tag, below its page."""
SKETCH = 32
"""Number of hashes that a sketch of a text keeps."""
ALIKE = 0.6
"""Share of common hashes in two sketches from which on the texts are one: 10 % of other words leave 0.68 of all pairs of words."""


@dataclass(frozen=True)
class PublishedArticle:
    """An article as it was published."""

    source: SourcePath
    title: str
    slug: str
    """Its `id:` or `slug:`, where it has one."""
    section: str
    urls: tuple[UrlPath, ...]
    """Its own URL path, then those that lead to it."""
    anchors: tuple[str, ...]
    """The ids of its parts that other articles link to."""
    sketch: str
    """A sketch of its text: the smallest hashes of its pairs of words, as base64."""


@dataclass(frozen=True)
class AddressBook:
    """All addresses of a published site."""

    articles: tuple[PublishedArticle, ...] = ()
    sections: Mapping[str, UrlPath] = field(default_factory=dict)
    """The URL path of each section with a page, by its folder."""
    tags: Mapping[str, UrlPath] = field(default_factory=dict)
    """The URL path of each tag, by its name."""
    moved: Mapping[UrlPath, UrlPath] = field(default_factory=dict)
    """The addresses of sections and tags that were before, and where each leads."""
    commit: str = ""
    """The commit that the site was built from; empty where git knows none."""


@dataclass(frozen=True)
class Changes:
    """What became of the addresses of a published site."""

    redirects: Mapping[UrlPath, UrlPath]
    """The redirects to make: from an address that is gone to where its article, section or tag is now."""
    diagnostics: tuple[Diagnostic, ...]
    """A notice for each redirect; an error for each address that leads nowhere."""
    same: Mapping[SourcePath, SourcePath]
    """Where each published article is now, by its source path then."""


def record(site: Site, documents: Mapping[SourcePath, Document], commit: str = "") -> AddressBook:
    """The addresses of a site; its redirects are among them."""
    leading: dict[UrlPath, list[UrlPath]] = {}
    for old, new in site.redirects.items():
        leading.setdefault(new, []).append(old)
    anchors = _linked_anchors(site, documents)
    listed = [article for article in site.published if article.is_listed]
    own = {article.url for article in listed}
    return AddressBook(
        tuple(
            PublishedArticle(
                article.source,
                article.title,
                article.slug,
                article.section,
                (article.url, *sorted(leading.get(article.url, ()))),
                tuple(sorted(anchors.get(article.source, ()))),
                sketch(article.body),
            )
            for article in sorted(listed, key=lambda article: article.source)
        ),
        {path: section.url for path, section in sorted(site.sections.items())},
        {tag.name: tag.url for tag in site.tags},
        {old: new for old, new in sorted(site.redirects.items()) if new not in own},
        commit,
    )


def dump(book: AddressBook) -> str:
    """The addresses as JSON, an article in each line, so that differences can be read."""
    rest = {key: value for key, value in asdict(book).items() if key != "articles"}
    head = json.dumps({"version": VERSION, **rest}, ensure_ascii=False, indent=1)
    lines = ",\n".join(json.dumps(asdict(article), ensure_ascii=False) for article in book.articles)
    return f'{head[:-2]},\n "articles": [\n{lines}\n]}}\n'


def load(data: str) -> AddressBook:
    """The addresses in such JSON; raises ValueError where it is none."""
    try:
        stored = json.loads(data)
        if stored.pop("version") != VERSION:
            raise ValueError(f"{FILE} is of another version; write it anew with `{COMMAND} addresses --write`")
        articles = [{**each, "urls": tuple(each["urls"]), "anchors": tuple(each["anchors"])} for each in stored.pop("articles")]
        return AddressBook(tuple(PublishedArticle(**each) for each in articles), **stored)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{FILE} can't be read: {error!r}; write it anew with `{COMMAND} addresses --write`") from None


def read(path: Path) -> AddressBook:
    """The addresses in a file, none where there is no such file; raises ValueError or OSError where it can't be read."""
    return load(path.read_text(encoding="utf-8")) if path.is_file() else AddressBook()


def sketch(text: str) -> str:
    """The smallest hashes of the pairs of neighbouring words of a text (bottom-k sketch; Broder, 1997), as base64."""
    hashes = {zlib.crc32(f"{one} {other}".encode()) for one, other in pairwise(words(text))}
    return base64.b64encode(b"".join(each.to_bytes(4, "big") for each in sorted(hashes)[:SKETCH])).decode()


def likeness(one: str, other: str) -> float:
    """An estimate of the share of common pairs of words (Jaccard) of two sketched texts."""
    first, second = _hashes(one), _hashes(other)
    smallest = set(sorted(first | second)[:SKETCH])
    return len(first & second & smallest) / len(smallest) if smallest else 0.0


def compare(book: AddressBook, site: Site, renames: Mapping[SourcePath, SourcePath]) -> Changes:
    """What became of each address; `renames` are those that git knows since the site was published."""
    return _Comparison(book, site, renames).changes


def missing_anchors(book: AddressBook, changes: Changes, documents: Mapping[SourcePath, Document]) -> tuple[Diagnostic, ...]:
    """An error for each linked part of a published article that the article has no more."""
    return tuple(
        Diagnostic(
            now,
            Position(),
            "anchor",
            f"#{anchor} was published, and articles linked to it; it is gone",
            f"write {{#{anchor}}} behind the heading that stands for it now",
        )
        for article in book.articles
        if (now := changes.same.get(article.source)) is not None and now in documents
        for anchor in article.anchors
        if anchor not in documents[now].ids
    )


class _Comparison:
    """One comparison of a published site with the one that is built."""

    def __init__(self, book: AddressBook, site: Site, renames: Mapping[SourcePath, SourcePath]) -> None:
        self._book, self._site, self._renames = book, site, renames
        self._now = {article.source: article for article in site.published}
        self._then = {article.source for article in book.articles}
        self._slugs = Counter(article.slug for article in site.published)
        self._served = {article.url for article in site.published} | set(site.redirects)
        self._served |= {section.url for section in site.sections.values()} | {tag.url for tag in site.tags}
        self._served |= {UrlPath(path.removesuffix("index.html")) for path in site.assets if path.endswith("/index.html")}
        self._redirects: dict[UrlPath, UrlPath] = {}
        self._diagnostics: list[Diagnostic] = []
        self._same = {article.source: found for article in book.articles if (found := self._find(article))}
        for article in book.articles:
            self._follow_article(article)
        for folder, url in book.sections.items():
            self._follow_section(folder, url)
        for name, url in book.tags.items():
            self._follow_tag(name, url)
        for old, new in book.moved.items():
            self._follow_moved(old, new)
        same = {source: article.source for source, article in self._same.items()}
        self.changes = Changes(self._redirects, tuple(sorted(self._diagnostics)), same)

    def _find(self, article: PublishedArticle) -> Article | None:
        """The article that is this one now."""
        if article.slug and self._slugs[article.slug] == 1:
            return next(each for each in self._now.values() if each.slug == article.slug)
        renamed = self._renames.get(article.source)
        return self._now.get(renamed or article.source) or self._now.get(article.source) or self._by_text(article)

    def _by_text(self, article: PublishedArticle) -> Article | None:
        """The one new article whose text is nearly this one."""
        alike = [(likeness(article.sketch, own), source) for source, own in self._new.items()]
        best = sorted((each for each in alike if each[0] >= ALIKE), reverse=True)[:2]
        is_certain = len(best) == 1 or (len(best) == 2 and best[0][0] > best[1][0])
        return self._now[best[0][1]] if is_certain else None

    @cached_property
    def _new(self) -> dict[SourcePath, str]:
        """The sketches of the articles that were not published before."""
        return {source: sketch(article.body) for source, article in self._now.items() if source not in self._then}

    def _follow_article(self, article: PublishedArticle) -> None:
        found = self._same.get(article.source)
        for url in article.urls:
            if url in self._served:
                continue
            if found:
                how = f"is now {found.source}" if found.source != article.source else "has another address now"
                self._redirect(url, found.url, found.source, f"{article.source} {how}", f"aliases: [{url}]")
            else:
                self._report_gone(article, url)

    def _report_gone(self, article: PublishedArticle, url: UrlPath) -> None:
        message = f"/{url} was published as {article.title!r} and leads nowhere now"
        state = self._site.publications.get(article.source)
        if state and state.state is State.EXPIRED:
            self._say(article.source, f"{message}: {state.reason}", "", Severity.NOTICE)
        else:
            hint = f"write `aliases: [{url}]` into the header of the article that takes its place"
            self._say(article.source, message, hint, Severity.ERROR)

    def _follow_section(self, folder: str, url: UrlPath) -> None:
        """A section is where most of its articles are."""
        if url in self._served or url in self._redirects:
            return
        members = [self._same[each.source] for each in self._book.articles if each.section == folder and each.source in self._same]
        places = Counter(article.section for article in members).most_common(1)
        if places and 2 * places[0][1] > len(members):
            section = self._site.sections[places[0][0]]
            source = section.index.source if section.index else SourcePath(f"{section.path}/")
            self._redirect(url, section.url, source, f"the articles of {folder}/ are in {section.path or 'docs'}/ now", f"aliases: [{url}]")
        else:
            above = next((path for path in parents(folder) if path in self._site.sections), "")
            hint = f"write `aliases: [{url}]` into the header of {above}/index.md, or of the page that takes its place"
            self._say(SourcePath(f"{folder}/index.md"), f"/{url} was published as a section and leads nowhere now", hint, Severity.ERROR)

    def _follow_tag(self, name: str, url: UrlPath) -> None:
        if url in self._served:
            return
        definition = self._site.tag_file.by_key.get(tag_key(name))
        wanted = tag_key(definition.name if definition else name)
        tag = next((each for each in self._site.tags if tag_key(each.name) == wanted), None)
        if tag:
            self._redirect(url, tag.url, TAG_FILE, f"the tag {name!r} is {tag.name!r} now", "")
        elif definition and definition.hidden and self._site.tags:
            self._redirect(url, TAGS_URL, TAG_FILE, f"the tag {name!r} is hidden now", "")
        else:
            message = f"/{url} was published as the page of the tag {name!r}, which no article has now"
            hint = f"write `aliases: [{name}]` below the tag of {TAG_FILE} that takes its place"
            self._say(TAG_FILE, message, hint, Severity.ERROR)

    def _follow_moved(self, old: UrlPath, new: UrlPath) -> None:
        """Earlier addresses of sections and tags go on leading to where those are now."""
        if old in self._served or old in self._redirects:
            return
        target = self._redirects.get(new, new)
        if target in self._served:
            self._redirects[old] = target
        else:
            self._say(SourcePath("index.md"), f"/{old} led to /{new}, which is gone", f"write `aliases: [{old}]`", Severity.ERROR)

    def _redirect(self, old: UrlPath, new: UrlPath, source: SourcePath, reason: str, line: str) -> None:
        self._redirects[old] = new
        hint = f"write `{line}` to keep it" if line else ""
        self._say(source, f"/{old} leads to /{new} from now on: {reason}", hint, Severity.NOTICE)

    def _say(self, source: SourcePath, message: str, hint: str, severity: Severity) -> None:
        self._diagnostics.append(Diagnostic(source, Position(), "address", message, hint, severity))


def _linked_anchors(site: Site, documents: Mapping[SourcePath, Document]) -> dict[SourcePath, set[str]]:
    """The ids of each article that other articles link to."""
    found: dict[SourcePath, set[str]] = {}
    for article in site.published:
        for target, anchor in _anchors(documents[article.source]) if article.source in documents else ():
            if target != article.source and target in documents and anchor in documents[target].ids:
                found.setdefault(target, set()).add(anchor)
    return found


def _anchors(document: Document) -> Iterator[tuple[SourcePath, str]]:
    for link in document.links:
        written = html.unescape(document.html[link.start : link.end])
        if link.target is not None and "#" in written:
            yield link.target, unquote(urlsplit(written).fragment)


def _hashes(encoded: str) -> frozenset[int]:
    data = base64.b64decode(encoded)
    return frozenset(int.from_bytes(data[at : at + 4], "big") for at in range(0, len(data), 4))
