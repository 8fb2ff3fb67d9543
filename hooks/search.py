"""Door: the search: an index of what the articles' pages say, made by Pagefind, and what the browser needs to understand a question."""

import html
import logging
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

from knowledge.place import Url
from knowledge.publishing import mirror
from knowledge.publishing.command import serving
from knowledge.search import search_index
from knowledge.search.pagefind import PagefindError
from knowledge.search.search_index import Plan, Text

log = logging.getLogger("mkdocs.hooks.knowledge")
FOLDER = "search"


class Later:
    """Makes indexes in the background while serving, one at a time; of those that wait, only the newest."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._waiting: Future[None] | None = None

    def make(self, planned: Plan, cache: Path, site: Path) -> None:
        """Puts the index into the site as soon as it is made; until then the one before it serves."""
        if self._waiting:
            self._waiting.cancel()
        self._waiting = self._worker.submit(_serve, planned, cache, site)


LATER = Later()


@event_priority(-50)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Plans the index, and has it made while pages are written."""
    planned = search_index.plan(config["knowledge"], dict(_texts(files)), _language(config))
    config["knowledge_search"] = planned
    if not serving():
        config["knowledge_jobs"].append(partial(_add, planned, _cache(config), Path(config.site_dir)))
    return env


def on_post_build(config: MkDocsConfig) -> None:
    """While serving: makes the index once the pages are there, so that saving is not slower for it."""
    if serving():
        LATER.make(config["knowledge_search"], _cache(config), config["knowledge_shown"])


def _texts(files: Files) -> Iterator[tuple[Url, Text]]:
    for file in files.documentation_pages():
        page = file.page
        if page is not None and getattr(page, "article", None) and page.content and not _excluded(page):
            yield Url(page.article.url), Text(str(page.content), tuple(_headings(page.toc)))  # type: ignore[attr-defined]


def _headings(items: Iterable[AnchorLink]) -> Iterator[str]:
    for item in items:
        yield html.unescape(Markup(item.title).striptags())
        yield from _headings(item.children)


def _excluded(page: Page) -> bool:
    search: Any = page.meta.get("search")
    return isinstance(search, dict) and bool(search.get("exclude"))


def _language(config: MkDocsConfig) -> str:
    return str(config.theme.get("language") or "en")[:2].lower()


def _cache(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent / ".cache" / FOLDER


def _add(planned: Plan, cache: Path, site: Path) -> None:
    try:
        made = search_index.make(planned, cache)
    except PagefindError as error:
        raise PluginError(str(error)) from None
    for path in mirror.files(made):
        mirror.put(made, site / FOLDER, path)


def _serve(planned: Plan, cache: Path, site: Path) -> None:
    try:
        _show(search_index.make(planned, cache), site)
        log.info("search: %d articles", len(planned.records))
    except (OSError, PagefindError) as error:
        log.warning("search: %s", error)


def _show(made: Path, site: Path) -> None:
    new = site / f".{FOLDER}"
    try:
        new.unlink(missing_ok=True)
        new.symlink_to(made, target_is_directory=True)
        new.replace(site / FOLDER)
    except OSError:  # Windows makes links for developers only
        shutil.rmtree(site / FOLDER, ignore_errors=True)
        shutil.copytree(made, site / FOLDER)
