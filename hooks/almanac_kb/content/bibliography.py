"""The bibliography: references of `.sources.yml`, their citation in articles as `[@key]`, and how a reference is printed."""

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

BIBLIOGRAPHY_FILE = SourcePath(".sources.yml")
"""The file below docs/ that holds all references, as a YAML list of mappings."""
MAX_FACTS = 50
"""Most facts that one reference may have."""
MAX_SUGGESTIONS = 20
"""Unknown keys in one article for which the most similar known key is looked for, since that takes long."""
SCHEMA_TYPES = {
    "article": "ScholarlyArticle",
    "book": "Book",
    "dataset": "Dataset",
    "guidance": "CreativeWork",
    "regulation": "Legislation",
    "report": "Report",
    "website": "WebPage",
}
"""The types of references, and the type that schema.org has for each."""

KEY = r"[A-Za-z0-9_](?:[A-Za-z0-9_:.+/-]*[A-Za-z0-9_])?"
"""The key of a reference, as Pandoc has it."""
CITATION = re.compile(r"\[(?<![\\!]\[)(-?@[^\[\]]{1,2000})\](?!\(|\[(?!-?@))")
"""What looks like a citation: a bracket that starts with `@` or `-@`, no link and no image; the limit bounds the time."""
CITED_KEY = re.compile(rf"@({KEY})")
CITED_KEYS = re.compile(rf"-?@{KEY}\s*+(?:;\s*+-?@{KEY}\s*+)*+")
"""The content of a valid citation: one key, or several with semicolons between them."""
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
PERSON = re.compile(r"\S.* [A-Z](?:-?[A-Z]){0,3}")
"""A surname with initials: `de Montjoye YA`."""
MARKDOWN_SYNTAX = re.compile(r"[\\`*_{}\[\]<>&|~^=$#!+@]|(?<=[\dc])/|\((?=[A-Za-z]{1,2}\))|:(?=[\w+-]+:)")
"""Characters that Markdown or one of its extensions may read as syntax."""
BACKSLASH_ESCAPES = frozenset("\\`*_{}[]()>#+!")
"""Characters that a backslash escapes in Markdown; others need a character reference."""


@dataclass(frozen=True)
class Reference:
    """A source that articles cite: a paper, a law, a guideline."""

    key: str
    """The name by which citations refer to it: `mckinney-2020`."""
    title: str
    position: Position = Position()
    """Its position in the file."""
    topic: str = ""
    type: str = ""
    """A key of `SCHEMA_TYPES`, or empty."""
    authors: str = ""
    """As they are printed: `Relling MV, Klein TE`."""
    container: str = ""
    """The journal, collection or site in which it was published."""
    year: str = ""
    locator: str = ""
    """Volume, pages or number: `36(10):983-987`."""
    doi: str = ""
    """Without the address of the resolver: `10.1038/nbt.4235`."""
    url: str = ""
    facts: tuple[str, ...] = ()
    """Sentences that an article may take from it."""
    note: str = ""
    """A caution for authors."""


@dataclass(frozen=True)
class Bibliography:
    """All references in the order of the file; no two have the same key."""

    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class CitedText:
    """The Markdown of an article with its citations numbered."""

    markdown: str
    diagnostics: tuple[LocalDiagnostic, ...] = ()
    """Their positions are those in the Markdown before."""
    keys: tuple[str, ...] = ()
    """The keys of the cited references, in the order of their numbers."""


@dataclass(frozen=True)
class ListedReference:
    """A reference and the URL paths of the articles that cite it."""

    reference: Reference
    articles: tuple[UrlPath, ...]


def read_bibliography(data: bytes) -> tuple[Bibliography, tuple[Diagnostic, ...]]:
    """The bibliography in the bytes of `.sources.yml`, and what is wrong with it; a reference without key or title is left out."""
    try:
        entries = _entries(data)
    except HeaderError as error:
        return Bibliography(), (Diagnostic(BIBLIOGRAPHY_FILE, error.position, "file", error.message, error.hint),)
    references: dict[str, Reference] = {}
    diagnostics: list[Diagnostic] = []
    for entry in entries:
        reference, problems = _read_reference(entry)
        diagnostics += problems
        if reference and reference.key in references:
            message = f"{quoted(reference.key)} stands twice, first in line {references[reference.key].position.line}"
            diagnostics.append(Diagnostic(BIBLIOGRAPHY_FILE, reference.position, "key", message, "keep one"))
        elif reference:
            references[reference.key] = reference
    return Bibliography(tuple(references.values())), tuple(diagnostics)


