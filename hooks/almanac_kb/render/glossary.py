"""The glossary: terms defined in definition lists on one page, and explained where an article first uses them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from almanac_kb.core import paths
from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Position
from almanac_kb.markdown.dialects import definitions
from almanac_kb.markdown.excerpt import SENTENCE, spoken
from almanac_kb.render.environment import GlossaryTerm

ENTRIES = 1000
"""Most terms of a glossary."""
LENGTH = 300
"""Longest explanation, in characters."""
DEFINITION_LENGTH = 2000
"""Characters of a definition that are read."""
CITATION = re.compile(r"\s*\[-?@[^\[\]]*\]")
LEFT_ALONE = frozenset({"a", "abbr", "code", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "kbd", "pre"})
"""Elements in whose text no terms are explained."""
TERM_LENGTH = 200
"""Longest term, in characters."""


@dataclass(frozen=True, eq=False)
class Glossary:
    """The parser plugin that explains each term at its first use in a text, by `<abbr title="…">`.

    A term is a whole word or several, may be capitalised, be a plural with `s`, and break over lines; the
    longest term wins. Headings, links and code are skipped. On the page of the glossary, terms get ids instead.
    """

    entries: tuple[GlossaryTerm, ...]

    def __call__(self, md: MarkdownIt) -> None:
        """Adds the core rule, after that of a text's own abbreviations, which have precedence."""
        if self.entries:
            md.core.ruler.after("abbreviations", "glossary", self._explain)

    def _explain(self, state: StateCore) -> None:
        explained = set[str]()
        anchors = {entry.term: entry.anchor for entry in self.entries}

        def anchor(opening: Token, term: str) -> None:
            if term in anchors:
                explained.add(term)
                opening.attrs.setdefault("id", anchors[term])

        definitions.explained(state.tokens, pattern(self.entries), lambda match: first_use(match, self.entries, explained), anchor)


def read(tokens: Sequence[Token]) -> tuple[GlossaryTerm, ...]:
    """The terms in the definition lists of a parsed text, in order; of a term defined twice, the first definition."""
    found: dict[str, GlossaryTerm] = {}
    for term, definition in _definitions(tokens):
        if term and term not in found and len(found) < ENTRIES:
            found[term] = GlossaryTerm(term, _first_sentence(definition), paths.slug_from_tag(term))
    return tuple(found.values())


@lru_cache(maxsize=4)
def pattern(entries: tuple[GlossaryTerm, ...]) -> re.Pattern[str]:
    """A pattern of all terms, longest first, with a group for each entry, in the order of `longest_first`."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(f'({_spelling(entry.term)})' for entry in longest_first(entries))})(?!\w)")


@lru_cache(maxsize=4)
def longest_first(entries: tuple[GlossaryTerm, ...]) -> tuple[GlossaryTerm, ...]:
    """The entries in the order of the groups in `pattern`."""
    return tuple(sorted(entries, key=lambda entry: len(entry.term), reverse=True))


def first_use(match: re.Match[str], entries: tuple[GlossaryTerm, ...], explained: set[str]) -> str | None:
    """The explanation of a matched term; None if the term is in `explained` already, else it is added."""
    entry = longest_first(entries)[(match.lastindex or 1) - 1]
    if entry.term in explained:
        return None
    explained.add(entry.term)
    return entry.short


def extension(entries: tuple[GlossaryTerm, ...]) -> Extension:
    """The Python-Markdown extension with the behaviour of the plugin `Glossary`."""
    return _Explanations(entries)


class _Explanations(Extension):
    def __init__(self, entries: tuple[GlossaryTerm, ...]) -> None:
        super().__init__()
        self._entries = entries

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        if self._entries:
            md.treeprocessors.register(_Explainer(self._entries), "glossary", 6)


class _Explainer(Treeprocessor):
    """Explains terms; runs after `abbr` (7), whose abbreviations have precedence, and before `toc` (5), which needs the ids of terms."""

    def __init__(self, entries: tuple[GlossaryTerm, ...]) -> None:
        super().__init__()
        self._entries = entries
        self._anchors = {entry.term: entry.anchor for entry in entries}

    def run(self, root: Element) -> None:
        self._explain(root, set())

    def _explain(self, element: Element, terms: set[str]) -> None:
        term = "".join(element.itertext()).strip() if element.tag == "dt" else ""
        if term in self._anchors:
            element.attrib.setdefault("id", self._anchors[term])
            terms.add(term)
        if element.tag in LEFT_ALONE:
            return
        children = list(element)
        element.text, explained = self._split(element.text, terms)
        for child in children:
            self._explain(child, terms)
            child.tail, following = self._split(child.tail, terms)
            explained += [child, *following]
        element[:] = explained

    def _split(self, text: str | None, terms: set[str]) -> tuple[str | None, list[Element]]:
        if not text or isinstance(text, AtomicString):
            return text, []
        pieces, explained, position = list[str](), list[Element](), 0
        for match in pattern(self._entries).finditer(text):
            short = first_use(match, self._entries, terms)
            if short is not None:
                pieces.append(text[position : match.start()])
                explained.append(_abbreviation(match[0], short))
                position = match.end()
        for element, tail in zip(explained, [*pieces[1:], text[position:]], strict=False):
            element.tail = tail
        return (pieces[0] if pieces else text), explained


def _abbreviation(text: str, title: str) -> Element:
    element = Element("abbr", {"title": title})
    element.text = AtomicString(text)
    return element


def _spelling(term: str) -> str:
    words = r"\s+".join(re.escape(word) for word in term.split())
    first = f"[{term[0]}{term[0].upper()}]{words[1:]}" if term[0].islower() and len(term[0].upper()) == 1 else words
    return f"{first}s?" if term[-1].isalpha() else first


def _definitions(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Each term, with the text of its first definition."""
    terms: list[str] = []
    before = ""
    for token in tokens:
        if token.type == "inline" and before == "dt_open":
            terms.append(" ".join(spoken(token.children).split())[:TERM_LENGTH])
        elif token.type == "inline" and terms and before == "paragraph_open":
            yield from ((term, spoken(token.children)[:DEFINITION_LENGTH]) for term in terms)
            terms = []
        elif token.type == "dl_close":
            terms = []
        before = token.type


def _first_sentence(text: str) -> str:
    sentence = SENTENCE.split(" ".join(CITATION.sub("", text).split()))[0]
    return core_text.shorten(core_text.one_line(sentence, Position()).value, LENGTH)
