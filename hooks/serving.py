"""Door: a preview. A save shows the saved article at once; then, when all is quiet, everything else that shows it."""

import logging
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from jinja2 import Environment
from mkdocs import livereload
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from knowledge import report
from knowledge.catalogue import saves, settings
from knowledge.catalogue.readings import Readings
from knowledge.catalogue.settings import SettingsError
from knowledge.publishing import mirror
from knowledge.publishing.command import serving
from knowledge.publishing.following import Following
from knowledge.publishing.touched import Touched
from knowledge.publishing.watch import Watch
from knowledge.reading.article import Article
from knowledge.render.compiler import Compiler, Text

log = logging.getLogger("mkdocs.hooks.knowledge")
SCRIPT = re.compile(r"/livereload/(\d+)/(\d+)\.js")
QUIET = 0.5
"""Seconds without another save before everything else is built."""
SEARCH = "search"
"""The folder of the search, which is made in the background."""


@dataclass(frozen=True)
class Build:
    """A whole build that was shown."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment
    articles: Mapping[Path, Article]
    """Those published, by their files as watchers name them."""


class Desk:
    """What a preview keeps from save to save."""

    def __init__(self) -> None:
        self.made: Path | None = None
        self.readings = Readings()
        self._touched = Touched()
        self._attended: list[str] = []
        self._shown: Build | None = None
        self._following = Following()
        self._server: LiveReloadServer | None = None
        self._build_all: Callable[[], None] = lambda: None

    def attend(self, paths: Iterable[str]) -> None:
        """Watches paths, from before they are read for the first time."""
        for path in paths:
            if path not in self._attended:
                self._attended.append(path)
                self._touched.know(Path(path))
                if self._server:
                    self._server.watch(path)

    def open(self, server: LiveReloadServer, builder: Callable[[], None]) -> None:
        """Takes over from MkDocs' server what happens at a save, and how a page learns that it is out of date."""
        self._server, self._build_all = server, builder
        server.builder = partial(self._save, server)
        self._following.begin(lambda: server._want_rebuild)
        server.observer = Watch(self._touched, self._following.hurry)  # type: ignore[assignment]
        server.build_delay = 0.02
        server._watched_paths.clear()
        for path in self._attended:
            server.watch(path)
        server._inject_js_into_html = _injected  # type: ignore[method-assign]
        server.set_app(partial(_answer, server))

    def show(self, build: Build, site: Path) -> None:
        """Shows a whole build, and reloads browsers where it differs from what they show."""
        self._following.hold()
        changed = mirror.mirror(Path(build.config.site_dir), site, frozenset({SEARCH}))
        self._shown, self._following.behind = build, False
        if changed and self._server:
            self._reload(self._server)

    def _save(self, server: LiveReloadServer) -> None:
        server._wanted_epoch = server._visible_epoch
        changed = self._touched.take()
        self._following.behind = self._following.behind or bool(changed)
        if self._shown and self._show_saves(self._shown, changed):
            self._reload(server)
            if not self._quiet(server):
                return
        if self._following.behind and not self._following.catch_up(self._build):
            log.info("saved again: the rest follows")

    def _show_saves(self, build: Build, changed: frozenset[Path]) -> bool:
        """Shows the articles of which nothing but the text changed; whether this was all that changed."""
        config = build.config
        found = saves.saves(changed, build.articles, config["knowledge"], config["knowledge_settings"], self.readings)
        for each in found.articles:
            _show_page(build, each)
        return found.all

    def _build(self) -> None:
        try:
            self._build_all()
        except MkDocsException as error:
            log.error("%s; the site is as it was", error)

    def _quiet(self, server: LiveReloadServer) -> bool:
        with server._rebuild_cond:
            return not server._rebuild_cond.wait_for(lambda: server._want_rebuild or server._shutdown, timeout=QUIET)

    def _reload(self, server: LiveReloadServer) -> None:
        with server._epoch_cond:
            server._wanted_epoch = server._visible_epoch = max(livereload._timestamp(), server._visible_epoch + 1)
            server._epoch_cond.notify_all()


DESK = Desk()
"""It stands here because MkDocs makes all else anew at each save."""


@event_priority(1000)
def on_config(config: MkDocsConfig) -> None:
    """Has each build made beside what is shown, after a look whether there is anywhere to show it."""
    if serving():
        if not DESK.made:
            _demand_free(*config.dev_addr)
        DESK.attend(_watched(config))
        config["knowledge_readings"] = DESK.readings
        config["knowledge_shown"] = Path(config.site_dir)
        config.site_dir = f"{config.site_dir}-next"
        DESK.made = Path(config.site_dir)


@event_priority(-1000)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Keeps what else these pages need."""
    if serving():
        articles = saves.by_path(config["knowledge"], Path(config.docs_dir))
        config["knowledge_whole"] = Build(config, files, config["knowledge_nav"], env, articles)


@event_priority(-1000)
def on_post_build(config: MkDocsConfig) -> None:
    """Shows what was built."""
    if serving():
        DESK.show(config["knowledge_whole"], config["knowledge_shown"])


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Callable[[], None]) -> None:
    """Begins to watch."""
    DESK.open(server, builder)


def on_shutdown() -> None:
    """Removes what was made beside what was shown."""
    if DESK.made:
        shutil.rmtree(DESK.made, ignore_errors=True)


def _watched(config: MkDocsConfig) -> list[str]:
    """What a site is made of: what MkDocs would watch, and the folders that the settings name, wherever they are."""
    project = Path(config.config_file_path).parent
    found = [config.docs_dir, config.config_file_path, *config.watch]
    with suppress(SettingsError):  # the articles' door says it
        found += [str(project / each.path) for each in settings.read(config.extra.get("knowledge")).sources]
    return [os.path.abspath(each) for each in found]  # noqa: PTH100 - links stay


def _demand_free(host: str, port: int) -> None:
    """Stops before a build that nobody could see: where the address is in use."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        other = f"mkdocs serve --dev-addr {host}:{port + 1}"
        raise Abort(f"{host}:{port} can't be used: {error.strerror}; stop what uses it, or choose another: {other}") from None


def _show_page(build: Build, article: Article) -> None:
    """Builds the page of an article, as it was saved, with all else as it was."""
    config = build.config
    page: Any = build.files.src_uris[article.source].page
    made = Compiler(config["knowledge_workbench"]).compile(Text(article.source, article.body))
    report.tell(tuple(sorted(article.problems("body", made.notes))), config["knowledge"].outside.named(Path(config.docs_dir).name), log)
    config["knowledge_texts"][article.source] = made
    page.article = article
    _populate_page(page, config, build.files)
    _build_page(page, config, build.files.documentation_pages(), build.nav, build.env)
    mirror.put(Path(config.site_dir), config["knowledge_shown"], page.file.dest_uri)
    log.info("shown: %s", article.source)


def _answer(server: LiveReloadServer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    found = SCRIPT.fullmatch(environ["PATH_INFO"])
    if not found:
        return server.serve_request(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/javascript")])
    return [livereload._SCRIPT_TEMPLATE.substitute(epoch=found[1], request_id=found[2]).encode()]


def _injected(content: bytes, epoch: int) -> bytes:
    """The page with MkDocs' script as a file of the site's own, which the content security policy lets run."""
    end = content.rfind(b"</body>")
    script = b'<script src="/livereload/%d/%d.js"></script>' % (epoch, livereload._timestamp())
    return content[:end] + script + content[end:] if end >= 0 else content + script
