"""Words that misspelt ones are corrected to, with their frequencies; and words that mean the same."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from almanac_kb.search import tokens
from almanac_kb.search.layout import compressed

WHOLE = 3000
"""Up to how many words all stand in one file (some 15 kB); beyond that there is one for each first letter."""
RARE = 5000
"""In one of so many articles a word of the texts must stand to be known, and in two at least; those of titles are always known."""
SYNONYMS = 200
"""How many abbreviations the entry file names: some 5 kB."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def known_words(named: Counter[str], texts: Counter[str], articles: int) -> Counter[str]:
    """In how many articles each word stands: those of titles and headings, and those of texts that are no slip of one author."""
    least = max(2, articles // RARE)
    return Counter({word: count for word, count in (named + texts).items() if word in named or count >= least})


def files(words: Counter[str]) -> dict[str, bytes]:
    """The files of the spelling by the first letter of their words; a small site has one file, under an empty name."""
    if not words:
        return {}
    if len(words) <= WHOLE:
        return {"": _file(words)}
    letters: dict[str, Counter[str]] = {}
    for word, count in words.items():
        letters.setdefault(word[0], Counter())[word] = count
    return {letter: _file(letters[letter]) for letter in sorted(letters)}


def pack(counts: Mapping[str, int]) -> list[str]:
    """The words in classes of frequency, each class four times as common as the one before it.

    A class is one string: its words in order, separated by spaces, each as a digit of base 36 that says how many letters it shares with the
    word before it, and the rest.
    """
    classes: dict[int, list[str]] = {}
    for word in sorted(counts):
        classes.setdefault(int(math.log(max(1, counts[word]), 4)), []).append(word)
    return [" ".join(_front_coded(classes.get(number, []))) for number in range(max(classes, default=-1) + 1)]


def abbreviations(
    pairs: Mapping[tuple[str, str], int], articles_with: Callable[[Iterable[str]], AbstractSet[int]]
) -> Iterator[tuple[str, str]]:
    """The pairs of abbreviation and long form that help: each finds articles that the other does not, the commonest pairs first.

    `pairs` says in how many articles each pair is written together; `articles_with` gives the articles that have all of some terms. Of
    several long forms of an abbreviation the commonest is meant.
    """
    forms: dict[str, tuple[str, str]] = {}
    for pair in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
        forms.setdefault(pair[0], pair)
    helpful = []
    for short, long in forms.values():
        with_short, with_long = articles_with(tokens.cut(short)), articles_with(tokens.cut(long))
        if with_short - with_long and len(with_long) <= 4 * len(with_short):
            helpful.append((-len(with_short), short, long))
    yield from ((short, long) for _, short, long in sorted(helpful)[:SYNONYMS])


def _file(words: Counter[str]) -> bytes:
    return compressed(json.dumps(pack(words), ensure_ascii=False, separators=(",", ":")).encode())


def _front_coded(ordered: list[str]) -> Iterator[str]:
    before = ""
    for word in ordered:
        least = min(len(before), len(word), len(DIGITS) - 1)
        shared = next((at for at in range(least) if before[at] != word[at]), least)
        yield f"{DIGITS[shared]}{word[shared:]}"
        before = word
