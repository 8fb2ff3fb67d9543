"""Where the header of an article ends and its body begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core.diagnostics import HeaderError, Severity
from almanac_kb.frontmatter import header
from almanac_kb.frontmatter.formats import plain_text
from almanac_kb.frontmatter.header import SplitText

OUTSIDE = "keys outside the header would be printed as text"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\na: b\n---\nBody", SplitText("yaml", "a: b\n", 2, "Body", 4)),
        ("---\na: b\n---", SplitText("yaml", "a: b\n", 2, "", 3)),
        ("---\na: b\n...\nBody", SplitText("yaml", "a: b\n", 2, "Body", 4)),
        ("\n \n---\na: b\n---\nBody", SplitText("yaml", "a: b\n", 4, "Body", 6)),
        ("\u200b---\na: b\n---\nBody", SplitText("yaml", "a: b\n", 2, "Body", 4)),
        ("--- \na: b\n---\t\n\nBody", SplitText("yaml", "a: b\n", 2, "\nBody", 4)),
        ("---\n---\nBody", SplitText("yaml", "", 2, "Body", 3)),
        ("---\ntitle:b\n---\nBody", SplitText("yaml", "title:b\n", 2, "Body", 4)),
        ('+++\na = "b"\n+++\nBody', SplitText("toml", 'a = "b"\n', 2, "Body", 4)),
        ('\n{"a": "}"}\n\nBody', SplitText("json", '{"a": "}"}', 2, "\nBody", 3)),
        ("{}\nBody", SplitText("json", "{}", 1, "Body", 2)),
        ("Body\n---\na: b\n---\n", SplitText("", "", 1, "Body\n---\na: b\n---\n", 1)),
        ("---\n\nBetween rules.\n\n---\nBody", SplitText("", "", 1, "---\n\nBetween rules.\n\n---\nBody", 1)),
        ("---\nBody below a rule", SplitText("", "", 1, "---\nBody below a rule", 1)),
        ("{{ shortcode }}\nBody", SplitText("", "", 1, "{{ shortcode }}\nBody", 1)),
        ("", SplitText("", "", 1, "", 1)),
    ],
)
def test_a_text_is_divided_into_header_and_body(text: str, expected: SplitText) -> None:
    assert header.split_header(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("\n---\ntitle: a\n\nBody", 2, "has no end: no second `---`", "write `---` on a line below the last key"),
        ("---\n# all\ntitle: a\n", 1, "has no end: no second `---`", "write `---` on a line below the last key"),
        ("+++\ntitle = 'a'\n", 1, "has no end: no second `+++`", "write `+++` on a line below the last key"),
        ('{"a": 1\n', 2, "can't be read as JSON: Expecting ',' delimiter", "keys and text stand in double quotes"),
        ('{"a": 1}, "b": 2}\n', 1, "goes on after its end: ', \"b\": 2}'", "write the text below the last `}`"),
        ('\n{"a": ' + "[" * 100_000, 2, "is nested deeper than 12 levels", "flatten it"),
    ],
)
def test_a_header_without_an_end_is_refused(text: str, line: int, message: str, hint: str) -> None:
    with pytest.raises(HeaderError) as refusal:
        header.split_header(text)
    assert (refusal.value.position.line, str(refusal.value), refusal.value.hint) == (line, message, hint)


@pytest.mark.parametrize("text", ["---\na: b\n---\n", '+++\na = "b"\n+++\n', '{"a": "b"}\n', '\n\n---\n"a": b\n---'])
def test_every_kind_of_header_is_the_same_tree(text: str) -> None:
    assert plain_text(header.parse_header(header.split_header(text)).value) == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n---\na: b\nc: *d\n---\n", 4, "anchors and aliases (& and *) are not read"),
        ("+++\na = 1\na = 2\n+++\n", 3, "can't be read as TOML: Cannot overwrite a value"),
        ("---\nTitle: a\ntitle: b\n---\n", 3, "'title' stands twice, first as 'Title'"),
        ("---\na: " + "b" * 1_048_576 + "\n---\n", 2, "is longer than 1048576 characters"),
    ],
)
def test_positions_count_in_the_file(text: str, line: int, message: str) -> None:
    with pytest.raises(HeaderError) as refusal:
        header.parse_header(header.split_header(text))
    assert (refusal.value.position.line, str(refusal.value)) == (line, message)


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
        ("# Lamp\n\nSome text.\n\n---\ndraft: true\n---\n\nMore text.\n", 6),
        ('x{"title": "a", "date": "b"}\nBody', 1),
    ],
)
def test_keys_in_the_body_are_reported(text: str, line: int) -> None:
    diagnostic = header.misplaced_keys(header.split_header(text))
    assert diagnostic is not None
    assert (diagnostic.position.line, diagnostic.message, diagnostic.hint) == (
        line,
        OUTSIDE,
        "write them between the `---` at the top of the file",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Note: this stays\nwarning: this too\n",
        "Title: a single line of text\n\nBody",
        "---\ntitle: a\n---\nBy: Ada\nDate: today\n\nBody",
        "---\ntitle: a\n---\nBody\n\n```yaml\n---\ntitle: b\n---\n```\n",
        "---\ntitle: a\n---\n\nBody\n\n---\n\nMore: text\n\n---\n",
        "    title: a\n    date: b\n",
        "# Lamp\n\nSome text.\n\n---\nname: brass lamp\nrole: to shine\n---\n\nMore text.\n",
        '# Lamp\n\n{{< code lang="yaml" >}}\n---\ntitle: brass lamp\n---\n{{< /code >}}\n',
        "Body\n" * 50 + "---\ntitle: a\n---\n",
    ],
)
def test_text_that_is_no_header_is_not_reported(text: str) -> None:
    assert header.misplaced_keys(header.split_header(text)) is None


@given(st.text(alphabet='-+{}":=ab \n\ufeff', max_size=60))
def test_a_split_loses_nothing_but_fences(text: str) -> None:
    try:
        parts = header.split_header(text)
    except HeaderError:
        return
    assert text.endswith(parts.body)
    assert parts.header in text
    assert text.split("\n")[parts.body_line - 1 :] == parts.body.split("\n") or not parts.body


def test_of_a_header_that_is_data_its_author_is_told() -> None:
    written = "".join(f"key{number}: value\n" for number in range(10_000))
    found = header.parse_header(header.split_header(f"---\n{written}---\nBody"))
    assert len(found.value.pairs) == 10_000
    assert [(note.position.line, note.severity, note.hint) for note in found.diagnostics] == [(2, Severity.NOTICE, "move data out of it")]
    assert header.parse_header(header.split_header("---\na: b\n---\n")).diagnostics == ()
