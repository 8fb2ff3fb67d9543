"""Validation of feeds (RSS 2.0, Atom, JSON Feed) and of the sitemap against their specifications."""

import datetime
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from almanac_kb.core.diagnostics import quoted
from almanac_kb.exports.sitemap import MAX_URLS

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITEMAPS = frozenset({f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex"})
"""The root elements of a sitemap, and of the index of its parts."""
JSON_FEED = "https://jsonfeed.org/version/1"
"""Start of the `version` of every JSON Feed."""
ABSOLUTE_IRI = re.compile(r"https?://[^\s/]+|tag:|urn:")
W3C_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d.*)?)?)?")
"""A date of a sitemap: a year, a month, a day or a time (W3C Date and Time Formats)."""
RFC_822_DATE = re.compile(r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:[A-Z]{1,3}|[+-]\d{4})")


def check_xml(root: etree._Element, own_url: str) -> Iterator[str]:
    """Messages about what is wrong with an RSS feed, an Atom feed or a sitemap; none for other XML. `own_url` is its absolute URL."""
    if root.tag == "rss":
        yield from _check_rss(root)
    elif root.tag == f"{ATOM}feed":
        yield from _check_atom(root, own_url)
    elif root.tag in SITEMAPS:
        yield from _check_sitemap(root)


def feed_links(root: etree._Element) -> list[str]:
    """The URLs to which a feed or a sitemap sends readers; none for other XML."""
    if root.tag == f"{ATOM}feed":
        return [str(href) for href in root.xpath("//*[local-name() = 'link']/@href")]
    if root.tag in {"rss", *SITEMAPS}:
        return [
            str(url).strip()
            for url in root.xpath("//link/text() | //enclosure/@url | //image/url/text() | //*[local-name() = 'loc']/text()")
        ]
    return []


def entry_contents(root: etree._Element) -> list[str]:
    """The HTML contents and summaries of the entries of a feed; none for other XML."""
    if root.tag == f"{ATOM}feed":
        return [content.text or "" for content in root.iter(f"{ATOM}content", f"{ATOM}summary") if content.get("type") == "html"]
    if root.tag == "rss":
        return [description.text or "" for description in root.iter("description") if description.getparent().tag == "item"]
    return []


def check_json_feed(feed: dict[str, Any], own_url: str) -> Iterator[str]:
    """Messages about what is wrong with a JSON Feed (https://www.jsonfeed.org/version/1.1/); `own_url` is its absolute URL."""
    if not isinstance(feed.get("title"), str):
        yield "title must be a text"
    if feed.get("feed_url", own_url) != own_url:
        yield f"feed_url must be {own_url}, got {quoted(str(feed['feed_url']))}"
    items = feed.get("items")
    if not isinstance(items, list) or len(feed_items(feed)) != len(items):
        yield "items must be a list of objects"
        return
    yield from _check_unique("id", [str(item.get("id")) for item in items])
    for item in items:
        yield from _check_json_item(item)


