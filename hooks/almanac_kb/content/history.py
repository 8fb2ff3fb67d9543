"""The git history of docs/: renames since a commit, authors and dates of each file, dates of lines; empty where there is no git."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from almanac_kb.core.paths import MARKDOWN_SUFFIXES, SourcePath

ALIKE = "90%"
"""The similarity from which git reports a rename."""
TIMEOUT = 120
"""Seconds after which a git command is abandoned."""
COMMIT = "\x01"
"""The marker at the start of a commit's line in the log."""


HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
"""The start of a change in a diff without context: first line and number of lines before, number of lines after."""


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


def obstacle(docs: Path) -> str:
    """Why git says nothing of docs/, in its own words; empty where it knows commits."""
    try:
        ran = subprocess.run(["git", "log", "-1", "--format=%H"], cwd=docs, capture_output=True, check=False, timeout=TIMEOUT)  # noqa: S607
    except FileNotFoundError:
        return "there is no git"
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = ran.stderr.decode(errors="replace").splitlines()
    return "" if ran.returncode == 0 else next(iter(lines), "git fails").removeprefix("fatal: ")


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


def line_dates(docs: Path) -> dict[SourcePath, list[str]]:
    """The day on which each line of each article came onto the branch that is checked out, such as `2026-01-31`, from one `git log`.

    The changes of all commits are carried out in order, those of a merge as one. Nothing for a shallow clone.
    """
    if is_shallow(docs):
        return {}
    options = ("--first-parent", "--diff-merges=first-parent", "--reverse", f"--format={COMMIT}%as")
    log = run_git(docs, "log", *options, *_patch_options()) or ""
    return _dated_lines({}, log.split("\n"))


def with_uncommitted(docs: Path, dates: dict[SourcePath, list[str]]) -> dict[SourcePath, list[str]]:
    """The days of lines in which those that are not committed have none."""
    changed = run_git(docs, "diff", "HEAD", *_patch_options()) or ""
    return _dated_lines(dict(dates), changed.split("\n"))


def _patch_options() -> tuple[str, ...]:
    forms = ("--patch", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/")
    return (*forms, "--relative", f"--find-renames={ALIKE}", "--", *(f"*{suffix}" for suffix in MARKDOWN_SUFFIXES))


def _dated_lines(dates: dict[SourcePath, list[str]], patches: Iterable[str]) -> dict[SourcePath, list[str]]:
    """The days of all lines after patches, each of which stands behind the line of its commit; changes `dates`, those before."""
    day, path, unread = "", None, 0
    before, after, done = list[str](), list[str](), 0
    for line in (*patches, "diff --git "):
        if unread and line[:1] in {"+", "-"}:
            unread -= 1
        elif line.startswith(COMMIT):
            day = line[len(COMMIT) :]
        elif line.startswith("diff --git "):
            if path is not None:
                dates[path] = after + before[done:]
            path, before, after, done = None, [], [], 0
        elif line.startswith("rename from "):
            before = dates.pop(SourcePath(line.removeprefix("rename from ")), [])
        elif line.startswith("rename to "):
            path = SourcePath(line.removeprefix("rename to "))
        elif line.startswith("--- a/"):
            before = dates.pop(_patched(line), before)
        elif line.startswith("+++ b/"):
            path = _patched(line)
        elif match := HUNK.match(line):
            first, removed, added = int(match[1]), int(match[2] or 1), int(match[3] or 1)
            start = first - 1 if removed else first
            after += before[done:start] + [day] * added
            done, unread = start + removed, removed + added
    return dates


def _patched(line: str) -> SourcePath:
    """The path in a line such as `+++ b/guides/my lamp.md`, behind which git puts a tab where there are blanks."""
    return SourcePath(line[len("+++ b/") :].removesuffix("\t"))


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
