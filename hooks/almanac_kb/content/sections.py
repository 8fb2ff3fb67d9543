"""Sections: the folders of a site, each with its page, its articles and its subsections; the `.pages` file of a folder.

Readers see a section as a topic. `.pages` files belong to mkdocs-awesome-pages-plugin, which orders the navigation by them; they are
read here too, because they also decide titles, kinds and the order in listings.
"""

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import yaml

from almanac_kb.content.reader import Article, Kind, title_from_file_name
from almanac_kb.core import languages, paths, text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Outcome, Position, Severity, in_file, quoted
from almanac_kb.core.languages import sort_key
from almanac_kb.core.paths import SourcePath, UrlPath, file_name, folder, parents
from almanac_kb.frontmatter import formats, values
from almanac_kb.frontmatter.formats import Mapping, Node, Scalar, Sequence, find_pair, is_absent
from almanac_kb.markdown import parser
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index

PAGES_FILE_NAME = ".pages"
ORDERS = ("newest", "title", "manual")
"""The orders in which a section can list its articles; awesome-pages has others of the same key, `asc` and `desc`."""
RENDERERS = ("commonmark", "python-markdown", "auto")
FLAG_KEYS = ("ignore_case", "hide", "collapse", "collapse_single_pages")
"""Keys whose value is true or false."""
CHOICES = {
    "kind": ("article", "page"),
    "schema": ("Article", "MedicalWebPage"),
    "markdown": RENDERERS,
    "order": ("asc", "desc", *ORDERS),
    "sort_type": ("natural",),
    "order_by": ("filename", "title"),
}
"""Keys whose value is one of a few words; `kind`, `schema` and `markdown` are our own, all other keys are those of awesome-pages."""
KEYS = ("title", "nav", "arrange", *CHOICES, *FLAG_KEYS)
REST_ENTRY = re.compile(r"\.{3}\s*(?:\|\s*flat\s*)?(?:\|\s*(?:(?P<type>regex|glob)=)?(?P<pattern>.*))?")
"""An entry of `nav` that stands for all entries not named, in awesome-pages' syntax."""
MAX_STARS = 3
"""Most stars in the pattern of such an entry: each one multiplies the time for matching."""
STRING, BOOLEAN = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"
"""Tags of YAML 1.1 types."""
MAX_OMITTED_NAMES = 5
"""Most names in the warning about files that a `nav` omits."""


@dataclass(frozen=True)
class PagesFile:
    """The content of a `.pages` file."""

    title: str = ""
    """The title of the section, or empty."""
    kind: str = ""
    """`article`, or `page` where its files are in navigation and search only; empty where the folder above decides."""
    names: tuple[tuple[str, Position], ...] = ()
    """The files and folders named in its `nav`, each with its position."""
    rest_patterns: tuple[str, ...] = ("*",)
    """Glob patterns of the files and folders that are in the navigation without being named."""
    position: Position = Position()
    """The position of `nav`."""
    schema: str = ""
    """The schema.org type of its articles, `Article` or `MedicalWebPage`; empty where the folder above decides."""
    markdown: str = ""
    """The renderer of its articles, one of RENDERERS; empty where the folder above decides."""
    order: str = ""
    """The order in which its articles are listed, one of ORDERS, or empty."""

    def shows(self, name: str) -> bool:
        """Whether a file or folder of this folder is in the navigation."""
        return any(name == named for named, _ in self.names) or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.rest_patterns)


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
    names = {file_name(path): title_from_file_name(path) for path in siblings}
    indexed = (IndexedArticle(SourcePath(posixpath.join(folder(here), name)), title) for name, title in names.items())
    index = build_link_index(indexed, (), wikis=(folder(here),))
    tokens = parser.parse(text, here=here, index=index, dialects=parser.DIALECTS).tokens
    links = (str(token.attrs.get("href", "")) for inline in tokens for token in inline.children or () if token.type == "link_open")
    linked = dict.fromkeys(unquote(link.partition("#")[0]) for link in links)
    return PagesFile(names=tuple((name, Position()) for name in linked if name in names))


def build_sections(
    articles: tuple[Article, ...], files: Dictionary[str, PagesFile], site_name: str, language: str = ""
) -> dict[str, Section]:
    """All sections by their folders; `articles` are all articles and pages, newest first, with their kinds and sections.

    `files` are the `.pages` files by folder; `site_name` is the title of the home page. Names are sorted by the rules of the one language
    that the articles of a folder declare, else by those of `language`, the site's.
    """
    indexes = {article.section: article for article in articles if article.kind is Kind.INDEX}
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
            if article.kind is Kind.ARTICLE:
                members[path].append(article)
        if article.kind not in {Kind.INDEX, Kind.TAG}:
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


def read_pages_file(data: bytes) -> Outcome[PagesFile]:
    """The content of the bytes of a `.pages` file; whatever awesome-pages could not use is an error."""
    try:
        tree, notes = formats.parse_yaml(text.decode(data))
    except HeaderError as error:
        return Outcome(PagesFile(), (LocalDiagnostic(error.position, error.message, error.hint),))
    # Headers of articles may have such values; YAML has not, so awesome-pages could not read the file.
    strict = [LocalDiagnostic(note.position, "a value with a colon must stand in quotes", note.hint) for note in notes]
    pairs = {pair.key: pair for pair in tree.pairs if not is_absent(pair.value)}
    nav = pairs.get("nav") or pairs.get("arrange")
    entries = list(_nav_entries(nav.value)) if nav else []
    rest = [REST_ENTRY.match(entry.text) for entry in entries if _is_rest(entry)]
    patterns = tuple(match["pattern"] or "*" for match in rest if match)
    file = PagesFile(
        title=_text(pairs["title"].value) if "title" in pairs else "",
        kind=_text(pairs["kind"].value) if "kind" in pairs else "",
        names=tuple((entry.text, entry.position) for entry in entries if not _is_rest(entry)),
        rest_patterns=patterns if nav and nav.key == "nav" else ("*",),
        position=nav.position if nav else Position(),
        schema=_text(pairs["schema"].value) if "schema" in pairs else "",
        markdown=_text(pairs["markdown"].value) if "markdown" in pairs else "",
        order=order if "order" in pairs and (order := _text(pairs["order"].value)) in ORDERS else "",
    )
    return Outcome(file, (*strict, *_check_keys(tree), *_check_values(tree), *(_check_nav(nav.value) if nav else ())))


