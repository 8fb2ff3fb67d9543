"""Exports for programs: Markdown copies, llms.txt, articles.json, robots.txt."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from almanac_kb.content import routes
from almanac_kb.content import site as content_site
from almanac_kb.content.article import Article
from almanac_kb.content.sections import Section
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core import cache
from almanac_kb.core.paths import AbsoluteUrl, SourcePath, UrlPath, absolute_url
from almanac_kb.exports.html_to_markdown import to_markdown
from almanac_kb.markdown.excerpt import reading_minutes

NAME_ROBOTS = UrlPath("robots.txt")


def write_robots(base: str) -> str:
    """The `robots.txt` (RFC 9309) that allows everything and names the sitemap. Crawlers read it only at the root of a host."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {absolute_url(base, UrlPath('sitemap.xml'))}\n"


Convert = Callable[[str, AbsoluteUrl], str]
"""Converts the HTML of a text on the page at an absolute URL to Markdown."""


def markdown_copy(article: Article, html: str, site: SiteInfo, convert: Convert = to_markdown) -> str:
    """The Markdown copy of an article: a header of title, dates and URL, then what its page shows, with absolute links.

    `html` is its text on its page.
    """
    return f"{_header(article, site)}\n{convert(html, absolute_url(site.base, article.url))}\n"


def _header(article: Article, site: SiteInfo) -> str:
    fields = {
        "title": json.dumps(article.title, ensure_ascii=False),
        "date": article.created.isoformat() if article.created else "",
        "updated": article.updated.isoformat() if article.updated else "",
        "url": absolute_url(site.base, article.url),
    }
    return "\n".join(("---", *(f"{key}: {value}" for key, value in fields.items() if value), "---", ""))


FULL_NAME = "llms-full"
"""The start of the names of the files with the text of all articles."""
INDEX, FULL = UrlPath("llms.txt"), UrlPath(f"{FULL_NAME}.txt")
SIZE = 1_000_000
"""Most bytes of one part of the full text, unless a single article is longer."""


def llms_index(topics: Mapping[str, Section], site: SiteInfo) -> dict[UrlPath, str]:
    """`llms.txt` (llmstxt.org): all articles and pages by section, with their descriptions and links to their Markdown copies.

    If that is longer than a megabyte, it lists the sections instead, and each section has an `llms.txt` of its own.
    """
    sections = [(topic, _section(topic, site)) for topic in topics.values() if _listed(topic)]
    whole = _paragraphs(*_opening(site), *(text for _, text in sections))
    if len(whole.encode()) <= SIZE:
        return {INDEX: whole}
    below = [(topic, UrlPath(f"{topic.url}{INDEX}"), text) for topic, text in sections if topic.path]
    names = "\n".join(f"- [{_label(topic.title)}]({absolute_url(site.base, url)})" for topic, url, _ in below)
    root = (text for topic, text in sections if not topic.path)
    return {
        INDEX: _paragraphs(*_opening(site), f"## Topics\n\n{names}", *root),
        **{url: _paragraphs(f"# {_line(topic.title)}", text) for topic, url, text in below},
    }


@dataclass(frozen=True)
class FullText:
    """A file with the texts of articles, one after another."""

    url: UrlPath
    opening: str
    """The text before them."""
    copies: tuple[UrlPath, ...]
    """The Markdown copies in it."""

    def text(self, read: Callable[[UrlPath], str]) -> str:
        """Its content, from the copies that `read` returns."""
        return self.opening + "\n".join(map(read, self.copies))


def full_texts(sizes: Mapping[UrlPath, int], site: SiteInfo) -> list[FullText]:
    """`llms-full.txt` with all texts, or, if it is longer than a megabyte, its numbered parts and a list of them.

    `sizes` are those of the Markdown copies in bytes, in their order.
    """
    title, parts = f"# {_line(site.name)}\n\n", _parts(sizes)
    if len(parts) <= 1:
        return [FullText(FULL, title, tuple(sizes))]
    urls = [UrlPath(f"{FULL_NAME}-{number}.txt") for number in range(1, len(parts) + 1)]
    names = "\n".join(f"- [{url}]({absolute_url(site.base, url)})" for url in urls)
    whole = FullText(FULL, f"{title}The text has {len(parts)} parts:\n\n{names}\n", ())
    return [whole, *(FullText(url, "", part) for url, part in zip(urls, parts, strict=True))]


def _parts(sizes: Mapping[UrlPath, int]) -> list[tuple[UrlPath, ...]]:
    parts: list[list[UrlPath]] = []
    total = 0
    for url, size in sizes.items():
        if not parts or total + size + 1 > SIZE:
            parts.append([])
            total = 0
        parts[-1].append(url)
        total += size + 1
    return [tuple(part) for part in parts]


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(texts) + "\n"


