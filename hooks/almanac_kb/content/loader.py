"""load_site(): reads every file once, or again where it changed, and builds the Site."""

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from almanac_kb.content import (
    history,
    site_builder,
    source_tree,
)
from almanac_kb.content.article import Article, ArticleReading
from almanac_kb.content.former_site import NO_FORMER_SITE, FormerSite
from almanac_kb.content.history import FileHistory
from almanac_kb.content.publication import InclusionRules, Rules
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.content.site_files import file_bytes, folder_scopes, read_site_files, unportable_names
from almanac_kb.content.source_tree import Mount, SourceTree
from almanac_kb.core import cache, workers
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file, worst_severity
from almanac_kb.core.packed_text import NO_TEXT, TextFile
from almanac_kb.core.paths import SourcePath, is_article
from almanac_kb.frontmatter import values
from almanac_kb.frontmatter.dates import DateOrder

Read = Callable[[SourcePath, bytes, Settings], ArticleReading]


class ReadCache:
    """Keeps the last reading of each file."""

    def __init__(self) -> None:
        self._readings: dict[tuple[SourcePath, DateOrder | None], tuple[bytes, ArticleReading]] = {}
        self._hashtags = False

    @property
    def is_empty(self) -> bool:
        """Whether it has no reading yet."""
        return not self._readings

    def of(self, source: SourcePath, data: bytes, settings: Settings, read: Read) -> ArticleReading:
        """The reading of these bytes: the kept one, or else the one that `read` returns."""
        if self._hashtags != settings.hashtags:
            self._readings, self._hashtags = {}, settings.hashtags
        digest = hashlib.blake2b(data).digest()
        before, kept = self._readings.get((source, settings.order), (b"", None))
        if kept is None or before != digest:
            kept = read(source, data, settings)
            self._readings[source, settings.order] = digest, kept
        return kept

    def keep(self, source: SourcePath, digest: bytes, settings: Settings, reading: ArticleReading) -> None:
        """Keeps a reading of bytes that have this digest (BLAKE2b)."""
        self._hashtags = settings.hashtags
        self._readings[source, settings.order] = digest, reading

    def last(self, source: SourcePath, settings: Settings) -> ArticleReading | None:
        """The kept reading of a file; None where there is none."""
        return self._readings.get((source, settings.order), (b"", None))[1]


PACKAGES = ("babel", "ftfy", "markdown-it-py", "pyyaml")
"""Packages whose versions affect how articles are read."""
MIN_FILES_FOR_WORKERS = 300
"""Up to this many files are read by this process: starting workers would cost more time than it saves."""
FILES_PER_TASK = 32
"""Files per task of a worker."""


def load_site(
    docs: Path,
    settings: Settings,
    now: datetime.datetime,
    site: str,
    *,
    language: str = "",
    bodies: bool = True,
    mounts: tuple[Mount, ...] = (),
    known: ReadCache | None = None,
    disk_cache: DiskCache | None = None,
    inclusion: InclusionRules | None = None,
    owned: Mapping[str, str] = MappingProxyType({}),
    former: FormerSite = NO_FORMER_SITE,
    worker_count: int = 1,
    text_file: TextFile | None = None,
    stop_if_superseded: Callable[[], None] = lambda: None,
) -> Site:
    """The Site of the folder `docs` and of all mounts.

    Without `bodies`, the text of an article is dropped as soon as it is read, so that memory stays flat. With `known` or `disk_cache`, a
    file that did not change since the last reading is not read again; where `known` has no readings yet, it gets those of the cache. With
    a `disk_cache` and a `text_file`, bodies are in the file and not in memory.
    `language` is that of the site, by which names are sorted. `inclusion` are the path rules of mkdocs.yml, `owned` maps the output paths
    that theme, overrides and plugins write to their owners, `former` is the former site, whose URLs redirect; `worker_count` is the number
    of processes that may read files where `known` has no readings. `stop_if_superseded` is called between files, and may raise.
    Raises SettingsError where two files have the same source path, WorkerError where a worker is killed.
    """
    tree = source_tree.list_files(docs, mounts)
    scopes, filter_diagnostics = folder_scopes(tree, mounts)
    rules = Rules(settings, inclusion or InclusionRules(), scopes)
    files, diagnostics = read_site_files(tree, rules, mounts, owned, former)
    sources = [path for path in tree.paths if is_article(path) and path not in files.excluded]
    readings = _read(_FileReader(tree, settings, bodies, known), sources, disk_cache, worker_count, text_file, stop_if_superseded)
    diagnostics += [*tree.diagnostics, *filter_diagnostics, *unportable_names(sources, sorted(files.assets))]
    if settings.history:
        readings = _with_history(docs, readings, settings.history)
        diagnostics += _undated_clone(docs)
    return site_builder.build_site(readings, files, diagnostics, now=now, site=site, language=language)


