"""The bytes of a file as text: UTF-8, `\\n` line ends, no byte order mark."""

from knowledge.problem import Mark
from knowledge.reading.node import HeaderError

FILE_SIZE = 2 * 1024 * 1024
"""How many bytes an article may have."""


def decode(data: bytes) -> str:
    """The text; raises HeaderError where the bytes are no text."""
    if len(data) > FILE_SIZE:
        raise HeaderError(Mark(), f"has {len(data):,} bytes, more than {FILE_SIZE:,}", "split it, or keep it out of docs/")
    if b"\0" in data:
        raise HeaderError(_end(data[: data.index(b"\0")]), "is not text: it holds NUL bytes", "save it as UTF-8 text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        mark, byte = _end(data[: error.start]), data[error.start]
        raise HeaderError(mark, f"is not UTF-8: byte 0x{byte:02X}", "save it as UTF-8") from None
    return _lines(text.lstrip("\ufeff"))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _end(before: bytes) -> Mark:
    text = _lines(before.decode("utf-8", errors="replace").lstrip("\ufeff"))
    return Mark(text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)
