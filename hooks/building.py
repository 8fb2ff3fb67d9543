"""Door: writes all files and pages by all processors, where the system can copy a process; MkDocs then has only its templates left."""

import gc
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from jinja2 import Environment
from mkdocs.commands import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

from knowledge import forks, progress
from knowledge.batches import batches
from knowledge.checks.ground import Glance, Ground
from knowledge.forks import ForkError
from knowledge.publishing.command import serving
from knowledge.render.keeper import Keeper

FEW = 100
"""How many files are written by one process: copying it takes as long."""
BUILD_PAGE = build._build_page
Written = tuple[str, Glance | None]
"""The path of a file that was written, nothing for a job, and what was seen at a glance."""
Job = Callable[[], None]
"""Something that takes long and writes files of its own; other doors add theirs at `knowledge_jobs`."""


@event_priority(1000)
def on_config(config: MkDocsConfig) -> None:
    """Lets other doors add what takes long, and what remembers."""
    config["knowledge_jobs"] = []
    config["knowledge_keepers"] = []


@event_priority(-900)
def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Keeps the navigation, which pages need."""
    config["knowledge_nav"] = nav


@event_priority(-900)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Writes everything at once; a preview, which has threads, writes one after the other."""
    build._build_page = BUILD_PAGE
    if serving() or not config["knowledge_settings"].fast or len(files) < FEW or not forks.safe() or not _alone(config):
        gc.enable()
        for job in config["knowledge_jobs"]:
            job()
        return
    included = [file for file in files if file.inclusion.is_included()]  # type: ignore[no-untyped-call]
    work = [*([job] for job in config["knowledge_jobs"]), *batches(included, forks.CHUNK)]
    try:
        with closing(forks.share(_writing(env, config, files), work, ("mkdocs",), ended=partial(_keep, config))) as written:
            files_written = (each for chunk in written for each in chunk)
            for path, glance in progress.over("Writing", files_written, sum(map(len, work))):
                config["knowledge_glances"] |= {path: glance} if glance else {}
    except ForkError as error:
        raise PluginError(str(error)) from None
    files.copy_static_files = _nothing  # type: ignore[method-assign]
    build._build_page = _nothing


@event_priority(-950)
def on_post_build(config: MkDocsConfig) -> None:
    """Keeps what was made in this process, which another site may be built in."""
    build._build_page = BUILD_PAGE
    _keep(config)


def _keep(config: MkDocsConfig) -> None:
    keepers: list[Keeper] = config["knowledge_keepers"]
    for each in keepers:
        each.keep()


def _alone(config: MkDocsConfig) -> bool:
    """Whether no plugin looks at pages while they are written: what it gathers in a copy of this process would be lost."""
    looking = (*config.plugins.events["page_context"], *config.plugins.events["post_page"])
    return all(str(method.__module__).startswith("hooks/") for method in looking)


def _writing(env: Environment, config: MkDocsConfig, files: Files) -> Callable[[Sequence[File | Job]], list[Written]]:
    """What does jobs, or writes files and pages and glances at them."""
    shown, nav = files.documentation_pages(), config["knowledge_nav"]
    ground: Ground = config["knowledge_ground"]

    def write(file: File | Job) -> Glance | None:
        if not isinstance(file, File):
            file()
            return None
        if not file.is_documentation_page():
            file.copy_file()
        elif file.page:
            BUILD_PAGE(file.page, config, shown, nav, env)
        return ground.glance(file.dest_uri)

    return lambda chunk: [(file.dest_uri if isinstance(file, File) else "", write(file)) for file in chunk]


def _nothing(*_: Any, **__: Any) -> None:
    """What is left to write."""
