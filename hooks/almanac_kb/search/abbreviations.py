"""Abbreviations with their long forms, as articles explain them in parentheses: `Health Record (HR)`, `HR (Health Record)`.

They are synonyms of each other in questions.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from almanac_kb.search.tokens import cut

SHORT = re.compile(r"([A-Z][A-Za-z]{0,6}[A-Z])s?")
PARENTHESES = re.compile(r"\(([^()\n]{2,80})\)")
WORD = re.compile(r"[\w']+")
BREAK = re.compile(r"[\n()\[\]:;.!?]")
"""What no long form goes across."""
CONNECTIVE = 3
"""Most letters of a small word that an abbreviation leaves out: `of`, `and`, `für`."""
BEFORE = 120
"""Characters in front of an abbreviation that may be its long form."""
MOST = 200
"""Most abbreviations in the entry file: some 5 kB."""
COMMON = 0.2
"""Largest share of all articles that have an abbreviation with a synonym: a commoner word says too little to be worth the fetching."""
COMMONER = 4
"""Most articles with the words of a long form for each one with the abbreviation: of more, the words are too common to stand for it."""


def abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """The abbreviations that a text explains, each with the words of its long form, as often as they are explained."""
    for match in PARENTHESES.finditer(text):
        before = text[max(0, match.start() - BEFORE) : match.start()]
        if short := SHORT.fullmatch(match[1]):
            words = WORD.findall(BREAK.split(before)[-1])
            if count := _length(short[1], words):
                yield short[1], " ".join(words[-count:])
        elif short := SHORT.fullmatch(before.rstrip(" ").rpartition(" ")[2]):
            words = WORD.findall(match[1])
            if _length(short[1], words) == len(words):
                yield short[1], " ".join(words)


def _length(short: str, words: list[str]) -> int:
    """How many of the last words are the long form of an abbreviation, whose letters are their initials; 0 where they are not."""
    left = short.upper()
    for count, word in enumerate(reversed(words), 1):
        if word[0].upper() == left[-1]:
            left = left[:-1]
            if not left:
                return count
        elif left == short.upper() or len(word) > CONNECTIVE or not word.islower():
            return 0
    return 0


def useful(
    pairs: Mapping[tuple[str, str], int], articles_with: Callable[[Iterable[str]], AbstractSet[int]], articles: int
) -> Iterator[tuple[str, str]]:
    """The pairs of abbreviation and long form where the abbreviation finds articles that the long form does not; the most common first.

    `pairs` says in how many articles each pair is written together; `articles_with` gives the articles that have all of some terms. Of
    several long forms of an abbreviation the commonest is meant. `articles` is the number of all articles.
    """
    forms: dict[str, tuple[str, str]] = {}
    for pair in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
        forms.setdefault(pair[0], pair)
    helpful = []
    for short, long in forms.values():
        with_short, with_long = articles_with(cut(short)), articles_with(cut(long))
        if with_short - with_long and len(with_long) <= COMMONER * len(with_short) and len(with_short) <= max(2, COMMON * articles):
            helpful.append((-len(with_short), short, long))
    yield from ((short, long) for _, short, long in sorted(helpful)[:MOST])
