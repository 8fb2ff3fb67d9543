"""The values of a header."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, Severity
from almanac_kb.frontmatter import formats, values
from almanac_kb.frontmatter.formats import Node, find_pair

HERE = Position(1, 4)


def node(written: str) -> Node:
    """The value of `a:` in a header."""
    pair = find_pair(formats.parse_yaml(f"a: {written}")[0], "a")
    assert pair is not None
    return pair.value


@pytest.mark.parametrize("written", ["no", "2019", "3.10", "2026-01-01", "~/notes", '"null"'])
def test_a_number_a_date_or_a_no_is_text(written: str) -> None:
    assert values.read_text(node(written)) == Outcome(written.strip('"'))


@pytest.mark.parametrize(("written", "shown"), [("[a]", "a list"), ("{a: b}", "a map")])
def test_a_list_or_a_map_is_no_text(written: str, shown: str) -> None:
    note = LocalDiagnostic(HERE, f"must be text, got {shown}", "write one line of text, in quotes if it holds a colon")
    assert values.read_text(node(written)) == Outcome("", (note,))


def test_a_title_has_a_longest_length() -> None:
    assert values.read_text(node("x" * 300)).value == "x" * 300
    assert values.read_text(node("x" * 301)).diagnostics == (
        LocalDiagnostic(HERE, "must be at most 300 characters, got 301", "shorten it"),
    )
    assert values.read_description(node("x" * 2000)).diagnostics == ()


@pytest.mark.parametrize("written", ["true", "Yes", "on", "1", '"true"', "TRUE"])
def test_true_in_every_spelling(written: str) -> None:
    assert values.read_flag(node(written)) == Outcome(True)


@pytest.mark.parametrize("written", ["false", "No", "off", "0", "'false'"])
def test_false_in_every_spelling(written: str) -> None:
    assert values.read_flag(node(written)) == Outcome(False)


@pytest.mark.parametrize(("written", "shown"), [("maybe", "'maybe'"), ("[true]", "a list"), ("2021-04-17", "'2021-04-17'")])
def test_what_is_no_flag(written: str, shown: str) -> None:
    assert values.read_flag(node(written)).diagnostics == (
        LocalDiagnostic(HERE, f"must be true or false, got {shown}", "write true or false"),
    )


@pytest.mark.parametrize(
    ("written", "expected"), [("10", 10.0), ("-2", -2.0), ("1.5", 1.5), ("010", 10.0), ("'3'", 3.0), ("20250411120000", 20250411120000.0)]
)
def test_numbers(written: str, expected: float) -> None:
    assert values.read_number(node(written)) == Outcome(expected)


@pytest.mark.parametrize("written", ["first", ".nan", ".inf", "1e400", "1_000", "[1]", "9" * 301])
def test_what_is_no_number(written: str) -> None:
    assert values.read_number(node(written)).value is None
    assert values.read_number(node(written)).diagnostics[0].hint == "write a number such as 10"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[a, b c]", ("a", "b c")),
        ("[a, a, A]", ("a", "A")),
        ("a", ("a",)),
        ("a b", ("a b",)),
        ("a, b,,c", ("a", "b", "c")),
        ("a; b", ("a", "b")),
        ('"#a #b"', ("a", "b")),
        ('["#a", "#"]', ("a",)),
        ('["a, b"]', ("a, b",)),
        ("[1, 2.50, null, ~, '']", ("1", "2.50")),
        ("[no, yes]", ("no", "yes")),
        ("no", ("no",)),
        ("false", ()),
        ("[{name: a}, {title: b}, {label: c}]", ("a", "b", "c")),
        ("{name: a}", ("a",)),
        ("[C, C#, C++, .NET, R&D, a/b, 日本語]", ("C", "C#", "C++", ".NET", "R&D", "a/b", "日本語")),
    ],
)
def test_names_in_every_shape(written: str, expected: tuple[str, ...]) -> None:
    assert values.read_names(node(written)) == Outcome(expected)


@pytest.mark.parametrize(
    ("written", "expected", "message"),
    [
        ("true", (), "must be names, got 'true'"),
        ("[a, [b]]", ("a",), "must be text, got a list"),
        ("[{x: y}]", (), "must be text, got a map"),
        (f"[{'x' * 101}]", (), "must be at most 100 characters, got 101"),
    ],
)
def test_what_are_no_names(written: str, expected: tuple[str, ...], message: str) -> None:
    found = values.read_names(node(written))
    assert (found.value, [note.message for note in found.diagnostics]) == (expected, [message])
    assert found.diagnostics[0].severity is Severity.ERROR


def test_too_many_names() -> None:
    found = values.read_names(node(",".join(f"t{number}" for number in range(101))))
    note = LocalDiagnostic(HERE, "must be at most 100, got 101; the first count", "keep those a reader would look for", Severity.WARNING)
    assert (len(found.value), found.diagnostics) == (100, (note,))


def test_an_article_may_have_many_old_addresses() -> None:
    assert len(values.read_addresses(node("[" + ",".join(f"/old/{number}/" for number in range(120)) + "]")).value) == 120


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ada Byron", ("Ada Byron",)),
        ("Ada Byron and Grace Hopper & Mary Somerville, Emmy Noether", ("Ada Byron", "Grace Hopper", "Mary Somerville", "Emmy Noether")),
        ("Anders And", ("Anders And",)),
        ("[{name: Ada, url: https://example.org}, Grace]", ("Ada", "Grace")),
        ("5", ("5",)),
    ],
)
def test_people(written: str, expected: tuple[str, ...]) -> None:
    assert values.read_authors(node(written)) == Outcome(expected)


def test_old_addresses_may_be_long_and_hold_semicolons() -> None:
    long = "/" + "x" * 150 + "/a;b"
    assert values.read_addresses(node(f"{long}, Other")) == Outcome((long, "Other"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("images/a.png", "images/a.png"),
        ("/a.png", "/a.png"),
        ("https://example.org/a.png", "https://example.org/a.png"),
        ("{src: a.png, alt: x}", "a.png"),
        ("{image: {url: a.png}}", "a.png"),
        ('{image: "", path: a.png}', "a.png"),
        ('{image: "", alt: ""}', ""),
        ("[a.png, b.png]", "a.png"),
        ("[null, b.png]", "b.png"),
        ("false", ""),
    ],
)
def test_images_in_every_shape(written: str, expected: str) -> None:
    assert values.read_image(node(written)) == Outcome(expected)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('"javascript:alert(1)"', "'javascript:alert(1)'"),
        ('"data:image/png;base64,AA"', "'data:image/png;base64,AA'"),
        ("file:///etc/passwd", "'file:///etc/passwd'"),
        ('"http://[::1"', "'http://[::1'"),
        ("5", "'5'"),
        ("{alt: x}", "a map"),
    ],
)
def test_what_is_no_image(written: str, shown: str) -> None:
    note = LocalDiagnostic(
        HERE, f"must be the path of an image, got {shown}", "write a path inside docs/, such as images/cover.png", Severity.WARNING
    )
    assert values.read_image(node(written)).diagnostics == (note,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"[[Lamp Maker]]"', "Lamp Maker"),
        ("[[Lamp Maker]]", "Lamp Maker"),
        ('"[[people/Lamp Maker.md|The maker]]"', "The maker"),
        ('"[[people/Lamp Maker#Life]]"', "Lamp Maker"),
        ('"[[a]] and more"', "[[a]] and more"),
    ],
)
def test_a_link_to_a_note_is_the_text_that_it_shows(written: str, expected: str) -> None:
    assert values.read_text(node(written)) == Outcome(expected)


@pytest.mark.parametrize(
    "written", ['"[[Ada]], [[x/Grace]]"', '["[[Ada]]", "[[x/Grace]]"]', "[[[Ada]], [[Grace]]]", '"[[Ada]] and [[Grace]]"']
)
def test_authors_and_tags_may_be_links(written: str) -> None:
    assert values.read_authors(node(written)) == Outcome(("Ada", "Grace"))


def test_a_cover_may_be_a_link() -> None:
    assert values.read_image(node('"![[img/lamp.png|300]]"')) == Outcome("img/lamp.png")


@pytest.mark.parametrize("link", ["https://example.org", "http://[::1]/", "https://user@example.org:8080/a?b#c"])
def test_http_addresses(link: str) -> None:
    assert values.is_http_url(link)
    assert values.read_url(node(f'"{link}"')) == Outcome(link)


@pytest.mark.parametrize(
    "link", ["example.org", "//example.org", "http://", "http://[::1", "javascript:x", "https://a b", 'https://a/"x', "httpfoo.png"]
)
def test_what_is_no_http_address(link: str) -> None:
    assert not values.is_http_url(link)


def test_an_address_that_is_none_says_what_to_write() -> None:
    assert values.read_url(node("example.org")).diagnostics == (
        LocalDiagnostic(HERE, "must be an http address, got 'example.org'", "write https://…"),
    )


VALUES = st.recursive(
    st.sampled_from(["a", "", "true", "no", "1", "#x", "a,b", "http://[", "x" * 400, "\u202e", "null"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "src", "url", "a"]), inner, max_size=2),
    max_leaves=6,
)


@given(VALUES)
def test_no_reader_raises_and_all_say_why_they_have_nothing(written: object) -> None:
    given_node = node(json.dumps(written))
    for reader in (
        values.read_text,
        values.read_description,
        values.read_flag,
        values.read_number,
        values.read_names,
        values.read_authors,
        values.read_addresses,
        values.read_image,
        values.read_url,
    ):
        found = reader(given_node)
        assert all(note.message.startswith(("must be", "has invisible")) for note in found.diagnostics)
