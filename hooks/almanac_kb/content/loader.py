"""Load_site(): read each file once, or again where it changed."""

import datetime
import hashlib
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from almanac_kb.content import (
    authors,
    bibliography,
    file_kinds,
    former_addresses,
    history,
    output_paths,
    publication,
    reader,
    routes,
    sections,
    settings,
    source_tree,
    taxonomy,
)
from almanac_kb.content import site as content_site
from almanac_kb.content.authors import AuthorFile
from almanac_kb.content.former_addresses import AddressPatterns
from almanac_kb.content.former_site import NO_FORMER_SITE, FormerSite
from almanac_kb.content.history import FileHistory
from almanac_kb.content.publication import FolderScope, InclusionRules, Publication, Rules, State
from almanac_kb.content.reader import Article, ArticleReading
from almanac_kb.content.sections import PagesFile
from almanac_kb.content.settings import Settings, VaultSettings
from almanac_kb.content.site import Site, SiteFiles
from almanac_kb.content.source_tree import Mount, SourceTree, is_hidden
from almanac_kb.content.taxonomy import TagFile
from almanac_kb.core import text, workers
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file, quoted, worst_severity
from almanac_kb.core.paths import SourcePath, file_name, folder, is_article, parents
from almanac_kb.frontmatter import values
from almanac_kb.frontmatter.dates import DateOrder
from almanac_kb.markdown import parser
from almanac_kb.markdown.citations import BIBLIOGRAPHY_FILE, Bibliography

Read = Callable[[SourcePath, bytes, Settings], ArticleReading]


class ReadCache:
    """Remembers the last reading of each file."""

    def __init__(self) -> None:
        self._kept: dict[tuple[SourcePath, DateOrder | None], tuple[bytes, ArticleReading]] = {}
        self._hashtags = False

    def of(self, source: SourcePath, data: bytes, settings: Settings, read: Read) -> ArticleReading:
        """The reading of these bytes: the one that is remembered, or what `read` gives."""
        if self._hashtags != settings.hashtags:
            self._kept, self._hashtags = {}, settings.hashtags
        digest = hashlib.blake2b(data).digest()
        before, kept = self._kept.get((source, settings.order), (b"", None))
        if kept is None or before != digest:
            kept = read(source, data, settings)
            self._kept[source, settings.order] = digest, kept
        return kept

    def last(self, source: SourcePath, settings: Settings) -> ArticleReading | None:
        """The reading of the file that is remembered, if there is one."""
        return self._kept.get((source, settings.order), (b"", None))[1]


MIN_FILES_FOR_WORKERS = 300
"""With no more files than this, this process reads them: starting others costs more time than it saves."""
BATCH = 32
"""How many files a process reads at a time."""
LEVELS_ABOVE = 3
"""How far above a mounted folder the settings file of its system may lie: `src/content/posts`."""
DEFAULTS = ".meta.yml"
"""What Material's meta plugin reads, and this project does not."""


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
    inclusion: InclusionRules | None = None,
    owned: Mapping[str, str] = MappingProxyType({}),
    former: FormerSite = NO_FORMER_SITE,
    worker_count: int = 1,
) -> Site:
    """The catalogue of the folder `docs` and of what is mounted into it.

    Without `bodies` the text of articles is dropped as soon as it is read, so memory stays flat. With `known`, a file is not read again
    that did not change since it was last read. `language` is that of the site, by whose rules names are sorted. `inclusion` is what
    mkdocs.yml says of single paths, `owned` are the output paths that theme, overrides and plugins write, and whose each is; `former` is
    the site whose addresses lead on; `worker_count` is how many processes may read files where nothing is `known`. Raises SettingsError
    where two files would stand in one place, WorkerError where one of the processes is killed.
    """
    held = source_tree.list_files(docs, mounts)
    paths = held.paths
    written = [path for path in paths if is_article(path)]
    scopes, unclear_filters = _scopes(held, mounts)
    rules = Rules(settings, inclusion or InclusionRules(), scopes)
    excluded = publication.exclude_paths(paths, rules, links=held.links, head=partial(read_head, held))
    shadowed, unused = _shadowed([path for path in written if path not in excluded])
    excluded |= shadowed
    sources = [path for path in written if path not in excluded]
    words, unclear = _vocabulary(held)
    pages, misplaced = _pages(held)
    assets = frozenset(path for path in paths if not is_article(path) and path not in excluded)
    defaults = [in_file(path, "file", _MOVE) for path in paths if file_name(path) == DEFAULTS]
    bibliography, unsourced = _library(held)
    people, unknown = _people(held, former)
    readings = _read(held, sources, settings, bodies, known, worker_count if known is None else 1)
    unportable = _unportable(sources, sorted(assets))
    if settings.history:
        readings = _with_history(docs, readings, settings.history)
        misplaced = [*misplaced, *_undated_clone(docs)]
    said = (*held.diagnostics, *unused, *unclear, *misplaced, *defaults, *unsourced, *unknown, *unclear_filters, *unportable)
    patterns = _patterns(held, mounts)
    folder = SiteFiles(assets, pages, words, people, bibliography, excluded, rules, held, owned, patterns, former)
    return content_site.build_site(readings, folder, said, now=now, site=site, language=language)


