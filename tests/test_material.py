"""The syntax of Material for MkDocs in articles that CommonMark renders: the HTML is that of Python-Markdown with pymdown-extensions."""

import re
import time
from typing import Any

import pytest
from markdown import Markdown

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import components, parser
from almanac_kb.markdown.constructs import Parsed
from almanac_kb.markdown.dialects import material
from almanac_kb.markdown.dialects.snippets import Snippets
from almanac_kb.markdown.link_index import LinkIndex
from almanac_kb.markdown.parser import render
from almanac_kb.markdown.rules import Plugin

FILES = {
    "dry.md": "Keep it *dry*.\n",
    "parts.md": "one\n--8<-- [start:b]\ntwo\n--8<-- [end:b]\nthree\n",
    "loop.md": 'Round\n\n--8<-- "loop.md"\n',
    "notes/near.md": "Near.\n",
}
CODE = '<div class="highlight"><pre><span></span><code>two\n  Keep it *dry*.\n</code></pre></div>'
RULES: tuple[Plugin, ...] = (*parser.STANDARD, components.rules_components, material.rules, Snippets(FILES.get))
EXTENSIONS = [
    *("abbr", "admonition", "attr_list", "def_list", "md_in_html", "tables", "toc"),
    *(f"pymdownx.{name}" for name in ("caret", "details", "highlight", "keys", "saneheaders", "superfences", "tabbed")),
    *(f"pymdownx.blocks.{name}" for name in ("admonition", "caption", "details", "html", "tab")),
]
SECONDS = 5
TAG = re.compile(r"<(\w+)((?: [\w-]+=\"[^\"]*\")+)(?: /)?>")
ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")
OPTIONS: dict[str, dict[str, Any]] = {
    "toc": {"permalink": "¶", "slugify": lambda text, separator: re.sub(r"[^\w]+", separator, text.lower()).strip(separator)},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.blocks.tab": {"alternate_style": True},
}


def parsed(text: str, here: str = "notes/a.md") -> Parsed:
    return parser.parse(text, here=SourcePath(here), index=LinkIndex(), dialects=RULES)


def html(text: str) -> str:
    return render(parsed(text)).strip()


def canonical(text: str) -> str:
    """HTML with the attributes of each tag sorted, without the language of code, and without white space between tags."""
    text = re.sub(r'(?<=class=")language-\w+ (?=highlight)', "", text)
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", TAG.sub(_sorted, text.replace("¶", "&para;")))


def _sorted(tag: re.Match[str]) -> str:
    return " ".join((f"<{tag[1]}", *sorted(ATTRIBUTE.findall(tag[2])))) + ">"


