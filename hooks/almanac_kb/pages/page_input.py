"""PageInput: everything our templates show of a page beside MkDocs' own variables, as frozen texts, numbers and dates.

A page is the same as long as its input is, so the page cache looks it up by the digest of its input.
"""

import datetime
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from almanac_kb.content.authors import Author
from almanac_kb.content.reader import Article, Kind
from almanac_kb.content.sections import Section
from almanac_kb.content.settings import Giscus, HomeSetting
from almanac_kb.content.site import Site, SiteInfo, article_language
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.messages import Messages, message
from almanac_kb.core.paths import SourcePath, UrlPath, absolute_url
from almanac_kb.markdown.excerpt import reading_minutes
from almanac_kb.pages import head, listings, sidebar
from almanac_kb.pages.head import Listed, PageHead
from almanac_kb.pages.listings import ArchiveMonth, ArchiveYear, PaginatorPage
from almanac_kb.pages.metadata import Translation, feed_url
from almanac_kb.pages.sidebar import Sidebar, SidebarRow
from almanac_kb.pages.site_map import SiteMap
from almanac_kb.render.document import Document
from almanac_kb.render.images import ImageSize
from almanac_kb.render.reading import Letter, Reading, initial

RELATED_TITLES = (message("Related articles"), message("See also"), "Related")
"""Titles under which authors name related articles, in English and in the language of the site."""
MAX_SECTIONS, MAX_DETAILED_SECTIONS, MAX_CHILDREN = 100, 24, 6
"""Most subsections that a section shows; up to how many of them with descriptions and subsections of their own, and most of the latter."""
MARK = UrlPath("assets/mark.svg")
"""The file of the mark of the site, which is its logo and its icon where mkdocs.yml names none."""
NOTHING, NO_HOME, NO_READING = Markup(), HomeSetting(), Reading()
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
    changed: datetime.datetime | None
    """When it was changed after it was published; None where it was not."""
    reading_minutes: int
    withheld: str
    """Why only a preview shows it, or empty."""
    tags: tuple[PageLink, ...]


@dataclass(frozen=True)
class SectionCard:
    """A subsection on the page of its section, or a person in the index of authors."""

    title: str
    url: UrlPath
    count: int
    """Number of articles in it and below, or of its pages where it has no articles."""
    changed: datetime.datetime | None
    """When one of its articles was published or changed last."""
    description: str
    """Empty where there are too many subsections to describe."""
    children: tuple[PageLink, ...]
    """The first of its own subsections; none where there are too many subsections to describe."""


@dataclass(frozen=True)
class MonthCell:
    """A month in the calendar of the archive."""

    name: str
    """The short name of the month."""
    label: str
    """The month with its year and the number of its articles, in words; empty where it has none."""
    count: int
    shade: int
    """From 0 (no articles) to 4."""
    url: UrlPath
    """The page on which its articles begin; empty where it has none."""
    anchor: str
    """The id of its heading there."""


@dataclass(frozen=True)
class YearEntry:
    """A year in the archive."""

    number: int
    url: UrlPath
    count: int
    """Number of its articles."""
    cells: tuple[MonthCell, ...]
    """Its twelve months."""


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
class ParagraphChange:
    """A paragraph of an article, and when it changed last."""

    words: str
    """Its first words."""
    changed: datetime.date
    found_by: str
    """Words of it by which a browser finds it, or empty."""

    @property
    def text_fragment(self) -> str:
        """The text fragment of a link that leads to it (WICG, Text Fragments), or empty."""
        return f":~:text={quote(self.found_by, safe='')}" if self.found_by else ""


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
    contributors: tuple[PageLink, ...]
    """Who else committed it, where the settings show that."""
    paragraphs: tuple[ParagraphChange, ...]
    """When each of its paragraphs changed, where the settings show that and not all changed on one day."""
    tags: tuple[PageLink, ...]
    versions: tuple[Translation, ...]
    """The article in other languages."""
    image: UrlPath
    """The image that its header names, or empty."""
    image_alt: str
    image_size: ImageSize | None
    """In pixels; None where it is not known."""


@dataclass(frozen=True)
class Home:
    """What the home page shows beside its listing."""

    article_count: int
    tag_count: int
    title: str
    """Its heading, where the settings name one that is not that of the page."""
    lead: str
    """What the site is, in a sentence, or empty."""
    image: UrlPath
    """The image at its top."""
    start: tuple[ArticleLink, ...]
    """The articles to start with."""
    popular_tags: tuple[TagEntry, ...]
    feeds: tuple[Translation, ...] = ()
    """The feed of each language, in a site of several."""


