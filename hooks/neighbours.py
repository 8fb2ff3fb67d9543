"""Door: the sidebar of each page, from the navigation as awesome-pages left it."""

from collections.abc import Iterable

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from knowledge.page import sidebar
from knowledge.page.sidebar import Place


@event_priority(-100)
def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Keeps the navigation as places, after all plugins have had their say."""
    config["knowledge_sidebar"] = sidebar.build(Place(config.site_name, "", _places(nav.items)))
    return nav


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the template what stands beside the page."""
    context["sidebar"] = sidebar.row(config["knowledge_sidebar"], page.url)  # type: ignore[typeddict-unknown-key]
    return context


def on_template_context(context: TemplateContext, template_name: str, config: MkDocsConfig) -> TemplateContext:
    """Gives the 404 page the topmost places."""
    context["sidebar"] = sidebar.row(config["knowledge_sidebar"], "")  # type: ignore[typeddict-unknown-key]
    return context


def _places(items: Iterable[StructureItem]) -> tuple[Place, ...]:
    return tuple(_place(item) for item in items if not (isinstance(item, Page) and item.is_homepage))


def _place(item: StructureItem) -> Place:
    title = str(item.title or "")
    if isinstance(item, Page | Link):
        return Place(title, item.url)
    children = list(item.children or ()) if isinstance(item, Section) else []
    index = next((child for child in children if isinstance(child, Page) and child.is_index), None)
    below = [child for child in children if child is not index]
    return Place(title, index.url if index else None, _places(below))
