"""The inspection of a built site: collects the facts of all output files and applies the rules to them.

Facts depend only on their file and on what all files share, so workers extract them, right after a file was written where
possible, and they are cached by the content of the file. Rules about several files are decided here, from the facts alone.
"""

import os
import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from almanac_kb.checks import html_page, rules
from almanac_kb.checks.csp import AllowedContent
from almanac_kb.checks.facts import (
    PAGE_SUFFIXES,
    SUFFIXES,
    TEXT_SUFFIXES,
    BrokenLink,
    ExtractContext,
    Facts,
    FactsTable,
    PackedFacts,
    pack_facts,
    path_suffix,
    unpack_facts,
)
from almanac_kb.checks.links import DiagnosticKey, LinkChecker, LinkSuggestions
from almanac_kb.checks.rules import ArticleText, WithheldNames
from almanac_kb.content.article import Article
from almanac_kb.content.site import Site
from almanac_kb.core import cache, folders, workers
from almanac_kb.core.cache import DiskCache, code_version
from almanac_kb.core.diagnostics import Diagnostic, Position, quoted
from almanac_kb.core.paths import SourcePath
from almanac_kb.core.workers import batches
from almanac_kb.render.environment import is_trusted

AUTHORS_CHOICE = frozenset({"page", "file"})
"""Rules that do not hold for files which an author put into docs/ as they are."""
PACKAGES = ("lxml",)
"""Packages whose versions affect facts."""
MIN_FILES_FOR_WORKERS = 400
"""Number of files from which workers read them; fewer are read sooner than workers start."""
FILES_PER_BATCH = 2000
"""Files whose facts are in memory at one time."""
FILES_PER_TASK = 16
"""Files per task of a worker."""


OutputStamp = tuple[int, int]
"""Size in bytes and modification time in nanoseconds of a file, which show whether it has been changed since."""


@dataclass(frozen=True)
class FileCheck:
    """The facts of an output file as they were when it was written."""

    stamp: OutputStamp
    key: str
    """The digest of all that its facts depend on."""
    facts: PackedFacts | None
    """Its facts; None where those of the last build hold."""


@dataclass(frozen=True)
class CheckContext:
    """The values on which the facts of all output files depend, and the cache of facts."""

    site: Path
    """The folder of the built site."""
    extraction: ExtractContext
    disk_cache: DiskCache | None = None
    """The cache of the facts of files that this package did not write; None where nothing is to be cached."""
    facts: FactsTable = field(default_factory=FactsTable)
    """The facts of the last build, and of the files that were written since."""

    def has_facts(self, path: str) -> bool:
        """Whether a rule looks at the file at an output path."""
        return path_suffix(path) in self._suffixes

    def extract(self, path: str) -> Facts:
        """The facts of the file at an output path."""
        from almanac_kb.checks.extract import extract_facts  # here, so that a build in which no file changed does not load it

        return extract_facts(path, (self.site / path).read_bytes(), self.extraction)

    def cache_key(self, path: str, content: bytes) -> str:
        """The cache key of the facts of a file, from its content or the digest of all that its content depends on."""
        return cache.cache_key(self._shared_keys[path_suffix(path) in PAGE_SUFFIXES], path, content)

    def check_file(self, path: str, key: str, stamp: OutputStamp) -> FileCheck | None:
        """The facts of a file that has just been written, of the last build or extracted; None for files without facts, and without cache.

        `key` is the digest of all that the content of the file depends on; without one, the content is read. `stamp` is that of the
        file: zeros where it is not there.
        """
        if self.disk_cache is None or not self.has_facts(path) or not any(stamp):
            return None
        facts_key = self.cache_key(path, key.encode() if key else (self.site / path).read_bytes())
        return FileCheck(stamp, facts_key, None if self.facts.key(path) == facts_key else pack_facts(self.extract(path)))

    def stamp(self, path: str) -> OutputStamp:
        """The stamp of the file at an output path."""
        status = os.stat(f"{self.site}/{path}")  # noqa: PTH116 - a Path for each file of the site would take longer
        return status.st_size, status.st_mtime_ns

    @cached_property
    def _suffixes(self) -> frozenset[str]:
        """The suffixes of files with facts; only where articles are withheld a rule looks at texts."""
        return SUFFIXES if self.extraction.withheld_names else SUFFIXES - TEXT_SUFFIXES

    @cached_property
    def _shared_keys(self) -> tuple[str, str]:
        """Digests of all that facts depend on beside their file: for data files, and for pages."""
        allowed = self.extraction.allowed
        parts = (
            allowed.policy,
            allowed.diagrams,
            allowed.base,
            repr(allowed.hosts),
            code_version(PACKAGES),
            repr(etree.LIBXML_VERSION),
        )
        return cache.cache_key(*parts, *sorted(self.extraction.withheld_names)), cache.cache_key(*parts)


