"""What would be copied where; copy it."""

import filecmp
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from almanac_kb.content import source_tree
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, candidate_paths, folder, parents, without_parents
from almanac_kb.core.text import FILE_SIZE
from almanac_kb.importer import selection
from almanac_kb.importer.project import Project
from almanac_kb.importer.selection import FileUse


@dataclass(frozen=True)
class FileCopy:
    """A file to bring."""

    file: Path
    """The file, its path resolved."""
    to: SourcePath
    """Where it goes, below docs/."""
    shown: str
    """How its author knows it."""
    is_article: bool


@dataclass
class ImportPlan:
    """All that would happen."""

    copies: list[FileCopy] = field(default_factory=list)
    """What is new."""
    there: list[FileCopy] = field(default_factory=list)
    """What is there already, byte for byte."""
    left: dict[str, str] = field(default_factory=dict)
    """The folders that nothing is brought from, and why."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """What can't be brought; an error where something is in the way."""


def plan_import(origin: Project, shown: str, docs: Path, topic: str) -> ImportPlan:
    """The plan for the articles of `origin`, a folder that its author calls `shown`, and the topic of docs/ that they go to."""
    return _Drawing(origin, shown, docs, topic).plan


class _Drawing:
    """A plan while it is made."""

    def __init__(self, origin: Project, shown: str, docs: Path, topic: str) -> None:
        self._origin, self._shown, self._docs, self._topic = origin, shown, docs, topic
        self._planned: dict[SourcePath, FileCopy] = {}
        self._shows: list[tuple[FileUse, SourcePath, SourcePath]] = []
        self._told: dict[Diagnostic, None] = {}
        self.plan = ImportPlan()
        selected = selection.select_articles(origin)
        self.plan.left = {f"{shown}/{path}": reason for path, reason in selected.left.items()}
        self._told |= {replace(each, source=self._name(each.source)): None for each in selected.diagnostics}
        for path in selected.articles:
            real = Path(os.path.realpath(origin.folder / path))
            self._add(FileCopy(real, self._below(path), self._name(path), True))
        for path in selected.articles:
            self._uses(path)
        for use, path, to in self._shows:
            self._demand_shown(use, path, to)
        self.plan.diagnostics += self._told

    def _name(self, path: str) -> SourcePath:
        return SourcePath(f"{self._shown}/{path}" if path != "." else self._shown)

    def _below(self, path: str) -> SourcePath:
        return SourcePath(f"{self._topic}/{path}" if self._topic else path)

    def _uses(self, path: SourcePath) -> None:
        try:
            data = (self._origin.folder / path).read_bytes()
        except OSError as error:
            self._say(self._name(path), source_tree.unreadable_message(error))
            return
        for use in selection.find_uses(path, data) if len(data) <= FILE_SIZE else ():
            file = next(self._found(use, path), None)
            if file:
                self._bring(use, path, file)
            elif use.shown:
                message = f"there is no file {quoted(use.path)} in {source_tree.printable_name(os.path.relpath(self._origin.root))}"
                self._say(
                    self._name(path),
                    LocalDiagnostic(use.position, message, "add it there; nothing outside is read", Severity.WARNING),
                    "picture",
                )

    def _found(self, use: FileUse, path: SourcePath) -> Iterator[Path]:
        """The files that a use may mean, where they may be read."""
        near = [] if use.path.startswith("/") else [self._origin.folder / each for each in (folder(path), path.rpartition(".")[0])]
        places = (*(each / use.path for each in near), *self._origin.shared(use.path))
        for place in places:
            real = Path(os.path.realpath(place))
            if self._origin.holds(real):
                yield real

    def _bring(self, use: FileUse, path: SourcePath, file: Path) -> None:
        inside = file.is_relative_to(self._origin.folder)
        to = self._below(file.relative_to(self._origin.folder).as_posix() if inside else without_parents(use.path))
        if source_tree.printable_name(to) != to:
            note = LocalDiagnostic(use.position, "the name has characters that are not seen or not UTF-8", "rename it")
            self._say(self._name(path), note, "picture")
        elif self._add(FileCopy(file, to, source_tree.printable_name(os.path.relpath(file)), False)) and not use.named:
            self._shows.append((use, path, to))

    def _demand_shown(self, use: FileUse, path: SourcePath, to: SourcePath) -> None:
        """Says so where the site would show another file than the one that is brought."""
        found = (SourcePath(each) for each in candidate_paths(use.path, self._below(path)))
        other = next((each for each in found if self._file(each)), to)
        if other != to and not filecmp.cmp(str(self._file(other)), self._planned[to].file, shallow=False):
            message = f"{quoted(use.path)} would be shown as {self._docs.name}/{other}, which is another file"
            self._say(self._name(path), LocalDiagnostic(use.position, message, "rename one of the two"), "picture")

    def _file(self, path: SourcePath) -> Path | None:
        """The file that will stand at a path below docs/."""
        if path in self._planned:
            return self._planned[path].file
        there = self._docs / path
        return there if os.path.isfile(there) else None  # noqa: PTH113 - says no where Path.is_file raises

    def _add(self, copy: FileCopy) -> bool:
        """Plans a copy; whether nothing is in its way."""
        other = self._planned.setdefault(copy.to, copy)
        if other is not copy:
            return self._agrees(copy, other)
        target = self._docs / copy.to
        blocked = next((each for each in parents(copy.to) if each and _is_no_folder(self._docs / each)), None)
        if blocked is not None:
            self._say(
                copy.shown,
                LocalDiagnostic(Position(), f"{self._docs.name}/{blocked} is in its way and is no folder", "choose another topic"),
            )
        elif not os.path.lexists(target):
            self.plan.copies.append(copy)
            return True
        elif not target.is_symlink() and target.is_file() and filecmp.cmp(copy.file, target, shallow=False):
            self.plan.there.append(copy)
            return True
        else:
            message = f"differs from {self._docs.name}/{copy.to}, which is there already and stays"
            self._say(copy.shown, LocalDiagnostic(Position(), message, "delete that one to have this, or choose another topic"))
        return False

    def _agrees(self, copy: FileCopy, other: FileCopy) -> bool:
        if copy.file == other.file or filecmp.cmp(copy.file, other.file, shallow=False):
            return True
        message = f"would be {self._docs.name}/{copy.to}, as {other.shown} would, and differs from it"
        self._say(copy.shown, LocalDiagnostic(Position(), message, "rename one of the two"))
        return False

    def _say(self, shown: str, note: LocalDiagnostic, field: str = "file") -> None:
        self._told.setdefault(in_file(SourcePath(shown), field, note))


def _is_no_folder(path: Path) -> bool:
    return path.is_symlink() or (path.exists() and not path.is_dir())


def copy_files(copies: Iterable[FileCopy], docs: Path) -> None:
    """Copies each file, byte for byte; raises OSError where the system refuses, and FileExistsError where a file came in between."""
    for copy in copies:
        target = docs / copy.to
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, copy.file.read_bytes())


def _write(target: Path, data: bytes) -> None:
    with target.open("xb") as file:
        try:
            file.write(data)
        except OSError:
            target.unlink()
            raise
