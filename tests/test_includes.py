"""What a line of another system shows of another file; what is shown of components, loops, references and tabs of others."""

import pytest

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import parser
from almanac_kb.markdown.constructs import Parsed
from almanac_kb.markdown.dialects.snippets import Snippets
from almanac_kb.markdown.link_index import LinkIndex

FILES = {
    "notes/_part.mdx": "import Deep from './_deep.md';\n\nPart *one*.\n\n<Deep />\n",
    "notes/_deep.md": "Deep.\n",
    "inc/y.md": "Line *one*.\nLine two.\nLine three.\n",
    "inc/loop.md": "[!INCLUDE [x](loop.md)]\n",
    "snip/a.js": "let a;\n// #region part\nlet b;\n// #endregion part\nlet c;\n",
}


def parsed(text: str, here: str = "notes/a.md") -> Parsed:
    return parser.parse(text, here=SourcePath(here), index=LinkIndex(), dialects=(*parser.DIALECTS, Snippets(FILES.get)))


def shown(text: str) -> str:
    return parser.render(parsed(text)).strip()


def messages(text: str) -> list[str]:
    return [note.message for note in parsed(text).diagnostics]


WHOLE = "<p>Line <em>one</em>.\nLine two.\nLine three.</p>"


@pytest.mark.parametrize(
    "line",
    [
        "[!INCLUDE [x](../inc/y.md)]",
        "[!include[](~/inc/y.md)]",
        "<!--@include: ../inc/y.md-->",
        "<!-- @include: @/inc/y.md -->",
        "{{#include ../inc/y.md}}",
        '{% include-markdown "../inc/y.md" %}',
        "{%- include_relative ../inc/y.md -%}",
        '{{% include "/inc/y.md" %}}',
        "{! inc/y.md !}",
        "{* ../inc/y.md *}",
        "import Text from '@site/inc/y.md';\n\n<Text />",
    ],
)
def test_a_line_that_names_a_file_of_markdown_shows_it(line: str) -> None:
    assert shown(line) == WHOLE
    assert messages(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<!--@include: ../inc/y.md{2,2}-->", "<p>Line two.</p>"),
        ("<!--@include: ../inc/y.md{2,}-->", "<p>Line two.\nLine three.</p>"),
        ("<!--@include: ../inc/y.md{,1}-->", "<p>Line <em>one</em>.</p>"),
        ("{{#include ../inc/y.md:2:3}}", "<p>Line two.\nLine three.</p>"),
        ("> [!INCLUDE [x](../inc/y.md)]", f"<blockquote>\n{WHOLE}\n</blockquote>"),
        ("Text\n[!INCLUDE [x](../inc/y.md)]", f"<p>Text</p>\n{WHOLE}"),
        ("`{! inc/y.md !}`", "<p><code>{! inc/y.md !}</code></p>"),
        ("{! so it is !} {* or not *}", "<p>{! so it is !} {* or not *}</p>"),
        ("{! so it is !}", "<p>{! so it is !}</p>"),
    ],
)
def test_a_part_of_a_file_in_its_place(line: str, expected: str) -> None:
    assert shown(line) == expected


def test_a_partial_of_mdx_is_shown_where_its_component_stands_with_all_it_shows() -> None:
    text = "import Part from './_part.mdx'; import {X} from 'x';\n\n- item\n\n  <Part />\n"
    assert shown(text) == "<ul>\n<li>\n<p>item</p>\n<p>Part <em>one</em>.</p>\n<p>Deep.</p>\n</li>\n</ul>"
    assert messages(text) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("<<< @/snip/a.js", ["let a", "let b", "let c"]),
        ("<<< ../snip/a.js#part", ["let b"]),
        ("[!code-js[Main](../snip/a.js#L1-L1)]", ["let a"]),
        (':::code language="js" source="../snip/a.js" range="5":::', ["let c"]),
        ("{* ../snip/a.js ln[1,5] hl[1] *}", ["let a", "let c"]),
        ("{{#include ../snip/a.js}}", ["let a", "let b", "let c"]),
    ],
)
def test_code_of_a_file_is_code(line: str, words: list[str]) -> None:
    token = parsed(line).tokens[0]
    assert token.type == "fence"
    assert token.info.startswith("js")
    assert [word for word in ("let a", "let b", "let c") if word in token.content] == words


@pytest.mark.parametrize(
    "line",
    ["[!INCLUDE [x](none.md)]", "<!--@include: none.md-->", "<<< @/none.js", "{* ../../x.py hl[1] *}", "{{#include no.md}}", "{! n.md !}"],
)
def test_a_file_that_is_not_there_is_named_and_nothing_is_left_of_the_line(line: str) -> None:
    assert messages(line) == [f"'{line}' shows a part of another file, which is not here; nothing is shown in its place"]
    assert shown(line) == ""
    assert dict(parsed(line).counts) == {"missing snippet": 1}


