"""Check_site(): collect facts, apply rules."""

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from almanac_kb.body import heading
from almanac_kb.checks import facts as checks_facts
from almanac_kb.checks import html_page, rules
from almanac_kb.checks.active_content import AllowedContent
from almanac_kb.checks.extract import STUDIES, ExtractContext, extract_facts, path_suffix
from almanac_kb.checks.facts import BrokenLink, Facts
from almanac_kb.checks.links import LinkChecker, NearestNames
from almanac_kb.checks.rules import ArticleText, WithheldNames
from almanac_kb.content.reader import Article, Kind
from almanac_kb.content.site import Site
from almanac_kb.core import cache
from almanac_kb.core import workers as core_workers
from almanac_kb.core.cache import BuildCache, code_version
from almanac_kb.core.diagnostics import Diagnostic, Position, quoted
from almanac_kb.core.paths import SourcePath
from almanac_kb.core.workers import WorkerPool, batches
from almanac_kb.render.compiler import is_trusted

PAGES = frozenset({"html", "htm"})
TEXTS = frozenset({"txt", "md"})
PACKAGES = ("lxml",)
"""The packages whose version decides what is learned."""


@dataclass(frozen=True)
class FileCheck:
    """What a file told when it was written."""

    stamp: tuple[int, int]
    """Its size and when it was written, in nanoseconds: by them a file is known that was changed since."""
    facts: bytes
    """Its facts, to be loaded."""


@dataclass(frozen=True)
class CheckContext:
    """What all that is learned of a site has in common."""

    site: Path
    """The folder of the site."""
    lens: ExtractContext
    keeper: BuildCache | None = None
    """What facts are remembered by."""

    def tells(self, path: str) -> bool:
        """Whether there is anything to learn of the file at a path."""
        return path_suffix(path) in STUDIES.keys() - (frozenset() if self.lens.hidden else TEXTS)

    def study(self, path: str) -> Facts:
        """What the file at a path tells."""
        return extract_facts(path, (self.site / path).read_bytes(), self.lens)

    def key(self, path: str, data: bytes) -> str:
        """By what the facts of a file are remembered: all that they depend on."""
        return cache.cache_key(self._marks[path_suffix(path) in PAGES], path, data)

    def glance(self, path: str) -> FileCheck | None:
        """What the file at a path tells, right after it was written; None where there is nothing to learn."""
        if self.keeper is None or not self.tells(path) or not (self.site / path).is_file():
            return None
        stamp, data = self.stamp(path), (self.site / path).read_bytes()
        return FileCheck(
            stamp, self.keeper.get_or_make(self.key(path, data), lambda: checks_facts.dump_facts(extract_facts(path, data, self.lens)))
        )

    def stamp(self, path: str) -> tuple[int, int]:
        """The size of the file at a path and when it was written."""
        found = (self.site / path).stat()
        return found.st_size, found.st_mtime_ns

    @cached_property
    def _marks(self) -> tuple[str, str]:
        """What all facts depend on beside their file: those of feeds and texts, and those of pages."""
        allowed = self.lens.allowed
        said = (
            allowed.policy,
            allowed.diagrams,
            allowed.base,
            repr(sorted(allowed.hosts)),
            code_version(PACKAGES),
            repr(etree.LIBXML_VERSION),
        )
        return cache.cache_key(*said, *sorted(self.lens.hidden)), cache.cache_key(*said)


FEW = 400
"""How many files are read without workers."""
BATCH = 2000
"""How many files are gone through at a time, so that what was learned of all need not be held at once."""


def collect_facts(
    paths: Sequence[str], ground: CheckContext, glances: Mapping[str, FileCheck], workers: int | None
) -> Iterator[tuple[str, Facts]]:
    """What each file tells that can tell something, in order; `workers` is the number of processes, None asks the machine.

    What a glance has of a file that did not change since is believed.
    """
    telling = [path for path in paths if ground.tells(path)]
    seen = {path: glances[path] for path in telling if path in glances and glances[path].stamp == ground.stamp(path)}
    yield from core_workers.with_progress("Inspecting", _learned(telling, ground, seen, workers), len(telling))


