"""The source tree: all files of docs/ and of mounted folders, except those that must not be read."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from almanac_kb.content import pages_file, taxonomy, vault_settings
from almanac_kb.content.settings import MountSetting, SettingsError
from almanac_kb.core import folders
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, in_file
from almanac_kb.core.paths import SourcePath, file_name, folder
from almanac_kb.markdown.references import BIBLIOGRAPHY_FILE

CONTROL_FILES = frozenset({pages_file.PAGES_FILE_NAME, taxonomy.TAG_FILE, BIBLIOGRAPHY_FILE})
"""Names of the hidden files that are read, because they configure the site."""
VAULT_FILES = tuple(f"{vault_settings.FOLDER_OBSIDIAN}/{name}" for name in vault_settings.FILES)
"""The files of an Obsidian vault whose settings are read."""


@dataclass(frozen=True)
class FolderFiles:
    """The files below a folder."""

    paths: list[SourcePath]
    """The paths of all files, relative to the folder, sorted, with forward slashes."""
    links: dict[SourcePath, SourcePath]
    """The symbolic links among them, and the paths below the folder that they lead to."""
    diagnostics: list[Diagnostic]
    """Warnings for what is not read: links that lead out of the folder, links to folders, and special files."""


@dataclass(frozen=True)
class Mount:
    """A folder outside docs/ whose files are read as those of a folder in docs/."""

    folder: Path
    """The path of the folder."""
    at: str
    """The folder below docs/ that it is read as; empty for docs/ itself."""
    written: str
    """Its path as written in mkdocs.yml."""


@dataclass(frozen=True)
class MountedFiles:
    """The files of all mounts, by their source paths."""

    files: Mapping[SourcePath, Path] = field(default_factory=dict)
    """The path of each file on disk."""
    names: Mapping[SourcePath, str] = field(default_factory=dict)
    """The path by which each file's author knows it, relative to mkdocs.yml; also for files that could not be read."""
    mounts: Mapping[SourcePath, Mount] = field(default_factory=dict)
    """The mount that each file belongs to."""

    def named(self, root: str) -> Callable[[SourcePath], str]:
        """A function from a source path to the path that the file's author knows; `root` is the name of docs/ in it, or empty."""
        return lambda source: self.names.get(source) or (f"{root}/{source}" if root else source)


@dataclass(frozen=True)
class SourceTree:
    """All files that a site is made of."""

    docs: Path = Path()
    """The folder docs/."""
    paths: list[SourcePath] = field(default_factory=list)
    """The source paths of all files, sorted; a mounted file has the path that it would have in docs/."""
    outside: MountedFiles = field(default_factory=MountedFiles)
    """The files that lie outside docs/."""
    links: Mapping[SourcePath, SourcePath] = field(default_factory=dict)
    """The files that are symbolic links, with the source paths of their targets."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Diagnostics of files and folders that can't be read or must not be."""

    def file(self, source: SourcePath) -> Path:
        """The path on disk of the file with a source path."""
        return self.outside.files.get(source) or self.docs / source

    def disk_path(self, source: SourcePath) -> str:
        """The path on disk of the file with a source path, as a text: a Path for each article of a site would take longer."""
        return str(self.outside.files.get(source) or f"{self.docs}{os.sep}{source}")


def list_files(docs: Path, mounts: Iterable[Mount]) -> SourceTree:
    """The files of docs/ and of all mounts; raises SettingsError where two would have the same source path."""
    inside = walk(docs)
    own, links, diagnostics = frozenset(inside.paths), dict(inside.links), list(inside.diagnostics)
    files: dict[SourcePath, Path] = {}
    names: dict[SourcePath, str] = {}
    mount_of: dict[SourcePath, Mount] = {}
    for mount in mounts:
        below = walk(mount.folder, f"{mount.written}/")
        mounted = [path for path in below.paths if not is_hidden(folder(path))]
        taken = [_source_path(mount, path) for path in mounted if _source_path(mount, path) in own or _source_path(mount, path) in files]
        _refuse_conflicts([path for path in taken if not is_hidden(path) or file_name(path) in CONTROL_FILES], names, docs.name, mount)
        for path in mounted:
            source = _source_path(mount, path)
            if source not in own and source not in files:
                files[source], names[source], mount_of[source] = mount.folder / path, f"{mount.written}/{path}", mount
                if path in below.links:
                    links[source] = _source_path(mount, below.links[path])
        names |= {source: f"{mount.written}/{path}" for path in VAULT_FILES if (source := _source_path(mount, path)) not in own}
        names |= {_source_path(mount, problem.source): f"{mount.written}/{problem.source}" for problem in below.diagnostics}
        diagnostics += [replace(problem, source=_source_path(mount, problem.source)) for problem in below.diagnostics]
    return SourceTree(docs, sorted((*own, *files)), MountedFiles(files, names, mount_of), links, diagnostics)