def test_a_file_that_shows_itself_is_named() -> None:
    assert messages("[!INCLUDE [x](../inc/loop.md)]") == ["`inc/loop.md` would insert itself"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('See <Link to="/b">the *b* page</Link>.', '<p>See <a href="/b">the <em>b</em> page</a>.</p>'),
        ('<Link to="/b">alone</Link>', '<p><a href="/b">alone</a></p>'),
        ('<Link href="b.md">\nmore words\n</Link>', '<p><a href="b.md">more words</a></p>'),
        ('<School href="https://a.example/x" title="Free course" />', '<p><a href="https://a.example/x">Free course</a></p>'),
        ('<Feature title="Fast">\n\nIt is *so*.\n\n</Feature>', "<p><strong>Fast</strong></p>\n<p>It is <em>so</em>.</p>"),
        ('<Stat label="Users" description="a day" />', "<p>Users: a day</p>"),
        ('<Icon name="home" />', ""),
        (
            '<table><tbody>\n<Row name="Arrow functions" code="x => y" />\n</tbody></table>',
            "<table><tbody>\n<tr><td>Arrow functions: <code>x =&gt; y</code></td></tr>\n</tbody></table>",
        ),
        ("It is {`npx ${x} y`}.", "<p>It is npx ${x} y.</p>"),
        ("export const a = 1;\n\n{/* no */}\n\n{ /* one\ntwo */ }\n\nText", "<p>Text</p>"),
    ],
)
def test_what_authors_wrote_into_components_is_shown(text: str, expected: str) -> None:
    assert shown(f"import Link from 'x';\n\n{text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "::: package.module.Name\n    options:\n        members:\n            - one\n\nText",
            "<p><code>package.module.Name</code></p>\n<p>Text</p>",
        ),
        ("::: package.Name\n\n::: other.Name", "<p><code>package.Name</code></p>\n<p><code>other.Name</code></p>"),
        ("::: package\n    handler:\n        x: y\n", "<p><code>package</code></p>"),
    ],
)
def test_a_reference_that_a_program_would_write_shows_its_name(text: str, expected: str) -> None:
    assert shown(text) == expected
    assert "stands for documentation that a program writes" in messages(text)[0]


def test_details_right_below_details_are_a_block_of_their_own_with_markdown_in_the_summary() -> None:
    text = "<details>\n<summary>**One**</summary>\n\nA.\n\n</details>\n<details>\n<summary>`Two`</summary>\n\nB.\n\n</details>"
    html = shown(text)
    assert "<summary><strong>One</strong></summary>" in html
    assert "<summary><code>Two</code></summary>" in html


def test_a_loop_is_shown_once_without_values() -> None:
    text = "{% for user in people %}\n- {{ user.login }} is *here*\n{% endfor %}\n\n{% assign x = 3 %}{{ x }} {{ y }}"
    assert shown(text) == "<ul>\n<li> is <em>here</em></li>\n</ul>\n<p> {{ y }}</p>"
    assert messages(text)[0].startswith("'{% for user in people %}' repeats a text for each item")


def test_headings_that_lead_to_tabs_are_tabs_up_to_a_rule() -> None:
    text = "# [One `x`](#tab/one)\n\nFirst.\n\n### In\n\n# [Two](#tab/two/a)\n\nSecond.\n\n---\n\nAfter."
    html = shown(text)
    assert '<label for="__tabbed_1_1">One <code>x</code></label><label for="__tabbed_1_2">Two</label>' in html
    assert html.endswith("<p>Second.</p>\n</div>\n</div>\n</div>\n<p>After.</p>")
    assert "<hr" not in html
    assert shown("## [A](#tab/a)\n\nx\n\n## Real\n\ny").count("tabbed-block") == 1


def test_kramdown_is_told_to_read_markdown_in_blocks_of_html() -> None:
    text = '<div>\n*a*\n</div>\n\n{::options parse_block_html="true" /}\n\n<div class="y">\n*x*\n</div>\n\n<pre>*y*</pre>'
    assert shown(text) == '<div>\n*a*\n</div>\n<div class="y">\n<p><em>x</em></p>\n</div>\n<pre>*y*</pre>'


def test_an_unknown_shortcode_shows_its_title_and_its_text() -> None:
    assert shown('{{< box title="Oil" >}}\nIt is *thick*.\n{{< /box >}}') == "<p><strong>Oil</strong></p>\n<p>It is <em>thick</em>.</p>"