def feed_items(feed: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a JSON Feed that are objects, as all must be."""
    items = feed.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def item_links(feed: Any) -> list[str]:
    """The URLs to which the items of a JSON Feed send readers; none for other values."""
    return [str(item["url"]) for item in feed_items(feed) if item.get("url")] if isinstance(feed, dict) else []


def _check_json_item(item: dict[str, Any]) -> Iterator[str]:
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "an item must have an id"
    if not any(isinstance(item.get(key), str) for key in ("content_html", "content_text")):
        yield f"item {quoted(str(item.get('id')))} must have content_html or content_text"
    for key in ("date_published", "date_modified"):
        if key in item and not _is_rfc3339(str(item[key])):
            yield f"{key} must be an RFC 3339 date, got {quoted(str(item[key]))}"
    for key in ("url", "external_url", "image"):
        if item.get(key) and not ABSOLUTE_IRI.match(str(item[key])):
            yield f"{key} must be absolute, got {quoted(str(item[key]))}"
    for attachment in item.get("attachments") or ():
        if not attachment.get("url") or not attachment.get("mime_type"):
            yield "an attachment must have url and mime_type"


def _check_rss(root: etree._Element) -> Iterator[str]:
    channel = root.find("channel")
    if root.get("version") != "2.0" or channel is None:
        yield "must be <rss version='2.0'> with a channel"
        return
    yield from _check_required(channel, ("title", "link", "description"))
    yield from _check_unique("guid", [guid.text or "" for guid in channel.iter("guid")])
    for date in channel.iter("pubDate", "lastBuildDate"):
        if not _is_rfc822(date.text or ""):
            yield f"{date.tag} must be an RFC 822 date, got {quoted(date.text or '')}"
    for item in channel.iter("item"):
        if item.find("title") is None and item.find("description") is None:
            yield "an item must have a title or a description"
        for enclosure in item.iter("enclosure"):
            if not enclosure.get("url") or not enclosure.get("type") or not (enclosure.get("length") or "").isdigit():
                yield "an enclosure must have url, type and a length in bytes"
    for link in (*channel.iter("link"), *channel.iterfind("image/url")):
        if not ABSOLUTE_IRI.match((link.text or "").strip()):
            yield f"{link.tag} must be absolute, got {quoted(link.text or '')}"


def _check_atom(root: etree._Element, own_url: str) -> Iterator[str]:
    yield from _check_required(root, (f"{ATOM}title", f"{ATOM}id", f"{ATOM}updated"))
    yield from _check_unique("id", [entry.findtext(f"{ATOM}id") or "" for entry in root.iterfind(f"{ATOM}entry")])
    self_links = [link.get("href") for link in root.iterfind(f"{ATOM}link") if link.get("rel") == "self"]
    if self_links and self_links != [own_url]:
        yield f"its self link must be {own_url}, got {quoted(str(self_links[0]))}"
    for entry in root.iterfind(f"{ATOM}entry"):
        yield from _check_required(entry, (f"{ATOM}title", f"{ATOM}id", f"{ATOM}updated"))
        relations = {link.get("rel", "alternate") for link in entry.iterfind(f"{ATOM}link")}
        if entry.find(f"{ATOM}content") is None and "alternate" not in relations:
            yield "an entry must have content or an alternate link"
        if root.find(f"{ATOM}author") is None and entry.find(f"{ATOM}author") is None:
            yield "an entry must have an author where the feed has none"
    for date in root.iter(f"{ATOM}updated", f"{ATOM}published"):
        if not _is_rfc3339(date.text or ""):
            yield f"{_local_name(date.tag)} must be an RFC 3339 date, got {quoted(date.text or '')}"
    for entry_id in root.iter(f"{ATOM}id"):
        if not ABSOLUTE_IRI.match(entry_id.text or ""):
            yield f"id must be an IRI, got {quoted(entry_id.text or '')}"


def _check_sitemap(root: etree._Element) -> Iterator[str]:
    if len(root) > MAX_URLS:
        yield f"must hold at most {MAX_URLS:,} addresses, holds {len(root):,}"
    yield from _check_unique("loc", [loc.text or "" for loc in root.iter(f"{SITEMAP}loc")])
    for url in root.iterchildren(f"{SITEMAP}url", f"{SITEMAP}sitemap"):
        yield from _check_required(url, (f"{SITEMAP}loc",))
    for loc in root.iter(f"{SITEMAP}loc"):
        if not ABSOLUTE_IRI.match(loc.text or ""):
            yield f"loc must be absolute, got {quoted(loc.text or '')}"
    for date in root.iter(f"{SITEMAP}lastmod"):
        if not W3C_DATE.fullmatch(date.text or ""):
            yield f"lastmod must be a W3C date, got {quoted(date.text or '')}"


def _check_required(element: etree._Element, names: tuple[str, ...]) -> Iterator[str]:
    """Messages about the children of these names of which an element does not have exactly one."""
    for name in names:
        count = len(element.findall(name))
        if count != 1:
            yield f"{_local_name(element.tag)} must have one {_local_name(name)}, has {count}"


def _check_unique(name: str, values: list[str]) -> Iterator[str]:
    earlier: set[str] = set()
    for value in values:
        if value in earlier:
            yield f"{name} {quoted(value)} is there twice"
        earlier.add(value)


def _is_rfc822(text: str) -> bool:
    try:
        return bool(RFC_822_DATE.fullmatch(text) and parsedate_to_datetime(text))
    except (TypeError, ValueError):
        return False


def _is_rfc3339(text: str) -> bool:
    try:
        return datetime.datetime.fromisoformat(text).tzinfo is not None and "T" in text.upper()
    except ValueError:
        return False


def _local_name(name: str) -> str:
    return name.rpartition("}")[2]