@dataclass(frozen=True)
class LetterEntry:
    """A letter of a list of titles."""

    letter: str
    anchor: str
    """The id of its heading."""
    cards: tuple[ArticleCard, ...]


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
    is_partly_named: bool = False
    """Whether the author's own lists above it name some of its articles, which are then no cards."""
    sections: tuple[SectionCard, ...] = ()
    tags: tuple[TagEntry, ...] = ()
    years: tuple[YearEntry, ...] = ()
    months: tuple[MonthEntry, ...] = ()
    letters: tuple[LetterEntry, ...] = ()
    """Its articles under their letters, in place of cards."""
    url: UrlPath = UrlPath("")
    """The URL path of its first page in its own order."""
    alphabet: UrlPath | None = None
    """The list of all its titles, where it has several pages."""
    is_by_hand: bool = False
    """Whether an author ordered its articles."""


@dataclass(frozen=True)
class SiteFlags:
    """Which pages of the whole site there are to link to."""

    has_tags: bool
    has_bibliography: bool
    has_archive: bool
    has_feed: bool
    comments: Giscus | None = None
    """The comments below articles."""
    about: PageLink | None = None
    """The page at `/about/`, where there is one."""
    asks_repository: bool = False
    """Whether a browser may ask the host of the repository for its stars and forks."""
    has_map: bool = False
    is_offline: bool = False
    """Whether browsers keep pages for reading without a network."""


@dataclass(frozen=True)
class PageContent:
    """What MkDocs knows of a page, its text among it."""

    title: str
    url: str
    """Its URL path as MkDocs has it, percent-encoded."""
    heading: Markup
    """The heading of the first level that opens the text; empty where the template shows the title instead."""
    text: Markup
    """The text without that heading and without the sources below it."""
    sources: Markup = NOTHING
    """The list of what the text cites, with its heading; it stands below what the page lists."""
    has_formulas: bool = False
    has_diagrams: bool = False
    robots: str = ""
    """What search engines are asked, as `<meta name="robots">` says it; empty where nothing is asked of them."""
    letters: tuple[Letter, ...] = ()
    """The letters of a glossary, each with its first term."""


@dataclass(frozen=True, kw_only=True)
class PageInput(PageContent):
    """All that our templates show of one page beside MkDocs' own variables."""

    site: SiteFlags
    sidebar: SidebarRow
    article: ArticleFacts | None = None
    breadcrumbs: tuple[PageLink, ...] = ()
    """The pages above it, the home page first."""
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
    """The errors of a refused article, in a preview."""
    map: SiteMap | None = None
    """The map of the site, on its page; None for other pages."""


@dataclass(frozen=True)
class SiteInputs:
    """The values from which the inputs of all pages are made; all are known before the first page is written."""

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
    home: HomeSetting = NO_HOME
    reading: Reading = NO_READING
    """What pages add to their texts for readers."""
    paragraphs: Mapping[SourcePath, tuple[ParagraphChange, ...]] = field(default_factory=dict)
    """When the paragraphs of each article changed."""


def article_cards(site: Site, documents: Mapping[SourcePath, Document]) -> dict[SourcePath, ArticleCard]:
    """The card of each article and page that a listing may name, by source path."""
    return {article.source: _card(article, site, documents[article.source]) for article in site.published}


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
        breadcrumbs=_breadcrumbs(article, inputs),
        listing=_listing_below(article, inputs),
        home=_home(inputs) if is_index and not section.path else None,
        head=head.article_head(article, document, site, inputs.info, inputs.translations, size),
        languages=tuple(each for each in inputs.translations.get(article.source, ()) if each.language != "x-default"),
        language_feed=_existing(feed_url(article_language(article, inputs.info)), inputs),
        related=() if _names_related(document, inputs.info.messages) else _related(article, inputs),
        backlinks=tuple(ArticleLink(*_link(other)) for other in linking[:MAX_BACKLINKS]),
        more_backlinks=max(0, len(linking) - MAX_BACKLINKS),
    )


def _listing_below(article: Article, inputs: SiteInputs) -> Listing | None:
    """What a page lists below its text; None for articles."""
    site = inputs.site
    if article.kind is Kind.INDEX:
        section = site.sections[article.section]
        listing = _listing(listings.section_listing(section, site, inputs.per_page)[0], section, inputs)
        listed = inputs.documents[article.source].listed
        return _without_named(listing, {inputs.cards[source].url for source in listed if source in inputs.cards})
    if article.kind is Kind.TAG:
        tag = next((tag for tag in site.tags if tag.url == article.url), None)
        items = listings.paginate(tag.articles, tag.url, inputs.per_page) if tag else listings.tag_index(site.tags)
        return _listing(items[0], tag, inputs)
    return None


