"""Section: a folder, its page, its `.pages`."""

import fnmatch
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

import yaml

from almanac_kb.content import languages
from almanac_kb.content.reader import Article, Kind, title_from_file_name
from almanac_kb.core import paths, text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Outcome, Position, Severity, in_file, quoted
from almanac_kb.core.ordering import natural_key
from almanac_kb.core.paths import SourcePath, UrlPath, file_name, folder, parents
from almanac_kb.frontmatter import formats, values
from almanac_kb.frontmatter.nodes import Mapping, Node, Scalar, Sequence, find_pair, is_absent

NAME = ".pages"
KINDS = ("article", "page")
SCHEMAS = ("Article", "MedicalWebPage")
RENDERERS = ("commonmark", "python-markdown", "auto")
FLAGS = ("ignore_case", "hide", "collapse", "collapse_single_pages")
CHOICES = {
    "kind": KINDS,
    "schema": SCHEMAS,
    "markdown": RENDERERS,
    "order": ("asc", "desc"),
    "sort_type": ("natural",),
    "order_by": ("filename", "title"),
}
KEYS = ("title", "nav", "arrange", *CHOICES, *FLAGS)
REST = re.compile(r"\.{3}\s*(?:\|\s*flat\s*)?(?:\|\s*(?:(?P<type>regex|glob)=)?(?P<pattern>.*))?")
"""An entry for all that is not named, as awesome-pages reads it."""
STARS = 3
"""How many stars the pattern of such an entry may have: each one more multiplies the time it takes."""
STRING, BOOLEAN = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"


@dataclass(frozen=True)
class PagesFile:
    """What a folder says of itself."""

    title: str = ""
    """The name of the topic, or empty."""
    kind: str = ""
    """`article`, `page` where its files are in navigation and search only, or empty where the folder above decides."""
    names: tuple[tuple[str, Position], ...] = ()
    """The files and folders its navigation names, and where."""
    rest: tuple[str, ...] = ("*",)
    """Patterns of what is shown without being named."""
    position: Position = Position()
    """Where its navigation starts."""
    schema: str = ""
    """What schema.org calls its articles, `Article` or `MedicalWebPage`; empty where the folder does not say."""
    markdown: str = ""
    """The renderer of its articles, one of RENDERERS; empty where the folder above decides."""

    def shows(self, name: str) -> bool:
        """Whether a file or folder of its own is in the navigation."""
        return any(name == each for each, _ in self.names) or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.rest)


def read_pages_file(data: bytes) -> Outcome[PagesFile]:
    """The file of the bytes of a `.pages`; anything awesome-pages could not use is an error."""
    try:
        header, diagnostics = formats.parse_yaml(text.decode(data))
    except HeaderError as error:
        return Outcome(PagesFile(), (LocalDiagnostic(error.position, error.message, error.hint),))
    strict = [LocalDiagnostic(note.position, "a value with a colon must stand in quotes", note.hint) for note in diagnostics]
    return _file(header, tuple(strict))


def _file(header: Mapping, diagnostics: tuple[LocalDiagnostic, ...]) -> Outcome[PagesFile]:
    said = {pair.key: pair for pair in header.pairs if not is_absent(pair.value)}
    nav = said.get("nav") or said.get("arrange")
    entries = list(_entries(nav.value)) if nav else []
    rest = [REST.match(each.text) for each in entries if _is_rest(each)]
    patterns = tuple(match["pattern"] or "*" for match in rest if match)
    file = PagesFile(
        title=_text(said["title"].value) if "title" in said else "",
        kind=_text(said["kind"].value) if "kind" in said else "",
        names=tuple((each.text, each.position) for each in entries if not _is_rest(each)),
        rest=patterns if nav and nav.key == "nav" else ("*",),
        position=nav.position if nav else Position(),
        schema=_text(said["schema"].value) if "schema" in said else "",
        markdown=_text(said["markdown"].value) if "markdown" in said else "",
    )
    return Outcome(file, (*diagnostics, *_unknown(header), *_wrong(header), *(_nav_notes(nav.value) if nav else ())))


def _unknown(header: Mapping) -> Iterator[LocalDiagnostic]:
    for pair in header.pairs:
        if pair.key not in KEYS:
            yield LocalDiagnostic(pair.position, f"{quoted(pair.key)} is no key of .pages", f"use {', '.join(KEYS)}")
        elif pair.key == "arrange" and isinstance(pair.value, Sequence) and any(isinstance(each, Mapping) for each in pair.value.items):
            yield LocalDiagnostic(pair.position, "arrange knows no titles", "write nav, and ... as its last entry")


