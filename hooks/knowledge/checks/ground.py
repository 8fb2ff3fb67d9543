"""What all files of a site are looked at with, and the look at one of them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

from knowledge.checks import facts
from knowledge.checks.facts import Facts
from knowledge.checks.study import STUDIES, Lens, ending, study
from knowledge.render import memo
from knowledge.render.edition import edition
from knowledge.render.memo import Memo

PAGES = frozenset({"html", "htm"})
TEXTS = frozenset({"txt", "md"})
PACKAGES = ("lxml",)
"""The packages whose version decides what is learned."""


@dataclass(frozen=True)
class Glance:
    """What a file told when it was written."""

    stamp: tuple[int, int]
    """Its size and when it was written, in nanoseconds: by them a file is known that was changed since."""
    key: str
    """By what its facts are remembered."""
    facts: bytes
    """Its facts, to be loaded."""
    new: bool
    """Whether they were not remembered."""


@dataclass(frozen=True)
class Ground:
    """What all that is learned of a site has in common."""

    site: Path
    """The folder of the site."""
    lens: Lens
    memory: Memo | None = None
    """Where facts are looked up, and kept."""

    def tells(self, path: str) -> bool:
        """Whether there is anything to learn of the file at a path."""
        return ending(path) in STUDIES.keys() - (frozenset() if self.lens.hidden else TEXTS)

    def study(self, path: str) -> Facts:
        """What the file at a path tells."""
        return study(path, (self.site / path).read_bytes(), self.lens)

    def key(self, path: str, data: bytes) -> str:
        """By what the facts of a file are remembered: all that they depend on."""
        return memo.key(self._marks[ending(path) in PAGES], path, data)

    def glance(self, path: str) -> Glance | None:
        """What the file at a path tells, right after it was written; None where there is nothing to learn."""
        if self.memory is None or not self.tells(path) or not (self.site / path).is_file():
            return None
        stamp, data = self.stamp(path), (self.site / path).read_bytes()
        key = self.key(path, data)
        kept = self.memory.find((key,)).get(key)
        told = kept if kept and loaded(kept) else facts.dump(study(path, data, self.lens))
        return Glance(stamp, key, told, told is not kept)

    def stamp(self, path: str) -> tuple[int, int]:
        """The size of the file at a path and when it was written."""
        found = (self.site / path).stat()
        return found.st_size, found.st_mtime_ns

    @cached_property
    def _marks(self) -> tuple[str, str]:
        """What all facts depend on beside their file: those of feeds and texts, and those of pages."""
        allowed = self.lens.allowed
        said = (allowed.policy, allowed.diagrams, allowed.base, repr(sorted(allowed.hosts)), edition(PACKAGES), repr(etree.LIBXML_VERSION))
        return memo.key(*said, *sorted(self.lens.hidden)), memo.key(*said)


def loaded(data: bytes) -> Facts | None:
    """The facts of remembered bytes, or None where they are none."""
    try:
        return facts.load(data)
    except (ValueError, TypeError):
        return None
