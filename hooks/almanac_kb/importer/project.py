"""The project or vault that articles come from."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from almanac_kb.core.paths import without_parents

MARK = ".obsidian"
"""What stands in the uppermost folder of a vault."""
PACKAGES = frozenset({"node_modules", "bower_components", "__pycache__", "venv"})
"""Folders of other people's programs."""


@dataclass(frozen=True)
class NamedFiles:
    """A folder whose files are known by their names."""

    home: Path

    def named(self, path: str) -> Iterator[Path]:
        """The files that a name or the end of a path means, case ignored: the attachment first, then by folders."""
        wanted = without_parents(path).casefold()
        if wanted:
            yield from (self.home / folder / without_parents(path) for folder in self._attachments)
            ends = (each for each in self._names.get(wanted.rpartition("/")[2], ()) if f"/{each.casefold()}".endswith(f"/{wanted}"))
            yield from (self.home / each for each in ends)

    @cached_property
    def _attachments(self) -> tuple[str, ...]:
        """The folder that the vault keeps its attachments in, if it says so."""
        try:
            said = json.loads((self.home / MARK / "app.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return ()
        path = said.get("attachmentFolderPath") if isinstance(said, dict) else None
        return (without_parents(path),) if isinstance(path, str) and "\0" not in path and without_parents(path) else ()

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The paths of all files by their last part."""
        found: dict[str, list[str]] = {}
        for parent, folders, names in os.walk(self.home):
            folders[:] = [each for each in folders if not each.startswith(".") and each not in PACKAGES]
            for each in names:
                path = Path(os.path.relpath(os.path.join(parent, each), self.home)).as_posix()  # noqa: PTH118
                found.setdefault(each.casefold(), []).append(path)
        return {each: sorted(paths, key=lambda path: (path.count("/"), path)) for each, paths in found.items()}


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
        plain = without_parents(path)
        if plain:
            yield from (base / each / plain for base in self._folders for each in SHARED)
            yield from self.vault.named(path)

    @cached_property
    def vault(self) -> NamedFiles:
        """The vault that the articles are part of, or their folder."""
        return NamedFiles(next((each for each in self._folders if os.path.lexists(each / MARK)), self.folder))

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        """The folder of articles and those above it, as far as the project reaches."""
        return tuple(each for each in (self.folder, *self.folder.parents) if each.is_relative_to(self.root))


def find_project(folder: Path) -> Project:
    """The project of a folder of articles."""
    folder = Path(os.path.realpath(folder))
    above = (folder, *folder.parents)
    marked = (*(each for each in above if _marked(each)), *(each for each in above if os.path.lexists(each / MARK)))
    likely = (*marked, *(each for each in folder.parents[:ABOVE] if _is_home(each)), folder)
    return Project(folder, likely[0])


def ignored_folder_reason(folder: Path) -> str:
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
