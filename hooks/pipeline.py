"""The pipeline: what happens at each event of MkDocs, in the order of a build.

Each step is one call, or a few, into the package; what it makes is kept in the build context, which names the step of each of its fields.
FIRST and LAST are before and after all plugins, EARLY and LATE before and after those that name no priority.
"""

import gc

gc.disable()  # what a start imports is no garbage, and what a build makes is held; it is enabled where one process writes all pages

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from almanac_kb.build import Session, context
from almanac_kb.content.editions import editions_of
from almanac_kb.core.urls import of_providers
from almanac_kb.exports import sitemap
from almanac_kb.mkdocs import (
    defaults,
    documents,
    feeds,
    generated,
    health,
    listing_pages,
    navigation,
    output,
    page_cache,
    pages,
    publishing,
    reports,
    search,
    source_files,
    templates,
    writing,
)
from almanac_kb.mkdocs.preview import Preview
from almanac_kb.pages import metadata, related
from almanac_kb.render import linker

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

FIRST, EARLY, LATE, LAST = (event_priority(priority) for priority in (1000, 100, -100, -1000))
session = Session(Preview(), Path(__file__))


def on_startup(*, command: str, dirty: bool) -> None:
    """`mkdocs build` or `mkdocs serve`."""
    output.start(session, command)


@FIRST
def _open(config: MkDocsConfig) -> None:
    """Completes the configuration and begins the build context; the site is written to a new folder."""
    output.begin(session, config, defaults.apply(config))


@LATE
def _load(config: MkDocsConfig) -> None:
    """Reads all articles; where they have errors, a build ends before anything is written."""
    build = context(config)
    build.provider_hosts = of_providers(config.extra, config.theme.get("font"), templates.own_comments(config))
    output.check_settings(config, build.hosts)
    build.info = output.site_info(config)
    build.site, build.address_book, build.address_changes = health.keep_addresses(
        build, Path(config.docs_dir), output.load_site(config, build)
    )
    reports.articles(config, build)


on_config = CombinedEvent(_open, _load)


@LATE
def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Compiles all texts, and publishes the pages and files of the site in place of those that MkDocs found."""
    build = context(config)
    build.editions = editions_of(build.site)
    build.translations = metadata.find_translations((article for article in build.site.published if article.is_listed), build.info)
    source_files.install(files, config, build)
    listing_pages.add(files, config, build)
    generated.add(files, config, build)
    generated.date_section_pages(files, build)
    build.environment = documents.environment(files, config, build)
    build.documents = documents.compile_all(build)
    output.start_comparison(session, build)
    build.urls = documents.urls(files)
    reports.documents(config, build)
    health.check_anchors(config, build)
    build.image_sizes, damaged = documents.measure(files, build)
    reports.assets(damaged, config, build)
    generated.remove_unused_programs(files, config, build, __name__)
    build.has_bibliography = pages.add_bibliography(files, config, build)
    build.has_map = pages.add_map(files, config, build)
    health.add_page(files, config, build)
    return source_files.OutputFiles(files)


@EARLY
def _sections(nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
    """Makes the navigation of sections, which awesome-pages then orders."""
    return navigation.from_site(nav, config, files, context(config))


@LAST
def _sidebar(nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
    """Makes the sidebar of all pages from the navigation as plugins left it."""
    navigation.name_pages(files, config)  # awesome-pages puts a `nav:` that holds `...` back only when it has run
    context(config).nav, context(config).sidebar = nav, navigation.to_sidebar(nav, config)
    navigation.link_neighbours(nav, context(config))


@LAST
def _texts(nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
    """Links the texts of all pages, unless MkDocs has to do it because a plugin looks at them."""
    writing.read_texts(files, config, context(config), __name__)


on_nav = CombinedEvent(_sections, _sidebar, _texts)


@EARLY
def _templates(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
    """Prepares the templates: escaping, and the page cache."""
    build = context(config)
    prepared = templates.prepare(env, config, build)
    build.page_cache = page_cache.install(prepared, config, build)
    return prepared


@LAST
def _write(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """Writes the whole site except MkDocs' own templates."""
    build = context(config)
    build.publications = publishing.decide_files(config, build)
    publishing.keep_published(files, build)
    reports.assets(publishing.clean(files, build), config, build)
    publishing.report(config, build)
    shown = [article for article in build.site.published if article.is_listed]
    build.backlinks = related.backlinks(
        shown, lambda article: linker.link_targets(build.documents[article.source], article.source, build.urls)
    )
    generated.add_redirects(env, files, config, build)
    build.feeds = feeds.add_atom(files, config, build)
    health.add_addresses(files, config, build)
    build.search = search.collect(files, config, build)
    build.paragraphs = health.date_paragraphs(build, Path(config.docs_dir))
    plan = writing.plan(files, config, build, __name__)
    by_source = {article.source: article for article in build.site.articles}
    build.related = {source: tuple(by_source[other] for other in others) for source, others in build.comparison().items()}
    build.inputs = templates.site_inputs(build)
    build.page_fingerprint = page_cache.fingerprint(env, config, build, __name__)
    build.csp = templates.policies(env, files, config, build)
    templates.protect_files(files, build)
    build.checks = writing.prepare_checks(plan, config, build)
    session.preview.remember(env, files, config, build)
    build.stamps = writing.write(plan, env, files, config, build, __name__)


on_env = CombinedEvent(_templates, _write)


@LATE
def on_page_context(values: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the template of a page its PageInput."""
    return templates.fill(values, page, context(config))


def on_template_context(values: TemplateContext, *, template_name: str, config: MkDocsConfig) -> TemplateContext:
    """Gives templates that are no pages, such as 404.html, their PageInput."""
    return templates.fill_plain(values, context(config))


@LATE
def on_post_page(html: str, *, page: Page, config: MkDocsConfig) -> str:
    """Puts the Content Security Policy into the page, and the language of its article."""
    return templates.in_language(templates.protect(html, context(config)), page)


@LATE
def on_post_template(text: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Puts the Content Security Policy into other HTML templates; divides a sitemap that is too long for one file."""
    if template_name == sitemap.NAME:
        return generated.divide_sitemap(text, config, context(config))
    return templates.protect(text, context(config)) if template_name.endswith(".html") else text


@LAST
def on_post_build(config: MkDocsConfig) -> None:
    """Checks what was written; then it takes the place of the old site, or is shown in the preview."""
    build = context(config)
    session.preview.make_search(build)
    writing.check(config, build)
    output.finish(session, config, build)


def on_serve(server: "LiveReloadServer", *, config: MkDocsConfig, builder: Callable[[], None]) -> None:
    """Watches for saves."""
    session.preview.open(server, builder)


def on_build_error(*, error: Exception) -> None:
    """Removes the output of a failed build; the old site stays."""
    output.abandon(session, error)


def on_shutdown() -> None:
    """Removes temporary output at the end of the command."""
    output.close(session)
