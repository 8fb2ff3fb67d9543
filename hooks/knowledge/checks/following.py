"""Follows every link of every page: what leads nowhere, which part of a page is not there, and what was probably meant."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from knowledge.checks import reach, rule, sheet
from knowledge.checks.near import Near
from knowledge.checks.origin import Origin
from knowledge.checks.sheet import Sheet
from knowledge.place import Source, folder
from knowledge.problem import Mark, Problem, quoted
from knowledge.reading.article import Article

MEDIA = frozenset({"img", "source", "video", "audio", "track", "image", "iframe"})
NOTHING: frozenset[str] = frozenset()
TOLD = 200
"""How many addresses, and how many places of one address, are told of one page."""


@dataclass(frozen=True)
class Broken:
    """An address of a page that leads nowhere, or to a part that is not there."""

    address: str
    """The address as the page has it."""
    file: str = ""
    """The file of the page that lacks the part, or nothing."""
    part: str = ""
    """The part that is not there."""


class Following:
    """What is known of the pages so far."""

    def __init__(self, files: frozenset[str], base: str, near: Near) -> None:
        self._files, self._base, self._near = files, base, near
        self._parts: dict[str, frozenset[str]] = {}
        self._sound: set[tuple[str, str]] = set()
        self._wanted: dict[str, list[Broken]] = {}

    def broken(self, page: Sheet) -> list[Broken]:
        """What leads nowhere; links to parts of other pages are kept for `late`."""
        self._parts[page.path] = frozenset(each for each in page.names if not each.startswith("__"))
        return [found for address in sorted(page.links | page.sources) if (found := self._follow(page, address))]

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

    def _follow(self, page: Sheet, address: str) -> Broken | None:
        if address.startswith("#") and address[1:] in page.names:
            return None
        base, rest = page.folder, address
        while base and rest.startswith("../"):
            base, rest = folder(base), rest[3:]
        if (base, rest) in self._sound:
            return None
        target = reach.resolve(address, page.path, self._base)
        if target is None:
            return Broken(address) if reach.scheme(address) == "file" else None
        file = page.path if target.path == page.path else reach.file(target, self._files)
        if file is None:
            return Broken(address)
        if not target.fragment or target.fragment == "top" or target.fragment.startswith(":~:"):
            self._sound.add((base, rest))
        elif file == page.path:
            return None if target.fragment in page.names else Broken(address, file, target.fragment)
        elif file.endswith(".html"):
            self._wanted.setdefault(page.path, []).append(Broken(address, file, target.fragment))
        return None

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
