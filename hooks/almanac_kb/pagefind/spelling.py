"""The words that titles and headings are made of, small enough to send to a reader: what a misspelt word is corrected to."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

WORD = re.compile(r"[^\W\d_][^\W_]{2,23}")
LIMIT = 24000
"""How many words are kept, the commonest first: about 80 kB compressed."""


def words(texts: Iterable[str]) -> Counter[str]:
    """How many of the texts each word stands in, lower case; numbers and short words are no words."""
    return Counter(word for text in texts for word in set(WORD.findall(text.lower())))


def fill(counts: Counter[str], others: Mapping[str, int]) -> Counter[str]:
    """The same, with the commonest of other words, each counted once, where there is room: not those that stand in one text only."""
    room = max(0, LIMIT - len(counts))
    common = sorted(
        ((count, word) for word, count in others.items() if count > 1 and word not in counts), key=lambda each: (-each[0], each[1])
    )
    return counts + Counter({word: 1 for _, word in common[:room]})


def pack(counts: Counter[str]) -> list[str]:
    """The words in classes of frequency, each class four times as common as the one before it.

    A class is one string, its words sorted, each as a digit of base 36 that says how many letters it shares with the word before it, and
    the rest.
    """
    kept = islice(sorted(counts.items(), key=lambda each: (-each[1], each[0])), LIMIT)
    classes: dict[int, list[str]] = {}
    for word, count in kept:
        classes.setdefault(int(math.log(count, 4)), []).append(word)
    return [_pack(sorted(classes.get(number, ()))) for number in range(max(classes, default=-1) + 1)]


def _pack(ordered: list[str]) -> str:
    pairs = zip(["", *ordered], ordered, strict=False)
    return " ".join(f"{_digit(shared)}{word[shared:]}" for before, word in pairs for shared in [_shared(before, word)])


def _shared(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _digit(number: int) -> str:
    return "0123456789abcdefghijklmnopqrstuvwxyz"[number]
