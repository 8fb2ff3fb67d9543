"""The git history of docs/: renames since a commit, and the authors and dates of each file; empty where there is no git."""

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from almanac_kb.core.paths import SourcePath

ALIKE = "90%"
"""The similarity from which git reports a rename."""
TIMEOUT = 120
"""Seconds after which a git command is abandoned."""
COMMIT = "\x01"
"""The marker at the start of a commit's line in the log."""


@dataclass(frozen=True)
class FileHistory:
    """The history of one file, followed over its renames."""

    created: datetime
    """The date of the first commit."""
    updated: datetime
    """The date of the last commit."""
    authors: tuple[str, ...]
    """The authors of its commits, the earliest first."""


def run_git(folder: Path, *arguments: str) -> str | None:
    """The output of git in a folder; None where there is no git, no repository, or git fails."""
    command = ["git", "-c", "core.quotepath=off", *arguments]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=TIMEOUT)  # noqa: S603 - no shell reads it
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ran.stdout.decode(errors="replace") if ran.returncode == 0 else None


def head(docs: Path) -> str:
    """The hash of the commit that is checked out; empty where there is none."""
    return (run_git(docs, "rev-parse", "--verify", "--quiet", "HEAD") or "").strip()


def is_known(docs: Path, path: SourcePath) -> bool:
    """Whether git has the file in its index."""
    return bool(run_git(docs, "ls-files", "--", path))


def is_shallow(docs: Path) -> bool:
    """Whether the clone lacks old commits, so that dates from it would be wrong."""
    return (run_git(docs, "rev-parse", "--is-shallow-repository") or "").strip() == "true"


def renames(docs: Path, since: str) -> dict[SourcePath, SourcePath]:
    """The files renamed after a commit, each with its present path: by later commits, in the index and in the working tree."""
    options = ("--relative", f"--find-renames={ALIKE}", "--name-status", "--diff-filter=R")
    log = run_git(docs, "log", "--reverse", "--format=", *options, f"{since}..HEAD", "--", ".") if since else None
    if log is None:
        return {}
    pairs = [*_renamed(log), *_renamed(run_git(docs, "diff", *options, "HEAD", "--", ".") or "")]
    now: dict[SourcePath, SourcePath] = {}
    for old, new in pairs:
        now.update({path: new for path, place in now.items() if place == old})
        now.setdefault(old, new)  # a path that is used again still means the file that had it first
    return {old: new for old, new in now.items() if old != new}


def file_histories(docs: Path) -> dict[SourcePath, FileHistory]:
    """The history of each file of docs/, over its renames, from one `git log`; empty for a shallow clone."""
    if is_shallow(docs):
        return {}
    options = ("--relative", f"--find-renames={ALIKE}", "--name-status", f"--format={COMMIT}%aI%x09%aN")
    return _histories((run_git(docs, "log", *options, "--", ".") or "").splitlines())


def _histories(lines: Iterable[str]) -> dict[SourcePath, FileHistory]:
    """The histories from the lines of a log, newest commit first."""
    found: dict[SourcePath, FileHistory] = {}
    current: dict[str, SourcePath] = {}
    moment, author = datetime.min, ""
    for line in lines:
        if line.startswith(COMMIT):
            written, _, author = line[len(COMMIT) :].partition("\t")
            moment = datetime.fromisoformat(written)
        elif line.strip():
            status, *paths = line.split("\t")
            path = current.setdefault(paths[-1], SourcePath(paths[-1]))
            known = found.get(path, FileHistory(moment, moment, ()))
            found[path] = FileHistory(min(known.created, moment), known.updated, tuple(dict.fromkeys((author, *known.authors))))
            if status.startswith("R"):
                current[paths[0]] = current.pop(paths[-1])
            elif status.startswith("A"):
                current.pop(paths[-1])
    return found


def _renamed(log: str) -> Iterator[tuple[SourcePath, SourcePath]]:
    for line in log.splitlines():
        parts = line.split("\t")
        if len(parts) == 3:
            yield SourcePath(parts[1]), SourcePath(parts[2])
