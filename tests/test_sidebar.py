"""The navigation beside a page."""

import pytest

from almanac_kb.pages import sidebar
from almanac_kb.pages.sidebar import NavigationItem, SidebarRow

ROOT = NavigationItem(
    "Site",
    "",
    (
        NavigationItem("About", "about/"),
        NavigationItem("Guides", "guides/", (NavigationItem("First", "guides/first/"), NavigationItem("Second", "guides/second/"))),
        NavigationItem("Heading", None, (NavigationItem("Below", "below/"),)),
    ),
)
FOLDED = ("  - About", "  - Guides", "    - First", "    - Second", "  - Heading", "    - Below")


def rows(row: SidebarRow, depth: int = 0) -> list[str]:
    lines = [f"{'  ' * depth}{'>' if row.current else '-'} {row.title}"]
    return lines + [line for each in row.rows for line in rows(each, depth + 1)]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("guides/second/", ["- Site", "  - About", "  - Guides", "    - First", "    > Second", "  - Heading", "    - Below"]),
        ("guides/", ["- Site", "  - About", "  > Guides", "    - First", "    - Second", "  - Heading", "    - Below"]),
        ("below/", ["- Site", "  - About", "  - Guides", "    - First", "    - Second", "  - Heading", "    > Below"]),
        ("", ["> Site", *FOLDED]),
        ("tags/", ["- Site", *FOLDED]),
    ],
)
def test_the_way_to_a_page_is_open_and_the_page_is_marked(url: str, shown: list[str]) -> None:
    assert rows(sidebar.sidebar_rows(sidebar.build_sidebar(ROOT), url)) == shown


def test_of_two_places_with_one_address_the_first_counts() -> None:
    root = NavigationItem("Site", "", (NavigationItem("One", "x/"), NavigationItem("Two", "x/")))
    assert rows(sidebar.sidebar_rows(sidebar.build_sidebar(root), "x/")) == ["- Site", "  > One", "  - Two"]


@pytest.mark.parametrize(("at", "before", "after"), [(0, 0, 9987), (5000, 4988, 4987), (9999, 9987, 0)])
def test_ten_thousand_neighbours_are_a_few_rows(at: int, before: int, after: int) -> None:
    made = sidebar.build_sidebar(NavigationItem("Site", "", tuple(NavigationItem(f"{number}", f"{number}/") for number in range(10_000))))
    row = sidebar.sidebar_rows(made, f"{at}/")
    assert (row.before, row.after) == (before, after)
    assert len(row.rows) <= 2 * sidebar.NEAR + 1
    assert [each.title for each in row.rows if each.current] == [str(at)]


def test_a_topic_that_one_is_not_in_shows_its_first_places_folded_and_says_how_many_more_there_are() -> None:
    many = NavigationItem("Many", "many/", tuple(NavigationItem(f"{number}", f"many/{number}/") for number in range(100)))
    (about, folded) = sidebar.sidebar_rows(
        sidebar.build_sidebar(NavigationItem("Site", "", (NavigationItem("About", "about/"), many))), "about/"
    ).rows
    assert (about.open, folded.open) == (True, False)
    assert (len(folded.rows), folded.after) == (sidebar.PEEK, 100 - sidebar.PEEK)


def test_where_there_are_many_topics_they_are_shown_alone() -> None:
    topics = tuple(
        NavigationItem(f"{number}", f"{number}/", (NavigationItem("In it", f"{number}/in/"),)) for number in range(sidebar.FEW + 1)
    )
    assert {each.rows for each in sidebar.sidebar_rows(sidebar.build_sidebar(NavigationItem("Site", "", topics)), "").rows} == {()}
