"""PageHead: what the `<head>` of a page tells programs: metadata, and JSON-LD by schema.org with breadcrumbs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from almanac_kb.content import bibliography, routes, taxonomy
from almanac_kb.content import site as content_site
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.authors import AUTHORS_URL, Author
from almanac_kb.content.sections import Section
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.paths import AbsoluteUrl, UrlPath, absolute_url, parents
from almanac_kb.markdown.excerpt import reading_minutes
from almanac_kb.markdown.references import Reference
from almanac_kb.pages import metadata
from almanac_kb.pages.listings import ArchiveYear
from almanac_kb.pages.metadata import PageMetadata, PreviewImage, Translation
from almanac_kb.render.document import Document

Listed = Section | Tag | Author | ArchiveYear
"""The subject of a page that lists articles."""
JsonLd = dict[str, Any]
"""A node of a JSON-LD graph: an object with properties of schema.org."""
JSON_ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})
"""JSON escapes of characters that could end a script element, open a comment in it, or end a line (HTML, section 4.12.1.3)."""


class Breadcrumb(NamedTuple):
    """A page on the way from the home page to another one."""

    title: str
    url: UrlPath
    language_tag: str = ""
    """The language of its title as a BCP 47 tag, where the page declares one."""
    direction: str = ""
    """`rtl` or `ltr`; empty where the page declares no language."""


@dataclass(frozen=True)
class PageHead:
    """The contents of the `<head>` of a page that programs read."""

    metadata: tuple[tuple[str, str], ...]
    """Names and values of `<meta>` elements."""
    json_ld: str
    """The text of a `<script type="application/ld+json">`, safe in HTML as it stands."""
    translations: tuple[Translation, ...]
    """The page in all its languages, its own among them; none where there is only one."""
    markdown: UrlPath | None
    """The Markdown copy of an article; None for other pages and where an article is not published."""


def article_head(
    article: Article,
    document: Document,
    site: Site,
    info: SiteInfo,
    translations: tuple[Translation, ...],
    image_size: tuple[int, int] | None = None,
) -> PageHead:
    """The head of the page of an article, of a page, or of a section whose page an author wrote.

    `document` is its compiled text; `image_size` is width and height in pixels of the image of its header.
    """
    page = _article_metadata(article, site, info, image_size)
    section = site.sections[article.section]
    breadcrumbs = breadcrumb_trail(article, site.sections, info)
    nodes = [breadcrumbs_node(breadcrumbs, info)] if len(breadcrumbs) > 1 else []
    if article.kind is ArticleKind.INDEX:
        nodes.append(listing_node(article.url, page.title, page.description, info) if article.url else website_node(info))
    else:
        title = section.title if section.path else ""
        references = [reference for reference in site.bibliography.references if reference.key in document.citations]
        words = document.words
        nodes.append(
            article_node(article, info, schema=section.schema, section=title, image=page.image, words=words, references=references)
        )
    markdown = routes.copy_url(article) if article.is_listed else None
    return PageHead(metadata.metadata_tags(page), json_ld_text(nodes), translations, markdown)


def listing_head(
    subject: Listed | None, title: str, url: UrlPath, description: str, site: Site, info: SiteInfo, translations: tuple[Translation, ...]
) -> PageHead:
    """The head of a page that lists articles; `subject` is None for a page about the whole site, such as the index of tags."""
    page = PageMetadata(
        title=title if url else info.name,
        description=description or info.description,
        url=absolute_url(info.base, url),
        image=metadata.site_card(info),
        site_name=info.name,
        language=info.language,
    )
    sections = site.sections
    above = breadcrumb_trail(subject or sections[""], sections, info)
    breadcrumbs = above if subject else (*above, Breadcrumb(title, url))
    nodes = [breadcrumbs_node(breadcrumbs, info)] if len(breadcrumbs) > 1 else []
    nodes.append(listing_node(url, title, page.description, info) if url else website_node(info))
    return PageHead(metadata.metadata_tags(page), json_ld_text(nodes), translations, None)


def _article_metadata(article: Article, site: Site, info: SiteInfo, image_size: tuple[int, int] | None) -> PageMetadata:
    return PageMetadata(
        title=article.title if article.url else info.name,
        description=article.description or info.description,
        url=AbsoluteUrl(article.canonical) if article.canonical else absolute_url(info.base, article.url),
        image=metadata.preview_image(article, site, info, image_size),
        site_name=info.name,
        language=content_site.article_language(article, info),
        created=article.created,
        updated=article.changed,
        section=site.sections[article.section].title if article.section else "",
        tags=article.tags,
        is_article=article.kind is ArticleKind.ARTICLE,
    )


def breadcrumb_trail(subject: Article | Listed, sections: Mapping[str, Section], info: SiteInfo) -> tuple[Breadcrumb, ...]:
    """The pages from the home page down to the page of the subject, both included; the index page of a section stands for the section."""
    (home,), messages, base = _section_trail("", sections), info.messages, info.folder
    if isinstance(subject, Section):
        return _section_trail(subject.path, sections)
    if isinstance(subject, Tag):
        index = Breadcrumb(messages.gettext("Tags"), UrlPath(f"{base}{taxonomy.TAGS_URL}"))
        return home, index, Breadcrumb(subject.name, subject.url)
    if isinstance(subject, Author):
        index = Breadcrumb(messages.gettext("Authors"), UrlPath(f"{base}{AUTHORS_URL}"))
        return home, index, Breadcrumb(subject.name, subject.url)
    if isinstance(subject, ArchiveYear):
        index = Breadcrumb(messages.gettext("Archive"), UrlPath(f"{base}{routes.ARCHIVE_URL}"))
        return home, index, Breadcrumb(str(subject.number), subject.url)
    trail = _section_trail(subject.section, sections)
    return trail if subject.kind is ArticleKind.INDEX else (*trail, Breadcrumb(subject.title, subject.url))


def _section_trail(path: str, sections: Mapping[str, Section]) -> tuple[Breadcrumb, ...]:
    folders = (*reversed(parents(path)), path)
    trail = (Breadcrumb(*sections[folder].link) for folder in folders if folder in sections)
    return tuple(dict.fromkeys(trail))  # the folder of a language is the home page in that language, too


def json_ld_text(nodes: Sequence[JsonLd]) -> str:
    """The text of a `<script type="application/ld+json">` with a graph of the nodes, safe in HTML."""
    graph = {"@context": "https://schema.org", "@graph": nodes}
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(JSON_ESCAPES)


def website_node(site: SiteInfo) -> JsonLd:
    """The site as schema.org's `WebSite`, with the URL of its search."""
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


