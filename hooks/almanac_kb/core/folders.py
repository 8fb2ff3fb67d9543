"""Folders and their files: the one walk through a folder and those below it; names and errors in messages; digests; writing a file whole.

A link to a folder is not entered, or, where links are followed, not if it leads back to a folder above it, so that every walk ends. Names
that are not UTF-8 come as Python gives them (PEP 383); `printable_name` shows them.
"""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from almanac_kb.core.text import ILLEGAL, STEERING, most_similar

LINE_CONTROLS = frozenset("\t\n\r\x85\u2028\u2029")
"""Control characters that end a line or move within it."""
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Error numbers of a full disk, an exceeded quota, and a file that is too large."""
REMEDIES = {
    **dict.fromkeys(NO_SPACE, "free some space"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "give the rights to read and write there"),
    errno.ENAMETOOLONG: "shorten the name",
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY), "move away what is there, or name another path"),
}
"""How an author mends what the operating system refuses, by error number."""
Entered = Callable[[str, os.DirEntry[str]], bool]
"""Whether a folder is entered, by its path below the root and its entry in the folder above."""
Unreadable = Callable[[str, OSError], object]
"""What is done about a folder that can't be read, by its path below the root, which is empty for the root itself."""


def fail(path: str, error: OSError) -> None:
    """Raises the error: a part of the folder must not be missing without a word."""
    raise error


def pass_over(path: str, error: OSError) -> None:
    """Ignores a folder that can't be read, where that is reported elsewhere or is no matter of this project."""


def walk(
    root: str | Path, entered: Entered = lambda path, entry: True, unreadable: Unreadable = fail, *, follows_links: bool = False
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All entries below a folder that are not entered, with their paths below it, with forward slashes, in no order.

    They are files, special files, links, and the folders that `entered` refuses. With `follows_links`, links to folders are entered as
    folders are. Where a folder can't be read, `unreadable` is called; by default the OSError is raised.
    """
    waiting: list[tuple[str, str, tuple[str, ...]]] = [("", os.fspath(root), ())]
    while waiting:
        above, folder, followed = waiting.pop()
        try:
            with os.scandir(folder) as scanned:
                entries = list(scanned)
        except OSError as error:
            unreadable(above.rstrip("/"), error)
            continue
        for entry in entries:
            path, reached = f"{above}{entry.name}", followed
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and follows_links and entry.is_symlink():
                reached = _followed(entry, folder, followed)
                is_folder = reached != followed
            if is_folder and entered(path, entry):
                waiting.append((f"{path}/", entry.path, reached))
            else:
                yield path, entry


def list_entries(root: str | Path, entered: Entered = lambda path, entry: True, unreadable: Unreadable = fail) -> Iterator[str]:
    """The paths of all that is no folder below `root`: files, special files, and links, also to folders, which are not followed."""
    return (path for path, entry in walk(root, entered, unreadable) if not entry.is_dir(follow_symlinks=False))


def list_files(
    root: str | Path, entered: Entered = lambda path, entry: True, unreadable: Unreadable = fail, *, follows_links: bool = False
) -> Iterator[str]:
    """The paths of all files and links to files below `root`; with `follows_links`, also of those in linked folders.

    Followed links give the files that a web server, or a template that includes another, finds there. Links that lead nowhere, links to
    folders that are not followed, and special files are left out.
    """
    return (path for path, entry in walk(root, entered, unreadable, follows_links=follows_links) if _is_file(entry))


def _is_file(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return os.path.isfile(entry.path)  # noqa: PTH113 - False for a circle of links, for which the entry raises
    return entry.is_file()


def _followed(entry: os.DirEntry[str], folder: str, followed: tuple[str, ...]) -> tuple[str, ...]:
    """`followed` with the real path of the folder that a link leads to; unchanged where it leads to none, or back to one above it."""
    if not os.path.isdir(entry.path):  # noqa: PTH112 - False for a circle of links, for which the entry raises
        return followed
    target, here = os.path.realpath(entry.path), os.path.realpath(folder)
    is_above = target in followed or here == target or here.startswith(f"{target.rstrip(os.sep)}{os.sep}")
    return followed if is_above else (*followed, target)


def printable_name(name: str) -> str:
    """A name for messages, in which invisible and non-UTF-8 characters are escaped, as in `\\u202e`."""
    clean = STEERING.sub("", ILLEGAL.sub("", name))
    return name if clean == name and LINE_CONTROLS.isdisjoint(name) else ascii(name)[1:-1]


def explain_error(error: OSError) -> str:
    """An error of the operating system as one line: the path, what is wrong with it, and how to mend it."""
    reason = str(error.strerror or error)
    if error.filename is None:
        return f"{reason}; {REMEDIES[error.errno]}" if error.errno in REMEDIES else reason
    is_target = error.errno in NO_SPACE and error.filename2 is not None  # a copy names its source first, and where it goes to
    path = Path(os.fsdecode(error.filename2 if is_target else error.filename))
    if isinstance(error, FileNotFoundError):
        return _missing(path)
    return f"{path}: {reason}; {REMEDIES.get(error.errno or 0, 'see that this can be read and written')}"


def _missing(path: Path) -> str:
    """Says of a path which part of it is not there, and which name beside that part is meant, if one is like it."""
    gone = next((part for part in reversed((path, *path.parents)) if not os.path.lexists(part)), path)
    similar = most_similar(gone.name, os.listdir(gone.parent)) if gone.parent.is_dir() else ""  # noqa: PTH208 - names are compared
    meant = f"write {gone.with_name(similar)}, if that is what you mean" if similar else "correct the path"
    return f"{path}: there is no {'such file or folder' if gone == path else gone}; {meant}"


def file_digest(path: str | Path) -> str:
    """The BLAKE2b digest of the content of a file, 32 hexadecimal digits; raises OSError."""
    with open(path, "rb") as file:  # noqa: PTH123 - a Path for each file of the site would take longer
        return hashlib.file_digest(file, partial(hashlib.blake2b, digest_size=16)).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file, and the folders above it, in one step: who reads it gets the old content or the new one, also if the disk is full.

    A file keeps its mode, and a link leads where it led. Raises OSError.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(8)}.new")  # other machines may write the same file
    try:
        fresh.write_bytes(data)
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None
