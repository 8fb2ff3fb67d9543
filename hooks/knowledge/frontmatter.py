"""Where the header of an article ends and its body begins, in every fence authors use, and the header as a tree."""

import json
import re
from dataclasses import dataclass

from knowledge import typed_header, yaml_header
from knowledge.node import EMPTY, HeaderError, Mapping
from knowledge.problem import Found, Mark, Note, Severity

HEADER_SIZE = 64 * 1024
"""How many characters a header may have."""

OPENING = re.compile(r"(?P<fence>---|\+\+\+)[ \t]*(?:\n|\Z)")
JSON_OPENING = re.compile(r"\{\s*[\"}]")
KEY = re.compile(r"[\"']?[A-Za-z_][\w.\- \u00a0]*[\"']?[ \t]*(?::(?:\s|$)|=)")


@dataclass(frozen=True)
class Split:
    """A text in its two parts."""

    kind: str
    """`yaml`, `toml`, `json`, or empty where there is no header."""
    header: str
    """The text between the fences."""
    header_line: int
    """The line of the file in which the header's text starts."""
    body: str
    """All that follows."""
    body_line: int
    """The line of the file in which the body starts."""


def split(text: str) -> Split:
    """Divides a text with `\\n` line ends into header and body; raises HeaderError where the header has no end.

    A blank line before the fence and a fence as the last bytes of the file are headers too. A `---` that no key follows is
    a rule of the body.
    """
    start = len(text) - len(text.lstrip(" \t\n\ufeff"))
    start = text.rfind("\n", 0, start) + 1
    line = text.count("\n", 0, start) + 1
    match = OPENING.match(text, start)
    if match:
        return _fenced(text, match["fence"], match.end(), line)
    if JSON_OPENING.match(text, start):
        return _json(text, start, line)
    return Split("", "", line, text, 1)


def parse(parts: Split) -> Found[Mapping]:
    """The header as a tree, marks counted in the file; raises HeaderError."""
    if len(parts.header) > HEADER_SIZE:
        raise HeaderError(Mark(parts.header_line), f"is longer than {HEADER_SIZE} characters", "move text into the body")
    try:
        if parts.kind == "yaml":
            mapping, notes = yaml_header.parse(_padded(parts))
            return Found(mapping, notes)
        if parts.kind == "toml":
            return Found(typed_header.parse_toml(_padded(parts)))
        return Found(typed_header.parse_json(_padded(parts)) if parts.kind else EMPTY)
    except HeaderError as error:
        mark = max(error.mark, Mark(parts.header_line, 1))
        raise HeaderError(mark, error.message, error.mend) from None


def _padded(parts: Split) -> str:
    return "\n" * (parts.header_line - 1) + parts.header


def _fenced(text: str, fence: str, start: int, line: int) -> Split:
    end = re.compile(rf"^(?:{re.escape(fence)}|\.\.\.)[ \t]*(?:\n|\Z)" if fence == "---" else r"^\+\+\+[ \t]*(?:\n|\Z)", re.M)
    closing = end.search(text, start)
    head = text[start : closing.start() if closing else None]
    if fence == "---" and head.strip() and not KEY.search(head):
        return Split("", "", line, text, 1)
    if closing is None:
        if fence == "---" and not KEY.match(head.lstrip()):
            return Split("", "", line, text, 1)
        raise HeaderError(Mark(line, 1), f"has no end: no second `{fence}`", f"write `{fence}` on a line below the last key")
    body_line = line + text.count("\n", start, closing.end()) + 1
    return Split("yaml" if fence == "---" else "toml", head, line + 1, text[closing.end() :], body_line)


def _json(text: str, start: int, line: int) -> Split:
    try:
        _, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text, start)
    except RecursionError:
        raise HeaderError(Mark(line, 1), "is nested too deep", "flatten it") from None
    except json.JSONDecodeError as error:
        mark = Mark(error.lineno, error.colno)
        raise HeaderError(mark, f"can't be read as JSON: {error.msg}", "keys and text stand in double quotes") from None
    rest = text[end:]
    return Split("json", text[start:end], line, rest.removeprefix("\n"), line + text.count("\n", start, end) + rest.startswith("\n"))


def looks_like_header(body: str, known: frozenset[str]) -> Mark | None:
    """Where a body starts with keys that lost their fences: two lines of `word: value`, the first word a known field."""
    lines = body.split("\n")
    for number, line in enumerate(lines, 1):
        if line.strip() and line.strip() != "---":
            word, colon, _ = line.partition(":")
            follower = lines[number] if number < len(lines) else ""
            is_key = colon and word.strip().casefold() in known and KEY.match(line)
            return Mark(number, 1) if is_key and KEY.match(follower) else None
    return None


def unfenced(mark: Mark) -> Note:
    """What an author is told of keys without fences."""
    return Note(mark, "keys without `---` above and below would be printed as text", "write `---` above and below", Severity.ERROR)
