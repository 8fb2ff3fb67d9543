"""Related articles, and backlinks between articles."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from builder import build, words

from almanac_kb.content.article import Article
from almanac_kb.core.packed_text import pack_text
from almanac_kb.core.paths import SourcePath
from almanac_kb.pages import related
from almanac_kb.render.document import Document


def article(name: str, body: str = "", title: str = "", tags: tuple[str, ...] = ()) -> Article:
    return Article(SourcePath(f"{name}.md"), title or name, tags=tags, body=pack_text(body))


def compared(articles: Sequence[Article]) -> dict[SourcePath, tuple[SourcePath, ...]]:
    """The related articles, of documents that show the text of each article as it is."""
    documents = {each.source: Document(each.source, text=each.body) for each in articles}
    return related.related_articles(articles, documents)


def names(all_related: dict[SourcePath, tuple[SourcePath, ...]], name: str) -> list[str]:
    """The names of the articles that are related to the article of this name."""
    return [source.removesuffix(".md") for source in all_related.get(SourcePath(f"{name}.md"), ())]


GARDEN = "Tomatoes want compost, water and a greenhouse; prune the seedlings."
ORBIT = "A satellite in orbit sends telemetry; the launcher drops its booster."


def test_an_article_is_related_to_others_that_use_its_words_more_often_than_itself() -> None:
    often = [article(f"often{number}", "Compost warms seedlings. " * 9) for number in range(9)]
    others = [article(f"orbit{number}", ORBIT) for number in range(11)]
    all_related = compared([*often, article("once", "Compost warms seedlings."), *others])
    assert names(all_related, "once") == ["often0", "often1", "often2", "often3", "often4"]


def test_articles_about_the_same_are_related_and_others_are_not() -> None:
    all_related = compared(
        [
            article("garden", GARDEN),
            article("orbit", ORBIT),
            article("beds", "Seedlings in raised beds need compost and water."),
            article("rocket", "The launcher of the satellite reached orbit."),
            article("cooking", "Boil pasta."),
        ]
    )
    assert names(all_related, "garden") == ["beds"]
    assert names(all_related, "rocket") == ["orbit"]
    assert names(all_related, "cooking") == []


def test_a_rare_tag_relates_articles_that_share_no_word() -> None:
    articles = [article(f"a{number}", f"word{number} other{number}", tags=("common",)) for number in range(20)]
    articles += [article("x", "alpha beta", tags=("rare", "common")), article("y", "gamma delta", tags=("rare", "common"))]
    assert names(compared(articles), "x") == ["y"]


def test_at_most_five_articles_are_related_and_equally_similar_ones_stand_in_the_order_given() -> None:
    articles = [article(f"n{number}", GARDEN) for number in range(8)] + [article(f"m{number}", f"{ORBIT} {number}") for number in range(40)]
    all_related = compared(articles)
    assert names(all_related, "n3") == ["n0", "n1", "n2", "n4", "n5"]
    assert all_related == compared(articles)


@pytest.mark.parametrize(("shared", "expected"), [(2, ["twin"]), (3, ["twin", "other"])])
def test_an_article_is_related_where_it_shares_more_than_a_twentieth_of_the_distinctive_words(shared: int, expected: list[str]) -> None:
    garden = [f"{first}{second}garden" for first in "abcdefgh" for second in "klmno"]
    orbit = [f"{first}{second}orbit" for first in "abcdefgh" for second in "klmno"]
    articles = [
        article("garden", " ".join(garden)),
        article("twin", " ".join(garden)),
        article("other", " ".join(garden[:shared] + orbit[shared:])),
        article("orbit", " ".join(orbit)),
        *(article(f"empty{number}") for number in range(8)),
    ]
    assert names(compared(articles), "garden") == expected


def test_an_article_exactly_at_the_threshold_is_not_related(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [article("garden", GARDEN), article("twin", GARDEN), article("orbit", ORBIT), article("cooking", "Boil pasta.")]
    assert names(compared(articles), "garden") == ["twin"]
    monkeypatch.setattr(related, "MIN_SIMILARITY", 1.0)
    assert names(compared(articles), "garden") == []


def test_chinese_articles_are_compared_by_their_characters() -> None:
    others = [article(f"o{number}", f"unrelated{number} text{number}") for number in range(10)]
    all_related = compared([article("one", "人工智能正在改变医疗保健"), article("two", "医疗保健中的人工智能"), *others])
    assert names(all_related, "one") == ["two"]


def test_articles_without_words_are_related_to_none() -> None:
    assert compared([]) == {}
    assert names(compared([article("a"), article("b")]), "a") == []


def test_links_of_every_kind_are_links_between_articles(tmp_path: Path) -> None:
    built = build(
        tmp_path,
        {
            "t/a.md": "# A\n\n[b](b.md#part), [again](b.md), [c](../c.md?x), [self](a.md), [web](https://e.org/b.md)\n",
            "t/b.md": "# B\n\n## Part\n\n`[c](../c.md)`\n\n```\n[c](../c.md)\n```\n",
            "c.md": "# C\n\n[b][label]\n\n[label]: <t/b.md> 'Title'\n",
            "with space.md": "# Spaced\n\n[[b]]\n",
            "t/d.md": "# D\n\n[spaced](../with%20space.md)\n",
        },
    )
    assert built.code == 0, built.output

    def backlinks(path: str) -> list[str]:
        return sorted(words(built.page(path), "//section[@aria-labelledby='backlinks']//a"))

    assert backlinks("t/b") == ["A", "C", "Spaced"]
    assert backlinks("c") == ["A"]
    assert backlinks("with-space") == ["D"]
    assert backlinks("t/a") == []
