"""Site: all articles in their places, with the images that their headers name; SiteInfo; edit links."""

import datetime
import os
import posixpath
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from almanac_kb.content import author_intent, authors, former_addresses, former_site, publication, routes, sections, taxonomy
from almanac_kb.content.authors import Author, AuthorFile
from almanac_kb.content.former_addresses import AddressPatterns
from almanac_kb.content.former_site import NO_FORMER_SITE, FormerSite
from almanac_kb.content.publication import ArticleFacts, Publication, Rules, State
from almanac_kb.content.reader import Article, ArticleReading, Kind
from almanac_kb.content.sections import PagesFile, Section
from almanac_kb.content.source_tree import MountedFiles, SourceTree
from almanac_kb.content.taxonomy import Tag, TagFile
from almanac_kb.core import text
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Severity, in_file, quoted
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath, UrlPath, file_name, folder, is_article, is_index, parents, paths_below_parents
from almanac_kb.frontmatter import values
from almanac_kb.markdown.citations import Bibliography

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
HINT = "write a path inside docs/, such as images/cover.png"
HINT_UNTIL_THEN = f"{HINT}; until then the article has no picture of its own"


def find_images(articles: Iterable[Article], assets: frozenset[str]) -> tuple[list[Article], tuple[Diagnostic, ...]]:
    """The articles with the path of their picture below docs/, or none, and what is wrong."""
    found, diagnostics = [], []
    for article in articles:
        path = _path(article, assets) if article.image else ""
        note = _note(article, path, assets) if article.image else None
        diagnostics += [in_file(article.source, "image", note)] if note else []
        found.append(replace(article, image="" if note else path))
    return found, tuple(diagnostics)


def _path(article: Article, assets: frozenset[str]) -> str:
    written = unquote(article.image.partition("?")[0].partition("#")[0])
    base = "" if written.startswith("/") else folder(article.source)
    path = posixpath.normpath(posixpath.join(base, written.lstrip("/")))
    candidates = (path, f"static/{path}", f"public/{path}", f"assets/{path}") if written.startswith("/") else (path,)
    found = next((each for each in (*candidates, *paths_below_parents(written, article.source)) if each in assets), "")
    if found or "/" in written:
        return found or path
    named = [each for each in assets if file_name(each) == written]
    return named[0] if len(named) == 1 else path


def _note(article: Article, path: str, assets: frozenset[str]) -> LocalDiagnostic | None:
    shown, position = quoted(article.image), article.image_position
    if values.is_http_url(article.image):
        return LocalDiagnostic(position, f"{shown} is on another site and is not fetched", HINT_UNTIL_THEN, Severity.WARNING)
    if path.startswith("../") or path == ".." or ":" in path:
        return LocalDiagnostic(position, f"{shown} is not inside docs/", HINT_UNTIL_THEN, Severity.WARNING)
    if not path.lower().endswith(IMAGE_SUFFIXES):
        message = f"{shown} is no image: its name must end in {', '.join(IMAGE_SUFFIXES)}"
        return LocalDiagnostic(position, message, HINT_UNTIL_THEN, Severity.WARNING)
    if path not in assets:
        return LocalDiagnostic(position, f"there is no file {shown}", HINT_UNTIL_THEN, Severity.WARNING)
    return None


