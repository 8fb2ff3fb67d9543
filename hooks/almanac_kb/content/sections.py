"""Sections: the folders of a site, each with its page, its articles and its subsections.

Readers see a section as a topic. `.pages` files belong to mkdocs-awesome-pages-plugin, which orders the navigation by them; they are
read here too, because they also decide titles, kinds and the order in listings.
"""

import posixpath
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from almanac_kb.content.article import Article, ArticleKind, title_from_file_name
from almanac_kb.content.pages_file import PAGES_FILE_NAME, PagesFile
from almanac_kb.core import languages, paths
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file
from almanac_kb.core.languages import sort_key
from almanac_kb.core.paths import SourcePath, UrlPath, file_name, folder, is_article, is_index, parents, stem
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index

WIKI_PARTS = frozenset({"_Sidebar", "_Footer", "_Header"})
"""Files that a wiki on GitHub shows beside each of its pages."""
MAX_OMITTED_NAMES = 5
"""Most names in the warning about files that a `nav` omits."""


@dataclass(frozen=True)
class Section:
    """A folder as readers see it."""

    path: str
    """The folder below docs/; empty for docs/ itself, whose page is the home page."""
    url: UrlPath
    """The URL path of its page."""
    title: str
    """The title from its `.pages`, else from its index page, else from the name of the folder."""
    description: str
    """The description of its index page."""
    kind: str
    """`article`, or `page` where its files are in navigation and search only."""
    index: Article | None
    """The page that an author wrote for it; None where it has only its listing."""
    articles: tuple[Article, ...]
    """The articles and pages in the folder itself, in its order: as `nav` names them, then by their order, newest first, by title."""
    members: tuple[Article, ...]
    """The articles in the folder and in all folders below it, newest first; without pages."""
    children: tuple[str, ...]
    """The paths of its subsections: as `nav` names them, then by title."""
    schema: str = "Article"
    """The schema.org type of its articles: `Article` or `MedicalWebPage`."""
    markdown: str = "auto"
    """The renderer of its articles: `commonmark`, `python-markdown`, or `auto`."""
    order: str = ""
    """The order of its articles: `newest` first, by `title`, `manual` (as `nav` names them, then by `order`); empty: as `articles` says."""

    title_language: str = ""
    """The language of its title as a BCP 47 tag, in listings of another language."""

    @property
    def link(self) -> tuple[str, UrlPath, str, str]:
        """Its title and URL path, and language (BCP 47) and direction of the title, which are empty where its page declares no language."""
        page = self.index if self.path else None
        tag = page.language_tag if page else self.title_language
        return self.title, self.url, tag, languages.direction(tag) if tag else ""


def read_wiki_sidebar(text: str, here: SourcePath, siblings: Iterable[SourcePath]) -> PagesFile:
    """The order of a folder by the `_Sidebar.md` of a wiki on GitHub: the files of the folder in the order of the first links to them.

    `here` is the source path of that file, `siblings` are the articles beside it.
    """
    from almanac_kb.markdown import parser  # here, so that a build in which no text changed does not load it

    names = {file_name(path): title_from_file_name(path) for path in siblings}
    indexed = (IndexedArticle(SourcePath(posixpath.join(folder(here), name)), title) for name, title in names.items())
    index = build_link_index(indexed, (), wikis=(folder(here),))
    tokens = parser.parse(text, here=here, index=index, dialects=parser.DIALECTS).tokens
    links = (str(token.attrs.get("href", "")) for inline in tokens for token in inline.children or () if token.type == "link_open")
    linked = dict.fromkeys(unquote(link.partition("#")[0]) for link in links)
    return PagesFile(names=tuple((name, Position()) for name in linked if name in names))


def wiki_homes(files: Iterable[SourcePath]) -> frozenset[SourcePath]:
    """The pages of folders that a wiki on GitHub calls `Home.md`: in docs/ itself, or beside a `_Sidebar.md` or `_Footer.md`."""
    known = frozenset(files)
    with_index = {folder(path) for path in known if is_index(path)}
    wikis = {folder(path) for path in known if stem(path) in WIKI_PARTS and is_article(path)} | {""}
    found = (path for path in known if is_article(path) and stem(path) == "Home")
    return frozenset(path for path in found if folder(path) in wikis - with_index)


def build_sections(
    articles: tuple[Article, ...], files: Dictionary[str, PagesFile], site_name: str, language: str = ""
) -> dict[str, Section]:
    """All sections by their folders; `articles` are all articles and pages, newest first, with their kinds and sections.

    `files` are the `.pages` files by folder; `site_name` is the title of the home page. Names are sorted by the rules of the one language
    that the articles of a folder declare, else by those of `language`, the site's.
    """
    indexes = {article.section: article for article in articles if article.kind is ArticleKind.INDEX}
    direct, members = _articles_by_folder(articles)
    declared = _declared_languages(articles)
    titles = {path: section_title(path, files.get(path), indexes.get(path), site_name, declared.get(path, frozenset())) for path in direct}
    sorted_by = {path: next(iter(tags)) for path, tags in declared.items() if len(tags) == 1}
    children = _children(direct, titles, language)
    return {
        path: Section(
            path=path,
            url=section_url(path),
            title=titles[path],
            description=indexes[path].description if path in indexes else "",
            kind=section_kind(path, files),
            index=indexes.get(path),
            articles=tuple(
                sorted(
                    direct[path],
                    key=lambda article: _place_in_section(article, path, files, sorted_by.get(path, language)),
                )
            ),
            members=tuple(members[path]),
            children=tuple(sorted(children.get(path, ()), key=lambda child: _nav_index(child, path, files))),
            schema=section_schema(path, files),
            markdown=section_markdown(path, files),
            order=files[path].order if path in files else "",
        )
        for path in sorted(direct)
    }


