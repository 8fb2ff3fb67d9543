"""Start and end of a build: the site is built beside the old one and replaces it when everything has passed; else the old one stays."""

import atexit
import errno
import gc
import logging
import os
from concurrent import futures
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError

from almanac_kb.build import CACHE, KEY, BuildContext, Output, Session
from almanac_kb.content import loader, schemas, settings, source_tree
from almanac_kb.content.former_site import FormerSite
from almanac_kb.content.settings import Settings, SettingsError
from almanac_kb.content.site import Site, SiteInfo
from almanac_kb.core import diagnostics, urls, workers
from almanac_kb.core.diagnostics import quoted
from almanac_kb.core.folders import NO_SPACE, explain_error
from almanac_kb.core.paths import SourcePath, base_url
from almanac_kb.core.urls import Hosts
from almanac_kb.core.workers import WorkerError
from almanac_kb.mkdocs import compat, defaults, material, reports, theme_files, writing
from almanac_kb.mkdocs.preview import Preview
from almanac_kb.pages import related
from almanac_kb.publish import atomic_swap
from almanac_kb.publish.atomic_swap import SwapError

log = logging.getLogger("mkdocs.hooks.knowledge")
BETWEEN_SAFE_POINTS = 0.1
"""Seconds for which a preview waits for a worker before it looks whether a save has come."""
MIN_ARTICLES_FOR_WORKERS = 100
"""Up to this many articles are compared by this process: starting a worker would cost more time than it saves."""
RelatedArticles = dict[SourcePath, tuple[SourcePath, ...]]
"""The source paths of related articles, by the source path of each article."""


def start(session: Session[Preview], command: str) -> None:
    """Records the command, and turns off garbage collection at its end, when all memory is freed anyway."""
    session.is_preview = compat.serves(command)
    atexit.register(gc.freeze)


def begin(session: Session[Preview], config: MkDocsConfig, former: FormerSite) -> None:
    """Reads the settings, sets a new folder as output, and begins the build context, before anything reads the output folder.

    `former` is the former site of MkDocs.
    """
    session.undo.close()
    config.config_file_path = os.path.abspath(config.config_file_path or "mkdocs.yml")  # noqa: PTH100 - as in later builds of a preview
    project = Path(config.config_file_path).parent
    if session.is_preview:
        session.preview.pause_collector()
        session.preview.watch_site(config)
    try:
        chosen, time = settings.read_settings(config.extra.get("knowledge")), now()
        if session.is_preview:
            session.preview.watch([str(project / mounted.path) for mounted in chosen.sources])
        output = session.preview.output(config, is_fast=chosen.fast) if session.is_preview else _beside(session, config, chosen, project)
    except (SwapError, SettingsError) as error:
        raise PluginError(str(error)) from None
    except OSError as error:
        raise PluginError(explain_error(error)) from None
    readings = session.preview.readings if session.is_preview else None
    code = session.code(compat.hook_files(config))
    build = BuildContext(
        chosen,
        time,
        project,
        is_preview=session.is_preview,
        readings=readings,
        facts=session.preview.facts if session.is_preview else None,
        code=code,
        stop_if_superseded=session.preview.stop_if_superseded,
    )
    build.output = output
    build.former = former
    if not session.is_preview:
        session.undo.callback(build.trim_caches)
        session.undo.callback(_print_report, build)
    else:
        with suppress(OSError):  # without them editors complete nothing; the site is the same
            schemas.write_schemas(project / schemas.FOLDER)
    config[KEY] = build
    config.site_dir = str(output.fresh)


