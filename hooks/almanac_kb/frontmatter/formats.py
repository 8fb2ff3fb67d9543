"""YAML, TOML and JSON as that tree."""

import datetime
import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import yaml

from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import HeaderError, LocalDiagnostic, Position, Severity, quoted
from almanac_kb.frontmatter.nodes import DEPTH, EMPTY, Mapping, Node, Pair, Scalar, Sequence, is_absent, says_the_same, too_deep

AT = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
DOTTED = re.compile(rf"(?<![\w-])(?:{PART}\.[ \t]*+){{{2 * DEPTH}}}")
"""A key of more parts than a header may be deep: the time tomllib takes for it grows with their square."""
TOML_KEY = re.compile(r"^[ \t]*+(?P<key>[\w.-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+=[ \t]*+", re.MULTILINE)
JSON_KEY = re.compile(r'"(?P<key>(?:[^"\\]|\\.)*+)"(?P<colon>\s*+:\s*+)?')


def parse_toml(text: str) -> Mapping:
    """The tree of a TOML header; raises HeaderError."""
    if DOTTED.search(text):
        raise too_deep(Position())
    try:
        return _mapping_typed_header(tomllib.loads(text, parse_float=str), _Finder(text, TOML_KEY), Position(), 0)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable_toml(str(error), text) from None
    except ValueError:
        raise HeaderError(Position(), "has a number of too many digits", "put it in quotes") from None
    except RecursionError:
        raise too_deep(Position()) from None


