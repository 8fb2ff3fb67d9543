"""Who links to whom: for each article the articles whose text leads to it."""

from collections.abc import Sequence

from knowledge import links
from knowledge.article import Article
from knowledge.place import Source


def backlinks(articles: Sequence[Article]) -> dict[Source, tuple[Article, ...]]:
    """For each article that others link to, those others, in the order given, each once."""
    known = {article.source for article in articles}
    found: dict[Source, dict[Source, Article]] = {}
    for article in articles:
        for address in links.addresses(article.body):
            target = links.resolve(address, article.source)
            if target in known and target != article.source:
                found.setdefault(target, {}).setdefault(article.source, article)
    return {source: tuple(others.values()) for source, others in found.items()}
