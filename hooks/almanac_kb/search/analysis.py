"""The analysis of one article: its terms with weights (BM25F), its words for spelling, the abbreviations that it explains.

Weights depend on the article alone: BM25F's average lengths are constants, and lengths of texts are rounded, so that an edited
sentence changes the index only for the words that were edited.

S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.6.
"""

import json
import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from almanac_kb.search import tokens
from almanac_kb.search.documents import SearchDocument

WEIGHTS = {"title": 8.0, "heading": 3.0, "tags": 2.0, "description": 3.0, "links": 3.0, "body": 1.0, "code": 0.4}
"""Weight of an occurrence in each field, relative to the text."""
WEAK = 0.2
"""Weight of an occurrence in a list of references, relative to the text."""
SATURATION = 4.0
"""BM25's k1: the weight at which a term has half its maximum score."""
FOUR_BITS = [0.0, *(SATURATION * (least - 0.5) / (16.5 - least) for least in range(2, 16))]
"""The lowest weights whose saturated weight rounds to 1, 2 … 15 sixteenths."""
LENGTHS = {"title": (0.3, 6), "heading": (0.3, 30), "description": (0.3, 30), "links": (0.3, 30), "body": (0.6, 1000)}
"""BM25's b and the usual length in runs, by field; in other fields the length makes no difference."""
STEPS = 2
"""Steps per doubling to which lengths are rounded."""
TITLE_LENGTHS = (1, 2, 3, 4, 6, 9)
"""Upper bounds, in runs, of the length classes of titles, stored in three bits, where 0 means that the term is in no title."""
WORD = re.compile(r"[^\W\d_]{3,24}")
"""A word for the spelling dictionary; identifiers and numbers are none."""
HYPHEN = re.compile("[-‐‑]")
REMEMBERED = 200_000
"""Most runs in a lexicon's cache, some 60 MB."""


class Run(NamedTuple):
    """The terms and words that the index holds of a run of text."""

    terms: tuple[str, ...]
    """All its terms."""
    telling: tuple[str, ...]
    """Its terms that are no stop words."""
    words: tuple[str, ...]
    """Its words for the spelling dictionary, folded: two for `Menopause-related`, none for an identifier."""


class Lexicon(dict[str, Run]):
    """A cache of Run by run. `stop` are the terms that are indexed only in titles and headings."""

    def __init__(self, stop: AbstractSet[str]) -> None:
        super().__init__()
        self._stop = stop

    def __missing__(self, run: str) -> Run:
        if len(self) >= REMEMBERED:
            self.clear()
        made = self[run] = self._made(run)
        return made

    def _made(self, run: str) -> Run:
        is_plain = run.isascii() and run.isalpha()
        if is_plain and run.istitle() and len(run) > 1:
            return self[run.lower()]
        terms = tokens.terms(run).all
        telling = terms if self._stop.isdisjoint(terms) else tuple(term for term in terms if term not in self._stop)
        return Run(terms, telling, (run.lower(),) if is_plain and 2 < len(run) < 25 else _spelt(run))


@dataclass(frozen=True)
class Analysis:
    """The terms, words and fields that the index holds of one article."""

    terms: tuple[str, ...]
    """Its terms, sorted."""
    weights: bytes
    """A byte for each term: four bits of weight, three for the length class of a title that contains it, one for a heading."""
    named: tuple[str, ...]
    """The words of title, names, headings and tags, for the spelling dictionary."""
    words: tuple[str, ...]
    """Its other words, for the spelling dictionary."""
    abbreviations: tuple[tuple[str, str], ...]
    """Abbreviations with the long form before them: `("MAC", "Message Authentication Code")`."""
    fragment: bytes
    """The file from which its results are shown, compressed."""


def analyse(document: SearchDocument, lexicon: Lexicon) -> Analysis:
    """Analyses one article, with the lexicon of its language."""
    headings = [section.heading for section in document.sections if not section.weak]
    weights: defaultdict[str, float] = defaultdict(float)
    named, words = set[str](), set[str]()
    for field in _fields(document, headings):
        spelt = named if field.names else words
        for run, count in field.runs.items():
            found = lexicon[run]
            for term in found.terms if field.with_stop_words else found.telling:
                weights[term] += field.weight * count
            spelt.update(found.words)
    titles = _titles(document, lexicon)
    headed = {term for run in tokens.runs("\n".join(headings)) for term in lexicon[run].terms}
    ordered = sorted(weights)
    packed = [bisect_right(FOUR_BITS, weights[term]) << 4 for term in ordered]
    return Analysis(
        tuple(ordered),
        bytes([four | titles.get(term, 0) << 1 | (term in headed) for term, four in zip(ordered, packed, strict=True)]),
        tuple(sorted(named)),
        tuple(sorted(words - named)),
        tuple(sorted({pair for section in document.sections for pair in abbreviations(section.text)})),
        fragment(document),
    )


