"""Diagnostics: messages for authors with severity and position; printing them, and counting what was logged."""

import enum
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from almanac_kb.core.paths import SourcePath

Value = TypeVar("Value")

MAX_REPEATED = 5
"""Files for which the same message is printed one by one; for more files it is printed once, with their number."""
NAMED_PLACES = 3
"""Further places that such a message names."""
QUOTED_VALUE = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
COMMAND = "python hooks" if Path(__file__).parents[2].joinpath("__main__.py").is_file() else "almanac"
"""The command line as authors type it: `python hooks` in a clone, `almanac` where the package is installed."""
MAX_NOTICES = 20
"""Notices that one build prints; more would hide its warnings. The command `check` prints all of them."""
MAX_QUOTED = 60
"""Characters of a value that a message quotes, so that it stays on one line of a terminal."""


class Severity(enum.IntEnum):
    """The severity of a problem; a higher number is worse."""

    NOTICE = 0
    """Something was repaired or made safe; nothing fails."""
    WARNING = 1
    """Something is missing or suspicious; a strict build fails."""
    ERROR = 2
    """The article is refused."""


LOG_LEVELS = {Severity.NOTICE: logging.INFO, Severity.WARNING: logging.WARNING, Severity.ERROR: logging.ERROR}


@dataclass(frozen=True, order=True)
class Position:
    """A position in a text; lines and columns count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class LocalDiagnostic:
    """A diagnostic of one value, before its file and field are known."""

    position: Position
    """The position of the value in the file."""
    message: str
    """The requirement, and the value that was read instead."""
    hint: str = ""
    """The remedy: text that the author can write instead."""
    severity: Severity = Severity.ERROR

    def below(self, line: int) -> "LocalDiagnostic":
        """The same diagnostic of a text that starts at this line of a file, its position counted in the file."""
        return replace(self, position=Position(self.position.line + line - 1, self.position.column))


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """The result of reading something: its value, and the diagnostics of reading it."""

    value: Value
    diagnostics: tuple[LocalDiagnostic, ...] = ()


@dataclass(frozen=True, order=True)
class Diagnostic:
    """A message for an author about one file. Diagnostics sort by file, then by position."""

    source: SourcePath
    """The file below docs/."""
    position: Position
    """The position in the file."""
    field: str
    """The key as the author wrote it, or the part of the article: `header`, `body`, `file`."""
    message: str
    """The requirement, and the value that was read instead."""
    hint: str = ""
    """The remedy: text that the author can write instead."""
    severity: Severity = Severity.ERROR

    def text(self, root: str | Callable[[SourcePath], str]) -> str:
        """The diagnostic as one line that editors can follow: `docs/a.md:4:7: pubDate: must be a date, got 'soon'; write 2025-04-11`.

        `root` is the folder that the file lies in, or a function that gives the path by which its author knows the file.
        """
        path = root(self.source) if callable(root) else f"{root}/{self.source}" if root else self.source
        return f"{path}:{self.position.line}:{self.position.column}: {self.field}: {self.sentence}"

    @property
    def sentence(self) -> str:
        """The message, followed by the hint where there is one."""
        return f"{self.message}; {self.hint}" if self.hint else self.message

    def workflow_command(self, path: str, title: str) -> str:
        """The workflow command by which GitHub shows the message at its line: `::error file=docs/a.md,line=4,col=7,title=date::…`.

        Source: docs.github.com/actions/reference/workflow-commands-for-github-actions.
        """
        values = {"file": path, "line": str(self.position.line), "col": str(self.position.column), "title": title}
        properties = ",".join(f"{name}={_percent_encoded(value, ':,')}" for name, value in values.items())
        return f"::{self.severity.name.lower()} {properties}::{_percent_encoded(self.sentence, '')}"


def _percent_encoded(value: str, more: str) -> str:
    """A value of a workflow command, percent-encoded: percent signs, line ends and the characters in `more`."""
    for character in f"%\r\n{more}":
        value = value.replace(character, f"%{ord(character):02X}")
    return value


@dataclass(frozen=True)
class Reported:
    """A diagnostic, and the path by which its author knows the file, relative to mkdocs.yml."""

    path: str
    diagnostic: Diagnostic


class HeaderError(Exception):
    """A file or front matter that can't be read: the position, the reason, and how to mend it."""

    def __init__(self, position: Position, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.position, self.message, self.hint = position, message, hint


def in_file(source: SourcePath, field: str, diagnostic: LocalDiagnostic) -> Diagnostic:
    """The diagnostic of a field of a file."""
    return Diagnostic(source, diagnostic.position, field, diagnostic.message, diagnostic.hint, diagnostic.severity)


def limited(items: Sequence[Value], diagnose: Callable[[Value], LocalDiagnostic], limit: int = 20) -> tuple[LocalDiagnostic, ...]:
    """A diagnostic for each of the first `limit` items; the last of them says how many more there are."""
    diagnostics = [diagnose(item) for item in items[:limit]]
    if len(items) > limit:
        diagnostics[-1] = replace(diagnostics[-1], message=f"{diagnostics[-1].message}, and {len(items) - limit:,} more below")
    return tuple(diagnostics)


def worst_severity(diagnostics: tuple[Diagnostic, ...]) -> Severity:
    """The highest severity among diagnostics; NOTICE where there are none."""
    return max((diagnostic.severity for diagnostic in diagnostics), default=Severity.NOTICE)


def quoted(text: str) -> str:
    """A value as messages quote it: in quotes, on one line, cut to MAX_QUOTED characters."""
    return repr(text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 3] + "...")


