"""Open Graph, Twitter card, hreflang."""

import datetime
import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass

from almanac_kb.content import languages
from almanac_kb.content.reader import Article, Kind
from almanac_kb.content.site import SiteInfo, article_language
from almanac_kb.core.paths import AbsoluteUrl, SourcePath, UrlPath, absolute_url, without_suffix
from almanac_kb.pages import covers

SHOWN = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""The pictures that social sites show; they show no SVG and no AVIF."""
CARD = UrlPath("assets/card.png")
"""The picture of a page that is no article."""
TERRITORY = re.compile(r"(?P<language>[a-z]{2,3})[-_](?P<territory>[A-Za-z]{2})")


@dataclass(frozen=True)
class PreviewImage:
    """The picture of a page."""

    link: AbsoluteUrl
    alt: str
    """What it shows."""
    size: tuple[int, int] | None = None
    """Width and height in pixels, where they are known."""


@dataclass(frozen=True)
class PageMetadata:
    """What is told of a page."""

    title: str
    description: str
    link: AbsoluteUrl
    """Its canonical address."""
    picture: PreviewImage
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


def needs_card(article: Article) -> bool:
    """Whether an article needs a card, since it names no picture that social sites show."""
    return article.kind is Kind.ARTICLE and not article.image.lower().endswith(SHOWN)


def preview_image(article: Article | None, site: SiteInfo, size: tuple[int, int] | None = None) -> PreviewImage:
    """The picture of an article, which is of that size where it is known, or of another page."""
    if article and article.image.lower().endswith(SHOWN):
        return PreviewImage(absolute_url(site.base, UrlPath(article.image)), article.alt or article.title, size)
    if article and article.kind is Kind.ARTICLE:
        return PreviewImage(
            absolute_url(site.base, UrlPath(f"{article.url}cover.png")), article.alt or f"Cover: {article.title}", covers.SIZE
        )
    return PreviewImage(absolute_url(site.base, CARD), site.name, covers.SIZE)


def metadata_tags(preview: PageMetadata) -> tuple[tuple[str, str], ...]:
    """The properties of a page and their values, in the order in which a page should have them; `article:tag` stands more than once."""
    return tuple((name, value) for name, value in (*_page(preview), *_picture(preview), *_article(preview), *_card(preview)) if value)


def _page(preview: PageMetadata) -> tuple[tuple[str, str], ...]:
    territory = TERRITORY.fullmatch(preview.language)
    return (
        ("og:type", "article" if preview.article else "website"),
        ("og:site_name", preview.site),
        ("og:title", preview.title),
        ("og:description", preview.description),
        ("og:url", preview.link),
        ("og:locale", f"{territory['language']}_{territory['territory'].upper()}" if territory else ""),
    )


def _picture(preview: PageMetadata) -> tuple[tuple[str, str], ...]:
    width, height = preview.picture.size or ("", "")
    return (
        ("og:image", preview.picture.link),
        ("og:image:type", mimetypes.guess_type(preview.picture.link)[0] or ""),
        ("og:image:width", str(width)),
        ("og:image:height", str(height)),
        ("og:image:alt", preview.picture.alt),
    )


def _article(preview: PageMetadata) -> tuple[tuple[str, str], ...]:
    if not preview.article:
        return ()
    return (
        ("article:published_time", preview.created.isoformat() if preview.created else ""),
        ("article:modified_time", preview.updated.isoformat() if preview.updated else ""),
        ("article:section", preview.section),
        *(("article:tag", tag) for tag in preview.tags),
    )


def _card(preview: PageMetadata) -> tuple[tuple[str, str], ...]:
    return (
        ("twitter:card", "summary_large_image"),
        ("twitter:title", preview.title),
        ("twitter:description", preview.description),
        ("twitter:image", preview.picture.link),
        ("twitter:image:alt", preview.picture.alt),
    )


@dataclass(frozen=True)
class Translation:
    """An article in one of its languages."""

    language: str
    """A BCP 47 tag, or `x-default` for readers of any other language."""
    link: AbsoluteUrl
    url: UrlPath = UrlPath("")
    """The same below the root of the site; that of `x-default` is empty."""

    @property
    def name(self) -> str:
        """The name of the language, as its speakers call it."""
        return languages.own_name(self.language)


def find_translations(articles: Iterable[Article], site: SiteInfo) -> dict[SourcePath, tuple[Translation, ...]]:
    """The versions of each article that exists in more than one language, itself among them, by language.

    `backups.de.md` and `de/backups.md`, both declaring `lang: de`, translate `backups.md`.
    """
    groups: dict[tuple[str, ...], dict[str, Article]] = {}
    for article in sorted(articles, key=lambda each: each.source):
        spoken = article_language(article, site)
        groups.setdefault(_key(article.source, spoken), {}).setdefault(spoken, article)
    found = {}
    for group in groups.values():
        if len(group) > 1:
            every = tuple(Translation(spoken, absolute_url(site.base, group[spoken].url), group[spoken].url) for spoken in sorted(group))
            default = (Translation("x-default", absolute_url(site.base, group[site.language].url)),) if site.language in group else ()
            found.update({article.source: every + default for article in group.values()})
    return found


def _key(source: SourcePath, spoken: str) -> tuple[str, ...]:
    *folders, name = source.casefold().split("/")
    code = spoken.casefold()
    stem = without_suffix(name).removesuffix(f".{code}")
    return (*(each for each in folders if each != code), stem)
