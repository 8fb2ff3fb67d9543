"""SourcePath, UrlPath and AbsoluteUrl; the files that a written path may mean; slugs and heading ids."""

import posixpath
import re
import unicodedata
from functools import lru_cache
from typing import NewType
from urllib.parse import quote, urljoin

SourcePath = NewType("SourcePath", str)
"""Path of a file below docs/, with forward slashes: `guides/backups.md`."""

UrlPath = NewType("UrlPath", str)
"""URL path below the site's root, not percent-encoded; that of a page ends in a slash: `guides/backups/`. The home page's is empty."""

AbsoluteUrl = NewType("AbsoluteUrl", str)
"""Absolute URL, percent-encoded: `https://example.org/kb/guides/backups/`."""

MARKDOWN_SUFFIXES = (".md", ".mdx", ".markdown", ".mdown", ".mkdn", ".mkd")
"""File name extensions of articles, in any case: those that MkDocs reads as Markdown, and `.mdx`; the commonest first."""
LONGEST_SUFFIX = max(map(len, MARKDOWN_SUFFIXES))
INDEX_STEMS = ("index", "_index", "README")
"""Stems of the file that is the page of its folder; of several in one folder, the first in this order counts."""

CACHED_URLS = 100_000
"""Size of the cache of absolute URLs: the page, its head, feeds, listings and exports ask for each URL again."""
MAX_SEGMENT_CHARACTERS = 100
"""Most characters in one segment of a URL path, so that URLs stay readable."""
MAX_SEGMENT_BYTES = 200
"""Most UTF-8 bytes in one segment of a URL path: file systems allow 255 for a name, and an extension may follow."""

