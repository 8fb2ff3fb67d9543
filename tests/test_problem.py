"""What an author is told."""

from knowledge.place import Source
from knowledge.problem import Mark, Note, Problem, Severity, few, problem, quoted, worst

SOON = Note(Mark(4, 7), "must be a date, got 'soon'", "write a date such as 2025-04-11")


def test_a_problem_is_one_line_that_editors_can_follow() -> None:
    told = problem(Source("a.md"), "pubDate", SOON)
    assert told.text("docs") == "docs/a.md:4:7: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11"
    assert told.text("") == "a.md:4:7: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11"


def test_a_problem_without_a_mend_ends_with_the_message() -> None:
    assert Problem(Source("a.md"), Mark(), "file", "can't be read").text("docs") == "docs/a.md:1:1: file: can't be read"


def test_problems_are_in_the_order_of_the_file() -> None:
    first, second, other = (Problem(Source(source), Mark(line), "x", "y") for source, line in (("a.md", 2), ("a.md", 10), ("b.md", 1)))
    assert sorted([other, second, first]) == [first, second, other]


def test_the_worst_of_several_and_of_none() -> None:
    told = [Problem(Source("a.md"), Mark(), "x", "y", severity=severity) for severity in (Severity.WARNING, Severity.NOTICE)]
    assert worst(tuple(told)) is Severity.WARNING
    assert worst(()) is Severity.NOTICE


def test_a_value_is_shown_on_one_line_and_cut() -> None:
    assert quoted("a\nb") == "'a\\nb'"
    assert quoted("x" * 60) == repr("x" * 60)
    assert quoted("x" * 61) == repr("x" * 57 + "...")


def test_very_many_notes_become_a_few_and_a_count() -> None:
    notes = tuple(Note(Mark(line), "is broken") for line in range(1, 1001))
    shown = few(notes)
    assert len(shown) == 20
    assert shown[:19] == notes[:19]
    assert shown[-1].message == "is broken, and 980 more below"
    assert few(notes[:20]) == notes[:20]
