"""Finds active content in a built site that is not the theme's, as browsers read it; shares no code with the build."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

ACTIVE = {"applet", "base", "embed", "form", "frame", "frameset", "iframe", "object", "portal", "script", "style", "template"}
ADDRESSES = {"action", "background", "cite", "data", "formaction", "href", "manifest", "poster", "src", "srcset", "xlink:href"}
HARMLESS = {"application/json", "application/ld+json"}
SPLIT = r"[\t\n\r]*"
SCHEMES = "|".join(SPLIT.join(each) for each in ("javascript", "vbscript", "data", "file", "blob"))
RUNNING = re.compile(rf"[\x00-\x20]*(?:{SCHEMES}){SPLIT}:", re.IGNORECASE)
"""An address that runs, as the URL standard reads it: tabs and line breaks count for nothing, a space does."""
SECRETS = re.compile(rb"root:x:0:0:|\[core\]\s+repositoryformatversion|BEGIN [A-Z ]*PRIVATE KEY")
ATOM = "http://www.w3.org/2005/Atom"
HOME = "https://example.org/kb/"


def found(site: Path, own: frozenset[str] = frozenset()) -> set[str]:
    """All active content, described alike wherever it stands; `own` is that of the theme."""
    told = {
        each for path in sorted(site.rglob("*")) if path.is_file() for each in _file(path.relative_to(site).as_posix(), path.read_bytes())
    }
    return told - own


def _file(path: str, data: bytes) -> Iterator[str]:
    content = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    if SECRETS.search(content):
        yield f"{path} tells a secret"
    ending = path.rpartition(".")[2].lower()
    if ending in {"html", "htm", "xhtml"}:
        yield from _html(urljoin(HOME, path), content.decode())
    elif ending in {"xml", "rss", "atom"}:
        yield from _feed(path, content)
    elif ending == "svg":
        yield from _svg(path, content)
    elif ending == "json":
        yield from (each for text in _contents(json.loads(content)) for each in _html(HOME, text))
    elif ending in {"css", "exe", "htc", "js", "mjs", "swf", "wasm", "xsl", "xslt"}:
        yield f"file {path} {hashlib.sha256(content).hexdigest()}"


def _html(page: str, text: str) -> Iterator[str]:
    for node in LexborHTMLParser(text).css("*"):
        tag, attributes = node.tag or "", {name.lower(): value or "" for name, value in node.attributes.items()}
        addresses = {name: value for name, value in attributes.items() if name in ADDRESSES}
        if tag in ACTIVE and attributes.get("type", "").strip().lower() not in HARMLESS:
            yield _told(node, tag, attributes, page)
        elif tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            yield from _refresh(attributes.get("content", ""), page)
        yield from (f"{name} of <{tag}>" for name in attributes if name.startswith("on") or name == "srcdoc")
        yield from (
            f"{value[:60]} in {name} of <{tag}>" for name, value in addresses.items() if RUNNING.match(value) and not _picture(tag, value)
        )
        if tag in {"img", "source", "video", "audio", "track", "link", "image", "use"} and attributes.get("rel") not in {
            "canonical",
            "alternate",
        }:
            yield from (f"<{tag}> loads {value[:60]}" for value in addresses.values() if _away(page, value))


def _told(node: LexborNode, tag: str, attributes: dict[str, str], page: str) -> str:
    fixed = {name: urljoin(page, value) if name in ADDRESSES else value for name, value in attributes.items()}
    return f"<{tag}> {sorted(fixed.items())} {node.text(deep=True) if tag in {'script', 'style'} else ''}"


def _refresh(content: str, page: str) -> Iterator[str]:
    target = content.partition("=")[2].strip("'\" ")
    if _away(page, target) or RUNNING.match(target):
        yield f"moves to {target}"


def _away(page: str, address: str) -> bool:
    return not urljoin(page, address.strip()).startswith(("https://example.org/", "data:image/"))


def _picture(tag: str, address: str) -> bool:
    return tag == "img" and address.lower().startswith("data:image/")


def _feed(path: str, data: bytes) -> Iterator[str]:
    for element in etree.fromstring(data).iter(etree.Element):
        for text in (element.text or "", *element.values()):
            if RUNNING.match(text) and etree.QName(element).localname in {"link", "guid", "id", "url", "loc"}:
                yield f"{path} leads to {text[:60]}"
            if _is_html(element) and "<" in text:
                yield from _html(HOME, text)


def _is_html(element: etree._Element) -> bool:
    """Whether the text of an element is HTML: always in RSS, in Atom where the type says so (RFC 4287, section 3.1.1)."""
    name = etree.QName(element)
    if name.namespace == ATOM:
        return element.get("type") in {"html", "xhtml"}
    return name.localname in {"content", "description", "encoded"}


def _svg(path: str, data: bytes) -> Iterator[str]:
    for element in etree.fromstring(data).iter(etree.Element):
        if etree.QName(element).localname in {"script", "foreignObject", "handler", "iframe"}:
            yield f"<{etree.QName(element).localname}> in {path}"
        names = ((etree.QName(name).localname, str(value)) for name, value in element.attrib.items())
        yield from (f"{name} in {path}" for name, value in names if name.startswith("on") or (name == "href" and RUNNING.match(value)))


def _contents(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (str(text) for key, text in value.items() if key == "content_html")
        yield from (text for each in value.values() for text in _contents(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _contents(each))
