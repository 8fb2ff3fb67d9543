"""Duplicate articles: candidates by MinHash (datasketch, the extra `health`), then an exact comparison of their words.

A text counts as the set of its pairs of neighbouring words. Pairs of texts whose signatures share a band are candidates
(Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, chapter 3), so the time grows with the number of texts, not with its square.
"""

import datetime
import importlib.util
import re
import zlib
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from almanac_kb.content.article import Article
from almanac_kb.core.diagnostics import Diagnostic, Position, Severity, quoted
from almanac_kb.core.paths import SourcePath
from almanac_kb.core.raw_markdown import masked

WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿]|[^\W_]+")
"""A word; each ideograph counts as one, since there are no spaces between them."""
MIN_WORDS = 40
"""Fewest words of a text that is compared: short ones are alike by chance."""
BANDS, ROWS = 120, 3
"""Bands and rows of a signature: two texts with 31 % common pairs share a band with a probability of 97 %, with 3 % of 0.3 %."""
MIN_COMMON_PAIRS = 0.36
"""Least share of common word pairs (Dice) of duplicates; texts with 30 % other words have 0.49."""
MIN_LIKENESS = 0.6
"""Least share of common words of duplicates: below it, texts have the same frame around different content."""
SEED = 1
UNDATED = datetime.datetime.max.replace(tzinfo=datetime.UTC)
"""The date by which undated articles are sorted: last."""


@dataclass(frozen=True)
class Duplicate:
    """Two articles with nearly the same words."""

    article: SourcePath
    other: SourcePath
    """The older article."""
    likeness: float
    """Share of common words, from 0 to 1 (Dice)."""

    def diagnostic(self, other: str = "") -> Diagnostic:
        """The message for the author of the article; `other` is how the author knows the other article."""
        message = f"the same as {other or self.other}, {self.likeness:.0%}"
        return Diagnostic(self.article, Position(), "duplicate", message, "keep one and let the other lead there", Severity.NOTICE)


def is_available() -> bool:
    """Whether the package that finds candidates is installed."""
    return importlib.util.find_spec("datasketch") is not None


def words(text: str) -> list[str]:
    """The words of a Markdown text outside its code, in lower case."""
    return WORD.findall(masked(text).casefold())


def find_duplicates(texts: Mapping[SourcePath, str], known: Mapping[SourcePath, str] | None = None) -> tuple[Duplicate, ...]:
    """For each text, the most similar earlier duplicate; the oldest texts come first, those of `known` before all others.

    Texts are Markdown, compared without their code; those of `known` are not compared with each other.
    Needs the extra `health`; see `is_available`.
    """
    earlier = known or {}
    listed = {path: words(text) for path, text in {**earlier, **texts}.items()}
    compared = {path: found for path, found in listed.items() if len(found) >= MIN_WORDS}
    best: dict[SourcePath, Duplicate] = {}
    for path, other in _candidates(compared, set(earlier)):
        pair = Duplicate(path, other, _common(compared[path], compared[other]))
        if pair.likeness >= MIN_LIKENESS and _common(*(list(pairwise(compared[each])) for each in (path, other))) >= MIN_COMMON_PAIRS:
            best[path] = max(best.get(path, pair), pair, key=lambda each: each.likeness)
    return tuple(best[path] for path in sorted(best))


def duplicates_of(articles: Iterable[Article]) -> Iterator[Diagnostic]:
    """A notice for each article that duplicates an older one, with the title of that."""
    ordered = {each.source: each for each in sorted(articles, key=lambda each: (each.created or UNDATED, each.source))}
    for found in find_duplicates({source: article.body.text for source, article in ordered.items()}):
        yield found.diagnostic(f"{found.other} ({quoted(ordered[found.other].title)})")


def _candidates(texts: Mapping[SourcePath, list[str]], known: Set[SourcePath]) -> Iterator[tuple[SourcePath, SourcePath]]:
    """Each text outside `known`, with each earlier one that shares a band of signatures with it."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    empty = MinHash(num_perm=BANDS * ROWS, seed=SEED, hashfunc=zlib.crc32)
    for path, text in texts.items():
        signature = empty.copy()
        signature.update_batch([f"{one} {other}".encode() for one, other in set(pairwise(text))])
        if path not in known:
            yield from ((path, SourcePath(other)) for other in index.query(signature))
        index.insert(path, signature)


def _common(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Dice's coefficient of two lists, with repetitions."""
    return 2 * (Counter(one) & Counter(other)).total() / (len(one) + len(other))
