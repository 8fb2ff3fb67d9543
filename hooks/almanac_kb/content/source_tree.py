"""All files of docs/ and of mounted folders."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from almanac_kb.content import bibliography, sections, taxonomy
from almanac_kb.content.settings import MountSetting, SettingsError
from almanac_kb.core import text
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, in_file
from almanac_kb.core.paths import SourcePath, file_name, folder

BREAKS = frozenset("\t\n\r\x85\u2028\u2029")
"""Characters that end a line, or jump within it."""


@dataclass(frozen=True)
class FolderFiles:
    """What lies below a folder."""

    paths: list[SourcePath]
    """Every file, in order, as a path with forward slashes."""
    links: dict[SourcePath, SourcePath]
    """Those that are symbolic links, and the paths below the folder that they lead to."""
    diagnostics: list[Diagnostic]
    """Links that lead away, and what is no file: they are named, not opened."""


def walk(root: Path, shown: str = "docs/") -> FolderFiles:
    """The files below `root`; `shown` is what authors call it."""
    home = os.path.realpath(root)
    paths: list[SourcePath] = []
    links: dict[SourcePath, SourcePath] = {}
    diagnostics: list[Diagnostic] = []
    waiting = [""]
    while waiting:
        path = waiting.pop()
        try:
            entries = list(os.scandir(root / path))
        except OSError as error:
            diagnostics.append(in_file(SourcePath(path or "."), "file", unreadable_message(error)))
            continue
        for entry in entries:
            source = SourcePath(f"{path}/{entry.name}" if path else entry.name)
            note = _obstacle(entry, home, shown)
            if note:
                diagnostics += [] if is_hidden(path) else [in_file(SourcePath(printable_name(source)), "file", note)]
            elif entry.is_dir():
                waiting.append(source)
            else:
                paths.append(source)
                if entry.is_symlink():
                    links[source] = SourcePath(Path(os.path.realpath(entry.path)).relative_to(home).as_posix())
    return FolderFiles(sorted(paths), links, diagnostics)


def is_hidden(path: str) -> bool:
    """Whether a file or a folder above it starts with a dot."""
    return any(part.startswith(".") for part in path.split("/"))


def printable_name(name: str) -> str:
    """A name as it can be printed: characters that are not seen, or not UTF-8, by their numbers."""
    clean = text.STEERING.sub("", text.ILLEGAL.sub("", name))
    return name if clean == name and BREAKS.isdisjoint(name) else ascii(name)[1:-1]


def unreadable_message(error: OSError) -> LocalDiagnostic:
    """What is said of a file or a folder that the system does not open."""
    return LocalDiagnostic(Position(), f"can't be read: {error.strerror}", "make it readable, or remove it")


def _obstacle(entry: os.DirEntry[str], home: str, shown: str) -> LocalDiagnostic | None:
    """Why an entry of a folder is neither read nor published, or None."""
    if printable_name(entry.name) != entry.name:
        return LocalDiagnostic(Position(), "the name has characters that are not seen or not UTF-8", "rename it")
    if entry.is_symlink():
        return _link_obstacle(entry, home, shown)
    if not entry.is_file() and not entry.is_dir():
        return LocalDiagnostic(Position(), "is no file but a pipe, a socket or a device", "remove it")
    return None


def _link_obstacle(entry: os.DirEntry[str], home: str, shown: str) -> LocalDiagnostic | None:
    target = Path(os.path.realpath(entry.path))
    if target.is_dir():
        return LocalDiagnostic(Position(), "is a link to a folder; such links are not followed", "put the folder itself here")
    if not target.exists():
        return LocalDiagnostic(Position(), "is a link that leads nowhere", "remove it")
    if not target.is_relative_to(home) or not target.is_file():
        return LocalDiagnostic(Position(), f"is a link to a file outside {shown}; such links are not followed", "put the file itself here")
    return None


READ = frozenset({sections.NAME, taxonomy.FILE, bibliography.SOURCE})
"""The hidden files that say something of the site."""


@dataclass(frozen=True)
class Mount:
    """A folder elsewhere that is there."""

    folder: Path
    """Where it is."""
    at: str
    """The folder of docs/ that its files are published as; the root is the empty string."""
    shown: str
    """Its path as mkdocs.yml says it."""


@dataclass(frozen=True)
class MountedFiles:
    """The files of a site that lie outside docs/."""

    files: Mapping[SourcePath, Path] = field(default_factory=dict)
    """Where each is."""
    names: Mapping[SourcePath, str] = field(default_factory=dict)
    """How their authors know them: by the path that starts at mkdocs.yml. What could not be read is among them."""
    mounts: Mapping[SourcePath, "Mount"] = field(default_factory=dict)
    """The mounted folder that each of them belongs to."""

    def named(self, root: str) -> Callable[[SourcePath], str]:
        """How the author of any file knows it; `root` is what docs/ is called."""
        return lambda source: self.names.get(source) or (f"{root}/{source}" if root else source)


@dataclass(frozen=True)
class SourceTree:
    """All files that a site is made of."""

    docs: Path = Path()
    """The folder of the site's own."""
    paths: list[SourcePath] = field(default_factory=list)
    """Each file, as if it lay in docs/, in order."""
    outside: MountedFiles = field(default_factory=MountedFiles)
    """Those that don't."""
    links: Mapping[SourcePath, SourcePath] = field(default_factory=dict)
    """The files that are symbolic links, and those they lead to."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """What is neither read nor published."""

    def file(self, source: SourcePath) -> Path:
        """Where a file is."""
        return self.outside.files.get(source) or self.docs / source


def open_mounts(sources: Iterable[MountSetting], project: Path, docs: Path) -> tuple[Mount, ...]:
    """The folders that `sources` names, seen from the folder `project`; raises SettingsError where one can't be mounted."""
    return tuple(_opened(each, project / each.path, Path(os.path.realpath(docs))) for each in sources)


