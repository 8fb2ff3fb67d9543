"""An article reads the same whether every pattern looks through all of it or only where it can find something."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown.treeprocessors import InlineProcessor
from specification import examples, options

from almanac_kb.body.sought import BLOCKS, INLINE, SLOW, Inlines, Sought

OPTIONS = options()
EVERYWHERE = Markdown(extensions=list(OPTIONS), extension_configs=OPTIONS)
WHERE_MARKED = Markdown(extensions=[*OPTIONS, Sought()], extension_configs=OPTIONS)
MARKED = ["$", "\\(", "\\)", "\\", "`", "++", "+", "@", "http://", "FTP://", "www.", "wWw.", "w.", "*", "**", "_", "[a](b)", "<b>", "&amp;"]
MORE = ["==", "^", "~~", "![a](b)", "![a][b]", "[a]", "[^1]", "<http://a.b>", "<a@b.c>", "  \n", "klzzwxh:", "\x02", "\x03"]
LINES = [
    "!!! note",
    "??? note",
    '=== "a"',
    "/// a",
    "# a",
    "a\n=",
    "a\n-",
    "---",
    ": a",
    "> a",
    "[^1]: a",
    "*[a]: b",
    "[a]: b",
    "    a",
    "- a",
    "1. a",
]
PIECES = [*MARKED, *MORE, *LINES, "ctrl", "mail", "example.org", "Www.a.org/b", "x", "ſ", "1", " ", "\n", "\n", "\n\n", "\n\n"]


def test_every_pattern_is_one_of_this_site() -> None:
    assert all(name in WHERE_MARKED.inlinePatterns for name in INLINE)
    assert all(name in WHERE_MARKED.parser.blockprocessors for name in BLOCKS)
    assert all(name in INLINE for name in SLOW)


def test_the_patterns_are_tried_where_python_markdown_tries_them() -> None:
    own = InlineProcessor(EVERYWHERE)
    assert callable(getattr(own, "_InlineProcessor__applyPattern", None))
    assert callable(getattr(own, "_InlineProcessor__handleInline", None))
    assert list(WHERE_MARKED.treeprocessors).index(WHERE_MARKED.treeprocessors["inline"]) == list(EVERYWHERE.treeprocessors).index(
        EVERYWHERE.treeprocessors["inline"]
    )
    assert isinstance(WHERE_MARKED.treeprocessors["inline"], Inlines)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("so $x^2$ is", '<span class="arithmatex">\\(x^2\\)</span>'),
        ("so \\(x^2\\) is", '<span class="arithmatex">\\(x^2\\)</span>'),
        ("so `x` is", "<code>x</code>"),
        ("press ++ctrl+c++", '<kbd class="key-control">'),
        ("see www.example.org now", '<a href="http://www.example.org">'),
        ("see WWW.example.org now", '<a href="http://WWW.example.org">'),
        ("see https://example.org now", '<a href="https://example.org">'),
        ("write to me@example.org", '<a href="&#109;'),
        ("**bold** and `x`, then `y` and ++tab++ and a@b.org", "<code>y</code>"),
        ("so ==x== is", "<mark>x</mark>"),
        ("a  \nb", "<br />"),
        ("!!! note\n\n    a\n\n    b", '<div class="admonition note">'),
        ("a\n: b", "<dd>b</dd>"),
        ("Text\n----", "Text<a"),
    ],
)
def test_what_has_a_mark_is_found(written: str, shown: str) -> None:
    assert shown in WHERE_MARKED.reset().convert(written)


def test_the_examples_of_commonmark_are_the_same() -> None:
    for each in examples():
        assert WHERE_MARKED.reset().convert(each.markdown) == EVERYWHERE.reset().convert(each.markdown)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
def test_any_text_is_the_same(written: str) -> None:
    assert WHERE_MARKED.reset().convert(written) == EVERYWHERE.reset().convert(written)
