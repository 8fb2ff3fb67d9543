"""The selection of an import: the articles of a folder, and the files that they use."""

import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from almanac_kb.content import reader, source_tree
from almanac_kb.content.file_kinds import IMAGE_SUFFIXES
from almanac_kb.core import folders
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file
from almanac_kb.core.paths import SourcePath, is_article
from almanac_kb.core.raw_markdown import masked, raw_targets
from almanac_kb.importer import project
from almanac_kb.importer.project import Project
from almanac_kb.markdown.link_index import LENGTH, is_elsewhere

SUFFIXES = (*IMAGE_SUFFIXES, ".bmp", ".ico", ".mp4", ".webm", ".mov", ".ogv", ".mp3", ".m4a", ".ogg", ".wav", ".flac", ".vtt", ".pdf")
"""Endings of the files that are imported with the articles that use them: images, video, sound, and PDF."""
FRAGMENT = re.compile(r"(?=[#?])")
QUOTED = re.compile(r"[\"']([^\"'\n<>]{1,300})[\"']")
"""A text in quotes, as in the arguments of shortcodes and components."""


@dataclass
class Selection:
    """The articles and files of a folder to import, by path below it, in order."""

    articles: list[SourcePath] = field(default_factory=list)
    """Its articles."""
    left_out: dict[str, str] = field(default_factory=dict)
    """The folders that nothing is imported from and the articles that are not imported, and why."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Diagnostics of files that can't be imported."""


@dataclass(frozen=True, order=True)
class FileUse:
    """A path of a file that is written in an article."""

    position: Position
    """The position of the use in the text."""
    path: str
    """The path, percent-decoded."""
    shown: bool
    """Whether readers would see that the file is missing: an image in the text, or that of the header."""
    named: bool = False
    """Whether it is a name of Obsidian's, which means a file anywhere in the vault."""


class LineIndex:
    """The starts of the lines of a text, by which an offset becomes a position."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        """The line and column of the character at an offset."""
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)


def select_articles(origin: Project) -> Selection:
    """The articles of a project's folder and of the folders below it, but for hidden ones; no link is followed out of the project."""
    selection = Selection()

    def is_entered(path: str, entry: os.DirEntry[str]) -> bool:
        return not entry.name.startswith(".") and not _folder_reason(entry, origin)

    def report(path: str, error: OSError) -> None:
        selection.diagnostics.append(in_file(SourcePath(path or "."), "file", source_tree.unreadable_message(error)))

    for path, entry in folders.walk(origin.folder, is_entered, report):
        if not entry.name.startswith("."):
            _select_entry(entry, SourcePath(path), origin, selection)
    selection.articles.sort()
    selection.left_out = dict(sorted(selection.left_out.items()))
    return selection


def _folder_reason(entry: os.DirEntry[str], origin: Project) -> str:
    """Why nothing is imported from a folder; empty where it is imported."""
    return origin.withheld_reason(Path(entry.path)) or project.ignored_folder_reason(Path(entry.path))


def _select_entry(entry: os.DirEntry[str], source: SourcePath, origin: Project, selection: Selection) -> None:
    """Adds an entry of a folder to the selection, which is a file, a link, or a folder that nothing is imported from."""
    if entry.is_dir(follow_symlinks=False):
        selection.left_out[folders.printable_name(source)] = _folder_reason(entry, origin)
        return
    reason = origin.withheld_reason(Path(entry.path)) if is_article(source) else ""
    if reason:
        selection.left_out[folders.printable_name(source)] = reason
        return
    is_folder_link = entry.is_symlink() and os.path.isdir(entry.path)  # noqa: PTH112 - False for a loop of links
    obstacle = _obstacle(entry, source, origin) if is_article(source) or is_folder_link else None
    if obstacle:
        selection.diagnostics.append(in_file(SourcePath(folders.printable_name(source)), "file", obstacle))
    elif is_article(source):
        selection.articles.append(source)


def _obstacle(entry: os.DirEntry[str], source: SourcePath, origin: Project) -> LocalDiagnostic | None:
    """Why an article or a link to a folder can't be imported; None where it can."""
    if folders.printable_name(source) != source:
        return LocalDiagnostic(Position(), "the name has characters that are not seen or not UTF-8", "rename it")
    if os.path.isdir(entry.path):  # noqa: PTH112 - False for a loop of links
        return LocalDiagnostic(Position(), "is a link to a folder and is not followed", "import that folder itself", Severity.WARNING)
    if not origin.holds(Path(os.path.realpath(entry.path))):
        message = "is a link to what lies outside the project, or is no file"
        return LocalDiagnostic(Position(), message, "put the file itself here", Severity.WARNING)
    return None


def find_uses(source: SourcePath, data: bytes) -> tuple[FileUse, ...]:
    """Every use of a file in an article, by position, each path once: where it is shown, else where it first stands. Code has no uses."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    article = reader.read_article(source, data).article
    lines = LineIndex(text)
    body_start = lines.starts[min(article.body_line, len(lines.starts)) - 1] if article else 0
    uses = list(_file_use(article.image, article.image_position, True)) if article and article.image else []
    uses += sorted(_uses_in_body(text[body_start:], body_start, lines), key=lambda use: (not use.shown, use.position))
    by_path: dict[str, FileUse] = {}
    for use in uses:
        by_path.setdefault(use.path, use)
    return tuple(sorted(by_path.values()))


def _uses_in_body(body: str, start: int, lines: LineIndex) -> Iterator[FileUse]:
    """The uses in a body that starts at this offset of the file: in links, images, wikilinks and the like, and in quotes."""
    for target in raw_targets(body):
        yield from _file_use(target.written, lines.position(start + target.start), target.is_image, target.is_wikilink)
    for match in QUOTED.finditer(masked(body, indented=True)):
        yield from _file_use(match[1], lines.position(start + match.start(1)), False)


def _file_use(written: str, position: Position, shown: bool, named: bool = False) -> Iterator[FileUse]:
    """The use that a written target is, if it names a file of the project by one of SUFFIXES; else none."""
    target = written.strip()
    path = target if named else unquote(FRAGMENT.split(target, maxsplit=1)[0])
    if path.casefold().endswith(SUFFIXES) and len(path) <= LENGTH and "\0" not in path and not is_elsewhere(target):
        yield FileUse(position, path, shown, named)
