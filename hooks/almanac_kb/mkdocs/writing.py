"""Writes the whole site but for MkDocs' own templates: those files whose cache key differs from what is there; then checks all of them."""

import gc
import logging
from collections.abc import Iterable, Iterator, Sequence, Set
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import jinja2
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from almanac_kb.build import CACHE, BuildContext
from almanac_kb.checks import facts, run
from almanac_kb.checks.csp import AllowedContent
from almanac_kb.checks.facts import FactsTable
from almanac_kb.checks.run import CheckContext, FileCheck, OutputStamp
from almanac_kb.content import routes
from almanac_kb.core import cache, workers
from almanac_kb.core.readings import RecordedResult
from almanac_kb.exports import copies
from almanac_kb.exports.copies import FullText
from almanac_kb.mkdocs import compat, feeds, material, page_cache, page_keys, reports, search
from almanac_kb.mkdocs.page_keys import PageKeys
from almanac_kb.mkdocs.pages import ArticlePage, LazyFile
from almanac_kb.mkdocs.source_files import OutputFiles
from almanac_kb.pages.page_parts import PageInput
from almanac_kb.publish import site_tree
from almanac_kb.publish.site_tree import Manifest, ManifestEntry, SiteTree
from almanac_kb.search.documents import IndexInput

log = logging.getLogger("mkdocs.hooks.knowledge")
MIN_FILES_FOR_WORKERS = 100
"""Fewer files are written by this process: starting workers would cost more time than it saves."""
FILES_PER_POOL = 2_500
"""Files after which new workers take the place of those that wrote them: a worker copies what it reads of this process's memory."""
FILES_BESIDE_INDEX = 7
"""A worker writes one of so many files while another one makes the search index of a whole site; the first workers stay as long."""
FILES_PER_TASK = 32
"""Files per task: neighbours share memory pages, so a forked worker copies less."""
PREVIOUS_SITE, MANIFESTS = CACHE / "previous-site", CACHE / "trees"
"""The folder of the site before the last one, from which a build makes the next one, and the folder of manifests."""
PREVIEW = CACHE / "preview"
"""The folder of the caches that a preview does not share with builds: its pages have other absolute URLs."""
PAGE_INPUTS, TEXTS = "page-inputs", "linked-texts"
"""The names of the files of the digests of PageInputs and of linked texts, with what they were made from."""
FACTS = CACHE / "facts"
"""The file of the facts of output files."""


@dataclass(frozen=True)
class OutputPlan:
    """Plan of the output: the files that a build writes, and the tree that it writes them into."""

    pages: Sequence[File]
    """The files of all pages."""
    files: Sequence[File]
    """All files, pages first."""
    tree: SiteTree
    wanted: IndexInput | None
    """The input of the search index; None in a preview, which makes it later unless it has workers."""
    facts: FactsTable | None
    """The facts of the last build; None where nothing is kept."""


@dataclass(frozen=True)
class Written:
    """A file of the new site."""

    path: str
    """Its output path."""
    entry: ManifestEntry | None
    """None where it has no content, and so is not there."""
    check: FileCheck | None
    """Its facts, for the checks."""
    shown: RecordedResult | None = None
    """The digest of the PageInput of a page, where that was made."""


def read_texts(files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str) -> None:
    """Reads and links the texts of all pages where no plugin looks at them, so that MkDocs makes no HTML of texts that did not change."""
    if not isinstance(files, OutputFiles) or compat.text_handlers(config, pipeline):
        return
    for file in files.documentation_pages(inclusion=_is_in_preview if build.is_preview else _is_included):
        build.stop_if_superseded()
        page = file.page or Page(None, file, config)
        if isinstance(page, ArticlePage):
            page.read_source(config)
            page.render(config, files)
        else:
            compat.populate_page(page, config, files)
    files.read = True


def plan(files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str) -> OutputPlan:
    """Plans the output: opens the tree of the new site, removes the files that will not be in it, and loads what the last build kept."""
    inclusion = _is_in_preview if build.is_preview else _is_included
    pages = [file for file in files if file.is_documentation_page() and inclusion(file.inclusion)]
    included = [*pages, *(file for file in files if not file.is_documentation_page() and inclusion(file.inclusion))]
    tree = _open_tree(config, build, pipeline)
    tree.remove_others({file.dest_uri for file in included}, search.FOLDER)  # also what MkDocs writes: it changes files where they lie
    wanted = None if build.is_preview else search.index_input(build.search)
    page_keys.link_texts(pages, build, _cache_folder(build) / TEXTS)
    stored = build.facts or (facts.load_facts(build.project / FACTS) if build.settings.fast else None)
    return OutputPlan(pages, included, tree, wanted, stored)