def parse_json(text: str) -> Mapping:
    """The tree of a JSON header, an object; raises HeaderError."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise unreadable_json(error) from None
    except RecursionError:
        raise too_deep(Position()) from None
    return _mapping_typed_header(data, _Finder(text, JSON_KEY), Position(), 0)


def unreadable_json(error: json.JSONDecodeError) -> HeaderError:
    """What an author is told of a header that is no JSON."""
    position = Position(error.lineno, error.colno)
    return HeaderError(position, f"can't be read as JSON: {error.msg}", "keys and text stand in double quotes")


def _unreadable_toml(message: str, text: str) -> HeaderError:
    at = AT.search(message)
    position = Position(int(at["line"]), int(at["column"])) if at and at["line"] else Position(text.rstrip().count("\n") + 1)
    return HeaderError(position, f"can't be read as TOML: {AT.sub('', message)}", "strings stand in quotes, a key once")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if found.get(key, value) != value:
            raise HeaderError(Position(), f"{quoted(key)} stands twice", "keep one")
        found[key] = value
    return found


class _Finder:
    """Where a key first stands in the text: neither library says so."""

    def __init__(self, text: str, pattern: re.Pattern[str]) -> None:
        self._marks: dict[str, tuple[Position, Position]] = {}
        line, start, done = 1, 0, 0
        for match in pattern.finditer(text):
            if pattern is JSON_KEY and match["colon"] is None:
                continue
            line += text.count("\n", done, match.start("key"))
            start = text.rfind("\n", 0, match.start("key")) + 1
            done = match.start("key")
            place = Position(line, done - start + 1), Position(line, match.end() - start + 1)
            for key in (match["key"].strip("\"'"), match["key"].rpartition(".")[2]):
                self._marks.setdefault(key, place)

    def find(self, key: str) -> tuple[Position, Position]:
        return self._marks.get(key, (Position(), Position()))


def _node_typed_header(data: Any, finder: _Finder, position: Position, depth: int) -> Node:
    if depth > DEPTH:
        raise too_deep(position)
    if isinstance(data, dict):
        return _mapping_typed_header(data, finder, position, depth)
    if isinstance(data, list):
        return Sequence(tuple(_node_typed_header(item, finder, position, depth + 1) for item in data), position)
    return _scalar(data, position)


def _mapping_typed_header(data: dict[str, Any], finder: _Finder, position: Position, depth: int) -> Mapping:
    pairs = []
    for key, value in data.items():
        key_mark, value_mark = finder.find(key)
        pairs.append(Pair(key, key_mark, _node_typed_header(value, finder, value_mark, depth + 1)))
    return Mapping(tuple(pairs), position)


def _scalar(data: Any, position: Position) -> Scalar:
    if data is None:
        return Scalar("", position)
    if isinstance(data, bool):
        return Scalar("true" if data else "false", position)
    if isinstance(data, datetime.date | datetime.time):
        return Scalar(data.isoformat(), position)
    return Scalar(str(data), position, isinstance(data, str))


NODES = 100_000
"""How many values a header may hold."""
REPAIRS = 20
"""How many values with a colon are put in quotes before giving up."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COLON = re.compile(r"^(?P<key>[^\s:#'\"\[{&*!|>%@`-][^:]*:[ \t]+)(?P<value>[^\s'\"\[{&*!|>%@`#].*)$")
GLUED = re.compile(r"^[\w.-]{1,60}:(?=[^\s/])")


def parse_yaml(text: str) -> tuple[Mapping, tuple[LocalDiagnostic, ...]]:
    """The header's tree, its marks counted from the text's first line; raises HeaderError.

    A value with an unquoted colon (`title: AI: what now?`), no YAML but the commonest slip, is read as text and noted.
    A no-break space is a space.
    """
    text = text.replace("\u00a0", " ")
    diagnostics: list[LocalDiagnostic] = []
    for _ in range(REPAIRS):
        try:
            return _mapping_yaml_header(text), tuple(diagnostics)
        except HeaderError as error:
            repaired = _with_quotes(text, error)
            if repaired is None:
                raise
            text = repaired
            message = "a value with a colon must stand in quotes; read as text"
            diagnostics.append(LocalDiagnostic(Position(error.position.line, 1), message, 'write key: "value"', Severity.NOTICE))
    return _mapping_yaml_header(text), tuple(diagnostics)


def _with_quotes(text: str, error: HeaderError) -> str | None:
    lines = text.split("\n")
    if "mapping values are not allowed" not in error.message or error.position.line > len(lines):
        return None
    match = COLON.match(lines[error.position.line - 1])
    if match is None or ": " not in match["value"] + " ":
        return None
    lines[error.position.line - 1] = match["key"] + json.dumps(match["value"].rstrip(), ensure_ascii=False)
    return "\n".join(lines)


def _mapping_yaml_header(text: str) -> Mapping:
    try:
        node = _document(_Events(yaml.parse(text, Loader=LOADER)))
    except yaml.MarkedYAMLError as error:
        if "quoted scalar" in str(error.context) and "end of stream" in str(error.problem):
            raise HeaderError(_mark(error.context_mark), f"can't be read as YAML: {error.problem}", "close the quote") from None
        raise _unreadable(text, _mark(error.problem_mark or error.context_mark), str(error.problem or error.context)) from None
    except yaml.YAMLError as error:
        raise HeaderError(_illegal(text), f"can't be read as YAML: {str(error).splitlines()[0]}", "delete the character") from None
    if isinstance(node, Scalar) and not node.text:
        return Mapping((), node.position)
    if not isinstance(node, Mapping):
        raise HeaderError(node.position, "must be lines of `key: value`", "put a space after the colon of each key")
    return node


class _Events:
    """The parser's events, counted, one of them seen ahead."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._left = NODES
        next(events)
        self._ahead = next(events)

    def peek(self) -> yaml.Event:
        return self._ahead

    def next(self) -> yaml.Event:
        event, self._ahead = self._ahead, next(self._events)
        self._left -= 1
        if self._left < 0:
            raise HeaderError(_mark(event.start_mark), f"holds more than {NODES} values", "move data out of the header")
        return event


def _document(events: _Events) -> Node:
    if isinstance(events.peek(), yaml.StreamEndEvent):
        return EMPTY
    events.next()
    node = _node_yaml_header(events, 0)
    events.next()
    after = events.peek()
    if not isinstance(after, yaml.StreamEndEvent):
        raise HeaderError(_mark(after.start_mark), "holds a second document", "write `---` alone on a line, only above and below the keys")
    return node


def _node_yaml_header(events: _Events, depth: int) -> Node:
    event: Any = events.next()
    position = _mark(event.start_mark)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise HeaderError(position, "anchors and aliases (& and *) are not read", "write the value out, or put it in quotes")
    if getattr(event, "tag", None):
        raise HeaderError(position, f"the tag {quoted(event.tag)} is not read", "write the plain value")
    if depth > DEPTH:
        raise too_deep(position)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, depth, position)
    if isinstance(event, yaml.MappingStartEvent):
        return _pairs(events, depth, position)
    return Scalar(event.value, position, event.style in {"'", '"', "|", ">"})


def _sequence(events: _Events, depth: int, position: Position) -> Sequence:
    items = []
    while not isinstance(events.peek(), yaml.SequenceEndEvent):
        items.append(_node_yaml_header(events, depth + 1))
    events.next()
    return Sequence(tuple(items), position)


def _pairs(events: _Events, depth: int, position: Position) -> Mapping:
    pairs: dict[str, Pair] = {}
    while not isinstance(events.peek(), yaml.MappingEndEvent):
        key = _node_yaml_header(events, depth + 1)
        if not isinstance(key, Scalar):
            raise HeaderError(key.position, "a key must be a word", "write key: value")
        if key.text == "<<":
            raise HeaderError(key.position, "merge keys (<<) are not read", "write the keys out")
        name = key.text.strip()
        pair, first = Pair(name, key.position, _node_yaml_header(events, depth + 1)), pairs.get(name)
        if first and not says_the_same(first.value, pair.value):
            raise HeaderError(key.position, f"{quoted(name)} stands twice, first in line {first.position.line}", "keep one")
        if first is None or is_absent(first.value):
            pairs[name] = pair
    events.next()
    return Mapping(tuple(pairs.values()), position)


def _mark(position: Any) -> Position:
    return Position(position.line + 1, position.column + 1) if position else Position()


def _illegal(text: str) -> Position:
    found = core_text.ILLEGAL.search(text)
    before = text[: found.start()] if found else ""
    return Position(before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def _unreadable(text: str, position: Position, problem: str) -> HeaderError:
    lines = text.split("\n")[: position.line]
    message = f"can't be read as YAML: {problem}"
    glued = [(number, match) for number, line in enumerate(lines, 1) if (match := GLUED.match(line))]
    if glued and "mapping values" in problem:
        number, match = glued[-1]
        return HeaderError(Position(number, match.end() + 1), message, "put a space after the colon of the key")
    if lines and len(lines) == position.line and "\t" in lines[-1]:
        return HeaderError(position, message, "indent with spaces, not tabs")
    return HeaderError(position, message, "put the value in quotes")
