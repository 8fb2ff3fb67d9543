"""PageHead: metadata, JSON-LD, breadcrumbs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almanac_kb.content import bibliography, routes, taxonomy
from almanac_kb.content import site as content_site
from almanac_kb.content.bibliography import Reference
from almanac_kb.content.reader import Article, Kind
from almanac_kb.content.sections import Section
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.paths import AbsoluteUrl, SourcePath, UrlPath, absolute_url, parents
from almanac_kb.pages import listings, metadata, page_input
from almanac_kb.pages.listings import ArchiveYear
from almanac_kb.pages.metadata import PageMetadata, PreviewImage, Translation

Step = tuple[str, UrlPath]
"""A name and the address it leads to."""


def breadcrumb_trail(subject: Article | Section | Tag | ArchiveYear, topics: Mapping[str, Section]) -> tuple[Step, ...]:
    """The home page, what lies between, and the page of the subject; the page of a topic is the topic."""
    home = (topics[""].title, topics[""].url)
    if isinstance(subject, Section):
        return _topics(subject.path, topics)
    if isinstance(subject, Tag):
        return home, ("Tags", taxonomy.ROOT), (subject.name, subject.url)
    if isinstance(subject, ArchiveYear):
        return home, ("Archive", listings.ROOT), (str(subject.number), subject.url)
    above = _topics(subject.topic, topics)
    return above if subject.kind is Kind.INDEX else (*above, (subject.title, subject.url))


def _topics(path: str, topics: Mapping[str, Section]) -> tuple[Step, ...]:
    above = (*reversed(parents(path)), path)
    return tuple((topics[each].title, topics[each].url) for each in above if each in topics)


Node = dict[str, Any]
"""A thing as schema.org describes it."""
ESCAPED = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})
"""What could end the script element, open a comment in it, or end a line of it: written as JSON escapes (HTML, 4.12.1.3)."""


def json_ld_script(nodes: Sequence[Node]) -> str:
    """The text of a `<script type="application/ld+json">` that holds the nodes."""
    graph = {"@context": "https://schema.org", "@graph": nodes}
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)


def website_node(site: SiteInfo) -> Node:
    """The site, and how it is searched."""
    return {
        "@type": "WebSite",
        "@id": f"{site.base}#website",
        "url": site.base,
        "name": site.name,
        **({"description": site.description} if site.description else {}),
        "inLanguage": site.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{site.base}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs_node(steps: Sequence[Step], site: SiteInfo) -> Node:
    """The way to a page."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute_url(site.base, url)}
        for position, (name, url) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def article_node(
    found: Article, site: SiteInfo, *, schema: str, topic: str, picture: PreviewImage, references: Sequence[Reference] = ()
) -> Node:
    """An article as an `Article` or a `MedicalWebPage`; who answers for the site stands for an author nobody named."""
    address, words = absolute_url(site.base, found.url), page_input.count_words(found.body)
    house: Node = {"@type": "Organization", "name": site.author or site.name, "url": site.base}
    return _said(
        {
            "@type": schema,
            "@id": f"{address}#article",
            "url": address,
            "mainEntityOfPage": found.canonical or address,
            "headline": found.title,
            "name": found.title,
            "description": found.description,
            "image": {"@type": "ImageObject", "url": picture.link, "caption": picture.alt},
            "datePublished": found.created.isoformat() if found.created else "",
            "dateModified": found.changed.isoformat() if found.changed else "",
            "author": [{"@type": "Person", "name": name} for name in found.authors] or [house],
            "publisher": house,
            "keywords": list(found.tags),
            "inLanguage": content_site.article_language(found, site),
            "timeRequired": f"PT{page_input.reading_minutes(words)}M",
            "isPartOf": {"@id": f"{site.base}#website"},
            "citation": [bibliography.reference_schema(work) for work in references],
            **({"articleSection": topic, "wordCount": words} if schema == "Article" else {}),
        }
    )


def page_node(url: UrlPath, title: str, description: str, site: SiteInfo) -> Node:
    """A page that lists articles."""
    return _said(
        {
            "@type": "CollectionPage",
            "url": absolute_url(site.base, url),
            "name": title,
            "description": description,
            "inLanguage": site.language,
            "isPartOf": {"@id": f"{site.base}#website"},
        }
    )


def _said(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in ("", [])}


Subject = Article | Section | Tag | ArchiveYear
"""What a page is of."""


@dataclass(frozen=True)
class PageHead:
    """What a page says of itself."""

    properties: tuple[tuple[str, str], ...]
    """Names and values of `<meta>` elements."""
    graph: str
    """The text of a JSON-LD script, safe in HTML as it stands."""
    versions: tuple[Translation, ...]
    """The page in other languages and its own, where there are others."""
    markdown: UrlPath | None
    """Where its Markdown is."""


def article_head(
    article: Article,
    catalogue: Site,
    site: SiteInfo,
    versions: dict[SourcePath, tuple[Translation, ...]],
    cited: tuple[str, ...] = (),
    size: tuple[int, int] | None = None,
) -> PageHead:
    """The head of the page of an article, of a page, or of a topic whose author wrote one.

    `cited` are the keys of its sources, `size` is that of its picture, where it is known.
    """
    told = _article(article, catalogue, site, size)
    topic = catalogue.topics[article.topic]
    steps = breadcrumb_trail(article, catalogue.topics)
    nodes = [breadcrumbs_node(steps, site)] if len(steps) > 1 else []
    if article.kind is Kind.INDEX:
        nodes.append(page_node(article.url, told.title, told.description, site) if article.url else website_node(site))
    else:
        name = topic.title if topic.path else ""
        references = [work for work in catalogue.bibliography.references if work.key in cited]
        nodes.append(article_node(article, site, schema=topic.schema, topic=name, picture=told.picture, references=references))
    markdown = routes.copy_url(article) if article.is_listed else None
    return PageHead(metadata.metadata_tags(told), json_ld_script(nodes), versions.get(article.source, ()), markdown)


def listing_head(subject: Subject | None, title: str, url: UrlPath, description: str, catalogue: Site, site: SiteInfo) -> PageHead:
    """The head of a page that lists articles; `subject` is None where it is of the whole site, as the index of tags is."""
    name = title if url else site.name
    told = PageMetadata(
        name, description or site.description, absolute_url(site.base, url), metadata.preview_image(None, site), site.name, site.language
    )
    topics = catalogue.topics
    steps = breadcrumb_trail(subject, topics) if subject else (*breadcrumb_trail(topics[""], topics), (title, url))
    nodes = [breadcrumbs_node(steps, site)] if len(steps) > 1 else []
    nodes.append(page_node(url, title, told.description, site) if url else website_node(site))
    return PageHead(metadata.metadata_tags(told), json_ld_script(nodes), (), None)


def _article(article: Article, catalogue: Site, site: SiteInfo, size: tuple[int, int] | None) -> PageMetadata:
    return PageMetadata(
        title=article.title if article.url else site.name,
        description=article.description or site.description,
        link=AbsoluteUrl(article.canonical) if article.canonical else absolute_url(site.base, article.url),
        picture=metadata.preview_image(article, site, size),
        site=site.name,
        language=content_site.article_language(article, site),
        created=article.created,
        updated=article.changed,
        section=catalogue.topics[article.topic].title if article.topic else "",
        tags=article.tags,
        article=article.kind is Kind.ARTICLE,
    )
