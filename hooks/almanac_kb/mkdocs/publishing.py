"""The publication decision on assets, when all texts are final; cleaning of HTML, SVG and XML files; messages about both."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from almanac_kb.build import BuildContext
from almanac_kb.content import publication, site_builder, site_files
from almanac_kb.content.article import Article
from almanac_kb.content.publication import FileUses, Publication, PublicationState
from almanac_kb.content.site import Site
from almanac_kb.core import folders
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.diagnostics import Diagnostic, in_file
from almanac_kb.core.paths import SourcePath, UrlPath, is_article
from almanac_kb.markdown.renderers import AUTO
from almanac_kb.mkdocs import compat, defaults
from almanac_kb.render import batches, document, linker
from almanac_kb.render.document import Document
from almanac_kb.render.environment import CompileEnvironment, is_trusted, text_of

log = logging.getLogger("mkdocs.hooks.knowledge")
SRCSET = re.compile(r"\bsrcset\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
TEMPLATE_SUFFIXES = (".html", ".css", ".js", ".xml", ".txt", ".json")


def clean(files: Files, build: BuildContext) -> list[Diagnostic]:
    """Cleans files that browsers open as documents, or removes them; returns a warning for each that loses something."""
    assets = [file for file in files if file.src_uri in build.site.assets and file.abs_src_path and not file.generated_by]
    if not assets:
        return []
    from almanac_kb.render import markup_files  # here, so that a build without such files does not load it

    diagnostics = []
    for file in assets:
        is_safe = is_trusted(SourcePath(file.src_uri), build.settings.trusted)
        decision = markup_files.decide_file(file.dest_uri, Path(str(file.abs_src_path)).read_bytes, is_trusted=is_safe)
        if decision.action is markup_files.Action.LEAVE_OUT:
            files.remove(file)
        elif decision.action is markup_files.Action.REPLACE:
            file.content_bytes = decision.data
        note = markup_files.note(decision)
        diagnostics += [in_file(SourcePath(file.src_uri), "file", note)] if note else []
    return diagnostics


def decide_files(config: MkDocsConfig, build: BuildContext) -> dict[SourcePath, Publication]:
    """The decision on each asset of docs/ and of mounted folders."""
    settings = {**compat.plain_settings(config), "theme": dict(config.theme)}
    named = set(document.files_in_settings(settings, build.site.assets))
    for folder in defaults.template_folders(config):
        named |= set(_files_in_templates(folder, build.site))
    return decide(build.site, build.documents, build.environment, named, build.disk_cache("texts"), build.workers)


def decide(
    site: Site,
    documents: Mapping[SourcePath, Document],
    environment: CompileEnvironment,
    named: set[SourcePath],
    disk_cache: DiskCache | None = None,
    workers: int = 1,
) -> dict[SourcePath, Publication]:
    """The decision on each asset from the compiled texts; `named` are the files that settings and templates use."""
    urls = {path: UrlPath(path) for path in site.assets}
    used = named | {path for article in site.published for path in _uses(article, documents[article.source], urls)}
    published = document.with_used_files(used, site.assets, partial(_read, site))
    read, withheld = partial(_read, site), dict[SourcePath, SourcePath]()
    hidden = [article for article in _withheld_articles(site) if article.body or article.image]
    texts = [text_of(article.source, article.body, article.extra, AUTO) for article in hidden]
    compiled = batches.compile_all(texts, environment, disk_cache, workers)
    for article in hidden:
        used_here = {*_uses(article, compiled[article.source], urls), *_in_srcset(article, site)}
        for path in document.with_used_files(used_here, site.assets, read):
            withheld.setdefault(path, article.source)
    paths, head = [SourcePath(path) for path in sorted(site.assets)], partial(site_files.read_head, site.tree)

    def decided_by(uses: FileUses) -> dict[SourcePath, Publication]:
        return publication.decide_files(paths, uses, site.publications, site.rules, links=site.tree.links, head=head)

    decided = decided_by(FileUses(frozenset(published), withheld))
    if not published.issuperset(withheld):
        others = [path for path, found in decided.items() if found.is_published and path.casefold().endswith(document.SHOWING_SUFFIXES)]
        decided = decided_by(FileUses(frozenset(published | document.with_used_files(others, site.assets, read)), withheld))
    return {**{path: found for path, found in site.publications.items() if not is_article(path)}, **decided}


def decide_unbuilt(
    site: Site, compiled: Callable[[], tuple[Mapping[SourcePath, Document], CompileEnvironment]], settings: Any
) -> dict[SourcePath, Publication]:
    """The decision on each asset without a build; texts are `compiled` only where something depends on the files they use."""
    paths = [SourcePath(path) for path in sorted(site.assets)]
    head = partial(site_files.read_head, site.tree)
    unused = publication.decide_files(paths, FileUses(), site.publications, site.rules, links=site.tree.links, head=head)
    if not paths or (not site.withheld and all(decision.is_published for decision in unused.values())):
        return {**{path: found for path, found in site.publications.items() if not is_article(path)}, **unused}
    documents, environment = compiled()
    return decide(site, documents, environment, set(document.files_in_settings(settings, site.assets)))


def keep_published(files: Files, build: BuildContext) -> None:
    """Removes withheld files from the files of the site."""
    site = build.site
    withheld = {path for path, decision in build.publications.items() if not site.rules.shows(decision)}
    for file in [file for file in files if file.src_uri in withheld]:
        if file.abs_src_path and Path(file.abs_src_path) == site.tree.file(SourcePath(file.src_uri)):
            files.remove(file)


def report(config: MkDocsConfig, build: BuildContext) -> None:
    """Logs how many articles and files each folder withholds, and why; refused articles are reported elsewhere."""
    articles = {path: found for path, found in build.site.publications.items() if is_article(path)}
    named = {path: found for path, found in {**articles, **build.publications}.items() if found.state is not PublicationState.REFUSED}
    for line in publication.summarize(named, Path(config.docs_dir).name):
        log.info("%s", line)


def _uses(article: Article, document: Document, urls: Mapping[str, UrlPath]) -> Iterator[SourcePath]:
    """The files that an article shows or links to; `urls` has each file under its own path."""
    yield from (SourcePath(path) for path in linker.linked_assets(document, article.source, urls))
    if article.image in urls:
        yield SourcePath(article.image)


def cited_by_withheld(site: Site) -> set[str]:
    """Keys of the references that withheld articles cite."""
    keys = {reference.key for reference in site.bibliography.references}
    if not keys:
        return set()
    words = (set(re.findall(r"@([\w:./-]+)", article.body.text)) for article in _withheld_articles(site))
    return {key for found in words for word in found for key in (word, word.rstrip(".:/-")) if key in keys}


def _in_srcset(article: Article, site: Site) -> Iterator[SourcePath]:
    """Files that `srcset` names, which pages are published without."""
    for match in SRCSET.finditer(article.body.text):
        yield from document.files_in_text(match[0], article.source, site.assets)


def _withheld_articles(site: Site) -> list[Article]:
    """The articles that are withheld, with their texts, as far as they can be read; without those of hidden folders."""
    sources = [source for source in (*site.withheld, *site.refused) if not any(part.startswith(".") for part in source.split("/"))]
    if not sources:
        return []
    from almanac_kb.content import reader  # here, so that a build that withholds nothing need not load it

    readings = (reader.read_article(source, _read(site, source), site.rules.settings.order) for source in sources)
    found = [reading.article for reading in readings if reading.article]
    images = {article.source: article.image for article in site_builder.find_images(found, site.assets)[0]}
    return [replace(article, image=images.get(article.source, "")) for article in found]


def _read(site: Site, path: SourcePath) -> bytes:
    try:
        return site.tree.file(path).read_bytes()
    except OSError:
        return b""


def _files_in_templates(folder: Path, site: Site) -> Iterator[SourcePath]:
    """The files of docs/ that templates of the site's own name."""
    if all(not scope.used_only for scope in site.rules.scopes) and site.rules.settings.files != "used":
        return
    for path in (folder / name for name in sorted(folders.list_files(folder, unreadable=folders.pass_over, follows_links=True))):
        if path.suffix in TEMPLATE_SUFFIXES and path.stat().st_size <= document.FILE_SIZE:
            yield from document.files_in_text(path.read_text(encoding="utf-8", errors="replace"), "", site.assets)
