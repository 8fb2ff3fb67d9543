"""What the names and paths in a body lead to."""

import pytest

from almanac_kb.body import vault
from almanac_kb.body.translate import translate
from almanac_kb.core.diagnostics import Severity

VAULT = vault.build(
    [
        ("notes/Filters.md", "Filters", ("Filter list", "old/filters")),
        ("notes/b c.md", "B and C", ()),
        ("more/Sorting.md", "Sorting", ()),
        ("other/Sorting.md", "Sorting", ()),
        ("guide/index.md", "Guide", ()),
        ("posts/2020-01-31-name.md", "Name", ()),
    ],
    ["img/pic.png", "notes/near.png", "static/logos/a.svg"],
).at("notes/here.md")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[[Filters]]", "[Filters](Filters.md)"),
        ("[[filters]]", "[filters](Filters.md)"),
        ("[[Filters|text]]", "[text](Filters.md)"),
        ("[[Filters\\|text]]", "[text](Filters.md)"),
        ("[[Filters#A & B]]", "[Filters › A & B](Filters.md#a--b)"),
        ("[[Filters#A#B|x]]", "[x](Filters.md#b)"),
        ("[[Filters#^abc|x]]", "[x](Filters.md)"),
        ("[[#Top]]", "[Top](#top)"),
        ("[[#What is C#]]", "[What is C#](#what-is-c)"),
        ("[[filter LIST]]", "[filter LIST](Filters.md)"),
        ("[[B and C]]", "[B and C](b%20c.md)"),
        ("[[more/Sorting]]", "[Sorting](../more/Sorting.md)"),
        ("[[guide]]", "[guide](../guide/index.md)"),
        ("[[pic.png]]", "[pic.png](../img/pic.png)"),
        ("[[nothing|text]]", "text"),
        ("![[pic.png]]", "![pic](../img/pic.png)"),
        ("![[pic.png|300]]", '![pic](../img/pic.png){ width="300" }'),
        ("![[near.png|alt|30x40]]", '![alt](near.png){ width="30" height="40" }'),
        ("![[Filters#Part]]", "[Filters › Part](Filters.md#part)"),
        ("`[[Filters]]`", "`[[Filters]]`"),
        ("    [[Filters]]", "```\n[[Filters]]\n```"),
        ("[[1]](https://a.example)", "[[1]](https://a.example)"),
        ("\\[[Filters]]", "\\[[Filters]]"),
    ],
)
def test_wikilinks_become_links(written: str, expected: str) -> None:
    assert translate(written, VAULT).markdown == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Filters", "Filters.md"),
        ("./Filters.md", "Filters.md"),
        ("b%20c.md#x", "b%20c.md#x"),
        ("b c.md", "b%20c.md"),
        ("/guide/", "../guide/index.md"),
        ("../guide", "../guide/index.md"),
        ("/notes/Filters.html", "Filters.md"),
        ("../Filters/", "Filters.md"),
        ("/old/filters/", "Filters.md"),
        ("near.png", "near.png"),
        ("/logos/a.svg", "../static/logos/a.svg"),
        ("pic.png", "../img/pic.png"),
        ("https://a.example/b.md", "https://a.example/b.md"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("#top", "#top"),
        ("none.md", "none.md"),
    ],
)
def test_links_lead_to_files(written: str, expected: str) -> None:
    assert translate(f"[a]({written})", VAULT).markdown == f"[a]({expected})"
    assert translate(f'[a]({written} "T")', VAULT).markdown == f'[a]({expected} "T")'
    assert translate(f"![a]({written})", VAULT).markdown == f"![a]({expected})"


def test_definitions_and_attributes_are_links_too() -> None:
    assert translate("[a]\n\n[a]: ./Filters", VAULT).markdown == "[a]\n\n[a]: Filters.md"
    assert translate("[^1]: You see", VAULT).diagnostics == ()
    assert translate('x <img alt="" src="/pic.png">', VAULT).markdown == 'x <img alt="" src="../img/pic.png">'


def said(written: str) -> list[tuple[Severity, int, int, str, str]]:
    return [
        (note.severity, note.position.line, note.position.column, note.message, note.hint) for note in translate(written, VAULT).diagnostics
    ]


def test_a_wikilink_that_leads_nowhere_is_told_here_a_link_when_the_site_is_inspected() -> None:
    assert said("a\n\nb [[nope]] [c](none.md)") == [
        (
            Severity.WARNING, 3, 3, "[[nope]] leads nowhere: no article or file has that name; its text is shown",
            "write the name of an article, or plain text",
        ),
    ]  # fmt: skip


def test_ambiguity_is_named() -> None:
    assert said("[[sorting]]") == [
        (
            Severity.WARNING, 1, 1, "'sorting' is the name of more/Sorting.md and of other/Sorting.md; the first is taken",
            "write [[more/Sorting.md]]",
        )
    ]  # fmt: skip


def test_a_case_slip_is_repaired_and_told() -> None:
    assert translate("[a](FILTERS.md)", VAULT).markdown == "[a](Filters.md)"
    assert said("[a](FILTERS.md)") == [
        (Severity.NOTICE, 1, 5, "'FILTERS.md' is written notes/Filters.md; the link is repaired", "write Filters.md")
    ]


def test_an_embedded_note_is_told() -> None:
    assert said("![[Filters]]") == [
        (Severity.NOTICE, 1, 1, "![[Filters]] is shown as a link: articles don't show parts of others", "write [[Filters]]")
    ]


def test_what_was_looked_up_is_remembered_found_or_not() -> None:
    asked = translate("[[nope]] [[Filters]]", VAULT).lookups
    assert asked == {"path:nope", "tail:nope", "name:nope", "path:filters", "tail:filters", "path:notes/filters.md"}
    assert VAULT.get("tail:filters") == ("notes/Filters.md",)
