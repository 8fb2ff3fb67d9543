"""Door: a site is made beside the old one and takes its place when everything has passed; whatever fails, the last good site stays."""

import atexit
import errno
import gc
import logging
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import event_priority

from knowledge import forks
from knowledge.catalogue import settings
from knowledge.catalogue.settings import Settings, SettingsError
from knowledge.publishing import exchange, tally
from knowledge.publishing.command import serving
from knowledge.publishing.exchange import ExchangeError
from knowledge.publishing.tally import Tally

log = logging.getLogger("mkdocs.hooks.knowledge")
LOGGERS = ("mkdocs", "properdocs")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ending = ExitStack()
"""What is undone when a build ends. It stands here because MkDocs tells on_build_error and on_shutdown nothing of the build."""


@dataclass(frozen=True)
class Build:
    """A build under way."""

    site: Path
    """The folder that readers see."""
    fresh: Path
    """The folder that the new site is made in."""
    tally: Tally
    """The warnings and errors so far."""


def on_startup(*, command: str, dirty: bool) -> None:
    """Has this process look for no garbage when it ends, which frees all its memory anyway."""
    atexit.register(gc.freeze)


@event_priority(1000)
def on_config(config: MkDocsConfig) -> None:
    """Before anybody asks where the site is: has it made in a new folder. A preview has a folder of its own already."""
    _ending.close()
    if serving():
        return
    site = Path(os.path.realpath(config.site_dir))
    try:
        chosen = settings.read(config.extra.get("knowledge"))
        exchange.check(site, _sources(config, chosen), _kept(config))
        fresh = _ending.enter_context(exchange.beside(site))
    except (ExchangeError, SettingsError, OSError) as error:
        raise PluginError(str(error)) from None
    _ending.callback(setattr, config, "site_dir", config.site_dir)
    _check_links_though_verbose()
    if gc.isenabled() and chosen.fast and forks.safe():
        gc.disable()  # this process holds all that it makes to the end; the garbage is made by its copies, which look for it
        _ending.callback(gc.enable)
    config["knowledge_build"] = Build(site, fresh, _ending.enter_context(tally.counting(*LOGGERS)))
    config.site_dir = str(fresh)


@event_priority(-1000)
def on_post_build(config: MkDocsConfig) -> None:
    """After everybody else: puts the new site in its place, or, where a strict build was warned, leaves the old one there."""
    build: Build | None = config.get("knowledge_build")
    if build is None:
        return
    if config.strict and build.tally.counts:
        raise Abort(f"Aborted with {build.tally.text()} in strict mode. {build.site} is as it was.")
    exchange.swap(build.fresh, build.site)
    log.info("Published in %s", build.site)
    try:
        _ending.close()
    except (ExchangeError, OSError) as error:
        log.info("the old site was not removed: %s; the next build tries again", error)


def on_build_error(error: Exception) -> None:
    """Removes what was made; says what a full disk means instead of showing where in the code it was noticed."""
    _ending.close()
    if isinstance(error, OSError) and error.errno in FULL:
        raise Abort(f"Aborted: {error}. Make room and build again; the site is as it was.")


def on_shutdown() -> None:
    """Removes what was made before Ctrl-C."""
    _ending.close()


def _sources(config: MkDocsConfig, chosen: Settings) -> tuple[Path, ...]:
    project = Path(config.config_file_path or "mkdocs.yml").parent
    mounted = (project / each.path for each in chosen.sources)
    return tuple(Path(os.path.realpath(each)) for each in (config.docs_dir, config.theme.custom_dir, *mounted) if each)


def _kept(config: MkDocsConfig) -> tuple[Path, ...]:
    project = Path(config.config_file_path or "mkdocs.yml").parent
    return tuple(Path(os.path.realpath(each)) for each in (project, os.path.expanduser("~")))  # noqa: PTH111 - Path.home raises without one


def _check_links_though_verbose() -> None:
    """MkDocs leaves out the check of anchors while this logger lets messages for debugging pass."""
    for name in LOGGERS:
        logger = logging.getLogger(f"{name}.structure.pages")
        _ending.callback(logger.setLevel, logger.level)
        logger.setLevel(max(logger.level, logging.INFO))
