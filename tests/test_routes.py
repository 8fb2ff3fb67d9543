"""The URL path of each article, and conflicts between them."""

from pathlib import Path

import pytest
from tree import catalogue, picture, said, site

from almanac_kb.content import routes
from almanac_kb.core.paths import SourcePath


def test_address_is_folder_and_slug_or_the_file_name_less_its_date(tmp_path: Path) -> None:
    assert site(
        tmp_path,
        """
        Medical AI/2024-05-06-How to Start.md | title: A
        Medical AI/second.md | title: B; slug: chosen
        third.md | title: C
        """,
    ) == picture(
        """
        / Site
            /third/ article third.md
        /medical-ai/ Medical AI
            /medical-ai/how-to-start/ article Medical AI/2024-05-06-How to Start.md
            /medical-ai/chosen/ article Medical AI/second.md
        """
    )


@pytest.mark.parametrize("key", ["permalink", "url", "path"])
def test_a_slash_makes_a_whole_path(tmp_path: Path, key: str) -> None:
    assert catalogue(tmp_path, f"guides/a.md | title: A; {key}: /blog/2020/a.html").articles[0].url == "blog/2020/a/"


def test_an_http_permalink_is_the_canonical_link(tmp_path: Path) -> None:
    article = catalogue(tmp_path, "guides/a.md | title: A; permalink: https://example.org/a").articles[0]
    assert (article.url, article.canonical) == ("guides/a/", "https://example.org/a")


def test_a_numeric_id_is_no_slug(tmp_path: Path) -> None:
    assert catalogue(tmp_path, "guides/a.md | title: A; id: 17").articles[0].url == "guides/a/"


def test_articles_whose_names_give_one_address_are_all_published_and_said(tmp_path: Path) -> None:
    tree = """
        blog/2019-03-01-update.md | title: Spring; date: 2019-03-01
        blog/2020-06-12-update.md | title: Summer; date: 2020-06-12
        c#.md | title: C sharp
        c++.md | title: C plus plus
        c.md | title: C
        to do.md | title: Spaces
        to-do.md | title: Hyphens
        """
    assert site(tmp_path, tree).partition("\nnotice")[0] == picture(
        """
        / Site
            /c/ article c.md
            /c-plus-plus/ article c++.md
            /c-sharp/ article c#.md
            /to-do/ article to-do.md
            /to-do-2/ article to do.md
        /blog/ Blog
            /blog/2020-06-12-update/ article blog/2020-06-12-update.md
            /blog/update/ article blog/2019-03-01-update.md
        """
    )


def test_an_article_that_is_moved_aside_is_said_and_one_with_a_chosen_address_is_refused(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "a b.md | title: A\nc.md | title: C; slug: a-b\nd.md | title: D; slug: a-b")) == [
        "notice a b.md:1:1: address: /a-b/ is the address of another article already, so this one is at /a-b-2/; "
        "give it a slug, if it should have another address",
        "error d.md:3:7: address: /a-b/ is the address of c.md already; give one of them another slug",
    ]


def test_index_files_are_the_page_of_their_folder(tmp_path: Path) -> None:
    assert site(
        tmp_path,
        """
        index.md | title: Home
        a/index.md | title: First
        a/x.md | title: X
        b/_index.md | title: Second
        b/x.md | title: X
        c/README.md | title: Third; date: 2024-01-01
        """,
    ) == picture(
        """
        / Site by index.md
        /a/ First by a/index.md
            /a/x/ article a/x.md
        /b/ Second by b/_index.md
            /b/x/ article b/x.md
        /c/ Third by c/README.md
        """
    )


def test_a_dated_index_without_siblings_is_an_article_in_a_folder_of_its_own(tmp_path: Path) -> None:
    assert site(
        tmp_path,
        """
        posts/my-post/index.md | title: Mine; date: 2024-01-01; image: cover.png
        posts/my-post/cover.png
        posts/2023-01-02-other/index.md | title: Other; date: 2023-01-02; slug: chosen
        posts/undated/index.md | title: Undated
        """,
    ) == picture(
        """
        /posts/ Posts
            /posts/my-post/ article posts/my-post/index.md
            /posts/chosen/ article posts/2023-01-02-other/index.md
        /posts/undated/ Undated by posts/undated/index.md
        """,
    ).replace("/posts/ Posts", "/ Site\n/posts/ Posts")


@pytest.mark.parametrize("sibling", ["t/x.md | title: X", "t/x.md | title: X; draft: true", "t/x.md | title: [", "t/below/x.md | title: X"])
def test_a_dated_index_with_siblings_is_the_page_of_its_folder_whatever_becomes_of_them(tmp_path: Path, sibling: str) -> None:
    made = catalogue(tmp_path, f"t/index.md | title: T; date: 2024-01-01\n{sibling}")
    assert [page.source for page in made.pages] == ["t/index.md"]


