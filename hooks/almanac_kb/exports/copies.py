"""Markdown copies, llms.txt, articles.json, robots.txt."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from almanac_kb.body import page_links
from almanac_kb.content import routes
from almanac_kb.content import site as content_site
from almanac_kb.content.reader import Article
from almanac_kb.content.sections import Section
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.paths import AbsoluteUrl, SourcePath, UrlPath, absolute_url, is_article
from almanac_kb.pages import page_input

NAME_ROBOTS = UrlPath("robots.txt")


def write_robots(base: str) -> str:
    """All may be read; the sitemap tells what there is. Crawlers ask for it at the root of a host, so below a path it is for people."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {absolute_url(base, UrlPath('sitemap.xml'))}\n"


def markdown_copy(article: Article, site: SiteInfo, pages: Mapping[SourcePath, UrlPath]) -> str:
    """The Markdown of an article: a header of title, dates and address, then the text. `pages` tells where each source is published."""
    body = page_links.replace(article.body, lambda address: _absolute(address, article.source, site, pages))
    return f"{_header(article, site)}\n{body.strip()}\n"


def _header(article: Article, site: SiteInfo) -> str:
    said = {
        "title": json.dumps(article.title, ensure_ascii=False),
        "date": article.created.isoformat() if article.created else "",
        "updated": article.updated.isoformat() if article.updated else "",
        "url": absolute_url(site.base, article.url),
    }
    return "\n".join(("---", *(f"{key}: {value}" for key, value in said.items() if value), "---", ""))


def _absolute(address: str, source: SourcePath, site: SiteInfo, pages: Mapping[SourcePath, UrlPath]) -> AbsoluteUrl | str:
    target = page_links.resolve(address, source)
    if target is None:
        return address
    fragment = "".join(address.partition("#")[1:])
    if target in pages:
        return f"{absolute_url(site.base, pages[target])}{fragment}"
    return address if is_article(target) else f"{absolute_url(site.base, UrlPath(target))}{fragment}"


INDEX, FULL = UrlPath("llms.txt"), UrlPath("llms-full.txt")
SIZE = 1_000_000
"""How many bytes a part of the full text has at most, where no single article is longer."""


def llms_index(topics: Mapping[str, Section], site: SiteInfo) -> dict[UrlPath, str]:
    """The list of all articles and pages, a section for each topic, each with its summary and a link to its Markdown.

    Where that is longer than a megabyte, a list of topics, each with a list of its own.
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


def llms_full(texts: Iterable[str], site: SiteInfo) -> dict[UrlPath, str]:
    """The files of the full text: one, or where that is longer than a megabyte numbered parts and a list of them."""
    parts = _parts(texts)
    if len(parts) <= 1:
        return {FULL: f"# {_line(site.name)}\n\n{''.join(parts)}"}
    files = {UrlPath(f"llms-full-{number}.txt"): part for number, part in enumerate(parts, 1)}
    names = "\n".join(f"- [{url}]({absolute_url(site.base, url)})" for url in files)
    return {FULL: f"# {_line(site.name)}\n\nThe text has {len(files)} parts:\n\n{names}\n", **files}


def _parts(texts: Iterable[str]) -> Sequence[str]:
    parts: list[str] = []
    gathered: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode()) + 1
        if gathered and size + length > SIZE:
            parts.append("\n".join(gathered))
            gathered, size = [], 0
        gathered.append(text)
        size += length
    return [*parts, "\n".join(gathered)] if gathered else parts


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
    summary = f": {_line(article.description)}" if article.description else ""
    return f"- [{_label(article.title)}]({absolute_url(site.base, routes.copy_url(article))}){summary}"


def _label(text: str) -> str:
    return _line(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _line(text: str) -> str:
    return " ".join(text.split())


NAME_RECORD = UrlPath("articles.json")
SCHEMA = UrlPath("assets/articles.schema.json")
VERSION = 1
"""Grows when a key changes its meaning or goes; new keys do not count."""

Record = dict[str, Any]
"""What is known of an article, as JSON."""


def article_record(article: Article, site: SiteInfo, *, topic: Section, tags: Mapping[str, Tag], related: Sequence[Article]) -> Record:
    """All that readers can know of an article but its text; a key whose value nobody said is null or an empty list."""
    words = page_input.count_words(article.body)
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
        "tags": [{"name": name, "url": absolute_url(site.base, tags[name].url)} for name in article.tags],
        "series": article.series or None,
        "names": list(article.names),
        "canonical": article.canonical or None,
        "image": {"url": absolute_url(site.base, UrlPath(article.image)), "alt": article.alt} if article.image else None,
        "words": words,
        "minutes": page_input.reading_minutes(words),
        "related": [absolute_url(site.base, other.url) for other in related],
    }


def write_records(records: Sequence[Record], site: SiteInfo) -> str:
    """The records as a JSON document, a line for each, so that a change of one article is a change of one line."""
    head = {"$schema": absolute_url(site.base, SCHEMA), "version": VERSION, "site": {"name": site.name, "url": site.base}}
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in records)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "articles": [\n{lines}\n]}}\n'


Related = Mapping[SourcePath, Sequence[Article]]


def export_files(catalogue: Site, site: SiteInfo, related: Callable[[], Related]) -> dict[UrlPath, Callable[[], str]]:
    """What makes each file, by its address: the Markdown of each article, their list, their records; nothing of what is withheld."""
    pages = _pages(catalogue)
    return {
        NAME_ROBOTS: partial(write_robots, site.base),
        **{url: partial(str, text) for url, text in llms_index(catalogue.topics, site).items()},
        NAME_RECORD: lambda: write_records(_records(catalogue, site, related()), site),
        **{routes.copy_url(article): partial(markdown_copy, article, site, pages) for article in _shown(catalogue)},
    }


def full_text_files(catalogue: Site, site: SiteInfo) -> dict[UrlPath, str]:
    """The files with the text of all articles; how many there are depends on how much that is."""
    pages = _pages(catalogue)
    shown = sorted(_shown(catalogue), key=lambda article: article.url)
    return llms_full((markdown_copy(article, site, pages) for article in shown), site)


def _shown(catalogue: Site) -> Iterator[Article]:
    return (article for article in catalogue.published if article.is_listed)


def _pages(catalogue: Site) -> dict[SourcePath, UrlPath]:
    return {article.source: article.url for article in _shown(catalogue)}


def _records(catalogue: Site, site: SiteInfo, related: Related) -> list[Record]:
    return [
        article_record(article, site, topic=catalogue.topics[article.topic], tags=catalogue.tag, related=related.get(article.source, ()))
        for article in catalogue.articles
        if article.is_listed
    ]
