"""The sidebar: navigation beside a page, limited to the items around the current one, however many the site has."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote, unquote

from almanac_kb.content.article import Article
from almanac_kb.content.editions import Edition
from almanac_kb.core import languages
from almanac_kb.core.paths import UrlPath

NEIGHBOURS = 12
"""Most items that are shown before, and after, the one on the path to the page."""
PREVIEW_ITEMS = 6
"""Most items that are shown, folded, below a top-level section that is not on the path to the page."""
MAX_PREVIEWED_SECTIONS = 12
"""Most top-level items with which sections have such a preview; more of them are shown without."""

MAX_KEPT_ROWS = 10_000
"""Most rows of items that are not on the path to a page which are kept for the next page."""
THEME_NAME = re.compile(r"[\w-]+(?:/[\w-]+)*")
"""Names of the theme that a header may use: an icon, a status, a template without its extension."""


@dataclass(frozen=True)
class Marks:
    """The icon and status that Material for MkDocs shows beside the title of a page in the navigation, as its header sets them."""

    icon: str = ""
    """The name of an icon: `material/tag`."""
    status: str = ""
    """A word such as `new` or `deprecated`."""


UNMARKED = Marks()


@dataclass(frozen=True, eq=False)
class NavigationItem:
    """A page or a section of the navigation, with all below it."""

    title: str
    url: str | None
    """The URL path of its page; None for a section without a page."""
    children: tuple["NavigationItem", ...] = ()
    """The items directly below it, in order."""
    language_tag: str = ""
    """The language of its title as a BCP 47 tag, where its page declares one."""
    marks: Marks = UNMARKED


@dataclass(frozen=True)
class SidebarRow:
    """A line of the sidebar, with the lines below it."""

    title: str
    url: str | None
    """The URL path of its page; None for a section without a page."""
    current: bool
    """Whether it is the current page."""
    rows: tuple["SidebarRow", ...] = ()
    """The lines that are shown below it."""
    omitted_before: int = 0
    """Number of items before the first of `rows` that are not shown."""
    omitted_after: int = 0
    """Number of items after the last of `rows` that are not shown."""
    open: bool = False
    """Whether the page is this item or lies below it; the rows of other items are folded."""
    language_tag: str = ""
    """The language of its title as a BCP 47 tag, where its page declares one."""
    marks: Marks = UNMARKED

    @property
    def is_plain(self) -> bool:
        """Whether it is a link to another page and nothing more: it has no mark, no rows, and no language of its own."""
        return self.url is not None and not (self.current or self.rows or self.language_tag or self.marks.icon or self.marks.status)

    @property
    def direction(self) -> str:
        """`rtl` for a title that is read from right to left, else `ltr`."""
        return languages.direction(self.language_tag)


@dataclass(frozen=True)
class Sidebar:
    """The navigation of a site, with the position of each page in it."""

    root: NavigationItem
    """The item above all others; it has the name and the URL path of the home page."""
    paths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """For the URL path of each page the index of the child to take at each level, from the root down."""


def marks(article: Article) -> Marks:
    """Returns the marks that the header of an article puts beside its title in the navigation; empty where none is a valid name."""
    named = (article.extra.get(key) for key in ("icon", "status"))
    return Marks(*(name if isinstance(name, str) and THEME_NAME.fullmatch(name) else "" for name in named))


def build_sidebar(root: NavigationItem) -> Sidebar:
    """The sidebar of a navigation; of two items with one URL path the first is the page's."""
    paths: dict[str, tuple[int, ...]] = {}
    _collect_paths(root, (), paths)
    return Sidebar(root, paths)


