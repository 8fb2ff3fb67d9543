"""The links and pictures of a Markdown text: where each address stands, and which file of docs/ it leads to."""

import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote

from almanac_kb.core.code_mask import masked
from almanac_kb.core.paths import SourcePath, folder

INLINE = re.compile(r"\]\([ \t]*+(?:<(?P<pointed>[^<>\n]++)>|(?P<bare>(?:[^()<>\s]|\([^()\s]*+\))++))")
DEFINITION = re.compile(r" {0,3}\[[^\[\]\n]++\]:[ \t]*+(?:<(?P<pointed>[^<>\n]++)>|(?P<bare>[^<>\s]++))")
ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\#?]")
"""How an address starts that is absolute, or leads to its own page."""


def replace(body: str, change: Callable[[str], str]) -> str:
    """The text with each address of `[text](address)`, `![image](address)` and `[label]: address` changed; code stays as it is."""
    if "](" not in body and "]:" not in body:
        return body
    rows = zip(body.split("\n"), masked(body, indented=True).split("\n"), strict=True)
    return "\n".join(_changed(line, mask, change) for line, mask in rows)


def resolve(address: str, source: SourcePath) -> SourcePath | None:
    """The path below docs/ that a relative address in `source` leads to; None where it leads elsewhere."""
    if ELSEWHERE.match(address):
        return None
    path = posixpath.normpath(posixpath.join(folder(source), unquote(address.partition("#")[0].partition("?")[0])))
    return None if path == ".." or path.startswith("../") else SourcePath(path)


def _changed(line: str, mask: str, change: Callable[[str], str]) -> str:
    if "](" not in mask and "]:" not in mask:
        return line
    parts, end = [], 0
    definition = DEFINITION.match(mask)
    for match in [definition] if definition else INLINE.finditer(mask):
        start, stop = match.span("pointed" if match["pointed"] else "bare")
        parts += [line[end:start], change(line[start:stop])]
        end = stop
    return "".join((*parts, line[end:]))
