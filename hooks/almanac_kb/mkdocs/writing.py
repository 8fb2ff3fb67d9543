"""Writes all pages and files by workers where processes can be forked; MkDocs then has only its templates left. Then checks them."""

import gc
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from almanac_kb.build import BuildContext
from almanac_kb.checks import run
from almanac_kb.checks.active_content import AllowedContent
from almanac_kb.checks.run import CheckContext, FileCheck
from almanac_kb.core import workers
from almanac_kb.mkdocs import compat, documents, generated, material, reports
from almanac_kb.mkdocs.compat import OutputFiles

log = logging.getLogger("mkdocs.hooks.knowledge")
MIN_FILES_FOR_WORKERS = 100
"""With fewer files than this, this process writes them: starting others costs more time than it saves."""
BATCH = 32
"""How many files a worker gets at a time: neighbours share memory pages, so that a worker copies less of the memory."""
Written = tuple[str, FileCheck | None]
"""The output path of a file that was written, and what is known of it."""


def prepare_checks(config: MkDocsConfig, build: BuildContext) -> CheckContext:
    """What each file is checked with right after it is written."""
    allowed = AllowedContent(build.csp.default, build.hosts, build.info.base, build.csp.diagrams)
    return run.check_context(Path(config.site_dir), build.site, allowed, build.keeper("site"))


def write(env: Environment, files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str) -> dict[str, FileCheck]:
    """Writes everything but MkDocs' templates, and returns what is known of the files by output path.

    A preview, which has threads, and a site whose pages a plugin looks at, which would not see what a copy of this process does, leave
    pages to MkDocs: then nothing is known yet.
    """
    write_texts = partial(generated.write_texts, build, frozenset(files.src_uris), Path(config.site_dir))
    if not isinstance(files, OutputFiles) or not _can_share(files, config, build, pipeline):
        gc.enable()
        if not build.is_preview:
            documents.write(build.search, Path(config.site_dir, documents.FOLDER))
        write_texts()
        return {}
    included = [file for file in files if file.inclusion.is_included()]  # type: ignore[no-untyped-call]
    facts: dict[str, FileCheck] = {}
    with workers.executor(_Writer(env, config, build, files.documentation_pages(), included), build.workers) as pool:
        search = pool.submit(_write_search)
        for path, check in workers.map_batches(pool, _write_batch, range(len(included)), BATCH, "Writing"):
            facts |= {path: check} if check else {}
        search.result()
    files.written = True
    write_texts()  # of the copies that the other processes just put into the cache
    _validate_anchors(included, files, config)
    return facts


def check(config: MkDocsConfig, build: BuildContext) -> None:
    """Checks the whole site as it was written and reports what does not hold of it; raises Abort where that ends the build."""
    diagnostics = run.check_site(
        build.checks,
        build.site,
        lambda path: reports.is_authored(path, config, build),
        known=build.facts,
        demoted={source: document.demoted for source, document in build.documents.items()},
        elsewhere=material.other_builds(config.extra, build.info.base),
        worker_count=build.workers,
        stop_if_superseded=build.stop_if_superseded,
    )
    reports.checks(diagnostics, config, build)


def _can_share(files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str) -> bool:
    looking = [handler for event in ("page_context", "post_page") for handler in compat.other_handlers(config, event, pipeline)]
    return not build.is_preview and build.workers > 1 and len(files) >= MIN_FILES_FOR_WORKERS and workers.can_fork() and not looking


@dataclass(frozen=True)
class _Writer:
    """Writes files and pages, and learns what there is to know of them; what all of them have in common."""

    env: Environment
    config: MkDocsConfig
    build: BuildContext
    documents: Sequence[File]
    """The files of all pages."""
    files: Sequence[File]
    """The files to be written."""

    def write(self, file: File) -> Written:
        if not file.is_documentation_page():
            file.copy_file()
        elif file.page:
            compat.build_page(file.page, self.config, self.documents, self.build.nav, self.env)
        return file.dest_uri, self.build.checks.check_file(file.dest_uri)


def _write_batch(numbers: list[int]) -> list[Written]:
    """The task of a worker that writes some of the files, and to the caches what is new in them."""
    writer: _Writer = workers.shared_value()
    written = [writer.write(writer.files[number]) for number in numbers]
    writer.build.keep()
    return written


def _write_search() -> None:
    """The task of a worker that writes the search index."""
    writer: _Writer = workers.shared_value()
    documents.write(writer.build.search, Path(writer.config.site_dir, documents.FOLDER))


def _validate_anchors(included: Iterable[File], files: Files, config: MkDocsConfig) -> None:
    """Does what MkDocs does after it built its pages: checks the anchors of links in pages that are no articles."""
    for file in included:
        if file.page:
            file.page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)
