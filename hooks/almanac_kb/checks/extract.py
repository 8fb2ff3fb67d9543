"""Extraction of the facts of one output file: a pure function of its path, its bytes and a context that all files share."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree, html

from almanac_kb.checks import active_content, feed_validation, html_page
from almanac_kb.checks.facts import PAGE_SUFFIXES, BrokenLink, ExtractContext, Facts, Fault, path_suffix
from almanac_kb.checks.html_page import HtmlPage
from almanac_kb.content.file_kinds import IMAGE_SUFFIXES
from almanac_kb.core import urls
from almanac_kb.core.paths import UrlPath, absolute_url, folder
from almanac_kb.render.svg import SvgError

MAX_PER_PAGE = 200
"""Most suspects, and most undefined references, that are reported for one page."""
CACHED_URLS = 20_000
"""Resolved URLs that are kept in memory: those of the theme stand on every page."""
UNDEFINED_REFERENCE = re.compile(r"\]\[([^\[\]]{1,100})\]")
ABSOLUTE_URL = re.compile(r"https?://[^\s<>()\"'\]]+")
RELATIVE_PATH = re.compile(r"((?:\.\./)*+)[\w.][^:]*+")
"""A URL that leads to the same place from every page of a folder."""
XML_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def extract_facts(path: str, data: bytes, context: ExtractContext) -> Facts:
    """The facts of the output file at `path`, whose suffix must be in `SUFFIXES`."""
    return EXTRACTORS[path_suffix(path)](path, data, context)


def _page_facts(path: str, data: bytes, context: ExtractContext) -> Facts:
    page = html_page.read_page(path, data)
    if page is None:
        return Facts()
    # A title is also taken without what the theme adds: ` - <name of the site>`.
    titles = (text for title in page.titles for text in (title, title.rpartition(" - ")[0]))
    due = context.allowed.due(page.source)
    broken_links, links, fragments = _page_links(page, context.allowed.base)
    names = dict.fromkeys(name for text in html_page.bracketed_texts(page) for name in UNDEFINED_REFERENCE.findall(text))
    images = (url for url in sorted(page.sources & links.keys()) if url.partition("?")[0].lower().endswith(IMAGE_SUFFIXES))
    return Facts(
        faults=tuple(_head_faults(page, due)),
        suspects=tuple(islice(active_content.active_in_page(page, context.allowed, due), MAX_PER_PAGE)),
        leak_candidates=(*titles, *page.headings),
        anchors=tuple(sorted(name for name in page.anchors if not name.startswith("__"))),
        broken_links=broken_links,
        targets=_targets(links),
        fragments={url: (links[url], fragment) for url, fragment in fragments.items()},
        images={url: links[url] for url in images},
        undefined_references=tuple(islice(names, MAX_PER_PAGE)),
    )


def _head_faults(page: HtmlPage, policy: str) -> Iterator[Fault]:
    """The faults in the head of a page that must have this Content Security Policy."""
    if page.policies != (policy,):
        yield Fault("policy", "must have the site's one policy, before all it could hold back")
    required = {"title": page.titles, "heading of the first level": page.headings}
    if page.path != "404.html":
        required["canonical link"] = page.canonical
    if not page.is_redirect:
        required["description"] = page.descriptions
    for name, values in required.items():
        if len(values) != 1:
            yield Fault("page", f"must have one {name}, has {len(values)}")
        elif not values[0].strip():
            yield Fault("page", f"must have one {name}, which is empty")


def _page_links(page: HtmlPage, base: str) -> tuple[tuple[BrokenLink, ...], dict[str, str], dict[str, str]]:
    """The links of a page that are broken whatever other files hold; all others with their targets; the fragments of these."""
    broken: list[BrokenLink] = []
    links: dict[str, str] = {}
    fragments: dict[str, str] = {}
    folders = _folders_above(page.path)
    for url in sorted(page.links | page.sources):
        if url.startswith("#") and url[1:] in page.anchors:
            continue
        relative = RELATIVE_PATH.fullmatch(url)
        if relative and relative.end(1) < 3 * len(folders):
            place = _place_in_folder(url[relative.end(1) :], folders[relative.end(1) // 3], base)
        elif ":" in url and urls.is_this_machine(url):
            continue
        else:
            place = _place(url, page.path, base)
        if place is None:
            broken += [BrokenLink(url)] if urls.scheme(url) == "file" else []
        elif page.path not in place.served:
            links[url] = place.path
            if place.fragment:
                fragments[url] = place.fragment
        elif place.fragment and place.fragment not in page.anchors:
            broken.append(BrokenLink(url, page.path, place.fragment))
    return tuple(broken), links, fragments


@dataclass(frozen=True)
class _LinkedPlace:
    """A place on the site to which a URL leads."""

    path: str
    """The path below the root of the site."""
    fragment: str
    """The anchor that the page there must have; empty where any page will do."""
    served: tuple[str, ...]
    """The output paths of the files that a server may send for the path."""


def _folders_above(path: str) -> list[str]:
    """The folder of a file, and all folders above it up to the root of the site, which is the empty string."""
    folders = [folder(path)]
    while folders[-1]:
        folders.append(folder(folders[-1]))
    return folders


def _place(url: str, path: str, base: str) -> _LinkedPlace | None:
    """The place on the site to which a URL in the page at an output path leads; None for URLs of other sites."""
    target = urls.resolve_url(url, path, base)
    if target is None:
        return None
    # `#top` leads to the top of any page (HTML, "Scrolling to a fragment"), `:~:` starts a text fragment.
    is_anchor = target.fragment != "top" and not target.fragment.startswith(":~:")
    return _LinkedPlace(target.path, target.fragment if is_anchor else "", urls.served_paths(target))


@lru_cache(CACHED_URLS)
def _place_in_folder(url: str, parent: str, base: str) -> _LinkedPlace | None:
    """The same for all pages of a folder: such a URL leads from each to the same place."""
    return _place(url, f"{parent}/", base)


def _xml_facts(path: str, data: bytes, context: ExtractContext) -> Facts:
    root = _parse_xml(data)
    if isinstance(root, Fault):
        return Facts((root,))
    own_url = absolute_url(context.allowed.base, UrlPath(path))
    faults = [Fault("feed", message) for message in feed_validation.check_xml(root, own_url)]
    texts = (text.strip() for element in root.iter(etree.Element) for text in (element.text or "", *element.values()))
    contents = feed_validation.entry_contents(root)
    return _data_facts(path, context, (*faults, *_content_faults(contents)), feed_validation.feed_links(root), texts)


def _svg_facts(_path: str, data: bytes, _context: ExtractContext) -> Facts:
    try:
        return Facts(tuple(Fault("live", message) for message in active_content.active_in_svg(data)))
    except SvgError as error:
        return Facts((Fault("file", str(error)),))


def _json_facts(path: str, data: bytes, context: ExtractContext) -> Facts:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        return Facts((Fault("file", f"can't be read as JSON: {error}"),))
    texts = _strings(value)
    if not isinstance(value, dict) or not str(value.get("version", "")).startswith(feed_validation.JSON_FEED):
        return _data_facts(path, context, (), (), texts)
    own_url = absolute_url(context.allowed.base, UrlPath(path))
    faults = [Fault("feed", message) for message in feed_validation.check_json_feed(value, own_url)]
    contents = [str(item["content_html"]) for item in feed_validation.feed_items(value) if item.get("content_html")]
    return _data_facts(path, context, (*faults, *_content_faults(contents)), feed_validation.item_links(value), texts)


def _text_facts(path: str, data: bytes, context: ExtractContext) -> Facts:
    return _data_facts(path, context, (), (), ABSOLUTE_URL.findall(data.decode(errors="replace")))


def _data_facts(path: str, context: ExtractContext, faults: tuple[Fault, ...], links: Iterable[str], texts: Iterable[str]) -> Facts:
    """The facts of a file that is no page; `texts` are all strings in it, of which only the names of unpublished articles matter."""
    leaks = context.withheld_names.intersection(texts) if context.withheld_names else ()
    return Facts(faults, leak_candidates=tuple(sorted(leaks)), targets=_targets(_data_links(links, path, context.allowed.base)))


def _data_links(links: Iterable[str], path: str, base: str) -> dict[str, str]:
    """The URLs among those of a file that lead to the site, each with its target."""
    targets = {url: urls.resolve_url(url, path, base) for url in links}
    return {url: target.path for url, target in targets.items() if target}


def _targets(links: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(set(links.values())))


def links_of_file(path: str, data: bytes, context: ExtractContext) -> dict[str, str]:
    """The URLs of the output file at `path` that lead to the site, each with its target; facts have the targets alone."""
    base = context.allowed.base
    if path_suffix(path) in PAGE_SUFFIXES:
        page = html_page.read_page(path, data)
        return _page_links(page, base)[1] if page else {}
    if path_suffix(path) == "json":
        return _data_links(feed_validation.item_links(json.loads(data)), path, base)
    root = _parse_xml(data)
    return {} if isinstance(root, Fault) else _data_links(feed_validation.feed_links(root), path, base)


def _parse_xml(data: bytes) -> etree._Element | Fault:
    try:
        return etree.fromstring(data, XML_PARSER)
    except etree.XMLSyntaxError as error:
        return Fault("file", f"can't be read as XML: {error.msg}")


def _content_faults(contents: Iterable[str]) -> Iterator[Fault]:
    """Active content in the HTML of a feed's entries."""
    for content in filter(str.strip, contents):
        for message in active_content.active_in_fragment(html.fragment_fromstring(content, create_parent="div")):
            yield Fault("live", message)


def _strings(value: Any) -> Iterator[str]:
    """All strings in a JSON value but for the keys of objects."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


EXTRACTORS: dict[str, Callable[[str, bytes, ExtractContext], Facts]] = {
    "html": _page_facts,
    "htm": _page_facts,
    "xml": _xml_facts,
    "svg": _svg_facts,
    "json": _json_facts,
    "txt": _text_facts,
    "md": _text_facts,
}
"""The function that extracts the facts of a file, by its suffix."""
