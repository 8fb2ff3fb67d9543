"""The model for reuse: `articles.json`, a record for each article, as `assets/articles.schema.json` documents it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.catalogue.tag import Tag
from knowledge.catalogue.topic import Topic
from knowledge.feeds.feed import Site
from knowledge.page import reading_time, transcript, translation
from knowledge.place import Url, link
from knowledge.reading.article import Article

NAME = Url("articles.json")
SCHEMA = Url("assets/articles.schema.json")
VERSION = 1
"""Grows when a key changes its meaning or goes; new keys do not count."""

Record = dict[str, Any]
"""What is known of an article, as JSON."""


def record(article: Article, site: Site, *, topic: Topic, tags: Mapping[str, Tag], related: Sequence[Article]) -> Record:
    """All that readers can know of an article but its text; a key whose value nobody said is null or an empty list."""
    words = reading_time.words(article.body)
    return {
        "url": link(site.base, article.url),
        "markdown": link(site.base, transcript.url(article)),
        "source": article.source,
        "title": article.title,
        "description": article.description,
        "published": article.created.isoformat() if article.created else None,
        "updated": article.updated.isoformat() if article.updated else None,
        "language": translation.language(article, site),
        "authors": list(article.authors),
        "topic": {"path": topic.path, "title": topic.title, "url": link(site.base, topic.url)},
        "tags": [{"name": name, "url": link(site.base, tags[name].url)} for name in article.tags],
        "series": article.series or None,
        "names": list(article.names),
        "canonical": article.canonical or None,
        "image": {"url": link(site.base, Url(article.image)), "alt": article.alt} if article.image else None,
        "words": words,
        "minutes": reading_time.minutes(words),
        "related": [link(site.base, other.url) for other in related],
    }


def write(records: Sequence[Record], site: Site) -> str:
    """The records as a JSON document, a line for each, so that a change of one article is a change of one line."""
    head = {"$schema": link(site.base, SCHEMA), "version": VERSION, "site": {"name": site.name, "url": site.base}}
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in records)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "articles": [\n{lines}\n]}}\n'
