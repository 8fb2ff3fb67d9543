"""One heading of the first level on a page, whatever an article has."""

import pytest
from limits import one_text
from markdown import Markdown

from almanac_kb.body import heading
from almanac_kb.core.diagnostics import Position


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("# A\n\n# B", '<h1 id="a">A</h1>\n<h2 id="b">B</h2>'),
        ("Text\n\n# B", '<p>Text</p>\n<h2 id="b">B</h2>'),
        ("# A\n\n> # B", '<h1 id="a">A</h1>\n<blockquote>\n<h2 id="b">B</h2>\n</blockquote>'),
        ("# A\n\nB\n=\n\n## C", '<h1 id="a">A</h1>\n<h2 id="b">B</h2>\n<h2 id="c">C</h2>'),
    ],
)
def test_all_but_the_one_that_opens_the_text_are_of_the_second_level(body: str, html: str) -> None:
    markdown = Markdown(extensions=["toc", heading.EXTENSION])
    assert markdown.convert(body) == html
    assert [each["level"] for each in markdown.toc_tokens][1:] in ([], [2], [2, 2])  # type: ignore[attr-defined]


def test_those_written_as_html_too() -> None:
    assert heading.demote('<p>x</p><H1 class="a">B</H1 ><h10>&lt;h1>') == '<p>x</p><h2 class="a">B</h2 ><h10>&lt;h1>'


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("# A\n\n# B\n\n# C", [3, 5]),
        ("\n\n# A\n", []),
        ("Text\n\n# B", [3]),
        ("# A\n\n```\n# B\n```\n\n    # C\n", []),
        ("# A\n\nB\n===\n", [3]),
        ("## A\n\n#B\n", []),
    ],
)
def test_where_there_are_more(body: str, lines: list[int]) -> None:
    assert heading.spare(body) == tuple(Position(line) for line in lines)


@pytest.mark.parametrize("text", ["# " * 500_000, "#" * 1_000_000, "\n=" * 300_000, "a\n=" + "=" * 1_000_000, " " * 1_000_000])
def test_hostile_texts_are_read_in_time(text: str) -> None:
    with one_text():
        heading.spare(text)
        heading.demote(text.replace("#", "<h1"))
