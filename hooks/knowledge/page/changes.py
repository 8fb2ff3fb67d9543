"""What a returning reader looks for first: what has changed, and what most articles are about."""

from collections.abc import Iterable

from knowledge.catalogue.tag import Tag
from knowledge.reading.article import Article

ARTICLES, TAGS = 6, 30
"""How many are shown."""


def recent(articles: Iterable[Article]) -> tuple[Article, ...]:
    """The articles changed last after they were published, the last change first."""
    changed = [(each.updated, each) for each in articles if each.updated and each.created and each.updated > each.created]
    ordered = sorted(changed, key=lambda pair: (-pair[0].timestamp(), pair[1].url))
    return tuple(article for _, article in ordered[:ARTICLES])


def popular(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """The tags with the most articles, by name."""
    most = sorted(tags, key=lambda each: (-len(each.articles), each.name.casefold(), each.name))[:TAGS]
    return tuple(sorted(most, key=lambda each: (each.name.casefold(), each.name)))
