"""The site again, as files for machines: what crawlers, language models and programs read in place of its pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from knowledge.catalogue.catalogue import Catalogue
from knowledge.feeds.feed import Site
from knowledge.machines import llms, record, robots
from knowledge.page import transcript
from knowledge.place import Source, Url
from knowledge.reading.article import Article

Related = Mapping[Source, Sequence[Article]]


def files(catalogue: Catalogue, site: Site, related: Callable[[], Related]) -> dict[Url, Callable[[], str]]:
    """What makes each file, by its address: the Markdown of each article, their list, their records; nothing of what is withheld."""
    pages = _pages(catalogue)
    return {
        robots.NAME: partial(robots.write, site.base),
        **{url: partial(str, text) for url, text in llms.index(catalogue.topics, site).items()},
        record.NAME: lambda: record.write(_records(catalogue, site, related()), site),
        **{transcript.url(article): partial(transcript.write, article, site, pages) for article in _shown(catalogue)},
    }


def whole(catalogue: Catalogue, site: Site) -> dict[Url, str]:
    """The files with the text of all articles; how many there are depends on how much that is."""
    pages = _pages(catalogue)
    shown = sorted(_shown(catalogue), key=lambda article: article.url)
    return llms.full((transcript.write(article, site, pages) for article in shown), site)


def _shown(catalogue: Catalogue) -> Iterator[Article]:
    return (article for article in catalogue.published if not article.withheld)


def _pages(catalogue: Catalogue) -> dict[Source, Url]:
    return {article.source: article.url for article in _shown(catalogue)}


def _records(catalogue: Catalogue, site: Site, related: Related) -> list[record.Record]:
    return [
        record.record(article, site, topic=catalogue.topics[article.topic], tags=catalogue.tag, related=related.get(article.source, ()))
        for article in catalogue.articles
        if not article.withheld
    ]
