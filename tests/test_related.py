"""Which articles are related, and which link to each other."""

from pathlib import Path

import pytest
from builder import build, words
from limits import one_text

from almanac_kb.content.reader import Article
from almanac_kb.core.paths import SourcePath
from almanac_kb.exports import page_links
from almanac_kb.pages import related


def article(name: str, body: str = "", title: str = "", tags: tuple[str, ...] = ()) -> Article:
    return Article(SourcePath(f"{name}.md"), title or name, tags=tags, body=body)


def names(found: dict[SourcePath, tuple[SourcePath, ...]], name: str) -> list[str]:
    return [each.removesuffix(".md") for each in found.get(SourcePath(f"{name}.md"), ())]


GARDEN = "Tomatoes want compost, water and a greenhouse; prune the seedlings."
ORBIT = "A satellite in orbit sends telemetry; the launcher drops its booster."


def test_articles_about_the_same_are_related_and_others_are_not() -> None:
    found = related.related_articles(
        [
            article("garden", GARDEN),
            article("orbit", ORBIT),
            article("beds", "Seedlings in raised beds need compost and water."),
            article("rocket", "The launcher of the satellite reached orbit."),
            article("cooking", "Boil pasta."),
        ]
    )
    assert names(found, "garden") == ["beds"]
    assert names(found, "rocket") == ["orbit"]
    assert names(found, "cooking") == []


def test_a_rare_tag_relates_articles_that_share_no_word() -> None:
    articles = [article(f"a{number}", f"word{number} other{number}", tags=("common",)) for number in range(20)]
    articles += [article("x", "alpha beta", tags=("rare", "common")), article("y", "gamma delta", tags=("rare", "common"))]
    assert names(related.related_articles(articles), "x") == ["y"]


def test_at_most_five_are_named_and_equals_stand_in_the_order_given() -> None:
    articles = [article(f"n{number}", GARDEN) for number in range(8)] + [article(f"m{number}", f"{ORBIT} {number}") for number in range(40)]
    found = related.related_articles(articles)
    assert names(found, "n3") == ["n0", "n1", "n2", "n4", "n5"]
    assert found == related.related_articles(articles)


@pytest.mark.parametrize(("shared", "expected"), [(2, ["twin"]), (3, ["twin", "other"])])
def test_an_article_is_related_where_it_shares_more_than_a_twentieth_of_the_telling_words(shared: int, expected: list[str]) -> None:
    garden = [f"{first}{second}garden" for first in "abcdefgh" for second in "klmno"]
    orbit = [f"{first}{second}orbit" for first in "abcdefgh" for second in "klmno"]
    articles = [
        article("garden", " ".join(garden)),
        article("twin", " ".join(garden)),
        article("other", " ".join(garden[:shared] + orbit[shared:])),
        article("orbit", " ".join(orbit)),
        *(article(f"empty{number}") for number in range(8)),
    ]
    assert names(related.related_articles(articles), "garden") == expected


def test_an_article_exactly_at_the_threshold_is_not_related(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [article("garden", GARDEN), article("twin", GARDEN), article("orbit", ORBIT), article("cooking", "Boil pasta.")]
    assert names(related.related_articles(articles), "garden") == ["twin"]
    monkeypatch.setattr(related, "LIKE", 1.0)
    assert names(related.related_articles(articles), "garden") == []


def test_chinese_articles_are_compared_by_their_characters() -> None:
    others = [article(f"o{number}", f"unrelated{number} text{number}") for number in range(10)]
    found = related.related_articles([article("one", "人工智能正在改变医疗保健"), article("two", "医疗保健中的人工智能"), *others])
    assert names(found, "one") == ["two"]


def test_nothing_is_related_to_nothing() -> None:
    assert related.related_articles([]) == {}
    assert names(related.related_articles([article("a"), article("b")]), "a") == []


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

    def leading_to(path: str) -> list[str]:
        return sorted(words(built.page(path), "//section[@aria-labelledby='backlinks']//a"))

    assert leading_to("t/b") == ["A", "C", "Spaced"]
    assert leading_to("c") == ["A"]
    assert leading_to("with-space") == ["D"]
    assert leading_to("t/a") == []


@pytest.mark.parametrize("text", ["](", "](<", "](a(", "[x]: <", "[" * 9 + "](", "](" + "a(b)" * 9])
def test_addresses_are_found_in_hostile_text_in_time(text: str) -> None:
    with one_text():
        for body in (text * (400_000 // len(text)), ("\n" + text) * 40_000):
            page_links.replace(body, lambda address: address)
