"""Links, images and definitions lead to files, and say where they do not."""

import pytest
from dialect import line, messages

NOWHERE = "leads nowhere: there is no such article or file; the link stays as it is"
REPAIRED = "'FILTERS.md' is written notes/Filters.md; the link is repaired"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Filters", "Filters.md"),
        ("b%20c.md#x", "b%20c.md#x"),
        ("<My bowl.md>", "My%20bowl.md"),
        ("My bowl.md", "My%20bowl.md"),
        ("My bowl.md#a part", "My%20bowl.md#a%20part"),
        ("/guide/?q=1#x", "../guide/index.md?q=1#x"),
        ("../Filters/", "Filters.md"),
        ("/logos/a.svg", "../static/logos/a.svg"),
        ("https://a.example/b.md", "https://a.example/b.md"),
        ("#top", "#top"),
        ("none.md", "none.md"),
    ],
)
def test_links_and_images_lead_to_files(written: str, address: str) -> None:
    assert line(f"[a]({written})") == f'<a href="{address}">a</a>'
    assert line(f'[a]({written} "T")') == f'<a href="{address}" title="T">a</a>'
    assert line(f"![a]({written})") == f'<img src="{address}" alt="a" />'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[a]\n\n[a]: ./Filters", '<a href="Filters.md">a</a>'),
        ('[a][B]\n\n[b]: <My bowl.md> "Cold"', '<a href="My%20bowl.md" title="Cold">a</a>'),
        ('x <img alt="" src="/pic.png">', 'x <img alt="" src="../img/pic.png">'),
        ("<a class=x href='FILTERS.md#y'>z</a>", "<a class=x href='Filters.md#y'>z</a>"),
        ("<a href=/guide/>z</a>", "<a href=../guide/index.md>z</a>"),
        ("[![a](pic.png)](/guide/)", '<a href="../guide/index.md"><img src="../img/pic.png" alt="a" /></a>'),
        ("`[a](FILTERS.md)`", "<code>[a](FILTERS.md)</code>"),
        ("<!-- <a href='FILTERS.md'> -->x", "<!-- <a href='FILTERS.md'> -->x"),
        ("![a](pic.png =100x20)", '<img src="../img/pic.png" alt="a" width="100" height="20" />'),
        ('![a](https://a.example/p.png "T" =100x)', '<img src="https://a.example/p.png" alt="a" width="100" title="T" />'),
        ('![a](https://a.example/p.png =100x "T")', '<img src="https://a.example/p.png" alt="a" width="100" title="T" />'),
        ("[a](no such file)", "[a](no such file)"),
        ("[a](see the guide)", "[a](see the guide)"),
        ("[a](https://a.example/b c)", '[a](<a href="https://a.example/b">https://a.example/b</a> c)'),
    ],
)
def test_definitions_html_blanks_and_sizes(text: str, html: str) -> None:
    assert line(text) == html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](FILTERS.md)", [(1, 5, "NOTICE", REPAIRED, "write Filters.md")]),
        ("x\n\n- > [a](Filters.md) [b](none.md)", [(3, 25, "WARNING", f"'none.md' {NOWHERE}", "write the path of a file")]),
        ("![p](<no p.png>)", [(1, 7, "WARNING", f"'no p.png' {NOWHERE}", "write the path of a file")]),
        ("[a] [b][a]\n\n[a]: none.md", [(3, 6, "WARNING", f"'none.md' {NOWHERE}", "write the path of a file")]),
        ("[a] [a]\n\n[a]: FILTERS.md", [(3, 6, "NOTICE", REPAIRED, "write Filters.md")]),
        ("<div>\n<img src='FILTERS.md'>\n</div>", [(2, 11, "NOTICE", REPAIRED, "write Filters.md")]),
        ("| a |\n| - |\n| <b>x</b> [a](FILTERS.md) |", [(3, 16, "NOTICE", REPAIRED, "write Filters.md")]),
        (
            "[a](/Sorting.md)",
            [(1, 5, "WARNING", "'/Sorting.md' may be more/Sorting.md or other/Sorting.md; the first is taken", "write ../more/Sorting.md")],
        ),
        ("[a](https://a.example) [b](#x) [c](mailto:a@b.example) [^1]: You", []),
    ],
)
def test_a_link_is_reported_where_its_target_stands(text: str, expected: list[tuple[int, int, str, str, str]]) -> None:
    assert messages(text) == expected
