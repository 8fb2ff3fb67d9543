"""The folder of a new site, made in proportion to what changed: what has the same cache key stays, or is linked from the last site.

After an exchange the old site waits in the folder of caches; the next build brings it to the new state, so that it writes what two
builds changed. Where there was no old site, links to the new one wait there. Each tree has a manifest: the cache key of each file, and its
stamp and the digest of its content, which show whether somebody changed it since.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from almanac_kb.core import cache, folders
from almanac_kb.core.folders import file_digest
from almanac_kb.publish.atomic_swap import MARKER, NOTICE

PARKED_MANIFEST = "parked.manifest"
"""The name of the manifest of the parked tree, which is known by it after it was restored from a copy."""
MANIFEST_FORMAT = "1"
"""The version of the format of manifests, which is raised when that changes."""
MAX_MANIFESTS = 6
"""Manifests that are kept: those of the site, of the site before it, and of sites built into other folders."""


class FileStamp(NamedTuple):
    """The size, time and inode of a file, which show whether it was changed."""

    size: int
    """In bytes."""
    modified: int
    """The time of its last change in nanoseconds."""
    inode: int


class ManifestEntry(NamedTuple):
    """A file in a manifest."""

    key: str
    """The digest of all that its content depends on."""
    stamp: FileStamp
    content: str
    """The digest of its content: a tree that was restored from a copy has other stamps."""


Manifest = Mapping[str, ManifestEntry]
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

    def has(self, path: str) -> bool:
        """Whether a file of this path may be there already, in the folder or in the last site."""
        return path in self.manifest or path in self.last_manifest

    def reuse(self, path: str, key: str) -> ManifestEntry | None:
        """The entry of a file whose content has this key already, which stays, or is linked from the last site.

        None where it has another key, or none, or somebody changed it: it must be written then.
        """
        entry = self.manifest.get(path)
        if key and entry and entry.key == key and self._is_own(path):
            unchanged = _unchanged(f"{self.folder}/{path}", entry)
            if unchanged:
                return unchanged
        entry = self.last_manifest.get(path)
        if key and entry and self.last_folder and entry.key == key and _unchanged(f"{self.last_folder}/{path}", entry):
            source, take = self.last_folder / path, link if self.has_links else shutil.copyfile
            return self._put(path, key, entry.content, lambda fresh: take(source, fresh))
        return None

    def _is_own(self, path: str) -> bool:
        if self.has_links:
            return True
        file = self.folder / path
        return file.is_file() and file.stat().st_nlink == 1

    def provide(self, path: str, key: str, make: Callable[[], bytes]) -> ManifestEntry:
        """Writes a file unless its content has this key already; returns its entry."""
        return self.reuse(path, key) or self.write(path, key, make())

    def write(self, path: str, key: str, data: bytes) -> ManifestEntry:
        """Writes a file; returns its entry."""
        return self._put(path, key, hashlib.blake2b(data, digest_size=16).hexdigest(), lambda fresh: fresh.write_bytes(data))

    def copy(self, path: str, key: str, source: Path) -> ManifestEntry:
        """Copies a file from elsewhere; returns its entry."""
        return self._put(path, key, file_digest(source), lambda fresh: shutil.copyfile(source, fresh))

    def remove_others(self, kept: Collection[str], folder: str = "") -> None:
        """Removes the files of an older site that are not in `kept` or below the folder of that name at the root, and emptied folders."""
        there = list(folders.list_entries(self.folder)) if self.is_older and self.folder.is_dir() else []
        removed = [Path(path) for path in there if path not in kept and path != MARKER and not path.startswith(f"{folder}/")]
        for path in removed:
            (self.folder / path).unlink()
        emptied = {parent for path in removed for parent in path.parents} - {Path()}
        for parent in sorted(emptied, key=lambda parent: len(parent.parts), reverse=True):
            with suppress(OSError):  # the others are not empty
                (self.folder / parent).rmdir()

    def _put(self, path: str, key: str, content: str, make: Callable[[Path], object]) -> ManifestEntry:
        """Makes a file with the content of this digest beside the tree's own and puts it in its place."""
        target, fresh = self.folder / path, self.folder / f".{os.getpid()}.new"
        make(fresh)
        try:
            fresh.replace(target)  # most folders are there already
        except OSError:
            self._make_room(path)
            fresh.replace(target)
        stamp = stamp_of(target)
        return ManifestEntry(key, stamp or FileStamp(0, 0, 0), content)

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
    is_older = take_parked(fresh, parked)
    manifest = load_manifest(fresh, manifests) or (_read_manifest(manifests / PARKED_MANIFEST) if is_older else {})
    return SiteTree(fresh, manifest, site, load_manifest(site, manifests), is_older)


