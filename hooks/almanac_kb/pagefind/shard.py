"""A part of the articles, indexed: kept so that many of them can be put together without any being read word by word."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import cbor2

from almanac_kb.core.paths import UrlPath
from almanac_kb.pagefind import cbor, pagefind, spelling
from almanac_kb.pagefind.pagefind import PagefindError
from almanac_kb.pagefind.search_record import Record

FORMAT = "1.5.2"
SIZE = 100
"""How many articles a part has at most, on average: Pagefind takes 3 ms for each."""
FIELDS = ("date", "image", "image_alt", "names", "other", "title", "topic")
"""The facts of a page in which words stand too: those of a record, the picture that Pagefind adds, and what an author's own HTML names.
Pagefind numbers those that it meets; here each has the same number in every part."""
Numbers = Sequence[int]
"""The number here of each fact that Pagefind numbered."""


class FormatError(PagefindError):
    """The index is of a Pagefind that this module does not know."""


@dataclass(frozen=True)
class Shard:
    """What Pagefind says of some articles."""

    pages: list[Any]
    """The address of each page, how many words it has, and its file."""
    words: list[list[Any]]
    """The words in order, and the postings of each, in columns: how many pages have it, the numbers of the first and the last of them, and
    all but that first number in CBOR."""
    forms: list[list[Any]]
    """Words written with accents: the word, the form, and its postings, each as a row."""
    bodies: dict[str, int]
    """In how many of the articles, as they were written, each word stands."""


def divide(records: Iterable[Record], size: int = SIZE) -> list[tuple[Record, ...]]:
    """Records in parts, of which one changes when a record does; their order does not depend on how many parts there are."""
    ordered = sorted(records, key=lambda each: (_place(each.url), each.url))
    bits = (max(0, len(ordered) - 1) // size).bit_length()
    parts: dict[int, list[Record]] = {}
    for each in ordered:
        parts.setdefault(_place(each.url) >> (64 - bits), []).append(each)
    return [tuple(part) for part in parts.values()]


def index(records: Collection[Record]) -> Shard:
    """The records as one part; they are all in one language. Those without a word are left out."""
    files = pagefind.index((each.url, each.page) for each in records)
    return read(files, dict(spelling.words(each.body for each in records)))


def read(files: Mapping[str, bytes], bodies: dict[str, int]) -> Shard:
    """What the files of an index say. Raises FormatError where they are of another Pagefind."""
    meta: list[Any] = next((cbor.value(data) for path, data in files.items() if path.endswith(".pf_meta")), [FORMAT, [], [], [], [], []])
    if meta[0] != FORMAT:
        raise FormatError(f"knowledge/search/shard.py knows Pagefind {FORMAT}, this is {meta[0]}")
    numbers = [FIELDS.index(field if field in FIELDS else "other") for field in meta[5]]
    pages = [_page(files[f"fragment/{name}.pf_fragment"], length) for name, length in meta[1]]
    found = [word for _, _, name in meta[2] for word in cbor.value(files[f"index/{name}.pf_index"])[0]]
    words = [[text, *_postings(places, numbers)] for text, places, _ in found]
    forms = [[text, form, *_postings(places, numbers)] for text, _, others in found for form, places in others]
    return Shard(pages, [[*column] for column in zip(*words, strict=True)], forms, bodies)


def dump(shard: Shard) -> bytes:
    """A part as bytes."""
    return cbor2.dumps([shard.pages, shard.words, shard.forms, shard.bodies])


def load(data: bytes) -> Shard:
    """The part that was dumped."""
    return Shard(*cbor2.loads(data))


def _place(url: UrlPath) -> int:
    return int.from_bytes(blake2b(url.encode(), digest_size=8).digest())


def _page(fragment: bytes, length: int) -> list[Any]:
    return [json.loads(cbor.content(fragment))["url"].lstrip("/"), length, fragment]


def _postings(pages: list[Any], numbers: Numbers) -> list[Any]:
    """Postings of pages, each given as the distance from the one before it, places in the text, and places in facts, where a fact's number
    stands before them, below zero."""
    if not pages:
        return [0, 0, 0, b""]
    for page in pages:
        if page[2]:
            page[2] = [place if place >= 0 else -1 - numbers[-1 - place] for place in page[2]]
    first = pages[0][0]
    before = len(cbor2.dumps(len(pages))) + 1 + len(cbor2.dumps(first))
    return [len(pages), first, sum(page[0] for page in pages), cbor2.dumps(pages)[before:]]
