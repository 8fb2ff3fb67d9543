"""Door: the feeds of the site, its topics and its tags. RSS and JSON by mkdocs-rss-plugin, fed by the catalogue alone; Atom by our own."""

import html
from email.utils import format_datetime
from functools import partial
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from deferred import deferred
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext
from mkdocs_rss_plugin.models import PageInformation

from knowledge.catalogue.catalogue import Catalogue
from knowledge.feeds import absolute, atom, feed
from knowledge.feeds.feed import Entry, Site
from knowledge.place import Url, link
from knowledge.reading.article import Article

TEMPLATE = Path("feeds/rss.html")
ICON = Url("assets/images/favicon.png")


@event_priority(-75)
def on_config(config: MkDocsConfig) -> None:
    """Gives the plugin our template, which escapes all it prints, a picture, and the date of the newest article instead of the clock's."""
    plugin: Any = config.plugins["rss"]
    catalogue: Catalogue = config["knowledge"]
    changed = [article.changed for article in catalogue.articles if article.changed and not article.withheld]
    plugin.tpl_folder = Path(config.theme.dirs[0], TEMPLATE.parent)
    plugin.tpl_file = Path(TEMPLATE.name)
    for each in (plugin.feed_created, plugin.feed_updated):
        each.logo_url = link(config.site_url or "/", ICON)
        each.pubDate = each.buildDate = format_datetime(max(changed)) if changed else None


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Adds the Atom feeds: of the site with full text, of each topic and of each tag with summaries."""
    catalogue: Catalogue = config["knowledge"]
    site: Site = config["knowledge_site"]
    texts = {file.url: file.page.content or "" for file in files.documentation_pages() if file.page}

    def text(article: Article) -> str:
        return absolute.absolute(texts.get(str(article.url), ""), link(site.base, article.url))

    made = [feed.feed(site.name, site.description, Url(""), feed.entries(catalogue.articles, site, text), site)]
    for topic in catalogue.topics.values():
        if topic.path:
            made.append(feed.feed(f"{topic.title} · {site.name}", topic.description, topic.url, feed.entries(topic.members, site), site))
    for tag in catalogue.tags:
        made.append(feed.feed(f"{tag.name} · {site.name}", tag.description, tag.url, feed.entries(tag.articles, site), site))
    found = [each for each in made if each]
    for each in found:
        files.append(deferred(config, each.url, partial(atom.serialize, each)))
    config["knowledge_feeds"] = frozenset(each.url for each in found)
    return env


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Tells the template which feeds there are, to announce those of the page."""
    context["feeds"] = config["knowledge_feeds"]  # type: ignore[typeddict-unknown-key]
    return context


@event_priority(75)
def on_post_build(config: MkDocsConfig) -> None:
    """Hands the catalogue's entries to the plugin, before it writes its feeds."""
    catalogue: Catalogue = config["knowledge"]
    plugin: Any = config.plugins["rss"]
    site: Site = config["knowledge_site"]
    entries = feed.entries(catalogue.articles, site, limit=None)
    plugin.pages_to_filter[:] = [_item(entry, config) for entry in sorted(entries, key=lambda entry: entry.link)]


def _item(entry: Entry, config: MkDocsConfig) -> PageInformation:
    return PageInformation(
        authors=entry.authors,
        categories=list(entry.tags),
        created=entry.created,
        description=html.escape(entry.summary),
        guid=entry.id,
        image=_enclosure(entry, config),
        link=entry.link,
        title=entry.title,
        updated=entry.updated,
    )


def _enclosure(entry: Entry, config: MkDocsConfig) -> tuple[str, str, int] | None:
    if entry.image is None:
        return None
    path = Path(config.site_dir, unquote(entry.image.removeprefix(config["knowledge_site"].base)))
    return entry.image, guess_type(entry.image)[0] or "application/octet-stream", path.stat().st_size
