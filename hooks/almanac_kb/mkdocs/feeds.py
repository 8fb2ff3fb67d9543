"""The feeds of the site, its sections and its tags: RSS and JSON by mkdocs-rss-plugin, given entries of ours alone; Atom by ourselves."""

import html
from collections.abc import Iterator
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
from almanac_kb.content.reader import Article
from almanac_kb.content.site import article_language
from almanac_kb.core.languages import own_name
from almanac_kb.core.paths import UrlPath, absolute_url
from almanac_kb.exports import feeds as exports_feeds
from almanac_kb.exports.feeds import Entry, Feed
from almanac_kb.health.addresses import FEED
from almanac_kb.mkdocs import defaults
from almanac_kb.mkdocs.compat import RssPlugin
from almanac_kb.mkdocs.pages import lazy_file
from almanac_kb.pages.metadata import feed_url
from almanac_kb.render import linker

TEMPLATE = Path("feeds/rss.html")
ICON = UrlPath("assets/images/favicon.png")


def prepare_rss(config: MkDocsConfig, build: BuildContext) -> None:
    """Gives the RSS plugin our template, which escapes all it prints, a picture, and the date of the newest article."""
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

    The feed of a section or tag that moved is at its old address, too.
    """
    texts = {file.url: file.page.content or "" for file in files.documentation_pages() if file.page}
    feeds = list(_feeds(texts, build))
    by_url = {atom_feed.url: atom_feed for atom_feed in feeds}
    moved = ((UrlPath(f"{old}{FEED}"), by_url.get(UrlPath(f"{new}{FEED}"))) for old, new in build.address_changes.redirects.items())
    feeds += [
        replace(atom_feed, url=url, self=absolute_url(build.info.base, url)) for url, atom_feed in moved if atom_feed and url not in by_url
    ]
    for atom_feed in feeds:
        files.append(lazy_file(config, atom_feed.url, partial(exports_feeds.write_atom, atom_feed)))
    return frozenset(atom_feed.url for atom_feed in feeds)


def _feeds(texts: dict[str, str], build: BuildContext) -> Iterator[Feed]:
    """The feeds that have entries."""
    site, info = build.site, build.info

    def text(article: Article) -> str:
        return linker.absolute_links(texts.get(str(article.url), ""), absolute_url(info.base, article.url))

    candidates = [
        exports_feeds.build_feed(info.name, info.description, UrlPath(""), exports_feeds.feed_entries(site.articles, info, text), info)
    ]
    for section in site.sections.values():
        if section.path:
            entries = exports_feeds.feed_entries(section.members, info)
            candidates.append(exports_feeds.build_feed(f"{section.title} · {info.name}", section.description, section.url, entries, info))
    for tag in site.tags:
        entries = exports_feeds.feed_entries(tag.articles, info)
        candidates.append(exports_feeds.build_feed(f"{tag.name} · {info.name}", tag.description, tag.url, entries, info))
    for author in site.authors:
        entries = exports_feeds.feed_entries(author.articles, info)
        candidates.append(exports_feeds.build_feed(f"{author.name} · {info.name}", author.description, author.url, entries, info))
    spoken = {article_language(article, info) for article in site.articles if article.created and article.is_listed}
    for language in sorted(spoken) if len(spoken) > 1 else ():
        entries = exports_feeds.feed_entries((each for each in site.articles if article_language(each, info) == language), info)
        title = f"{own_name(language)} · {info.name}"
        candidates.append(exports_feeds.build_feed(title, info.description, UrlPath(""), entries, info, feed_url(language)))
    return (candidate for candidate in candidates if candidate)


def _fields(entry: Entry, config: MkDocsConfig, build: BuildContext) -> dict[str, Any]:
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


def _enclosure(entry: Entry, config: MkDocsConfig, build: BuildContext) -> tuple[str, str, int] | None:
    """Address, media type and size in bytes of the image of an entry; None where the site has no such file."""
    if entry.image is None:
        return None
    path = Path(config.site_dir, unquote(entry.image.removeprefix(build.info.base)))
    size = path.stat().st_size if path.is_file() else None
    return (entry.image, guess_type(entry.image)[0] or "application/octet-stream", size) if size is not None else None
