"""An article as clean Markdown: its text as published, with a small header and addresses that lead somewhere from anywhere."""

import json
from collections.abc import Mapping

from knowledge.feeds.feed import Site
from knowledge.page import links
from knowledge.place import Link, Source, Url, is_article, link
from knowledge.reading.article import Article

NAME = "index.md"
"""The file, below the page of the article."""


def url(article: Article) -> Url:
    """Where the Markdown of an article is."""
    return Url(f"{article.url}{NAME}")


def write(article: Article, site: Site, pages: Mapping[Source, Url]) -> str:
    """The Markdown of an article: a header of title, dates and address, then the text. `pages` tells where each source is published."""
    body = links.replace(article.body, lambda address: _absolute(address, article.source, site, pages))
    return f"{_header(article, site)}\n{body.strip()}\n"


def _header(article: Article, site: Site) -> str:
    said = {
        "title": json.dumps(article.title, ensure_ascii=False),
        "date": article.created.isoformat() if article.created else "",
        "updated": article.updated.isoformat() if article.updated else "",
        "url": link(site.base, article.url),
    }
    return "\n".join(("---", *(f"{key}: {value}" for key, value in said.items() if value), "---", ""))


def _absolute(address: str, source: Source, site: Site, pages: Mapping[Source, Url]) -> Link | str:
    target = links.resolve(address, source)
    if target is None:
        return address
    fragment = "".join(address.partition("#")[1:])
    if target in pages:
        return f"{link(site.base, pages[target])}{fragment}"
    return address if is_article(target) else f"{link(site.base, Url(target))}{fragment}"
