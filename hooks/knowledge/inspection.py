"""One pass over a site as it was written: whether all that must hold of it does, told to the authors of its articles."""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

from knowledge import heading, live, outline, reach, rule, sheet, validity
from knowledge.article import Article, Kind
from knowledge.catalogue import Catalogue
from knowledge.live import Allowed
from knowledge.near import Near
from knowledge.origin import Origin
from knowledge.place import Source, Url, folder, link
from knowledge.problem import Mark, Problem, quoted
from knowledge.sheet import Sheet
from knowledge.withheld import Withheld

MEDIA = frozenset({"img", "source", "video", "audio", "track", "image", "iframe"})
UNDEFINED = re.compile(r"\]\[([^\[\]]{1,100})\]")
LOCAL = re.compile(r"https?://[^\s<>()\"'\]]+")
STRICT = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
NOTHING: frozenset[str] = frozenset()
TOLD = 200
"""How many things of one kind are told of one page."""


def inspect(site: Path, catalogue: Catalogue, allowed: Allowed, copied: Callable[[str], bool] = lambda _: False) -> tuple[Problem, ...]:
    """All that does not hold of the site in the folder `site`; `copied` says which of its files an author put into docs/ as they are.

    A problem names the article that is to blame; where none is, the file of the site.
    """
    return _Inspection(site, catalogue, allowed, copied).run()


