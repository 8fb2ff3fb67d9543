"""The files of the theme: those that MkDocs copies or renders, listed without the folders that it never publishes."""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.theme import Theme

from almanac_kb.core import folders

TEMPLATE = re.compile(r".*\.(?:html|py|pyc)|(?:.*/)?\..*|(?:.*/)?readme[^/]*|mkdocs_theme\.yml", re.IGNORECASE)
"""The files that MkDocs does not copy from the folder of a theme (`Files.add_files_from_theme`)."""


class _VisibleFiles(FileSystemLoader):
    """Loads the templates of a theme, and lists no hidden folder, such as that of Material's 14,000 icons: MkDocs copies none of them."""

    def list_templates(self) -> list[str]:
        return sorted({path for folder in self.searchpath for path in _visible_files(folder)})


class _ListedTheme(Theme):
    """The theme of a site, whose environment lists the files of the theme without hidden folders."""

    def get_env(self) -> Environment:
        env = super().get_env()
        if type(env.loader) is FileSystemLoader:
            env.loader = _VisibleFiles(self.dirs)
        return env


def list_visible_files(theme: Theme) -> None:
    """Has MkDocs list the files of a theme without its hidden folders."""
    if type(theme) is Theme:
        theme.__class__ = _ListedTheme


def theme_files(config: MkDocsConfig, own: Collection[Path] = ()) -> dict[str, str]:
    """The output paths of what MkDocs copies or renders from the theme and its overrides, with their owners; `own` are the overrides."""
    files: dict[str, str] = {}
    for folder in config.theme.dirs:
        owner = f"{Path(folder).name}/" if Path(folder) in own else "the theme"
        files |= {path: owner for path in sorted(_visible_files(folder)) if not TEMPLATE.fullmatch(path) and path not in files}
    return files | dict.fromkeys(config.theme.static_templates, "the theme")


def _visible_files(folder: str) -> Iterator[str]:
    """The files of a folder of the theme, by path in it, that are in no hidden folder."""
    return folders.list_files(folder, _is_published, folders.pass_over)


def _is_published(path: str, entry: os.DirEntry[str]) -> bool:
    """Whether MkDocs publishes files of a folder of the theme: not where its name begins with a dot, as that of Material's 14,000 icons."""
    return not entry.name.startswith(".")
