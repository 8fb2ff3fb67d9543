"""Compiles many texts: those not remembered, by as many workers as there are processors where it pays."""

import multiprocessing
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from knowledge.body.vault import Vault
from knowledge.render import compiled, memo
from knowledge.render.compiled import Compiled
from knowledge.render.compiler import Compiler, Text
from knowledge.render.memo import Memo
from knowledge.render.workbench import Workbench, fingerprint

FEW = 40
"""How many texts are compiled without workers: starting them takes as long."""
CHUNK = 16
"""How many texts a worker is given at a time."""
PACKAGES = Path(__file__).parent.parent.parent
"""Where a worker finds the package `knowledge`."""


def compile_all(texts: Sequence[Text], bench: Workbench, memory: Memo | None, workers: int | None = None) -> list[Compiled]:
    """The compiled texts, in order. `workers` is the number of processes; 1 compiles here, None asks the machine."""
    if memory is None:
        return _compile(texts, bench, workers)
    mark = fingerprint(bench)
    keys = [memo.key(mark, text.source, text.markdown) for text in texts]
    known = {key: each for key, data in memory.find(keys).items() if (each := _loaded(data, bench.vault))}
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    made = dict(zip(missing, _compile(list(missing.values()), bench, workers), strict=True))
    memory.keep({key: compiled.dump(each) for key, each in made.items() if compiled.whole(each)}, known)
    return [(known if key in known else made)[key] for key in keys]


def _loaded(data: bytes, vault: Vault) -> Compiled | None:
    """The remembered text, if the vault still answers what it answered then."""
    try:
        kept = compiled.load(data)
    except (ValueError, KeyError, TypeError):
        return None
    return kept if all(vault.get(key) == answer for key, answer in kept.answers.items()) else None


def _compile(texts: Sequence[Text], bench: Workbench, workers: int | None) -> list[Compiled]:
    chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
    count = min(workers or os.cpu_count() or 1, len(chunks))
    if count < 2 or len(texts) <= FEW:
        compiler = Compiler(bench)
        return [compiler.compile(text) for text in texts]
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    with _kept(bench) as path, _findable(), ProcessPoolExecutor(count, multiprocessing.get_context(method)) as pool:
        return [each for chunk in pool.map(partial(_chunk, path), chunks) for each in chunk]


def _chunk(path: str, texts: Sequence[Text]) -> list[Compiled]:
    compiler = _opened(path)
    return [compiler.compile(text) for text in texts]


@cache
def _opened(path: str) -> Compiler:
    """The compiler of the workbench in a file, one for each worker."""
    return Compiler(pickle.loads(Path(path).read_bytes()))  # noqa: S301 - written by _kept a moment ago


@contextmanager
def _kept(bench: Workbench) -> Iterator[str]:
    """A file with the workbench, for as long as workers need it: the vault is too large to send with each chunk."""
    plain = replace(bench, vault=Vault(dict(bench.vault.found)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "workbench")
        path.write_bytes(pickle.dumps(plain))
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
