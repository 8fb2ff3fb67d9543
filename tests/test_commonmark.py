"""The examples of the CommonMark specification, as bare Python-Markdown shows them and as this site does; code to the byte."""

import pytest
import specification
from demo import HANDBOOK
from specification import after, before, examples, shown

LOST = {
    175: "an element that is never closed, in a list",
    548: "`[[x]]` is a link by name",
    590: "`![[x]]` is a picture by name",
}
"""The examples that come out right without the translation, and not with it."""
CONSTRUCTS = {
    "a list right under a paragraph": ("Text\n- a\n- b", "[Text]<ul><li>[a]</li><li>[b]</li></ul>"),
    "lists nested by two spaces": ("- a\n  - b\n    - c", "<ul><li>[a]<ul><li>[b]<ul><li>[c]</li></ul></li></ul></li></ul>"),
    "lists nested by three spaces": ("1. a\n   - b\n2. c", "<ol><li>[a]<ul><li>[b]</li></ul></li><li>[c]</li></ol>"),
    "a fence in a list": ("- a\n  ```\n  x\n   y\n  ```\n- b", "<ul><li>[a]<pre>x\n y</pre></li><li>[b]</li></ul>"),
    "#word": ("#word", "[#word]"),
    "1) lists": ("1) a\n2) b", "<ol><li>[a]</li><li>[b]</li></ol>"),
    "a backslash at the end of a line": ("a\\\nb", "[a<br>b]"),
    "~~strike~~": ("~~a~~", "[<del>a</del>]"),
    "a bare address": ("see https://a.example/b_c.", "[see <a href='https://a.example/b_c'>https://a.example/b_c</a>.]"),
    "a table without outer pipes": (
        "a | b\n--|--\nc | d",
        "<table><thead><tr><th>[a]</th><th>[b]</th></tr></thead><tbody><tr><td>[c]</td><td>[d]</td></tr></tbody></table>",
    ),
    "a task list": ("Text\n- [x] a", "[Text]<ul><li>[<label><input></input><span></span></label> a]</li></ul>"),
    "tabs in fenced code": ("```make\na:\n\tb\tc\n\n\n d  \n```", "<pre>a:\n\tb\tc\n\n\n d  </pre>"),
    "tabs in indented code": ("Text\n\n    a:\n    \tb\tc  \n      \n    d", "[Text]<pre>a:\n\tb\tc  \n  \nd</pre>"),
}


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_what_authors_write_shows_what_commonmark_says(name: str) -> None:
    written, expected = CONSTRUCTS[name]
    assert shown(after(written)) == expected


def test_no_section_of_the_specification_is_worse_than_before() -> None:
    rows = specification.table()
    assert [row for row in rows if row.after < row.before] == []
    assert (rows[-1].examples, rows[-1].before, rows[-1].after) == (652, 457, 558)


@pytest.mark.demo
def test_the_handbook_has_the_table_of_the_specification() -> None:
    assert specification.written(specification.table()) in (HANDBOOK / "commonmark.md").read_text()


def test_no_example_is_lost_but_those_with_a_reason() -> None:
    lost = [each for each in examples() if each.shows(before(each.markdown)) and not each.shows(after(each.markdown))]
    assert [each.number for each in lost] == list(LOST)


def test_code_between_fences_and_indented_code_come_out_to_the_byte() -> None:
    sections = {"Tabs", "Indented code blocks", "Fenced code blocks"}
    assert [each.number for each in examples() if each.section in sections and not each.shows(after(each.markdown))] == []
