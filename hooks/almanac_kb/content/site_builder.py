"""build_site(): the Site from the readings of all files; articles at their URLs, with canonical tags and with their sections."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from functools import cache, partial

from almanac_kb.content import author_intent, authors, former_site, former_urls, publication, routes, sections, taxonomy
from almanac_kb.content.article import Article, ArticleKind, ArticleReading
from almanac_kb.content.authors import Author
from almanac_kb.content.file_kinds import IMAGE_SUFFIXES
from almanac_kb.content.former_site import FormerSite
from almanac_kb.content.publication import Publication, PublicationInput, PublicationState
from almanac_kb.content.sections import Section
from almanac_kb.content.site import Site, SiteFiles
from almanac_kb.content.taxonomy import Tag, TagFile
from almanac_kb.core import text
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, UrlPath, folder, is_index, literal_path, parents
from almanac_kb.frontmatter import values
from almanac_kb.markdown import link_index
from almanac_kb.markdown.link_index import LinkIndex

HINT = "write a path inside docs/, such as images/cover.png"
HINT_UNTIL_THEN = f"{HINT}; until then the article has no picture of its own"


def find_images(articles: Iterable[Article], assets: frozenset[str]) -> tuple[list[Article], tuple[Diagnostic, ...]]:
    """The articles, `image` being a source path or empty, and a warning for each image that can't be used."""
    found, diagnostics = [], []
    index = cache(partial(link_index.build_link_index, (), assets))
    for article in articles:
        path = _image_path(article, assets, index) if article.image else ""
        note = _image_diagnostic(article, path, assets) if article.image else None
        diagnostics += [in_file(article.source, "image", note)] if note else []
        image = "" if note else path
        found.append(article if image == article.image else replace(article, image=image))
    return found, tuple(diagnostics)


def _image_path(article: Article, assets: frozenset[str], index: Callable[[], LinkIndex]) -> str:
    """The file that the `image` of an article means; where it means none, or one of several of that name, the path as it is written."""
    found = link_index.find_file(article.image, article.source, assets)
    match = None if found else link_index.resolve(article.image, article.source, index())
    if match and ("/" in article.image or not match.alternatives):
        found = match.path
    return found or literal_path(link_index.written_path(article.image), article.source)


def _image_diagnostic(article: Article, path: str, assets: frozenset[str]) -> LocalDiagnostic | None:
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


def build_site(
    readings: Iterable[ArticleReading],
    files: SiteFiles,
    diagnostics: Iterable[Diagnostic],
    *,
    now: datetime.datetime,
    site: str,
    language: str = "",
) -> Site:
    """The Site from the readings of all files. `now` decides what is scheduled or expired; `diagnostics` are those of other files.

    `site` is the name of the site; names are sorted by the rules of its `language`, a BCP 47 tag.
    """
    read, rules = sorted(readings, key=lambda reading: reading.source), files.rules
    sources = {reading.source for reading in read}
    decided = publication.decide_articles(map(_facts, read), rules, now)
    everything = _decided_articles(read, files, decided)
    shown = _arrange([article for article in everything if rules.shows(article.publication)], files, sources, site, language)
    notes = [*diagnostics, *_reading_diagnostics(read, decided, rules.settings.keys), *shown.diagnostics]
    refused, refused_files = _refused(notes, sources), _refused(notes, {SourcePath(path) for path in files.assets})
    return Site(
        articles=tuple(article for article in shown.articles if article.kind is ArticleKind.ARTICLE),
        pages=tuple(article for article in shown.articles if article.kind is not ArticleKind.ARTICLE),
        sections=shown.sections,
        tags=shown.tags,
        tag_file=files.tag_file,
        bibliography=files.bibliography,
        redirects=shown.redirects,
        former=shown.former,
        publications={**files.excluded, **decided, **{source: _refusal(of) for source, of in {**refused, **refused_files}.items()}},
        refused=refused,
        diagnostics=tuple(sorted((*notes, *sections.omitted_entries(shown.sections, files.pages)))),
        withheld_articles=tuple(each for each in everything if _is_withheld(each.publication) and not rules.shows(each.publication)),
        unlisted=shown.unlisted,
        assets=files.assets - refused_files.keys(),
        rules=rules,
        tree=files.tree,
        authors=shown.authors,
        language=language or "en",
    )


