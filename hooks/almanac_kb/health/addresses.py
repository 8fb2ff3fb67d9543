"""The address book of a published site: the URL paths of articles, sections, tags, authors, listings and feeds; linked heading ids.

It is stored as JSON, with which the next build compares its own (`health/moves`).
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

import msgspec

from almanac_kb.content.output_paths import LISTING_PAGE
from almanac_kb.content.site import Site
from almanac_kb.core import cache
from almanac_kb.core.diagnostics import COMMAND
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.health.duplicates import words
from almanac_kb.pages import listings
from almanac_kb.render.document import Document

FILE = "addresses.json"
"""The file of the address book: beside mkdocs.yml that of the last published site, in the site its own."""
VERSION = 1
SKETCH = 64
"""Number of hashes in the sketch of a text."""


@dataclass(frozen=True)
class PublishedArticle:
    """An article as it was published."""

    source: SourcePath
    title: str
    slug: str
    """Its `id:` or `slug:`, where it has one."""
    section: str
    urls: tuple[UrlPath, ...]
    """Its own URL path, then those that redirect to it."""
    anchors: tuple[str, ...]
    """The heading ids of it to which other articles link."""
    sketch: str
    """A sketch of its text: the smallest hashes of its pairs of words, as base64."""


@dataclass(frozen=True)
class AddressBook:
    """The URL paths of a published site."""

    articles: tuple[PublishedArticle, ...] = ()
    sections: Mapping[str, UrlPath] = field(default_factory=dict)
    """The URL path of each section with a page, by its folder."""
    tags: Mapping[str, UrlPath] = field(default_factory=dict)
    """The URL path of each tag, by its name."""
    moved: Mapping[UrlPath, UrlPath] = field(default_factory=dict)
    """Former URL paths of sections, tags and further pages of listings, each with the one it redirects to."""
    authors: Mapping[str, UrlPath] = field(default_factory=dict)
    """The URL path of the page of each author, by name."""
    listings: Mapping[UrlPath, int] = field(default_factory=dict)
    """The number of pages of each listing, by the URL path of its first page."""
    feeds: tuple[UrlPath, ...] = ()
    """The URL paths of all Atom feeds."""
    commit: str = ""
    """The commit from which the site was built; empty where there is none."""


def record(
    site: Site,
    documents: Mapping[SourcePath, Document],
    feeds: Iterable[UrlPath] = (),
    commit: str = "",
    sketches: Mapping[str, str] = MappingProxyType({}),
) -> AddressBook:
    """The address book of a site, including its redirects. `feeds` are its feeds, also those at former URL paths.

    `sketches` are those of texts that are known already, by the digest of the text.
    """
    leading: dict[UrlPath, list[UrlPath]] = {}
    numbered = {old for old in site.redirects if LISTING_PAGE.fullmatch(old.rstrip("/"))}
    for old, new in site.redirects.items():
        if old not in numbered:
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
                sketches.get(article.body.digest) or sketch(article.body.text),
            )
            for article in sorted(listed, key=lambda article: article.source)
        ),
        {path: section.url for path, section in sorted(site.sections.items())},
        {tag.name: tag.url for tag in site.tags},
        {old: new for old, new in sorted(site.redirects.items()) if new not in own or old in numbered},
        site.author_urls,
        listings.page_counts(site),
        tuple(sorted(feeds)),
        commit,
    )


def record_key(site: Site, documents: Mapping[SourcePath, Document], feeds: Iterable[UrlPath], commit: str) -> str:
    """The cache key of what `record` returns; empty where a text has no digest."""
    texts = {article.source: documents[article.source].digest for article in site.published if article.source in documents}
    if not all(texts.values()):
        return ""
    sections, tags = {path: section.url for path, section in site.sections.items()}, {tag.name: tag.url for tag in site.tags}
    whole = cache.digest([sections, tags, site.redirects, site.author_urls, listings.page_counts(site), sorted(feeds), commit])
    parts = (part for each in site.published for part in (each.digest, each.body.digest, texts.get(each.source, "")))
    return cache.cache_key(cache.code_version(()), whole, *parts)


def dump(book: AddressBook) -> str:
    """The address book as JSON, one article per line, so that differences can be read."""
    rest = {key: value for key, value in vars(book).items() if key != "articles"}
    head = json.dumps({"version": VERSION, **rest}, ensure_ascii=False, indent=1)
    lines = ",\n".join(json.dumps(vars(article), ensure_ascii=False) for article in book.articles)
    return f'{head[:-2]},\n "articles": [\n{lines}\n]}}\n'


def load(data: bytes) -> AddressBook:
    """The address book in such JSON; raises ValueError where it is invalid, which says how to mend it."""
    remedy = f"write it anew with `{COMMAND} addresses --write`"
    try:
        stored = json.loads(data)
        if stored["version"] != VERSION:
            raise ValueError(f"{FILE}:1:1: version: is another one than {VERSION}; {remedy}")
        articles = msgspec.convert(stored.pop("articles"), tuple[PublishedArticle, ...])
        for article in articles:
            base64.b64decode(article.sketch)
        return replace(msgspec.convert(stored, AddressBook), articles=articles)
    except json.JSONDecodeError as error:
        raise ValueError(f"{FILE}:{error.lineno}:{error.colno}: file: can't be read as JSON: {error.msg}; {remedy}") from None
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError, binascii.Error, msgspec.ValidationError) as error:
        raise ValueError(f"{FILE}:1:1: file: is no list of addresses ({error!r}); {remedy}") from None


def read(path: Path) -> AddressBook:
    """The address book in a file, empty where there is no file; raises ValueError or OSError where it can't be read."""
    return load(path.read_bytes()) if path.exists() else AddressBook()


def sketch(text: str) -> str:
    """The smallest hashes of the pairs of neighbouring words of a text (bottom-k sketch; Broder, 1997), as base64."""
    hashes = {zlib.crc32(f"{one} {other}".encode()) for one, other in pairwise(words(text))}
    return base64.b64encode(b"".join(each.to_bytes(4, "big") for each in sorted(hashes)[:SKETCH])).decode()


def likeness(one: str, other: str) -> float:
    """An estimate of the share of common pairs of words (Jaccard) of two sketched texts."""
    first, second = _hashes(one), _hashes(other)
    smallest = set(sorted(first | second)[:SKETCH])
    return len(first & second & smallest) / len(smallest) if smallest else 0.0


def _linked_anchors(site: Site, documents: Mapping[SourcePath, Document]) -> dict[SourcePath, set[str]]:
    """The heading ids of each article to which other articles link."""
    found: dict[SourcePath, set[str]] = {}
    for article in site.published:
        for target, anchor in _anchors(documents[article.source]) if article.source in documents else ():
            if target != article.source and target in documents and anchor in documents[target].ids:
                found.setdefault(target, set()).add(anchor)
    return found


def _anchors(document: Document) -> Iterator[tuple[SourcePath, str]]:
    for link in document.links:
        if link.target is not None and "#" in link.url:
            yield link.target, unquote(urlsplit(link.url).fragment)


def _hashes(encoded: str) -> frozenset[int]:
    data = base64.b64decode(encoded)
    return frozenset(int.from_bytes(data[at : at + 4], "big") for at in range(0, len(data), 4))
