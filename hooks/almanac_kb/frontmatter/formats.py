"""The tree of a header (front matter), with positions and untyped values, and how YAML, TOML and JSON are read into it.

Values stay as written (`2017-02-29`, `no`, `3.10`), so that frontmatter/values can read each as its field requires.
"""

import datetime
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import yaml

from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import HeaderError, LocalDiagnostic, Position, Severity, quoted

DEPTH = 12
"""Most levels of lists and maps in a header: no field needs more than three, and deep nesting exhausts the stack."""
SEPARATORS = re.compile(r"[-_ ]")
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""Unquoted texts that mean no value (YAML 1.2, section 10.2.1.1)."""


@dataclass(frozen=True)
class Scalar:
    """A single value as text, not yet read as a number, a date or a flag."""

    text: str
    """The text without its quotes."""
    position: Position
    """The position at which the value starts."""
    quoted: bool = False
    """Whether it stands in quotes: `"null"` is a word, `null` is no value."""


@dataclass(frozen=True)
class Sequence:
    """A list of values."""

    items: tuple["Node", ...]
    position: Position


@dataclass(frozen=True)
class Pair:
    """A key and its value."""

    key: str
    position: Position
    """The position at which the key starts."""
    value: "Node"


@dataclass(frozen=True)
class Mapping:
    """Keys and values in the order in which they are written; no key occurs twice. The type of a header."""

    pairs: tuple[Pair, ...]
    position: Position

    @cached_property
    def folded(self) -> dict[str, Pair]:
        """The pairs by the form of their keys (`key_form`); of several keys with one form, the first."""
        return {key_form(pair.key): pair for pair in reversed(self.pairs)}


Node: TypeAlias = Scalar | Sequence | Mapping
Plain: TypeAlias = str | list[Any] | dict[str, Any]
"""A node as Python's own types, with all scalars as text."""

EMPTY = Mapping((), Position())
"""The header of a text that has none."""


def key_form(key: str) -> str:
    """A key without case and separators: `featured-image`, `featured_image` and `featuredImage` have the same form."""
    return SEPARATORS.sub("", key.casefold())


def too_deep(position: Position) -> HeaderError:
    """The error of a header that is nested deeper than DEPTH levels."""
    return HeaderError(position, f"is nested deeper than {DEPTH} levels", "flatten it")


def is_absent(node: Node) -> bool:
    """Whether a node has no value: an empty text, an unquoted `null` or `~`, or a list of such nodes."""
    if isinstance(node, Scalar):
        return not node.text.strip() if node.quoted else node.text.strip() in NULLS
    return isinstance(node, Sequence) and all(is_absent(item) for item in node.items)


def says_the_same(first: Node, second: Node) -> bool:
    """Whether two occurrences of a key agree: the same value, or no value in one of them."""
    return is_absent(first) or is_absent(second) or plain_text(first) == plain_text(second)


def find_pair(mapping: Mapping, path: str) -> Pair | None:
    """The pair at `path`, a key in any form, or keys joined by dots (`cover.alt`); a key that contains the dot itself has precedence."""
    pair = mapping.folded.get(key_form(path))
    if pair or "." not in path:
        return pair
    head, _, rest = path.partition(".")
    outer = find_pair(mapping, head)
    return find_pair(outer.value, rest) if outer and isinstance(outer.value, Mapping) else None


