"""Says on a terminal how far a phase of two seconds or more has come, by tqdm, which is silent where no terminal is."""

import logging
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
LATE = 2.0
"""Seconds before anything is said."""
FORMAT = "{desc}: {n_fmt} of {total_fmt}, {remaining} left"


tqdm.monitor_interval = 0  # bm25s shows bars too; each would start a thread, and with threads a process can't be copied


def over(phase: str, items: Iterable[Item], count: int) -> Iterator[Item]:
    """The items, as they are; while `count` of them are gone through, how many were is shown and how long the rest will take."""
    quiet = None if logging.getLogger("mkdocs").isEnabledFor(logging.INFO) else True
    with tqdm(items, phase, count, leave=False, file=sys.stderr, disable=quiet, delay=LATE, bar_format=FORMAT) as shown:
        yield from shown