def said_once(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, tuple[Diagnostic, ...]]]:
    """The diagnostics in order, each with the equal ones of other files; a message of more than MAX_REPEATED files is yielded once.

    Diagnostics are equal when field, message and hint are; notices, which report repairs, also when only their quoted values differ.
    """
    every = tuple(diagnostics)
    groups: dict[tuple[object, ...], dict[SourcePath, Diagnostic]] = {}
    for diagnostic in every:
        groups.setdefault(_thing(diagnostic), {}).setdefault(diagnostic.source, diagnostic)
    for diagnostic in every:
        first, *others = groups[_thing(diagnostic)].values()
        if len(others) < MAX_REPEATED:
            yield diagnostic, ()
        elif diagnostic is first:
            yield diagnostic, tuple(others)


def _thing(diagnostic: Diagnostic) -> tuple[object, ...]:
    """The content of a diagnostic without its file, by which equal ones are found."""
    if diagnostic.severity is Severity.NOTICE:
        return Severity.NOTICE, diagnostic.field, QUOTED_VALUE.sub("…", diagnostic.message)
    return diagnostic.severity, diagnostic.field, diagnostic.message, diagnostic.hint


def _elsewhere(others: Sequence[Diagnostic], root: str | Callable[[SourcePath], str]) -> str:
    """The places of further equal diagnostics: ` (and in 59 more files: docs/b.md:3, docs/c.md:3, docs/d.md:4, …)`; empty for none."""
    if not others:
        return ""
    places = ", ".join(":".join(other.text(root).split(":")[:2]) for other in others[:NAMED_PLACES])
    return f" (and in {len(others):,} more files: {places}{', …' if len(others) > NAMED_PLACES else ''})"


def log_diagnostics(diagnostics: tuple[Diagnostic, ...], root: str | Callable[[SourcePath], str], log: logging.Logger) -> None:
    """Logs diagnostics in order: errors and warnings as such, the first MAX_NOTICES notices as information.

    `root` is the folder of their files, or a function from a source path to the path that is printed; see Diagnostic.text.
    """
    notices = 0
    for diagnostic, others in said_once(diagnostics):
        is_notice = diagnostic.severity is Severity.NOTICE
        notices += is_notice
        if not is_notice or notices <= MAX_NOTICES:
            line = f"{diagnostic.text(root)}{_elsewhere(others, root)}"
            log.log(LOG_LEVELS[diagnostic.severity], "%s%s", "notice: " if is_notice else "", line)
    if notices > MAX_NOTICES:
        log.info("and %d more notices", notices - MAX_NOTICES)


class LogCounter(logging.Handler):
    """A log handler that counts warnings and errors and shows nothing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counts: Counter[str] = Counter()
        self._last: logging.LogRecord | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Counts a record once, even when it arrives from its own logger and from each parent that has this handler."""
        if record is not self._last:
            self._last = record
            self.counts["error" if record.levelno >= logging.ERROR else "warning"] += 1

    def text(self) -> str:
        """`1 error and 2 warnings`; the empty string where nothing was counted."""
        counts = ((self.counts[kind], kind) for kind in ("error", "warning"))
        return " and ".join(f"{count} {kind}{'s' * (count > 1)}" for count, kind in counts if count)


@contextmanager
def count_logged(*names: str) -> Iterator[LogCounter]:
    """Counts the warnings and errors that these loggers and the loggers below them get within the block.

    Records that a raised log level holds back, as with `mkdocs --quiet`, are counted too, and are still not printed.
    """
    counter = LogCounter()
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(_counting(logging.getLogger(name), counter))
        yield counter


@contextmanager
def _counting(logger: logging.Logger, counter: LogCounter) -> Iterator[None]:
    """Adds the counter to a logger; while the logger lets warnings through for it, the other handlers get the logger's old level."""
    level, handler_levels = logger.level, [(handler, handler.level) for handler in logger.handlers]
    if level > logging.WARNING:
        logger.setLevel(logging.WARNING)
        for handler, handler_level in handler_levels:
            handler.setLevel(max(level, handler_level))
    logger.addHandler(counter)
    try:
        yield
    finally:
        logger.removeHandler(counter)
        logger.setLevel(level)
        for handler, handler_level in handler_levels:
            handler.setLevel(handler_level)