class _Inspection:
    """What one pass knows."""

    def __init__(self, site: Path, catalogue: Catalogue, allowed: Allowed, copied: Callable[[str], bool]) -> None:
        self._site, self._catalogue, self._allowed, self._copied = site, catalogue, allowed, copied
        self._files = frozenset(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
        self._articles = {f"{article.url}index.html": article for article in catalogue.published}
        self._near = Near(catalogue, self._files)
        self._withheld = Withheld(catalogue, allowed.base)
        self._problems: dict[tuple[object, ...], Problem] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._wanted: dict[str, list[tuple[str, str, str]]] = {}
        self._sound: set[tuple[str, str]] = set()

    def run(self) -> tuple[Problem, ...]:
        """Reads every file once, and those pages twice whose links to parts of other pages are broken."""
        readers: dict[str, Callable[[str, bytes], None]] = {
            "html": self._page,
            "htm": self._page,
            "xml": self._xml,
            "svg": self._svg,
            "json": self._json,
            "txt": self._text,
            "md": self._text,
        }
        for path in sorted(self._files):
            reader = readers.get(path.rpartition(".")[2].lower())
            if reader:
                reader(path, (self._site / path).read_bytes())
        for path, wanted in self._wanted.items():
            broken = [each for each in wanted if each[2] not in self._names.get(each[1], NOTHING)]
            page = sheet.read(path, (self._site / path).read_bytes()) if broken else None
            if page:
                self._tell(page, broken)
        for article in self._catalogue.published:
            self._article(article)
        return tuple(sorted(self._problems.values()))

    def _page(self, path: str, data: bytes) -> None:
        page = sheet.read(path, data)
        if page is None:
            return
        self._names[path] = frozenset(each for each in page.names if not each.startswith("__"))
        self._head(page)
        self._live(page)
        self._tell(page, [found for address in sorted(page.links | page.sources) if (found := self._broken(page, address))])
        self._references(page)
        if self._withheld:
            titles = (part for each in page.titles for part in (each, each.rpartition(" - ")[0]))
            self._show(path, (path, path.removesuffix("index.html"), *titles, *page.headings))

    def _head(self, page: Sheet) -> None:
        if page.policies != (self._allowed.policy,):
            self._file("policy", page.path, "must have the site's one policy, before all it could hold back")
        if self._copied(page.path):
            return
        parts = {"title": page.titles, "heading of the first level": page.headings}
        if page.path != "404.html":
            parts["canonical link"] = page.canonical
        if not page.moved:
            parts["description"] = page.descriptions
        for name, found in parts.items():
            if len(found) != 1:
                self._file("page", page.path, f"must have one {name}, has {len(found)}")
            elif not found[0].strip():
                self._file("page", page.path, f"must have one {name}, which is empty")

    def _live(self, page: Sheet) -> None:
        origin = self._origin(page.path)
        for sight in islice(live.page(page, self._allowed), TOLD):
            found = origin.find(sight.words) if origin else None
            source, mark = (origin.article.source, found.mark) if origin and found else self._blamed(page.path)
            self._say((sight.rule, source, mark, sight.message), rule.broken(sight.rule, source, mark, sight.message))

    def _broken(self, page: Sheet, address: str) -> tuple[str, str, str] | None:
        """The address, the file it leads to and the part of it that is missing; None where nothing is, or it will be known later."""
        if address.startswith("#") and address[1:] in page.names:
            return None
        base, rest = page.folder, address
        while base and rest.startswith("../"):
            base, rest = folder(base), rest[3:]
        target = None if (base, rest) in self._sound else reach.resolve(address, page.path, self._allowed.base)
        if target is None:
            return None
        file = page.path if target.path == page.path else reach.file(target, self._files)
        if file is None:
            return address, "", ""
        if not target.fragment or target.fragment == "top" or target.fragment.startswith(":~:"):
            self._sound.add((base, rest))
        elif file == page.path:
            return None if target.fragment in page.names else (address, file, target.fragment)
        elif file.endswith(".html"):
            self._wanted.setdefault(page.path, []).append((address, file, target.fragment))
        return None

    def _tell(self, page: Sheet, broken: list[tuple[str, str, str]]) -> None:
        """Says where links with these addresses stand; one in the theme's part of the pages is told once."""
        origin = self._origin(page.path)
        elements = sheet.leading(page) if broken else {}
        for address, target, fragment in broken[:TOLD]:
            for nth, element in enumerate(elements.get(address, [])[:TOLD]):
                text = sheet.text(element) or element.get("alt") or ""
                words = (address, unquote(address), f"#{fragment}" if fragment else posixpath.basename(address), text)
                found = origin.find(words, nth) if origin else None
                written = found.written if found and " " not in found.written and "](" not in found.written else address
                source, mark = (origin.article.source, found.mark) if origin and found else self._blamed(page.path)
                key = (source, mark) if found else (reach.resolve(address, page.path, self._allowed.base),)
                article = origin.article if origin else None
                self._say(("link", *key), self._led(element, text, written, article, target, fragment, source, mark))
        if len(broken) > TOLD:
            source, mark = self._blamed(page.path)
            message = f"and {len(broken) - TOLD:,} more links of the page lead nowhere"
            self._say(("links", source), rule.broken("link", source, mark, message))

    def _led(
        self,
        element: etree._Element,
        text: str,
        written: str,
        article: Article | None,
        target: str,
        fragment: str,
        source: Source,
        mark: Mark,
    ) -> Problem:
        shown = f"{quoted(text)} " if text else ""
        if target:
            meant = self._near.anchor(fragment, sorted(self._names.get(target, NOTHING)))
            message = f"{shown}leads to {_whole(written)}, and that page has no part of this name"
            return rule.broken("anchor", source, mark, message, f"did you mean #{meant}?" if meant else "")
        kept = self._near.kept_back(written, article) if article else ""
        nearest = self._near.picture if element.tag in MEDIA else self._near.page
        meant = nearest(written, article) if article and not kept else ""
        mend = "publish it, or take the link out" if kept else f"did you mean {meant}?" if meant else ""
        if element.tag in MEDIA:
            return rule.broken("image", source, mark, f"{shown}is not there, at {_whole(written)}", mend)
        return rule.broken("link", source, mark, f"{shown}leads nowhere, to {_whole(written)}{': ' + kept if kept else ''}", mend)

    def _references(self, page: Sheet) -> None:
        origin = self._origin(page.path)
        if origin is None or "][" not in origin.article.body:
            return
        names = dict.fromkeys(name for text in sheet.literal(page) for name in UNDEFINED.findall(text))
        for name in islice(names, TOLD):
            found = origin.find((f"][{name}]",))
            if found:
                message = f"[{name}] is not defined, so its brackets are shown"
                source = origin.article.source
                self._say(
                    ("reference", source, name), rule.broken("reference", source, found.mark, message, f"add a line [{name}]: address")
                )

    def _xml(self, path: str, data: bytes) -> None:
        root = self._parsed(path, data)
        if root is None:
            return
        for message in validity.xml(root, link(self._allowed.base, Url(path))):
            self._file("feed", path, message)
        self._listed(path, validity.links(root))
        self._contents(path, validity.contents(root))
        self._show(path, (text.strip() for each in root.iter(etree.Element) for text in (each.text or "", *each.values())))

    def _svg(self, path: str, data: bytes) -> None:
        root = self._parsed(path, data)
        for message in live.picture(root) if root is not None else ():
            self._file("live", path, message)

    def _json(self, path: str, data: bytes) -> None:
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as error:
            if not self._copied(path):
                self._file("file", path, f"can't be read as JSON: {error}")
            return
        if isinstance(found, dict) and str(found.get("version", "")).startswith(validity.JSON_FEED):
            for message in validity.json(found, link(self._allowed.base, Url(path))):
                self._file("feed", path, message)
            items = validity.items(found)
            self._listed(path, [str(each["url"]) for each in items if each.get("url")])
            self._contents(path, [str(each["content_html"]) for each in items if each.get("content_html")])
        if self._withheld:
            self._show(path, _strings(found))

    def _text(self, path: str, data: bytes) -> None:
        if self._withheld and not self._copied(path):
            self._show(path, LOCAL.findall(data.decode(errors="replace")))

    def _parsed(self, path: str, data: bytes) -> etree._Element | None:
        try:
            return etree.fromstring(data, STRICT)
        except etree.XMLSyntaxError as error:
            if not self._copied(path):
                self._file("file", path, f"can't be read as XML: {error.msg}")
            return None

    def _listed(self, path: str, addresses: Iterable[str]) -> None:
        for address in addresses:
            target = reach.resolve(address, path, self._allowed.base)
            if target is not None and reach.file(target, self._files) is None:
                self._file("feed", path, f"leads to {quoted(address)}, which is not there")

    def _contents(self, path: str, texts: Iterable[str]) -> None:
        for text in filter(str.strip, texts):
            for message in live.fragment(html.fragment_fromstring(text, create_parent="div")):
                self._file("live", path, message)

    def _show(self, path: str, texts: Iterable[str]) -> None:
        for article in self._withheld.shown(texts) if self._withheld else ():
            why = self._catalogue.withheld[article.source]
            message = f"is not published ({why}), and yet {path} shows it"
            self._say(("withheld", article.source), rule.broken("withheld", article.source, Mark(), message))

    def _article(self, article: Article) -> None:
        source = article.source
        if article.kind is Kind.ARTICLE and article.description == outline.summary(article.body):
            taken = (
                f"is taken from the text: {quoted(article.description)}"
                if article.description
                else "is missing, and no sentence can stand for it"
            )
            self._say(("description", source), rule.broken("description", source, Mark(), taken))
        spare = heading.spare(article.body)
        if spare:
            mark = Mark(article.body_line + spare[0].line - 1)
            count = f"{len(spare)} headings are" if len(spare) > 1 else "a heading is"
            self._say(("heading", source), rule.broken("heading", source, mark, f"{count} of the first level, shown as of the second"))

    def _origin(self, path: str) -> Origin | None:
        article = self._articles.get(path)
        return Origin(article) if article else None

    def _blamed(self, path: str) -> tuple[Source, Mark]:
        article = self._articles.get(path)
        return (article.source if article else Source(path)), Mark()

    def _file(self, name: str, path: str, message: str) -> None:
        self._say((name, path, message), rule.broken(name, Source(path), Mark(), message))

    def _say(self, key: tuple[object, ...], problem: Problem) -> None:
        self._problems.setdefault(key, problem)


def _whole(address: str) -> str:
    return repr(address if len(address) <= 200 else f"{address[:97]}...{address[-100:]}")


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
