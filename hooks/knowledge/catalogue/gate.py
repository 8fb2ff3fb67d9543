"""The gate: reads every file of docs/ and says all that is to be said, before anything is built."""

import datetime
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from knowledge import plaintext
from knowledge.body import hashtags
from knowledge.body.text import given
from knowledge.catalogue import address, catalogue, pages_file, vocabulary
from knowledge.catalogue.catalogue import Catalogue, Folder
from knowledge.catalogue.pages_file import PagesFile
from knowledge.catalogue.settings import Settings
from knowledge.catalogue.vocabulary import Vocabulary
from knowledge.place import Source, folder, name, parents
from knowledge.problem import Mark, Note, Problem, Severity, problem, quoted
from knowledge.reading import article, encoding, value
from knowledge.reading.article import Article, Reading
from knowledge.references import citation
from knowledge.references.citation import Library

ENDING = ".md"
BREAKS = frozenset("\t\n\r\x85\u2028\u2029")
"""Characters that end a line, or jump within it."""
DEFAULTS = ".meta.yml"
"""What Material's meta plugin reads, and this project does not."""


def examine(docs: Path, settings: Settings, now: datetime.datetime, site: str, *, bodies: bool = True) -> Catalogue:
    """The catalogue of the folder `docs`. Without `bodies` the text of articles is dropped as soon as it is read, so memory stays flat."""
    paths, problems = walk(docs)
    written = [path for path in paths if path.endswith(ENDING)]
    unread, unused = _unread(written)
    sources = [path for path in written if path not in unread]
    words, unclear = _vocabulary(docs, paths)
    pages, misplaced = _pages(docs, paths)
    assets = frozenset(path for path in paths if not path.endswith(ENDING) and not _outside(path))
    defaults = [problem(path, "file", _MOVE) for path in paths if name(path) == DEFAULTS]
    library, unsourced = _library(docs, paths)
    readings = _read(docs, sources, settings, library, bodies)
    said = (*problems, *unused, *unclear, *misplaced, *defaults, *unsourced)
    return catalogue.build(readings, Folder(assets, pages, words, library, unread), said, settings=settings, now=now, site=site)


def walk(docs: Path) -> tuple[list[Source], list[Problem]]:
    """Every file below `docs`, in order, as a path with forward slashes; links that lead away and what is no file are named, not opened."""
    home = os.path.realpath(docs)
    paths: list[Source] = []
    problems: list[Problem] = []
    waiting = [""]
    while waiting:
        path = waiting.pop()
        try:
            entries = list(os.scandir(docs / path))
        except OSError as error:
            problems.append(problem(Source(path or "."), "file", _unreadable(error)))
            continue
        for entry in entries:
            source = Source(f"{path}/{entry.name}" if path else entry.name)
            note = _obstacle(entry, home)
            if note:
                problems += [] if hidden(path) else [problem(Source(_shown(source)), "file", note)]
            elif entry.is_dir():
                waiting.append(source)
            else:
                paths.append(source)
    return sorted(paths), problems


def hidden(path: str) -> bool:
    """Whether a file or a folder above it starts with a dot."""
    return any(part.startswith(".") for part in path.split("/"))


_PUBLISH = Note(Mark(), "is not published for its name", "rename it, or its folder, to publish it", Severity.NOTICE)
_MOVE = Note(Mark(), "is not read: what it says of all articles must stand in each", "move it there", Severity.WARNING)


def _obstacle(entry: os.DirEntry[str], home: str) -> Note | None:
    """Why an entry of a folder is neither read nor published, or None."""
    if _shown(entry.name) != entry.name:
        return Note(Mark(), "the name has characters that are not seen or not UTF-8", "rename it")
    if entry.is_symlink():
        return _link_obstacle(entry, home)
    if not entry.is_file() and not entry.is_dir():
        return Note(Mark(), "is no file but a pipe, a socket or a device", "remove it")
    return None


def _link_obstacle(entry: os.DirEntry[str], home: str) -> Note | None:
    target = Path(os.path.realpath(entry.path))
    if target.is_dir():
        return Note(Mark(), "is a link to a folder; such links are not followed", "put the folder itself here")
    if not target.exists():
        return Note(Mark(), "is a link that leads nowhere", "remove it")
    if not target.is_relative_to(home) or not target.is_file():
        return Note(Mark(), "is a link to a file outside docs/; such links are not followed", "put the file itself here")
    return None


def _shown(name: str) -> str:
    clean = plaintext.STEERING.sub("", plaintext.ILLEGAL.sub("", name))
    return name if clean == name and BREAKS.isdisjoint(name) else ascii(name)[1:-1]


def _unreadable(error: OSError) -> Note:
    return Note(Mark(), f"can't be read: {error.strerror}", "make it readable, or remove it")


