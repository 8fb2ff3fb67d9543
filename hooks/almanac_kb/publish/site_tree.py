"""The folder of a new site, made in proportion to what changed: what has the same cache key stays, or is linked from the last site.

After an exchange the old site waits in the folder of caches; the next build brings it to the new state, so that it writes what two
builds changed. Each tree has a manifest: the cache key of each file, and its stamp, which shows whether somebody touched it since.
"""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from almanac_kb.publish.atomic_swap import MARKER, NOTICE

MAX_MANIFESTS = 6
"""Manifests that are kept: those of the site, of the site before it, and of sites built into other folders."""


class Stamp(NamedTuple):
    """The size, time and inode of a file, which show whether it was changed."""

    size: int
    """In bytes."""
    modified: int
    """The time of its last change in nanoseconds."""
    inode: int


class Entry(NamedTuple):
    """A file in a manifest."""

    key: str
    """The digest of all that its content depends on."""
    stamp: Stamp


Manifest = Mapping[str, Entry]
"""The entries of a tree by output path."""


@dataclass(frozen=True)
class SiteTree:
    """The folder of a new site. All paths are output paths; a file that is replaced is never written in place, since trees share files."""

    folder: Path
    manifest: Manifest = field(default_factory=dict)
    """The entries of the folder, from the build before last."""
    last_folder: Path | None = None
    """The folder of the last site; None where nothing is taken from it."""
    last_manifest: Manifest = field(default_factory=dict)
    is_older: bool = False
    """Whether the folder is that of an older site, whose files may be of no use any more."""
    has_links: bool = True
    """Whether it may share files with the last site; not where plugins change files where they lie."""

    def below(self, folder: str) -> "SiteTree":
        """The tree of a folder at the root of this one, whose paths begin there."""
        start = f"{folder}/"

        def part(manifest: Manifest) -> Manifest:
            return {path.removeprefix(start): entry for path, entry in manifest.items() if path.startswith(start)}

        last_folder = self.last_folder / folder if self.last_folder else None
        return replace(
            self, folder=self.folder / folder, manifest=part(self.manifest), last_folder=last_folder, last_manifest=part(self.last_manifest)
        )

    def reuse(self, path: str, key: str) -> Entry | None:
        """The entry of a file whose content has this key already, which stays, or is linked from the last site.

        None where it has another key, or none, or somebody touched it: it must be written then.
        """
        entry = self.manifest.get(path)
        if key and entry and entry.key == key and stamp_of(f"{self.folder}/{path}") == entry.stamp and self._is_own(path):
            return entry
        entry = self.last_manifest.get(path)
        if key and entry and self.last_folder and entry.key == key and stamp_of(f"{self.last_folder}/{path}") == entry.stamp:
            source, take = self.last_folder / path, _link if self.has_links else shutil.copyfile
            return self._put(path, key, lambda fresh: take(source, fresh))
        return None

    def _is_own(self, path: str) -> bool:
        return self.has_links or (self.folder / path).stat().st_nlink == 1

    def provide(self, path: str, key: str, make: Callable[[], bytes]) -> Entry:
        """Writes a file unless its content has this key already; returns its entry."""
        return self.reuse(path, key) or self.write(path, key, make())

    def write(self, path: str, key: str, data: bytes) -> Entry:
        """Writes a file; returns its entry."""
        return self._put(path, key, lambda fresh: fresh.write_bytes(data))

    def copy(self, path: str, key: str, source: Path) -> Entry:
        """Copies a file from elsewhere; returns its entry."""
        return self._put(path, key, lambda fresh: shutil.copyfile(source, fresh))

    def remove_others(self, kept: Collection[str], folder: str = "") -> None:
        """Removes the files of an older site that are not in `kept` or below the folder of that name at the root, and emptied folders."""
        for path in list(_files(str(self.folder), "")) if self.is_older else ():
            if path not in kept and path != MARKER and not path.startswith(f"{folder}/"):
                (self.folder / path).unlink()
                for parent in (self.folder / path).parents:
                    if parent == self.folder or any(parent.iterdir()):
                        break
                    parent.rmdir()

    def _put(self, path: str, key: str, make: Callable[[Path], object]) -> Entry:
        """Makes a file beside the tree's own and puts it in its place."""
        target, fresh = self.folder / path, self.folder / f".{os.getpid()}.new"
        make(fresh)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh.replace(target)
        except (FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError):
            self._make_room(path)
            fresh.replace(target)
        stamp = stamp_of(target)
        return Entry(key, stamp or Stamp(0, 0, 0))

    def _make_room(self, path: str) -> None:
        """Removes a file where a folder has to be, and a folder where a file has to be."""
        target = self.folder / path
        for parent in reversed(target.relative_to(self.folder).parents):
            if (self.folder / parent).is_file() or (self.folder / parent).is_symlink():
                (self.folder / parent).unlink()
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)


