"""Writes the feeds: RSS and JSON Feed by mkdocs-rss-plugin, which gets our entries; Atom by exports/feeds."""

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import format_datetime
from functools import partial
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from almanac_kb.build import BuildContext
from almanac_kb.content.article import Article
from almanac_kb.core import cache
from almanac_kb.core.paths import UrlPath, absolute_url
from almanac_kb.exports import feeds as exports_feeds
from almanac_kb.exports.feeds import Feed, FeedEntry, FeedSubject
from almanac_kb.mkdocs import defaults
from almanac_kb.mkdocs.compat import RssPlugin
from almanac_kb.mkdocs.pages import ArticlePage, lazy_file
from almanac_kb.render import linker

TEMPLATE = Path("feeds/rss.html")
ICON = UrlPath("assets/images/favicon.png")


def prepare_rss(config: MkDocsConfig, build: BuildContext) -> None:
    """Gives the RSS plugin our template, which escapes everything, an image, and the date of the newest article."""
    changed = [article.changed for article in build.site.articles if article.changed and article.is_listed]
    date = format_datetime(max(changed)) if changed else None
    template = next(folder / TEMPLATE for folder in defaults.template_folders(config) if (folder / TEMPLATE).is_file())
    RssPlugin(config.plugins["rss"]).prepare(template, absolute_url(config.site_url or "/", ICON), date)


def hand_over_entries(config: MkDocsConfig, build: BuildContext) -> None:
    """Gives the RSS plugin the entries that it may put into its feeds, before it writes them."""
    plugin = RssPlugin(config.plugins["rss"])
    entries = exports_feeds.feed_entries(exports_feeds.latest(build.site.articles, plugin.length, build.info), build.info, limit=None)
    plugin.hand_over(_fields(entry, config, build) for entry in sorted(entries, key=lambda entry: entry.link))


def add_atom(files: Files, config: MkDocsConfig, build: BuildContext) -> frozenset[UrlPath]:
    """Adds the Atom feeds, and returns their URL paths: that of the site has full texts, the others have summaries.

    Where a published feed is gone, its successor is also written at its URL path.
    """
    pages = {page.article.url: page for file in files.documentation_pages() if isinstance(page := file.page, ArticlePage)}
    subjects = {subject.url: subject for subject in exports_feeds.feed_subjects(build.site, build.info.language)}
    made = {url: partial(_feed, subject, pages, build) for url, subject in subjects.items()}
    version = cache.cache_key(cache.code_version(()), cache.digest(build.info))
    keys = {url: partial(_key, subject, pages, build, version) for url, subject in subjects.items()}
    for old, new in build.address_changes.feeds.items():
        made[old], keys[old] = partial(_moved, made[new], old, build), partial(_moved_key, keys[new], old)
    for url, make in made.items():
        files.append(lazy_file(config, url, partial(_written, make), keys[url]))
    return frozenset(made)


def _written(make: Callable[[], Feed]) -> bytes:
    return exports_feeds.write_atom(make())


def _key(subject: FeedSubject, pages: Mapping[UrlPath, ArticlePage], build: BuildContext, version: str) -> str:
    """The cache key of a feed, from the digests of its articles: the articles of a site are in many feeds."""
    articles = list(exports_feeds.in_feed(subject.articles))
    texts = [page.content_digest for article in articles if (page := pages.get(article.url))] if _is_whole(subject, build) else []
    own = cache.digest([subject.title, subject.description, subject.page, subject.own_url, texts])
    return cache.cache_key(version, own, *(article.digest for article in articles))


def _moved(make: Callable[[], Feed], url: UrlPath, build: BuildContext) -> Feed:
    """The feed at a former URL path."""
    return replace(make(), url=url, self=absolute_url(build.info.base, url))


def _moved_key(key: Callable[[], str], url: UrlPath) -> str:
    return cache.cache_key(key(), url)


def _is_whole(subject: FeedSubject, build: BuildContext) -> bool:
    """Whether a feed has the full texts of its articles: that of the site."""
    return subject.articles is build.site.articles


def _feed(subject: FeedSubject, pages: Mapping[UrlPath, ArticlePage], build: BuildContext) -> Feed:
    info, is_whole = build.info, _is_whole(subject, build)

    def content(article: Article) -> str:
        page = pages.get(article.url) if is_whole else None
        return linker.absolute_links(page.content or "", absolute_url(info.base, article.url)) if page else ""

    title = f"{subject.title} · {info.name}" if subject.title else info.name
    description = subject.description or ("" if subject.page else info.description)
    entries = exports_feeds.feed_entries(subject.articles, info, content)
    return exports_feeds.build_feed(title, description, subject.page, entries, info, subject.own_url or None)


def _fields(entry: FeedEntry, config: MkDocsConfig, build: BuildContext) -> dict[str, Any]:
    return {
        "authors": entry.authors,
        "categories": list(entry.tags),
        "created": entry.created,
        "description": html.escape(entry.summary),
        "guid": entry.id,
        "image": _enclosure(entry, config, build),
        "link": entry.link,
        "title": entry.title,
        "updated": entry.updated,
    }


def _enclosure(entry: FeedEntry, config: MkDocsConfig, build: BuildContext) -> tuple[str, str, int] | None:
    """URL, media type and size in bytes of the image of an entry; None where the site has no such file."""
    if entry.image is None:
        return None
    path = Path(config.site_dir, unquote(entry.image.removeprefix(build.info.base)))
    size = path.stat().st_size if path.is_file() else None
    return (entry.image, guess_type(entry.image)[0] or "application/octet-stream", size) if size is not None else None
