"""The heading of an article apart from its text."""

import pytest
from limits import one_text

from almanac_kb.core.paths import SourcePath
from almanac_kb.render import linker
from almanac_kb.render.compiler import Compiler
from almanac_kb.render.environment import CompileEnvironment


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
    assert linker.divide_heading(html) == parts


def test_many_openings_are_read_in_time() -> None:
    with one_text():
        linker.divide_heading(" " * 500_000 + "<h1>" * 250_000)


def test_headings_of_the_first_level_that_are_html_are_shown_as_ones_of_the_second() -> None:
    assert linker.demote_headings('<p>x</p><H1 class="a">B</H1 ><h10>&lt;h1>') == '<p>x</p><h2 class="a">B</h2 ><h10>&lt;h1>'
    with one_text():
        linker.demote_headings("<h1 " * 250_000)


@pytest.mark.parametrize("renderer", ["commonmark", "python-markdown"])
@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("# A\n\n# B\n\n# C", (3, 5)),
        ("\n\n# A\n", ()),
        ("Text\n\n# B", (3,)),
        ("# A\n\n```\n# B\n```\n\n    # C\n", ()),
        ("# A\n\nB\n===\n", (3,)),
        ("## A\n\nB\n", ()),
    ],
)
def test_the_lines_of_headings_that_are_shown_a_level_lower_are_known(renderer: str, body: str, lines: tuple[int, ...]) -> None:
    compiled = Compiler(CompileEnvironment(("fenced_code",), {})).compile(SourcePath("a.md"), body, renderer=renderer)
    assert compiled.demoted == lines
    assert compiled.html.text.count("<h2") == len(lines) + body.startswith("##")
