"""The plan of an import, which overwrites nothing; copying by it; and the header of a new article."""

import datetime
import filecmp
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from almanac_kb.content import source_tree
from almanac_kb.content.vault_settings import DAMAGED, FOLDER_OBSIDIAN
from almanac_kb.core import folders, paths, text
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, candidate_paths, folder, parents, without_parents
from almanac_kb.core.text import FILE_SIZE
from almanac_kb.importer import selection
from almanac_kb.importer.project import Project
from almanac_kb.importer.selection import FileUse


def article_file_name(title: str) -> str:
    """The file name of an article with this title: `Backups at home` gives `backups-at-home.md`."""
    return f"{paths.slug_from_file(title)}.md"


def new_article(title: str, today: datetime.date) -> str:
    """The text of an article with this title: a header with all fields that an article should have, and a first heading."""
    line = text.one_line(title, Position()).value
    return f"""---
title: {json.dumps(line, ensure_ascii=False)}
description: ""
pubDate: {today:%Y-%m-%d}
updatedDate: {today:%Y-%m-%d}
heroAlt: ""
tags: []
---
# {line}

"""


@dataclass(frozen=True)
class FileCopy:
    """A file to copy."""

    file: Path
    """The file, its path resolved."""
    to: SourcePath
    """The path below docs/ that it is copied to."""
    shown: str
    """The path by which its author knows it."""
    is_article: bool


@dataclass
class ImportPlan:
    """The plan of an import."""

    copies: list[FileCopy] = field(default_factory=list)
    """The files to copy."""
    present: list[FileCopy] = field(default_factory=list)
    """The files that are in docs/ already, byte for byte."""
    left_out: dict[str, str] = field(default_factory=dict)
    """The folders that nothing is imported from, and why."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Diagnostics of files that can't be imported; errors where another file is in the way."""


def plan_import(origin: Project, shown: str, docs: Path, topic: str) -> ImportPlan:
    """The plan for the articles of `origin` and the files that they use.

    `shown` is the path by which the author knows the folder of articles, `topic` the folder below docs/ that they are copied to.
    """
    return _Planner(origin, shown, docs, topic).plan


def copy_files(copies: Iterable[FileCopy], docs: Path) -> None:
    """Copies each file, byte for byte. Raises FileExistsError where a file came after the plan, OSError where the system refuses."""
    for copy in copies:
        target = docs / copy.to
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_new(target, copy.file.read_bytes())


def _write_new(target: Path, data: bytes) -> None:
    """Writes a file that must not exist; leaves no half of it."""
    file = target.open("xb")
    try:
        with file:
            file.write(data)
    except OSError as error:
        target.unlink()
        raise OSError(error.errno, error.strerror, str(target)) from None


