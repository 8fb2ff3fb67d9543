"""What pages show besides their text: backlinks, recent changes, popular tags, reading time."""

import re
from collections.abc import Callable, Iterable, Sequence

from almanac_kb.content.reader import Article
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.paths import UrlPath

MAX_RECENT_CHANGES, MAX_POPULAR_TAGS = 6, 30
"""Most changed articles and tags that the home page shows."""
WORDS_PER_MINUTE, IDEOGRAPHS_PER_MINUTE = 220, 500
"""Reading speeds: of words, and of characters of scripts that have no spaces."""
WORD = re.compile(r"[^\W_]+")
IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Kana and Han, which are written without spaces between words."""
ASCII_WORDS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
"""A table for `bytes.translate` that replaces all of ASCII but letters and digits by spaces."""


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


def popular_tags(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """The thirty tags with the most articles, by name."""
    popular = sorted(tags, key=lambda tag: (-len(tag.articles), tag.name.casefold(), tag.name))[:MAX_POPULAR_TAGS]
    return tuple(sorted(popular, key=lambda tag: (tag.name.casefold(), tag.name)))


def count_words(body: str) -> int:
    """The number of words in a text; 500 ideographs, which have no spaces between words, count as 220 words."""
    if body.isascii():
        return len(body.encode().translate(ASCII_WORDS).split())
    spaced, ideographs = IDEOGRAPH.subn(" ", body)
    return len(WORD.findall(spaced)) + ideographs * WORDS_PER_MINUTE // IDEOGRAPHS_PER_MINUTE


def reading_minutes(words: int) -> int:
    """Whole minutes that reading so many words takes, at least one."""
    return max(1, round(words / WORDS_PER_MINUTE))