def plain_text(node: Node) -> Plain:
    """The node as text, lists and dictionaries."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain_text(item) for item in node.items]
    return {pair.key: plain_text(pair.value) for pair in node.pairs}


MAX_EVENTS = 100_000
"""Most PyYAML events in one header, about one for each key and value: more is data, and would take long to read."""
MAX_REPAIRS = 20
"""Values with an unquoted colon that are read as text before the header is refused; the header is parsed again for each."""

YAML_VALUE_ERRORS = (yaml.YAMLError, AttributeError, LookupError, RecursionError, ValueError)
"""What PyYAML raises for values it can't make: of deep nesting, or of a tag that does not fit them, such as `!!bool maybe` (KeyError)."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNQUOTED_COLON = re.compile(r"^(?P<key>[^\s:#'\"\[{&*!|>%@`-][^:]*:[ \t]+)(?P<value>[^\s'\"\[{&*!|>%@`#].*)$")
KEY_WITHOUT_SPACE = re.compile(r"^[\w.-]{1,60}:(?=[^\s/])")
"""`title:Backups`, which YAML reads as one text."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can write (`\\ud83d`) and no file can hold: U+FFFD stands in its place."""
TOML_ERROR_POSITION = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
"""The position at the end of tomllib's messages."""
TOML_KEY_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
DEEP_TOML_KEY = re.compile(rf"(?<![\w-])(?:{TOML_KEY_PART}\.[ \t]*+){{{2 * DEPTH}}}")
"""A key with more parts than a header may have levels: tomllib takes quadratic time for it."""
TOML_KEY = re.compile(r"^[ \t]*+(?P<key>[\w.-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+=[ \t]*+", re.MULTILINE)
JSON_KEY = re.compile(r'"(?P<key>(?:[^"\\]|\\.)*+)"(?P<colon>\s*+:\s*+)?')
"""A JSON string; where a colon follows, it is a key."""


def parse_yaml(text: str) -> tuple[Mapping, tuple[LocalDiagnostic, ...]]:
    """The tree of a YAML header (YAML 1.1, by PyYAML), with positions in `text`, and notices of repairs; raises HeaderError.

    A value with an unquoted colon (`title: AI: what now?`), which is no YAML but the commonest mistake, is read as text, with a notice. A
    no-break space counts as a space. Anchors, aliases, tags, merge keys and a second document are refused.
    """
    text = text.replace("\u00a0", " ")
    diagnostics: list[LocalDiagnostic] = []
    for _ in range(MAX_REPAIRS):
        try:
            return _yaml_header(text), tuple(diagnostics)
        except HeaderError as error:
            repaired = _quote_value(text, error)
            if repaired is None:
                raise
            text = repaired
            message = "a value with a colon must stand in quotes; read as text"
            diagnostics.append(LocalDiagnostic(Position(error.position.line, 1), message, 'write key: "value"', Severity.NOTICE))
    return _yaml_header(text), tuple(diagnostics)


def _quote_value(text: str, error: HeaderError) -> str | None:
    """The text with quotes around the value in the line of the error, where an unquoted colon is the mistake; else None."""
    lines = text.split("\n")
    if "mapping values are not allowed" not in error.message or error.position.line > len(lines):
        return None
    match = UNQUOTED_COLON.match(lines[error.position.line - 1])
    if match is None or ": " not in match["value"] + " ":
        return None
    lines[error.position.line - 1] = match["key"] + json.dumps(match["value"].rstrip(), ensure_ascii=False)
    return "\n".join(lines)


def _yaml_header(text: str) -> Mapping:
    try:
        node = _yaml_document(_Events(yaml.parse(text, Loader=LOADER)))
    except yaml.MarkedYAMLError as error:
        if "quoted scalar" in str(error.context) and "end of stream" in str(error.problem):
            raise HeaderError(_yaml_position(error.context_mark), f"can't be read as YAML: {error.problem}", "close the quote") from None
        if "nesting depth" in str(error.problem):
            raise too_deep(_depth_position(text)) from None
        raise _yaml_error(text, _yaml_position(error.problem_mark or error.context_mark), str(error.problem or error.context)) from None
    except yaml.YAMLError as error:
        position = _illegal_character_position(text)
        raise HeaderError(position, f"can't be read as YAML: {str(error).splitlines()[0]}", "delete the character") from None
    if isinstance(node, Scalar) and not node.text:
        return Mapping((), node.position)
    if not isinstance(node, Mapping):
        raise HeaderError(node.position, "must be lines of `key: value`", "put a space after the colon of each key")
    return node


def _depth_position(text: str) -> Position:
    """The position of the bracket that nests a line too deeply; PyYAML reads the whole line before it gives the first event."""
    for number, line in enumerate(text.split("\n"), 1):
        openers = [column for column, character in enumerate(line, 1) if character in "[{"]
        if len(openers) >= DEPTH:
            return Position(number, openers[DEPTH - 1])
    return Position()


