"""Which articles are related, and which link to each other."""

import time

from knowledge import backlinks, related
from knowledge.article import Article
from knowledge.place import Source


def article(name: str, body: str = "", title: str = "", tags: tuple[str, ...] = ()) -> Article:
    return Article(Source(f"{name}.md"), title or name, tags=tags, body=body)


def names(found: dict[Source, tuple[Article, ...]], name: str) -> list[str]:
    return [each.title for each in found.get(Source(f"{name}.md"), ())]


GARDEN = "Tomatoes want compost, water and a greenhouse; prune the seedlings."
ORBIT = "A satellite in orbit sends telemetry; the launcher drops its booster."


def test_articles_about_the_same_are_related_and_others_are_not() -> None:
    found = related.related(
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
    assert names(related.related(articles), "x") == ["y"]


def test_at_most_five_are_named_and_equals_stand_in_the_order_given() -> None:
    articles = [article(f"n{number}", GARDEN) for number in range(8)] + [article(f"m{number}", f"{ORBIT} {number}") for number in range(40)]
    found = related.related(articles)
    assert names(found, "n3") == ["n0", "n1", "n2", "n4", "n5"]
    assert found == related.related(articles)


def test_chinese_articles_are_compared_by_their_characters() -> None:
    others = [article(f"o{number}", f"unrelated{number} text{number}") for number in range(10)]
    found = related.related([article("one", "人工智能正在改变医疗保健"), article("two", "医疗保健中的人工智能"), *others])
    assert names(found, "one") == ["two"]


def test_nothing_is_related_to_nothing() -> None:
    assert related.related([]) == {}
    assert names(related.related([article("a"), article("b")]), "a") == []


def test_links_to_files_are_links_between_articles() -> None:
    articles = [
        article("t/a", "[b](b.md#part) and [again](b.md), [c](../c.md?x), [self](a.md), [web](https://e.org/b.md), [gone](gone.md)"),
        article("t/b", "`[c](../c.md)`\n\n    [c](../c.md)\n\n```\n[c](../c.md)\n```\n"),
        article("c", "[label]: <t/b.md> 'Title'\n\n[up](../t/b.md) [root](/t/a.md)"),
        article("t/with space", "[b](b.md)"),
        article("t/d", "[spaced](with%20space.md)"),
    ]
    found = backlinks.backlinks(articles)
    assert {source: [each.title for each in others] for source, others in found.items()} == {
        "t/b.md": ["t/a", "c", "t/with space"],
        "c.md": ["t/a"],
        "t/with space.md": ["t/d"],
    }


def test_hostile_text_costs_no_more_than_its_length() -> None:
    for text in ("](", "](<", "](a(", "[x]: <", "[" * 9 + "](", "](" + "a(b)" * 9):
        started = time.perf_counter()
        backlinks.backlinks([article("a", text * (400_000 // len(text))), article("b", ("\n" + text) * 40_000)])
        assert time.perf_counter() - started < 4, text