def _unread(written: list[Source]) -> tuple[dict[Source, str], list[Problem]]:
    """The Markdown files that are no articles, and why; said where the author may not expect it."""
    unread = {path: reason for path in written if (reason := _outside(path))}
    notes = {path: _PUBLISH for path in unread if not hidden(folder(path))}
    for path, first in address.spare(path for path in written if path not in unread).items():
        unread[path] = f"{first} is the page of the folder"
        message = f"is not published: {first} is the page of the folder"
        notes[path] = Note(Mark(), message, "merge the two, or rename this one", Severity.WARNING)
    return unread, [problem(path, "file", note) for path, note in notes.items()]


def _outside(path: str) -> str:
    """Why a file is no part of the site for MkDocs, or nothing."""
    dotted = next((part for part in path.split("/") if part.startswith(".")), "")
    if dotted:
        return f"{dotted} starts with a dot"
    return "MkDocs keeps templates/ out of the site" if path.startswith("templates/") else ""


def _read(docs: Path, sources: list[Source], settings: Settings, library: Library, bodies: bool) -> list[Reading]:
    readings = [_one(docs, source, settings, library, bodies) for source in sources]
    proofs = {proof for reading in readings for proof in reading.orders}
    if settings.order or len(proofs) != 1:
        return readings
    proven = replace(settings, dates=proofs.pop().value)
    return [_one(docs, reading.source, proven, library, bodies) if reading.ambiguous else reading for reading in readings]


def _one(docs: Path, source: Source, settings: Settings, library: Library, bodies: bool) -> Reading:
    data = _bytes(docs / source)
    if isinstance(data, Note):
        return Reading(source, None, (problem(source, "file", data),))
    reading = article.read(source, data, settings.order)
    if reading.article is None:
        return reading
    cited = citation.cite(reading.article.body, library).notes
    problems = (problem(source, "citation", each.below(reading.article.body_line)) for each in cited)
    found = _hashtagged(reading.article) if settings.hashtags else reading.article
    kept = found if bodies else replace(found, body="")
    return replace(reading, article=kept, problems=tuple(sorted((*reading.problems, *problems))))


def _hashtagged(article: Article) -> Article:
    """The article with the tags in its text behind those of its header."""
    text = given(article.body)
    found = list(hashtags.find(text))
    mark = text.mark(found[0].start) if found and not article.tags else None
    names = tuple(dict.fromkeys((*article.tags, *(each.name for each in found))))[: max(value.NAMES, len(article.tags))]
    return replace(article, tags=names, tags_mark=Mark(mark.line + article.body_line - 1, mark.column) if mark else article.tags_mark)


def _bytes(path: Path) -> bytes | Note:
    try:
        size = path.stat().st_size
        if size > encoding.FILE_SIZE:
            return Note(Mark(), f"has {size:,} bytes, more than {encoding.FILE_SIZE:,}", "split it, or keep it out of docs/")
        return path.read_bytes()
    except OSError as error:
        return _unreadable(error)


def _vocabulary(docs: Path, paths: list[Source]) -> tuple[Vocabulary, tuple[Problem, ...]]:
    if vocabulary.FILE not in paths:
        return Vocabulary(), ()
    data = _bytes(docs / vocabulary.FILE)
    return (Vocabulary(), (problem(vocabulary.FILE, "file", data),)) if isinstance(data, Note) else vocabulary.read(data)


def _library(docs: Path, paths: list[Source]) -> tuple[Library, tuple[Problem, ...]]:
    if citation.SOURCE not in paths:
        return Library(), ()
    data = _bytes(docs / citation.SOURCE)
    return (Library(), (problem(citation.SOURCE, "file", data),)) if isinstance(data, Note) else citation.read(data)


def _pages(docs: Path, paths: list[Source]) -> tuple[dict[str, PagesFile], list[Problem]]:
    pages: dict[str, PagesFile] = {}
    problems: list[Problem] = []
    names = {each for path in paths if path.endswith(ENDING) and not _outside(path) for each in (path, *parents(path))}
    for path in paths:
        if name(path) == pages_file.NAME and not hidden(folder(path)):
            data = _bytes(docs / path)
            if isinstance(data, Note):
                problems.append(problem(path, "file", data))
                continue
            found = pages_file.read(data)
            pages[folder(path)] = found.value
            problems += [problem(path, "nav", note) for note in (*found.notes, *_missing(path, found.value, names))]
    return pages, problems


def _missing(path: Source, file: PagesFile, names: set[str]) -> Iterator[Note]:
    base = path.removesuffix(pages_file.NAME)
    for each, mark in file.names:
        if "/" in each:
            yield Note(
                mark, f"names a file of another folder, got {quoted(each)}", f"write what lies in this folder, such as {each.split('/')[0]}"
            )
        elif f"{base}{each}" not in names and each != "index.md":
            yield Note(mark, f"there is no {quoted(each)} in this folder", "correct the name, or leave it out")