def walk(root: Path, name: str = "docs/") -> FolderFiles:
    """The files below the folder `root`; what must not be read is never opened. `name` is how messages call the folder."""
    real_root = os.path.realpath(root)
    paths: list[SourcePath] = []
    links: dict[SourcePath, SourcePath] = {}
    diagnostics: list[Diagnostic] = []

    def is_entered(path: str, entry: os.DirEntry[str]) -> bool:
        return folders.printable_name(entry.name) == entry.name

    def report(path: str, error: OSError) -> None:
        diagnostics.append(in_file(SourcePath(path or "."), "file", unreadable_message(error)))

    for path, entry in folders.walk(root, is_entered, report):
        problem = _obstacle(entry, real_root, name)
        if problem:
            diagnostics += [] if is_hidden(folder(path)) else [in_file(SourcePath(folders.printable_name(path)), "file", problem)]
            continue
        paths.append(SourcePath(path))
        if entry.is_symlink():
            links[SourcePath(path)] = SourcePath(Path(os.path.realpath(entry.path)).relative_to(real_root).as_posix())
    return FolderFiles(sorted(paths), links, diagnostics)


def is_hidden(path: str) -> bool:
    """Whether the name of a file, or of a folder above it, starts with a dot."""
    return any(part.startswith(".") for part in path.split("/"))


def unreadable_message(error: OSError) -> LocalDiagnostic:
    """The diagnostic of a file or folder that the operating system can't open."""
    return LocalDiagnostic(Position(), f"can't be read: {error.strerror}", "make it readable, or remove it")


def open_mounts(settings: Iterable[MountSetting], project: Path, docs: Path) -> tuple[Mount, ...]:
    """The mounts in the settings, whose paths are relative to the folder `project`; raises SettingsError for one that can't be mounted."""
    return tuple(_open_mount(setting, project / setting.path, Path(os.path.realpath(docs))) for setting in settings)


def _open_mount(setting: MountSetting, folder: Path, docs: Path) -> Mount:
    path, real = setting.path, Path(os.path.realpath(folder))
    if not real.exists():
        raise SettingsError(f"extra.knowledge.sources: there is no folder {path}; its path starts at mkdocs.yml")
    if not real.is_dir():
        raise SettingsError(f"extra.knowledge.sources: {path} is no folder; name the one that holds it")
    if docs.is_relative_to(real):
        raise SettingsError(f"extra.knowledge.sources: {path} holds {docs.name}/ itself; name a folder beside it")
    if real.is_relative_to(docs):
        raise SettingsError(f"extra.knowledge.sources: {path} lies in {docs.name}/, which is read anyway; leave it out")
    return Mount(folder, setting.at, path)


def _refuse_conflicts(taken: list[SourcePath], names: Mapping[SourcePath, str], root: str, mount: Mount) -> None:
    """Raises SettingsError where files of a mount have source paths that are `taken` by other files; `root` is the name of docs/."""
    if taken:
        source = taken[0]
        here = f"{mount.written}/{source.removeprefix(f'{mount.at}/') if mount.at else source}"
        other = names.get(source, f"{root}/{source}")
        paths = source if len(taken) == 1 else f"{source}, and {len(taken) - 1} more"
        raise SettingsError(f"extra.knowledge.sources: {here} and {other} are both {paths}; rename one, or choose another at")


def _source_path(mount: Mount, path: str) -> SourcePath:
    """The source path of a mounted file, whose `path` is relative to the mount."""
    return SourcePath(f"{mount.at}/{path}" if mount.at else path)


def _obstacle(entry: os.DirEntry[str], real_root: str, root_name: str) -> LocalDiagnostic | None:
    """Why an entry of a folder is neither read nor published; None where nothing prevents it."""
    if folders.printable_name(entry.name) != entry.name:
        return LocalDiagnostic(Position(), "the name has characters that are not seen or not UTF-8", "rename it")
    if entry.is_symlink():
        return _link_obstacle(entry, real_root, root_name)
    if not entry.is_file() and not entry.is_dir():
        return LocalDiagnostic(Position(), "is no file but a pipe, a socket or a device", "remove it")
    return None


def _link_obstacle(entry: os.DirEntry[str], real_root: str, root_name: str) -> LocalDiagnostic | None:
    target = Path(os.path.realpath(entry.path))
    if target.is_dir():
        return LocalDiagnostic(Position(), "is a link to a folder; such links are not followed", "put the folder itself here")
    if not target.exists():
        return LocalDiagnostic(Position(), "is a link that leads nowhere", "remove it")
    if not target.is_relative_to(real_root) or not target.is_file():
        message = f"is a link to a file outside {root_name}; such links are not followed"
        return LocalDiagnostic(Position(), message, "put the file itself here")
    return None
