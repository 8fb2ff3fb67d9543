"""URLs, redirects, registry of output paths."""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from types import MappingProxyType

from almanac_kb.content import former_addresses, sections
from almanac_kb.content.output_paths import LISTING_PAGE, SITE_FILES, OutputPaths, output_path
from almanac_kb.content.reader import Article, Kind
from almanac_kb.content.sections import PagesFile
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
RESERVED = {
    "tags": "the index of tags",
    "assets": "the files of the theme",
    "search": "the search",
}
"""First parts of addresses that the site makes itself."""
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
"""Endings of programs that a reader's machine would run."""
FILES = ("index.md", "cover.png", "feed.xml", "llms.txt")
"""Last parts of addresses that are files beside a page."""
MAX_ADDRESSES = 1000
"""Most articles of one name; more are refused."""
WIKI_PARTS = frozenset({"_Sidebar", "_Footer", "_Header"})
"""What a wiki on GitHub shows beside each of its pages."""
FOLDER = "the folder "
"""How the owner of an address is called that is a folder."""


@dataclass(frozen=True)
class Routes:
    """Where everything stands."""

    articles: list[Article]
    """The articles with kind, topic and address."""
    redirects: dict[UrlPath, UrlPath]
    """Old addresses, and where each leads."""
    former: dict[UrlPath, UrlPath]
    """The addresses that other systems gave to dated articles, and where each leads, as far as they are free."""
    diagnostics: tuple[Diagnostic, ...]
    """What can't stand where it wants to."""


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
    """Gives every article its address. Of two with one address a folder's page comes first, then a file of that very name.

    The other gets an address of its own, with a notice, where the address comes from its file name; one that its author chose is refused.

    `sources` are all articles there are, published or not: they decide whether an `index.md` has a folder of its own. `assets` are the
    other files of docs/, which may not stand where the site puts something. `owned` are the output paths that theme, overrides and plugins
    write, and whose each is. `former` gives the addresses that an article had in the system it comes from, `post_address` the section of a
    post of Material's blog, and its address. `homes` are pages of folders by another name than `index.md`.
    """
    known = tuple(sources)
    crowded, bare = _crowded(known), _bare(known)
    addressed = (_as_post(article, post_address) or _place(article, crowded, bare, files, homes) for article in articles)
    moved = sorted(addressed, key=_claim_rank)
    claims = OutputPaths()
    for path, owner in {**SITE_FILES, **owned}.items():
        claims.reserve(path, owner)
    clashes = _claim_folders(moved, claims)
    placed, diagnostics = [], []
    for article in moved:
        note = _conflict(article, claims, clashes)
        apart = _set_apart(article, claims) if note else None
        if apart:
            diagnostics.append(in_file(article.source, "address", _elsewhere(article, apart)))
            _claim(apart, claims)
            placed.append(apart)
        elif note:
            diagnostics.append(in_file(article.source, "address", note))
        else:
            _claim(article, claims)
            placed.append(article)
    diagnostics += _beside(assets, claims)
    redirects, more = _redirects(placed, claims)
    return Routes(placed, redirects, _former(placed, former, claims), (*diagnostics, *more))


def wiki_homes(files: Iterable[SourcePath]) -> frozenset[SourcePath]:
    """The pages of folders that a wiki on GitHub calls `Home.md`: in docs/ itself, or beside a `_Sidebar.md` or `_Footer.md`."""
    known = frozenset(files)
    with_index = {folder(path) for path in known if is_index(path)}
    wikis = {folder(path) for path in known if stem(path) in WIKI_PARTS and is_article(path)} | {""}
    found = (path for path in known if is_article(path) and stem(path) == "Home")
    return frozenset(path for path in found if folder(path) in wikis - with_index)


def shadowed_indexes(sources: Iterable[SourcePath]) -> dict[SourcePath, str]:
    """The pages of folders that have another page already, and the name of that: a README.md beside index.md."""
    first: dict[str, SourcePath] = {}
    indexes = sorted((source for source in set(sources) if is_index(source)), key=_rank)
    for source in indexes:
        first.setdefault(folder(source), source)
    return {source: file_name(first[folder(source)]) for source in indexes if first[folder(source)] != source}


def _rank(source: SourcePath) -> tuple[int, int, str]:
    """`index` before `_index` and `README`, `.md` before other endings."""
    return INDEX_STEMS.index(stem(source)), MARKDOWN_SUFFIXES.index(source.removeprefix(without_suffix(source)).casefold()), source


def year_url(number: int) -> UrlPath:
    """The URL path of a year of the archive."""
    return UrlPath(f"{ARCHIVE_URL}{number:04}/")


