"""Tag index; `.tags.yml`."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace

from almanac_kb.content.reader import Article
from almanac_kb.core import paths, text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Position, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.core.text import tag_key
from almanac_kb.frontmatter import formats, values
from almanac_kb.frontmatter.nodes import Mapping, Node, Sequence, find_pair, is_absent

FILE = SourcePath(".tags.yml")
"""The file, below docs/."""
KEYS = ("name", "description", "aliases", "parent", "hidden")


@dataclass(frozen=True)
class TagDefinition:
    """An entry of the vocabulary."""

    name: str
    """The name readers see."""
    description: str = ""
    """What the tag is about, in a sentence."""
    aliases: tuple[str, ...] = ()
    """Other words for it; an article that uses one has this tag."""
    parent: str = ""
    """The name of the tag it is listed under, or empty."""
    hidden: bool = False
    """Whether it is left out of every page: a word that says nothing to a reader."""


@dataclass(frozen=True)
class TagFile:
    """The terms by every word that stands for them."""

    terms: tuple[TagDefinition, ...] = ()
    words: Dictionary[str, TagDefinition] = field(default_factory=dict)
    """The term of each name and alias, by its key."""


def read_tag_file(data: bytes) -> tuple[TagFile, tuple[Diagnostic, ...]]:
    """The vocabulary of the bytes of `.tags.yml`: a list of maps with name, description, aliases, parent, hidden."""
    try:
        listing, diagnostics = _parsed(text.decode(data))
    except HeaderError as error:
        return TagFile(), (in_file(FILE, "file", LocalDiagnostic(error.position, error.message, error.hint)),)
    entries = find_pair(listing, "tags")
    if entries is None or is_absent(entries.value):
        return TagFile(), ()
    if not isinstance(entries.value, Sequence):
        return TagFile(), (in_file(FILE, "file", LocalDiagnostic(Position(), "must be a list of tags", "write - name: …")),)
    vocabulary, found = _vocabulary(entries.value)
    return vocabulary, tuple(in_file(FILE, "tags", replace(note, position=_moved(note.position))) for note in (*diagnostics, *found))


def resolve_tag(name: str, vocabulary: TagFile) -> str:
    """The name a written tag has in the vocabulary, or itself; empty where the tag is hidden."""
    term = vocabulary.words.get(tag_key(name))
    if term is None:
        return name
    return "" if term.hidden else term.name


def _parsed(text: str) -> tuple[Mapping, tuple[LocalDiagnostic, ...]]:
    """The list, wrapped into the map that the parser of headers expects."""
    lines = text.removeprefix("---").split("\n")
    try:
        return formats.parse_yaml("tags:\n" + "\n".join("  " + line if line.strip() else line for line in lines))
    except HeaderError as error:
        raise HeaderError(_moved(error.position), error.message, error.hint) from None


def _moved(position: Position) -> Position:
    return Position(max(position.line - 1, 1), max(position.column - 2, 1))


def _vocabulary(listing: Sequence) -> tuple[TagFile, list[LocalDiagnostic]]:
    words: dict[str, TagDefinition] = {}
    diagnostics: list[LocalDiagnostic] = []
    found: list[tuple[TagDefinition, Position]] = []
    for node in listing.items:
        term, more = _term(node)
        diagnostics += more
        if term.name:
            diagnostics += _claimed(term, node.position, words)
            found.append((term, node.position))
    names = {tag_key(term.name): term for term, _ in found}
    terms = []
    for term, position in found:
        note = _parent_note(term, names, position)
        diagnostics += [note] if note else []
        terms.append(replace(term, parent="" if note or not term.parent else names[tag_key(term.parent)].name))
    final = {tag_key(term.name): term for term in reversed(terms)}
    return TagFile(tuple(terms), {word: final[tag_key(term.name)] for word, term in words.items()}), diagnostics


def _claimed(term: TagDefinition, position: Position, words: dict[str, TagDefinition]) -> Iterator[LocalDiagnostic]:
    """Enters the words of a term; notes those that stand for another one already."""
    for word in (term.name, *term.aliases):
        other = words.setdefault(tag_key(word), term)
        if other is not term:
            yield LocalDiagnostic(position, f"{quoted(word)} stands for both {other.name} and {term.name}", "keep one")


def _parent_note(term: TagDefinition, names: Dictionary[str, TagDefinition], position: Position) -> LocalDiagnostic | None:
    if not term.parent:
        return None
    if tag_key(term.parent) not in names:
        return LocalDiagnostic(
            position, f"{term.name}: its parent {quoted(term.parent)} is no tag of this file", "add it, or leave the parent out"
        )
    if tag_key(term.parent) == tag_key(term.name):
        return LocalDiagnostic(position, f"{term.name}: is its own parent", "leave the parent out")
    if names[tag_key(term.parent)].hidden:
        return LocalDiagnostic(position, f"{term.name}: its parent {quoted(term.parent)} is hidden", "leave the parent out")
    if names[tag_key(term.parent)].parent:
        return LocalDiagnostic(
            position,
            f"{term.name}: its parent {quoted(term.parent)} has a parent itself",
            f"write parent: {names[tag_key(term.parent)].parent}",
        )
    return None


def _term(node: Node) -> tuple[TagDefinition, list[LocalDiagnostic]]:
    if not isinstance(node, Mapping):
        return TagDefinition(""), [LocalDiagnostic(node.position, "must be a map with a name", "write - name: …")]
    diagnostics = [
        LocalDiagnostic(pair.position, f"{quoted(pair.key)} is no key of a tag", f"use {', '.join(KEYS)}")
        for pair in node.pairs
        if pair.key not in KEYS
    ]

    def take(name: str, reader: values.Reader[values.Value], default: values.Value) -> values.Value:
        pair = find_pair(node, name)
        if pair is None or is_absent(pair.value):
            return default
        found = reader(pair.value)
        diagnostics.extend(found.diagnostics)
        return found.value

    term = TagDefinition(
        take("name", values.read_text, ""),
        take("description", values.read_description, ""),
        take("aliases", values.read_names, values.NOBODY),
        take("parent", values.read_text, ""),
        take("hidden", values.read_flag, False),
    )
    if not term.name:
        diagnostics.append(LocalDiagnostic(node.position, "has no name", "write - name: …"))
    return term, diagnostics


ROOT = UrlPath("tags/")
"""The index of all tags."""


@dataclass(frozen=True)
class Tag:
    """A tag with its articles."""

    name: str
    """The name readers see."""
    url: UrlPath
    """The address of its page."""
    articles: tuple[Article, ...]
    """Its articles, newest first, pages among them."""
    description: str = ""
    """What it is about; empty where the vocabulary does not say."""
    group: str = ""
    """The name of the tag it is listed under: its parent, itself where it is one, or empty."""
    aliases: tuple[str, ...] = ()
    """Other words for it: synonyms for search."""


def canonical_names(articles: Iterable[Article], vocabulary: TagFile) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The name of each key: the vocabulary's, else as the oldest article writes it, so that no new one moves the tag's page.

    Each other spelling is noted where it first stands.
    """
    first: dict[str, dict[str, Article]] = {}
    for article in sorted(articles, key=_age):
        for tag in article.tags:
            first.setdefault(tag_key(tag), {}).setdefault(tag, article)
    chosen = {each: vocabulary.words[each].name if each in vocabulary.words else next(iter(written)) for each, written in first.items()}
    return chosen, tuple(_variants(first, chosen, vocabulary))