def read_head(tree: SourceTree, path: SourcePath) -> bytes:
    """The first `file_kinds.HEAD` bytes of a file; nothing where it can't be read."""
    try:
        with tree.file(path).open("rb") as file:
            return file.read(file_kinds.HEAD)
    except OSError:
        return b""


def reload_article(file: Path, article: Article, settings: Settings, known: ReadCache) -> Article | None:
    """A published article as its file has it now, where nothing but its text changed since it was last read; else None."""
    before = known.last(article.source, settings)
    after = _one(file, article.source, settings, True, known)
    if before is None or before.article is None or after.article is None or (after.ambiguous and not settings.order):
        return None
    if worst_severity(after.diagnostics) >= Severity.ERROR:
        return None
    was, now = before.article, after.article
    same = replace(now, body=was.body, body_line=was.body_line, description=was.description) == was
    return replace(article, body=now.body, body_line=now.body_line, description=now.description) if same else None


_MOVE = LocalDiagnostic(Position(), "is not read: what it says of all articles must stand in each", "move it there", Severity.WARNING)


def _scopes(tree: SourceTree, mounts: Iterable[Mount]) -> tuple[tuple[FolderScope, ...], list[Diagnostic]]:
    """docs/ and each mounted folder with its own rules; what an author must know of those that can't be read."""
    diagnostics: list[Diagnostic] = []
    scopes = [FolderScope("", (tree.docs / settings.FOLDER_OBSIDIAN).is_dir(), _vault(tree.docs, "", diagnostics))]
    for mount in mounts:
        files = frozenset(path for path, owner in tree.outside.mounts.items() if owner == mount)
        scopes.append(FolderScope(mount.at, True, _vault(mount.folder, mount.at, diagnostics), files=files))
    return tuple(scopes), diagnostics


def _vault(root: Path, at: str, diagnostics: list[Diagnostic]) -> VaultSettings:
    files = {name: root / settings.FOLDER_OBSIDIAN / name for name in settings.FILES}
    contents = {name: _bytes(file) for name, file in files.items() if file.is_file()}
    found = settings.read_vault_settings({name: data for name, data in contents.items() if isinstance(data, bytes)})
    source = SourcePath(posixpath.join(at, settings.FOLDER_OBSIDIAN, settings.FILES[0]))
    for pattern in found.unread:
        message = f"{quoted(pattern)} is no regular expression that can be read here, so it keeps nothing back"
        note = LocalDiagnostic(Position(), message, "write a pattern into extra.knowledge.exclude of mkdocs.yml", Severity.WARNING)
        diagnostics.append(in_file(source, "userIgnoreFilters", note))
    return found


def _shadowed(written: list[SourcePath]) -> tuple[dict[SourcePath, Publication], list[Diagnostic]]:
    """The pages of folders that have another page already."""
    excluded, diagnostics = {}, []
    for path, first in routes.shadowed_indexes(written).items():
        excluded[path] = Publication(State.EXCLUDED, f"{first} is the page of the folder")
        message = f"is not published: {first} is the page of the folder"
        note = LocalDiagnostic(Position(), message, "merge the two, or rename this one", Severity.WARNING)
        diagnostics.append(in_file(path, "file", note))
    return excluded, diagnostics


