"""The report on the health of a site: its page, which readers get only where a setting shows it, and the same as Markdown and JSON."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from almanac_kb.build import BuildContext
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.core.paths import SourcePath
from almanac_kb.health import findings, report
from almanac_kb.health.findings import Corpus
from almanac_kb.mkdocs import documents, reports
from almanac_kb.mkdocs.pages import TextPage, lazy_file
from almanac_kb.render.document import Document

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
    file = File.generated(config, report.PAGE_SOURCE, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    TextPage("Health", DESCRIPTION, report.markdown(found, named, linked=True), report.PAGE_URL, file, config)
    files.append(file)
    copy = lazy_file(config, f"{report.PAGE_SOURCE}.txt", partial(report.markdown, found, named))
    copy.dest_uri = report.PAGE_SOURCE
    files.append(copy)
    files.append(lazy_file(config, f"{report.PAGE_URL}health.json", partial(report.as_json, found, named)))