def _learned(paths: list[str], ground: CheckContext, seen: Mapping[str, FileCheck], workers: int | None) -> Iterator[tuple[str, Facts]]:
    with WorkerPool(_maker, ground, FEW, workers) as staff:
        for batch in batches(paths, BATCH):
            unseen = [path for path in batch if path not in seen]
            learned = _recalled(unseen, ground, staff.make)
            yield from ((path, learned.get(path) or checks_facts.load_facts(seen[path].facts)) for path in batch)


def _maker(ground: CheckContext) -> Callable[[str], Facts]:
    return ground.study


def _recalled(paths: list[str], ground: CheckContext, make: Callable[[list[str]], Iterator[Facts]]) -> dict[str, Facts]:
    if ground.keeper is None:
        return dict(zip(paths, make(paths), strict=True))
    keys = {path: ground.key(path, (ground.site / path).read_bytes()) for path in paths}
    found = dict(cache.cached(ground.keeper.disk, {key: path for path, key in keys.items()}, make, _loaded, checks_facts.dump_facts))
    return {path: found[key] for path, key in keys.items()}


def _loaded(data: bytes) -> Facts | None:
    try:
        return checks_facts.load_facts(data)
    except (ValueError, TypeError):
        return None


OWN = frozenset({"page", "file"})
"""The rules that a file keeps or breaks as its author likes who put it into docs/ as it is."""


def check_context(site: Path, catalogue: Site, allowed: AllowedContent, keeper: BuildCache | None = None) -> CheckContext:
    """What the files of the site in the folder `site` are looked at with."""
    return CheckContext(site, ExtractContext(allowed, WithheldNames(catalogue, allowed.base).names), keeper)


def check_site(
    ground: CheckContext,
    catalogue: Site,
    copied: Callable[[str], bool] = lambda _: False,
    *,
    glances: Mapping[str, FileCheck] = MappingProxyType({}),
    workers: int | None = 1,
) -> tuple[Diagnostic, ...]:
    """All that does not hold of a site; `copied` says which of its files an author put into docs/ as they are.

    A problem names the article that is to blame; where none is, the file of the site. The `glances` are what files told when they were
    written; the others are read now.
    """
    return _Inspection(ground, catalogue, copied).run(glances, workers)