PUNCTUATION = re.compile(r"[^\w\- ]")
UNSAFE = re.compile(r"[^\w\-.~]")
RESERVED = re.compile(r"^(?P<name>con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""Device names, which no file on Windows may have."""
NOTION_ID = re.compile(r"(?<=.)[ _-]+[0-9a-f]{32}(?:_all)?$")
"""The id that Notion appends to the names of exported files."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""A file name that is a date, such as that of a daily note: `2020-01-31`."""
DATE_PREFIX = re.compile(r"^\d{4}-\d{2}-\d{2}[-_ ]+(?=.)")
"""The date in front of a file name, as Jekyll requires it: `2020-01-31-name`."""
SYMBOL_NAMES = {
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
"""The words for symbols in the slug of a tag, so that C, C#, C++ and R&D have different URLs."""


@lru_cache(CACHED_URLS)
def absolute_url(base: str, url: UrlPath) -> AbsoluteUrl:
    """The absolute URL of `url` on the site that starts at `base`, which ends in a slash (RFC 3986, section 5)."""
    return AbsoluteUrl(urljoin(base, quote(url, safe="/~")))


def base_url(address: str | None) -> str:
    """The URL of a home page, with a slash at the end; `/` for None or an empty address."""
    return f"{(address or '').rstrip('/')}/"


def folder(source: str) -> str:
    """The folder of a path below docs/, without a slash at the end; that of a file directly in docs/ is the empty string."""
    return source.rpartition("/")[0]


def file_name(source: str) -> str:
    """The last part of a path below docs/: `backups.md`."""
    return source.rpartition("/")[2]


def stem(source: str) -> str:
    """The file name of a path without its ending: `backups`."""
    head, dot, _ = file_name(source).rpartition(".")
    return head if dot else file_name(source)


def without_suffix(path: str) -> str:
    """The path of an article without its Markdown extension; any other path unchanged."""
    return path[: len(path) - len(_markdown_suffix(path))]


def is_article(path: str) -> bool:
    """Whether a file is an article, judged by its name."""
    return bool(_markdown_suffix(path))


def is_index(path: str) -> bool:
    """Whether a file is the page of its folder, judged by its name."""
    return is_article(path) and stem(path) in INDEX_STEMS


def _markdown_suffix(path: str) -> str:
    if path.endswith(".md"):  # as nearly all are
        return ".md"
    end = path[-LONGEST_SUFFIX:].casefold()
    return next(suffix for suffix in MARKDOWN_SUFFIXES if end.endswith(suffix)) if end.endswith(MARKDOWN_SUFFIXES) else ""


def parents(path: str) -> tuple[str, ...]:
    """Every folder above `path`, the nearest first and the root last: `a/b/c` gives `a/b`, `a`, ``."""
    return _with_parents(folder(path)) if path else ()


@lru_cache(CACHED_URLS)
def _with_parents(path: str) -> tuple[str, ...]:
    """A folder and every folder above it."""
    folders = [path]
    while path:
        path = folder(path)
        folders.append(path)
    return tuple(folders)


def without_parents(path: str) -> str:
    """A path without `../` and `/` at its start: `../../images/a.png` and `/images/a.png` give `images/a.png`."""
    normal = posixpath.normpath(path.lstrip("/") or ".")
    while normal.startswith("../"):
        normal = normal[3:]
    return "" if normal in {".", ".."} else normal


def article_paths(path: str) -> tuple[str, ...]:
    """The files that a path without extension may mean, the likeliest first: the article of that name, or the page of that folder."""
    names = (path, *(f"{path}/{index}" for index in INDEX_STEMS))
    return tuple(f"{name}{suffix}" for name in names for suffix in MARKDOWN_SUFFIXES)


def literal_path(path: str, source: str) -> str:
    """The path below docs/ of a path written in the file `source`, as every program reads it: relative to that, or below docs/.

    Starts with `../` where it leaves docs/; `.` is docs/ itself.
    """
    return posixpath.normpath(path.lstrip("/") or ".") if path.startswith("/") else _join(folder(source), path)


def candidate_paths(path: str, source: str) -> tuple[str, ...]:
    """The paths below docs/ that a path written in the article `source` may mean, the likeliest first, without duplicates.

    A path is relative to the article's file, to the URL of its page, or to docs/; else to a folder above the article, because a project
    that is brought below docs/ keeps its paths: `/images/a.png` and `../../images/a.png` in `blog/b.md` then mean `blog/images/a.png`.
    """
    literal = literal_path(path, source)
    relative = [] if path.startswith("/") else [literal, _join(without_suffix(source), path)]
    candidates = (*relative, literal_path(f"/{path}", source), *paths_below_parents(path, source))
    return tuple(dict.fromkeys(candidate for candidate in candidates if candidate != "." and not candidate.startswith("..")))


def paths_below_parents(path: str, source: str) -> tuple[str, ...]:
    """A path, without `../` and `/` at its start, below each folder above an article, the nearest folder first and docs/ left out."""
    plain = without_parents(path)
    return tuple(f"{parent}/{plain}" for parent in parents(source) if parent) if plain else ()


def _join(base: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(base, path))


def heading_id(heading: str, separator: str = "-") -> str:
    """The id of a heading as GitHub makes it: letters and digits of any script, spaces as `-`, lower case; `-x` for `🚀 x`."""
    return PUNCTUATION.sub("", unicodedata.normalize("NFC", heading).strip()).lower().replace(" ", separator)


def safe_segment(text: str) -> str:
    """The text as one part of a URL path that every file system accepts as a name; empty where no character of it may stand there.

    At most MAX_SEGMENT_CHARACTERS long. Applied to its own result it changes nothing.
    """
    slug = UNSAFE.sub(_combining_mark_or_dash, unicodedata.normalize("NFC", text))
    slug = RESERVED.sub(r"\g<name>-page", re.sub(r"-{2,}", "-", slug).strip("-._"), count=1)
    return slug[:MAX_SEGMENT_CHARACTERS].encode()[:MAX_SEGMENT_BYTES].decode(errors="ignore").rstrip("-._")


def safe_path(text: str) -> str:
    """A URL path made safe part by part, without empty parts, `.` and `..`: `/a//B c/` gives `a/B-c`."""
    return "/".join(part for part in map(safe_segment, text.split("/")) if part)


def slug_from_file(stem: str) -> str:
    """The slug of a file name without its ending: lower case, a date in front dropped; `untitled` where nothing is left."""
    return safe_segment(DATE_PREFIX.sub("", stem).lower()) or "untitled"


def slug_from_folder(folder: str) -> str:
    """The URL path of a folder below docs/, without slashes at its ends: each part made safe, lower case."""
    return "/".join(safe_segment(part.lower()) or "folder" for part in folder.split("/")) if folder else ""


def slug_from_tag(name: str) -> str:
    """The slug of a tag, readable and stable: `C++` gives `c-plus-plus`, `.NET` gives `dot-net`, a rocket gives `rocket`."""
    text = re.sub(r"^\.(?=\w)", "dot ", unicodedata.normalize("NFC", name.strip()))
    words = "".join(SYMBOL_NAMES.get(character, _symbol_name(character)) for character in text)
    return safe_segment(words.lower()) or "tag"


def _combining_mark_or_dash(unsafe: re.Match[str]) -> str:
    """A combining mark as it is, as scripts such as Devanagari need it, but for the variation selectors of emoji; else `-`."""
    is_combining = unicodedata.category(unsafe[0]) in {"Mn", "Mc"} and not "\ufe00" <= unsafe[0] <= "\ufe0f"
    return unsafe[0] if is_combining else "-"


def _symbol_name(character: str) -> str:
    """The Unicode name of a symbol, between spaces; any other character as it is."""
    if unicodedata.category(character) not in {"So", "Sm", "Sc"}:
        return character
    return f" {unicodedata.name(character, 'symbol').lower()} "
