"""load_site(): reads every file once, or again where it changed, and builds the Site."""

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
from almanac_kb.core import cache, text, workers
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file, quoted, worst_severity
from almanac_kb.core.paths import SourcePath, file_name, folder, is_article, parents, stem
from almanac_kb.frontmatter import values
from almanac_kb.frontmatter.dates import DateOrder
from almanac_kb.markdown import parser
from almanac_kb.markdown.citations import BIBLIOGRAPHY_FILE, Bibliography

Read = Callable[[SourcePath, bytes, Settings], ArticleReading]


class ReadCache:
    """Keeps the last reading of each file."""

    def __init__(self) -> None:
        self._readings: dict[tuple[SourcePath, DateOrder | None], tuple[bytes, ArticleReading]] = {}
        self._hashtags = False

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

    def last(self, source: SourcePath, settings: Settings) -> ArticleReading | None:
        """The kept reading of a file; None where there is none."""
        return self._readings.get((source, settings.order), (b"", None))[1]


PACKAGES = ("babel", "ftfy", "markdown-it-py", "pyyaml")
"""Packages whose versions affect how articles are read."""
MIN_FILES_FOR_WORKERS = 300
"""Up to this many files are read by this process: starting workers would cost more time than it saves."""
FILES_PER_TASK = 32
"""Files per task of a worker."""
FOLDERS_ABOVE_MOUNT = 3
"""Folders above a mounted folder that are searched for its system's settings file: the project of `src/content/posts`."""
META_FILE = ".meta.yml"
"""The file of Material's meta plugin, which this project does not read."""


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
) -> Site:
    """The Site of the folder `docs` and of all mounts.

    Without `bodies`, the text of an article is dropped as soon as it is read, so that memory stays flat. With `known` or `disk_cache`, a
    file that did not change since the last reading is not read again. `language` is that of the site, by which names are sorted.
    `inclusion` are the path rules of mkdocs.yml, `owned` maps the output paths that theme, overrides and plugins write to their owners,
    `former` is the former site, whose URLs redirect; `worker_count` is the number of processes that may read files where `known` is None.
    Raises SettingsError where two files have the same source path, WorkerError where a worker is killed.
    """
    tree = source_tree.list_files(docs, mounts)
    scopes, filter_diagnostics = _scopes(tree, mounts)
    rules = Rules(settings, inclusion or InclusionRules(), scopes)
    files, diagnostics = _site_files(tree, rules, mounts, owned, former)
    sources = [path for path in tree.paths if is_article(path) and path not in files.excluded]
    readings = _read(_Reader(tree, settings, bodies, known), sources, disk_cache, worker_count if known is None else 1)
    diagnostics += [*tree.diagnostics, *filter_diagnostics, *_unportable(sources, sorted(files.assets))]
    if settings.history:
        readings = _with_history(docs, readings, settings.history)
        diagnostics += _undated_clone(docs)
    return content_site.build_site(readings, files, diagnostics, now=now, site=site, language=language)


def read_head(tree: SourceTree, path: SourcePath) -> bytes:
    """The first `file_kinds.HEAD` bytes of a file; empty where it can't be read."""
    try:
        with tree.file(path).open("rb") as file:
            return file.read(file_kinds.HEAD)
    except OSError:
        return b""


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


_META_FILE_NOTE = LocalDiagnostic(
    Position(), "is not read: what it says of all articles must stand in each", "move it there", Severity.WARNING
)


def _site_files(
    tree: SourceTree, rules: Rules, mounts: Iterable[Mount], owned: Mapping[str, str], former: FormerSite
) -> tuple[SiteFiles, list[Diagnostic]]:
    """The files of docs/ that are no articles, those among them that configure the site already read, and their diagnostics."""
    excluded = publication.exclude_paths(tree.paths, rules, links=tree.links, head=partial(read_head, tree))
    shadowed, shadow_warnings = _shadowed([path for path in tree.paths if is_article(path) and path not in excluded])
    excluded |= shadowed
    assets = frozenset(path for path in tree.paths if not is_article(path) and path not in excluded)
    pages, pages_diagnostics = _read_pages_files(tree)
    tag_file, tag_diagnostics = _read_tag_file(tree)
    author_file, author_diagnostics = _read_author_files(tree, former)
    bibliography, reference_diagnostics = _read_bibliography(tree)
    unread = [in_file(path, "file", _META_FILE_NOTE) for path in tree.paths if file_name(path) == META_FILE]
    patterns = _address_patterns(tree, mounts)
    files = SiteFiles(assets, pages, tag_file, author_file, bibliography, excluded, rules, tree, owned, patterns, former)
    return files, [*shadow_warnings, *pages_diagnostics, *tag_diagnostics, *author_diagnostics, *reference_diagnostics, *unread]


