"""TOML (1.0) and JSON (RFC 8259) headers: typed values become text again, so that the field table alone says what they are."""

import datetime
import json
import re
import tomllib
from typing import Any

from knowledge.node import HeaderError, Mapping, Node, Pair, Scalar, Sequence
from knowledge.problem import Mark, quoted

DEPTH = 12
"""How deep lists and maps may be nested."""
AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def parse_toml(text: str) -> Mapping:
    """The tree of a TOML header; raises HeaderError."""
    try:
        data = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        at = AT.search(str(error))
        mark = Mark(int(at[1]), int(at[2])) if at else Mark()
        message = AT.sub("", str(error)).strip()
        raise HeaderError(mark, f"can't be read as TOML: {message}", "strings stand in quotes, a key once") from None
    except RecursionError:
        raise HeaderError(Mark(), "is nested too deep", "flatten it") from None
    return _root(data, text)


def parse_json(text: str) -> Mapping:
    """The tree of a JSON header; raises HeaderError."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        mark = Mark(error.lineno, error.colno)
        raise HeaderError(mark, f"can't be read as JSON: {error.msg}", "keys and text stand in double quotes") from None
    except RecursionError:
        raise HeaderError(Mark(), "is nested too deep", "flatten it") from None
    return _root(data, text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise HeaderError(Mark(), f"{quoted(twice)} stands twice", "keep one")
    return found


def _root(data: Any, text: str) -> Mapping:
    node = _node(data, _Finder(text), Mark(), 0)
    if not isinstance(node, Mapping):
        raise HeaderError(Mark(), "must be keys and values", 'write {"title": "…"}')
    return node


class _Finder:
    """Where a key stands in the text: neither library says so."""

    def __init__(self, text: str) -> None:
        pattern = re.compile(r'(?P<quote>["\']?)(?P<key>[\w.\- ]+?)(?P=quote)\s*[=:]\s*')
        self._marks: dict[str, tuple[Mark, Mark]] = {}
        for number, line in enumerate(text.split("\n"), 1):
            match = pattern.search(line)
            if match:
                place = Mark(number, match.start() + 1), Mark(number, match.end() + 1)
                self._marks.setdefault(match["key"], place)

    def find(self, key: str) -> tuple[Mark, Mark]:
        return self._marks.get(key, (Mark(), Mark()))


def _node(data: Any, finder: _Finder, mark: Mark, depth: int) -> Node:
    if depth > DEPTH:
        raise HeaderError(mark, f"is nested deeper than {DEPTH} levels", "flatten it")
    if isinstance(data, dict):
        return Mapping(tuple(_pair(key, value, finder, depth) for key, value in data.items()), mark)
    if isinstance(data, list):
        return Sequence(tuple(_node(item, finder, mark, depth + 1) for item in data), mark)
    return _scalar(data, mark)


def _pair(key: str, value: Any, finder: _Finder, depth: int) -> Pair:
    key_mark, value_mark = finder.find(key)
    return Pair(key, key_mark, _node(value, finder, value_mark, depth + 1))


def _scalar(data: Any, mark: Mark) -> Scalar:
    if data is None:
        return Scalar("", mark)
    if isinstance(data, bool):
        return Scalar("true" if data else "false", mark)
    if isinstance(data, datetime.date | datetime.time):
        return Scalar(data.isoformat(), mark)
    return Scalar(str(data), mark, isinstance(data, str))
