"""Learns what there is to know of one file of a site: a pure function of its path, its bytes and what is the same for all files."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree, html

from almanac_kb.checks import active_content, feed_validation, html_page
from almanac_kb.checks.active_content import AllowedContent
from almanac_kb.checks.facts import BrokenLink, Facts, Fault
from almanac_kb.checks.html_page import HtmlPage
from almanac_kb.content.article_images import IMAGE_SUFFIXES
from almanac_kb.core import urls
from almanac_kb.core.paths import UrlPath, absolute_url, folder
from almanac_kb.core.urls import SiteTarget
from almanac_kb.render.svg import SvgError

TOLD = 200
"""How many things of one kind are told of one page."""
RESOLVED = 100_000
"""How many addresses are kept in mind: those of the theme stand on every page."""
UNDEFINED = re.compile(r"\]\[([^\[\]]{1,100})\]")
LOCAL = re.compile(r"https?://[^\s<>()\"'\]]+")
PLAIN = re.compile(r"(?:\.\./)*+[\w.][^:]*+")
"""An address that leads to the same place from each page of a folder."""
STRICT = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


@dataclass(frozen=True)
class ExtractContext:
    """What all files are looked at with."""

    allowed: AllowedContent
    """What pages may do."""
    hidden: frozenset[str]
    """The titles and addresses of what is not published."""


def extract_facts(path: str, data: bytes, lens: ExtractContext) -> Facts:
    """What a file tells that was written to `path` below the site's root."""
    return STUDIES[path_suffix(path)](path, data, lens)


def path_suffix(path: str) -> str:
    """The ending of a path in small letters, without its dot."""
    return path.rpartition(".")[2].lower()


def _page(path: str, data: bytes, lens: ExtractContext) -> Facts:
    page = html_page.read_page(path, data)
    if page is None:
        return Facts()
    titles = (part for each in page.titles for part in (each, each.rpartition(" - ")[0]))
    broken, links, fragments = _ways(page, lens.allowed.base)
    undefined = dict.fromkeys(name for text in html_page.undefined_references(page) for name in UNDEFINED.findall(text))
    return Facts(
        tuple(_head(page, lens.allowed.due(page.source))),
        tuple(islice(active_content.active_in_page(page, lens.allowed), TOLD)),
        (*titles, *page.headings),
        tuple(sorted(each for each in page.names if not each.startswith("__"))),
        broken,
        links,
        fragments,
        tuple(sorted(each for each in page.sources & links.keys() if each.partition("?")[0].lower().endswith(IMAGE_SUFFIXES))),
        tuple(islice(undefined, TOLD)),
    )


def _head(page: HtmlPage, policy: str) -> Iterator[Fault]:
    if page.policies != (policy,):
        yield Fault("policy", "must have the site's one policy, before all it could hold back")
    parts = {"title": page.titles, "heading of the first level": page.headings}
    if page.path != "404.html":
        parts["canonical link"] = page.canonical
    if not page.moved:
        parts["description"] = page.descriptions
    for name, found in parts.items():
        if len(found) != 1:
            yield Fault("page", f"must have one {name}, has {len(found)}")
        elif not found[0].strip():
            yield Fault("page", f"must have one {name}, which is empty")


def _ways(page: HtmlPage, base: str) -> tuple[tuple[BrokenLink, ...], dict[str, str], dict[str, str]]:
    """The addresses that are broken on the page itself, where the others lead, and to which part."""
    broken: list[BrokenLink] = []
    links: dict[str, str] = {}
    fragments: dict[str, str] = {}
    for address in sorted(page.links | page.sources):
        if address.startswith("#") and address[1:] in page.names:
            continue
        if ":" in address and urls.is_this_machine(address):
            continue
        target = _target(address, page, base)
        if target is None:
            broken += [BrokenLink(address)] if urls.scheme(address) == "file" else []
            continue
        part = "" if target.fragment == "top" or target.fragment.startswith(":~:") else target.fragment
        if urls.served_file(target, (page.path,)) is None:
            links[address] = target.path
            fragments |= {address: part} if part else {}
        elif part and part not in page.names:
            broken.append(BrokenLink(address, page.path, part))
    return tuple(broken), links, fragments


def _target(address: str, page: HtmlPage, base: str) -> SiteTarget | None:
    if not PLAIN.fullmatch(address):
        return urls.resolve_url(address, page.path, base)
    home, rest = page.folder, address
    while home and rest.startswith("../"):
        home, rest = folder(home), rest[3:]
    return _known(rest, home, base)


@lru_cache(RESOLVED)
def _known(address: str, home: str, base: str) -> SiteTarget | None:
    return urls.resolve_url(address, f"{home}/", base)


def _xml(path: str, data: bytes, lens: ExtractContext) -> Facts:
    root = _parsed(data)
    if isinstance(root, Fault):
        return Facts((root,))
    wrong = [Fault("feed", each) for each in feed_validation.check_xml(root, absolute_url(lens.allowed.base, UrlPath(path)))]
    texts = (text.strip() for each in root.iter(etree.Element) for text in (each.text or "", *each.values())) if lens.hidden else ()
    return _feed(path, lens, (*wrong, *_contents(feed_validation.entry_contents(root))), feed_validation.feed_links(root), texts)


def _svg(_path: str, data: bytes, _lens: ExtractContext) -> Facts:
    try:
        return Facts(tuple(Fault("live", each) for each in active_content.active_in_svg(data)))
    except SvgError as error:
        return Facts((Fault("file", str(error)),))


def _json(path: str, data: bytes, lens: ExtractContext) -> Facts:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        return Facts((Fault("file", f"can't be read as JSON: {error}"),))
    texts = _strings(found) if lens.hidden else ()
    if not isinstance(found, dict) or not str(found.get("version", "")).startswith(feed_validation.JSON_FEED):
        return _feed(path, lens, (), (), texts)
    wrong = [Fault("feed", each) for each in feed_validation.check_json_feed(found, absolute_url(lens.allowed.base, UrlPath(path)))]
    items = feed_validation.feed_items(found)
    contents = [str(each["content_html"]) for each in items if each.get("content_html")]
    return _feed(path, lens, (*wrong, *_contents(contents)), [str(each["url"]) for each in items if each.get("url")], texts)


def _text(path: str, data: bytes, lens: ExtractContext) -> Facts:
    return _feed(path, lens, (), (), LOCAL.findall(data.decode(errors="replace")))


def _parsed(data: bytes) -> etree._Element | Fault:
    try:
        return etree.fromstring(data, STRICT)
    except etree.XMLSyntaxError as error:
        return Fault("file", f"can't be read as XML: {error.msg}")


def _contents(texts: Iterable[str]) -> Iterator[Fault]:
    for text in filter(str.strip, texts):
        for message in active_content.active_in_fragment(html.fragment_fromstring(text, create_parent="div")):
            yield Fault("live", message)


def _feed(path: str, lens: ExtractContext, faults: tuple[Fault, ...], addresses: Iterable[str], texts: Iterable[str]) -> Facts:
    targets = {address: urls.resolve_url(address, path, lens.allowed.base) for address in addresses}
    links = {address: target.path for address, target in targets.items() if target}
    return Facts(faults, names=tuple(sorted(lens.hidden.intersection(texts))), links=links)


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


STUDIES: dict[str, Callable[[str, bytes, ExtractContext], Facts]] = {
    "html": _page,
    "htm": _page,
    "xml": _xml,
    "svg": _svg,
    "json": _json,
    "txt": _text,
    "md": _text,
}
"""How the files are studied, by their ending."""
