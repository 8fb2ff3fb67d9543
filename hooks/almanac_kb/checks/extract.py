"""Facts of one output file, and their extraction: a pure function of its path, its bytes and a context that all files share."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree, html

from almanac_kb.checks import active_content, feed_validation, html_page
from almanac_kb.checks.active_content import AllowedContent, SuspectText
from almanac_kb.checks.html_page import HtmlPage
from almanac_kb.content.file_kinds import IMAGE_SUFFIXES
from almanac_kb.core import urls
from almanac_kb.core.paths import UrlPath, absolute_url, folder
from almanac_kb.render.svg import SvgError


@dataclass(frozen=True)
class Fault:
    """A rule that a file breaks as a whole."""

    rule: str
    """The name of the rule."""
    message: str
    """The fault, in words."""


@dataclass(frozen=True)
class BrokenLink:
    """A link of a page to a file, or to a part of a page, that does not exist."""

    url: str
    """The URL as the page has it."""
    file: str = ""
    """The output path of the page that lacks the anchor; empty where the file itself is missing."""
    anchor: str = ""
    """The anchor that does not exist in that page; empty where the file itself is missing."""


@dataclass(frozen=True)
class Facts:
    """The facts of one output file. The fields about pages are empty for other files."""

    faults: tuple[Fault, ...] = ()
    """Rules that the file breaks as a whole."""
    suspects: tuple[SuspectText, ...] = ()
    """Unwanted content of a page, reported where it is in the article."""
    leak_candidates: tuple[str, ...] = ()
    """Texts that reveal an unpublished article if they are its title or its URL: titles and headings of a page, strings of a data file."""
    anchors: tuple[str, ...] = ()
    """The ids and names in a page to which a fragment of a URL can lead."""
    broken_links: tuple[BrokenLink, ...] = ()
    """Links of a page that are broken whatever the other files hold: to `file:` URLs, and to missing anchors of the page itself."""
    links: Mapping[str, str] = field(default_factory=dict)
    """All other URLs that lead to the site, in their order, each with the path below the root of the site to which it leads."""
    fragments: Mapping[str, str] = field(default_factory=dict)
    """The fragment of each URL in `links` that has one."""
    images: tuple[str, ...] = ()
    """The URLs in `links` of the images that a page shows."""
    undefined_references: tuple[str, ...] = ()
    """Names in brackets behind brackets, as a Markdown reference without definition leaves them in a page."""


def dump_facts(facts: Facts) -> bytes:
    """The facts as bytes for the cache."""
    faults = [(fault.rule, fault.message) for fault in facts.faults]
    suspects = [(suspect.rule, suspect.message, suspect.words) for suspect in facts.suspects]
    broken_links = [(link.url, link.file, link.anchor) for link in facts.broken_links]
    rest = (facts.leak_candidates, facts.anchors, facts.links, facts.fragments, facts.images, facts.undefined_references)
    return json.dumps([faults, suspects, broken_links, *rest], separators=(",", ":")).encode()


def load_facts(data: bytes) -> Facts:
    """The facts in the bytes that `dump_facts` returned; raises ValueError or TypeError for other bytes."""
    faults, suspects, broken_links, leak_candidates, anchors, links, fragments, images, undefined_references = json.loads(data)
    return Facts(
        faults=tuple(Fault(rule, message) for rule, message in faults),
        suspects=tuple(SuspectText(rule, message, tuple(words)) for rule, message, words in suspects),
        leak_candidates=tuple(leak_candidates),
        anchors=tuple(anchors),
        broken_links=tuple(BrokenLink(url, file, anchor) for url, file, anchor in broken_links),
        links=dict(links),
        fragments=dict(fragments),
        images=tuple(images),
        undefined_references=tuple(undefined_references),
    )


MAX_PER_PAGE = 200
"""Most suspects, and most undefined references, that are reported for one page."""
CACHED_URLS = 100_000
"""Resolved URLs that are kept in memory: those of the theme stand on every page."""
UNDEFINED_REFERENCE = re.compile(r"\]\[([^\[\]]{1,100})\]")
ABSOLUTE_URL = re.compile(r"https?://[^\s<>()\"'\]]+")
RELATIVE_PATH = re.compile(r"((?:\.\./)*+)[\w.][^:]*+")
"""A URL that leads to the same place from every page of a folder."""
XML_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


@dataclass(frozen=True)
class ExtractContext:
    """All values beside the file on which the extraction depends."""

    allowed: AllowedContent
    """The hosts and scripts that pages may use, and the absolute URL of the site."""
    withheld_names: frozenset[str]
    """Titles and URLs of the articles that are not published."""


def extract_facts(path: str, data: bytes, context: ExtractContext) -> Facts:
    """The facts of the output file at `path`, whose suffix must be in `EXTRACTORS`."""
    return EXTRACTORS[path_suffix(path)](path, data, context)


def path_suffix(path: str) -> str:
    """The suffix of a path in lower case, without its dot."""
    return path.rpartition(".")[2].lower()


def _page_facts(path: str, data: bytes, context: ExtractContext) -> Facts:
    page = html_page.read_page(path, data)
    if page is None:
        return Facts()
    # A title is also taken without what the theme adds: ` - <name of the site>`.
    titles = (text for title in page.titles for text in (title, title.rpartition(" - ")[0]))
    due = context.allowed.due(page.source)
    broken_links, links, fragments = _page_links(page, context.allowed.base)
    names = dict.fromkeys(name for text in html_page.bracketed_texts(page) for name in UNDEFINED_REFERENCE.findall(text))
    images = (url for url in page.sources & links.keys() if url.partition("?")[0].lower().endswith(IMAGE_SUFFIXES))
    return Facts(
        faults=tuple(_head_faults(page, due)),
        suspects=tuple(islice(active_content.active_in_page(page, context.allowed, due), MAX_PER_PAGE)),
        leak_candidates=(*titles, *page.headings),
        anchors=tuple(sorted(name for name in page.anchors if not name.startswith("__"))),
        broken_links=broken_links,
        links=links,
        fragments=fragments,
        images=tuple(sorted(images)),
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
class _Place:
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


def _place(url: str, path: str, base: str) -> _Place | None:
    """The place on the site to which a URL in the page at an output path leads; None for URLs of other sites."""
    target = urls.resolve_url(url, path, base)
    if target is None:
        return None
    # `#top` leads to the top of any page (HTML, "Scrolling to a fragment"), `:~:` starts a text fragment.
    is_anchor = target.fragment != "top" and not target.fragment.startswith(":~:")
    return _Place(target.path, target.fragment if is_anchor else "", urls.served_paths(target))


@lru_cache(CACHED_URLS)
def _place_in_folder(url: str, parent: str, base: str) -> _Place | None:
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
    items = feed_validation.feed_items(value)
    contents = [str(item["content_html"]) for item in items if item.get("content_html")]
    links = [str(item["url"]) for item in items if item.get("url")]
    return _data_facts(path, context, (*faults, *_content_faults(contents)), links, texts)


def _text_facts(path: str, data: bytes, context: ExtractContext) -> Facts:
    return _data_facts(path, context, (), (), ABSOLUTE_URL.findall(data.decode(errors="replace")))


def _data_facts(path: str, context: ExtractContext, faults: tuple[Fault, ...], links: Iterable[str], texts: Iterable[str]) -> Facts:
    """The facts of a file that is no page; `texts` are all strings in it, of which only the names of unpublished articles matter."""
    targets = {url: urls.resolve_url(url, path, context.allowed.base) for url in links}
    leaks = context.withheld_names.intersection(texts) if context.withheld_names else ()
    return Facts(faults, leak_candidates=tuple(sorted(leaks)), links={url: target.path for url, target in targets.items() if target})


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
"""The function that extracts the facts of a file, by its suffix; files of other suffixes have no facts."""