def _scopes(tree: SourceTree, mounts: Iterable[Mount]) -> tuple[tuple[FolderScope, ...], list[Diagnostic]]:
    """A scope for docs/ and for each mounted folder, and diagnostics of vault filters that can't be read."""
    diagnostics: list[Diagnostic] = []
    scopes = [FolderScope("", (tree.docs / settings.FOLDER_OBSIDIAN).is_dir(), _read_vault_settings(tree.docs, "", diagnostics))]
    for mount in mounts:
        files = frozenset(path for path, owner in tree.outside.mounts.items() if owner == mount)
        scopes.append(FolderScope(mount.at, True, _read_vault_settings(mount.folder, mount.at, diagnostics), files=files))
    return tuple(scopes), diagnostics


def _read_vault_settings(root: Path, at: str, diagnostics: list[Diagnostic]) -> VaultSettings:
    files = {name: root / settings.FOLDER_OBSIDIAN / name for name in settings.FILES}
    contents = {name: _file_bytes(file) for name, file in files.items() if file.is_file()}
    found = settings.read_vault_settings({name: data for name, data in contents.items() if isinstance(data, bytes)})
    source = SourcePath(posixpath.join(at, settings.FOLDER_OBSIDIAN, settings.FILES[0]))
    for pattern in found.unread:
        message = f"{quoted(pattern)} is no regular expression that can be read here, so it keeps nothing back"
        note = LocalDiagnostic(Position(), message, "write a pattern into extra.knowledge.exclude of mkdocs.yml", Severity.WARNING)
        diagnostics.append(in_file(source, "userIgnoreFilters", note))
    return found


def _shadowed(written: list[SourcePath]) -> tuple[dict[SourcePath, Publication], list[Diagnostic]]:
    """The publication of index files in folders that already have an index page, and warnings for their authors."""
    excluded, diagnostics = {}, []
    for path, first in routes.shadowed_indexes(written).items():
        excluded[path] = Publication(State.EXCLUDED, f"{first} is the page of the folder")
        message = f"is not published: {first} is the page of the folder"
        note = LocalDiagnostic(Position(), message, "merge the two, or rename this one", Severity.WARNING)
        diagnostics.append(in_file(path, "file", note))
    return excluded, diagnostics


def _unportable(articles: list[SourcePath], assets: list[str]) -> Iterator[Diagnostic]:
    """Warnings for names that some systems can't check out, or take for the name of another file."""
    for path in (*articles, *assets):
        if reason := output_paths.unportable_name(path):
            note = LocalDiagnostic(Position(), f"can't be checked out everywhere: {reason}", "rename it", Severity.WARNING)
            yield in_file(SourcePath(path), "file", note)
    for first, second in output_paths.same_on_some_disks(assets):
        note = LocalDiagnostic(Position(), f"is the same file as {first} on Windows and macOS", "rename one of them", Severity.WARNING)
        yield in_file(SourcePath(second), "file", note)


@dataclass(frozen=True)
class _Reader:
    """Reads single articles; holds what all readings share."""

    tree: SourceTree
    settings: Settings
    bodies: bool
    known: ReadCache | None

    def read(self, source: SourcePath, settings: Settings) -> ArticleReading:
        return _read_file(self.tree.file(source), source, settings, self.bodies, self.known)


def _read_batch(sources: list[SourcePath]) -> list[ArticleReading]:
    """Reads a batch of articles in a worker."""
    shared: _Reader = workers.shared_value()
    return [shared.read(source, shared.settings) for source in sources]


