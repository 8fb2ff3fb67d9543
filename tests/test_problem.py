"""What an author is told."""

from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file, limited, quoted, worst_severity
from almanac_kb.core.paths import SourcePath

SOON = LocalDiagnostic(Position(4, 7), "must be a date, got 'soon'", "write a date such as 2025-04-11")


def test_a_problem_is_one_line_that_editors_can_follow() -> None:
    told = in_file(SourcePath("a.md"), "pubDate", SOON)
    assert told.text("docs") == "docs/a.md:4:7: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11"
    assert told.text("") == "a.md:4:7: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11"


def test_a_problem_without_a_mend_ends_with_the_message() -> None:
    assert Diagnostic(SourcePath("a.md"), Position(), "file", "can't be read").text("docs") == "docs/a.md:1:1: file: can't be read"


def test_problems_are_in_the_order_of_the_file() -> None:
    first, second, other = (
        Diagnostic(SourcePath(source), Position(line), "x", "y") for source, line in (("a.md", 2), ("a.md", 10), ("b.md", 1))
    )
    assert sorted([other, second, first]) == [first, second, other]


def test_the_worst_of_several_and_of_none() -> None:
    told = [Diagnostic(SourcePath("a.md"), Position(), "x", "y", severity=severity) for severity in (Severity.WARNING, Severity.NOTICE)]
    assert worst_severity(tuple(told)) is Severity.WARNING
    assert worst_severity(()) is Severity.NOTICE


def test_a_value_is_shown_on_one_line_and_cut() -> None:
    assert quoted("a\nb") == "'a\\nb'"
    assert quoted("x" * 60) == repr("x" * 60)
    assert quoted("x" * 61) == repr("x" * 57 + "...")


def test_very_many_notes_become_a_few_and_a_count() -> None:
    def note(line: int) -> LocalDiagnostic:
        return LocalDiagnostic(Position(line), "is broken")

    shown = limited(range(1, 1001), note)
    assert shown[:19] == tuple(map(note, range(1, 20)))
    assert [each.message for each in shown[19:]] == ["is broken, and 980 more below"]
    assert limited(range(20), note) == tuple(map(note, range(20)))
