"""The patterns of Markdown, looked for only where a mark stands that each of them needs: most texts hold few of the marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import Pattern
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

INLINE = {
    "arithmatex-inline": ("$", "\\("),
    "autolink": ("<",),
    "automail": ("<",),
    "backtick": ("`",),
    "delimiter": ("*", "_", "^", "=", "~"),
    "entity": ("&",),
    "escape": ("\\",),
    "footnote": ("[^",),
    "html": ("<",),
    "image_link": ("![",),
    "image_reference": ("![",),
    "keys": ("++",),
    "keys-custom": ("+",),
    "linebreak": ("  \n",),
    "link": ("[",),
    "magic-link": ("://", "w.", "W."),
    "magic-mail": ("@",),
    "reference": ("[",),
    "short_image_ref": ("![",),
    "short_reference": ("[",),
}
"""What stands in all that an inline pattern finds, one of them at least. None stands in a placeholder, nor comes about beside one."""
BLOCKS = {
    "abbr": ("RE", ("*[",)),
    "admonition": ("RE", ("!!!",)),
    "blocks": ("start", ("///",)),
    "deflist": ("RE", (": ",)),
    "details": ("START", ("???",)),
    "footnote": ("RE", ("[^",)),
    "hashheader": ("RE", ("#",)),
    "quote": ("RE", (">",)),
    "reference": ("RE", ("]:",)),
    "setextheader": ("RE", ("\n=", "\n-")),
    "tabbed": ("START", ("===",)),
}
"""By block processor: its attribute with the expression that it searches each block for, and what stands in all that this finds."""
SLOW = ("arithmatex-inline", "backtick", "keys-custom", "magic-link", "magic-mail")
"""Inline patterns that are slow to search once they are looked for: behind each place found they spare the rest of the text."""
REMEMBERED = 1000
"""For how many sets of marks it is remembered which patterns need one of them."""


class Sought(Extension):
    """The Python-Markdown extension that does so; it comes behind those that register the patterns."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        for name in SLOW:
            if name in md.inlinePatterns:
                pattern = md.inlinePatterns[name]
                pattern.compiled_re = cast("re.Pattern[str]", _Expression(pattern.compiled_re, INLINE[name]))
        for name, (attribute, marks) in BLOCKS.items():
            if name in md.parser.blockprocessors:
                processor = md.parser.blockprocessors[name]
                setattr(processor, attribute, _Expression(getattr(processor, attribute), marks))
        md.treeprocessors.register(Inlines(md), "inline", 20)


class Inlines(InlineProcessor):
    """Python-Markdown's own, which tries each pattern on each text, but for those that can find nothing."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._marks = sorted({position for marks in INLINE.values() for position in marks})
        self._needing = lru_cache(REMEMBERED)(self._of)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        """The text with a placeholder for all that the patterns from an index on make of it."""
        if isinstance(data, AtomicString):
            return data
        for index, pattern in self._needing(tuple([position for position in self._marks if position in data])):
            start, found = 0, index >= patternIndex
            while found:
                data, found, start = self._InlineProcessor__applyPattern(pattern, data, index, start)  # type: ignore[attr-defined]
        return data

    def _of(self, marks: tuple[str, ...]) -> list[tuple[int, Pattern]]:
        """The patterns that need one of these marks, or none that is known, and their indices."""
        patterns = self.md.inlinePatterns
        idle = {patterns.get_index_for_name(name) for name in INLINE if name in patterns and set(marks).isdisjoint(INLINE[name])}
        return [(index, pattern) for index, pattern in enumerate(patterns) if index not in idle]


@dataclass(frozen=True)
class _Expression:
    """A regular expression as Python-Markdown uses it, which is asked for nothing where none of its marks stands."""

    expression: re.Pattern[str]
    marks: tuple[str, ...]

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """What the expression finds; a search for a character takes a hundredth of the time."""
        return self.expression.finditer(text, start) if self._marked(text, start) else iter(())

    def search(self, text: str) -> re.Match[str] | None:
        """The first that it finds."""
        return self.expression.search(text) if self._marked(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        """What it finds at the beginning."""
        return self.expression.match(text) if self._marked(text) else None

    def _marked(self, text: str, start: int = 0) -> bool:
        for position in self.marks:  # noqa: SIM110 - `any` takes several times as long
            if text.find(position, start) >= 0:
                return True
        return False
