"""The tag file: definitions of tags in `.tags.yml`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.content import taxonomy
from almanac_kb.content.taxonomy import TagDefinition
from almanac_kb.core.text import tag_key


def messages(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [diagnostic.text("docs") for diagnostic in taxonomy.read_tag_file(data)[1]]


def test_a_list_of_tags_is_read() -> None:
    tag_file, diagnostics = taxonomy.read_tag_file(
        b"- name: AI\n  description: Machines.\n  aliases: [A.I., ki]\n\n- name: Robots\n  parent: ai\n- {name: Noise, hidden: yes}\n"
    )
    assert diagnostics == ()
    assert tag_file.definitions == (
        TagDefinition("AI", "Machines.", ("A.I.", "ki")),
        TagDefinition("Robots", parent="AI"),
        TagDefinition("Noise", hidden=True),
    )
    assert [taxonomy.resolve_tag(name, tag_file) for name in ("ai", "KI", "robots", "noise", "new")] == ["AI", "AI", "Robots", "", "new"]


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "[]", "---\n", "\ufeff"])
def test_an_empty_file_defines_no_tags(text: str) -> None:
    assert taxonomy.read_tag_file(text.encode()) == (taxonomy.TagFile(), ())


def test_an_alias_may_be_the_name_in_another_spelling() -> None:
    assert messages("- {name: Healthcare, aliases: [healthcare, Health-Care, health care]}") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: AI", "docs/.tags.yml:1:1: file: must be a list of tags; write - name: …"),
        ("- AI", "docs/.tags.yml:1:3: tags: must be a map with a name; write - name: …"),
        ("- description: x", "docs/.tags.yml:1:3: tags: has no name; write - name: …"),
        ("- name: [x]", "docs/.tags.yml:1:9: tags: must be text, got a list; write one line of text, in quotes if it holds a colon"),
        (
            "- {name: A, colour: red}",
            "docs/.tags.yml:1:13: tags: 'colour' is no key of a tag; use name, description, aliases, parent, hidden",
        ),
        ("- name: A\n- name: B\n  aliases: [a]", "docs/.tags.yml:2:3: tags: 'a' stands for both A and B; keep one"),
        ("- name: A\n- name: a", "docs/.tags.yml:2:3: tags: 'a' stands for both A and a; keep one"),
        ("- {name: A, parent: X}", "docs/.tags.yml:1:3: tags: A: its parent 'X' is no tag of this file; add it, or leave the parent out"),
        ("- {name: A, parent: a}", "docs/.tags.yml:1:3: tags: A: is its own parent; leave the parent out"),
        (
            "- name: A\n- {name: B, parent: A}\n- {name: C, parent: B}",
            "docs/.tags.yml:3:3: tags: C: its parent 'B' has a parent itself; write parent: A",
        ),
        ("- {name: A, hidden: yes}\n- {name: B, parent: A}", "docs/.tags.yml:2:3: tags: B: its parent 'A' is hidden; leave the parent out"),
        ("- name: A\n  hidden: perhaps", "docs/.tags.yml:2:11: tags: must be true or false, got 'perhaps'; write true or false"),
        ("- name: 'A", "docs/.tags.yml:1:9: file: can't be read as YAML: found unexpected end of stream; close the quote"),
        (b"- name: Caf\xe9", "docs/.tags.yml:1:12: file: is not UTF-8: byte 0xE9; save it as UTF-8"),
        ("- name: a\0b", "docs/.tags.yml:1:10: file: is not text: it holds NUL bytes; save it as UTF-8 text"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str | bytes, problem: str) -> None:
    assert problem in messages(text)


def test_all_problems_are_reported_at_once() -> None:
    assert len(messages("- name: A\n  colour: red\n- B\n- {name: C, parent: X}")) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Machine Learning", "machine_learning"),
        ("Café", "CAFE"),
        ("naïve", "naive"),
        ("C", "c"),
        ("❤️", "❤"),
        ("Ε\u0301νας", "ενασ"),
        ("ﬁn", "fin"),
    ],
)
def test_spellings_of_one_tag_have_one_key(one: str, other: str) -> None:
    assert tag_key(one) == tag_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("C", "C#"), ("C", "C++"), ("R&D", "RD"), ("a/b", "ab"), ("ガス", "カス"), ("мой", "мои"), ("-", "_"), ("Node.js", "nodejs")],
)
def test_different_tags_have_different_keys(one: str, other: str) -> None:
    assert tag_key(one) != tag_key(other)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    tag_file, diagnostics = taxonomy.read_tag_file(data)
    assert all(diagnostic.source == ".tags.yml" for diagnostic in diagnostics)
    assert all(definition in tag_file.definitions for definition in tag_file.by_key.values())


@given(st.text(max_size=40))
def test_a_key_is_never_empty_for_a_word_and_survives_a_second_reading(name: str) -> None:
    assert bool(tag_key(name)) == bool(name)
    assert tag_key(tag_key(name)) == tag_key(name) or tag_key(name) == name.casefold()