@pytest.mark.parametrize(
    "text",
    [
        '!!! note "A *title*"\n    Text **b**.\n\n    - x\n\nAfter.\n',
        "!!! Warning\n\n    Text\n",
        '!!! danger inline end ""\n    No title\n',
        "!!! tip\n    ```py\n    x = 1\n\n    y = 2\n    ```\n",
        "!!! note\n    Outer\n\n    !!! tip\n        Inner\n\n    Outer again\n",
        "- item\n\n    !!! note\n        In a list\n\n- other\n",
        '??? note "T"\n    Text\n\n???+ tip inline end\n    Text\n',
        '=== "A"\n\n    one\n\n    === "Inner"\n\n        deep\n\n=== "B `x`"\n\n    two\n\ntext\n',
        '===! "C"\n    x\n\n===+ "D"\n    y\n',
        '=== "A"\n\n    one\n\nbetween\n\n=== "B"\n\n    two\n',
        "/// note | Title *x*\nText\n///\n",
        "/// warning\nText\n\nMore\n///\n\nAfter\n",
        "/// details | Sum\n    type: warning\n    open: true\nText\n///\n",
        "//// note\n/// tip\ninner\n///\n\nouter\n////\n",
        "/// note\n    attrs: {id: here, class: big}\nText\n///\n",
        "/// tab | A\none\n///\n\n/// tab | B\n    select: true\ntwo\n///\n",
        '/// html | div.cls#id[title="x"]\n*md*\n///\n',
        "/// html | p.lead\n*md*\n///\n",
        "text\n\n/// caption\nCap\n///\n",
        "![x](y.png)\n\n/// figure-caption\nCap *em*\n///\n\n![x](y.png)\n\n/// figure-caption\nTwo\n///\n",
        "![x](y.png)\n\n/// caption | <\nAbove\n///\n",
        '++ctrl+alt+del++ and ++"x"++, ++cmd+a++.\n',
        "^^inserted **b**^^ text, x^2^ and ^^a^^.\n",
        "Para text\n{: .lead #x }\n",
        "## Head {#id .cls}\n\n## Other { .cls }\n",
        '[link](#){ .md-button .md-button--primary } ![a](b.png){ width="300" } `code`{.x} **bold**{ .y }\n',
        "| a | b |\n|---|---|\n| 1 {: .c } | {x} |\n",
        "Lorem (1) x\n{ .annotate }\n\n1.  note\n",
        '<div class="grid cards" markdown>\n\n-   __Fast__\n\n    ---\n\n    It is quick.\n\n-   b\n\n</div>\n',
        "<div markdown>\n*x*\n</div>\n",
        '<p markdown="1">some *text*</p>\n',
        '<div markdown="1">\n<div class="in" markdown="1">\n*x*\n</div>\n</div>\n',
        '<div markdown="1">\n<span class="x">\n[a](b)\n</span>\n\n*c*\n</div>\n',
        "The HTML and HTML5 of HTML.\n\n*[HTML]: Hyper Text\n",
        "Term\n:   Def\n\nOther\n:   Def *2*\n",
        "Term\n\n:   Def\n\n    more\n\nTerm2\n\n:   Def2\n",
        "a\nb\n:   both\n",
        "a\n:   one\n:   two\n",
        "Term\n:   Text\n\n        code\n\n    - x\n    - y\n",
    ],
)
def test_html_is_that_of_material(text: str) -> None:
    expected = Markdown(extensions=EXTENSIONS, extension_configs=OPTIONS).convert(text)
    assert canonical(html(text)) == canonical(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Then x++y++z runs.", "<p>Then x++y++z runs.</p>"),
        ("++nosuchkey++", "<p>++nosuchkey++</p>"),
        ("{++ open, `{++code++}`, {--} and {==}", "<p>{++ open, <code>{++code++}</code>, {--} and {==}</p>"),
        ("So x^2+y^2=z^2 holds.", "<p>So x^2+y^2=z^2 holds.</p>"),
        ("^^ a ^^ b", "<p>^^ a ^^ b</p>"),
        ("Set {word} {a, b} and f(x){y}", "<p>Set {word} {a, b} and f(x){y}</p>"),
        ("`x`{y}", "<p><code>x</code>{y}</p>"),
        ("{.alone}", "<p>{.alone}</p>"),
        ("{: .alone }", ""),
        ("[comment]: <> (a (b) c)", ""),
        ("[comment]: <> what this is", ""),
        ("Text\n[//]: # (c)", "<p>Text</p>"),
        ("#\n\nText", "<p>Text</p>"),
        ("H~2~O and :not-an-icon: :material-no-such-icon:", "<p>H<del>2</del>O and :not-an-icon: :material-no-such-icon:</p>"),
        ("!!!", "<p>!!!</p>"),
        ('==="no blank"', "<p>===&quot;no blank&quot;</p>"),
        ("/// no such-syntax here", "<p>/// no such-syntax here</p>"),
        ("Time: now\n\nno: list", "<p>Time: now</p>\n<p>no: list</p>"),
        ("*[x] y", "<p>*[x] y</p>"),
    ],
)
def test_what_only_looks_like_it_is_text(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| a |\n|---|\n| 1 |\n{.striped}", '<table class="striped">'),
        ("{: .note }\nKeep it dry.", '<p class="note">Keep it dry.</p>'),
        ("{: .warning }\n> It is hot.", '<blockquote class="warning">'),
        ("## Wick\n{: .no_toc }", '<h2 id="wick" class="no_toc">Wick'),
        ("- a\n- b\n{: .x}", '<ul class="x">'),
        ("- a\n  {: .x}\n- b", '<li class="x">a</li>'),
        ("- a {: .x }\n- b", '<li class="x">a</li>'),
        ("```text\na\n```\n{: .x #y }", '<div id="y" class="x highlight">'),
        ("1. a\n2. b\n{: .x}", '<ol class="x">'),
        ("<span>New</span>{: .label title=x }\nText", '<span class="label" title="x">New</span>'),
    ],
)
def test_attributes_belong_to_the_block_they_touch(text: str, expected: str) -> None:
    assert expected in html(text)


def test_changes_of_an_editor_are_shown_as_changes() -> None:
    text = "{++add *x*++} {--del--} {~~a~>b~~} {==this==} {>> a note <<}"
    assert (
        html(text) == "<p><ins>add <em>x</em></ins> <del>del</del> <del>a</del><ins>b</ins> <mark>this</mark> <small> a note </small></p>"
    )


@pytest.mark.parametrize("text", ["*b*", "\U0001f4a1 *b*\n\n- c", "  *b*"])
def test_an_aside_of_notion_holds_markdown(text: str) -> None:
    assert canonical(html(f"<aside>\n{text}\n</aside>\nafter")) == canonical(f"<aside>{html(text.strip())}</aside><p>after</p>")


@pytest.mark.parametrize("above", ["<div>\nx\n</div>", "</details>", "<summary>x</summary>"])
def test_a_fence_right_below_a_tag_is_code(above: str) -> None:
    assert html(f"{above}\n```\ncode\n```") == f'{above}\n<div class="highlight"><pre><span></span><code>code\n</code></pre></div>'


