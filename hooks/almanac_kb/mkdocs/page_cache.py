"""The page cache: a page is rendered again only if something changed that its template can show.

The key of a page is the digest of its PageInput, of what the theme reads of MkDocs' page and navigation, and of what all pages depend on:
code, templates, settings. Of a text it contains the digest, so that no HTML is made for it. A page whose template reads anything else has
no key, and so is rendered each time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
import material  # type: ignore[import-untyped]
import mkdocs
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils.templates import TemplateContext

from almanac_kb.build import BuildContext
from almanac_kb.content.article import Article
from almanac_kb.core import cache
from almanac_kb.core.cache import BuildCache, NotDigestibleError, code_version
from almanac_kb.core.folders import list_files, pass_over
from almanac_kb.mkdocs import compat, defaults, render_watch, template_code
from almanac_kb.mkdocs.pages import ArticlePage
from almanac_kb.mkdocs.render_watch import OnRead, RenderWatch, StandIn
from almanac_kb.render import environment

PACKAGES = ("jinja2", "markupsafe", "mkdocs", "mkdocs-material")
"""Packages whose versions affect rendered templates."""
THEME_FOLDERS = tuple(Path(str(package.__file__)).parent for package in (material, mkdocs))
"""Folders of packages whose templates change only with their versions; templates in other folders are digested."""
CODE = tuple(path.read_bytes() for path in cache.CODE_FILES)
"""The code and message catalogues of this package at the start of the process."""
TEMPLATE_SUFFIXES = frozenset({".css", ".html", ".j2", ".jinja", ".js", ".json", ".md", ".svg", ".txt", ".xml", ".yml"})
"""Extensions of templates and of files that they may include."""


@dataclass(frozen=True)
class LinkedPage:
    """The values that the theme shows of a linked page."""

    title: str
    url: str
    language_tag: str
    """The language of its title as a BCP 47 tag, where it declares one."""


@dataclass(frozen=True)
class ThemePage:
    """The values that the theme's templates read of MkDocs' page, under MkDocs' names."""

    title: str
    url: str
    abs_url: str | None
    canonical_url: str | None
    edit_url: str | None
    update_date: str
    is_homepage: bool
    content: str
    meta: Mapping[str, Any]
    article: Article | None
    previous_page: LinkedPage | None
    next_page: LinkedPage | None


@dataclass(frozen=True)
class PageCache:
    """The cache of pages as a build installs it."""

    pages: BuildCache | None
    """The HTML of pages, in a preview; None in a build, which takes them from its tree."""
    watch: RenderWatch
    templates: Mapping[str, tuple[Path, bytes]]
    """Path and content of each template outside the theme's packages, by name; read once, so that keys and rendering agree."""
    loader: jinja2.BaseLoader
    """The loader that returns these templates."""


def install(env: Environment, config: MkDocsConfig, build: BuildContext) -> PageCache | None:
    """Installs the cache, before the first template is compiled; returns None where the settings want none."""
    if not build.settings.fast:
        return None
    own = _templates(config.theme.dirs)
    loader = jinja2.ChoiceLoader([jinja2.FunctionLoader(partial(_read, own)), *filter(None, [env.loader])])
    watch = RenderWatch()
    render_watch.install(env, watch)
    env.loader = loader
    return PageCache(build.build_cache("pages") if build.is_preview else None, watch, own, loader)


def fingerprint(env: Environment, config: MkDocsConfig, build: BuildContext, pipeline: str) -> str:
    """The digest of everything that all pages depend on, after all plugins have run; empty where no page may be cached.

    Pages are not cached where others change their variables or their HTML, or load templates their own way. `pipeline` is the name of our
    hook's module. From now on the use of others' functions is recorded, and templates are compiled only once.
    """
    installed: PageCache | None = build.page_cache
    if installed is None or env.loader is not installed.loader:
        return ""
    render_watch.watch_functions(env, installed.watch)
    template_code.install(env, build.build_cache("templates"), PACKAGES)
    if compat.page_handlers(config, pipeline):
        return ""
    return _fingerprint(config, env, installed.templates, build)


def render(
    page: Page, template: jinja2.Template, values: TemplateContext, nav: Navigation, installed: PageCache | None
) -> tuple[str, bool]:
    """The HTML of a page from its template, and whether that read nothing that its key does not cover."""
    if installed is None:
        return template.render(values), False
    variables: Any = values
    stand_ins = partial(_stand_ins, page, theme_page(page, page.content or ""), nav, linked(nav.homepage), variables["config"])
    with installed.watch.page(variables, stand_ins) as watched:
        html = template.render(watched)
    return html, not installed.watch.has_read_more


