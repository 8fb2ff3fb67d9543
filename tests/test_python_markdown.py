"""Texts written for MkDocs: which renderer reads an article, and the result of Python-Markdown."""

import re

import pytest
from dialect import CITATIONS
from markdown import Markdown

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import parser
from almanac_kb.markdown.constructs import ParseContext
from almanac_kb.markdown.dialects import obsidian
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index
from almanac_kb.markdown.python_markdown import PythonMarkdown
from almanac_kb.markdown.renderers import choose

EXTENSIONS = ("admonition", "attr_list", "def_list", "tables", "toc", "pymdownx.superfences", "pymdownx.smartsymbols")
INDEX = build_link_index([IndexedArticle(SourcePath("notes/b.md"), "Brass bowl")], ["notes/p.png"])


def rendered(text: str) -> tuple[str, ParseContext]:
    shared = ParseContext(SourcePath("notes/a.md"), INDEX)
    inline = parser.parser((*parser.STANDARD, obsidian.rules, CITATIONS))
    return PythonMarkdown(EXTENSIONS, {}, inline).render(text, shared).html, shared


@pytest.mark.parametrize(
    ("asked", "expected", "reason"),
    [
        ({"extensions": ("tables", "pymdownx.tabbed")}, "commonmark", "nothing asks for another"),
        ({"article": "python-markdown"}, "python-markdown", "its header says so"),
        ({"folder": "python-markdown"}, "python-markdown", "its folder says so"),
        ({"site": "python-markdown"}, "python-markdown", "the settings say so"),
        ({"article": "commonmark", "folder": "python-markdown"}, "commonmark", "its header says so"),
        ({"folder": "commonmark", "site": "python-markdown"}, "commonmark", "its folder says so"),
        ({"site": "commonmark", "extensions": ("nl2br",)}, "commonmark", "the settings say so"),
        ({"extensions": ("tables", "pymdownx.progressbar")}, "python-markdown", "markdown_extensions names pymdownx.progressbar"),
        ({"extensions": ("markdown.extensions.toc", "nl2br")}, "python-markdown", "markdown_extensions names nl2br"),
        ({"is_adopted": True, "extensions": ("tables",)}, "python-markdown", "mkdocs.yml is that of a MkDocs site"),
        ({"folder": "commonmark", "is_adopted": True}, "commonmark", "its folder says so"),
        ({"article": "auto", "folder": "", "site": "auto"}, "commonmark", "nothing asks for another"),
    ],
)
def test_the_renderer_of_an_article_and_why(asked: dict[str, object], expected: str, reason: str) -> None:
    assert choose(**asked) == (expected, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "# One\n\nText -- (c) +/- 1.\n\n* two-space\n  * list\n",
        '!!! note "T"\n    Text\n',
        "Term\n:   Definition\n",
        '```py title="a"\n[[x]] %%y%%\n```\n\n`[[x]]` and `%%y%%` and 50%% of 20%%.\n',
        "> quote\n\n[[1]](https://a.example/)\n",
    ],
)
def test_a_text_of_mkdocs_is_rendered_as_mkdocs_does(text: str) -> None:
    assert rendered(text)[0] == Markdown(extensions=EXTENSIONS).convert(text)


@pytest.mark.parametrize("code", [":::note Title", ":::code x:::", "::: moniker", "#!lost x"])
def test_code_that_starts_like_a_language_nobody_knows_is_shown_whole(code: str) -> None:
    inline = parser.parser(parser.STANDARD)
    renderer = PythonMarkdown(("pymdownx.highlight", "pymdownx.inlinehilite"), {}, inline)
    shared = ParseContext(SourcePath("a.md"), INDEX)
    assert renderer.render(f"`{code}`", shared).html == f"<p><code>{code}</code></p>"
    assert renderer.render("`:::python None` `#!python None`", shared).html.count('<span class="kc">') == 2


def test_headings_of_the_first_level_but_the_first_are_demoted() -> None:
    html, _ = rendered("# One\n\n# Two\n")
    assert html == '<h1 id="one">One</h1>\n<h2 id="two">Two</h2>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [[b]] and [[Brass bowl|it]].", '<p>See <a href="b.md">b</a> and <a href="b.md">it</a>.</p>'),
        ("![[p.png|lamp]]", '<p><img src="p.png" alt="lamp" /></p>'),
        ("A [[nothing]].", "<p>A nothing.</p>"),
        ("Seen %%not *this*%% text.", "<p>Seen  text.</p>"),
        ("One.\n\n%%\nnot\n\nthis\n%%\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        (
            "> [!tip] Keep *dry*\n> Text.",
            '<div class="admonition tip">\n<p class="admonition-title">Keep <em>dry</em></p>\n<p>Text.</p>\n</div>',
        ),
        ("> [!note]-\n> Text.", '<details class="note">\n<summary>Note</summary>\n<p>Text.</p>\n</details>'),
        ("> [!note]+ T\n> Text.", '<details class="note" open="open">\n<summary>T</summary>\n<p>Text.</p>\n</details>'),
    ],
)
def test_what_authors_of_vaults_write_is_read_too(text: str, expected: str) -> None:
    assert rendered(text)[0] == expected


def test_a_wikilink_to_nothing_is_named_with_its_line_and_column() -> None:
    _, shared = rendered("# A\n\nSee [[b]], not [[nothing]].\n")
    assert [(note.position.line, note.position.column) for note in shared.diagnostics] == [(3, 16)]
    assert shared.counts == {"wikilink": 1, "broken wikilink": 1}


def test_citations_are_numbered_and_listed_below_the_text() -> None:
    html, shared = rendered("# A\n\nShown [@zech-2018; @lang-2023], `[@zech-2018]` and *again [@zech-2018]*.\n")
    assert re.findall(r'<a id="(cite:[^"]*)" href="#source:[^"]*">(\d)</a>', html) == [
        ("cite:zech-2018:1", "1"),
        ("cite:lang-2023:1", "2"),
        ("cite:zech-2018:2", "1"),
    ]
    assert html.startswith('<h1 id="a">A</h1>\n<p>Shown<sup class="citation">')
    assert "<code>[@zech-2018]</code>" in html
    assert re.findall(r'<li><span id="source:([^"]*)">', html) == ["zech-2018", "lang-2023"]
    assert html.index('<h2 id="sources">') > html.index("again")
    assert shared.diagnostics == []


def test_a_citation_of_an_unknown_work_is_named_with_its_line_and_column_and_stays() -> None:
    html, shared = rendered("One.\n\nTwo [@zech-2019].\n")
    assert html == "<p>One.</p>\n<p>Two [@zech-2019].</p>"
    assert [(note.position.line, note.position.column, note.hint) for note in shared.diagnostics] == [(3, 6, "write [@zech-2018]")]
