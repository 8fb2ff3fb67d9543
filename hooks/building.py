"""Door: writes all files and pages by all processors, where the system can copy a process; MkDocs then has only its templates left."""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment
from mkdocs.commands import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

from knowledge import progress
from knowledge.publishing import forks
from knowledge.publishing.command import serving
from knowledge.publishing.forks import ForkError
from knowledge.render.pages import Pages, Turn

FEW = 100
"""How many files are written by one process: copying it takes as long."""
BUILD_PAGE = build._build_page


@event_priority(-900)
def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Keeps the navigation, which pages need."""
    config["knowledge_nav"] = nav


@event_priority(-900)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Writes everything at once; a preview, which has threads, writes one after the other."""
    build._build_page = BUILD_PAGE
    if serving() or not config["knowledge_settings"].fast or len(files) < FEW or forks.processors() < 2:
        return
    included = [file for file in files if file.inclusion.is_included()]  # type: ignore[no-untyped-call]
    try:
        written = forks.share(_writing(env, config, files), included, ("mkdocs",))
        for turn in progress.over("Writing", written, len(included)):
            config["knowledge_pages"].add(turn)
    except ForkError as error:
        raise PluginError(str(error)) from None
    files.copy_static_files = _nothing  # type: ignore[method-assign]
    build._build_page = _nothing


def _writing(env: Environment, config: MkDocsConfig, files: Files) -> Callable[[File], Turn]:
    """What writes a file or page, and says which pages were remembered and which made."""
    shown, nav = files.documentation_pages(), config["knowledge_nav"]
    pages: Pages = config["knowledge_pages"]

    def write(file: File) -> Turn:
        if not file.is_documentation_page():
            file.copy_file()
        elif file.page:
            BUILD_PAGE(file.page, config, shown, nav, env)
        return pages.take()

    return write


def _nothing(*_: Any, **__: Any) -> None:
    """What is left to write."""
