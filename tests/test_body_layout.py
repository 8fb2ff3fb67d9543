"""Blocks of CommonMark that Python-Markdown reads differently, laid out so that both show the same."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from almanac_kb.body import scan
from almanac_kb.body.extensions import EXTENSIONS
from almanac_kb.body.translate import translate
from almanac_kb.body.vault import Vault

RENDERER = Markdown(extensions=list(EXTENSIONS), extension_configs={**EXTENSIONS, "pymdownx.highlight": {"use_pygments": False}})


def markdown(written: str) -> str:
    return translate(written, Vault()).markdown


def shown(written: str) -> str:
    """What a reader sees of it, as tags and text without spaces and paragraphs, so that tight and loose lists are alike."""
    rendered = RENDERER.reset().convert(markdown(written))
    return re.sub(r" (?:type|class|id)=\"[^\"]*\"|\s+|</?p>|<!-- -->", "", rendered)


LISTS = {
    "text\n- a\n- b": "text<ul><li>a</li><li>b</li></ul>",
    "text\n1. a\n2. b": "text<ol><li>a</li><li>b</li></ol>",
    "text\n2. a": "text2.a",
    "text\n- a\n  - b": "text<ul><li>a<ul><li>b</li></ul></li></ul>",
    "- a\n  - b\n    - c": "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>",
    "1. a\n   - b\n2. c": "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>",
    "- a\n\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "- a\n\n  more\n- b": "<ul><li>amore</li><li>b</li></ul>",
    "1) a\n2) b": "<ol><li>a</li><li>b</li></ol>",
    "text\n1) a\n   - b": "text<ol><li>a<ul><li>b</li></ul></li></ol>",
    "- a\n1. b": "<ul><li>a</li></ul><ol><li>b</li></ol>",
    "3. a\n4. b": '<olstart="3"><li>a</li><li>b</li></ol>',
    "- a\n# H": "<ul><li>a</li></ul><h1>H</h1>",
    "- a\n\nb": "<ul><li>a</li></ul>b",
    "- a\nlazy": "<ul><li>alazy</li></ul>",
    "-\n  a": "<ul><li>a</li></ul>",
    "- a\n-\n- b": "<ul><li>a</li><li></li><li>b</li></ul>",
    "- a\n\n      code": "<ul><li>a<pre><code>code</code></pre></li></ul>",
    "- a\n  > q\n- b": "<ul><li>a<blockquote>q</blockquote></li><li>b</li></ul>",
    "> - a\n>   - b": "<blockquote><ul><li>a<ul><li>b</li></ul></li></ul></blockquote>",
    "-   a\n    - b\n\n    c": "<ul><li>a<ul><li>b</li></ul>c</li></ul>",
    "1. a\n\n   ```\n   x\n   ```\n2. b": "<ol><li>a<pre><code>x</code></pre></li><li>b</li></ol>",
    "- [x] a\n  - [ ] b": None,
}
FENCES = {
    "- a\n  ```\n  x\n    y\n  ```\n  b": "<ul><li>a<pre><code>xy</code></pre>b</li></ul>",
    "1. ```\n   x\n   ```": "<ol><li><pre><code>x</code></pre></li></ol>",
    "text\n```\nx\n```\nmore": "text<pre><code>x</code></pre>more",
    "```\nx\n````": "<pre><code>x</code></pre>",
    "```\nx": "<pre><code>x</code></pre>",
    "~~~\nx\n~~~": "<pre><code>x</code></pre>",
    "  ```\n  x\n  ```": "<pre><code>x</code></pre>",
    "> ```\n> x\n> ```\n> b": "<blockquote><pre><code>x</code></pre>b</blockquote>",
    "> ```\n> x\n\nb": "<blockquote><pre><code>x</code></pre></blockquote>b",
    "````\n```\nx\n```\n````": "<pre><code>```x```</code></pre>",
}
OTHERS = {
    "#word": "#word",
    "text\n#word": "text#word",
    " # H": "<h1>H</h1>",
    "# H\ntext": "<h1>H</h1>text",
    "a\\\nb": "a<br/>b",
    "a\\\\\nb": "a\\b",
    "`a\\`\nb": "<code>a\\</code>b",
    "\\<b>": "&lt;b&gt;",
    "~~a~~": "<del>a</del>",
    "==a==": "<mark>a</mark>",
    "https://a.example/b": '<ahref="https://a.example/b">https://a.example/b</a>',
    "text\n> q": "text<blockquote>q</blockquote>",
    "> a\nlazy": "<blockquote>alazy</blockquote>",
    "> a\n# H": "<blockquote>a</blockquote><h1>H</h1>",
    "> a\n- b": "<blockquote>a</blockquote><ul><li>b</li></ul>",
    "a\n===": "<h1>a</h1>",
    "a\n---": "<h2>a</h2>",
    "- a\n---\n- b": "<ul><li>a</li></ul><hr/><ul><li>b</li></ul>",
    "[^1] a\n\n[^1]: note\n    more": None,
    "a | b\n- | -\n1 | 2": "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
    "text\n| a |\n|---|\n| 1 |": "text<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
    "- x\n\n  a | b\n  --|--\n  1 | 2": "<ul><li>x<table><thead><tr><th>a</th><th>b</th></tr></thead>"
    "<tbody><tr><td>1</td><td>2</td></tr></tbody></table></li></ul>",
    "!!! note\n    a\n    - b": 'Note a<ul><li>b</li></ul>',
}  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), [(key, value) for key, value in (LISTS | FENCES).items() if value])
def test_lists_and_code_show_what_commonmark_shows(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(("written", "expected"), [(key, value) for key, value in OTHERS.items() if value and "!!!" not in key])
def test_other_blocks_show_what_commonmark_shows(written: str, expected: str) -> None:
    assert shown(written) == expected


def test_a_list_in_an_admonition_is_a_list() -> None:
    assert "<li>b</li>" in RENDERER.reset().convert(markdown("!!! note\n    a\n    - b"))


def test_nested_tasks_are_tasks() -> None:
    assert RENDERER.reset().convert(markdown("text\n- [x] a\n  - [ ] b")).count('type="checkbox"') == 2


def test_a_text_already_written_for_python_markdown_stays_as_it_is() -> None:
    written = '# A\n\ntext\n\n-   a\n\n    more\n\n    1.  b\n\n!!! note "T"\n\n    text\n\n'
    written += '=== "Tab"\n\n    text\n\nTerm\n:   meaning\n\n[^1]: note\n'
    assert markdown(written) == written


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("js {1,3-4}", '```js hl_lines="1 3-4"'),
        ("js{1}", '```js hl_lines="1"'),
        ("ts title='a.ts' showLineNumbers", '```ts title="a.ts" linenums="1"'),
        ("js:src/a.js", "```js"),
        ("c++", "```c++"),
        ("{.python .x}", "```{.python .x}"),
        ("{python}", "```python"),
        ('py title="a b" hl_lines="1 2"', '```py title="a b" hl_lines="1 2"'),
    ],
)
def test_options_of_code_are_kept_where_there_is_a_place_for_them(info: str, expected: str) -> None:
    assert markdown(f"```{info}\nx\n```").split("\n")[0] == expected


CODE = st.text(alphabet=st.sampled_from("ab[]{}<>%^=:#-*>!|\\ \t0"), max_size=30).map(str.rstrip)


@given(st.lists(CODE, min_size=1, max_size=5), st.sampled_from(["", "- ", "1. ", "> ", "> - ", "- a\n\n  ", "text\n"]))
def test_code_is_shown_to_the_byte(code: list[str], before: str) -> None:
    lines = ["x", *code, "y"]
    indent = re.sub(r"[-1.]", " ", before.split("\n")[-1])
    written = before + "```\n" + "".join(f"{indent}{line}\n" for line in lines) + f"{indent}```\n"
    rendered = RENDERER.reset().convert(markdown(written))
    found = re.search(r"<code>(.*?)</code>", rendered, re.DOTALL)
    assert found is not None
    assert html.unescape(found[1]).expandtabs(4) == "\n".join(lines).expandtabs(4) or "\t" in written
    assert "\t" not in written or html.unescape(found[1]).split() == "\n".join(lines).split()


LINES = [
    "word",
    "Été",
    "",
    "- item",
    "> quote",
    "1. one",
    "# H",
    "---",
    "===",
    "a | b",
    "-|-",
    "```",
    "~~~ x",
    "    code",
    "  word",
    "<p>",
    "<!--",
    "-->",
]


@given(
    st.lists(st.sampled_from([*LINES, "$$", "!!! note", "> [!NOTE]", "[^1]: a", ": b", "a - b", "\tx", "  ```"]), max_size=16).map(
        "\n".join
    )
)
@settings(max_examples=500, deadline=None)
def test_plain_lines_are_what_a_closer_look_says(written: str) -> None:
    said = _scanned(written)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan._Scanner, "_plainly", lambda *_: None)
        assert _scanned(written) == said


def _scanned(written: str) -> list[object]:
    """The lines of a text, their boxes by how they look, for two boxes are never the same."""
    return [line._replace(boxes=repr(line.boxes)) for line in scan.scan(written)]  # type: ignore[arg-type]
