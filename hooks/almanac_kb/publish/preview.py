"""The preview: which files changed, what a save changes, builds that a newer save supersedes, and the folder that readers see."""

import filecmp
import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from almanac_kb.content import loader
from almanac_kb.content.article import Article
from almanac_kb.content.loader import ReadCache
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.core import folders
from almanac_kb.core.paths import file_name
from almanac_kb.publish import site_tree

log = logging.getLogger("mkdocs.hooks.knowledge")
READ = frozenset({".authors.yml", ".pages", ".tags.yml", ".sources.yml", ".well-known"})
"""Names of files and folders that a build reads although they start with a dot; a site may publish `.well-known/`."""
COMPILED = "__pycache__"
"""The name of the folders in which Python keeps compiled modules, also those that the first build of a new clone loads."""
WatchStamp = tuple[int, int, int, int]
"""Inode, size, and times of change in nanoseconds: different after each change of a file or folder, though its content may be the same."""


@dataclass(frozen=True)
class TextEdits:
    """The changed files that are articles with nothing but a new text, whose pages can be shown at once."""

    articles: tuple[Article, ...]
    """These articles as they are now."""
    all: bool
    """Whether that is all that changed, so that no other page shows anything else."""


def articles_by_file(site: Site, docs: Path) -> Mapping[Path, Article]:
    """The published articles by the absolute path of their file, as watchers name it: symbolic links are not resolved."""
    mounted = site.outside.files
    published = site.published
    return {Path(os.path.abspath(mounted.get(article.source) or docs / article.source)): article for article in published}  # noqa: PTH100


def classify(changed: Iterable[Path], articles: Mapping[Path, Article], site: Site, settings: Settings, known: ReadCache) -> TextEdits:
    """Reads changed files again and says which are articles with nothing but a new text; a file that came and went again is no change."""
    paths = sorted({path for path in changed if path in articles or path.exists()})
    reloaded = [loader.reload_article(path, articles[path], settings, known) if path in articles else None for path in paths]
    edited = tuple(article for article in reloaded if article)
    return TextEdits(edited, bool(edited) and len(edited) == len(reloaded))


class Superseded(BaseException):
    """A newer save makes the build under way useless. No `Exception`, so that no handler takes it for a fault of the build."""


class PreviewState:
    """Whether readers see less than what is saved, and whether the build that changes this can still be superseded."""

    def __init__(self) -> None:
        self.is_outdated = False
        """Whether files were saved that readers do not see yet."""
        self._can_be_superseded = False
        self._saved_again = threading.Event()
        self._build_is_wanted: Callable[[], bool] = lambda: False

    def begin(self, build_is_wanted: Callable[[], bool]) -> None:
        """Lets builds be superseded from now on when `build_is_wanted` says that another one will follow."""
        self._build_is_wanted = build_is_wanted

    def run_build(self, build: Callable[[], None]) -> bool:
        """Builds; returns False where a newer save superseded the build."""
        self._saved_again.clear()
        self._can_be_superseded = True
        try:
            build()
        except Superseded:
            return False
        finally:
            self._can_be_superseded = False
        return True

    def forbid_superseding(self) -> None:
        """Says that the build under way can't be superseded any more, because its site is being shown."""
        self._can_be_superseded = False

    def note_save(self) -> None:
        """Says that something was saved; may be called in any thread. The build under way ends at its next safe point."""
        self._saved_again.set()

    def stop_if_superseded(self) -> None:
        """The safe point of a build, between two texts, pages or checks: raises Superseded where a newer save makes the build useless.

        It goes on where no other build would follow: a report may be late, of a save that the build under way has read.
        """
        if self._can_be_superseded and self._saved_again.is_set() and self._build_is_wanted():
            raise Superseded


