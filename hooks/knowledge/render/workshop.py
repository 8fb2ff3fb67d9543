"""Compiles many texts: those not remembered, by as many workers as there are processors where it pays."""

import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from knowledge.render import compiled, memo
from knowledge.render.compiled import Compiled
from knowledge.render.compiler import Compiler
from knowledge.render.memo import Memo
from knowledge.render.recipe import Recipe, fingerprint

FEW = 40
"""How many texts are compiled without workers: starting them takes as long."""
CHUNK = 32
"""How many texts a worker is given at a time; each chunk has a Markdown instance of its own."""
PACKAGES = Path(__file__).parent.parent.parent
"""Where a worker finds the package `knowledge`."""


def compile_all(texts: Sequence[str], recipe: Recipe, memory: Memo | None, workers: int | None = None) -> list[Compiled]:
    """The compiled texts, in order. `workers` is the number of processes; 1 compiles here, None asks the machine."""
    if memory is None:
        return _compile(texts, recipe, workers)
    mark = fingerprint(recipe)
    keys = [memo.key(mark, text) for text in texts]
    known = {key: each for key, data in memory.find(keys).items() if (each := _loaded(data))}
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    made = dict(zip(missing, _compile(list(missing.values()), recipe, workers), strict=True))
    memory.keep({key: compiled.dump(each) for key, each in made.items()}, known)
    return [(known if key in known else made)[key] for key in keys]


def _loaded(data: bytes) -> Compiled | None:
    try:
        return compiled.load(data)
    except (ValueError, KeyError, TypeError):
        return None


def _compile(texts: Sequence[str], recipe: Recipe, workers: int | None) -> list[Compiled]:
    chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
    count = min(workers or os.cpu_count() or 1, len(chunks))
    if count < 2 or len(texts) <= FEW:
        return _chunk(recipe, texts)
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    with _findable(), ProcessPoolExecutor(count, multiprocessing.get_context(method)) as pool:
        return [each for chunk in pool.map(partial(_chunk, recipe), chunks) for each in chunk]


def _chunk(recipe: Recipe, texts: Sequence[str]) -> list[Compiled]:
    compiler = Compiler(recipe)
    return [compiler.compile(text) for text in texts]


@contextmanager
def _findable() -> Iterator[None]:
    """Lets workers import this package while they start: the folder of the hooks is on the path only while hooks load."""
    path = str(PACKAGES)
    sys.path.insert(0, path)
    try:
        yield
    finally:
        sys.path.remove(path)
