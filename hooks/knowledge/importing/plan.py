"""What bringing a folder into docs/ would do: which file goes where, what is there already, and what is in the way."""

import filecmp
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.catalogue import tree
from knowledge.importing import selection, uses
from knowledge.importing.project import Project
from knowledge.importing.uses import Use
from knowledge.place import Source, folder, inner, meant, parents
from knowledge.problem import Mark, Note, Problem, Severity, problem, quoted
from knowledge.reading.encoding import FILE_SIZE


@dataclass(frozen=True)
class Copy:
    """A file to bring."""

    file: Path
    """The file, its path resolved."""
    to: Source
    """Where it goes, below docs/."""
    shown: str
    """How its author knows it."""
    is_article: bool


@dataclass
class Plan:
    """All that would happen."""

    copies: list[Copy] = field(default_factory=list)
    """What is new."""
    there: list[Copy] = field(default_factory=list)
    """What is there already, byte for byte."""
    left: dict[str, str] = field(default_factory=dict)
    """The folders that nothing is brought from, and why."""
    problems: list[Problem] = field(default_factory=list)
    """What can't be brought; an error where something is in the way."""


def draw(origin: Project, shown: str, docs: Path, topic: str) -> Plan:
    """The plan for the articles of `origin`, a folder that its author calls `shown`, and the topic of docs/ that they go to."""
    return _Drawing(origin, shown, docs, topic).plan


class _Drawing:
    """A plan while it is made."""

    def __init__(self, origin: Project, shown: str, docs: Path, topic: str) -> None:
        self._origin, self._shown, self._docs, self._topic = origin, shown, docs, topic
        self._planned: dict[Source, Copy] = {}
        self._shows: list[tuple[Use, Source, Source]] = []
        self._told: dict[Problem, None] = {}
        self.plan = Plan()
        selected = selection.select(origin)
        self.plan.left = {f"{shown}/{path}": reason for path, reason in selected.left.items()}
        self._told |= {replace(each, source=self._name(each.source)): None for each in selected.problems}
        for path in selected.articles:
            real = Path(os.path.realpath(origin.folder / path))
            self._add(Copy(real, self._below(path), self._name(path), True))
        for path in selected.articles:
            self._uses(path)
        for use, path, to in self._shows:
            self._demand_shown(use, path, to)
        self.plan.problems += self._told

    def _name(self, path: str) -> Source:
        return Source(f"{self._shown}/{path}" if path != "." else self._shown)

    def _below(self, path: str) -> Source:
        return Source(f"{self._topic}/{path}" if self._topic else path)

    def _uses(self, path: Source) -> None:
        try:
            data = (self._origin.folder / path).read_bytes()
        except OSError as error:
            self._say(self._name(path), tree.unreadable(error))
            return
        for use in uses.find(path, data) if len(data) <= FILE_SIZE else ():
            file = next(self._found(use, path), None)
            if file:
                self._bring(use, path, file)
            elif use.shown:
                message = f"there is no file {quoted(use.path)} in {tree.legible(os.path.relpath(self._origin.root))}"
                self._say(self._name(path), Note(use.mark, message, "add it there; nothing outside is read", Severity.WARNING), "picture")

    def _found(self, use: Use, path: Source) -> Iterator[Path]:
        """The files that a use may mean, where they may be read."""
        near = [] if use.path.startswith("/") else [self._origin.folder / each for each in (folder(path), path.rpartition(".")[0])]
        places = (*(each / use.path for each in near), *self._origin.shared(use.path))
        for place in places:
            real = Path(os.path.realpath(place))
            if self._origin.holds(real):
                yield real

    def _bring(self, use: Use, path: Source, file: Path) -> None:
        inside = file.is_relative_to(self._origin.folder)
        to = self._below(file.relative_to(self._origin.folder).as_posix() if inside else inner(use.path))
        if tree.legible(to) != to:
            note = Note(use.mark, "the name has characters that are not seen or not UTF-8", "rename it")
            self._say(self._name(path), note, "picture")
        elif self._add(Copy(file, to, tree.legible(os.path.relpath(file)), False)) and not use.named:
            self._shows.append((use, path, to))

    def _demand_shown(self, use: Use, path: Source, to: Source) -> None:
        """Says so where the site would show another file than the one that is brought."""
        found = (Source(each) for each in meant(use.path, self._below(path)))
        other = next((each for each in found if self._file(each)), to)
        if other != to and not filecmp.cmp(str(self._file(other)), self._planned[to].file, shallow=False):
            message = f"{quoted(use.path)} would be shown as {self._docs.name}/{other}, which is another file"
            self._say(self._name(path), Note(use.mark, message, "rename one of the two"), "picture")

    def _file(self, path: Source) -> Path | None:
        """The file that will stand at a path below docs/."""
        if path in self._planned:
            return self._planned[path].file
        there = self._docs / path
        return there if os.path.isfile(there) else None  # noqa: PTH113 - says no where Path.is_file raises

    def _add(self, copy: Copy) -> bool:
        """Plans a copy; whether nothing is in its way."""
        other = self._planned.setdefault(copy.to, copy)
        if other is not copy:
            return self._agrees(copy, other)
        target = self._docs / copy.to
        blocked = next((each for each in parents(copy.to) if each and _is_no_folder(self._docs / each)), None)
        if blocked is not None:
            self._say(copy.shown, Note(Mark(), f"{self._docs.name}/{blocked} is in its way and is no folder", "choose another topic"))
        elif not os.path.lexists(target):
            self.plan.copies.append(copy)
            return True
        elif not target.is_symlink() and target.is_file() and filecmp.cmp(copy.file, target, shallow=False):
            self.plan.there.append(copy)
            return True
        else:
            message = f"differs from {self._docs.name}/{copy.to}, which is there already and stays"
            self._say(copy.shown, Note(Mark(), message, "delete that one to have this, or choose another topic"))
        return False

    def _agrees(self, copy: Copy, other: Copy) -> bool:
        if copy.file == other.file or filecmp.cmp(copy.file, other.file, shallow=False):
            return True
        message = f"would be {self._docs.name}/{copy.to}, as {other.shown} would, and differs from it"
        self._say(copy.shown, Note(Mark(), message, "rename one of the two"))
        return False

    def _say(self, shown: str, note: Note, field: str = "file") -> None:
        self._told.setdefault(problem(Source(shown), field, note))


def _is_no_folder(path: Path) -> bool:
    return path.is_symlink() or (path.exists() and not path.is_dir())
