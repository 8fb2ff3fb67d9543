"""Links compiled texts: each relative link and source, as the author wrote it, becomes the address it has on the site."""

import html
import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote, urlsplit

from knowledge.place import Source, Url, article_names, below_parents, folder
from knowledge.render.compiled import Compiled


def link(compiled: Compiled, source: Source, page: Url, urls: Mapping[str, Url]) -> str:
    """The HTML of the text of `source` as it stands on the page at `page`. `urls` has the address of each file of docs/."""
    parts, end = [], 0
    for start, stop in compiled.spans:
        written = html.unescape(compiled.html[start:stop])
        address = resolve(written, source, page, urls)
        if address is not None:
            parts += [compiled.html[end:start], html.escape(address)]
            end = stop
    return "".join([*parts, compiled.html[end:]])


def targets(compiled: Compiled, source: Source, urls: Mapping[str, Url]) -> Iterator[Url]:
    """The addresses of the files of docs/ that a text leads to or shows, in order."""
    for start, stop in compiled.spans:
        path = _path(html.unescape(compiled.html[start:stop]))
        target = find(path, source, urls) if path else None
        if target is not None:
            yield target


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


def _path(written: str) -> str:
    try:
        parts = urlsplit(written)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else unquote(parts.path)
