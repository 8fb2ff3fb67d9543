"""Pictures that keep a reader waiting: those of a page that weigh too much, with what they weigh."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.catalogue.picture import ENDINGS
from knowledge.checks import reach
from knowledge.checks.sheet import Sheet
from knowledge.place import name
from knowledge.problem import quoted

MOST = 500_000
"""How many bytes: at 1.6 Mbit/s they come in 2.5 s, the time in which Web Vitals want the largest part of a page to be there."""


@dataclass(frozen=True)
class Heavy:
    """A picture that weighs too much."""

    address: str
    """Its address as the page has it."""
    file: str
    """Its file of the site."""
    weight: int
    """Its bytes."""

    @property
    def message(self) -> str:
        """What its author is told."""
        return f"{quoted(name(self.file))} weighs {self.weight // 1000:,} kB, more than {MOST // 1000}"


def pictures(page: Sheet, site: Path, files: frozenset[str], base: str) -> Iterator[Heavy]:
    """Those of a page in the folder `site`, whose files are `files`, published at `base`."""
    for address in sorted(each for each in page.sources if each.partition("?")[0].lower().endswith(ENDINGS)):
        target = reach.resolve(address, page.path, base)
        file = reach.file(target, files) if target else None
        weight = (site / file).stat().st_size if file else 0
        if file and weight > MOST:
            yield Heavy(address, file, weight)
