"""Learns what every file of a site tells: those not remembered, by as many workers as there are processors where it pays."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from knowledge import progress
from knowledge.checks import facts
from knowledge.checks.facts import Facts
from knowledge.checks.study import STUDIES, Lens, ending, study
from knowledge.render import memo
from knowledge.render.edition import edition
from knowledge.render.memo import Memo
from knowledge.render.workers import Workers

FEW = 400
"""How many files are read without workers."""
BATCH = 2000
"""How many files are gone through at a time, so that what was learned of all need not be held at once."""
PAGES = frozenset({"html", "htm"})
TEXTS = frozenset({"txt", "md"})
PACKAGES = ("lxml",)
"""The packages whose version decides what is learned."""


@dataclass(frozen=True)
class Ground:
    """What all that is learned has in common."""

    site: Path
    """The folder of the site."""
    lens: Lens

    def study(self, path: str) -> Facts:
        """What the file at a path tells."""
        return study(path, (self.site / path).read_bytes(), self.lens)


def survey(paths: Sequence[str], ground: Ground, memory: Memo | None, workers: int | None) -> Iterator[tuple[str, Facts]]:
    """What each file tells that can tell something, in order; `workers` is the number of processes, None asks the machine."""
    telling = [path for path in paths if ending(path) in STUDIES.keys() - (frozenset() if ground.lens.hidden else TEXTS)]
    yield from progress.over("Inspecting", _learned(telling, ground, memory, workers), len(telling))


def _learned(paths: list[str], ground: Ground, memory: Memo | None, workers: int | None) -> Iterator[tuple[str, Facts]]:
    marks = _marks(ground.lens)
    with Workers(_maker, ground, FEW, workers) as staff:
        for start in range(0, len(paths), BATCH):
            batch = paths[start : start + BATCH]
            yield from zip(batch, _recalled(batch, ground, marks, memory, staff.make) if memory else staff.make(batch), strict=True)


def _maker(ground: Ground) -> Callable[[str], Facts]:
    return ground.study


def _recalled(
    paths: list[str], ground: Ground, marks: tuple[str, str], memory: Memo, make: Callable[[list[str]], list[Facts]]
) -> list[Facts]:
    keys = [memo.key(marks[ending(path) in PAGES], path, (ground.site / path).read_bytes()) for path in paths]
    found = memo.recall(memory, dict(zip(keys, paths, strict=True)), make, _loaded, facts.dump)
    return [found[key] for key in keys]


def _marks(lens: Lens) -> tuple[str, str]:
    """What all that is remembered depends on beside its file: what feeds and texts tell, and what pages tell."""
    allowed = lens.allowed
    said = (allowed.policy, allowed.diagrams, allowed.base, repr(sorted(allowed.hosts)), edition(PACKAGES), repr(etree.LIBXML_VERSION))
    return memo.key(*said, *sorted(lens.hidden)), memo.key(*said)


def _loaded(data: bytes) -> Facts | None:
    try:
        return facts.load(data)
    except (ValueError, TypeError):
        return None
