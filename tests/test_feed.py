"""What feeds are made of."""

from pathlib import Path

from tree import catalogue

from almanac_kb.content.article import Article
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import SiteInfo
from almanac_kb.core.paths import UrlPath
from almanac_kb.exports import feeds
from almanac_kb.exports.feeds import FeedEntry

SITE = SiteInfo("Almanac", "https://example.org/kb/", "About", "Ann")


def entries(root: Path, files: str, settings: Settings | None = None) -> tuple[FeedEntry, ...]:
    return feeds.feed_entries(catalogue(root, files, settings).articles, SITE)


def test_an_entry_says_what_the_article_says(tmp_path: Path) -> None:
    (entry,) = entries(
        tmp_path,
        """
        t/größe.md | title: R&D <c> "x"; summary: D & E; date: 2025-01-01T10:00:00+02:00; updated: 2025-02-01; image: i.png; by: A and B
        t/i.png
        """,
    )
    address = "https://example.org/kb/t/gr%C3%B6%C3%9Fe/"
    assert (entry.id, entry.link, entry.title, entry.summary) == (address, address, 'R&D <c> "x"', "D & E")
    assert (entry.created.isoformat(), entry.updated.isoformat()) == ("2025-01-01T10:00:00+02:00", "2025-02-01T00:00:00+00:00")
    assert (entry.authors, entry.tags, entry.image) == (("A", "B"), (), "https://example.org/kb/t/i.png")


def test_an_entry_has_the_tags_of_the_vocabulary(tmp_path: Path) -> None:
    (entry,) = entries(tmp_path, ".tags.yml | - {name: AI, aliases: [ki]}\na.md | date: 2025-01-01; tags: [KI, R&D]")
    assert entry.tags == ("AI", "R&D")


def test_equal_dates_are_ordered_by_address_and_undated_articles_left_out(tmp_path: Path) -> None:
    made = entries(tmp_path, "b.md | date: 2025-01-01\na.md | date: 2025-01-01\nnew.md | date: 2025-01-02\nundated.md")
    assert [entry.link.removeprefix(SITE.base) for entry in made] == ["new/", "a/", "b/"]


def test_drafts_are_left_out_even_of_a_preview(tmp_path: Path) -> None:
    assert entries(tmp_path, "a.md | date: 2025-01-01; draft: true\nb.md | date: 2030-01-01", Settings(drafts=True)) == ()


def test_pages_are_left_out_of_the_feed_of_their_tag(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "h/.pages | kind: page\nh/a.md | date: 2025-01-01; tags: [x]\nb.md | date: 2024-01-01; tags: [x]")
    assert [entry.link.removeprefix(SITE.base) for entry in feeds.feed_entries(made.tags[0].articles, SITE)] == ["b/"]


def test_an_id_survives_a_change_of_title(tmp_path: Path) -> None:
    before = entries(tmp_path, "a.md | title: Before; date: 2025-01-01")
    after = entries(tmp_path, "a.md | title: After; date: 2025-01-01")
    assert [entry.id for entry in before] == [entry.id for entry in after]


def test_only_the_newest_are_told_and_only_their_text_is_asked_for(tmp_path: Path) -> None:
    articles = catalogue(tmp_path, "\n".join(f"{day}.md | date: 2025-01-{day}" for day in range(10, 30))).articles
    asked: list[str] = []

    def text(article: Article) -> str:
        asked.append(article.url)
        return "text"

    made = feeds.feed_entries(articles, SITE, text, limit=3)
    assert [entry.link.removeprefix(SITE.base) for entry in made] == ["29/", "28/", "27/"] == asked
    assert len(feeds.feed_entries(articles, SITE, limit=None)) == 20


def test_a_feed_is_dated_by_its_newest_change(tmp_path: Path) -> None:
    made = entries(tmp_path, "a.md | date: 2025-01-01; updated: 2025-06-01\nb.md | date: 2025-02-01")
    found = feeds.build_feed("Title", "", UrlPath("t/"), made, SITE)
    assert (found.url, found.self, found.link) == ("t/feed.xml", "https://example.org/kb/t/feed.xml", "https://example.org/kb/t/")
    assert (found.updated.isoformat(), found.author) == ("2025-06-01T00:00:00+00:00", "Ann")
