"""Compiles many texts: those not remembered, by as many workers as there are processors where it pays."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from knowledge import progress
from knowledge.body.vault import Vault
from knowledge.render import compiled, memo
from knowledge.render.compiled import Compiled
from knowledge.render.compiler import Compiler, Text
from knowledge.render.memo import Memo
from knowledge.render.workbench import Workbench, fingerprint
from knowledge.render.workers import Workers

FEW = 40
"""How many texts are compiled without workers."""


def compile_all(texts: Sequence[Text], bench: Workbench, memory: Memo | None, workers: int | None = None) -> list[Compiled]:
    """The compiled texts, in order. `workers` is the number of processes; 1 compiles here, None asks the machine."""
    plain = replace(bench, vault=Vault(dict(bench.vault.found)))
    with Workers(_maker, plain, FEW, workers) as staff:
        if memory is None:
            return list(progress.over("Rendering", staff.make(texts), len(texts)))
        mark = fingerprint(bench)
        keys = [memo.key(mark, text.source, text.markdown) for text in texts]
        pieces = dict(zip(keys, texts, strict=True))
        recalled = memo.recall(memory, pieces, staff.make, partial(_loaded, vault=bench.vault), _dumped)
        made = dict(progress.over("Rendering", recalled, len(pieces)))
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
    return kept if all(vault.get(key) == answer for key, answer in kept.answers.items()) else None
