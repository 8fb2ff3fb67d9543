"""Articles are CommonMark: every example of the specification by the byte, and which of them GitHub's extensions change."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from builder import PROJECT

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import math, notes, parser
from almanac_kb.markdown.dialects import github
from almanac_kb.markdown.link_index import LinkIndex
from almanac_kb.markdown.rules import Plugin
from almanac_kb.render.compiler import dialects as dialects_of
from almanac_kb.render.environment import CompileEnvironment

EXAMPLES = Path(__file__).parent / "commonmark" / "spec-0.31.2.json"


class Example(NamedTuple):
    """An example of the specification."""

    number: int
    markdown: str
    html: str


def examples() -> list[Example]:
    return [Example(entry["example"], entry["markdown"], entry["html"]) for entry in json.loads(EXAMPLES.read_text("utf-8"))]


def render(markdown: str, dialects: tuple[Plugin, ...]) -> str:
    return parser.render(parser.parse(markdown, here=SourcePath("a.md"), index=LinkIndex(), dialects=dialects))


def test_all_examples_of_the_specification_are_right_by_the_byte() -> None:
    wrong = [example.number for example in examples() if render(example.markdown, ()) != example.html]
    assert (len(examples()), wrong) == (652, [])


CHANGED = {
    602: "what stands in `<` and `>` with a blank is text, in which GitHub links addresses",
    606: "the same, a mail address",
    608: "the same",
    611: "GitHub links bare addresses",
    612: "GitHub links bare mail addresses",
}
"""Examples that GitHub's extensions change, and why."""


def test_extensions_change_no_example_but_those_with_a_reason() -> None:
    dialects = (github.rules_gfm, notes.rules, math.rules)
    assert [example.number for example in examples() if render(example.markdown, dialects) != example.html] == list(CHANGED)


@pytest.mark.parametrize("number", CHANGED)
def test_an_example_that_changes_gains_a_link_and_keeps_its_text(number: int) -> None:
    example = next(example for example in examples() if example.number == number)
    shown = render(example.markdown, (github.rules_gfm,))
    assert shown.count("<a href=") == 1
    assert example.html == shown[: shown.index("<a ")] + shown[shown.index('">') + 2 :].replace("</a>", "")


IN_DIALECTS = {
    161: "a fence right below a tag is code, as in kramdown and Python-Markdown",
    163: "<Warning> is a component of Docusaurus: an admonition",
    177: "a comment is no part of the page",
    179: "the same",
    180: "what browsers take for a comment is none either: an instruction",
    181: "a declaration",
    182: "CDATA",
    183: "a comment",
    201: "<bar> is no element of HTML, so it is text",
    308: "a comment",
    309: "the same",
    491: "<foo is no element of HTML, so it is text",
    524: "the same",
    536: "the same",
    590: "![[foo]] embeds an article in Obsidian",
    613: "<bab> is no element of HTML, so it is text",
    614: "the same",
    615: "the same",
    617: "a component that is not known is left out and named",
    623: "</foo> is no element of HTML, so it is text",
    625: "a comment",
    626: "the same",
    627: "an instruction",
    628: "a declaration",
    629: "CDATA",
}
"""Examples that the dialects change beside GitHub's extensions, and why."""


def test_dialects_change_no_example_but_those_with_a_reason() -> None:
    dialects = dialects_of(CompileEnvironment())
    changed = [example.number for example in examples() if render(example.markdown, dialects) != render(example.markdown, parser.STANDARD)]
    assert changed == list(IN_DIALECTS)


def test_the_handbook_names_the_examples_that_change() -> None:
    text = (PROJECT / "docs" / "handbook" / "commonmark.md").read_text("utf-8")
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == sorted([*CHANGED, *IN_DIALECTS])
