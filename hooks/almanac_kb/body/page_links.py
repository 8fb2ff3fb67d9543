"""The links and pictures of a Markdown text: where each address stands, and which file of docs/ it leads to."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from almanac_kb.core import code_spans
from almanac_kb.core.paths import SourcePath, folder

INLINE = re.compile(r"\]\([ \t]*+(?:<(?P<pointed>[^<>\n]++)>|(?P<bare>(?:[^()<>\s]|\([^()\s]*+\))++))")
DEFINITION = re.compile(r" {0,3}\[[^\[\]\n]++\]:[ \t]*+(?:<(?P<pointed>[^<>\n]++)>|(?P<bare>[^<>\s]++))")
ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\#?]")
"""How an address starts that is absolute, or leads to its own page."""


@dataclass(frozen=True)
class Link:
    """An address in a text."""

    start: int
    """Where it starts in its line."""
    end: int
    """Where it ends."""
    address: str
    """As the author wrote it."""


def find(line: str) -> Iterator[Link]:
    """The addresses of a line: of `[text](address)`, `![picture](address)` and `[label]: address`, outside of `code`."""
    if "](" not in line and "]:" not in line:
        return
    spans = code_spans.spans(line)
    definition = DEFINITION.match(line)
    for match in [definition] if definition else INLINE.finditer(line):
        group = "pointed" if match["pointed"] else "bare"
        if not any(start <= match.start() < end for start, end in spans):
            yield Link(*match.span(group), match[group])


def replace(body: str, change: Callable[[str], str]) -> str:
    """The text with each address changed; code stays as it is."""
    if "](" not in body and "]:" not in body:
        return body
    lines = body.split("\n")
    return "\n".join(line if is_code else _changed(line, change) for line, is_code in zip(lines, code_spans.lines(lines), strict=True))


def resolve(address: str, source: SourcePath) -> SourcePath | None:
    """The path below docs/ that a relative address in `source` leads to; None where it leads elsewhere."""
    if ELSEWHERE.match(address):
        return None
    path = posixpath.normpath(posixpath.join(folder(source), unquote(address.partition("#")[0].partition("?")[0])))
    return None if path == ".." or path.startswith("../") else SourcePath(path)


def _changed(line: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for link in find(line):
        parts += [line[end : link.start], change(link.address)]
        end = link.end
    return "".join((*parts, line[end:]))
