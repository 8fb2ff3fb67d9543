"""Postings: the articles of each term with weights, packed as in the index; those of all articles merged, and kept for the next build.

Articles are numbered in their order; one that comes or goes moves the numbers of those behind it.
"""

import base64
import hashlib
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from almanac_kb.search.analysis import Analysis

NAME = 7
"""Characters of a file name: 35 bits of the digest of its content."""


def version(data: bytes, length: int = NAME) -> str:
    """The first characters of the digest of some bytes, in small letters and digits (RFC 4648, base 32)."""
    return base64.b32encode(hashlib.blake2b(data, digest_size=20).digest()).decode().lower()[:length]


def varint(number: int) -> bytes:
    """A number in LEB128: groups of seven bits, the lowest first, all but the last with the highest bit set."""
    if number < 128:
        return bytes((number,))
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)


def packed(found: Iterable[int]) -> bytes:
    """Articles with a term, in order, each given as its number times 256 plus the byte of its weight: distances of numbers, and bytes."""
    made = bytearray()
    before = -1
    for each in found:
        gap = (each >> 8) - before - 1
        made += bytes((gap, each & 255)) if gap < 128 else varint(gap) + bytes((each & 255,))
        before = each >> 8
    return bytes(made)


def unpacked(data: bytes) -> list[int]:
    """The articles that `packed` was given."""
    found: list[int] = []
    at, number, end = 0, -1, len(data)
    while at < end:
        gap = data[at]
        if gap > 127:
            shift, gap = 7, gap & 127
            while True:
                at += 1
                gap |= (data[at] & 127) << shift
                if data[at] < 128:
                    break
                shift += 7
        number += gap + 1
        found.append(number << 8 | data[at + 1])
        at += 2
    return found


