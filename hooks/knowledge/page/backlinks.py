"""Who links to whom: for each article the articles whose text leads to it."""

from collections.abc import Callable, Iterable, Sequence

from knowledge.place import Url
from knowledge.reading.article import Article


def backlinks(articles: Sequence[Article], targets: Callable[[Article], Iterable[Url]]) -> dict[Url, tuple[Article, ...]]:
    """For the address of each article that others link to, those others, in the order given, each once.

    `targets` gives the addresses that the text of an article leads to.
    """
    known = {article.url for article in articles}
    found: dict[Url, dict[Url, Article]] = {}
    for article in articles:
        for target in targets(article):
            if target in known and target != article.url:
                found.setdefault(target, {}).setdefault(article.url, article)
    return {url: tuple(others.values()) for url, others in found.items()}
