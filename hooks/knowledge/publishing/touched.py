"""Which files were really changed, of all that watchers of the file system report, and of what none of them did."""

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

READ = frozenset({".pages", ".tags.yml", ".sources.yml"})
"""The files that count though their names start with a dot."""
Stamp = tuple[int, int, int, int]
"""What the system says of a file or folder: it is another one after each change, though the content may be the same again."""


class State(NamedTuple):
    """How a file was found."""

    stamp: Stamp | None
    """Its stamp; where it is not there, that of the folder, where it may have been for a moment."""
    content: bytes | None
    """The content in a few bytes; None where there is no file, nothing where it was not read."""


class Touched:
    """Collects the files that changed, from any thread; one change counts once, however often it is reported.

    A file that is again what it was counts as well: a build may have read it in between.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[Path] = set()
        self._known: dict[str, State] = {}

    def know(self, root: Path) -> None:
        """Takes the files of `root` as they are now for known."""
        found = _files(root)
        with self._lock:
            self._known |= {path: State(stamp, b"") for path, stamp in found.items()}

    def add(self, path: Path, root: Path) -> bool:
        """Notes that something happened to a file of the watched `root`; whether it is of interest and not what is known already."""
        if not _counts(path, root):
            return False
        with self._lock:
            return self._note(path)

    def look(self, root: Path) -> bool:
        """Notes what happened to the files of `root` and was not reported; whether anything did."""
        found = _files(root)
        with self._lock:
            changed = [path for path, stamp in found.items() if path not in self._known or self._known[path].stamp != stamp]
            gone = [path for path, state in self._known.items() if state.content is not None and path not in found and _within(path, root)]
            return bool([path for path in (*changed, *gone) if self._note(Path(path))])

    def take(self) -> frozenset[Path]:
        """The files that changed since they were last taken."""
        with self._lock:
            waiting, self._waiting = frozenset(self._waiting), set()
        return waiting

    def _note(self, path: Path) -> bool:
        now = _state(path)
        if self._known.get(str(path)) == now:
            return False
        self._known[str(path)] = now
        self._waiting.add(path)
        return True


def _files(root: Path) -> dict[str, Stamp]:
    """Every file of interest at or below `root`, by its path as text: there may be many."""
    return {path: stamp for path in _walk(root) if (stamp := _stamp(path))}


def _walk(root: Path) -> Iterator[str]:
    if root.is_file():
        yield str(root)
    for folder, folders, names in os.walk(root):
        folders[:] = [each for each in folders if not each.startswith(".")]
        yield from (f"{folder}{os.sep}{name}" for name in names if _of_interest(name))


def _counts(path: Path, root: Path) -> bool:
    """Whether a file can be part of a site: what an editor or Obsidian keeps for itself is not."""
    *folders, name = path.relative_to(root).parts or (path.name,)
    return not any(each.startswith(".") for each in folders) and _of_interest(name)


def _of_interest(name: str) -> bool:
    return not name.endswith("~") and (not name.startswith(".") or name in READ)


def _within(path: str, root: Path) -> bool:
    return path == str(root) or path.startswith(f"{root}{os.sep}")


def _state(path: Path) -> State:
    try:
        return State(_stamp(path), hashlib.blake2b(path.read_bytes()).digest())
    except OSError:
        return State(next((stamp for each in (path, *path.parents) if (stamp := _stamp(each))), None), None)


def _stamp(path: str | Path) -> Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path of each would take longer than the question
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
