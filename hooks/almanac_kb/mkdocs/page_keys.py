"""The cache keys of all pages, in one pass: a page whose values are those of the last build keeps its key, and no PageInput is made for it.

The key of a page depends on the page itself and on what its PageInput was made from. Which values of the whole site these are is recorded
while the PageInput is made; the record is stored with the digests of the values, and is good as long as they have the same digests.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path

from markupsafe import Markup
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from almanac_kb.build import BuildContext
from almanac_kb.content.authors import Author
from almanac_kb.content.sections import Section
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core import cache, readings
from almanac_kb.core.cache import NotDigestibleError
from almanac_kb.core.readings import Digests, Reading
from almanac_kb.mkdocs import page_cache, templates
from almanac_kb.mkdocs.listing_pages import ListingPage
from almanac_kb.mkdocs.pages import ArticlePage
from almanac_kb.mkdocs.templates import PageArguments
from almanac_kb.pages.listings import ArchiveYear, PaginatorPage
from almanac_kb.pages.page_input import SiteInputs
from almanac_kb.pages.page_parts import PageContent

OPENED = (SiteInputs, Site, Section, Tag)
"""The types whose parts are recorded one by one: a page shows few of them."""
SHARING = (*OPENED, Author, ArchiveYear, PaginatorPage)
"""The types that hold articles, whose digests are made once."""


@dataclass(frozen=True)
class PageRecord:
    """What the key of a page was made from."""

    own: str
    """The digest of what its template reads of the page itself."""
    arguments: str
    """The digest of the arguments of its PageInput, of which a listing shows only parts."""
    readings: tuple[Reading, ...]
    """The values of the site that its PageInput was made from."""
    shown: str
    """The digest of the PageInput, without the text of the page."""


@dataclass(frozen=True)
class StoredRecords:
    """The records of a build as they are stored."""

    fingerprint: str = ""
    """The digest of what all pages depend on."""
    readings: tuple[tuple[Reading, str], ...] = ()
    """All readings, with the digests that the values had."""
    pages: dict[str, tuple[str, str, tuple[int, ...], str]] = field(default_factory=dict)
    """The record of each page by its output path, with numbers of readings."""


class PageKeys:
    """The keys of the pages of one build."""

    def __init__(self, build: BuildContext, nav: Navigation, path: Path) -> None:
        """`path` is the file with the records of the last build."""
        self._build, self._path = build, path
        self._digests = Digests(SHARING)
        self._nav_names, self._homepage = sorted(vars(nav)), page_cache.linked(nav.homepage)
        self._has_nav = bool(nav)
        self._records = self._unchanged(_load(path, build.page_fingerprint)) if build.page_fingerprint else {}

    def known(self, path: str, page: Page) -> str:
        """The key of the page at an output path, where that of the last build is still good; else an empty text."""
        record = self._records.get(path)
        try:
            is_same = record and (record.own, record.arguments) == self._digests_of(page)
            return self._key(page, record) if record and is_same else ""
        except (NotDigestibleError, ValueError):
            return ""

    def make(self, page: Page) -> tuple[str, PageRecord | None]:
        """The key of a page, and what it was made from; an empty key and None where it can't be cached, as for a value without digest."""
        build = self._build
        if not build.page_fingerprint:
            return "", None
        try:
            own, arguments = self._digests_of(page)
            content = PageContent(str(page.title), page.url, Markup(), Markup())
            shown, read = readings.record(partial(_shown, templates.page_arguments(page), content), build.inputs, OPENED)
            record = PageRecord(own, arguments, tuple(read), shown)
            return self._key(page, record), record
        except (NotDigestibleError, ValueError):
            return "", None

    def store(self, new: Mapping[str, PageRecord], kept: Set[str]) -> None:
        """Stores new records by output path, and those of the last build for the output paths in `kept`."""
        old = {path: record for path, record in self._records.items() if path in kept}
        if not new and old.keys() == self._records.keys():
            return
        found = {**old, **new}
        numbers: dict[Reading, int] = {}
        pages = {
            path: (record.own, record.arguments, tuple(numbers.setdefault(each, len(numbers)) for each in record.readings), record.shown)
            for path, record in sorted(found.items())
        }
        digests = tuple((each, self._digests.of_reading(self._build.inputs, each)) for each in numbers)
        cache.write_json(self._path, StoredRecords(self._build.page_fingerprint, digests, pages))

    def _unchanged(self, stored: StoredRecords) -> dict[str, PageRecord]:
        """The stored records of which all readings have the same digests now."""
        changed = {number for number, (reading, digest) in enumerate(stored.readings) if not self._is_same(reading, digest)}
        return {
            path: PageRecord(own, arguments, tuple(stored.readings[number][0] for number in numbers), shown)
            for path, (own, arguments, numbers, shown) in stored.pages.items()
            if changed.isdisjoint(numbers)
        }

    def _is_same(self, reading: Reading, digest: str) -> bool:
        try:
            return self._digests.of_reading(self._build.inputs, reading) == digest
        except (NotDigestibleError, ValueError):
            return False

    def _digests_of(self, page: Page) -> tuple[str, str]:
        """The digest of what the theme reads of a page and of the navigation, without its text; that of the arguments of its PageInput."""
        seen = vars(page_cache.theme_page(page, "")) | {"article": None}
        outline = page_cache.outline(page.toc) if not isinstance(page, ArticlePage) or page.has_own_toc else []
        language = page.language_tag if isinstance(page, ArticlePage | ListingPage) else ""
        names = [sorted(vars(page).keys() - vars(ArticlePage).keys()), self._nav_names]
        given = templates.page_arguments(page)
        arguments = cache.cache_key(*(self._digests.of(getattr(given, each.name)) for each in fields(given)))
        article = self._digests.of(given.article)
        return cache.digest([seen, article, language, outline, self._homepage, self._has_nav, names]), arguments

    def _key(self, page: Page, record: PageRecord) -> str:
        build = self._build
        text = page.content_digest if isinstance(page, ArticlePage) else cache.cache_key(page.content or "")
        return cache.cache_key(build.page_fingerprint, build.csp.default, build.csp.diagrams, text, record.own, record.shown)


def _shown(arguments: PageArguments, content: PageContent, inputs: SiteInputs) -> str:
    return cache.digest(templates.make_page_input(arguments, content, inputs))


def _load(path: Path, fingerprint: str) -> StoredRecords:
    """The stored records; none where there are none of this fingerprint, or where the file is damaged."""
    stored = cache.read_json(path, StoredRecords)
    return stored if stored and stored.fingerprint == fingerprint else StoredRecords()
