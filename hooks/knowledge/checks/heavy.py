"""Pictures that keep a reader waiting: those of a page that weigh too much, with what they weigh."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

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


def pictures(site: Path, files: Mapping[str, str]) -> Iterator[Heavy]:
    """Those of some pictures: their files in the folder `site`, by the addresses as a page has them."""
    for written, file in files.items():
        weight = (site / file).stat().st_size
        if weight > MOST:
            yield Heavy(written, file, weight)
