"""Headings of the first level: a page has one, its title; the facts of the article stand between it and the text."""

import re
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

from almanac_kb.core import code_spans
from almanac_kb.core.diagnostics import Position

H1 = re.compile(r"\s*(<h1[ >].*?</h1>)", re.DOTALL)
RAW = re.compile(r"<(?P<slash>/?)h1(?=[\s/>])", re.IGNORECASE)
HASH = re.compile(r" {0,3}#[ \t]+\S")
ANY = re.compile(r"^ {0,3}(?:#[ \t]|=+[ \t]*+$)", re.MULTILINE)
UNDERLINE = re.compile(r" {0,3}=+[ \t]*$")
EXTENSION = f"{__name__}:Single"
"""What Python-Markdown knows it by."""


class Single(Extension):
    """Makes headings of the first level ones of the second, but for one that opens the text."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Runs before the table of contents is made."""
        md.treeprocessors.register(_Demotion(md), "single-h1", 6)


def divide(html: str) -> tuple[str, str]:
    """The first heading and the rest; the heading is empty where the text does not start with one of the first level."""
    match = H1.match(html)
    return (match[1], html[match.end() :]) if match else ("", html)


def demote(html: str) -> str:
    """The HTML with headings of the second level in place of the first, for those that an author wrote as HTML."""
    return RAW.sub(r"<\g<slash>h2", html)


def spare(body: str) -> tuple[Position, ...]:
    """Where a Markdown text has headings of the first level beside the one that opens it."""
    lines = body.split("\n")
    opening = next((number for number, line in enumerate(lines) if line.strip()), 0)
    found = [number for number in sorted(_candidates(body)) if number != opening and _starts(lines, number, lines[number])]
    masked = code_spans.lines(lines) if found else []
    return tuple(Position(number + 1) for number in found if not masked[number])


class _Demotion(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter("h1"):
            if len(root) and element is not root[0]:
                element.tag = "h2"


def _starts(lines: list[str], number: int, line: str) -> bool:
    following = lines[number + 1] if number + 1 < len(lines) else ""
    return bool(HASH.match(line)) or bool(line.strip() and UNDERLINE.match(following) and not line.lstrip().startswith(("|", "=", ">")))


def _candidates(body: str) -> set[int]:
    """The lines, counted from zero, that may be a heading of the first level."""
    found, number, place = set(), 0, 0
    for match in ANY.finditer(body):
        number += body.count("\n", place, match.start())
        place = match.start()
        found.add(number if "#" in match[0] else max(0, number - 1))
    return found
