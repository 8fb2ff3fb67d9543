"""Compiles many texts: those not remembered, by as many workers as there are processors where it pays."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from almanac_kb.body import compiled
from almanac_kb.body.compiled import Compiled
from almanac_kb.body.compiler import Compiler, Text
from almanac_kb.body.vault import Vault
from almanac_kb.body.workbench import Workbench, fingerprint
from almanac_kb.core import cache
from almanac_kb.core import workers as core_workers
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.workers import WorkerPool

FEW = 40
"""How many texts are compiled without workers."""


def compile_all(texts: Sequence[Text], bench: Workbench, memory: DiskCache | None, workers: int | None = None) -> list[Compiled]:
    """The compiled texts, in order. `workers` is the number of processes; 1 compiles here, None asks the machine."""
    plain = replace(bench, vault=Vault(dict(bench.vault.found)))
    with WorkerPool(_maker, plain, FEW, workers) as staff:
        if memory is None:
            return list(core_workers.with_progress("Rendering", staff.make(texts), len(texts)))
        position = fingerprint(bench)
        keys = [cache.cache_key(position, text.source, text.markdown) for text in texts]
        pieces = dict(zip(keys, texts, strict=True))
        recalled = cache.cached(memory, pieces, staff.make, partial(_loaded, vault=bench.vault), _dumped)
        made = dict(core_workers.with_progress("Rendering", recalled, len(pieces)))
    return [made[key] for key in keys]


def _maker(bench: Workbench) -> Callable[[Text], Compiled]:
    return Compiler(bench).compile


def _dumped(made: Compiled) -> bytes | None:
    return compiled.dump(made) if compiled.whole(made) else None


def _loaded(data: bytes, vault: Vault) -> Compiled | None:
    """The remembered text, if the vault still answers what it answered then."""
    try:
        kept = compiled.load(data)
    except (ValueError, KeyError, TypeError):
        return None
    return kept if all(vault.get(key) == answer for key, answer in kept.lookups.items()) else None