def check_context(
    site_dir: Path, site: Site, allowed: AllowedContent, disk_cache: DiskCache | None = None, facts: FactsTable | None = None
) -> CheckContext:
    """The context for checking the site that is written to the folder `site_dir`; `facts` are those of the last build."""
    return CheckContext(site_dir, ExtractContext(allowed, WithheldNames(site, allowed.base).names), disk_cache, facts or FactsTable())


def check_site(
    context: CheckContext,
    site: Site,
    is_authored: Callable[[str], bool] = lambda _: False,
    *,
    known: Mapping[str, OutputStamp] = MappingProxyType({}),
    demoted: Mapping[SourcePath, Sequence[int]] = MappingProxyType({}),
    elsewhere: Collection[str] = (),
    worker_count: int = 1,
    stop_if_superseded: Callable[[], None] = lambda: None,
) -> tuple[Diagnostic, ...]:
    """Applies all rules to a built site, and returns the diagnostics, sorted.

    A diagnostic names the article that is the cause, else the output file. `is_authored` says of an output path whether an author put that
    file into docs/ as it is. `known` are the stamps, by output path, of the files whose facts the context has; the facts of all others are
    extracted now, by `worker_count` processes. `demoted` are, for each text, the lines of the headings that are shown one level lower.
    `elsewhere` are URL paths, seen from the root of the site, below which other builds stand: links there are not followed.
    `stop_if_superseded` is called between files, and may raise to end the checks. Raises WorkerError where one of the processes is killed.
    """
    return _Inspection(context, site, is_authored, demoted, elsewhere).run(known, worker_count, stop_if_superseded)


def collect_facts(
    paths: Sequence[str], context: CheckContext, known: Mapping[str, OutputStamp], worker_count: int
) -> Iterator[tuple[str, Facts]]:
    """The output paths of all files with facts, in order, and their facts: those of the context where the stamp is as in `known`."""
    inspected = [path for path in paths if context.has_facts(path)]
    unchanged = {path for path in inspected if path in known and known[path] == context.stamp(path)}
    yield from workers.with_progress("Inspecting", _facts_in_batches(inspected, context, unchanged, worker_count), len(inspected))


def _facts_in_batches(paths: list[str], context: CheckContext, unchanged: Set[str], worker_count: int) -> Iterator[tuple[str, Facts]]:
    many = len(paths) - len(unchanged) > MIN_FILES_FOR_WORKERS
    with workers.executor(replace(context, facts=FactsTable()), worker_count if many else 1) as pool:
        for batch in batches(paths, FILES_PER_BATCH):
            found = {path: facts for path in batch if path in unchanged and (facts := context.facts.find(path))}
            found |= _cached_facts([path for path in batch if path not in found], context, partial(_extract_all, pool))
            yield from ((path, found[path]) for path in batch)


def _extract_all(pool: Executor, paths: list[str]) -> Iterator[Facts]:
    parts = pool.map(_extract_batch, batches(paths, FILES_PER_TASK))
    return (facts for part in parts for facts in part)


def _extract_batch(paths: list[str]) -> list[Facts]:
    """Extracts the facts of a batch of output files in a worker."""
    context: CheckContext = workers.shared_value()
    return [context.extract(path) for path in paths]


