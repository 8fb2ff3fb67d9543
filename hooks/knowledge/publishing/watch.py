"""Watches files and folders: told by the system at once, and by looking at every file now and then."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchdog.events import (
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileModifiedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from knowledge.publishing.touched import Touched

log = logging.getLogger("mkdocs.hooks.knowledge")
CHANGES = {EVENT_TYPE_CREATED, EVENT_TYPE_DELETED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED}
SELDOM = 5.0
"""Seconds between two looks at every file, for those changes that the system does not report."""
OFTEN = 1.0
"""The same where the system reports nothing, or what is watched is not there."""


NOTHING = (None, None)


class Watch:
    """An observer as MkDocs asks for one. What it watches may come and go."""

    def __init__(self, touched: Touched, hurry: Callable[[], None]) -> None:
        self._touched, self._hurry = touched, hurry
        self._asked: dict[str, FileSystemEventHandler] = {}
        self._lost: set[str] = set()
        self._reporting: dict[str, tuple[Any, tuple[int, int] | None]] = {}
        self._system: Any = Observer()
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._due, self._ended = threading.Event(), threading.Event()

    def schedule(self, handler: FileSystemEventHandler, path: str, *, recursive: bool = True) -> str:
        """Has changes at or below a path passed on, once it starts."""
        self._asked[path] = handler
        self._due.set()
        return path

    def unschedule(self, path: str) -> None:
        """Takes that back."""
        del self._asked[path]

    def start(self) -> None:
        """Begins to watch; what happened since `touched` learned of the files is passed on too."""
        self._system.start()
        self._looking.start()

    def stop(self) -> None:
        """Ends it."""
        self._ended.set()
        self._due.set()

    def join(self) -> None:
        """Waits for the end."""
        self._looking.join()
        self._system.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            asked = tuple(self._asked.items())
            told = [self._told(path, handler) for path, handler in asked]
            for path, handler in asked:
                if self._touched.look(Path(path)):
                    handler.on_any_event(FileModifiedEvent(path))
                    self._hurry()
            self._due.wait(SELDOM if all(told) else OFTEN)
            self._due.clear()
        self._system.stop()

    def _told(self, path: str, handler: FileSystemEventHandler) -> bool:
        """Whether the system tells what happens at a path; it is asked again where something else stands there than before."""
        now, (watch, before) = _identity(path), self._reporting.get(path, NOTHING)
        if now != before or path in self._lost or (watch and not self._alive(watch)):
            self._lost.discard(path)
            if watch:
                self._system.unschedule(watch)
            self._reporting.pop(path, None)
            if Path(path).exists():
                self._reporting[path] = self._ask(path, handler), now
        return self._reporting.get(path, NOTHING)[0] is not None

    def _alive(self, watch: Any) -> bool:
        return any(each.watch == watch and each.should_keep_running() for each in self._system.emitters)

    def _doubt(self, folder: str) -> None:
        """Looks at once, for not every system says which files came or went with a folder."""
        if folder in self._asked:
            self._lost.add(folder)
        self._due.set()

    def _ask(self, path: str, handler: FileSystemEventHandler) -> Any:
        changes = _Changes(handler, Path(path), self._touched, self._hurry, self._doubt)
        try:
            return self._system.schedule(changes, path, recursive=True)
        except OSError as error:
            log.info("watching by looking at every file: %s", error)
            return None


class _Changes(FileSystemEventHandler):
    """Passes on what changes a file, and not that one was read."""

    def __init__(
        self, handler: FileSystemEventHandler, root: Path, touched: Touched, hurry: Callable[[], None], doubt: Callable[[str], None]
    ) -> None:
        self._handler, self._root, self._touched, self._hurry, self._doubt = handler, root, touched, hurry, doubt

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in CHANGES:
            return
        if event.is_directory:
            if event.event_type != EVENT_TYPE_MODIFIED:
                self._doubt(str(event.src_path))
            return
        paths = [Path(str(each)) for each in (event.src_path, event.dest_path) if each]
        new = [self._touched.add(path, self._root) for path in paths]
        if any(new):
            self._handler.on_any_event(event)
            self._hurry()


def _identity(path: str) -> tuple[int, int] | None:
    """Which folder is watched: the path itself, or the one that holds the file."""
    try:
        found = (Path(path) if Path(path).is_dir() else Path(path).parent).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
