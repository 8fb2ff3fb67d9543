"""Worker processes for many pieces of work of one kind: as many as there are processors, none where that would not pay."""

import gc
import multiprocessing
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from knowledge import forks
from knowledge.batches import batches

CHUNK = 16
"""How many pieces a worker is given at a time."""
PACKAGES = Path(__file__).parent.parent.parent
"""Where a worker finds the package `knowledge`."""

Common = TypeVar("Common")
Piece = TypeVar("Piece")
Made = TypeVar("Made")


class Workers(Generic[Piece, Made]):
    """Makes something of each of many pieces; the processes start with the first lot that pays, and end with the block."""

    def __init__(self, maker: Callable[[Common], Callable[[Piece], Made]], common: Common, few: int, count: int | None = None) -> None:
        """`maker` gives what works on one piece, of what all have in common; a `few` are made here, for starting processes takes as long.

        `count` is the number of processes; None asks the machine.
        """
        self._maker: Callable[[Any], Callable[[Piece], Made]] = maker
        self._common, self._few = common, few
        self._count = count or os.cpu_count() or 1
        self._open = ExitStack()

    def __enter__(self) -> "Workers[Piece, Made]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.__exit__(kind, error, trace)

    def make(self, pieces: Sequence[Piece]) -> Iterator[Made]:
        """What is made of the pieces, in order."""
        if self._count < 2 or len(pieces) <= self._few:
            return map(self._here, pieces)
        return (each for chunk in self._elsewhere(batches(pieces, CHUNK)) for each in chunk)

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
    if forks.safe():
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
