"""Routes: the URL path of each article, redirects from old URLs, and the reservation of their output paths."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from types import MappingProxyType

from almanac_kb.content import former_urls, sections
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.output_paths import LISTING_PAGE, SITE_FILES, OutputPaths, output_path
from almanac_kb.content.pages_file import PagesFile
from almanac_kb.core import paths
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file
from almanac_kb.core.paths import (
    INDEX_STEMS,
    MARKDOWN_SUFFIXES,
    SourcePath,
    UrlPath,
    file_name,
    folder,
    is_article,
    is_index,
    parents,
    stem,
    without_suffix,
)

ARCHIVE_URL = UrlPath("archive/")
"""The page of all years with articles; the page of each year lies below it."""
MAP_URL = UrlPath("map/")
"""The page that draws topics, articles and their links."""
MIN_ARTICLES_ON_MAP = 6
"""Fewest listed articles of a site that has a map."""
RESERVED = {
    "tags": "the index of tags",
    "assets": "the files of the theme",
    "search": "the search",
}
"""First segments of URL paths that belong to generated pages, with what they hold."""
PROGRAMS = (
    ".apk",
    ".app",
    ".bat",
    ".cmd",
    ".com",
    ".deb",
    ".dmg",
    ".exe",
    ".hta",
    ".jar",
    ".lnk",
    ".msi",
    ".pkg",
    ".ps1",
    ".rpm",
    ".scr",
    ".swf",
    ".vbs",
)
"""Extensions of programs that a reader's machine would execute."""
FEED = "feed.xml"
"""The name of the Atom feed of a page, below its URL path."""
FILES = ("index.md", "cover.png", FEED, "llms.txt")
"""Last segments of URL paths that are files beside a page."""
MAX_ADDRESSES = 1000
"""Most articles with the same name in one folder; further ones are refused."""
FOLDER = "the folder "
"""The start of an owner's name that is a folder."""


def feed_url(page: UrlPath) -> UrlPath:
    """The URL path of the Atom feed of what the page at a URL path lists."""
    return UrlPath(f"{page}{FEED}")


def language_feed_url(language: str) -> UrlPath:
    """The URL path of the feed of all articles in a language, which sites of several languages have."""
    return UrlPath(f"feed-{language.lower()}.xml")


@dataclass(frozen=True)
class Routes:
    """The URL paths of all articles, and the redirects to them."""

    articles: list[Article]
    """The articles with kind, section and URL path."""
    redirects: dict[UrlPath, UrlPath]
    """The old URL paths in aliases, each with the URL path it leads to."""
    former: dict[UrlPath, UrlPath]
    """The URL paths that other systems gave to dated articles, where they are free, each with the URL path it leads to."""
    diagnostics: tuple[Diagnostic, ...]
    """Conflicts between URL paths and output paths."""


def assign_routes(
    articles: Iterable[Article],
    files: Dictionary[str, PagesFile],
    *,
    sources: Iterable[SourcePath] = (),
    assets: Iterable[str] = (),
    owned: Dictionary[str, str] = MappingProxyType({}),
    former: Callable[[Article], tuple[str, ...]] = lambda _: (),
    post_address: Callable[[Article], tuple[str, UrlPath] | None] = lambda _: None,
    homes: frozenset[SourcePath] = frozenset(),
) -> Routes:
    """The articles with a URL path each. Where two want the same, index pages come first, then files of exactly that name.

    The other article gets another URL path, with a notice, if its URL comes from its file name; if its author chose the URL, it is refused.

    `sources` are all articles, published or not: they decide whether an `index.md` is the index of its folder. `assets` are the other files
    of docs/, which must not take the place of generated files. `owned` maps the output paths that theme, overrides and plugins write to
    their owners. `former` returns the URL paths that an article had in another system, `post_address` the section and
    URL path of a post in Material's blog. `homes` are index pages of folders with another name than `index.md`.
    """
    known = tuple(sources)
    with_several, without_index = _folders_with_several(known), _folders_without_index(known)
    addressed = (_as_post(article, post_address) or _with_route(article, with_several, without_index, files, homes) for article in articles)
    moved = sorted(addressed, key=_claim_order)
    output_paths = OutputPaths()
    for path, owner in {**SITE_FILES, **owned}.items():
        output_paths.reserve(path, owner)
    clashes = _reserve_folders(moved, output_paths)
    placed, diagnostics = _place(moved, output_paths, clashes)
    _reserve_archive_and_map(placed, output_paths)
    diagnostics += _reserve_assets(assets, output_paths)
    redirects, more = _redirects(placed, output_paths)
    return Routes(placed, redirects, _former(placed, former, output_paths), (*diagnostics, *more))


