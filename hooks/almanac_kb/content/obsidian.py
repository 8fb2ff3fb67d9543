"""What a vault's own settings say of its files: its folder of templates and its excluded files."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FOLDER = ".obsidian"
"""The folder of a vault's settings; where it is, the folder above is a vault."""
FILES = ("app.json", "templates.json", "plugins/templater-obsidian/data.json")
"""The files below `.obsidian/` that are read."""
FILTER_LENGTH = 200
"""The most characters of a filter that is a regular expression."""


@dataclass(frozen=True)
class VaultSettings:
    """Settings of a vault, as paths that start at the vault."""

    templates: tuple[str, ...] = ()
    """Folders of templates, as the settings write them."""
    filters: tuple[str, ...] = ()
    """Excluded files (`userIgnoreFilters`): the starts of paths, or regular expressions between slashes."""
    unread: tuple[str, ...] = ()
    """Filters that are no regular expression Python can read: nothing is kept back for them, which an author must know."""

    def templates_of(self, path: str) -> str:
        """The folder of templates that a path lies in, as the settings write it, or nothing; case is ignored."""
        return next((each for each in self.templates if path.casefold().startswith(f"{each.casefold()}/")), "")

    def filter_of(self, path: str) -> str:
        """The filter that names a path, or nothing."""
        return next((each for each in self.filters if _names(each, path)), "")


def read_vault_settings(files: Mapping[str, bytes]) -> VaultSettings:
    """The settings from the content of those `FILES` that are there; what is damaged says nothing."""
    app, templates, templater = (_object(files.get(name, b"")) for name in FILES)
    folders = (templates.get("folder"), templater.get("templates_folder"), templater.get("template_folder"))
    written = app.get("userIgnoreFilters")
    filters = [each for each in written if isinstance(each, str) and each] if isinstance(written, list) else []
    unread = tuple(each for each in filters if _is_expression(each) and _expression(each) is None)
    return VaultSettings(
        tuple(dict.fromkeys(path.strip("/") for path in folders if isinstance(path, str) and path.strip("/"))),
        tuple(each for each in filters if each not in unread),
        unread,
    )


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_expression(pattern: str) -> bool:
    return len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/")


def _expression(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern[1:-1], re.IGNORECASE) if len(pattern) <= FILTER_LENGTH else None
    except (re.error, RecursionError):
        return None


def _names(pattern: str, path: str) -> bool:
    if not _is_expression(pattern):
        return path.casefold().startswith(pattern.lstrip("/").casefold())
    expression = _expression(pattern)
    return bool(expression and expression.search(path))
