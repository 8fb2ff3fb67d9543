"""The one pool of worker processes, behind `concurrent.futures.Executor`; the number of processes for this machine; the progress bar.

A task is a module-level function, called with arguments that can be pickled. A value that all tasks of a pool need, such as the site
or the templates, is handed to `executor` once, and a task reads it by `shared_value`. core/limits bounds what one text may take.
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
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")

MEMORY_PER_WORKER = 300 * 1024 * 1024
"""Bytes of memory required for each worker: what a worker that handles 1,000 articles allocates itself, and a reserve."""
CGROUPS, OWN_CGROUPS, MEMORY = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup"), Path("/proc/meminfo")
"""The paths at which Linux mounts control groups, lists those of this process (cgroups(7)), and reports free memory (proc(5))."""
PROGRESS_DELAY = 2.0
"""Seconds before a progress bar appears; shorter work needs none."""
PROGRESS_FORMAT = "{desc}: {n_fmt} of {total_fmt}, {remaining} left"
GARBAGE_THRESHOLD = 50_000
"""Objects that a worker makes before it looks for garbage (`gc.set_threshold`), of which it has little."""
PR_SET_PDEATHSIG = 1
"""Option of prctl(2), from linux/prctl.h: the signal that a process gets when its parent ends."""
PACKAGE_PARENT = Path(__file__).parent.parent.parent
"""The folder that must be on `sys.path` so that a new process can import this package."""
KILLED = (
    "a worker process was killed before its work was done, most likely because memory ran out; "
    "set a smaller number of workers below extra.knowledge in mkdocs.yml"
)
SHARED: ContextVar[Any] = ContextVar("shared value of an executor")


class WorkerError(Exception):
    """A worker process was killed, or raised an error that can't be pickled; the message says which."""


