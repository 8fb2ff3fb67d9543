"""Feeds as a feed reader sees them, and as their formats demand."""

from email.utils import parsedate_to_datetime
from pathlib import Path

import feedparser
import pytest
from builder import BASE, Built, build

DOCS: dict[str, str | bytes] = {
    "t/a.md": "---\ntitle: A\ndate: 2025-03-01\nupdated: 2025-06-01\ntags: [x]\nimage: a.png\n---\nSee [b](b.md) and ![dot](a.png).\n",
    "t/a.png": b"\x89PNG\r\n\x1a\n" + bytes(92),
    "t/b.md": "---\ntitle: B\ndate: 2025-04-01T10:00:00+02:00\nauthors: [Ann, Bo]\n---\nText.\n",
    "t/c.md": "---\ntitle: C\ndate: 2025-04-01T08:00:00Z\n---\nText.\n",
    "t/undated.md": "---\ntitle: Undated\n---\nText.\n",
}
ALL = ("feed_rss_created.xml", "feed_rss_updated.xml", "feed.xml", "t/feed.xml", "tags/x/feed.xml")


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Built:
    built = build(tmp_path_factory.mktemp("feeds"), DOCS, "--strict")
    assert built.code == 0, built.output
    return built


@pytest.mark.parametrize("path", ALL)
def test_feeds_parse_with_absolute_links_and_stable_ids(feeds: Built, path: str) -> None:
    feed = feedparser.parse((feeds.site / path).read_bytes())
    assert not feed.bozo
    assert feed.entries
    for entry in feed.entries:
        assert entry.link.startswith(f"{BASE}t/")
        assert entry.id == entry.link
        assert entry.title != "Undated"


def test_of_equal_dates_a_full_feed_has_the_first_links(tmp_path: Path) -> None:
    header = "---\ntitle: {title}\ndate: 2026-01-01\n---\n# {title}\n\nText.\n"
    titles = ["Überblick", *(f"Text {number}" for number in range(60))]
    built = build(tmp_path / "kb", {f"t/{title.lower().replace(' ', '-')}.md": header.format(title=title) for title in titles})
    entries = feedparser.parse((built.site / "feed_rss_created.xml").read_bytes()).entries
    assert [entry.link for entry in entries] == sorted(entry.link for entry in entries)
    assert (len(entries), entries[0].title) == (50, "Überblick")


def test_newest_first_and_equal_moments_by_address(feeds: Built) -> None:
    titles = {path: [entry.title for entry in feedparser.parse((feeds.site / path).read_bytes()).entries] for path in ALL}
    assert titles["feed_rss_created.xml"] == titles["feed.xml"] == titles["t/feed.xml"] == ["B", "C", "A"]
    assert titles["feed_rss_updated.xml"] == ["A", "B", "C"]
    assert titles["tags/x/feed.xml"] == ["A"]
    assert [item["title"] for item in feeds.json("feed_json_created.json")["items"]] == ["B", "C", "A"]


def test_rss_has_what_rss_2_0_demands(feeds: Built) -> None:
    channel = feeds.xml("feed_rss_created.xml").find("channel")
    assert [channel.findtext(name) for name in ("title", "link")] == ["Almanac", BASE]
    assert channel.findtext("description")
    assert channel.findtext("image/url") == f"{BASE}assets/images/favicon.png"
    assert (feeds.site / "assets/images/favicon.png").is_file()
    assert channel.findtext("pubDate") == channel.findtext("lastBuildDate") == "Sun, 01 Jun 2025 00:00:00 +0000"
    for item in channel.findall("item"):
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
        assert item.find("guid").get("isPermaLink") == "true"
    enclosure = channel.xpath("item[title='A']/enclosure")[0]
    assert dict(enclosure.attrib) == {"url": f"{BASE}t/a.png", "type": "image/png", "length": "100"}


def test_json_feed_has_what_version_1_1_demands(feeds: Built) -> None:
    feed = feeds.json("feed_json_created.json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (BASE, f"{BASE}feed_json_created.json")
    assert [item["date_published"] for item in feed["items"]] == [
        "2025-04-01T10:00:00+02:00",
        "2025-04-01T08:00:00+00:00",
        "2025-03-01T00:00:00+00:00",
    ]
    assert all(item["id"] and item["content_html"] for item in feed["items"])


def test_atom_has_the_full_text_with_absolute_links(feeds: Built) -> None:
    names = {"a": "http://www.w3.org/2005/Atom"}
    content = feeds.xml("feed.xml").xpath("string(//a:entry[a:title='A']/a:content)", namespaces=names)
    assert f'href="{BASE}t/b/"' in content
    assert f'src="{BASE}t/a.png"' in content


def test_feeds_are_announced_where_they_apply(feeds: Built) -> None:
    links = {
        path: feeds.page(path or "index.html").xpath("//link[@rel='alternate' and @title]/@href") for path in ("", "t/", "tags/x/", "t/a/")
    }
    site = ["feed_rss_created.xml", "feed_rss_updated.xml", "feed_json_created.json", "feed.xml"]
    assert links[""] == site
    assert links["t/"] == [f"../{each}" for each in site] + ["feed.xml"]
    assert links["tags/x/"] == [f"../../{each}" for each in site] + ["feed.xml"]
    assert links["t/a/"][:4] == [f"../../{each}" for each in site]


def test_ids_survive_a_change_of_title_and_feeds_one_of_the_day(feeds: Built, tmp_path: Path) -> None:
    changed = {path: text.replace("title: A", "title: Another") if isinstance(text, str) else text for path, text in DOCS.items()}
    other = build(tmp_path, changed, SOURCE_DATE_EPOCH="1900000000")
    ids = [[entry.id for entry in feedparser.parse((built.site / "feed.xml").read_bytes()).entries] for built in (feeds, other)]
    assert ids[0] == ids[1]
    assert (other.site / "feed_rss_created.xml").read_text().replace("Another", "A") == feeds.text("feed_rss_created.xml")
