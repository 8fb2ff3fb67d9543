"""The one process pool, its limits, its progress bar."""

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
from types import FrameType, TracebackType
from typing import Any, Generic, TypeVar

from tqdm import tqdm

from almanac_kb.core.diagnostics import LocalDiagnostic, Position, quoted

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in order, `size` of them at a time, the last time perhaps fewer."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


Result = TypeVar("Result")


PR_SET_PDEATHSIG = 1
"""Of linux/prctl.h: what to be sent when the process that made this one ends."""
CHUNK_FORKS = 32
"""How many pieces of work that are soon done a copy takes at a time: those that follow each other lie together in memory too, of which a
copy makes its own what it uses."""


class WorkerError(Exception):
    """A copy of this process ended before its work was done; says how."""


@dataclass(frozen=True)
class WorkerResult:
    """What a copy says at its end."""

    records: tuple[logging.LogRecord, ...]
    """What it logged."""
    error: Exception | None = None
    """What ended it early."""


def worker_count() -> int:
    """How many copies pay: one a processor, where a process can be copied without harm; else one."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def run_beside(work: Callable[[], Result], loggers: Sequence[str]) -> Callable[[], Result]:
    """Has work done in a copy of this process while this one goes on; calling what is returned waits for what came of it.

    Where that does not pay, or threads make it unsafe, it is done here and now. Raises what `share` raises.
    """
    if not can_fork():
        made = work()
        return lambda: made
    lookups = map_forked(lambda _: work(), (None,), loggers, count=1)

    def only() -> Result:
        [made] = lookups
        return made

    return only


def map_unordered(work: Callable[[Item], Result], items: Sequence[Item], few: int) -> Iterator[tuple[Item, Result]]:
    """Each item with what the work makes of it, in any order; by copies of this process where that pays, which is for more than a `few`."""
    if len(items) <= few or not can_fork():
        return ((item, work(item)) for item in items)
    chunks = list(batches(items, CHUNK_FORKS))
    return (pair for pairs in map_forked(lambda chunk: [(item, work(item)) for item in chunk], chunks, ()) for pair in pairs)


def map_forked(
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
    for _ in range(count or worker_count()):
        here, there = multiprocessing.Pipe(duplex=False)
        started[here] = forks.Process(target=_copy, args=(work, items, following, loggers, there, ended), daemon=True)
        started[here].start()
        there.close()
    return _ended(started)


def can_fork() -> bool:
    """Whether this process can be copied, and copies pay: a lock that a thread holds would stay held in a copy."""
    return worker_count() > 1 and threading.active_count() == 1


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
            if isinstance(said, WorkerResult):
                waiting.remove(answer)
                _tell(said)
            else:
                yield said


def _tell(end: WorkerResult) -> None:
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
    answer.send(WorkerResult(tuple(records.get() for _ in range(records.qsize())), error))


def _next(following: "Synchronized[int]") -> int:
    with following.get_lock():
        number = following.value
        following.value = number + 1
    return number


def _received(answer: Connection) -> Any:
    try:
        return answer.recv()
    except EOFError:
        return WorkerResult((), WorkerError("a process ended before its work was done"))


def _sendable(error: Exception) -> Exception:
    """The error itself, or, where it can't be sent to another process, its traceback."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made a moment ago
    except (TypeError, AttributeError, pickle.PicklingError):
        return WorkerError("".join(traceback.format_exception(error)))
    return error


LATE = 2.0
"""Seconds before anything is said."""
FORMAT = "{desc}: {n_fmt} of {total_fmt}, {remaining} left"


tqdm.monitor_interval = 0  # bm25s shows bars too; each would start a thread, and with threads a process can't be copied


def with_progress(phase: str, items: Iterable[Item], count: int) -> Iterator[Item]:
    """The items, as they are; while `count` of them are gone through, how many were is shown and how long the rest will take."""
    quiet = None if logging.getLogger("mkdocs").isEnabledFor(logging.INFO) else True
    with tqdm(items, phase, count, leave=False, file=sys.stderr, disable=quiet, delay=LATE, bar_format=FORMAT) as shown:
        yield from shown


if sys.platform != "win32":
    import resource