def _read(shared: _Reader, sources: list[SourcePath], disk_cache: DiskCache | None, worker_count: int) -> list[ArticleReading]:
    """The reading of each file, in order; numeric dates are read in the order that other files prove."""
    if disk_cache is None or shared.known:
        readings = list(_read_all(shared, sources, worker_count))
    else:
        readings = _read_cached(shared, sources, disk_cache, worker_count)
    proofs = {proof for reading in readings for proof in reading.orders}
    if shared.settings.order or len(proofs) != 1:
        return readings
    proven = replace(shared.settings, dates=proofs.pop().value)
    return [shared.read(reading.source, proven) if reading.ambiguous else reading for reading in readings]


def _read_all(shared: _Reader, sources: list[SourcePath], worker_count: int) -> Iterator[ArticleReading]:
    with workers.executor(shared, worker_count if len(sources) > MIN_FILES_FOR_WORKERS else 1) as pool:
        yield from workers.map_batches(pool, _read_batch, sources, FILES_PER_TASK, "Reading")


def _read_cached(shared: _Reader, sources: list[SourcePath], disk_cache: DiskCache, worker_count: int) -> list[ArticleReading]:
    """The reading of each file, from the cache where it holds one of the same bytes."""
    settings = shared.settings
    version = cache.cache_key(cache.code_version(PACKAGES), str(settings.order), str(settings.hashtags), str(shared.bodies))
    keys: dict[SourcePath, str] = {}
    for source in sources:
        data = _file_bytes(shared.tree.file(source))
        keys[source] = cache.cache_key(version, source, repr(data) if isinstance(data, LocalDiagnostic) else data)
    files = {key: source for source, key in keys.items()}
    found = dict(
        cache.cached(
            disk_cache, files, lambda missing: _read_all(shared, missing, worker_count), cache.loader(ArticleReading), cache.dump_json
        )
    )
    return [found[keys[source]] for source in sources]


def _read_file(file: Path, source: SourcePath, settings: Settings, bodies: bool, known: ReadCache | None) -> ArticleReading:
    data = _file_bytes(file)
    if isinstance(data, LocalDiagnostic):
        return ArticleReading(source, None, (in_file(source, "file", data),))
    reading = known.of(source, data, settings, _read_bytes) if known else _read_bytes(source, data, settings)
    return reading if bodies or reading.article is None else replace(reading, article=replace(reading.article, body=""))


def _read_bytes(source: SourcePath, data: bytes, settings: Settings) -> ArticleReading:
    reading = reader.read_article(source, data, settings.order)
    if reading.article is None:
        return reading
    return replace(reading, article=_hashtagged(reading.article)) if settings.hashtags else reading


def _hashtagged(article: Article) -> Article:
    """The article with the hashtags of its text added to the tags of its header."""
    found = parser.hashtags(article.body)
    position = found[0][1] if found and not article.tags else None
    names = tuple(dict.fromkeys((*article.tags, *(name for name, _ in found))))[: max(values.NAMES, len(article.tags))]
    return replace(
        article,
        tags=names,
        tags_position=Position(position.line + article.body_line - 1, position.column) if position else article.tags_position,
    )


def _file_bytes(path: Path) -> bytes | LocalDiagnostic:
    try:
        size = path.stat().st_size
        if size > text.FILE_SIZE:
            return LocalDiagnostic(Position(), f"has {size:,} bytes, more than {text.FILE_SIZE:,}", "split it, or keep it out of docs/")
        return path.read_bytes()
    except OSError as error:
        return source_tree.unreadable_message(error)


def _read_tag_file(tree: SourceTree) -> tuple[TagFile, tuple[Diagnostic, ...]]:
    if taxonomy.TAG_FILE not in tree.paths:
        return TagFile(), ()
    data = _file_bytes(tree.file(taxonomy.TAG_FILE))
    return (TagFile(), (in_file(taxonomy.TAG_FILE, "file", data),)) if isinstance(data, LocalDiagnostic) else taxonomy.read_tag_file(data)


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
    """A warning where git lacks commits, so that its dates would be wrong."""
    if history.is_shallow(docs):
        message = "the clone is shallow, so articles get no dates and names from git"
        note = LocalDiagnostic(Position(), message, "fetch all commits, as with fetch-depth: 0", Severity.WARNING)
        yield in_file(SourcePath("index.md"), "history", note)


