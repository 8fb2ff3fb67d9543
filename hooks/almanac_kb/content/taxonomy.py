"""The taxonomy: tag definitions in `.tags.yml`, and the tags of articles, each with its page and its articles."""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace

from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.core import paths, text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Position, Severity, in_file, quoted
from almanac_kb.core.languages import sort_key
from almanac_kb.core.paths import INDEX_STEMS, SourcePath, UrlPath, without_suffix
from almanac_kb.core.text import tag_key
from almanac_kb.frontmatter import formats, values
from almanac_kb.frontmatter.formats import Mapping, Node, Sequence, find_pair, is_absent

TAG_FILE = SourcePath(".tags.yml")
"""The file below docs/ that defines tags, as a YAML list of mappings."""
DEFINITION_KEYS = ("name", "description", "aliases", "parent", "hidden")
TAGS_FOLDER = "tags"
"""The folder below docs/ whose articles are the texts of tag pages."""
TAGS_URL = UrlPath("tags/")
"""The URL path of the index of tags; the pages of tags are below it."""
RESERVED_SLUGS = frozenset({"index.html", "feed.xml"})
"""Names in the folder of tag pages that belong to other files."""


@dataclass(frozen=True)
class TagDefinition:
    """The definition of one tag in the tag file."""

    name: str
    """The name that readers see."""
    description: str = ""
    """The subject of the tag, in one sentence."""
    aliases: tuple[str, ...] = ()
    """Other names; an article that uses one of them has this tag."""
    parent: str = ""
    """The name of the tag in whose group it is listed, or empty."""
    hidden: bool = False
    """Whether the tag is shown nowhere, because it says nothing to readers."""


@dataclass(frozen=True)
class TagFile:
    """The content of `.tags.yml`."""

    definitions: tuple[TagDefinition, ...] = ()
    by_key: Dictionary[str, TagDefinition] = field(default_factory=dict)
    """The definition to which each name and alias belongs, by the key of the name (`tag_key`)."""


@dataclass(frozen=True)
class Tag:
    """A tag with its articles."""

    name: str
    """The name that readers see."""
    url: UrlPath
    """The URL path of its page."""
    articles: tuple[Article, ...]
    """The articles and pages that carry it, newest first."""
    description: str = ""
    """The subject of the tag; empty where the tag file has no description."""
    group: str = ""
    """The name of the tag in whose group it is listed: its parent, or itself where it is a parent; else empty."""
    aliases: tuple[str, ...] = ()
    """Other names, which the search takes as synonyms."""


def read_tag_file(data: bytes) -> tuple[TagFile, tuple[Diagnostic, ...]]:
    """The tag file in the bytes of `.tags.yml`, and what is wrong with it."""
    try:
        tree, notes = _parse(text.decode(data))
    except HeaderError as error:
        return TagFile(), (in_file(TAG_FILE, "file", LocalDiagnostic(error.position, error.message, error.hint)),)
    pair = find_pair(tree, "tags")
    if pair is None or is_absent(pair.value):
        return TagFile(), ()
    if not isinstance(pair.value, Sequence):
        return TagFile(), (in_file(TAG_FILE, "file", LocalDiagnostic(Position(), "must be a list of tags", "write - name: …")),)
    tag_file, problems = _read_definitions(pair.value)
    moved = (replace(note, position=_position_in_file(note.position)) for note in (*notes, *problems))
    return tag_file, tuple(in_file(TAG_FILE, "tags", note) for note in moved)


def resolve_tag(name: str, tag_file: TagFile) -> str:
    """The canonical name of the tag that an author wrote as `name`: the same where the tag file has no such tag, empty for a hidden one."""
    definition = tag_file.by_key.get(tag_key(name))
    if definition is None:
        return name
    return "" if definition.hidden else definition.name


def canonical_names(articles: Iterable[Article], tag_file: TagFile) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The canonical spelling of each tag, by its key, and a notice for each other spelling at its first use.

    The spelling is that of the tag file, else that of the oldest article, so that a new article never moves the page of a tag.
    """
    spellings: dict[str, dict[str, Article]] = {}
    for article in sorted(articles, key=_age):
        for tag in article.tags:
            spellings.setdefault(tag_key(tag), {}).setdefault(tag, article)
    names = {key: tag_file.by_key[key].name if key in tag_file.by_key else next(iter(users)) for key, users in spellings.items()}
    return names, tuple(_spelling_notices(spellings, names, tag_file))


def build_taxonomy(articles: tuple[Article, ...], tag_file: TagFile, language: str = "") -> tuple[Tag, ...]:
    """All tags by name, in alphabetical order of a language; `articles` are newest first and have canonical tag names."""
    groups: dict[str, list[Article]] = {}
    for article in articles:
        for name in article.tags:
            groups.setdefault(name, []).append(article)
    urls = _tag_urls(sorted(groups, key=lambda name: (min(map(_age, groups[name])), name)))
    parents = {definition.parent for definition in tag_file.definitions}
    return tuple(
        _tag(name, urls[name], groups[name], tag_file.by_key.get(tag_key(name), TagDefinition(name)), parents)
        for name in sorted(groups, key=lambda name: sort_key(name, language))
    )


def tag_pages(tags: Iterable[Tag]) -> dict[str, str]:
    """The source path of each tag's page, by the keys of all names of the tag; it does not exist as a file."""
    return {tag_key(name): f"{tag.url}index.md" for tag in tags for name in (*tag.aliases, tag.name)}


