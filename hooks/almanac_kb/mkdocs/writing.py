"""Writes all pages and files by all processors where a process can be copied; MkDocs then has only its templates left. Then checks them."""

import gc
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from almanac_kb.build import BuildContext
from almanac_kb.checks import run
from almanac_kb.checks.active_content import AllowedContent
from almanac_kb.checks.run import CheckContext, FileCheck
from almanac_kb.core import workers
from almanac_kb.core.workers import WorkerError, batches
from almanac_kb.mkdocs import compat, generated, reports, search_index
from almanac_kb.mkdocs.compat import OutputFiles

log = logging.getLogger("mkdocs.hooks.knowledge")
FEW = 100
"""How many files are written by one process: copying the process takes as long."""
Written = tuple[str, FileCheck | None]
"""The output path of a file that was written, empty for a job, and what is known of it."""
Job = Callable[[], None]
"""Writes files of its own, and takes long."""


def prepare_checks(config: MkDocsConfig, build: BuildContext) -> CheckContext:
    """What each file is checked with right after it is written."""
    allowed = AllowedContent(build.csp.default, frozenset(build.settings.hosts), build.info.base, build.csp.diagrams)
    return run.check_context(Path(config.site_dir), build.site, allowed, build.keeper("site"))


def write(env: Environment, files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str) -> dict[str, FileCheck]:
    """Writes everything but MkDocs' templates, and returns what is known of the files by output path.

    A preview, which has threads, and a site whose pages a plugin looks at, which would not see what a copy of this process does, leave
    pages to MkDocs: then nothing is known yet.
    """
    jobs: list[Job] = []
    if not build.is_preview:
        jobs.append(partial(search_index.write, build.search, Path(config.site_dir, search_index.FOLDER)))
    write_texts = partial(generated.write_texts, build, frozenset(files.src_uris), Path(config.site_dir))
    if not isinstance(files, OutputFiles) or not _can_share(files, config, build, pipeline):
        gc.enable()
        for job in jobs:
            job()
        write_texts()
        return {}
    included = [file for file in files if file.inclusion.is_included()]  # type: ignore[no-untyped-call]
    work: list[Sequence[File | Job]] = [*([job] for job in jobs), *batches(included, workers.FORK_BATCH)]
    facts: dict[str, FileCheck] = {}
    try:
        with closing(workers.map_forked(_writer(env, config, files, build), work, ("mkdocs",), finish=build.keep)) as written:
            results = (result for chunk in written for result in chunk)
            for path, glance in workers.with_progress("Writing", results, sum(map(len, work))):
                facts |= {path: glance} if glance else {}
    except WorkerError as error:
        raise PluginError(str(error)) from None
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
        worker_count=build.workers,
    )
    reports.checks(diagnostics, config, build)


def _can_share(files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str) -> bool:
    looking = [handler for event in ("page_context", "post_page") for handler in compat.other_handlers(config, event, pipeline)]
    return not build.is_preview and build.settings.fast and len(files) >= FEW and workers.can_fork() and not looking


def _writer(env: Environment, config: MkDocsConfig, files: Files, build: BuildContext) -> Callable[[Sequence[File | Job]], list[Written]]:
    """What does jobs, or writes files and pages and learns what there is to know of them."""
    documents = files.documentation_pages()

    def write_one(item: File | Job) -> FileCheck | None:
        if not isinstance(item, File):
            item()
            return None
        if not item.is_documentation_page():
            item.copy_file()
        elif item.page:
            compat.build_page(item.page, config, documents, build.nav, env)
        return build.checks.check_file(item.dest_uri)

    return lambda items: [(item.dest_uri if isinstance(item, File) else "", write_one(item)) for item in items]


def _validate_anchors(included: Iterable[File], files: Files, config: MkDocsConfig) -> None:
    """Does what MkDocs does after it built its pages: checks the anchors of links in pages that are no articles."""
    for file in included:
        if file.page:
            file.page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)
