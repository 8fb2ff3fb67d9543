"""Door: every text is escaped once, by the template engine, where it becomes HTML; only what is HTML already is left alone."""

from collections.abc import Iterable

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils.templates import TemplateContext


@event_priority(100)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Turns on escaping before the first template is compiled."""
    env.autoescape = True
    return env


@event_priority(-100)
def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Marks what the Markdown renderer made as HTML, after the search has read it as text."""
    page.content = Markup(page.content or "")
    _mark(page.toc)
    return context


def _mark(items: Iterable[AnchorLink]) -> None:
    for item in items:
        item.title = Markup(item.title)
        _mark(item.children)
