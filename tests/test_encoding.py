"""Bytes decoded to text."""

import pytest

from almanac_kb.core import text
from almanac_kb.core.diagnostics import HeaderError, Position


@pytest.mark.parametrize("data", [b"a\nb\n", b"a\r\nb\r\n", b"a\rb\r", b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbf\xef\xbb\xbfa\r\nb\n"])
def test_line_ends_and_byte_order_marks_make_no_difference(data: bytes) -> None:
    assert text.decode(data) == "a\nb\n"


@pytest.mark.parametrize(
    ("data", "position", "message", "hint"),
    [
        ("é\r\né".encode() + b" caf\xe9", Position(2, 6), "is not UTF-8: byte 0xE9", "save it as UTF-8"),
        (b"a\rb\0", Position(2, 2), "is not text: it holds NUL bytes", "save it as UTF-8 text"),
        (b"x" * (text.FILE_SIZE + 1), Position(), "has 2,097,153 bytes, more than 2,097,152", "split it, or keep it out of docs/"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_position(data: bytes, position: Position, message: str, hint: str) -> None:
    with pytest.raises(HeaderError) as refusal:
        text.decode(data)
    assert (refusal.value.position, str(refusal.value), refusal.value.hint) == (position, message, hint)
