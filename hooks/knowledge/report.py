"""Tells authors of problems: errors and warnings all, notices up to a number."""

import logging
from collections.abc import Callable

from knowledge.place import Source
from knowledge.problem import Problem, Severity

NOTICES = 20
"""How many notices a build prints; `python hooks check` prints all."""
LEVELS = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING}


def tell(problems: tuple[Problem, ...], root: str | Callable[[Source], str], log: logging.Logger) -> None:
    """Logs the problems of files below `root`, or as `root` names them: errors as such, warnings as such, notices as information."""
    for each in problems:
        if each.severity in LEVELS:
            log.log(LEVELS[each.severity], each.text(root))
    notices = [each for each in problems if each.severity is Severity.NOTICE]
    for each in notices[:NOTICES]:
        log.info("notice: %s", each.text(root))
    if len(notices) > NOTICES:
        log.info("and %d more notices", len(notices) - NOTICES)