def open_tree(fresh: Path, site: Path, parked: Path, manifests: Path) -> SiteTree:
    """The tree of a new site in the empty folder `fresh`, for which the `parked` tree of an older site is taken where there is one.

    `site` is the folder of the last site, and `manifests` the folder with the manifests of both. A folder that is not empty, since a plugin
    wrote into it, is left as it is.
    """
    is_older, is_empty = False, {entry.name for entry in fresh.iterdir()} <= {MARKER}
    if is_empty and parked.is_dir() and not parked.is_symlink() and parked.stat().st_dev == fresh.stat().st_dev:
        mode = fresh.stat().st_mode
        (fresh / MARKER).unlink(missing_ok=True)
        try:
            parked.rename(fresh)
            fresh.chmod(mode)
            is_older = True
        except OSError:  # another build has taken it, or this system replaces no empty folder
            (fresh / MARKER).write_bytes(NOTICE)
    return SiteTree(fresh, load_manifest(fresh, manifests), site, load_manifest(site, manifests), is_older)


def park(old: Path, parked: Path) -> None:
    """Puts the tree of an old site where the next build finds it; it stays where it is if that is on another file system."""
    parked.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        shutil.rmtree(parked, ignore_errors=True)
        old.rename(parked)


def load_manifest(tree: Path, manifests: Path) -> Manifest:
    """The manifest of a tree; empty where there is none, or where it is damaged."""
    try:
        stored = json.loads(_manifest_file(tree, manifests).read_bytes())
        return {path: Entry(key, Stamp(*stamp)) for path, (key, *stamp) in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def save_manifest(entries: Manifest, tree: Path, manifests: Path) -> None:
    """Writes the manifest of a tree, without files that no key describes, and removes the oldest ones of other trees."""
    rows = {path: (entry.key, *entry.stamp) for path, entry in sorted(entries.items()) if entry.key}
    with suppress(OSError):  # without a manifest the next build writes all files
        manifests.mkdir(parents=True, exist_ok=True)
        target = _manifest_file(tree, manifests)
        fresh = target.with_suffix(".new")
        fresh.write_text(json.dumps(rows, separators=(",", ":")), encoding="utf-8", errors="surrogatepass")
        fresh.replace(target)
        oldest = sorted(manifests.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)[:-MAX_MANIFESTS]
        for path in oldest:
            path.unlink()


def stamp_of(path: str | Path) -> Stamp | None:
    """The stamp of a file; None where there is none, or something else."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino) if status.st_mode & 0o170000 == 0o100000 else None


def _manifest_file(tree: Path, manifests: Path) -> Path:
    """A tree is known by the inode of its folder, which moves with it."""
    status = tree.stat()
    return manifests / f"{status.st_dev:x}-{status.st_ino:x}.json"


def _link(source: Path, target: Path) -> None:
    """Makes a file a link to another one, or a copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _files(folder: str, prefix: str) -> Iterator[str]:
    """The output paths of all files and links below a folder."""
    if not os.path.isdir(folder):  # noqa: PTH112 - a Path for each of 50,000 folders would take longer than the walk
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, f"{prefix}{entry.name}/")
            else:
                yield f"{prefix}{entry.name}"