def _decided_articles(readings: Iterable[ArticleReading], files: SiteFiles, decided: Dictionary[SourcePath, Publication]) -> list[Article]:
    """The articles of the readings with the names of their authors, their languages, and the decisions on them."""
    articles = (_in_language(reading.article, files.former) for reading in readings if reading.article)
    named = (authors.with_names(article, files.authors) for article in articles)
    return [
        article if (state := decided[article.source]) == article.publication else replace(article, publication=state) for article in named
    ]


@dataclass(frozen=True)
class _Arrangement:
    """The published articles at their URLs, with what is made of them; the fields are those of Site."""

    articles: tuple[Article, ...]
    """The articles, pages and index pages of sections."""
    unlisted: tuple[Article, ...]
    sections: dict[str, Section]
    tags: tuple[Tag, ...]
    authors: tuple[Author, ...]
    redirects: dict[UrlPath, UrlPath]
    former: dict[UrlPath, UrlPath]
    diagnostics: tuple[Diagnostic, ...]


def _arrange(built: list[Article], files: SiteFiles, sources: set[SourcePath], site: str, language: str) -> _Arrangement:
    """The articles that are `built` at their URLs, with canonical tags, in their sections; `sources` are those of all articles."""
    with_images, image_warnings = find_images(built, files.assets)
    texts, others = taxonomy.divide_tag_texts(with_images, files.former.is_tag_index)
    placed = _place(others, files, sources)
    tags, everything, tag_diagnostics = _tag(placed.articles, texts, files.tag_file, language, files.rules.settings.tag_pages)
    in_sections, unlisted = _split(everything)
    built_sections = sections.build_sections(in_sections, files.pages, site, language)
    urls = [*(article.url for article in everything), *(section.url for section in built_sections.values())]
    listed = tuple(article for article in in_sections if article.kind is ArticleKind.ARTICLE)
    people = authors.authors_of(listed, files.authors, urls)
    redirects = former_site.redirects(files.former, everything, tags, people, has_archive=routes.has_archive(everything))
    taken = {*urls, *(tag.url for tag in tags), *(person.url for person in people)}
    return _Arrangement(
        articles=in_sections,
        unlisted=tuple(_below_listed(article, built_sections) for article in unlisted),
        sections=built_sections,
        tags=tags,
        authors=people,
        redirects={**{old: new for old, new in redirects.items() if old not in taken}, **placed.redirects},
        former=placed.former,
        diagnostics=(*image_warnings, *placed.diagnostics, *tag_diagnostics),
    )


def _place(articles: Iterable[Article], files: SiteFiles, sources: set[SourcePath]) -> routes.Routes:
    """The articles at their URLs; `sources` are those of all articles, published or not."""
    return routes.assign_routes(
        articles,
        files.pages,
        sources=sources,
        assets=files.assets,
        owned=files.owned,
        former=_former(files, frozenset(folder(source) for source in sources if is_index(source))),
        post_address=files.former.post_address,
        homes=sections.wiki_homes(files.tree.paths),
    )


def _tag(
    articles: list[Article], texts: Iterable[Article], tag_file: TagFile, language: str, fewest: int
) -> tuple[tuple[Tag, ...], list[Article], list[Diagnostic]]:
    """The tags that have pages; the articles with the canonical names of theirs and the `texts` of tags, newest first; diagnostics of both.

    A tag has a page from the `fewest` articles on, and where its author wrote a text or a description for it.
    """
    tagged, spelling_notices = _with_canonical_tags(articles, tag_file)
    newest = sorted(tagged, key=_newest_first)
    tags = taxonomy.build_taxonomy(tuple(article for article in newest if not article.is_unlisted), tag_file, language)
    placed, errors = taxonomy.place_tag_texts(texts, tags)
    written = {text.url for text in placed}
    shown = tuple(tag for tag in tags if len(tag.articles) >= fewest or tag.description or tag.url in written)
    everything = [_with_known_tags(article, tags) for article in sorted((*newest, *placed), key=_newest_first)]
    return shown, everything, [*spelling_notices, *errors]


def _in_language(article: Article, former: FormerSite) -> Article:
    """An article that declares no language, in that of its name or folder where mkdocs-static-i18n built the site before."""
    language = "" if article.language else former.language(article.source)
    return replace(article, language=language) if language else article


