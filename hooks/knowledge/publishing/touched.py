"""Which files were really changed, of all that watchers of the file system report."""

import hashlib
import threading
from pathlib import Path

READ = frozenset({".pages", ".tags.yml", ".sources.yml"})
"""The files that count though their names start with a dot."""


class Touched:
    """Collects the paths that watchers name, from any thread; the same content reported twice counts once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[Path] = set()
        self._seen: dict[Path, bytes | None] = {}

    def add(self, path: Path, root: Path) -> bool:
        """Notes that something happened to a file of the watched `root`; whether it is of interest and not what is known already."""
        if not _counts(path, root):
            return False
        now = _digest(path)
        with self._lock:
            new = path not in self._seen or self._seen[path] != now
            self._seen[path] = now
            if new:
                self._waiting.add(path)
        return new

    def take(self) -> frozenset[Path]:
        """The files that changed since they were last taken."""
        with self._lock:
            waiting, self._waiting = frozenset(self._waiting), set()
        return waiting


def _counts(path: Path, root: Path) -> bool:
    """Whether a file can be part of a site: what an editor or Obsidian keeps for itself is not."""
    *folders, name = path.relative_to(root).parts or (path.name,)
    return not any(each.startswith(".") for each in folders) and not name.endswith("~") and (not name.startswith(".") or name in READ)


def _digest(path: Path) -> bytes | None:
    """The content of a file in a few bytes; None where there is no file."""
    try:
        return hashlib.blake2b(path.read_bytes()).digest()
    except OSError:
        return None
