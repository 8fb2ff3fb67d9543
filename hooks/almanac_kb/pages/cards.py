"""Cards: what a listing shows of an article."""

from collections.abc import Mapping

from almanac_kb.content.reader import Article
from almanac_kb.content.site import Site
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.markdown.excerpt import reading_minutes
from almanac_kb.pages import listings
from almanac_kb.pages.metadata import Translation
from almanac_kb.pages.page_parts import ArticleCard, ArticleLink, PageLink
from almanac_kb.render.document import Document
from almanac_kb.render.images import ImageSize

Translations = Mapping[SourcePath, tuple[Translation, ...]]
"""Each article in all its languages, by source path."""


def article_cards(
    site: Site, documents: Mapping[SourcePath, Document], translations: Translations, image_sizes: Mapping[UrlPath, ImageSize]
) -> dict[SourcePath, ArticleCard]:
    """The card of each article and page that a listing may name, by source path."""
    return {article.source: _card(article, site, documents[article.source], translations, image_sizes) for article in site.published}


def other_versions(article: Article, translations: Translations) -> tuple[Translation, ...]:
    """An article in its other languages."""
    return tuple(each for each in translations.get(article.source, ()) if each.language != "x-default" and each.path != article.url)


def tag_links(article: Article, site: Site) -> tuple[PageLink, ...]:
    """The tags of an article; without URL path where a tag has no page."""
    pages = site.tags_by_name
    return tuple(PageLink(name, pages[name].url if name in pages else UrlPath("")) for name in article.tags)


def _card(
    article: Article, site: Site, document: Document, translations: Translations, image_sizes: Mapping[UrlPath, ImageSize]
) -> ArticleCard:
    image, section = UrlPath(article.image), site.sections.get(article.section)
    return ArticleCard(
        article.title,
        article.url,
        article.language_tag,
        article.direction,
        article.description,
        article.created,
        listings.changed(article),
        reading_minutes(document.words),
        article.withheld,
        tag_links(article, site),
        other_versions(article, translations),
        ArticleLink(*section.link) if section and section.path else None,
        image,
        image_sizes.get(image),
    )
