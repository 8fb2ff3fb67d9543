"""What a text says: its title, its description, the whole as plain text, and its words."""

import pytest
from markdown_it.token import Token

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import components, link_targets, parser
from almanac_kb.markdown.dialects import material, obsidian
from almanac_kb.markdown.excerpt import Excerpt, description, shown_text, shown_text_of_html, title, words
from almanac_kb.markdown.link_index import LinkIndex

RULES = (*parser.STANDARD, components.rules_components, material.rules, obsidian.rules, link_targets.rules)


def tokens(text: str) -> list[Token]:
    return parser.parse(text, here=SourcePath("a.md"), index=LinkIndex(), dialects=RULES).tokens


def of(text: str) -> Excerpt:
    return Excerpt(title(tokens(text)), description(tokens(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Backups", "Backups"),
        ("\n\n# Backups #\n", "Backups"),
        ("Backups\n=====\n", "Backups"),
        ("```\n# comment\n```\n\n# Backups", "Backups"),
        ("# *Backups* `at` [home](https://a.example/) {#id}", "Backups at home"),
        ("# ![logo](x.png) R&amp;D \\*star\\* <b>bold</b>", "logo R&D *star* bold"),
        ("# snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"),
        ("# Use {placeholder}", "Use {placeholder}"),
        ("# Two^[a note with words] words", "Two words"),
        ("#word", ""),
        ("Backups\n-----\n", ""),
        ("", ""),
    ],
)
def test_the_title_is_the_first_heading_of_the_first_level(text: str, expected: str) -> None:
    assert of(text).title == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Backups\n\nKeep *three*\ncopies.\n\nMore.", "Keep three copies."),
        ("Heading\n===\n\nText.", "Text."),
        ("---\n\n***\n\nText.", "Text."),
        ("> quote\n\n* list\n\n1. one\n\n| a |\n|---|\n\n<div>\nx\n</div>\n\n![alt](x.png)\n\n!!! note\n    in\n\nText.", "Text."),
        ("```\ncode\n```\n\n    code\n\nText.", "Text."),
        ("***Bold*** start.", "Bold start."),
        ("Run `make all` and see [the page](https://a.example/), says @ana.", "Run make all and see the page, says @ana."),
        ("One. Two e.g. this. Three.", "One. Two e.g. this. Three."),
        ("%%why?%% Keep %%a\nb%% three. ^id1", "Keep three."),
        ("%%\nSecret.\n\nMore.\n%%\n\nText.", "Text."),
        ("<!-- a\n\nb -->\n\nText.", "Text."),
        ("`%%y%%` stays, {{ this }} too.", "%%y%% stays, {{ this }} too."),
        ("> [!note] Title\n> Text.\n\nOther text.", "Other text."),
        ("Text and <b>bold</b>, see <https://a.example/>.", "Text and bold, see https://a.example/."),
        ('A [link](https://a.example/b_(c) "T") and[^1] more\\\nhere.\n\n[^1]: Note.', "A link and more here."),
        ("[Watch it](https://a.example/)\n\n*Figure 1: A lamp.*\n\nText.", "Text."),
        ("#lamps #brass/old\n\nText #one.", "Text #one."),
        ("It has:\n- this\n- that", "It has:"),
        ("[a]: https://a.example/\n\nText\n{: .lead}", "Text"),
        ("It is ~~old~~ ==new== and __good__.", "It is old new and good."),
        ("Costs $5, $x$ and \\(y\\).", "Costs $5, x and y."),
        ("word " * 60 + "end. Second.", ("word " * 60 + "end.")),
        ("", ""),
    ],
)
def test_the_description_is_the_first_sentences_of_the_first_paragraph(text: str, expected: str) -> None:
    assert of(text).description == expected


def test_a_description_is_cut_at_a_sentence() -> None:
    assert of("First one. " * 30).description == ("First one. " * 15).strip()[:160].rpartition(" First")[0]


TEXT = (
    "Intro *text*.\n\n# Lamps\n\nA lamp.\n\n```py\nlight()\n```\n\n## Wick {#w}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- x ![alt](p.png)\n"
)


def test_the_plain_text_has_a_line_for_each_block() -> None:
    assert shown_text(tokens(TEXT)) == "Intro text.\nLamps\nA lamp.\nlight()\nWick\na\nb\n1\n2\nx alt"


def test_html_gives_the_same_words() -> None:
    html = '<p>Intro <em>text</em>.</p>\n<h2 id="lamps">Lamps<a class="headerlink" href="#lamps">¶</a></h2>\n<p>A &lt;lamp&gt;.</p>\n'
    assert shown_text_of_html(html) == "Intro text. Lamps A <lamp>."


@pytest.mark.parametrize(("text", "expected"), [("", 0), ("one two-three", 3), ("naïve café", 2), ("知识" * 500, 440), ("知识 base", 1)])
def test_words_are_counted_as_they_take_to_read(text: str, expected: int) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Warm. <script>count()</script> It stays on.", "Warm. It stays on."),
        ("Warm <style>a {}</style> lamp.", "Warm lamp."),
        ('--8<-- "warning.md"\n\nThe lamp is warm.', "The lamp is warm."),
        ("{!warning.md!}\n\nThe lamp is warm.", "The lamp is warm."),
        ("![[old lamp.JPG|120]]\n\nThe lamp is warm.", "The lamp is warm."),
    ],
)
def test_scripts_and_lines_that_insert_files_are_no_description(markdown: str, expected: str) -> None:
    assert parser.summarize(markdown, SourcePath("a.md")).description == expected
