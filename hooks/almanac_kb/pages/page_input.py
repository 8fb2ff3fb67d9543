"""What pages show besides their text: backlinks, recent changes, popular tags, reading time."""

from collections.abc import Callable, Iterable, Sequence

from almanac_kb.content.reader import Article
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.paths import UrlPath

MAX_RECENT_CHANGES, MAX_POPULAR_TAGS = 6, 30
"""Most changed articles and tags that the home page shows."""
WORDS_PER_MINUTE = 220
"""Reading speed."""


def backlinks(articles: Sequence[Article], targets: Callable[[Article], Iterable[UrlPath]]) -> dict[UrlPath, tuple[Article, ...]]:
    """By the URL path of each article that others link to: these others, in the order given, each once.

    `targets` returns the URL paths that the text of an article links to.
    """
    urls = {article.url for article in articles}
    linking: dict[UrlPath, dict[UrlPath, Article]] = {}
    for article in articles:
        for target in targets(article):
            if target in urls and target != article.url:
                linking.setdefault(target, {}).setdefault(article.url, article)
    return {url: tuple(others.values()) for url, others in linking.items()}


def recent_changes(articles: Iterable[Article]) -> tuple[Article, ...]:
    """The articles that were updated after they were published, the latest update first, at most six."""
    changes = [(item.updated, item) for item in articles if item.updated and item.created and item.updated > item.created]
    ordered = sorted(changes, key=lambda change: (-change[0].timestamp(), change[1].url))
    return tuple(article for _, article in ordered[:MAX_RECENT_CHANGES])


def popular_tags(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """The thirty tags with the most articles, in the order given."""
    popular = {tag.name for tag in sorted(tags, key=lambda tag: -len(tag.articles))[:MAX_POPULAR_TAGS]}
    return tuple(tag for tag in tags if tag.name in popular)


def reading_minutes(words: int) -> int:
    """Whole minutes that reading so many words takes, at least one."""
    return max(1, round(words / WORDS_PER_MINUTE))