def _cached_facts(paths: list[str], context: CheckContext, make: Callable[[list[str]], Iterator[Facts]]) -> dict[str, Facts]:
    """The facts of files by output path: from the cache, or as `make` returns them."""
    if context.disk_cache is None:
        return dict(zip(paths, make(paths), strict=True))
    keys = {path: context.cache_key(path, (context.site / path).read_bytes()) for path in paths}
    pieces = {key: path for path, key in keys.items()}
    by_key = dict(cache.cached(context.disk_cache, pieces, make, _load_or_none, lambda facts: cache.dump_json(pack_facts(facts))))
    return {path: by_key[key] for path, key in keys.items()}


def _load_or_none(data: bytes) -> Facts | None:
    packed = cache.loader(PackedFacts)(data)
    try:
        return unpack_facts(packed) if packed else None
    except (ValueError, TypeError):
        return None


class _Inspection:
    """One application of all rules to a site."""

    def __init__(
        self,
        context: CheckContext,
        site: Site,
        is_authored: Callable[[str], bool],
        demoted: Mapping[SourcePath, Sequence[int]],
        elsewhere: Collection[str],
    ) -> None:
        self._demoted = demoted
        base = context.extraction.allowed.base
        self._context, self._site_dir, self._site, self._is_authored = context, context.site, site, is_authored
        self._files = frozenset(folders.list_files(context.site, follows_links=True))
        self._articles = {f"{article.url}index.html": article for article in site.published}
        self._links = LinkChecker(self._files, base, LinkSuggestions(site, self._files), elsewhere)
        self._withheld = WithheldNames(site, base)
        self._diagnostics: dict[DiagnosticKey, Diagnostic] = {}

    def run(self, known: Mapping[str, OutputStamp], worker_count: int, stop_if_superseded: Callable[[], None]) -> tuple[Diagnostic, ...]:
        """Checks all files, then what depends on several pages, then the articles; returns the diagnostics, sorted."""
        for path, facts in collect_facts(sorted(self._files), self._context, known, worker_count):
            stop_if_superseded()
            self._check_whole_file(path, facts)
            if path_suffix(path) in PAGE_SUFFIXES:
                self._check_page(path, facts)
            else:
                self._check_data_file(path, facts)
        for path, broken in self._links.broken_anchors():
            self._report_links(path, broken)
        for article in self._site.published:
            self._check_article(article)
        return tuple(sorted(self._diagnostics.values()))

    def _check_whole_file(self, path: str, facts: Facts) -> None:
        exempt = self._exempt_rules(path) if facts.faults else frozenset()
        for fault in facts.faults:
            if fault.rule not in exempt:
                self._report_file(fault.rule, path, fault.message)

    def _exempt_rules(self, path: str) -> frozenset[str]:
        """The rules that do not hold for the file at an output path; a file in a trusted folder may have active content."""
        if not self._is_authored(path):
            return frozenset()
        return AUTHORS_CHOICE | {"live"} if is_trusted(SourcePath(path), self._site.rules.settings.trusted) else AUTHORS_CHOICE

    def _check_page(self, path: str, facts: Facts) -> None:
        self._check_active_content(path, facts)
        self._links.collect(path, facts)
        self._report_links(path, sorted((*facts.broken_links, *self._missing(path, facts)), key=lambda link: link.url))
        self._check_references(path, facts)
        self._check_images(path, facts)
        self._check_leaks(path, (path, path.removesuffix("index.html"), *facts.leak_candidates))

    def _check_data_file(self, path: str, facts: Facts) -> None:
        for link in self._missing(path, facts):
            self._report_file("feed", path, f"leads to {quoted(link.url)}, which is not there")
        if facts.leak_candidates and not (path_suffix(path) in TEXT_SUFFIXES and self._is_authored(path)):
            self._check_leaks(path, facts.leak_candidates)

    def _missing(self, path: str, facts: Facts) -> list[BrokenLink]:
        """The links of a file to missing files; only for these it is read again, as facts do not have the URLs."""
        missing = self._links.missing(facts.targets)
        if not missing:
            return []
        from almanac_kb.checks.extract import links_of_file

        links = links_of_file(path, (self._site_dir / path).read_bytes(), self._context.extraction)
        return [BrokenLink(url) for url, target in links.items() if target in missing]

    def _check_active_content(self, path: str, facts: Facts) -> None:
        """The rules `live`, `remote` and `style`."""
        text = self._article_text(path)
        for suspect in facts.suspects:
            match = text.find(suspect.words) if text else None
            source, position = self._source(path), match.position if match else Position()
            diagnostic = rules.rule_diagnostic(suspect.rule, source, position, suspect.message)
            self._report((suspect.rule, source, position, suspect.message), diagnostic)

    def _report_links(self, path: str, broken: list[BrokenLink]) -> None:
        """The rules `link`, `anchor` and `image`; a page with broken links is parsed again, for their elements and labels."""
        tree = html_page.parse((self._site_dir / path).read_bytes()) if broken else None
        if tree is not None:
            for key, diagnostic in self._links.diagnostics(path, tree, broken, self._article_text(path), self._source(path)):
                self._report(("link", *key), diagnostic)

    def _check_references(self, path: str, facts: Facts) -> None:
        """The rule `reference`."""
        text = self._article_text(path)
        for name in facts.undefined_references if text and facts.undefined_references and "][" in text.body else ():
            match = text.find((f"][{name}]",)) if text else None
            if match:
                source = self._source(path)
                message = f"[{name}] is not defined, so its brackets are shown"
                diagnostic = rules.rule_diagnostic("reference", source, match.position, message, f"add a line [{name}]: address")
                self._report(("reference", source, name), diagnostic)

    def _check_images(self, path: str, facts: Facts) -> None:
        """The rule `heavy`."""
        text = self._article_text(path)
        files = {url: self._links.served_file(target) for url, target in facts.images.items()}
        for image in rules.heavy_images(self._site_dir, {url: file for url, file in files.items() if file}):
            match = text.find((image.url, posixpath.basename(image.file), posixpath.basename(image.url))) if text else None
            header_position = text.article.image_position if text and text.article.image == image.file else Position()
            position = match.position if match else header_position
            self._report(("heavy", image.file), rules.rule_diagnostic("heavy", self._source(path), position, image.message))

    def _check_leaks(self, path: str, texts: Iterable[str]) -> None:
        """The rule `withheld`; the preview shows a refused article on purpose, as what is wrong with it."""
        for article in self._withheld.revealed(texts):
            message = f"is not published ({self._site.withheld[article.source]}), and yet {path} shows it"
            self._report(("withheld", article.source), rules.rule_diagnostic("withheld", article.source, Position(), message))

    def _check_article(self, article: Article) -> None:
        """The rules `description` and `heading`."""
        source = article.source
        for diagnostic in rules.missing_description(article):
            self._report(("description", source), diagnostic)
        demoted = self._demoted.get(source)
        if demoted:
            position = Position(article.body_line + demoted[0] - 1)
            count = f"{len(demoted)} headings are" if len(demoted) > 1 else "a heading is"
            message = f"{count} of the first level, shown as of the second"
            self._report(("heading", source), rules.rule_diagnostic("heading", source, position, message))

    def _article_text(self, path: str) -> ArticleText | None:
        """The text of the article whose page has this output path."""
        article = self._articles.get(path)
        return ArticleText(article) if article else None

    def _source(self, path: str) -> SourcePath:
        """The file that diagnostics name for an output file: the article of the page, else the output file itself."""
        article = self._articles.get(path)
        return article.source if article else SourcePath(path)

    def _report_file(self, rule: str, path: str, message: str) -> None:
        self._report((rule, path, message), rules.rule_diagnostic(rule, SourcePath(path), Position(), message))

    def _report(self, key: DiagnosticKey, diagnostic: Diagnostic) -> None:
        self._diagnostics.setdefault(key, diagnostic)