def front_coded(words: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """Sorted words in front coding: the number of bytes shared with the word before, at most 255, and the rest in UTF-8."""
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

    The end of a chunk depends on the next word itself, so that adding a word changes one chunk only.
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
    """The shortest prefix of `first` that sorts behind the word `before` in UTF-16 order; empty where `before` is empty."""
    key = before.encode("utf-16-be")
    return next((first[: at + 1] for at in range(len(first)) if first[: at + 1].encode("utf-16-be") > key), first) if before else ""


LISTED, SHARE = 800, 0.08
"""Most articles in the list of a term, those of greatest weight: this number, or this share of all articles."""
MOST_REMOVED = 0.25
"""Largest share of articles that are removed from a merged index; with more, merging all articles anew is as quick."""
NONE = array("I")


class TermList(NamedTuple):
    """The articles that contain a term."""

    articles: int
    """Their number."""
    postings: bytes
    """All of them, packed by `packed`."""
    shown: bytes
    """The postings that the index lists, packed alike, where there are too many; empty where it lists all."""


@dataclass(frozen=True)
class Merged:
    """The merged analyses of all articles."""

    keys: tuple[str, ...] = ()
    """The cache key of the analysis of each article, by its number."""
    limit: int = LISTED
    """Most articles in the list of a term."""
    lists: dict[str, TermList] = field(default_factory=dict)
    """The articles of each term; terms in the order in which JavaScript compares texts."""
    named: dict[str, int] = field(default_factory=dict)
    """The number of articles that name each word in titles and headings."""
    texts: dict[str, int] = field(default_factory=dict)
    """The number of other articles that contain each word."""
    abbreviations: tuple[tuple[str, str, int], ...] = ()
    """Abbreviations with a long form, and the number of articles that explain them so."""

    def articles_with(self, terms: Iterable[str]) -> set[int]:
        """The numbers of the articles that have all of these terms."""
        lists = [self.lists[term].postings if term in self.lists else b"" for term in terms]
        found = [{each >> 8 for each in unpacked(data)} for data in lists]
        return set.intersection(*found) if found else set()


NOTHING = Merged()


def removed(before: Merged, keys: Iterable[str]) -> list[str] | None:
    """The keys of the articles of a merged index that are gone, in order; None where so many are gone that merging all anew is as quick."""
    kept = set(keys)
    gone = [key for key in before.keys if key not in kept]
    return gone if len(gone) <= MOST_REMOVED * len(before.keys) else None


class Merger:
    """Brings a merged index to the articles of a build: `add` takes the new ones in order, `merged` returns the result."""

    def __init__(self, before: Merged, keys: Sequence[str], removed: Iterable[Analysis]) -> None:
        """`keys` are those of all articles, in order; `removed` the analyses of the articles of `before` that are gone, in order."""
        numbers = {key: number for number, key in enumerate(keys)}
        self._before, self._keys = before, tuple(keys)
        self._moves = [numbers.get(key, -1) for key in before.keys]
        """The new number of each article; -1 for a removed one."""
        self._new = numbers.keys() - set(before.keys)
        self._removed: dict[str, array[int]] = {}
        self._added: dict[str, array[int]] = {}
        self._named, self._texts = Counter(before.named), Counter(before.texts)
        self._abbreviations = Counter({(short, long): count for short, long, count in before.abbreviations})
        for number, analysis in zip((old for old, new in enumerate(self._moves) if new < 0), removed, strict=True):
            _collect(self._removed, number, analysis)
            self._named.subtract(analysis.named)
            self._texts.subtract(analysis.words)
            self._abbreviations.subtract(analysis.abbreviations)

    def is_new(self, number: int) -> bool:
        """Whether the analysis of an article has to be added."""
        return self._keys[number] in self._new

    def add(self, number: int, analysis: Analysis) -> None:
        """Adds a new article; its number is above those of the articles added before."""
        _collect(self._added, number, analysis)
        self._named.update(analysis.named)
        self._texts.update(analysis.words)
        self._abbreviations.update(analysis.abbreviations)

    def merged(self) -> Merged:
        """The merged index of all articles."""
        limit = max(LISTED, int(SHARE * len(self._keys)))
        lists = dict(self._before.lists)
        is_moved = any(new not in {old, -1} for old, new in enumerate(self._moves))
        for term in sorted({*lists, *self._added} if is_moved else self._removed.keys() | self._added.keys()):
            added = self._added.pop(term, NONE)
            if not is_moved and added == self._removed.get(term, NONE):
                continue
            found = sorted((*self._kept(lists[term].postings if term in lists else b""), *added))
            if found:
                lists[term] = _term_list(found, limit)
            else:
                lists.pop(term, None)
        if limit != self._before.limit:
            lists |= {term: _again(each, limit) for term, each in lists.items() if each.articles > min(limit, self._before.limit)}
        return Merged(
            self._keys,
            limit,
            dict(sorted(lists.items(), key=lambda item: utf16(item[0]))),
            dict(+self._named),
            dict(+self._texts),
            tuple((short, long, count) for (short, long), count in (+self._abbreviations).items()),
        )

    def _kept(self, data: bytes) -> Iterable[int]:
        moves = self._moves
        return (moves[each >> 8] << 8 | each & 255 for each in unpacked(data) if moves[each >> 8] >= 0)


def _collect(lists: dict[str, "array[int]"], number: int, analysis: Analysis) -> None:
    """Appends an article to the lists of its terms."""
    place = number << 8
    for term, weight in zip(analysis.terms, analysis.weights, strict=True):
        found = lists.get(term)
        if found is None:
            lists[term] = array("I", (place | weight,))
        else:
            found.append(place | weight)


def _term_list(found: Sequence[int], limit: int) -> TermList:
    """The list of a term from the numbers of its articles, each times 256, plus the byte of the weight."""
    return TermList(len(found), packed(found), packed(_cut(found, limit)) if len(found) > limit else b"")


def _again(known: TermList, limit: int) -> TermList:
    """The list of a term with another limit."""
    return _term_list(unpacked(known.postings), limit)


def _cut(found: Iterable[int], limit: int) -> Iterable[int]:
    """The articles of a list that has too many: those with the term in their title, and those with the greatest weight."""
    return sorted(sorted(found, key=lambda each: (not each & 14, -(each & 240), each))[:limit])


def utf16(text: str) -> bytes:
    """The sort key by which JavaScript compares texts."""
    return text.encode("utf-16-be")
