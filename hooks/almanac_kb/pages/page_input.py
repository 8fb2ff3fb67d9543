"""PageInput; backlinks, recent changes, reading time."""

from collections.abc import Callable, Iterable, Sequence

from almanac_kb.content.reader import Article
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.paths import UrlPath


def backlinks(articles: Sequence[Article], targets: Callable[[Article], Iterable[UrlPath]]) -> dict[UrlPath, tuple[Article, ...]]:
    """For the address of each article that others link to, those others, in the order given, each once.

    `targets` gives the addresses that the text of an article leads to.
    """
    known = {article.url for article in articles}
    found: dict[UrlPath, dict[UrlPath, Article]] = {}
    for article in articles:
        for target in targets(article):
            if target in known and target != article.url:
                found.setdefault(target, {}).setdefault(article.url, article)
    return {url: tuple(others.values()) for url, others in found.items()}


ARTICLES, TAGS = 6, 30
"""How many are shown."""


def recent_changes(articles: Iterable[Article]) -> tuple[Article, ...]:
    """The articles changed last after they were published, the last change first."""
    changed = [(each.updated, each) for each in articles if each.updated and each.created and each.updated > each.created]
    ordered = sorted(changed, key=lambda pair: (-pair[0].timestamp(), pair[1].url))
    return tuple(article for _, article in ordered[:ARTICLES])


def popular_tags(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """The tags with the most articles, by name."""
    most = sorted(tags, key=lambda each: (-len(each.articles), each.name.casefold(), each.name))[:TAGS]
    return tuple(sorted(most, key=lambda each: (each.name.casefold(), each.name)))


WORDS = 220
"""Words that are read in a minute."""


def reading_minutes(words: int) -> int:
    """Whole minutes to read so many words, at least one."""
    return max(1, round(words / WORDS))
