"""How long an article takes to read."""

import re

from knowledge.article import Article

WORD = re.compile(r"[^\W_]+")
IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Kana and Han, which are written without spaces between words."""
WORDS, CHARACTERS = 220, 500
"""How many words, or ideographs, are read in a minute."""


def words(article: Article) -> int:
    """How many words the text has; where a script has no spaces, two characters and a bit count as one."""
    characters = len(IDEOGRAPHS.findall(article.body))
    spaced = IDEOGRAPHS.sub(" ", article.body) if characters else article.body
    return sum(1 for _ in WORD.finditer(spaced)) + characters * WORDS // CHARACTERS


def minutes(article: Article) -> int:
    """Whole minutes to read it, at least one."""
    return max(1, round(words(article) / WORDS))
