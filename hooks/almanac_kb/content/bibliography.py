"""The bibliography: references of `.sources.yml`, their citation in articles as `[@key]`, and how a reference is printed."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Outcome, Position, Severity, in_file, quoted
from almanac_kb.core.languages import sort_key
from almanac_kb.core.paths import UrlPath
from almanac_kb.core.text import escape_markdown, most_similar
from almanac_kb.frontmatter import formats, values
from almanac_kb.frontmatter.formats import Node, Pair, Scalar, Sequence
from almanac_kb.markdown.references import BIBLIOGRAPHY_FILE, KEY, Bibliography, Reference

MAX_FACTS = 50
"""Most facts of one reference."""
SCHEMA_TYPES = {
    "article": "ScholarlyArticle",
    "book": "Book",
    "dataset": "Dataset",
    "guidance": "CreativeWork",
    "regulation": "Legislation",
    "report": "Report",
    "website": "WebPage",
}
"""The types of references, each with its schema.org type."""

DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
PERSON = re.compile(r"\S.* [A-Z](?:-?[A-Z]){0,3}")
"""A surname with initials: `de Montjoye YA`."""


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
    archived = f" ([archived]({_quoted_url(reference.archived)}))" if reference.archived else ""
    if reference.doi:
        return f"{text} [{escape_markdown(f'doi:{reference.doi}')}]({_doi_url(reference)}){archived}"
    if reference.url:
        label = escape_markdown(urlsplit(reference.url).hostname or reference.url)
        return f"{text} [{label}]({_quoted_url(reference.url)}){archived}"
    return f"{text}{archived}"


def _quoted_url(url: str) -> str:
    return quote(url, safe=":/?#@!&,;=%~+")


def unused_references(bibliography: Bibliography, used: Iterable[str]) -> tuple[Diagnostic, ...]:
    """A notice for each reference whose key is not among `used`, the keys that articles cite."""
    cited = frozenset(used)
    message, hint = "is cited by no article", "cite it, or delete it"
    unused = [reference for reference in bibliography.references if reference.key not in cited]
    return tuple(Diagnostic(BIBLIOGRAPHY_FILE, reference.position, reference.key, message, hint, Severity.NOTICE) for reference in unused)


def list_references(bibliography: Bibliography, cited: Mapping[UrlPath, tuple[str, ...]], language: str) -> tuple[ListedReference, ...]:
    """All references with the articles that cite them, by first author, year and title, in alphabetical order of a language (BCP 47).

    `cited` maps the URL path of each article to the keys that it cites.
    """
    articles: dict[str, list[UrlPath]] = {reference.key: [] for reference in bibliography.references}
    for url, keys in cited.items():
        for key in dict.fromkeys(keys):
            articles.setdefault(key, []).append(url)

    def place(reference: Reference) -> tuple[object, ...]:
        author = reference.authors.partition(",")[0]
        return sort_key(author, language)[0], reference.year, sort_key(reference.title, language), reference.key

    ordered = sorted(bibliography.references, key=place)
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


def _entries(data: bytes) -> tuple[Node, ...]:
    """The entries of the file; raises HeaderError where it is no YAML or no list."""
    text = _single_document(data)
    # The parser of headers expects a mapping, so the list is put below a key on its own line: positions are one line too far down.
    try:
        tree, _ = formats.parse_yaml(f"works:\n{text}")
    except HeaderError as error:
        raise HeaderError(_one_line_up(error.position), error.message, error.hint) from None
    entries = tree.pairs[0].value
    if len(tree.pairs) == 1 and formats.is_absent(entries):
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
    if not isinstance(entry, formats.Mapping):
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
        similar = most_similar(pair.key, _READERS)
        hint = f"write {similar}" if similar else f"use one of {', '.join(_READERS)}"
        return Outcome("", (LocalDiagnostic(pair.position, "is no field of a work", hint, Severity.WARNING),))
    return Outcome("") if formats.is_absent(pair.value) else _READERS[pair.key](pair.value)


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


_READERS: dict[str, values.ValueReader[Any]] = {
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
    "archived": values.read_url,
    "facts": _read_facts,
    "note": values.read_description,
}
"""The fields of a reference, and the function that reads the value of each."""
FIELDS = tuple(_READERS)
