"""Where the header of an article ends and its body begins, in every fence authors use, and the header as a tree."""

import json
import re
from dataclasses import dataclass

from almanac_kb.core import code_spans
from almanac_kb.core.diagnostics import HeaderError, LocalDiagnostic, Outcome, Position, quoted
from almanac_kb.frontmatter import formats
from almanac_kb.frontmatter.fields import SPELLINGS
from almanac_kb.frontmatter.nodes import EMPTY, Mapping, Pair, says_the_same, too_deep

HEADER_SIZE = 1024 * 1024
"""How many characters a header may have."""

INVISIBLE = " \t\n\u00a0\u200b\ufeff"
OPENING = re.compile(rf"[{INVISIBLE}]*+(?P<fence>---|\+\+\+)[ \t]*+(?:\n|\Z)")
JSON_OPENING = re.compile(rf"[{INVISIBLE}]*+(?P<json>\{{\s*+[\"}}])")
CLOSING = {"---": re.compile(r"^(?:---|\.\.\.)[ \t]*+(?:\n|\Z)", re.MULTILINE), "+++": re.compile(r"^\+\+\+[ \t]*+(?:\n|\Z)", re.MULTILINE)}
KINDS = {"---": "yaml", "+++": "toml"}
WORD = r"[ \t\u200b\ufeff]*+[\"']?(?P<word>[A-Za-z_][\w.\u00a0-]{0,60}(?: [\w.-]{1,30}){0,3})[\"']?"
KEY = re.compile(rf"^{WORD}[ \t\u00a0]*+(?::(?=[\s\u00a0]|$))", re.MULTILINE)
GLUED = re.compile(rf"^{WORD}[ \t\u00a0]*+[:=]", re.MULTILINE)
FENCE = re.compile(r"[ \t\u200b\ufeff]*+(?:-{2,}|\+{2,}|\.{3,}|[—–;]+)[ \t]*+$")
NESTED = re.compile(r"[ \t]+\S|[^\w\s]")
JSON_KEY = re.compile(r"\{[ \t]*+\"(?P<word>[^\"]{1,60})\"[ \t]*+:")
NEAR = 6
"""How many lines may stand above keys that are taken for a header."""
HEAD = 40
"""How many lines of a body are searched for keys that should stand in the header."""


@dataclass(frozen=True)
class SplitText:
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


def split_header(text: str) -> SplitText:
    """Divides a text with `\\n` line ends into header and body; raises HeaderError where the header has no end.

    A blank line before the fence and a fence as the last bytes of the file are headers too. A `---` that no key follows is
    a rule of the body.
    """
    fenced = OPENING.match(text)
    if fenced:
        return _fenced(text, fenced["fence"], fenced.end(), text.count("\n", 0, fenced.start("fence")) + 1)
    opening = JSON_OPENING.match(text)
    return _json(text, opening.start("json")) if opening else SplitText("", "", 1, text, 1)


def parse_header(parts: SplitText) -> Outcome[Mapping]:
    """The header as a tree, marks counted in the file; raises HeaderError."""
    if len(parts.header) > HEADER_SIZE:
        raise HeaderError(Position(parts.header_line), f"is longer than {HEADER_SIZE} characters", "move text into the body")
    try:
        found = _tree(parts)
    except HeaderError as error:
        position = max(error.position, Position(parts.header_line, 1))
        raise HeaderError(position, error.message, error.hint) from None
    _check_once(found.value)
    return found


def misplaced_keys(parts: SplitText) -> LocalDiagnostic | None:
    """What an author is told of keys that stand in the body, where they would be printed as text; None where there are none.

    Lines of keys, one of them a known field, are taken for a header where they have `---` above and below, where the body
    starts with them and `---` follows, or where the article has no other header and starts with at least two. So is a `{`
    with a known field in an article without a header.
    """
    lines = parts.body.split("\n", HEAD)[:HEAD]
    alone = not parts.header.strip("{} \t\n")
    for number, is_code in enumerate(code_spans.lines(lines)):
        if not is_code and _is_header(lines, number, alone=alone):
            position = Position(parts.body_line + number, 1)
            return LocalDiagnostic(
                position, "keys outside the header would be printed as text", "write them between the `---` at the top of the file"
            )
    return None


def _fenced(text: str, fence: str, start: int, line: int) -> SplitText:
    closing = CLOSING[fence].search(text, start)
    head = text[start : closing.start() if closing else None]
    rule = SplitText("", "", 1, text, 1)
    if fence == "---" and head.strip() and not _has_key(head if closing else _first_block(head)):
        return rule
    if closing is None:
        raise HeaderError(Position(line, 1), f"has no end: no second `{fence}`", f"write `{fence}` on a line below the last key")
    body_line = line + text.count("\n", start, closing.end()) + 1
    return SplitText(KINDS[fence], head, line + 1, text[closing.end() :], body_line)


def _json(text: str, start: int) -> SplitText:
    try:
        _, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text, start)
    except RecursionError:
        raise too_deep(Position(text.count("\n", 0, start) + 1)) from None
    except json.JSONDecodeError as error:
        raise formats.unreadable_json(error) from None
    line, last = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
    after, _, body = text[end:].partition("\n")
    if after.strip():
        raise HeaderError(Position(last), f"goes on after its end: {quoted(after.strip())}", "write the text below the last `}`")
    return SplitText("json", text[start:end], line, body, last + 1)


def _tree(parts: SplitText) -> Outcome[Mapping]:
    padded = "\n" * (parts.header_line - 1) + parts.header
    if parts.kind == "yaml":
        return Outcome(*formats.parse_yaml(padded))
    if parts.kind == "toml":
        return Outcome(formats.parse_toml(padded))
    return Outcome(formats.parse_json(padded) if parts.kind else EMPTY)


def _check_once(header: Mapping) -> None:
    seen: dict[str, Pair] = {}
    for pair in header.pairs:
        other = seen.setdefault(pair.key.casefold(), pair)
        if other is not pair and not says_the_same(other.value, pair.value):
            raise HeaderError(pair.position, f"{quoted(pair.key)} stands twice, first as {quoted(other.key)}", "keep one")


def _has_key(head: str) -> bool:
    return bool(KEY.search(head)) or any(match["word"].casefold() in SPELLINGS for match in GLUED.finditer(head))


def _first_block(head: str) -> str:
    return head.strip("\n").partition("\n\n")[0]


def _is_header(lines: list[str], start: int, *, alone: bool) -> bool:
    json_key = JSON_KEY.search(lines[start]) if alone else None
    words, end = _run(lines, start)
    known = sum(word.casefold() in SPELLINGS for word in words)
    if not known and not json_key:
        return False
    above = sum(bool(line.strip()) for line in lines[:start])
    if json_key and above < NEAR and json_key["word"].casefold() in SPELLINGS:
        return True
    opened = start > 0 and FENCE.match(lines[start - 1]) is not None
    closed = end < len(lines) and FENCE.match(lines[end]) is not None
    near = above < (NEAR if known > 1 else 1)
    return known > 0 and ((closed and (opened or near)) or (alone and len(words) > 1 and (near or above < 2)))


def _run(lines: list[str], start: int) -> tuple[list[str], int]:
    words, end = list[str](), start
    while end < len(lines) and not FENCE.match(lines[end]):
        match = GLUED.match(lines[end])
        if not match and not (words and NESTED.match(lines[end])):
            break
        words += [match["word"].replace("\u00a0", " ").strip()] if match else []
        end += 1
    return words, end