def divide_tag_texts(
    articles: Iterable[Article], is_tag_index: Callable[[Article], bool] = lambda _: False
) -> tuple[list[Article], list[Article]]:
    """Articles that are texts of tag pages (`tags/brass.md`) or of the index of tags (`tags.md`), as in Hugo and Quartz; all others.

    Where there is no `tags.md`, the text of the index is the one article for which `is_tag_index` is true, if there is only one.
    """
    texts: list[Article] = []
    others: list[Article] = []
    for article in articles:
        (others if _text_name(article.source) is None else texts).append(article)
    marked = [] if any(not _text_name(article.source) for article in texts) else [each for each in others if is_tag_index(each)]
    index = marked if len(marked) == 1 else []
    return [*texts, *index], [article for article in others if not index or article is not index[0]]


def place_tag_texts(articles: Iterable[Article], tags: Iterable[Tag]) -> tuple[list[Article], list[Diagnostic]]:
    """The texts of tag pages with their URL paths; a text for a tag that no article has, or that has a text already, is refused."""
    pages = {"": (TAGS_URL, "the index of tags")}
    for tag in reversed(list(tags)):
        slug = tag.url.removeprefix(TAGS_URL).rstrip("/")
        pages |= {tag_key(name): (tag.url, f"the tag {quoted(tag.name)}") for name in (slug, *tag.aliases, tag.name)}
    placed: dict[UrlPath, Article] = {}
    diagnostics = []
    for article in sorted(articles, key=lambda article: article.source):
        name = _text_name(article.source) or ""
        url, subject = pages.get(tag_key(name)) or pages.get(tag_key(article.title)) or ("", "")
        if not url:
            note = LocalDiagnostic(
                Position(),
                f"would be the text of a tag {quoted(name)}, which no article carries",
                "give an article this tag, or rename the folder",
            )
        elif url in placed:
            note = LocalDiagnostic(Position(), f"{subject} has the text of {placed[UrlPath(url)].source} already", "merge the two")
        else:
            placed[UrlPath(url)] = replace(article, kind=ArticleKind.TAG, section="", url=UrlPath(url), tags=())
            continue
        diagnostics.append(in_file(article.source, "file", note))
    return list(placed.values()), diagnostics


def _text_name(source: SourcePath) -> str | None:
    """The name of the tag for whose page a file is the text; empty for the index of tags, None for any other file."""
    first, *rest = without_suffix(source).split("/")
    if first.casefold() != TAGS_FOLDER or len(rest) > 2 or (len(rest) == 2 and rest[1] not in INDEX_STEMS):
        return None
    return "" if not rest or rest[0] in INDEX_STEMS else rest[0]


def grouped_tags(tags: tuple[Tag, ...], language: str) -> tuple[Tag, ...]:
    """The tags, given by name, by group in alphabetical order of a language; the parent of a group first, tags without one last."""
    return tuple(sorted(tags, key=lambda tag: (not tag.group, sort_key(tag.group, language), tag.name != tag.group)))


def _age(article: Article) -> tuple[float, str]:
    """Sort key of articles: oldest first, undated ones last."""
    return article.created.timestamp() if article.created else float("inf"), article.url


def _tag_urls(names: Iterable[str]) -> dict[str, UrlPath]:
    """The URL path of each tag's page; of several tags with one slug, the first has it and the others get `-2`, `-3` behind it.

    The names are those of oldest articles first, so that a new article never moves the page of a tag.
    """
    numbers: dict[str, int] = {}
    urls: dict[str, UrlPath] = {}
    taken = set(RESERVED_SLUGS)
    for name in names:
        slug = base = paths.slug_from_tag(name)
        while slug in taken:
            numbers[base] = numbers.get(base, 1) + 1
            slug = f"{base}-{numbers[base]}"
        taken.add(slug)
        urls[name] = UrlPath(f"{TAGS_URL}{slug}/")
    return urls


def _tag(name: str, url: UrlPath, articles: list[Article], definition: TagDefinition, parents: set[str]) -> Tag:
    group = definition.parent or (name if name in parents else "")
    return Tag(name, url, tuple(articles), definition.description, group, definition.aliases)