def _reading_diagnostics(
    readings: Iterable[ArticleReading], decided: Dictionary[SourcePath, Publication], own_keys: Iterable[str]
) -> Iterator[Diagnostic]:
    """The diagnostics of all readings, those of withheld articles as warnings, and those of keys that are probably slips."""
    near_misses: list[Diagnostic] = []
    for reading in readings:
        near_misses += reading.near_misses
        withheld = _is_withheld(decided[reading.source])
        yield from map(_of_withheld, reading.diagnostics) if withheld else reading.diagnostics
    yield from author_intent.judge(near_misses, own_keys)


def _former(files: SiteFiles, folders_with_page: frozenset[str]) -> Callable[[Article], tuple[str, ...]]:
    def former(article: Article) -> tuple[str, ...]:
        if files.former.post_address(article):
            return ()
        origin = files.tree.outside.names.get(article.source, article.source)
        return former_urls.former_urls(article, origin, files.patterns, folders_with_page)

    return former


def _facts(reading: ArticleReading) -> PublicationInput:
    error = next((note.message for note in reading.diagnostics if note.severity is Severity.ERROR), "")
    article = reading.article
    if article is None:
        return PublicationInput(reading.source, error=error)
    return PublicationInput(reading.source, article.intent, article.created, article.publish_from, article.expires, error)


def _refusal(diagnostics: tuple[Diagnostic, ...]) -> Publication:
    return Publication(PublicationState.REFUSED, next(note.message for note in diagnostics if note.severity is Severity.ERROR))


def _is_withheld(decision: Publication) -> bool:
    return decision.state not in {PublicationState.PUBLISHED, PublicationState.UNLISTED, PublicationState.REFUSED}


def _of_withheld(diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic of an article that is not published, as a warning at most, so that it does not end the build."""
    return replace(diagnostic, severity=min(diagnostic.severity, Severity.WARNING))


def _with_known_tags(article: Article, tags: Iterable[Tag]) -> Article:
    """An unlisted article with only those tags that listed articles have, because a tag of its own would reveal it."""
    if not article.is_unlisted:
        return article
    known = {tag.name for tag in tags}
    return replace(article, tags=tuple(tag for tag in article.tags if tag in known))


def _split(articles: list[Article]) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    """The articles of sections, and the unlisted ones; an unlisted index page of a folder that lists something stays in its section."""
    folders = {path for article in articles if not article.is_unlisted for path in (article.section, *parents(article.section))} | {""}
    unlisted = [article.is_unlisted and not (article.kind is ArticleKind.INDEX and article.section in folders) for article in articles]
    in_sections = tuple(article for article, is_unlisted in zip(articles, unlisted, strict=True) if not is_unlisted)
    return in_sections, tuple(article for article, is_unlisted in zip(articles, unlisted, strict=True) if is_unlisted)


def _below_listed(article: Article, listed: Dictionary[str, Section]) -> Article:
    """An unlisted article in the nearest section that readers see."""
    section = next(path for path in (article.section, *parents(article.section), "") if path in listed)
    return replace(article, section=section, kind=ArticleKind.PAGE if article.kind is ArticleKind.INDEX else article.kind)


def _newest_first(article: Article) -> tuple[float, str]:
    return -article.created.timestamp() if article.created else float("inf"), article.url


def _with_canonical_tags(articles: list[Article], tag_file: TagFile) -> tuple[list[Article], tuple[Diagnostic, ...]]:
    """The articles with the canonical names of their tags, and notices of other spellings."""
    canonical, diagnostics = taxonomy.canonical_names(articles, tag_file)
    resolved = []
    for article in articles:
        names = (taxonomy.resolve_tag(canonical[text.tag_key(written)], tag_file) for written in article.tags)
        tags = tuple(dict.fromkeys(filter(None, names)))
        resolved.append(article if tags == article.tags else replace(article, tags=tags))
    return resolved, diagnostics


def _refused(diagnostics: list[Diagnostic], files: set[SourcePath]) -> dict[SourcePath, tuple[Diagnostic, ...]]:
    """Returns the files that have errors, each with its errors."""
    refused: dict[SourcePath, tuple[Diagnostic, ...]] = {}
    for diagnostic in sorted(diagnostics):
        if diagnostic.severity is Severity.ERROR and diagnostic.source in files:
            refused[diagnostic.source] = (*refused.get(diagnostic.source, ()), diagnostic)
    return refused