def cite(markdown: str, bibliography: Bibliography) -> CitedText:
    """The Markdown with each citation outside code replaced by numbered links, and with the list of the cited references at its end.

    A citation without a known key stays as it is written.
    """
    if not CITATION.search(markdown):
        return CitedText(markdown)
    numbering = _Numbering(markdown, bibliography)
    parts, end = [], 0
    for match in CITATION.finditer(masked(markdown)):
        links = numbering.links(match)
        if links:
            parts += [markdown[end : match.start()].removesuffix(" "), links]
            end = match.end()
    if not numbering.uses:
        return CitedText(markdown, tuple(numbering.diagnostics))
    body = "".join(parts) + markdown[end:]
    return CitedText(f"{body.rstrip()}\n\n{numbering.list_of_references()}", tuple(numbering.diagnostics), tuple(numbering.uses))


def format_reference(reference: Reference) -> str:
    """A reference as one line of Markdown: authors, title, container, year, locator and a link."""
    container = f"*{escape_markdown(reference.container)}*" if reference.container else ""
    parts = [
        escape_markdown(reference.authors),
        escape_markdown(reference.title),
        container,
        escape_markdown("; ".join(filter(None, (reference.year, reference.locator)))),
    ]
    text = " ".join(part if part.endswith((".", "?", r"\!")) else f"{part}." for part in parts if part)
    if reference.doi:
        return f"{text} [{escape_markdown(f'doi:{reference.doi}')}]({_doi_url(reference)})"
    if reference.url:
        label = escape_markdown(urlsplit(reference.url).hostname or reference.url)
        return f"{text} [{label}]({quote(reference.url, safe=':/?#@!&,;=%~+')})"
    return text


def escape_markdown(text: str) -> str:
    """Text as Markdown that shows exactly this text, whatever extensions of Markdown are on."""

    def escape(match: re.Match[str]) -> str:
        return f"\\{match[0]}" if match[0] in BACKSLASH_ESCAPES else f"&#{ord(match[0])};"

    return MARKDOWN_SYNTAX.sub(escape, text)


def unused_references(bibliography: Bibliography, used: Iterable[str]) -> tuple[Diagnostic, ...]:
    """A notice for each reference whose key is not among those `used` by articles."""
    cited = frozenset(used)
    message, hint = "is cited by no article", "cite it, or delete it"
    unused = [reference for reference in bibliography.references if reference.key not in cited]
    return tuple(Diagnostic(BIBLIOGRAPHY_FILE, reference.position, reference.key, message, hint, Severity.NOTICE) for reference in unused)


def list_references(bibliography: Bibliography, cited: Mapping[UrlPath, tuple[str, ...]]) -> tuple[ListedReference, ...]:
    """All references with the articles that cite them, by first author, year and title.

    `cited` gives the keys that each article cites, by its URL path.
    """
    articles: dict[str, list[UrlPath]] = {reference.key: [] for reference in bibliography.references}
    for url, keys in cited.items():
        for key in dict.fromkeys(keys):
            articles.setdefault(key, []).append(url)
    ordered = sorted(bibliography.references, key=_sort_key)
    return tuple(ListedReference(reference, tuple(articles[reference.key])) for reference in ordered)


def reference_schema(reference: Reference) -> dict[str, object]:
    """A reference as a JSON-LD node, for the property `citation` of schema.org."""
    node: dict[str, object] = {"@type": SCHEMA_TYPES.get(reference.type, "CreativeWork"), "name": reference.title}
    if reference.authors:
        node["author"] = _author_nodes(reference.authors)
    if reference.year:
        node["datePublished"] = reference.year
    if reference.doi:
        node["sameAs"] = _doi_url(reference)
    if reference.url:
        node["url"] = reference.url
    return node


def _doi_url(reference: Reference) -> str:
    return f"https://doi.org/{quote(reference.doi, safe='/')}"


def _author_nodes(authors: str) -> list[dict[str, str]]:
    """The authors as persons where all are written as surname and initials, else as one organization."""
    names = [name for name in authors.split(", ") if name.rstrip(".") != "et al"]
    if all(PERSON.fullmatch(name) for name in names):
        return [{"@type": "Person", "name": name} for name in names]
    return [{"@type": "Organization", "name": authors}]


def _sort_key(reference: Reference) -> tuple[str, str, str, str]:
    return _folded(reference.authors.partition(",")[0]), reference.year, _folded(reference.title), reference.key


