"""Where the code and the formulas of a text are: all that is translated stands outside of it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from almanac_kb.body import formulas
from almanac_kb.body.scan import Kind, Line, scan

CLOSED = frozenset({Kind.FENCE, Kind.CODE, Kind.FENCE_END, Kind.INDENTED, Kind.OPAQUE})
"""Lines that are code or opaque as a whole."""
SINGLE = frozenset({Kind.TABLE, Kind.HEADING, Kind.OPENER})
"""Lines whose code spans end with them."""
TICKS = re.compile(r"`+")
SPANNED = re.compile(r"[`$]|\\\(")
"""Where there may be code or a formula in a block."""
WORD = re.compile(r"[^\n]+")


def masked(markdown: str, scanned: Iterable[Line] | None = None) -> str:
    """The text, as long as before, with a NUL for each character of its code and formulas: what is found in it stands outside of them.

    `scanned` has its lines, where they are known.
    """
    return _covered(markdown, _spans(markdown, scan(markdown) if scanned is None else scanned))


def _spans(markdown: str, scanned: Iterable[Line]) -> Iterator[tuple[int, int]]:
    """The stretches of code in order."""
    for (_, kind), group in groupby(scanned, key=_block):
        lines = list(group)
        if kind in CLOSED:
            yield lines[0].start, lines[-1].end
        elif kind is not Kind.BLANK and SPANNED.search(markdown, lines[0].start, lines[-1].end):
            yield from _inline(markdown, lines)


def _block(line: Line) -> tuple[int, Kind]:
    if line.kind in CLOSED:
        return line.leaf, Kind.CODE
    return (line.start if line.kind in SINGLE else line.leaf), line.kind


def _inline(markdown: str, lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """The code spans of a block and the formulas beside them, in order."""
    start, end = lines[0].start, lines[-1].end
    ticked = [(first - start, last - start) for first, last in _ticked(markdown, lines)]
    found = [*ticked, *formulas.spans(_covered(markdown[start:end], ticked))]
    yield from ((start + first, start + last) for first, last in sorted(found))


def _covered(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with a NUL for each character of the stretches, which are in order; line breaks stay."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], WORD.sub(lambda found: "\0" * len(found[0]), text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def _ticked(markdown: str, lines: Iterable[Line]) -> Iterator[tuple[int, int]]:
    """The code spans of a block: from a run of backticks to the next as long (CommonMark 0.31, section 6.1)."""
    runs = [(found.start(), found.end()) for line in lines for found in TICKS.finditer(markdown, line.body, line.end)]
    places: dict[int, list[int]] = {}
    for start, end in runs:
        places.setdefault(end - start, []).append(start)
    over = -1
    for start, end in runs:
        if start < over:
            continue
        start += _escaped(markdown, start)
        closers = places.get(end - start, [])
        index = bisect_right(closers, end - 1)
        if start < end and index < len(closers):
            over = closers[index] + end - start
            yield start, over


def _escaped(markdown: str, at: int) -> bool:
    """Whether an odd number of backslashes stands before the place."""
    before = at
    while before and markdown[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1
