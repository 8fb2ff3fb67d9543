"""Builds the PageInput of each page from the site and its documents: of articles, of listings, and of pages with neither."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from almanac_kb.content import routes
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.authors import Author
from almanac_kb.content.editions import Edition
from almanac_kb.content.sections import Section
from almanac_kb.content.settings import HomeSetting
from almanac_kb.content.site import Site, SiteInfo, article_language
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core import languages
from almanac_kb.core.messages import Messages, message
from almanac_kb.core.paths import SourcePath, UrlPath, absolute_url
from almanac_kb.markdown.excerpt import reading_minutes
from almanac_kb.pages import cards, head, listings, sidebar
from almanac_kb.pages.cards import other_versions, tag_links
from almanac_kb.pages.head import Listed
from almanac_kb.pages.listings import ArchiveMonth, ArchiveYear, PaginatorPage
from almanac_kb.pages.metadata import Translation, translations
from almanac_kb.pages.page_parts import (
    ArticleCard,
    ArticleLink,
    Byline,
    Home,
    LetterEntry,
    Listing,
    MonthCell,
    MonthEntry,
    PageContent,
    PageInput,
    PageLink,
    ParagraphChange,
    RelatedLink,
    SiteFlags,
    TagEntry,
    YearEntry,
)
from almanac_kb.pages.sidebar import Sidebar
from almanac_kb.render.document import Document
from almanac_kb.render.images import ImageSize
from almanac_kb.render.reading import ReadingAids, initial

RELATED_TITLES = (message("Related articles"), message("See also"), "Related")
"""Titles under which authors name related articles, in English and in the language of the site."""
MARK = UrlPath("assets/mark.svg")
"""The file of the mark of the site, which is its logo and its icon where mkdocs.yml names none."""
NO_HOME, NO_READING = HomeSetting(), ReadingAids()
MAX_BACKLINKS = 20
"""Most articles that link to an article which its page names; the others are counted."""


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
    """The card of each article, as `cards.article_cards` makes them."""
    home: HomeSetting = NO_HOME
    reading: ReadingAids = NO_READING
    """The additions of pages to their texts for readers."""
    paragraphs: Mapping[SourcePath, tuple[ParagraphChange, ...]] = field(default_factory=dict)
    """The dates at which the paragraphs of each article changed."""
    theme_language: str = ""
    """The name of the theme's words in the language of these pages; empty for those that the settings name."""
    versions: Mapping[UrlPath, tuple[Translation, ...]] = field(default_factory=dict)
    """The first page of each listing in all its languages, by its URL path in each of them."""
    homes: tuple[Translation, ...] = ()
    """The home page in all languages of the site; none where there is only one."""
    hidden: frozenset[UrlPath] = frozenset()
    """The URL paths of articles in place of which readers of this language see another version."""
    others: Mapping[str, "SiteInputs"] = field(default_factory=dict)
    """The values for pages in the other languages of the site, by language."""

    def in_language(self, tag: str) -> "SiteInputs":
        """The values for pages in a language, given as a BCP 47 tag; those of the site's own language where it has no listings in it."""
        return self.others.get(tag, self)


def listing_versions(editions: Sequence[Edition], info: SiteInfo) -> dict[UrlPath, tuple[Translation, ...]]:
    """The first page of each listing in all its languages, by its URL path in each of them."""
    main, *others = editions
    by_listing: dict[UrlPath, dict[str, UrlPath]] = {}
    for edition in others:
        for url, there in edition.listings.items():
            by_listing.setdefault(url, {main.language: url})[edition.language] = there
    return {url: translations(urls, info) for urls in by_listing.values() for url in urls.values()}


def home_link(edition: Edition, info: SiteInfo) -> Translation:
    """The home page in the language of an edition."""
    return Translation(edition.language, absolute_url(info.base, edition.home), edition.home)


def home_in(
    home: HomeSetting, language: str, versions: Mapping[SourcePath, tuple[Translation, ...]], urls: Mapping[str, UrlPath]
) -> HomeSetting:
    """Returns the settings of the home page for another language: without their words, with the versions of articles."""
    wanted = {each.path for path in home.start for each in versions.get(SourcePath(path), ()) if each.language == language}
    start = tuple(source for source, url in urls.items() if url in wanted and source in versions)
    return replace(home, title="", lead="", start=start)


