"""The Site: all published articles with their sections, tags, routes and images; SiteInfo; paths for edit links."""

import os
import posixpath
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from almanac_kb.content import routes
from almanac_kb.content.article import Article
from almanac_kb.content.authors import Author, AuthorFile
from almanac_kb.content.former_site import NO_FORMER_SITE, FormerSite
from almanac_kb.content.former_urls import AddressPatterns
from almanac_kb.content.pages_file import PagesFile
from almanac_kb.content.publication import Publication, PublicationState, Rules
from almanac_kb.content.sections import Section, wiki_homes
from almanac_kb.content.source_tree import MountedFiles, SourceTree
from almanac_kb.content.taxonomy import Tag, TagFile
from almanac_kb.core.diagnostics import Diagnostic
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath, UrlPath, folder, is_article
from almanac_kb.markdown.references import Bibliography


@dataclass(frozen=True)
class SiteFiles:
    """All files of docs/ that are no articles, and the rules for files."""

    assets: frozenset[str] = frozenset()
    """The source paths of all assets."""
    pages: Dictionary[str, PagesFile] = field(default_factory=dict)
    """The `.pages` file of each folder that has one."""
    tag_file: TagFile = field(default_factory=TagFile)
    """The tag definitions."""
    authors: AuthorFile = field(default_factory=AuthorFile)
    """The people in `.authors.yml`."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    """The sources that articles cite."""
    excluded: Dictionary[SourcePath, Publication] = field(default_factory=dict)
    """The decisions on files that are withheld without being read."""
    rules: Rules = field(default_factory=Rules)
    """The rules that decide which files are published."""
    tree: SourceTree = field(default_factory=SourceTree)
    """The source tree, which knows where each file lies."""
    owned: Dictionary[str, str] = field(default_factory=dict)
    """The output paths that theme, overrides and plugins write, with their owners."""
    patterns: AddressPatterns = field(default_factory=AddressPatterns)
    """The URL patterns in the settings of other systems."""
    former: FormerSite = NO_FORMER_SITE
    """The former site, whose URLs redirect."""


@dataclass(frozen=True)
class Site:
    """Everything that is published, in order, with the decisions that led to it."""

    articles: tuple[Article, ...]
    """The listed articles, newest first, those of equal date by URL path; undated ones last."""
    pages: tuple[Article, ...]
    """The pages of sections of `kind: page`, the index pages of sections, and the texts of tag pages."""
    sections: Dictionary[str, Section]
    """Every section by its folder; the section of the empty path is the home page."""
    tags: tuple[Tag, ...]
    """Every tag of an article or page, by name."""
    tag_file: TagFile
    """The tag definitions by which the tags were read."""
    bibliography: Bibliography
    """The sources that articles cite."""
    redirects: Dictionary[UrlPath, UrlPath]
    """The old URL paths in aliases, each with the URL path it leads to."""
    former: Dictionary[UrlPath, UrlPath]
    """The URL paths that other systems gave to dated articles, each with the URL path it leads to."""
    publications: Dictionary[SourcePath, Publication]
    """The decision on each article, and on each other file that is withheld whoever uses it."""
    refused: Dictionary[SourcePath, tuple[Diagnostic, ...]]
    """The files with errors, each with its diagnostics."""
    diagnostics: tuple[Diagnostic, ...]
    """All diagnostics by file and position, including those of refused files."""
    withheld_articles: tuple[Article, ...] = ()
    """The articles that are withheld, as they were read."""
    unlisted: tuple[Article, ...] = ()
    """Articles and pages that are published at their URL only, except index pages of sections that list something, which are in `pages`."""
    assets: frozenset[str] = frozenset()
    """The assets that may be published; what uses them decides which are."""
    rules: Rules = field(default_factory=Rules)
    """The rules that decide which files are published."""
    tree: SourceTree = field(default_factory=SourceTree)
    """The source tree, which knows where each file lies."""
    authors: tuple[Author, ...] = ()
    """The people in the author file who wrote at least one article."""
    language: str = "en"
    """The language of articles that declare none, as a BCP 47 tag."""

    @property
    def published(self) -> tuple[Article, ...]:
        """All articles and pages that have a page of their own, including unlisted ones."""
        return self.articles + self.pages + self.unlisted

    @property
    def wikis(self) -> frozenset[str]:
        """The folders that are wikis on GitHub."""
        return frozenset(folder(path) for path in wiki_homes(self.tree.paths))

    @property
    def all_redirects(self) -> Dictionary[UrlPath, UrlPath]:
        """All redirects: URL paths without a page, each with the URL path it leads to."""
        return {**self.former, **self.redirects}

    @property
    def outside(self) -> MountedFiles:
        """The files of mounted folders."""
        return self.tree.outside

    @cached_property
    def withheld(self) -> Dictionary[SourcePath, str]:
        """Articles that are not published, each with the reason: `draft: true`, `scheduled for 2027-01-01`; refused ones are left out."""
        return {
            source: publication.reason
            for source, publication in sorted(self.publications.items())
            if is_article(source) and publication.state is not PublicationState.REFUSED and not self.rules.shows(publication)
        }

    @cached_property
    def author_urls(self) -> Dictionary[str, UrlPath]:
        """The URL path of each author who has a page, by name."""
        return {author.name: author.url for author in self.authors}

    @cached_property
    def has_archive(self) -> bool:
        """Whether readers get an archive by years: not where an article or a folder has its address."""
        return routes.has_archive(self.published)

    @cached_property
    def has_map(self) -> bool:
        """Whether the site has a map: where it has enough articles, and no article or section has its URL path."""
        return routes.has_map(self.published)

    @cached_property
    def tags_by_name(self) -> Dictionary[str, Tag]:
        """All tags by name."""
        return {tag.name: tag for tag in self.tags}


def repository_path(file: Path, docs: Path) -> str | None:
    """The path of a file relative to docs/, for edit links; None where the file is outside the git repository of docs/."""
    file, docs = Path(os.path.realpath(file)), Path(os.path.realpath(docs))
    root = _repository_root(docs) or docs.parent
    if not file.is_relative_to(root) or (_repository_root(file) or root) != root:
        return None
    return posixpath.relpath(file.as_posix(), docs.as_posix())


def _repository_root(path: Path) -> Path | None:
    """The root folder of the git repository that contains a path; None where there is none."""
    return next((parent for parent in path.parents if (parent / ".git").exists()), None)


@dataclass(frozen=True)
class SiteInfo:
    """Name, URL, description and language of a site."""

    name: str
    """Its name."""
    base: str
    """The absolute URL of its home page, ending in a slash."""
    description: str = ""
    """Its subject, in one sentence."""
    author: str = ""
    """The author of the site; its name where the settings name no author."""
    language: str = "en"
    """The language of its articles where they declare none, as a BCP 47 tag; that of its words."""
    folder: UrlPath = UrlPath("")
    """The URL path below which its listings are, where they are those of another language: `de/`."""

    @property
    def messages(self) -> Messages:
        """The messages of templates and scripts, in the language of the site."""
        return Messages(self.language)


def article_language(article: Article, site: SiteInfo) -> str:
    """The language of an article: the one it declares, else the site's."""
    return language_of(article, site.language)


def language_of(article: Article, language: str) -> str:
    """The language of an article: the one it declares, else `language`, that of the site; BCP 47 tags."""
    return article.language_tag or language
