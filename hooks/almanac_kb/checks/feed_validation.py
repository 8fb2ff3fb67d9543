"""Feeds and sitemap against their formats."""

import datetime
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from almanac_kb.core.diagnostics import quoted

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
JSON_FEED = "https://jsonfeed.org/version/1"
ABSOLUTE = re.compile(r"https?://[^\s/]+|tag:|urn:")
DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d.*)?)?)?")
RFC_822 = re.compile(r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:[A-Z]{1,3}|[+-]\d{4})")
ADDRESSES = 50_000
"""How many addresses a sitemap may hold."""


def check_xml(root: etree._Element, address: str) -> Iterator[str]:
    """What is wrong with an XML file, where it is a feed or a sitemap; `address` is its own."""
    checks = {"rss": _rss, f"{ATOM}feed": _atom, f"{SITEMAP}urlset": _sitemap}
    check = checks.get(root.tag)
    if check:
        yield from check(root, address)


def feed_links(root: etree._Element) -> list[str]:
    """The addresses that a feed or a sitemap sends readers to."""
    if root.tag == f"{ATOM}feed":
        return [str(each) for each in root.xpath("//*[local-name() = 'link']/@href")]
    if root.tag in {"rss", f"{SITEMAP}urlset"}:
        return [
            str(each).strip()
            for each in root.xpath("//link/text() | //enclosure/@url | //image/url/text() | //*[local-name() = 'loc']/text()")
        ]
    return []


def entry_contents(root: etree._Element) -> list[str]:
    """The HTML that a feed's entries hold."""
    if root.tag == f"{ATOM}feed":
        return [each.text or "" for each in root.iter(f"{ATOM}content", f"{ATOM}summary") if each.get("type") == "html"]
    return [each.text or "" for each in root.iter("description") if each.getparent().tag == "item"] if root.tag == "rss" else []


def check_json_feed(feed: dict[str, Any], address: str) -> Iterator[str]:
    """What is wrong with a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    if not isinstance(feed.get("title"), str):
        yield "title must be a text"
    if feed.get("feed_url", address) != address:
        yield f"feed_url must be {address}, got {quoted(str(feed['feed_url']))}"
    listed = feed.get("items")
    if not isinstance(listed, list) or len(feed_items(feed)) != len(listed):
        yield "items must be a list of objects"
        return
    yield from _doubles("id", [str(item.get("id")) for item in listed])
    for item in listed:
        yield from _item(item)


def feed_items(feed: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a JSON Feed that are objects, as they all must be."""
    listed = feed.get("items")
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _item(item: dict[str, Any]) -> Iterator[str]:
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "an item must have an id"
    if not any(isinstance(item.get(key), str) for key in ("content_html", "content_text")):
        yield f"item {quoted(str(item.get('id')))} must have content_html or content_text"
    for key in ("date_published", "date_modified"):
        if key in item and not _rfc3339(str(item[key])):
            yield f"{key} must be an RFC 3339 date, got {quoted(str(item[key]))}"
    for key in ("url", "external_url", "image"):
        if item.get(key) and not ABSOLUTE.match(str(item[key])):
            yield f"{key} must be absolute, got {quoted(str(item[key]))}"
    for each in item.get("attachments") or ():
        if not each.get("url") or not each.get("mime_type"):
            yield "an attachment must have url and mime_type"


def _rss(root: etree._Element, address: str) -> Iterator[str]:
    channel = root.find("channel")
    if root.get("version") != "2.0" or channel is None:
        yield "must be <rss version='2.0'> with a channel"
        return
    yield from _needs(channel, ("title", "link", "description"))
    yield from _doubles("guid", [each.text or "" for each in channel.iter("guid")])
    for each in channel.iter("pubDate", "lastBuildDate"):
        if not _rfc822(each.text or ""):
            yield f"{each.tag} must be an RFC 822 date, got {quoted(each.text or '')}"
    for item in channel.iter("item"):
        if item.find("title") is None and item.find("description") is None:
            yield "an item must have a title or a description"
        for enclosure in item.iter("enclosure"):
            if not enclosure.get("url") or not enclosure.get("type") or not (enclosure.get("length") or "").isdigit():
                yield "an enclosure must have url, type and a length in bytes"
    for each in (*channel.iter("link"), *channel.iterfind("image/url")):
        if not ABSOLUTE.match((each.text or "").strip()):
            yield f"{each.tag} must be absolute, got {quoted(each.text or '')}"


def _atom(root: etree._Element, address: str) -> Iterator[str]:
    yield from _needs(root, (f"{ATOM}title", f"{ATOM}id", f"{ATOM}updated"))
    yield from _doubles("id", [each.findtext(f"{ATOM}id") or "" for each in root.iterfind(f"{ATOM}entry")])
    own = [each.get("href") for each in root.iterfind(f"{ATOM}link") if each.get("rel") == "self"]
    if own and own != [address]:
        yield f"its self link must be {address}, got {quoted(str(own[0]))}"
    for entry in root.iterfind(f"{ATOM}entry"):
        yield from _needs(entry, (f"{ATOM}title", f"{ATOM}id", f"{ATOM}updated"))
        if entry.find(f"{ATOM}content") is None and not any(
            each.get("rel", "alternate") == "alternate" for each in entry.iterfind(f"{ATOM}link")
        ):
            yield "an entry must have content or an alternate link"
        if root.find(f"{ATOM}author") is None and entry.find(f"{ATOM}author") is None:
            yield "an entry must have an author where the feed has none"
    for each in root.iter(f"{ATOM}updated", f"{ATOM}published"):
        if not _rfc3339(each.text or ""):
            yield f"{_local(each.tag)} must be an RFC 3339 date, got {quoted(each.text or '')}"
    for each in root.iter(f"{ATOM}id"):
        if not ABSOLUTE.match(each.text or ""):
            yield f"id must be an IRI, got {quoted(each.text or '')}"


def _sitemap(root: etree._Element, address: str) -> Iterator[str]:
    if len(root) > ADDRESSES:
        yield f"must hold at most {ADDRESSES:,} addresses, holds {len(root):,}"
    yield from _doubles("loc", [each.text or "" for each in root.iter(f"{SITEMAP}loc")])
    for each in root.iterfind(f"{SITEMAP}url"):
        yield from _needs(each, (f"{SITEMAP}loc",))
    for each in root.iter(f"{SITEMAP}loc"):
        if not ABSOLUTE.match(each.text or ""):
            yield f"loc must be absolute, got {quoted(each.text or '')}"
    for each in root.iter(f"{SITEMAP}lastmod"):
        if not DAY.fullmatch(each.text or ""):
            yield f"lastmod must be a W3C date, got {quoted(each.text or '')}"


def _needs(element: etree._Element, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        found = len(element.findall(name))
        if found != 1:
            yield f"{_local(element.tag)} must have one {_local(name)}, has {found}"


def _doubles(name: str, values: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield f"{name} {quoted(value)} is there twice"
        seen.add(value)


def _rfc822(text: str) -> bool:
    try:
        return bool(RFC_822.fullmatch(text) and parsedate_to_datetime(text))
    except (TypeError, ValueError):
        return False


def _rfc3339(text: str) -> bool:
    try:
        return datetime.datetime.fromisoformat(text).tzinfo is not None and "T" in text.upper()
    except ValueError:
        return False


def _local(name: str) -> str:
    return name.rpartition("}")[2]