def plain_input(page: PageContent, inputs: SiteInputs) -> PageInput:
    """The input of a page that is neither of an article nor a listing, such as the bibliography or that of a plugin."""
    return PageInput(
        **vars(page),
        site=inputs.flags,
        sidebar=sidebar.sidebar_rows(inputs.sidebar, page.url),
        language=inputs.info.language,
        theme_language=inputs.theme_language,
        languages=_switch((), inputs),
    )


def with_content(made: PageInput, page: PageContent) -> PageInput:
    """The input of a page that was made without its text, with that."""
    return replace(
        made,
        heading=page.heading,
        text=page.text,
        sources=page.sources,
        has_formulas=page.has_formulas,
        has_diagrams=page.has_diagrams,
        letters=page.letters,
    )


def article_input(article: Article, page: PageContent, inputs: SiteInputs) -> PageInput:
    """The input of the page of an article or a page; that of the page of a section or a tag has the first page of its listing."""
    site, size, document = inputs.site, inputs.image_sizes.get(UrlPath(article.image)), inputs.documents[article.source]
    section = site.sections[article.section]
    is_index = _is_index(article, section)
    versions = _page_versions(article, inputs)
    linking = inputs.backlinks.get(article.url, ())
    return replace(
        plain_input(page, inputs),
        title=article.title,
        article=_article_facts(article, document, size, inputs),
        breadcrumbs=_breadcrumbs(article, inputs),
        listing=_listing_below(article, inputs),
        home=_home(inputs) if is_index and not section.path else None,
        head=head.article_head(article, document, site, inputs.info, versions, size),
        languages=_switch(versions, inputs),
        language_feed=_existing(routes.language_feed_url(article_language(article, inputs.info)), inputs),
        related=() if _names_related(document, inputs.info.messages) else _related(article, inputs),
        backlinks=tuple(ArticleLink(*_link(other, inputs)) for other in linking[:MAX_BACKLINKS]),
        more_backlinks=max(0, len(linking) - MAX_BACKLINKS),
    )


def _listing_below(article: Article, inputs: SiteInputs) -> Listing | None:
    """Returns the listing below the text of a page; None for articles."""
    site = inputs.site
    section = site.sections[article.section]
    if _is_index(article, section):
        listing = _listing(listings.section_listing(section, site, inputs.per_page)[0], section, inputs)
        listed = inputs.documents[article.source].listed
        return _without_named(listing, {inputs.cards[source].url for source in listed if source in inputs.cards})
    if article.kind is ArticleKind.TAG:
        tag = next((tag for tag in site.tags if tag.url == article.url), None)
        if tag:
            return _listing(listings.paginate(tag.articles, tag.url, inputs.per_page)[0], tag, inputs)
        return _listing(listings.tag_index(site.tags, inputs.info.folder, inputs.info.language)[0], None, inputs)
    return None


def _without_named(listing: Listing, named: Set[UrlPath]) -> Listing:
    """The listing without what the author's own lists above it name; the topics of the home page stay."""
    cards = tuple(card for card in listing.cards if card.url not in named)
    kept = (replace(group, cards=tuple(card for card in group.cards if card.url not in named)) for group in listing.letters)
    sections = listing.sections if listing.is_home else tuple(card for card in listing.sections if card.url not in named)
    letters = tuple(group for group in kept if group.cards)
    return replace(listing, cards=cards, sections=sections, letters=letters, is_partly_named=len(cards) < len(listing.cards))


def _breadcrumbs(subject: Article | Listed, inputs: SiteInputs) -> tuple[ArticleLink, ...]:
    *above, _ = head.breadcrumb_trail(subject, inputs.site.sections, inputs.info)
    return tuple(ArticleLink(*breadcrumb) for breadcrumb in above)


def _names_related(document: Document, messages: Messages) -> bool:
    """Whether the author has a section of related articles, so that the page needs no other."""
    titles = {title.casefold() for message in RELATED_TITLES for title in (message, messages.gettext(message))}
    return any(heading.casefold() in titles for heading in document.headings)


def _related(article: Article, inputs: SiteInputs) -> tuple[RelatedLink, ...]:
    if _is_index(article, inputs.site.sections[article.section]):
        return ()
    shown = (other for other in inputs.related.get(article.source, ()) if other.url not in inputs.hidden and other.url != article.url)
    return tuple(RelatedLink(*_link(other, inputs), other.description) for other in shown)


