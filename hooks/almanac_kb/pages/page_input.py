"""PageInput: all that our templates show of a page beside MkDocs' own variables, as frozen strings, numbers and dates.

A page is the same as long as its input is: the cache of pages looks it up by the digest of its input.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from markupsafe import Markup

from almanac_kb.content.authors import Author
from almanac_kb.content.reader import Article, Kind
from almanac_kb.content.sections import Section
from almanac_kb.content.settings import Giscus
from almanac_kb.content.site import Site, SiteInfo, article_language
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.paths import SourcePath, UrlPath, absolute_url
from almanac_kb.markdown.excerpt import reading_minutes
from almanac_kb.pages import covers, head, listings, sidebar
from almanac_kb.pages.head import Listed, PageHead
from almanac_kb.pages.listings import ArchiveYear, PaginatorPage
from almanac_kb.pages.metadata import Translation, feed_url
from almanac_kb.pages.sidebar import Sidebar, SidebarRow
from almanac_kb.render import linker
from almanac_kb.render.document import Document
from almanac_kb.render.images import ImageSize

COVER_SIZE = ImageSize(1200, 400)
"""Width and height in pixels of a drawn cover."""
MAX_SECTIONS, MAX_DETAILED_SECTIONS, MAX_CHILDREN = 100, 24, 6
"""Most subsections that a section shows; up to how many of them with descriptions and subsections of their own, and most of the latter."""
MAX_BACKLINKS = 20
"""Most articles that link to an article which its page names; the others are counted."""


@dataclass(frozen=True)
class PageLink:
    """A link to a page of the site."""

    title: str
    url: UrlPath


@dataclass(frozen=True)
class ArticleLink(PageLink):
    """A link to an article, with what a browser has to know of the language of its title."""

    language_tag: str
    """Its language as a BCP 47 tag, where it declares one."""
    direction: str
    """`rtl` or `ltr`; empty where it declares no language."""


@dataclass(frozen=True)
class RelatedLink(ArticleLink):
    """A link to a related article."""

    description: str


@dataclass(frozen=True)
class TagEntry:
    """A tag in an index of tags."""

    name: str
    url: UrlPath
    group: str
    """The name of the tag that heads its group, or empty."""
    count: int
    """Number of its articles."""


@dataclass(frozen=True)
class ArticleCard(ArticleLink):
    """An article in a listing."""

    description: str
    created: datetime.datetime | None
    updated: datetime.datetime | None
    withheld: str
    """Why only a preview shows it, or empty."""
    tags: tuple[PageLink, ...]


@dataclass(frozen=True)
class SectionCard:
    """A subsection on the page of its section."""

    title: str
    url: UrlPath
    count: int
    """Number of articles in it and below, or of its pages where it has no articles."""
    description: str
    """Empty where there are too many subsections to describe."""
    children: tuple[PageLink, ...]
    """The first of its own subsections; none where there are too many subsections to describe."""


@dataclass(frozen=True)
class YearEntry:
    """A year in the archive."""

    number: int
    url: UrlPath
    count: int
    """Number of its articles."""
    chart: Markup
    """The articles of each month as an SVG element."""


@dataclass(frozen=True)
class MonthEntry:
    """A month of a year, with those of its articles that the page lists."""

    name: str
    anchor: str
    """The id of its heading."""
    count: int
    """Number of all its articles."""
    cards: tuple[ArticleCard, ...]


@dataclass(frozen=True)
class ArticleFacts:
    """What the page of an article or a page says of it, above its text."""

    is_article: bool
    """False for a page, which has no dates, authors, tags and cover."""
    withheld: str
    """Why only a preview shows it, or empty."""
    created: datetime.datetime | None
    updated: datetime.datetime | None
    reading_minutes: int
    authors: tuple[PageLink, ...]
    """Who wrote it; without URL path where the author file has no such person."""
    section: PageLink | None
    """The section it lies in; None at the top of the site."""
    tags: tuple[PageLink, ...]
    versions: tuple[Translation, ...]
    """The article in other languages."""
    image: UrlPath
    """Its image, or the cover drawn in its place."""
    image_alt: str
    image_size: ImageSize | None
    """In pixels; None where it is not known."""


@dataclass(frozen=True)
class Home:
    """What the home page shows beside its listing."""

    article_count: int
    tag_count: int
    recent_changes: tuple[ArticleCard, ...]
    popular_tags: tuple[TagEntry, ...]
    feeds: tuple[Translation, ...] = ()
    """The feed of each language, in a site of several."""


@dataclass(frozen=True)
class Listing:
    """One page of a listing: of articles, of tags, or of years."""

    title: str
    """The title of what is listed, without the number of the page."""
    description: str
    """On its first page."""
    number: int
    """The number of the page, from one."""
    count: int
    """Number of items on all pages."""
    previous: UrlPath | None
    next: UrlPath | None
    links: tuple[tuple[int, UrlPath], ...]
    """Numbers and URL paths of other pages; none for a listing of one page."""
    is_home: bool = False
    """Whether it lists the whole site."""
    feed: UrlPath | None = None
    """The Atom feed of the same articles."""
    cards: tuple[ArticleCard, ...] = ()
    sections: tuple[SectionCard, ...] = ()
    tags: tuple[TagEntry, ...] = ()
    years: tuple[YearEntry, ...] = ()
    months: tuple[MonthEntry, ...] = ()


@dataclass(frozen=True)
class SiteFlags:
    """Which pages of the whole site there are to link to."""

    has_tags: bool
    has_bibliography: bool
    has_archive: bool
    has_feed: bool
    comments: Giscus | None = None
    """The comments below articles."""
    asks_repository: bool = False
    """Whether a browser may ask the host of the repository for its stars and forks."""


@dataclass(frozen=True)
class PageContent:
    """What MkDocs knows of a page, its text among it."""

    title: str
    url: str
    """Its URL path as MkDocs has it, percent-encoded."""
    heading: Markup
    """The heading of the first level that opens the text; empty where the template shows the title instead."""
    text: Markup
    """The text without that heading."""
    has_formulas: bool = False
    has_diagrams: bool = False
    robots: str = ""
    """What search engines are asked, as `<meta name="robots">` says it; empty where nothing is asked of them."""


@dataclass(frozen=True, kw_only=True)
class PageInput(PageContent):
    """All that our templates show of one page beside MkDocs' own variables."""

    site: SiteFlags
    sidebar: SidebarRow
    article: ArticleFacts | None = None
    listing: Listing | None = None
    home: Home | None = None
    head: PageHead | None = None
    """None for pages of MkDocs and its plugins."""
    related: tuple[RelatedLink, ...] = ()
    backlinks: tuple[ArticleLink, ...] = ()
    more_backlinks: int = 0
    """Number of articles that link here and are not named."""
    languages: tuple[Translation, ...] = ()
    """The page in all its languages, its own among them; none where there is only one."""
    language_feed: UrlPath | None = None
    """The Atom feed of the articles in the language of this one, in a site of several languages."""
    diagnostics: tuple[str, ...] = ()
    """What is wrong with an article that is refused, in a preview."""