def build_taxonomy(articles: tuple[Article, ...], vocabulary: TagFile) -> tuple[Tag, ...]:
    """Every tag with its articles, by name; `articles` carry the names of the catalogue, newest first.

    Of two names with the same slug the one with the older article has it, the other a `-2`: no new article moves a tag's page.
    """
    groups: dict[str, list[Article]] = {}
    for article in articles:
        for name in article.tags:
            groups.setdefault(name, []).append(article)
    urls = _urls(sorted(groups, key=lambda name: (min(map(_age, groups[name])), name)))
    parents = {term.parent for term in vocabulary.terms}
    return tuple(
        _tag(name, urls[name], groups[name], vocabulary.words.get(tag_key(name), TagDefinition(name)), parents)
        for name in sorted(groups, key=lambda name: (name.casefold(), name))
    )


def tag_pages(tags: Iterable[Tag]) -> dict[str, str]:
    """The file of the page of each tag, by the keys of all words that stand for it."""
    return {tag_key(word): f"{each.url}index.md" for each in tags for word in (*each.aliases, each.name)}


def grouped_tags(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The tags group by group, the parent of a group first, those without a group last."""
    return tuple(sorted(tags, key=lambda each: (not each.group, each.group.casefold(), each.name != each.group, each.name.casefold())))


def _age(article: Article) -> tuple[float, str]:
    return article.created.timestamp() if article.created else float("inf"), article.url


def _urls(names: Iterable[str]) -> dict[str, UrlPath]:
    numbers: dict[str, int] = {}
    urls: dict[str, UrlPath] = {}
    taken = {"index.html", "feed.xml"}
    for name in names:
        made = base = paths.slug_from_tag(name)
        while made in taken:
            numbers[base] = numbers.get(base, 1) + 1
            made = f"{base}-{numbers[base]}"
        taken.add(made)
        urls[name] = UrlPath(f"{ROOT}{made}/")
    return urls


def _tag(name: str, url: UrlPath, articles: list[Article], term: TagDefinition, parents: set[str]) -> Tag:
    group = term.parent or (name if name in parents else "")
    return Tag(name, url, tuple(articles), term.description, group, term.aliases)


def _variants(first: Dictionary[str, Dictionary[str, Article]], chosen: Dictionary[str, str], vocabulary: TagFile) -> Iterator[Diagnostic]:
    for each, written in first.items():
        for name, article in written.items() if each not in vocabulary.words else ():
            if name != chosen[each]:
                message = f"{quoted(name)} is elsewhere written {quoted(chosen[each])}; shown so"
                yield in_file(
                    article.source, "tags", LocalDiagnostic(article.tags_position, message, f"write {chosen[each]}", Severity.NOTICE)
                )
