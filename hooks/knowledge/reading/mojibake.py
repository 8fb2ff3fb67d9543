"""Repairs text that was decoded with the wrong encoding (`â€“` for a dash), where the evidence is plain and never in code."""

import re
from dataclasses import dataclass
from difflib import unified_diff

import ftfy
from ftfy.badness import badness

from knowledge.problem import Found, Mark, Note, Severity, few, quoted
from knowledge.reading import code

WORD = re.compile(r"[^ \t]+")
EXPECTED = {
    chr(point)
    for first, last in (
        (0x20, 0x7E),
        (0xA0, 0xFF),
        (0x2000, 0x203F),
        (0x2080, 0x20BF),
        (0x2100, 0x213F),
        (0x2180, 0x21BF),
        (0xFE0F, 0xFE0F),
        (0x1F000, 0x1FAFF),
    )
    for point in range(first, last + 1)
}
"""What text is mended to: Western letters, punctuation, arrows, emoji. `thé»…` is French, and a Chinese character to a decoder."""
SHOUTED = re.compile(r"[A-ZÀ-Þ]{2}[ÂÃ][»›’”]")
"""«MAÇÃ» is Portuguese."""
LENGTH = 1000
"""How long a word may be, in characters."""
SUBJECT = re.compile(r"mojibake|character encoding|text encoding|charset|code ?page|latin-?1|windows-1252|iso-8859", re.I)
"""An article about encodings shows broken text on purpose."""


@dataclass(frozen=True)
class Repair:
    """A word that was broken."""

    mark: Mark
    before: str
    after: str


def repair(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text with its broken words mended, and what was mended."""
    if text.isascii():
        return text, ()
    lines, known = text.split("\n"), dict[str, str]()
    suspects = {index: words for index, line in enumerate(lines) if not line.isascii() and (words := _broken(line, known))}
    if not suspects or SUBJECT.search(text):
        return text, ()
    is_code = code.lines(lines)
    repairs: list[Repair] = []
    for index, words in suspects.items():
        if not is_code[index]:
            lines[index], found = _line(lines[index], index + 1, words)
            repairs += found
    return "\n".join(lines), tuple(repairs)


def found(text: str) -> Found[str]:
    """The repaired text, each repair noted."""
    mended, repairs = repair(text)
    return Found(mended, few(repairs, _note))


def difference(name: str, before: str, after: str) -> str:
    """What a repair changes, as a unified diff."""
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _note(each: Repair) -> Note:
    message = f"{quoted(each.before)} is broken text; published as {quoted(each.after)}"
    return Note(each.mark, message, "`python hooks fix` rewrites the file", Severity.NOTICE)


def _broken(line: str, known: dict[str, str]) -> list[tuple[int, str, str]]:
    words = [(match.start(), match[0]) for match in WORD.finditer(line)]
    for _, word in words:
        if word not in known:
            known[word] = _word(word)
    return [(start, word, known[word]) for start, word in words if known[word] != word]


def _line(line: str, number: int, words: list[tuple[int, str, str]]) -> tuple[str, list[Repair]]:
    in_code = {place for start, stop in code.spans(line) for place in range(start, stop)}
    parts, repairs, end = [], [], 0
    for start, word, mended in words:
        if in_code.isdisjoint(range(start, start + len(word))):
            parts += [line[end:start], mended]
            end = start + len(word)
            repairs.append(Repair(Mark(number, start + 1), word, mended))
    return "".join([*parts, line[end:]]), repairs


def _word(word: str) -> str:
    if word.isascii() or len(word) > LENGTH or not badness(word):
        return word
    mended = ftfy.fix_encoding(word)
    plain = not badness(mended) and len(mended) < len(word) and EXPECTED.issuperset(set(mended) - set(word))
    return mended if plain and not SHOUTED.search(word) else word
