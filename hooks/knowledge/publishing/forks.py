"""Shares work out among copies of this process, which know all that it knows and need be sent nothing."""

import logging
import logging.handlers
import multiprocessing
import os
import queue
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

Item = TypeVar("Item")


class ForkError(Exception):
    """A copy failed; says how."""


def processors() -> int:
    """How many copies pay: one a processor, where a process can be copied without harm; else one."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def share(work: Callable[[Item], object], items: Sequence[Item], loggers: Sequence[str]) -> None:
    """Does the work for each item, in copies of this process; what they log is logged here, in the order of the copies.

    Raises ForkError where one fails. Whatever else the work changes is changed in a copy only.
    """
    count = processors()
    started = [_start(work, items[number::count], loggers) for number in range(count)]
    answers = [_received(answer) for _, answer in started]
    for process, _ in started:
        process.join()
    for record in (record for records, _ in answers for record in records):
        logging.getLogger(record.name).handle(record)
    failed = [error for _, error in answers if error]
    if failed:
        raise ForkError(failed[0])


def _start(
    work: Callable[[Item], object], items: Sequence[Item], loggers: Sequence[str]
) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_copy, args=(work, items, loggers, there), daemon=True)
    process.start()
    there.close()
    return process, here


def _copy(work: Callable[[Item], object], items: Sequence[Item], loggers: Sequence[str], answer: Connection) -> None:
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    for name in loggers:
        logging.getLogger(name).handlers[:] = [logging.handlers.QueueHandler(records)]
        logging.getLogger(name).propagate = False
    error = ""
    try:
        for item in items:
            work(item)
    except Exception:  # whatever it is, the process that waits says it
        error = traceback.format_exc()
    answer.send(([records.get() for _ in range(records.qsize())], error))


def _received(answer: Connection) -> tuple[list[logging.LogRecord], str]:
    try:
        found: tuple[list[logging.LogRecord], str] = answer.recv()
    except EOFError:
        return [], "a process ended before its work was done"
    return found
