"""Door: the page of an article that shows nothing new is taken from memory; the few pages that list articles are made each time."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from knowledge.catalogue.catalogue import Catalogue
from knowledge.reading.article import Article, Kind
from knowledge.render import digest, memo, workbench
from knowledge.render.digest import UnknownError
from knowledge.render.edition import edition
from knowledge.render.memo import Memo
from knowledge.render.pages import Pages

CACHE = Path(".cache", "knowledge", "pages.sqlite")
KEY = "knowledge_key"
PACKAGES = ("jinja2", "markupsafe", "mkdocs", "mkdocs-material")
DOORS = tuple(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
"""The code of the doors as it was when this process began."""
TEMPLATES = frozenset({".html", ".svg"})
SITE_WIDE = frozenset({"nav", "pages", "config", "page", "knowledge", "links", "build_date_utc"})
"""What every template is given of the whole site; what an article's page shows of it is named in `_facts`."""


@event_priority(99)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Has pages remembered, before the first template is read."""
    config["knowledge_pages"] = None
    if config["knowledge_settings"].fast:
        pages = config["knowledge_pages"] = Pages(Memo(Path(config.config_file_path).parent / CACHE))
        templates = _templates(config)
        config["knowledge_mark"] = _mark(config, templates)
        env.loader = jinja2.ChoiceLoader([jinja2.FunctionLoader(partial(_read, templates)), *filter(None, [env.loader])])
        env.template_class = _remembering(pages)


@event_priority(-500)
def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Says by what the page of an article is remembered."""
    article: Article | None = getattr(page, "article", None)
    if article and article.kind is Kind.ARTICLE and config["knowledge_pages"]:
        values: Any = context
        own = {key: value for key, value in values.items() if key not in SITE_WIDE}
        try:
            values[KEY] = memo.key(config["knowledge_mark"], digest.digest([own, _facts(page, article, nav, config)]))
        except UnknownError:
            return context
    return context


@event_priority(-950)
def on_post_build(config: MkDocsConfig) -> None:
    """Keeps what was made."""
    if config["knowledge_pages"]:
        config["knowledge_pages"].keep()


def _remembering(pages: Pages) -> type[jinja2.Template]:
    """Templates that ask the memory first."""

    class Remembering(jinja2.Template):
        def render(self, *args: Any, **kwargs: Any) -> str:
            values = dict(*args, **kwargs)
            key = values.pop(KEY, None)
            return pages.page(key, lambda: super(Remembering, self).render(values)) if key else super().render(values)

    return Remembering


def _facts(page: Page, article: Article, nav: Navigation, config: MkDocsConfig) -> list[object]:
    """What the page of an article shows beside what it alone is given."""
    catalogue: Catalogue = config["knowledge"]
    links = {each.name: each.url for each in catalogue.tags if each.name in article.tags}
    topic = catalogue.topics[article.topic]
    around = [(each.url, each.title) for each in (nav.homepage, page.previous_page, page.next_page) if each]
    own = [page.title, page.url, page.canonical_url, page.edit_url, page.update_date, page.is_homepage, page.meta, _outline(page.toc)]
    there = [bool(catalogue.tags), config["knowledge_sources"], bool(config["knowledge_years"]), "feed.xml" in config["knowledge_feeds"]]
    return [article, links, topic.title, topic.url, around, bool(page.previous_page), own, there]


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
    said = workbench.said([settings, dict(config.theme), config["knowledge_settings"]])
    return memo.key(said, edition(PACKAGES), *DOORS, *(part for name, (_, text) in templates.items() for part in (name, text)))
