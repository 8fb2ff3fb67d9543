"""Which files of docs/ other files use: style sheets, pages of HTML, drawings, templates and settings."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import Any
from urllib.parse import unquote

from almanac_kb.core import urls
from almanac_kb.core.paths import SourcePath, folder

USING_SUFFIXES = (".css", ".html", ".htm", ".svg", ".xhtml", ".js", ".json", ".webmanifest")
"""Endings of files that may use other files."""
ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]{1,500})[\"']?\s*\)|[\"']([^\"'\n<>{}]{1,500})[\"']|=([^\s\"'<>]{1,500})")
"""Addresses in style sheets, in quotes, and in attributes without quotes."""
FILE_SIZE = 2_000_000
"""The most bytes of a file that is searched for addresses."""


def with_used_files(used: Iterable[SourcePath], assets: Set[str], read: Callable[[SourcePath], bytes]) -> set[SourcePath]:
    """The used files, and all of the `assets` that style sheets, pages and drawings among them use, to any depth."""
    found = set(used)
    waiting = [path for path in found if path.casefold().endswith(USING_SUFFIXES)]
    while waiting:
        path = waiting.pop()
        more = set(files_in_text(read(path)[:FILE_SIZE].decode(errors="replace"), path, assets)) - found
        found |= more
        waiting += [each for each in more if each.casefold().endswith(USING_SUFFIXES)]
    return found


def files_in_text(text: str, source: str, assets: Set[str]) -> Iterator[SourcePath]:
    """The `assets` whose addresses stand in a text that lies at `source`: seen from there, or from the top of the site."""
    for match in ADDRESS.finditer(text):
        address = next(filter(None, match.groups()), "")
        for candidate in address.split(","):
            yield from _file(candidate.strip().partition(" ")[0], source, assets)


def files_in_settings(value: Any, assets: Set[str]) -> Iterator[SourcePath]:
    """The `assets` that a setting names, in lists and maps of any depth: `extra_css`, `logo`, `favicon`."""
    if isinstance(value, str):
        yield from _file(value, "", assets)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from files_in_settings(inner, assets)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from files_in_settings(inner, assets)


def _file(address: str, source: str, assets: Set[str]) -> Iterator[SourcePath]:
    if not address or urls.scheme(address) or "\0" in address:
        return
    path = unquote(address.partition("#")[0].partition("?")[0])
    for base in {folder(source), ""}:
        whole = posixpath.normpath(posixpath.join("" if path.startswith("/") else base, path.lstrip("/")))
        if whole in assets:
            yield SourcePath(whole)
            return
