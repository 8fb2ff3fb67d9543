"""PageInput and its parts: everything our templates show of a page beside MkDocs' own variables, as frozen texts, numbers and dates.

A page is the same as long as its input is, so the page cache looks it up by the digest of its input.
"""

import datetime
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from almanac_kb.content.settings import Giscus
from almanac_kb.core.paths import UrlPath
from almanac_kb.pages.head import PageHead
from almanac_kb.pages.metadata import Translation
from almanac_kb.pages.sidebar import SidebarRow
from almanac_kb.pages.site_map import SiteMap
from almanac_kb.render.images import ImageSize
from almanac_kb.render.reading import Letter

NOTHING = Markup()
"""No HTML."""


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
    """The date of the last change after publication; None where there was none."""
    reading_minutes: int
    withheld: str
    """Why only a preview shows it, or empty."""
    tags: tuple[PageLink, ...]
    versions: tuple[Translation, ...] = ()
    """The article in other languages."""
    topic: ArticleLink | None = None
    """The section that it lies in; None for docs/ itself."""
    image: UrlPath = UrlPath("")
    """The image that its header names, or empty."""
    image_size: ImageSize | None = None
    """In pixels; None where it is not known."""


@dataclass(frozen=True)
class SectionCard(ArticleLink):
    """A subsection on the page of its section, or a person in the index of authors."""

    count: int
    """Number of articles in it and below, or of its pages where it has no articles."""
    changed: datetime.datetime | None
    """The date at which one of its articles was published or changed last."""
    description: str
    """Empty where there are too many subsections to describe."""
    children: tuple[ArticleLink, ...]
    """The first of its own subsections; none where there are too many subsections to describe."""
    letter: str
    """The letter that is shown where there is neither image nor icon."""
    icon: str = ""
    """The name of the icon that the header of its page names, or empty."""
    image: UrlPath = UrlPath("")
    """The image that the header of its page names, or empty."""
    image_size: ImageSize | None = None
    """In pixels; None where it is not known."""


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
class Byline:
    """The facts of an article or a page that stand above its text."""

    is_article: bool
    """False for a page, which has no dates, authors, tags and cover."""
    withheld: str
    """Why only a preview shows it, or empty."""
    created: datetime.datetime | None
    updated: datetime.datetime | None
    reading_minutes: int
    authors: tuple[PageLink, ...]
    """Its authors; without URL path where the author file has no such person."""
    contributors: tuple[PageLink, ...]
    """Others who committed it, where the settings show them."""
    paragraphs: tuple[ParagraphChange, ...]
    """The dates at which its paragraphs changed, where the settings show them and not all changed on one day."""
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
    """The contents of the home page beside its listing."""

    article_count: int
    tag_count: int
    title: str
    """Its heading, where the settings name one that is not that of the page."""
    lead: str
    """The subject of the site, in a sentence, or empty."""
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
    """The pages of the whole site that every page may link to."""

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
    topics: tuple[ArticleLink, ...] = ()
    """The topics that the header links to."""
    home: UrlPath = UrlPath("")
    """The URL path of the home page in the language of the page."""
    base: UrlPath = UrlPath("")
    """The URL path below which the listings in the language of the page are."""
    has_authors: bool = False
    """Whether there is an index of authors."""


@dataclass(frozen=True)
class PageContent:
    """The values that MkDocs has of a page, its text among them."""

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
    """The request to search engines, as `<meta name="robots">` states it; empty where there is none."""
    letters: tuple[Letter, ...] = ()
    """The letters of a glossary, each with its first term."""


@dataclass(frozen=True, kw_only=True)
class PageInput(PageContent):
    """All values that our templates show of one page beside MkDocs' own variables."""

    site: SiteFlags
    sidebar: SidebarRow
    language: str = "en"
    """The language of the words around the text, as a BCP 47 tag."""
    theme_language: str = ""
    """The name of the theme's words in that language; empty for those that the settings name."""
    article: Byline | None = None
    breadcrumbs: tuple[ArticleLink, ...] = ()
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
