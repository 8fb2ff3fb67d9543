"""One pass over a site as it was written: whether all that must hold of it does, told to the authors of its articles."""

import json
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree, html

from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.withheld import Withheld
from knowledge.checks import heavy, live, reach, rule, sheet, validity
from knowledge.checks.following import Broken, Following
from knowledge.checks.live import Allowed
from knowledge.checks.near import Near
from knowledge.checks.origin import Origin
from knowledge.checks.sheet import Sheet
from knowledge.page import heading
from knowledge.place import Source, Url, link
from knowledge.problem import Mark, Problem, quoted
from knowledge.reading import outline
from knowledge.reading.article import Article, Kind

UNDEFINED = re.compile(r"\]\[([^\[\]]{1,100})\]")
PAGES = ("html", "htm")
AHEAD = 64
"""How many files are read at a time."""
LOCAL = re.compile(r"https?://[^\s<>()\"'\]]+")
STRICT = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
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
        self._files = frozenset(_files(site))
        self._articles = {f"{article.url}index.html": article for article in catalogue.published}
        self._following = Following(self._files, allowed.base, Near(catalogue, self._files))
        self._withheld = Withheld(catalogue, allowed.base)
        self._problems: dict[tuple[object, ...], Problem] = {}

    def run(self) -> tuple[Problem, ...]:
        """Reads every file once, and those pages twice whose links to parts of other pages are broken."""
        readers: dict[str, Callable[[str, Any], None]] = {
            "html": self._page,
            "htm": self._page,
            "xml": self._xml,
            "svg": self._svg,
            "json": self._json,
            "txt": self._text,
            "md": self._text,
        }
        for path, content in self._read(path for path in sorted(self._files) if _ending(path) in readers):
            readers[_ending(path)](path, content)
        for path, broken in self._following.late():
            page = self._content(path)
            if isinstance(page, Sheet):
                self._tell(page, broken)
        for article in self._catalogue.published:
            self._article(article)
        return tuple(sorted(self._problems.values()))

    def _read(self, paths: Iterator[str]) -> Iterator[tuple[str, bytes | Sheet | None]]:
        """The content of each file, pages parsed, some ahead by threads: the parser lets them run side by side."""
        with ThreadPoolExecutor() as pool:
            while batch := list(islice(paths, AHEAD)):
                yield from zip(batch, pool.map(self._content, batch), strict=True)

    def _content(self, path: str) -> bytes | Sheet | None:
        data = (self._site / path).read_bytes()
        return sheet.read(path, data) if _ending(path) in PAGES else data

    def _page(self, path: str, page: Sheet | None) -> None:
        if page is None:
            return
        self._head(page)
        self._live(page)
        self._tell(page, self._following.broken(page))
        self._references(page)
        self._heavy(page)
        if self._withheld:
            titles = (part for each in page.titles for part in (each, each.rpartition(" - ")[0]))
            self._show(path, (path, path.removesuffix("index.html"), *titles, *page.headings))

    def _head(self, page: Sheet) -> None:
        if page.policies != (self._allowed.due(page.source),):
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
            source, mark = self._blamed(page.path), found.mark if found else Mark()
            self._say((sight.rule, source, mark, sight.message), rule.broken(sight.rule, source, mark, sight.message))

    def _tell(self, page: Sheet, broken: list[Broken]) -> None:
        for key, problem in self._following.told(page, broken, self._origin(page.path), self._blamed(page.path)):
            self._say(("link", *key), problem)

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

    def _heavy(self, page: Sheet) -> None:
        origin = self._origin(page.path)
        for each in heavy.pictures(page, self._site, self._files, self._allowed.base):
            found = origin.find((each.address, posixpath.basename(each.file), posixpath.basename(each.address))) if origin else None
            mark = found.mark if found else origin.article.image_mark if origin and origin.article.image == each.file else Mark()
            self._say(("heavy", each.file), rule.broken("heavy", self._blamed(page.path), mark, each.message))

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

    def _blamed(self, path: str) -> Source:
        article = self._articles.get(path)
        return article.source if article else Source(path)

    def _file(self, name: str, path: str, message: str) -> None:
        self._say((name, path, message), rule.broken(name, Source(path), Mark(), message))

    def _say(self, key: tuple[object, ...], problem: Problem) -> None:
        self._problems.setdefault(key, problem)


def _files(site: Path) -> Iterator[str]:
    for parent, _, names in os.walk(site):
        home = "" if (way := os.path.relpath(parent, site)) == "." else f"{Path(way).as_posix()}/"
        yield from (f"{home}{each}" for each in names)


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower()


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
