"""BuildContext: the typed state of one build; Session: what outlives a build."""

import os
from collections.abc import Callable, Iterable, MutableMapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from almanac_kb.checks.facts import FactsTable
from almanac_kb.checks.run import CheckContext, OutputStamp
from almanac_kb.content.article import Article
from almanac_kb.content.editions import Edition
from almanac_kb.content.former_site import FormerSite
from almanac_kb.content.loader import ReadCache
from almanac_kb.content.publication import Publication
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.core.cache import BuildCache, DiskCache
from almanac_kb.core.diagnostics import LogCounter, Reported
from almanac_kb.core.folders import file_digest
from almanac_kb.core.packed_text import TextFile
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.core.shared_cache import SharedCache
from almanac_kb.core.urls import GISCUS, NO_HOSTS, Hosts
from almanac_kb.core.workers import count_workers
from almanac_kb.health.addresses import AddressBook
from almanac_kb.health.moves import UrlChanges
from almanac_kb.pages.metadata import Translation
from almanac_kb.pages.page_input import SiteInputs
from almanac_kb.pages.page_parts import ParagraphChange
from almanac_kb.pages.sidebar import Sidebar
from almanac_kb.publish.site_tree import Manifest, ManifestEntry
from almanac_kb.render.document import Document
from almanac_kb.render.environment import CompileEnvironment
from almanac_kb.render.images import ImageSize
from almanac_kb.render.linker import LinkSources

if TYPE_CHECKING:
    from almanac_kb.render.compiler import Compiler

KEY = "almanac"
"""The key of the BuildContext in MkDocs' configuration."""
CACHE = Path(".cache", "knowledge")
"""The folder of the caches, beside mkdocs.yml."""
SHARED_KINDS = frozenset({"texts", "search"})
"""The kinds of values in the shared cache: those that are asked for by hundreds; one request for a page takes as long as making it."""
Value = TypeVar("Value")
PreviewType = TypeVar("PreviewType")


class StepOrderError(RuntimeError):
    """A step reads a field that is not set yet, or sets one twice; the message names the field and its step."""


class SetOnce(Generic[Value]):
    """A field of the build context: one step sets it, once; reading it before that is an error that names the step.

    Setting it is a safe point: the step has ended, and Superseded is raised where a newer save in a preview makes the build useless.
    """

    def __init__(self, step: str) -> None:
        self.step, self.name = step, ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, build: None, owner: type) -> "SetOnce[Value]": ...

    @overload
    def __get__(self, build: object, owner: type) -> Value: ...

    def __get__(self, build: object | None, owner: type) -> "SetOnce[Value] | Value":
        if build is None:
            return self
        if self.name not in vars(build):
            raise StepOrderError(f"{self.name} is read before the step `{self.step}` has set it")
        value: Value = vars(build)[self.name]
        return value

    def __set__(self, build: "BuildContext", value: Value) -> None:
        if self.name in vars(build):
            raise StepOrderError(f"{self.name} is set a second time; only the step `{self.step}` sets it, once a build")
        vars(build)[self.name] = value
        build.stop_if_superseded()


@dataclass(frozen=True)
class Output:
    """The folders of a build."""

    site: Path
    """The folder that readers see."""
    fresh: Path
    """The folder in which the new site is built."""
    parked: Path
    """The folder of an older site, from which the new one is made; it need not be there."""
    log_counter: LogCounter | None
    """Counts the warnings and errors logged since the build began; None in a preview, which warnings do not end."""
    shown: Manifest = field(default_factory=dict)
    """The manifest of the folder that readers see, in a preview, which shows it in memory only; empty otherwise."""


@dataclass(frozen=True)
class Policies:
    """The Content Security Policies of a site."""

    default: str
    """The policy of most pages."""
    diagrams: str
    """The policy of pages with diagrams, whose script sets styles."""