def _spelling_notices(
    spellings: Dictionary[str, Dictionary[str, Article]], names: Dictionary[str, str], tag_file: TagFile
) -> Iterator[Diagnostic]:
    """A notice for each spelling of a tag that is not its canonical name; none for spellings of tags that the tag file defines."""
    for key, users in spellings.items():
        for written, article in users.items() if key not in tag_file.by_key else ():
            if written != names[key]:
                message = f"{quoted(written)} is elsewhere written {quoted(names[key])}; shown so"
                notice = LocalDiagnostic(article.tags_position, message, f"write {names[key]}", Severity.NOTICE)
                yield in_file(article.source, "tags", notice)


def _parse(text: str) -> tuple[Mapping, tuple[LocalDiagnostic, ...]]:
    """The list of the file as the value of a key `tags`, since the parser of headers expects a mapping."""
    lines = text.removeprefix("---").split("\n")
    try:
        return formats.parse_yaml("tags:\n" + "\n".join("  " + line if line.strip() else line for line in lines))
    except HeaderError as error:
        raise HeaderError(_position_in_file(error.position), error.message, error.hint) from None


def _position_in_file(position: Position) -> Position:
    """The position in the file for a position in the text that `_parse` made, which is one line lower and indented by two columns."""
    return Position(max(position.line - 1, 1), max(position.column - 2, 1))


def _read_definitions(entries: Sequence) -> tuple[TagFile, list[LocalDiagnostic]]:
    by_key: dict[str, TagDefinition] = {}
    diagnostics: list[LocalDiagnostic] = []
    read: list[tuple[TagDefinition, Position]] = []
    for node in entries.items:
        definition, problems = _read_definition(node)
        diagnostics += problems
        if definition.name:
            diagnostics += _add_names(definition, node.position, by_key)
            read.append((definition, node.position))
    named = {tag_key(definition.name): definition for definition, _ in read}
    definitions = []
    for definition, position in read:
        problem = _parent_problem(definition, named, position)
        diagnostics += [problem] if problem else []
        parent = "" if problem or not definition.parent else named[tag_key(definition.parent)].name
        definitions.append(replace(definition, parent=parent))
    final = {tag_key(definition.name): definition for definition in reversed(definitions)}
    return TagFile(tuple(definitions), {key: final[tag_key(definition.name)] for key, definition in by_key.items()}), diagnostics


def _read_definition(node: Node) -> tuple[TagDefinition, list[LocalDiagnostic]]:
    """The definition in an entry, its name empty where there is none, and diagnostics."""
    if not isinstance(node, Mapping):
        return TagDefinition(""), [LocalDiagnostic(node.position, "must be a map with a name", "write - name: …")]
    diagnostics = [
        LocalDiagnostic(pair.position, f"{quoted(pair.key)} is no key of a tag", f"use {', '.join(DEFINITION_KEYS)}")
        for pair in node.pairs
        if pair.key not in DEFINITION_KEYS
    ]

    def read(key: str, reader: values.ValueReader[values.Value], default: values.Value) -> values.Value:
        pair = find_pair(node, key)
        if pair is None or is_absent(pair.value):
            return default
        outcome = reader(pair.value)
        diagnostics.extend(outcome.diagnostics)
        return outcome.value

    definition = TagDefinition(
        name=read("name", values.read_text, ""),
        description=read("description", values.read_description, ""),
        aliases=read("aliases", values.read_names, values.NOBODY),
        parent=read("parent", values.read_text, ""),
        hidden=read("hidden", values.read_flag, False),
    )
    if not definition.name:
        diagnostics.append(LocalDiagnostic(node.position, "has no name", "write - name: …"))
    return definition, diagnostics


def _add_names(definition: TagDefinition, position: Position, by_key: dict[str, TagDefinition]) -> Iterator[LocalDiagnostic]:
    """Adds a definition under the keys of all its names; yields an error for each name that belongs to another definition."""
    for name in (definition.name, *definition.aliases):
        other = by_key.setdefault(tag_key(name), definition)
        if other is not definition:
            yield LocalDiagnostic(position, f"{quoted(name)} stands for both {other.name} and {definition.name}", "keep one")


def _parent_problem(definition: TagDefinition, named: Dictionary[str, TagDefinition], position: Position) -> LocalDiagnostic | None:
    """Why the parent of a tag is invalid; None where it is valid or absent. Groups are one level deep."""
    if not definition.parent:
        return None
    name, written = definition.name, quoted(definition.parent)
    parent = named.get(tag_key(definition.parent))
    if parent is None:
        return LocalDiagnostic(position, f"{name}: its parent {written} is no tag of this file", "add it, or leave the parent out")
    if tag_key(definition.parent) == tag_key(name):
        return LocalDiagnostic(position, f"{name}: is its own parent", "leave the parent out")
    if parent.hidden:
        return LocalDiagnostic(position, f"{name}: its parent {written} is hidden", "leave the parent out")
    if parent.parent:
        return LocalDiagnostic(position, f"{name}: its parent {written} has a parent itself", f"write parent: {parent.parent}")
    return None