def list_files(docs: Path, mounts: Iterable[Mount]) -> SourceTree:
    """The files of docs/ and of all mounts; raises SettingsError where two would be the same file."""
    inside = walk(docs)
    own, links, diagnostics = frozenset(inside.paths), dict(inside.links), list(inside.diagnostics)
    files: dict[SourcePath, Path] = {}
    names: dict[SourcePath, str] = {}
    owners: dict[SourcePath, Mount] = {}
    for mount in mounts:
        mounted = walk(mount.folder, f"{mount.shown}/")
        found = [path for path in mounted.paths if not is_hidden(folder(path))]
        twice = [_below(mount, path) for path in found if _below(mount, path) in own or _below(mount, path) in files]
        _demand_one([each for each in twice if not is_hidden(each) or file_name(each) in READ], names, docs.name, mount)
        for path in found:
            source = _below(mount, path)
            if source not in own and source not in files:
                files[source], names[source], owners[source] = mount.folder / path, f"{mount.shown}/{path}", mount
                links |= {source: _below(mount, mounted.links[path])} if path in mounted.links else {}
        names |= {_below(mount, each.source): f"{mount.shown}/{each.source}" for each in mounted.diagnostics}
        diagnostics += [replace(each, source=_below(mount, each.source)) for each in mounted.diagnostics]
    return SourceTree(docs, sorted((*own, *files)), MountedFiles(files, names, owners), links, diagnostics)


def _opened(source: MountSetting, folder: Path, docs: Path) -> Mount:
    shown, real = source.path, Path(os.path.realpath(folder))
    if not real.exists():
        raise SettingsError(f"extra.knowledge.sources: there is no folder {shown}; its path starts at mkdocs.yml")
    if not real.is_dir():
        raise SettingsError(f"extra.knowledge.sources: {shown} is no folder; name the one that holds it")
    if docs.is_relative_to(real):
        raise SettingsError(f"extra.knowledge.sources: {shown} holds {docs.name}/ itself; name a folder beside it")
    if real.is_relative_to(docs):
        raise SettingsError(f"extra.knowledge.sources: {shown} lies in {docs.name}/, which is read anyway; leave it out")
    return Mount(folder, source.at, shown)


def _demand_one(twice: list[SourcePath], names: Mapping[SourcePath, str], root: str, mount: Mount) -> None:
    if twice:
        source = twice[0]
        here = f"{mount.shown}/{source.removeprefix(f'{mount.at}/') if mount.at else source}"
        other = names.get(source, f"{root}/{source}")
        place = source if len(twice) == 1 else f"{source}, and {len(twice) - 1} more"
        raise SettingsError(f"extra.knowledge.sources: {here} and {other} are both {place}; rename one, or choose another at")


def _below(mount: Mount, path: str) -> SourcePath:
    return SourcePath(f"{mount.at}/{path}" if mount.at else path)
