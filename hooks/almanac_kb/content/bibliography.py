"""Reference, Bibliography (`.sources.yml`)."""

import bisect
import dataclasses
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from almanac_kb.body.code import masked
from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Outcome, Position, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.frontmatter import formats, nodes, values
from almanac_kb.frontmatter.nodes import Node, Pair, Scalar, Sequence

SOURCE = SourcePath(".sources.yml")
FACTS = 50
"""How many facts a work may have."""
HINTS = 20
"""For how many unknown keys of an article the nearest known one is looked up."""

TYPES = {
    "article": "ScholarlyArticle",
    "book": "Book",
    "dataset": "Dataset",
    "guidance": "CreativeWork",
    "regulation": "Legislation",
    "report": "Report",
    "website": "WebPage",
}
"""The kinds of work, and what schema.org calls them."""

KEY = r"[A-Za-z0-9_](?:[A-Za-z0-9_:.+/-]*[A-Za-z0-9_])?"
DEFINITION = re.compile(r"^ {0,3}\[(-?@[^\[\]]{1,2000})\]:", re.MULTILINE)
"""The definition of a link whose label looks like a citation: `[@ana]: https://example.org/ana`."""
CITATION = re.compile(r"\[(?<![\\!]\[)(-?@[^\[\]]{1,2000})\](?!\(|\[(?!-?@))")
ITEM = re.compile(rf"@({KEY})")
CITED = re.compile(rf"-?@{KEY}\s*+(?:;\s*+-?@{KEY}\s*+)*+")
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
PERSON = re.compile(r"\S.* [A-Z](?:-?[A-Z]){0,3}")
"""A surname and initials: `de Montjoye YA`."""
MARKUP = re.compile(r"[\\`*_{}\[\]<>&|~^=$#!+@]|(?<=[\dc])/|\((?=[A-Za-z]{1,2}\))|:(?=[\w+-]+:)")
"""What Markdown or one of its extensions may take for more than text."""
BACKSLASHED = frozenset("\\`*_{}[]()>#+!")


@dataclass(frozen=True)
class Reference:
    """One source: a paper, a law, a guideline."""

    key: str
    """What citations call it: `mckinney-2020`."""
    title: str
    position: Position = Position()
    """Where it stands in the file."""
    topic: str = ""
    type: str = ""
    """One of TYPES."""
    authors: str = ""
    """As they are printed: `Relling MV, Klein TE`."""
    container: str = ""
    """The journal, collection or site it appeared in."""
    year: str = ""
    locator: str = ""
    """Volume, pages, number: `36(10):983-987`."""
    doi: str = ""
    """Without the address of the resolver: `10.1038/nbt.4235`."""
    url: str = ""
    facts: tuple[str, ...] = ()
    """What may be said of it."""
    note: str = ""
    """A caution for authors."""


@dataclass(frozen=True)
class Bibliography:
    """All sources in the order of the file; no key stands twice."""

    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class CitedText:
    """An article's Markdown with its citations numbered."""

    markdown: str
    diagnostics: tuple[LocalDiagnostic, ...] = ()
    """Marks are counted in the Markdown that was given."""
    keys: tuple[str, ...] = ()
    """What is cited, in the order of the numbers."""


@dataclass(frozen=True)
class ListedReference:
    """A work and the articles that cite it."""

    work: Reference
    articles: tuple[UrlPath, ...]


def read_bibliography(data: bytes) -> tuple[Bibliography, tuple[Diagnostic, ...]]:
    """The sources of the file's bytes; a work without a key or a title is left out and told."""
    try:
        entries = _entries(data)
    except HeaderError as error:
        return Bibliography(), (Diagnostic(SOURCE, error.position, "file", error.message, error.hint),)
    references: dict[str, Reference] = {}
    diagnostics: list[Diagnostic] = []
    for entry in entries:
        work, found = _work(entry)
        diagnostics += found
        if work and work.key in references:
            message = f"{quoted(work.key)} stands twice, first in line {references[work.key].position.line}"
            diagnostics.append(Diagnostic(SOURCE, work.position, "key", message, "keep one"))
        elif work:
            references[work.key] = work
    return Bibliography(tuple(references.values())), tuple(diagnostics)