@dataclass(frozen=True)
class SiteInputs:
    """What the inputs of all pages are taken from; all of it is known before the first page is written."""

    site: Site
    info: SiteInfo
    documents: Mapping[SourcePath, Document]
    image_sizes: Mapping[UrlPath, ImageSize]
    years: tuple[ArchiveYear, ...]
    translations: dict[SourcePath, tuple[Translation, ...]]
    related: Mapping[SourcePath, tuple[Article, ...]]
    backlinks: Mapping[UrlPath, tuple[Article, ...]]
    feeds: frozenset[UrlPath]
    """The URL paths of all Atom feeds."""
    sidebar: Sidebar
    flags: SiteFlags
    per_page: int
    """Number of articles on a page of a listing."""
    cards: Mapping[SourcePath, ArticleCard] = field(default_factory=dict)
    """The card of each article, as `article_cards` makes them."""


def article_cards(site: Site) -> dict[SourcePath, ArticleCard]:
    """The card of each article and page that a listing may name, by source path."""
    return {article.source: _card(article, site) for article in site.published}


def plain_input(page: PageContent, inputs: SiteInputs) -> PageInput:
    """The input of a page that is neither of an article nor a listing, such as the bibliography or that of a plugin."""
    return PageInput(**vars(page), site=inputs.flags, sidebar=sidebar.sidebar_rows(inputs.sidebar, page.url))


