"""Settings of an Obsidian vault that decide which of its files are published."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity

FOLDER_OBSIDIAN = ".obsidian"
"""The folder of Obsidian's settings; the folder that holds it is a vault."""
FILES = ("app.json", "templates.json", "plugins/templater-obsidian/data.json")
"""The files below `.obsidian/` that are read."""
DAMAGED = LocalDiagnostic(
    Position(), "can't be read as JSON, so it keeps nothing back", "save these settings anew in Obsidian", Severity.WARNING
)
"""The diagnostic of one of these files that is no JSON."""
FILTER_LENGTH = 200
"""Most characters of a filter that is a regular expression."""


@dataclass(frozen=True)
class VaultSettings:
    """Settings of an Obsidian vault; paths are relative to the vault."""

    templates: tuple[str, ...] = ()
    """The folders of templates, as the settings write them."""
    filters: tuple[str, ...] = ()
    """Excluded files (`userIgnoreFilters`): the starts of paths, or regular expressions between slashes."""
    unread: tuple[str, ...] = ()
    """Filters that are no valid regular expressions in Python: they withhold nothing, so their author is warned."""
    damaged: tuple[str, ...] = ()
    """The names among `FILES` of those that can't be read: they withhold nothing, so their author is warned."""

    def templates_of(self, path: str) -> str:
        """The folder of templates that contains a path, as the settings write it; empty for none; case is ignored."""
        return next((folder for folder in self.templates if path.casefold().startswith(f"{folder.casefold()}/")), "")

    def filter_of(self, path: str) -> str:
        """The filter that matches a path; empty for none."""
        return next((pattern for pattern in self.filters if _names_obsidian(pattern, path)), "")


def read_vault_settings(files: Mapping[str, bytes]) -> VaultSettings:
    """The settings from the contents of the `FILES` that exist; an empty file has none."""
    read = {name: _object(files.get(name, b"")) for name in FILES}
    app, templates, templater = (read[name] or {} for name in FILES)
    folders = (templates.get("folder"), templater.get("templates_folder"), templater.get("template_folder"))
    written = app.get("userIgnoreFilters")
    filters = [pattern for pattern in written if isinstance(pattern, str) and pattern] if isinstance(written, list) else []
    unread = tuple(pattern for pattern in filters if _is_expression(pattern) and _expression(pattern) is None)
    return VaultSettings(
        tuple(dict.fromkeys(path.strip("/") for path in folders if isinstance(path, str) and path.strip("/"))),
        tuple(pattern for pattern in filters if pattern not in unread),
        unread,
        tuple(name for name, found in read.items() if found is None),
    )


def _object(data: bytes) -> dict[str, Any] | None:
    """The JSON object in a file, empty for other values; None where it is no JSON."""
    try:
        found = json.loads(data) if data.strip() else {}
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else {}


def _is_expression(pattern: str) -> bool:
    return len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/")


def _expression(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern[1:-1], re.IGNORECASE) if len(pattern) <= FILTER_LENGTH else None
    except (re.error, RecursionError):
        return None


def _names_obsidian(pattern: str, path: str) -> bool:
    if not _is_expression(pattern):
        return path.casefold().startswith(pattern.lstrip("/").casefold())
    expression = _expression(pattern)
    return bool(expression and expression.search(path))
