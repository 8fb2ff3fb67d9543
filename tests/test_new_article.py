"""A new article."""

import datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from almanac_kb.content import reader
from almanac_kb.content.publication import PublicationState
from almanac_kb.core import paths, text
from almanac_kb.core.diagnostics import Position
from almanac_kb.core.paths import SourcePath
from almanac_kb.importer import plan

TODAY = datetime.date(2025, 4, 11)


def test_a_new_article_has_a_header_with_every_field_it_should_have() -> None:
    assert plan.new_article('Backups: "at home"', TODAY) == (
        '---\ntitle: "Backups: \\"at home\\""\ndescription: ""\npubDate: 2025-04-11\nupdatedDate: 2025-04-11\nheroAlt: ""\ntags: []\n---\n'
        '# Backups: "at home"\n\n'
    )


def test_a_new_article_is_named_after_its_title() -> None:
    assert plan.article_file_name("Backups at home!") == "backups-at-home.md"
    assert plan.article_file_name("???") == "untitled.md"


@given(st.text(min_size=1, max_size=80))
def test_an_article_with_any_title_is_read_without_diagnostics(title: str) -> None:
    line = text.one_line(title, Position()).value
    assume(text.repair_mojibake(f'"{line}"')[1] == ())
    reading = reader.read_article(SourcePath(plan.article_file_name(title)), plan.new_article(title, TODAY).encode())
    assert reading.diagnostics == ()
    assert reading.article is not None
    assert reading.article.title == line or not line
    assert reading.article.intent.state is PublicationState.PUBLISHED
    assert paths.safe_segment(plan.article_file_name(title)) == plan.article_file_name(title)
