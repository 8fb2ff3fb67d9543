"""Counts the warnings and errors that are logged while a site is made, whatever is shown of them."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


class Tally(logging.Handler):
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
def counting(*names: str) -> Iterator[Tally]:
    """Counts what these loggers and those below them are told, even where they are set to pass less on; shows no more than before."""
    tally = Tally()
    with ExitStack() as heard:
        for name in names:
            heard.enter_context(_heard(logging.getLogger(name), tally))
        yield tally


@contextmanager
def _heard(logger: logging.Logger, tally: Tally) -> Iterator[None]:
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
