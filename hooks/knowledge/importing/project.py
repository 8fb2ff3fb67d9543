"""The project that a folder of articles comes from: how far it reaches, and where it keeps pictures."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.importing import vault
from knowledge.importing.vault import PACKAGES, Vault
from knowledge.place import inner

MARKS = (
    ".git",
    ".hg",
    "package.json",
    "hugo.toml",
    "hugo.yaml",
    "hugo.json",
    "config.toml",
    "_config.yml",
    "mkdocs.yml",
    "book.toml",
    "Gemfile",
    "pyproject.toml",
)
"""What stands in the uppermost folder of a project."""
SHARED = ("static", "public", "", "assets", "src/assets")
"""Where projects keep what addresses such as `/images/a.png` name."""
BESIDE = ("static", "public", "assets", "images", "img", "media", "attachments")
"""Folders that a project without any mark is told by."""
ABOVE = 3
"""How far above its articles such a project may start: `src/content/posts`."""
OUTPUT = frozenset({"_site", "dist"})
"""Folders that only programs write."""
PERHAPS = frozenset({"build", "out", "public", "site", "target"})
"""Folders that programs write where a page or the mark of a project stands there; else they are topics."""


@dataclass(frozen=True)
class Project:
    """A folder of articles and what may be read around it."""

    folder: Path
    """The folder of articles, its path resolved."""
    root: Path
    """The uppermost folder that is read, the same or one above."""

    def holds(self, path: Path) -> bool:
        """Whether a path, resolved, is a file that may be read: inside the project, and in nothing that is hidden or made by programs."""
        base = self.folder if path.is_relative_to(self.folder) else self.root
        if not path.is_relative_to(base) or not os.path.isfile(path):  # noqa: PTH113 - says no where Path.is_file raises
            return False
        return not any(part.startswith(".") or part in PACKAGES for part in path.relative_to(base).parts)

    def shared(self, path: str) -> Iterator[Path]:
        """Where a file may be that is named from the root, or from a root that is further up than the article shows; the nearest first."""
        plain = inner(path)
        if plain:
            yield from (base / each / plain for base in self._folders for each in SHARED)
            yield from self.vault.named(path)

    @cached_property
    def vault(self) -> Vault:
        """The vault that the articles are part of, or their folder."""
        return Vault(next((each for each in self._folders if os.path.lexists(each / vault.MARK)), self.folder))

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        """The folder of articles and those above it, as far as the project reaches."""
        return tuple(each for each in (self.folder, *self.folder.parents) if each.is_relative_to(self.root))


def around(folder: Path) -> Project:
    """The project of a folder of articles."""
    folder = Path(os.path.realpath(folder))
    above = (folder, *folder.parents)
    marked = (*(each for each in above if _marked(each)), *(each for each in above if os.path.lexists(each / vault.MARK)))
    likely = (*marked, *(each for each in folder.parents[:ABOVE] if _is_home(each)), folder)
    return Project(folder, likely[0])


def left_out(folder: Path) -> str:
    """Why nothing is brought from a folder of this name, or nothing."""
    if folder.name in PACKAGES:
        return "holds programs of others"
    built = folder.name in PERHAPS and (os.path.lexists(folder / "index.html") or _marked(folder.parent))
    return "is made by a program" if folder.name in OUTPUT or built else ""


def _marked(folder: Path) -> bool:
    return any(os.path.lexists(folder / each) for each in MARKS)


def _is_home(folder: Path) -> bool:
    somewhere = folder != folder.parent and folder != Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home raises without one
    return somewhere and any((folder / each).is_dir() for each in BESIDE)
