"""YAML headers (YAML 1.1 as far as front matter needs it: no anchors, aliases, tags or duplicate keys; bounded)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from knowledge import plaintext
from knowledge.problem import Mark, Note, Severity, quoted
from knowledge.reading.node import DEPTH, EMPTY, HeaderError, Mapping, Node, Pair, Scalar, Sequence, too_deep

NODES = 5000
"""How many values a header may hold."""
REPAIRS = 20
"""How many values with a colon are put in quotes before giving up."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COLON = re.compile(r"^(?P<key>[^\s:#'\"\[{&*!|>%@`-][^:]*:[ \t]+)(?P<value>[^\s'\"\[{&*!|>%@`#].*)$")
GLUED = re.compile(r"^[\w.-]{1,60}:(?=[^\s/])")


def parse(text: str) -> tuple[Mapping, tuple[Note, ...]]:
    """The header's tree, its marks counted from the text's first line; raises HeaderError.

    A value with an unquoted colon (`title: AI: what now?`), no YAML but the commonest slip, is read as text and noted.
    A no-break space is a space.
    """
    text = text.replace("\u00a0", " ")
    notes: list[Note] = []
    for _ in range(REPAIRS):
        try:
            return _mapping(text), tuple(notes)
        except HeaderError as error:
            repaired = _with_quotes(text, error)
            if repaired is None:
                raise
            text = repaired
            message = "a value with a colon must stand in quotes; read as text"
            notes.append(Note(Mark(error.mark.line, 1), message, 'write key: "value"', Severity.NOTICE))
    return _mapping(text), tuple(notes)


def _with_quotes(text: str, error: HeaderError) -> str | None:
    lines = text.split("\n")
    if "mapping values are not allowed" not in error.message or error.mark.line > len(lines):
        return None
    match = COLON.match(lines[error.mark.line - 1])
    if match is None or ": " not in match["value"] + " ":
        return None
    lines[error.mark.line - 1] = match["key"] + json.dumps(match["value"].rstrip(), ensure_ascii=False)
    return "\n".join(lines)


def _mapping(text: str) -> Mapping:
    try:
        node = _document(_Events(yaml.parse(text, Loader=LOADER)))
    except yaml.MarkedYAMLError as error:
        if "quoted scalar" in str(error.context) and "end of stream" in str(error.problem):
            raise HeaderError(_mark(error.context_mark), f"can't be read as YAML: {error.problem}", "close the quote") from None
        raise _unreadable(text, _mark(error.problem_mark or error.context_mark), str(error.problem or error.context)) from None
    except yaml.YAMLError as error:
        raise HeaderError(_illegal(text), f"can't be read as YAML: {str(error).splitlines()[0]}", "delete the character") from None
    if isinstance(node, Scalar) and not node.text:
        return Mapping((), node.mark)
    if not isinstance(node, Mapping):
        raise HeaderError(node.mark, "must be lines of `key: value`", "put a space after the colon of each key")
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
    node = _node(events, 0)
    events.next()
    after = events.peek()
    if not isinstance(after, yaml.StreamEndEvent):
        raise HeaderError(_mark(after.start_mark), "holds a second document", "write `---` alone on a line, only above and below the keys")
    return node


def _node(events: _Events, depth: int) -> Node:
    event: Any = events.next()
    mark = _mark(event.start_mark)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise HeaderError(mark, "anchors and aliases (& and *) are not read", "write the value out, or put it in quotes")
    if getattr(event, "tag", None):
        raise HeaderError(mark, f"the tag {quoted(event.tag)} is not read", "write the plain value")
    if depth > DEPTH:
        raise too_deep(mark)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, depth, mark)
    if isinstance(event, yaml.MappingStartEvent):
        return _pairs(events, depth, mark)
    return Scalar(event.value, mark, event.style in {"'", '"', "|", ">"})


def _sequence(events: _Events, depth: int, mark: Mark) -> Sequence:
    items = []
    while not isinstance(events.peek(), yaml.SequenceEndEvent):
        items.append(_node(events, depth + 1))
    events.next()
    return Sequence(tuple(items), mark)


def _pairs(events: _Events, depth: int, mark: Mark) -> Mapping:
    pairs: dict[str, Pair] = {}
    while not isinstance(events.peek(), yaml.MappingEndEvent):
        key = _node(events, depth + 1)
        if not isinstance(key, Scalar):
            raise HeaderError(key.mark, "a key must be a word", "write key: value")
        if key.text == "<<":
            raise HeaderError(key.mark, "merge keys (<<) are not read", "write the keys out")
        name = key.text.strip()
        if name in pairs:
            raise HeaderError(key.mark, f"{quoted(name)} stands twice, first in line {pairs[name].mark.line}", "keep one")
        pairs[name] = Pair(name, key.mark, _node(events, depth + 1))
    events.next()
    return Mapping(tuple(pairs.values()), mark)


def _mark(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark()


def _illegal(text: str) -> Mark:
    found = plaintext.ILLEGAL.search(text)
    before = text[: found.start()] if found else ""
    return Mark(before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def _unreadable(text: str, mark: Mark, problem: str) -> HeaderError:
    lines = text.split("\n")[: mark.line]
    message = f"can't be read as YAML: {problem}"
    glued = [(number, match) for number, line in enumerate(lines, 1) if (match := GLUED.match(line))]
    if glued and "mapping values" in problem:
        number, match = glued[-1]
        return HeaderError(Mark(number, match.end() + 1), message, "put a space after the colon of the key")
    if lines and len(lines) == mark.line and "\t" in lines[-1]:
        return HeaderError(mark, message, "indent with spaces, not tabs")
    return HeaderError(mark, message, "put the value in quotes")
