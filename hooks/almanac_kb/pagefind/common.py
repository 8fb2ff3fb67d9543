"""The commonest words of an index, as a browser needs them to read their pages itself.

Pagefind 1.5 compares every page with a word with every other: with 9,000 pages a word takes half a second. What it knows of a page with a
word fits a table: where the word stands in the index, and how long each page is.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from almanac_kb.pagefind import cbor, packed
from almanac_kb.pagefind.merge import SAMPLE, Word
from almanac_kb.pagefind.packed import Packed

FORM = re.compile(r"\W*([^\W_]+)\W*")
ENDING = 5
"""How much longer than its stem a form may be: longer ones are names made of several words."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
STEPS = 6
"""How many letters stand for a length twice as great."""


def table(folder: Path, main: Packed | None) -> dict[str, Any]:
    """The place of each common word by the forms it stands in (`words`), a letter for the length of each page (`lengths`), and the
    `name` of the index in this folder."""
    if main is None or not main.common:
        return {"name": "", "lengths": "", "words": {}}
    average = sum(main.lengths) / len(main.lengths)
    pages = [_words(folder, main.name, number) for number in range(min(SAMPLE, len(main.lengths)))]
    words = {form: place for place, word in main.common.items() for form in sorted(_forms(word, pages))}
    return {"name": main.name, "lengths": "".join(_letter(each / average) for each in main.lengths), "words": words}


def _letter(share: float) -> str:
    return LETTERS[max(0, min(63, 32 + round(STEPS * math.log2(max(share, 0.001)))))]


def _words(folder: Path, name: str, number: int) -> list[str]:
    content: str = json.loads(cbor.content((folder / f"fragment/{packed.numbered(name, number)}.pf_fragment").read_bytes()))["content"]
    return content.split("\u200b") if "\u200b" in content else content.split()


def _forms(word: Word, pages: list[list[str]]) -> set[str]:
    written = {pages[page][place] for page, place in _places(word, len(pages)) if place < len(pages[page])}
    found = (FORM.fullmatch(each) for each in written)
    return {form for match in found if match and (form := _folded(match[1])) and _regular(match[1], form, word.text)}


def _places(word: Word, pages: int) -> Iterator[tuple[int, int]]:
    page = 0
    for distance, places, _ in word.pages:
        page += distance
        if page >= pages:
            return
        at = 0
        for each in places:
            at = 0 if each < 0 else at + each
            if each >= 0:
                yield page, at


def _regular(written: str, form: str, stem: str) -> bool:
    plain = written[1:].islower() or written.isupper() or len(written) == 1
    return plain and len(form) <= len(stem) + ENDING and form[:2] == stem[:2]


def _folded(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each))
