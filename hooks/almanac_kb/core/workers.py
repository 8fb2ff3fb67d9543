"""Work in several processes: forked copies of this one, or a pool that stays; how many of them; the progress bar.

`map_forked` and what stands on it fork this process for one piece of work, so that nothing is pickled but results. `WorkerPool` keeps
processes for many lots of work and also runs where forking is unsafe. What one text may take in a worker is in core/limits.
"""

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
import tempfile
import threading
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
Result = TypeVar("Result")
Shared = TypeVar("Shared")

FORK_BATCH = 32
"""Items that a forked worker takes at a time: neighbours share memory pages, so that a worker copies less of the memory."""
POOL_BATCH = 16
"""Items that a worker of a pool is sent at a time: sending costs less, and at the end no worker waits long for the others."""
PROGRESS_DELAY = 2.0
"""Seconds before a progress bar appears; what is done sooner needs none."""
PROGRESS_FORMAT = "{desc}: {n_fmt} of {total_fmt}, {remaining} left"
PR_SET_PDEATHSIG = 1
"""Option of prctl(2), from linux/prctl.h: the signal that this process gets when its parent ends."""
PACKAGE_PARENT = Path(__file__).parent.parent.parent
"""The folder that must be on `sys.path` for a new process to find this package."""

tqdm.monitor_interval = 0  # bm25s shows bars too; each would start a thread, and a process with threads can't be forked safely


class WorkerError(Exception):
    """A worker process ended before its work was done, or raised what can't be sent; says how."""


@dataclass(frozen=True)
class WorkerEnd:
    """What a forked worker sends last."""

    records: tuple[logging.LogRecord, ...]
    """What it logged."""
    error: Exception | None = None
    """The exception that ended it early."""


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in order, in lists of `size`; the last list may be shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def with_progress(phase: str, items: Iterable[Item], count: int) -> Iterator[Item]:
    """The items unchanged; while they are consumed, a progress bar on stderr says how many of `count` are done and how long the rest takes.

    There is no bar where stderr is no terminal or MkDocs is told to be quiet.
    """
    disable = None if logging.getLogger("mkdocs").isEnabledFor(logging.INFO) else True
    bar_format, delay = PROGRESS_FORMAT, PROGRESS_DELAY
    with tqdm(items, phase, count, leave=False, file=sys.stderr, disable=disable, delay=delay, bar_format=bar_format) as bar:
        yield from bar


def worker_count() -> int:
    """How many forked processes are worth having: one for each processor that this process may use; 1 where forking is unsafe."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def can_fork() -> bool:
    """Whether forking this process is worth it and safe: a lock that another thread holds would stay locked in the fork."""
    return worker_count() > 1 and threading.active_count() == 1


def run_beside(work: Callable[[], Result], loggers: Sequence[str]) -> Callable[[], Result]:
    """Starts work in a fork while this process goes on; the returned function waits for its result.

    The work is done at once in this process where `can_fork` is false. Raises what `map_forked` raises.
    """
    if not can_fork():
        result = work()
        return lambda: result
    results = map_forked(lambda _: work(), (None,), loggers, count=1)

    def wait_for_result() -> Result:
        [result] = results
        return result

    return wait_for_result


def map_unordered(work: Callable[[Item], Result], items: Sequence[Item], few: int) -> Iterator[tuple[Item, Result]]:
    """Each item with its result, in any order; by forks where `can_fork` is true and there are more than `few` items."""
    if len(items) <= few or not can_fork():
        return ((item, work(item)) for item in items)

    def work_batch(batch: list[Item]) -> list[tuple[Item, Result]]:
        return [(item, work(item)) for item in batch]

    return (pair for pairs in map_forked(work_batch, list(batches(items, FORK_BATCH)), ()) for pair in pairs)


def map_forked(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    loggers: Sequence[str],
    *,
    count: int | None = None,
    finish: Callable[[], None] = lambda: None,
) -> Generator[Result, None, None]:
    """The results of all items, in any order, by `count` forks of this process (None: `worker_count`), which start at once.

    Each fork takes the next item when it is done with one, and calls `finish` when there are no more. What forks log to `loggers` is
    logged here when they end. Raises what a fork raises, and WorkerError where a fork is killed. Whatever else the work changes, it
    changes in a fork only. No fork outlives the generator, nor this process.
    """
    forks = multiprocessing.get_context("fork")
    next_index = forks.Value("l", 0)
    workers: dict[Connection, BaseProcess] = {}
    for _ in range(count or worker_count()):
        receiver, sender = multiprocessing.Pipe(duplex=False)
        workers[receiver] = forks.Process(target=_run_fork, args=(work, items, next_index, loggers, sender, finish), daemon=True)
        workers[receiver].start()
        sender.close()
    return _results_until_end(workers)


def _results_until_end(workers: dict[Connection, BaseProcess]) -> Generator[Any, None, None]:
    try:
        yield from _receive_results(workers)
    finally:
        for process in workers.values():
            process.terminate()
            process.join()


def _receive_results(workers: Iterable[Connection]) -> Iterator[Any]:
    running = list(workers)
    while running:
        ready = wait(running)
        for receiver in [receiver for receiver in running if receiver in ready]:
            message = _receive(receiver)
            if isinstance(message, WorkerEnd):
                running.remove(receiver)
                _log_and_raise(message)
            else:
                yield message


def _receive(receiver: Connection) -> Any:
    try:
        return receiver.recv()
    except EOFError:
        return WorkerEnd((), WorkerError("a process ended before its work was done"))


def _log_and_raise(end: WorkerEnd) -> None:
    for record in end.records:
        logging.getLogger(record.name).handle(record)
    if end.error:
        raise end.error


def _run_fork(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    next_index: "Synchronized[int]",
    loggers: Sequence[str],
    sender: Connection,
    finish: Callable[[], None],
) -> None:
    """What a forked worker does: sends the results of items until there are none, and a WorkerEnd last."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a fork is of no use without the process that waits for it
    gc.freeze()  # so that collecting garbage does not copy all the memory that is shared
    gc.enable()
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    for name in loggers:
        logging.getLogger(name).handlers[:] = [logging.handlers.QueueHandler(records)]
        logging.getLogger(name).propagate = False
    error: Exception | None = None
    try:
        while (index := _take_index(next_index)) < len(items):
            sender.send(work(items[index]))
        finish()
    except Exception as raised:  # whatever it is, the process that waits raises it
        error = _picklable(raised)
    sender.send(WorkerEnd(tuple(records.get() for _ in range(records.qsize())), error))