def _without_named(listing: Listing, named: Set[UrlPath]) -> Listing:
    """The listing without what the author's own lists above it name; the topics of the home page stay."""
    cards = tuple(card for card in listing.cards if card.url not in named)
    kept = (replace(group, cards=tuple(card for card in group.cards if card.url not in named)) for group in listing.letters)
    sections = listing.sections if listing.is_home else tuple(card for card in listing.sections if card.url not in named)
    letters = tuple(group for group in kept if group.cards)
    return replace(listing, cards=cards, sections=sections, letters=letters, is_partly_named=len(cards) < len(listing.cards))


def _breadcrumbs(subject: Article | Listed, inputs: SiteInputs) -> tuple[PageLink, ...]:
    *above, _ = head.breadcrumb_trail(subject, inputs.site.sections, inputs.info.messages)
    return tuple(PageLink(title, url) for title, url in above)


def _names_related(document: Document, messages: Messages) -> bool:
    """Whether the author has a section of related articles, so that the page needs no other."""
    titles = {title.casefold() for message in RELATED_TITLES for title in (message, messages.gettext(message))}
    return any(section.title.casefold() in titles for section in document.sections)


def _related(article: Article, inputs: SiteInputs) -> tuple[RelatedLink, ...]:
    return tuple(RelatedLink(*_link(other), other.description) for other in inputs.related.get(article.source, ()))


def listing_input(items: PaginatorPage[Any], subject: Listed | None, page: PageContent, inputs: SiteInputs) -> PageInput:
    """The input of one page of a listing; `subject` is None for the indexes of all tags and of all years."""
    is_home = isinstance(subject, Section) and not subject.path and items.number == 1
    description = subject.description if subject else ""
    return replace(
        plain_input(page, inputs),
        breadcrumbs=_breadcrumbs(subject, inputs) if subject else (),
        listing=_listing(items, subject, inputs),
        home=_home(inputs) if is_home else None,
        head=head.listing_head(subject, page.title, items.url, description, inputs.site, inputs.info),
    )


def _listing(items: PaginatorPage[Any], subject: Listed | None, inputs: SiteInputs) -> Listing:
    if isinstance(subject, Section | Tag | Author):
        listing = _articles_listing(items, subject, inputs)
        has_alphabet = listings.has_alphabet(subject, items.count, inputs.per_page)
        return replace(listing, url=subject.url, alphabet=listings.alphabet_url(subject.url) if has_alphabet else None)
    if isinstance(subject, ArchiveYear):
        return _paginated(items, str(subject.number), "", None, years=(_year(subject, inputs),), months=_months(items, subject, inputs))
    tags = tuple(_tag_entry(item) for item in items.items if isinstance(item, Tag))
    years = tuple(_year(item, inputs) for item in items.items if isinstance(item, ArchiveYear))
    people = tuple(_author_card(item) for item in items.items if isinstance(item, Author))
    return _paginated(items, "", "", None, tags=tags, years=years, sections=people)


def _articles_listing(items: PaginatorPage[Article], subject: Section | Tag | Author, inputs: SiteInputs) -> Listing:
    if items.is_alphabetical:
        groups = _letters(items.items, inputs)
        if not isinstance(subject, Section):
            return _paginated(items, subject.name, "", None, letters=groups)
        sections = _section_cards(subject, inputs.site) if items.number == 1 and items.url == subject.url else ()
        description = subject.description if items.url == subject.url else ""
        return _paginated(items, subject.title, description, _feed(subject.url, inputs), letters=groups, sections=sections)
    if isinstance(subject, Section):
        return _section_listing(items, subject, inputs)
    return _paginated(items, subject.name, subject.description, _feed(subject.url, inputs), cards=_cards(items.items, inputs))


def _letters(articles: Iterable[Article], inputs: SiteInputs) -> tuple[LetterEntry, ...]:
    """Articles in the order of their titles, under their letters; the first of each letter is where the letter leads to."""
    groups: dict[str, list[ArticleCard]] = {}
    for card in _cards(articles, inputs):
        groups.setdefault(initial(card.title), []).append(card)
    return tuple(LetterEntry(letter, f"letter-{number}", tuple(cards)) for number, (letter, cards) in enumerate(groups.items(), 1))