@dataclass(frozen=True)
class SiteFiles:
    """What lies in docs/ beside articles."""

    assets: frozenset[str] = frozenset()
    """The paths of all files that are no articles."""
    pages: Dictionary[str, PagesFile] = field(default_factory=dict)
    """The `.pages` file of each folder that has one."""
    words: TagFile = field(default_factory=TagFile)
    """The vocabulary of tags."""
    authors: AuthorFile = field(default_factory=AuthorFile)
    """The people who wrote them."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    """The sources that articles cite."""
    excluded: Dictionary[SourcePath, Publication] = field(default_factory=dict)
    """The articles and files that are kept back unread."""
    rules: Rules = field(default_factory=Rules)
    """The rules by which articles and files are published."""
    tree: SourceTree = field(default_factory=SourceTree)
    """Where all files are."""
    owned: Dictionary[str, str] = field(default_factory=dict)
    """The output paths that theme, overrides and plugins write, and whose each is."""
    patterns: AddressPatterns = field(default_factory=AddressPatterns)
    """How other systems were told to name articles."""
    former: FormerSite = NO_FORMER_SITE
    """The site whose addresses lead on."""


@dataclass(frozen=True)
class Site:
    """A knowledge base, complete."""

    articles: tuple[Article, ...]
    """What is listed and fed, newest first, equal dates by address; undated ones last."""
    pages: tuple[Article, ...]
    """The pages of sections of `kind: page`, the index pages of sections, and the texts of tag pages."""
    sections: Dictionary[str, Section]
    """Every section by its folder; that of the empty path is the home page."""
    tags: tuple[Tag, ...]
    """Every tag that an article or a page carries, by name."""
    vocabulary: TagFile
    """The vocabulary the tags were read with."""
    bibliography: Bibliography
    """The sources that articles cite."""
    redirects: Dictionary[UrlPath, UrlPath]
    """Old addresses, and where each leads."""
    former: Dictionary[UrlPath, UrlPath]
    """The addresses that other systems gave to dated articles, and where each leads."""
    publications: Dictionary[SourcePath, Publication]
    """The decision on each article, and on each other file that is kept back whatever uses it."""
    refused: Dictionary[SourcePath, tuple[Diagnostic, ...]]
    """Files with errors, and what is wrong."""
    diagnostics: tuple[Diagnostic, ...]
    """All there is to say, by file and place; what the refused files say among it."""
    kept_back: tuple[Article, ...] = ()
    """The articles that are withheld, as they were read."""
    unlisted: tuple[Article, ...] = ()
    """What is published at its address and listed nowhere; but for pages of folders, which are among `pages`."""
    assets: frozenset[str] = frozenset()
    """The files that may be published: whether they are depends on what uses them."""
    rules: Rules = field(default_factory=Rules)
    """The rules by which articles and files are published."""
    tree: SourceTree = field(default_factory=SourceTree)
    """Where all files are."""
    authors: tuple[Author, ...] = ()
    """The people of the author file who wrote something."""

    @property
    def published(self) -> tuple[Article, ...]:
        """All articles and pages that have a page, unlisted ones too."""
        return self.articles + self.pages + self.unlisted

    @property
    def wikis(self) -> frozenset[str]:
        """The folders that are wikis on GitHub."""
        return frozenset(folder(path) for path in routes.wiki_homes(self.tree.paths))

    @property
    def leading(self) -> Dictionary[UrlPath, UrlPath]:
        """All addresses at which there is no page but a redirect, and where each leads."""
        return {**self.former, **self.redirects}

    @property
    def outside(self) -> MountedFiles:
        """The files that are mounted from elsewhere."""
        return self.tree.outside

    @cached_property
    def withheld(self) -> Dictionary[SourcePath, str]:
        """The articles that are not published, and why: `draft: true`, `scheduled for 2027-01-01`, `expired on …`; without refused ones."""
        return {
            source: publication.reason
            for source, publication in sorted(self.publications.items())
            if is_article(source) and publication.state is not State.REFUSED and not self.rules.shows(publication)
        }

    @cached_property
    def author_urls(self) -> Dictionary[str, UrlPath]:
        """The URL path of the page of each author that has one, by name."""
        return {author.name: author.url for author in self.authors}

    @property
    def has_archive(self) -> bool:
        """Whether readers get an archive by years: not where an article or a folder has its address."""
        return routes.has_archive(self.published, self.assets)

    @cached_property
    def tag(self) -> Dictionary[str, Tag]:
        """Every tag by its name."""
        return {each.name: each for each in self.tags}


def build_site(
    readings: Iterable[ArticleReading],
    files: SiteFiles,
    diagnostics: Iterable[Diagnostic],
    *,
    now: datetime.datetime,
    site: str,
    language: str = "",
) -> Site:
    """Puts what was read in its place. `now` decides what is scheduled or expired; `diagnostics` are those of other files.

    `site` is the name of the site; names are sorted by the rules of its `language`, a BCP 47 tag.
    """
    read, rules = sorted(readings, key=lambda reading: reading.source), files.rules
    sources = {reading.source for reading in read}
    decided = publication.decide_articles(map(_facts, read), rules, now)
    named = [authors.with_names(reading.article, files.authors) for reading in read if reading.article]
    judged = [replace(article, publication=decided[article.source]) for article in named]
    shown = [article for article in judged if rules.shows(article.publication)]
    pictured, unpictured = find_images(shown, files.assets)
    texts, others = taxonomy.divide_tag_texts(pictured, files.former.is_tag_index)
    placed = routes.assign_routes(
        others,
        files.pages,
        sources=sources,
        assets=files.assets,
        owned=files.owned,
        former=_former(files, frozenset(folder(source) for source in sources if is_index(source))),
        post_address=files.former.post_address,
        homes=routes.wiki_homes(files.tree.paths),
    )
    tagged, misspelled = _tagged(placed.articles, files.words)
    newest = sorted(tagged, key=_newest)
    tags = taxonomy.build_taxonomy(tuple(article for article in newest if not article.is_unlisted), files.words, language)
    tag_texts, stray_texts = taxonomy.place_tag_texts(texts, tags)
    everything = [_with_known_tags(article, tags) for article in sorted((*newest, *tag_texts), key=_newest)]
    articles, unlisted = _split(everything)
    built_sections = sections.build_sections(articles, files.pages, site, language)
    spoken = (_of_withheld(each) if _is_kept_back(decided[reading.source]) else each for reading in read for each in reading.diagnostics)
    slips = author_intent.judge((each for reading in read for each in reading.near_misses), rules.settings.keys)
    said = [*diagnostics, *spoken, *slips, *unpictured, *placed.diagnostics, *misspelled, *stray_texts]
    people = authors.authors_of(
        (article for article in articles if article.kind is Kind.ARTICLE),
        files.authors,
        (*(article.url for article in everything), *(section.url for section in built_sections.values())),
    )
    was = former_site.redirects(files.former, everything, tags, people, has_archive=routes.has_archive(everything, files.assets))
    taken = _taken(everything, built_sections, tags, people)
    refused, refused_files = _refused(said, sources), _refused(said, {SourcePath(path) for path in files.assets})
    return Site(
        articles=tuple(article for article in articles if article.kind is Kind.ARTICLE),
        pages=tuple(article for article in articles if article.kind is not Kind.ARTICLE),
        sections=built_sections,
        tags=tags,
        vocabulary=files.words,
        bibliography=files.bibliography,
        redirects={**{old: new for old, new in was.items() if old not in taken}, **placed.redirects},
        former=placed.former,
        publications={**files.excluded, **decided, **{source: _refusal(notes) for source, notes in {**refused, **refused_files}.items()}},
        refused=refused,
        diagnostics=tuple(sorted((*said, *sections.omitted_entries(built_sections, files.pages)))),
        kept_back=tuple(article for article in judged if _is_kept_back(article.publication) and not rules.shows(article.publication)),
        unlisted=tuple(_below_listed(article, built_sections) for article in unlisted),
        assets=files.assets - refused_files.keys(),
        rules=rules,
        tree=files.tree,
        authors=people,
    )


def _taken(
    articles: Iterable[Article], sections: Dictionary[str, Section], tags: Iterable[Tag], people: Iterable[Author]
) -> frozenset[UrlPath]:
    """The addresses of all pages but listings of the archive."""
    own = (article.url for article in articles)
    return frozenset((*own, *(each.url for each in sections.values()), *(tag.url for tag in tags), *(person.url for person in people)))


def _former(files: SiteFiles, folders_with_page: frozenset[str]) -> Callable[[Article], tuple[str, ...]]:
    def former(article: Article) -> tuple[str, ...]:
        if files.former.post_address(article):
            return ()
        origin = files.tree.outside.names.get(article.source, article.source)
        return former_addresses.former_addresses(article, origin, files.patterns, folders_with_page)

    return former


def _facts(reading: ArticleReading) -> ArticleFacts:
    error = next((note.message for note in reading.diagnostics if note.severity is Severity.ERROR), "")
    article = reading.article
    if article is None:
        return ArticleFacts(reading.source, error=error)
    return ArticleFacts(reading.source, article.intent, article.created, article.publish_from, article.expires, error)


def _refusal(diagnostics: tuple[Diagnostic, ...]) -> Publication:
    return Publication(State.REFUSED, next(note.message for note in diagnostics if note.severity is Severity.ERROR))


def _is_kept_back(decision: Publication) -> bool:
    return decision.state not in {State.PUBLISHED, State.UNLISTED, State.REFUSED}


def _of_withheld(diagnostic: Diagnostic) -> Diagnostic:
    """Lowers an error of an unpublished article to a warning, so that it does not end the build."""
    return replace(diagnostic, severity=min(diagnostic.severity, Severity.WARNING))


def _with_known_tags(article: Article, tags: Iterable[Tag]) -> Article:
    """An unlisted article has only tags that other articles have: a tag of its own would list it."""
    known = {tag.name for tag in tags} if article.is_unlisted else set(article.tags)
    return replace(article, tags=tuple(tag for tag in article.tags if tag in known))


def _split(articles: list[Article]) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    """What sections have, and the unlisted articles; the unlisted page of a folder that lists something is that of its section."""
    folders = {path for each in articles if not each.is_unlisted for path in (each.section, *parents(each.section))} | {""}
    apart = [each.is_unlisted and not (each.kind is Kind.INDEX and each.section in folders) for each in articles]
    listed = tuple(article for article, is_apart in zip(articles, apart, strict=True) if not is_apart)
    return listed, tuple(article for article, is_apart in zip(articles, apart, strict=True) if is_apart)


def _below_listed(article: Article, listed: Dictionary[str, Section]) -> Article:
    """An unlisted article as one of the nearest section that readers see."""
    section = next(path for path in (article.section, *parents(article.section), "") if path in listed)
    return replace(article, section=section, kind=Kind.PAGE if article.kind is Kind.INDEX else article.kind)


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
    """The author of the site: its name where the settings name none."""
    language: str = "en"
    """The language of its articles where they declare none, as a BCP 47 tag."""

    @property
    def messages(self) -> Messages:
        """What readers see that no author wrote, in the language of the site."""
        return Messages(self.language)


def article_language(article: Article, site: SiteInfo) -> str:
    """The language of an article: the one it declares, else the site's."""
    return language_of(article, site.language)


def language_of(article: Article, language: str) -> str:
    """The language of an article of a site in this language."""
    return article.language_tag or language