def take_parked(fresh: Path, parked: Path) -> bool:
    """Puts the parked tree of an older site in the place of the folder `fresh`, if that is empty; whether this was possible."""
    is_empty = {entry.name for entry in fresh.iterdir()} <= {MARKER}
    if not is_empty or not parked.is_dir() or parked.is_symlink() or parked.stat().st_dev != fresh.stat().st_dev:
        return False
    mode, marked = fresh.stat().st_mode, (fresh / MARKER).exists()
    (fresh / MARKER).unlink(missing_ok=True)
    try:
        parked.rename(fresh)
        fresh.chmod(mode)
    except OSError:  # another build has taken it, or this system replaces no empty folder
        if marked:
            (fresh / MARKER).write_bytes(NOTICE)
        return False
    return True


def park(old: Path, parked: Path, manifests: Path) -> None:
    """Puts the tree of an old site where the next build finds it; it stays where it is if that is on another file system."""
    with suppress(OSError):  # without a parked tree the next build writes more files
        _clear(parked)
        old.rename(parked)
        shutil.copyfile(_manifest_file(parked, manifests), manifests / PARKED_MANIFEST)


def park_copy(entries: Manifest, site: Path, parked: Path, manifests: Path) -> None:
    """Puts links to the files of a new site where the next build finds them, unless that is on another file system."""
    with suppress(OSError):
        _clear(parked)
        if parked.parent.stat().st_dev != site.stat().st_dev:
            return
        parked.mkdir()
        (parked / MARKER).write_bytes(NOTICE)
        kept = [path for path, entry in entries.items() if entry.key]
        for folder in {os.path.dirname(path) for path in kept}:  # noqa: PTH120 - a Path for each file of the site would take longer
            os.makedirs(f"{parked}/{folder}", exist_ok=True)  # noqa: PTH103
        for path in kept:
            link(f"{site}/{path}", f"{parked}/{path}")
        shutil.copyfile(_manifest_file(site, manifests), manifests / PARKED_MANIFEST)


def _clear(parked: Path) -> None:
    """Removes a parked tree, to put another one in its place."""
    parked.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(parked, ignore_errors=True)


def load_manifest(tree: Path, manifests: Path) -> Manifest:
    """The manifest of a tree; empty where there is none, or where it is damaged."""
    return _read_manifest(_manifest_file(tree, manifests)) if tree.is_dir() else {}


def _read_manifest(file: Path) -> Manifest:
    return cache.load_value(file, MANIFEST_FORMAT, dict[str, ManifestEntry]) or {}


def save_manifest(entries: Manifest, tree: Path, manifests: Path) -> None:
    """Writes the manifest of a tree, without files that no key describes, and removes the oldest ones of other trees."""
    keyed = {path: entry for path, entry in entries.items() if entry.key}
    cache.save_value(_manifest_file(tree, manifests), MANIFEST_FORMAT, keyed)
    with suppress(OSError):  # what stays is only of no use
        others = (path for path in manifests.iterdir() if path.name != PARKED_MANIFEST)
        for path in sorted(others, key=lambda path: path.stat().st_mtime_ns)[:-MAX_MANIFESTS]:
            path.unlink()


def stamp_of(path: str | Path) -> FileStamp | None:
    """The stamp of a file; None where there is none, or something else."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return FileStamp(status.st_size, status.st_mtime_ns, status.st_ino) if status.st_mode & 0o170000 == 0o100000 else None


def _unchanged(path: str, entry: ManifestEntry) -> ManifestEntry | None:
    """The entry of a file that has the stamp or the content of the manifest, with its stamp now; None for another file."""
    stamp = stamp_of(path)
    if stamp == entry.stamp:
        return entry
    is_same = stamp is not None and stamp.size == entry.stamp.size and file_digest(path) == entry.content
    return ManifestEntry(entry.key, stamp, entry.content) if stamp and is_same else None


def _manifest_file(tree: Path, manifests: Path) -> Path:
    """A tree is known by the inode of its folder, which moves with it."""
    status = tree.stat()
    return manifests / f"{status.st_dev:x}-{status.st_ino:x}.manifest"


def link(source: str | Path, target: str | Path) -> None:
    """Makes a file a link to another one, or a copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
