"""Repairs text that was decoded with the wrong encoding (`â€“` for a dash), where the evidence is plain and never in code."""

import re
from dataclasses import dataclass
from difflib import unified_diff

import ftfy
from ftfy.badness import badness

from knowledge.problem import Found, Mark, Note, Severity, quoted

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
CODE = re.compile(r"(`+)(?:.*?)\1")
WORD = re.compile(r"[^ \t]+")
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
    lines, repairs, fence = text.split("\n"), [], ""
    for index, line in enumerate(lines):
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif fence:
            fence = "" if line.strip().startswith(fence) else fence
        elif not line.isascii():
            lines[index], found = _line(line, index + 1)
            repairs.extend(found)
    if not repairs or SUBJECT.search(text):
        return text, ()
    return "\n".join(lines), tuple(repairs)


def found(text: str) -> Found[str]:
    """The repaired text, each repair noted."""
    mended, repairs = repair(text)
    return Found(mended, tuple(_note(each) for each in repairs))


def difference(name: str, before: str, after: str) -> str:
    """What a repair changes, as a unified diff."""
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _note(each: Repair) -> Note:
    message = f"{quoted(each.before)} is broken text; published as {quoted(each.after)}"
    return Note(each.mark, message, "`python hooks fix` rewrites the file", Severity.NOTICE)


def _line(line: str, number: int) -> tuple[str, list[Repair]]:
    code = [match.span() for match in CODE.finditer(line)]
    parts, repairs, end = [], [], 0
    for match in WORD.finditer(line):
        word = match[0]
        if word.isascii() or any(start <= match.start() < stop for start, stop in code):
            continue
        mended = _word(word)
        if mended != word:
            parts += [line[end : match.start()], mended]
            end = match.end()
            repairs.append(Repair(Mark(number, match.start() + 1), word, mended))
    return "".join([*parts, line[end:]]), repairs


def _word(word: str) -> str:
    if not badness(word):
        return word
    mended = ftfy.fix_encoding(word)
    plain = not badness(mended) and "\ufffd" not in mended and len(mended) < len(word)
    return mended if plain else word