def test_a_second_page_of_a_folder_is_not_published(tmp_path: Path) -> None:
    assert site(
        tmp_path,
        """
        a/index.md | title: A
        a/README.md | title: For the repository
        a/x.md | title: X
        """,
    ) == picture(
        """
        / Site
        /a/ A by a/index.md
            /a/x/ article a/x.md
        withheld a/README.md: index.md is the page of the folder
        warning a/README.md:1:1: file: is not published: index.md is the page of the folder; merge the two, or rename this one
        """
    )


def test_spare_pages_of_folders_are_named_with_the_one_that_counts() -> None:
    files = ["index.md", "README.md", "a/_index.md", "a/README.md", "b/README.md"]
    assert routes.shadowed_indexes(map(SourcePath, files)) == {"README.md": "index.md", "a/README.md": "_index.md"}


def test_two_articles_with_one_address_are_both_named(tmp_path: Path) -> None:
    assert site(
        tmp_path,
        """
        a.md | title: A; slug: same
        b.md | title: B; slug: Same
        """,
    ) == picture(
        """
        / Site
            /same/ article a.md
        refused b.md
        error b.md:3:7: address: /Same/ is the address of a.md already; give one of them another slug
        """
    )


def test_files_that_differ_by_case_only_are_both_named(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "Start.md\nstart.md")) == [
        "error Start.md:1:1: address: /start/ is the address of start.md already; give one of them another slug"
    ]


def test_a_file_beside_the_page_of_a_folder_of_its_name_is_refused(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "x.md\nx/index.md\nx/y.md")) == [
        "error x.md:1:1: address: /x/ is the address of x/index.md already; give one of them another slug"
    ]


def test_a_file_beside_a_folder_of_its_name_is_the_page_of_the_folder(tmp_path: Path) -> None:
    found = catalogue(tmp_path, "x.md\nx/y.md")
    assert said(found) == []
    assert found.sections["x"].index == next(page for page in found.pages if page.source == "x.md")
    assert found.sections["x"].title == "X"


def test_a_file_with_another_address_is_no_page_of_the_folder_of_its_name(tmp_path: Path) -> None:
    found = catalogue(tmp_path, "x.md | slug: elsewhere\nx/y.md")
    assert found.sections["x"].index is None
    assert [article.url for article in found.articles] == ["elsewhere/", "x/y/"]


def test_a_file_named_like_a_page_of_the_site_has_an_address_of_its_own(tmp_path: Path) -> None:
    found = catalogue(tmp_path, "search.md\nx/search.md")
    assert sorted(article.url for article in found.articles) == ["search-2/", "x/search/"]
    hint = "give it a slug, if it should have another address"
    assert said(found) == [f"notice search.md:1:1: address: /search/ belongs to the search, so this one is at /search-2/; {hint}"]


def test_two_folders_with_one_address_are_both_named(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "A B/x.md\na-b/y.md\na-b/c/z.md")) == [
        "error a-b/c/z.md:1:1: address: its folder a-b would have the address /a-b/ of the folder A B; rename the folder",
        "error a-b/y.md:1:1: address: its folder a-b would have the address /a-b/ of the folder A B; rename the folder",
    ]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ("a.md | slug: Tags", "error a.md:2:7: address: /Tags/ belongs to the index of tags; give the article a slug, or move it"),
        ("a.md | path: /tags/ai/", "error a.md:2:7: address: /tags/ai/ belongs to the index of tags; give the article a slug, or move it"),
        (
            "a.md | path: /assets/a/",
            "error a.md:2:7: address: /assets/a/ belongs to the files of the theme; give the article a slug, or move it",
        ),
        ("a.md | path: /search/", "error a.md:2:7: address: /search/ belongs to the search; give the article a slug, or move it"),
        (
            "a.md | path: /b/page/2/",
            "error a.md:2:7: address: /b/page/2/ belongs to the pages of a listing; give the article a slug, or move it",
        ),
        (
            "a.md | slug: feed.xml",
            "error a.md:2:7: address: /feed.xml/ is the address of the feed of the site already; give it another slug",
        ),
        (
            "b/a.md | slug: feed.xml",
            "error b/a.md:2:7: address: /b/feed.xml/ is the address of the feed of the folder b already; give it another slug",
        ),
        (
            "a.md | title: A\nb.md | path: /a/cover.png",
            "error b.md:2:7: address: /a/cover.png/ would hide the file cover.png of the page above; give the article a slug",
        ),
        (
            "tags/x.md",
            "error tags/x.md:1:1: file: would be the text of a tag 'x', which no article carries; "
            "give an article this tag, or rename the folder",
        ),
        (
            "tags/x/deep/y.md",
            "error tags/x/deep/y.md:1:1: address: its folder tags/x/deep would have the address "
            "/tags/x/deep/ of the index of tags; rename the folder",
        ),
    ],
)
def test_an_article_can_not_stand_where_the_site_makes_something(tmp_path: Path, files: str, problem: str) -> None:
    assert said(catalogue(tmp_path, files)) == [problem]


