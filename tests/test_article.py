"""Articles, read: what the golden pairs do not show."""

import datetime

import pytest

from almanac_kb.content import reader
from almanac_kb.content.article import Article, ArticleReading, title_from_file_name
from almanac_kb.core.diagnostics import Position, Severity
from almanac_kb.core.paths import SourcePath
from almanac_kb.frontmatter.dates import DateOrder

DAY = datetime.datetime(2024, 3, 1, tzinfo=datetime.UTC)


def read(text: str, source: str = "a.md", order: DateOrder | None = None) -> ArticleReading:
    return reader.read_article(SourcePath(source), text.encode(), order)


def sound(text: str, source: str = "a.md") -> Article:
    reading = read(text, source)
    assert reading.article is not None
    assert reading.diagnostics == ()
    return reading.article


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("how-to-start.md", "How to start"),
        ("2020-01-31-how_to_start.md", "How to start"),
        ("iOS-notes.md", "iOS notes"),
        ("guides/index.md", "Guides"),
        ("guides/2020-01-31-home/index.md", "Home"),
        ("guides/README.md", "Guides"),
        ("index.md", "Home"),
        ("2020-01-31.md", "2020-01-31"),
        ("_.md", "Untitled"),
    ],
)
def test_without_title_and_heading_the_file_names_the_article(source: str, title: str) -> None:
    assert title_from_file_name(SourcePath(source)) == title
    assert sound("Text.", source).title == title


def test_the_header_comes_before_the_heading_and_the_heading_stays() -> None:
    found = sound("---\ntitle: A\n---\n# B\n\nText.")
    assert (found.title, found.description, found.body.text, found.body_line) == ("A", "Text.", "# B\n\nText.", 4)


@pytest.mark.parametrize("source", ["2024-03-01-a.md", "posts/2024-03-01-a/index.md", "posts/2024-03-01-a/README.md"])
def test_the_date_of_a_path_is_the_date_of_an_article_without_one(source: str) -> None:
    assert sound("Text.", source).created == DAY
    assert sound("---\ndate: 2025-01-01\n---\nText.", source).created == datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)


def test_a_wrong_date_is_not_replaced_by_that_of_the_path() -> None:
    reading = read("---\ndate: soon\n---\nText.", "2024-03-01-a.md")
    assert reading.article is not None
    assert reading.article.created is None
    assert [each.text("docs") for each in reading.diagnostics] == [
        "docs/2024-03-01-a.md:2:7: date: must be a date, got 'soon'; write a date such as 2025-04-11"
    ]


def test_an_article_without_a_date_is_undated() -> None:
    found = sound("Text.")
    assert (found.created, found.updated, found.changed) == (None, None, None)


def test_what_was_changed_last() -> None:
    assert sound("---\ndate: 2024-03-01\n---\nText.").changed == DAY
    assert sound("---\ndate: 2023-01-01\nupdated: 2024-03-01\n---\nText.").changed == DAY


def test_a_date_with_two_readings_waits_for_proof() -> None:
    waiting = read("---\ndate: 03/04/2021\n---\nText.")
    assert (waiting.ambiguous, waiting.orders, waiting.diagnostics[0].severity) == (True, frozenset(), Severity.ERROR)
    proof = read("---\ndate: 05/31/2021\nupdated: 2021-06-01\n---\nText.")
    assert (proof.ambiguous, proof.orders, proof.diagnostics) == (False, frozenset({DateOrder.MONTH_FIRST}), ())
    proven = read("---\ndate: 03/04/2021\n---\nText.", order=DateOrder.MONTH_FIRST).article
    assert proven is not None
    assert proven.created == datetime.datetime(2021, 3, 4, tzinfo=datetime.UTC)


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    reading = read(
        "---\ntitle: {a: b}\ndate: soon\ndraft: maybe\ntags: [a, [b, c]]\nimage: 5\nweight: first\nslug: a b\ndscription: x\n---\n\x01Text."
    )
    assert [(each.position.line, each.field, each.severity.name) for each in reading.diagnostics] == [
        (2, "title", "ERROR"),
        (3, "date", "ERROR"),
        (4, "draft", "WARNING"),
        (5, "tags", "ERROR"),
        (6, "image", "WARNING"),
        (7, "weight", "WARNING"),
        (8, "slug", "NOTICE"),
        (11, "file", "NOTICE"),
    ]
    assert [(each.position.line, each.field) for each in reading.near_misses] == [(9, "dscription")]


def test_a_date_may_be_a_map_as_for_the_blog_of_material() -> None:
    found = sound("---\ndate:\n  created: 2024-01-31\n  updated: 2024-02-02\n---\nText.")
    assert (str(found.created), str(found.updated)) == ("2024-01-31 00:00:00+00:00", "2024-02-02 00:00:00+00:00")
    assert sound("---\ndate: {updated: 2024-02-02}\n---\nText.").created is None


def test_the_language_of_an_article_says_which_month_a_name_is() -> None:
    assert str(sound("---\nlang: cs\ndate: 12. listopadu 2023\n---\nText.").created)[:10] == "2023-11-12"
    assert str(sound("---\nlang: hr\ndate: 12. listopada 2023\n---\nText.").created)[:10] == "2023-10-12"


def test_a_page_that_has_gone_elsewhere_is_published_with_a_notice() -> None:
    (note,) = read("---\ntitle: A\ndescription: B\nredirect_to: https://example.org/\n---\nText.").diagnostics
    assert (note.field, note.severity.name) == ("redirect_to", "NOTICE")


def test_where_things_are_said_is_known_to_those_who_judge_them_later() -> None:
    found = sound("---\ntags: [a]\nimage: a.png\nslug: a\naliases: /b/\n---\nText.")
    assert (found.tags_position, found.image_position, found.address_position, found.aliases_position) == (
        Position(2, 7),
        Position(3, 8),
        Position(4, 7),
        Position(5, 10),
    )


def test_unknown_keys_are_kept_apart_and_steer_nothing() -> None:
    found = sound("---\ntemplate: ../x\nhide: [toc]\nsearch: {boost: 1e308}\n---\nText.")
    assert found.extra == {"template": "../x", "hide": ["toc"], "search": {"boost": "1e308"}}


def test_a_title_of_markup_and_symbols_stays_as_it_was_written() -> None:
    assert sound("---\ntitle: 'R&D <c> \"x\" {{ 7*7 }}'\n---\nText.").title == 'R&D <c> "x" {{ 7*7 }}'


def test_a_heading_is_cleaned_as_a_title_is() -> None:
    assert sound("# Cafe\u0301 &#x202e;x\n").title == "Café x"


def test_two_readings_of_the_same_bytes_are_equal() -> None:
    text = "---\ntitle: A\nlayout: b\n---\nText."
    assert read(text) == read(text)
