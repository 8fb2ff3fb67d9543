"""The heading of an article apart from its text."""

import time

import pytest

from knowledge.page import heading


@pytest.mark.parametrize(
    ("html", "parts"),
    [
        ("<h1>A</h1>\n<p>B</p>", ("<h1>A</h1>", "\n<p>B</p>")),
        ('\n <h1 id="a">A\n<em>b</em></h1><p>', ('<h1 id="a">A\n<em>b</em></h1>', "<p>")),
        ("<p>B</p><h1>A</h1>", ("", "<p>B</p><h1>A</h1>")),
        ("<h10>A</h1>", ("", "<h10>A</h1>")),
        ("<h1>A", ("", "<h1>A")),
        ("", ("", "")),
    ],
)
def test_only_a_heading_at_the_start_is_taken(html: str, parts: tuple[str, str]) -> None:
    assert heading.divide(html) == parts


def test_a_million_openings_take_no_time() -> None:
    start = time.process_time()
    heading.divide(" " * 500_000 + "<h1>" * 250_000)
    assert time.process_time() - start < 1