def has_archive(articles: Iterable[Article], assets: Iterable[str]) -> bool:
    """Whether readers get an archive by years: not where an article, a folder or a page of HTML in docs/ has its address."""
    pages = (path for path in assets if path.endswith("index.html"))
    return not any(each.startswith(ARCHIVE_URL) for each in (*(article.url for article in articles), *pages))


def _as_post(article: Article, post_address: Callable[[Article], tuple[str, UrlPath] | None]) -> Article | None:
    """A post of a blog at its address there, in the section of the blog; None for other articles."""
    found = post_address(article)
    return replace(article, section=found[0], url=found[1]) if found else None


def _crowded(sources: Iterable[SourcePath]) -> frozenset[str]:
    """The folders that hold more than one article, those of the folders below counted."""
    seen: set[str] = set()
    crowded: set[str] = {""}
    for source in sources:
        path = folder(source)
        (crowded if path in seen else seen).add(path)
        crowded.update(parents(path))
    return frozenset(crowded)


def _bare(sources: tuple[SourcePath, ...]) -> frozenset[str]:
    """The folders without a page of their own."""
    own = {folder(source) for source in sources if is_index(source)}
    return frozenset(each for source in sources for each in (folder(source), *parents(folder(source))) if each and each not in own)


def _place(
    article: Article, crowded: frozenset[str], bare: frozenset[str], files: Dictionary[str, PagesFile], homes: frozenset[SourcePath]
) -> Article:
    path = folder(article.source)
    alone = stem(article.source) == "index" and article.created is not None and path not in crowded
    if (is_index(article.source) and not alone) or article.source in homes:
        return replace(article, kind=Kind.INDEX, section=path, url=sections.section_url(path))
    home = folder(path) if alone else path
    last = article.slug or paths.slug_from_file(file_name(path) if alone else stem(article.source))
    whole = f"{article.path}/" if article.path else f"{sections.section_url(home)}{last}/"
    beside = without_suffix(article.source)
    if beside in bare and whole == sections.section_url(beside):
        return replace(article, kind=Kind.INDEX, section=beside, url=sections.section_url(beside))
    kind = Kind.PAGE if sections.section_kind(home, files) == "page" else Kind.ARTICLE
    return replace(article, kind=kind, section=home, url=UrlPath(whole))


def _claim_folders(articles: list[Article], claims: OutputPaths) -> dict[str, str]:
    """Claims the page and the feed of every folder; those folders that can't have theirs, and whose the address is."""
    indexes = {article.section: article.source for article in articles if article.kind is Kind.INDEX}
    clashes = {}
    for path in sorted({each for article in articles for each in (article.section, *parents(article.section))}):
        url = sections.section_url(path)
        other = _reserved(url) or _owner(claims, f"{url}index.html")
        if other:
            clashes[path] = other
        else:
            shown = f"{FOLDER}{path}" if path else "the home page"
            claims.reserve(f"{url}index.html", indexes.get(path, shown))
            claims.reserve(f"{url}feed.xml", f"the feed of {shown}")
            claims.reserve(f"{url}llms.txt", f"the list of articles of {shown} for programs")
    return clashes


def _claim(article: Article, claims: OutputPaths) -> None:
    claims.reserve(f"{article.url}index.html", article.source)
    claims.reserve(f"{article.url}index.md", f"the Markdown of /{article.url}")


def _conflict(article: Article, claims: OutputPaths, clashes: Dictionary[str, str]) -> LocalDiagnostic | None:
    path = next((each for each in (article.section, *parents(article.section)) if each in clashes), None)
    if path is not None:
        return LocalDiagnostic(
            Position(), f"its folder {path} would have the address /{sections.section_url(path)} of {clashes[path]}", "rename the folder"
        )
    owner = _reserved(article.url)
    if owner:
        return LocalDiagnostic(article.address_position, f"/{article.url} belongs to {owner}", "give the article a slug, or move it")
    other = _owner(claims, f"{article.url}index.html")
    if other and other != article.source:
        return LocalDiagnostic(article.address_position, f"/{article.url} is the address of {other} already", _way_out(other))
    last = file_name(article.url.rstrip("/"))
    if last in FILES:
        return LocalDiagnostic(
            article.address_position, f"/{article.url} would hide the file {last} of the page above", "give the article a slug"
        )
    return None


def _claim_rank(article: Article) -> tuple[bool, bool, str]:
    """Sorts articles by who has an address first: the page of a folder; a file of that very name, or one whose author chose it; by path."""
    name = file_name(article.url.rstrip("/"))
    is_chosen = bool(article.path or article.slug)
    return article.kind is not Kind.INDEX, not is_chosen and stem(article.source) != name, article.source


