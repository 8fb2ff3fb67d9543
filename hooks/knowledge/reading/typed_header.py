"""TOML (1.0) and JSON (RFC 8259) headers: typed values become text again, so that the field table alone says what they are."""

import datetime
import json
import re
import tomllib
from typing import Any

from knowledge.problem import Mark, quoted
from knowledge.reading.node import DEPTH, HeaderError, Mapping, Node, Pair, Scalar, Sequence, too_deep

AT = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
DOTTED = re.compile(rf"(?<![\w-])(?:{PART}\.[ \t]*+){{{2 * DEPTH}}}")
"""A key of more parts than a header may be deep: the time tomllib takes for it grows with their square."""
TOML_KEY = re.compile(r"^[ \t]*+(?P<key>[\w.-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+=[ \t]*+", re.MULTILINE)
JSON_KEY = re.compile(r'"(?P<key>(?:[^"\\]|\\.)*+)"(?P<colon>\s*+:\s*+)?')


def parse_toml(text: str) -> Mapping:
    """The tree of a TOML header; raises HeaderError."""
    if DOTTED.search(text):
        raise too_deep(Mark())
    try:
        return _mapping(tomllib.loads(text, parse_float=str), _Finder(text, TOML_KEY), Mark(), 0)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable_toml(str(error), text) from None
    except ValueError:
        raise HeaderError(Mark(), "has a number of too many digits", "put it in quotes") from None
    except RecursionError:
        raise too_deep(Mark()) from None


def parse_json(text: str) -> Mapping:
    """The tree of a JSON header, an object; raises HeaderError."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise unreadable_json(error) from None
    except RecursionError:
        raise too_deep(Mark()) from None
    return _mapping(data, _Finder(text, JSON_KEY), Mark(), 0)


def unreadable_json(error: json.JSONDecodeError) -> HeaderError:
    """What an author is told of a header that is no JSON."""
    mark = Mark(error.lineno, error.colno)
    return HeaderError(mark, f"can't be read as JSON: {error.msg}", "keys and text stand in double quotes")


def _unreadable_toml(message: str, text: str) -> HeaderError:
    at = AT.search(message)
    mark = Mark(int(at["line"]), int(at["column"])) if at and at["line"] else Mark(text.rstrip().count("\n") + 1)
    return HeaderError(mark, f"can't be read as TOML: {AT.sub('', message)}", "strings stand in quotes, a key once")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise HeaderError(Mark(), f"{quoted(key)} stands twice", "keep one")
        found[key] = value
    return found


class _Finder:
    """Where a key first stands in the text: neither library says so."""

    def __init__(self, text: str, pattern: re.Pattern[str]) -> None:
        self._marks: dict[str, tuple[Mark, Mark]] = {}
        line, start, done = 1, 0, 0
        for match in pattern.finditer(text):
            if pattern is JSON_KEY and match["colon"] is None:
                continue
            line += text.count("\n", done, match.start("key"))
            start = text.rfind("\n", 0, match.start("key")) + 1
            done = match.start("key")
            place = Mark(line, done - start + 1), Mark(line, match.end() - start + 1)
            for key in (match["key"].strip("\"'"), match["key"].rpartition(".")[2]):
                self._marks.setdefault(key, place)

    def find(self, key: str) -> tuple[Mark, Mark]:
        return self._marks.get(key, (Mark(), Mark()))


def _node(data: Any, finder: _Finder, mark: Mark, depth: int) -> Node:
    if depth > DEPTH:
        raise too_deep(mark)
    if isinstance(data, dict):
        return _mapping(data, finder, mark, depth)
    if isinstance(data, list):
        return Sequence(tuple(_node(item, finder, mark, depth + 1) for item in data), mark)
    return _scalar(data, mark)


def _mapping(data: dict[str, Any], finder: _Finder, mark: Mark, depth: int) -> Mapping:
    pairs = []
    for key, value in data.items():
        key_mark, value_mark = finder.find(key)
        pairs.append(Pair(key, key_mark, _node(value, finder, value_mark, depth + 1)))
    return Mapping(tuple(pairs), mark)


def _scalar(data: Any, mark: Mark) -> Scalar:
    if data is None:
        return Scalar("", mark)
    if isinstance(data, bool):
        return Scalar("true" if data else "false", mark)
    if isinstance(data, datetime.date | datetime.time):
        return Scalar(data.isoformat(), mark)
    return Scalar(str(data), mark, isinstance(data, str))
