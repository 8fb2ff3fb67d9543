"""Code is marked without a style, for its colours are the theme's: reading one takes longer than marking a short piece of code."""

from collections.abc import Iterator
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from pygments.style import Style, StyleMeta  # type: ignore[import-untyped]
from pymdownx.highlight import HighlightExtension


class Uncoloured(Extension):
    """The Python-Markdown extension that does so, unless colours are written into the tags; it comes behind the one that marks code."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        for each in md.registeredExtensions:
            if isinstance(each, HighlightExtension) and not each.getConfig("noclasses"):
                each.setConfig("pygments_style", _None)


class _Nothing(StyleMeta):  # type: ignore[misc]
    """Makes styles that say nothing of any token."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class _None(Style, metaclass=_Nothing):  # type: ignore[misc]
    """A style that says nothing."""
