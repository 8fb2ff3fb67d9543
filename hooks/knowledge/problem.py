"""What an author is told: where it is, what was found, and how to mend it."""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from knowledge.place import Source

Value = TypeVar("Value")


class Severity(enum.IntEnum):
    """How much a problem matters."""

    NOTICE = 0
    """Something was repaired or made safe; nothing fails."""
    WARNING = 1
    """Something is missing or suspicious; a strict build fails."""
    ERROR = 2
    """The article is refused."""


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a text, both counted from one."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Note:
    """A problem before it is known which file and field it belongs to."""

    mark: Mark
    """Where the value stands."""
    message: str
    """What must be, and what was found."""
    mend: str = ""
    """What the author can write instead."""
    severity: Severity = Severity.ERROR

    def below(self, line: int) -> "Note":
        """The note, its mark counted in a file in which the text starts at this line."""
        return replace(self, mark=Mark(self.mark.line + line - 1, self.mark.column))


@dataclass(frozen=True)
class Found(Generic[Value]):
    """A value that was read, and what is to be said of it."""

    value: Value
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to tell an author."""

    source: Source
    """The file below docs/."""
    mark: Mark
    """Where in the file."""
    field: str
    """The key as the author wrote it, or the part of the article: `header`, `body`, `file`."""
    message: str
    """What must be, and what was found."""
    mend: str = ""
    """What the author can write instead."""
    severity: Severity = Severity.ERROR

    def text(self, root: str | Callable[[Source], str]) -> str:
        """The problem as one line: `docs/a.md:4:7: pubDate: must be a date, got 'soon'; write 2025-04-11`.

        `root` is the folder its file lies in, or tells how its author knows the file.
        """
        path = root(self.source) if callable(root) else f"{root}/{self.source}" if root else self.source
        mend = f"; {self.mend}" if self.mend else ""
        return f"{path}:{self.mark.line}:{self.mark.column}: {self.field}: {self.message}{mend}"


def problem(source: Source, field: str, note: Note) -> Problem:
    """The note, told of a field of a file."""
    return Problem(source, note.mark, field, note.message, note.mend, note.severity)


def few(places: Sequence[Value], note: Callable[[Value], Note], most: int = 20) -> tuple[Note, ...]:
    """A note for each of the places, at most so many; the last says how many more there are."""
    notes = [note(place) for place in places[:most]]
    if len(places) > most:
        notes[-1] = replace(notes[-1], message=f"{notes[-1].message}, and {len(places) - most:,} more below")
    return tuple(notes)


def worst(problems: tuple[Problem, ...]) -> Severity:
    """The highest severity among the problems; a notice where there are none."""
    return max((each.severity for each in problems), default=Severity.NOTICE)


def quoted(text: str) -> str:
    """A value as messages show it: in quotes, on one line, cut after 60 characters."""
    return repr(text if len(text) <= 60 else text[:57] + "...")
