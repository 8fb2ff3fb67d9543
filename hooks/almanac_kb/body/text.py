"""A text under translation: what it has become, and where each of its characters came from."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from almanac_kb.body import code
from almanac_kb.body.scan import Line, scan
from almanac_kb.core.diagnostics import Position


@dataclass(frozen=True, order=True)
class Edit:
    """A stretch of a text and what stands there instead."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True)
class Piece:
    """A stretch of the text that was kept as given, or that was written in place of something."""

    start: int
    """Where it starts in the text."""
    origin: int
    """Where it starts in the given text."""
    kept: bool
    """Whether its characters are the given ones, one by one."""


@dataclass(frozen=True)
class Text:
    """A text that remembers what it was."""

    markdown: str
    """What it is now."""
    pieces: tuple[Piece, ...]
    """Its stretches in order; the first starts at 0."""
    line_starts: tuple[int, ...]
    """Where the lines of the given text start."""

    @cached_property
    def scanned(self) -> tuple[Line, ...]:
        """Its lines, with the boxes they stand in and what they are."""
        return scan(self.markdown)

    @cached_property
    def mask(self) -> str:
        """The text, as long as before, with a NUL for each character of its code and formulas."""
        return code.masked(self.markdown, self.scanned)

    def position(self, offset: int) -> Position:
        """The place in the given text that the character at `offset` came from."""
        origin = self._origin(offset)
        line = bisect_right(self.line_starts, origin)
        return Position(line, origin - self.line_starts[line - 1] + 1)

    def lines(self) -> tuple[int, ...]:
        """For each line of the text, the line of the given text it came from, both counted from one."""
        return tuple(self.position(start).line for start in _line_starts(self.markdown))

    def edited(self, edits: Iterable[Edit]) -> "Text":
        """The text with the edits made; they must not overlap."""
        ordered = sorted(edit for edit in edits if self.markdown[edit.start : edit.end] != edit.replacement)
        if not ordered:
            return self
        return Text("".join(_parts(self.markdown, ordered)), tuple(self._moved(ordered)), self.line_starts)

    def _origin(self, offset: int) -> int:
        piece = self.pieces[bisect_right(self.pieces, offset, key=_start) - 1]
        return piece.origin + (offset - piece.start if piece.kept else 0)

    def _moved(self, edits: list[Edit]) -> Iterator[Piece]:
        at = shift = 0
        for edit in edits:
            yield from self._kept(at, edit.start, shift)
            if edit.replacement:
                yield Piece(edit.start + shift, self._origin(edit.start), False)
            at, shift = edit.end, shift + len(edit.replacement) - (edit.end - edit.start)
        yield from self._kept(at, len(self.markdown) + 1, shift)

    def _kept(self, start: int, end: int, shift: int) -> Iterator[Piece]:
        if start < end:
            first = bisect_right(self.pieces, start, key=_start) - 1
            last = bisect_left(self.pieces, end, key=_start)
            for piece in self.pieces[first:last]:
                clipped = max(piece.start, start)
                yield Piece(clipped + shift, piece.origin + (clipped - piece.start if piece.kept else 0), piece.kept)


def given(markdown: str) -> Text:
    """The text as its author wrote it."""
    return Text(markdown, (Piece(0, 0, True),), _line_starts(markdown))


def _line_starts(markdown: str) -> tuple[int, ...]:
    starts = [0]
    at = markdown.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = markdown.find("\n", at + 1)
    return tuple(starts)


def _parts(markdown: str, edits: list[Edit]) -> Iterator[str]:
    at = 0
    for edit in edits:
        yield markdown[at : edit.start]
        yield edit.replacement
        at = edit.end
    yield markdown[at:]


def _start(piece: Piece) -> int:
    return piece.start
