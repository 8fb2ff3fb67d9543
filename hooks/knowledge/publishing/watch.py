"""Watches folders: told by the system at once, and by looking at every file now and then."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchdog.events import (
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

from knowledge.publishing.touched import Touched

log = logging.getLogger("mkdocs.hooks.knowledge")
CHANGES = {EVENT_TYPE_CREATED, EVENT_TYPE_DELETED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED}
SELDOM = 5.0
"""Seconds between two looks at every file, for those file systems that report nothing."""


class Watch:
    """An observer as MkDocs asks for one."""

    def __init__(self, touched: Touched, hurry: Callable[[], None]) -> None:
        self._touched, self._hurry = touched, hurry
        self._asked: dict[str, FileSystemEventHandler] = {}
        self._observers: list[Any] = []

    def schedule(self, handler: FileSystemEventHandler, path: str, *, recursive: bool = True) -> str:
        """Has changes below a path passed on, once it starts."""
        self._asked[path] = handler
        return path

    def unschedule(self, path: str) -> None:
        """Takes that back."""
        del self._asked[path]

    def start(self) -> None:
        """Begins to watch."""
        try:
            self._start(Observer())
        except OSError as error:
            log.info("watching by looking at every file: %s", error)
            self._start(PollingObserver())
        else:
            self._start(PollingObserver(timeout=SELDOM))

    def stop(self) -> None:
        """Ends it."""
        for each in self._observers:
            each.stop()

    def join(self) -> None:
        """Waits for the end."""
        for each in self._observers:
            each.join()

    def _start(self, observer: Any) -> None:
        for path, handler in self._asked.items():
            observer.schedule(_Changes(handler, Path(path), self._touched, self._hurry), path, recursive=True)
        observer.start()
        self._observers.append(observer)


class _Changes(FileSystemEventHandler):
    """Passes on what changes a file, and not that one was read."""

    def __init__(self, handler: FileSystemEventHandler, root: Path, touched: Touched, hurry: Callable[[], None]) -> None:
        self._handler, self._root, self._touched, self._hurry = handler, root, touched, hurry

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory or event.event_type not in CHANGES:
            return
        paths = [Path(str(each)) for each in (event.src_path, event.dest_path) if each]
        new = [self._touched.add(path, self._root) for path in paths]
        if any(new):
            self._handler.on_any_event(event)
            self._hurry()