def article_input(article: Article, page: PageContent, inputs: SiteInputs) -> PageInput:
    """The input of the page of an article or a page; that of the page of a section or a tag has the first page of its listing."""
    site, size, document = inputs.site, inputs.image_sizes.get(UrlPath(article.image)), inputs.documents[article.source]
    is_index = article.kind is Kind.INDEX
    section = site.sections[article.section]
    linking = inputs.backlinks.get(article.url, ())
    return replace(
        plain_input(page, inputs),
        title=article.title,
        article=_article_facts(article, document, size, inputs),
        listing=_listing_below(article, inputs),
        home=_home(inputs) if is_index and not section.path else None,
        head=head.article_head(article, document, site, inputs.info, inputs.translations, size),
        languages=tuple(each for each in inputs.translations.get(article.source, ()) if each.language != "x-default"),
        language_feed=_existing(feed_url(article_language(article, inputs.info)), inputs),
        related=tuple(RelatedLink(*_link(other), other.description) for other in inputs.related.get(article.source, ())),
        backlinks=tuple(ArticleLink(*_link(other)) for other in linking[:MAX_BACKLINKS]),
        more_backlinks=max(0, len(linking) - MAX_BACKLINKS),
    )


def _listing_below(article: Article, inputs: SiteInputs) -> Listing | None:
    """What a page lists below its text; None for articles."""
    site = inputs.site
    if article.kind is Kind.INDEX:
        section = site.sections[article.section]
        return _listing(listings.section_listing(section, site, inputs.per_page)[0], section, inputs)
    if article.kind is Kind.TAG:
        tag = next((tag for tag in site.tags if tag.url == article.url), None)
        items = listings.paginate(tag.articles, tag.url, inputs.per_page) if tag else listings.tag_index(site.tags)
        return _listing(items[0], tag, inputs)
    return None


def listing_input(items: PaginatorPage[Any], subject: Listed | None, page: PageContent, inputs: SiteInputs) -> PageInput:
    """The input of one page of a listing; `subject` is None for the indexes of all tags and of all years."""
    is_home = isinstance(subject, Section) and not subject.path and items.number == 1
    description = subject.description if subject else ""
    return replace(
        plain_input(page, inputs),
        listing=_listing(items, subject, inputs),
        home=_home(inputs) if is_home else None,
        head=head.listing_head(subject, page.title, items.url, description, inputs.site, inputs.info),
    )


def _listing(items: PaginatorPage[Any], subject: Listed | None, inputs: SiteInputs) -> Listing:
    if isinstance(subject, Section):
        return _section_listing(items, subject, inputs)
    if isinstance(subject, Tag | Author):
        return _paginated(items, subject.name, subject.description, _feed(subject.url, inputs), cards=_cards(items.items, inputs))
    if isinstance(subject, ArchiveYear):
        return _paginated(
            items, str(subject.number), "", None, years=(_year(subject, items.url, inputs),), months=_months(items, subject, inputs)
        )
    tags = tuple(_tag_entry(item) for item in items.items if isinstance(item, Tag))
    years = tuple(_year(item, items.url, inputs) for item in items.items if isinstance(item, ArchiveYear))
    return _paginated(items, "", "", None, tags=tags, years=years)


def _section_listing(items: PaginatorPage[Article], section: Section, inputs: SiteInputs) -> Listing:
    is_home, is_first = not section.path, items.number == 1
    return _paginated(
        items,
        section.title,
        section.description or (inputs.info.description if is_home else ""),
        _feed(section.url, inputs),
        is_home=is_home,
        cards=_cards(items.items, inputs),
        sections=_section_cards(section, inputs.site) if is_first else (),
    )


def _paginated(items: PaginatorPage[Any], title: str, description: str, feed: UrlPath | None, **parts: Any) -> Listing:
    return Listing(
        title,
        description if items.number == 1 else "",
        items.number,
        items.count,
        items.previous,
        items.next,
        items.links,
        feed=feed,
        **parts,
    )


