"""The formats of the files that a browser reads: numbers, lists of postings, sorted words, and names that follow from the content."""

import base64
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence

NAME = 7
"""How many characters name a file: 35 bits of the digest of its content."""


def compressed(data: bytes) -> bytes:
    """The bytes as gzip (RFC 1952), without a time or a system in its header: the same for the same bytes."""
    packer = zlib.compressobj(9, wbits=31)
    packed = packer.compress(data) + packer.flush()
    return packed[:9] + b"\xff" + packed[10:]


def version(data: bytes, length: int = NAME) -> str:
    """The first characters of the digest of some bytes, in small letters and digits (RFC 4648, base 32)."""
    return base64.b32encode(hashlib.blake2b(data, digest_size=20).digest()).decode().lower()[:length]


def varint(number: int) -> bytes:
    """A number in groups of seven bits, the lowest first, all but the last with the highest bit set (LEB128)."""
    if number < 128:
        return bytes((number,))
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)


def postings(pairs: Iterable[tuple[int, int]]) -> bytes:
    """Articles with a term, in order of their number: for each the distance from the one before it, and the byte of its weight."""
    made = bytearray()
    before = -1
    for number, weight in pairs:
        gap = number - before - 1
        made += bytes((gap, weight)) if gap < 128 else varint(gap) + bytes((weight,))
        before = number
    return bytes(made)


def front_coded(words: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """For each of some sorted words: how many bytes it shares with the one before it, at most 255, and the rest in UTF-8."""
    before = b""
    for word in words:
        encoded = word.encode()
        shared = next(
            (at for at, (one, other) in enumerate(zip(before, encoded, strict=False)) if one != other), min(len(before), len(encoded))
        )
        shared = min(shared, 255)
        yield shared, encoded[shared:]
        before = encoded


def divided(words: Iterable[tuple[str, bytes]], least: int, most: int) -> Iterator[list[tuple[str, bytes]]]:
    """Sorted words with their data in chunks of about twice `least` bytes, never much more than `most`.

    Where a chunk ends depends on the next word itself, so that a word more or less changes one chunk and leaves the others as they are.
    """
    chunk: list[tuple[str, bytes]] = []
    size = 0
    for word, data in words:
        if chunk and (size >= most or (size >= least and _starts(word, max(1, least // 24)))):
            yield chunk
            chunk, size = [], 0
        chunk.append((word, data))
        size += len(data) + len(word) // 2 + 3
    if chunk:
        yield chunk


def _starts(word: str, chance: int) -> bool:
    return zlib.crc32(word.encode()) % chance == 0


def separator(before: str, first: str) -> str:
    """The shortest start of a word that sorts behind the word before it, in the order of UTF-16; empty where no word is before it."""
    key = before.encode("utf-16-be")
    return next((first[: at + 1] for at in range(len(first)) if first[: at + 1].encode("utf-16-be") > key), first) if before else ""
