"""The Markdown of a copy: what the page shows, in GitHub's dialect."""

import pytest

from almanac_kb.core.paths import AbsoluteUrl, SourcePath
from almanac_kb.exports.html_to_markdown import to_markdown
from almanac_kb.render.compiler import Compiler
from almanac_kb.render.environment import CompileEnvironment

PAGE = AbsoluteUrl("https://example.org/kb/a/")


def html(text: str) -> str:
    return Compiler(CompileEnvironment()).compile(SourcePath("a.md"), text).html.text


def copy(text: str) -> str:
    """The Markdown copy of what an author wrote."""
    return to_markdown(html(text), PAGE)


@pytest.mark.parametrize(
    "text",
    [
        '*a* **b** ~~c~~ `d` [e](https://example.com/x "T") x_y\\_ 1 \\* 2 snake_case',
        "Line\\\nbroken",
        "- [ ] to do\n- [x] done",
        "1. one\n2. two\n   - below\n\n     more",
        "7. seven\n8. eight",
        "| a | b |\n| --- | --- |\n| `x\\|y` | 1 \\| 2 |",
        "| a |\n| --- |\n| 1<br>2 |",
        '```python\nx = "a"  # `tick`\n\n  y\n```',
        "````\n```\nx\n```\n````",
        "`` a ` b ``",
        "Said[^1] twice[^1], and[^long].\n\n[^1]: A *note*.\n\n[^long]: One\n\n    two",
        "A formula $a_b^2 < c$ in a line\n\n$$\n\\sum_i x_i\n$$",
        "```mermaid\ngraph TD\nA-->B\n```",
        "> [!WARNING]\n> Mind\n>\n> - the heat",
        "<details>\n<summary>More</summary>\n\nWithin **it**\n\n</details>",
        "H<sub>2</sub>O x<sup>2</sup> <kbd>Ctrl</kbd>",
        "\\<b> # no heading \\[x\\](y) \\&amp; 2 < 3 & 4",
        "\\# no heading\n\n\\- no item\n\n1\\. no item",
        "It costs \\$5 and \\$10",
    ],
)
def test_what_github_reads_too_is_in_the_copy_as_it_was_written(text: str) -> None:
    assert copy(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!!! danger \"Hot *oil*\"\n    Stand back", "> [!CAUTION]\n> **Hot *oil***\n>\n> Stand back"),
        ("!!! example\n    So", "> [!NOTE]\n> **Example**\n>\n> So"),
        ("??? tip \"Fold\"\n    Within", "<details>\n<summary>Fold</summary>\n\nWithin\n\n</details>"),
        ('=== "Brass"\n\n    Of brass.\n\n=== "Iron"\n\n    Of iron.', "**Brass**\n\nOf brass.\n\n**Iron**\n\nOf iron."),
        ('```js title="a.js" linenums="1" hl_lines="1"\nlet x;\n```', "`a.js`\n\n```js\nlet x;\n```"),
        ("| a |\n| --- |\n| ![p](p.png) |", "| a |\n| --- |\n| ![p](https://example.org/kb/a/p.png) |"),
        ("==warm== ^^new^^", "<mark>warm</mark> <ins>new</ins>"),
        ("## Head {#h}\n\n[there](#h)", "## Head\n\n[there](https://example.org/kb/a/#h)"),
        ("[up](../b.txt) [blank](<c d.txt>) [paren](<x(1).txt>)",
         "[up](https://example.org/kb/b.txt) [blank](https://example.org/kb/a/c%20d.txt) [paren](<https://example.org/kb/a/x(1).txt>)"),
        ('![A lamp](lamp.png "It")', '![A lamp](https://example.org/kb/a/lamp.png "It")'),
        ("Term\n: Meaning", "**Term**\n\n- Meaning"),
        ("<video src=\"v.mp4\" controls></video>", "[video](https://example.org/kb/a/v.mp4)"),
    ],
)  # fmt: skip
def test_what_only_the_page_can_show_becomes_its_nearest_on_github(text: str, expected: str) -> None:
    assert copy(text) == expected


def test_what_stands_in_a_comment_or_an_attribute_is_not_in_the_copy() -> None:
    assert copy('Warm <!-- secret -->%%secret%% <b data-x="secret" onclick="secret()">lamp</b>') == "Warm **lamp**"


def test_a_copy_read_as_markdown_shows_what_the_page_shows() -> None:
    text = "# Lamp\n\n> Quote\n>\n> - a\n>   1. b\n\n!!! note\n    | x |\n    | - |\n    | `|` |\n\n***\n\nEnd[^n]\n\n[^n]: *Note*\n"
    once = copy(text)
    assert copy(once) == once


def test_html_that_is_nested_too_deep_becomes_its_text() -> None:
    deep = "<div>" * 2000 + "*warm*" + "</div>" * 2000
    assert to_markdown(deep, PAGE) == "\\*warm\\*"


@pytest.mark.parametrize("html", ["<!-- nothing -->", "<?nothing?>", "\ud800"])
def test_html_without_text_is_an_empty_text(html: str) -> None:
    assert to_markdown(html, PAGE) == ""


def test_a_long_list_takes_time_by_its_length() -> None:
    items = "".join(f"<li>{number}</li>" for number in range(20_000))
    assert to_markdown(f"<ol>{items}</ol>", PAGE).endswith("\n20000. 19999")
