"""Writes all pages and files by workers where processes can be forked, so that MkDocs only writes its own templates; then checks them."""

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
"""Fewer files are written by this process: starting workers would cost more time than it saves."""
FILES_PER_TASK = 32
"""Files per task: neighbours share memory pages, so a forked worker copies less."""
Written = tuple[str, FileCheck | None]
"""The output path of a written file, and its facts."""


def prepare_checks(config: MkDocsConfig, build: BuildContext) -> CheckContext:
    """The context in which each file is checked right after it is written."""
    allowed = AllowedContent(build.csp.default, build.hosts, build.info.base, build.csp.diagrams)
    return run.check_context(Path(config.site_dir), build.site, allowed, build.build_cache("site"))


def write(env: Environment, files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str) -> dict[str, FileCheck]:
    """Writes everything except MkDocs' own templates; returns the facts of the files, by output path.

    In a preview, which has threads, and where a plugin looks at pages, which it could not do in a forked process, MkDocs writes
    the pages, and no facts are returned.
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
        for path, check in workers.map_batches(pool, _write_batch, range(len(included)), FILES_PER_TASK, "Writing"):
            facts |= {path: check} if check else {}
        search.result()
    files.written = True
    write_texts()  # of the copies that the other processes just put into the cache
    _validate_anchors(included, files, config)
    return facts


def check(config: MkDocsConfig, build: BuildContext) -> None:
    """Checks the whole written site and reports violated rules; raises Abort where that ends the build."""
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
    """Writes single files and pages and extracts their facts; holds what all of them share."""

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
    """Writes a batch of files in a worker, and new values to the caches."""
    writer: _Writer = workers.shared_value()
    written = [writer.write(writer.files[number]) for number in numbers]
    writer.build.store_caches()
    return written


def _write_search() -> None:
    """Writes the search index in a worker."""
    writer: _Writer = workers.shared_value()
    documents.write(writer.build.search, Path(writer.config.site_dir, documents.FOLDER))


def _validate_anchors(included: Iterable[File], files: Files, config: MkDocsConfig) -> None:
    """Validates the anchors of links in pages that are no articles, as MkDocs does after building."""
    for file in included:
        if file.page:
            file.page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)