def _section_listing(items: PaginatorPage[Article], section: Section, inputs: SiteInputs) -> Listing:
    is_home, is_first = not section.path, items.number == 1
    named = inputs.home.start if is_home else ()
    return _paginated(
        items,
        section.title,
        section.description or (inputs.info.description if is_home else ""),
        _feed(section.url, inputs),
        is_home=is_home,
        cards=_cards((article for article in items.items if article.source not in named), inputs),
        sections=_section_cards(section, inputs.site) if is_first else (),
        is_by_hand=section.order == "manual",
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
    cards, home = inputs.cards, inputs.home
    return Home(
        article_count=len(site.articles),
        tag_count=len(site.tags),
        title=home.title,
        lead=home.lead,
        image=UrlPath(home.image) or MARK,
        start=tuple(cards[SourcePath(path)] for path in home.start if path in cards),
        popular_tags=tuple(map(_tag_entry, listings.popular_tags(site.tags))),
        feeds=_language_feeds(inputs),
    )


def _section_cards(section: Section, site: Site) -> tuple[SectionCard, ...]:
    is_detailed = len(section.children) <= MAX_DETAILED_SECTIONS
    return tuple(_section_card(site.sections[path], site, is_detailed=is_detailed) for path in section.children[:MAX_SECTIONS])


def _section_card(section: Section, site: Site, *, is_detailed: bool) -> SectionCard:
    children = [site.sections[path] for path in section.children[:MAX_CHILDREN]] if is_detailed else []
    return SectionCard(
        section.title,
        section.url,
        len(section.members) or len(section.articles),
        listings.latest_change(section.members),
        section.description if is_detailed else "",
        tuple(PageLink(child.title, child.url) for child in children),
    )


def _author_card(author: Author) -> SectionCard:
    return SectionCard(author.name, author.url, len(author.articles), listings.latest_change(author.articles), author.description, ())


def _year(year: ArchiveYear, inputs: SiteInputs) -> YearEntry:
    most = max(month.count for year in inputs.years for month in year.months)
    months = {month.number: month for month in year.months}
    cells = tuple(_month_cell(number, months.get(number), year, most, inputs.info.messages) for number in range(1, 13))
    return YearEntry(year.number, year.url, len(year.articles), cells)


def _month_cell(number: int, month: ArchiveMonth | None, year: ArchiveYear, most: int, messages: Messages) -> MonthCell:
    if month is None:
        return MonthCell(messages.short_month(number), "", 0, 0, UrlPath(""), "")
    words = messages.ngettext("%(month)s: %(count)s article", "%(month)s: %(count)s articles", month.count)
    label = words % {"month": messages.month_of_year(year.number, number), "count": month.count}
    return MonthCell(messages.short_month(number), label, month.count, listings.shade(month.count, most), month.url, month.anchor)


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


def _card(article: Article, site: Site, document: Document) -> ArticleCard:
    return ArticleCard(
        *_link(article),
        article.description,
        article.created,
        listings.changed(article),
        reading_minutes(document.excerpt.words),
        article.withheld,
        _tags(article, site),
    )


def _link(article: Article) -> tuple[str, UrlPath, str, str]:
    """The fields of an ArticleLink."""
    return article.title, article.url, article.language_tag, article.direction


def _tags(article: Article, site: Site) -> tuple[PageLink, ...]:
    return tuple(PageLink(name, site.tags_by_name[name].url) for name in article.tags)


def _people(names: Iterable[str], site: Site) -> tuple[PageLink, ...]:
    return tuple(PageLink(name, site.author_urls.get(name, UrlPath(""))) for name in names)


def _article_facts(article: Article, document: Document, size: ImageSize | None, inputs: SiteInputs) -> ArticleFacts:
    translations = inputs.translations.get(article.source, ())
    return ArticleFacts(
        is_article=article.kind is Kind.ARTICLE,
        withheld=article.withheld,
        created=article.created,
        updated=article.updated,
        reading_minutes=reading_minutes(document.excerpt.words),
        authors=_people(article.authors, inputs.site),
        contributors=_people((name for name in article.contributors if name not in article.authors), inputs.site),
        paragraphs=inputs.paragraphs.get(article.source, ()),
        tags=_tags(article, inputs.site),
        versions=tuple(item for item in translations if item.language != "x-default" and item.path != article.url),
        image=UrlPath(article.image),
        image_alt=article.alt,
        image_size=size,
    )
