"""All that a text is compiled with beside itself, and a fingerprint that changes when anything of it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from almanac_kb.body.glossary import Entry
from almanac_kb.body.vault import Vault
from almanac_kb.content.bibliography import Bibliography
from almanac_kb.core import cache
from almanac_kb.core.cache import code_version

PACKAGES = ("markdown", "pymdown-extensions", "pygments", "mkdocs-material", "nh3")
"""The packages whose version decides what a text is rendered to."""


@dataclass(frozen=True)
class Workbench:
    """What compiling needs; sent to workers, so everything in it can be pickled."""

    extensions: tuple[str, ...]
    """The names of the Markdown extensions, in order."""
    options: Mapping[str, Any]
    """The options of each extension."""
    vault: Vault = field(default_factory=Vault)
    """What a text may look up of the other articles and files."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    """The sources that articles cite."""
    glossary: tuple[Entry, ...] = ()
    """The terms that are explained."""
    hosts: frozenset[str] = frozenset()
    """The hosts from which pictures and frames are shown."""
    trusted: tuple[str, ...] = ()
    """The folders of docs/ whose authors may write any HTML."""


def fingerprint(bench: Workbench) -> str:
    """What every remembered text depends on, as a hash: all of the bench but the vault, the versions of packages, the code of the rooms."""
    parts = repr((bench.extensions, bench.bibliography, bench.glossary, sorted(bench.hosts), bench.trusted))
    return cache.cache_key(parts, said(bench.options), code_version(PACKAGES))


def said(value: object) -> str:
    """A setting as text, the same at every build: functions by their names, mappings by their keys."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key!r}:{said(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(said, value)) + "]"
    if isinstance(value, partial):
        return f"{said(value.func)}({said(value.args)},{said(value.keywords)})"
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__qualname__)}"
    return repr(value)
