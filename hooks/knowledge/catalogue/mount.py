"""Folders elsewhere that are read as folders of docs/, without being copied."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.catalogue import pages_file, tree, vocabulary
from knowledge.catalogue.settings import SettingsError, SourceFolder
from knowledge.place import Source, folder, name
from knowledge.problem import Problem
from knowledge.references import citation

READ = frozenset({pages_file.NAME, vocabulary.FILE, citation.SOURCE})
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
class Outside:
    """The files of a site that lie outside docs/."""

    files: Mapping[Source, Path] = field(default_factory=dict)
    """Where each is."""
    names: Mapping[Source, str] = field(default_factory=dict)
    """How their authors know them: by the path that starts at mkdocs.yml. What could not be read is among them."""

    def named(self, root: str) -> Callable[[Source], str]:
        """How the author of any file knows it; `root` is what docs/ is called."""
        return lambda source: self.names.get(source) or (f"{root}/{source}" if root else source)


@dataclass(frozen=True)
class Holding:
    """All files that a site is made of."""

    docs: Path
    """The folder of the site's own."""
    paths: list[Source]
    """Each file, as if it lay in docs/, in order."""
    outside: Outside
    """Those that don't."""
    problems: list[Problem]
    """What is neither read nor published."""

    def file(self, source: Source) -> Path:
        """Where a file is."""
        return self.outside.files.get(source) or self.docs / source


def opened(sources: Iterable[SourceFolder], project: Path, docs: Path) -> tuple[Mount, ...]:
    """The folders that `sources` names, seen from the folder `project`; raises SettingsError where one can't be mounted."""
    return tuple(_opened(each, project / each.path, Path(os.path.realpath(docs))) for each in sources)


def gathered(docs: Path, mounts: Iterable[Mount]) -> Holding:
    """The files of docs/ and of all mounts; raises SettingsError where two would be the same file."""
    paths, problems = tree.walk(docs)
    own = frozenset(paths)
    files: dict[Source, Path] = {}
    names: dict[Source, str] = {}
    for mount in mounts:
        walked, said = tree.walk(mount.folder, f"{mount.shown}/")
        found = [path for path in walked if not tree.hidden(folder(path))]
        twice = [_below(mount, path) for path in found if _below(mount, path) in own or _below(mount, path) in files]
        _demand_one([each for each in twice if not tree.hidden(each) or name(each) in READ], names, docs.name, mount)
        for path in found:
            source = _below(mount, path)
            if source not in own and source not in files:
                files[source], names[source] = mount.folder / path, f"{mount.shown}/{path}"
        names |= {_below(mount, each.source): f"{mount.shown}/{each.source}" for each in said}
        problems += [replace(each, source=_below(mount, each.source)) for each in said]
    return Holding(docs, sorted((*paths, *files)), Outside(files, names), problems)


def _opened(source: SourceFolder, folder: Path, docs: Path) -> Mount:
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


def _demand_one(twice: list[Source], names: Mapping[Source, str], root: str, mount: Mount) -> None:
    if twice:
        source = twice[0]
        here = f"{mount.shown}/{source.removeprefix(f'{mount.at}/') if mount.at else source}"
        other = names.get(source, f"{root}/{source}")
        place = source if len(twice) == 1 else f"{source}, and {len(twice) - 1} more"
        raise SettingsError(f"extra.knowledge.sources: {here} and {other} are both {place}; rename one, or choose another at")


def _below(mount: Mount, path: str) -> Source:
    return Source(f"{mount.at}/{path}" if mount.at else path)