def reload_article(file: Path, article: Article, settings: Settings, known: ReadCache) -> Article | None:
    """A published article as its file has it now, where only its text changed since the last reading; else None."""
    before = known.last(article.source, settings)
    after = _read_file(file, article.source, settings, True, known)
    if before is None or before.article is None or after.article is None or (after.ambiguous and not settings.order):
        return None
    if worst_severity(after.diagnostics) >= Severity.ERROR:
        return None
    was, now = before.article, after.article
    same = replace(now, body=was.body, body_line=was.body_line, description=was.description) == was
    return replace(article, body=now.body, body_line=now.body_line, description=now.description) if same else None


@dataclass(frozen=True)
class _FileReader:
    """Reads single articles; holds what all readings share."""

    tree: SourceTree
    settings: Settings
    bodies: bool
    known: ReadCache | None

    def read(self, source: SourcePath, settings: Settings) -> ArticleReading:
        return _read_file(self.tree.file(source), source, settings, self.bodies, self.known)


def _read_batch(sources: list[SourcePath]) -> list[ArticleReading]:
    """Reads a batch of articles in a worker."""
    shared: _FileReader = workers.shared_value()
    return [shared.read(source, shared.settings) for source in sources]


def _read(
    shared: _FileReader,
    sources: list[SourcePath],
    disk_cache: DiskCache | None,
    worker_count: int,
    text_file: TextFile | None,
    stop_if_superseded: Callable[[], None],
) -> list[ArticleReading]:
    """The reading of each file, in order; numeric dates are read in the order that other files prove."""
    found: Iterable[ArticleReading]
    if disk_cache is None or (shared.known and not shared.known.is_empty):
        found = _read_all(shared, sources, 1 if shared.known else worker_count)
    else:
        found = _read_cached(shared, sources, disk_cache, worker_count, text_file)
    readings = []
    for reading in found:
        stop_if_superseded()
        readings.append(reading)
    proofs = {proof for reading in readings for proof in reading.orders}
    if shared.settings.order or len(proofs) != 1:
        return readings
    proven = replace(shared.settings, dates=proofs.pop().value)
    return [shared.read(reading.source, proven) if reading.ambiguous else reading for reading in readings]


def _read_all(shared: _FileReader, sources: list[SourcePath], worker_count: int) -> Iterator[ArticleReading]:
    if sources:
        import_module("almanac_kb.content.reader")  # by this process, and not once more by each worker
    with workers.executor(shared, worker_count if len(sources) > MIN_FILES_FOR_WORKERS else 1) as pool:
        yield from workers.map_batches(pool, _read_batch, sources, FILES_PER_TASK, "Reading")


