"""Makes Pagefind's index cheaper to ask: fewer bytes for each word that is looked up, and for the list of all pages.

Pagefind 1.5 keeps its words in chunks of some 35 kB and names every page by a hash, which no compression shortens. Here the chunks are cut
smaller, so that a common word comes alone, and pages and chunks are numbered; a version that all names share keeps browsers from mixing
two indexes. What is found does not change. The format: CBOR (RFC 8949) behind a signature, compressed; the meta file is
[version, [[page, words]], [[first word, last word, chunk]], filters, sorts, fields], a chunk [[[word, …]]].
"""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cbor2

SIGNATURE = b"pagefind_dcd"
FORMAT = "1.5.2"
SIZE = 16_000
"""From how many bytes on a chunk is cut, before compression."""
COMMON = 1500
"""From how many pages on a word is common."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Word:
    """A word of the index, which is the stem of what stands in texts."""

    text: str
    """The word."""
    data: bytes
    """All that the index says of it."""
    pages: list[Any]
    """The pages with it, each as the distance from the one before it, places and places in facts; none where it is not common."""


@dataclass(frozen=True)
class Packed:
    """An index that was rewritten."""

    name: str
    """Its new name, with which all its files begin."""
    lengths: tuple[int, ...]
    """How many words each page has."""
    common: dict[str, Word]
    """The common words, by the number of the chunk and the place in it: `2f.0`."""


class FormatError(RuntimeError):
    """The index is of a Pagefind that this module does not know."""


def repack(folder: Path, name: str, language: str) -> Packed:
    """Rewrites the index called `name` in `folder`."""
    old = folder / f"pagefind.{name}.pf_meta"
    meta = cbor2.loads(read(old))
    if meta[0] != FORMAT:
        raise FormatError(f"knowledge/repack.py knows Pagefind {FORMAT}, this is {meta[0]}")
    version = f"{language}_{hashlib.sha256(old.read_bytes()).hexdigest()[:8]}"
    for number, (page, _) in enumerate(pages := meta[1]):
        pages[number][0] = numbered(version, number)
        (folder / f"fragment/{page}.pf_fragment").rename(folder / f"fragment/{pages[number][0]}.pf_fragment")
    chunks = [folder / f"index/{chunk}.pf_index" for _, _, chunk in meta[2]]
    common: dict[str, Word] = {}
    meta[2] = list(_write(_cut(_words(chunks)), folder, version, common))
    old.unlink()
    write(folder / f"pagefind.{version}.pf_meta", cbor2.dumps(meta))
    return Packed(version, tuple(length for _, length in pages), common)


def read(path: Path) -> bytes:
    """What a file of the index holds."""
    return gzip.decompress(path.read_bytes()).removeprefix(SIGNATURE)


def write(path: Path, data: bytes) -> None:
    """Writes a file of the index, the same bytes for the same data."""
    path.write_bytes(gzip.compress(SIGNATURE + data, 9, mtime=0))


def numbered(version: str, number: int) -> str:
    """The name of the chunk or page of this number."""
    return f"{version}-{_digits(number)}"


def _words(chunks: Iterable[Path]) -> Iterator[Word]:
    for path in chunks:
        for word in cbor2.loads(read(path))[0]:
            yield Word(word[0], cbor2.dumps(word), word[1] if len(word[1]) >= COMMON else [])
        path.unlink()


def _cut(words: Iterable[Word]) -> Iterator[list[Word]]:
    chunk: list[Word] = []
    size = 0
    for word in words:
        if chunk and size + len(word.data) > SIZE:
            yield chunk
            chunk, size = [], 0
        chunk.append(word)
        size += len(word.data)
    if chunk:
        yield chunk


def _write(chunks: Iterable[list[Word]], folder: Path, version: str, common: dict[str, Word]) -> Iterator[list[Any]]:
    first = ""
    for number, chunk in enumerate(chunks):
        name = numbered(version, number)
        write(folder / f"index/{name}.pf_index", b"\x81" + _head(len(chunk)) + b"".join(word.data for word in chunk))
        common |= {f"{_digits(number)}.{place}": word for place, word in enumerate(chunk) if word.pages}
        yield [first or chunk[0].text, chunk[-1].text, name]
        first = f"{chunk[-1].text}0"  # what a reader has half typed lies before the word it becomes


def _head(length: int) -> bytes:
    return cbor2.dumps([0] * length)[:-length]


def _digits(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text
