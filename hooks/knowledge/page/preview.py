"""How other sites show a page they link to: The Open Graph protocol (ogp.me) and Twitter cards."""

import datetime
import mimetypes
import re
from dataclasses import dataclass

from knowledge.feeds.feed import Site
from knowledge.page import card
from knowledge.place import Link, Url, link
from knowledge.reading.article import Article, Kind

SHOWN = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""The pictures that social sites show; they show no SVG and no AVIF."""
CARD = Url("assets/card.png")
"""The picture of a page that is no article."""
TERRITORY = re.compile(r"(?P<language>[a-z]{2,3})[-_](?P<territory>[A-Za-z]{2})")


@dataclass(frozen=True)
class Picture:
    """The picture of a page."""

    link: Link
    alt: str
    """What it shows."""
    size: tuple[int, int] | None = None
    """Width and height in pixels, where they are known."""


@dataclass(frozen=True)
class Preview:
    """What is told of a page."""

    title: str
    description: str
    link: Link
    """Its canonical address."""
    picture: Picture
    site: str
    """The name of the site."""
    language: str
    created: datetime.datetime | None = None
    """When it was published; None also where it is no article."""
    updated: datetime.datetime | None = None
    section: str = ""
    """The topic of an article."""
    tags: tuple[str, ...] = ()
    article: bool = False


def drawn(article: Article) -> bool:
    """Whether an article needs a card, since it names no picture that social sites show."""
    return article.kind is Kind.ARTICLE and not article.image.lower().endswith(SHOWN)


def picture(article: Article | None, site: Site, size: tuple[int, int] | None = None) -> Picture:
    """The picture of an article, which is of that size where it is known, or of another page."""
    if article and article.image.lower().endswith(SHOWN):
        return Picture(link(site.base, Url(article.image)), article.alt or article.title, size)
    if article and article.kind is Kind.ARTICLE:
        return Picture(link(site.base, Url(f"{article.url}cover.png")), article.alt or f"Cover: {article.title}", card.SIZE)
    return Picture(link(site.base, CARD), site.name, card.SIZE)


def tags(preview: Preview) -> tuple[tuple[str, str], ...]:
    """The properties of a page and their values, in the order in which a page should have them; `article:tag` stands more than once."""
    return tuple((name, value) for name, value in (*_page(preview), *_picture(preview), *_article(preview), *_card(preview)) if value)


def _page(preview: Preview) -> tuple[tuple[str, str], ...]:
    territory = TERRITORY.fullmatch(preview.language)
    return (
        ("og:type", "article" if preview.article else "website"),
        ("og:site_name", preview.site),
        ("og:title", preview.title),
        ("og:description", preview.description),
        ("og:url", preview.link),
        ("og:locale", f"{territory['language']}_{territory['territory'].upper()}" if territory else ""),
    )


def _picture(preview: Preview) -> tuple[tuple[str, str], ...]:
    width, height = preview.picture.size or ("", "")
    return (
        ("og:image", preview.picture.link),
        ("og:image:type", mimetypes.guess_type(preview.picture.link)[0] or ""),
        ("og:image:width", str(width)),
        ("og:image:height", str(height)),
        ("og:image:alt", preview.picture.alt),
    )


def _article(preview: Preview) -> tuple[tuple[str, str], ...]:
    if not preview.article:
        return ()
    return (
        ("article:published_time", preview.created.isoformat() if preview.created else ""),
        ("article:modified_time", preview.updated.isoformat() if preview.updated else ""),
        ("article:section", preview.section),
        *(("article:tag", tag) for tag in preview.tags),
    )


def _card(preview: Preview) -> tuple[tuple[str, str], ...]:
    return (
        ("twitter:card", "summary_large_image"),
        ("twitter:title", preview.title),
        ("twitter:description", preview.description),
        ("twitter:image", preview.picture.link),
        ("twitter:image:alt", preview.picture.alt),
    )
