"""Changed files, superseded builds, folder sync."""

import _thread
import filecmp
import hashlib
import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

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

from almanac_kb.content import loader
from almanac_kb.content.loader import ReadCache
from almanac_kb.content.reader import Article
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site


@dataclass(frozen=True)
class TextEdits:
    """What came of some files that changed."""

    articles: tuple[Article, ...]
    """Those with a new text, as they are now."""
    all: bool
    """Whether nothing else changed that could be seen in any page."""


def articles_by_file(catalogue: Site, docs: Path) -> Mapping[Path, Article]:
    """What is published by its file, named as watchers name it: from the root, links as they are."""
    outside = catalogue.outside.files
    return {Path(os.path.abspath(outside.get(each.source) or docs / each.source)): each for each in catalogue.published}  # noqa: PTH100


def classify(changed: Iterable[Path], articles: Mapping[Path, Article], catalogue: Site, settings: Settings, known: ReadCache) -> TextEdits:
    """What of the changed files are articles with a new text; a file that came and went again is nothing."""
    paths = sorted({path for path in changed if path in articles or path.exists()})
    now = [loader.reload_article(path, articles[path], settings, known) if path in articles else None for path in paths]
    found = tuple(each for each in now if each)
    return TextEdits(found, bool(found) and len(found) == len(now))


if sys.platform == "win32":
    NUMBER = signal.SIGBREAK
else:
    NUMBER = signal.SIGUSR1


class Superseded(BaseException):
    """What is under way is no longer wanted. No `Exception`, so that nobody takes it for a fault of what is done."""


def install_interrupt(give_up: Callable[[], None]) -> None:
    """Has the main thread call `give_up`, which may raise, when it is interrupted. Call it there."""
    signal.signal(NUMBER, lambda _number, _frame: give_up())


def interrupt_main() -> None:
    """Interrupts the main thread, wherever it is."""
    if sys.platform == "win32":
        _thread.interrupt_main(NUMBER)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, NUMBER)


class PreviewState:
    """Whether what is shown is behind what is saved, and the build under way that changes this."""

    def __init__(self) -> None:
        self.behind = False
        self._under_way = False
        self._wanted: Callable[[], bool] = lambda: False

    def begin(self, wanted: Callable[[], bool]) -> None:
        """From now on a build can be given up, where another one is `wanted`. Call it in the main thread."""
        self._wanted = wanted
        install_interrupt(self._give_up)

    def catch_up(self, build: Callable[[], None]) -> bool:
        """Builds; whether this was not given up."""
        try:
            self._follow(build)
        except Superseded:
            return False
        return True

    def hold(self) -> None:
        """The build under way is not given up any more."""
        self._under_way = False

    def hurry(self) -> None:
        """Has the build under way given up, from whichever thread."""
        if self._under_way:
            interrupt_main()

    def _follow(self, build: Callable[[], None]) -> None:
        self._under_way = True
        try:
            build()
        finally:
            self._under_way = False

    def _give_up(self) -> None:
        """A save that came late, when a build that shows it had begun, must not end that build: no other one would follow."""
        if self._under_way and self._wanted():
            self._under_way = False
            raise Superseded


def sync_folder(made: Path, shown: Path, kept: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Gives `shown` the files of `made`, and removes all others but the `kept` of its top level. The paths that changed, in order."""
    wanted, there = list_folder(made), list_folder(shown, kept)
    changed = [path for path in wanted if path not in there or not filecmp.cmp(made / path, shown / path, shallow=False)]
    spare = sorted(set(there) - set(wanted))
    for path in spare:
        (shown / path).unlink()
        _prune((shown / path).parent, shown)
    for path in changed:
        sync_file(made, shown, path)
    return tuple(sorted({*changed, *spare}))


def sync_file(made: Path, shown: Path, path: str) -> None:
    """Puts one file of `made` into `shown`, whole at once."""
    target = shown / path
    if target.is_dir():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    shutil.copyfile(made / path, fresh)
    fresh.replace(target)


def list_folder(folder: Path, without: frozenset[str] = frozenset()) -> dict[str, None]:
    """Every file below a folder, as a path with forward slashes; `without` names entries of its top level."""
    found = {}
    for parent, folders, names in os.walk(folder):
        home = Path(parent).relative_to(folder).as_posix().removeprefix(".")
        if not home:
            folders[:], names = [each for each in folders if each not in without], [each for each in names if each not in without]
        found.update(dict.fromkeys(f"{home}/{name}".lstrip("/") for name in sorted(names)))
    return found


def _prune(folder: Path, root: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


READ = frozenset({".pages", ".tags.yml", ".sources.yml"})
"""The files that count though their names start with a dot."""
Stamp = tuple[int, int, int, int]
"""What the system says of a file or folder: it is another one after each change, though the content may be the same again."""


class FileState(NamedTuple):
    """How a file was found."""

    stamp: Stamp | None
    """Its stamp; where it is not there, that of the folder, where it may have been for a moment."""
    content: bytes | None
    """The content in a few bytes; None where there is no file, nothing where it was not read."""


class ChangedFiles:
    """Collects the files that changed, from any thread; one change counts once, however often it is reported.

    A file that is again what it was counts as well: a build may have read it in between.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[Path] = set()
        self._known: dict[str, FileState] = {}

    def know(self, root: Path) -> None:
        """Takes the files of `root` as they are now for known."""
        found = _files(root)
        with self._lock:
            self._known |= {path: FileState(stamp, b"") for path, stamp in found.items()}

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


def _state(path: Path) -> FileState:
    try:
        return FileState(_stamp(path), hashlib.blake2b(path.read_bytes()).digest())
    except OSError:
        return FileState(next((stamp for each in (path, *path.parents) if (stamp := _stamp(each))), None), None)


def _stamp(path: str | Path) -> Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path of each would take longer than the question
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


log = logging.getLogger("mkdocs.hooks.knowledge")
CHANGES = {EVENT_TYPE_CREATED, EVENT_TYPE_DELETED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED}
SELDOM = 5.0
"""Seconds between two looks at every file, for those changes that the system does not report."""
OFTEN = 1.0
"""The same where the system reports nothing, or what is watched is not there."""


NOTHING = (None, None)


class ChangeObserver:
    """An observer as MkDocs asks for one. What it watches may come and go."""

    def __init__(self, touched: ChangedFiles, hurry: Callable[[], None]) -> None:
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
        self, handler: FileSystemEventHandler, root: Path, touched: ChangedFiles, hurry: Callable[[], None], doubt: Callable[[str], None]
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
