"""The preview, `mkdocs serve`: a save shows the saved article at once; then, when all is quiet, everything else that shows it."""

import gc
import logging
import os
import shutil
import socket
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.structure.files import Files

from almanac_kb.build import BuildContext, Output, context
from almanac_kb.checks.facts import FactsTable
from almanac_kb.content.article import Article
from almanac_kb.content.loader import ReadCache
from almanac_kb.core.folders import explain_error
from almanac_kb.mkdocs import compat, documents, reports, search
from almanac_kb.mkdocs.compat import PreviewServer
from almanac_kb.mkdocs.pages import ArticlePage
from almanac_kb.mkdocs.writing import PageWriter
from almanac_kb.publish import preview
from almanac_kb.publish.preview import ChangedFiles, PreviewState
from almanac_kb.publish.site_tree import Manifest, SiteTree

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.hooks.knowledge")
QUIET = 0.5
"""Seconds without another save before everything else is built."""
DELAY = 0.02
"""Seconds between a change and the build that shows it."""
MAX_GARBAGE = 0.25
"""Most objects that superseded builds may leave, as a share of those that were held when a build was shown."""
MAKERS = ("checks.extract", "content.reader", "render.compiler", "search.index")
"""Modules that a save needs, and that the first build has not loaded where nothing had changed."""


@dataclass(frozen=True)
class ShownBuild:
    """The complete build that the preview shows."""

    config: MkDocsConfig
    files: Files
    env: Environment
    articles: Mapping[Path, Article]
    """The published articles by file path, as watchers name it."""


class Preview:
    """The state of a preview between saves; in a plain build it does nothing."""

    def __init__(self) -> None:
        self.readings, self.facts = ReadCache(), FactsTable()
        self._fresh: Path | None = None
        self._parked: Path | None = None
        self._held_objects = 0
        self._touched = ChangedFiles()
        self._watched: list[str] = []
        self._built: ShownBuild | None = None
        self._shown: ShownBuild | None = None
        self._state = PreviewState()
        self._server: PreviewServer | None = None
        self._build_all: Callable[[], None] = lambda: None
        self._search = _LatestJob()
        self._search_files: Manifest = {}
        self._shown_files: Manifest = {}

    def pause_collector(self) -> None:
        """Has a build make what it holds without looking for garbage; before, frees what superseded builds left, if that is much."""
        if self._shown and gc.get_freeze_count() + gc.get_count()[0] > self._held_objects * (1 + MAX_GARBAGE):
            _free_memory()
        gc.disable()

    def watch_site(self, config: MkDocsConfig) -> None:
        """Watches the sources of a site before they are first read; raises Abort where the address is in use."""
        if not self._fresh:
            _demand_free(*config.dev_addr)
        self.watch(path for path in (config.docs_dir, config.config_file_path, *config.watch) if path)

    def watch(self, paths: Iterable[str]) -> None:
        """Watches files and folders; what is watched already is not watched twice."""
        for path in map(os.path.abspath, paths):  # links stay
            if path not in self._watched:
                self._watched.append(path)
                self._touched.know(Path(path))
                if self._server:
                    self._server.watch(path)

    def output(self, config: MkDocsConfig, *, is_fast: bool) -> Output:
        """The folders of a build of the preview: a new one beside what is shown, that which readers see, and the parked one.

        The folder of the last build is parked while MkDocs empties the new one; `is_fast` says whether the next one is made from it.
        """
        self._fresh, self._parked = Path(f"{config.site_dir}-next"), Path(f"{config.site_dir}-parked")
        if is_fast and not self._parked.exists():  # it is there still where the build before ended before it took it
            with suppress(OSError):  # without it the build writes more files
                self._fresh.rename(self._parked)
        return Output(Path(config.site_dir), self._fresh, self._parked, None, self._shown_files)

    def remember(self, env: Environment, files: Files, config: MkDocsConfig, build: BuildContext) -> None:
        """Keeps what is needed to build single pages after a save."""
        if build.is_preview:
            self._built = ShownBuild(config, files, env, preview.articles_by_file(build.site, Path(config.docs_dir)))

    def open(self, server: "LiveReloadServer", build_all: Callable[[], None]) -> None:
        """Takes over MkDocs' server: what happens at a save, and how pages learn that they are outdated."""
        from almanac_kb.publish.change_observer import ChangeObserver  # here, so that a plain build does not load watchdog

        for name in MAKERS:
            import_module(f"almanac_kb.{name}")  # now, and not while somebody waits for a save
        self._server, self._build_all = PreviewServer(server), build_all
        self._state.begin(self._server.wants_build)
        self._server.take_over(partial(self._save, self._server), ChangeObserver(self._touched, self._state.note_save), DELAY)
        for path in self._watched:
            self._server.watch(path)

    def stop_if_superseded(self) -> None:
        """The safe point of a build; raises Superseded where a newer save makes it useless."""
        self._state.stop_if_superseded()

    def make_search(self, build: BuildContext) -> None:
        """Makes the search index in the background, so that saving is not slower for it, unless workers made it with all else."""
        if build.is_preview and not search.written_files(build.entries):
            self._search.submit(partial(self._show_search, build))

    def _show_search(self, build: BuildContext) -> None:
        self._search_files = search.show(build.search, build.output.site, self._search_files)

    def show(self, config: MkDocsConfig, build: BuildContext) -> None:
        """Shows a whole build, and reloads browsers where it differs from what they show."""
        self._state.forbid_superseding()
        index = search.written_files(build.entries)
        self._search_files = index or self._search_files
        changed = preview.sync_folder(Path(config.site_dir), build.output.site, frozenset() if index else frozenset({search.FOLDER}))
        self._shown, self._state.is_outdated = self._built, False
        self._shown_files = build.entries
        if changed and self._server:
            self._server.reload()
        build.trim_caches()
        self._held_objects = _free_memory()
        gc.enable()

    def close(self) -> None:
        """Removes what was written beside what was shown."""
        for folder in filter(None, (self._fresh, self._parked)):
            shutil.rmtree(folder, ignore_errors=True)

    def _save(self, server: PreviewServer) -> None:
        server.show_unbuilt()
        changed = self._touched.take()
        self._state.is_outdated = self._state.is_outdated or bool(changed)
        if self._shown and self._show_saves(self._shown, changed):
            server.reload()
            if not server.is_quiet(QUIET):
                return
        if self._state.is_outdated and not self._state.run_build(self._build):
            log.info("saved again: the rest follows")

    def _show_saves(self, shown: ShownBuild, changed: frozenset[Path]) -> bool:
        """Shows the articles of which nothing but the text changed; whether this was all that changed, and could be shown."""
        build = context(shown.config)
        saved = preview.classify(changed, shown.articles, build.site, build.settings, self.readings)
        try:
            for article in saved.articles:
                _show_page(shown, build, article)
        except OSError as error:
            log.error("%s; the page is as it was", explain_error(error))
        return saved.all

    def _build(self) -> None:
        try:
            self._build_all()
        except MkDocsException as error:
            log.error("%s; the site is as it was", error)
        finally:
            gc.enable()


