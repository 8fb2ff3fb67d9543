"""Sections, which readers see as topics: their titles, and the order of what they list."""

from pathlib import Path

from tree import catalogue, picture, said, site


def test_order_then_newest_then_title_then_address(tmp_path: Path) -> None:
    assert site(
        tmp_path,
        """
        t/new.md | title: New; date: 2025-03-01
        t/old.md | title: Old; date: 2024-03-01
        t/undated-b.md | title: beta
        t/undated-a.md | title: Alpha
        t/same-2.md | title: Same; date: 2025-01-01
        t/same-1.md | title: Same; date: 2025-01-01
        t/zebra.md | title: Zebra; date: 2025-01-01
        t/second.md | title: Second; order: 2
        t/first.md | title: First; weight: 1.5; date: 2020-01-01
        """,
    ) == picture(
        """
        / Site
        /t/ T
            /t/first/ article t/first.md
            /t/second/ article t/second.md
            /t/new/ article t/new.md
            /t/same-1/ article t/same-1.md
            /t/same-2/ article t/same-2.md
            /t/zebra/ article t/zebra.md
            /t/old/ article t/old.md
            /t/undated-a/ article t/undated-a.md
            /t/undated-b/ article t/undated-b.md
        """
    )


def test_pages_files_title_folders_before_their_index_does_and_the_index_before_the_name(tmp_path: Path) -> None:
    assert site(
        tmp_path,
        """
        a/.pages | title: From pages
        a/index.md | title: From index
        a/x.md | title: X
        b/index.md | title: From index
        b/x.md | title: X
        how-to-start/x.md | title: X
        """,
    ) == picture(
        """
        / Site
        /b/ From index by b/index.md
            /b/x/ article b/x.md
        /a/ From pages by a/index.md
            /a/x/ article a/x.md
        /how-to-start/ How to start
            /how-to-start/x/ article how-to-start/x.md
        """
    )


def test_pages_of_a_kind_are_in_navigation_and_not_among_the_newest(tmp_path: Path) -> None:
    loaded = catalogue(
        tmp_path,
        """
        handbook/.pages | kind: page
        handbook/rules.md | title: Rules; date: 2025-01-01; tags: [x]
        handbook/deep/more.md | title: More; date: 2025-01-01
        handbook/news/.pages | kind: article
        handbook/news/a.md | title: A; date: 2025-01-01
        """,
    )
    assert [article.source for article in loaded.articles] == ["handbook/news/a.md"]
    assert [article.source for article in loaded.pages] == ["handbook/deep/more.md", "handbook/rules.md"]
    assert {path: section.kind for path, section in loaded.sections.items()} == {
        "": "article",
        "handbook": "page",
        "handbook/deep": "page",
        "handbook/news": "article",
    }
    assert [article.source for article in loaded.sections["handbook"].articles] == ["handbook/rules.md"]
    assert [(tag.name, [page.source for page in tag.articles]) for tag in loaded.tags] == [("x", ["handbook/rules.md"])]


def test_a_section_counts_what_lies_in_it_and_below_newest_first(tmp_path: Path) -> None:
    loaded = catalogue(
        tmp_path,
        """
        a/index.md | title: A; description: About a
        a/x.md | title: X; date: 2024-01-01
        a/b/y.md | title: Y; date: 2025-01-01
        """,
    )
    section = loaded.sections["a"]
    assert [article.source for article in section.members] == ["a/b/y.md", "a/x.md"]
    assert (section.description, section.children, loaded.sections[""].children) == ("About a", ("a/b",), ("a",))


def test_a_pages_file_that_drops_articles_names_them(tmp_path: Path) -> None:
    assert said(
        catalogue(
            tmp_path,
            """
            t/.pages | nav:;   - a.md
            t/index.md | title: T
            t/a.md | title: A
            t/b.md | title: B
            t/draft.md | title: D; draft: true
            t/sub/c.md | title: C
            """,
        )
    ) == ["warning t/.pages:1:1: nav: leaves out of the navigation: b.md, sub; add - ..., or name them"]


def test_only_a_few_of_many_dropped_articles_are_named(tmp_path: Path) -> None:
    files = "\n".join(f"t/{number}.md" for number in range(9))
    assert said(catalogue(tmp_path, f"t/.pages | nav:;   - 0.md\n{files}")) == [
        "warning t/.pages:1:1: nav: leaves out of the navigation: 1.md, 2.md, 3.md, 4.md, 5.md and 3 more; add - ..., or name them"
    ]


def test_a_folder_whose_articles_are_all_withheld_is_no_section(tmp_path: Path) -> None:
    assert list(catalogue(tmp_path, "t/x.md | draft: true\nu/y.md").sections) == ["", "u"]
