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
from knowledge.render.keeper import Keeper

PAGES = frozenset({"html", "htm"})
TEXTS = frozenset({"txt", "md"})
PACKAGES = ("lxml",)
"""The packages whose version decides what is learned."""


@dataclass(frozen=True)
class Glance:
    """What a file told when it was written."""

    stamp: tuple[int, int]
    """Its size and when it was written, in nanoseconds: by them a file is known that was changed since."""
    facts: bytes
    """Its facts, to be loaded."""


@dataclass(frozen=True)
class Ground:
    """What all that is learned of a site has in common."""

    site: Path
    """The folder of the site."""
    lens: Lens
    keeper: Keeper | None = None
    """What facts are remembered by."""

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
        if self.keeper is None or not self.tells(path) or not (self.site / path).is_file():
            return None
        stamp, data = self.stamp(path), (self.site / path).read_bytes()
        return Glance(stamp, self.keeper.piece(self.key(path, data), lambda: facts.dump(study(path, data, self.lens))))

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
