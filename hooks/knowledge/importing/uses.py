"""The files that an article shows or leads to, by their addresses as its author wrote them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from knowledge.body import code
from knowledge.body.links import ATTRIBUTE, DEFINITION, FRAGMENT, INLINE, TITLE
from knowledge.body.resolve import LENGTH, is_elsewhere
from knowledge.catalogue import picture
from knowledge.place import Source
from knowledge.problem import Mark
from knowledge.reading import article

ENDINGS = (*picture.ENDINGS, ".bmp", ".ico", ".mp4", ".webm", ".mov", ".ogv", ".mp3", ".m4a", ".ogg", ".wav", ".flac", ".vtt", ".pdf")
"""What articles show, and documents that they hand on."""
EMBED = re.compile(r"(!?)\[\[([^\[\]|#\n]{1,300})")
QUOTED = re.compile(r"[\"']([^\"'\n<>]{1,300})[\"']")


@dataclass(frozen=True, order=True)
class Use:
    """An address of a file in an article."""

    mark: Mark
    """Where it stands."""
    path: str
    """The path it names, decoded."""
    shown: bool
    """Whether readers would see that it is missing: a picture in the text, or that of the header."""
    named: bool = False
    """Whether it is a name of Obsidian's, which is looked for everywhere."""


def find(source: Source, data: bytes) -> tuple[Use, ...]:
    """Every use in the file of an article, in order, each path once; what stands in code is none."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    header = article.read(source, data).article
    lines = Lines(text)
    body = lines.starts[min(header.body_line, len(lines.starts)) - 1] if header else 0
    found = list(_use(header.image, header.image_mark, True)) if header and header.image else []
    found += sorted(_of_body(text[body:], body, lines), key=lambda use: (not use.shown, use.mark))
    first: dict[str, Use] = {}
    for use in found:
        first.setdefault(use.path, use)
    return tuple(sorted(first.values()))


class Lines:
    """The lines of a text, to tell places by."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def mark(self, at: int) -> Mark:
        """The line and column of a character."""
        line = bisect_right(self.starts, at)
        return Mark(line, at - self.starts[line - 1] + 1)


def _of_body(body: str, start: int, lines: Lines) -> Iterator[Use]:
    mask = code.masked(body)
    for pattern in (INLINE, DEFINITION, ATTRIBUTE):
        for found in pattern.finditer(mask):
            group = "plain" if found["angled"] is None else "angled"
            written = TITLE.sub("", found[group]) if pattern is INLINE else found[group]
            yield from _use(written, lines.mark(start + found.start(group)), _is_picture(mask, found))
    for found in EMBED.finditer(mask):
        yield from _use(found[2].rstrip("\\"), lines.mark(start + found.start(2)), bool(found[1]), True)
    for found in QUOTED.finditer(mask):
        yield from _use(found[1], lines.mark(start + found.start(1)), False)


def _use(written: str, mark: Mark, shown: bool, named: bool = False) -> Iterator[Use]:
    address = written.strip()
    path = address if named else unquote(FRAGMENT.split(address, maxsplit=1)[0])
    if path.casefold().endswith(ENDINGS) and len(path) <= LENGTH and "\0" not in path and not is_elsewhere(address):
        yield Use(mark, path, shown, named)


def _is_picture(mask: str, found: re.Match[str]) -> bool:
    """Whether the address is that of `![…](…)`, or of an `<img>`."""
    if found.re is ATTRIBUTE:
        return mask.startswith("<img", found.start())
    opening = mask.rfind("[", max(0, found.start() - LENGTH), found.start())
    return found.re is INLINE and opening > 0 and mask[opening - 1] == "!"
