"""Puts the words of parts together: all in order, the pages of each part numbered behind those of the part before it.

Only the joints are written anew, where the distance from one page with a word to the next leads into another part (CBOR, RFC 8949).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cbor2

from almanac_kb.pagefind import cbor
from almanac_kb.pagefind.shard import Shard

COMMON = 1500
"""From how many pages on a word is common."""
SAMPLE = 400
"""Of a common word is known where it stands on so many pages, the first."""
Part = tuple[int, int, int, bytes]
"""The number of the first and of the last page of a part that has a word, of how many, and all but that first number in CBOR."""
Numbers = Sequence[bytes]
"""Each number as it is encoded."""


@dataclass(frozen=True)
class Word:
    """A word of the index, which is the stem of what stands in texts."""

    text: str
    """The word."""
    data: bytes
    """All that the index says of it."""
    pages: list[Any]
    """The first pages with it, each as the distance from the one before it, places and places in facts; none where it is not common."""


def words(shards: Sequence[Shard]) -> Iterator[Word]:
    """The words of all parts."""
    found: dict[str, list[Part]] = {}
    forms: dict[str, dict[str, list[Part]]] = {}
    base = 0
    for shard in shards:
        for text, count, first, last, data in zip(*shard.words, strict=True):
            found.setdefault(text, []).append((base + first, base + last, count, data))
        for text, form, count, first, last, data in shard.forms:
            forms.setdefault(text, {}).setdefault(form, []).append((base + first, base + last, count, data))
        base += len(shard.pages)
    numbers = [cbor2.dumps(number) for number in range(base + 1)]
    for text in sorted(found):
        yield _word(text, found.pop(text), forms.get(text, {}), numbers)


def _word(text: str, parts: list[Part], forms: Mapping[str, list[Part]], numbers: Numbers) -> Word:
    others = (b"\x82" + cbor2.dumps(form) + _postings(found, numbers) for form, found in sorted(forms.items()))
    data = b"".join((b"\x83", cbor2.dumps(text), _postings(parts, numbers), cbor.head(len(forms)), *others))
    common = sum(count for _, _, count, _ in parts) >= COMMON
    return Word(text, data, cbor2.loads(_postings([part for part in parts if part[0] < SAMPLE], numbers)) if common else [])


def _postings(parts: Sequence[Part], numbers: Numbers) -> bytes:
    made = [cbor.head(sum(count for _, _, count, _ in parts))]
    before = 0
    for first, last, count, data in parts:
        if count:
            made += (b"\x83", numbers[first - before], data)
            before = last
    return b"".join(made)
