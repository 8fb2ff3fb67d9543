"""The Site: what is published, under which tags, in which order, and what is not."""

from pathlib import Path

from tree import catalogue, picture, said, site

from almanac_kb.content.settings import Settings

KEPT_BACK = """
draft.md | title: D; draft: true; tags: [secret]
unpublished.md | title: U; published: false
_template.md | title: T
scheduled.md | title: S; date: 2026-01-02
today.md | title: Today; date: 2026-01-01
expired.md | title: E; date: 2025-01-01; expires: 2025-12-31
lasting.md | title: L; date: 2025-01-01; expires: 2026-06-01
"""


def test_drafts_scheduled_and_expired_articles_are_withheld_with_the_reason(tmp_path: Path) -> None:
    made = catalogue(tmp_path, KEPT_BACK)
    assert [each.source for each in made.published] == ["today.md", "lasting.md"]
    assert made.withheld == {
        "_template.md": "_template.md starts with _",
        "draft.md": "draft: true",
        "expired.md": "expired on 2025-12-31",
        "scheduled.md": "scheduled for 2026-01-02",
        "unpublished.md": "published: false",
    }
    assert (made.tags, said(made)) == ((), [])


def test_a_preview_shows_what_is_withheld_and_why(tmp_path: Path) -> None:
    made = catalogue(tmp_path, KEPT_BACK, Settings(drafts=True))
    assert {each.source: each.withheld for each in made.published} == {
        "draft.md": "draft: true",
        "expired.md": "expired on 2025-12-31",
        "lasting.md": "",
        "scheduled.md": "scheduled for 2026-01-02",
        "today.md": "",
        "unpublished.md": "published: false",
    }
    assert made.withheld == {"_template.md": "_template.md starts with _"}


def test_a_draft_takes_no_address_from_a_published_article(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "a.md | title: A; slug: same; draft: true; aliases: [/old/]\nb.md | title: B; slug: same")
    assert ([each.source for each in made.published], dict(made.redirects), said(made)) == (["b.md"], {}, [])


def test_articles_are_newest_first_equal_dates_by_address_and_undated_ones_last(tmp_path: Path) -> None:
    made = catalogue(
        tmp_path,
        """
        z.md | title: Z; date: 2025-01-01
        a.md | title: A; date: 2025-01-01
        plus.md | title: P; date: 2025-01-01T01:00:00+02:00
        undated.md | title: U
        Also.md | title: V
        new.md | title: N; date: 2025-06-01
        """,
    )
    assert [each.url for each in made.articles] == ["new/", "a/", "z/", "plus/", "also/", "undated/"]


def test_every_file_is_published_withheld_or_refused(tmp_path: Path) -> None:
    made = catalogue(
        tmp_path,
        """
        index.md | title: Home
        README.md | title: For the repository
        a.md | title: A
        b.md | title: B; slug: a
        c.md | title: C; draft: true
        d.md | title: [
        e.md | title: E; date: soon
        .f.md | title: F
        handbook/.pages | kind: page
        handbook/g.md | title: G
        """,
    )
    assert sorted(each.source for each in made.published) == ["a.md", "handbook/g.md", "index.md"]
    assert sorted(made.withheld) == [".f.md", "README.md", "c.md"]
    assert sorted(made.refused) == ["b.md", "d.md", "e.md"]


def test_a_refused_article_leaves_no_trace(tmp_path: Path) -> None:
    assert site(
        tmp_path,
        """
        t/a.md | title: A; date: soon; tags: [x]; aliases: [/old/]
        b.md | title: B
        """,
    ) == picture(
        """
        / Site
            /b/ article b.md
        refused t/a.md
        error t/a.md:3:7: date: must be a date, got 'soon'; write a date such as 2025-04-11
        """
    )


def test_problems_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    lines = said(catalogue(tmp_path, "b.md | date: soon; updated: later\na.md | title: [x]; date: soon"))
    assert [line.split(" ", 1)[1].split(": ")[0] for line in lines] == ["a.md:2:8", "a.md:3:7", "b.md:2:7", "b.md:3:10"]


def test_a_tag_of_an_article_has_one_name_however_often_it_is_written(tmp_path: Path) -> None:
    made = catalogue(tmp_path, ".tags.yml | - {name: AI, aliases: [ml, ki]}\na.md | title: A; tags: [ml, KI, ai, Other]")
    assert made.articles[0].tags == ("AI", "Other")


def test_an_empty_folder_is_a_home_page(tmp_path: Path) -> None:
    assert site(tmp_path, "robots.txt") == "/ Site"