class BuildContext:
    """The values that the steps of one build hand on to each other."""

    output: SetOnce[Output] = SetOnce("_open")
    site: SetOnce[Site] = SetOnce("_load")
    """All published articles, sections and tags."""
    address_book: SetOnce[AddressBook] = SetOnce("_load")
    """The addresses of the site that was published last."""
    address_changes: SetOnce[UrlChanges] = SetOnce("_load")
    """The changes of these addresses since then."""
    info: SetOnce[SiteInfo] = SetOnce("_load")
    """Name, address and language of the site."""
    comparison: SetOnce[Callable[[], dict[SourcePath, tuple[SourcePath, ...]]]] = SetOnce("on_files")
    """A function that waits for the comparison of all articles and returns the related ones, by source path."""
    editions: SetOnce[tuple[Edition, ...]] = SetOnce("on_files")
    """The listings of the site for readers of each of its languages, first those of its own."""
    translations: SetOnce[dict[SourcePath, tuple[Translation, ...]]] = SetOnce("on_files")
    """The languages in which each article exists."""
    environment: SetOnce[CompileEnvironment] = SetOnce("on_files")
    """The environment in which texts are compiled."""
    documents: SetOnce[dict[SourcePath, Document]] = SetOnce("on_files")
    """The compiled text of each published article; a text that a plugin changed, or that was saved in a preview, replaces its entry."""
    urls: SetOnce[dict[str, UrlPath]] = SetOnce("on_files")
    """The URL path of each file of the site, by its source path."""
    image_sizes: SetOnce[dict[UrlPath, ImageSize]] = SetOnce("on_files")
    """Width and height in pixels of each image that an article shows."""
    has_bibliography: SetOnce[bool] = SetOnce("on_files")
    """Whether there is a page of all sources."""
    has_map: SetOnce[bool] = SetOnce("on_files")
    """Whether there is a map of the site."""
    nav: SetOnce[Any] = SetOnce("_sidebar")
    """MkDocs' navigation as all plugins left it."""
    sidebar: SetOnce[Sidebar] = SetOnce("_sidebar")
    page_cache: SetOnce[Any] = SetOnce("_templates")
    """The cache of pages as the adapter installs it; None where the settings want no cache."""
    publications: SetOnce[dict[SourcePath, Publication]] = SetOnce("_write")
    """The decision on each file of docs/ and of mounted folders that is no article."""
    page_fingerprint: SetOnce[str] = SetOnce("_write")
    """The digest of what every page depends on: settings, templates, code, versions of packages; empty where no page is cached."""
    related: SetOnce[dict[SourcePath, tuple[Article, ...]]] = SetOnce("_write")
    backlinks: SetOnce[dict[UrlPath, tuple[Article, ...]]] = SetOnce("_write")
    """The articles that link to each article, by its URL path."""
    feeds: SetOnce[frozenset[UrlPath]] = SetOnce("_write")
    """The URL paths of all Atom feeds."""
    inputs: SetOnce[SiteInputs] = SetOnce("_write")
    """The values from which the PageInput of every page is made."""
    former: SetOnce[FormerSite] = SetOnce("_open")
    """The former site of MkDocs and Material, by which the articles were published before."""
    provider_hosts: SetOnce[Hosts] = SetOnce("_load")
    """The hosts that Material's settings need."""
    csp: SetOnce[Policies] = SetOnce("_write")
    search: SetOnce[Any] = SetOnce("_write")
    """The input of the search index (`mkdocs.search.SearchInput`)."""
    checks: SetOnce[CheckContext] = SetOnce("_write")
    """The context in which each output file is checked."""
    paragraphs: SetOnce[dict[SourcePath, tuple[ParagraphChange, ...]]] = SetOnce("_write")
    """The dates at which the paragraphs of each article changed, where the settings show them."""
    entries: SetOnce[dict[str, ManifestEntry]] = SetOnce("_write")
    """The manifest of the new site: the cache key and the stamp of each file that a key describes."""
    stamps: SetOnce[dict[str, OutputStamp]] = SetOnce("_write")
    """The stamps of the output files whose facts are known, by output path."""

    def __init__(
        self,
        settings: Settings,
        now: datetime,
        project: Path,
        *,
        is_preview: bool,
        readings: ReadCache | None,
        facts: FactsTable | None = None,
        code: tuple[str, ...],
        stop_if_superseded: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings, self.now, self.project = settings, now, project
        self.is_preview, self.readings = is_preview, readings
        self.facts = facts
        """The facts of the output files of the last build of this command, in a preview; None otherwise."""
        self.stop_if_superseded = stop_if_superseded
        """The safe point between steps, texts, pages and checks: ends a build that a newer save in a preview makes useless."""
        self.code = code
        """Digests of the code of all hooks."""
        self.reported: list[Reported] = []
        """The diagnostics of this build that authors have seen so far."""
        self.workers = count_workers(settings.workers)
        """The number of worker processes."""
        self.text_file = TextFile(project / CACHE) if settings.fast and not is_preview and hasattr(os, "pread") else None
        """The file of bodies and HTML, which are not in memory; None in a preview, without caches, and where the system has no `pread`."""
        self._shared_cache = SharedCache(settings.shared_cache, project) if settings.shared_cache else None
        self._disk_caches: dict[str, DiskCache] = {}
        self._build_caches: list[BuildCache] = []
        self._compiler: Compiler | None = None

    @property
    def hosts(self) -> Hosts:
        """The hosts that pages may use: those that the settings name, and those that comments and Material's analytics need."""
        comments = GISCUS if self.settings.comments else NO_HOSTS
        return self.settings.hosts | self.provider_hosts | comments

    @property
    def link_sources(self) -> LinkSources:
        """The possible targets of links in texts."""
        return LinkSources(self.urls, self.image_sizes, self.documents)

    @property
    def compiler(self) -> "Compiler":
        """Compiles single texts: that of the bibliography, texts that plugins changed, texts saved in a preview."""
        from almanac_kb.render.compiler import Compiler  # here, so that a build in which no text changed does not load the parser

        self._compiler = self._compiler or Compiler(self.environment)
        return self._compiler

    def disk_cache(self, kind: str) -> DiskCache | None:
        """The cache of one kind of values, one object for the whole build; None where the settings want no cache."""
        if not self.settings.fast:
            return None
        if kind not in self._disk_caches:
            shared = self._shared_cache.of_kind(kind) if self._shared_cache and kind in SHARED_KINDS else None
            self._disk_caches[kind] = DiskCache(self.project / CACHE / f"{kind}.sqlite", shared)
        return self._disk_caches[kind]

    def build_cache(self, kind: str) -> BuildCache | None:
        """The cache of one kind of values that are looked up one by one; None without cache. `store_caches` writes what was added."""
        disk_cache = self.disk_cache(kind)
        build_cache = BuildCache(disk_cache) if disk_cache else None
        self._build_caches += [build_cache] if build_cache else []
        return build_cache

    def store_caches(self) -> None:
        """Writes what this process added to the caches."""
        for build_cache in self._build_caches:
            build_cache.store()

    def trim_caches(self) -> None:
        """Deletes values from caches that are too large, at the end of a build: those that no build used for the longest time."""
        for disk_cache in self._disk_caches.values():
            disk_cache.trim()


class Session(Generic[PreviewType]):
    """State of one command across its builds: whether it serves, its preview, and the clean-up still to be done."""

    def __init__(self, preview: PreviewType, pipeline: Path) -> None:
        self.preview = preview
        self.is_preview = False
        """Whether the command is `mkdocs serve`."""
        self.undo = ExitStack()
        """The clean-up of a build, which runs when it ends, however it ends."""
        self._pipeline = pipeline
        self._code = {pipeline: file_digest(pipeline)}

    def code(self, hooks: Iterable[Path]) -> tuple[str, ...]:
        """Digests of the pipeline's and other hooks' code at its first import: code that is saved later does not run in this process."""
        paths = (self._pipeline, *hooks)
        for path in paths:
            self._code[path] = self._code.get(path) or file_digest(path)
        return tuple(self._code[path] for path in paths)


def context(config: MutableMapping[str, Any]) -> BuildContext:
    """The build context in MkDocs' configuration."""
    build: BuildContext = config[KEY]
    return build
