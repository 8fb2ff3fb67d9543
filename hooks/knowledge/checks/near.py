"""What an author who wrote an address that leads nowhere probably meant."""

import difflib
import posixpath
import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from knowledge.catalogue.catalogue import Catalogue
from knowledge.place import Source, article_names, folder, is_article, is_index, name, stem
from knowledge.reading.article import Article

SEARCHES = 100
"""How often names are compared letter by letter; that takes time."""
NAMES = 5_000
"""With how many names."""
WORD = re.compile(r"[\W_]+")


class Near:
    """The names of a site, to find the nearest of."""

    def __init__(self, catalogue: Catalogue, files: Collection[str]) -> None:
        self._withheld = {**catalogue.withheld, **dict.fromkeys(catalogue.refused, "refused")}
        self._sources = {str(article.source): article for article in catalogue.published}
        self._urls = {str(article.url): article for article in catalogue.published}
        self._names: dict[str, str] = {}
        for article in catalogue.published:
            for each in filter(None, (name(article.url.rstrip("/")), *_stems(article))):
                self._names.setdefault(each.casefold(), article.source)
        for path in sorted(files):
            if not path.endswith((".html", ".xml", ".json", ".gz")) and not path.startswith("assets/"):
                self._names.setdefault(name(path).casefold(), path)
        self._searches = 0
        self._found: dict[str, str] = {}

    def kept_back(self, written: str, article: Article) -> str:
        """The file that an address means and why it is not published; empty where it means no such file."""
        for path in _meant(written, article):
            if path in self._withheld:
                return f"{path} is not published: {self._withheld[Source(path)]}"
        return ""

    def picture(self, written: str, article: Article) -> str:
        """The file to name instead of a picture that is not there, in an article; empty where none is near."""
        found = self._nearest(_last(written))
        return _way(found, article) if found and Source(found) not in self._sources else ""

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
    return name(path.removesuffix("/index.md").removesuffix("/index.html")).casefold()


def _meant(written: str, article: Article) -> Iterator[str]:
    """The paths below docs/ that an address may mean, as it stands or with the ending it lacks."""
    path = unquote(written.partition("#")[0].partition("?")[0]).replace("\\", "/")
    for base in ("",) if path.startswith("/") else (folder(article.source), ""):
        whole = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        bare = whole.removesuffix(".html").removesuffix(".htm").removesuffix("/index")
        yield from dict.fromkeys((whole, *article_names(bare), bare))


def _way(path: str, article: Article) -> str:
    return posixpath.relpath(path, folder(article.source) or ".")