def _unportable(articles: list[SourcePath], assets: list[str]) -> Iterator[Diagnostic]:
    """Names by which a file can't be checked out on each system, or is the same file as another there."""
    for path in (*articles, *assets):
        if reason := output_paths.unportable_name(path):
            note = LocalDiagnostic(Position(), f"can't be checked out everywhere: {reason}", "rename it", Severity.WARNING)
            yield in_file(SourcePath(path), "file", note)
    for first, second in output_paths.same_on_some_disks(assets):
        note = LocalDiagnostic(Position(), f"is the same file as {first} on Windows and macOS", "rename one of them", Severity.WARNING)
        yield in_file(SourcePath(second), "file", note)


@dataclass(frozen=True)
class _Reader:
    """Reads single articles; what all of them have in common."""

    tree: SourceTree
    settings: Settings
    bodies: bool
    known: ReadCache | None

    def read(self, source: SourcePath, settings: Settings) -> ArticleReading:
        return _one(self.tree.file(source), source, settings, self.bodies, self.known)


def _read_batch(sources: list[SourcePath]) -> list[ArticleReading]:
    """The task of a worker that reads articles."""
    shared: _Reader = workers.shared_value()
    return [shared.read(source, shared.settings) for source in sources]


def _read(
    held: SourceTree, sources: list[SourcePath], settings: Settings, bodies: bool, known: ReadCache | None, worker_count: int
) -> list[ArticleReading]:
    shared = _Reader(held, settings, bodies, known)
    with workers.executor(shared, worker_count if len(sources) > MIN_FILES_FOR_WORKERS else 1) as pool:
        readings = list(workers.map_batches(pool, _read_batch, sources, BATCH, "Reading"))
    proofs = {proof for reading in readings for proof in reading.orders}
    if settings.order or len(proofs) != 1:
        return readings
    proven = replace(settings, dates=proofs.pop().value)
    return [shared.read(each.source, proven) if each.ambiguous else each for each in readings]


def _one(file: Path, source: SourcePath, settings: Settings, bodies: bool, known: ReadCache | None) -> ArticleReading:
    data = _bytes(file)
    if isinstance(data, LocalDiagnostic):
        return ArticleReading(source, None, (in_file(source, "file", data),))
    reading = known.of(source, data, settings, _reading) if known else _reading(source, data, settings)
    return reading if bodies or reading.article is None else replace(reading, article=replace(reading.article, body=""))


def _reading(source: SourcePath, data: bytes, settings: Settings) -> ArticleReading:
    reading = reader.read_article(source, data, settings.order)
    if reading.article is None:
        return reading
    return replace(reading, article=_hashtagged(reading.article)) if settings.hashtags else reading


def _hashtagged(article: Article) -> Article:
    """The article with the tags in its text behind those of its header."""
    found = parser.hashtags(article.body)
    position = found[0][1] if found and not article.tags else None
    names = tuple(dict.fromkeys((*article.tags, *(name for name, _ in found))))[: max(values.NAMES, len(article.tags))]
    return replace(
        article,
        tags=names,
        tags_position=Position(position.line + article.body_line - 1, position.column) if position else article.tags_position,
    )


def _bytes(path: Path) -> bytes | LocalDiagnostic:
    try:
        size = path.stat().st_size
        if size > text.FILE_SIZE:
            return LocalDiagnostic(Position(), f"has {size:,} bytes, more than {text.FILE_SIZE:,}", "split it, or keep it out of docs/")
        return path.read_bytes()
    except OSError as error:
        return source_tree.unreadable_message(error)


def _vocabulary(held: SourceTree) -> tuple[TagFile, tuple[Diagnostic, ...]]:
    if taxonomy.TAG_FILE not in held.paths:
        return TagFile(), ()
    data = _bytes(held.file(taxonomy.TAG_FILE))
    return (TagFile(), (in_file(taxonomy.TAG_FILE, "file", data),)) if isinstance(data, LocalDiagnostic) else taxonomy.read_tag_file(data)