def _nav_entries(node: Node) -> Iterator[Scalar]:
    """The entries of a `nav` and of the lists in it, without links to other sites."""
    for item in node.items if isinstance(node, Sequence) else ():
        target = _nav_target(item)
        if isinstance(target, Sequence):
            yield from _nav_entries(target)
        elif isinstance(target, Scalar) and not (isinstance(item, Mapping) and _is_link(target)):
            yield target


def _nav_target(item: Node) -> Node:
    """The target of an item of a `nav`: the value of `Title: file`, else the item itself."""
    return item.pairs[0].value if isinstance(item, Mapping) and len(item.pairs) == 1 else item


def _check_keys(tree: Mapping) -> Iterator[LocalDiagnostic]:
    for pair in tree.pairs:
        if pair.key not in KEYS:
            yield LocalDiagnostic(pair.position, f"{quoted(pair.key)} is no key of .pages", f"use {', '.join(KEYS)}")
        elif pair.key == "arrange" and isinstance(pair.value, Sequence) and any(isinstance(item, Mapping) for item in pair.value.items):
            yield LocalDiagnostic(pair.position, "arrange knows no titles", "write nav, and ... as its last entry")


def _check_values(tree: Mapping) -> Iterator[LocalDiagnostic]:
    title = find_pair(tree, "title")
    if title and not is_absent(title.value) and not _has_yaml_type(title.value, STRING):
        yield LocalDiagnostic(title.value.position, f"title must be text, got {_for_message(title.value)}", "put it in quotes")
    for key in FLAG_KEYS:
        pair = find_pair(tree, key)
        if pair and not is_absent(pair.value) and not _has_yaml_type(pair.value, BOOLEAN):
            message = f"{key} must be true or false, got {_for_message(pair.value)}"
            yield LocalDiagnostic(pair.value.position, message, "write true or false")
    for key, choices in CHOICES.items():
        pair = find_pair(tree, key)
        if pair and not is_absent(pair.value) and _text(pair.value) not in choices:
            message = f"{key} must be {' or '.join(choices)}, got {_for_message(pair.value)}"
            yield LocalDiagnostic(pair.value.position, message, f"write {choices[0]}")


def _check_nav(node: Node) -> Iterator[LocalDiagnostic]:
    if not isinstance(node, Sequence):
        yield LocalDiagnostic(node.position, "nav must be a list", "write - file.md")
        return
    rest_entries: set[str] = set()
    for item in node.items:
        target = _nav_target(item)
        if isinstance(target, Sequence) and isinstance(item, Mapping):
            yield from _check_nav(target)
        elif not isinstance(target, Scalar) or not _has_yaml_type(target, STRING):
            yield LocalDiagnostic(item.position, "an entry of nav must be a file, a folder, `...`, or `Title: file`", "write - file.md")
        elif isinstance(item, Mapping) and _is_link(target):
            yield from _check_link(target)
        elif _is_rest(target):
            yield from _check_rest(target, rest_entries)


def _check_link(target: Scalar) -> Iterator[LocalDiagnostic]:
    if not values.is_http_url(target.text) and (not target.text.startswith("/") or target.text.startswith("//")):
        yield LocalDiagnostic(target.position, f"a link must be an http address, got {quoted(target.text)}", "write https://…")


def _check_rest(target: Scalar, earlier: set[str]) -> Iterator[LocalDiagnostic]:
    """Returns the fault of an entry that starts with `...`, or nothing; adds the entry to the `earlier` ones, of which it must be none."""
    match = REST_ENTRY.match(target.text)
    if match and match["type"] == "regex":
        yield LocalDiagnostic(target.position, f"regular expressions are not read, got {quoted(target.text)}", "write ... | glob=")
    if match and re.sub(r"\*+", "*", match["pattern"] or "").count("*") > MAX_STARS:
        message = f"a pattern may have at most {MAX_STARS} stars, got {quoted(target.text)}"
        yield LocalDiagnostic(target.position, message, "write a shorter pattern")
    if target.text in earlier:
        yield LocalDiagnostic(target.position, f"{quoted(target.text)} stands twice", "keep one")
    earlier.add(target.text)


def _has_yaml_type(node: Node, tag: str) -> bool:
    """Whether YAML 1.1 gives a value this type, as awesome-pages will read it."""
    if not isinstance(node, Scalar):
        return False
    resolved: str = yaml.resolver.Resolver().resolve(yaml.ScalarNode, node.text, (not node.quoted, node.quoted))  # type: ignore[no-untyped-call]
    return resolved == tag


def _is_link(target: Scalar) -> bool:
    """Whether an entry is a URL or starts with a slash."""
    return re.match(r"[a-z][a-z0-9+.-]*:|/", target.text, re.IGNORECASE) is not None


def _is_rest(target: Scalar) -> bool:
    return target.text.startswith("...")


def _text(node: Node) -> str:
    return values.read_text(node).value


def _for_message(node: Node) -> str:
    return quoted(node.text) if isinstance(node, Scalar) else "a list or a map"
