"""What feeds are made of: the articles of a site, a topic or a tag, as entries that any format can serialize."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from knowledge.place import Link, Url, link
from knowledge.reading.article import Article, Kind

NAME = "feed.xml"
"""The file of a feed, below the page it is of."""
ENTRIES = 50
"""How many entries a feed holds."""


@dataclass(frozen=True)
class Site:
    """The site that feeds are of."""

    name: str
    """Its name."""
    base: str
    """The absolute address of its home page, ending in a slash."""
    description: str = ""
    """What it is about."""
    author: str = ""
    """Who answers for it; its name where nobody is named."""
    language: str = "en"
    """The language of its articles where they declare none, as a BCP 47 tag."""


@dataclass(frozen=True)
class Entry:
    """An article as a feed tells of it."""

    id: Link
    """What it is known by: its address, which no change of title moves."""
    title: str
    link: Link
    summary: str
    """Plain text."""
    content: str
    """Its text as HTML with absolute addresses, or empty."""
    created: datetime.datetime
    updated: datetime.datetime
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    image: Link | None
    """The picture it names; a drawn cover is none."""


@dataclass(frozen=True)
class Feed:
    """A list of entries with a name."""

    title: str
    subtitle: str
    link: Link
    """The page it is of."""
    url: Url
    """Where it is: `feed.xml` below its page."""
    self: Link
    """The same, absolute; its id."""
    author: str
    updated: datetime.datetime
    """When its newest entry changed."""
    entries: tuple[Entry, ...]


def entries(
    articles: Iterable[Article], site: Site, content: Callable[[Article], str] = lambda _: "", limit: int | None = ENTRIES
) -> tuple[Entry, ...]:
    """The first of the articles as entries, without pages, drafts and undated ones. `content` gives the HTML of an article's text."""
    told = (article for article in articles if article.kind is Kind.ARTICLE and not article.withheld)
    dated = ((article, article.created) for article in told if article.created)
    return tuple(_entry(article, created, site, content(article)) for article, created in islice(dated, limit))


def feed(title: str, subtitle: str, page: Url, found: Sequence[Entry], site: Site) -> Feed | None:
    """The feed of the page at `page`, or None where it would be empty."""
    if not found:
        return None
    url = Url(f"{page}{NAME}")
    updated = max(entry.updated for entry in found)
    return Feed(title, subtitle, link(site.base, page), url, link(site.base, url), site.author or site.name, updated, tuple(found))


def _entry(article: Article, created: datetime.datetime, site: Site, content: str) -> Entry:
    address = link(site.base, article.url)
    image = link(site.base, Url(article.image)) if article.image else None
    updated = article.updated or created
    return Entry(address, article.title, address, article.description, content, created, updated, article.authors, article.tags, image)
