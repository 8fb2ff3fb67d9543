"""Mojibake is repaired where it is certain, and nothing else is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, Severity
from almanac_kb.core.text import Repair

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
def test_mojibake_is_repaired(before: str, after: str) -> None:
    assert core_text.repair_mojibake(before)[0] == after


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
    assert core_text.repair_mojibake(text) == (text, ())


def test_a_repair_has_its_position() -> None:
    assert core_text.repair_mojibake("a\nb â€“ cafÃ©\n")[1] == (Repair(Position(2, 3), "â€“", "–"), Repair(Position(2, 7), "cafÃ©", "café"))


def test_a_repair_is_a_notice() -> None:
    notice = LocalDiagnostic(
        Position(1, 3), "'â€“' is broken text; published as '–'", "`python hooks fix` rewrites the file", Severity.NOTICE
    )
    assert core_text.repaired("a â€“") == Outcome("a –", (notice,))


def test_thousands_of_repairs_are_a_few_notices() -> None:
    outcome = core_text.repaired("â€“\n" * 5000)
    assert outcome.value == "–\n" * 5000
    assert len(outcome.diagnostics) == 20
    assert outcome.diagnostics[-1].message == "'â€“' is broken text; published as '–', and 4,980 more below"


def test_a_difference_is_a_unified_diff() -> None:
    assert core_text.show_difference("a.md", "a â€“\nb", "a –\nb") == "--- a.md\n+++ a.md\n@@ -1,2 +1,2 @@\n-a â€“\n+a –\n b\n"
    assert core_text.show_difference("a.md", "a", "a") == ""


@given(
    st.lists(st.sampled_from([*BROKEN, *SOUND, "plain", "`", "```", "\n", "\n\n", "    ", "- ", "\t", "Â", "\x9d", "<pre>"]), max_size=30)
)
def test_a_repaired_text_repaired_again_is_unchanged(words: list[str]) -> None:
    once, _ = core_text.repair_mojibake(" ".join(words))
    assert core_text.repair_mojibake(once) == (once, ())


@given(st.text())
def test_any_repaired_text_repaired_again_is_unchanged(text: str) -> None:
    once, repairs = core_text.repair_mojibake(text)
    assert core_text.repair_mojibake(once) == (once, ())
    assert bool(repairs) == (once != text)


@given(st.text(alphabet="àâçéèêëîïôùûüÿœæ«»’“”–—… abcdefghij.,!?\n"))
def test_french_is_never_changed(text: str) -> None:
    assert core_text.repair_mojibake(text) == (text, ())


@given(st.text(alphabet="äöüßÄÖÜ„“–€ abcdefgh.,\n"))
def test_german_is_never_changed(text: str) -> None:
    assert core_text.repair_mojibake(text) == (text, ())
