"""The navigation beside a page."""

from pathlib import Path
from urllib.parse import urljoin

import pytest
from builder import build

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
    """The rows of a sidebar as indented lines, the current page behind `>`."""
    lines = [f"{'  ' * depth}{'>' if row.current else '-'} {row.title}"]
    return lines + [line for child in row.rows for line in rows(child, depth + 1)]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("guides/second/", ["- Site", "  - About", "  - Guides", "    - First", "    > Second", "  - Heading", "    - Below"]),
        ("guides/", ["- Site", "  - About", "  > Guides", "    - First", "    - Second", "  - Heading", "    - Below"]),
        ("below/", ["- Site", "  - About", "  - Guides", "    - First", "    - Second", "  - Heading", "    > Below"]),
        ("", ["> Site", *FOLDED]),
        ("tags/", ["- Site", *FOLDED]),
    ],
)
def test_the_path_to_a_page_is_open_and_the_page_is_current(url: str, expected: list[str]) -> None:
    assert rows(sidebar.sidebar_rows(sidebar.build_sidebar(ROOT), url)) == expected


def test_of_two_items_with_one_url_the_first_is_the_page() -> None:
    root = NavigationItem("Site", "", (NavigationItem("One", "x/"), NavigationItem("Two", "x/")))
    assert rows(sidebar.sidebar_rows(sidebar.build_sidebar(root), "x/")) == ["- Site", "  > One", "  - Two"]


@pytest.mark.parametrize(("at", "before", "after"), [(0, 0, 9987), (5000, 4988, 4987), (9999, 9987, 0)])
def test_ten_thousand_neighbours_are_a_few_rows(at: int, before: int, after: int) -> None:
    built = sidebar.build_sidebar(NavigationItem("Site", "", tuple(NavigationItem(f"{number}", f"{number}/") for number in range(10_000))))
    row = sidebar.sidebar_rows(built, f"{at}/")
    assert (row.omitted_before, row.omitted_after) == (before, after)
    assert len(row.rows) <= 2 * sidebar.NEIGHBOURS + 1
    assert [child.title for child in row.rows if child.current] == [str(at)]


def test_a_section_that_the_page_is_not_in_shows_its_first_items_folded_and_the_number_of_the_others() -> None:
    many = NavigationItem("Many", "many/", tuple(NavigationItem(f"{number}", f"many/{number}/") for number in range(100)))
    (about, folded) = sidebar.sidebar_rows(
        sidebar.build_sidebar(NavigationItem("Site", "", (NavigationItem("About", "about/"), many))), "about/"
    ).rows
    assert (about.open, folded.open) == (True, False)
    assert (len(folded.rows), folded.omitted_after) == (sidebar.PREVIEW_ITEMS, 100 - sidebar.PREVIEW_ITEMS)


def test_many_top_level_sections_are_shown_without_their_items() -> None:
    topics = tuple(
        NavigationItem(f"{number}", f"{number}/", (NavigationItem("In it", f"{number}/in/"),))
        for number in range(sidebar.MAX_PREVIEWED_SECTIONS + 1)
    )
    assert {row.rows for row in sidebar.sidebar_rows(sidebar.build_sidebar(NavigationItem("Site", "", topics)), "").rows} == {()}


def test_on_every_page_each_line_leads_to_the_page_of_its_name(tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {
        "index.md": "# Home\n",
        "about.md": "# About\n",
        "guides/index.md": "# Guides\n",
        "guides/first.md": "# First\n",
        "guides/second.md": "# Second\n",
        "guides/deep/third.md": "# Third\n",
        "guides/deep/fourth.md": "# Fourth\n",
        "other/index.md": "# Other\n",
        "other/more.md": "---\ntitle: More\npermalink: /guides/first/more/\n---\n",
        "other/plain.md": "# Plain\n",
    }
    built = build(tmp_path, docs)
    assert built.code == 0, built.output

    def heading(path: str) -> str:
        return str(built.page(path).xpath("string(//h1)")).rstrip("¶")

    titles = {heading(path) for path in ("guides/first", "guides/second", "guides/first/more", "about")}
    assert titles == {"First", "Second", "More", "About"}
    for path in built.pages():
        for link in built.page(path).xpath("//nav[@id='kb-navigation']/ul[1]//a[@href]"):
            target = urljoin(f"https://x/{path}", link.get("href")).removeprefix("https://x/")
            name = heading(target) if target else "Home"
            assert name == link.xpath("string()").strip(), (path, link.get("href"))
