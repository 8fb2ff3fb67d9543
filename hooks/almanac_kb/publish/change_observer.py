"""Watches files and folders for changes, by what the system reports and by looking."""

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

from almanac_kb.publish.preview import ChangedFiles

log = logging.getLogger("mkdocs.hooks.knowledge")
EVENTS = {EVENT_TYPE_CREATED, EVENT_TYPE_DELETED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED}
"""The events of watchdog that change a file; others say that one was opened or read."""
SLOW_POLL = 5.0
"""Seconds between two polls of every file where the system reports changes, for those that it misses."""
FAST_POLL = 1.0
"""Seconds between two polls where the system reports nothing, or where what is watched does not exist."""
Watch = tuple[Any, tuple[int, int] | None]
"""A watch of watchdog, None where the system refuses one, and the device and inode of the folder that it watches."""
NO_WATCH: Watch = (None, None)


class ChangeObserver:
    """Watches files and folders, which may come and go, with the interface of watchdog's observers that MkDocs' server expects.

    Changes are reported by the system through watchdog; a thread of its own polls for those that the system misses.
    """

    def __init__(self, changed_files: ChangedFiles, note_save: Callable[[], None]) -> None:
        """Adds every change to `changed_files`, passes it on to the handler of its path, and calls `note_save`."""
        self._changed_files, self._note_save = changed_files, note_save
        self._handlers: dict[str, FileSystemEventHandler] = {}
        self._suspect: set[str] = set()
        self._watches: dict[str, Watch] = {}
        self._observer: Any = Observer()
        self._poller = threading.Thread(target=self._poll, daemon=True)
        self._poll_now, self._stopped = threading.Event(), threading.Event()

    def schedule(self, handler: FileSystemEventHandler, path: str, *, recursive: bool = True) -> str:
        """Passes changes at or below `path` on to the handler, once the observer runs; the result is for `unschedule`."""
        self._handlers[path] = handler
        self._poll_now.set()
        return path

    def unschedule(self, path: str) -> None:
        """Ends watching a path."""
        del self._handlers[path]

    def start(self) -> None:
        """Begins to watch; what happened since `changed_files` learned of the files is passed on too."""
        self._observer.start()
        self._poller.start()

    def stop(self) -> None:
        """Ends watching."""
        self._stopped.set()
        self._poll_now.set()

    def join(self) -> None:
        """Waits until the threads of the observer have ended."""
        self._poller.join()
        self._observer.join()

    def _poll(self) -> None:
        while not self._stopped.is_set():
            handlers = tuple(self._handlers.items())
            are_reported = [self._ensure_reports(path, handler) for path, handler in handlers]
            for path, handler in handlers:
                if self._changed_files.look(Path(path)):
                    handler.on_any_event(FileModifiedEvent(path))
                    self._note_save()
            self._poll_now.wait(SLOW_POLL if all(are_reported) else FAST_POLL)
            self._poll_now.clear()
        self._observer.stop()

    def _ensure_reports(self, path: str, handler: FileSystemEventHandler) -> bool:
        """Whether the system reports changes at a path; watchdog is asked again where another folder or file stands there than before."""
        identity, (watch, watched) = _identity(path), self._watches.get(path, NO_WATCH)
        if identity != watched or path in self._suspect or (watch and not self._is_alive(watch)):
            self._suspect.discard(path)
            if watch:
                self._observer.unschedule(watch)
            self._watches.pop(path, None)
            if Path(path).exists():
                self._watches[path] = self._watch(path, handler), identity
        return self._watches.get(path, NO_WATCH)[0] is not None

    def _is_alive(self, watch: Any) -> bool:
        return any(emitter.watch == watch and emitter.should_keep_running() for emitter in self._observer.emitters)

    def _check_folder(self, folder: str) -> None:
        """Polls at once, because not every system says which files came or went with a folder."""
        if folder in self._handlers:
            self._suspect.add(folder)
        self._poll_now.set()

    def _watch(self, path: str, handler: FileSystemEventHandler) -> Any:
        """The watch of watchdog for a path; None where the system allows no more."""
        filtered = _ChangeHandler(handler, Path(path), self._changed_files, self._note_save, self._check_folder)
        try:
            return self._observer.schedule(filtered, path, recursive=True)
        except OSError as error:
            log.info("watching by looking at every file: %s", error)
            return None


class _ChangeHandler(FileSystemEventHandler):
    """Passes on events that change a file which builds read, once for each change."""

    def __init__(
        self,
        handler: FileSystemEventHandler,
        root: Path,
        changed_files: ChangedFiles,
        note_save: Callable[[], None],
        check_folder: Callable[[str], None],
    ) -> None:
        self._handler, self._root, self._changed_files = handler, root, changed_files
        self._note_save, self._check_folder = note_save, check_folder

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in EVENTS:
            return
        if event.is_directory:
            if event.event_type != EVENT_TYPE_MODIFIED:
                self._check_folder(str(event.src_path))
            return
        paths = [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
        are_new = [self._changed_files.add(path, self._root) for path in paths]
        if any(are_new):
            self._handler.on_any_event(event)
            self._note_save()


def _identity(path: str) -> tuple[int, int] | None:
    """Device and inode of the folder that is watched: the path itself, or the folder of a file; None where there is none."""
    try:
        status = (Path(path) if Path(path).is_dir() else Path(path).parent).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
