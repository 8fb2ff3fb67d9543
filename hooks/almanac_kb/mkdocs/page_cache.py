"""The cache of pages: the page of an article or a tag that shows nothing new is not rendered again; the few other pages are."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from almanac_kb.build import BuildContext
from almanac_kb.content.reader import Kind
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core import cache
from almanac_kb.core.cache import BuildCache, code_version
from almanac_kb.mkdocs import compat, defaults
from almanac_kb.mkdocs.pages import ArticlePage, ListingPage
from almanac_kb.render import compiler

KEY = "almanac_page_key"
"""The template variable that holds the cache key of a page."""
PACKAGES = ("jinja2", "markupsafe", "mkdocs", "mkdocs-material")
"""The packages whose version decides what a template is rendered to."""
CODE = tuple(path.read_bytes() for path in sorted(Path(__file__).parent.parent.rglob("*.py")))
"""The code of this package as it was when this process began."""
TEMPLATES = frozenset({".html", ".svg"})
SITE_WIDE = frozenset({"nav", "pages", "config", "page", "site", "tags_by_name", "subject", "feeds", "build_date_utc"})
"""The variables of templates that hold all of the site; what a page shows of them is in its key by `_shown` and `_facts`."""


def install(env: Environment, config: MkDocsConfig, build: BuildContext) -> str:
    """Has templates look for their output in the cache; returns the digest of all that every page depends on, nothing without a cache."""
    pages = build.keeper("pages")
    if pages is None:
        return ""
    templates = _templates(config)
    env.loader = jinja2.ChoiceLoader([jinja2.FunctionLoader(partial(_read, templates)), *filter(None, [env.loader])])
    env.template_class = _cached_template(pages)
    return _fingerprint(config, templates, build)


def add_key(values: TemplateContext, page: Page, nav: Navigation, build: BuildContext) -> TemplateContext:
    """Adds the cache key of the page of an article or a tag to its template variables; other pages are rendered each time."""
    shown = _shown(page, build) if build.page_fingerprint else []
    if shown:
        variables: Any = values
        own = {name: value for name, value in variables.items() if name not in SITE_WIDE}
        # A value that has no digest, such as an object of a plugin: the page is rendered each time.
        with suppress(TypeError):
            variables[KEY] = cache.cache_key(build.page_fingerprint, cache.digest([own, shown, _facts(page, nav, build)]))
    return values


def _cached_template(pages: BuildCache) -> type[jinja2.Template]:
    class CachedTemplate(jinja2.Template):
        def render(self, *args: Any, **kwargs: Any) -> str:
            values = dict(*args, **kwargs)
            key = values.pop(KEY, None)
            if key is None:
                return super().render(values)
            return pages.get_or_make(key, lambda: super(CachedTemplate, self).render(values).encode(errors="xmlcharrefreplace")).decode()

    return CachedTemplate


def _shown(page: Page, build: BuildContext) -> list[object]:
    """What the page of an article or a tag shows of the site; nothing for another page."""
    site = build.site
    if isinstance(page, ArticlePage) and page.article.kind is Kind.ARTICLE:
        section = site.sections[page.article.section]
        return [page.article, _tag_urls(site, page.article.tags), section.title, section.url]
    if isinstance(page, ListingPage) and isinstance(page.subject, Tag):
        subject = page.subject
        tags = {name for article in page.listing.items for name in article.tags}
        has_feed = f"{subject.url}feed.xml" in build.feeds
        return [subject.name, subject.url, subject.description, has_feed, page.listing, _tag_urls(site, tags)]
    return []


def _tag_urls(site: Site, names: Collection[str]) -> dict[str, str]:
    return {name: site.tag[name].url for name in sorted(names)}


def _facts(page: Page, nav: Navigation, build: BuildContext) -> list[object]:
    """What a page shows of MkDocs' objects, and which pages of the whole site it links to."""
    around = [(other.url, other.title) for other in (nav.homepage, page.previous_page, page.next_page) if other]
    own = [page.title, page.url, page.canonical_url, page.edit_url, page.update_date, page.is_homepage, page.meta, _outline(page.toc)]
    indexes = [bool(build.site.tags), build.has_bibliography, bool(build.years), "feed.xml" in build.feeds]
    return [around, bool(page.previous_page), own, indexes]


def _outline(items: Any) -> list[object]:
    return [[item.title, item.id, item.level, _outline(item.children)] for item in items]


def _templates(config: MkDocsConfig) -> dict[str, tuple[Path, bytes]]:
    """The templates and drawings of the project by name, read once: those in the fingerprint are those that are rendered."""
    templates: dict[str, tuple[Path, bytes]] = {}
    for folder in reversed(defaults.template_folders(config)):
        paths = sorted(path for path in folder.rglob("*") if path.suffix in TEMPLATES)
        templates |= {path.relative_to(folder).as_posix(): (path, path.read_bytes()) for path in paths}
    return templates


def _read(templates: Mapping[str, tuple[Path, bytes]], name: str) -> tuple[str, str, Callable[[], bool]] | None:
    if name not in templates:
        return None
    path, text = templates[name]
    return text.decode(), str(path), lambda: True


def _fingerprint(config: MkDocsConfig, templates: Mapping[str, tuple[Path, bytes]], build: BuildContext) -> str:
    plugins = {name: dict(getattr(plugin, "config", {})) for name, plugin in config.plugins.items()}
    settings = compiler.setting_text([compat.plain_settings(config), plugins, dict(config.theme), build.settings])
    parts = (part for name, (_, text) in templates.items() for part in (name, text))
    return cache.cache_key(settings, code_version(PACKAGES), *CODE, *build.code, *parts)
