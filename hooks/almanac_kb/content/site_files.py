"""read_site_files(): the assets of docs/, and the files that configure a site: `.pages`, `.tags.yml`, `.authors.yml`, `.sources.yml`."""

import errno
import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from almanac_kb.content import (
    authors,
    bibliography,
    file_kinds,
    former_urls,
    output_paths,
    pages_file,
    publication,
    routes,
    sections,
    source_tree,
    taxonomy,
    vault_settings,
)
from almanac_kb.content.authors import AuthorFile
from almanac_kb.content.former_site import FormerSite
from almanac_kb.content.former_urls import AddressPatterns
from almanac_kb.content.pages_file import PagesFile
from almanac_kb.content.publication import FolderScope, Publication, PublicationState, Rules
from almanac_kb.content.site import SiteFiles
from almanac_kb.content.source_tree import Mount, SourceTree, is_hidden
from almanac_kb.content.taxonomy import TagFile
from almanac_kb.content.vault_settings import VaultSettings
from almanac_kb.core import text
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, file_name, folder, is_article, parents, stem
from almanac_kb.markdown.references import BIBLIOGRAPHY_FILE, Bibliography

META_FILE = ".meta.yml"
"""The file of Material's meta plugin, which this project does not read."""
FOLDERS_ABOVE_MOUNT = 3
"""Folders above a mounted folder that are searched for its system's settings file: the project of `src/content/posts`."""
META_FILE_NOTE = LocalDiagnostic(
    Position(), "is not read: what it says of all articles must stand in each", "move it there", Severity.WARNING
)


def read_site_files(
    tree: SourceTree, rules: Rules, mounts: Iterable[Mount], owned: Mapping[str, str], former: FormerSite
) -> tuple[SiteFiles, list[Diagnostic]]:
    """The files of docs/ that are no articles, with what those say that configure the site, and the diagnostics of both."""
    excluded = publication.exclude_paths(tree.paths, rules, links=tree.links, head=partial(read_head, tree))
    shadowed, shadow_warnings = _shadowed([path for path in tree.paths if is_article(path) and path not in excluded])
    excluded |= shadowed
    locked, locked_errors = _locked([path for path in tree.paths if not is_article(path) and path not in excluded], tree)
    excluded |= locked
    assets = frozenset(path for path in tree.paths if not is_article(path) and path not in excluded)
    pages, pages_diagnostics = _read_pages_files(tree)
    tag_file, tag_diagnostics = _read_tag_file(tree)
    author_file, author_diagnostics = _read_author_files(tree, former)
    bibliography, reference_diagnostics = _read_bibliography(tree)
    unread = [in_file(path, "file", META_FILE_NOTE) for path in tree.paths if file_name(path) == META_FILE]
    patterns, pattern_warnings, tree = _address_patterns(tree, mounts)
    files = SiteFiles(assets, pages, tag_file, author_file, bibliography, excluded, rules, tree, owned, patterns, former)
    notes = [*shadow_warnings, *locked_errors, *pages_diagnostics, *tag_diagnostics, *author_diagnostics, *reference_diagnostics]
    return files, [*notes, *pattern_warnings, *unread]


def folder_scopes(tree: SourceTree, mounts: Iterable[Mount]) -> tuple[tuple[FolderScope, ...], list[Diagnostic]]:
    """A scope for docs/ and for each mounted folder, and diagnostics of settings of vaults that can't be read."""
    diagnostics: list[Diagnostic] = []
    scopes = [FolderScope("", (tree.docs / vault_settings.FOLDER_OBSIDIAN).is_dir(), _read_vault_settings(tree.docs, "", diagnostics))]
    for mount in mounts:
        files = frozenset(path for path, owner in tree.outside.mounts.items() if owner == mount)
        scopes.append(FolderScope(mount.at, True, _read_vault_settings(mount.folder, mount.at, diagnostics), files=files))
    return tuple(scopes), diagnostics


