"""The `.pages` file of a folder, as mkdocs-awesome-pages-plugin reads it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.content import pages_file
from almanac_kb.content.loader import load_site
from almanac_kb.content.pages_file import PagesFile
from almanac_kb.content.settings import Settings
from almanac_kb.core.diagnostics import Outcome, Position


def messages(text: str | bytes) -> list[str]:
    """The position, message and hint of each diagnostic of a `.pages` file."""
    outcome = pages_file.read_pages_file(text if isinstance(text, bytes) else text.encode())
    return [f"{note.position.line}:{note.position.column} {note.message}; {note.hint}" for note in outcome.diagnostics]


def test_title_kind_and_order_are_read() -> None:
    text = "title: 'Guides & more'\nkind: page\nnav:\n  - first.md\n  - Second: second.md\n"
    text += "  - Group:\n      - third.md\n  - Site: https://example.org\n  - ...\n"
    assert pages_file.read_pages_file(text.encode()) == Outcome(
        PagesFile(
            title="Guides & more",
            kind="page",
            names=(("first.md", Position(4, 5)), ("second.md", Position(5, 13)), ("third.md", Position(7, 9))),
            rest_patterns=("*",),
            position=Position(3, 1),
        )
    )


@pytest.mark.parametrize(
    "text", ["", "# later\n", "title:\nnav:\n", "hide: true\ncollapse: no\norder: desc\nsort_type: natural\norder_by: title\n"]
)
def test_nothing_or_only_what_awesome_pages_knows_is_fine(text: str) -> None:
    assert pages_file.read_pages_file(text.encode()) == Outcome(PagesFile())


@pytest.mark.parametrize(
    ("nav", "in_nav", "omitted"),
    [
        ("nav: [a.md]", ["a.md"], ["b.md"]),
        ("nav: [a.md, ...]", ["a.md", "b.md"], []),
        ("arrange: [a.md]", ["a.md", "b.md"], []),
        ("nav: ['... | b*']", ["b.md"], ["a.md"]),
        ("nav: ['... | glob=*.md']", ["a.md", "b.md"], ["sub"]),
        ("nav: ['... | flat']", ["a.md", "sub"], []),
        ("nav: []", ["a.md"], []),
    ],
)
def test_entries_that_nav_does_not_name_are_shown_only_where_dots_say_so(nav: str, in_nav: list[str], omitted: list[str]) -> None:
    file = pages_file.read_pages_file(nav.encode()).value
    assert [name for name in (*in_nav, *omitted) if file.shows(name)] == in_nav


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "titel: x",
            "1:1 'titel' is no key of .pages; use title, nav, arrange, kind, schema, markdown, order, sort_type, order_by, "
            "ignore_case, hide, collapse, collapse_single_pages",
        ),
        ("title: 2019", "1:8 title must be text, got '2019'; put it in quotes"),
        ("title: no", "1:8 title must be text, got 'no'; put it in quotes"),
        ("title: 2024-01-01", "1:8 title must be text, got '2024-01-01'; put it in quotes"),
        ("title: [a]", "1:8 title must be text, got a list or a map; put it in quotes"),
        ("title: a: b", '1:1 a value with a colon must stand in quotes; write key: "value"'),
        ("kind: pages", "1:7 kind must be article or page, got 'pages'; write article"),
        ("kind: {a: b}", "1:7 kind must be article or page, got a list or a map; write article"),
        ("order: up", "1:8 order must be asc or desc or newest or title or manual, got 'up'; write asc"),
        ("hide: 'true'", "1:7 hide must be true or false, got 'true'; write true or false"),
        ("collapse: 1", "1:11 collapse must be true or false, got '1'; write true or false"),
        ("nav: a.md", "1:6 nav must be a list; write - file.md"),
        ("nav:\n  - 7", "2:5 an entry of nav must be a file, a folder, `...`, or `Title: file`; write - file.md"),
        ("nav:\n  - {a: b.md, c: d.md}", "2:5 an entry of nav must be a file, a folder, `...`, or `Title: file`; write - file.md"),
        ("nav:\n  - [a.md]", "2:5 an entry of nav must be a file, a folder, `...`, or `Title: file`; write - file.md"),
        ("nav:\n  - Click: 'javascript:PWN()'", "2:12 a link must be an http address, got 'javascript:PWN()'; write https://…"),
        ("nav:\n  - Click: //evil.example", "2:12 a link must be an http address, got '//evil.example'; write https://…"),
        ("nav:\n  - G:\n      - X: 'data:text/html,x'", "3:12 a link must be an http address, got 'data:text/html,x'; write https://…"),
        ("nav:\n  - '... | regex=(a+)+$'", "2:5 regular expressions are not read, got '... | regex=(a+)+$'; write ... | glob="),
        ("nav:\n  - '... | *a*a*a*b'", "2:5 a pattern may have at most 3 stars, got '... | *a*a*a*b'; write a shorter pattern"),
        ("nav: [..., ...]", "1:12 '...' stands twice; keep one"),
        ("arrange:\n  - A: a.md", "1:1 arrange knows no titles; write nav, and ... as its last entry"),
        (
            "title: a\n---\ntitle: b",
            "2:1 holds a second document; write `---` alone on a line, only above and below the keys",
        ),
        ("title: &a x", "1:8 anchors and aliases (& and *) are not read; write the value out, or put it in quotes"),
        ("nav:\n\t- a.md", "2:1 can't be read as YAML: found character that cannot start any token; indent with spaces, not tabs"),
        (b"title: Caf\xe9", "1:11 is not UTF-8: byte 0xE9; save it as UTF-8"),
    ],
)
def test_what_awesome_pages_could_not_use_is_an_error_with_its_position(text: str | bytes, problem: str) -> None:
    assert problem in messages(text)


def test_a_title_with_html_is_text() -> None:
    assert pages_file.read_pages_file(b'title: "<img src=x onerror=PWN()>"').value.title == "<img src=x onerror=PWN()>"


PIECES = st.sampled_from(
    [
        "title",
        "nav",
        "hide",
        "order",
        "a.md",
        "...",
        "... | *",
        "yes",
        "no",
        "2019",
        "1e3",
        "2017-02-29",
        "~",
        "''",
        "[",
        "- ",
        ": ",
        "\n",
        "  ",
        "---",
        "&a",
        "*a",
        "!!str",
    ]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_what_passes_is_what_awesome_pages_can_use(text: str) -> None:
    if not pages_file.read_pages_file(text.encode()).diagnostics:
        loaded = yaml.safe_load(text) or {}
        assert isinstance(loaded.get("title"), str | None)
        assert isinstance(loaded.get("hide"), bool | None)
        assert loaded.get("order") in (None, "asc", "desc", *pages_file.ORDERS)
        assert all(isinstance(item, str | dict) for item in loaded.get("nav") or [])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    assert isinstance(pages_file.read_pages_file(data).value, PagesFile)


WIKI = {
    "Home.md": "# Our wiki\n",
    "Zinc-plates.md": "# Zinc\n",
    "Ask-first.md": "# Ask\n",
    "Copper.md": "# Copper\n",
    "Not-listed.md": "# Not listed\n",
    "_Sidebar.md": "**Start**\n* [[Home]]\n* [[Zinc plates]]\n* [The red metal](Copper)\n\n* [[Read this|Ask first]], [again](Copper#top), [else](https://example.org/)\n",
}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["Home.md", "Zinc-plates.md", "Copper.md", "Ask-first.md", "Not-listed.md"]),
        ({".pages": "nav:\n  - Copper.md\n  - ...\n"}, ["Copper.md", "Ask-first.md", "Not-listed.md", "Zinc-plates.md"]),
    ],
    ids=["its sidebar", "a .pages file"],
)
def test_a_wiki_on_github_is_ordered_by_its_sidebar_where_no_pages_file_says_otherwise(
    tmp_path: Path, more: dict[str, str], expected: list[str]
) -> None:
    for name, text in (WIKI | more).items():
        path = tmp_path / "docs/wiki" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "docs/index.md").write_text("# Docs\n")
    site = load_site(tmp_path / "docs", Settings(), datetime(2025, 1, 1, tzinfo=UTC), "Site")
    assert [article.source.removeprefix("wiki/") for article in site.sections["wiki"].articles] == [
        name for name in expected if name != "Home.md"
    ]
    assert site.sections["wiki"].index is not None
