"""Material's plugins for blog, tags and cards in mkdocs.yml, which this project replaces; the site they made before."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin

from almanac_kb.content import former_site
from almanac_kb.content.former_site import FormerSite
from almanac_kb.core import urls
from almanac_kb.mkdocs import compat

log = logging.getLogger("mkdocs.hooks.knowledge")
OWN_PLUGINS = frozenset({"almanac", "awesome-pages", "rss"})
"""Plugins of sites made by this project."""
REPLACED = {
    "blog": "its posts keep their addresses, and its lists are topics, tags, authors and the archive of this site",
    "tags": "the index of tags stands at /tags/, and the page that listed them leads there",
    "social": "articles without a picture have a drawn card already",
    "search": "this site has a search of its own",
    "redirects": "this site makes its redirects, but for those to other sites",
    "i18n": "articles such as backups.de.md and de/backups.md are translations, and each old address leads to its article",
    "section-index": "the page of a folder is that of its section",
    "git-revision-date-localized": "the setting `history: true` dates articles by their commits",
    "llmstxt": "llms.txt, llms-full.txt and each article as Markdown are made of all articles",
    "mermaid2": "diagrams are drawn by a program of this site",
    "glightbox": "pictures open as large as the window",
    "panzoom": "pictures open as large as the window",
}
"""Plugins that this project replaces, each with what becomes of its output."""
REFUSED = {
    "meta": "what a .meta.yml says of a folder must stand in the header of each article",
    "meta-manager": "what a .meta.yml says of a folder must stand in the header of each article",
    "autotag": "tags come from headers; write them there, or let .tags.yml give other words for a tag",
    "mkdocs-jupyter": "its pages run scripts of their own; convert notebooks by `jupyter nbconvert --to markdown`",
    "techdocs-core": "it brings a theme and plugins of Backstage; name the plugins that you use",
    "offline": "it takes the folders out of addresses, and needs Material's search",
    "gen-files": "it makes articles when all have been read; run its script before the build, so that they stand in docs/",
    "info": "it packs files for reports to Material, and asks other hosts at each build",
}
"""Plugins that can't be used beside this project and are removed with a warning, each with the reason and what to do."""


def plugins(named: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The names of the `plugins` of mkdocs.yml, as they are written there, with their options."""
    entries = [(key, value) for key, value in named.items()] if isinstance(named, Mapping) else named or ()
    for entry in entries:
        pairs = entry.items() if isinstance(entry, Mapping) else [entry] if isinstance(entry, tuple) else [(entry, None)]
        for name, options in pairs:
            yield str(name).removeprefix("material/"), options if isinstance(options, Mapping) else {}


def site_language(theme: object) -> str:
    """The language of the site as a BCP 47 tag, from the setting `theme` of mkdocs.yml, read by MkDocs or as it is written."""
    return str(theme.get("language") or "en") if isinstance(theme, Mapping) else "en"


def former_site_of(config: MkDocsConfig) -> FormerSite:
    """The former site that MkDocs made with these settings; called before plugins are added and replaced."""
    is_named = "plugins" in compat.named_settings(config)
    loaded = [(name, plugin.config) for name, plugin in config.plugins.items() if is_named and isinstance(plugin, BasePlugin)]
    given = [(name.partition(" ")[0].removeprefix("material/"), options) for name, options in loaded]
    return former(given, site_language(config.theme), has_nav=config.nav is not None)


def former_site_in(settings: Mapping[str, Any]) -> FormerSite:
    """The former site by the settings of mkdocs.yml as they are written."""
    return former(plugins(settings.get("plugins")), site_language(settings.get("theme")), has_nav=settings.get("nav") is not None)


def is_adopted(settings: Mapping[str, Any]) -> bool:
    """Whether mkdocs.yml is that of a MkDocs site, whose texts Python-Markdown reads: it has extensions, and `nav` or plugins of others."""
    return bool(settings.get("markdown_extensions")) and former_site_in(settings).is_mkdocs


def former(named: Iterable[tuple[str, Mapping[str, Any]]], language: str, *, has_nav: bool) -> FormerSite:
    """The former site by its plugins (names without `material/`, with options) and the language of its theme.

    MkDocs made one where there is a `nav`, or a plugin that this project does not add by itself.
    """
    given = [*named]
    blogs = (former_site.read_blog(options, language) for name, options in given if name == "blog")
    tags_page = next((str(options["tags_file"]) for name, options in given if name == "tags" and options.get("tags_file")), "")
    maps = next((options.get("redirect_maps") for name, options in given if name == "redirects"), None)
    translated = next((options for name, options in given if name == "i18n"), {})
    is_mkdocs = has_nav or any(name not in OWN_PLUGINS for name, _ in given)
    moved = {str(old): str(new) for old, new in (maps or {}).items()}
    default = next(iter(_languages(translated, is_default=True)), "") if translated.get("docs_structure") == "folder" else ""
    return FormerSite(is_mkdocs, tuple(filter(None, blogs)), tags_page, moved, _languages(translated, is_default=False), default)


def _languages(options: Mapping[str, Any], *, is_default: bool) -> tuple[str, ...]:
    """The languages that mkdocs-static-i18n builds below a folder, or the default one, which it builds at the top of the site."""
    given = [each for each in options.get("languages") or () if isinstance(each, Mapping)]
    return tuple(str(each.get("locale")) for each in given if each.get("locale") and bool(each.get("default")) is is_default)


def replace_plugins(config: MkDocsConfig) -> None:
    """Removes the plugins that this project replaces; logs those that mkdocs.yml names."""
    is_named = "plugins" in compat.named_settings(config)
    for name, instead in REPLACED.items():
        removed = [key for key in [*config.plugins] if key.partition(" ")[0] in {name, f"material/{name}"}]
        for key in removed:
            compat.remove_plugin(config, key)
        if removed and is_named:
            log.info("plugins: %s in mkdocs.yml is replaced: %s", name, instead)
    for name, reason in REFUSED.items():
        if compat.remove_plugin(config, name) or compat.remove_plugin(config, f"material/{name}"):
            log.warning("mkdocs.yml%s: plugins: %s is left out: %s", line_of_setting(config, name), name, reason)


def line_of_setting(config: MkDocsConfig, word: str) -> str:
    """The line of mkdocs.yml with a setting or plugin of that name, or with that text in a value, as `line_of` returns it."""
    file = Path(config.config_file_path or "")
    return line_of(file.read_text(encoding="utf-8", errors="replace"), word) if file.is_file() else ""


def line_of(text: str, word: str) -> str:
    """The number, behind a colon, of the first line of a mkdocs.yml with a setting or plugin of that name, else of the first that has it.

    Empty where no line has it.
    """
    named = re.compile(rf"\s*(?:-\s*)?(?:plugins:\s*\[.*\b)?(?:material/)?{re.escape(word)}\b")
    lines = [*enumerate(text.splitlines(), 1)]
    found = next((number for number, line in lines if named.match(line)), None)
    found = found or next((number for number, line in lines if word in line), None)
    return f":{found}" if found else ""


def other_builds(extra: Mapping[str, Any], base: str) -> tuple[str, ...]:
    """The URL paths, seen from the root of the site at `base`, at which `extra.alternate` says that the site stands in other languages."""
    given = extra.get("alternate")
    links = [str(each.get("link") or "") for each in given or () if isinstance(each, Mapping)] if isinstance(given, list) else []
    targets = (urls.resolve_url(link, "index.html", base) for link in links if link.startswith(("/", "http")))
    return tuple(f"{target.path.rstrip('/')}/" for target in targets if target and target.path.strip("/"))
