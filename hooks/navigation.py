"""Door: topics and articles as MkDocs' navigation, for awesome-pages to order."""

from collections.abc import Mapping

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.topic import Topic
from knowledge.place import Source

OUTSIDE = (InclusionLevel.NOT_IN_NAV, InclusionLevel.EXCLUDED)


@event_priority(100)
def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """The catalogue's topics as sections, before awesome-pages; an explicit `nav:` of mkdocs.yml stays as it is."""
    if config.nav is not None:
        return nav
    catalogue: Catalogue = config["knowledge"]
    pages = {file.src_uri: file.page for file in files.documentation_pages() if file.page and file.inclusion not in OUTSIDE}
    items = _items(catalogue.topics[""], catalogue, pages)
    items += [page for source, page in pages.items() if source in catalogue.refused]
    return Navigation(items, [])


def _items(topic: Topic, catalogue: Catalogue, pages: Mapping[str, Page]) -> list[StructureItem]:
    index = topic.index.source if topic.index else Source(f"{topic.path}/index.md".lstrip("/"))
    sources = [index, *(article.source for article in topic.articles)]
    found: list[StructureItem] = [pages[source] for source in sources if source in pages]
    for path in topic.children:
        child = catalogue.topics[path]
        found.append(Section(child.title, _items(child, catalogue, pages)))
    return found