def _place(articles: Iterable[Article], output_paths: OutputPaths, clashes: Dictionary[str, str]) -> tuple[list[Article], list[Diagnostic]]:
    """The articles at URL paths of their own, which are reserved, and diagnostics of those that are moved or refused."""
    placed: list[Article] = []
    diagnostics: list[Diagnostic] = []
    for article in articles:
        note = _conflict(article, output_paths, clashes)
        apart = _set_apart(article, output_paths) if note else None
        if apart:
            diagnostics.append(in_file(article.source, "address", _moved_notice(article, apart)))
            _reserve_page(apart, output_paths)
            placed.append(apart)
        elif note:
            diagnostics.append(in_file(article.source, "address", note))
        else:
            _reserve_page(article, output_paths)
            placed.append(article)
    return placed, diagnostics


def shadowed_indexes(sources: Iterable[SourcePath]) -> dict[SourcePath, str]:
    """The index files of folders that have a better one, each with the name of that: a README.md beside index.md."""
    first: dict[str, SourcePath] = {}
    indexes = sorted((source for source in set(sources) if is_index(source)), key=_index_order)
    for source in indexes:
        first.setdefault(folder(source), source)
    return {source: file_name(first[folder(source)]) for source in indexes if first[folder(source)] != source}


def _index_order(source: SourcePath) -> tuple[int, int, str]:
    """Sort key of index files: `index` before `_index` and `README`, `.md` before other extensions."""
    return INDEX_STEMS.index(stem(source)), MARKDOWN_SUFFIXES.index(source.removeprefix(without_suffix(source)).casefold()), source


def year_url(number: int) -> UrlPath:
    """The URL path of a year of the archive."""
    return UrlPath(f"{ARCHIVE_URL}{number:04}/")


def has_archive(articles: Iterable[Article]) -> bool:
    """Whether the site has an archive by years: not where an article or a section has its URL path, or one below it."""
    return not any(path.startswith(ARCHIVE_URL) for path in _paths_of(articles))


def has_map(articles: Sequence[Article]) -> bool:
    """Whether the site has a map: where it has enough articles, and no article or section has its URL path."""
    return is_enough_for_map(articles) and MAP_URL not in _paths_of(articles)


def is_enough_for_map(articles: Iterable[Article]) -> bool:
    """Whether so many articles are listed that the site has a map; pages do not count."""
    return sum(article.is_listed and article.kind is ArticleKind.ARTICLE for article in articles) >= MIN_ARTICLES_ON_MAP


def _paths_of(articles: Iterable[Article]) -> set[str]:
    """The URL paths of articles, and those of their sections and the sections above."""
    sections = {article.section for article in articles}
    folders = {path for section in sections for path in (section, *parents(section))}
    return {article.url for article in articles} | {f"{path}/" for path in folders if path}


def _reserve_archive_and_map(articles: Sequence[Article], output_paths: OutputPaths) -> None:
    """Reserves the pages of the archive and of the map where the site has them, so that no other file and no alias takes them."""
    if has_map(articles):
        output_paths.reserve(f"{MAP_URL}index.html", "the map of the site")
    years = {article.created.year for article in articles if article.created}
    if years and has_archive(articles):
        for url in (ARCHIVE_URL, *map(year_url, sorted(years))):
            output_paths.reserve(f"{url}index.html", "the archive")


def _as_post(article: Article, post_address: Callable[[Article], tuple[str, UrlPath] | None]) -> Article | None:
    """A post of Material's blog with its URL path and section there; None for other articles."""
    found = post_address(article)
    return replace(article, section=found[0], url=found[1]) if found else None


def _folders_with_several(sources: Iterable[SourcePath]) -> frozenset[str]:
    """The folders with more than one article in them or below them."""
    seen: set[str] = set()
    with_several: set[str] = {""}
    for source in sources:
        path = folder(source)
        (with_several if path in seen else seen).add(path)
        with_several.update(parents(path))
    return frozenset(with_several)


def _folders_without_index(sources: tuple[SourcePath, ...]) -> frozenset[str]:
    """The folders without an index page."""
    own = {folder(source) for source in sources if is_index(source)}
    return frozenset(path for source in sources for path in (folder(source), *parents(folder(source))) if path and path not in own)