def _read_vault_settings(root: Path, at: str, diagnostics: list[Diagnostic]) -> VaultSettings:
    files = {name: root / vault_settings.FOLDER_OBSIDIAN / name for name in vault_settings.FILES}
    contents = {name: file_bytes(file) for name, file in files.items() if file.is_file()}
    found = vault_settings.read_vault_settings({name: data for name, data in contents.items() if isinstance(data, bytes)})
    at_settings = partial(posixpath.join, at, vault_settings.FOLDER_OBSIDIAN)
    unreadable = {name: data for name, data in contents.items() if isinstance(data, LocalDiagnostic)}
    for name, note in (unreadable | dict.fromkeys(found.damaged, vault_settings.DAMAGED)).items():
        diagnostics.append(in_file(SourcePath(at_settings(name)), "file", replace(note, severity=Severity.WARNING)))
    source = SourcePath(at_settings(vault_settings.FILES[0]))
    for pattern in found.unread:
        message = f"{quoted(pattern)} is no regular expression that can be read here, so it keeps nothing back"
        note = LocalDiagnostic(Position(), message, "write a pattern into extra.knowledge.exclude of mkdocs.yml", Severity.WARNING)
        diagnostics.append(in_file(source, "userIgnoreFilters", note))
    return found


def _shadowed(written: list[SourcePath]) -> tuple[dict[SourcePath, Publication], list[Diagnostic]]:
    """The publication of index files in folders that already have an index page, and warnings for their authors."""
    excluded, diagnostics = {}, []
    for path, first in routes.shadowed_indexes(written).items():
        excluded[path] = Publication(PublicationState.EXCLUDED, f"{first} is the page of the folder")
        message = f"is not published: {first} is the page of the folder"
        note = LocalDiagnostic(Position(), message, "merge the two, or rename this one", Severity.WARNING)
        diagnostics.append(in_file(path, "file", note))
    return excluded, diagnostics


def _locked(paths: list[SourcePath], tree: SourceTree) -> tuple[dict[SourcePath, Publication], list[Diagnostic]]:
    """The publication of files that this process must not read, and errors for their authors."""
    error = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    locked = [path for path in paths if not os.access(tree.file(path), os.R_OK) and not is_hidden(path)]
    note = source_tree.unreadable_message(error)
    return dict.fromkeys(locked, Publication(PublicationState.REFUSED, note.message)), [in_file(path, "file", note) for path in locked]


def unportable_names(articles: list[SourcePath], assets: list[str]) -> Iterator[Diagnostic]:
    """Warnings for names that some systems can't check out, or take for the name of another file."""
    for path in (*articles, *assets):
        if reason := output_paths.unportable_name(path):
            note = LocalDiagnostic(Position(), f"can't be checked out everywhere: {reason}", "rename it", Severity.WARNING)
            yield in_file(SourcePath(path), "file", note)
    for first, second in output_paths.same_on_some_disks(assets):
        note = LocalDiagnostic(Position(), f"is the same file as {first} on Windows and macOS", "rename one of them", Severity.WARNING)
        yield in_file(SourcePath(second), "file", note)


def _read_tag_file(tree: SourceTree) -> tuple[TagFile, tuple[Diagnostic, ...]]:
    if taxonomy.TAG_FILE not in tree.paths:
        return TagFile(), ()
    data = file_bytes(tree.file(taxonomy.TAG_FILE))
    return (TagFile(), (in_file(taxonomy.TAG_FILE, "file", data),)) if isinstance(data, LocalDiagnostic) else taxonomy.read_tag_file(data)


def _read_author_files(tree: SourceTree, former: FormerSite) -> tuple[AuthorFile, tuple[Diagnostic, ...]]:
    paths = dict.fromkeys((authors.AUTHOR_FILE, *(SourcePath(blog.authors_file) for blog in former.blogs)))
    found = [_read_author_file(tree, path) for path in paths if path in tree.paths]
    return authors.merged(file for file, _ in found), tuple(note for _, notes in found for note in notes)


def _read_author_file(tree: SourceTree, path: SourcePath) -> tuple[AuthorFile, tuple[Diagnostic, ...]]:
    data = file_bytes(tree.file(path))
    return (AuthorFile(), (in_file(path, "file", data),)) if isinstance(data, LocalDiagnostic) else authors.read_author_file(data, path)


def _read_bibliography(tree: SourceTree) -> tuple[Bibliography, tuple[Diagnostic, ...]]:
    if BIBLIOGRAPHY_FILE not in tree.paths:
        return Bibliography(), ()
    data = file_bytes(tree.file(BIBLIOGRAPHY_FILE))
    return (
        (Bibliography(), (in_file(BIBLIOGRAPHY_FILE, "file", data),))
        if isinstance(data, LocalDiagnostic)
        else bibliography.read_bibliography(data)
    )