def theme_page(page: Page, content: str) -> ThemePage:
    """The values that the theme's templates read of a page, with this HTML of its text."""
    return ThemePage(
        title=str(page.title),
        url=page.url,
        abs_url=page.abs_url,
        canonical_url=page.canonical_url,
        edit_url=page.edit_url,
        update_date=page.update_date,
        is_homepage=page.is_homepage,
        content=content,
        meta=page.meta,
        article=page.article if isinstance(page, ArticlePage) else None,
        previous_page=linked(page.previous_page),
        next_page=linked(page.next_page),
    )


def linked(page: Page | None) -> LinkedPage | None:
    """The values that the theme shows of a linked page; None where there is none."""
    return LinkedPage(str(page.title), page.url, getattr(page, "language_tag", "")) if page else None


def outline(items: Iterable[AnchorLink]) -> list[object]:
    """The table of contents as plain values, with attributes that plugins added."""
    return [{**vars(item), "children": outline(item.children)} for item in items]


def _stand_ins(
    page: Page, theme_page: ThemePage, nav: Navigation, homepage: LinkedPage | None, config: MkDocsConfig, note: OnRead
) -> Mapping[str, object]:
    around = {"previous_page": page.previous_page, "next_page": page.next_page}
    links = {name: _stand_in(f"page.{name}", other, linked(other), note) for name, other in around.items()}
    own = vars(theme_page) | {"title": page.title, "content": page.content, "toc": page.toc} | links
    if theme_page.article is None:
        del own["article"]
    return {
        "page": StandIn("page", page, own, note),
        "nav": StandIn("nav", nav, {"homepage": _stand_in("nav.homepage", nav.homepage, homepage, note)}, note),
        "config": StandIn("config", config, _config_values(config, note), note),
    }


def _stand_in(name: str, real: object, values: object, note: OnRead) -> object:
    return StandIn(name, real, vars(values), note) if real else None


def _config_values(config: MkDocsConfig, note: OnRead) -> dict[str, object]:
    """The settings of MkDocs that are part of the fingerprint; of a plugin, its options."""
    plugins = {
        name: StandIn(f"config.plugins[{name!r}]", plugin, {"config": getattr(plugin, "config", {})}, note)
        for name, plugin in config.plugins.items()
    }
    extra = {name: value for name, value in config.extra.items() if _has_digest(value)}
    return {
        **compat.plain_settings(config),
        "extra": config.extra if len(extra) == len(config.extra) else StandIn("config.extra", config.extra, extra, note),
        "theme": config.theme,
        "plugins": plugins,
    }


def _has_digest(value: object) -> bool:
    """Whether a value has a digest; objects of hooks have none."""
    try:
        cache.digest(value)
    except (NotDigestibleError, ValueError):
        return False
    return True


def _templates(folders: Iterable[str]) -> dict[str, tuple[Path, bytes]]:
    """The templates and icons of the project and of plugins, by name; the first folder with a name wins."""
    found: dict[str, tuple[Path, bytes]] = {}
    theme_folders: list[Path] = []
    for folder in map(Path, folders):
        if any(folder.is_relative_to(package) for package in THEME_FOLDERS):
            theme_folders.append(folder)
            continue
        for name in sorted(list_files(folder, unreadable=pass_over, follows_links=True)):
            path = folder / name
            if path.suffix in TEMPLATE_SUFFIXES and name not in found and not any((other / name).exists() for other in theme_folders):
                found[name] = path, path.read_bytes()
    return found


def _read(own: Mapping[str, tuple[Path, bytes]], name: str) -> tuple[str, str, Callable[[], bool]] | None:
    if name not in own:
        return None
    path, text = own[name]
    return text.decode(), str(path), lambda: True


def _settings_of(values: Mapping[str, Any], own: str) -> dict[str, Any]:
    """Settings by owner; those of this project, the `own` ones, without the number of worker processes, on which no page depends."""
    settings = values.get(own)
    rest = {key: value for key, value in settings.items() if key != "workers"} if isinstance(settings, Mapping) else settings
    return {**values, own: rest} if own in values else dict(values)


def _fingerprint(config: MkDocsConfig, env: Environment, own: Mapping[str, tuple[Path, bytes]], build: BuildContext) -> str:
    plugins = _settings_of({name: dict(getattr(plugin, "config", {})) for name, plugin in config.plugins.items()}, defaults.PLUGIN)
    values = _settings_of(config.extra, "knowledge")
    extra = {name: cache.digest(value) if _has_digest(value) else "" for name, value in values.items()}
    settings = {**compat.plain_settings(config), "extra": extra}
    text = environment.setting_text(
        [settings, plugins, dict(config.theme), replace(build.settings, workers=0), sorted(config), render_watch.names(env)]
    )
    parts = (part for name, (_, content) in own.items() for part in (name, content))
    return cache.cache_key(text, code_version(PACKAGES), cache.digest(build.inputs.reading), *CODE, *build.code, *parts)