def cite(markdown: str, bibliography: Bibliography) -> CitedText:
    """The Markdown with a numbered link for each citation outside code, and the list of sources at its end."""
    if not CITATION.search(markdown):
        return CitedText(markdown)
    numbering = _Numbering(markdown, bibliography)
    written, position = [], 0
    text = masked(markdown)
    defined = {" ".join(label.casefold().split()) for label in DEFINITION.findall(text)}
    for match in CITATION.finditer(text):
        if " ".join(match[1].casefold().split()) in defined:
            continue
        links = numbering.links(match)
        if links:
            written += [markdown[position : match.start()].removesuffix(" "), links]
            position = match.end()
    if not numbering.uses:
        return CitedText(markdown, tuple(numbering.diagnostics))
    body = "".join(written) + markdown[position:]
    return CitedText(f"{body.rstrip()}\n\n{numbering.sources()}", tuple(numbering.diagnostics), tuple(numbering.uses))


def format_reference(work: Reference) -> str:
    """The work as a line of Markdown: authors, title, container, year, locator and a link."""
    container = f"*{escape_markdown(work.container)}*" if work.container else ""
    parts = [
        escape_markdown(work.authors),
        escape_markdown(work.title),
        container,
        escape_markdown("; ".join(filter(None, (work.year, work.locator)))),
    ]
    text = " ".join(part if part.endswith((".", "?", r"\!")) else f"{part}." for part in parts if part)
    if work.doi:
        return f"{text} [{escape_markdown(f'doi:{work.doi}')}]({_resolver(work)})"
    return (
        f"{text} [{escape_markdown(urlsplit(work.url).hostname or work.url)}]({quote(work.url, safe=':/?#@!&,;=%~+')})"
        if work.url
        else text
    )


def unused_references(bibliography: Bibliography, used: Iterable[str]) -> tuple[Diagnostic, ...]:
    """A notice for each work that no article cites."""
    cited = frozenset(used)
    message, hint = "is cited by no article", "cite it, or delete it"
    left_over = [work for work in bibliography.references if work.key not in cited]
    return tuple(Diagnostic(SOURCE, work.position, work.key, message, hint, Severity.NOTICE) for work in left_over)


def list_references(bibliography: Bibliography, cited: Mapping[UrlPath, tuple[str, ...]]) -> tuple[ListedReference, ...]:
    """Every work with the articles that cite it, by first author, year and title; `cited` gives the keys of each article."""
    articles: dict[str, list[UrlPath]] = {work.key: [] for work in bibliography.references}
    for url, keys in cited.items():
        for key in dict.fromkeys(keys):
            articles.setdefault(key, []).append(url)
    return tuple(ListedReference(work, tuple(articles[work.key])) for work in sorted(bibliography.references, key=_order))


def reference_schema(work: Reference) -> dict[str, object]:
    """The work as schema.org's `citation` has it."""
    described: dict[str, object] = {"@type": TYPES.get(work.type, "CreativeWork"), "name": work.title}
    if work.authors:
        described["author"] = _authors(work.authors)
    if work.year:
        described["datePublished"] = work.year
    if work.doi:
        described["sameAs"] = _resolver(work)
    if work.url:
        described["url"] = work.url
    return described


def _entries(data: bytes) -> tuple[Node, ...]:
    text = _text(data)
    try:
        tree, _ = formats.parse_yaml(f"works:\n{text}")
    except HeaderError as error:
        raise HeaderError(_above(error.position), error.message, error.hint) from None
    references = tree.pairs[0].value
    if len(tree.pairs) == 1 and nodes.is_absent(references):
        return ()
    if len(tree.pairs) > 1 or not isinstance(references, Sequence):
        raise HeaderError(Position(), "must be a list of works", "start each work with `- key: …`")
    return references.items


