"""Shares work out among copies of this process, which know all that it knows and need be sent nothing."""

import logging
import logging.handlers
import multiprocessing
import os
import queue
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class ForkError(Exception):
    """A copy failed; says how."""


@dataclass(frozen=True)
class End:
    """What a copy says at its end."""

    records: tuple[logging.LogRecord, ...]
    """What it logged."""
    error: str
    """The traceback of what ended it early, or nothing."""


def processors() -> int:
    """How many copies pay: one a processor, where a process can be copied without harm; else one."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def share(work: Callable[[Item], Result], items: Sequence[Item], loggers: Sequence[str]) -> Iterator[Result]:
    """What the work makes of each item, in copies of this process and in any order; what they log is logged here.

    Raises ForkError where one fails. Whatever else the work changes is changed in a copy only.
    """
    count = processors()
    started = dict(_start(work, items[number::count], loggers) for number in range(count))
    while started:
        ready = wait(list(started))
        for answer in [each for each in started if each in ready]:
            said = _received(answer)
            if not isinstance(said, End):
                yield said
                continue
            started.pop(answer).join()
            for record in said.records:
                logging.getLogger(record.name).handle(record)
            if said.error:
                raise ForkError(said.error)


def _start(work: Callable[[Item], Result], items: Sequence[Item], loggers: Sequence[str]) -> tuple[Connection, BaseProcess]:
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_copy, args=(work, items, loggers, there), daemon=True)
    process.start()
    there.close()
    return here, process


def _copy(work: Callable[[Item], Result], items: Sequence[Item], loggers: Sequence[str], answer: Connection) -> None:
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    for name in loggers:
        logging.getLogger(name).handlers[:] = [logging.handlers.QueueHandler(records)]
        logging.getLogger(name).propagate = False
    error = ""
    try:
        for item in items:
            answer.send(work(item))
    except Exception:  # whatever it is, the process that waits says it
        error = traceback.format_exc()
    answer.send(End(tuple(records.get() for _ in range(records.qsize())), error))


def _received(answer: Connection) -> Any:
    try:
        return answer.recv()
    except EOFError:
        return End((), "a process ended before its work was done")