def edition_sidebar(sidebar: Sidebar, main: Edition, edition: Edition) -> Sidebar:
    """The sidebar for readers of one language: of each article the version they read best, sections at their pages in that language.

    Sections without anything for them are left out. What is in the folder of their language comes first, in its place. `main` is the
    edition in the language of the site.
    """
    renamed = {
        section.url: (there.title, there.url)
        for path, section in main.site.sections.items()
        if (there := edition.site.sections[path]).index is not section.index
    }
    pages = {url for _, url in renamed.values()} if edition.base else set()
    reader = _SidebarReader(
        edition, renamed, edition.hidden | pages, frozenset(sidebar.paths) - pages, main.language if edition.base else ""
    )
    found = reader.items(sidebar.root.children)
    own = tuple(row for item in found if item.url == edition.home for row in item.children)
    return build_sidebar(replace(sidebar.root, url=edition.home, children=own + tuple(item for item in found if item.url != edition.home)))


@dataclass(frozen=True)
class _SidebarReader:
    """Chooses the items of a navigation for the readers of one language."""

    edition: Edition
    renamed: Mapping[UrlPath, tuple[str, UrlPath]]
    """Title and URL path of each section that has a page in this language, by its URL path in the language of the site."""
    hidden: frozenset[str]
    """The URL paths that have no row of their own."""
    shown: frozenset[str]
    """The URL paths in the navigation, to which no other item leads."""
    language: str
    """The language of titles that name none, where it is another than that of the readers."""

    def items(self, items: Iterable[NavigationItem]) -> tuple[NavigationItem, ...]:
        return tuple(found for item in items if (found := self._item(item)))

    def _item(self, item: NavigationItem) -> NavigationItem | None:
        """An item as readers see it; None where they see another one in its place."""
        children, url = self.items(item.children), unquote(item.url or "")
        if not children and (item.children or url in self.hidden):
            return None
        if url in self.renamed:
            title, there = self.renamed[UrlPath(url)]
            return replace(item, title=title, url=quote(there), children=children, language_tag=self.edition.language)
        there = self.edition.listings.get(UrlPath(url), UrlPath(url))
        moved = item.url if item.url is None or there in self.shown else quote(there)
        return replace(item, url=moved, children=children, language_tag=item.language_tag or self.language)


def sidebar_rows(sidebar: Sidebar, url: str) -> SidebarRow:
    """The root row of the sidebar beside the page at a URL path; for a page outside the navigation, the top-level items."""
    return _open_row(sidebar.root, sidebar.paths.get(url, ()), url, PREVIEW_ITEMS)


def _collect_paths(item: NavigationItem, path: tuple[int, ...], paths: dict[str, tuple[int, ...]]) -> None:
    for index, child in enumerate(item.children):
        if child.url is not None:
            paths.setdefault(child.url, (*path, index))
        _collect_paths(child, (*path, index), paths)


def _open_row(item: NavigationItem, path: tuple[int, ...], url: str, preview: int) -> SidebarRow:
    """The row of an item on the path to the page, with the rows around the child that continues the path."""
    current = path[0] if path else 0
    start = max(0, current - NEIGHBOURS)
    children = item.children[start : current + NEIGHBOURS + 1]
    preview = preview if len(children) <= MAX_PREVIEWED_SECTIONS else 0
    rows = tuple(
        _open_row(child, path[1:], url, 0) if path and index == current else _folded_row(child, preview)
        for index, child in enumerate(children, start)
    )
    omitted_after = len(item.children) - start - len(children)
    return SidebarRow(item.title, item.url, not path and item.url == url, rows, start, omitted_after, True, item.language_tag, item.marks)


@lru_cache(MAX_KEPT_ROWS)
def _folded_row(item: NavigationItem, preview: int) -> SidebarRow:
    """The row of an item that is not on the path to the page, with the first of its children."""
    rows = tuple(
        SidebarRow(child.title, child.url, False, language_tag=child.language_tag, marks=child.marks) for child in item.children[:preview]
    )
    omitted_after = len(item.children) - len(rows) if rows else 0
    return SidebarRow(item.title, item.url, False, rows, omitted_after=omitted_after, language_tag=item.language_tag, marks=item.marks)
