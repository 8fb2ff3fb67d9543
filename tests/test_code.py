"""Which parts of a Markdown text are code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core import code_spans


def line_kinds(text: str) -> str:
    """A letter for each line: c for code, p for prose."""
    return "".join("c" if is_code else "p" for is_code in code_spans.lines(text.split("\n")))


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
def test_blocks(text: str, expected: str) -> None:
    assert line_kinds(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a `b` c", ["`b`"]),
        ("a ``b ` c`` d", ["``b ` c``"]),
        ("a ``b` c", []),
        ("`a` `b`", ["`a`", "`b`"]),
        ("```", []),
        ("no code", []),
    ],
)
def test_spans(line: str, expected: list[str]) -> None:
    assert [line[start:stop] for start, stop in code_spans.spans(line)] == expected


@given(st.text("`a ", max_size=60))
def test_spans_are_in_order_and_closed_by_as_many_backticks(line: str) -> None:
    end = 0
    for start, stop in code_spans.spans(line):
        span = line[start:stop]
        ticks = len(span) - len(span.lstrip("`"))
        assert end <= start
        assert span.endswith("`" * ticks)
        end = stop
