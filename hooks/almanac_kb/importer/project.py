"""The project or Obsidian vault that articles are imported from: where it starts, and where its files may be."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from almanac_kb.content.publication import TEMPLATES
from almanac_kb.content.vault_settings import FILES, FOLDER_OBSIDIAN, VaultSettings, read_vault_settings
from almanac_kb.core import folders
from almanac_kb.core.paths import file_name, without_parents

ROOT_FILES = (
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
"""Files and folders in the root of a project: of its version control, its site generator, its packages."""
DEPENDENCIES = frozenset({"node_modules", "bower_components", "__pycache__", "venv"})
"""Folders of other people's programs."""
SERVED_FOLDERS = ("static", "public", "", "assets", "src/assets")
"""Folders below the root whose files have URLs such as `/images/a.png`, in the order of search."""
MEDIA_FOLDERS = ("static", "public", "assets", "images", "img", "media", "attachments")
"""Folders by which the root of a project without any of ROOT_FILES is recognised."""
STATIC_FOLDERS = (*MEDIA_FOLDERS, "src/assets")
"""Folders of a project from which files are taken that lie outside the folder of articles."""
MAX_LEVELS_ABOVE = 3
"""Levels above its articles at which such a root may lie: `src/content/posts`."""
OUTPUT_FOLDERS = frozenset({"_site", "dist"})
"""Folders that only programs write."""
POSSIBLE_OUTPUT = frozenset({"build", "out", "public", "site", "target"})
"""Folders that are output where they have an `index.html` or lie in the root of a project; else they are sections of articles."""


@dataclass(frozen=True)
class NamedFiles:
    """A folder whose files are found by name, as Obsidian finds those of a vault."""

    root: Path

    def named(self, path: str) -> Iterator[Path]:
        """The files that a name or the end of a path may mean, case ignored: first in the folder of attachments, then the least deep."""
        wanted = without_parents(path).casefold()
        if wanted:
            yield from (self.root / folder / without_parents(path) for folder in self.attachment_folders)
            candidates = self._paths_by_name.get(wanted.rpartition("/")[2], ())
            yield from (self.root / candidate for candidate in candidates if f"/{candidate.casefold()}".endswith(f"/{wanted}"))

    @cached_property
    def settings(self) -> VaultSettings:
        """The settings of the vault that withhold files."""
        files, unreadable = {}, []
        for name in FILES:
            try:
                files[name] = (self.root / FOLDER_OBSIDIAN / name).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                unreadable.append(name)
        found = read_vault_settings(files)
        return replace(found, damaged=(*found.damaged, *unreadable))

    @cached_property
    def attachment_folders(self) -> tuple[str, ...]:
        """The folder for attachments that the settings of the vault name; none where they name none."""
        try:
            settings = json.loads((self.root / FOLDER_OBSIDIAN / "app.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return ()
        path = settings.get("attachmentFolderPath") if isinstance(settings, dict) else None
        return (without_parents(path),) if isinstance(path, str) and "\0" not in path and without_parents(path) else ()

    @cached_property
    def _paths_by_name(self) -> dict[str, list[str]]:
        """The paths of all files below the root by case-folded file name, the least deep first."""
        by_name: dict[str, list[str]] = {}
        for path in folders.list_files(self.root, _is_searched, folders.pass_over):
            by_name.setdefault(file_name(path).casefold(), []).append(path)
        return {name: sorted(paths, key=lambda path: (path.count("/"), path)) for name, paths in by_name.items()}


def _is_searched(path: str, entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.name not in DEPENDENCIES


@dataclass(frozen=True)
class Project:
    """A folder of articles, and the project around it whose files they may use."""

    folder: Path
    """The folder of articles, its path resolved."""
    root: Path
    """The root of the project: the same folder, or one above it."""

    def holds(self, path: Path) -> bool:
        """Whether a resolved path is a file that may be read.

        It lies in the folder of articles or in a static folder of the project, and there in no hidden folder and none of dependencies.
        """
        base = next((base for base in (self.folder, *self._static_folders) if path.is_relative_to(base)), None)
        if base is None or not os.path.isfile(path):  # noqa: PTH113 - False where Path.is_file raises
            return False
        return not any(part.startswith(".") or part in DEPENDENCIES for part in path.relative_to(base).parts)

    def shared(self, path: str) -> Iterator[Path]:
        """The files that a path may mean which is written from the root or leads out of the folder of articles; the nearest first."""
        plain = without_parents(path)
        if plain:
            yield from (base / served / plain for base in self._folders for served in SERVED_FOLDERS)
            yield from self.vault.named(path)

    @cached_property
    def vault(self) -> NamedFiles:
        """The Obsidian vault that the articles are part of; their folder where there is none."""
        return NamedFiles(next((folder for folder in self._folders if os.path.lexists(folder / FOLDER_OBSIDIAN)), self.folder))

    def withheld_reason(self, path: Path) -> str:
        """Why the vault keeps a file or folder back: as a template, or as an excluded file; empty where it does not."""
        inner = path.relative_to(self.vault.root).as_posix()
        if not os.path.lexists(self.vault.root / FOLDER_OBSIDIAN):
            return ""
        settings = self.vault.settings
        if settings.templates_of(f"{inner}/") or f"{inner}/".casefold().startswith(f"{TEMPLATES}/"):
            return "is a template, or a folder of templates"
        return "is among the excluded files of Obsidian" if settings.filter_of(inner) or settings.filter_of(f"{inner}/") else ""

    @cached_property
    def _static_folders(self) -> tuple[Path, ...]:
        """The static folders of the project, and the folder of attachments of its vault."""
        attachments = (self.vault.root / path for path in self.vault.attachment_folders)
        return (*(base / name for base in self._folders for name in STATIC_FOLDERS), *attachments)

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        """The folder of articles and those above it, up to the root."""
        return tuple(folder for folder in (self.folder, *self.folder.parents) if folder.is_relative_to(self.root))


def find_project(folder: Path) -> Project:
    """The project of a folder of articles. Its root is the nearest folder with one of ROOT_FILES; else that of a vault, or with media."""
    folder = Path(os.path.realpath(folder))
    ancestors = (folder, *(path for path in folder.parents if not _is_general(path)))
    roots = (*(path for path in ancestors if _is_root(path)), *(path for path in ancestors if os.path.lexists(path / FOLDER_OBSIDIAN)))
    return Project(folder, next(iter((*roots, *(path for path in folder.parents[:MAX_LEVELS_ABOVE] if _has_media(path)), folder))))


def ignored_folder_reason(folder: Path) -> str:
    """Why nothing is imported from a folder of this name; empty where it is imported."""
    if folder.name in DEPENDENCIES:
        return "holds programs of others"
    is_built = folder.name in POSSIBLE_OUTPUT and (os.path.lexists(folder / "index.html") or _is_root(folder.parent))
    return "is made by a program" if folder.name in OUTPUT_FOLDERS or is_built else ""


def _is_root(folder: Path) -> bool:
    return any(os.path.lexists(folder / name) for name in ROOT_FILES)


def _has_media(folder: Path) -> bool:
    """Whether a folder has a folder of media."""
    return not _is_general(folder) and any((folder / name).is_dir() for name in MEDIA_FOLDERS)


def _is_general(folder: Path) -> bool:
    """Whether it is no project whatever lies in it: the root of the file system, the user's own folder and those above."""
    home = Path(os.path.realpath(os.path.expanduser("~")))  # noqa: PTH111 - Path.home raises without one
    return folder == folder.parent or home.is_relative_to(folder)
