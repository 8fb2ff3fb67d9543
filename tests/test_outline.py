"""What a body says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.body import outline


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("# Backups", "Backups"),
        ("\n\n# Backups #\n", "Backups"),
        ("## Second\n# First", "First"),
        ("Backups\n=====\n", "Backups"),
        ("```\n# comment\n```\n# Backups", "Backups"),
        ("    # code\n# Backups", "Backups"),
        ("# *Backups* `at` [home](x.md) {#id}", "Backups at home"),
        ("# ![logo](x.png) R&amp;D \\*star\\* <b>bold</b>", "logo R&D *star* bold"),
        ("# snake_case and 2*3*4", "snake_case and 2*3*4"),
        ("#word", ""),
        ("Backups\n-----\n", ""),
        ("", ""),
    ],
)
def test_the_title_is_the_first_heading_of_the_first_level(body: str, expected: str) -> None:
    assert outline.title(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("# Backups\n\nKeep *three*\ncopies.\n\nMore.", "Keep three copies."),
        ("Heading\n===\n\nText.", "Text."),
        ("Heading\n---\n\nText.", "Text."),
        ("---\n\n***\n\nText.", "Text."),
        ("> quote\n\n* list\n\n1. one\n\n| a |\n\n<div>\n\n![](x.png)\n\n!!! note\n\n{% x %}\n\nimport a from b\n\nText.", "Text."),
        ("```\ncode\n```\n\nText.", "Text."),
        ("***Bold*** start.", "Bold start."),
        ("See [[page|the page]] and [this][1] [@cite].", "See the page and this."),
        ("One. Two e.g. this. Three.", "One. Two e.g. this. Three."),
        ("%%why?%% Keep %%a\nb%% three. ^id1", "Keep three."),
        ("%%\nSecret.\n\nMore.\n%%\n\nText.", "Text."),
        ("<!-- a\n\nb -->\n\nText.", "Text."),
        ('{{< lead >}}Text {{% x y="z" %}}here.{{< /lead >}}', "Text here."),
        ("{% include a.html %} Text {{ site.title }} here.", "Text here."),
        ("{/* note */}\n\nText.", "Text."),
        ("`{{< x >}}` and `%%y%%` stay, {{ this }} too.", "{{< x >}} and %%y%% stay, {{ this }} too."),
        ("See [[a/page.md#Part]], [[page|it]] and ![[a.png]] more.", "See page › Part, it and more."),
        ("> [!note] Title\n> Text.\n\nOther text.", "Other text."),
        ('Text <Badge text="new" /> and <b>bold</b>, see <https://a.example/>.', "Text and bold, see https://a.example/."),
        ('A [link](https://a.example/b_(c) "T") and[^1] more^[a note]\\\nhere.', "A link and more here."),
        ("It has:\n- this\n- that", "It has:"),
        ("a | b\n--|--\n1 | 2\n\nText.", "Text."),
        ("[a]: https://a.example/\n\nText {.lead}", "Text"),
        ("It is ~~old~~ ==new== and __good__.", "It is old new and good."),
        ("Costs $5, $x$ and \\(y\\).", "Costs $5, x and y."),
        ("", ""),
    ],
)
def test_the_summary_is_the_first_paragraph_of_text(body: str, expected: str) -> None:
    assert outline.summary(body) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A **bold** [link](https://a.example/), [[page|a page]] and `code`", "A bold link, a page and code"),
        ("A <b>bold</b><br>word &amp; more", "A boldword & more"),
        ("snake_case, 2*3*4, List<String>, <script>x</script>", "snake_case, 2*3*4, List<String>, <script>x</script>"),
    ],
)
def test_a_description_of_the_header_shows_no_marks(written: str, expected: str) -> None:
    assert outline.unmarked(written) == expected


def test_a_summary_ends_with_a_sentence() -> None:
    body = "First sentence here. " * 20
    assert outline.summary(body) == " ".join(["First sentence here."] * 7)
    assert outline.summary("word " * 60) == ("word " * 60).strip()


@given(st.text(alphabet="#=-*_`[]()!<>{}&;~ \n\tab.", max_size=120))
def test_titles_and_summaries_are_one_line(body: str) -> None:
    assert "\n" not in outline.title(body)
    assert "\n" not in outline.summary(body)