def _wrong(header: Mapping) -> Iterator[LocalDiagnostic]:
    title = find_pair(header, "title")
    if title and not is_absent(title.value) and not _is(title.value, STRING):
        yield LocalDiagnostic(title.value.position, f"title must be text, got {_shown(title.value)}", "put it in quotes")
    for key in FLAGS:
        pair = find_pair(header, key)
        if pair and not is_absent(pair.value) and not _is(pair.value, BOOLEAN):
            yield LocalDiagnostic(pair.value.position, f"{key} must be true or false, got {_shown(pair.value)}", "write true or false")
    for key, choices in CHOICES.items():
        pair = find_pair(header, key)
        if pair and not is_absent(pair.value) and _text(pair.value) not in choices:
            yield LocalDiagnostic(
                pair.value.position, f"{key} must be {' or '.join(choices)}, got {_shown(pair.value)}", f"write {choices[0]}"
            )


def _entries(node: Node) -> Iterator[Scalar]:
    """The entries of a navigation that are no links to elsewhere, those of the lists in it among them."""
    for item in node.items if isinstance(node, Sequence) else ():
        target = item.pairs[0].value if isinstance(item, Mapping) and len(item.pairs) == 1 else item
        if isinstance(target, Sequence):
            yield from _entries(target)
        elif isinstance(target, Scalar) and not (isinstance(item, Mapping) and _is_link(target)):
            yield target


def _nav_notes(node: Node) -> Iterator[LocalDiagnostic]:
    if not isinstance(node, Sequence):
        yield LocalDiagnostic(node.position, "nav must be a list", "write - file.md")
        return
    seen: set[str] = set()
    for item in node.items:
        target = item.pairs[0].value if isinstance(item, Mapping) and len(item.pairs) == 1 else item
        if isinstance(target, Sequence) and isinstance(item, Mapping):
            yield from _nav_notes(target)
        elif not isinstance(target, Scalar) or not _is(target, STRING):
            yield LocalDiagnostic(item.position, "an entry of nav must be a file, a folder, `...`, or `Title: file`", "write - file.md")
        elif isinstance(item, Mapping) and _is_link(target):
            yield from _link_notes(target)
        elif _is_rest(target):
            yield from _rest_notes(target, seen)


def _link_notes(target: Scalar) -> Iterator[LocalDiagnostic]:
    if not values.is_http_url(target.text) and (not target.text.startswith("/") or target.text.startswith("//")):
        yield LocalDiagnostic(target.position, f"a link must be an http address, got {quoted(target.text)}", "write https://…")


def _rest_notes(target: Scalar, seen: set[str]) -> Iterator[LocalDiagnostic]:
    match = REST.match(target.text)
    if match and match["type"] == "regex":
        yield LocalDiagnostic(target.position, f"regular expressions are not read, got {quoted(target.text)}", "write ... | glob=")
    if match and re.sub(r"\*+", "*", match["pattern"] or "").count("*") > STARS:
        yield LocalDiagnostic(
            target.position, f"a pattern may have at most {STARS} stars, got {quoted(target.text)}", "write a shorter pattern"
        )
    if target.text in seen:
        yield LocalDiagnostic(target.position, f"{quoted(target.text)} stands twice", "keep one")
    seen.add(target.text)


def _is(node: Node, tag: str) -> bool:
    """Whether YAML 1.1 takes a value for text or for a flag, as awesome-pages will."""
    if not isinstance(node, Scalar):
        return False
    found: str = yaml.resolver.Resolver().resolve(yaml.ScalarNode, node.text, (not node.quoted, node.quoted))  # type: ignore[no-untyped-call]
    return found == tag


def _is_link(target: Scalar) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*:|/", target.text, re.IGNORECASE) is not None


def _is_rest(target: Scalar) -> bool:
    return target.text.startswith("...")


def _text(node: Node) -> str:
    return values.read_text(node).value


def _shown(node: Node) -> str:
    return quoted(node.text) if isinstance(node, Scalar) else "a list or a map"


@dataclass(frozen=True)
class Section:
    """A folder as readers see it."""

    path: str
    """The folder below docs/; the root, which is the home page, is empty."""
    url: UrlPath
    """The address of its page."""
    title: str
    """The name from `.pages`, else of its index, else of the folder."""
    description: str
    """What its index says it is about."""
    kind: str
    """`article`, or `page` where its pages are in navigation and search only."""
    index: Article | None
    """The author's page for it; None where one is made."""
    articles: tuple[Article, ...]
    """What lies in the folder itself: by order, then newest, then title."""
    members: tuple[Article, ...]
    """The articles of the folder and of all below it, newest first; without pages."""
    children: tuple[str, ...]
    """The paths of the topics in it, by title."""
    schema: str = "Article"
    """What schema.org calls its articles: `Article` or `MedicalWebPage`."""
    markdown: str = "auto"
    """The renderer of its articles: `commonmark`, `python-markdown`, or `auto`."""


