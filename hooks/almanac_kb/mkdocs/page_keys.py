"""The cache keys of all pages, in one pass: a page whose values are those of the last build keeps its key, and no PageInput is made for it.

The key of a page depends on the page itself, on its text, on what the links in that lead to, and on what its PageInput was made from. Which
values of the whole site these are is recorded while links and PageInput are made (`core/readings`); what was made is good as long as these
values have the same digests.
"""

from collections.abc import Iterable, Set
from dataclasses import replace
from pathlib import Path

from markupsafe import Markup
from mkdocs.structure.files import File
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from almanac_kb.build import BuildContext
from almanac_kb.content.authors import Author
from almanac_kb.content.publication import Rules
from almanac_kb.content.sections import Section
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core import cache
from almanac_kb.core.cache import NotDigestibleError
from almanac_kb.core.readings import Digests, RecordedResult, Results
from almanac_kb.mkdocs import page_cache, templates
from almanac_kb.mkdocs.listing_pages import ListingPage
from almanac_kb.mkdocs.pages import ArticlePage
from almanac_kb.pages.listings import ArchiveYear, PaginatorPage
from almanac_kb.pages.page_input import SiteInputs
from almanac_kb.pages.page_parts import PageContent, PageInput
from almanac_kb.render.document import Document
from almanac_kb.render.linker import LinkSources

OPENED = (SiteInputs, Site, Section, Tag, Rules, Settings)
"""The types whose parts are recorded one by one: a page shows few of them."""
LINKED = (LinkSources, Document)
"""The types of the targets of links whose parts are recorded one by one."""
SHARING = (SiteInputs, Site, Section, Tag, Author, ArchiveYear, PaginatorPage)
"""The types that hold articles, whose digests are made once."""


def link_texts(pages: Iterable[File], build: BuildContext, file: Path) -> None:
    """Gives the linked texts of pages their digests: those of the last build where their links lead to the same, else new ones.

    `file` is that of the digests of linked texts.
    """
    is_kept, kept = build.settings.fast, set[str]()
    texts = Results(build.link_sources, LINKED, Digests(LINKED), file, cache.code_version(()) if is_kept else "")
    for each in pages:
        build.stop_if_superseded()
        page, path = each.page, each.dest_uri
        if not isinstance(page, ArticlePage) or page.linked is None:
            continue
        own = page.linked.own_digest
        digest = texts.known(path, own)
        if digest:
            kept.add(path)
        else:
            made = texts.make(own, page.linked.digest_with)
            texts.add(path, made)
            digest = made.value
        page.linked = replace(page.linked, known_digest=digest)
    if is_kept:
        texts.store(kept)


class PageKeys:
    """The keys of the pages of one build."""

    def __init__(self, build: BuildContext, nav: Navigation, inputs: Path) -> None:
        """`inputs` is the file of the digests of PageInputs that the last build made."""
        self._build, self._digests = build, Digests(SHARING)
        self._nav_names, self._homepage = sorted(vars(nav)), page_cache.linked(nav.homepage)
        self._has_nav = bool(nav)
        self._inputs = Results(build.inputs, OPENED, self._digests, inputs, build.page_fingerprint)
        self._is_kept = build.settings.fast

    def known(self, path: str, page: Page) -> str:
        """The key of the page at an output path, where that of the last build is still good; else an empty text."""
        try:
            own, arguments = self._digests_of(page)
            shown = self._inputs.known(path, cache.cache_key(own, arguments))
        except (NotDigestibleError, ValueError):
            return ""
        return self._key(page, own, shown) if shown else ""

    def make(self, page: Page) -> tuple[str, RecordedResult | None, PageInput | None]:
        """The key of a page, the digest of its PageInput, and that itself without its text.

        The key is empty, and the others are None, where the page can't be cached, because a value has no digest.
        """
        if not self._build.page_fingerprint:
            return "", None, None
        arguments, content = templates.page_arguments(page), PageContent(str(page.title), page.url, Markup(), Markup())
        made: list[PageInput] = []

        def shown(inputs: SiteInputs) -> str:
            made.append(templates.make_page_input(arguments, content, inputs))
            return cache.digest(made[-1])

        try:
            own, digest = self._digests_of(page)
            result = self._inputs.make(cache.cache_key(own, digest), shown)
            return self._key(page, own, result.value), result, made[-1]
        except (NotDigestibleError, ValueError):
            return "", None, None

    def add(self, path: str, shown: RecordedResult) -> None:
        """Adds the digest of the PageInput of the page at an output path, to be stored."""
        self._inputs.add(path, shown)

    def store(self, kept: Set[str]) -> None:
        """Stores the digests of new PageInputs, and those of the last build for the output paths in `kept`."""
        if self._is_kept:
            self._inputs.store(kept)

    def _digests_of(self, page: Page) -> tuple[str, str]:
        """The digest of what the theme reads of a page and of the navigation, without its text; that of the arguments of its PageInput."""
        seen = vars(page_cache.theme_page(page, "")) | {"article": None}
        outline = page_cache.outline(page.toc) if not isinstance(page, ArticlePage) or page.has_own_toc else []
        language = page.language_tag if isinstance(page, ArticlePage | ListingPage) else ""
        names = [sorted(vars(page).keys() - vars(ArticlePage).keys()), self._nav_names]
        given = templates.page_arguments(page)
        arguments = self._digests.of_all(vars(given).values())
        article = self._digests.of(given.article)
        return cache.digest([seen, article, language, outline, self._homepage, self._has_nav, names]), arguments

    def _key(self, page: Page, own: str, shown: str) -> str:
        build = self._build
        text = page.content_digest if isinstance(page, ArticlePage) else cache.cache_key(page.content or "")
        return cache.cache_key(build.page_fingerprint, build.csp.default, build.csp.diagrams, text, own, shown)
