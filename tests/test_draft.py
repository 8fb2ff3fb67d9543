"""A new article."""

import datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge import draft, plaintext, slug
from knowledge.place import Source
from knowledge.problem import Mark
from knowledge.reading import article, mojibake

TODAY = datetime.date(2025, 4, 11)


def test_a_new_article_has_a_header_with_every_field_it_should_have() -> None:
    assert draft.write('Backups: "at home"', TODAY) == (
        '---\ntitle: "Backups: \\"at home\\""\ndescription: ""\npubDate: 2025-04-11\nupdatedDate: 2025-04-11\nheroAlt: ""\ntags: []\n---\n'
        '# Backups: "at home"\n\n'
    )


def test_a_new_article_is_named_after_its_title() -> None:
    assert draft.file_name("Backups at home!") == "backups-at-home.md"
    assert draft.file_name("???") == "untitled.md"


@given(st.text(min_size=1, max_size=80))
def test_whatever_the_title_the_article_is_read_back_without_problems(title: str) -> None:
    line = plaintext.one_line(title, Mark()).value
    assume(mojibake.repair(f'"{line}"')[1] == ())
    reading = article.read(Source(draft.file_name(title)), draft.write(title, TODAY).encode())
    assert reading.problems == ()
    assert reading.article is not None
    assert reading.article.title == line or not line
    assert reading.article.withheld == ""
    assert slug.safe(draft.file_name(title)) == draft.file_name(title)
