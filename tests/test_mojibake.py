"""Broken text is mended where the evidence is plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.problem import Found, Mark, Note, Severity
from knowledge.reading import mojibake
from knowledge.reading.mojibake import Repair

BROKEN = ["â€“", "Donâ€™t", "cafÃ©", "â€œfineâ€\x9d", "nâ€™est", "Ã¼ber", "Â©", "naÃ¯ve"]
SOUND = [
    "–",
    "Don’t",
    "café",
    "“fine”",
    "über",
    "3 × 4",
    "é »",
    "São",
    "Ã",
    "â",
    "«\u00a0été\u00a0»",
    "日本語",
    "€5",
    "£1",
    "Čeština",
    "ελληνικά",
    "👍🏽",
    "thé»…",
    "„JÄ“",
    "A–Ä–Z",
    "«MAÇÃ»",
    "ß€",
    "»à",
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a concept â€“ it's", "a concept – it's"),
        ("Donâ€™t say cafÃ©.", "Don’t say café."),
        ("â€œfineâ€\x9d", "“fine”"),
        ("one\n* item\n\n    Ã© goes", "one\n* item\n\n    é goes"),
        ("â€“ and `â€“`", "– and `â€“`"),
    ],
)
def test_broken_text_is_mended(before: str, after: str) -> None:
    assert mojibake.repair(before)[0] == after


@pytest.mark.parametrize(
    "text",
    [
        *SOUND,
        "Il a dit « été » à 3 × 4, naïve café",
        "`â€“`",
        "``a ` â€“``",
        "```\nâ€“\n```",
        "> ```\n> â€“\n> ```",
        "text\n\n    â€“ in code\n",
        "<pre>\nâ€“\n</pre>",
        "When windows-1252 is read as UTF-8 a dash is â€“.",
        "Mojibake such as â€“",
        "plain ascii",
    ],
)
def test_sound_text_and_code_and_text_about_encodings_stay(text: str) -> None:
    assert mojibake.repair(text) == (text, ())


def test_each_repair_knows_its_place() -> None:
    assert mojibake.repair("a\nb â€“ cafÃ©\n")[1] == (Repair(Mark(2, 3), "â€“", "–"), Repair(Mark(2, 7), "cafÃ©", "café"))


def test_a_repair_is_a_notice() -> None:
    note = Note(Mark(1, 3), "'â€“' is broken text; published as '–'", "`python hooks fix` rewrites the file", Severity.NOTICE)
    assert mojibake.found("a â€“") == Found("a –", (note,))


def test_thousands_of_repairs_are_a_few_notices() -> None:
    found = mojibake.found("â€“\n" * 5000)
    assert found.value == "–\n" * 5000
    assert len(found.notes) == 20
    assert found.notes[-1].message == "'â€“' is broken text; published as '–', and 4,980 more below"


def test_a_difference_can_be_read() -> None:
    assert mojibake.difference("a.md", "a â€“\nb", "a –\nb") == "--- a.md\n+++ a.md\n@@ -1,2 +1,2 @@\n-a â€“\n+a –\n b\n"
    assert mojibake.difference("a.md", "a", "a") == ""


@given(
    st.lists(st.sampled_from([*BROKEN, *SOUND, "plain", "`", "```", "\n", "\n\n", "    ", "- ", "\t", "Â", "\x9d", "<pre>"]), max_size=30)
)
def test_a_repaired_text_repaired_again_is_unchanged(words: list[str]) -> None:
    once, _ = mojibake.repair(" ".join(words))
    assert mojibake.repair(once) == (once, ())


@given(st.text())
def test_any_repaired_text_repaired_again_is_unchanged(text: str) -> None:
    once, repairs = mojibake.repair(text)
    assert mojibake.repair(once) == (once, ())
    assert bool(repairs) == (once != text)


@given(st.text(alphabet="àâçéèêëîïôùûüÿœæ«»’“”–—… abcdefghij.,!?\n"))
def test_french_is_never_touched(text: str) -> None:
    assert mojibake.repair(text) == (text, ())


@given(st.text(alphabet="äöüßÄÖÜ„“–€ abcdefgh.,\n"))
def test_german_is_never_touched(text: str) -> None:
    assert mojibake.repair(text) == (text, ())