def dump(analysis: Analysis) -> bytes:
    """An analysis as bytes, for the cache."""
    fields = [analysis.terms, analysis.weights.hex(), analysis.named, analysis.words, analysis.abbreviations]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + analysis.fragment


def load(data: bytes) -> Analysis:
    """The analysis in bytes that `dump` made."""
    fields, _, packed = data.partition(b"\n")
    terms, weights, named, words, pairs = json.loads(fields)
    return Analysis(tuple(terms), bytes.fromhex(weights), tuple(named), tuple(words), tuple((one, other) for one, other in pairs), packed)


def fragment(document: SearchDocument) -> bytes:
    """The file from which results of an article are shown: its fields, and its sections as `[anchor, heading, text, weak]`."""
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
    """The words of a run for the spelling dictionary, folded; empty where a part of it is no word."""
    pieces = HYPHEN.split(run.replace("'", "").replace("’", ""))
    is_spelt = not tokens.IDEOGRAPH.match(run) and all(map(WORD.fullmatch, pieces))
    return tuple(map(tokens.fold, pieces)) if is_spelt else ()


class _FieldRuns(NamedTuple):
    """The runs of a field, each with the number of its occurrences."""

    runs: Counter[str]
    weight: float
    """The weight of one occurrence."""
    names: bool = False
    """Whether it names what the article is about, so that a single occurrence of a word makes it known for spelling."""
    with_stop_words: bool = False
    """Whether stop words of it are indexed."""


def _fields(document: SearchDocument, headings: list[str]) -> Iterator[_FieldRuns]:
    yield _field([document.title], "title", names=True, with_stop_words=True)
    yield _field(document.names, "title", names=True, with_stop_words=True)
    yield _field(headings, "heading", names=True, with_stop_words=True)
    yield _field((*document.tags, *document.tag_words), "tags", names=True)
    yield _field([document.description], "description")
    yield _field(document.linked, "links")
    body = _field((section.text for section in document.sections if not section.weak), "body")
    yield body
    code = _counted(section.code for section in document.sections if section.code and not section.weak)
    yield _FieldRuns(code, (WEIGHTS["code"] / WEIGHTS["body"] - 1) * body.weight)  # it is part of the body too
    yield _FieldRuns(_counted(section.text for section in document.sections if section.weak), WEIGHTS["body"] * WEAK)


def _field(texts: Iterable[str], field: str, *, names: bool = False, with_stop_words: bool = False) -> _FieldRuns:
    runs = _counted(texts)
    return _FieldRuns(runs, WEIGHTS[field] / _norm(field, runs.total()), names, with_stop_words)


def _counted(texts: Iterable[str]) -> Counter[str]:
    return Counter(tokens.runs("\n".join(texts)))


def _norm(field: str, length: int) -> float:
    """The length norm by which weights in a field of this length are divided (BM25F)."""
    share, usual = LENGTHS.get(field, (0.0, 1))
    return 1 - share + share * _rounded(length) / usual


def _titles(document: SearchDocument, lexicon: Lexicon) -> dict[str, int]:
    """The length class, from 1 to 7, of the shortest title or other name that contains each term."""
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
    """A length rounded to the nearest step (STEPS)."""
    return float(2 ** (round(math.log2(max(1, length)) * STEPS) / STEPS))


SHORT = re.compile(r"([A-Z][A-Za-z]{0,6}[A-Z])s?")
PARENTHESES = re.compile(r"\(([^()\n]{2,80})\)")
NAME_WORD = re.compile(r"[\w']+")
BREAK = re.compile(r"[\n()\[\]:;.!?]")
"""The signs that no long form of an abbreviation goes across."""
CONNECTIVE = 3
"""Most letters of a small word that an abbreviation leaves out: `of`, `and`, `für`."""
BEFORE = 120
"""Characters in front of an abbreviation that may be its long form."""


def abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """The abbreviations that a text explains, each with the words of its long form, as often as they are explained."""
    for match in PARENTHESES.finditer(text) if "(" in text else ():
        before = text[max(0, match.start() - BEFORE) : match.start()]
        if short := SHORT.fullmatch(match[1]):
            words = NAME_WORD.findall(BREAK.split(before)[-1])
            if count := _length_of_form(short[1], words):
                yield short[1], " ".join(words[-count:])
        elif short := SHORT.fullmatch(before.rstrip(" ").rpartition(" ")[2]):
            words = NAME_WORD.findall(match[1])
            if _length_of_form(short[1], words) == len(words):
                yield short[1], " ".join(words)


def _length_of_form(short: str, words: list[str]) -> int:
    """The number of last words that are the long form of an abbreviation, whose letters are their initials; 0 where none are."""
    left = short.upper()
    for count, word in enumerate(reversed(words), 1):
        if word[0].upper() == left[-1]:
            left = left[:-1]
            if not left:
                return count
        elif left == short.upper() or len(word) > CONNECTIVE or not word.islower():
            return 0
    return 0
