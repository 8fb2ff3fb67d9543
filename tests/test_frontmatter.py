"""Where a header ends and a body begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reading import frontmatter
from knowledge.reading.frontmatter import Split
from knowledge.reading.node import HeaderError, plain

OUTSIDE = "keys outside the header would be printed as text"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\na: b\n---\nBody", Split("yaml", "a: b\n", 2, "Body", 4)),
        ("---\na: b\n---", Split("yaml", "a: b\n", 2, "", 3)),
        ("---\na: b\n...\nBody", Split("yaml", "a: b\n", 2, "Body", 4)),
        ("\n \n---\na: b\n---\nBody", Split("yaml", "a: b\n", 4, "Body", 6)),
        ("\u200b---\na: b\n---\nBody", Split("yaml", "a: b\n", 2, "Body", 4)),
        ("--- \na: b\n---\t\n\nBody", Split("yaml", "a: b\n", 2, "\nBody", 4)),
        ("---\n---\nBody", Split("yaml", "", 2, "Body", 3)),
        ("---\ntitle:b\n---\nBody", Split("yaml", "title:b\n", 2, "Body", 4)),
        ('+++\na = "b"\n+++\nBody', Split("toml", 'a = "b"\n', 2, "Body", 4)),
        ('\n{"a": "}"}\n\nBody', Split("json", '{"a": "}"}', 2, "\nBody", 3)),
        ("{}\nBody", Split("json", "{}", 1, "Body", 2)),
        ("Body\n---\na: b\n---\n", Split("", "", 1, "Body\n---\na: b\n---\n", 1)),
        ("---\n\nBetween rules.\n\n---\nBody", Split("", "", 1, "---\n\nBetween rules.\n\n---\nBody", 1)),
        ("---\nBody below a rule", Split("", "", 1, "---\nBody below a rule", 1)),
        ("{{ shortcode }}\nBody", Split("", "", 1, "{{ shortcode }}\nBody", 1)),
        ("", Split("", "", 1, "", 1)),
    ],
)
def test_a_text_in_two_parts(text: str, expected: Split) -> None:
    assert frontmatter.split(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "message", "mend"),
    [
        ("\n---\ntitle: a\n\nBody", 2, "has no end: no second `---`", "write `---` on a line below the last key"),
        ("---\n# all\ntitle: a\n", 1, "has no end: no second `---`", "write `---` on a line below the last key"),
        ("+++\ntitle = 'a'\n", 1, "has no end: no second `+++`", "write `+++` on a line below the last key"),
        ('{"a": 1\n', 2, "can't be read as JSON: Expecting ',' delimiter", "keys and text stand in double quotes"),
        ('{"a": 1}, "b": 2}\n', 1, "goes on after its end: ', \"b\": 2}'", "write the text below the last `}`"),
        ('\n{"a": ' + "[" * 100_000, 2, "is nested deeper than 12 levels", "flatten it"),
    ],
)
def test_a_header_without_an_end_is_refused(text: str, line: int, message: str, mend: str) -> None:
    with pytest.raises(HeaderError) as refused:
        frontmatter.split(text)
    assert (refused.value.mark.line, str(refused.value), refused.value.mend) == (line, message, mend)


@pytest.mark.parametrize("text", ["---\na: b\n---\n", '+++\na = "b"\n+++\n', '{"a": "b"}\n', '\n\n---\n"a": b\n---'])
def test_every_kind_of_header_is_the_same_tree(text: str) -> None:
    assert plain(frontmatter.parse(frontmatter.split(text)).value) == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n---\na: b\nc: *d\n---\n", 4, "anchors and aliases (& and *) are not read"),
        ("+++\na = 1\na = 2\n+++\n", 3, "can't be read as TOML: Cannot overwrite a value"),
        ("---\nTitle: a\ntitle: b\n---\n", 3, "'title' stands twice, first as 'Title'"),
        ("---\na: " + "b" * 65_536 + "\n---\n", 2, "is longer than 65536 characters"),
    ],
)
def test_marks_are_lines_of_the_file(text: str, line: int, message: str) -> None:
    with pytest.raises(HeaderError) as refused:
        frontmatter.parse(frontmatter.split(text))
    assert (refused.value.mark.line, str(refused.value)) == (line, message)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title: a\ndate: b\n\nBody", 1),
        ("layout: a\ntitle: b\n\nBody", 1),
        ("title: a\n---\nBody", 1),
        ("title = 'a'\ntags = []\n\nBody", 1),
        ("----\ntitle: a\ntags:\n  - b\n----\nBody", 2),
        ("—\ntitle: a\n—\nBody", 2),
        ("<!-- comment -->\n---\ntitle: a\n---\nBody", 3),
        ("# Heading\n\n---\ntitle: a\n---\nBody", 4),
        ("---\ntitle: a\n---\ntitle: b\n---\nBody", 4),
        ("---\ntitle: a\n---\n\n---\ndate: b\n---\nBody", 6),
        ("---\n---\ntitle: a\nslug: b\n\nBody", 3),
        ('x{"title": "a", "date": "b"}\nBody', 1),
    ],
)
def test_keys_that_would_be_printed_are_found(text: str, line: int) -> None:
    note = frontmatter.misplaced(frontmatter.split(text))
    assert note is not None
    assert (note.mark.line, note.message, note.mend) == (line, OUTSIDE, "write them between the `---` at the top of the file")


@pytest.mark.parametrize(
    "text",
    [
        "Note: this stays\nwarning: this too\n",
        "Title: a single line of text\n\nBody",
        "---\ntitle: a\n---\nBy: Ada\nDate: today\n\nBody",
        "---\ntitle: a\n---\nBody\n\n```yaml\n---\ntitle: b\n---\n```\n",
        "---\ntitle: a\n---\n\nBody\n\n---\n\nMore: text\n\n---\n",
        "    title: a\n    date: b\n",
        "Body\n" * 50 + "---\ntitle: a\n---\n",
    ],
)
def test_text_that_is_no_header_is_left_alone(text: str) -> None:
    assert frontmatter.misplaced(frontmatter.split(text)) is None


@given(st.text(alphabet='-+{}":=ab \n\ufeff', max_size=60))
def test_a_split_loses_nothing_but_fences(text: str) -> None:
    try:
        parts = frontmatter.split(text)
    except HeaderError:
        return
    assert text.endswith(parts.body)
    assert parts.header in text
    assert text.split("\n")[parts.body_line - 1 :] == parts.body.split("\n") or not parts.body
