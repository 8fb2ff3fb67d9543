"""One article indexed: its terms with their weights (BM25F), its words for the spelling; and the formats of the files of the index.

Weights depend on the article alone: the lengths that BM25F compares with are constants, and those of texts are rounded, so that an edited
sentence changes what the index says of the words that were edited, and of no others.

S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.6.
"""

import base64
import hashlib
import json
import math
import re
import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from almanac_kb.search import tokens
from almanac_kb.search.documents import SearchDocument

NAME = 7
"""How many characters name a file: 35 bits of the digest of its content."""


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


TITLE, HEADING, TAGS, DESCRIPTION, BODY, CODE = 8.0, 3.0, 2.0, 3.0, 1.0, 0.4
"""How often a word in a field counts, compared with one of the text."""
WEAK = 0.2
"""How often a word of a list of references counts."""
SATURATION = 4.0
"""BM25's k1: from this weight on a term counts half."""
FOUR_BITS = [0.0, *(SATURATION * (least - 0.5) / (16.5 - least) for least in range(2, 16))]
"""The weights from which on the saturated weight is 1, 2 and so on up to 15 sixteenths."""
LENGTH = {TITLE: (0.3, 6), HEADING: (0.3, 30), BODY: (0.6, 1000)}
"""By field: BM25's b, and the usual length in runs."""
STEPS = 2
"""How many lengths are told apart from one to the one that is twice as great."""
TITLE_LENGTHS = (1, 2, 3, 4, 6, 9)
"""The lengths of titles that are told apart: up to so many runs, in three bits, of which zero says that a term is in no title."""
WORD = re.compile(r"[^\W\d_]{3,24}")
"""What is a word for the spelling; identifiers and numbers are none."""
HYPHEN = re.compile("[-‐‑]")
REMEMBERED = 200_000
"""How many runs a lexicon remembers: some 60 MB."""


class Run(NamedTuple):
    """What a run of a text means to the index."""

    terms: tuple[str, ...]
    """All its terms."""
    telling: tuple[str, ...]
    """Those that are no stop words."""
    words: tuple[str, ...]
    """The words of the run for the spelling, folded: two of `Menopause-related`, none of an identifier."""


class Lexicon(dict[str, Run]):
    """The meaning of runs, remembered. `stop` are the terms that count only where they stand in titles and headings."""

    def __init__(self, stop: AbstractSet[str]) -> None:
        super().__init__()
        self._stop = stop

    def __missing__(self, run: str) -> Run:
        if len(self) >= REMEMBERED:
            self.clear()
        terms = tokens.terms(run).all
        words = (run.lower(),) if run.isascii() and run.isalpha() and 2 < len(run) < 25 else _spelt(run)
        made = self[run] = Run(terms, tuple(term for term in terms if term not in self._stop), words)
        return made


@dataclass(frozen=True)
class Analysis:
    """What the index holds of one article."""

    terms: tuple[str, ...]
    """Its terms, sorted."""
    weights: bytes
    """A byte for each term: four bits of weight, three of the length of the title that holds it, one for a heading."""
    named: tuple[str, ...]
    """The words of title, names, headings and tags, for the spelling."""
    words: tuple[str, ...]
    """All other words of it."""
    short_forms: tuple[tuple[str, str], ...]
    """Abbreviations with the long form that stands before them: `("MAC", "Message Authentication Code")`."""
    fragment: bytes
    """The file that its results are shown from, compressed."""


def analyse(document: SearchDocument, lexicon: Lexicon) -> Analysis:
    """Indexes one article, with the lexicon of its language."""
    headings = [section.heading for section in document.sections if not section.weak]
    fields = _fields(document, headings)
    weights: defaultdict[str, float] = defaultdict(float)
    for run, weight in fields.named.items():
        for term in lexicon[run].terms:
            weights[term] += weight
    texts = [lexicon[run] for run in fields.texts]
    for (_, terms, _), weight in zip(texts, fields.texts.values(), strict=True):
        for term in terms:
            weights[term] += weight
    tags = [run for tag in (*document.tags, *document.tag_words) for run in tokens.runs(tag)]
    named = {word for run in (*fields.named, *tags) for word in lexicon[run].words}
    words = {word for _, _, spelt in texts for word in spelt}
    titles = _titles(document, lexicon)
    headed = {term for heading in headings for run in tokens.runs(heading) for term in lexicon[run].terms}
    ordered = sorted(weights)
    packed = [bisect_right(FOUR_BITS, weights[term]) << 4 for term in ordered]
    return Analysis(
        tuple(ordered),
        bytes([four | titles.get(term, 0) << 1 | (term in headed) for term, four in zip(ordered, packed, strict=True)]),
        tuple(sorted(named)),
        tuple(sorted(words - named)),
        tuple(sorted({pair for section in document.sections for pair in short_forms(section.text)})),
        fragment(document),
    )


