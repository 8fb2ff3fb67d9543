"""Shares work out among copies of this process, which know all that it knows and need be sent nothing."""

import ctypes
import gc
import logging
import logging.handlers
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from typing import Any, TypeVar

from knowledge.batches import batches

Item = TypeVar("Item")
Result = TypeVar("Result")


PR_SET_PDEATHSIG = 1
"""Of linux/prctl.h: what to be sent when the process that made this one ends."""
CHUNK = 32
"""How many pieces of work that are soon done a copy takes at a time: those that follow each other lie together in memory too, of which a
copy makes its own what it uses."""


class ForkError(Exception):
    """A copy of this process ended before its work was done; says how."""


@dataclass(frozen=True)
class End:
    """What a copy says at its end."""

    records: tuple[logging.LogRecord, ...]
    """What it logged."""
    error: Exception | None = None
    """What ended it early."""


def processors() -> int:
    """How many copies pay: one a processor, where a process can be copied without harm; else one."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def beside(work: Callable[[], Result], loggers: Sequence[str]) -> Callable[[], Result]:
    """Has work done in a copy of this process while this one goes on; calling what is returned waits for what came of it.

    Where that does not pay, or threads make it unsafe, it is done here and now. Raises what `share` raises.
    """
    if not safe():
        made = work()
        return lambda: made
    answers = share(lambda _: work(), (None,), loggers, count=1)

    def only() -> Result:
        [made] = answers
        return made

    return only


def each(work: Callable[[Item], Result], items: Sequence[Item], few: int) -> Iterator[tuple[Item, Result]]:
    """Each item with what the work makes of it, in any order; by copies of this process where that pays, which is for more than a `few`."""
    if len(items) <= few or not safe():
        return ((item, work(item)) for item in items)
    chunks = list(batches(items, CHUNK))
    return (pair for pairs in share(lambda chunk: [(item, work(item)) for item in chunk], chunks, ()) for pair in pairs)


def share(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    loggers: Sequence[str],
    *,
    count: int | None = None,
    ended: Callable[[], None] = lambda: None,
) -> Generator[Result, None, None]:
    """What the work makes of each item, in copies of this process that take the next item when they are done with one; what they log is
    logged here. `count` is the number of copies; None asks the machine. Each copy calls `ended` when there are no more items.

    Raises what a copy raises, ForkError where it ends otherwise. Whatever else the work changes is changed in a copy only.
    """
    forks = multiprocessing.get_context("fork")
    following = forks.Value("l", 0)
    started: dict[Connection, BaseProcess] = {}
    for _ in range(count or processors()):
        here, there = multiprocessing.Pipe(duplex=False)
        started[here] = forks.Process(target=_copy, args=(work, items, following, loggers, there, ended), daemon=True)
        started[here].start()
        there.close()
    return _ended(started)


def safe() -> bool:
    """Whether this process can be copied, and copies pay: a lock that a thread holds would stay held in a copy."""
    return processors() > 1 and threading.active_count() == 1


def _ended(started: dict[Connection, BaseProcess]) -> Generator[Any, None, None]:
    """What the copies say; none of them is left at the end."""
    try:
        yield from _heard(started)
    finally:
        for process in started.values():
            process.terminate()
            process.join()


def _heard(started: dict[Connection, BaseProcess]) -> Iterator[Any]:
    waiting = list(started)
    while waiting:
        ready = wait(waiting)
        for answer in [each for each in waiting if each in ready]:
            said = _received(answer)
            if isinstance(said, End):
                waiting.remove(answer)
                _tell(said)
            else:
                yield said


def _tell(end: End) -> None:
    for record in end.records:
        logging.getLogger(record.name).handle(record)
    if end.error:
        raise end.error


def _copy(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    following: "Synchronized[int]",
    loggers: Sequence[str],
    answer: Connection,
    ended: Callable[[], None],
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a copy is of no use without the process that it is one of
    gc.freeze()  # so that collecting garbage does not copy all the memory that is shared
    gc.enable()
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    for name in loggers:
        logging.getLogger(name).handlers[:] = [logging.handlers.QueueHandler(records)]
        logging.getLogger(name).propagate = False
    error: Exception | None = None
    try:
        while (number := _next(following)) < len(items):
            answer.send(work(items[number]))
        ended()
    except Exception as raised:  # whatever it is, the process that waits raises it
        error = _sendable(raised)
    answer.send(End(tuple(records.get() for _ in range(records.qsize())), error))


def _next(following: "Synchronized[int]") -> int:
    with following.get_lock():
        number = following.value
        following.value = number + 1
    return number


def _received(answer: Connection) -> Any:
    try:
        return answer.recv()
    except EOFError:
        return End((), ForkError("a process ended before its work was done"))


def _sendable(error: Exception) -> Exception:
    """The error itself, or, where it can't be sent to another process, its traceback."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made a moment ago
    except (TypeError, AttributeError, pickle.PicklingError):
        return ForkError("".join(traceback.format_exception(error)))
    return error
