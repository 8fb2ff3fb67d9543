"""Which articles, and which files they use."""

import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from almanac_kb.content import reader, source_tree
from almanac_kb.content.article_images import IMAGE_SUFFIXES
from almanac_kb.core.code_mask import masked
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file
from almanac_kb.core.paths import SourcePath, is_article
from almanac_kb.importer import project
from almanac_kb.importer.project import Project
from almanac_kb.markdown.link_index import LENGTH, is_elsewhere


@dataclass
class Selection:
    """What was found in a folder, in order."""

    articles: list[SourcePath] = field(default_factory=list)
    """The paths of its articles, below it."""
    left: dict[str, str] = field(default_factory=dict)
    """The folders that nothing is brought from, and why."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """What can't be brought; its sources are paths below the folder."""


def select_articles(origin: Project) -> Selection:
    """The articles of a folder and of all below it; what is hidden is passed over, links lead nowhere outside the project."""
    found = Selection()
    waiting = [""]
    while waiting:
        path = waiting.pop()
        try:
            entries = [each for each in os.scandir(origin.folder / path) if not each.name.startswith(".")]
        except OSError as error:
            found.diagnostics.append(in_file(SourcePath(path or "."), "file", source_tree.unreadable_message(error)))
            continue
        for entry in entries:
            waiting += _look(entry, SourcePath(f"{path}/{entry.name}" if path else entry.name), origin, found)
    found.articles.sort()
    return found


def _look(entry: os.DirEntry[str], source: SourcePath, origin: Project, found: Selection) -> list[str]:
    """Sorts an entry; gives the folder to look into, where it is one."""
    if entry.is_dir(follow_symlinks=False):
        reason = project.ignored_folder_reason(Path(entry.path))
        if reason:
            found.left[source_tree.printable_name(source)] = reason
        return [] if reason else [source]
    is_link = entry.is_symlink() and os.path.isdir(entry.path)  # noqa: PTH112 - says no of a loop
    note = _obstacle(entry, source, origin) if is_article(source) or is_link else None
    if note:
        found.diagnostics.append(in_file(SourcePath(source_tree.printable_name(source)), "file", note))
    elif is_article(source):
        found.articles.append(source)
    return []


def _obstacle(entry: os.DirEntry[str], source: SourcePath, origin: Project) -> LocalDiagnostic | None:
    if source_tree.printable_name(source) != source:
        return LocalDiagnostic(Position(), "the name has characters that are not seen or not UTF-8", "rename it")
    if os.path.isdir(entry.path):  # noqa: PTH112 - says no of a loop
        return LocalDiagnostic(Position(), "is a link to a folder and is not followed", "import that folder itself", Severity.WARNING)
    if not origin.holds(Path(os.path.realpath(entry.path))):
        return LocalDiagnostic(
            Position(), "is a link to what lies outside the project, or is no file", "put the file itself here", Severity.WARNING
        )
    return None


ENDINGS = (*IMAGE_SUFFIXES, ".bmp", ".ico", ".mp4", ".webm", ".mov", ".ogv", ".mp3", ".m4a", ".ogg", ".wav", ".flac", ".vtt", ".pdf")
"""What articles show, and documents that they hand on."""
INLINE = re.compile(r"\]\([ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<plain>(?:[^()\n<>]|\([^()\n]*\))*+))(?=[^\n]{0,300}\))")
DEFINITION = re.compile(
    r"^[ \t>]{0,12}\[(?!\^)[^\]\n]{1,200}\]:[ \t]+(?:<(?P<angled>[^<>\n]*)>|(?P<plain>[^\s<>]++))(?=[ \t]*(?:[\"'(][^\n]*)?$)", re.MULTILINE
)
ATTRIBUTE = re.compile(r"<(?:a|img|source|video|audio)[ \t][^<>\n]*?\b(?:href|src)=(?:\"(?P<angled>[^\"\n<>]*)\"|'(?P<plain>[^'\n<>]*)')")
TITLE = re.compile(r"[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*')[ \t]*\Z")
FRAGMENT = re.compile(r"(?=[#?])")
EMBED = re.compile(r"(!?)\[\[([^\[\]|#\n]{1,300})")
QUOTED = re.compile(r"[\"']([^\"'\n<>]{1,300})[\"']")


@dataclass(frozen=True, order=True)
class FileUse:
    """An address of a file in an article."""

    position: Position
    """Where it stands."""
    path: str
    """The path it names, decoded."""
    shown: bool
    """Whether readers would see that it is missing: a picture in the text, or that of the header."""
    named: bool = False
    """Whether it is a name of Obsidian's, which is looked for everywhere."""


def find_uses(source: SourcePath, data: bytes) -> tuple[FileUse, ...]:
    """Every use in the file of an article, in order, each path once; what stands in code is none."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    header = reader.read_article(source, data).article
    lines = LineIndex(text)
    body = lines.starts[min(header.body_line, len(lines.starts)) - 1] if header else 0
    found = list(_use(header.image, header.image_position, True)) if header and header.image else []
    found += sorted(_of_body(text[body:], body, lines), key=lambda use: (not use.shown, use.position))
    first: dict[str, FileUse] = {}
    for use in found:
        first.setdefault(use.path, use)
    return tuple(sorted(first.values()))


class LineIndex:
    """The lines of a text, to tell places by."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def position(self, at: int) -> Position:
        """The line and column of a character."""
        line = bisect_right(self.starts, at)
        return Position(line, at - self.starts[line - 1] + 1)


def _of_body(body: str, start: int, lines: LineIndex) -> Iterator[FileUse]:
    mask = masked(body, indented=True)
    for pattern in (INLINE, DEFINITION, ATTRIBUTE):
        for found in pattern.finditer(mask):
            group = "plain" if found["angled"] is None else "angled"
            written = TITLE.sub("", found[group]) if pattern is INLINE else found[group]
            yield from _use(written, lines.position(start + found.start(group)), _is_picture(mask, found))
    for found in EMBED.finditer(mask):
        yield from _use(found[2].rstrip("\\"), lines.position(start + found.start(2)), bool(found[1]), True)
    for found in QUOTED.finditer(mask):
        yield from _use(found[1], lines.position(start + found.start(1)), False)


def _use(written: str, position: Position, shown: bool, named: bool = False) -> Iterator[FileUse]:
    address = written.strip()
    path = address if named else unquote(FRAGMENT.split(address, maxsplit=1)[0])
    if path.casefold().endswith(ENDINGS) and len(path) <= LENGTH and "\0" not in path and not is_elsewhere(address):
        yield FileUse(position, path, shown, named)


def _is_picture(mask: str, found: re.Match[str]) -> bool:
    """Whether the address is that of `![…](…)`, or of an `<img>`."""
    if found.re is ATTRIBUTE:
        return mask.startswith("<img", found.start())
    opening = mask.rfind("[", max(0, found.start() - LENGTH), found.start())
    return found.re is INLINE and opening > 0 and mask[opening - 1] == "!"