def _read_author_files(tree: SourceTree, former: FormerSite) -> tuple[AuthorFile, tuple[Diagnostic, ...]]:
    paths = dict.fromkeys((authors.AUTHOR_FILE, *(SourcePath(blog.authors_file) for blog in former.blogs)))
    found = [_read_author_file(tree, path) for path in paths if path in tree.paths]
    return authors.merged(file for file, _ in found), tuple(note for _, notes in found for note in notes)


def _read_author_file(tree: SourceTree, path: SourcePath) -> tuple[AuthorFile, tuple[Diagnostic, ...]]:
    data = _file_bytes(tree.file(path))
    return (AuthorFile(), (in_file(path, "file", data),)) if isinstance(data, LocalDiagnostic) else authors.read_author_file(data, path)


def _read_bibliography(tree: SourceTree) -> tuple[Bibliography, tuple[Diagnostic, ...]]:
    if BIBLIOGRAPHY_FILE not in tree.paths:
        return Bibliography(), ()
    data = _file_bytes(tree.file(BIBLIOGRAPHY_FILE))
    return (
        (Bibliography(), (in_file(BIBLIOGRAPHY_FILE, "file", data),))
        if isinstance(data, LocalDiagnostic)
        else bibliography.read_bibliography(data)
    )


def _address_patterns(tree: SourceTree, mounts: Iterable[Mount]) -> AddressPatterns:
    """URL patterns from the settings files of other systems: in docs/, in a mounted folder, or up to LEVELS_ABOVE above it."""
    files = {path: tree.file(path) for path in tree.paths if file_name(path) in former_addresses.SETTINGS_FILES}
    for mount in mounts:
        above = (mount.folder, *list(mount.folder.parents)[:FOLDERS_ABOVE_MOUNT])
        found = next((file for place in above for name in former_addresses.SETTINGS_FILES if (file := place / name).is_file()), None)
        if found:
            files.setdefault(SourcePath(posixpath.join(mount.at, found.name)), found)
    contents = {path: _file_bytes(file) for path, file in files.items()}
    return former_addresses.read_patterns({path: data for path, data in contents.items() if isinstance(data, bytes)})


def _read_pages_files(tree: SourceTree) -> tuple[dict[str, PagesFile], list[Diagnostic]]:
    pages: dict[str, PagesFile] = {}
    diagnostics: list[Diagnostic] = []
    names = {name for path in tree.paths if is_article(path) and not is_hidden(path) for name in (path, *parents(path))}
    for path in tree.paths:
        if file_name(path) == sections.PAGES_FILE_NAME and not is_hidden(folder(path)):
            data = _file_bytes(tree.file(path))
            if isinstance(data, LocalDiagnostic):
                diagnostics.append(in_file(path, "file", data))
                continue
            found = sections.read_pages_file(data)
            pages[folder(path)] = found.value
            diagnostics += [in_file(path, "nav", note) for note in (*found.diagnostics, *_unknown_nav_entries(path, found.value, names))]
    return _wiki_orders(tree) | pages, diagnostics


def _wiki_orders(tree: SourceTree) -> dict[str, PagesFile]:
    """The order of each folder that is a wiki on GitHub, by its `_Sidebar.md`."""
    orders = {}
    for path in tree.paths:
        data = _file_bytes(tree.file(path)) if stem(path) == "_Sidebar" and is_article(path) else b""
        if isinstance(data, bytes) and data:
            siblings = [other for other in tree.paths if folder(other) == folder(path) and is_article(other)]
            orders[folder(path)] = sections.read_wiki_sidebar(data.decode(errors="replace"), path, siblings)
    return orders


def _unknown_nav_entries(path: SourcePath, file: PagesFile, names: set[str]) -> Iterator[LocalDiagnostic]:
    base = path.removesuffix(sections.PAGES_FILE_NAME)
    for name, position in file.names:
        if "/" in name:
            yield LocalDiagnostic(
                position,
                f"names a file of another folder, got {quoted(name)}",
                f"write what lies in this folder, such as {name.split('/')[0]}",
            )
        elif f"{base}{name}" not in names and name != "index.md":
            yield LocalDiagnostic(position, f"there is no {quoted(name)} in this folder", "correct the name, or leave it out")
