"""The files of docs/ and of mounts as MkDocs' `File` objects, with pages for those that are published: what MkDocs found is replaced."""

import logging
import posixpath
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from almanac_kb.build import BuildContext
from almanac_kb.content import site
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.pages_file import ORDERS, PAGES_FILE_NAME
from almanac_kb.content.publication import PUBLISHED, PublicationState
from almanac_kb.core.paths import SourcePath, file_name, folder, is_article, parents
from almanac_kb.mkdocs import compat, reports
from almanac_kb.mkdocs.pages import ArticleFile, ArticlePage, RefusedPage, template_of

log = logging.getLogger("mkdocs.hooks.knowledge")


class OutputFiles(Files):
    """The files of a site, which MkDocs copies and builds unless `written` says that this is done.

    MkDocs asks for what it builds with the argument `inclusion`, and for what the sitemap lists without.
    """

    written = False
    """Whether all is written."""
    read = False
    """Whether the texts of pages are read, rendered and linked."""

    def copy_static_files(self, dirty: bool = False, *, inclusion: Callable[[InclusionLevel], bool] = InclusionLevel.is_included) -> None:
        if not self.written:
            super().copy_static_files(dirty, inclusion=inclusion)

    def __init__(self, files: Iterable[File]) -> None:
        super().__init__(files)
        self._by_path: dict[str, File] | None = None
        self._pages: list[File] | None = None

    @property
    def src_paths(self) -> dict[str, File]:
        """All files by path, made again only after a file came or went: awesome-pages asks for it once for each folder."""
        self._by_path = self._by_path or super().src_paths
        return self._by_path

    def append(self, file: File) -> None:
        super().append(file)
        self._by_path = self._pages = None

    def remove(self, file: File) -> None:
        super().remove(file)
        self._by_path = self._pages = None

    def documentation_pages(self, *, inclusion: Callable[[InclusionLevel], bool] | None = None) -> Sequence[File]:
        if inclusion is not None and (self.written or self.read):
            return []
        self._pages = self._pages or [file for file in self if file.is_documentation_page()]
        is_wanted = inclusion or InclusionLevel.is_included
        return [file for file in self._pages if is_wanted(file.inclusion)]


def install(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Replaces MkDocs' pages by those of published articles at their URLs."""
    compat.read_listing_orders(ORDERS)
    unread = {note.source for note in build.site.tree.diagnostics}
    withheld = [file for file in files if file.src_dir == config.docs_dir and _is_withheld_file(file, unread, build)]
    for file in withheld:
        files.remove(file)
    if withheld:
        files.add_files_from_theme(config.theme.get_env(), config)  # those in whose place the removed ones stood
    for file in files:
        if file.src_dir not in {None, config.docs_dir} and file.inclusion is InclusionLevel.UNDEFINED:
            file.inclusion = InclusionLevel.INCLUDED  # MkDocs would apply `exclude_docs` to the files of the theme
    _move_assets(files, config, build)
    for source in build.site.outside.files:
        if source in build.site.assets or file_name(source) == PAGES_FILE_NAME:
            files.append(_file(source, config, build))
    written = {file.src_uri: file for file in files if is_article(file.src_uri)}
    for file in written.values():
        files.remove(file)
        if file.generated_by:
            plugin = file.generated_by
            log.warning("%s: %s added it when all articles had been read; left out: write it into docs/", file.src_uri, plugin)
    for article in build.site.published:
        file = _article_file(article, written.get(article.source), config, build)
        files.append(file)
        ArticlePage(article, file, config)
    for source in build.site.refused if build.is_preview else ():
        file = _file(source, config, build)
        files.append(file)
        RefusedPage(build.site.refused[source], file, config)
    named = ((article.source, *template_of(article, config)) for article in build.site.published)
    reports.missing_templates({source: name for source, name, is_there in named if name and not is_there}, config, build)


def _move_assets(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Has the files among the posts of a blog where Material's plugin puts them, as far as nothing else is there."""
    taken = {file.dest_uri for file in files}
    for file in files:
        path = build.former.asset_path(file.src_uri)
        if path not in taken and file.src_dir == config.docs_dir and not is_article(file.src_uri):
            file.dest_uri = path


def _file(source: SourcePath, config: MkDocsConfig, build: BuildContext) -> ArticleFile:
    """A file of docs/ or of a mount, with an edit link to its place in the repository."""
    file = ArticleFile(source, config.docs_dir, config.site_dir, True)
    path = build.site.outside.files.get(source)
    if path:
        file.abs_src_path, file.edit_uri = str(path), site.repository_path(path, Path(config.docs_dir))
    return file


def _article_file(article: Article, written: File | None, config: MkDocsConfig, build: BuildContext) -> ArticleFile:
    """The file of an article at its URL. MkDocs has `written` none where it takes two files for the same page."""
    file = _file(article.source, config, build)
    file.dest_uri = f"{article.url}index.html"
    file.inclusion = _inclusion(article, written, build)
    is_index = article.kind is ArticleKind.INDEX
    if folder(article.source) != article.section:
        file.listed_at = posixpath.join(article.section, "index.md") if is_index else posixpath.dirname(article.source)
    file.name = "index" if is_index else posixpath.basename(article.url.rstrip("/"))
    return file


def _is_withheld_file(file: File, unread: set[SourcePath], build: BuildContext) -> bool:
    """Whether a file is withheld whoever uses it; `unread` are links that lead outside, and folders behind such links."""
    path = SourcePath(file.src_uri)
    if file_name(path) == PAGES_FILE_NAME:
        return False  # awesome-pages reads it among the files; MkDocs publishes none whose name starts with a dot
    state = build.site.publications.get(path, PUBLISHED).state
    return state in {PublicationState.EXCLUDED, PublicationState.REFUSED} or not unread.isdisjoint((path, *parents(path)))


def _inclusion(article: Article, written: File | None, build: BuildContext) -> InclusionLevel:
    if build.is_preview and written and written.inclusion is InclusionLevel.DRAFT:
        return InclusionLevel.DRAFT
    in_navigation = article.publication.in_navigation and not article.is_unlisted
    return InclusionLevel.INCLUDED if in_navigation else InclusionLevel.NOT_IN_NAV