def _address_patterns(tree: SourceTree, mounts: Iterable[Mount]) -> tuple[AddressPatterns, list[Diagnostic], SourceTree]:
    """URL patterns from the settings files of other systems: in docs/, in a mounted folder, or up to FOLDERS_ABOVE_MOUNT above it.

    Also the diagnostics of these files, and the source tree with the names of those that are above.
    """
    files = {path: tree.file(path) for path in tree.paths if file_name(path) in former_urls.SETTINGS_FILES}
    names = dict(tree.outside.names)
    for mount in mounts:
        above = (mount.folder, *list(mount.folder.parents)[:FOLDERS_ABOVE_MOUNT])
        found = next((file for place in above for name in former_urls.SETTINGS_FILES if (file := place / name).is_file()), None)
        if found:
            path = SourcePath(posixpath.join(mount.at, found.name))
            files.setdefault(path, found)
            names.setdefault(path, os.path.normpath(Path(mount.written, os.path.relpath(found, mount.folder))))
    contents = {path: file_bytes(file) for path, file in files.items()}
    patterns, damaged = former_urls.read_patterns({path: data for path, data in contents.items() if isinstance(data, bytes)})
    unread = [
        in_file(path, "file", replace(data, severity=Severity.WARNING))
        for path, data in contents.items()
        if isinstance(data, LocalDiagnostic)
    ]
    return patterns, [*unread, *damaged], replace(tree, outside=replace(tree.outside, names=names))


def _read_pages_files(tree: SourceTree) -> tuple[dict[str, PagesFile], list[Diagnostic]]:
    pages: dict[str, PagesFile] = {}
    diagnostics: list[Diagnostic] = []
    names = {name for path in tree.paths if is_article(path) and not is_hidden(path) for name in (path, *parents(path))}
    for path in tree.paths:
        if file_name(path) == pages_file.PAGES_FILE_NAME and not is_hidden(folder(path)):
            data = file_bytes(tree.file(path))
            if isinstance(data, LocalDiagnostic):
                diagnostics.append(in_file(path, "file", data))
                continue
            found = pages_file.read_pages_file(data)
            pages[folder(path)] = found.value
            diagnostics += [in_file(path, "nav", note) for note in (*found.diagnostics, *_unknown_nav_entries(path, found.value, names))]
    return _wiki_orders(tree) | pages, diagnostics


def _wiki_orders(tree: SourceTree) -> dict[str, PagesFile]:
    """The order of each folder that is a wiki on GitHub, by its `_Sidebar.md`."""
    orders = {}
    for path in tree.paths:
        data = file_bytes(tree.file(path)) if stem(path) == "_Sidebar" and is_article(path) else b""
        if isinstance(data, bytes) and data:
            siblings = [other for other in tree.paths if folder(other) == folder(path) and is_article(other)]
            orders[folder(path)] = sections.read_wiki_sidebar(data.decode(errors="replace"), path, siblings)
    return orders


def _unknown_nav_entries(path: SourcePath, file: PagesFile, names: set[str]) -> Iterator[LocalDiagnostic]:
    base = path.removesuffix(pages_file.PAGES_FILE_NAME)
    for name, position in file.names:
        if "/" in name:
            yield LocalDiagnostic(
                position,
                f"names a file of another folder, got {quoted(name)}",
                f"write what lies in this folder, such as {name.split('/')[0]}",
            )
        elif f"{base}{name}" not in names and name != "index.md":
            yield LocalDiagnostic(position, f"there is no {quoted(name)} in this folder", "correct the name, or leave it out")


def file_bytes(path: Path | str) -> bytes | LocalDiagnostic:
    """The bytes of a file, or the reason why it is not read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - Path.open takes twice the time of reading an article
            size = os.fstat(file.fileno()).st_size
            if size > text.FILE_SIZE:
                return LocalDiagnostic(Position(), f"has {size:,} bytes, more than {text.FILE_SIZE:,}", "split it, or keep it out of docs/")
            return file.read()
    except OSError as error:
        return source_tree.unreadable_message(error)


def read_head(tree: SourceTree, path: SourcePath) -> bytes:
    """The first `file_kinds.HEAD` bytes of a file; empty where it can't be read."""
    try:
        with tree.file(path).open("rb") as file:
            return file.read(file_kinds.HEAD)
    except OSError:
        return b""
