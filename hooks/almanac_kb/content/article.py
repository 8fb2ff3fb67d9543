"""An article, the result of reading its file, and the title that a file name makes."""

import dataclasses
import datetime
import enum
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from almanac_kb.content.publication import PUBLISHED, Intent, Publication, PublicationState
from almanac_kb.core import cache, languages, paths
from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, in_file
from almanac_kb.core.packed_text import NO_TEXT, PackedText
from almanac_kb.core.paths import SourcePath, UrlPath, file_name, folder, stem
from almanac_kb.frontmatter.dates import DateOrder
from almanac_kb.frontmatter.formats import Plain

LISTED, NOT_LISTED = PublicationState.PUBLISHED, PublicationState.UNLISTED
"""Looked up here once: of an enumeration each lookup takes longer than the comparison, which each article goes through many times."""


class ArticleKind(enum.Enum):
    """The role of a Markdown file."""

    ARTICLE = "article"
    """It is listed, dated, and in feeds."""
    PAGE = "page"
    """It is only in navigation and search: a page of a section of `kind: page`."""
    INDEX = "index"
    """The page of its folder."""
    TAG = "tag"
    """It is the text of a tag's page, or of the index of tags, shown above the listing."""


@dataclass(frozen=True)
class Article:
    """An article. `load_site` fills in what depends on other articles: URL path, section, canonical tags, image."""

    source: SourcePath
    """The file from which it was read."""
    title: str
    """Its title: from the header, else the first heading, else the file name."""
    description: str = ""
    """Its description: from the header, else its first sentences."""
    summarised: bool = False
    """Whether its description was made from its text, because the header has none."""
    created: datetime.datetime | None = None
    """The date of publication, with the author's time zone; None where nothing states it."""
    updated: datetime.datetime | None = None
    """The date of the last change; never before `created`."""
    expires: datetime.datetime | None = None
    """The moment from which it is no longer published."""
    tags: tuple[str, ...] = ()
    """Its tags and categories; in the Site, by their canonical names."""
    categories: tuple[str, ...] = ()
    """Its categories as their author wrote them."""
    tags_position: Position = Position()
    """The position of the tags in the file."""
    authors: tuple[str, ...] = ()
    """The names of its authors."""
    contributors: tuple[str, ...] = ()
    """The authors of its commits, by the names in `.mailmap`, where the settings show them."""
    image: str = ""
    """Its image as its author wrote it; in the Site, the path below docs/, or empty."""
    image_position: Position = Position()
    """The position of the image in the file."""
    alt: str = ""
    """The alternative text of the image, or of the card that is drawn in its place."""
    order: float | None = None
    """Its place in listings of its folder, lowest first."""
    slug: str = ""
    """The slug that its author chose: the last part of its URL path, or empty."""
    path: str = ""
    """The permalink that its author chose: its whole URL path, without slashes at the ends, or empty."""
    address_position: Position = Position()
    """The position of the slug or permalink in the file."""
    aliases: tuple[str, ...] = ()
    """Its old URL paths, without a slash at the start."""
    aliases_position: Position = Position()
    """The position of the aliases in the file."""
    names: tuple[str, ...] = ()
    """Other names of it: synonyms for the search."""
    canonical: str = ""
    """The http URL where it was first published, or empty."""
    language: str = ""
    """Its language as its author wrote it, or empty where it has that of the site."""
    series: str = ""
    """The name of the series that it belongs to."""
    publish_from: datetime.datetime | None = None
    """A date of publication beside that of creation (Hugo's `publishDate`)."""
    intent: Intent = field(default_factory=Intent)
    """The publication that its header asks for."""
    publication: Publication = PUBLISHED
    """Whether it is published, and if not, why; decided for all articles of a site together."""
    extra: Dictionary[str, Plain] = field(default_factory=dict)
    """The values of keys that are not in the field table, by key."""
    body: PackedText = NO_TEXT
    """Its Markdown text, without the header."""
    body_line: int = 1
    """The line of the file in which the body starts."""
    url: UrlPath = UrlPath("")
    """Its URL path, given by `load_site`."""
    section: str = ""
    """The folder of the section that lists it."""
    kind: ArticleKind = ArticleKind.ARTICLE
    """Its role."""

    @cached_property
    def digest(self) -> str:
        """The digest of all of it but its body, which pages show as its Document only; raises what `cache.digest` raises."""
        return cache.digest(ALL_BUT_BODY(self))

    @property
    def is_listed(self) -> bool:
        """Whether listings, feeds, search, sitemap and exports contain it."""
        return self.publication.state is LISTED

    @property
    def is_unlisted(self) -> bool:
        """Whether it is published at its URL only, with `noindex`."""
        return self.publication.state is NOT_LISTED

    @property
    def withheld(self) -> str:
        """Why only a preview of drafts shows it, in words; empty where it is published."""
        return "" if self.publication.is_published else self.publication.reason

    @property
    def language_tag(self) -> str:
        """The BCP 47 tag of its language; empty where it declares none."""
        return languages.language_tag(self.language)

    @property
    def direction(self) -> str:
        """`rtl` for a language written from right to left, `ltr` for another one; empty where it declares none."""
        return languages.direction(self.language_tag) if self.language_tag else ""

    @property
    def changed(self) -> datetime.datetime | None:
        """The date of its last change: `updated`, else `created`."""
        return self.updated or self.created

    def diagnostics(self, field: str, notes: Iterable[LocalDiagnostic]) -> list[Diagnostic]:
        """Diagnostics of its body with positions in the file; the `notes` count lines from the start of the body."""
        return [in_file(self.source, field, diagnostic.below(self.body_line)) for diagnostic in notes]


ALL_BUT_BODY = attrgetter(*(each.name for each in dataclasses.fields(Article) if each.name != "body"))
"""Returns the values of all fields of an article but its body."""


@dataclass(frozen=True)
class ArticleReading:
    """The result of reading a file: the article, if it can be read, and its diagnostics."""

    source: SourcePath
    article: Article | None
    """The article; None where the file can't be read as one."""
    diagnostics: tuple[Diagnostic, ...] = ()
    orders: frozenset[DateOrder] = frozenset()
    """The orders of numeric dates, such as 03/04/2021, that the dates of this file prove."""
    ambiguous: bool = False
    """Whether it has a numeric date that can be read only once other files have proven the order."""
    near_misses: tuple[Diagnostic, ...] = ()
    """Keys that are probably slips; decided when all files have been read."""


def title_from_file_name(source: SourcePath) -> str:
    """A title made from a file name (`how-to-start.md`), or from that of the folder for its index page."""
    name = own_name(source)
    if paths.DAY.fullmatch(name):
        return name
    words = paths.NOTION_ID.sub("", paths.DATE_PREFIX.sub("", name)) or "Home"
    words = core_text.one_line(words.replace("-", " ").replace("_", " "), Position()).value
    return (words[:1].upper() + words[1:] if words.islower() else words) or "Untitled"


def own_name(source: SourcePath) -> str:
    """The name of a file without suffix, or that of the folder for its index page."""
    words = stem(source)
    return file_name(folder(source)) if words.casefold() in {"index", "_index", "readme"} else words
