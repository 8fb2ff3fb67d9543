"""A vault of Obsidian: where its attachments are, and which file a name means."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.place import inner

MARK = ".obsidian"
"""What stands in the uppermost folder of a vault."""
PACKAGES = frozenset({"node_modules", "bower_components", "__pycache__", "venv"})
"""Folders of other people's programs."""


@dataclass(frozen=True)
class Vault:
    """A folder whose files are known by their names."""

    home: Path

    def named(self, path: str) -> Iterator[Path]:
        """The files that a name or the end of a path means, case ignored: the attachment first, then by folders."""
        wanted = inner(path).casefold()
        if wanted:
            yield from (self.home / folder / inner(path) for folder in self._attachments)
            ends = (each for each in self._names.get(wanted.rpartition("/")[2], ()) if f"/{each.casefold()}".endswith(f"/{wanted}"))
            yield from (self.home / each for each in ends)

    @cached_property
    def _attachments(self) -> tuple[str, ...]:
        """The folder that the vault keeps its attachments in, if it says so."""
        try:
            said = json.loads((self.home / MARK / "app.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return ()
        path = said.get("attachmentFolderPath") if isinstance(said, dict) else None
        return (inner(path),) if isinstance(path, str) and "\0" not in path and inner(path) else ()

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The paths of all files by their last part."""
        found: dict[str, list[str]] = {}
        for parent, folders, names in os.walk(self.home):
            folders[:] = [each for each in folders if not each.startswith(".") and each not in PACKAGES]
            for each in names:
                path = Path(os.path.relpath(os.path.join(parent, each), self.home)).as_posix()  # noqa: PTH118
                found.setdefault(each.casefold(), []).append(path)
        return {each: sorted(paths, key=lambda path: (path.count("/"), path)) for each, paths in found.items()}