def _text(data: bytes) -> str:
    text = re.sub(r"\A---[ \t]*(?=\n|\Z)", "", core_text.decode(data))
    second = re.search(r"^(?:---|\.\.\.)(?=\s|\Z)", text, re.MULTILINE)
    if second:
        raise HeaderError(Position(text.count("\n", 0, second.start()) + 1), "must be one list", f"delete the line `{second[0]}`")
    return text


def _above(position: Position) -> Position:
    return Position(max(position.line - 1, 1), position.column)


def _work(entry: Node) -> tuple[Reference | None, list[Diagnostic]]:
    position = _above(entry.position)
    if not isinstance(entry, nodes.Mapping):
        return None, [Diagnostic(SOURCE, position, "work", "must be keys and values", "write `key: …`, `title: …` below each other")]
    fields: dict[str, Any] = {}
    problems: list[Diagnostic] = []
    for pair in entry.pairs:
        found = _field(pair)
        notes = [dataclasses.replace(note, position=_above(note.position)) for note in found.diagnostics]
        problems += [in_file(SOURCE, pair.key, note) for note in notes]
        fields[pair.key] = found.value
    missing = [name for name in ("key", "title") if not fields.get(name)]
    told = {each.field for each in problems}
    problems += [Diagnostic(SOURCE, position, name, "must be there", f"write `{name}: …`") for name in missing if name not in told]
    known = {name: read for name, read in fields.items() if name in _READERS and read}
    return (None if missing else Reference(position=position, **known)), problems


def _field(pair: Pair) -> Outcome[Any]:
    if pair.key not in _READERS:
        close = difflib.get_close_matches(pair.key[:40], _READERS, n=1)
        hint = f"write {close[0]}" if close else f"use one of {', '.join(_READERS)}"
        return Outcome("", (LocalDiagnostic(pair.position, "is no field of a work", hint, Severity.WARNING),))
    return Outcome("") if nodes.is_absent(pair.value) else _READERS[pair.key](pair.value)


def _key(written: Node) -> Outcome[str]:
    key = values.read_text(written, values.NAME_LENGTH)
    if key.diagnostics or re.fullmatch(KEY, key.value):
        return key
    return Outcome(
        "", (LocalDiagnostic(written.position, f"must be letters, digits, - and _, got {quoted(key.value)}", "write author-year"),)
    )


def _kind(written: Node) -> Outcome[str]:
    kind = values.read_text(written)
    if kind.diagnostics or kind.value in TYPES:
        return kind
    return Outcome(
        "", (LocalDiagnostic(written.position, f"must be one of {', '.join(TYPES)}, got {quoted(kind.value)}", "", Severity.WARNING),)
    )


def _year(written: Node) -> Outcome[str]:
    year = values.read_text(written)
    if year.diagnostics or re.fullmatch(r"[12]\d{3}", year.value):
        return year
    return Outcome("", (LocalDiagnostic(written.position, f"must be a year, got {quoted(year.value)}", "write 2024", Severity.WARNING),))


def _doi(written: Node) -> Outcome[str]:
    doi = values.read_text(written)
    match = DOI.fullmatch(doi.value)
    if doi.diagnostics or match:
        return Outcome(match[1] if match else "", doi.diagnostics)
    return Outcome(
        "", (LocalDiagnostic(written.position, f"must be a DOI, got {quoted(doi.value)}", "write 10.1038/nbt.4235", Severity.WARNING),)
    )


def _facts(written: Node) -> Outcome[tuple[str, ...]]:
    items = written.items if isinstance(written, Sequence) else (written,)
    if len(items) > FACTS or not all(isinstance(item, Scalar) for item in items):
        return Outcome(
            (),
            (LocalDiagnostic(written.position, f"must be a list of at most {FACTS} sentences", "start each with `- `", Severity.WARNING),),
        )
    found = [values.read_description(item) for item in items]
    return Outcome(tuple(each.value for each in found), tuple(note for each in found for note in each.diagnostics))


