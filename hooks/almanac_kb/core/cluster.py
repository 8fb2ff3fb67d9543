"""Tasks on the workers of a Dask cluster, behind `concurrent.futures.Executor`, and the rules by which a cluster is given up.

A cluster is used only where each of its workers has the same versions of everything that affects results. A task that it does not do,
because its workers or its scheduler went away, ends with ClusterError, and the caller does it another way.
"""

import pickle
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from almanac_kb.core import cluster_worker
from almanac_kb.core.cache import cache_key
from almanac_kb.core.cluster_worker import ClusterError
from almanac_kb.core.workers import deliver

Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")

SAME = (cluster_worker.PYTHON, cluster_worker.PROJECT, "dask", "distributed", "msgspec")
"""The packages that must have the same version on all machines, whatever the tasks are."""
CONNECT_SECONDS = 5
"""Seconds in which the scheduler must answer, and in which it must have a worker."""
CLOSE_SECONDS = 2
"""Seconds that the scheduler has to say goodbye."""
POLL_SECONDS = 1
"""Seconds between two looks at a cluster that does not answer."""
WITHOUT_WORKERS_SECONDS = 10
"""Seconds without any worker after which the tasks are given up; a killed worker is started again in less."""
WITHOUT_RESULT_SECONDS = 120
"""Seconds without any result after which the tasks are given up: a task of 16 texts takes at most 80."""


@contextmanager
def executor(address: str, shared: object, packages: Sequence[str]) -> Iterator[Executor]:
    """An executor whose tasks run on a Dask cluster and get `shared` from `shared_value`, valid within the block.

    `address` is that of the scheduler: `tcp://scheduler:8786`. `packages` are those that affect results. Functions, arguments and results
    must be picklable. Raises ClusterError where the cluster can't be used. Futures raise what a task raises, and ClusterError where the
    cluster did not do it.
    """
    try:
        data = pickle.dumps(shared)
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        raise ClusterError(f"{error}, so that no other machine can be sent it") from None
    client = _connect(address)
    try:
        needed = cluster_worker.versions((*SAME, *packages))
        try:
            _check_versions(client, needed)
            pool = _ClusterPool(client, data, needed)
        except OSError as error:  # the errors of connections and timeouts of Dask are among these
            raise ClusterError(f"the cluster at {address} can't be used: {error}") from None
        try:
            yield pool
        finally:
            pool.shutdown()
    finally:
        with suppress(Exception):  # the scheduler may be gone
            client.close(timeout=CLOSE_SECONDS)


def _connect(address: str) -> Any:
    """A client of the scheduler, which has a worker."""
    try:
        import dask.config

        dask.config.set({"distributed.comm.offload": False})  # no thread for large messages, which would outlive the client
        from distributed import Client
    except ImportError:
        raise ClusterError("the package distributed is missing; pip install 'almanac-kb[cluster]'") from None
    client: Any = Client.__new__(Client)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions, which _check_versions names
            client.__init__(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # OSError, TimeoutError, or ValueError and others for what is no address of a scheduler
        client.status = "connecting"  # or its thread would stay, and no process could be forked safely any more
        with suppress(Exception):  # the same once more
            client.close(timeout=CLOSE_SECONDS)
        raise ClusterError(f"no scheduler of Dask answers at {address}: {error}") from None
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except Exception:  # of Dask's time limit, or of a connection that ended meanwhile
        with suppress(Exception):  # the scheduler may be gone
            client.close(timeout=CLOSE_SECONDS)
        raise ClusterError(f"the scheduler at {address} has no workers; start some by `dask worker {address}`") from None
    return client


def _check_versions(client: Any, needed: dict[str, str]) -> None:
    """Raises ClusterError for the first worker that has another version of anything than this machine."""
    answers = client.run(cluster_worker.versions, tuple(needed), on_error="return")
    for worker, theirs in sorted(answers.items()):
        if not isinstance(theirs, dict):
            raise ClusterError(f"the worker {worker} fails; install almanac-kb there as it is on this machine: {theirs}")
        if differs := cluster_worker.difference(theirs, needed):
            raise ClusterError(f"the worker {worker} has {differs}; install the same version there")


class _ClusterPool(Executor):
    """The executor of a client. A thread of it gives up the tasks that are left when no worker is there, or none answers."""

    def __init__(self, client: Any, shared: bytes, needed: dict[str, str]) -> None:
        self._client, self._needed = client, needed
        self._name = f"almanac-{cache_key(shared)}"
        self._shared = client.scatter({self._name: shared}, broadcast=True)[self._name]
        self._executor: Executor = client.get_executor(pure=True, retries=1)
        self._unfinished: set[Future[Any]] = set()
        self._last_result = time.monotonic()
        self._is_closed = threading.Event()
        self._watch = threading.Thread(target=self._give_up_in_time, daemon=True)
        self._watch.start()

    def submit(self, work: Callable[Parameters, Result], /, *args: Parameters.args, **options: Parameters.kwargs) -> Future[Result]:
        future: Future[Result] = Future()
        self._unfinished.add(future)
        future.add_done_callback(self._unfinished.discard)
        task = pickle.dumps((work, args, options))
        try:
            inner = self._executor.submit(cluster_worker.run, self._shared, self._name, task, self._needed)
        except Exception as error:  # whatever Dask says of a connection that is gone
            future.set_exception(ClusterError(str(error)))
            return future
        inner.add_done_callback(partial(self._finish, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends the executor; tasks without a result are given up."""
        self._is_closed.set()
        self._watch.join()
        self._give_up("the build ended")
        with suppress(Exception):  # the scheduler may be gone
            self._executor.shutdown(wait=False)

    def _finish(self, future: Future[Any], inner: Future[bytes]) -> None:
        """Passes on what a worker returned."""
        self._last_result = time.monotonic()
        with suppress(InvalidStateError):  # it was given up
            try:
                deliver(pickle.loads(inner.result()), future)  # noqa: S301 - who may send tasks to the cluster is trusted
            except InvalidStateError:
                raise
            except CancelledError:
                future.set_exception(ClusterError("the scheduler or all workers are gone"))
            except Exception as error:  # such as KilledWorker of Dask
                future.set_exception(error if isinstance(error, ClusterError) else ClusterError(f"{type(error).__name__}: {error}"))

    def _give_up_in_time(self) -> None:
        without_workers = 0.0
        while not self._is_closed.wait(POLL_SECONDS):
            without_workers = 0 if self._has_workers() else without_workers + POLL_SECONDS
            if without_workers >= WITHOUT_WORKERS_SECONDS:
                self._give_up("the scheduler or all workers are gone")
            elif time.monotonic() - self._last_result > WITHOUT_RESULT_SECONDS:
                self._give_up(f"no worker returned anything for {WITHOUT_RESULT_SECONDS} s")

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.scheduler_info()["workers"])
        except Exception:  # whatever Dask says of a connection that is gone
            return False

    def _give_up(self, reason: str) -> None:
        for future in tuple(self._unfinished):
            with suppress(InvalidStateError):  # it has just ended
                future.set_exception(ClusterError(reason))
