"""The side of a Dask worker: runs each task in a process beside it, within limits of time and memory that its threads can't be given."""

import functools
import hashlib
import importlib.metadata
import os
import pickle
import platform
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO

import almanac_kb
from almanac_kb.core.cache import CODE
from almanac_kb.core.workers import PACKAGE_PARENT, TaskOutcome, run_task, start_worker

TASK_SECONDS = 300
"""Seconds after which a task is ended with its process: no task may keep a worker of the cluster busy for ever."""
IDLE_SECONDS = 60
"""Seconds without a task after which a process ends, so that a build leaves nothing behind on the cluster."""
PYTHON, PROJECT = "Python", "almanac-kb"
LENGTH_BYTES = 8
"""Bytes of the length in front of each message between a Dask worker and its processes."""


class ClusterError(Exception):
    """A cluster can't be used, or did not do a task, which another process can do; the message says why."""


def versions(names: Sequence[str]) -> dict[str, str]:
    """The versions of what affects results, by name: of packages, of `Python`, and of `almanac-kb` with a digest of its code."""
    return {name: _version(name) for name in names}


def difference(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """The first version that a worker has otherwise than this machine, as a phrase; empty where all are the same."""
    found = ((name, theirs.get(name, "none"), version) for name, version in ours.items())
    return next((f"{name} {other}, this machine {own}" for name, other, own in found if other != own), "")


def run(shared: bytes, name: str, task: bytes, needed: Mapping[str, str]) -> bytes:
    """Runs a task on a Dask worker; returns the pickled Outcome.

    `shared` is the pickled value that tasks get from `shared_value`, `name` a digest of it, `task` the pickled function, arguments and
    options. Raises ClusterError where this worker has other versions than `needed`, OSError or EOFError where the process was killed.
    """
    differs = difference(versions(tuple(needed)), needed)
    if differs:
        raise ClusterError(f"a worker that joined has {differs}")
    process = _idle_process() or _Process()
    try:
        answer = process.run(shared, name, task)
    except BaseException:
        process.end()
        raise
    _idle().put(process)
    return answer


@functools.cache
def _version(name: str) -> str:
    if name == PYTHON:
        return ".".join(platform.python_version_tuple()[:2])
    if name == PROJECT:
        return f"{almanac_kb.__version__} ({hashlib.blake2b(''.join(CODE).encode(), digest_size=4).hexdigest()})"
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "none"


@functools.cache
def _idle() -> "queue.LifoQueue[_Process]":
    """The processes of this Dask worker that have no task: at most one for each of its threads."""
    return queue.LifoQueue()


def _idle_process() -> "_Process | None":
    """An idle process that still runs."""
    while True:
        try:
            process = _idle().get_nowait()
        except queue.Empty:
            return None
        if process.is_running():
            return process
        process.end()


class _Process:
    """A process that runs one task after the other. Dask's workers may be daemons, which must not use `multiprocessing`."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, (str(PACKAGE_PARENT), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603 - this module itself
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
        )
        self._shared = ""

    def run(self, shared: bytes, name: str, task: bytes) -> bytes:
        """The pickled Outcome of a task; the shared value is only sent when it is another one than before."""
        if not self._process.stdin or not self._process.stdout:
            raise EOFError
        timer = threading.Timer(TASK_SECONDS, self._process.kill)
        timer.start()
        try:
            _send(self._process.stdin, shared if name != self._shared else b"")
            _send(self._process.stdin, task)
            self._shared = name
            return _receive(self._process.stdout)
        finally:
            timer.cancel()

    def is_running(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Ends the process and waits for that."""
        self._process.kill()
        self._process.communicate()


def _send(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(LENGTH_BYTES, "big"))
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    """The next message; raises EOFError where the other process has ended."""
    length = stream.read(LENGTH_BYTES)
    data = stream.read(int.from_bytes(length, "big")) if length else b""
    if len(length) < LENGTH_BYTES or len(data) < int.from_bytes(length, "big"):
        raise EOFError("the process that ran the task was killed")
    return data


def _serve() -> None:
    """Runs the tasks that the Dask worker sends, until it ends or sends none for IDLE_SECONDS."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # so that nothing that a task prints is taken for an answer
    while True:
        timer = threading.Timer(IDLE_SECONDS, os.kill, (os.getpid(), signal.SIGTERM))
        timer.daemon = True
        timer.start()
        try:
            shared, task = _receive(requests), _receive(requests)
        except EOFError:
            return
        finally:
            timer.cancel()
        _send(answers, pickle.dumps(_outcome(shared, task)))


def _outcome(shared: bytes, task: bytes) -> TaskOutcome:
    try:
        if shared:
            start_worker(pickle.loads(shared))  # noqa: S301 - sent by the build, as the task is
        work, args, options = pickle.loads(task)  # noqa: S301
    except Exception as error:  # whatever is missing here, the machine of the build has it
        return TaskOutcome(None, ClusterError(f"a worker can't read what it is sent: {type(error).__name__}: {error}"), ())
    return run_task(work, args, options)


if __name__ == "__main__":
    _serve()
