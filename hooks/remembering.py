"""Door: the page of an article or a tag that shows nothing new is taken from memory; the few other pages are made each time."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment
from memories import keeper
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.tag import Tag
from knowledge.page.listing import Leaf
from knowledge.reading.article import Article, Kind
from knowledge.render import digest, memo, workbench
from knowledge.render.edition import edition
from knowledge.render.keeper import Keeper

KEY = "knowledge_key"
PACKAGES = ("jinja2", "markupsafe", "mkdocs", "mkdocs-material")
DOORS = tuple(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
"""The code of the doors as it was when this process began."""
TEMPLATES = frozenset({".html", ".svg"})
SITE_WIDE = frozenset({"nav", "pages", "config", "page", "knowledge", "links", "subject", "feeds", "build_date_utc"})
"""What templates are given of the whole site; what a page shows of it is named in `_facts`."""


@event_priority(99)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Has pages remembered, before the first template is read."""
    pages = keeper(config, "pages")
    if pages:
        templates = _templates(config)
        config["knowledge_mark"] = _mark(config, templates)
        env.loader = jinja2.ChoiceLoader([jinja2.FunctionLoader(partial(_read, templates)), *filter(None, [env.loader])])
        env.template_class = _remembering(pages)


@event_priority(-500)
def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Says by what the page of an article or a tag is remembered."""
    shown = _shown(page, config) if config["knowledge_settings"].fast else None
    if shown:
        values: Any = context
        own = {key: value for key, value in values.items() if key not in SITE_WIDE}
        with suppress(TypeError):
            values[KEY] = memo.key(config["knowledge_mark"], digest.digest([own, shown, _facts(page, nav, config)]))
    return context


def _remembering(pages: Keeper) -> type[jinja2.Template]:
    """Templates that ask the memory first."""

    class Remembering(jinja2.Template):
        def render(self, *args: Any, **kwargs: Any) -> str:
            values = dict(*args, **kwargs)
            key = values.pop(KEY, None)
            if key is None:
                return super().render(values)
            return pages.piece(key, lambda: super(Remembering, self).render(values).encode(errors="xmlcharrefreplace")).decode()

    return Remembering


def _shown(page: Page, config: MkDocsConfig) -> list[object]:
    """What the page of an article or a tag shows of the catalogue; nothing where it is another page."""
    catalogue: Catalogue = config["knowledge"]
    article: Article | None = getattr(page, "article", None)
    subject = getattr(page, "subject", None)
    if article and article.kind is Kind.ARTICLE:
        topic = catalogue.topics[article.topic]
        return [article, _links(catalogue, article.tags), topic.title, topic.url]
    if isinstance(subject, Tag):
        listed: Leaf[Article] = page.leaf  # type: ignore[attr-defined]
        tags = {name for each in listed.items for name in each.tags}
        fed = f"{subject.url}feed.xml" in config["knowledge_feeds"]
        return [subject.name, subject.url, subject.description, fed, listed, _links(catalogue, tags)]
    return []


def _links(catalogue: Catalogue, names: Collection[str]) -> dict[str, str]:
    return {name: catalogue.tag[name].url for name in sorted(names)}


def _facts(page: Page, nav: Navigation, config: MkDocsConfig) -> list[object]:
    """What a page shows beside that, and beside what it alone is given."""
    around = [(each.url, each.title) for each in (nav.homepage, page.previous_page, page.next_page) if each]
    own = [page.title, page.url, page.canonical_url, page.edit_url, page.update_date, page.is_homepage, page.meta, _outline(page.toc)]
    catalogue: Catalogue = config["knowledge"]
    there = [bool(catalogue.tags), config["knowledge_sources"], bool(config["knowledge_years"]), "feed.xml" in config["knowledge_feeds"]]
    return [around, bool(page.previous_page), own, there]


def _outline(items: Any) -> list[object]:
    return [[each.title, each.id, each.level, _outline(each.children)] for each in items]


def _templates(config: MkDocsConfig) -> dict[str, tuple[Path, bytes]]:
    """The templates and drawings of the project by their names, read once: those that mark a build are those that make its pages."""
    theme = Path(config.theme.custom_dir or ".")
    found = sorted(path for path in theme.rglob("*") if path.suffix in TEMPLATES)
    return {path.relative_to(theme).as_posix(): (path, path.read_bytes()) for path in found}


def _read(templates: Mapping[str, tuple[Path, bytes]], name: str) -> tuple[str, str, Callable[[], bool]] | None:
    if name not in templates:
        return None
    path, text = templates[name]
    return text.decode(), str(path), lambda: True


def _mark(config: MkDocsConfig, templates: Mapping[str, tuple[Path, bytes]]) -> str:
    """What all pages depend on: the settings, the templates, the code."""
    settings = {key: config[key] for key, _ in config._schema if key not in {"plugins", "hooks", "theme"}}
    said = workbench.said([settings, sorted(config.plugins), dict(config.theme), config["knowledge_settings"]])
    return memo.key(said, edition(PACKAGES), *DOORS, *(part for name, (_, text) in templates.items() for part in (name, text)))
