"""The files below a folder: each by its path, and what is neither read nor published, named."""

import os
from pathlib import Path

from knowledge import plaintext
from knowledge.place import Source
from knowledge.problem import Mark, Note, Problem, problem

BREAKS = frozenset("\t\n\r\x85\u2028\u2029")
"""Characters that end a line, or jump within it."""


def walk(root: Path, shown: str = "docs/") -> tuple[list[Source], list[Problem]]:
    """Every file below `root`, in order, as a path with forward slashes; links that lead away and what is no file are named, not opened.

    `shown` is what authors call the root.
    """
    home = os.path.realpath(root)
    paths: list[Source] = []
    problems: list[Problem] = []
    waiting = [""]
    while waiting:
        path = waiting.pop()
        try:
            entries = list(os.scandir(root / path))
        except OSError as error:
            problems.append(problem(Source(path or "."), "file", unreadable(error)))
            continue
        for entry in entries:
            source = Source(f"{path}/{entry.name}" if path else entry.name)
            note = _obstacle(entry, home, shown)
            if note:
                problems += [] if hidden(path) else [problem(Source(legible(source)), "file", note)]
            elif entry.is_dir():
                waiting.append(source)
            else:
                paths.append(source)
    return sorted(paths), problems


def hidden(path: str) -> bool:
    """Whether a file or a folder above it starts with a dot."""
    return any(part.startswith(".") for part in path.split("/"))


def legible(name: str) -> str:
    """A name as it can be printed: characters that are not seen, or not UTF-8, by their numbers."""
    clean = plaintext.STEERING.sub("", plaintext.ILLEGAL.sub("", name))
    return name if clean == name and BREAKS.isdisjoint(name) else ascii(name)[1:-1]


def unreadable(error: OSError) -> Note:
    """What is said of a file or a folder that the system does not open."""
    return Note(Mark(), f"can't be read: {error.strerror}", "make it readable, or remove it")


def _obstacle(entry: os.DirEntry[str], home: str, shown: str) -> Note | None:
    """Why an entry of a folder is neither read nor published, or None."""
    if legible(entry.name) != entry.name:
        return Note(Mark(), "the name has characters that are not seen or not UTF-8", "rename it")
    if entry.is_symlink():
        return _link_obstacle(entry, home, shown)
    if not entry.is_file() and not entry.is_dir():
        return Note(Mark(), "is no file but a pipe, a socket or a device", "remove it")
    return None


def _link_obstacle(entry: os.DirEntry[str], home: str, shown: str) -> Note | None:
    target = Path(os.path.realpath(entry.path))
    if target.is_dir():
        return Note(Mark(), "is a link to a folder; such links are not followed", "put the folder itself here")
    if not target.exists():
        return Note(Mark(), "is a link that leads nowhere", "remove it")
    if not target.is_relative_to(home) or not target.is_file():
        return Note(Mark(), f"is a link to a file outside {shown}; such links are not followed", "put the file itself here")
    return None
