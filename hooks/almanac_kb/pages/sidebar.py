"""Navigation beside a page, bounded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NEAR = 12
"""How many neighbours are shown on each side of the place one is at."""
PEEK, FEW = 6, 12
"""How many places are shown, folded, below each of the topmost that one is not in; and up to how many topmost ones."""


@dataclass(frozen=True, eq=False)
class NavigationItem:
    """A page or a section of the navigation, with all below it."""

    title: str
    """Its name."""
    url: str | None
    """The address it leads to; None for a heading without a page."""
    children: tuple["NavigationItem", ...] = ()
    """What lies below it, in order."""


@dataclass(frozen=True)
class SidebarRow:
    """A line of the sidebar."""

    title: str
    url: str | None
    current: bool
    """Whether one is there now."""
    rows: tuple["SidebarRow", ...] = ()
    """What is shown below it."""
    before: int = 0
    """How many places above the first of `rows` are left out."""
    after: int = 0
    """How many places below the last of `rows` are left out."""
    open: bool = False
    """Whether one is there or somewhere below."""


@dataclass(frozen=True)
class Sidebar:
    """The navigation of a site, and the way to each page."""

    root: NavigationItem
    """What holds all others."""
    ways: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """For the address of each page the position to take at each level."""


def build_sidebar(root: NavigationItem) -> Sidebar:
    """The sidebar of a navigation; of two places with one address the first counts."""
    ways: dict[str, tuple[int, ...]] = {}
    _walk(root, (), ways)
    return Sidebar(root, ways)


def sidebar_rows(sidebar: Sidebar, url: str) -> SidebarRow:
    """What stands beside the page at `url`; for a page outside the navigation, the topmost places."""
    return _row(sidebar.root, sidebar.ways.get(url, ()), url, PEEK)


def _walk(place: NavigationItem, way: tuple[int, ...], ways: dict[str, tuple[int, ...]]) -> None:
    for position, child in enumerate(place.children):
        if child.url is not None:
            ways.setdefault(child.url, (*way, position))
        _walk(child, (*way, position), ways)


def _row(place: NavigationItem, way: tuple[int, ...], url: str, peek: int) -> SidebarRow:
    at = way[0] if way else 0
    start = max(0, at - NEAR)
    near = place.children[start : at + NEAR + 1]
    peek = peek if len(near) <= FEW else 0
    rows = tuple(
        _row(child, way[1:], url, 0) if way and position == at else _folded(child, peek) for position, child in enumerate(near, start)
    )
    return SidebarRow(place.title, place.url, not way and place.url == url, rows, start, len(place.children) - start - len(near), True)


def _folded(place: NavigationItem, peek: int) -> SidebarRow:
    rows = tuple(SidebarRow(child.title, child.url, False) for child in place.children[:peek])
    return SidebarRow(place.title, place.url, False, rows, after=len(place.children) - len(rows) if rows else 0)
