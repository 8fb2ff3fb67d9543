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
    """Gives the RSS plugin the entries of all articles, before it writes its feeds."""
    entries = exports_feeds.feed_entries(build.site.articles, build.info, limit=None)
    RssPlugin(config.plugins["rss"]).hand_over(_fields(entry, config, build) for entry in sorted(entries, key=lambda entry: entry.link))


def add_atom(files: Files, config: MkDocsConfig, build: BuildContext) -> frozenset[UrlPath]:
    """Adds the Atom feeds, and returns their URL paths: that of the site has full texts, the others have summaries.

    Where a published feed is gone, its successor is also written at its URL path.
    """
    pages = {page.article.url: page for file in files.documentation_pages() if isinstance(page := file.page, ArticlePage)}
    subjects = {subject.url: subject for subject in exports_feeds.feed_subjects(build.site, build.info.language)}
    made = {url: partial(_feed, subject, pages, build) for url, subject in subjects.items()}
    made |= {old: partial(_moved, made[new], old, build) for old, new in build.address_changes.feeds.items()}
    version = cache.code_version(())
    for url, make in made.items():
        key = partial(_key, make, version)
        files.append(lazy_file(config, url, partial(_written, make), key))
    return frozenset(made)


Make = Callable[[Callable[[ArticlePage], str]], Feed]
"""Makes a feed, with the full text of articles as a function returns it."""


def _written(make: Make) -> bytes:
    return exports_feeds.write_atom(make(lambda page: page.content or ""))


def _key(make: Make, version: str) -> str:
    """The cache key of a feed: its digest, with the digests of full texts in their place."""
    return cache.cache_key(version, cache.digest(make(lambda page: page.content_digest)))


def _moved(make: Make, url: UrlPath, build: BuildContext, text: Callable[[ArticlePage], str]) -> Feed:
    """The feed at a former URL path."""
    return replace(make(text), url=url, self=absolute_url(build.info.base, url))


def _feed(subject: FeedSubject, pages: Mapping[UrlPath, ArticlePage], build: BuildContext, text: Callable[[ArticlePage], str]) -> Feed:
    site, info = build.site, build.info

    def content(article: Article) -> str:
        is_whole, page = subject.articles is site.articles, pages.get(article.url)
        return linker.absolute_links(text(page), absolute_url(info.base, article.url)) if is_whole and page else ""

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
