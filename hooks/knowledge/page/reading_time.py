"""How long an article takes to read."""

import re

WORD = re.compile(r"[^\W_]+")
IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Kana and Han, which are written without spaces between words."""
SPACED = bytes(each if chr(each).isalnum() else ord(" ") for each in range(256))
"""Turns all of ASCII that is in no word to spaces."""
WORDS, CHARACTERS = 220, 500
"""How many words, or ideographs, are read in a minute."""


def words(body: str) -> int:
    """How many words a text has; where a script has no spaces, two characters and a bit count as one."""
    if body.isascii():
        return len(body.encode().translate(SPACED).split())
    spaced, characters = IDEOGRAPHS.subn(" ", body)
    return len(WORD.findall(spaced)) + characters * WORDS // CHARACTERS


def minutes(words: int) -> int:
    """Whole minutes to read so many words, at least one."""
    return max(1, round(words / WORDS))
