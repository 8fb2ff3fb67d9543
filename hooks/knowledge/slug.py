"""Addresses made safe: the rule by which titles, file names and tags become parts of a URL.

The rule: NFC; each run of characters other than letters and digits of any script, `-`, `_`, `.` and `~` becomes one `-`; no `-`, `.` or `_`
at either end; at most 100 characters; names that Windows reserves get a `-page`. Case is kept where the author wrote the slug, and lowered
where it comes from a file name or a tag.
"""

import re
import unicodedata

UNSAFE = re.compile(r"[^\w\-.~]+")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
DATE_PREFIX = re.compile(r"^\d{4}-\d{2}-\d{2}[-_ ]+(?=.)")
LENGTH = 100

SPOKEN = {
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


def safe(text: str) -> str:
    """One part of an address; empty where nothing of the text may stand in one."""
    slug = UNSAFE.sub("-", unicodedata.normalize("NFC", text))
    slug = re.sub(r"-{2,}", "-", slug).strip("-._")[:LENGTH].rstrip("-._")
    return f"{slug}-page" if RESERVED.fullmatch(slug) else slug


def path(text: str) -> str:
    """A whole path made safe part by part, without empty parts, `.` and `..`: `/a//B c/` gives `a/B-c`."""
    return "/".join(part for part in map(safe, text.split("/")) if part)


def from_file(stem: str) -> str:
    """The slug of a file name: its date prefix dropped, lower case."""
    return safe(DATE_PREFIX.sub("", stem)).lower() or "untitled"


def from_folder(folder: str) -> str:
    """The address of a folder: each part made safe, lower case."""
    return "/".join(safe(part).lower() or "folder" for part in folder.split("/")) if folder else ""


def from_tag(name: str) -> str:
    """The slug of a tag, readable and stable: `C++` gives `c-plus-plus`, `.NET` gives `dot-net`, a rocket gives `rocket`."""
    spoken = re.sub(r"^\.(?=\w)", "dot ", unicodedata.normalize("NFC", name.strip()))
    text = "".join(SPOKEN.get(character, _named(character)) for character in spoken)
    return safe(text).lower() or "tag"


def _named(character: str) -> str:
    if unicodedata.category(character) not in {"So", "Sm", "Sc"}:
        return character
    return f" {unicodedata.name(character, 'symbol').lower()} "