def _set_apart(article: Article, claims: OutputPaths) -> Article | None:
    """The article at an address that is free, where the one that its file name gives is that of another article or of the site; else None.

    Of names that differ in case or ending alone, one is refused: they are the same file on Windows and macOS, or two forms of one article.
    Its address says what sets the names apart: the date (`2020-06-12-update`), the signs (`c-plus-plus`), else a number (`c-2`).
    """
    other = _owner(claims, f"{article.url}index.html")
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
        if slug and not _owner(claims, f"{url}index.html") and not _reserved(url) and slug not in FILES:
            return replace(article, url=url)
    return None


def _elsewhere(article: Article, apart: Article) -> LocalDiagnostic:
    reserved = _reserved(article.url)
    taken = f"belongs to {reserved}" if reserved else "is the address of another article already"
    message = f"/{article.url} {taken}, so this one is at /{apart.url}"
    return LocalDiagnostic(article.address_position, message, "give it a slug, if it should have another address", Severity.NOTICE)


def _way_out(other: str) -> str:
    if other.startswith(FOLDER):
        return f"give it another slug, or move it to {other.removeprefix(FOLDER)}/index.md"
    return "give one of them another slug" if is_article(other) else "give it another slug"


def _reserved(address: str) -> str:
    first = address.partition("/")[0].casefold()
    return RESERVED.get(first) or ("the pages of a listing" if LISTING_PAGE.fullmatch(address.rstrip("/")) else "")


def _is_own_name(address: str) -> bool:
    """Whether an address is that of a page which every site has, such as `search/`, and not below it."""
    return address.rstrip("/").casefold() in RESERVED


def _owner(claims: OutputPaths, path: str) -> str:
    """Whose an output path is, or nothing."""
    obstacle = claims.obstacle(path)
    return obstacle.owner if obstacle else ""


def _beside(assets: Iterable[str], claims: OutputPaths) -> list[Diagnostic]:
    """Claims the other files of docs/; those that would shadow something, and those that readers should not get unasked."""
    diagnostics = []
    for path in sorted(assets):
        obstacle = claims.obstacle_of_asset(path)
        if obstacle:
            note = LocalDiagnostic(Position(), f"would stand in the place of {obstacle.owner}", "rename it, or keep it out of docs/")
            diagnostics.append(in_file(SourcePath(path), "file", note))
        elif path.lower().endswith(PROGRAMS):
            note = LocalDiagnostic(Position(), "is a program, which a reader's machine would run", "offer it elsewhere, and link to it")
            diagnostics.append(in_file(SourcePath(path), "file", note))
    for path in sorted(assets):
        claims.reserve(path, path)
    return diagnostics


def _redirects(articles: list[Article], claims: OutputPaths) -> tuple[dict[UrlPath, UrlPath], list[Diagnostic]]:
    """Old addresses, case by case: two that differ in it alone are two, as they are on most hosts."""
    redirects: dict[UrlPath, UrlPath] = {}
    owners: dict[str, str] = {}
    diagnostics = []
    for article in articles:
        for alias in article.aliases:
            path = output_path(alias)
            obstacle = claims.obstacle(path)
            differs = obstacle is not None and obstacle.path != path and obstacle.path.casefold() == path.casefold()
            other = _reserved(alias) or owners.get(alias) or (obstacle.owner if obstacle and not differs else "")
            if other and other != article.source:
                note = LocalDiagnostic(
                    article.aliases_position, f"the old address /{alias} is that of {other}", "leave it out", Severity.WARNING
                )
                diagnostics.append(in_file(article.source, "aliases", note))
            elif not other:
                redirects[UrlPath(alias)], owners[alias] = article.url, article.source
                claims.reserve(path, article.source)
    return redirects, diagnostics


def _former(articles: list[Article], former: Callable[[Article], tuple[str, ...]], claims: OutputPaths) -> dict[UrlPath, UrlPath]:
    """The former addresses of one article alone, where nothing else stands; nobody is told of the others, for nobody asked for them."""
    found: dict[UrlPath, UrlPath] = {}
    for address, article in former_addresses.unclaimed((article, former(article)) for article in articles).items():
        path = output_path(address)
        if not _reserved(address) and claims.obstacle(path) is None:
            found[UrlPath(address)] = article.url
            claims.reserve(path, article.source)
    return found


COPY_NAME = "index.md"
"""The file, below the page of the article."""


def copy_url(article: Article) -> UrlPath:
    """Where the Markdown of an article is."""
    return UrlPath(f"{article.url}{COPY_NAME}")
