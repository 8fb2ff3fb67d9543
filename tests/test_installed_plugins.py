"""The most installed plugins of MkDocs beside ours: each is installed from the registry, where one is reached, and built in a site.

The table in `docs/handbook/plugins.md` says of each what becomes of it; it names the plugins of this module, and no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from builder import PROJECT

TABLE = PROJECT / "docs/handbook/plugins.md"


@dataclass(frozen=True)
class Plugin:
    """A plugin, a site that uses it, and what must hold of what is built."""

    name: str
    """As mkdocs.yml names it."""
    package: str
    """The distribution that holds it; empty where Material brings it."""
    becomes: str
    """`works`, `replaced` or `refused`, as the table has it."""
    options: str = ""
    """Its options in YAML, in one line."""
    settings: str = ""
    """More of mkdocs.yml."""
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    """Files of the site beside `docs/index.md`."""
    page: str = ""
    """A page of the built site that must be there."""
    shows: str = ""
    """A text in it, or, where the plugin is refused, in the message."""
    lacks: str = ""
    """A text that must not be in it."""
