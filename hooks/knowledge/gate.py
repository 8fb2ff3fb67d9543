"""The gate: reads every file of docs/ and says all that is to be said, before anything is built."""

import datetime
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from knowledge import article, catalogue, pages_file, vocabulary
from knowledge.article import Reading
from knowledge.catalogue import Catalogue, Folder
from knowledge.dates import Order
from knowledge.pages_file import PagesFile
from knowledge.place import Source, folder
from knowledge.problem import Mark, Note, Problem, problem, quoted
from knowledge.settings import Settings
from knowledge.vocabulary import Vocabulary

ENDING = ".md"


def examine(docs: Path, settings: Settings, now: datetime.datetime, site: str, *, bodies: bool = True) -> Catalogue:
    """The catalogue of the folder `docs`. Without `bodies` the text of articles is dropped as soon as it is read, so memory stays flat."""
    paths = sorted(walk(docs))
    sources = [path for path in paths if path.endswith(ENDING) and not hidden(path)]
    readings = _read(docs, sources, settings.order, bodies)
    words, said = _vocabulary(docs, paths)
    pages, more = _pages(docs, paths)
    assets = frozenset(path for path in paths if not path.endswith(ENDING) and not hidden(path))
    return catalogue.build(readings, Folder(assets, pages, words), (*said, *more), settings=settings, now=now, site=site)


def walk(docs: Path) -> Iterator[Source]:
    """Every file below `docs`, as a path with forward slashes, in no certain order."""
    for parent, _, names in os.walk(docs, followlinks=True):
        for name in names:
            yield Source(Path(parent, name).relative_to(docs).as_posix())


def hidden(path: str) -> bool:
    """Whether a file or a folder above it starts with a dot."""
    return any(part.startswith(".") for part in path.split("/"))


def _read(docs: Path, sources: list[Source], order: Order | None, bodies: bool) -> list[Reading]:
    readings = [_one(docs, source, order, bodies) for source in sources]
    proofs = {proof for reading in readings for proof in reading.orders}
    if order or len(proofs) != 1:
        return readings
    proven = proofs.pop()
    return [_one(docs, reading.source, proven, bodies) if reading.ambiguous else reading for reading in readings]


def _one(docs: Path, source: Source, order: Order | None, bodies: bool) -> Reading:
    try:
        data = (docs / source).read_bytes()
    except OSError as error:
        return Reading(
            source, None, (problem(source, "file", Note(Mark(), f"can't be read: {error.strerror}", "make it readable, or remove it")),)
        )
    reading = article.read(source, data, order)
    if bodies or reading.article is None:
        return reading
    return replace(reading, article=replace(reading.article, body=""))


def _vocabulary(docs: Path, paths: list[Source]) -> tuple[Vocabulary, tuple[Problem, ...]]:
    if vocabulary.FILE not in paths:
        return Vocabulary(), ()
    return vocabulary.read((docs / vocabulary.FILE).read_bytes())


def _pages(docs: Path, paths: list[Source]) -> tuple[dict[str, PagesFile], list[Problem]]:
    pages: dict[str, PagesFile] = {}
    problems: list[Problem] = []
    names = {each for path in paths for each in (path, *_above(path))}
    for path in paths:
        if path.rpartition("/")[2] == pages_file.NAME:
            found = pages_file.read((docs / path).read_bytes())
            pages[folder(path)] = found.value
            problems += [problem(path, "nav", note) for note in (*found.notes, *_missing(path, found.value, names))]
    return pages, problems


def _above(path: str) -> Iterator[str]:
    while path := folder(path):
        yield path


def _missing(path: Source, file: PagesFile, names: set[str]) -> Iterator[Note]:
    base = folder(path)
    for name, mark in file.names:
        whole = f"{base}/{name}" if base else name
        if whole not in names and name not in ("index.md", "README.md"):
            yield Note(mark, f"there is no {quoted(name)} in this folder", "correct the name, or leave it out")
