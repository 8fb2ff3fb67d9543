"""Build beside the old site, swap in one step."""

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
"""The file that tells a folder made here from one that holds somebody's work."""
NOTICE = b"Each build replaces this folder whole; keep nothing of yours in it.\n"
"""What the marker says: the same in every site."""
THREADS = 4
"""How many threads remove an old site: each waits for the disk; more of them wait for each other."""
AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2
"""Of linux/fcntl.h, linux/fs.h and, on macOS, sys/stdio.h."""


class SwapError(Exception):
    """A folder that no site can be written to; says why, and what to do."""


def check_site_folder(site: Path, sources: Iterable[Path], kept: Iterable[Path]) -> None:
    """Raises ExchangeError where a site, its path resolved, would be published itself or would replace what must be kept."""
    for source in sources:
        if _within(site, source):
            raise SwapError(f"{site} is inside {source}, whose files are published; choose another site_dir")
    for folder in (*sources, *kept):
        if _within(folder, site):
            raise SwapError(f"{site} holds {folder}, and a build replaces it whole; choose another site_dir")
    if site.is_mount():
        raise SwapError(f"{site} is a mount point, which nothing can take the place of; choose a folder inside it as site_dir")


@contextmanager
def build_beside(site: Path) -> Iterator[Path]:
    """A new folder to make a site in, by one build at a time. What is in it at the end is removed, as is what a killed build left."""
    site.parent.mkdir(parents=True, exist_ok=True)
    with _alone(site):
        _mend(site)
        _demand_ours(site)
        fresh = _new(site)
        try:
            yield fresh
        finally:
            _remove(fresh)


def swap(fresh: Path, site: Path) -> None:
    """Puts a finished site in its place, in one step where the system can; the old one is then where the new one was made."""
    if not site.exists():
        fresh.rename(site)
    elif not _swapped_at_once(fresh, site):
        _swap_in_steps(fresh, site)


def _swap_in_steps(fresh: Path, site: Path) -> None:
    kept = _kept(site)
    try:
        site.rename(kept)
        fresh.rename(site)
    except BaseException:
        if kept.exists() and not site.exists():
            kept.rename(site)
        raise
    kept.rename(fresh)


def _swapped_at_once(one: Path, other: Path) -> bool:
    if sys.platform not in {"linux", "darwin"}:
        return False
    system, paths = ctypes.CDLL(None), (os.fsencode(one), os.fsencode(other))
    if hasattr(system, "renameat2"):
        return bool(system.renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE) == 0)
    if hasattr(system, "renamex_np"):
        return bool(system.renamex_np(*paths, RENAME_SWAP) == 0)
    return False


def _new(site: Path) -> Path:
    fresh = _making(site)
    fresh.mkdir()
    (fresh / MARKER).write_bytes(NOTICE)
    if site.exists():
        shutil.copymode(site, fresh)
    return fresh


def _mend(site: Path) -> None:
    """Removes what a killed build left; where it was killed between two renames, puts the whole site back."""
    making, kept = _making(site), _kept(site)
    _remove(making)
    if kept.exists() and not _entries(site):
        _demand_ours(kept)
        if site.exists():
            site.rmdir()
        kept.rename(site)
    elif kept.exists():
        kept.rename(making)
        _remove(making)


def _remove(folder: Path) -> None:
    """The marker goes last, so that a removal that was cut short can be taken up again."""
    _demand_ours(folder)
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(_clear, [folder / name for name in _entries(folder) - {MARKER}]))
    if folder.exists():
        shutil.rmtree(folder)


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _demand_ours(folder: Path) -> None:
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
    return {each.name for each in folder.iterdir()} if folder.exists() else set()


@contextmanager
def _alone(site: Path) -> Iterator[None]:
    lock = FileLock(site.with_name(f".{site.name}.lock"))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise SwapError(f"another build is writing {site}; try again when it has ended") from None
    try:
        yield
    finally:
        lock.release()


def _making(site: Path) -> Path:
    """Where a site is made; never holds anything that has to survive."""
    return site.with_name(f".{site.name}.building")


def _kept(site: Path) -> Path:
    """Where the old site waits between two renames; holds a whole site or nothing."""
    return site.with_name(f".{site.name}.kept")


def _within(path: Path, folder: Path) -> bool:
    return folder.exists() and any(each.exists() and each.samefile(folder) for each in (path, *path.parents))
