"""What of a folder is brought: its articles; the rest is named, or counted."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.catalogue import tree
from knowledge.importing import project
from knowledge.importing.project import Project
from knowledge.place import Source, is_article
from knowledge.problem import Mark, Note, Problem, Severity, problem


@dataclass
class Selection:
    """What was found in a folder, in order."""

    articles: list[Source] = field(default_factory=list)
    """The paths of its articles, below it."""
    left: dict[str, str] = field(default_factory=dict)
    """The folders that nothing is brought from, and why."""
    problems: list[Problem] = field(default_factory=list)
    """What can't be brought; its sources are paths below the folder."""


def select(origin: Project) -> Selection:
    """The articles of a folder and of all below it; what is hidden is passed over, links lead nowhere outside the project."""
    found = Selection()
    waiting = [""]
    while waiting:
        path = waiting.pop()
        try:
            entries = [each for each in os.scandir(origin.folder / path) if not each.name.startswith(".")]
        except OSError as error:
            found.problems.append(problem(Source(path or "."), "file", tree.unreadable(error)))
            continue
        for entry in entries:
            waiting += _look(entry, Source(f"{path}/{entry.name}" if path else entry.name), origin, found)
    found.articles.sort()
    return found


def _look(entry: os.DirEntry[str], source: Source, origin: Project, found: Selection) -> list[str]:
    """Sorts an entry; gives the folder to look into, where it is one."""
    if entry.is_dir(follow_symlinks=False):
        reason = project.left_out(Path(entry.path))
        if reason:
            found.left[tree.legible(source)] = reason
        return [] if reason else [source]
    is_link = entry.is_symlink() and os.path.isdir(entry.path)  # noqa: PTH112 - says no of a loop
    note = _obstacle(entry, source, origin) if is_article(source) or is_link else None
    if note:
        found.problems.append(problem(Source(tree.legible(source)), "file", note))
    elif is_article(source):
        found.articles.append(source)
    return []


def _obstacle(entry: os.DirEntry[str], source: Source, origin: Project) -> Note | None:
    if tree.legible(source) != source:
        return Note(Mark(), "the name has characters that are not seen or not UTF-8", "rename it")
    if os.path.isdir(entry.path):  # noqa: PTH112 - says no of a loop
        return Note(Mark(), "is a link to a folder and is not followed", "import that folder itself", Severity.WARNING)
    if not origin.holds(Path(os.path.realpath(entry.path))):
        return Note(Mark(), "is a link to what lies outside the project, or is no file", "put the file itself here", Severity.WARNING)
    return None
