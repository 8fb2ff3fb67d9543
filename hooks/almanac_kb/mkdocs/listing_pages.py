"""The pages of listings as MkDocs' `Page` objects: sections, tags, authors, years and their indexes, in each language of the site."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from almanac_kb.build import BuildContext, context
from almanac_kb.content import routes, taxonomy
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.editions import Edition
from almanac_kb.content.sections import Section
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.frontmatter.dates import UNDATED
from almanac_kb.mkdocs.compat import SitePage
from almanac_kb.mkdocs.pages import PageFile
from almanac_kb.pages import head, listings
from almanac_kb.pages.listings import PaginatorPage


class ListingPage(SitePage):
    """One paginator page of a listing of articles, tags or years; its template shows all of it."""

    def __init__(
        self,
        listing: PaginatorPage[Any],
        title: str,
        subject: head.Listed | None,
        template: str,
        file: File,
        config: MkDocsConfig,
        language: str,
    ) -> None:
        super().__init__(title, file, config)
        self.listing, self.subject, self.template = listing, subject, template
        self.language_tag = language
        """The language of its edition, as a BCP 47 tag, where that is not the site's."""
        changed = [item.changed for item in listing.items if getattr(item, "changed", None)]
        self.update_date = max(UNDATED, f"{max(changed):%Y-%m-%d}" if changed else "")

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""
        description = self.subject.description if self.subject else ""
        self.meta = {"template": self.template, "title": self.title, "description": description, "search": {"exclude": True}}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.content = ""


def add(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds the pages of all listings."""
    for edition in build.editions:
        _add_listings(files, config, edition)


def _add_listings(files: Files, config: MkDocsConfig, edition: Edition) -> None:
    """Adds the pages of sections, tags, authors and years, and of their indexes, that an edition has of its own.

    The page that somebody wrote for a section or a tag shows its list itself.
    """
    site, per_page = edition.site, edition.site.rules.settings.per_page
    messages, add = Messages(edition.language), partial(_add_listing, files, config, edition)
    with_text = {article.url for article in site.pages if article.kind is ArticleKind.TAG}
    by_url = {section.url: section for section in site.sections.values() if section.url in edition.own}
    ranks = cache(partial(listings.title_ranks, context(config).site.published, edition.language))
    add_alphabet = partial(_add_alphabet, files, config, edition, ranks)
    for section in by_url.values():
        for listing in listings.section_listing(section, site, per_page):
            if listing.number > 1 or section.index is None:
                add(listing, section.title, section, "listing.html")
        add_alphabet(section, section.title, section.articles if section.path else site.articles)
    for term in (each for each in site.tags if each.url in edition.own):
        for listing in listings.paginate(term.articles, term.url, per_page):
            if listing.url not in with_text:
                add(listing, term.name, term, "listing.html")
        add_alphabet(term, term.name, term.articles)
    for author in (each for each in site.authors if each.url in edition.own):
        for listing in listings.paginate(author.articles, author.url, per_page):
            add(listing, author.name, author, "listing.html")
        add_alphabet(author, author.name, author.articles)
    tags, archive = (UrlPath(f"{edition.base}{url}") for url in (taxonomy.TAGS_URL, routes.ARCHIVE_URL))
    for group in listings.tag_index(site.tags, edition.base, edition.language) if site.tags and tags in edition.own else ():
        if group.url not in with_text:
            add(group, messages.gettext("Tags"), None, "tags.html")
    for people in listings.author_index(site, edition.base):
        add(people, messages.gettext("Authors"), None, "authors.html")
    years = listings.edition_years(edition)
    for part in listings.paginate(years, archive, listings.YEARS_PER_PAGE) if years and archive in edition.own else ():
        add(part, messages.gettext("Archive"), None, "archive.html")
    for year in (each for each in years if each.url in edition.own):
        for listing in listings.paginate(year.articles, year.url, per_page):
            add(listing, str(year.number), year, "year.html")


def _add_alphabet(
    files: Files,
    config: MkDocsConfig,
    edition: Edition,
    ranks: Callable[[], Mapping[UrlPath, int]],
    subject: head.Listed,
    title: str,
    articles: Sequence[Article],
) -> None:
    """Adds the list of all titles of a listing of several pages, by their `ranks`, unless the listing itself is in the order of titles."""
    if not listings.has_alphabet(subject, len(articles), edition.site.rules.settings.per_page):
        return
    named = Messages(edition.language).gettext("%(title)s, from A to Z") % {"title": title}
    for listing in listings.alphabet(articles, subject.url, ranks()):
        _add_listing(files, config, edition, listing, named, subject, "listing.html")


def _add_listing(
    files: Files,
    config: MkDocsConfig,
    edition: Edition,
    listing: PaginatorPage[Any],
    title: str,
    subject: head.Listed | None,
    template: str,
) -> None:
    in_nav = isinstance(subject, Section) and listing.url in edition.folders
    source = SourcePath(f"{edition.folders[listing.url] if in_nav else listing.url.rstrip('/')}/index.md".lstrip("/"))
    is_in_nav = in_nav and not context(config).site.rules.mkdocs.is_not_in_nav(source)
    inclusion = InclusionLevel.INCLUDED if is_in_nav else InclusionLevel.NOT_IN_NAV
    file = PageFile.generated(config, source, content="", inclusion=inclusion)
    file.dest_uri = f"{listing.url}index.html"
    files.append(file)
    numbered = Messages(edition.language).gettext("%(title)s, page %(number)s") % {"title": title, "number": listing.number}
    ListingPage(
        listing, title if listing.number == 1 else numbered, subject, template, file, config, edition.language if edition.base else ""
    )