def _check_cache_folder(folder: Path) -> None:
    """Says where nothing can be kept for the next build, which then takes as long as the first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    except OSError as error:
        log.info("%s. Until then every build takes as long as the first.", explain_error(error))


def _print_report(build: BuildContext) -> None:
    """Prints the diagnostics of a build in the chosen machine-readable format."""
    format_name = reports.chosen_format(None)
    if format_name != "text":
        print(reports.for_ci(format_name, build.reported), end="", flush=True)


def check_settings(config: MkDocsConfig, hosts: Hosts) -> None:
    """Raises PluginError for settings of MkDocs with which the whole site would be wrong; the message names the setting.

    `hosts` are those that pages may use.
    """
    if not config.use_directory_urls:
        raise PluginError("mkdocs.yml: use_directory_urls must stay true: articles are published as folders")
    if not config.site_url:
        raise PluginError("mkdocs.yml: site_url is missing: feeds and the sitemap need absolute links; set it to the address of the site")
    base = base_url(config.site_url)
    named = (("extra_javascript", "scripts", config.extra_javascript), ("extra_css", "styles", config.extra_css))
    for setting, kind, paths in named:
        for path in map(str, paths):
            if urls.resolve_url(path, "", base) is None and not (urls.scheme(path) == "https" and urls.host(path) in getattr(hosts, kind)):
                place = material.line_of_setting(config, path)
                raise PluginError(
                    f"mkdocs.yml{place}: {setting}: {quoted(path)} is on another host, from which pages load nothing; "
                    f"put the file into docs/ and name it by its path there, or add the host to hosts.{kind} below extra.knowledge"
                )


def load_site(config: MkDocsConfig, build: BuildContext) -> Site:
    """Reads all articles, and has MkDocs watch the folders they are mounted from."""
    docs = Path(config.docs_dir)
    if build.settings.fast:
        _check_cache_folder(build.project / CACHE)
    try:
        mounts = source_tree.open_mounts(build.settings.sources, build.project, docs)
        owned = theme_files.theme_files(config, defaults.template_folders(config))
        rules = compat.inclusion_rules(config, is_preview=build.is_preview)
        site = loader.load_site(
            docs,
            build.settings,
            build.now,
            config.site_name,
            language=site_info(config).language,
            mounts=mounts,
            known=build.readings,
            disk_cache=build.disk_cache("articles"),
            inclusion=rules,
            owned=owned,
            former=build.former,
            worker_count=build.workers,
            text_file=build.text_file,
            stop_if_superseded=build.stop_if_superseded,
        )
    except SettingsError as error:
        raise PluginError(str(error)) from None
    config.watch += [str(mounted.folder) for mounted in mounts]
    config.extra.setdefault(compat.SCOPE, urlsplit(config.site_url or "").path or "/")
    return site


def site_info(config: MkDocsConfig) -> SiteInfo:
    """Name, address and language of the site."""
    language = material.site_language(config.theme)
    return SiteInfo(config.site_name, base_url(config.site_url), config.site_description or "", config.site_author or "", language)


def start_comparison(session: Session[Preview], build: BuildContext) -> None:
    """Starts the comparison of all articles, in a worker where that pays; none where the last build compared the same."""
    articles, disk_cache = [article for article in build.site.articles if article.is_listed], build.disk_cache("related")
    keys = related.article_keys(articles, build.documents) if disk_cache else []
    known = related.known_articles(articles, keys, disk_cache) if disk_cache else None
    if known is not None:
        build.comparison = lambda: known
        return
    workers_for = build.workers if len(articles) > MIN_ARTICLES_FOR_WORKERS else 1
    running = ExitStack()
    session.undo.push(running)  # a build that fails meanwhile ends it
    pool = running.enter_context(workers.executor((articles, build.documents, disk_cache, keys), workers_for, tasks=1))
    future = pool.submit(_compare)

    def wait_for_result() -> RelatedArticles:
        with running:
            while not futures.wait((future,), BETWEEN_SAFE_POINTS).done:
                build.stop_if_superseded()
            return future.result()

    build.comparison = wait_for_result


def _compare() -> RelatedArticles:
    """Compares all articles in a worker."""
    return related.related_articles(*workers.shared_value())


def finish(session: Session[Preview], config: MkDocsConfig, build: BuildContext) -> None:
    """The last step: swaps in the new site; after warnings, a strict build keeps the old one."""
    build.store_caches()
    if session.is_preview:
        session.preview.show(config, build)
        return
    output = build.output
    if config.strict and output.log_counter and output.log_counter.counts:
        raise Abort(f"Aborted with {output.log_counter.text()} in strict mode. {output.site} is as it was.")
    atomic_swap.swap(output.fresh, output.site)
    log.info("Published in %s", output.site)
    try:
        writing.keep_trees(build)
        session.undo.close()
    except (SwapError, OSError) as error:
        log.info("the old site was not removed: %s; the next build tries again", error)


def abandon(session: Session[Preview], error: Exception) -> None:
    """Removes the output of a failed build; explains a file that can't be read or written, a full disk, or a killed worker."""
    session.undo.close()
    if isinstance(error, OSError) and (error.filename is not None or error.errno in NO_SPACE):
        log.debug("what the system refused", exc_info=error)
        raise Abort(f"Aborted: {explain_error(error)}. The site is as it was.")
    if isinstance(error, WorkerError):
        raise Abort(f"Aborted: {error}. The site is as it was.")


def close(session: Session[Preview]) -> None:
    """Removes temporary output at the end of the command, also after Ctrl-C."""
    session.undo.close()
    session.preview.close()


def _beside(session: Session[Preview], config: MkDocsConfig, chosen: Settings, project: Path) -> Output:
    """A new folder beside the site. Raises SwapError where the site's folder is not ours to replace."""
    site = Path(os.path.realpath(config.site_dir))
    atomic_swap.check_site_folder(site, _sources(config, chosen, project), _protected(project))
    fresh = session.undo.enter_context(atomic_swap.build_beside(site))
    session.undo.callback(setattr, config, "site_dir", config.site_dir)
    for name in compat.LINK_LOGGERS:
        logger = logging.getLogger(name)
        session.undo.callback(logger.setLevel, logger.level)
        logger.setLevel(max(logger.level, logging.INFO))
    if workers.count_workers(chosen.workers) > 1 and workers.can_fork():
        gc.unfreeze()
        gc.disable()  # this process holds all that it makes to the end; the garbage is made by its copies, which look for it
        session.undo.callback(gc.enable)
        session.undo.callback(gc.freeze)  # else all of it would be looked through once more
    else:
        gc.enable()
    return Output(site, fresh, project / writing.PREVIOUS_SITE, session.undo.enter_context(diagnostics.count_logged(*compat.LOGGERS)))


def _sources(config: MkDocsConfig, chosen: Settings, project: Path) -> tuple[Path, ...]:
    """The source folders of the site."""
    folders = [Path(config.docs_dir), *defaults.template_folders(config), *(project / source.path for source in chosen.sources)]
    return tuple(Path(os.path.realpath(path)) for path in folders)


def _protected(project: Path) -> tuple[Path, ...]:
    """Folders that no site may replace."""
    return tuple(Path(os.path.realpath(path)) for path in (project, os.path.expanduser("~")))  # noqa: PTH111 - Path.home raises without one


def now() -> datetime:
    """The time of a build: SOURCE_DATE_EPOCH (reproducible-builds.org) if set, else the clock's. Raises PluginError for no such time."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise PluginError(f"SOURCE_DATE_EPOCH: must be seconds since 1970 such as 1795305600, got {quoted(str(epoch))}") from None