class _Inspection:
    """What one pass knows."""

    def __init__(self, ground: CheckContext, catalogue: Site, copied: Callable[[str], bool]) -> None:
        base = ground.lens.allowed.base
        self._ground, self._site, self._catalogue, self._copied = ground, ground.site, catalogue, copied
        self._files = frozenset(_files(ground.site))
        self._articles = {f"{article.url}index.html": article for article in catalogue.published}
        self._following = LinkChecker(self._files, base, NearestNames(catalogue, self._files))
        self._withheld = WithheldNames(catalogue, base)
        self._problems: dict[tuple[object, ...], Diagnostic] = {}

    def run(self, glances: Mapping[str, FileCheck], workers: int | None) -> tuple[Diagnostic, ...]:
        """Learns what each file tells, and reads those pages again in which something broken has to be found."""
        for path, facts in collect_facts(sorted(self._files), self._ground, glances, workers):
            self._whole(path, facts)
            if path_suffix(path) in PAGES:
                self._page(path, facts)
            else:
                self._feed(path, facts)
        for path, broken in self._following.late():
            self._tell(path, broken)
        for article in self._catalogue.published:
            self._article(article)
        return tuple(sorted(self._problems.values()))

    def _whole(self, path: str, facts: Facts) -> None:
        own = (
            (OWN | {"live"} if is_trusted(SourcePath(path), self._catalogue.rules.settings.trusted) else OWN) if self._copied(path) else ()
        )
        for fault in facts.faults:
            if fault.rule not in own:
                self._file(fault.rule, path, fault.message)

    def _page(self, path: str, facts: Facts) -> None:
        self._live(path, facts)
        self._tell(path, self._following.broken(path, facts))
        self._references(path, facts)
        self._heavy(path, facts)
        self._show(path, (path, path.removesuffix("index.html"), *facts.names))

    def _feed(self, path: str, facts: Facts) -> None:
        for address, target in facts.links.items():
            if self._following.reached(target) is None:
                self._file("feed", path, f"leads to {quoted(address)}, which is not there")
        if facts.names and not (path_suffix(path) in TEXTS and self._copied(path)):
            self._show(path, facts.names)

    def _live(self, path: str, facts: Facts) -> None:
        origin = self._origin(path)
        for sight in facts.sights:
            found = origin.find(sight.words) if origin else None
            source, position = self._blamed(path), found.position if found else Position()
            self._say((sight.rule, source, position, sight.message), rules.rule_diagnostic(sight.rule, source, position, sight.message))

    def _tell(self, path: str, broken: list[BrokenLink]) -> None:
        page = html_page.read_page(path, (self._site / path).read_bytes()) if broken else None
        for key, problem in self._following.told(page, broken, self._origin(path), self._blamed(path)) if page else ():
            self._say(("link", *key), problem)

    def _references(self, path: str, facts: Facts) -> None:
        origin = self._origin(path)
        for name in facts.undefined if origin and "][" in origin.article.body else ():
            found = origin.find((f"][{name}]",)) if origin else None
            if found:
                message = f"[{name}] is not defined, so its brackets are shown"
                source = self._blamed(path)
                self._say(
                    ("reference", source, name),
                    rules.rule_diagnostic("reference", source, found.position, message, f"add a line [{name}]: address"),
                )

    def _heavy(self, path: str, facts: Facts) -> None:
        origin = self._origin(path)
        files = {address: self._following.reached(facts.links[address]) for address in facts.pictures}
        for each in rules.heavy_images(self._site, {address: file for address, file in files.items() if file}):
            found = origin.find((each.address, posixpath.basename(each.file), posixpath.basename(each.address))) if origin else None
            position = (
                found.position if found else origin.article.image_position if origin and origin.article.image == each.file else Position()
            )
            self._say(("heavy", each.file), rules.rule_diagnostic("heavy", self._blamed(path), position, each.message))

    def _show(self, path: str, texts: Iterable[str]) -> None:
        for article in self._withheld.shown(texts):
            why = self._catalogue.withheld[article.source]
            message = f"is not published ({why}), and yet {path} shows it"
            self._say(("withheld", article.source), rules.rule_diagnostic("withheld", article.source, Position(), message))

    def _article(self, article: Article) -> None:
        source = article.source
        if article.kind is Kind.ARTICLE and article.summarised:
            taken = (
                f"is taken from the text: {quoted(article.description)}"
                if article.description
                else "is missing, and no sentence can stand for it"
            )
            self._say(("description", source), rules.rule_diagnostic("description", source, Position(), taken))
        spare = heading.spare(article.body)
        if spare:
            position = Position(article.body_line + spare[0].line - 1)
            count = f"{len(spare)} headings are" if len(spare) > 1 else "a heading is"
            self._say(
                ("heading", source),
                rules.rule_diagnostic("heading", source, position, f"{count} of the first level, shown as of the second"),
            )

    def _origin(self, path: str) -> ArticleText | None:
        article = self._articles.get(path)
        return ArticleText(article) if article else None

    def _blamed(self, path: str) -> SourcePath:
        article = self._articles.get(path)
        return article.source if article else SourcePath(path)

    def _file(self, name: str, path: str, message: str) -> None:
        self._say((name, path, message), rules.rule_diagnostic(name, SourcePath(path), Position(), message))

    def _say(self, key: tuple[object, ...], problem: Diagnostic) -> None:
        self._problems.setdefault(key, problem)


def _files(site: Path) -> Iterator[str]:
    for parent, _, names in os.walk(site):
        home = "" if (way := os.path.relpath(parent, site)) == "." else f"{Path(way).as_posix()}/"
        yield from (f"{home}{each}" for each in names)
