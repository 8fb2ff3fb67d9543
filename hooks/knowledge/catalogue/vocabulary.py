"""The vocabulary of tags, `docs/.tags.yml`: what each tag is called, what it is about, and which other words stand for it."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace

from knowledge.place import Source
from knowledge.problem import Mark, Note, Problem, problem, quoted
from knowledge.reading import encoding, value, yaml_header
from knowledge.reading.node import HeaderError, Mapping, Node, Sequence, absent, get
from knowledge.reading.tag_name import key

FILE = Source(".tags.yml")
"""The file, below docs/."""
KEYS = ("name", "description", "aliases", "parent", "hidden")


@dataclass(frozen=True)
class Term:
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
class Vocabulary:
    """The terms by every word that stands for them."""

    terms: tuple[Term, ...] = ()
    words: Dictionary[str, Term] = field(default_factory=dict)
    """The term of each name and alias, by its key."""


def read(data: bytes) -> tuple[Vocabulary, tuple[Problem, ...]]:
    """The vocabulary of the bytes of `.tags.yml`: a list of maps with name, description, aliases, parent, hidden."""
    try:
        listing, notes = _parsed(encoding.decode(data))
    except HeaderError as error:
        return Vocabulary(), (problem(FILE, "file", Note(error.mark, error.message, error.mend)),)
    entries = get(listing, "tags")
    if entries is None or absent(entries.value):
        return Vocabulary(), ()
    if not isinstance(entries.value, Sequence):
        return Vocabulary(), (problem(FILE, "file", Note(Mark(), "must be a list of tags", "write - name: …")),)
    vocabulary, found = _vocabulary(entries.value)
    return vocabulary, tuple(problem(FILE, "tags", replace(note, mark=_moved(note.mark))) for note in (*notes, *found))


def resolve(name: str, vocabulary: Vocabulary) -> str:
    """The name a written tag has in the vocabulary, or itself; empty where the tag is hidden."""
    term = vocabulary.words.get(key(name))
    if term is None:
        return name
    return "" if term.hidden else term.name


def _parsed(text: str) -> tuple[Mapping, tuple[Note, ...]]:
    """The list, wrapped into the map that the parser of headers expects."""
    lines = text.removeprefix("---").split("\n")
    try:
        return yaml_header.parse("tags:\n" + "\n".join("  " + line if line.strip() else line for line in lines))
    except HeaderError as error:
        raise HeaderError(_moved(error.mark), error.message, error.mend) from None


def _moved(mark: Mark) -> Mark:
    return Mark(max(mark.line - 1, 1), max(mark.column - 2, 1))


def _vocabulary(listing: Sequence) -> tuple[Vocabulary, list[Note]]:
    words: dict[str, Term] = {}
    notes: list[Note] = []
    found: list[tuple[Term, Mark]] = []
    for node in listing.items:
        term, more = _term(node)
        notes += more
        if term.name:
            notes += _claimed(term, node.mark, words)
            found.append((term, node.mark))
    names = {key(term.name): term for term, _ in found}
    terms = []
    for term, mark in found:
        note = _parent_note(term, names, mark)
        notes += [note] if note else []
        terms.append(replace(term, parent="" if note or not term.parent else names[key(term.parent)].name))
    final = {key(term.name): term for term in reversed(terms)}
    return Vocabulary(tuple(terms), {word: final[key(term.name)] for word, term in words.items()}), notes


def _claimed(term: Term, mark: Mark, words: dict[str, Term]) -> Iterator[Note]:
    """Enters the words of a term; notes those that stand for another one already."""
    for word in (term.name, *term.aliases):
        other = words.setdefault(key(word), term)
        if other is not term:
            yield Note(mark, f"{quoted(word)} stands for both {other.name} and {term.name}", "keep one")


def _parent_note(term: Term, names: Dictionary[str, Term], mark: Mark) -> Note | None:
    if not term.parent:
        return None
    if key(term.parent) not in names:
        return Note(mark, f"{term.name}: its parent {quoted(term.parent)} is no tag of this file", "add it, or leave the parent out")
    if key(term.parent) == key(term.name):
        return Note(mark, f"{term.name}: is its own parent", "leave the parent out")
    if names[key(term.parent)].hidden:
        return Note(mark, f"{term.name}: its parent {quoted(term.parent)} is hidden", "leave the parent out")
    if names[key(term.parent)].parent:
        return Note(
            mark,
            f"{term.name}: its parent {quoted(term.parent)} has a parent itself",
            f"write parent: {names[key(term.parent)].parent}",
        )
    return None


def _term(node: Node) -> tuple[Term, list[Note]]:
    if not isinstance(node, Mapping):
        return Term(""), [Note(node.mark, "must be a map with a name", "write - name: …")]
    notes = [
        Note(pair.mark, f"{quoted(pair.key)} is no key of a tag", f"use {', '.join(KEYS)}") for pair in node.pairs if pair.key not in KEYS
    ]

    def take(name: str, reader: value.Reader[value.Value], default: value.Value) -> value.Value:
        pair = get(node, name)
        if pair is None or absent(pair.value):
            return default
        found = reader(pair.value)
        notes.extend(found.notes)
        return found.value

    term = Term(
        take("name", value.text, ""),
        take("description", value.description, ""),
        take("aliases", value.names, value.NOBODY),
        take("parent", value.text, ""),
        take("hidden", value.flag, False),
    )
    if not term.name:
        notes.append(Note(node.mark, "has no name", "write - name: …"))
    return term, notes