def sync_folder(source: Path, target: Path, ignored: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Gives the folder `target` the files of `source` and no others, links followed; `ignored` are entries of its top level that stay.

    Returns the paths of files that changed, came or went, in order; files with the same content are not written.
    """
    new = set(folders.list_files(source, follows_links=True))
    shown = folders.walk(target, lambda path, entry: path not in ignored)
    old = {path: entry.is_symlink() for path, entry in shown if path not in ignored}
    changed = [path for path in sorted(new) if old.get(path, True) or not _is_same(f"{source}/{path}", f"{target}/{path}")]
    removed = sorted(old.keys() - new)
    for path in removed:
        (target / path).unlink()
        _remove_empty_folders((target / path).parent, target)
    for path in changed:
        sync_file(source, target, path)
    return tuple(sorted({*changed, *removed}))


def _is_same(one: str, other: str) -> bool:
    """Whether two paths are of the same file, or of files with the same content."""
    return os.path.samefile(one, other) or filecmp.cmp(one, other, shallow=False)  # noqa: PTH121 - a Path for each would take longer


def sync_file(source_folder: Path, target_folder: Path, path: str) -> None:
    """Links one file from folder to folder, or copies it; who reads it meanwhile gets the old file or the new one, whole."""
    source, target = source_folder / path, target_folder / path
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.unlink(missing_ok=True)
    site_tree.link(source.resolve() if source.is_symlink() else source, fresh)
    fresh.replace(target)


def _remove_empty_folders(folder: Path, root: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


class FileState(NamedTuple):
    """The stamp and the digest of a file."""

    stamp: WatchStamp | None
    """Its stamp; where there is no file, that of its folder, in which it may have been for a moment."""
    content: bytes | None
    """The digest of its content; empty where it was not read, None where there is no file."""


class ChangedFiles:
    """The files that changed since they were last taken; any thread may add to them.

    One change counts once, however often it is reported. A file that is again what it was counts too: a build may have read it in between.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed: set[Path] = set()
        self._known: dict[str, FileState] = {}

    def know(self, root: Path) -> None:
        """Takes the files at or below `root` as they are now for known."""
        stamps = _stamps(root)
        with self._lock:
            self._known |= {path: FileState(stamp, b"") for path, stamp in stamps.items()}

    def add(self, path: Path, root: Path) -> bool:
        """Adds a file below the watched `root` that is reported as changed; returns whether builds read it and it differs from before."""
        if not _is_read_by_builds(path, root):
            return False
        with self._lock:
            return self._add(path)

    def look(self, root: Path) -> bool:
        """Polls the files at or below `root` and adds those with unreported changes; returns whether there are any."""
        stamps = _stamps(root)
        with self._lock:
            changed = [path for path, stamp in stamps.items() if path not in self._known or self._known[path].stamp != stamp]
            existing = [path for path, state in self._known.items() if state.content is not None and _is_within(path, root)]
            removed = [path for path in existing if path not in stamps]
            return bool([path for path in (*changed, *removed) if self._add(Path(path))])

    def take(self) -> frozenset[Path]:
        """Returns the files that changed since this was last called."""
        with self._lock:
            changed, self._changed = frozenset(self._changed), set()
        return changed

    def _add(self, path: Path) -> bool:
        state = _state(path)
        if self._known.get(str(path)) == state:
            return False
        self._known[str(path)] = state
        self._changed.add(path)
        return True


def _stamps(root: Path) -> dict[str, WatchStamp]:
    """The stamps of all files at or below `root` that builds read, by path; paths are text, for there may be many."""
    own = [str(root)] if root.is_file() else []
    files = folders.list_files(root, lambda path, entry: _is_shown_name(entry.name), folders.pass_over)
    below = (f"{root}{os.sep}{path.replace('/', os.sep)}" for path in files if _has_read_name(file_name(path)))
    return {path: stamp for path in (*own, *below) if (stamp := _stamp(path))}


def _is_read_by_builds(path: Path, root: Path) -> bool:
    """Whether builds read a file at or below `root`: those that editors, Obsidian and Python write for themselves they do not."""
    *above, name = path.relative_to(root).parts or (path.name,)
    return all(map(_is_shown_name, above)) and _has_read_name(name)


def _has_read_name(name: str) -> bool:
    return not name.endswith("~") and _is_shown_name(name)


def _is_shown_name(name: str) -> bool:
    return name in READ or not (name.startswith(".") or name == COMPILED)


def _is_within(path: str, root: Path) -> bool:
    return path == str(root) or path.startswith(f"{root}{os.sep}")


def _state(path: Path) -> FileState:
    try:
        return FileState(_stamp(path), hashlib.blake2b(path.read_bytes()).digest())
    except OSError:
        return FileState(next((stamp for parent in (path, *path.parents) if (stamp := _stamp(parent))), None), None)


def _stamp(path: str | Path) -> WatchStamp | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - making a Path of every path would take longer than the call
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