class _Events:
    """The events of PyYAML's parser, with a lookahead of one; raises HeaderError after MAX_EVENTS."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._remaining = MAX_EVENTS
        next(events)
        self._lookahead = next(events)

    def peek(self) -> yaml.Event:
        return self._lookahead

    def next(self) -> yaml.Event:
        event, self._lookahead = self._lookahead, next(self._events)
        self._remaining -= 1
        if self._remaining < 0:
            raise HeaderError(_yaml_position(event.start_mark), f"holds more than {MAX_EVENTS} values", "move data out of the header")
        return event


def _yaml_document(events: _Events) -> Node:
    if isinstance(events.peek(), yaml.StreamEndEvent):
        return EMPTY
    events.next()
    node = _yaml_node(events, 0)
    events.next()
    after = events.peek()
    if not isinstance(after, yaml.StreamEndEvent):
        hint = "write `---` alone on a line, only above and below the keys"
        raise HeaderError(_yaml_position(after.start_mark), "holds a second document", hint)
    return node


def _yaml_node(events: _Events, depth: int) -> Node:
    event: Any = events.next()
    position = _yaml_position(event.start_mark)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise HeaderError(position, "anchors and aliases (& and *) are not read", "write the value out, or put it in quotes")
    if getattr(event, "tag", None):
        raise HeaderError(position, f"the tag {quoted(event.tag)} is not read", "write the plain value")
    if depth > DEPTH:
        raise too_deep(position)
    if isinstance(event, yaml.SequenceStartEvent):
        return _yaml_sequence(events, depth, position)
    if isinstance(event, yaml.MappingStartEvent):
        return _yaml_mapping(events, depth, position)
    return Scalar(event.value, position, event.style in {"'", '"', "|", ">"})


def _yaml_sequence(events: _Events, depth: int, position: Position) -> Sequence:
    items = []
    while not isinstance(events.peek(), yaml.SequenceEndEvent):
        items.append(_yaml_node(events, depth + 1))
    events.next()
    return Sequence(tuple(items), position)


def _yaml_mapping(events: _Events, depth: int, position: Position) -> Mapping:
    pairs: dict[str, Pair] = {}
    while not isinstance(events.peek(), yaml.MappingEndEvent):
        key = _yaml_node(events, depth + 1)
        if not isinstance(key, Scalar):
            raise HeaderError(key.position, "a key must be a word", "write key: value")
        if key.text == "<<":
            raise HeaderError(key.position, "merge keys (<<) are not read", "write the keys out")
        name = key.text.strip()
        pair, first = Pair(name, key.position, _yaml_node(events, depth + 1)), pairs.get(name)
        if first and not says_the_same(first.value, pair.value):
            raise HeaderError(key.position, f"{quoted(name)} stands twice, first in line {first.position.line}", "keep one")
        if first is None or is_absent(first.value):
            pairs[name] = pair
    events.next()
    return Mapping(tuple(pairs.values()), position)


def _yaml_position(mark: Any) -> Position:
    """The position of a `yaml.Mark`, which counts from 0; the start of the text for None."""
    return Position(mark.line + 1, mark.column + 1) if mark else Position()


def _illegal_character_position(text: str) -> Position:
    match = core_text.ILLEGAL.search(text)
    before = text[: match.start()] if match else ""
    return Position(before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def _yaml_error(text: str, position: Position, problem: str) -> HeaderError:
    """The HeaderError for an error of PyYAML, with a hint for the likeliest mistake: no space behind a colon, a tab, a missing quote."""
    lines = text.split("\n")[: position.line]
    message = f"can't be read as YAML: {problem}"
    without_space = [(number, match) for number, line in enumerate(lines, 1) if (match := KEY_WITHOUT_SPACE.match(line))]
    if without_space and "mapping values" in problem:
        number, match = without_space[-1]
        return HeaderError(Position(number, match.end() + 1), message, "put a space after the colon of the key")
    if lines and len(lines) == position.line and "\t" in lines[-1]:
        return HeaderError(position, message, "indent with spaces, not tabs")
    return HeaderError(position, message, "put the value in quotes")


def parse_toml(text: str) -> Mapping:
    """The tree of a TOML header (TOML 1.0, by tomllib), with positions in `text`; raises HeaderError."""
    if DEEP_TOML_KEY.search(text):
        raise too_deep(Position())
    try:
        return _mapping_of(tomllib.loads(text, parse_float=str), _KeyPositions(text, TOML_KEY), Position(), 0)
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(str(error), text) from None
    except ValueError:
        raise HeaderError(Position(), "has a number of too many digits", "put it in quotes") from None
    except RecursionError:
        raise too_deep(Position()) from None


def _toml_error(message: str, text: str) -> HeaderError:
    match = TOML_ERROR_POSITION.search(message)
    position = Position(int(match["line"]), int(match["column"])) if match and match["line"] else Position(text.rstrip().count("\n") + 1)
    hint = "strings stand in quotes, a key once"
    return HeaderError(position, f"can't be read as TOML: {TOML_ERROR_POSITION.sub('', message)}", hint)


def parse_json(text: str) -> Mapping:
    """The tree of a JSON header, which must be an object (RFC 8259), with positions in `text`; raises HeaderError."""
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise unreadable_json(error) from None
    except RecursionError:
        raise too_deep(Position()) from None
    return _mapping_of(data, _KeyPositions(text, JSON_KEY), Position(), 0)


def unreadable_json(error: json.JSONDecodeError) -> HeaderError:
    """The HeaderError for a header that is not valid JSON."""
    position = Position(error.lineno, error.colno)
    return HeaderError(position, f"can't be read as JSON: {error.msg}", "keys and text stand in double quotes")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if members.get(key, value) != value:
            raise HeaderError(Position(), f"{quoted(key)} stands twice", "keep one")
        members[key] = value
    return members


class _KeyPositions:
    """Positions of keys and values in a TOML or JSON text, whose parsers do not give them: those of the first occurrence of each key."""

    def __init__(self, text: str, pattern: re.Pattern[str]) -> None:
        self._positions: dict[str, tuple[Position, Position]] = {}
        line, counted = 1, 0
        for match in pattern.finditer(text):
            if pattern is JSON_KEY and match["colon"] is None:
                continue
            start = match.start("key")
            line += text.count("\n", counted, start)
            counted = start
            line_start = text.rfind("\n", 0, start) + 1
            positions = Position(line, start - line_start + 1), Position(line, match.end() - line_start + 1)
            for key in (match["key"].strip("\"'"), match["key"].rpartition(".")[2]):
                self._positions.setdefault(key, positions)

    def of(self, key: str) -> tuple[Position, Position]:
        """The positions of a key and of its value; the start of the text for a key that does not occur in it."""
        return self._positions.get(key, (Position(), Position()))


def _node_of(data: Any, positions: _KeyPositions, position: Position, depth: int) -> Node:
    """The node of a value that tomllib or json has read."""
    if depth > DEPTH:
        raise too_deep(position)
    if isinstance(data, dict):
        return _mapping_of(data, positions, position, depth)
    if isinstance(data, list):
        return Sequence(tuple(_node_of(item, positions, position, depth + 1) for item in data), position)
    return _scalar_of(data, position)


def _mapping_of(data: dict[str, Any], positions: _KeyPositions, position: Position, depth: int) -> Mapping:
    pairs = []
    for key, value in data.items():
        key_position, value_position = positions.of(key)
        pairs.append(Pair(SURROGATE.sub("\ufffd", key), key_position, _node_of(value, positions, value_position, depth + 1)))
    return Mapping(tuple(pairs), position)


def _scalar_of(data: Any, position: Position) -> Scalar:
    if data is None:
        return Scalar("", position)
    if isinstance(data, bool):
        return Scalar("true" if data else "false", position)
    if isinstance(data, datetime.date | datetime.time):
        return Scalar(data.isoformat(), position)
    return Scalar(SURROGATE.sub("\ufffd", str(data)), position, isinstance(data, str))