_READERS: dict[str, values.Reader[Any]] = {
    "key": _key,
    "topic": values.read_text,
    "type": _kind,
    "authors": values.read_description,
    "title": values.read_text,
    "container": values.read_text,
    "year": _year,
    "locator": values.read_text,
    "doi": _doi,
    "url": values.read_url,
    "facts": _facts,
    "note": values.read_description,
}


class _Numbering:
    """The numbers of an article's sources, and what is to be said of its citations."""

    def __init__(self, markdown: str, bibliography: Bibliography) -> None:
        self.uses: dict[str, int] = {}
        """How often each key is cited, in the order of the numbers."""
        self.diagnostics: list[LocalDiagnostic] = []
        self._numbers: dict[str, int] = {}
        self._works = {work.key: work for work in bibliography.references}
        self._hints: dict[str, str] = {}
        self._lines = [0, *(match.end() for match in re.finditer("\n", markdown))]

    def links(self, match: re.Match[str]) -> str:
        """The links of `[@a; @b]`, with keys that are not known after them as written; empty where none is known."""
        if not CITED.fullmatch(match[1]):
            message = f"a citation must be [@key] or [@key; @key], got {quoted(' '.join(match[0].split()))}"
            self._say(match.start(), message, "write a page into the sentence")
            return ""
        items = list(ITEM.finditer(match[1]))
        keys = [item[1] for item in items]
        unknown = [item for item in items if item[1] not in self._works]
        for item in unknown:
            self._say(match.start(1) + item.start(), f"must be a key of {SOURCE}, got {quoted(item[1])}", self._hint(item[1]))
        links = [self._link(key) for key in keys if key in self._works]
        ends = "\n" * match[0].count("\n")
        return f'<sup class="citation">{", ".join(links)}{ends}</sup>{"".join(f" [@{item[1]}]" for item in unknown)}' if links else ""

    def sources(self) -> str:
        """The numbered list, each with links back to where it is cited."""
        lines = [
            f'1. <span id="source:{key}"></span>{format_reference(self._works[key])}{_back(key, times)}' for key, times in self.uses.items()
        ]
        return "\n".join(["## Sources", "", *lines, ""])

    def _link(self, key: str) -> str:
        self.uses[key] = times = self.uses.get(key, 0) + 1
        number = self._numbers.setdefault(key, len(self.uses))
        return f'<a id="cite:{key}:{times}" href="#source:{key}">{number}</a>'

    def _hint(self, key: str) -> str:
        if key not in self._hints:
            near = difflib.get_close_matches(key[:100], self._works, n=1) if len(self._hints) < HINTS else []
            self._hints[key] = f"write [@{near[0]}]" if near else f"add it to {SOURCE}"
        return self._hints[key]

    def _say(self, position: int, message: str, hint: str) -> None:
        line = bisect.bisect_right(self._lines, position)
        self.diagnostics.append(LocalDiagnostic(Position(line, position - self._lines[line - 1] + 1), message, hint, Severity.WARNING))


def _back(key: str, times: int) -> str:
    uses = range(1, times + 1)
    return "".join(f' <a class="citation-back" href="#cite:{key}:{use}" aria-label="Back to citation {use}">↩</a>' for use in uses)


def escape_markdown(text: str) -> str:
    return MARKUP.sub(lambda match: f"\\{match[0]}" if match[0] in BACKSLASHED else f"&#{ord(match[0])};", text)


def _resolver(work: Reference) -> str:
    return f"https://doi.org/{quote(work.doi, safe='/')}"


def _authors(printed: str) -> list[dict[str, str]]:
    names = [name for name in printed.split(", ") if name.rstrip(".") != "et al"]
    if all(PERSON.fullmatch(name) for name in names):
        return [{"@type": "Person", "name": name} for name in names]
    return [{"@type": "Organization", "name": printed}]


def _order(work: Reference) -> tuple[str, str, str, str]:
    return _folded(work.authors.partition(",")[0]), work.year, _folded(work.title), work.key


def _folded(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