def dump(analysis: Analysis) -> bytes:
    """An analysis as bytes, for the cache."""
    fields = [analysis.terms, analysis.weights.hex(), analysis.named, analysis.words, analysis.short_forms]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + analysis.fragment


def load(data: bytes) -> Analysis:
    """The analysis that was dumped."""
    fields, _, packed = data.partition(b"\n")
    terms, weights, named, words, pairs = json.loads(fields)
    return Analysis(tuple(terms), bytes.fromhex(weights), tuple(named), tuple(words), tuple((one, other) for one, other in pairs), packed)


def fragment(document: SearchDocument) -> bytes:
    """The file that results of an article are shown from: its fields, and its sections as `[anchor, heading, text, weak]`."""
    record = {
        "url": document.url,
        "title": document.title,
        "description": document.description,
        "names": document.names,
        "tags": document.tags,
        "topic": document.topics[-1][1] if document.topics else "",
        "date": document.date.isoformat() if document.date else "",
        "language": document.language,
        "sections": [[each.anchor, each.heading, each.text, int(each.weak)] for each in document.sections],
    }
    return tokens.compressed(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())


def _spelt(run: str) -> tuple[str, ...]:
    """The words of a run for the spelling, folded; none where a part of it is no word."""
    pieces = HYPHEN.split(run.replace("'", "").replace("’", ""))
    is_spelt = not tokens.IDEOGRAPH.match(run) and all(map(WORD.fullmatch, pieces))
    return tuple(map(tokens.fold, pieces)) if is_spelt else ()


def short_forms(text: str) -> Iterator[tuple[str, str]]:
    """Abbreviations in parentheses, each with the words before it whose first letters it is made of."""
    for match in re.finditer(r"\(([A-Z]{2,8})s?\)", text):
        before = re.findall(r"[\w'-]+", text[max(0, match.start() - 120) : match.start()].rpartition("\n")[2])
        words = before[-len(match[1]) :]
        if [word[:1].upper() for word in words] == list(match[1]):
            yield match[1], " ".join(words)


class _Fields(NamedTuple):
    """The weight of each run, added up over fields."""

    named: dict[str, float]
    """In titles and headings, where stop words count too."""
    texts: dict[str, float]
    """In all others."""


def _fields(document: SearchDocument, headings: list[str]) -> _Fields:
    named: dict[str, float] = {}
    texts: dict[str, float] = {}
    _add(named, [document.title], TITLE)
    _add(named, document.names, TITLE)
    _add(named, headings, HEADING)
    _add(texts, (*document.tags, *document.tag_words), TAGS)
    _add(texts, [document.description], DESCRIPTION)
    weak = [section.text for section in document.sections if section.weak]
    counted = _counted(section.text for section in document.sections if not section.weak)
    coded = _counted(section.code for section in document.sections if section.code and not section.weak)
    norm = _norm(BODY, counted.total())
    for run, count in counted.items():
        texts[run] = texts.get(run, 0.0) + BODY / norm * count
    for run, count in coded.items():
        texts[run] += (CODE - BODY) / norm * count
    _add(texts, weak, BODY * WEAK)
    return _Fields(named, texts)


def _add(weights: dict[str, float], texts: Iterable[str], field: float) -> None:
    counted = _counted(texts)
    weight = field / _norm(field, counted.total())
    for run, count in counted.items():
        weights[run] = weights.get(run, 0.0) + weight * count


def _counted(texts: Iterable[str]) -> Counter[str]:
    counted = Counter[str]()
    for text in texts:
        counted.update(tokens.runs(text))
    return counted


def _norm(field: float, length: int) -> float:
    """By what the weights of a field are divided that is so long (BM25F, the normalisation by length)."""
    share, usual = LENGTH.get(field, (0.0, 1))
    return 1 - share + share * _rounded(length) / usual


def _titles(document: SearchDocument, lexicon: Lexicon) -> dict[str, int]:
    """For each term of a title or another name: the class of that title's length, from 1 to 7; the shortest counts."""
    start, colon, _ = document.title.partition(":")
    classes: dict[str, int] = {}
    for title in (document.title, *((start,) if colon else ()), *document.names):
        runs = [lexicon[run] for run in tokens.runs(title)]
        length = sum(1 for run in runs if run.telling) or len(runs)
        number = next((at for at, most in enumerate(TITLE_LENGTHS, 1) if length <= most), len(TITLE_LENGTHS) + 1)
        for term in (term for run in runs for term in run.terms):
            classes[term] = min(number, classes.get(term, 7))
    return classes


def _rounded(length: int) -> float:
    """A length to the nearest of the steps in which it is told apart."""
    return float(2 ** (round(math.log2(max(1, length)) * STEPS) / STEPS))
