"""Cards: what listings show of an article, a topic or an author; the topics that the header of every page links to.

Readers see a section as a topic.
"""

from collections.abc import Mapping

from almanac_kb.content.article import Article
from almanac_kb.content.authors import Author
from almanac_kb.content.sections import Section
from almanac_kb.content.site import Site
from almanac_kb.core import text as core_text
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.markdown.excerpt import reading_minutes
from almanac_kb.pages import listings
from almanac_kb.pages.metadata import Translation
from almanac_kb.pages.page_parts import ArticleCard, ArticleLink, PageLink, SectionCard
from almanac_kb.pages.sidebar import marks
from almanac_kb.render.document import Document
from almanac_kb.render.images import ImageSize
from almanac_kb.render.reading import initial

Translations = Mapping[SourcePath, tuple[Translation, ...]]
"""Each article in all its languages, by source path."""
MAX_SECTIONS, MAX_DETAILED_SECTIONS, MAX_CHILDREN = 100, 24, 6
"""Most subsections that a section shows; up to how many of them with descriptions and subsections of their own, and most of the latter."""
MAX_HEADER_TOPICS = 6
HEADER_WIDTH, HEADER_GAP, NAME_WIDTH = 92, 4, 1.3
"""Widths in the header, in Latin letters: of all its words together, between two topics, and of a letter of the site's name."""


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


def section_cards(section: Section, site: Site, image_sizes: Mapping[UrlPath, ImageSize]) -> tuple[SectionCard, ...]:
    """The cards of the subsections of a section; of too many of them neither description nor subsections are shown."""
    children = [site.sections[path] for path in section.children[:MAX_SECTIONS]]
    is_detailed = len(section.children) <= MAX_DETAILED_SECTIONS
    return tuple(_section_card(child, site, image_sizes, is_detailed=is_detailed) for child in children)


def author_card(author: Author) -> SectionCard:
    """The card of a person in the index of authors."""
    newest = listings.latest_change(author.articles)
    return SectionCard(author.name, author.url, "", "", len(author.articles), newest, author.description, (), initial(author.name))


def header_topics(site: Site) -> tuple[ArticleLink, ...]:
    """The topics that the header links to, in the order of the site: those with the most articles that fit.

    None where there are fewer than two.
    """
    sections = [site.sections[path] for path in site.sections[""].children]
    rest = HEADER_WIDTH - NAME_WIDTH * core_text.width(site.sections[""].title)
    chosen = set[str]()
    for section in sorted(sections, key=_count, reverse=True):
        width = core_text.width(section.title) + HEADER_GAP
        if width <= rest and len(chosen) < MAX_HEADER_TOPICS:
            chosen.add(section.path)
            rest -= width
    return tuple(ArticleLink(*section.link) for section in sections if section.path in chosen) if len(chosen) > 1 else ()


def _section_card(section: Section, site: Site, image_sizes: Mapping[UrlPath, ImageSize], *, is_detailed: bool) -> SectionCard:
    children = [site.sections[path] for path in section.children[:MAX_CHILDREN]] if is_detailed else []
    image = UrlPath(section.index.image) if section.index else UrlPath("")
    return SectionCard(
        *section.link,
        _count(section),
        listings.latest_change(section.members),
        section.description if is_detailed else "",
        tuple(ArticleLink(*child.link) for child in children),
        initial(section.title),
        marks(section.index).icon if section.index else "",
        image,
        image_sizes.get(image),
    )


def _count(section: Section) -> int:
    return len(section.members) or len(section.articles)