def _take_index(next_index: "Synchronized[int]") -> int:
    with next_index.get_lock():
        index = next_index.value
        next_index.value = index + 1
    return index


def _picklable(error: Exception) -> Exception:
    """The error itself, or, where it can't be sent to another process, a WorkerError with its traceback."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled in the same line
    except (TypeError, AttributeError, pickle.PicklingError):
        return WorkerError("".join(traceback.format_exception(error)))
    return error


class WorkerPool(Generic[Item, Result]):
    """A context manager that maps items to results by processes, which start with the first lot that is worth it and end with the block."""

    def __init__(self, maker: Callable[[Shared], Callable[[Item], Result]], shared: Shared, few: int, count: int | None = None) -> None:
        """`maker` makes, once in each process, the function of one item from the value that all share; both must be picklable.

        A lot of at most `few` items is worked on in this process, because starting others takes as long. `count` is the number of
        processes; None: one for each processor of the machine.
        """
        self._maker: Callable[[Any], Callable[[Item], Result]] = maker
        self._shared, self._few = shared, few
        self._count = count or os.cpu_count() or 1
        self._stack = ExitStack()

    def __enter__(self) -> "WorkerPool[Item, Result]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)

    def make(self, items: Sequence[Item]) -> Iterator[Result]:
        """The results of the items, in order."""
        if self._count < 2 or len(items) <= self._few:
            return map(self._work_here, items)
        return (result for results in self._map_batches(batches(items, POOL_BATCH)) for result in results)

    @cached_property
    def _work_here(self) -> Callable[[Item], Result]:
        return self._maker(self._shared)

    @cached_property
    def _map_batches(self) -> Callable[[Iterable[Sequence[Item]]], Iterator[list[Result]]]:
        path = self._stack.enter_context(_pickled_to_file((self._maker, self._shared)))
        self._stack.enter_context(_package_on_path())
        pool = self._stack.enter_context(ProcessPoolExecutor(self._count, multiprocessing.get_context(_start_method())))
        return partial(pool.map, partial(_work_batch, path))


def _start_method() -> str:
    """How the processes of a pool start: forked where that is safe, for a fork has imported everything already."""
    if can_fork():
        return "fork"
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def _work_batch(path: str, items: Sequence[Any]) -> list[Any]:
    work = _load_work(path)
    return [work(item) for item in items]


@cache
def _load_work(path: str) -> Callable[[Any], Any]:
    """The function of one item, from the maker and the shared value in a file; made once in each process."""
    maker, shared = pickle.loads(Path(path).read_bytes())  # noqa: S301 - written by _pickled_to_file for this build
    work: Callable[[Any], Any] = maker(shared)
    gc.enable()
    gc.freeze()  # so that collecting garbage does not look again and again at what stays
    return work


@contextmanager
def _pickled_to_file(value: object) -> Iterator[str]:
    """The path of a temporary file with a pickled value, which may be too large to be sent with each batch."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "shared")
        path.write_bytes(pickle.dumps(value))
        yield str(path)


@contextmanager
def _package_on_path() -> Iterator[None]:
    """Lets new processes import this package: the folder of a MkDocs hook is on `sys.path` only while the hook loads."""
    path = str(PACKAGE_PARENT)
    sys.path.insert(0, path)
    try:
        yield
    finally:
        sys.path.remove(path)
