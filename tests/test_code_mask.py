"""Which parts of a text are code, for those who do not parse it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import one_text

from almanac_kb.core.raw_markdown import masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n```\nb\n```\nc", "pcccp"),
        ("~~~ python\na\n```\n~~~\nb", "ccccp"),
        ("````\n```\n````\na", "cccp"),
        ("```\na", "cc"),
        ("```\n```python\n```\na", "cccp"),
        ("```inline``` a\nb", "pp"),
        ("> ```\n> a\n> ```\n> b", "cccp"),
        ("* item\n\n    ```\n    a\n    ```\n\n    b", "ppcccpp"),
        ("a\n\n    code\n    code\n\nb", "ppccpp"),
        ("a\n    lazy", "pp"),
        ("* item\n\n    second paragraph", "ppp"),
        ("1. item\n\n    second paragraph", "ppp"),
        ("!!! note\n\n    text", "ppp"),
        ("<pre>\na\n</pre>\nb", "cccp"),
        ("\tcode", "c"),
    ],
)
def test_blocks_of_code(text: str, expected: str) -> None:
    lines = masked(text, indented=True).split("\n")
    assert "".join("c" if line and not line.strip("\0") else "p" for line in lines) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a `b` c", "a ... c"),
        ("a ``b ` c`` d", "a ......... d"),
        ("a ``b` c", "a ``b` c"),
        ("`a` `b`", "... ..."),
        ("a <!-- b --> c", "a .......... c"),
        ("no code", "no code"),
    ],
)
def test_code_in_a_line(line: str, expected: str) -> None:
    assert masked(line).replace("\0", ".") == expected


@given(st.text("`a ~\n\t<pre>-!", max_size=80))
def test_a_mask_is_as_long_as_the_text_and_has_its_lines(text: str) -> None:
    mask = masked(text, indented=True)
    assert [len(line) for line in mask.split("\n")] == [len(line) for line in text.split("\n")]


@pytest.mark.parametrize("part", ["`", "``a`", "```\n", "    a\n\n", "<!--", "<pre>", "- a\n"])
def test_long_texts_are_read_in_time(part: str) -> None:
    with one_text():
        masked(part * (400_000 // len(part)), indented=True)
