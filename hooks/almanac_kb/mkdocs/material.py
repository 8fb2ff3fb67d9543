"""Material's plugins for blog, tags and cards in mkdocs.yml, which this project replaces; the site they made before."""

import logging
from collections.abc import Iterable, Iterator, Mapping
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
}
"""Plugins of Material that this project replaces, each with what becomes of its output."""
REFUSED: dict[str, str] = {}
"""Plugins that can't be used beside this project, each with the reason and what to do."""


def plugins(named: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The names of the `plugins` of mkdocs.yml, as they are written there, with their options."""
    entries = [(key, value) for key, value in named.items()] if isinstance(named, Mapping) else named or ()
    for entry in entries:
        pairs = entry.items() if isinstance(entry, Mapping) else [entry] if isinstance(entry, tuple) else [(entry, None)]
        for name, options in pairs:
            yield str(name).removeprefix("material/"), options if isinstance(options, Mapping) else {}


def former_site_of(config: MkDocsConfig) -> FormerSite:
    """The former site that MkDocs made with these settings; called before plugins are added and replaced."""
    is_named = "plugins" in compat.named_settings(config)
    loaded = [(name, plugin.config) for name, plugin in config.plugins.items() if is_named and isinstance(plugin, BasePlugin)]
    given = [(name.partition(" ")[0].removeprefix("material/"), options) for name, options in loaded]
    return former(given, str(config.theme.get("language") or "en"), has_nav=config.nav is not None)


def former_site_in(settings: Mapping[str, Any]) -> FormerSite:
    """The former site by the settings of mkdocs.yml as they are written."""
    theme = settings.get("theme")
    language = str(theme.get("language") or "en") if isinstance(theme, Mapping) else "en"
    return former(plugins(settings.get("plugins")), language, has_nav=settings.get("nav") is not None)


def former(named: Iterable[tuple[str, Mapping[str, Any]]], language: str, *, has_nav: bool) -> FormerSite:
    """The former site by its plugins (names without `material/`, with options) and the language of its theme.

    MkDocs made one where there is a `nav`, or a plugin that this project does not add by itself.
    """
    given = [*named]
    blogs = (former_site.read_blog(options, language) for name, options in given if name == "blog")
    tags_page = next((str(options["tags_file"]) for name, options in given if name == "tags" and options.get("tags_file")), "")
    maps = next((options.get("redirect_maps") for name, options in given if name == "redirects"), None)
    is_mkdocs = has_nav or any(name not in OWN_PLUGINS for name, _ in given)
    return FormerSite(is_mkdocs, tuple(filter(None, blogs)), tags_page, {str(old): str(new) for old, new in (maps or {}).items()})


def replace_plugins(config: MkDocsConfig) -> None:
    """Removes the plugins that this project replaces; logs those that mkdocs.yml names."""
    is_named = "plugins" in compat.named_settings(config)
    for name, instead in REPLACED.items():
        removed = [key for key in [*config.plugins] if key.partition(" ")[0] in {name, f"material/{name}"}]
        for key in removed:
            compat.remove_plugin(config, key)
        if removed and is_named:
            log.info("plugins: %s in mkdocs.yml is replaced: %s", name, instead)


def other_builds(extra: Mapping[str, Any], base: str) -> tuple[str, ...]:
    """The URL paths, seen from the root of the site at `base`, at which `extra.alternate` says that the site stands in other languages."""
    given = extra.get("alternate")
    links = [str(each.get("link") or "") for each in given or () if isinstance(each, Mapping)] if isinstance(given, list) else []
    targets = (urls.resolve_url(link, "index.html", base) for link in links if link.startswith(("/", "http")))
    return tuple(f"{target.path.rstrip('/')}/" for target in targets if target and target.path.strip("/"))
