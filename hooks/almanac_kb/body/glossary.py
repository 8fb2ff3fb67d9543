"""Terms defined once, in a definition list, and explained where an article first uses them."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from almanac_kb.body import outline
from almanac_kb.core import code_spans, paths
from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Position

ENTRIES = 1000
"""How many terms a glossary may have."""
TERMS = 20
"""How many terms may share a definition."""
LENGTH = 300
"""How long an explanation is, in characters."""
DEFINITION_LENGTH = 2000
"""How much of a definition is looked at."""

DEFINITION = re.compile(r" {0,3}:[ \t]+(?P<text>\S.*)")
LEFT_ALONE = frozenset({"a", "abbr", "code", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "kbd", "pre"})
"""Elements whose text is explained nowhere."""


@dataclass(frozen=True)
class Entry:
    """A term of the glossary."""

    term: str
    """As it is written in articles: `AUC`, `510(k)`, `machine learning`."""
    short: str
    """The first sentence of its definition, as plain text."""
    anchor: str
    """The id of the term on the glossary's page."""


def read(markdown: str) -> tuple[Entry, ...]:
    """The terms of the Markdown's definition lists in their order; of a term that stands twice, the first."""
    found: dict[str, Entry] = {}
    written = markdown.split("\n")
    lines = ["" if is_code else line for line, is_code in zip(written, code_spans.lines(written), strict=True)]
    for index, line in enumerate(lines):
        match = DEFINITION.match(line)
        terms = [term for term in _terms(lines, index) if term not in found] if match and len(found) < ENTRIES else []
        if match and terms:
            short = _first_sentence([match["text"], *_paragraph(lines, index + 1)])
            found.update({term: Entry(term, short, paths.slug_from_tag(term)) for term in terms})
    return tuple(found.values())


def extension(entries: tuple[Entry, ...]) -> Extension:
    """The Python-Markdown extension that explains each term at its first use in a page, as `<abbr title="…">`.

    A term stands between characters that no word is made of, may start with a capital, end in a plural `s` and break over lines; the
    longest term wins; headings, links and code are left alone. On the glossary's page the terms get their anchors instead. Of all this,
    the extension `abbr` does only that the longest term wins, and takes `510(k)` and `C++` for no words.
    """
    return _Explanations(entries)


class _Explanations(Extension):
    def __init__(self, entries: tuple[Entry, ...]) -> None:
        super().__init__()
        self._entries = entries

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        if self._entries:
            md.treeprocessors.register(_Explainer(self._entries), "glossary", 6)


class _Explainer(Treeprocessor):
    """Runs after `abbr` (7), so that an article's own abbreviations count, and before `toc` (5), so that headings mind the anchors."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        super().__init__()
        self._entries = sorted(entries, key=lambda entry: len(entry.term), reverse=True)
        self._anchors = {entry.term: entry.anchor for entry in entries}
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(f'({_spelling(entry.term)})' for entry in self._entries)})(?!\w)")

    def run(self, root: Element) -> None:
        self._explain(root, set())

    def _explain(self, element: Element, told: set[str]) -> None:
        term = "".join(element.itertext()).strip() if element.tag == "dt" else ""
        if term in self._anchors:
            element.attrib.setdefault("id", self._anchors[term])
            told.add(term)
        if element.tag in LEFT_ALONE:
            return
        children = list(element)
        element.text, explained = self._split(element.text, told)
        for child in children:
            self._explain(child, told)
            child.tail, following = self._split(child.tail, told)
            explained += [child, *following]
        element[:] = explained

    def _split(self, text: str | None, told: set[str]) -> tuple[str | None, list[Element]]:
        if not text or isinstance(text, AtomicString):
            return text, []
        pieces, explained, position = list[str](), list[Element](), 0
        for match in self._pattern.finditer(text):
            entry = self._entries[(match.lastindex or 1) - 1]
            if entry.term not in told:
                told.add(entry.term)
                pieces.append(text[position : match.start()])
                explained.append(_abbreviation(match[0], entry.short))
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


def _paragraph(lines: list[str], start: int) -> list[str]:
    found: list[str] = []
    for line in lines[start : start + DEFINITION_LENGTH]:
        if not line.strip() or DEFINITION.match(line):
            break
        found.append(line)
    return found


def _terms(lines: list[str], index: int) -> list[str]:
    """The lines above a definition, which one empty line may part from it."""
    start = index - 1 if index and not lines[index - 1].strip() else index
    end = start
    while start and end - start < TERMS and _is_term(lines[start - 1]):
        start -= 1
    return [term for term in (outline.plain(line[: paths.MAX_SEGMENT_CHARACTERS]) for line in lines[start:end]) if term]


def _is_term(line: str) -> bool:
    return bool(line.strip()) and not DEFINITION.match(line) and not line.startswith(("    ", "\t", "#"))


def _first_sentence(lines: list[str]) -> str:
    text = outline.plain(" ".join(" ".join(lines)[:DEFINITION_LENGTH].split()))
    return core_text.shorten(core_text.one_line(outline.SENTENCE.split(text)[0], Position()).value, LENGTH)
