"""How a site's Markdown becomes HTML: the extensions and their options, and a fingerprint that changes when anything of it does."""

import hashlib
import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGES = ("markdown", "pymdown-extensions", "pygments", "mkdocs-material")
"""The packages whose version decides what a text is rendered to."""


@dataclass(frozen=True)
class Recipe:
    """The settings of rendering; sent to workers, so everything in it can be pickled."""

    extensions: tuple[str, ...]
    """The names of the Markdown extensions, in order."""
    options: Mapping[str, Any]
    """The options of each extension."""


def fingerprint(recipe: Recipe) -> str:
    """What a remembered text depends on beside itself: the recipe, the versions of the packages, and the code of the rooms, as a hash."""
    versions = [f"{package} {importlib.metadata.version(package)}" for package in PACKAGES]
    code = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(__file__).parent.parent.rglob("*.py"))]
    said = [*recipe.extensions, _said(recipe.options), *versions, *code]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key!r}:{_said(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_said, value)) + "]"
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__qualname__)}"
    return repr(value)
