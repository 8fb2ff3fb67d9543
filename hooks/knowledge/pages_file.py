"""The `.pages` file of a folder: its title, its order (both read by awesome-pages), and what kind of topic it is."""

import re
from dataclasses import dataclass

from knowledge import value, yaml_header
from knowledge.node import HeaderError, Mapping, Node, Scalar, Sequence, absent, get
from knowledge.problem import Found, Mark, Note, Severity, quoted

NAME = ".pages"
KEYS = (
    "title",
    "kind",
    "schema",
    "nav",
    "arrange",
    "order",
    "sort_type",
    "order_by",
    "ignore_case",
    "hide",
    "collapse",
    "collapse_single_pages",
)
KINDS = ("article", "page")
SCHEMAS = ("Article", "MedicalWebPage")
REST = re.compile(r"^\.{3}\s*(?:\|.*)?$")


@dataclass(frozen=True)
class PagesFile:
    """What a folder says of itself."""

    title: str = ""
    """The name of the topic, or empty."""
    kind: str = "article"
    """`article`, or `page` where its files are in navigation and search only."""
    names: tuple[tuple[str, Mark], ...] = ()
    """The files and folders its navigation names, and where."""
    rest: bool = True
    """Whether what is not named is shown all the same."""
    schema: str = ""
    """What schema.org calls its articles, `Article` or `MedicalWebPage`; empty where the folder does not say."""


def read(data: bytes) -> Found[PagesFile]:
    """The file of the bytes of a `.pages`; anything awesome-pages could not use is an error."""
    try:
        header, notes = yaml_header.parse(data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))
    except UnicodeDecodeError as error:
        return Found(PagesFile(), (Note(Mark(data[: error.start].count(b"\n") + 1), "is not UTF-8", "save it as UTF-8"),))
    except HeaderError as error:
        return Found(PagesFile(), (Note(error.mark, error.message, error.mend),))
    return _file(header, notes)


def _file(header: Mapping, notes: tuple[Note, ...]) -> Found[PagesFile]:
    unknown = [
        Note(pair.mark, f"{quoted(pair.key)} is no key of .pages", f"use {', '.join(KEYS)}")
        for pair in header.pairs
        if pair.key not in KEYS
    ]
    title, kind, nav = get(header, "title"), get(header, "kind"), get(header, "nav") or get(header, "arrange")
    name = value.text(title.value) if title and not absent(title.value) else Found("")
    sort = value.text(kind.value) if kind else Found("article")
    bad = (
        (Note(kind.value.mark, f"kind must be {' or '.join(KINDS)}, got {quoted(sort.value)}"),) if kind and sort.value not in KINDS else ()
    )
    schema, unsaid = _schema(header)
    names = _names(nav.value) if nav else Found[tuple[tuple[str, Mark], ...]](())
    rest = nav is None or nav.key == "arrange" or any(REST.match(each) for each, _ in names.value)
    named = tuple((each, mark) for each, mark in names.value if not REST.match(each))
    said = (*notes, *unknown, *name.notes, *sort.notes, *bad, *unsaid, *names.notes)
    return Found(PagesFile(name.value, sort.value, named, rest, schema), said)


def _schema(header: Mapping) -> tuple[str, tuple[Note, ...]]:
    pair = get(header, "schema")
    if pair is None or absent(pair.value):
        return "", ()
    found = value.text(pair.value)
    if found.value in SCHEMAS:
        return found.value, found.notes
    return "", (*found.notes, Note(pair.value.mark, f"schema must be {' or '.join(SCHEMAS)}, got {quoted(found.value)}"))


def _names(node: Node) -> Found[tuple[tuple[str, Mark], ...]]:
    if not isinstance(node, Sequence):
        return Found((), (Note(node.mark, "nav must be a list", "write - file.md"),))
    names: list[tuple[str, Mark]] = []
    notes: list[Note] = []
    for item in node.items:
        target = item.pairs[0].value if isinstance(item, Mapping) and len(item.pairs) == 1 else item
        if isinstance(target, Sequence):
            inner = _names(target)
            names += inner.value
            notes += inner.notes
        elif not isinstance(target, Scalar):
            notes.append(Note(item.mark, "an entry of nav must be a file, a folder, `...`, or `Title: file`", "write - file.md"))
        elif isinstance(item, Mapping) and re.match(r"[a-z][a-z0-9+.-]*:|/", target.text, re.IGNORECASE):
            notes += () if value.is_http(target.text) or target.text.startswith("/") else (_no_link(target),)
        else:
            names.append((target.text.rstrip("/"), target.mark))
    return Found(tuple(names), tuple(notes))


def _no_link(target: Scalar) -> Note:
    return Note(target.mark, f"a link must be an http address, got {quoted(target.text)}", "write https://…", Severity.ERROR)