def test_markdown_in_a_figure_is_a_line_of_text() -> None:
    found = html('<figure markdown="span">\n  ![x](y.png)\n  <figcaption>Cap *it*</figcaption>\n</figure>\n')
    assert canonical(found) == '<figure><img alt="x" src="y.png"><figcaption>Cap<em>it</em></figcaption></figure>'


def test_braces_at_the_end_of_a_heading_or_a_cell_are_text_unless_they_hold_attributes() -> None:
    assert ">Use {placeholder}<" in html("## Use {placeholder}")
    assert ">Set {a, b}<" in html("## Set {a, b}")
    assert '<h2 id="my-wick">Wick<' in html("## Wick {#my-wick}")


def test_icons_are_drawn_from_the_set_of_material() -> None:
    found = html("| a |\n|---|\n| :material-check: |\n\n:octicons-tag-16:{ .lg .top } :fontawesome-brands-github:")
    assert re.search(r'<td[^>]*><span class="twemoji"><svg [^>]*viewBox="0 0 24 24"><path d="[^"]+"', found)
    assert '<span class="twemoji lg top"><svg' in found
    assert "<!--" not in found
    assert found.count("<svg") == 3


def test_a_block_that_material_lacks_is_a_note_and_named() -> None:
    found = parsed("# A\n\n/// sidebar | Lamps\nText\n///\n")
    assert '<p class="admonition-title">Lamps</p>' in render(found)
    assert [(note.position.line, note.message) for note in found.diagnostics] == [
        (3, "there is no block `sidebar`; shown as a note with that title")
    ]


@pytest.mark.parametrize("options", ["open: !!bool maybe", "open: !!int ''", "open: !!timestamp x", f"open: {'[' * 3000}"])
def test_a_block_whose_options_cannot_be_read_shows_its_text(options: str) -> None:
    assert "<p>Text <em>b</em>.</p>" in html(f"/// details | Sum\n    {options}\n\nText *b*.\n///\n")


def test_a_fence_in_a_block_does_not_end_it() -> None:
    assert html("/// note\n```\n///\n```\n///\n\nAfter").endswith("<p>After</p>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('--8<-- "dry.md"', "<p>Keep it <em>dry</em>.</p>"),
        ('--8<-- "near.md"', "<p>Near.</p>"),
        ('Text\n--8<-- "dry.md"', "<p>Text</p>\n<p>Keep it <em>dry</em>.</p>"),
        ('--8<-- "parts.md:b"', "<p>two</p>"),
        ('--8<-- "parts.md:5:5"', "<p>three</p>"),
        ('```text\n--8<-- "parts.md:b"\n  --8<-- "dry.md"\n```', CODE),
        ('- a\n\n    --8<-- "dry.md"', "<ul>\n<li>\n<p>a</p>\n<p>Keep it <em>dry</em>.</p>\n</li>\n</ul>"),
    ],
)
def test_a_snippet_shows_the_text_of_its_file(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('# A\n\n--8<-- "none.md"', "there is no file `none.md` in docs/ to insert"),
        ('# A\n\n--8<-- "../../etc/passwd"', "there is no file `../../etc/passwd` in docs/ to insert"),
        ('# A\n\n--8<-- "parts.md:nosuch"', "`parts.md` has no such part, or nothing is in it"),
        ('# A\n\n--8<-- "parts.md:90:99"', "`parts.md` has no such part, or nothing is in it"),
        ('# A\n\n--8<-- "loop.md"', "`loop.md` would insert itself"),
    ],
)
def test_a_snippet_that_cannot_be_inserted_is_named(text: str, message: str) -> None:
    found = parsed(text)
    assert [note.message for note in found.diagnostics] == [message]
    assert found.diagnostics[0].position.line == 3
    assert "8<" not in render(found)


@pytest.mark.parametrize(
    "text",
    [
        "/// note\n" * 3000,
        "<div>\n" * 20_000,
        "<div markdown>\n" * 5000,
        "!!! note\n" * 5000,
        '=== "a"\n\n    x\n\n' * 3000,
        "^^a " * 30_000,
        "++a" * 30_000,
        "{: .a" * 30_000,
        "{.a " * 30_000,
        "a\n: b\n" * 10_000,
        "a\n" * 30_000 + ": b\n",
        "[a](b){.c}" * 10_000,
        "</b>{.c}" * 10_000,
        "".join(f"*[A{number}]: x\n" for number in range(1000)) + "A1 " * 10_000,
        ":material-check: " * 5000,
        "{++a" * 20_000,
        "{~~a~>" * 20_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_no_input_takes_long(text: str) -> None:
    begin = time.process_time()
    html(text)
    assert time.process_time() - begin < SECONDS
