"""Active content: what in HTML, SVG or XML could run, or load from other hosts."""

import re
from collections.abc import Iterator

from lxml import etree

from almanac_kb.checks import csp
from almanac_kb.checks.csp import AllowedContent
from almanac_kb.checks.facts import SuspectText
from almanac_kb.checks.html_page import ACTIVE, HtmlPage
from almanac_kb.core import urls
from almanac_kb.core.diagnostics import quoted
from almanac_kb.render import svg

HANDLING = etree.XPath("//@*[starts-with(name(), 'on')]/..", smart_strings=False)
HANDLER = re.compile(rb"on(?<=[\s\"'/]on)[a-z]+\s*+=")
"""An event handler in the bytes of a page; a page without one needs no search for elements with handlers."""
HOLDING = etree.XPath("//*[@srcdoc or @formaction]", smart_strings=False)
STYLED = etree.XPath("//style | //*[@style]", smart_strings=False)
LOADING = ("img", "source", "video", "audio", "track", "iframe", "input", "image", "use", "feimage")
"""Elements that load and show the file they name."""
SHEETS = frozenset({"stylesheet", "preconnect", "dns-prefetch"})
"""Link relations that load a style sheet or its fonts, or connect to their host in advance."""
ASKING = frozenset({"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"})
"""Link relations for which browsers send a request by themselves."""
REQUESTING = frozenset({"meta", "link", *ACTIVE})
"""Elements that may send a request or embed something by themselves, beside scripts."""
DANGEROUS = frozenset({"javascript", "vbscript", "data"})


def active_in_page(sheet: HtmlPage, allowed: AllowedContent, due: str) -> Iterator[SuspectText]:
    """All active content in an HTML page that must have the policy `due`."""
    tree, source = sheet.tree, sheet.source
    for tag, name in _handlers(tree) if HANDLER.search(source) else ():
        yield SuspectText("live", f"{name} of <{tag}> would run", (f"{name}=", name))
    for element in sheet.inspected_elements:
        tag = element.tag
        if tag == "script":
            yield from _script(element, allowed)
        elif tag in REQUESTING:
            yield from _asking(element, tag, allowed)
    for element in HOLDING(tree) if b"srcdoc" in source or b"formaction" in source else ():
        yield SuspectText("live", f"<{element.tag}> brings a document or an address of its own", (f"<{element.tag}",))
    for element in STYLED(tree) if due == allowed.policy and (b"style=" in source or b"<style" in source) else ():
        yield from _style(element, allowed)
    for address in sorted(each for each in sheet.links if ":" in each and urls.scheme(each) in DANGEROUS):
        yield SuspectText("live", f"a link to {quoted(address)} would run", (address, f"{urls.scheme(address)}:"))
    if any(urls.scheme(each) for each in sheet.sources) or b"srcset" in source or b"<svg" in source:
        for element in tree.iter(*LOADING):
            yield from _loaded(element, allowed)


def active_in_svg(data: bytes) -> Iterator[str]:
    """All active content in an SVG file, which readers can open as a page of its own; raises SvgError where it can't be parsed."""
    yield from (f"{removed} would run or load something" for removed in svg.clean_svg(data).removed)


def active_in_fragment(tree: etree._Element) -> Iterator[str]:
    """All active content in the HTML of a feed entry, which no policy protects."""
    yield from _running(tree)
    for element in tree.iter("a", "area"):
        if urls.scheme(element.get("href", "")) in DANGEROUS:
            yield f"a link to {quoted(element.get('href'))} would run"


def _running(tree: etree._Element) -> Iterator[str]:
    yield from (f"{name} of <{tag}> would run" for tag, name in _handlers(tree))
    if any(_local(element) == "script" for element in tree.iter(etree.Element)):
        yield "a <script> would run"


def _handlers(tree: etree._Element) -> Iterator[tuple[str, str]]:
    for element in HANDLING(tree):
        yield from ((_local(element), name) for name in element.attrib if name.startswith("on"))


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _script(element: etree._Element, allowed: AllowedContent) -> Iterator[SuspectText]:
    source = element.get("src")
    if source is None and csp.is_executable(element) and not allowed.names(csp.script_text(element)):
        yield SuspectText("live", "a <script> that is not the theme's", ("<script",))
    elif source is not None and not _may_come(source, allowed.hosts.scripts, allowed):
        yield SuspectText("live", f"a <script> from {quoted(source)}", (source, "<script"))


def _may_come(address: str, hosts: tuple[str, ...], allowed: AllowedContent) -> bool:
    """Whether a URL is one of the site, or of one of these hosts over https."""
    return urls.resolve_url(address, "", allowed.base) is not None or (urls.scheme(address) == "https" and urls.host(address) in hosts)


def _style(element: etree._Element, allowed: AllowedContent) -> Iterator[SuspectText]:
    content = csp.script_text(element) if element.tag == "style" else element.get("style", "")
    if not allowed.names(content):
        words = ("<style",) if element.tag == "style" else (content, "style=")
        yield SuspectText("style", f"the style {quoted(' '.join(content.split()))} of <{element.tag}> is not applied", words)


def _asking(element: etree._Element, tag: str, allowed: AllowedContent) -> Iterator[SuspectText]:
    if tag == "meta":
        address = (element.get("content") or "").partition("=")[2] if (element.get("http-equiv") or "").lower() == "refresh" else ""
    elif tag == "link":
        address = "" if ASKING.isdisjoint((element.get("rel") or "").lower().split()) else element.get("href") or ""
    elif tag != "form" or element.get("action") is not None:
        yield SuspectText("live", f"<{tag}> embeds, sends or moves", (f"<{tag}",))
        return
    else:
        return
    hosts = allowed.hosts.styles if tag == "link" and not SHEETS.isdisjoint((element.get("rel") or "").lower().split()) else ()
    if address and urls.scheme(address) and not _may_come(address, hosts, allowed):
        yield SuspectText("live", f"<{tag}> leads to {quoted(address)} by itself", (address, f"<{tag}"))


def _loaded(element: etree._Element, allowed: AllowedContent) -> Iterator[SuspectText]:
    several = (each.split()[0] for each in (element.get("srcset") or "").split(",") if each.strip())
    for address in filter(None, (element.get("src"), element.get("poster"), element.get("href"), element.get("xlink:href"), *several)):
        scheme = urls.scheme(address)
        if not scheme or urls.resolve_url(address, "", allowed.base) is not None:
            continue
        hosts = allowed.hosts.of_element(str(element.tag))
        if scheme in DANGEROUS:
            if element.tag == "iframe" or not urls.normalized_as_browsers_do(address).lower().startswith("data:image/"):
                yield SuspectText("live", f"<{element.tag}> shows {quoted(address)}", (address,))
        elif scheme == "http" or urls.host(address) not in hosts:
            why = "must come by https" if urls.host(address) in hosts else "is not among the site's hosts"
            yield SuspectText(
                "remote", f"<{element.tag}> from {urls.host(address) or quoted(address)} stays empty: the host {why}", (address,)
            )
