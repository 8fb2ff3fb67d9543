"""The health of a site in a build: its report, for readers where a setting shows it, and its addresses, compared with those published."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import Files, InclusionLevel

from almanac_kb.build import BuildContext
from almanac_kb.content import history
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.core import diagnostics
from almanac_kb.core.paths import SourcePath
from almanac_kb.health import addresses, findings, report
from almanac_kb.health.addresses import AddressBook, Changes
from almanac_kb.health.findings import Corpus
from almanac_kb.mkdocs import documents, reports
from almanac_kb.mkdocs.pages import PageFile, TextPage, lazy_file
from almanac_kb.render.document import Document

log = logging.getLogger("mkdocs.hooks.knowledge")
DESCRIPTION = "What should be looked after in the articles of this site."


def corpus(site: Site, compiled: Mapping[SourcePath, Document], settings: Settings, now: datetime) -> Corpus:
    """What the rules look at."""
    return Corpus(site, compiled, now, frozenset(entry.term for entry in documents.glossary_entries(site, settings)))


def add_page(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds the report where the setting `health` shows it; an article or section of its URL keeps it."""
    if not build.settings.health or any(file.dest_uri == f"{report.PAGE_URL}index.html" for file in files):
        return
    found = findings.examine(corpus(build.site, build.documents, build.settings, build.now))
    named = reports.names(config, build)
    file = PageFile.generated(config, report.PAGE_SOURCE, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    TextPage("Health", DESCRIPTION, report.markdown(found, named, linked=True), report.PAGE_URL, file, config)
    files.append(file)
    copy = lazy_file(config, f"{report.PAGE_SOURCE}.txt", partial(report.markdown, found, named))
    copy.dest_uri = report.PAGE_SOURCE
    files.append(copy)
    files.append(lazy_file(config, f"{report.PAGE_URL}health.json", partial(report.as_json, found, named)))


def keep_addresses(build: BuildContext, docs: Path, site: Site) -> tuple[Site, AddressBook, Changes]:
    """The site with a redirect for each address of the last published site that moved; what is gone is among its diagnostics."""
    book = read_addresses(build.project)
    changes = addresses.compare(book, site, history.renames(docs, book.commit))
    kept = replace(
        site, redirects={**site.redirects, **changes.redirects}, diagnostics=tuple(sorted((*site.diagnostics, *changes.diagnostics)))
    )
    return kept, book, changes


def read_addresses(project: Path) -> AddressBook:
    """The addresses of the last published site, from the file beside mkdocs.yml; none where there is no such file."""
    try:
        return addresses.read(project / addresses.FILE)
    except (OSError, ValueError) as error:
        raise PluginError(str(error)) from None


def check_anchors(config: MkDocsConfig, build: BuildContext) -> None:
    """Reports linked parts of articles that are gone; raises Abort where that ends the build."""
    gone = addresses.missing_anchors(build.address_book, build.address_changes, build.documents)
    diagnostics.log_diagnostics(gone, reports.names(config, build), log)
    if gone and build.settings.refused == "stop" and not build.is_preview:
        raise Abort(f"Aborted: {len(gone)} linked parts of articles are gone. Nothing was written.")


def add_addresses(files: Files, config: MkDocsConfig, build: BuildContext) -> None:
    """Adds the file of all addresses."""
    commit = history.head(Path(config.docs_dir))
    files.append(lazy_file(config, addresses.FILE, lambda: addresses.dump(addresses.record(build.site, build.documents, commit))))
