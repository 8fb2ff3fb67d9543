"""Editions: the listings of a site for the readers of each of its languages, with each article once, in the version they read best."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from almanac_kb.content import routes, taxonomy
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.authors import AUTHORS_URL, Author
from almanac_kb.content.sections import Section, section_url
from almanac_kb.content.site import Site, language_of
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.paths import SourcePath, UrlPath, without_suffix

Versions = Mapping[str, Article]
"""The versions of one article, by language (BCP 47)."""


@dataclass(frozen=True)
class Edition:
    """The listings of a site for readers of one language."""

    language: str
    """A BCP 47 tag."""
    base: UrlPath
    """The URL path below which its listings are: empty for the language of the site, `de/` for German."""
    site: Site
    """The site as its pages show it: with the articles of its listings, and with the URL paths of its own listings."""
    dated: tuple[Article, ...]
    """The articles of its archive, newest first."""
    own: frozenset[UrlPath]
    """The URL paths of the first pages of the listings that belong to this edition."""
    listings: Mapping[UrlPath, UrlPath]
    """The URL path of each of its listings, by that of the same listing in the edition in the language of the site."""
    hidden: frozenset[UrlPath]
    """The URL paths of articles in place of which its readers see another version."""

    @property
    def home(self) -> UrlPath:
        """The URL path of its home page."""
        return self.listings.get(UrlPath(""), self.base)

    @cached_property
    def folders(self) -> dict[UrlPath, str]:
        """The folder of each section whose page is where a folder has its page, by the URL path of that page."""
        return {section.url: path for path, section in self.site.sections.items() if section.url == section_url(path)}

    @property
    def spoken(self) -> Site:
        """The site with only those articles and pages that are in this language."""
        site = self.site
        pages, unlisted = (tuple(each for each in some if each.language_tag == self.language) for some in (site.pages, site.unlisted))
        return replace(site, pages=pages, unlisted=unlisted)


def translation_groups(articles: Iterable[Article], language: str) -> tuple[Versions, ...]:
    """The versions of each article that exists in several languages; `language` is that of articles that declare none.

    `backups.de.md` and `de/backups.md`, both with `lang: de` in their header, translate `backups.md`.
    """
    groups: dict[tuple[str, ...], dict[str, Article]] = {}
    for article in sorted(articles, key=lambda article: article.source):
        tag = language_of(article, language)
        groups.setdefault(_translation_key(article.source, tag), {}).setdefault(tag, article)
    return tuple(group for group in groups.values() if len(group) > 1)


def _translation_key(source: SourcePath, language: str) -> tuple[str, ...]:
    """A key that is equal for all translations of an article: its source path without the language."""
    *folders, name = source.casefold().split("/")
    code = language.casefold()
    stem = without_suffix(name).removesuffix(f".{code}")
    return (*(folder for folder in folders if folder != code), stem)


def editions_of(site: Site) -> tuple[Edition, ...]:
    """The edition in the language of the site, then that of each other language into which an article is translated."""
    groups = translation_groups((article for article in site.published if article.is_listed), site.language)
    tags = sorted({tag for group in groups for tag in group} - {site.language})
    maker = _Maker(site, groups, tuple(tags))
    return (maker.main(), *map(maker.translated, tags))


class _Maker:
    """Makes the editions of one site."""

    def __init__(self, site: Site, groups: Sequence[Versions], tags: tuple[str, ...]) -> None:
        self.site = site
        self.versions: dict[SourcePath, Versions] = {article.source: group for group in groups for article in group.values()}
        self.folders = {tag: _language_folders(site, tag) for tag in tags}
        self.urls = {_path_key(path): section.url for path, section in site.sections.items()}

    @cached_property
    def foreign(self) -> frozenset[str]:
        """The folders that hold the articles of another language."""
        return frozenset(section.path for folders in self.folders.values() for section in folders.values())

    @cached_property
    def taken(self) -> frozenset[UrlPath]:
        """The URL paths that are in use."""
        site = self.site
        urls = {article.url for article in site.published} | {section.url for section in site.sections.values()}
        urls |= {each.url for each in _subjects(site)} | set(site.all_redirects)
        return frozenset(urls | {UrlPath(path.removesuffix("index.html")) for path in site.assets if path.endswith("/index.html")})

    def main(self) -> Edition:
        """The edition in the language of the site."""
        site = self.site
        once = self._once(site.language)
        sections = {path: replace(each, articles=once(each.articles), members=once(each.members)) for path, each in site.sections.items()}
        shown = replace(
            site,
            articles=once(site.articles),
            sections=sections,
            tags=tuple(replace(tag, articles=once(tag.articles)) for tag in site.tags),
            authors=tuple(replace(author, articles=once(author.articles)) for author in site.authors),
        )
        years = groupby(site.articles, key=lambda article: article.created.year if article.created else 0)
        dated = tuple(article for _, articles in years for article in once(tuple(articles)))
        urls = {section.url for path, section in sections.items() if path not in self.foreign}
        urls |= {each.url for each in _subjects(site)} | _index_pages(shown, dated)
        return Edition(site.language, UrlPath(""), shown, dated, frozenset(urls), {url: url for url in urls}, self._hidden(site.language))

    def translated(self, tag: str) -> Edition:
        """The edition in another language: the articles in it."""
        site, base = self.site, UrlPath(f"{tag.lower()}/")

        def kept(articles: Iterable[Article]) -> tuple[Article, ...]:
            return tuple(each for each in articles if language_of(each, site.language) == tag and not self._is_index_version(each))

        def place(url: UrlPath) -> UrlPath:
            return url if UrlPath(f"{base}{url}") in self.taken else UrlPath(f"{base}{url}")

        sections = {path: self._section(section, tag, kept, place) for path, section in site.sections.items()}
        shown = replace(
            site,
            articles=kept(site.articles),
            sections=sections,
            tags=tuple(
                replace(each, url=place(each.url), articles=found, description="") for each in site.tags if (found := kept(each.articles))
            ),
            authors=tuple(replace(each, url=place(each.url), articles=found) for each in site.authors if (found := kept(each.articles))),
        )
        listings = {site.sections[path].url: section.url for path, section in sections.items()}
        listings |= {self.urls[key]: section.url for key, section in self.folders[tag].items() if key in self.urls}
        listings |= {url: place(url) for each in _subjects(site) if kept(each.articles) for url in [each.url]}
        listings |= {url: place(url) for url in _index_pages(shown, shown.articles)}
        moved = {old: new for old, new in listings.items() if old != new}
        folders = {section.url for section in self.folders[tag].values()}
        own = folders | {new for new in moved.values() if new not in self.taken} | {each.url for each in self._indexes(tag)}
        return Edition(tag, base, shown, shown.articles, frozenset(own), moved, self._hidden(tag))

    def _section(
        self, section: Section, tag: str, kept: Callable[[Iterable[Article]], tuple[Article, ...]], place: Callable[[UrlPath], UrlPath]
    ) -> Section:
        """A section as it is in another language; one that is of that language, or has nothing in it, stays as it is."""
        folders, path = self.folders[tag], section.path
        articles, members = kept(section.articles), kept(section.members)
        if path and section is folders.get(()):
            return replace(section, path="")
        if path in self.foreign or not (articles or members or not path):
            return section
        folder = folders.get(_path_key(path))
        if folder and not path:
            return replace(folder, path="")
        index = self.versions.get(section.index.source, {}).get(tag) if section.index else None
        return replace(
            section,
            url=folder.url if folder else index.url if index else place(section.url),
            title=index.title if index and path else section.title,
            description=index.description if index else "",
            title_language="" if index or not path else self.site.language,
            index=index,
            articles=articles,
            members=members,
            children=tuple(each for each in section.children if each not in self.foreign and kept(_contents(self.site.sections[each]))),
        )

    def _indexes(self, tag: str) -> list[Article]:
        """The versions of the pages of sections in a language."""
        indexes = (section.index for section in self.site.sections.values() if section.index)
        return [version for index in indexes if (version := self.versions.get(index.source, {}).get(tag))]

    def _is_index_version(self, article: Article) -> bool:
        """Whether an article translates the page of a section, beside which it lies: `index.de.md`."""
        return article.kind is not ArticleKind.INDEX and any(
            other.kind is ArticleKind.INDEX and other.section == article.section for other in self.versions.get(article.source, {}).values()
        )

    def _best(self, article: Article, language: str) -> list[Article]:
        """The versions of an article in the order in which readers of a language want them."""
        group = self.versions.get(article.source, {})
        tags = sorted(group, key=lambda tag: (tag != language, tag != self.site.language, tag))
        return [group[tag] for tag in tags] or [article]

    def _hidden(self, language: str) -> frozenset[UrlPath]:
        everything = (each for group in self.versions.values() for each in group.values())
        return frozenset(article.url for article in everything if self._best(article, language)[0] is not article)

    def _once(self, language: str) -> Callable[[tuple[Article, ...]], tuple[Article, ...]]:
        """A function that leaves one version of each article in a list."""

        def once(articles: tuple[Article, ...]) -> tuple[Article, ...]:
            here = {article.source for article in articles} if self.versions else set()
            if here.isdisjoint(self.versions):
                return articles
            return tuple(
                article
                for article in articles
                if not self._is_index_version(article)
                and next(each for each in self._best(article, language) if each.source in here).source == article.source
            )

        return once


def _language_folders(site: Site, tag: str) -> dict[tuple[str, ...], Section]:
    """The sections whose folder is named like a language that most of their articles are in, by their path without that name."""
    found: dict[tuple[str, ...], Section] = {}
    code = tag.casefold()
    for path, section in site.sections.items():
        key = _path_key(path)
        articles = section.members or section.articles
        count = sum(language_of(article, site.language) == tag for article in articles)
        if code in key and 2 * count > len(articles):
            found.setdefault(tuple(part for part in key if part != code), section)
    return found


def _contents(section: Section) -> tuple[Article, ...]:
    return (*section.articles, *section.members)


def _subjects(site: Site) -> tuple[Tag | Author, ...]:
    return (*site.tags, *site.authors)


def _path_key(path: str) -> tuple[str, ...]:
    return tuple(path.casefold().split("/")) if path else ()


def _index_pages(site: Site, dated: Iterable[Article]) -> set[UrlPath]:
    """The URL paths of the index of tags, of the index of authors and of the pages of the archive, as far as there is something on them."""
    urls = {taxonomy.TAGS_URL} if site.tags else set()
    urls |= {AUTHORS_URL} if site.authors else set()
    years = {article.created.year for article in dated if article.created and article.is_listed} if site.has_archive else set()
    return urls | ({routes.ARCHIVE_URL} if years else set()) | {routes.year_url(year) for year in years}