def _read_cached(
    shared: _FileReader, sources: list[SourcePath], disk_cache: DiskCache, worker_count: int, text_file: TextFile | None
) -> list[ArticleReading]:
    """The reading of each file, from the cache where it holds one of the same bytes."""
    settings = shared.settings
    version = cache.cache_key(cache.code_version(PACKAGES), str(settings.order), str(settings.hashtags), str(shared.bodies))
    keys: dict[SourcePath, str] = {}
    digests: dict[SourcePath, bytes] = {}
    for source in sources:
        data = file_bytes(shared.tree.disk_path(source))
        keys[source] = cache.cache_key(version, source, repr(data) if isinstance(data, LocalDiagnostic) else data)
        if shared.known and isinstance(data, bytes):
            digests[source] = hashlib.blake2b(data).digest()
    files = {key: source for source, key in keys.items()}
    reader = replace(shared, known=None)
    found = dict[str, ArticleReading]()
    for key, reading in cache.cached(
        disk_cache, files, lambda missing: _read_all(reader, missing, worker_count), cache.loader(ArticleReading), cache.dump_json
    ):
        if text_file and reading.article:
            text_file.take(reading.article.body)
        found[key] = reading
    if shared.known:
        for source, digest in digests.items():
            shared.known.keep(source, digest, settings, found[keys[source]])
    return [found[keys[source]] for source in sources]


def _read_file(file: Path, source: SourcePath, settings: Settings, bodies: bool, known: ReadCache | None) -> ArticleReading:
    data = file_bytes(file)
    if isinstance(data, LocalDiagnostic):
        return ArticleReading(source, None, (in_file(source, "file", data),))
    reading = known.of(source, data, settings, _read_bytes) if known else _read_bytes(source, data, settings)
    return reading if bodies or reading.article is None else replace(reading, article=replace(reading.article, body=NO_TEXT))


def _read_bytes(source: SourcePath, data: bytes, settings: Settings) -> ArticleReading:
    from almanac_kb.content import reader  # here, so that a build in which no article changed does not load it

    reading = reader.read_article(source, data, settings.order)
    if reading.article is None:
        return reading
    return replace(reading, article=_hashtagged(reading.article)) if settings.hashtags else reading


def _hashtagged(article: Article) -> Article:
    """The article with the hashtags of its text added to the tags of its header."""
    from almanac_kb.markdown import parser

    found = parser.hashtags(article.body.text)
    position = found[0][1] if found and not article.tags else None
    names = tuple(dict.fromkeys((*article.tags, *(name for name, _ in found))))[: max(values.NAMES, len(article.tags))]
    return replace(
        article,
        tags=names,
        tags_position=Position(position.line + article.body_line - 1, position.column) if position else article.tags_position,
    )


def _with_history(docs: Path, readings: list[ArticleReading], wanted: Sequence[str]) -> list[ArticleReading]:
    """The readings, where articles without dates have those of their commits, and `contributors` the authors of the commits."""
    histories = history.file_histories(docs) if {"dates", "contributors"} & {*wanted} else {}
    return [
        replace(reading, article=_known_to_git(reading.article, histories[reading.source], wanted))
        if reading.article and reading.source in histories
        else reading
        for reading in readings
    ]


def _known_to_git(article: Article, commits: FileHistory, wanted: Sequence[str]) -> Article:
    if "contributors" in wanted:
        article = replace(article, contributors=tuple(name for name in commits.authors if not name.endswith("[bot]")))
    if "dates" not in wanted:
        return article
    created = article.created or commits.created
    updated = article.updated or (commits.updated if commits.updated > created else None)
    return replace(article, created=created, updated=updated)


def _undated_clone(docs: Path) -> Iterator[Diagnostic]:
    """A warning where git knows no commits, or lacks some, so that its dates would be wrong."""
    obstacle = history.obstacle(docs)
    if obstacle:
        message = f"git has no commits of these articles, so they get no dates and names from it: {obstacle}"
        note = LocalDiagnostic(Position(), message, "commit them, or leave history out of extra.knowledge", Severity.WARNING)
        yield in_file(SourcePath("index.md"), "history", note)
    elif history.is_shallow(docs):
        message = "the clone is shallow, so articles get no dates and names from git"
        note = LocalDiagnostic(Position(), message, "fetch all commits, as with fetch-depth: 0", Severity.WARNING)
        yield in_file(SourcePath("index.md"), "history", note)
