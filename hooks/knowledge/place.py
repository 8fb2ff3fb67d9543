"""The three kinds of path an article has: where it is kept, where it is published, and its full address."""

import posixpath
from functools import lru_cache
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


def meant(path: str, source: str) -> tuple[str, ...]:
    """The paths below docs/ that the address of a file may mean in an article, the likeliest first.

    Relative to the article, to its page, or from the root; else from a folder above the article, for a project keeps its addresses
    when it is brought below docs/: `/images/a.png` and `../../images/a.png` in `blog/b.md` then mean `blog/images/a.png`.
    """
    plain = posixpath.normpath(path.lstrip("/") or ".")
    near = [] if path.startswith("/") else [_joined(folder(source), path), _joined(without_ending(source), path)]
    found = (each for each in (*near, plain, *below_parents(path, source)) if each != "." and not each.startswith(".."))
    return tuple(dict.fromkeys(found))


def below_parents(path: str, source: str) -> tuple[str, ...]:
    """A path as seen from each folder above an article, the nearest first; what leads up at its start is left out."""
    plain = inner(path)
    return tuple(f"{each}/{plain}" for each in parents(source) if each) if plain else ()


def inner(path: str) -> str:
    """A path without what leads up at its start: `../../images/a.png` and `/images/a.png` give `images/a.png`."""
    whole = posixpath.normpath(path.lstrip("/") or ".")
    while whole.startswith("../"):
        whole = whole[3:]
    return "" if whole in {".", ".."} else whole


def parents(path: str) -> tuple[str, ...]:
    """Every folder above `path`, the nearest first and the root last: `a/b/c` gives `a/b`, `a`, ``."""
    found = []
    while path:
        path = folder(path)
        found.append(path)
    return tuple(found)


def _joined(base: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(base, path))


def _ending(path: str) -> str:
    last = path[-9:].casefold()
    return next((ending for ending in ENDINGS if last.endswith(ending)), "")