def _with_history(docs: Path, readings: list[ArticleReading], wanted: Sequence[str]) -> list[ArticleReading]:
    """The readings in which articles without dates have those of their commits, and the names of those who made them."""
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
    """What to do where git has not all commits, so that its dates would be wrong."""
    if history.is_shallow(docs):
        message = "the clone is shallow, so articles get no dates and names from git"
        note = LocalDiagnostic(Position(), message, "fetch all commits, as with fetch-depth: 0", Severity.WARNING)
        yield in_file(SourcePath("index.md"), "history", note)


def _people(held: SourceTree, former: FormerSite) -> tuple[AuthorFile, tuple[Diagnostic, ...]]:
    paths = dict.fromkeys((authors.AUTHOR_FILE, *(SourcePath(blog.authors_file) for blog in former.blogs)))
    found = [_author_file(held, path) for path in paths if path in held.paths]
    return authors.merged(file for file, _ in found), tuple(note for _, notes in found for note in notes)


def _author_file(held: SourceTree, path: SourcePath) -> tuple[AuthorFile, tuple[Diagnostic, ...]]:
    data = _bytes(held.file(path))
    return (AuthorFile(), (in_file(path, "file", data),)) if isinstance(data, LocalDiagnostic) else authors.read_author_file(data, path)


def _library(held: SourceTree) -> tuple[Bibliography, tuple[Diagnostic, ...]]:
    if BIBLIOGRAPHY_FILE not in held.paths:
        return Bibliography(), ()
    data = _bytes(held.file(BIBLIOGRAPHY_FILE))
    return (
        (Bibliography(), (in_file(BIBLIOGRAPHY_FILE, "file", data),))
        if isinstance(data, LocalDiagnostic)
        else bibliography.read_bibliography(data)
    )


def _patterns(held: SourceTree, mounts: Iterable[Mount]) -> AddressPatterns:
    """What settings files of other systems say of addresses: those in docs/, and those in a mounted folder or above it."""
    files = {path: held.file(path) for path in held.paths if file_name(path) in former_addresses.SETTINGS_FILES}
    for mount in mounts:
        above = (mount.folder, *list(mount.folder.parents)[:LEVELS_ABOVE])
        found = next((file for place in above for name in former_addresses.SETTINGS_FILES if (file := place / name).is_file()), None)
        if found:
            files.setdefault(SourcePath(posixpath.join(mount.at, found.name)), found)
    contents = {path: _bytes(file) for path, file in files.items()}
    return former_addresses.read_patterns({path: data for path, data in contents.items() if isinstance(data, bytes)})


def _pages(held: SourceTree) -> tuple[dict[str, PagesFile], list[Diagnostic]]:
    pages: dict[str, PagesFile] = {}
    diagnostics: list[Diagnostic] = []
    names = {each for path in held.paths if is_article(path) and not is_hidden(path) for each in (path, *parents(path))}
    for path in held.paths:
        if file_name(path) == sections.PAGES_FILE_NAME and not is_hidden(folder(path)):
            data = _bytes(held.file(path))
            if isinstance(data, LocalDiagnostic):
                diagnostics.append(in_file(path, "file", data))
                continue
            found = sections.read_pages_file(data)
            pages[folder(path)] = found.value
            diagnostics += [in_file(path, "nav", note) for note in (*found.diagnostics, *_missing(path, found.value, names))]
    return pages, diagnostics


def _missing(path: SourcePath, file: PagesFile, names: set[str]) -> Iterator[LocalDiagnostic]:
    base = path.removesuffix(sections.PAGES_FILE_NAME)
    for each, position in file.names:
        if "/" in each:
            yield LocalDiagnostic(
                position,
                f"names a file of another folder, got {quoted(each)}",
                f"write what lies in this folder, such as {each.split('/')[0]}",
            )
        elif f"{base}{each}" not in names and each != "index.md":
            yield LocalDiagnostic(position, f"there is no {quoted(each)} in this folder", "correct the name, or leave it out")
