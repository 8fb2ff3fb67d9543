"""The site again, as files for machines: what crawlers, language models and programs read in place of its pages."""

from collections.abc import Mapping, Sequence

from knowledge.catalogue.catalogue import Catalogue
from knowledge.feeds.feed import Site
from knowledge.machines import llms, record, robots
from knowledge.page import transcript
from knowledge.place import Source, Url
from knowledge.reading.article import Article

Related = Mapping[Source, Sequence[Article]]


def files(catalogue: Catalogue, site: Site, related: Related) -> dict[Url, str]:
    """Every file by its address: the Markdown of each article, the lists of them, their records; nothing of what is withheld."""
    shown = [article for article in catalogue.published if not article.withheld]
    pages = {article.source: article.url for article in shown}
    texts = {article.url: transcript.write(article, site, pages) for article in sorted(shown, key=lambda each: each.url)}
    return {
        robots.NAME: robots.write(site.base),
        **llms.index(catalogue.topics, site),
        **llms.full(texts.values(), site),
        record.NAME: record.write(_records(catalogue, site, related), site),
        **{transcript.url(article): texts[article.url] for article in shown},
    }


def _records(catalogue: Catalogue, site: Site, related: Related) -> list[record.Record]:
    tags = {tag.name: tag for tag in catalogue.tags}
    return [
        record.record(article, site, topic=catalogue.topics[article.topic], tags=tags, related=related.get(article.source, ()))
        for article in catalogue.articles
        if not article.withheld
    ]
