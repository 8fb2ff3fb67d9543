"""The gate: reads every file of docs/ and says all that is to be said, before anything is built."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from knowledge import forks, progress
from knowledge.body import hashtags
from knowledge.body.text import given
from knowledge.catalogue import address, catalogue, mount, pages_file, tree, vocabulary
from knowledge.catalogue.catalogue import Catalogue, Folder
from knowledge.catalogue.mount import Holding, Mount
from knowledge.catalogue.pages_file import PagesFile
from knowledge.catalogue.readings import Readings
from knowledge.catalogue.settings import Settings
from knowledge.catalogue.tree import hidden
from knowledge.catalogue.vocabulary import Vocabulary
from knowledge.place import Source, folder, is_article, name, parents
from knowledge.problem import Mark, Note, Problem, Severity, problem, quoted, worst
from knowledge.reading import article, encoding, value
from knowledge.reading.article import Article, Reading
from knowledge.references import citation
from knowledge.references.citation import Library

FEW = 300
"""How many files are read by one process: copying it takes as long."""
DEFAULTS = ".meta.yml"
"""What Material's meta plugin reads, and this project does not."""


def examine(
    docs: Path,
    settings: Settings,
    now: datetime.datetime,
    site: str,
    *,
    bodies: bool = True,
    mounts: tuple[Mount, ...] = (),
    known: Readings | None = None,
) -> Catalogue:
    """The catalogue of the folder `docs` and of what is mounted into it.

    Without `bodies` the text of articles is dropped as soon as it is read, so memory stays flat. With `known`, a file is not read again
    that did not change since it was last read. Raises SettingsError where two files would stand in one place.
    """
    held = mount.gathered(docs, mounts)
    paths = held.paths
    written = [path for path in paths if is_article(path)]
    unread, unused = _unread(written)
    sources = [path for path in written if path not in unread]
    words, unclear = _vocabulary(held)
    pages, misplaced = _pages(held)
    assets = frozenset(path for path in paths if not is_article(path) and not _outside(path))
    defaults = [problem(path, "file", _MOVE) for path in paths if name(path) == DEFAULTS]
    library, unsourced = _library(held)
    readings = _read(held, sources, settings, library, bodies, known)
    said = (*held.problems, *unused, *unclear, *misplaced, *defaults, *unsourced)
    folder = Folder(assets, pages, words, library, unread, held.outside)
    return catalogue.build(readings, folder, said, settings=settings, now=now, site=site)


def resaved(file: Path, article: Article, library: Library, settings: Settings, known: Readings) -> Article | None:
    """A published article as its file has it now, where nothing but its text changed since it was last read; else None."""
    before = known.last(article.source, settings)
    after = _one(file, article.source, settings, library, True, known)
    if before is None or before.article is None or after.article is None or (after.ambiguous and not settings.order):
        return None
    if worst(after.problems) >= Severity.ERROR:
        return None
    was, now = before.article, after.article
    same = replace(now, body=was.body, body_line=was.body_line, description=was.description) == was
    return replace(article, body=now.body, body_line=now.body_line, description=now.description) if same else None


_PUBLISH = Note(Mark(), "is not published for its name", "rename it, or its folder, to publish it", Severity.NOTICE)
_MOVE = Note(Mark(), "is not read: what it says of all articles must stand in each", "move it there", Severity.WARNING)


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


def _read(
    held: Holding, sources: list[Source], settings: Settings, library: Library, bodies: bool, known: Readings | None
) -> list[Reading]:
    def read(source: Source) -> Reading:
        return _one(held.file(source), source, settings, library, bodies, known)

    found = forks.each(read, sources, FEW) if known is None and settings.fast else ((source, read(source)) for source in sources)
    by_source = dict(progress.over("Reading", found, len(sources)))
    readings = [by_source[source] for source in sources]
    proofs = {proof for reading in readings for proof in reading.orders}
    if settings.order or len(proofs) != 1:
        return readings
    proven = replace(settings, dates=proofs.pop().value)
    return [_one(held.file(each.source), each.source, proven, library, bodies, known) if each.ambiguous else each for each in readings]


def _one(file: Path, source: Source, settings: Settings, library: Library, bodies: bool, known: Readings | None) -> Reading:
    data = _bytes(file)
    if isinstance(data, Note):
        return Reading(source, None, (problem(source, "file", data),))
    reading = known.of(source, data, settings, library, _cited) if known else _cited(source, data, settings, library)
    return reading if bodies or reading.article is None else replace(reading, article=replace(reading.article, body=""))


def _cited(source: Source, data: bytes, settings: Settings, library: Library) -> Reading:
    reading = article.read(source, data, settings.order)
    if reading.article is None:
        return reading
    cited = citation.cite(reading.article.body, library).notes
    problems = reading.article.problems("citation", cited)
    found = _hashtagged(reading.article) if settings.hashtags else reading.article
    return replace(reading, article=found, problems=tuple(sorted((*reading.problems, *problems))))


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
        return tree.unreadable(error)


def _vocabulary(held: Holding) -> tuple[Vocabulary, tuple[Problem, ...]]:
    if vocabulary.FILE not in held.paths:
        return Vocabulary(), ()
    data = _bytes(held.file(vocabulary.FILE))
    return (Vocabulary(), (problem(vocabulary.FILE, "file", data),)) if isinstance(data, Note) else vocabulary.read(data)


def _library(held: Holding) -> tuple[Library, tuple[Problem, ...]]:
    if citation.SOURCE not in held.paths:
        return Library(), ()
    data = _bytes(held.file(citation.SOURCE))
    return (Library(), (problem(citation.SOURCE, "file", data),)) if isinstance(data, Note) else citation.read(data)


def _pages(held: Holding) -> tuple[dict[str, PagesFile], list[Problem]]:
    pages: dict[str, PagesFile] = {}
    problems: list[Problem] = []
    names = {each for path in held.paths if is_article(path) and not _outside(path) for each in (path, *parents(path))}
    for path in held.paths:
        if name(path) == pages_file.NAME and not hidden(folder(path)):
            data = _bytes(held.file(path))
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