def _with_route(
    article: Article,
    with_several: frozenset[str],
    without_index: frozenset[str],
    files: Dictionary[str, PagesFile],
    homes: frozenset[SourcePath],
) -> Article:
    path = folder(article.source)
    alone = stem(article.source) == "index" and article.created is not None and path not in with_several
    if (is_index(article.source) and not alone) or article.source in homes:
        return replace(article, kind=ArticleKind.INDEX, section=path, url=sections.section_url(path))
    home = folder(path) if alone else path
    last = article.slug or paths.slug_from_file(file_name(path) if alone else stem(article.source))
    whole = f"{article.path}/" if article.path else f"{sections.section_url(home)}{last}/"
    beside = without_suffix(article.source)
    if beside in without_index and whole == sections.section_url(beside):
        return replace(article, kind=ArticleKind.INDEX, section=beside, url=sections.section_url(beside))
    kind = ArticleKind.PAGE if sections.section_kind(home, files) == "page" else ArticleKind.ARTICLE
    return replace(article, kind=kind, section=home, url=UrlPath(whole))


def _reserve_folders(articles: list[Article], output_paths: OutputPaths) -> dict[str, str]:
    """Reserves page and feed of every folder; returns the folders whose paths are taken, with the owner."""
    indexes = {article.section: article.source for article in articles if article.kind is ArticleKind.INDEX}
    clashes = {}
    for path in sorted({each for article in articles for each in (article.section, *parents(article.section))}):
        url = sections.section_url(path)
        other = _reserved(url) or _owner(output_paths, f"{url}index.html")
        if other:
            clashes[path] = other
        else:
            shown = f"{FOLDER}{path}" if path else "the home page"
            output_paths.reserve(f"{url}index.html", indexes.get(path, shown))
            output_paths.reserve(feed_url(url), f"the feed of {shown}")
            output_paths.reserve(f"{url}llms.txt", f"the list of articles of {shown} for programs")
    return clashes


def _reserve_page(article: Article, output_paths: OutputPaths) -> None:
    output_paths.reserve(f"{article.url}index.html", article.source)
    output_paths.reserve(f"{article.url}index.md", f"the Markdown of /{article.url}")


def _conflict(article: Article, output_paths: OutputPaths, clashes: Dictionary[str, str]) -> LocalDiagnostic | None:
    path = next((ancestor for ancestor in (article.section, *parents(article.section)) if ancestor in clashes), None)
    if path is not None:
        return LocalDiagnostic(
            Position(), f"its folder {path} would have the address /{sections.section_url(path)} of {clashes[path]}", "rename the folder"
        )
    owner = _reserved(article.url)
    if owner:
        return LocalDiagnostic(article.address_position, f"/{article.url} belongs to {owner}", "give the article a slug, or move it")
    other = _owner(output_paths, f"{article.url}index.html")
    if other and other != article.source:
        return LocalDiagnostic(article.address_position, f"/{article.url} is the address of {other} already", _conflict_hint(other))
    last = file_name(article.url.rstrip("/"))
    if last in FILES:
        return LocalDiagnostic(
            article.address_position, f"/{article.url} would hide the file {last} of the page above", "give the article a slug"
        )
    return None


def _claim_order(article: Article) -> tuple[bool, bool, str]:
    """Sort key by which articles get URL paths: index pages, then files of exactly that name or with a chosen URL, then by path."""
    name = file_name(article.url.rstrip("/"))
    is_chosen = bool(article.path or article.slug)
    return article.kind is not ArticleKind.INDEX, not is_chosen and stem(article.source) != name, article.source


def _set_apart(article: Article, output_paths: OutputPaths) -> Article | None:
    """The article with a free URL path, where the one that its file name gives is taken; None where the article must be refused.

    Of names that differ only in case or extension, one is refused: they are the same file on Windows and macOS, or one article in two
    formats. The new slug shows the difference of the names: the date (`2020-06-12-update`), symbols (`c-plus-plus`), or a number (`c-2`).
    """
    other = _owner(output_paths, f"{article.url}index.html")
    is_rival = is_article(other) and not is_index(other)
    if article.path or article.slug or is_index(article.source) or not (is_rival or _is_own_name(article.url)):
        return None
    if is_rival and without_suffix(article.source).casefold() == without_suffix(other).casefold():
        return None
    home, name = folder(article.url.rstrip("/")), stem(article.source)
    written, spoken = paths.safe_segment(name.lower()), paths.slug_from_tag(paths.DATE_PREFIX.sub("", name))
    last = file_name(article.url.rstrip("/"))
    numbered = (f"{last}-{number}" for number in range(2, MAX_ADDRESSES))
    for slug in (written, spoken, *numbered):
        url = UrlPath(f"{home}/{slug}/".lstrip("/"))
        if slug and not _owner(output_paths, f"{url}index.html") and not _reserved(url) and slug not in FILES:
            return replace(article, url=url)
    return None


