"""What the head of a page says to machines: its preview, its place, its translations, its Markdown."""

from dataclasses import dataclass

from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.tag import Tag
from knowledge.catalogue.topic import Topic
from knowledge.feeds.feed import Site
from knowledge.page import jsonld, preview, trail, transcript, translation
from knowledge.page.archive import Year
from knowledge.page.preview import Preview
from knowledge.page.translation import Version
from knowledge.place import Link, Source, Url, link
from knowledge.reading.article import Article, Kind

Subject = Article | Topic | Tag | Year
"""What a page is of."""


@dataclass(frozen=True)
class Head:
    """What a page says of itself."""

    properties: tuple[tuple[str, str], ...]
    """Names and values of `<meta>` elements."""
    graph: str
    """The text of a JSON-LD script, safe in HTML as it stands."""
    versions: tuple[Version, ...]
    """The page in other languages and its own, where there are others."""
    markdown: Url | None
    """Where its Markdown is."""


def of_article(
    article: Article,
    catalogue: Catalogue,
    site: Site,
    versions: dict[Source, tuple[Version, ...]],
    cited: tuple[str, ...] = (),
    size: tuple[int, int] | None = None,
) -> Head:
    """The head of the page of an article, of a page, or of a topic whose author wrote one.

    `cited` are the keys of its sources, `size` is that of its picture, where it is known.
    """
    told = _article(article, catalogue, site, size)
    topic = catalogue.topics[article.topic]
    steps = trail.way(article, catalogue.topics)
    nodes = [jsonld.breadcrumbs(steps, site)] if len(steps) > 1 else []
    if article.kind is Kind.INDEX:
        nodes.append(jsonld.page(article.url, told.title, told.description, site) if article.url else jsonld.website(site))
    else:
        name = topic.title if topic.path else ""
        works = [work for work in catalogue.library.works if work.key in cited]
        nodes.append(jsonld.article(article, site, schema=topic.schema, topic=name, picture=told.picture, works=works))
    markdown = None if article.withheld else transcript.url(article)
    return Head(preview.tags(told), jsonld.script(nodes), versions.get(article.source, ()), markdown)


def of_listing(subject: Subject | None, title: str, url: Url, description: str, catalogue: Catalogue, site: Site) -> Head:
    """The head of a page that lists articles; `subject` is None where it is of the whole site, as the index of tags is."""
    name = title if url else site.name
    told = Preview(name, description or site.description, link(site.base, url), preview.picture(None, site), site.name, site.language)
    topics = catalogue.topics
    steps = trail.way(subject, topics) if subject else (*trail.way(topics[""], topics), (title, url))
    nodes = [jsonld.breadcrumbs(steps, site)] if len(steps) > 1 else []
    nodes.append(jsonld.page(url, title, told.description, site) if url else jsonld.website(site))
    return Head(preview.tags(told), jsonld.script(nodes), (), None)


def _article(article: Article, catalogue: Catalogue, site: Site, size: tuple[int, int] | None) -> Preview:
    return Preview(
        title=article.title if article.url else site.name,
        description=article.description or site.description,
        link=Link(article.canonical) if article.canonical else link(site.base, article.url),
        picture=preview.picture(article, site, size),
        site=site.name,
        language=translation.language(article, site),
        created=article.created,
        updated=article.changed,
        section=catalogue.topics[article.topic].title if article.topic else "",
        tags=article.tags,
        article=article.kind is Kind.ARTICLE,
    )
