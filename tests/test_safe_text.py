"""Text made safe for every output: control characters, invisible characters, white space, length."""

import unicodedata
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, Severity

HERE = Position(2, 8)


def test_white_space_of_every_kind_becomes_one_space() -> None:
    assert core_text.one_line("  a\n\tb\u00a0\u2028c\u0085d ", HERE).value == "a b c d"


def test_invisible_characters_are_removed_and_named() -> None:
    outcome = core_text.one_line("Invoice \u202efdp\x08.exe", HERE)
    assert outcome.value == "Invoice fdp.exe"
    message = "has invisible characters (U+0008, U+202E); read as 'Invoice fdp.exe'"
    assert outcome.diagnostics == (LocalDiagnostic(HERE, message, "delete them", Severity.NOTICE),)


def test_emoji_and_scripts_that_need_joiners_keep_them() -> None:
    for text in ("👨\u200d👩\u200d👧", "می\u200cخواهم"):
        assert core_text.one_line(text, HERE).value == text


def test_a_body_loses_control_characters_and_says_where() -> None:
    outcome = core_text.clean_block("a\nb\x01\x02\tc\n\ufffe\n")
    assert outcome.value == "a\nb\tc\n\n"
    assert outcome.diagnostics == (
        LocalDiagnostic(Position(2, 2), "has a control character (U+0001), left out", "delete it", Severity.NOTICE),
        LocalDiagnostic(Position(3, 1), "has a control character (U+FFFE), left out", "delete it", Severity.NOTICE),
    )


def test_code_that_reads_as_another_program_is_made_plain() -> None:
    outcome = core_text.clean_block("/*\u202e } \u2066if (isAdmin)\u2069 */")
    assert outcome.value == "/* } if (isAdmin) */"
    assert outcome.diagnostics == (
        LocalDiagnostic(Position(1, 3), "has a direction override (U+202E), left out", "delete it", Severity.NOTICE),
    )


def test_a_clean_body_is_unchanged() -> None:
    assert core_text.clean_block("a\tb\r\n\u00a0é 日本 שלום\u200f\n").diagnostics == ()


def test_a_long_text_is_cut_at_a_word() -> None:
    assert core_text.shorten("one two, three", 12) == "one two…"
    assert core_text.shorten("one two", 7) == "one two"
    assert core_text.shorten("onetwothree", 5) == "onet…"


@given(st.text())
def test_one_line_is_one_line_in_nfc_that_xml_can_hold(text: str) -> None:
    line = core_text.one_line(text, HERE).value
    assert line == " ".join(line.split())
    assert line == unicodedata.normalize("NFC", line)
    assert core_text.one_line(line, HERE) == Outcome(line)
    element = ElementTree.Element("a")
    element.text = line
    assert ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8")).text in (line, None)


@given(st.text())
def test_a_cleaned_body_is_clean(text: str) -> None:
    assert core_text.clean_block(core_text.clean_block(text).value).diagnostics == ()


@given(st.text(), st.integers(2, 50))
def test_a_shortened_text_is_short(text: str, length: int) -> None:
    assert len(core_text.shorten(text, length)) <= length
