"""The linker: puts URLs, image sizes and accessible names into the HTML of documents."""

import html
import posixpath
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml.html import document_fromstring, tostring

from almanac_kb.core import text as core_text
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import AbsoluteUrl, SourcePath, UrlPath, is_article
from almanac_kb.markdown.link_index import find_file, matching_id
from almanac_kb.render import images
from almanac_kb.render.document import Document, Link
from almanac_kb.render.images import ImageSize, ImageTag


def absolute_links(fragment: str, base: AbsoluteUrl) -> str:
    """The HTML with every link and source resolved against the absolute URL of its page."""
    if not fragment.strip():
        return ""
    root = document_fromstring(f"<body>{fragment}</body>").body
    root.attrib.clear()
    root.make_links_absolute(base, handle_failures="ignore")
    for element in root.iter("video", "img", "source"):
        if element.get("poster"):
            element.set("poster", _joined(base, element.get("poster", "")))
        if element.get("srcset"):
            element.set("srcset", ", ".join(_candidate(base, each) for each in element.get("srcset", "").split(", ")))
    text: str = tostring(root, encoding="unicode")
    return core_text.ILLEGAL.sub("", text.strip().removeprefix("<body>").removesuffix("</body>"))


def _candidate(base: AbsoluteUrl, written: str) -> str:
    address, space, size = written.strip().partition(" ")
    return f"{_joined(base, address)}{space}{size}"


