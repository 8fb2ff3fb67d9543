"""Tells authors of problems: errors and warnings all, notices up to a number."""

import logging
from collections.abc import Callable

from knowledge.place import Source
from knowledge.problem import Problem, Severity

NOTICES = 20
"""How many notices a build prints; `python hooks check` prints all."""
LEVELS = {Severity.NOTICE: logging.INFO, Severity.WARNING: logging.WARNING, Severity.ERROR: logging.ERROR}


def tell(problems: tuple[Problem, ...], root: str | Callable[[Source], str], log: logging.Logger) -> None:
    """Logs problems in order, their files below `root` or as it names them: errors as such, warnings as such, notices as information."""
    notices = 0
    for each in problems:
        notices += each.severity is Severity.NOTICE
        if each.severity > Severity.NOTICE or notices <= NOTICES:
            kind = "notice: " if each.severity is Severity.NOTICE else ""
            log.log(LEVELS[each.severity], "%s%s", kind, each.text(root))
    if notices > NOTICES:
        log.info("and %d more notices", notices - NOTICES)
