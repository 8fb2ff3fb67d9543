"""Door: the search: an index of what the articles' pages say, made by Pagefind, and what the browser needs to understand a question."""

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment
from memories import memory
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

from knowledge.place import Url
from knowledge.publishing.command import serving
from knowledge.render.memo import Memo
from knowledge.search import search_index
from knowledge.search.pagefind import PagefindError
from knowledge.search.search_index import Plan, Text

log = logging.getLogger("mkdocs.hooks.knowledge")
FOLDER = "search"
Job = Callable[[], None]
Planned = Callable[[], Plan]
"""What plans an index when it is time to."""


class Later:
    """Makes indexes in the background while serving, one at a time; of those that wait, only the newest."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._waiting: Future[None] | None = None

    def make(self, job: Job) -> None:
        """Does the job when the one before it is done; until then what that one made serves."""
        if self._waiting:
            self._waiting.cancel()
        self._waiting = self._worker.submit(job)


LATER = Later()


@event_priority(-50)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Keeps what is to be found, and has the index made while pages are written."""
    planned = config["knowledge_search"] = partial(search_index.plan, config["knowledge"], dict(_texts(files)), _language(config))
    if not serving():
        config["knowledge_jobs"].append(partial(_add, planned, memory(config, FOLDER), Path(config.site_dir, FOLDER)))
    return env


def on_post_build(config: MkDocsConfig) -> None:
    """While serving: makes the index once the pages are there, so that saving is not slower for it."""
    if serving():
        cache = Path(config.config_file_path).parent / ".cache" / FOLDER
        LATER.make(partial(_serve, config["knowledge_search"], memory(config, FOLDER), cache, config["knowledge_shown"]))


def _texts(files: Files) -> Iterator[tuple[Url, Text]]:
    for file in files.documentation_pages():
        page = file.page
        if page is not None and getattr(page, "article", None) and page.content and not _excluded(page):
            yield Url(page.article.url), Text(str(page.content), tuple(_headings(page.toc)))  # type: ignore[attr-defined]


def _headings(items: Iterable[AnchorLink]) -> Iterator[str]:
    for item in items:
        yield item.title
        yield from _headings(item.children)


def _excluded(page: Page) -> bool:
    search: Any = page.meta.get("search")
    return isinstance(search, dict) and bool(search.get("exclude"))


def _language(config: MkDocsConfig) -> str:
    return str(config.theme.get("language") or "en")[:2].lower()


def _add(planned: Planned, memory: Memo | None, folder: Path) -> None:
    try:
        search_index.write(planned(), memory, folder)
    except PagefindError as error:
        raise PluginError(str(error)) from None


def _serve(planned: Planned, memory: Memo | None, cache: Path, site: Path) -> None:
    try:
        wanted = planned()
        _show(search_index.make(wanted, memory, cache), site)
        log.info("search: %d articles", len(wanted.records))
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
