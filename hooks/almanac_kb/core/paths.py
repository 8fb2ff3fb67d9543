"""SourcePath, UrlPath, AbsoluteUrl; safe slugs and heading ids."""

import posixpath
import re
import unicodedata
from functools import lru_cache
from typing import NewType
from urllib.parse import quote, urljoin

MARKS = re.compile(r"</?[^>]*>|[^\w\- ]")


def heading_id(heading: str) -> str:
    """The id of a heading: letters and digits of any script, spaces as `-`, lower case."""
    return MARKS.sub("", unicodedata.normalize("NFC", heading)).strip().lower().replace(" ", "-")


SourcePath = NewType("SourcePath", str)
"""Path of a file below docs/, with forward slashes: `guides/backups.md`."""

UrlPath = NewType("UrlPath", str)
"""Address below the site's root, unquoted, a page ending in a slash: `guides/backups/`. The home page is the empty string."""

AbsoluteUrl = NewType("AbsoluteUrl", str)
"""Absolute address, percent-encoded: `https://example.org/kb/guides/backups/`."""

MARKDOWN_SUFFIXES = (".md", ".mdx", ".markdown", ".mdown", ".mkdn", ".mkd")
"""How the names of articles end, in any case: what MkDocs takes for Markdown, and `.mdx`. The commonest first."""
INDEX_STEMS = ("index", "_index", "README")
"""What the page of a folder is called, without its ending; the first of them that is there."""

REMEMBERED_URLS = 100_000
"""How many absolute addresses are kept in mind: each is asked for by the page, its head, feeds, lists and records."""


@lru_cache(REMEMBERED_URLS)
def absolute_url(base: str, url: UrlPath) -> AbsoluteUrl:
    """The absolute address of `url` on the site that starts at `base`, which ends in a slash (RFC 3986, section 5)."""
    return AbsoluteUrl(urljoin(base, quote(url, safe="/~")))


def base_url(address: str | None) -> str:
    """The address of a home page, ending in a slash; `/` where there is none."""
    return f"{(address or '').rstrip('/')}/"


def folder(source: str) -> str:
    """The folder of a path below docs/, without a slash at the end; the root is the empty string."""
    return source.rpartition("/")[0]


def file_name(source: str) -> str:
    """The last part of a path below docs/: `backups.md`."""
    return source.rpartition("/")[2]


def stem(source: str) -> str:
    """The file name of a path without its ending: `backups`."""
    head, dot, _ = file_name(source).rpartition(".")
    return head if dot else file_name(source)


def without_suffix(path: str) -> str:
    """The path of an article without `.md` or what stands there instead; any other path as it is."""
    return path[: len(path) - len(_suffix(path))]


def is_article(path: str) -> bool:
    """Whether a file is an article, by its name."""
    return bool(_suffix(path))


def is_index(path: str) -> bool:
    """Whether a file is the page of its folder, by its name."""
    return is_article(path) and stem(path) in INDEX_STEMS


def article_paths(path: str) -> tuple[str, ...]:
    """The files that may be meant by a path without an ending: the article of that name, or the page of that folder."""
    return tuple(f"{each}{ending}" for each in (path, *(f"{path}/{index}" for index in INDEX_STEMS)) for ending in MARKDOWN_SUFFIXES)


def candidate_paths(path: str, source: str) -> tuple[str, ...]:
    """The paths below docs/ that the address of a file may mean in an article, the likeliest first.

    Relative to the article, to its page, or from the root; else from a folder above the article, for a project keeps its addresses
    when it is brought below docs/: `/images/a.png` and `../../images/a.png` in `blog/b.md` then mean `blog/images/a.png`.
    """
    plain = posixpath.normpath(path.lstrip("/") or ".")
    near = [] if path.startswith("/") else [_joined(folder(source), path), _joined(without_suffix(source), path)]
    found = (each for each in (*near, plain, *paths_below_parents(path, source)) if each != "." and not each.startswith(".."))
    return tuple(dict.fromkeys(found))


def paths_below_parents(path: str, source: str) -> tuple[str, ...]:
    """A path as seen from each folder above an article, the nearest first; what leads up at its start is left out."""
    plain = without_parents(path)
    return tuple(f"{each}/{plain}" for each in parents(source) if each) if plain else ()


def without_parents(path: str) -> str:
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


def _suffix(path: str) -> str:
    last = path[-9:].casefold()
    return next((ending for ending in MARKDOWN_SUFFIXES if last.endswith(ending)), "")


UNSAFE = re.compile(r"[^\w\-.~]")
RESERVED = re.compile(r"^(?P<name>con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
DATE_PREFIX = re.compile(r"^\d{4}-\d{2}-\d{2}[-_ ]+(?=.)")
LENGTH, BYTES = 100, 200

SPELLED_OUT = {
    "#": " sharp ",
    "+": " plus ",
    "&": " and ",
    "/": " slash ",
    "@": " at ",
    "%": " percent ",
    "*": " star ",
    "!": " bang ",
    "?": " what ",
    "$": " dollar ",
    "=": " equals ",
}
"""What a symbol of a tag is called, so that C, C#, C++ and R&D have addresses of their own."""


def safe_segment(text: str) -> str:
    """One part of an address; empty where nothing of the text may stand in one."""
    slug = UNSAFE.sub(_mark, unicodedata.normalize("NFC", text))
    slug = RESERVED.sub(r"\g<name>-page", re.sub(r"-{2,}", "-", slug).strip("-._"), count=1)
    return slug[:LENGTH].encode()[:BYTES].decode(errors="ignore").rstrip("-._")


def safe_path(text: str) -> str:
    """A whole path made safe part by part, without empty parts, `.` and `..`: `/a//B c/` gives `a/B-c`."""
    return "/".join(part for part in map(safe_segment, text.split("/")) if part)


def slug_from_file(stem: str) -> str:
    """The slug of a file name: its date prefix dropped, lower case."""
    return safe_segment(DATE_PREFIX.sub("", stem).lower()) or "untitled"


def slug_from_folder(folder: str) -> str:
    """The address of a folder: each part made safe, lower case."""
    return "/".join(safe_segment(part.lower()) or "folder" for part in folder.split("/")) if folder else ""


def slug_from_tag(name: str) -> str:
    """The slug of a tag, readable and stable: `C++` gives `c-plus-plus`, `.NET` gives `dot-net`, a rocket gives `rocket`."""
    spoken = re.sub(r"^\.(?=\w)", "dot ", unicodedata.normalize("NFC", name.strip()))
    text = "".join(SPELLED_OUT.get(character, _named(character)) for character in spoken)
    return safe_segment(text.lower()) or "tag"


def _mark(odd: re.Match[str]) -> str:
    is_mark = unicodedata.category(odd[0]) in {"Mn", "Mc"} and not "\ufe00" <= odd[0] <= "\ufe0f"
    return odd[0] if is_mark else "-"


def _named(character: str) -> str:
    if unicodedata.category(character) not in {"So", "Sm", "Sc"}:
        return character
    return f" {unicodedata.name(character, 'symbol').lower()} "
