"""The vocabulary of tags, `docs/.tags.yml`: what each tag is called, what it is about, and which other words stand for it."""

import unicodedata
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from knowledge import value, yaml_header
from knowledge.node import HeaderError, Mapping, Node, Sequence, absent, get
from knowledge.place import Source
from knowledge.problem import Mark, Note, Problem, problem, quoted

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


def key(name: str) -> str:
    """What spellings of one tag have in common: case, spaces, `-`, `_` and accents ignored; `C`, `C#` and `C++` differ."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in folded if each not in " -_\u00a0\t" and not unicodedata.combining(each)) or name.casefold()


def read(data: bytes) -> tuple[Vocabulary, tuple[Problem, ...]]:
    """The vocabulary of the bytes of `.tags.yml`: a list of maps with name, description, aliases, parent, hidden."""
    try:
        listing, notes = yaml_header.parse("tags:\n" + _indented(data.decode("utf-8-sig").replace("\r", "")))
    except UnicodeDecodeError:
        return Vocabulary(), (problem(FILE, "file", Note(Mark(), "is not UTF-8", "save it as UTF-8")),)
    except HeaderError as error:
        mark = Mark(max(error.mark.line - 1, 1), error.mark.column)
        return Vocabulary(), (problem(FILE, "file", Note(mark, error.message, error.mend)),)
    entries = get(listing, "tags")
    if entries is None or absent(entries.value):
        return Vocabulary(), ()
    if not isinstance(entries.value, Sequence):
        return Vocabulary(), (problem(FILE, "file", Note(Mark(), "must be a list of tags", "write - name: …")),)
    found = [_term(node) for node in entries.value.items]
    vocabulary, more = _vocabulary([term for term, _ in found if term.name])
    every = [*notes, *(note for _, notes in found for note in notes), *more]
    return vocabulary, tuple(problem(FILE, "tags", _moved(note)) for note in every)


def resolve(name: str, vocabulary: Vocabulary) -> str:
    """The name a written tag has in the vocabulary, or itself; empty where the tag is hidden."""
    term = vocabulary.words.get(key(name))
    if term is None:
        return name
    return "" if term.hidden else term.name


def _indented(text: str) -> str:
    return "\n".join("  " + line if line.strip() else line for line in text.split("\n"))


def _moved(note: Note) -> Note:
    mark = Mark(max(note.mark.line - 1, 1), max(note.mark.column - 2, 1))
    return Note(mark, note.message, note.mend, note.severity)


def _term(node: Node) -> tuple[Term, tuple[Note, ...]]:
    if not isinstance(node, Mapping):
        return Term(""), (Note(node.mark, "must be a map with a name", "write - name: …"),)
    notes = [
        Note(pair.mark, f"{quoted(pair.key)} is no key of a tag", f"use {', '.join(KEYS)}") for pair in node.pairs if pair.key not in KEYS
    ]
    if not get(node, "name"):
        return Term(""), (*notes, Note(node.mark, "has no name", "write - name: …"))

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
    return term, tuple(notes)


def _vocabulary(terms: list[Term]) -> tuple[Vocabulary, list[Note]]:
    words: dict[str, Term] = {}
    notes = []
    for term in terms:
        for word in (term.name, *term.aliases):
            other = words.setdefault(key(word), term)
            if other is not term:
                notes.append(Note(Mark(), f"{quoted(word)} stands for both {other.name} and {term.name}", "keep one"))
    for term in terms:
        if term.parent and all(term.parent != other.name for other in terms):
            notes.append(
                Note(Mark(), f"{term.name}: its parent {quoted(term.parent)} is no tag of this file", "add it, or leave the parent out")
            )
    return Vocabulary(tuple(terms), words), notes
