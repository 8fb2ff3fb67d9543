"""An article reads the same whether the slow patterns look through all of it or only where they can find something."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from knowledge.render.sought import MARKS, Sought

EXTENSIONS = ["pymdownx.arithmatex", "pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.magiclink", "pymdownx.betterem"]
OPTIONS = {"pymdownx.arithmatex": {"generic": True}}
EVERYWHERE = Markdown(extensions=EXTENSIONS, extension_configs=OPTIONS)
WHERE_MARKED = Markdown(extensions=[*EXTENSIONS, Sought()], extension_configs=OPTIONS)
MARKED = ["$", "\\(", "\\)", "\\", "`", "++", "+", "@", "http://", "FTP://", "www.", "wWw.", "w.", "*", "**", "_", "[a](b)", "<b>"]
PIECES = [*MARKED, "ctrl", "mail", "example.org", "Www.a.org/b", "x", "ſ", "1", " ", "\n", "\n\n"]


def test_every_pattern_is_one_of_an_extension() -> None:
    assert all(name in WHERE_MARKED.inlinePatterns for name in MARKS)


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
    ],
)
def test_what_has_a_mark_is_found(written: str, shown: str) -> None:
    assert shown in WHERE_MARKED.reset().convert(written)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_any_text_is_the_same(written: str) -> None:
    assert WHERE_MARKED.reset().convert(written) == EVERYWHERE.reset().convert(written)
