"""Addresses made safe: the rule by which titles, file names and tags become parts of a URL.

The rule: NFC; each run of characters other than letters, their marks and digits of any script, `-`, `_`, `.` and `~` becomes one `-`; no
`-`, `.` or `_` at either end; at most 100 characters and 200 bytes, which every file system takes; names that Windows reserves get a
`-page`. Case is kept where the author wrote the slug, and lowered where it comes from a file name or a tag.
"""

import re
import unicodedata

ODD = re.compile(r"[^\w\-.~]")
RESERVED = re.compile(r"^(?P<name>con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
DATE_PREFIX = re.compile(r"^\d{4}-\d{2}-\d{2}[-_ ]+(?=.)")
LENGTH, BYTES = 100, 200

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
    slug = ODD.sub(_mark, unicodedata.normalize("NFC", text))
    slug = RESERVED.sub(r"\g<name>-page", re.sub(r"-{2,}", "-", slug).strip("-._"), count=1)
    return slug[:LENGTH].encode()[:BYTES].decode(errors="ignore").rstrip("-._")


def path(text: str) -> str:
    """A whole path made safe part by part, without empty parts, `.` and `..`: `/a//B c/` gives `a/B-c`."""
    return "/".join(part for part in map(safe, text.split("/")) if part)


def from_file(stem: str) -> str:
    """The slug of a file name: its date prefix dropped, lower case."""
    return safe(DATE_PREFIX.sub("", stem).lower()) or "untitled"


def from_folder(folder: str) -> str:
    """The address of a folder: each part made safe, lower case."""
    return "/".join(safe(part.lower()) or "folder" for part in folder.split("/")) if folder else ""


def from_tag(name: str) -> str:
    """The slug of a tag, readable and stable: `C++` gives `c-plus-plus`, `.NET` gives `dot-net`, a rocket gives `rocket`."""
    spoken = re.sub(r"^\.(?=\w)", "dot ", unicodedata.normalize("NFC", name.strip()))
    text = "".join(SPOKEN.get(character, _named(character)) for character in spoken)
    return safe(text.lower()) or "tag"


def _mark(odd: re.Match[str]) -> str:
    is_mark = unicodedata.category(odd[0]) in {"Mn", "Mc"} and not "\ufe00" <= odd[0] <= "\ufe0f"
    return odd[0] if is_mark else "-"


def _named(character: str) -> str:
    if unicodedata.category(character) not in {"So", "Sm", "Sc"}:
        return character
    return f" {unicodedata.name(character, 'symbol').lower()} "
