"""The parser: positions of what stands in a text, constructs with Markdown in them, and texts that are deep, wide or odd."""

import time

import pathological
import pytest
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from almanac_kb.core.diagnostics import Position
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import headings, parser
from almanac_kb.markdown.constructs import Parsed, context
from almanac_kb.markdown.link_index import LinkIndex
from almanac_kb.markdown.rules import at, children, embed, line_text, nested, position, push, text_block, token_position
from almanac_kb.render.compiler import dialects
from almanac_kb.render.environment import CompileEnvironment

DIALECTS = dialects(CompileEnvironment())
SECONDS = 5
SIZE = 50_000


def parse(markdown: str, *dialects: object) -> Parsed:
    return parser.parse(markdown, here=SourcePath("a.md"), index=LinkIndex(), dialects=(*parser.STANDARD, *dialects))  # type: ignore[arg-type]


def render(markdown: str, *dialects: object) -> str:
    return parser.render(parse(markdown, *dialects))


def stars(md: MarkdownIt) -> None:
    """Reports where `@@` stands: while it is read, and again from its token."""

    @at("@")
    def star(state: StateInline, silent: bool) -> bool:
        if not state.src.startswith("@@", state.pos):
            return False
        if not silent:
            context(state.env).warn("star", position(state, state.pos), "read")
            push(state, "star", "", 0, state.pos)
        state.pos += 2
        return True

    def again(state: StateCore) -> None:
        for token in state.tokens:
            for child in token.children or ():
                if child.type == "star":
                    context(state.env).warn("star", token_position(token, child.meta["offset"], state.env), "token")

    md.inline.ruler.push("star", star)
    md.core.ruler.push("stars", again)
    md.add_render_rule("star", lambda self, tokens, index, options, env: "*")


@pytest.mark.parametrize(
    "markdown",
    [
        "a @@ b @@",
        "  a\n   @@ b\n@@",
        "# h @@ #",
        "Setext @@\n===",
        "- x\n  - @@ y\n\n    @@",
        "> q @@\n> - @@\n@@",
        "- a\n\tb @@",
        "1. a\n\n\t@@",
        "| a | @@ |\n|-|-|\n| @@ | x\\|@@ |\n| `\\|` @@ | @@",
        "a | @@\n-|-\n@@|@@",
        "> | @@ | @@ |\n> |-|-|\n> | | @@ |",
        "- | @@ | b |\n  |-|-|\n  | c | @@ |",
        "[@@ a](x) **@@**",
        "[^1]\n\n[^1]: @@ a\n    @@",
        "- [ ] @@",
        "<div>\n\n@@\n</div>",
        "[a]: /u\n[b @@](y)\r\n@@",
    ],
)
def test_a_message_names_the_line_and_column_of_what_it_is_about(markdown: str) -> None:
    lines = markdown.replace("\r\n", "\n").split("\n")
    expected = [
        Position(number + 1, column + 1)
        for number, line in enumerate(lines)
        for column in range(len(line))
        if line.startswith("@@", column)
    ]
    diagnostics = parse(markdown, stars).diagnostics
    assert [note.position for note in diagnostics if note.message == "read"] == expected
    assert [note.position for note in diagnostics if note.message == "token"] == expected


def test_a_message_in_the_description_of_an_image_names_its_place() -> None:
    assert [note.position for note in parse("x\ny ![a @@](p.png)", stars).diagnostics] == [Position(2, 7)]


@pytest.mark.parametrize("written", ["[b](u)", "[b][r]", "![b](u)", "<https://b.example>", "https://b.example", "<kbd>"])
def test_links_images_and_html_know_where_they_stand(written: str) -> None:
    parsed = parse(f"first\nsecond {written} end\n\n[r]: u")
    text = parsed.tokens[1]
    (offset,) = [token.meta["offset"] for token in text.children or () if "offset" in token.meta]
    assert token_position(text, offset, parsed.env) == Position(2, 8)


