"""The three kinds of path an article has: where it is kept, where it is published, and its full address."""

from typing import NewType
from urllib.parse import quote, urljoin

Source = NewType("Source", str)
"""Path of a file below docs/, with forward slashes: `guides/backups.md`."""

Url = NewType("Url", str)
"""Address below the site's root, unquoted, a page ending in a slash: `guides/backups/`. The home page is the empty string."""

Link = NewType("Link", str)
"""Absolute address, percent-encoded: `https://example.org/kb/guides/backups/`."""

ENDINGS = (".md", ".mdx", ".markdown", ".mdown", ".mkdn", ".mkd")
"""How the names of articles end, in any case: what MkDocs takes for Markdown, and `.mdx`. The commonest first."""
INDEXES = ("index", "_index", "README")
"""What the page of a folder is called, without its ending; the first of them that is there."""


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


def without_ending(path: str) -> str:
    """The path of an article without `.md` or what stands there instead; any other path as it is."""
    return path[: len(path) - len(_ending(path))]


def is_article(path: str) -> bool:
    """Whether a file is an article, by its name."""
    return bool(_ending(path))


def is_index(path: str) -> bool:
    """Whether a file is the page of its folder, by its name."""
    return is_article(path) and stem(path) in INDEXES


def article_names(path: str) -> tuple[str, ...]:
    """The files that may be meant by a path without an ending: the article of that name, or the page of that folder."""
    return tuple(f"{each}{ending}" for each in (path, *(f"{path}/{index}" for index in INDEXES)) for ending in ENDINGS)


def parents(path: str) -> tuple[str, ...]:
    """Every folder above `path`, the nearest first and the root last: `a/b/c` gives `a/b`, `a`, ``."""
    found = []
    while path:
        path = folder(path)
        found.append(path)
    return tuple(found)


def _ending(path: str) -> str:
    last = path[-9:].casefold()
    return next((ending for ending in ENDINGS if last.endswith(ending)), "")
