"""Atom feeds, held against what RFC 4287 demands."""

import datetime
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.content.site import SiteInfo
from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Position
from almanac_kb.core.paths import AbsoluteUrl, UrlPath
from almanac_kb.exports import feeds
from almanac_kb.exports.feeds import Feed, FeedEntry

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
SITE = SiteInfo("Almanac", "https://example.org/kb/")
DAY = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)


def entry(number: int, **said: object) -> FeedEntry:
    address = AbsoluteUrl(f"https://example.org/kb/{number}/")
    values = {"title": f"Title {number}", "summary": "", "content": "", "created": DAY, "updated": DAY, "authors": (), "tags": ()}
    return FeedEntry(**{"id": address, "link": address, "image": None, **values, **said})  # type: ignore[arg-type]


def made(*entries: FeedEntry, title: str = "T & U", subtitle: str = "") -> Feed:
    found = feeds.build_feed(title, subtitle, UrlPath("t/"), entries, SITE)
    assert found is not None
    return found


def violations(document: bytes) -> Iterator[str]:
    """What in a document breaks a MUST of RFC 4287; the number is the section."""
    root = ElementTree.fromstring(document)
    if root.tag != f"{ATOM}feed":
        yield "2: the root is no feed"
    yield from _construct(root, "4.1.1 feed")
    selves = [each for each in root.findall(f"{ATOM}link") if each.get("rel") == "self"]
    if len(selves) != 1:
        yield "4.1.1 feed: no link to itself"
    ids = []
    for node in root.findall(f"{ATOM}entry"):
        yield from _construct(node, "4.1.2 entry")
        ids.append(node.findtext(f"{ATOM}id"))
        if node.find(f"{ATOM}author") is None and root.find(f"{ATOM}author") is None:
            yield "4.1.2 entry: no author"
        if node.find(f"{ATOM}content") is None and not [e for e in node.findall(f"{ATOM}link") if e.get("rel") == "alternate"]:
            yield "4.1.2 entry: neither content nor an alternate link"
        if len(node.findall(f"{ATOM}content")) > 1 or len(node.findall(f"{ATOM}summary")) > 1 or len(node.findall(f"{ATOM}published")) > 1:
            yield "4.1.2 entry: content, summary or published twice"
    if len(ids) != len(set(ids)):
        yield "4.1.1 feed: two entries with one id"


def _construct(node: Element, where: str) -> Iterator[str]:
    for name in ("id", "title", "updated"):
        if len(node.findall(f"{ATOM}{name}")) != 1:
            yield f"{where}: not one {name}"
    for name in ("updated", "published"):
        for each in node.findall(f"{ATOM}{name}"):
            if not MOMENT.fullmatch(each.text or ""):
                yield f"3.3 date: {each.text}"
    addresses = [node.findtext(f"{ATOM}id") or "", *(link.get("href") or "" for link in node.findall(f"{ATOM}link"))]
    for address in addresses:
        if not urlsplit(address).scheme or not urlsplit(address).netloc or not address.isascii() or " " in address:
            yield f"4.2.6 no absolute address: {address}"
    alternates = [(link.get("type"), link.get("hreflang")) for link in node.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    if len(alternates) != len(set(alternates)):
        yield f"{where}: two alternate links of one type and language"
    for author in node.findall(f"{ATOM}author"):
        if len(author.findall(f"{ATOM}name")) != 1:
            yield "3.2 person: not one name"
    for category in node.findall(f"{ATOM}category"):
        if category.get("term") is None:
            yield "4.2.2 category: no term"
    for text in (*node.findall(f"{ATOM}title"), *node.findall(f"{ATOM}summary"), *node.findall(f"{ATOM}content")):
        if text.get("type", "text") not in {"text", "html", "xhtml"} or len(text):
            yield "3.1 text: markup in plain text"


def test_the_checker_sees_what_is_wrong() -> None:
    broken = b"<feed xmlns='http://www.w3.org/2005/Atom'><id>x</id><updated>2025</updated><entry><id>x</id></entry></feed>"
    assert list(violations(broken)) == [
        "4.1.1 feed: not one title",
        "3.3 date: 2025",
        "4.2.6 no absolute address: x",
        "4.1.1 feed: no link to itself",
        "4.1.2 entry: not one title",
        "4.1.2 entry: not one updated",
        "4.2.6 no absolute address: x",
        "4.1.2 entry: no author",
        "4.1.2 entry: neither content nor an alternate link",
    ]


def test_a_feed_keeps_the_rules_and_reads_as_it_was_written() -> None:
    east = datetime.datetime(2025, 3, 1, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
    first = entry(
        1,
        title='R&D <c> "x"',
        summary="A < B",
        content='<p>Tom &amp; <a href="https://example.org/">J</a></p>',
        updated=east,
        authors=("Ann & Co",),
        tags=("C++", "R&D"),
    )
    document = feeds.write_atom(made(first, entry(2), subtitle="About <it>"))
    assert list(violations(document)) == []
    parsed = feedparser.parse(document)
    assert not parsed.bozo
    assert (parsed.version, parsed.feed.title, parsed.feed.subtitle, parsed.feed.author) == ("atom10", "T & U", "About <it>", "Almanac")
    read = parsed.entries[0]
    assert (read.title, read.summary, read.id, read.link) == ('R&D <c> "x"', "A < B", first.id, first.link)
    assert (read.published, read.updated, read.author) == ("2025-01-01T00:00:00Z", "2025-03-01T09:00:00+05:30", "Ann & Co")
    assert read.content[0].value == '<p>Tom &amp; <a href="https://example.org/">J</a></p>'
    assert [tag.term for tag in read.tags] == ["C++", "R&D"]


def test_entries_keep_their_order() -> None:
    document = feeds.write_atom(made(entry(3), entry(1), entry(2)))
    assert [each.title for each in feedparser.parse(document).entries] == ["Title 3", "Title 1", "Title 2"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_whatever_an_article_is_called_the_feed_keeps_the_rules(title: str, summary: str, tag: str) -> None:
    plain = [core_text.one_line(each, Position()).value for each in (title, summary, tag)]
    document = feeds.write_atom(made(entry(1, title=plain[0], summary=plain[1], content=plain[1], tags=(plain[2],), authors=(plain[2],))))
    assert list(violations(document)) == []
    assert (ElementTree.fromstring(document).findtext(f"{ATOM}entry/{ATOM}title") or "") == plain[0]
