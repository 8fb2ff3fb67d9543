"""Reference, Bibliography (`.sources.yml`)."""

import dataclasses
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Outcome, Position, Severity, in_file, quoted
from almanac_kb.core.paths import UrlPath
from almanac_kb.frontmatter import formats, nodes, values
from almanac_kb.frontmatter.nodes import Node, Pair, Scalar, Sequence
from almanac_kb.markdown.citations import KEY, SOURCE, Bibliography, Reference

FACTS = 50
"""How many facts a work may have."""
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

DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
PERSON = re.compile(r"\S.* [A-Z](?:-?[A-Z]){0,3}")
"""A surname and initials: `de Montjoye YA`."""
MARKUP = re.compile(r"[\\`*_{}\[\]<>&|~^=$#!+@]|(?<=[\dc])/|\((?=[A-Za-z]{1,2}\))|:(?=[\w+-]+:)")
"""What Markdown or one of its extensions may take for more than text."""
BACKSLASHED = frozenset("\\`*_{}[]()>#+!")


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
