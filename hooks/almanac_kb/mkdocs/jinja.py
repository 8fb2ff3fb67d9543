"""Replacements for parts of Jinja and of MkDocs' template filters that do the same in less time."""

import posixpath

from jinja2 import Environment, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from mkdocs.utils import normalize_url
from mkdocs.utils.templates import url_filter

from almanac_kb.mkdocs import compat

MAX_FOLDERS = 50
"""Most folders whose URLs are kept."""


def install(env: Environment) -> None:
    """Replaces the escaping of output, and the filter `url` where it is MkDocs'; before the first template is compiled."""
    if env.code_generator_class is CodeGenerator:
        env.code_generator_class = compat.OutputGenerator
    if env.filters.get("url") is url_filter:
        env.filters["url"] = PageUrls().url


class PageUrls:
    """The filter `url`: relative URLs as MkDocs makes them, kept for the next pages of the same folder.

    From all pages of one folder, the URL of a target is the same, but from a page that it lies below.
    """

    def __init__(self) -> None:
        self._page = ""
        """The URL path of the page that was asked for last."""
        self._below = ""
        """The beginning of the targets whose URLs are this page's alone; empty where no other page shares its URLs."""
        self._folders: dict[tuple[str, str], dict[str, str]] = {}
        """The URLs of targets from the pages of each folder, or from the only page that has such, by target."""
        self._urls: dict[str, str] = {}
        """Those from the page."""

    @pass_context
    def url(self, context: Context, value: object) -> str:
        """The relative URL of a target from the page of the context."""
        page, target = context["page"], str(value)
        if page is None:
            return normalize_url(target, page=None, base=context["base_url"])
        here = page.url
        if here != self._page:
            self._enter(here)
        if self._below and target.startswith(self._below):
            return normalize_url(target, page=page)
        known = self._urls.get(target)
        if known is None:
            known = normalize_url(target, page=page)
            if not self._below or known == target or _is_plain(target):
                self._urls[target] = known
        return known

    def _enter(self, page: str) -> None:
        """Goes on to another page, with the URLs that are the same from there."""
        self._page = page
        is_folder = page.endswith("/") and _is_plain(page)
        self._below = page[:-1] if is_folder else ""
        if len(self._folders) > MAX_FOLDERS:
            self._folders = {}
        key = ("folder", posixpath.dirname(self._below)) if is_folder else ("page", page)
        self._urls = self._folders.setdefault(key, {})


def _is_plain(url: str) -> bool:
    """Whether a URL path consists of names alone, so that one lies below another if it begins with it."""
    return "\\" not in url and not {"", ".", ".."} & set(url.removesuffix("/").split("/"))
