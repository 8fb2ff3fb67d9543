"""Build a site beside the old one and put it in its place in one step, so that readers see the old site or the new one, whole.

A site `site` is built in `.site.building` beside it. Where the system can't exchange two folders in one step, the old site waits in
`.site.kept` between two renames, from where the next build takes it back if this one is killed there.
"""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

MARKER = ".almanac"
"""A file in every folder that a build made, which tells it from a folder with somebody's work."""
NOTICE = b"Each build replaces this folder whole; keep nothing of yours in it.\n"
"""The content of the marker, the same in every site."""
REMOVAL_THREADS = 4
"""Threads that remove an old site: each waits for the disk, and more of them wait for each other."""
AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2
"""From linux/fcntl.h, linux/fs.h and, for macOS, sys/stdio.h."""


class SwapError(Exception):
    """A site can't be written to a folder; the message says why, and what to do."""


def check_site_folder(site: Path, sources: Iterable[Path], protected: Iterable[Path]) -> None:
    """Raises SwapError where `site`, a resolved path, lies in a folder of sources, holds one of them or a protected folder, or is a mount
    point."""
    for source in sources:
        if _is_within(site, source):
            raise SwapError(f"{site} is inside {source}, whose files are published; choose another site_dir")
    for folder in (*sources, *protected):
        if _is_within(folder, site):
            raise SwapError(f"{site} holds {folder}, and a build replaces it whole; choose another site_dir")
    if site.is_mount():
        raise SwapError(f"{site} is a mount point, which nothing can take the place of; choose a folder inside it as site_dir")


@contextmanager
def build_beside(site: Path) -> Iterator[Path]:
    """A new folder beside `site` to build in; at the end it is removed with all that is still in it, the old site after a swap.

    First removes what a killed build left. Raises SwapError where another build is writing the same site, or where a folder that would be
    replaced was not made by a build.
    """
    site.parent.mkdir(parents=True, exist_ok=True)
    with _locked(site):
        _clean_up_after_killed_build(site)
        _require_ours(site)
        fresh = _create_build_folder(site)
        try:
            yield fresh
        finally:
            _remove(fresh)


def swap(fresh: Path, site: Path) -> None:
    """Puts the finished site `fresh` in the place of `site`, in one step where the system can; the old site is then at `fresh`."""
    if not site.exists():
        fresh.rename(site)
    elif not _swapped_at_once(fresh, site):
        _swap_in_steps(fresh, site)


def _swapped_at_once(first: Path, second: Path) -> bool:
    """Exchanges two folders by renameat2(2) of Linux or renamex_np(2) of macOS; whether that worked."""
    if sys.platform not in {"linux", "darwin"}:
        return False
    libc, paths = ctypes.CDLL(None), (os.fsencode(first), os.fsencode(second))
    if hasattr(libc, "renameat2"):
        return bool(libc.renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE) == 0)
    if hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(*paths, RENAME_SWAP) == 0)
    return False


def _swap_in_steps(fresh: Path, site: Path) -> None:
    backup = _backup_folder(site)
    try:
        site.rename(backup)
        fresh.rename(site)
    except BaseException:
        if backup.exists() and not site.exists():
            backup.rename(site)
        raise
    backup.rename(fresh)


def _create_build_folder(site: Path) -> Path:
    fresh = _build_folder(site)
    fresh.mkdir()
    (fresh / MARKER).write_bytes(NOTICE)
    if site.exists():
        shutil.copymode(site, fresh)
    return fresh


def _clean_up_after_killed_build(site: Path) -> None:
    """Removes what a killed build left; where it was killed between two renames, puts the old site back."""
    fresh, backup = _build_folder(site), _backup_folder(site)
    _remove(fresh)
    if backup.exists() and not _entries(site):
        _require_ours(backup)
        if site.exists():
            site.rmdir()
        backup.rename(site)
    elif backup.exists():
        backup.rename(fresh)
        _remove(fresh)


def _remove(folder: Path) -> None:
    """Removes a folder that a build made; its marker goes last, so that a removal that was cut short can be completed later."""
    _require_ours(folder)
    with ThreadPoolExecutor(REMOVAL_THREADS) as threads:
        list(threads.map(_remove_entry, [folder / name for name in _entries(folder) - {MARKER}]))
    if folder.exists():
        shutil.rmtree(folder)


def _remove_entry(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _require_ours(folder: Path) -> None:
    """Raises SwapError where a folder has content and was not made by a build, is a link, or holds a git repository."""
    entries = _entries(folder)
    if folder.is_symlink():
        raise SwapError(f"{folder} is a link, and no build made it; remove it")
    if ".git" in entries:
        raise SwapError(f"{folder} holds a git repository, and a build replaces it whole; move it away, or choose another site_dir")
    if entries and MARKER not in entries:
        raise SwapError(
            f"{folder} was not made by a build of this site: it holds files, and no {MARKER}; move it away or delete it, "
            "or choose another site_dir"
        )


def _entries(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


@contextmanager
def _locked(site: Path) -> Iterator[None]:
    lock = FileLock(site.with_name(f".{site.name}.lock"))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise SwapError(f"another build is writing {site}; try again when it has ended") from None
    try:
        yield
    finally:
        lock.release()


def _build_folder(site: Path) -> Path:
    """The folder in which a site is built; it never holds anything that has to survive."""
    return site.with_name(f".{site.name}.building")


def _backup_folder(site: Path) -> Path:
    """The folder of the old site between two renames; it holds a whole site or nothing."""
    return site.with_name(f".{site.name}.kept")


def _is_within(path: Path, folder: Path) -> bool:
    return folder.exists() and any(parent.exists() and parent.samefile(folder) for parent in (path, *path.parents))
