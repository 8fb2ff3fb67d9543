"""Writes the feeds: RSS and JSON Feed by mkdocs-rss-plugin, which gets our entries where one changed; Atom by exports/feeds."""

import html
import logging
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from email.utils import format_datetime
from functools import lru_cache, partial
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs_rss_plugin.config import RssPluginConfig

from almanac_kb.build import BuildContext
from almanac_kb.content.article import Article
from almanac_kb.core import cache
from almanac_kb.core.paths import UrlPath, absolute_url
from almanac_kb.exports import feeds as exports_feeds
from almanac_kb.exports.feeds import Feed, FeedEntry, FeedSubject
from almanac_kb.mkdocs import compat, defaults, material
from almanac_kb.mkdocs.compat import RssSettings
from almanac_kb.mkdocs.pages import ArticlePage, lazy_file
from almanac_kb.publish.site_tree import Manifest, ManifestEntry, SiteTree
from almanac_kb.render import linker

log = logging.getLogger("mkdocs.hooks.knowledge")
TEMPLATE = Path("feeds/rss.html")
RSS_PACKAGES = ("mkdocs-rss-plugin",)
"""Packages whose versions affect the feeds in RSS and JSON."""
NO_PAGES = "(?!)"
"""The `match_path` that earlier versions of this project wrote for feeds of all articles, which the plugin was handed over."""
ALL_ARTICLES = ".*"
ICON = UrlPath("assets/images/favicon.png")


def write_rss(config: MkDocsConfig, build: BuildContext, tree: SiteTree, written: Container[str]) -> Manifest:
    """Writes the feeds in RSS and JSON, when the pictures of their entries are there; returns their entries in the manifest.

    A feed at the path of a file that is `written`, or of a feed before it, is left out with a warning.
    """
    made: dict[str, ManifestEntry] = {}
    for plugin in config.plugins.values():
        if isinstance(plugin, RssSettings):
            wanted = compat.rss_paths(plugin.config)
            taken = [path for path in wanted if path in written or path in made]
            for path in taken:
                line = material.line_of_setting(config, "rss")
                log.warning("mkdocs.yml%s: plugins: rss: feeds_filenames: %s is in the site already; choose another name", line, path)
            made |= _write_rss(plugin.config, [path for path in wanted if path not in taken], config, build, tree)
    return made


def _write_rss(settings: RssPluginConfig, paths: Iterable[str], config: MkDocsConfig, build: BuildContext, tree: SiteTree) -> Manifest:
    """Writes the feeds of the RSS plugin with these settings; template, which escapes everything, picture, date and entries are ours."""
    matches = re.compile(ALL_ARTICLES if settings.match_path == NO_PAGES else settings.match_path).match
    articles = [article for article in build.site.articles if article.is_listed and matches(article.source)]
    entries = exports_feeds.feed_entries(exports_feeds.latest(articles, settings.length, build.info), build.info, limit=None)
    fields = [_fields(entry, config, build) for entry in sorted(entries, key=lambda entry: entry.link)]
    changed = [article.changed for article in articles if article.changed]
    date = format_datetime(max(changed)) if changed else None
    template = next(folder / TEMPLATE for folder in defaults.template_folders(config) if (folder / TEMPLATE).is_file())
    version, shared = cache.code_version(RSS_PACKAGES), build.page_fingerprint  # which has the settings of all plugins
    key = cache.cache_key(version, shared, cache.digest([date, fields])) if shared else ""
    logo = absolute_url(config.site_url or "/", ICON)
    made = lru_cache(lambda: compat.rss_files(config, settings, template, logo, date, fields))
    return {path: tree.provide(path, key, partial(lambda path: made()[path], path)) for path in paths}


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