def _free_memory() -> int:
    """Frees what nothing holds any more; returns the number of objects that are held, which a save does not look through for garbage."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return gc.get_freeze_count()


class _LatestJob:
    """Runs jobs in the background one at a time; of the waiting ones, only the newest."""

    def __init__(self) -> None:
        self._worker: ThreadPoolExecutor | None = None
        self._waiting: Future[None] | None = None

    def submit(self, job: Callable[[], None]) -> None:
        """Runs the job when the one before it has ended."""
        self._worker = self._worker or ThreadPoolExecutor(max_workers=1)
        if self._waiting:
            self._waiting.cancel()
        self._waiting = self._worker.submit(job)


def _show_page(shown: ShownBuild, build: BuildContext, article: Article) -> None:
    """Builds the page of an article as it was saved, with all else as it was."""
    config, page = shown.config, shown.files.src_uris[article.source].page
    if not isinstance(page, ArticlePage):
        return
    build.documents[article.source] = documents.compile_again(build, article, article.body.text)
    reports.document(article, build.documents[article.source], None, config, build)
    page.article = article
    compat.populate_page(page, config, shown.files)
    data, _ = PageWriter(shown.env, config, build, shown.files.documentation_pages()).make(page)
    SiteTree(build.output.site).write(page.file.dest_uri, "", data)
    log.info("shown: %s", article.source)


def _demand_free(host: str, port: int) -> None:
    """Raises Abort where the address is in use: nobody could see what is built."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        other = f"mkdocs serve --dev-addr {host}:{port + 1}"
        raise Abort(f"{host}:{port} can't be used: {error.strerror}; stop what uses it, or choose another: {other}") from None