SECONDS = 5
"""How long one text may keep the processor busy."""
MEMORY = 384 * 1024 * 1024
"""How many bytes one text may take beside what the process has already."""
LENGTH = 16 * 1024 * 1024
"""How many characters of HTML a text may become."""
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What the extensions of Markdown raise where a text meets a mistake of theirs."""
USE = Path("/proc/self/statm")


class LimitError(BaseException):
    """A text takes too much; says what. No `Exception`, for extensions catch those and go on."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Raises BoundError in the block once it has kept the processor busy for so long, where the system has such a clock."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def memory_limit(size: int = MEMORY) -> Iterator[None]:
    """Lets the block take so many bytes more, or raises MemoryError; where the system does not say what is taken, there is no bound."""
    used = _used()
    if sys.platform == "win32" or not used:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [used + size, *(each for each in (soft, hard) if each != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def check_length(html: str) -> str:
    """The HTML; raises BoundError where it is too long."""
    if len(html) > LENGTH:
        raise LimitError(f"becomes {len(html):,} characters of HTML, more than {LENGTH:,}")
    return html


def limit_diagnostic(error: BaseException) -> LocalDiagnostic:
    """What the author of a text is told that could not be rendered."""
    if isinstance(error, LimitError):
        return LocalDiagnostic(Position(), str(error), "split it, or leave out what repeats or nests without end")
    if isinstance(error, MemoryError):
        return LocalDiagnostic(
            Position(), f"takes more than {MEMORY // 1024**2} MB to render", "split it, or leave out what repeats without end"
        )
    if isinstance(error, RecursionError):
        return LocalDiagnostic(Position(), "nests too deep to render", "nest less")
    return LocalDiagnostic(
        Position(), f"can't be rendered: {type(error).__name__}: {quoted(str(error))}", "leave out what is unusual, part by part"
    )


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise LimitError(f"takes more than {SECONDS} s to render")


def _used() -> int:
    """How many bytes of data the process has, or 0 where the system does not say."""
    if sys.platform == "win32" or not USE.exists():
        return 0
    return int(USE.read_text().split()[5]) * resource.getpagesize()


CHUNK_WORKERS = 16
"""How many pieces a worker is given at a time."""
PACKAGES = Path(__file__).parent.parent.parent
"""Where a worker finds the package `knowledge`."""

Common = TypeVar("Common")
Piece = TypeVar("Piece")
Made = TypeVar("Made")


class WorkerPool(Generic[Piece, Made]):
    """Makes something of each of many pieces; the processes start with the first lot that pays, and end with the block."""

    def __init__(self, maker: Callable[[Common], Callable[[Piece], Made]], common: Common, few: int, count: int | None = None) -> None:
        """`maker` gives what works on one piece, of what all have in common; a `few` are made here, for starting processes takes as long.

        `count` is the number of processes; None asks the machine.
        """
        self._maker: Callable[[Any], Callable[[Piece], Made]] = maker
        self._common, self._few = common, few
        self._count = count or os.cpu_count() or 1
        self._open = ExitStack()

    def __enter__(self) -> "WorkerPool[Piece, Made]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.__exit__(kind, error, trace)

    def make(self, pieces: Sequence[Piece]) -> Iterator[Made]:
        """What is made of the pieces, in order."""
        if self._count < 2 or len(pieces) <= self._few:
            return map(self._here, pieces)
        return (each for chunk in self._elsewhere(batches(pieces, CHUNK_WORKERS)) for each in chunk)

    @cached_property
    def _here(self) -> Callable[[Piece], Made]:
        return self._maker(self._common)

    @cached_property
    def _elsewhere(self) -> Callable[[Iterable[Sequence[Piece]]], Iterator[list[Made]]]:
        path = self._open.enter_context(_kept((self._maker, self._common)))
        self._open.enter_context(_findable())
        pool = self._open.enter_context(ProcessPoolExecutor(self._count, multiprocessing.get_context(_method())))
        return partial(pool.map, partial(_chunk, path))


def _method() -> str:
    """How processes start: where that is safe as copies of this one, for it has imported everything."""
    if can_fork():
        return "fork"
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def _chunk(path: str, pieces: Sequence[Any]) -> list[Any]:
    work = _opened(path)
    return [work(piece) for piece in pieces]


@cache
def _opened(path: str) -> Callable[[Any], Any]:
    """What works on one piece, by what is in a file: made once in each worker."""
    maker, common = pickle.loads(Path(path).read_bytes())  # noqa: S301 - written by _kept a moment ago
    made: Callable[[Any], Any] = maker(common)
    gc.enable()
    gc.freeze()  # so that collecting garbage does not look again and again at what stays
    return made


@contextmanager
def _kept(value: object) -> Iterator[str]:
    """A file with a value, for as long as workers need it: it may be too large to send with each chunk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "common")
        path.write_bytes(pickle.dumps(value))
        yield str(path)


@contextmanager
def _findable() -> Iterator[None]:
    """Lets workers import this package while they start: the folder of the hooks is on the path only while hooks load."""
    path = str(PACKAGES)
    sys.path.insert(0, path)
    try:
        yield
    finally:
        sys.path.remove(path)