def boxes(md: MarkdownIt) -> None:
    """Reads `+++ title` … `+++` as a box, and `{{text}}` on a line as embedded text."""

    @at("+")
    def box(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if not line_text(state, start).startswith("+++ "):
            return False
        last = next((line for line in range(start + 1, end) if line_text(state, line) == "+++"), -1)
        if last > 0 and not silent:
            text_block(state, "title", "h6", line_text(state, start)[4:], start)
            state.push("box_open", "section", 1).attrSet("class", "box")
            children(state, start + 1, last)
            state.push("box_close", "section", -1)
            state.line = last + 1
        return last > 0

    @at("{")
    def embedded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        text = line_text(state, start)
        if not (text.startswith("{{") and text.endswith("}}")):
            return False
        if not silent:
            embed(state, text[2:-2].replace(";", "\n"), start)
            state.line = start + 1
        return True

    @at("=")
    def marked(state: StateInline, silent: bool) -> bool:
        end = state.src.find("=", state.pos + 1, state.posMax)
        if end < 0:
            return False
        if silent:
            state.pos = end + 1
            return True
        push(state, "mark_open", "mark", 1, state.pos)
        nested(state, state.pos + 1, end)
        push(state, "mark_close", "mark", -1, end)
        state.pos = end + 1
        return True

    md.block.ruler.before("fence", "box", box, {"alt": ["paragraph"]})
    md.block.ruler.before("fence", "embedded", embedded)
    md.inline.ruler.push("marked", marked)


def test_constructs_hold_markdown_and_messages_in_them_their_place() -> None:
    parsed = parse("> +++ a @@\n> - b\n>   @@\n>\n> =c **d**=\n> +++\n> e", stars, boxes)
    assert parser.render(parsed) == (
        '<blockquote>\n<h6>a *</h6>\n<section class="box">\n<ul>\n<li>b\n*</li>\n</ul>\n'
        "<p><mark>c <strong>d</strong></mark></p>\n</section>\n<p>e</p>\n</blockquote>\n"
    )
    assert [note.position for note in parsed.diagnostics if note.message == "read"] == [Position(1, 9), Position(3, 5)]


def test_embedded_text_is_markdown_that_knows_its_line() -> None:
    parsed = parse("a\n\n{{b *c* @@}}", stars, boxes)
    assert parser.render(parsed) == "<p>a</p>\n<p>b <em>c</em> *</p>\n"
    assert {note.position for note in parsed.diagnostics} == {Position(3, 9)}


@pytest.mark.parametrize("name", [*pathological.TEXTS, "nested brackets with a reference", "lazy lines of deep quotes"])
def test_no_text_keeps_the_parser_with_all_dialects_for_long(name: str) -> None:
    more = {
        "nested brackets with a reference": lambda size: pathological.nested("[", "a", "](", size) + "\n\n[a]: b",
        "lazy lines of deep quotes": lambda size: "> " * 20 + "a\n" + pathological.repeated("b\n", size),
    }
    text = (pathological.TEXTS | more)[name](SIZE)
    start = time.process_time()
    parser.render(parser.parse(text, here=SourcePath("a.md"), index=LinkIndex(), dialects=DIALECTS))
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("start", ["> ", "- ", "1. ", "> - "])
def test_what_is_nested_too_deep_is_shown_as_text_and_named(start: str) -> None:
    parsed = parse(start * 3000 + "last *word*")
    assert "last <em>word</em>" in parser.render(parsed)
    (note,) = parsed.diagnostics
    assert "deeper" in note.message
    assert note.position.column > 40


def test_brackets_in_brackets_end_in_no_recursion_and_lose_no_link() -> None:
    shown = render("[" * 3000 + "a](b)")
    assert shown == "<p>" + "[" * 2999 + '<a href="b">a</a></p>\n'


def test_text_behind_a_wide_table_is_not_lost() -> None:
    assert "last words" in render(pathological.ragged(20_000) + "\n\nlast words")


@pytest.mark.parametrize(
    ("markdown", "ids"),
    [
        ("# A b\n## A b\n## A b", ["a-b", "a-b-1", "a-b-2"]),
        ("## A\n## A-1\n## A", ["a", "a-1", "a-2"]),
        ("## A\n## B {#a}", ["a-1", "a"]),
        ("## Группа `x_y` <b>", ["группа-x_y"]),
        ("## Group\\<File>", ["groupfile"]),
        ("## !!!\n## ???", ["section", "section-1"]),
        ("## C++ & *more* [here](x)[^1]\n\n[^1]: n", ["c--more-here"]),
    ],
)
def test_headings_have_githubs_ids(markdown: str, ids: list[str]) -> None:
    tokens = parse(markdown).tokens
    assert [token.attrs["id"] for token in tokens if token.type == "heading_open"] == ids


def test_braces_end_a_heading_as_text_unless_they_hold_an_id() -> None:
    shown = render("## Use {placeholder}\n\n## Wick {#my-wick}")
    assert "Use {placeholder}<" in shown
    assert '<h2 id="my-wick">Wick<a class="headerlink" href="#my-wick" title="Permanent link">&para;</a></h2>' in shown


def test_only_the_heading_that_opens_the_text_is_of_the_first_level() -> None:
    assert [token.tag for token in parse("<script>\nx\n</script>\n\n# A\n\n# B").tokens if token.type == "heading_open"] == ["h1", "h2"]
    assert [token.tag for token in parse("Text\n\n# B").tokens if token.type == "heading_open"] == ["h2"]


def test_contents_are_a_tree_of_headings() -> None:
    tree = headings.contents(parse("# A & `b`\n### C\n## D\n### E"))
    names = [
        (entry["name"], [(child["name"], [deep["name"] for deep in child["children"]]) for child in entry["children"]]) for entry in tree
    ]
    assert names == [("A &amp; b", [("C", []), ("D", ["E"])])]
    assert (tree[0]["level"], tree[0]["id"]) == (1, "a--b")
