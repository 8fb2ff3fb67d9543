"""Feeds of site, sections, tags, authors and languages; Atom; RSS entries."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from almanac_kb.content import routes
from almanac_kb.content import site as content_site
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.authors import Author
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.languages import own_name
from almanac_kb.core.paths import AbsoluteUrl, UrlPath, absolute_url

ENTRIES = 50
"""Most entries of a feed."""


@dataclass(frozen=True)
class FeedEntry:
    """An article as a feed entry."""

    id: AbsoluteUrl
    """Its permanent id: its URL, which a new title does not change."""
    title: str
    link: AbsoluteUrl
    summary: str
    """Plain text."""
    content: str
    """Its text as HTML with absolute URLs, or empty."""
    created: datetime.datetime
    updated: datetime.datetime
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    image: AbsoluteUrl | None
    """Its image; None for none."""


@dataclass(frozen=True)
class Feed:
    """A feed."""

    title: str
    subtitle: str
    link: AbsoluteUrl
    """The page that lists the same articles."""
    url: UrlPath
    """Its URL path: `feed.xml` below its page."""
    self: AbsoluteUrl
    """Its absolute URL, which is its id."""
    author: str
    updated: datetime.datetime
    """The date of the last change among its entries."""
    entries: tuple[FeedEntry, ...]


@dataclass(frozen=True)
class FeedSubject:
    """The subject of a feed."""

    title: str
    """Its name; empty for the whole site."""
    description: str
    page: UrlPath
    """The page that lists the same articles."""
    articles: tuple[Article, ...]
    """The articles of the feed, newest first."""
    own_url: UrlPath = UrlPath("")
    """The URL path of the feed, if it is not below that page."""

    @property
    def url(self) -> UrlPath:
        """The URL path of the feed."""
        return self.own_url or routes.feed_url(self.page)


def feed_subjects(site: Site, language: str) -> tuple[FeedSubject, ...]:
    """The subjects of all feeds: the site first, then sections, tags, authors and, where there are several, languages."""
    listed: tuple[Tag | Author, ...] = (*site.tags, *site.authors)
    languages = {content_site.language_of(article, language) for article in site.articles if is_in_feeds(article)}
    subjects = (
        FeedSubject("", "", UrlPath(""), site.articles),
        *(FeedSubject(each.title, each.description, each.url, each.members) for path, each in site.sections.items() if path),
        *(FeedSubject(each.name, each.description, each.url, each.articles) for each in listed),
        *(
            FeedSubject(
                own_name(tag),
                "",
                UrlPath(""),
                tuple(article for article in site.articles if content_site.language_of(article, language) == tag),
                routes.language_feed_url(tag),
            )
            for tag in (sorted(languages) if len(languages) > 1 else ())
        ),
    )
    return tuple(subject for subject in subjects if any(map(is_in_feeds, subject.articles)))


def is_in_feeds(article: Article) -> bool:
    """Whether feeds contain an article: it has a date and is listed; pages are not."""
    return article.kind is ArticleKind.ARTICLE and article.is_listed and article.created is not None


def in_feed(articles: Iterable[Article], limit: int | None = ENTRIES) -> Iterator[Article]:
    """The first `limit` articles, without pages, drafts and undated ones: those that a feed of these articles contains."""
    return islice(filter(is_in_feeds, articles), limit)


def latest(articles: Iterable[Article], count: int, site: SiteInfo) -> tuple[Article, ...]:
    """Of the articles that feeds contain, the `count` that were published last with the `count` that were changed last; of equal dates
    those whose links sort first.
    """
    found = sorted(in_feed(articles, None), key=lambda article: absolute_url(site.base, article.url))
    dates: tuple[Callable[[Article], Any], ...] = (lambda article: article.created, lambda article: article.updated or article.created)
    return tuple({article.url: article for date in dates for article in sorted(found, key=date, reverse=True)[:count]}.values())


def feed_entries(
    articles: Iterable[Article], site: SiteInfo, content: Callable[[Article], str] = lambda _: "", limit: int | None = ENTRIES
) -> tuple[FeedEntry, ...]:
    """The entries of the articles that a feed contains. `content` returns the HTML of an article."""
    found = in_feed(articles, limit)
    return tuple(_to_entry(article, article.created, site, content(article)) for article in found if article.created)


def build_feed(title: str, subtitle: str, page: UrlPath, found: Sequence[FeedEntry], site: SiteInfo, url: UrlPath | None = None) -> Feed:
    """The feed of the page at `page`, at `url` or else below its page; `found` has at least one entry."""
    url = url or routes.feed_url(page)
    updated = max(entry.updated for entry in found)
    return Feed(
        title, subtitle, absolute_url(site.base, page), url, absolute_url(site.base, url), site.author or site.name, updated, tuple(found)
    )


def _to_entry(article: Article, created: datetime.datetime, site: SiteInfo, content: str) -> FeedEntry:
    address = absolute_url(site.base, article.url)
    image = absolute_url(site.base, UrlPath(article.image)) if article.image else None
    updated = article.updated or created
    return FeedEntry(address, article.title, address, article.description, content, created, updated, article.authors, article.tags, image)


NAMESPACE = "http://www.w3.org/2005/Atom"


def write_atom(feed: Feed) -> bytes:
    """The feed as an Atom document in UTF-8 (RFC 4287): texts plain, contents HTML, dates RFC 3339."""
    root = Element("feed", {"xmlns": NAMESPACE})
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _text(root, "id", feed.self)
    _text(root, "updated", _moment(feed.updated))
    _author(root, feed.author)
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.self})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.link})
    for entry in feed.entries:
        _write_entry(root, entry)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _write_entry(root: Element, entry: FeedEntry) -> None:
    node = SubElement(root, "entry")
    _text(node, "title", entry.title)
    _text(node, "id", entry.id)
    SubElement(node, "link", {"rel": "alternate", "type": "text/html", "href": entry.link})
    _text(node, "published", _moment(entry.created))
    _text(node, "updated", _moment(entry.updated))
    for author in entry.authors:
        _author(node, author)
    for tag in entry.tags:
        SubElement(node, "category", {"term": tag})
    if entry.summary:
        _text(node, "summary", entry.summary)
    if entry.content:
        _text(node, "content", entry.content).set("type", "html")


def _author(parent: Element, name: str) -> None:
    _text(SubElement(parent, "author"), "name", name)


def _text(parent: Element, name: str, text: str) -> Element:
    node = SubElement(parent, name)
    node.text = text
    return node


def _moment(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
