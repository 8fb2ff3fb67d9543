"""The health of a site in its build: its report, its addresses, the dates of its paragraphs."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import Files, InclusionLevel

from almanac_kb.build import BuildContext
from almanac_kb.content import history
from almanac_kb.content.article import ArticleKind
from almanac_kb.content.site import Site
from almanac_kb.core import cache, diagnostics
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.folders import explain_error
from almanac_kb.core.packed_text import PackedText
from almanac_kb.core.paths import SourcePath
from almanac_kb.health import addresses, moves
from almanac_kb.health.addresses import AddressBook
from almanac_kb.health.moves import UrlChanges
from almanac_kb.mkdocs import documents, reports
from almanac_kb.mkdocs.pages import PageFile, TextPage, lazy_file
from almanac_kb.pages.page_parts import ParagraphChange

log = logging.getLogger("mkdocs.hooks.knowledge")
DESCRIPTION = "What should be looked after in the articles of this site."


def add_page(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds the report where the setting `health` wants it, unless an article or a section has its URL."""
    if not build.settings.health:
        return
    from almanac_kb.health import findings  # here, so that a build without a report does not load the rules

    if any(file.dest_uri == f"{findings.PAGE_URL}index.html" for file in files):
        return
    found = findings.examine(findings.Corpus(build.site, build.documents, build.now, documents.glossary_words(build.site, build.settings)))
    named = reports.names(config, build)
    file = PageFile.generated(config, findings.PAGE_SOURCE, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    TextPage("Health", DESCRIPTION, findings.markdown(found, named, linked=True), findings.PAGE_URL, file, config)
    files.append(file)
    copy = lazy_file(config, f"{findings.PAGE_SOURCE}.txt", partial(findings.markdown, found, named))
    copy.dest_uri = findings.PAGE_SOURCE
    files.append(copy)
    files.append(lazy_file(config, f"{findings.PAGE_URL}health.json", partial(findings.as_json, found, named)))


def keep_addresses(build: BuildContext, docs: Path, site: Site) -> tuple[Site, AddressBook, UrlChanges]:
    """The site with a redirect for each address of the last published site that moved; what is gone is among its diagnostics."""
    book = read_addresses(build.project)
    changes = moves.compare(book, site, history.renames(docs, book.commit), build.info.language)
    kept = replace(
        site, redirects={**site.redirects, **changes.redirects}, diagnostics=tuple(sorted((*site.diagnostics, *changes.diagnostics)))
    )
    return kept, book, changes


def read_addresses(project: Path) -> AddressBook:
    """The addresses of the last published site, from the file beside mkdocs.yml; none where there is no such file."""
    try:
        return addresses.read(project / addresses.FILE)
    except ValueError as error:
        raise PluginError(str(error)) from None
    except OSError as error:
        raise PluginError(explain_error(error)) from None


def check_anchors(config: MkDocsConfig, build: BuildContext) -> None:
    """Reports linked parts of articles that are gone; raises Abort where that ends the build."""
    gone = moves.missing_anchors(build.address_book, build.address_changes, build.documents)
    diagnostics.log_diagnostics(gone, reports.names(config, build), log)
    if gone and build.settings.refused == "stop" and not build.is_preview:
        raise Abort(f"Aborted: {len(gone)} linked parts of articles are gone. Nothing was written.")


def add_addresses(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds the file of all addresses."""
    commit, disk_cache = history.head(Path(config.docs_dir)), build.disk_cache("sketches")

    def make() -> str:
        return addresses.dump(addresses.record(build.site, build.documents, build.feeds, commit, _sketches(build.site, disk_cache)))

    def key() -> str:
        return addresses.record_key(build.site, build.documents, build.feeds, commit)

    files.append(lazy_file(config, addresses.FILE, make, key))


def _sketches(site: Site, disk_cache: DiskCache | None) -> dict[str, str]:
    """The sketch of each text by its digest, from the cache where it has it."""
    if disk_cache is None:
        return {}
    code = cache.code_version(())
    bodies = {cache.cache_key(code, article.body.digest): article.body for article in site.published}

    def make(missing: list[PackedText]) -> Iterator[str]:
        return (addresses.sketch(body.text) for body in missing)

    found = dict(cache.cached(disk_cache, bodies, make, bytes.decode, str.encode))
    return {body.digest: found[key] for key, body in bodies.items()}


def date_paragraphs(build: BuildContext, docs: Path) -> dict[SourcePath, tuple[ParagraphChange, ...]]:
    """Returns the dates at which the paragraphs of each article changed, where the settings show them, from git."""
    if "paragraphs" not in build.settings.history:
        return {}
    from almanac_kb.health import wording

    build_cache, key = build.build_cache("lines"), cache.cache_key(cache.code_version(()), history.head(docs))

    def ask() -> bytes:
        return json.dumps(history.line_dates(docs)).encode()

    days = history.with_uncommitted(docs, json.loads(build_cache.get_or_make(key, ask) if build_cache else ask()))
    listed = (article for article in build.site.published if article.kind is ArticleKind.ARTICLE and article.source in days)
    return {article.source: wording.dated_paragraphs(article, days[article.source]) for article in listed}
