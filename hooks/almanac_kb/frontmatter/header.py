"""The header (front matter) of an article: its end, where the body begins; its tree; keys misplaced in the body."""

import json
import re
from dataclasses import dataclass

from almanac_kb.core.diagnostics import HeaderError, LocalDiagnostic, Outcome, Position, Severity, quoted
from almanac_kb.core.raw_markdown import masked
from almanac_kb.frontmatter import formats
from almanac_kb.frontmatter.fields import SPELLINGS
from almanac_kb.frontmatter.formats import EMPTY, Mapping, Pair, key_form, says_the_same, too_deep

LONG_HEADER = 100_000
"""Characters from which on an author is told that a header is data."""
MAX_HEADER = 1024 * 1024
"""Most characters of a header: longer ones are text, and take long to parse."""
MAX_LINES_ABOVE = 5
"""Most lines of text above keys that are taken for a header outside of its place."""
WITHHOLDING = frozenset({"draft", "published", "publish", "private", "hidden", "unlisted", "noindex", "status", "expirydate", "expires"})
"""Keys that withhold an article: overlooking one would publish what should stay back."""
SEARCHED_LINES = 40
"""Lines at the start of a body that are searched for misplaced header keys."""

INVISIBLE = " \t\n\u00a0\u200b\ufeff"
OPENING = re.compile(rf"[{INVISIBLE}]*+(?P<fence>---|\+\+\+)[ \t]*+(?:\n|\Z)")
JSON_OPENING = re.compile(rf"[{INVISIBLE}]*+(?P<json>\{{\s*+[\"}}])")
CLOSING = {"---": re.compile(r"^(?:---|\.\.\.)[ \t]*+(?:\n|\Z)", re.MULTILINE), "+++": re.compile(r"^\+\+\+[ \t]*+(?:\n|\Z)", re.MULTILINE)}
FORMATS = {"---": "yaml", "+++": "toml"}
"""The format of a header by its fence."""
WORD = r"[ \t\u200b\ufeff]*+[\"']?(?P<word>[A-Za-z_][\w.\u00a0-]{0,60}(?: [\w.-]{1,30}){0,3})[\"']?"
KEY = re.compile(rf"^{WORD}[ \t\u00a0]*+(?::(?=[\s\u00a0]|$))", re.MULTILINE)
"""A YAML key: a colon and white space follow."""
LOOSE_KEY = re.compile(rf"^{WORD}[ \t\u00a0]*+[:=]", re.MULTILINE)
"""A YAML or TOML key, also one with no space behind the colon."""
LOOSE_FENCE = re.compile(r"[ \t\u200b\ufeff]*+(?:-{2,}|\+{2,}|\.{3,}|[—–;]+)[ \t]*+$")
"""A fence as authors and word processors miswrite it: `--`, `----`, `—`, `;;;`."""
CONTINUATION = re.compile(r"[ \t]+\S|[^\w\s]")
"""A line that continues the value of the key above: indented, or a list item."""
JSON_KEY = re.compile(r"\{[ \t]*+\"(?P<word>[^\"]{1,60})\"[ \t]*+:")


@dataclass(frozen=True)
class SplitText:
    """A text split into header and body."""

    kind: str
    """The format of the header: `yaml`, `toml`, `json`; empty where there is no header."""
    header: str
    """The text between the fences."""
    header_line: int
    """The line of the file at which `header` starts, from 1."""
    body: str
    """The text after the header."""
    body_line: int
    """The line of the file at which `body` starts, from 1."""


def split_header(text: str) -> SplitText:
    """Splits a text with `\\n` line ends into header and body; raises HeaderError where the header is not closed.

    Fences are `---` for YAML and `+++` for TOML; a JSON header is an object at the start. Blank lines may precede the first fence, and the
    last fence may end the file. A `---` without a key after it is a thematic break of the body.
    """
    fenced = OPENING.match(text)
    if fenced:
        return _split_fenced(text, fenced["fence"], fenced.end(), text.count("\n", 0, fenced.start("fence")) + 1)
    opening = JSON_OPENING.match(text)
    return _split_json(text, opening.start("json")) if opening else _without_header(text)


def parse_header(parts: SplitText) -> Outcome[Mapping]:
    """The header as a tree with positions in the file, and notices of repairs; raises HeaderError."""
    if len(parts.header) > MAX_HEADER:
        raise HeaderError(Position(parts.header_line), f"is longer than {MAX_HEADER} characters", "move text into the body")
    try:
        tree = _parse(parts)
    except HeaderError as error:
        position = max(error.position, Position(parts.header_line, 1))
        raise HeaderError(position, error.message, error.hint) from None
    _refuse_duplicates(tree.value)
    if len(parts.header) <= LONG_HEADER:
        return tree
    message = f"has {len(parts.header):,} characters, of which readers see next to nothing"
    note = LocalDiagnostic(Position(parts.header_line), message, "move data out of it", Severity.NOTICE)
    return Outcome(tree.value, (*tree.diagnostics, note))