def section_url(path: str) -> UrlPath:
    """The URL path of the page of a folder."""
    return UrlPath(f"{paths.slug_from_folder(path)}/") if path else UrlPath("")


def section_kind(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The kind of the articles in a folder: from its `.pages`, else from that of the nearest folder above that has one."""
    return next((file.kind for file in _files_upwards(path, files) if file.kind), "article")


def section_schema(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The schema.org type of the articles in a folder: from its `.pages`, else from that of the nearest folder above that has one."""
    return next((file.schema for file in _files_upwards(path, files) if file.schema), "Article")


def section_markdown(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The renderer of the articles in a folder: from its `.pages`, else from that of the nearest folder above that has one."""
    return next((file.markdown for file in _files_upwards(path, files) if file.markdown), "auto")


def _declared_languages(articles: Iterable[Article]) -> dict[str, frozenset[str]]:
    """By folder, the languages that articles in it or below it declare, as BCP 47 tags in lower case."""
    tags: dict[str, set[str]] = {}
    for article in articles:
        for path in (article.section, *parents(article.section)) if article.language_tag else ():
            tags.setdefault(path, set()).add(article.language_tag.lower())
    return {path: frozenset(declared) for path, declared in tags.items()}


def section_title(path: str, file: PagesFile | None, index: Article | None, site_name: str, declared: frozenset[str] = frozenset()) -> str:
    """The title of a section; that of docs/ itself is the name of the site.

    A folder named like one of the languages that its articles declare, or like a language with a region, is titled by the language's name.
    """
    if not path:
        return site_name
    written = (file.title if file else "") or (index.title if index else "")
    tag = languages.language_tag(file_name(path))
    if not written and (languages.is_regional(file_name(path)) or (tag and tag.lower() in declared)):
        return languages.own_name(tag)
    return written or title_from_file_name(SourcePath(f"{file_name(path)}.md"))


def omitted_entries(sections: Dictionary[str, Section], files: Dictionary[str, PagesFile]) -> tuple[Diagnostic, ...]:
    """A warning for each `.pages` whose `nav`, without a `...`, leaves files or folders out of the navigation."""
    diagnostics = []
    for path, file in files.items():
        omitted = sorted(name for name in _entry_names(sections[path]) if not file.shows(name)) if path in sections else []
        if omitted:
            more = f" and {len(omitted) - MAX_OMITTED_NAMES} more" if len(omitted) > MAX_OMITTED_NAMES else ""
            names = ", ".join(omitted[:MAX_OMITTED_NAMES]) + more
            note = LocalDiagnostic(file.position, f"leaves out of the navigation: {names}", "add - ..., or name them", Severity.WARNING)
            diagnostics.append(in_file(SourcePath(f"{path}/{PAGES_FILE_NAME}" if path else PAGES_FILE_NAME), "nav", note))
    return tuple(diagnostics)


def _files_upwards(path: str, files: Dictionary[str, PagesFile]) -> Iterator[PagesFile]:
    """The `.pages` files of a folder and of the folders above it, the nearest first."""
    return (files[parent] for parent in (path, *parents(path)) if parent in files)


def _articles_by_folder(articles: Iterable[Article]) -> tuple[dict[str, list[Article]], dict[str, list[Article]]]:
    """By folder: the articles and pages in the folder itself, and the articles in it and in all folders below."""
    direct: dict[str, list[Article]] = {"": []}
    members: dict[str, list[Article]] = {"": []}
    for article in articles:
        for path in (article.section, *parents(article.section)):
            direct.setdefault(path, [])
            members.setdefault(path, [])
            if article.kind is ArticleKind.ARTICLE:
                members[path].append(article)
        if article.kind not in {ArticleKind.INDEX, ArticleKind.TAG}:
            direct[article.section].append(article)
    return direct, members


def _children(folders: Iterable[str], titles: Dictionary[str, str], language: str) -> dict[str, tuple[str, ...]]:
    """The subfolders of each folder, by title, in alphabetical order of a language."""
    children: dict[str, list[str]] = {}
    for path in folders:
        if path:
            children.setdefault(folder(path), []).append(path)
    return {path: tuple(sorted(below, key=lambda child: (sort_key(titles[child], language), child))) for path, below in children.items()}


def _entry_names(section: Section) -> set[str]:
    """The names of the files and folders in the folder of a section."""
    entries = (*(article.source for article in section.articles), *section.children)
    return {path.removeprefix(f"{section.path}/").partition("/")[0] for path in entries}


def _nav_index(path: str, parent: str, files: Dictionary[str, PagesFile]) -> int:
    """The position of a file or folder in the `nav` of the folder `parent`; entries that are not named come last."""
    names = [name for name, _ in files[parent].names] if parent in files else []
    name = path.removeprefix(f"{parent}/").partition("/")[0]
    return names.index(name) if name in names else len(names)


def _place_in_section(article: Article, path: str, files: Dictionary[str, PagesFile], language: str) -> tuple[Any, ...]:
    """Sorts the articles of a section in its order."""
    order = files[path].order if path in files else ""
    has_none, place, newest, title, url = _listing_order(article, language)
    if order == "newest":
        return newest, title, url
    if order == "title":
        return title, url
    named = _nav_index(article.source, path, files), has_none, place
    return (*named, title, url) if order == "manual" else (*named, newest, title, url)


def _listing_order(article: Article, language: str) -> tuple[bool, float, float, object, str]:
    """Sort key of articles: by `order` where they have one, then newest first, then by title in a language's order, then by URL path."""
    timestamp = article.created.timestamp() if article.created else float("-inf")
    return article.order is None, article.order or 0.0, -timestamp, sort_key(article.title, language), article.url
