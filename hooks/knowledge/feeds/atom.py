"""Feeds as Atom (RFC 4287)."""

import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from knowledge.feeds.feed import Entry, Feed

NAMESPACE = "http://www.w3.org/2005/Atom"


def serialize(feed: Feed) -> bytes:
    """The feed as a UTF-8 Atom document; texts are plain, contents HTML, dates RFC 3339, in the order of the entries."""
    root = Element("feed", {"xmlns": NAMESPACE})
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _text(root, "id", feed.self)
    _text(root, "updated", _moment(feed.updated))
    _author(root, feed.author)
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.self})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.link})
    for entry in feed.entries:
        _entry(root, entry)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _entry(root: Element, entry: Entry) -> None:
    node = SubElement(root, "entry")
    _text(node, "title", entry.title)
    _text(node, "id", entry.id)
    SubElement(node, "link", {"rel": "alternate", "type": "text/html", "href": entry.link})
    _text(node, "published", _moment(entry.created))
    _text(node, "updated", _moment(entry.updated))
    for author in entry.authors:
        _author(node, author)
    for tag in entry.tags:
        SubElement(node, "category", {"term": tag})
    if entry.summary:
        _text(node, "summary", entry.summary)
    if entry.content:
        _text(node, "content", entry.content).set("type", "html")


def _author(parent: Element, name: str) -> None:
    _text(SubElement(parent, "author"), "name", name)


def _text(parent: Element, name: str, text: str) -> Element:
    node = SubElement(parent, name)
    node.text = text
    return node


def _moment(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
