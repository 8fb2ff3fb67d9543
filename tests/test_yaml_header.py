"""YAML headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core.diagnostics import HeaderError, LocalDiagnostic, Position, Severity
from almanac_kb.frontmatter import formats
from almanac_kb.frontmatter.formats import Scalar, find_pair, plain_text


def refusal(text: str) -> tuple[int, int, str, str]:
    with pytest.raises(HeaderError) as raised:
        formats.parse_yaml(text)
    error = raised.value
    return error.position.line, error.position.column, str(error), error.hint


def read(text: str) -> object:
    return plain_text(formats.parse_yaml(text)[0])


def test_scalars_stay_the_text_they_were() -> None:
    written = "a: no\nb: 010\nc: 3.10\nd: 2017-02-29\ne: 1:1:1\nf: ~\ng: .nan\nh:"
    assert read(written) == {"a": "no", "b": "010", "c": "3.10", "d": "2017-02-29", "e": "1:1:1", "f": "~", "g": ".nan", "h": ""}


def test_lists_maps_and_blocks() -> None:
    written = 'a: [x, "y: z"]\nb:\n  - 1\n  - c: 2\nd: |\n  e\n  f\ng: >\n  h\n  i\n'
    assert read(written) == {"a": ["x", "y: z"], "b": ["1", {"c": "2"}], "d": "e\nf\n", "g": "h i\n"}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "~"])
def test_nothing_is_an_empty_header_or_no_keys(text: str) -> None:
    assert read(text) == {} if text != "~" else refusal(text)[2] == "must be lines of `key: value`"


def test_a_value_has_its_position_and_whether_it_was_quoted() -> None:
    pair = find_pair(formats.parse_yaml('\n\ntitle: "null"\n')[0], "title")
    assert pair is not None
    assert pair.position == Position(3, 1)
    assert pair.value == Scalar("null", Position(3, 8), True)


def test_a_no_break_space_is_a_space() -> None:
    assert read("title\u00a0:\u00a0Backups\u00a0at home\ntags:\n\u00a0\u00a0- a") == {"title": "Backups at home", "tags": ["a"]}


def test_values_with_a_colon_are_read_as_text_with_a_notice() -> None:
    mapping, diagnostics = formats.parse_yaml("title: AI: what now?\nother: x\ndescription: one: two")
    assert plain_text(mapping) == {"title": "AI: what now?", "other": "x", "description": "one: two"}
    assert diagnostics == tuple(
        LocalDiagnostic(Position(line, 1), "a value with a colon must stand in quotes; read as text", 'write key: "value"', Severity.NOTICE)
        for line in (1, 3)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1", (1, 4, "anchors and aliases (& and *) are not read", "write the value out, or put it in quotes")),
        ("a: *x", (1, 4, "anchors and aliases (& and *) are not read", "write the value out, or put it in quotes")),
        ("a: !!binary x", (1, 4, "the tag 'tag:yaml.org,2002:binary' is not read", "write the plain value")),
        ("<<: {a: b}", (1, 1, "merge keys (<<) are not read", "write the keys out")),
        ("[a]: b", (1, 1, "a key must be a word", "write key: value")),
        ("a: 1\nb: 2\na: 3", (3, 1, "'a' stands twice, first in line 1", "keep one")),
        ("a: {b: 1, b: 2}", (1, 11, "'b' stands twice, first in line 1", "keep one")),
        ("- a", (1, 1, "must be lines of `key: value`", "put a space after the colon of each key")),
        ("a:b", (1, 1, "must be lines of `key: value`", "put a space after the colon of each key")),
        ("a: 1\n--- b: 2", (2, 1, "holds a second document", "write `---` alone on a line, only above and below the keys")),
        ("a: " + "[" * 20, (1, 16, "is nested deeper than 12 levels", "flatten it")),
        ("a:\n\t- b", (2, 1, "can't be read as YAML: found character that cannot start any token", "indent with spaces, not tabs")),
        ('a: "b', (1, 4, "can't be read as YAML: found unexpected end of stream", "close the quote")),
        (
            "title:Backups\nslug: a",
            (1, 7, "can't be read as YAML: mapping values are not allowed in this context", "put a space after the colon of the key"),
        ),
    ],
)
def test_an_error_has_a_position_and_a_hint(text: str, expected: tuple[int, int, str, str]) -> None:
    assert refusal(text) == expected


def test_the_error_of_a_control_character_has_its_position() -> None:
    assert refusal("a: 1\nb: x\x01")[:2] == (2, 5)


def test_too_many_values_are_refused() -> None:
    assert refusal("a: [" + "1," * 100_001 + "]")[2:] == ("holds more than 100000 values", "move data out of the header")


@given(st.text(alphabet="ab:-[]{}\"'#&*!|>%@`,? \n\t~<", max_size=80))
def test_any_text_is_a_header_or_refused_with_a_message(text: str) -> None:
    position = Position()
    try:
        formats.parse_yaml(text)
    except HeaderError as error:
        position = error.position
    assert 1 <= position.line <= text.count("\n") + 2


@given(st.dictionaries(st.text(alphabet="abcxyz", min_size=1, max_size=5), st.text(alphabet="ab: #'\"[]{}é", max_size=20), max_size=5))
def test_quoted_values_are_read_back(values: dict[str, str]) -> None:
    written = "\n".join(f"{key}: '{value.replace(chr(39), chr(39) * 2)}'" for key, value in values.items())
    assert read(written) == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a: 1\nb: 2\na: 1", "1"), ("a:\na: 1", "1"), ("a: 1\na:", "1"), ("a: [x]\na: [x]", ["x"])],
)
def test_a_key_that_stands_twice_and_says_one_thing_is_read(text: str, expected: object) -> None:
    pair = find_pair(formats.parse_yaml(text)[0], "a")
    assert pair
    assert plain_text(pair.value) == expected
