"""Learns what every file of a site tells: those of which nothing is known yet, by as many workers as there are processors where it pays."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from knowledge import progress
from knowledge.batches import batches
from knowledge.checks import facts
from knowledge.checks.facts import Facts
from knowledge.checks.ground import Glance, Ground
from knowledge.render import memo
from knowledge.render.workers import Workers

FEW = 400
"""How many files are read without workers."""
BATCH = 2000
"""How many files are gone through at a time, so that what was learned of all need not be held at once."""


def survey(paths: Sequence[str], ground: Ground, glances: Mapping[str, Glance], workers: int | None) -> Iterator[tuple[str, Facts]]:
    """What each file tells that can tell something, in order; `workers` is the number of processes, None asks the machine.

    What a glance has of a file that did not change since is believed.
    """
    telling = [path for path in paths if ground.tells(path)]
    seen = {path: glances[path] for path in telling if path in glances and glances[path].stamp == ground.stamp(path)}
    yield from progress.over("Inspecting", _learned(telling, ground, seen, workers), len(telling))


def _learned(paths: list[str], ground: Ground, seen: Mapping[str, Glance], workers: int | None) -> Iterator[tuple[str, Facts]]:
    with Workers(_maker, ground, FEW, workers) as staff:
        for batch in batches(paths, BATCH):
            unseen = [path for path in batch if path not in seen]
            learned = _recalled(unseen, ground, staff.make)
            yield from ((path, learned.get(path) or facts.load(seen[path].facts)) for path in batch)


def _maker(ground: Ground) -> Callable[[str], Facts]:
    return ground.study


def _recalled(paths: list[str], ground: Ground, make: Callable[[list[str]], Iterator[Facts]]) -> dict[str, Facts]:
    if ground.keeper is None:
        return dict(zip(paths, make(paths), strict=True))
    keys = {path: ground.key(path, (ground.site / path).read_bytes()) for path in paths}
    found = dict(memo.recall(ground.keeper.memory, {key: path for path, key in keys.items()}, make, _loaded, facts.dump))
    return {path: found[key] for path, key in keys.items()}


def _loaded(data: bytes) -> Facts | None:
    try:
        return facts.load(data)
    except (ValueError, TypeError):
        return None
