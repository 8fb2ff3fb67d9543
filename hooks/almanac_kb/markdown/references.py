"""The references of a site, which articles cite: its bibliography."""

from dataclasses import dataclass

from almanac_kb.core.diagnostics import Position
from almanac_kb.core.paths import SourcePath

BIBLIOGRAPHY_FILE = SourcePath(".sources.yml")
"""The file below docs/ that lists the references of a site."""
KEY = r"[A-Za-z0-9_](?:[A-Za-z0-9_:.+/-]*[A-Za-z0-9_])?"
"""The key of a reference, as citations write it."""


@dataclass(frozen=True)
class Reference:
    """A cited work: a paper, a law, a guideline."""

    key: str
    """The key by which citations name it: `mckinney-2020`."""
    title: str
    position: Position = Position()
    """Its position in the file."""
    topic: str = ""
    type: str = ""
    """One of `TYPES` in the bibliography."""
    authors: str = ""
    """The authors as they are printed: `Relling MV, Klein TE`."""
    container: str = ""
    """The journal, collection or website in which it appeared."""
    year: str = ""
    locator: str = ""
    """Volume, pages, number: `36(10):983-987`."""
    doi: str = ""
    """The DOI without the resolver's address: `10.1038/nbt.4235`."""
    url: str = ""
    archived: str = ""
    """The URL of a copy of `url` in a web archive."""
    facts: tuple[str, ...] = ()
    """Statements for which authors may cite it."""
    note: str = ""
    """A caution for authors who cite it."""


@dataclass(frozen=True)
class Bibliography:
    """All references in the order of the file; keys are unique."""

    references: tuple[Reference, ...] = ()
