"""Broken links, and what was meant."""

import difflib
import posixpath
import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from lxml import etree

from almanac_kb.checks import html_page, rules
from almanac_kb.checks.facts import BrokenLink, Facts
from almanac_kb.checks.html_page import HtmlPage
from almanac_kb.checks.rules import ArticleText
from almanac_kb.content.reader import Article
from almanac_kb.content.site import Site
from almanac_kb.core import urls
from almanac_kb.core.diagnostics import Diagnostic, Position, quoted
from almanac_kb.core.paths import SourcePath, article_paths, file_name, folder, is_article, is_index, stem
from almanac_kb.core.urls import SiteTarget

SEARCHES = 100
"""How often names are compared letter by letter; that takes time."""
NAMES = 5_000
"""With how many names."""
WORD = re.compile(r"[\W_]+")


class NearestNames:
    """The names of a site, to find the nearest of."""

    def __init__(self, catalogue: Site, files: Collection[str]) -> None:
        self._withheld = {**catalogue.withheld, **dict.fromkeys(catalogue.refused, "refused")}
        self._refused = frozenset(map(str, catalogue.refused))
        self._sources = {str(article.source): article for article in catalogue.published}
        self._urls = {str(article.url): article for article in catalogue.published}
        self._names: dict[str, str] = {}
        for article in catalogue.published:
            for each in filter(None, (file_name(article.url.rstrip("/")), *_stems(article))):
                self._names.setdefault(each.casefold(), article.source)
        for path in sorted(files):
            if not path.endswith((".html", ".xml", ".json", ".gz")) and not path.startswith("assets/"):
                self._names.setdefault(file_name(path).casefold(), path)
        self._searches = 0
        self._found: dict[str, str] = {}

    def kept_back(self, written: str, article: Article) -> str:
        """The file that an address means and why it is not published; empty where it means no such file."""
        for path in _meant(written, article):
            if path in self._withheld:
                return f"{path} is not published: {self._withheld[SourcePath(path)]}"
        return ""

    def is_refused(self, written: str, article: Article) -> bool:
        """Whether an address means an article that is refused: that is said of the article, not of each link to it."""
        return any(path in self._refused for path in _meant(written, article))

    def picture(self, written: str, article: Article) -> str:
        """The file to name instead of a picture that is not there, in an article; empty where none is near."""
        found = self._nearest(_last(written))
        return _way(found, article) if found and SourcePath(found) not in self._sources else ""

    def page(self, written: str, article: Article) -> str:
        """What to write instead of an address that leads nowhere, in an article; empty where nothing is near."""
        for path in _meant(written, article):
            found = self._sources.get(path) or self._urls.get(f"{path.strip('/')}/")
            if found:
                return _way(str(found.source), article)
        near = self._nearest(_last(written))
        return _way(near, article) if near else ""

    def anchor(self, fragment: str, anchors: Collection[str]) -> str:
        """The anchor of a page that a fragment probably means; empty where none is near."""
        key = WORD.sub("-", fragment).strip("-").casefold()
        for each in anchors:
            if WORD.sub("-", each).strip("-").casefold() == key:
                return each
        return self._closest(fragment, list(anchors))

    def _nearest(self, last: str) -> str:
        if not last:
            return ""
        if last not in self._found:
            keys = (last, stem(last)) if is_article(last) or last.endswith((".html", ".htm")) else (last,)
            exact = next((self._names[key] for key in keys if key in self._names), "")
            self._found[last] = exact or self._names.get(self._closest(keys[-1], list(self._names)), "")
        return self._found[last]

    def _closest(self, word: str, words: list[str]) -> str:
        self._searches += 1
        if self._searches > SEARCHES or len(word) > 200:
            return ""
        return next(iter(difflib.get_close_matches(word, words[:NAMES], n=1, cutoff=0.8)), "")


def _stems(article: Article) -> tuple[str, ...]:
    return () if is_index(article.source) else (stem(article.source),)


def _last(written: str) -> str:
    path = unquote(written.partition("#")[0].partition("?")[0]).replace("\\", "/").rstrip("/")
    return file_name(path.removesuffix("/index.md").removesuffix("/index.html")).casefold()


def _meant(written: str, article: Article) -> Iterator[str]:
    """The paths below docs/ that an address may mean, as it stands or with the ending it lacks."""
    path = unquote(written.partition("#")[0].partition("?")[0]).replace("\\", "/")
    for base in ("",) if path.startswith("/") else (folder(article.source), ""):
        whole = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        bare = whole.removesuffix(".html").removesuffix(".htm").removesuffix("/index")
        yield from dict.fromkeys((whole, *article_paths(bare), bare))


def _way(path: str, article: Article) -> str:
    return posixpath.relpath(path, folder(article.source) or ".")


