"""Follows every link of every page: what leads nowhere, which part of a page is not there, and what was probably meant."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from knowledge.checks import reach, rule, sheet
from knowledge.checks.facts import Broken, Facts
from knowledge.checks.near import Near
from knowledge.checks.origin import Origin
from knowledge.checks.reach import Target
from knowledge.checks.sheet import Sheet
from knowledge.place import Source
from knowledge.problem import Mark, Problem, quoted
from knowledge.reading.article import Article

MEDIA = frozenset({"img", "source", "video", "audio", "track", "image", "iframe"})
NOTHING: frozenset[str] = frozenset()
TOLD = 200
"""How many addresses, and how many places of one address, are told of one page."""


class Following:
    """What is known of the pages so far."""

    def __init__(self, files: frozenset[str], base: str, near: Near) -> None:
        self._files, self._base, self._near = files, base, near
        self._parts: dict[str, frozenset[str]] = {}
        self._reached: dict[str, str | None] = {}
        self._wanted: dict[str, list[Broken]] = {}

    def reached(self, path: str) -> str | None:
        """The file that a server sends for a path below the site's root, or None."""
        if path not in self._reached:
            self._reached[path] = reach.file(Target(path, ""), self._files)
        return self._reached[path]

    def broken(self, path: str, facts: Facts) -> list[Broken]:
        """What of a page leads nowhere; links to parts of other pages are kept for `late`."""
        self._parts[path] = frozenset(facts.parts)
        for address, part in facts.fragments.items():
            file = self.reached(facts.links[address])
            if file and file.endswith(".html"):
                self._wanted.setdefault(path, []).append(Broken(address, file, part))
        lost = [Broken(address) for address, target in facts.links.items() if self.reached(target) is None]
        return sorted((*facts.broken, *lost), key=lambda each: each.address)

    def late(self) -> Iterator[tuple[str, list[Broken]]]:
        """Once all pages are read: those with links to parts of other pages that are not there."""
        for path, wanted in self._wanted.items():
            found = [each for each in wanted if each.part not in self._parts.get(each.file, NOTHING)]
            if found:
                yield path, found

    def told(
        self, page: Sheet, broken: list[Broken], origin: Origin | None, blamed: Source
    ) -> Iterator[tuple[tuple[object, ...], Problem]]:
        """The problems, each with what it is known by: its place, or for links of the theme, which all pages have, where they lead."""
        elements = sheet.leading(page) if broken else {}
        for each in broken[:TOLD]:
            for nth, element in enumerate(elements.get(each.address, [])[:TOLD]):
                text = sheet.text(element) or element.get("alt") or ""
                found = origin.find(_words(each, text), nth) if origin else None
                written = found.written if found and " " not in found.written and "](" not in found.written else each.address
                mark = found.mark if found else Mark()
                key = (blamed, mark) if found else (reach.resolve(each.address, page.path, self._base),)
                yield key, self._problem(each, element, text, written, origin.article if origin else None, blamed, mark)
        if len(broken) > TOLD:
            message = f"and {len(broken) - TOLD:,} more links of the page lead nowhere"
            yield (blamed, "more"), rule.broken("link", blamed, Mark(), message)

    def _problem(
        self, broken: Broken, element: etree._Element, text: str, written: str, article: Article | None, source: Source, mark: Mark
    ) -> Problem:
        shown = f"{quoted(text)} " if text else ""
        if broken.part:
            meant = self._near.anchor(broken.part, sorted(self._parts.get(broken.file, NOTHING)))
            message = f"{shown}leads to {_whole(written)}, and that page has no part of this name"
            return rule.broken("anchor", source, mark, message, f"did you mean #{meant}?" if meant else "")
        kept = self._near.kept_back(written, article) if article else ""
        nearest = self._near.picture if element.tag in MEDIA else self._near.page
        meant = nearest(written, article) if article and not kept else ""
        mend = "publish it, or take the link out" if kept else f"did you mean {meant}?" if meant else ""
        if element.tag in MEDIA:
            return rule.broken("image", source, mark, f"{shown}is not there, at {_whole(written)}", mend)
        return rule.broken("link", source, mark, f"{shown}leads nowhere, to {_whole(written)}{': ' + kept if kept else ''}", mend)


def _words(broken: Broken, text: str) -> Iterator[str]:
    """What may stand where the author wrote a link, the likeliest first: an address, or a link by name."""
    yield from (broken.address, unquote(broken.address))
    if broken.part and text:
        yield from (f"|{text}]]", f"[[{text.replace(' › ', '#')}", f"#{text.rpartition(' › ')[2]}]]")
    yield from (f"#{broken.part}" if broken.part else posixpath.basename(broken.address), text)


def _whole(address: str) -> str:
    return repr(address if len(address) <= 200 else f"{address[:97]}...{address[-100:]}")