def misplaced_keys(parts: SplitText) -> LocalDiagnostic | None:
    """The error for a body that contains header keys, which would be shown as text; None where it contains none.

    Consecutive keys, at least one of them known, count as a header where `---` stands above and below them, where the body starts with them
    and `---` follows, or where an article without header starts with at least two. So does a `{` with a known key in an article without
    header. Below text, lines between two breaks count only where they have two known keys, or one that withholds the article.
    """
    lines = parts.body.split("\n", SEARCHED_LINES)[:SEARCHED_LINES]
    is_only_header = not parts.header.strip("{} \t\n")
    for index, line in enumerate(masked("\n".join(lines), indented=True).split("\n")):
        if "\0" not in line and _starts_header(lines, index, is_only_header=is_only_header):
            position = Position(parts.body_line + index, 1)
            message = "keys outside the header would be printed as text"
            return LocalDiagnostic(position, message, "write them between the `---` at the top of the file")
    return None


def _without_header(text: str) -> SplitText:
    return SplitText("", "", 1, text, 1)


def _split_fenced(text: str, fence: str, start: int, line: int) -> SplitText:
    """Splits a text whose opening fence, in line `line`, ends at the offset `start`."""
    closing = CLOSING[fence].search(text, start)
    header = text[start : closing.start() if closing else None]
    if fence == "---" and header.strip() and not _has_key(header if closing else _first_paragraph(header)):
        return _without_header(text)
    if closing is None:
        raise HeaderError(Position(line, 1), f"has no end: no second `{fence}`", f"write `{fence}` on a line below the last key")
    body_line = line + text.count("\n", start, closing.end()) + 1
    return SplitText(FORMATS[fence], header, line + 1, text[closing.end() :], body_line)


def _split_json(text: str, start: int) -> SplitText:
    """Splits a text with a JSON object at the offset `start`."""
    try:
        _, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text, start)
    except RecursionError:
        raise too_deep(Position(text.count("\n", 0, start) + 1)) from None
    except json.JSONDecodeError as error:
        raise formats.unreadable_json(error) from None
    line, last_line = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
    rest, _, body = text[end:].partition("\n")
    if rest.strip():
        raise HeaderError(Position(last_line), f"goes on after its end: {quoted(rest.strip())}", "write the text below the last `}`")
    return SplitText("json", text[start:end], line, body, last_line + 1)


def _parse(parts: SplitText) -> Outcome[Mapping]:
    padded = "\n" * (parts.header_line - 1) + parts.header  # so that positions count from the start of the file
    if parts.kind == "yaml":
        return Outcome(*formats.parse_yaml(padded))
    if parts.kind == "toml":
        return Outcome(formats.parse_toml(padded))
    return Outcome(formats.parse_json(padded) if parts.kind else EMPTY)


def _refuse_duplicates(header: Mapping) -> None:
    """Raises HeaderError where two keys differ only in case and have different values."""
    pairs: dict[str, Pair] = {}
    for pair in header.pairs:
        first = pairs.setdefault(pair.key.casefold(), pair)
        if first is not pair and not says_the_same(first.value, pair.value):
            raise HeaderError(pair.position, f"{quoted(pair.key)} stands twice, first as {quoted(first.key)}", "keep one")


def _has_key(header: str) -> bool:
    return bool(KEY.search(header)) or any(match["word"].casefold() in SPELLINGS for match in LOOSE_KEY.finditer(header))


def _first_paragraph(text: str) -> str:
    return text.strip("\n").partition("\n\n")[0]


def _starts_header(lines: list[str], start: int, *, is_only_header: bool) -> bool:
    """Whether a header starts at a line of a body, by the rules of `misplaced_keys`."""
    json_key = JSON_KEY.search(lines[start]) if is_only_header else None
    keys, end = _consecutive_keys(lines, start)
    known = sum(key.casefold() in SPELLINGS for key in keys)
    if not known and not json_key:
        return False
    above = sum(bool(line.strip()) for line in lines[:start])
    if json_key and above <= MAX_LINES_ABOVE and json_key["word"].casefold() in SPELLINGS:
        return True
    is_opened = start > 0 and LOOSE_FENCE.match(lines[start - 1]) is not None
    is_closed = end < len(lines) and LOOSE_FENCE.match(lines[end]) is not None
    is_near_top = above <= (MAX_LINES_ABOVE if known > 1 else 0)
    is_text = above > 2 and known < 2 and WITHHOLDING.isdisjoint(map(key_form, keys))
    is_between = is_closed and ((is_opened and not is_text) or is_near_top)
    return known > 0 and (is_between or (is_only_header and len(keys) > 1 and (is_near_top or above < 2)))


def _consecutive_keys(lines: list[str], start: int) -> tuple[list[str], int]:
    """The keys in consecutive lines from index `start`, and the index of the line after them."""
    keys, end = list[str](), start
    while end < len(lines) and not LOOSE_FENCE.match(lines[end]):
        match = LOOSE_KEY.match(lines[end])
        if not match and not (keys and CONTINUATION.match(lines[end])):
            break
        keys += [match["word"].replace("\u00a0", " ").strip()] if match else []
        end += 1
    return keys, end