def listing_input(items: PaginatorPage[Any], subject: Listed | None, page: PageContent, inputs: SiteInputs) -> PageInput:
    """The input of one page of a listing; `subject` is None for the indexes of all tags and of all years."""
    is_home = isinstance(subject, Section) and not subject.path and items.number == 1 and not items.is_alphabetical
    description = subject.description if subject else ""
    versions = inputs.versions.get(items.url, ())
    first = subject.url if subject else next((url for _, url in items.links), items.url)
    return replace(
        plain_input(page, inputs),
        breadcrumbs=_breadcrumbs(subject, inputs) if subject else (),
        listing=_listing(items, subject, inputs),
        home=_home(inputs) if is_home else None,
        head=head.listing_head(subject, page.title, items.url, description, inputs.site, inputs.info, versions),
        languages=_switch(inputs.versions.get(first, ()), inputs),
        language_feed=_existing(routes.language_feed_url(inputs.info.language), inputs) if inputs.info.folder else None,
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
    people = tuple(cards.author_card(item) for item in items.items if isinstance(item, Author))
    return _paginated(items, "", "", None, tags=tags, years=years, sections=people)


def _articles_listing(items: PaginatorPage[Article], subject: Section | Tag | Author, inputs: SiteInputs) -> Listing:
    if items.is_alphabetical:
        groups = _letters(items.items, inputs)
        if not isinstance(subject, Section):
            return _paginated(items, subject.name, "", None, letters=groups)
        sections = cards.section_cards(subject, inputs.site, inputs.image_sizes) if items.number == 1 and items.url == subject.url else ()
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
        _existing(routes.language_feed_url(inputs.info.language), inputs) if is_home and inputs.info.folder else _feed(section.url, inputs),
        is_home=is_home,
        cards=_cards((article for article in items.items if article.source not in named), inputs),
        sections=cards.section_cards(section, inputs.site, inputs.image_sizes) if is_first else (),
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
    return _existing(routes.feed_url(url), inputs)


def _existing(feed: UrlPath, inputs: SiteInputs) -> UrlPath | None:
    return feed if feed in inputs.feeds else None


def _language_feeds(inputs: SiteInputs) -> tuple[Translation, ...]:
    """The feed of each language of the site, in a site of several."""
    spoken = sorted({card.language_tag or inputs.site.language for card in inputs.cards.values()})
    feeds = ((language, _existing(routes.language_feed_url(language), inputs)) for language in spoken)
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


def _is_index(article: Article, section: Section) -> bool:
    """Whether an article is the page of its section, in its own language."""
    return article.kind is ArticleKind.INDEX or (section.index is not None and section.index.source == article.source)


def _page_versions(article: Article, inputs: SiteInputs) -> tuple[Translation, ...]:
    """The page of an article in all its languages; that of a section whose text is not translated, as its listing."""
    return inputs.translations.get(article.source) or (inputs.versions.get(article.url, ()) if article.kind is ArticleKind.INDEX else ())


def _switch(versions: tuple[Translation, ...], inputs: SiteInputs) -> tuple[Translation, ...]:
    """Returns the entries of the language switch: the page in its languages, the home page in all others of the site."""
    found = {each.language: each for each in versions if each.language != "x-default"}
    return tuple(found.get(each.language) or each for each in inputs.homes) or tuple(found.values())


def _link(article: Article, inputs: SiteInputs) -> tuple[str, UrlPath, str, str]:
    """The fields of an ArticleLink on a page in the language of `inputs`."""
    tag = article.language_tag or (inputs.site.language if inputs.info.folder else "")
    return article.title, article.url, tag, languages.direction(tag) if tag else ""


def _people(names: Iterable[str], site: Site) -> tuple[PageLink, ...]:
    return tuple(PageLink(name, site.author_urls.get(name, UrlPath(""))) for name in names)


def _article_facts(article: Article, document: Document, size: ImageSize | None, inputs: SiteInputs) -> Byline:
    is_index = _is_index(article, inputs.site.sections[article.section])
    return Byline(
        is_article=article.kind is ArticleKind.ARTICLE and not is_index,
        withheld=article.withheld,
        created=article.created,
        updated=article.updated,
        reading_minutes=reading_minutes(document.words),
        authors=_people(article.authors, inputs.site),
        contributors=_people((name for name in article.contributors if name not in article.authors), inputs.site),
        paragraphs=inputs.paragraphs.get(article.source, ()),
        tags=tag_links(article, inputs.site),
        versions=other_versions(article, inputs.translations),
        image=UrlPath(article.image),
        image_alt=article.alt,
        image_size=size,
    )