def _joined(base: AbsoluteUrl, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


BOX = re.compile(r'(<label class="task-list-control"><input type="checkbox" disabled(?:="")?)((?: checked(?:="")?)?)')
EMPTY = re.compile(r"<th([^<>]*)></th>")


def add_accessible_names(html: str, messages: Messages) -> str:
    """The HTML where each task's checkbox has an accessible name, and empty cells of table heads are plain cells."""
    return EMPTY.sub(r"<td\1></td>", BOX.sub(partial(_named, messages), html))


def _named(messages: Messages, box: re.Match[str]) -> str:
    name = messages.gettext("done") if box[2] else messages.gettext("to do")
    return f'{box[1]}{box[2]} aria-label="{html.escape(name)}"'


FRAGMENT_SIGNS = "/~!$&'()*+,;=:@?"
"""Characters that need no percent-encoding in a fragment (RFC 3986, section 3.5)."""
H1 = re.compile(r"\s*(<h1[ >].*?</h1>)", re.DOTALL)
FIRST_SOURCE = '<li><span id="source:'
"""The start of the first item in a list of cited sources."""
RAW_H1 = re.compile(r"<(?P<slash>/?)h1(?=[\s/>])", re.IGNORECASE)


def divide_heading(html: str) -> tuple[str, str]:
    """The heading of level 1 at the start, empty for none, and the rest of the HTML."""
    match = H1.match(html)
    return (match[1], html[match.end() :]) if match else ("", html)


def divide_sources(html: str) -> tuple[str, str]:
    """The HTML without the list of cited sources, and that list with its heading, empty for none."""
    first = html.find(FIRST_SOURCE)
    start = html.rfind("<h2", 0, first) if first >= 0 else -1
    return (html[:start], html[start:]) if start >= 0 else (html, "")


def demote_headings(html: str) -> str:
    """The HTML with headings of level 2 in place of level 1, for headings written as HTML."""
    return RAW_H1.sub(r"<\g<slash>h2", html)


NONE: Mapping[UrlPath, ImageSize] = MappingProxyType({})


@dataclass(frozen=True)
class LinkSources:
    """The possible targets of links in texts."""

    urls: Mapping[str, UrlPath]
    """The URL path of each file of the site, by its source path."""
    sizes: Mapping[UrlPath, ImageSize]
    """Width and height in pixels of the images of the site."""
    documents: Mapping[SourcePath, Document]
    """The compiled texts, whose ids fragments of links mean."""


def link_html(
    document: Document,
    source: SourcePath,
    page: UrlPath,
    urls: Mapping[str, UrlPath],
    documents: Mapping[SourcePath, Document] = MappingProxyType({}),
) -> str:
    """The HTML of the article `source` as it appears on the page at `page`, without image sizes; see `links_on_page`."""
    return put_links(document, links_on_page(document, source, page, urls, documents=documents))


def links_on_page(
    document: Document,
    source: SourcePath,
    page: UrlPath,
    urls: Mapping[str, UrlPath],
    sizes: Mapping[UrlPath, ImageSize] = NONE,
    *,
    top: bool = False,
    documents: Mapping[SourcePath, Document] = MappingProxyType({}),
) -> list[tuple[int, int, str]]:
    """Returns the replacements in the HTML of the article `source` on the page at `page`: start and end offset, and the new HTML, in order.

    `urls` has the URL path of each file, by source path. Fragments of links to `documents` are corrected to existing ids that differ only
    in case or separators. `sizes` has the known image sizes in pixels. The first image is loaded eagerly where the text is at the `top` of
    its page.
    """
    return sorted([*_addresses(document, source, page, urls, documents), *_sizes(document, source, urls, sizes, top)])


def put_links(document: Document, links: Iterable[tuple[int, int, str]]) -> str:
    """The HTML of a document with what `links_on_page` returns in its places."""
    parts, end, html_text = [], 0, document.html.text
    for start, stop, new in links:
        parts += [html_text[end:start], new]
        end = stop
    return "".join([*parts, html_text[end:]])


def link_targets(document: Document, source: SourcePath, urls: Mapping[str, UrlPath]) -> Iterator[UrlPath]:
    """The URL paths of the files of docs/ that a text links to or shows, in order."""
    for link in document.links:
        target = _file(link, source, urls)
        if target is not None:
            yield target


def linked_assets(document: Document, source: SourcePath, assets: Mapping[str, UrlPath]) -> Iterator[UrlPath]:
    """The URL paths of the files beside articles that a text links to or shows, in order; `assets` has that of each."""
    for link in document.links:
        is_to_article = link.target is not None and link.target not in assets and is_article(link.target)
        target = None if is_to_article else _file(link, source, assets)
        if target is not None:
            yield target


def targets_at(document: Document, starts: Iterable[int], source: SourcePath, urls: Mapping[str, UrlPath]) -> dict[int, UrlPath]:
    """The URL paths of the files of docs/ to which the links at these offsets lead, by offset."""
    places = ((start, bisect_left(document.links, start, key=_start)) for start in starts)
    links = (document.links[place] for start, place in places if place < len(document.links) and document.links[place].start == start)
    found = ((link.start, _file(link, source, urls)) for link in links)
    return {start: target for start, target in found if target is not None}


def _start(link: Link) -> int:
    return link.start


def image_targets(document: Document, source: SourcePath, urls: Mapping[str, UrlPath]) -> Iterator[UrlPath]:
    """The URL paths of the files of docs/ that a text shows as images, in order."""
    return (target for _, target in _shown_images(document, source, urls))


def relative_url(target: UrlPath, page: UrlPath) -> str:
    """The percent-encoded relative URL from a page to a URL path."""
    way = posixpath.relpath(f"/{target}", f"/{posixpath.dirname(page)}")
    slash = "/" if target.endswith("/") or not target else ""
    return quote(f"{way}{slash}", safe="/~")


def _addresses(
    document: Document, source: SourcePath, page: UrlPath, urls: Mapping[str, UrlPath], documents: Mapping[SourcePath, Document]
) -> Iterator[tuple[int, int, str]]:
    for link in document.links:
        written, target = link.url, _file(link, source, urls)
        meant = documents.get(link.target) if link.target else document if written.startswith("#") else None
        rest = _repaired(_rest(written), meant)
        if target is not None:
            yield link.start, link.end, html.escape(f"{relative_url(target, page)}{rest}")
        elif written.startswith("#") and rest != written:
            yield link.start, link.end, html.escape(rest)


def repaired_fragments(document: Document, documents: Mapping[SourcePath, Document]) -> Iterator[tuple[str, str]]:
    """The fragments of links that are spelled differently from the id they mean: as written, and corrected."""
    for link in document.links:
        if "#" not in link.url:
            continue
        fragment = link.url.partition("#")[2]
        meant = documents.get(link.target) if link.target else document if link.url.startswith("#") else None
        repaired = _repaired(f"#{fragment}", meant) if fragment else "#"
        if repaired != f"#{fragment}":
            yield fragment, unquote(repaired[1:])


def _repaired(rest: str, meant: Document | None) -> str:
    """The query and fragment of a link, the fragment corrected to an id of the document."""
    before, _, fragment = rest.partition("#")
    if not fragment or meant is None or unquote(fragment) in meant.ids or fragment in meant.ids:
        return rest
    found = matching_id(fragment, meant.ids)
    return f"{before}#{quote(found, safe=FRAGMENT_SIGNS)}" if found else rest


def _sizes(
    document: Document, source: SourcePath, urls: Mapping[str, UrlPath], sizes: Mapping[UrlPath, ImageSize], top: bool
) -> Iterator[tuple[int, int, str]]:
    for image, target in _shown_images(document, source, urls):
        eager = top and image is document.images[0]
        yield image.place, image.place, images.image_attributes(image, sizes.get(target), eager)


def _shown_images(document: Document, source: SourcePath, urls: Mapping[str, UrlPath]) -> Iterator[tuple[ImageTag, UrlPath]]:
    links = {link.start: link for link in document.links} if document.images else {}
    for image in document.images:
        target = _file(links[image.source], source, urls) if image.source in links else None
        if target is not None:
            yield image, target


def _file(link: Link, source: SourcePath, urls: Mapping[str, UrlPath]) -> UrlPath | None:
    """The URL path of the file that a link means; includes generated pages, such as those of tags, which are in no link index."""
    target = link.target if link.target is not None and link.target in urls else find_file(link.url, source, urls)
    return urls[target] if target is not None else None


def _rest(written: str) -> str:
    """The query and fragment of a URL."""
    parts = urlsplit(written)
    return (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
