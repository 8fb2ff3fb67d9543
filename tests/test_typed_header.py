"""TOML and JSON headers."""

import json
from pathlib import Path

import pytest
from builder import build
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core.diagnostics import HeaderError, Position
from almanac_kb.frontmatter import formats
from almanac_kb.frontmatter.formats import Scalar, find_pair, plain_text

TOML = """
title = "Backups"
date = 2024-03-01T08:30:00+01:00
local = 2024-03-01 08:30:00
day = 2024-03-01
draft = false
weight = 1_000
ratio = 3.10
tags = ["a", 2]
extra.updated = 2024-04-01
[cover]
alt = 'Disks'
"""


def test_typed_values_of_toml_become_text_again() -> None:
    assert plain_text(formats.parse_toml(TOML)) == {
        "title": "Backups",
        "date": "2024-03-01T08:30:00+01:00",
        "local": "2024-03-01T08:30:00",
        "day": "2024-03-01",
        "draft": "false",
        "weight": "1000",
        "ratio": "3.10",
        "tags": ["a", "2"],
        "extra": {"updated": "2024-04-01"},
        "cover": {"alt": "Disks"},
    }


def test_typed_values_of_json_become_text_again() -> None:
    written = '{"a": null, "b": true, "c": 1.50, "d": 12345678901234567890, "e": [NaN, {"f": "g"}]}'
    assert plain_text(formats.parse_json(written)) == {
        "a": "",
        "b": "true",
        "c": "1.50",
        "d": "12345678901234567890",
        "e": ["NaN", {"f": "g"}],
    }


@pytest.mark.parametrize(
    ("key", "position", "value"),
    [
        ("title", Position(2, 1), Position(2, 9)),
        ("cover.alt", Position(12, 1), Position(12, 7)),
        ("extra.updated", Position(10, 1), Position(10, 17)),
    ],
)
def test_a_key_of_toml_has_its_position(key: str, position: Position, value: Position) -> None:
    pair = find_pair(formats.parse_toml(TOML), key)
    assert pair is not None
    assert (pair.position, pair.value.position) == (position, value)


@pytest.mark.parametrize(
    ("key", "position", "value"),
    [("title", Position(2, 4), Position(2, 12)), ("tags", Position(3, 4), Position(3, 11)), ("alt", Position(3, 21), Position(3, 27))],
)
def test_a_key_of_json_has_its_position(key: str, position: Position, value: Position) -> None:
    pair = find_pair(formats.parse_json('{\n  "title": "tags: \\"x\\"",\n  "tags": ["alt"], "alt": "a"}'), key)
    assert pair is not None
    assert (pair.position, pair.value.position) == (position, value)


def test_a_quoted_null_of_json_is_a_word() -> None:
    pair = find_pair(formats.parse_json('{"title": "null"}'), "title")
    assert pair is not None
    assert pair.value == Scalar("null", Position(1, 11), True)


def test_half_a_character_of_json_is_a_replacement_character_that_every_file_can_hold(tmp_path: Path) -> None:
    header = '{"title": "Lamp \\ud83d", "date": "2025-01-02", "kind\\udc00": ["\\ud83d", "\\ud83d\\udca1"]}'
    assert plain_text(formats.parse_json(header)) == {"title": "Lamp \ufffd", "date": "2025-01-02", "kind\ufffd": ["\ufffd", "\U0001f4a1"]}
    built = build(tmp_path, {"t/a.md": f"{header}\n\nWarm.\n"})
    assert built.code == 0, built.output
    assert built.page("t/a/").findtext(".//title") == "Lamp \ufffd - Almanac"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('a = "b', 1, "can't be read as TOML: Unterminated string"),
        ("a = 1\na = 2", 2, "can't be read as TOML: Cannot overwrite a value"),
        ("a = 2024-02-30", 1, "can't be read as TOML: Invalid date or datetime"),
        ("a = " + "1" * 5000, 1, "has a number of too many digits"),
        ("a = 0x" + "f" * 60000, 1, "has a number of too many digits"),
        ("a." * 100 + "a = 1", 1, "is nested deeper than 12 levels"),
        ("a.b.c.d.e.f.g.h.i.j.k.l.m.n = 1", 1, "is nested deeper than 12 levels"),
        ("a = " + "[" * 5000 + "]" * 5000, 1, "is nested deeper than 12 levels"),
    ],
)
def test_toml_that_is_refused(text: str, line: int, message: str) -> None:
    with pytest.raises(HeaderError) as refusal:
        formats.parse_toml(text)
    assert (refusal.value.position.line, str(refusal.value)) == (line, message)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ('{"a": 1,\n b: 2}', Position(2, 2), "can't be read as JSON: Expecting property name enclosed in double quotes"),
        ('{"a": 1, "a": 2}', Position(), "'a' stands twice"),
        ('{"a": ' + "[" * 20 + "]" * 20 + "}", Position(1, 7), "is nested deeper than 12 levels"),
    ],
)
def test_json_that_is_refused(text: str, position: Position, message: str) -> None:
    with pytest.raises(HeaderError) as refusal:
        formats.parse_json(text)
    assert (refusal.value.position, str(refusal.value)) == (position, message)


@given(st.text(alphabet="ab=.[]{}\"'#,0123456789_-x: \n\\", max_size=60))
def test_any_text_is_toml_or_refused(text: str) -> None:
    position = Position()
    try:
        formats.parse_toml(text)
    except HeaderError as error:
        position = error.position
    assert 1 <= position.line <= text.count("\n") + 1


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3), max_size=4))
def test_json_is_read_back(values: dict[str, object]) -> None:
    assert plain_text(formats.parse_json(json.dumps(values))) == values
