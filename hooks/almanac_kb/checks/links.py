"""The rules `link`, `anchor` and `image`: links of pages that lead nowhere, where their author wrote them, and what was probably meant."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import unquote

from lxml import etree

from almanac_kb.checks import html_page, rules
from almanac_kb.checks.facts import BrokenLink, Facts
from almanac_kb.checks.rules import ArticleText
from almanac_kb.content.article import Article
from almanac_kb.content.site import Site
from almanac_kb.core import urls
from almanac_kb.core.diagnostics import Diagnostic, Position, quoted
from almanac_kb.core.paths import SourcePath, file_name, folder, is_article, is_index, stem
from almanac_kb.core.text import most_similar
from almanac_kb.core.urls import SiteTarget
from almanac_kb.markdown.link_index import meant_paths, written_path

MAX_PER_PAGE = 200
"""Most broken links that are reported for one page, and most elements with the same broken URL."""
MAX_COMPARISONS = 100
"""Most searches for similar names in one inspection, since each compares names letter by letter."""
MAX_COMPARED_NAMES = 5_000
"""Most names that are compared in each search."""
MAX_URL_LENGTH = 200
"""Most characters of a URL in a message; of a longer one, its start and its end are shown."""
MEDIA = frozenset({"img", "source", "video", "audio", "track", "image", "iframe"})
"""Elements whose broken URL breaks the rule `image`."""
NOT_SUGGESTED = (".html", ".xml", ".json", ".gz")
"""Suffixes of files that the build makes: no author links to them."""
NO_ANCHORS: frozenset[str] = frozenset()
SEPARATORS = re.compile(r"[\W_]+")

DiagnosticKey = tuple[object, ...]
"""The key of a diagnostic; of several with the same key only the first is reported."""


class _ServedFiles(dict[str, str | None]):
    """The output file that a web server sends for each path below the root of the site, or None; it is looked for once."""

    def __init__(self, files: frozenset[str]) -> None:
        self._files = files

    def __missing__(self, path: str) -> str | None:
        file = self[path] = urls.served_file(SiteTarget(path, ""), self._files)
        return file


class LinkChecker:
    """Finds the broken links of pages; the anchors of other pages are collected while the facts of these are added."""

    def __init__(self, files: frozenset[str], base: str, suggestions: "LinkSuggestions", elsewhere: Collection[str] = ()) -> None:
        self._base, self._suggestions = base, suggestions
        self._elsewhere = tuple(elsewhere)
        self._anchors: dict[str, frozenset[str]] = {}
        self._served_files = _ServedFiles(files)
        self._anchor_links: dict[str, list[BrokenLink]] = {}

    def served_file(self, path: str) -> str | None:
        """The output path of the file that a web server sends for a path below the root of the site, or None."""
        return self._served_files[path]

    def collect(self, path: str, facts: Facts) -> None:
        """Collects the anchors of a page, and its links to anchors of other pages, for `broken_anchors`."""
        self._anchors[path] = frozenset(facts.anchors)
        for url, (target, fragment) in facts.fragments.items():
            file = self.served_file(target)
            if file and file.endswith(".html"):
                self._anchor_links.setdefault(path, []).append(BrokenLink(url, file, fragment))

    def missing(self, targets: Iterable[str]) -> set[str]:
        """The paths below the root of the site for which a web server has no file, without those at which other builds stand."""
        served = self._served_files
        return {target for target in targets if served[target] is None and not f"{target.rstrip('/')}/".startswith(self._elsewhere)}

    def broken_anchors(self) -> Iterator[tuple[str, list[BrokenLink]]]:
        """The output path of each page with links to missing anchors of other pages, and these links; to be called after all pages."""
        for path, links in self._anchor_links.items():
            broken = [link for link in links if link.anchor not in self._anchors.get(link.file, NO_ANCHORS)]
            if broken:
                yield path, broken

    def diagnostics(
        self, path: str, tree: etree._Element, broken: list[BrokenLink], text: ArticleText | None, source: SourcePath
    ) -> Iterator[tuple[DiagnosticKey, Diagnostic]]:
        """The diagnostics for the broken links of a page with their keys.

        `path` is the output path of the page, `tree` its HTML, `text` that of the article of the page, where it has one, and `source` the
        file that is named. The key is the position in the article; for links of the theme, which are on all pages, the target.
        """
        elements = html_page.elements_by_url(tree, (link.url for link in broken))
        for link in broken[:MAX_PER_PAGE]:
            for number, element in enumerate(elements[link.url][:MAX_PER_PAGE]):
                label = html_page.element_text(element) or element.get("alt") or ""
                match = text.find(_texts_of_link(link, label), number) if text else None
                written = match.written if match and " " not in match.written and "](" not in match.written else link.url
                if text and self._suggestions.is_refused(written, text.article):
                    continue
                position = match.position if match else Position()
                key = (source, position) if match else (urls.resolve_url(link.url, path, self._base),)
                yield key, self._diagnostic(link, element, label, written, text.article if text else None, source, position)
        if len(broken) > MAX_PER_PAGE:
            message = f"and {len(broken) - MAX_PER_PAGE:,} more links of the page lead nowhere"
            yield (source, "more"), rules.rule_diagnostic("link", source, Position(), message)

    def _diagnostic(
        self,
        link: BrokenLink,
        element: etree._Element,
        label: str,
        written: str,
        article: Article | None,
        source: SourcePath,
        position: Position,
    ) -> Diagnostic:
        prefix = f"{quoted(label)} " if label else ""
        if link.anchor:
            meant = self._suggestions.anchor(link.anchor, sorted(self._anchors.get(link.file, NO_ANCHORS)))
            message = f"{prefix}leads to {_for_message(written)}, and that page has no part of this name"
            return rules.rule_diagnostic("anchor", source, position, message, f"did you mean #{meant}?" if meant else "")
        withheld = self._suggestions.withheld(written, article) if article else ""
        suggest = self._suggestions.image if element.tag in MEDIA else self._suggestions.page
        meant = suggest(written, article) if article and not withheld else ""
        hint = "publish it, or take the link out" if withheld else f"did you mean {meant}?" if meant else ""
        if element.tag in MEDIA:
            return rules.rule_diagnostic("image", source, position, f"{prefix}is not there, at {_for_message(written)}", hint)
        reason = f": {withheld}" if withheld else ""
        return rules.rule_diagnostic("link", source, position, f"{prefix}leads nowhere, to {_for_message(written)}{reason}", hint)


class LinkSuggestions:
    """Suggests what the author of a broken link probably meant."""

    def __init__(self, site: Site, files: Collection[str]) -> None:
        self._withheld = {**site.withheld, **dict.fromkeys(site.refused, "refused")}
        self._refused = frozenset(map(str, site.refused))
        self._by_source = {str(article.source): article for article in site.published}
        self._by_url = {str(article.url): article for article in site.published}
        self._paths: dict[str, str] = {}
        """The path of a file by its name in lower case: of articles the source path, of others the output path."""
        for article in site.published:
            for name in filter(None, (file_name(article.url.rstrip("/")), "" if is_index(article.source) else stem(article.source))):
                self._paths.setdefault(name.casefold(), article.source)
        for path in sorted(files):
            if not path.endswith(NOT_SUGGESTED) and not path.startswith("assets/"):
                self._paths.setdefault(file_name(path).casefold(), path)
        self._comparisons = 0
        self._similar: dict[str, str] = {}

    def withheld(self, written: str, article: Article) -> str:
        """Names the unpublished file that a link in an article means, and why it is not published; empty where it means none."""
        for path in meant_paths(written, article.source):
            if path in self._withheld:
                return f"{path} is not published: {self._withheld[SourcePath(path)]}"
        return ""

    def is_refused(self, written: str, article: Article) -> bool:
        """Whether a link leads to an article that is refused, which is reported where that article is."""
        return any(path in self._refused for path in meant_paths(written, article.source))

    def image(self, written: str, article: Article) -> str:
        """The link to write in an article instead of one to a missing image; empty where no image has a similar name."""
        path = self._similar_path(_last_name(written))
        return _relative_path(path, article) if path and SourcePath(path) not in self._by_source else ""

    def page(self, written: str, article: Article) -> str:
        """The link to write in an article instead of one to a missing page or file; empty where none has a similar name."""
        for path in meant_paths(written, article.source):
            other = self._by_source.get(path) or self._by_url.get(f"{path.strip('/')}/")
            if other:
                return _relative_path(str(other.source), article)
        similar = self._similar_path(_last_name(written))
        return _relative_path(similar, article) if similar else ""

    def anchor(self, fragment: str, anchors: Collection[str]) -> str:
        """The anchor of a page that a fragment probably means; empty where none is similar."""
        key = SEPARATORS.sub("-", fragment).strip("-").casefold()
        for anchor in anchors:
            if SEPARATORS.sub("-", anchor).strip("-").casefold() == key:
                return anchor
        return self._most_similar(fragment, list(anchors))

    def _similar_path(self, name: str) -> str:
        if not name:
            return ""
        if name not in self._similar:
            names = (name, stem(name)) if is_article(name) or name.endswith((".html", ".htm")) else (name,)
            exact = next((self._paths[key] for key in names if key in self._paths), "")
            self._similar[name] = exact or self._paths.get(self._most_similar(names[-1], list(self._paths)), "")
        return self._similar[name]

    def _most_similar(self, word: str, words: list[str]) -> str:
        self._comparisons += 1
        return most_similar(word, words[:MAX_COMPARED_NAMES]) if self._comparisons <= MAX_COMPARISONS else ""


def _last_name(written: str) -> str:
    """The name of the file or folder to which a URL leads, in lower case."""
    path = written_path(written).rstrip("/")
    return file_name(path.removesuffix("/index.md").removesuffix("/index.html")).casefold()


def _relative_path(path: str, article: Article) -> str:
    return posixpath.relpath(path, folder(article.source) or ".")


def _texts_of_link(link: BrokenLink, label: str) -> Iterator[str]:
    """Targets that an author may have meant by a link, the most likely first: its URL, a link by name, the end of its URL, its label."""
    yield from (link.url, unquote(link.url))
    if link.anchor and label:
        yield from (f"|{label}]]", f"[[{label.replace(' › ', '#')}", f"#{label.rpartition(' › ')[2]}]]")
    yield from (f"#{link.anchor}" if link.anchor else posixpath.basename(link.url), label)


def _for_message(url: str) -> str:
    return repr(url if len(url) <= MAX_URL_LENGTH else f"{url[:97]}...{url[-100:]}")
