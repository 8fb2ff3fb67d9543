"""Compiles Markdown: a pure function of a text and the recipe, by one Markdown instance for all texts."""

import re

from markdown import Markdown

from knowledge.render.compiled import Compiled
from knowledge.render.recipe import Recipe

TAG = re.compile(r"<[a-zA-Z][a-zA-Z0-9-]*(?:\s+[^\s\"'=<>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*/?>")
LINK = re.compile(r"\s(?:href|src|poster)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class Compiler:
    """A Markdown instance, used again and again: making one takes longer than most texts."""

    def __init__(self, recipe: Recipe) -> None:
        self._markdown = Markdown(extensions=list(recipe.extensions), extension_configs={**recipe.options})

    def compile(self, text: str) -> Compiled:
        """The compiled text of an article's Markdown."""
        self._markdown.reset()
        html = self._markdown.convert(text)
        return Compiled(html, spans(html), tuple(getattr(self._markdown, "toc_tokens", ())))


def spans(html: str) -> tuple[tuple[int, int], ...]:
    """Where the values of `href`, `src` and `poster` stand in the tags of an HTML text."""
    found = []
    for tag in TAG.finditer(html):
        for link in LINK.finditer(tag[0]):
            group = 1 if link[1] is not None else 2
            found.append((tag.start() + link.start(group), tag.start() + link.end(group)))
    return tuple(found)
