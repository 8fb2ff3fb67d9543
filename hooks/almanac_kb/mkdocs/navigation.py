"""Sections as MkDocs' navigation, for awesome-pages to order, and the sidebar from the navigation as plugins left it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page

from almanac_kb.build import BuildContext
from almanac_kb.content.editions import Edition
from almanac_kb.content.sections import Section as SiteSection
from almanac_kb.content.site import Site
from almanac_kb.core.paths import SourcePath
from almanac_kb.mkdocs.listing_pages import ListingPage
from almanac_kb.mkdocs.pages import ArticlePage
from almanac_kb.pages import sidebar
from almanac_kb.pages.sidebar import UNMARKED, Marks, NavigationItem, Sidebar

OUTSIDE = (InclusionLevel.NOT_IN_NAV, InclusionLevel.EXCLUDED)


def from_site(nav: Navigation, config: MkDocsConfig, files: Files, build: BuildContext) -> Navigation:
    """The sections of the site with their articles; a `nav:` of mkdocs.yml stays as it is, and its titles are those of its pages."""
    if config.nav is not None:
        name_pages(files, config)
        return nav
    site = build.site
    pages = {file.src_uri: file.page for file in files.documentation_pages() if file.page and file.inclusion not in OUTSIDE}
    items = _items(site.sections[""], site, pages)
    items += [page for source, page in pages.items() if source in site.refused]
    return Navigation(items, [])


def name_pages(files: Files, config: MkDocsConfig) -> None:
    """Gives pages the titles that the `nav:` of mkdocs.yml has for them."""
    for title, path in _titles(config.nav or []):
        file = files.get_file_from_path(path)
        if file and file.page:
            file.page.title = title


def to_sidebar(nav: Navigation, config: MkDocsConfig) -> Sidebar:
    """The sidebar of all pages.

    The page of a folder is that of its section, unless the `nav:` of mkdocs.yml has a title for it, and Material's `navigation.indexes`
    does not want it otherwise.
    """
    named = () if "navigation.indexes" in (config.theme.get("features") or ()) else (path for _, path in _titles(config.nav or []))
    return sidebar.build_sidebar(NavigationItem(config.site_name, "", _places(nav.items, frozenset(named))))


def link_neighbours(nav: Navigation, build: BuildContext) -> None:
    """Has the page before and after each page be one that readers of its language are shown, in a site of several languages."""
    main, *others = build.editions
    for edition in build.editions if others else ():
        shown = [page for page in nav.pages if unquote(page.url) not in edition.hidden]
        around = zip([None, *shown], shown, [*shown[1:], None], strict=False)
        for before, page, after in around:
            if _edition(page, others, main) is edition:
                page.previous_page, page.next_page = before, after


def _edition(page: Page, others: Iterable[Edition], main: Edition) -> Edition:
    return next((each for each in others if each.language == _language(page)), main)


def _titles(entries: Any) -> Iterator[tuple[str, str]]:
    """The titles in a `nav:` with the source paths they stand before; other entries have none, or name links and sections."""
    if isinstance(entries, Mapping):
        yield from ((str(title), path) for title, path in entries.items() if isinstance(path, str))
    for entry in entries.values() if isinstance(entries, Mapping) else entries:
        if isinstance(entry, Mapping | list):
            yield from _titles(entry)


def _items(section: SiteSection, site: Site, pages: Mapping[str, Page]) -> list[StructureItem]:
    index = section.index.source if section.index else SourcePath(f"{section.path}/index.md".lstrip("/"))
    sources = [index, *(article.source for article in section.articles)]
    items: list[StructureItem] = [pages[source] for source in sources if source in pages]
    for path in section.children:
        child = site.sections[path]
        items.append(Section(child.title, _items(child, site, pages)))
    return items


def _places(items: Iterable[StructureItem], named: frozenset[str]) -> tuple[NavigationItem, ...]:
    return tuple(_place(item, named) for item in items if not (isinstance(item, Page) and item.is_homepage))


def _place(item: StructureItem, named: frozenset[str]) -> NavigationItem:
    title = str(item.title or "")
    if isinstance(item, Page | Link):
        return NavigationItem(title, item.url, language_tag=_language(item), marks=_marks(item))
    children = list(item.children or ()) if isinstance(item, Section) else []
    index = next((child for child in children if isinstance(child, Page) and child.is_index and child.file.src_uri not in named), None)
    below = [child for child in children if child is not index]
    return NavigationItem(title, index.url if index else None, _places(below, named), _language(index), _marks(index))


def _marks(item: StructureItem | None) -> Marks:
    return item.marks if isinstance(item, ArticlePage) else UNMARKED


def _language(item: StructureItem | None) -> str:
    return item.language_tag if isinstance(item, ArticlePage | ListingPage) else ""
