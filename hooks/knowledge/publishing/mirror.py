"""Brings one folder to the state of another and touches only what differs, so that whoever reads it sees whole files all the time."""

import filecmp
import os
import shutil
from pathlib import Path


def mirror(made: Path, shown: Path, kept: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Gives `shown` the files of `made`, and removes all others but the `kept` of its top level. The paths that changed, in order."""
    wanted, there = files(made), files(shown, kept)
    changed = [path for path in wanted if path not in there or not filecmp.cmp(made / path, shown / path, shallow=False)]
    spare = sorted(set(there) - set(wanted))
    for path in spare:
        (shown / path).unlink()
        _prune((shown / path).parent, shown)
    for path in changed:
        put(made, shown, path)
    return tuple(sorted({*changed, *spare}))


def put(made: Path, shown: Path, path: str) -> None:
    """Puts one file of `made` into `shown`, whole at once."""
    target = shown / path
    if target.is_dir():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    shutil.copyfile(made / path, fresh)
    fresh.replace(target)


def files(folder: Path, without: frozenset[str] = frozenset()) -> dict[str, None]:
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