def _feed(url: UrlPath, inputs: SiteInputs) -> UrlPath | None:
    return _existing(UrlPath(f"{url}feed.xml"), inputs)


def _existing(feed: UrlPath, inputs: SiteInputs) -> UrlPath | None:
    return feed if feed in inputs.feeds else None


def _language_feeds(inputs: SiteInputs) -> tuple[Translation, ...]:
    """The feed of each language of the site, in a site of several."""
    spoken = sorted({article_language(article, inputs.info) for article in inputs.site.articles})
    feeds = ((language, _existing(feed_url(language), inputs)) for language in spoken)
    return tuple(Translation(language, absolute_url(inputs.info.base, url), url) for language, url in feeds if url)


def _home(inputs: SiteInputs) -> Home:
    site = inputs.site
    recent, popular = listings.recent_changes(site.articles), listings.popular_tags(site.tags)
    return Home(len(site.articles), len(site.tags), _cards(recent, inputs), tuple(map(_tag_entry, popular)), _language_feeds(inputs))


def _section_cards(section: Section, site: Site) -> tuple[SectionCard, ...]:
    is_detailed = len(section.children) <= MAX_DETAILED_SECTIONS
    return tuple(_section_card(site.sections[path], site, is_detailed=is_detailed) for path in section.children[:MAX_SECTIONS])


def _section_card(section: Section, site: Site, *, is_detailed: bool) -> SectionCard:
    children = [site.sections[path] for path in section.children[:MAX_CHILDREN]] if is_detailed else []
    return SectionCard(
        section.title,
        section.url,
        len(section.members) or len(section.articles),
        section.description if is_detailed else "",
        tuple(PageLink(child.title, child.url) for child in children),
    )


def _year(year: ArchiveYear, page: UrlPath, inputs: SiteInputs) -> YearEntry:
    """A year with its chart, whose links are relative to the URL path of a page."""
    most = max(month.count for year in inputs.years for month in year.months)
    chart = listings.draw_year_chart(year, most, partial(linker.relative_url, page=page), inputs.info.messages)
    return YearEntry(year.number, year.url, len(year.articles), Markup(chart))


def _months(items: PaginatorPage[Article], year: ArchiveYear, inputs: SiteInputs) -> tuple[MonthEntry, ...]:
    months = listings.group_by_month(items.items, year)
    messages = inputs.info.messages
    return tuple(
        MonthEntry(messages.month(month.number), month.anchor, month.count, _cards(articles, inputs)) for month, articles in months
    )


def _tag_entry(tag: Tag) -> TagEntry:
    return TagEntry(tag.name, tag.url, tag.group, len(tag.articles))


def _cards(articles: Iterable[Article], inputs: SiteInputs) -> tuple[ArticleCard, ...]:
    return tuple(inputs.cards[article.source] for article in articles)


def _card(article: Article, site: Site) -> ArticleCard:
    return ArticleCard(*_link(article), article.description, article.created, article.updated, article.withheld, _tags(article, site))


def _link(article: Article) -> tuple[str, UrlPath, str, str]:
    """The fields of an ArticleLink."""
    return article.title, article.url, article.language_tag, article.direction


def _tags(article: Article, site: Site) -> tuple[PageLink, ...]:
    return tuple(PageLink(name, site.tag[name].url) for name in article.tags)


def _article_facts(article: Article, document: Document, size: ImageSize | None, inputs: SiteInputs) -> ArticleFacts:
    section, translations = inputs.site.sections[article.section], inputs.translations.get(article.source, ())
    return ArticleFacts(
        is_article=article.kind is Kind.ARTICLE,
        withheld=article.withheld,
        created=article.created,
        updated=article.updated,
        reading_minutes=reading_minutes(document.excerpt.words),
        authors=tuple(PageLink(name, inputs.site.author_urls.get(name, UrlPath(""))) for name in article.authors),
        section=PageLink(section.title, section.url) if article.section else None,
        tags=_tags(article, inputs.site),
        versions=tuple(item for item in translations if item.language != "x-default" and item.path != article.url),
        image=UrlPath(article.image or f"{article.url}cover.svg"),
        image_alt=article.alt or covers.cover_name(article.title, inputs.info.messages),
        image_size=size if article.image else COVER_SIZE,
    )