def count_workers(wanted: int | str, cgroups: Path = CGROUPS, own: Path = OWN_CGROUPS, memory: Path = MEMORY) -> int:
    """The number of worker processes: the number that is wanted, or for `auto` as many as pay, at least one.

    `auto` is one for each processor that this process may use, by its affinity and by the quota of its control groups, but at most one per
    MEMORY_PER_WORKER of the memory that is free or, where that is less, granted by the control groups.
    """
    if isinstance(wanted, int):
        return wanted
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    groups = _own_groups(cgroups, own)
    quotas = [quota for group in groups if (quota := _processor_quota(group))]
    limits = [limit for group in groups if (limit := _memory_limit(group))] + _free_memory(memory)
    bounds = [processors, *(round(quota) for quota in quotas), *(limit // MEMORY_PER_WORKER for limit in limits)]
    return max(1, min(bounds))


def _own_groups(cgroups: Path, own: Path) -> list[Path]:
    """The folders of the control groups of this process and of their parents, of cgroup versions 2 and 1."""
    folders: list[Path] = []
    for line in own.read_text().splitlines() if own.is_file() else ():
        _, controllers, path = line.split(":", 2)
        mount = cgroups / controllers  # of version 2, which names no controllers, it is the whole tree
        group = mount / path.strip("/")
        folders += [folder for folder in (group, *group.parents) if folder.is_relative_to(mount)]
    return folders


def _processor_quota(group: Path) -> float | None:
    """The number of processors that a control group may keep busy; None where it has no quota."""
    words = _words(group / "cpu.max") or [*_words(group / "cpu.cfs_quota_us"), *_words(group / "cpu.cfs_period_us")]
    if len(words) != 2 or not all(word.isdigit() for word in words):
        return None
    return int(words[0]) / int(words[1])


def _memory_limit(group: Path) -> int | None:
    """The bytes of memory that a control group may use; None where it has no limit."""
    words = _words(group / "memory.max") or _words(group / "memory.limit_in_bytes")
    return int(words[0]) if words and words[0].isdigit() else None


def _free_memory(memory: Path) -> list[int]:
    """The bytes of memory that are free or can be freed, as a list of one; an empty list where the system does not say."""
    lines = memory.read_text().splitlines() if memory.is_file() else ()
    return [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []


def can_fork() -> bool:
    """Whether this process can be forked safely: a lock that another thread holds would stay locked in the child."""
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def executor(shared: object, workers: int, *, tasks: int | None = None) -> Iterator[Executor]:
    """An executor whose tasks get `shared` from `shared_value`, valid within the block.

    `workers` processes run the tasks, or fewer where there are at most `tasks` of them; with 1, this process runs each task when it is
    submitted. Processes are forked where that is safe, so that the shared value is not copied; elsewhere they are spawned and get it
    pickled; where it can't be pickled, this process runs the tasks. Futures raise what a task raises, and WorkerError where a worker was
    killed. What workers log is logged here. No worker outlives the block or this process.
    """
    pool = _process_pool(shared, min(workers, tasks or workers)) if workers > 1 else None
    if pool is None:
        yield _ThisProcess(shared)
        return
    others = set(multiprocessing.active_children())
    with _package_on_path():
        try:
            yield pool
        finally:
            for process in set(multiprocessing.active_children()) - others if pool.unfinished else ():
                process.terminate()
            pool.shutdown(cancel_futures=True)


def shared_value() -> Any:
    """The value shared by all tasks of the executor that runs the calling task."""
    return SHARED.get()


def map_batches(
    pool: Executor,
    work: Callable[[list[Item]], Iterable[Result]],
    items: Sequence[Item],
    size: int,
    phase: str,
    before: int = 0,
    count: int | None = None,
) -> Iterator[Result]:
    """The results of all items, in order, with a progress bar named `phase`.

    `work` is a task that returns one result for each item of a list; a worker is given lists of at most `size` items. Where the items are
    part of `count` items, of which so many were done `before` these, the bar shows all.
    """
    results = pool.map(work, batches(items, size))
    return with_progress(phase, (result for part in results for result in part), len(items) if count is None else count, before)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in order, in lists of `size`; the last list may be shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def with_progress(phase: str, items: Iterable[Item], count: int, before: int = 0) -> Iterator[Item]:
    """The items, unchanged; while they are consumed, a progress bar on stderr shows how many of `count` are done and the time that is left.

    So many of these were done `before`.

    There is no bar where stderr is no terminal or MkDocs runs with `--quiet`.
    """
    if not (logging.getLogger("mkdocs").isEnabledFor(logging.INFO) and sys.stderr.isatty()):
        yield from items
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # a bar would start a thread, and a process with threads can't be forked safely
    with tqdm(items, phase, count, leave=False, file=sys.stderr, initial=before, delay=PROGRESS_DELAY, bar_format=PROGRESS_FORMAT) as bar:
        yield from bar


@dataclass(frozen=True)
class TaskOutcome:
    """The result, the error and the log that a worker sends back when a task has ended."""

    value: Any
    error: Exception | None
    """The exception that the task raised."""
    records: tuple[logging.LogRecord, ...]
    """The records that it logged."""


class _ThisProcess(Executor):
    """An executor that runs each task in this process: submitted ones at once, those of `map` when their results are consumed."""

    def __init__(self, shared: object) -> None:
        self._context = copy_context()
        self._context.run(SHARED.set, shared)

    def submit(self, work: Callable[Parameters, Result], /, *args: Parameters.args, **options: Parameters.kwargs) -> Future[Result]:
        future: Future[Result] = Future()
        try:
            future.set_result(self._context.run(work, *args, **options))
        except Exception as error:  # whatever it is, who asks for the result gets it
            future.set_exception(error)
        return future

    def map(
        self, work: Callable[..., Result], *iterables: Iterable[Any], timeout: float | None = None, chunksize: int = 1
    ) -> Iterator[Result]:
        return map(partial(self._context.run, work), *iterables)


class _ProcessPool(ProcessPoolExecutor):
    """A pool of processes that returns the log records of its tasks, and names the cause when a worker is killed."""

    def __init__(self, count: int, method: str, initializer: Callable[[Any], None], shared: object) -> None:
        super().__init__(count, multiprocessing.get_context(method), initializer, (shared,))
        self.unfinished: set[Future[Any]] = set()
        """The futures that have no result yet."""

    def submit(self, work: Callable[Parameters, Result], /, *args: Parameters.args, **options: Parameters.kwargs) -> Future[Result]:
        future: Future[Result] = Future()
        self.unfinished.add(future)
        future.add_done_callback(self.unfinished.discard)
        super().submit(run_task, work, args, options).add_done_callback(partial(_hand_over, future))
        return future


def _process_pool(shared: object, count: int) -> _ProcessPool | None:
    """A pool of `count` processes; None where they could not be given the shared value."""
    if can_fork():
        return _ProcessPool(count, "fork", _start_forked, shared)
    try:
        data = pickle.dumps(shared)
    except (TypeError, AttributeError, pickle.PicklingError):
        return None
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    return _ProcessPool(count, method, _start_afresh, data)


def _start_forked(shared: object) -> None:
    """Initializer of a forked worker."""
    gc.freeze()  # so that collecting garbage does not copy the memory it shares with its parent
    gc.set_threshold(GARBAGE_THRESHOLD)
    gc.enable()
    start_worker(shared)


def _start_afresh(data: bytes) -> None:
    """Initializer of a spawned worker, which starts without this process's memory; `data` is the pickled shared value."""
    start_worker(pickle.loads(data))  # noqa: S301 - pickled by _process_pool for this worker


def start_worker(shared: object) -> None:
    """Prepares a process for tasks that share this value: it ends with its parent, and Ctrl-C is its parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a worker is of no use without the process that waits for it
    SHARED.set(shared)


def run_task(work: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> TaskOutcome:
    """Runs a task in a worker."""
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    _log_to(logging.handlers.QueueHandler(records))
    value, error = None, None
    try:
        value = work(*args, **options)
    except Exception as raised:  # whatever it is, who asks for the result gets it
        error = _picklable(raised)
    return TaskOutcome(value, error, tuple(records.get() for _ in range(records.qsize())))


def _log_to(handler: logging.Handler) -> None:
    """Sends every log record of this process to one handler; the process that started it filters and writes them by its own loggers."""
    loggers = [logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    for logger in loggers:
        logger.handlers[:] = []
        logger.propagate = True
    logging.root.handlers[:] = [handler]


def _hand_over(future: Future[Any], inner: Future[TaskOutcome]) -> None:
    """Passes the result of a finished task to the future that the caller holds."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        deliver(inner.result(), future)
    except BrokenExecutor:
        future.set_exception(WorkerError(KILLED))
    except Exception as error:  # such as a result that can't be pickled
        future.set_exception(error)


def deliver(outcome: TaskOutcome, future: Future[Any]) -> None:
    """Logs what a task logged, and gives its result or its exception to a future."""
    for record in outcome.records:
        logging.getLogger(record.name).handle(record)
    if outcome.error:
        future.set_exception(outcome.error)
    else:
        future.set_result(outcome.value)


def _picklable(error: Exception) -> Exception:
    """The exception itself, or, where it can't be pickled, a WorkerError with its traceback."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled in the same line
    except (TypeError, AttributeError, pickle.PicklingError):
        return WorkerError("".join(traceback.format_exception(error)))
    return error


@contextmanager
def _package_on_path() -> Iterator[None]:
    """Lets new processes import this package: MkDocs keeps the folder of a hook on `sys.path` only while the hook loads."""
    path = str(PACKAGE_PARENT)
    sys.path.insert(0, path)
    try:
        yield
    finally:
        sys.path.remove(path)