@pytest.mark.parametrize(
    ("asset", "owner"),
    [
        ("tags/index.html", "the index of tags"),
        ("tags/ai/index.html", "the pages of tags"),
        ("tags/ai/feed.xml", "the pages of tags"),
        ("feed.xml", "the feed of the site"),
        ("Sitemap.xml", "the map of the site"),
        ("404.html", "the page for addresses that lead nowhere"),
        ("assets/javascripts/bundle.js", "the theme"),
        ("feed_rss_created.xml", "a feed of the site"),
        ("index.html", "the home page"),
        ("ai/index.html", "ai.md"),
        ("AI/Index.html", "ai.md"),
        ("ai", "ai.md"),
        ("topic/index.html", "the folder topic"),
        ("topic/feed.xml", "the feed of the folder topic"),
    ],
)
def test_a_file_can_not_stand_in_the_place_of_something_made(tmp_path: Path, asset: str, owner: str) -> None:
    assert said(catalogue(tmp_path, f"ai.md\ntopic/x.md\n{asset}")) == [
        f"error {asset}:1:1: file: would stand in the place of {owner}; rename it, or keep it out of docs/"
    ]


@pytest.mark.parametrize(
    "asset", ["assets/images/logo.png", "robots.txt", "CNAME", "tags/tree.png", "ai/photo.png", "extra.js", "data.json"]
)
def test_other_files_are_welcome(tmp_path: Path, asset: str) -> None:
    assert said(catalogue(tmp_path, f"ai.md\n{asset}")) == []


@pytest.mark.parametrize("asset", ["setup.exe", "t/Run.PS1"])
def test_programs_are_not_published(tmp_path: Path, asset: str) -> None:
    problem = "is a program, which a reader's machine would run; offer it elsewhere, and link to it"
    assert said(catalogue(tmp_path, asset)) == [f"error {asset}:1:1: file: {problem}"]


def test_a_folder_can_not_stand_where_a_listing_has_its_pages(tmp_path: Path) -> None:
    assert said(catalogue(tmp_path, "page/2/x.md")) == [
        "error page/2/x.md:1:1: address: its folder page/2 would have the address /page/2/ of the pages of a listing; rename the folder"
    ]


def test_aliases_with_a_slash_or_html_lead_here_and_others_are_names(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "a.md | title: A; aliases: [/old/place/, older.html, Other name, /a/]")
    assert made.redirects == {"old/place/": "a/", "older.html": "a/"}
    assert made.articles[0].names == ("Other name",)
    assert said(made) == []


@pytest.mark.parametrize(
    ("alias", "owner"),
    [
        ("/b/", "b.md"),
        ("/index.html", "the home page"),
        ("/topic/", "the folder topic"),
        ("/feed.xml/", "the feed of the site"),
        ("/tags/x/", "the index of tags"),
        ("/page/2/", "the pages of a listing"),
        ("/kept/x/", "kept"),
    ],
)
def test_an_old_address_that_is_taken_does_not_lead_here(tmp_path: Path, alias: str, owner: str) -> None:
    files = "0.md | aliases: [/First/]\nb.md\ntopic/x.md\nkept"
    made = catalogue(tmp_path, f"{files}\na.md | title: A; aliases: [{alias}]")
    shown = alias.strip("/") + ("" if alias.endswith("html") else "/")
    assert said(made) == [f"warning a.md:3:10: aliases: the old address /{shown} is that of {owner}; leave it out"]
    assert made.redirects == {"First/": "0/"}


def test_no_redirect_leads_to_a_refused_article(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "a.md | title: A; aliases: [/old/]; date: soon")
    assert (dict(made.redirects), list(made.refused)) == ({}, ["a.md"])


def test_a_long_path_of_folders_has_an_address(tmp_path: Path) -> None:
    path = "/".join("d" * 120)
    assert catalogue(tmp_path, f"{path}/x.md").articles[0].url == f"{path}/x/"


def test_old_addresses_that_differ_in_case_are_two(tmp_path: Path) -> None:
    made = catalogue(
        tmp_path, "a.md | title: A; aliases: [/Old/, /A/]\nb.md | title: B; aliases: [/old/]\nc.md | title: C; aliases: [/old/]"
    )
    assert dict(made.redirects) == {"Old/": "a/", "A/": "a/", "old/": "b/"}
    assert said(made) == ["warning c.md:3:10: aliases: the old address /old/ is that of b.md; leave it out"]