class _Planner:
    """Makes a plan: first all articles, then the files that they use, then whether the site would show those files."""

    def __init__(self, origin: Project, shown: str, docs: Path, topic: str) -> None:
        self._origin, self._shown, self._docs, self._topic = origin, shown, docs, topic
        self._planned: dict[SourcePath, FileCopy] = {}
        self._path_uses: list[tuple[FileUse, SourcePath, SourcePath]] = []
        """The uses by path, each with its article and the path that its file is copied to."""
        self._diagnostics: dict[Diagnostic, None] = {}
        self.plan = ImportPlan()
        selected = selection.select_articles(origin)
        self.plan.left_out = {f"{shown}/{path}": reason for path, reason in selected.left_out.items()}
        self._diagnostics |= {replace(diagnostic, source=self._shown_path(diagnostic.source)): None for diagnostic in selected.diagnostics}
        for name in origin.vault.settings.damaged:
            self._report(os.path.relpath(origin.vault.root / FOLDER_OBSIDIAN / name), DAMAGED)
        for path in selected.articles:
            file = Path(os.path.realpath(origin.folder / path))
            self._add(FileCopy(file, self._target(path), self._shown_path(path), True))
        for path in selected.articles:
            self._add_used_files(path)
        for use, path, to in self._path_uses:
            self._check_shown_file(use, path, to)
        self.plan.diagnostics += self._diagnostics

    def _shown_path(self, path: str) -> SourcePath:
        """The path by which the author knows a file below the folder of articles."""
        return SourcePath(f"{self._shown}/{path}" if path != "." else self._shown)

    def _target(self, path: str) -> SourcePath:
        """The path below docs/ of a file that lies below the folder of articles."""
        return SourcePath(f"{self._topic}/{path}" if self._topic else path)

    def _add_used_files(self, path: SourcePath) -> None:
        """Plans copies of the files that an article uses; a warning for each that readers would miss."""
        try:
            data = (self._origin.folder / path).read_bytes()
        except OSError as error:
            self._report(self._shown_path(path), source_tree.unreadable_message(error))
            return
        for use in selection.find_uses(path, data) if len(data) <= FILE_SIZE else ():
            file = next(self._readable_files(use, path), None)
            if file:
                self._add_used_file(use, path, file)
            elif use.shown:
                message = f"there is no file {quoted(use.path)} in {folders.printable_name(os.path.relpath(self._origin.root))}"
                warning = LocalDiagnostic(use.position, message, "add it there; nothing outside is read", Severity.WARNING)
                self._report(self._shown_path(path), warning, "picture")

    def _readable_files(self, use: FileUse, path: SourcePath) -> Iterator[Path]:
        """The files of the project that a use in an article may mean, the likeliest first."""
        bases = [] if use.path.startswith("/") else [self._origin.folder / base for base in (folder(path), path.rpartition(".")[0])]
        for candidate in (*(base / use.path for base in bases), *self._origin.shared(use.path)):
            file = Path(os.path.realpath(candidate))
            if self._origin.holds(file):
                yield file

    def _add_used_file(self, use: FileUse, path: SourcePath, file: Path) -> None:
        is_below_articles = file.is_relative_to(self._origin.folder)
        to = self._target(file.relative_to(self._origin.folder).as_posix() if is_below_articles else without_parents(use.path))
        if folders.printable_name(to) != to:
            error = LocalDiagnostic(use.position, "the name has characters that are not seen or not UTF-8", "rename it")
            self._report(self._shown_path(path), error, "picture")
        elif self._add(FileCopy(file, to, folders.printable_name(os.path.relpath(file)), False)) and not use.named:
            self._path_uses.append((use, path, to))

    def _check_shown_file(self, use: FileUse, path: SourcePath, to: SourcePath) -> None:
        """An error where the site would show another file than the one that is copied to `to`."""
        candidates = (SourcePath(candidate) for candidate in candidate_paths(use.path, self._target(path)))
        shown = next((candidate for candidate in candidates if self._future_file(candidate)), to)
        if shown != to and not filecmp.cmp(str(self._future_file(shown)), self._planned[to].file, shallow=False):
            message = f"{quoted(use.path)} would be shown as {self._docs.name}/{shown}, which is another file"
            self._report(self._shown_path(path), LocalDiagnostic(use.position, message, "rename one of the two"), "picture")

    def _future_file(self, path: SourcePath) -> Path | None:
        """The file whose content will be at a path below docs/; None where there will be none."""
        if path in self._planned:
            return self._planned[path].file
        present = self._docs / path
        return present if os.path.isfile(present) else None  # noqa: PTH113 - False where Path.is_file raises

    def _add(self, copy: FileCopy) -> bool:
        """Plans a copy, or reports what is in its way; returns whether its content will be at its path."""
        planned = self._planned.setdefault(copy.to, copy)
        if planned is not copy:
            return self._has_same_content(copy, planned)
        target = self._docs / copy.to
        blocked = next((parent for parent in parents(copy.to) if parent and _is_no_folder(self._docs / parent)), None)
        if blocked is not None:
            message = f"{self._docs.name}/{blocked} is in its way and is no folder"
            self._report(copy.shown, LocalDiagnostic(Position(), message, "choose another topic"))
        elif not os.path.lexists(target):
            self.plan.copies.append(copy)
            return True
        elif not target.is_symlink() and target.is_file() and filecmp.cmp(copy.file, target, shallow=False):
            self.plan.present.append(copy)
            return True
        else:
            message = f"differs from {self._docs.name}/{copy.to}, which is there already and stays"
            self._report(copy.shown, LocalDiagnostic(Position(), message, "delete that one to have this, or choose another topic"))
        return False

    def _has_same_content(self, copy: FileCopy, planned: FileCopy) -> bool:
        """Whether two copies to one path have the same content; else an error."""
        if copy.file == planned.file or filecmp.cmp(copy.file, planned.file, shallow=False):
            return True
        message = f"would be {self._docs.name}/{copy.to}, as {planned.shown} would, and differs from it"
        self._report(copy.shown, LocalDiagnostic(Position(), message, "rename one of the two"))
        return False

    def _report(self, shown: str, diagnostic: LocalDiagnostic, field: str = "file") -> None:
        self._diagnostics.setdefault(in_file(SourcePath(shown), field, diagnostic))


def _is_no_folder(path: Path) -> bool:
    return path.is_symlink() or (path.exists() and not path.is_dir())