MEDIA = frozenset({"img", "source", "video", "audio", "track", "image", "iframe"})
NOTHING: frozenset[str] = frozenset()
TOLD = 200
"""How many addresses, and how many places of one address, are told of one page."""


class LinkChecker:
    """What is known of the pages so far."""

    def __init__(self, files: frozenset[str], base: str, near: NearestNames) -> None:
        self._files, self._base, self._near = files, base, near
        self._parts: dict[str, frozenset[str]] = {}
        self._reached: dict[str, str | None] = {}
        self._wanted: dict[str, list[BrokenLink]] = {}

    def reached(self, path: str) -> str | None:
        """The file that a server sends for a path below the site's root, or None."""
        if path not in self._reached:
            self._reached[path] = urls.served_file(SiteTarget(path, ""), self._files)
        return self._reached[path]

    def broken(self, path: str, facts: Facts) -> list[BrokenLink]:
        """What of a page leads nowhere; links to parts of other pages are kept for `late`."""
        self._parts[path] = frozenset(facts.parts)
        for address, part in facts.fragments.items():
            file = self.reached(facts.links[address])
            if file and file.endswith(".html"):
                self._wanted.setdefault(path, []).append(BrokenLink(address, file, part))
        lost = [BrokenLink(address) for address, target in facts.links.items() if self.reached(target) is None]
        return sorted((*facts.broken, *lost), key=lambda each: each.address)

    def late(self) -> Iterator[tuple[str, list[BrokenLink]]]:
        """Once all pages are read: those with links to parts of other pages that are not there."""
        for path, wanted in self._wanted.items():
            found = [each for each in wanted if each.part not in self._parts.get(each.file, NOTHING)]
            if found:
                yield path, found

    def told(
        self, page: HtmlPage, broken: list[BrokenLink], origin: ArticleText | None, blamed: SourcePath
    ) -> Iterator[tuple[tuple[object, ...], Diagnostic]]:
        """The problems, each with what it is known by: its place, or for links of the theme, which all pages have, where they lead."""
        elements = html_page.link_elements(page) if broken else {}
        for each in broken[:TOLD]:
            for nth, element in enumerate(elements.get(each.address, [])[:TOLD]):
                text = html_page.element_text(element) or element.get("alt") or ""
                found = origin.find(_words(each, text), nth) if origin else None
                written = found.written if found and " " not in found.written and "](" not in found.written else each.address
                if origin and self._near.is_refused(written, origin.article):
                    continue
                position = found.position if found else Position()
                key = (blamed, position) if found else (urls.resolve_url(each.address, page.path, self._base),)
                yield key, self._problem(each, element, text, written, origin.article if origin else None, blamed, position)
        if len(broken) > TOLD:
            message = f"and {len(broken) - TOLD:,} more links of the page lead nowhere"
            yield (blamed, "more"), rules.rule_diagnostic("link", blamed, Position(), message)

    def _problem(
        self,
        broken: BrokenLink,
        element: etree._Element,
        text: str,
        written: str,
        article: Article | None,
        source: SourcePath,
        position: Position,
    ) -> Diagnostic:
        shown = f"{quoted(text)} " if text else ""
        if broken.part:
            meant = self._near.anchor(broken.part, sorted(self._parts.get(broken.file, NOTHING)))
            message = f"{shown}leads to {_whole(written)}, and that page has no part of this name"
            return rules.rule_diagnostic("anchor", source, position, message, f"did you mean #{meant}?" if meant else "")
        kept = self._near.kept_back(written, article) if article else ""
        nearest = self._near.picture if element.tag in MEDIA else self._near.page
        meant = nearest(written, article) if article and not kept else ""
        hint = "publish it, or take the link out" if kept else f"did you mean {meant}?" if meant else ""
        if element.tag in MEDIA:
            return rules.rule_diagnostic("image", source, position, f"{shown}is not there, at {_whole(written)}", hint)
        return rules.rule_diagnostic(
            "link", source, position, f"{shown}leads nowhere, to {_whole(written)}{': ' + kept if kept else ''}", hint
        )


def _words(broken: BrokenLink, text: str) -> Iterator[str]:
    """What may stand where the author wrote a link, the likeliest first: an address, or a link by name."""
    yield from (broken.address, unquote(broken.address))
    if broken.part and text:
        yield from (f"|{text}]]", f"[[{text.replace(' › ', '#')}", f"#{text.rpartition(' › ')[2]}]]")
    yield from (f"#{broken.part}" if broken.part else posixpath.basename(broken.address), text)


def _whole(address: str) -> str:
    return repr(address if len(address) <= 200 else f"{address[:97]}...{address[-100:]}")
