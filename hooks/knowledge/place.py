"""The three kinds of path an article has: where it is kept, where it is published, and its full address."""

from functools import lru_cache
from typing import NewType
from urllib.parse import quote, urljoin

Source = NewType("Source", str)
"""Path of a file below docs/, with forward slashes: `guides/backups.md`."""

Url = NewType("Url", str)
"""Address below the site's root, unquoted, a page ending in a slash: `guides/backups/`. The home page is the empty string."""

Link = NewType("Link", str)
"""Absolute address, percent-encoded: `https://example.org/kb/guides/backups/`."""

LINKS = 100_000
"""How many absolute addresses are kept in mind: each is asked for by the page, its head, feeds, lists and records."""


@lru_cache(LINKS)
def link(base: str, url: Url) -> Link:
    """The absolute address of `url` on the site that starts at `base`, which ends in a slash (RFC 3986, section 5)."""
    return Link(urljoin(base, quote(url, safe="/~")))


def base(address: str | None) -> str:
    """The address of a home page, ending in a slash; `/` where there is none."""
    return f"{(address or '').rstrip('/')}/"


def folder(source: str) -> str:
    """The folder of a path below docs/, without a slash at the end; the root is the empty string."""
    return source.rpartition("/")[0]


def name(source: str) -> str:
    """The last part of a path below docs/: `backups.md`."""
    return source.rpartition("/")[2]


def stem(source: str) -> str:
    """The file name of a path without its ending: `backups`."""
    head, dot, _ = name(source).rpartition(".")
    return head if dot else name(source)


def parents(path: str) -> tuple[str, ...]:
    """Every folder above `path`, the nearest first and the root last: `a/b/c` gives `a/b`, `a`, ``."""
    found = []
    while path:
        path = folder(path)
        found.append(path)
    return tuple(found)