def prepare_checks(plan: OutputPlan, config: MkDocsConfig, build: BuildContext) -> CheckContext:
    """The context in which each file is checked right after it is written."""
    allowed = AllowedContent(build.csp.default, build.hosts, build.info.base, build.csp.diagrams)
    return run.check_context(Path(config.site_dir), build.site, allowed, build.disk_cache("site"), plan.facts)


def write(
    plan: OutputPlan, env: Environment, files: Files, config: MkDocsConfig, build: BuildContext, pipeline: str
) -> dict[str, OutputStamp]:
    """Writes everything except MkDocs' own templates; returns the stamps of the files whose facts are known, by output path.

    What the tree has already is kept by this process. Workers make the rest, but where this process has threads, as a preview after its
    first build, and where a plugin looks at pages, which it could not do in another process.
    """
    pages, tree = plan.pages, plan.tree
    count = _worker_count(len(plan.files), config, build, pipeline)
    if count == 1:
        _look_for_garbage()
    wanted = plan.wanted or (search.index_input(build.search) if count > 1 else None)
    if not wanted:
        tree.below(search.FOLDER).remove_others(())
    keys = PageKeys(build, build.nav, _cache_folder(build) / PAGE_INPUTS)
    writer = _Writer(PageWriter(env, config, build, pages), keys, tree, plan.files, compat.files_of_others(config), wanted)
    done, kept, searched = _write_all(writer, count)
    if isinstance(files, OutputFiles):
        files.written = True
    found = feeds.write_rss(config, build, tree, done)
    done |= writer.received(writer.written(path, entry) for path, entry in found.items())
    entries = {path: each.entry for path, each in done.items() if each.entry} | searched
    build.entries = entries | _full_texts(entries, files, build, tree)
    _validate_anchors(pages, files, config)
    stamps = {path: each.check.stamp for path, each in done.items() if each.check}
    keys.store(kept)
    if build.settings.fast and not build.is_preview:
        build.checks.facts.store(build.project / FACTS, stamps)
    return stamps


