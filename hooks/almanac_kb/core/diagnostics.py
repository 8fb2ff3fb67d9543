"""Diagnostic, Severity, Position; print them, count them."""

import enum
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from almanac_kb.core.paths import SourcePath

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
class Position:
    """A place in a text, both counted from one."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class LocalDiagnostic:
    """A problem before it is known which file and field it belongs to."""

    position: Position
    """Where the value stands."""
    message: str
    """What must be, and what was found."""
    hint: str = ""
    """What the author can write instead."""
    severity: Severity = Severity.ERROR

    def below(self, line: int) -> "LocalDiagnostic":
        """The note, its mark counted in a file in which the text starts at this line."""
        return replace(self, position=Position(self.position.line + line - 1, self.position.column))


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """A value that was read, and what is to be said of it."""

    value: Value
    diagnostics: tuple[LocalDiagnostic, ...] = ()


@dataclass(frozen=True, order=True)
class Diagnostic:
    """One thing to tell an author."""

    source: SourcePath
    """The file below docs/."""
    position: Position
    """Where in the file."""
    field: str
    """The key as the author wrote it, or the part of the article: `header`, `body`, `file`."""
    message: str
    """What must be, and what was found."""
    hint: str = ""
    """What the author can write instead."""
    severity: Severity = Severity.ERROR

    def text(self, root: str | Callable[[SourcePath], str]) -> str:
        """The problem as one line: `docs/a.md:4:7: pubDate: must be a date, got 'soon'; write 2025-04-11`.

        `root` is the folder its file lies in, or tells how its author knows the file.
        """
        path = root(self.source) if callable(root) else f"{root}/{self.source}" if root else self.source
        hint = f"; {self.hint}" if self.hint else ""
        return f"{path}:{self.position.line}:{self.position.column}: {self.field}: {self.message}{hint}"


def in_file(source: SourcePath, field: str, note: LocalDiagnostic) -> Diagnostic:
    """The note, told of a field of a file."""
    return Diagnostic(source, note.position, field, note.message, note.hint, note.severity)


def limited(places: Sequence[Value], note: Callable[[Value], LocalDiagnostic], most: int = 20) -> tuple[LocalDiagnostic, ...]:
    """A note for each of the places, at most so many; the last says how many more there are."""
    diagnostics = [note(place) for place in places[:most]]
    if len(places) > most:
        diagnostics[-1] = replace(diagnostics[-1], message=f"{diagnostics[-1].message}, and {len(places) - most:,} more below")
    return tuple(diagnostics)


def worst_severity(diagnostics: tuple[Diagnostic, ...]) -> Severity:
    """The highest severity among the problems; a notice where there are none."""
    return max((each.severity for each in diagnostics), default=Severity.NOTICE)


def quoted(text: str) -> str:
    """A value as messages show it: in quotes, on one line, cut after 60 characters."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


class LogCounter(logging.Handler):
    """What was logged so far, from warnings upwards."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counts: Counter[str] = Counter()
        self.last: logging.LogRecord | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Counts a record once, though it comes by each of the loggers above its own."""
        if record is not self.last:
            self.last = record
            self.counts["error" if record.levelno >= logging.ERROR else "warning"] += 1

    def text(self) -> str:
        """`1 error and 2 warnings`, or nothing."""
        counted = ((self.counts[kind], kind) for kind in ("error", "warning"))
        return " and ".join(f"{count} {kind}{'s' * (count > 1)}" for count, kind in counted if count)


@contextmanager
def count_logged(*names: str) -> Iterator[LogCounter]:
    """Counts what these loggers and those below them are told, even where they are set to pass less on; shows no more than before."""
    tally = LogCounter()
    with ExitStack() as heard:
        for name in names:
            heard.enter_context(_heard(logging.getLogger(name), tally))
        yield tally


@contextmanager
def _heard(logger: logging.Logger, tally: LogCounter) -> Iterator[None]:
    level, shown = logger.level, [(handler, handler.level) for handler in logger.handlers]
    if level > logging.WARNING:
        logger.setLevel(logging.WARNING)
        for handler, least in shown:
            handler.setLevel(max(level, least))
    logger.addHandler(tally)
    try:
        yield
    finally:
        logger.removeHandler(tally)
        logger.setLevel(level)
        for handler, least in shown:
            handler.setLevel(least)


class HeaderError(Exception):
    """A header that can't be read: where, why, and how to mend it."""

    def __init__(self, position: Position, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.position, self.message, self.hint = position, message, hint


NOTICES = 20
"""How many notices a build prints; `python hooks check` prints all."""
LEVELS = {Severity.NOTICE: logging.INFO, Severity.WARNING: logging.WARNING, Severity.ERROR: logging.ERROR}


def log_diagnostics(diagnostics: tuple[Diagnostic, ...], root: str | Callable[[SourcePath], str], log: logging.Logger) -> None:
    """Logs problems in order, their files below `root` or as it names them: errors as such, warnings as such, notices as information."""
    notices = 0
    for each in diagnostics:
        notices += each.severity is Severity.NOTICE
        if each.severity > Severity.NOTICE or notices <= NOTICES:
            kind = "notice: " if each.severity is Severity.NOTICE else ""
            log.log(LEVELS[each.severity], "%s%s", kind, each.text(root))
    if notices > NOTICES:
        log.info("and %d more notices", notices - NOTICES)
