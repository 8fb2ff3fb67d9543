"""Links compiled texts: each relative link and source, as the author wrote it, becomes the address it has on the site."""

import html
import posixpath
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from knowledge.page.picture_size import Size
from knowledge.place import Source, Url, article_names, below_parents, folder
from knowledge.render import shown
from knowledge.render.compiled import Compiled
from knowledge.render.shown import Shown

NONE: Mapping[Url, Size] = MappingProxyType({})


def link(
    compiled: Compiled, source: Source, page: Url, urls: Mapping[str, Url], sizes: Mapping[Url, Size] = NONE, *, top: bool = False
) -> str:
    """The HTML of the text of `source` as it stands on the page at `page`. `urls` has the address of each file of docs/.

    `sizes` has the size of each picture that is known. A browser loads the first at once where the text stands at the `top` of the page.
    """
    parts, end = [], 0
    for start, stop, new in sorted([*_addresses(compiled, source, page, urls), *_sizes(compiled, source, urls, sizes, top)]):
        parts += [compiled.html[end:start], new]
        end = stop
    return "".join([*parts, compiled.html[end:]])


def targets(compiled: Compiled, source: Source, urls: Mapping[str, Url]) -> Iterator[Url]:
    """The addresses of the files of docs/ that a text leads to or shows, in order."""
    for start, stop in compiled.spans:
        path = _path(html.unescape(compiled.html[start:stop]))
        target = find(path, source, urls) if path else None
        if target is not None:
            yield target


def pictures(compiled: Compiled, source: Source, urls: Mapping[str, Url]) -> Iterator[Url]:
    """The addresses of the files of docs/ that a text shows as pictures, in order."""
    return (target for _, target in _pictures(compiled, source, urls))


def resolve(written: str, source: Source, page: Url, urls: Mapping[str, Url]) -> str | None:
    """Where a link of `source` leads from `page`, or None where it is no link to a file of docs/."""
    path = _path(written)
    target = find(path, source, urls) if path else None
    if target is None:
        return None
    parts = urlsplit(written)
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{relative(target, page)}{query}{fragment}"


def find(path: str, source: Source, urls: Mapping[str, Url]) -> Url | None:
    """The address of the file a path names, seen from `source`: as it stands, without its ending, or as a folder."""
    base = "" if path.startswith("/") else folder(source)
    whole = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
    for candidate in (whole, *article_names(whole), *below_parents(path, source)):
        if candidate in urls:
            return urls[candidate]
    return None


def relative(target: Url, page: Url) -> str:
    """The way from a page to an address of the same site, percent-encoded."""
    way = posixpath.relpath(f"/{target}", f"/{posixpath.dirname(page)}")
    slash = "/" if target.endswith("/") or not target else ""
    return quote(f"{way}{slash}", safe="/~")


def _addresses(compiled: Compiled, source: Source, page: Url, urls: Mapping[str, Url]) -> Iterator[tuple[int, int, str]]:
    for start, stop in compiled.spans:
        address = resolve(html.unescape(compiled.html[start:stop]), source, page, urls)
        if address is not None:
            yield start, stop, html.escape(address)


def _sizes(
    compiled: Compiled, source: Source, urls: Mapping[str, Url], sizes: Mapping[Url, Size], top: bool
) -> Iterator[tuple[int, int, str]]:
    for picture, target in _pictures(compiled, source, urls):
        eager = top and picture is compiled.pictures[0]
        yield picture.place, picture.place, shown.attributes(picture, sizes.get(target), eager)


def _pictures(compiled: Compiled, source: Source, urls: Mapping[str, Url]) -> Iterator[tuple[Shown, Url]]:
    ends = dict(compiled.spans) if compiled.pictures else {}
    for picture in compiled.pictures:
        path = _path(html.unescape(compiled.html[picture.source : ends.get(picture.source, picture.source)]))
        target = find(path, source, urls) if path else None
        if target is not None:
            yield picture, target


def _path(written: str) -> str:
    try:
        parts = urlsplit(written)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else unquote(parts.path)