def _opening(site: SiteInfo) -> list[str]:
    summary = [f"> {_line(site.description)}"] if site.description else []
    return [f"# {_line(site.name)}", *summary, f"The whole text is in [{FULL}]({absolute_url(site.base, FULL)})."]


def _listed(topic: Section) -> list[Article]:
    return [article for article in ((topic.index,) if topic.index else ()) + topic.articles if article.is_listed]


def _section(topic: Section, site: SiteInfo) -> str:
    return f"## {_line(topic.title)}\n\n" + "\n".join(_item(article, site) for article in _listed(topic))


def _item(article: Article, site: SiteInfo) -> str:
    summary = f": {_label(article.description)}" if article.description else ""
    return f"- [{_label(article.title)}]({absolute_url(site.base, routes.copy_url(article))}){summary}"


def _label(text: str) -> str:
    """A text on one line, escaped such that it can be the text of a Markdown link."""
    return _line(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _line(text: str) -> str:
    return " ".join(text.split())


NAME_RECORD = UrlPath("articles.json")
SCHEMA = UrlPath("assets/articles.schema.json")
VERSION = 1
"""Version of the format, raised when a key changes its meaning or is removed."""

ArticleRecord = dict[str, Any]
"""An article in `articles.json`."""


def article_record(
    article: Article, site: SiteInfo, *, topic: Section, tags: Mapping[str, Tag], related: Sequence[Article], words: int
) -> ArticleRecord:
    """The public metadata of an article; what its author did not set is null or an empty list. `words` is its number of words."""
    return {
        "url": absolute_url(site.base, article.url),
        "markdown": absolute_url(site.base, routes.copy_url(article)),
        "source": article.source,
        "title": article.title,
        "description": article.description,
        "published": article.created.isoformat() if article.created else None,
        "updated": article.updated.isoformat() if article.updated else None,
        "language": content_site.article_language(article, site),
        "authors": list(article.authors),
        "topic": {"path": topic.path, "title": topic.title, "url": absolute_url(site.base, topic.url)},
        "tags": [{"name": name, "url": absolute_url(site.base, tags[name].url) if name in tags else None} for name in article.tags],
        "series": article.series or None,
        "names": list(article.names),
        "canonical": article.canonical or None,
        "image": {"url": absolute_url(site.base, UrlPath(article.image)), "alt": article.alt} if article.image else None,
        "words": words,
        "minutes": reading_minutes(words),
        "related": [absolute_url(site.base, other.url) for other in related],
    }


def write_records(records: Sequence[ArticleRecord], site: SiteInfo) -> str:
    """The records as a JSON document with a line for each, so that a change of one article changes one line."""
    head = {"$schema": absolute_url(site.base, SCHEMA), "version": VERSION, "site": {"name": site.name, "url": site.base}}
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "articles": [\n{lines}\n]}}\n'


Related = Mapping[SourcePath, Sequence[Article]]


def export_files(
    site: Site, info: SiteInfo, *, related: Callable[[], Related], words: Callable[[Article], int]
) -> dict[UrlPath, Callable[[], str]]:
    """The files for programs, except texts, by URL path, as functions that make them; withheld articles are in none.

    `related` and `words` (the number of words of an article) are called when a file is made.
    """
    return {
        NAME_ROBOTS: partial(write_robots, info.base),
        **{url: partial(str, text) for url, text in llms_index(site.sections, info).items()},
        NAME_RECORD: lambda: write_records(_records(site, info, related(), words), info),
    }


def copied(site: Site) -> Iterator[Article]:
    """The articles and pages that have a Markdown copy."""
    return (article for article in site.published if article.is_listed)


def records_key(site: Site, info: SiteInfo, related: Related, words: Callable[[Article], int]) -> str:
    """The cache key of `articles.json`."""
    articles = [
        (article.digest, words(article), [other.url for other in related.get(article.source, ())])
        for article in site.articles
        if article.is_listed
    ]
    sections = {path: (section.title, section.url) for path, section in site.sections.items()}
    tags = {name: tag.url for name, tag in site.tags_by_name.items()}
    return cache.cache_key(cache.code_version(()), cache.digest([info, articles, sections, tags]))


def _records(site: Site, info: SiteInfo, related: Related, words: Callable[[Article], int]) -> list[ArticleRecord]:
    return [
        article_record(
            article,
            info,
            topic=site.sections[article.section],
            tags=site.tags_by_name,
            related=related.get(article.source, ()),
            words=words(article),
        )
        for article in site.articles
        if article.is_listed
    ]
