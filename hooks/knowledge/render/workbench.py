"""All that a text is compiled with beside itself, and a fingerprint that changes when anything of it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from knowledge.body.vault import Vault
from knowledge.references.citation import Library
from knowledge.references.glossary import Entry
from knowledge.render import memo
from knowledge.render.edition import edition

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
    library: Library = field(default_factory=Library)
    """The sources that articles cite."""
    glossary: tuple[Entry, ...] = ()
    """The terms that are explained."""
    hosts: frozenset[str] = frozenset()
    """The hosts from which pictures and frames are shown."""
    trusted: tuple[str, ...] = ()
    """The folders of docs/ whose authors may write any HTML."""


def fingerprint(bench: Workbench) -> str:
    """What every remembered text depends on, as a hash: all of the bench but the vault, the versions of packages, the code of the rooms."""
    parts = repr((bench.extensions, bench.library, bench.glossary, sorted(bench.hosts), bench.trusted))
    return memo.key(parts, said(bench.options), edition(PACKAGES))


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
