"""An index as browsers ask it: fewer bytes than Pagefind's for each word that is looked up, and for the list of all pages.

Pagefind 1.5 keeps its words in chunks of some 35 kB and names every page by a hash, which no compression shortens. Here the chunks are cut
smaller, so that a common word comes alone, and pages and chunks are numbered; a version that all names share keeps browsers from mixing
two indexes. What is found does not change. The meta file is [version, [[page, words]], [[first word, last word, chunk]], filters, sorts,
fields], a chunk [[[word, …]]].
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cbor2

from almanac_kb.core.paths import UrlPath
from almanac_kb.pagefind import cbor, merge
from almanac_kb.pagefind.merge import Word
from almanac_kb.pagefind.shard import FIELDS, FORMAT, Shard

SIZE = 16_000
"""From how many bytes on a chunk is cut, before compression."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Packed:
    """An index that was written."""

    name: str
    """Its name, with which all its files begin."""
    ids: dict[UrlPath, str]
    """The id of each page by its address."""
    lengths: tuple[int, ...]
    """How many words each page has."""
    common: dict[str, Word]
    """The common words, by the number of the chunk and the place in it: `2f.0`."""


@dataclass(frozen=True)
class _Chunk:
    """Words that are fetched together."""

    words: tuple[str, str]
    """The first and the last."""
    common: dict[int, Word]
    """The common ones, by their place."""
    file: Future[bytes]
    """All of them, compressed."""


def pack(shards: Sequence[Shard], folder: Path, language: str) -> Packed:
    """Writes the index of all parts into a folder."""
    pages = [page for shard in shards for page in shard.pages]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        chunks = [_chunk(words, pool) for words in _cut(merge.words(shards))]
    name = f"{language}_{_digest(pages, chunks)}"
    listed = _write(folder / "fragment", ".pf_fragment", name, (fragment for _, _, fragment in pages))
    kept = _write(folder / "index", ".pf_index", name, (chunk.file.result() for chunk in chunks))
    lengths = tuple(length for _, length, _ in pages)
    meta = [FORMAT, [*zip(listed, lengths, strict=True)], [*_spans(chunks, kept)], [], [], FIELDS]
    (folder / f"pagefind.{name}.pf_meta").write_bytes(cbor.file(cbor2.dumps(meta)))
    common = {f"{_digits(number)}.{place}": word for number, chunk in enumerate(chunks) for place, word in chunk.common.items()}
    return Packed(name, {page[0]: listed[number] for number, page in enumerate(pages)}, lengths, common)


def numbered(version: str, number: int) -> str:
    """The name of the chunk or page of this number."""
    return f"{version}-{_digits(number)}"


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


def _chunk(words: list[Word], pool: Executor) -> _Chunk:
    data = b"".join((cbor.head(1), cbor.head(len(words)), *(word.data for word in words)))
    common = {place: word for place, word in enumerate(words) if word.pages}
    return _Chunk((words[0].text, words[-1].text), common, pool.submit(cbor.file, data))


def _digest(pages: Iterable[list[Any]], chunks: Iterable[_Chunk]) -> str:
    digest = hashlib.sha256()
    for _, _, fragment in pages:
        digest.update(fragment)
    for chunk in chunks:
        digest.update(chunk.file.result())
    return digest.hexdigest()[:8]


def _write(folder: Path, ending: str, name: str, files: Iterable[bytes]) -> list[str]:
    """Writes files under numbers; their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for number, data in enumerate(files):
        names.append(numbered(name, number))
        (folder / f"{names[-1]}{ending}").write_bytes(data)
    return names


def _spans(chunks: Iterable[_Chunk], names: Iterable[str]) -> Iterator[list[str]]:
    before = ""
    for chunk, name in zip(chunks, names, strict=True):
        first, last = chunk.words
        yield [before or first, last, name]
        before = f"{last}0"  # what a reader has half typed lies before the word it becomes


def _digits(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text
