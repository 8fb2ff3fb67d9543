"""Bytes as text."""

import pytest

from knowledge.problem import Mark
from knowledge.reading import encoding
from knowledge.reading.node import HeaderError


@pytest.mark.parametrize("data", [b"a\nb\n", b"a\r\nb\r\n", b"a\rb\r", b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbf\xef\xbb\xbfa\r\nb\n"])
def test_line_ends_and_byte_order_marks_make_no_difference(data: bytes) -> None:
    assert encoding.decode(data) == "a\nb\n"


@pytest.mark.parametrize(
    ("data", "mark", "message", "mend"),
    [
        ("é\r\né".encode() + b" caf\xe9", Mark(2, 6), "is not UTF-8: byte 0xE9", "save it as UTF-8"),
        (b"a\rb\0", Mark(2, 2), "is not text: it holds NUL bytes", "save it as UTF-8 text"),
        (b"x" * (encoding.FILE_SIZE + 1), Mark(), "has 2,097,153 bytes, more than 2,097,152", "split it, or keep it out of docs/"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(data: bytes, mark: Mark, message: str, mend: str) -> None:
    with pytest.raises(HeaderError) as refused:
        encoding.decode(data)
    assert (refused.value.mark, str(refused.value), refused.value.mend) == (mark, message, mend)