def _write_all(writer: "_Writer", count: int) -> tuple[dict[str, Written], Set[str], dict[str, ManifestEntry]]:
    """All files by output path, the paths of those that the tree had already, and the entries of the search index.

    `count` workers write the rest and make the index where many files have to be written. Else this process does it: a forked worker keeps
    the memory as it was when it started, so that all of it that this process changes meanwhile would exist twice.
    """
    kept = writer.kept_files()
    rest = [number for number, file in enumerate(writer.files) if file.dest_uri not in kept]
    needed = count if len(rest) >= MIN_FILES_FOR_WORKERS else 1
    size = max(FILES_PER_POOL, (needed - 1) * len(rest) // FILES_BESIDE_INDEX)
    first, others = rest[:size], list(workers.batches(rest[size:], FILES_PER_POOL))
    with workers.executor(writer, needed) as pool:
        index = pool.submit(_write_search) if writer.wanted else None
        done = kept | writer.received(_written_by(pool, first, 0, len(rest)))
        searched = index.result() if index else {}
    for part in others:
        with workers.executor(writer, needed) as pool:
            done |= writer.received(_written_by(pool, part, len(done) - len(kept), len(rest)))
    return done, kept.keys(), searched


def _written_by(pool: Executor, numbers: Sequence[int], before: int, count: int) -> Iterator[Written]:
    """The files of these numbers, written by the workers of a pool; of `count` files in all, so many were written `before` them."""
    return workers.map_batches(pool, _write_batch, numbers, FILES_PER_TASK, "Writing", before, count)


def _full_texts(entries: Manifest, files: Files, build: BuildContext, tree: SiteTree) -> dict[str, ManifestEntry]:
    """Writes the files with the text of all articles, each where a copy in it is another one; returns their entries."""
    urls = map(routes.copy_url, sorted(copies.copied(build.site), key=lambda article: article.url))
    version, written = cache.code_version(()), dict[str, ManifestEntry]()

    def make(part: FullText) -> bytes:
        return part.text(lambda url: (tree.folder / url).read_bytes().decode()).encode()

    for part in copies.full_texts({url: entries[url].stamp.size for url in urls}, build.info):
        if part.url not in files.src_uris:
            key = cache.cache_key(version, part.opening, *(entries[url].content for url in part.copies))
            written[part.url] = tree.provide(part.url, key, partial(make, part))
    return written


def _is_included(level: InclusionLevel) -> bool:
    return bool(level.is_included())  # type: ignore[no-untyped-call]


def _is_in_preview(level: InclusionLevel) -> bool:
    return bool(level.is_in_serve())  # type: ignore[no-untyped-call]


def keep_trees(build: BuildContext) -> None:
    """Keeps the manifest of the new site after the exchange, and the old site for the next build."""
    if not build.settings.fast:
        return
    output, manifests = build.output, build.project / MANIFESTS
    site_tree.save_manifest(build.entries, output.site, manifests)
    if output.fresh.is_dir():
        site_tree.park(output.fresh, output.parked, manifests)
    else:
        site_tree.park_copy(build.entries, output.site, output.parked, manifests)


def _cache_folder(build: BuildContext) -> Path:
    """The folder of the caches of pages."""
    return build.project / (PREVIEW if build.is_preview else CACHE)


def _open_tree(config: MkDocsConfig, build: BuildContext, pipeline: str) -> SiteTree:
    folder = Path(config.site_dir)
    folder.mkdir(parents=True, exist_ok=True)
    if not build.settings.fast:
        return SiteTree(folder)
    if build.is_preview:
        shown, is_older = build.output.shown, site_tree.take_parked(folder, build.output.parked)
        tree = SiteTree(folder, shown if is_older else {}, build.output.site, shown, is_older)
    else:
        tree = site_tree.open_tree(folder, build.output.site, build.output.parked, build.project / MANIFESTS)
    return replace(tree, has_links=not compat.output_handlers(config, pipeline))


def _worker_count(files: int, config: MkDocsConfig, build: BuildContext, pipeline: str) -> int:
    can_share = files >= MIN_FILES_FOR_WORKERS and workers.can_fork()
    if can_share and build.workers > 1 and not compat.page_handlers(config, pipeline):
        return build.workers
    return 1


def _look_for_garbage() -> None:
    """Has this process, which renders all pages itself, look for garbage from now on, but not among what it holds so far."""
    gc.freeze()
    gc.enable()


def _put(tree: SiteTree, path: str, data: bytes) -> ManifestEntry:
    """Gives a file of the tree this content, if it has another; returns its entry."""
    return tree.provide(path, cache.cache_key(data), lambda: data)


@dataclass(frozen=True)
class PageWriter:
    """Makes the files of single pages."""

    env: Environment
    config: MkDocsConfig
    build: BuildContext
    documents: Sequence[File]
    """The files of all pages."""

    def make(self, page: Page, made: PageInput | None = None) -> tuple[bytes, bool]:
        """The file of a page, and whether it depends on nothing but its key. `made` is its PageInput without its text, if known."""
        is_covered = False
        compiled = page if isinstance(page, ArticlePage) and not page.is_changed and not page.has_own_toc else None

        def render(template: jinja2.Template, values: TemplateContext) -> str:
            nonlocal is_covered
            html, is_covered = page_cache.render(page, template, values, self.build.nav, self.build.page_cache)
            return html

        html = compat.page_html(page, self.config, self.documents, self.build.nav, self.env, {"page_input": made} if made else {}, render)
        if compiled:
            compiled.release()
        return html.encode(errors="xmlcharrefreplace"), is_covered


@dataclass(frozen=True)
class _Writer:
    """Writes single files and pages and extracts their facts; holds what all of them share."""

    pages: PageWriter
    keys: PageKeys
    tree: SiteTree
    files: Sequence[File]
    """The files to be written."""
    others: frozenset[str]
    """The paths of files that MkDocs or a plugin will write again."""
    wanted: IndexInput | None
    """The input of the search index; None in a preview without workers, which makes it later."""

    def kept_files(self) -> dict[str, Written]:
        """The files that the tree has already, by output path."""
        return {file.dest_uri: kept for file in self.files if (kept := self._kept(file))}

    def _kept(self, file: File) -> Written | None:
        self.pages.build.stop_if_superseded()
        path, page = file.dest_uri, _page_of(file)
        if not self.tree.has(path):
            return None
        key = self.keys.known(path, page) if page else "" if path in self.others else _file_key(file)
        entry = self.tree.reuse(path, key)
        return self.written(path, entry) if entry else None

    def received(self, written: Iterable[Written]) -> dict[str, Written]:
        """The files that workers wrote, by output path; their facts and digests are put where many of them take little memory."""
        return {each.path: self._received(each) for each in written}

    def _received(self, written: Written) -> Written:
        check = written.check
        if check and check.facts:
            self.pages.build.checks.facts.add(written.path, check.key, check.facts)
            check = replace(check, facts=None)
        if written.shown:
            self.keys.add(written.path, written.shown)
        return replace(written, check=check, shown=None)

    def write(self, file: File) -> Written:
        """Writes a file that the tree does not have."""
        self.pages.build.stop_if_superseded()
        path, page = file.dest_uri, _page_of(file)
        return self._page(path, page) if page else self.written(path, self._file(path, file))

    def written(self, path: str, entry: ManifestEntry | None, shown: RecordedResult | None = None) -> Written:
        """A file of the new site, with its facts where this build does not have them; `shown` is the digest of its PageInput."""
        checks = self.pages.build.checks
        return Written(path, entry, checks.check_file(path, entry.key, entry.stamp[:2]) if entry else None, shown)

    def _page(self, path: str, page: Page) -> Written:
        key, shown, made = self.keys.make(page)
        entry = self.tree.reuse(path, key)
        if entry:
            return self.written(path, entry, shown)
        stored = self.pages.build.page_cache.pages if key else None
        data = stored.find(key) if stored else None
        if data is None:
            data, is_covered = self.pages.make(page, made)
            key, shown = (key, shown) if is_covered else ("", None)
            if key and stored:
                stored.add(key, data)
        if not data.strip():
            log.info("Page skipped: '%s'. Generated empty output.", page.file.src_uri)
            return Written(path, None, None)
        return self.written(path, self.tree.write(path, key, data), shown)

    def _file(self, path: str, file: File) -> ManifestEntry:
        key = "" if path in self.others else _file_key(file)
        if (key and isinstance(file, LazyFile)) or path in self.others:
            return self.tree.write(path, key, file.content_bytes)
        if key:
            return self.tree.copy(path, key, Path(str(file.abs_src_path)))
        return _put(self.tree, path, file.content_bytes)


def _page_of(file: File) -> Page | None:
    return file.page if file.is_documentation_page() else None


def _file_key(file: File) -> str:
    """The cache key of a file that is no page, known without its content; empty where making the content is as quick."""
    if isinstance(file, LazyFile):
        return file.key() if file.key else ""
    stamp = site_tree.stamp_of(file.abs_src_path) if file.abs_src_path and not file.generated_by else None
    return cache.cache_key(str(file.abs_src_path), repr(stamp)) if stamp else ""


def _write_batch(numbers: list[int]) -> list[Written]:
    """Writes a batch of files in a worker, and new values to the caches."""
    writer: _Writer = workers.shared_value()
    written = [writer.write(writer.files[number]) for number in numbers]
    writer.pages.build.store_caches()
    return written


def _write_search() -> dict[str, ManifestEntry]:
    """Writes the search index in a worker; returns the entries of its files."""
    writer: _Writer = workers.shared_value()
    start = f"{search.FOLDER}/"
    kept = {file.dest_uri.removeprefix(start) for file in writer.files if file.dest_uri.startswith(start)}
    entries = search.write(writer.pages.build.search, writer.wanted, writer.tree.below(search.FOLDER), kept) if writer.wanted else {}
    return {f"{start}{path}": entry for path, entry in entries.items()}


def _validate_anchors(pages: Iterable[File], files: Files, config: MkDocsConfig) -> None:
    """Validates the anchors of links in pages that are no articles, as MkDocs does after building."""
    for file in pages:
        if file.page:
            file.page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)


def check(config: MkDocsConfig, build: BuildContext) -> None:
    """Checks the whole written site and reports violated rules; raises Abort where that ends the build."""
    diagnostics = run.check_site(
        build.checks,
        build.site,
        lambda path: reports.is_authored(path, config, build),
        known=build.stamps,
        demoted={source: document.demoted for source, document in build.documents.items()},
        elsewhere=material.other_builds(config.extra, build.info.base),
        worker_count=build.workers,
        stop_if_superseded=build.stop_if_superseded,
    )
    reports.checks(diagnostics, config, build)