def _folded(text: str) -> str:
    """Text without case and accents, for sorting."""
    return "".join(character for character in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(character))


def _entries(data: bytes) -> tuple[Node, ...]:
    """The entries of the file; raises HeaderError where it is no YAML or no list."""
    text = _single_document(data)
    # The parser of headers expects a mapping, so the list is put below a key, in a line of its own: positions are one line too far down.
    try:
        tree, _ = formats.parse_yaml(f"works:\n{text}")
    except HeaderError as error:
        raise HeaderError(_one_line_up(error.position), error.message, error.hint) from None
    entries = tree.pairs[0].value
    if len(tree.pairs) == 1 and nodes.is_absent(entries):
        return ()
    if len(tree.pairs) > 1 or not isinstance(entries, Sequence):
        raise HeaderError(Position(), "must be a list of works", "start each work with `- key: …`")
    return entries.items


def _single_document(data: bytes) -> str:
    """The text of the file without a `---` at its start; raises HeaderError where it has a second YAML document."""
    text = re.sub(r"\A---[ \t]*(?=\n|\Z)", "", core_text.decode(data))
    second = re.search(r"^(?:---|\.\.\.)(?=\s|\Z)", text, re.MULTILINE)
    if second:
        raise HeaderError(Position(text.count("\n", 0, second.start()) + 1), "must be one list", f"delete the line `{second[0]}`")
    return text


def _one_line_up(position: Position) -> Position:
    return Position(max(position.line - 1, 1), position.column)


def _read_reference(entry: Node) -> tuple[Reference | None, list[Diagnostic]]:
    """The reference of an entry, and what is wrong with it; None where it lacks its key or its title."""
    position = _one_line_up(entry.position)
    if not isinstance(entry, nodes.Mapping):
        hint = "write `key: …`, `title: …` below each other"
        return None, [Diagnostic(BIBLIOGRAPHY_FILE, position, "work", "must be keys and values", hint)]
    fields: dict[str, Any] = {}
    diagnostics: list[Diagnostic] = []
    for pair in entry.pairs:
        outcome = _read_field(pair)
        notes = [dataclasses.replace(note, position=_one_line_up(note.position)) for note in outcome.diagnostics]
        diagnostics += [in_file(BIBLIOGRAPHY_FILE, pair.key, note) for note in notes]
        fields[pair.key] = outcome.value
    missing = [name for name in ("key", "title") if not fields.get(name)]
    reported = {diagnostic.field for diagnostic in diagnostics}
    diagnostics += [
        Diagnostic(BIBLIOGRAPHY_FILE, position, name, "must be there", f"write `{name}: …`") for name in missing if name not in reported
    ]
    known = {name: value for name, value in fields.items() if name in _READERS and value}
    return (None if missing else Reference(position=position, **known)), diagnostics


def _read_field(pair: Pair) -> Outcome[Any]:
    if pair.key not in _READERS:
        similar = difflib.get_close_matches(pair.key[:40], _READERS, n=1)
        hint = f"write {similar[0]}" if similar else f"use one of {', '.join(_READERS)}"
        return Outcome("", (LocalDiagnostic(pair.position, "is no field of a work", hint, Severity.WARNING),))
    return Outcome("") if nodes.is_absent(pair.value) else _READERS[pair.key](pair.value)


def _read_key(node: Node) -> Outcome[str]:
    key = values.read_text(node, values.NAME_LENGTH)
    if key.diagnostics or re.fullmatch(KEY, key.value):
        return key
    return Outcome("", (LocalDiagnostic(node.position, f"must be letters, digits, - and _, got {quoted(key.value)}", "write author-year"),))


def _read_type(node: Node) -> Outcome[str]:
    kind = values.read_text(node)
    if kind.diagnostics or kind.value in SCHEMA_TYPES:
        return kind
    message = f"must be one of {', '.join(SCHEMA_TYPES)}, got {quoted(kind.value)}"
    return Outcome("", (LocalDiagnostic(node.position, message, "", Severity.WARNING),))


def _read_year(node: Node) -> Outcome[str]:
    year = values.read_text(node)
    if year.diagnostics or re.fullmatch(r"[12]\d{3}", year.value):
        return year
    return Outcome("", (LocalDiagnostic(node.position, f"must be a year, got {quoted(year.value)}", "write 2024", Severity.WARNING),))


