"""Tags that open and close: which closing tag belongs to which opening one, and the blocks they make."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from almanac_kb.body import callouts
from almanac_kb.body.arguments import Arguments
from almanac_kb.body.callouts import Callout

ADMONITIONS = frozenset({"notice", "alert", "admonition", "callout", "hint", "aside"})
"""Blocks whose sort is an argument."""
FOLDED = frozenset({"details", "expand", "spoiler", "collapse", "accordion"})
"""Blocks that open when they are clicked."""
TABS = frozenset({"tab", "tabitem", "tabpanel"})
"""One of several tabs."""
FRAMES = frozenset({"tabs", "tabpane", "tabgroup", "codegroup", "code-group"})
"""What stands around tabs and shows nothing itself."""


@dataclass(frozen=True)
class Tag:
    """A tag in a text."""

    start: int
    end: int
    name: str
    """Its name, lower case."""
    arguments: str = ""
    """What stands behind its name."""
    closing: bool = False
    """Whether it is a closing tag."""
    single: bool = False
    """Whether it closes itself."""


def paired(tags: Iterable[Tag]) -> Iterator[tuple[Tag, Tag | None]]:
    """Each opening tag with the closing tag that belongs to it, or None; closing tags that close nothing are left out."""
    waiting: dict[str, list[Tag]] = {}
    for tag in tags:
        if tag.single:
            yield tag, None
        elif not tag.closing:
            waiting.setdefault(tag.name, []).append(tag)
        elif waiting.get(tag.name):
            yield waiting[tag.name].pop(), tag
    for left in waiting.values():
        yield from ((tag, None) for tag in left)


def opening(name: str, arguments: Arguments) -> tuple[str, str] | None:
    """The kind of block a tag makes and the line that opens it; no line for a frame, and None for no block we know."""
    title = arguments.get("title", "summary", "header", "label", "heading")
    if name in FRAMES:
        return "tabs", ""
    if name in TABS:
        shown = title or arguments.get("name", "value", "tabname") or arguments.at(0) or "Tab"
        return "tabs", f'=== "{callouts.quotable(shown)}"'
    if name in FOLDED:
        return "details", callouts.opening(Callout("note", title or arguments.at(0) or "Details", "-"))
    if name in ADMONITIONS:
        sort = arguments.get("type", "style", "color", "status", "kind", "context") or _sort(arguments)
        return "admonition", callouts.opening(Callout(sort, title or " ".join(arguments.plain[1:])))
    if name in callouts.KNOWN and name not in {"check", "default", "primary", "secondary", "cite", "done"}:
        return "admonition", callouts.opening(Callout(name, title or " ".join(arguments.plain)))
    return None


def _sort(arguments: Arguments) -> str:
    return arguments.at(0) if arguments.at(0).casefold() in callouts.KNOWN else "note"
