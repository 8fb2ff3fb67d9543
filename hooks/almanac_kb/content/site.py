"""Site, SiteInfo, edit links."""

import datetime
import os
import posixpath
import re
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from almanac_kb.content import routes, sections, taxonomy
from almanac_kb.content.article_images import find_images
from almanac_kb.content.reader import Article, ArticleReading, Kind
from almanac_kb.content.sections import PagesFile, Section
from almanac_kb.content.settings import Settings
from almanac_kb.content.source_tree import MountedFiles
from almanac_kb.content.taxonomy import Tag, TagFile
from almanac_kb.core import text
from almanac_kb.core.diagnostics import Diagnostic, Severity, worst_severity
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.markdown.citations import Bibliography


@dataclass(frozen=True)
class SiteFiles:
    """What lies in docs/ beside articles."""

    assets: frozenset[str] = frozenset()
    """The paths of all files that are no articles."""
    pages: Dictionary[str, PagesFile] = field(default_factory=dict)
    """The `.pages` file of each folder that has one."""
    words: TagFile = field(default_factory=TagFile)
    """The vocabulary of tags."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    """The sources that articles cite."""
    unread: Dictionary[SourcePath, str] = field(default_factory=dict)
    """The Markdown files that are no articles, and why."""
    outside: MountedFiles = field(default_factory=MountedFiles)
    """What is mounted from elsewhere."""


@dataclass(frozen=True)
class Site:
    """A knowledge base, complete."""

    articles: tuple[Article, ...]
    """What is listed and fed, newest first, equal dates by address; undated ones last."""
    pages: tuple[Article, ...]
    """The pages of topics of `kind: page`, and the pages that folders have of their own."""
    topics: Dictionary[str, Section]
    """Every topic by its folder; the root is the home page."""
    tags: tuple[Tag, ...]
    """Every tag that an article or a page carries, by name."""
    vocabulary: TagFile
    """The vocabulary the tags were read with."""
    bibliography: Bibliography
    """The sources that articles cite."""
    redirects: Dictionary[UrlPath, UrlPath]
    """Old addresses, and where each leads."""
    withheld: Dictionary[SourcePath, str]
    """Files that are not published, and why: `draft`, `scheduled for 2027-01-01`, `expired on …`."""
    refused: Dictionary[SourcePath, tuple[Diagnostic, ...]]
    """Files with errors, and what is wrong."""
    diagnostics: tuple[Diagnostic, ...]
    """All there is to say, by file and place; what the refused files say among it."""
    kept_back: tuple[Article, ...] = ()
    """The articles that are withheld, as they were read."""
    outside: MountedFiles = field(default_factory=MountedFiles)
    """The files that are mounted from elsewhere."""

    @property
    def published(self) -> tuple[Article, ...]:
        """All articles and pages."""
        return self.articles + self.pages

    @cached_property
    def tag(self) -> Dictionary[str, Tag]:
        """Every tag by its name."""
        return {each.name: each for each in self.tags}


def build_site(
    readings: Iterable[ArticleReading],
    folder: SiteFiles,
    diagnostics: Iterable[Diagnostic],
    *,
    settings: Settings,
    now: datetime.datetime,
    site: str,
) -> Site:
    """Puts what was read in its place. `now` decides what is scheduled or expired, nothing else; `problems` are those of other files."""
    read = sorted(readings, key=lambda reading: reading.source)
    sources = {reading.source for reading in read}
    sound = [reading.article for reading in read if reading.article and worst_severity(reading.diagnostics) < Severity.ERROR]
    judged = [replace(article, withheld=_withheld(article, now)) for article in sound]
    pictured, unpictured = find_images([each for each in judged if settings.drafts or not each.withheld], folder.assets)
    placed = routes.assign_routes(pictured, folder.pages, sources=sources, assets=folder.assets)
    tagged, misspelled = _tagged(placed.articles, folder.words)
    articles = tuple(sorted(tagged, key=_newest))
    listed = tuple(article for article in articles if article.kind is Kind.ARTICLE)
    topics = sections.build_sections(articles, folder.pages, site)
    said = [*diagnostics, *(each for reading in read for each in reading.diagnostics), *unpictured, *placed.diagnostics, *misspelled]
    return Site(
        articles=listed,
        pages=tuple(article for article in articles if article.kind is not Kind.ARTICLE),
        topics=topics,
        tags=taxonomy.build_taxonomy(articles, folder.words),
        vocabulary=folder.words,
        bibliography=folder.bibliography,
        redirects=placed.redirects,
        withheld={**folder.unread, **{each.source: each.withheld for each in judged if each.withheld and not settings.drafts}},
        refused=_refused(said, sources),
        diagnostics=tuple(sorted((*said, *sections.omitted_entries(topics, folder.pages)))),
        kept_back=() if settings.drafts else tuple(each for each in judged if each.withheld),
        outside=folder.outside,
    )


def _withheld(article: Article, now: datetime.datetime) -> str:
    if article.withheld:
        return article.withheld
    if article.created and article.created > now:
        return f"scheduled for {article.created:%Y-%m-%d}"
    if article.expires and article.expires <= now:
        return f"expired on {article.expires:%Y-%m-%d}"
    return ""


def _newest(article: Article) -> tuple[float, str]:
    return -article.created.timestamp() if article.created else float("inf"), article.url


def _tagged(articles: list[Article], words: TagFile) -> tuple[list[Article], tuple[Diagnostic, ...]]:
    chosen, diagnostics = taxonomy.canonical_names(articles, words)
    resolved = []
    for article in articles:
        names = (taxonomy.resolve_tag(chosen[text.tag_key(written)], words) for written in article.tags)
        resolved.append(replace(article, tags=tuple(dict.fromkeys(filter(None, names)))))
    return resolved, diagnostics


def _refused(diagnostics: list[Diagnostic], articles: set[SourcePath]) -> dict[SourcePath, tuple[Diagnostic, ...]]:
    refused: dict[SourcePath, tuple[Diagnostic, ...]] = {}
    for each in sorted(diagnostics):
        if each.severity is Severity.ERROR and each.source in articles:
            refused[each.source] = (*refused.get(each.source, ()), each)
    return refused


def repository_path(file: Path, docs: Path) -> str | None:
    """The path of a file from docs/; None where the file is not in the repository that docs/ is in."""
    file, docs = Path(os.path.realpath(file)), Path(os.path.realpath(docs))
    home = _home(docs) or docs.parent
    if not file.is_relative_to(home) or (_home(file) or home) != home:
        return None
    return posixpath.relpath(file.as_posix(), docs.as_posix())


def _home(path: Path) -> Path | None:
    """The folder of the repository that a path is in."""
    return next((each for each in path.parents if (each / ".git").exists()), None)


@dataclass(frozen=True)
class SiteInfo:
    """The site that feeds are of."""

    name: str
    """Its name."""
    base: str
    """The absolute address of its home page, ending in a slash."""
    description: str = ""
    """What it is about."""
    author: str = ""
    """Who answers for it; its name where nobody is named."""
    language: str = "en"
    """The language of its articles where they declare none, as a BCP 47 tag."""


LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language tag of BCP 47, without its rarer forms."""


def article_language(article: Article, site: SiteInfo) -> str:
    """The language of an article: the one it declares, else the site's."""
    declared = article.language.replace("_", "-")
    return declared if LANGUAGE_TAG.fullmatch(declared) else site.language