def breadcrumbs_node(breadcrumbs: Sequence[Breadcrumb], site: SiteInfo) -> JsonLd:
    """Breadcrumbs as schema.org's `BreadcrumbList`."""
    items = [
        {"@type": "ListItem", "position": position, "name": breadcrumb.title, "item": absolute_url(site.base, breadcrumb.url)}
        for position, breadcrumb in enumerate(breadcrumbs, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def article_node(
    article: Article, site: SiteInfo, *, schema: str, section: str, image: PreviewImage, words: int, references: Sequence[Reference] = ()
) -> JsonLd:
    """An article as schema.org's `Article` or `MedicalWebPage`, which `schema` says; `section` is the title of its section.

    For an article without authors, its author is that of the site, or else the site.
    """
    url = absolute_url(site.base, article.url)
    publisher: JsonLd = {"@type": "Organization", "name": site.author or site.name, "url": site.base}
    return _without_empty(
        {
            "@type": schema,
            "@id": f"{url}#article",
            "url": url,
            "mainEntityOfPage": article.canonical or url,
            "headline": article.title,
            "name": article.title,
            "description": article.description,
            "image": {"@type": "ImageObject", "url": image.url, **({"caption": image.alt} if image.alt else {})},
            "datePublished": article.created.isoformat() if article.created else "",
            "dateModified": article.changed.isoformat() if article.changed else "",
            "author": [{"@type": "Person", "name": name} for name in article.authors] or [publisher],
            "publisher": publisher,
            "keywords": list(article.tags),
            "inLanguage": content_site.article_language(article, site),
            "timeRequired": f"PT{reading_minutes(words)}M",
            "isPartOf": {"@id": f"{site.base}#website"},
            "citation": [bibliography.reference_schema(reference) for reference in references],
            **({"articleSection": section, "wordCount": words} if schema == "Article" else {}),
        }
    )


def listing_node(url: UrlPath, title: str, description: str, site: SiteInfo) -> JsonLd:
    """A page that lists articles as schema.org's `CollectionPage`."""
    return _without_empty(
        {
            "@type": "CollectionPage",
            "url": absolute_url(site.base, url),
            "name": title,
            "description": description,
            "inLanguage": site.language,
            "isPartOf": {"@id": f"{site.base}#website"},
        }
    )


def _without_empty(node: JsonLd) -> JsonLd:
    return {key: value for key, value in node.items() if value not in ("", [])}
