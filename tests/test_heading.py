"""The heading of an article apart from its text."""

import pytest
from limits import one_text

from almanac_kb.body import heading


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


def test_many_openings_are_read_in_time() -> None:
    with one_text():
        heading.divide(" " * 500_000 + "<h1>" * 250_000)
