"""Metadata of a page for other sites and programs: Open Graph, Twitter card, translations (hreflang)."""

import datetime
import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.editions import translation_groups
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.core import languages
from almanac_kb.core.paths import AbsoluteUrl, SourcePath, UrlPath, absolute_url

PREVIEW_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Extensions of images that social sites show; they show no SVG and no AVIF."""
CARD_SIZE = (1200, 630)
"""Width and height in pixels: the ratio of 1.91 to 1 that Facebook and LinkedIn ask for."""
CARD_VERSION = 2
"""Part of the cache key of cards: raise it when a card of the same words looks different."""
SITE_CARD = UrlPath("assets/card.png")
"""The social card of all pages that are no articles."""
LANGUAGE_AND_TERRITORY = re.compile(r"(?P<language>[a-z]{2,3})[-_](?P<territory>[A-Za-z]{2})")
"""A language tag with a territory, from which an `og:locale` can be made: `de-AT`."""


@dataclass(frozen=True)
class PreviewImage:
    """The image that other sites show with a link to a page."""

    url: AbsoluteUrl
    alt: str
    """Its alternative text; empty for a card, whose words are beside it."""
    size: tuple[int, int] | None = None
    """Width and height in pixels, where they are known."""


@dataclass(frozen=True)
class PageMetadata:
    """The values from which the metadata of a page are made."""

    title: str
    description: str
    url: AbsoluteUrl
    """Its canonical URL."""
    image: PreviewImage
    site_name: str
    language: str
    """A BCP 47 tag."""
    created: datetime.datetime | None = None
    """The date of publication; None where it has no date or is no article."""
    updated: datetime.datetime | None = None
    section: str = ""
    """The title of the section of an article."""
    tags: tuple[str, ...] = ()
    is_article: bool = False


@dataclass(frozen=True)
class Translation:
    """An article in one of its languages."""

    language: str
    """A BCP 47 tag, or `x-default` for readers of all other languages."""
    url: AbsoluteUrl
    path: UrlPath = UrlPath("")
    """The URL path of the article; empty for `x-default`."""

    @property
    def name(self) -> str:
        """The name of the language as its speakers write it."""
        return languages.own_name(self.language)


def needs_card(article: Article) -> bool:
    """Whether a social card must be drawn for an article, because its header has no image that social sites show."""
    return article.kind is ArticleKind.ARTICLE and not article.image.lower().endswith(PREVIEW_SUFFIXES)


def card_url(article: Article, site: Site) -> UrlPath:
    """The URL path of the social card of an article: its own, that of its topic, or that of the site, as the setting `cards` says.

    A `cover.png` that docs/ brings beside the page is always used. An article outside of all topics has the card of the site.
    """
    own, section, cards = UrlPath(f"{article.url}cover.png"), site.sections[article.section], site.rules.settings.cards
    if cards == "article" or own in site.assets:
        return own
    return UrlPath(f"{section.url}cover.png") if cards == "topic" and section.path else SITE_CARD


def preview_image(article: Article, site: Site, info: SiteInfo, size: tuple[int, int] | None = None) -> PreviewImage:
    """The preview image of an article: the image of its header, whose size is `size`, else its card; for a page the card of the site."""
    if article.image.lower().endswith(PREVIEW_SUFFIXES):
        return PreviewImage(absolute_url(info.base, UrlPath(article.image)), article.alt or article.title, size)
    url = card_url(article, site) if article.kind is ArticleKind.ARTICLE else SITE_CARD
    if url == SITE_CARD:
        return site_card(info)
    return PreviewImage(absolute_url(info.base, url), article.alt, CARD_SIZE)


def site_card(info: SiteInfo) -> PreviewImage:
    """The preview image of all pages that are no articles."""
    return PreviewImage(absolute_url(info.base, SITE_CARD), info.name, CARD_SIZE)


def metadata_tags(page: PageMetadata) -> tuple[tuple[str, str], ...]:
    """Names and values of the `<meta>` elements of a page, in order: Open Graph (ogp.me), then Twitter card.

    Names without a value are left out; `article:tag` stands once for each tag.
    """
    tags = (*_open_graph_page(page), *_open_graph_image(page.image), *_open_graph_article(page), *_twitter_card(page))
    return tuple((name, value) for name, value in tags if value)


def find_translations(articles: Iterable[Article], site: SiteInfo) -> dict[SourcePath, tuple[Translation, ...]]:
    """The versions of each article that exists in several languages, including itself."""
    found: dict[SourcePath, tuple[Translation, ...]] = {}
    for group in translation_groups(articles, site.language):
        urls = {language: version.url for language, version in group.items()}
        found |= dict.fromkeys((version.source for version in group.values()), translations(urls, site))
    return found


def translations(urls: Mapping[str, UrlPath], site: SiteInfo) -> tuple[Translation, ...]:
    """The versions of a page, whose URL paths are given by language; `x-default` last, where there is one in the language of the site."""
    versions = tuple(Translation(language, absolute_url(site.base, urls[language]), urls[language]) for language in sorted(urls))
    return versions + ((Translation("x-default", absolute_url(site.base, urls[site.language])),) if site.language in urls else ())


def _open_graph_page(page: PageMetadata) -> tuple[tuple[str, str], ...]:
    match = LANGUAGE_AND_TERRITORY.fullmatch(page.language)
    return (
        ("og:type", "article" if page.is_article else "website"),
        ("og:site_name", page.site_name),
        ("og:title", page.title),
        ("og:description", page.description),
        ("og:url", page.url),
        ("og:locale", f"{match['language']}_{match['territory'].upper()}" if match else ""),
    )


def _open_graph_image(image: PreviewImage) -> tuple[tuple[str, str], ...]:
    width, height = image.size or ("", "")
    return (
        ("og:image", image.url),
        ("og:image:type", mimetypes.guess_type(image.url)[0] or ""),
        ("og:image:width", str(width)),
        ("og:image:height", str(height)),
        ("og:image:alt", image.alt),
    )


def _open_graph_article(page: PageMetadata) -> tuple[tuple[str, str], ...]:
    if not page.is_article:
        return ()
    return (
        ("article:published_time", page.created.isoformat() if page.created else ""),
        ("article:modified_time", page.updated.isoformat() if page.updated else ""),
        ("article:section", page.section),
        *(("article:tag", tag) for tag in page.tags),
    )


def _twitter_card(page: PageMetadata) -> tuple[tuple[str, str], ...]:
    return (
        ("twitter:card", "summary_large_image"),
        ("twitter:title", page.title),
        ("twitter:description", page.description),
        ("twitter:image", page.image.url),
        ("twitter:image:alt", page.image.alt),
    )