def _moved_notice(article: Article, apart: Article) -> LocalDiagnostic:
    reserved = _reserved(article.url)
    taken = f"belongs to {reserved}" if reserved else "is the address of another article already"
    message = f"/{article.url} {taken}, so this one is at /{apart.url}"
    return LocalDiagnostic(article.address_position, message, "give it a slug, if it should have another address", Severity.NOTICE)


def _conflict_hint(other: str) -> str:
    if other.startswith(FOLDER):
        return f"give it another slug, or move it to {other.removeprefix(FOLDER)}/index.md"
    return "give one of them another slug" if is_article(other) else "give it another slug"


def _reserved(address: str) -> str:
    first = address.partition("/")[0].casefold()
    return RESERVED.get(first) or ("the pages of a listing" if LISTING_PAGE.fullmatch(address.rstrip("/")) else "")


def _is_own_name(address: str) -> bool:
    """Whether a URL path is that of a page which every site has, such as `search/`; not one below it."""
    return address.rstrip("/").casefold() in RESERVED


def _owner(output_paths: OutputPaths, path: str) -> str:
    """The owner of an output path; empty for a free one."""
    obstacle = output_paths.obstacle(path)
    return obstacle.owner if obstacle else ""


def _reserve_assets(assets: Iterable[str], output_paths: OutputPaths) -> list[Diagnostic]:
    """Reserves the paths of assets; returns errors for those that conflict with another owner, and for programs."""
    diagnostics = []
    for path in sorted(assets):
        obstacle = output_paths.obstacle_of_asset(path)
        if obstacle:
            note = LocalDiagnostic(Position(), f"would stand in the place of {obstacle.owner}", "rename it, or keep it out of docs/")
            diagnostics.append(in_file(SourcePath(path), "file", note))
        elif path.lower().endswith(PROGRAMS):
            note = LocalDiagnostic(Position(), "is a program, which a reader's machine would run", "offer it elsewhere, and link to it")
            diagnostics.append(in_file(SourcePath(path), "file", note))
    for path in sorted(assets):
        output_paths.reserve(path, path)
    return diagnostics


def _redirects(articles: list[Article], output_paths: OutputPaths) -> tuple[dict[UrlPath, UrlPath], list[Diagnostic]]:
    """The redirects from aliases, and conflicts; aliases that differ only in case are different, as they are on most hosts."""
    redirects: dict[UrlPath, UrlPath] = {}
    owners: dict[str, str] = {}
    diagnostics = []
    for article in articles:
        for alias in article.aliases:
            path = output_path(alias)
            obstacle = output_paths.obstacle(path)
            differs = obstacle is not None and obstacle.path != path and obstacle.path.casefold() == path.casefold()
            other = _reserved(alias) or owners.get(alias) or (obstacle.owner if obstacle and not differs else "")
            if other and other != article.source:
                note = LocalDiagnostic(
                    article.aliases_position, f"the old address /{alias} is that of {other}", "leave it out", Severity.WARNING
                )
                diagnostics.append(in_file(article.source, "aliases", note))
            elif not other:
                redirects[UrlPath(alias)], owners[alias] = article.url, article.source
                output_paths.reserve(path, article.source)
    return redirects, diagnostics


def _former(articles: list[Article], former: Callable[[Article], tuple[str, ...]], output_paths: OutputPaths) -> dict[UrlPath, UrlPath]:
    """The former URL paths that are free and belong to one article; conflicts are ignored, since nobody asked for these redirects."""
    found: dict[UrlPath, UrlPath] = {}
    for address, article in former_urls.unclaimed((article, former(article)) for article in articles).items():
        path = output_path(address)
        if not _reserved(address) and output_paths.obstacle(path) is None:
            found[UrlPath(address)] = article.url
            output_paths.reserve(path, article.source)
    return found


COPY_NAME = "index.md"
"""The file name of the Markdown copy, in the folder of the article's page."""


def copy_url(article: Article) -> UrlPath:
    """The URL path of the Markdown copy of an article."""
    return UrlPath(f"{article.url}{COPY_NAME}")