def build_sections(articles: tuple[Article, ...], files: Dictionary[str, PagesFile], site: str) -> dict[str, Section]:
    """Every topic by its path; `articles` newest first, with their kind and topic, the pages of folders among them."""
    indexes = {article.topic: article for article in articles if article.kind is Kind.INDEX}
    direct, members = _held(articles)
    spoken = _languages(articles)
    titles = {path: section_title(path, files.get(path), indexes.get(path), site, spoken.get(path, frozenset())) for path in direct}
    children = _children(direct, titles)
    return {
        path: Section(
            path=path,
            url=section_url(path),
            title=titles[path],
            description=indexes[path].description if path in indexes else "",
            kind=section_kind(path, files),
            index=indexes.get(path),
            articles=tuple(sorted(direct[path], key=lambda each: (_named(each.source, path, files), *_place(each)))),
            members=tuple(members[path]),
            children=tuple(sorted(children.get(path, ()), key=lambda each: _named(each, path, files))),
            schema=section_schema(path, files),
            markdown=markdown(path, files),
        )
        for path in sorted(direct)
    }


def section_url(path: str) -> UrlPath:
    """The address of a folder's page."""
    return UrlPath(f"{paths.slug_from_folder(path)}/") if path else UrlPath("")


def section_kind(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The kind of a topic: its own, or that of the nearest folder above that has one."""
    return next((files[each].kind for each in (path, *parents(path)) if each in files and files[each].kind), "article")


def section_schema(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The schema.org type of a topic's articles: its own, or that of the nearest folder above that names one."""
    return next((files[each].schema for each in (path, *parents(path)) if each in files and files[each].schema), "Article")


def markdown(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The renderer of a topic's articles: its own, or that of the nearest folder above that names one."""
    return next((files[each].markdown for each in (path, *parents(path)) if each in files and files[each].markdown), "auto")


def _languages(articles: Iterable[Article]) -> dict[str, frozenset[str]]:
    """The languages that articles in and below each folder declare, as tags in lower case."""
    found: dict[str, set[str]] = {}
    for article in articles:
        for path in (article.topic, *parents(article.topic)) if article.language_tag else ():
            found.setdefault(path, set()).add(article.language_tag.lower())
    return {path: frozenset(tags) for path, tags in found.items()}


def section_title(path: str, file: PagesFile | None, index: Article | None, site: str, spoken: frozenset[str] = frozenset()) -> str:
    """The name of a topic; the root's is the name of the site. A folder that is called as one of the languages `spoken` in it, or as a
    language and its region, has the name of that language.
    """
    if not path:
        return site
    said = (file.title if file else "") or (index.title if index else "")
    name = file_name(path)
    if not said and (languages.is_regional(name) or languages.language_tag(name).lower() in spoken - {""}):
        return languages.own_name(languages.language_tag(name))
    return said or title_from_file_name(SourcePath(f"{file_name(path)}.md"))


def omitted_entries(topics: Dictionary[str, Section], files: Dictionary[str, PagesFile]) -> tuple[Diagnostic, ...]:
    """What a `.pages` leaves out of the navigation because its `nav` has no `...`."""
    diagnostics = []
    for path, file in files.items():
        lost = sorted(each for each in _names(topics[path]) if not file.shows(each)) if path in topics else []
        if lost:
            shown = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
            note = LocalDiagnostic(file.position, f"leaves out of the navigation: {shown}", "add - ..., or name them", Severity.WARNING)
            diagnostics.append(in_file(SourcePath(f"{path}/{NAME}" if path else NAME), "nav", note))
    return tuple(diagnostics)


def _held(articles: Iterable[Article]) -> tuple[dict[str, list[Article]], dict[str, list[Article]]]:
    """What each folder holds itself, and the articles of it and of all below."""
    direct: dict[str, list[Article]] = {"": []}
    members: dict[str, list[Article]] = {"": []}
    for article in articles:
        for path in (article.topic, *parents(article.topic)):
            direct.setdefault(path, [])
            members.setdefault(path, [])
            if article.kind is Kind.ARTICLE:
                members[path].append(article)
        if article.kind is not Kind.INDEX:
            direct[article.topic].append(article)
    return direct, members


def _names(topic: Section) -> set[str]:
    paths = (*(article.source for article in topic.articles), *topic.children)
    return {path.removeprefix(f"{topic.path}/").partition("/")[0] for path in paths}


def _named(path: str, topic: str, files: Dictionary[str, PagesFile]) -> int:
    """The position of a file or folder in the navigation that the `.pages` of its topic names; what is not named comes last."""
    names = [each for each, _ in files[topic].names] if topic in files else []
    last = path.removeprefix(f"{topic}/").partition("/")[0]
    return names.index(last) if last in names else len(names)


def _place(article: Article) -> tuple[object, ...]:
    moment = article.created.timestamp() if article.created else float("-inf")
    return article.order is None, article.order or 0.0, -moment, natural_key(article.title), article.url


def _children(paths: Iterable[str], titles: Dictionary[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        if path:
            found.setdefault(folder(path), []).append(path)
    return {path: tuple(sorted(below, key=lambda each: (natural_key(titles[each]), each))) for path, below in found.items()}