def _read_doi(node: Node) -> Outcome[str]:
    doi = values.read_text(node)
    match = DOI.fullmatch(doi.value)
    if doi.diagnostics or match:
        return Outcome(match[1] if match else "", doi.diagnostics)
    message = f"must be a DOI, got {quoted(doi.value)}"
    return Outcome("", (LocalDiagnostic(node.position, message, "write 10.1038/nbt.4235", Severity.WARNING),))


def _read_facts(node: Node) -> Outcome[tuple[str, ...]]:
    items = node.items if isinstance(node, Sequence) else (node,)
    if len(items) > MAX_FACTS or not all(isinstance(item, Scalar) for item in items):
        message = f"must be a list of at most {MAX_FACTS} sentences"
        return Outcome((), (LocalDiagnostic(node.position, message, "start each with `- `", Severity.WARNING),))
    facts = [values.read_description(item) for item in items]
    return Outcome(tuple(fact.value for fact in facts), tuple(note for fact in facts for note in fact.diagnostics))


_READERS: dict[str, values.Reader[Any]] = {
    "key": _read_key,
    "topic": values.read_text,
    "type": _read_type,
    "authors": values.read_description,
    "title": values.read_text,
    "container": values.read_text,
    "year": _read_year,
    "locator": values.read_text,
    "doi": _read_doi,
    "url": values.read_url,
    "facts": _read_facts,
    "note": values.read_description,
}
"""The fields of a reference, and the function that reads the value of each."""


class _Numbering:
    """The numbers of the references that one article cites, and what is wrong with its citations."""

    def __init__(self, markdown: str, bibliography: Bibliography) -> None:
        self.uses: dict[str, int] = {}
        """The number of citations of each cited key, in the order of the numbers."""
        self.diagnostics: list[LocalDiagnostic] = []
        self._numbers: dict[str, int] = {}
        self._references = {reference.key: reference for reference in bibliography.references}
        self._suggestions: dict[str, str] = {}
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", markdown))]

    def links(self, match: re.Match[str]) -> str:
        """The links for a citation such as `[@a; @b]`, unknown keys behind them as written; empty where no key is known."""
        if not CITED_KEYS.fullmatch(match[1]):
            message = f"a citation must be [@key] or [@key; @key], got {quoted(' '.join(match[0].split()))}"
            self._warn(match.start(), message, "write a page into the sentence")
            return ""
        items = list(CITED_KEY.finditer(match[1]))
        unknown = [item for item in items if item[1] not in self._references]
        for item in unknown:
            message = f"must be a key of {BIBLIOGRAPHY_FILE}, got {quoted(item[1])}"
            self._warn(match.start(1) + item.start(), message, self._suggestion(item[1]))
        links = [self._link(item[1]) for item in items if item[1] in self._references]
        # As many line ends as the citation had, so that lines below keep their numbers.
        line_ends = "\n" * match[0].count("\n")
        rest = "".join(f" [@{item[1]}]" for item in unknown)
        return f'<sup class="citation">{", ".join(links)}{line_ends}</sup>{rest}' if links else ""

    def list_of_references(self) -> str:
        """A section with the numbered list of the cited references, each with links back to its citations."""
        items = [
            f'1. <span id="source:{key}"></span>{format_reference(self._references[key])}{_back_links(key, uses)}'
            for key, uses in self.uses.items()
        ]
        return "\n".join(["## Sources", "", *items, ""])

    def _link(self, key: str) -> str:
        self.uses[key] = use = self.uses.get(key, 0) + 1
        number = self._numbers.setdefault(key, len(self.uses))
        return f'<a id="cite:{key}:{use}" href="#source:{key}">{number}</a>'

    def _suggestion(self, key: str) -> str:
        if key not in self._suggestions:
            has_time = len(self._suggestions) < MAX_SUGGESTIONS
            similar = difflib.get_close_matches(key[:100], self._references, n=1) if has_time else []
            self._suggestions[key] = f"write [@{similar[0]}]" if similar else f"add it to {BIBLIOGRAPHY_FILE}"
        return self._suggestions[key]

    def _warn(self, offset: int, message: str, hint: str) -> None:
        line = bisect.bisect_right(self._line_starts, offset)
        position = Position(line, offset - self._line_starts[line - 1] + 1)
        self.diagnostics.append(LocalDiagnostic(position, message, hint, Severity.WARNING))


def _back_links(key: str, uses: int) -> str:
    return "".join(
        f' <a class="citation-back" href="#cite:{key}:{use}" aria-label="Back to citation {use}">↩</a>' for use in range(1, uses + 1)
    )
