"""Diagnostics: their text, order, severity and number."""

import logging

import pytest

from almanac_kb.core import diagnostics
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file, limited, quoted, worst_severity
from almanac_kb.core.paths import SourcePath

SOON = LocalDiagnostic(Position(4, 7), "must be a date, got 'soon'", "write a date such as 2025-04-11")


def test_a_diagnostic_is_one_line_that_editors_can_follow() -> None:
    diagnostic = in_file(SourcePath("a.md"), "pubDate", SOON)
    assert diagnostic.text("docs") == "docs/a.md:4:7: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11"
    assert diagnostic.text("") == "a.md:4:7: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11"


def test_a_diagnostic_without_a_hint_ends_with_the_message() -> None:
    assert Diagnostic(SourcePath("a.md"), Position(), "file", "can't be read").text("docs") == "docs/a.md:1:1: file: can't be read"


def test_diagnostics_sort_by_file_and_line() -> None:
    first, second, other = (
        Diagnostic(SourcePath(source), Position(line), "x", "y") for source, line in (("a.md", 2), ("a.md", 10), ("b.md", 1))
    )
    assert sorted([other, second, first]) == [first, second, other]


def test_the_worst_severity_of_several_diagnostics_and_of_none() -> None:
    diagnostics = [
        Diagnostic(SourcePath("a.md"), Position(), "x", "y", severity=severity) for severity in (Severity.WARNING, Severity.NOTICE)
    ]
    assert worst_severity(tuple(diagnostics)) is Severity.WARNING
    assert worst_severity(()) is Severity.NOTICE


def test_a_value_is_quoted_on_one_line_and_cut() -> None:
    assert quoted("a\nb") == "'a\\nb'"
    assert quoted("x" * 60) == repr("x" * 60)
    assert quoted("x" * 61) == repr("x" * 57 + "...")


def test_very_many_diagnostics_become_a_few_and_a_count() -> None:
    def diagnose(line: int) -> LocalDiagnostic:
        return LocalDiagnostic(Position(line), "is broken")

    diagnostics = limited(range(1, 1001), diagnose)
    assert diagnostics[:19] == tuple(map(diagnose, range(1, 20)))
    assert [diagnostic.message for diagnostic in diagnostics[19:]] == ["is broken, and 980 more below"]
    assert limited(range(20), diagnose) == tuple(map(diagnose, range(20)))


def test_what_many_files_have_in_common_is_said_once() -> None:
    same = [Diagnostic(SourcePath(f"n{number}.md"), Position(2), "x", "is 'a'", "", Severity.WARNING) for number in range(7)]
    few = [Diagnostic(SourcePath(f"m{number}.md"), Position(2), "y", "is 'b'", "", Severity.WARNING) for number in range(5)]
    said = list(diagnostics.said_once([*same, *few]))
    assert [(each.source, len(others)) for each, others in said] == [("n0.md", 6), *((each.source, 0) for each in few)]


def test_notices_that_differ_in_quoted_values_are_one() -> None:
    notices = [Diagnostic(SourcePath(f"n{number}.md"), Position(), "x", f"is '{number}'", "", Severity.NOTICE) for number in range(7)]
    assert [len(others) for _, others in diagnostics.said_once(notices)] == [6]


def test_the_line_of_a_repeated_message_names_the_first_places(caplog: pytest.LogCaptureFixture) -> None:
    same = tuple(Diagnostic(SourcePath(f"n{number}.md"), Position(2), "x", "is odd", "", Severity.WARNING) for number in range(7))
    diagnostics.log_diagnostics(same, "docs", logging.getLogger("mkdocs.test"))
    assert caplog.messages == ["docs/n0.md:2:1: x: is odd (and in 6 more files: docs/n1.md:2, docs/n2.md:2, docs/n3.md:2, …)"]
