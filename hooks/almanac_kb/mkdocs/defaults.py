"""Defaults of a site that names none in mkdocs.yml: Markdown extensions, look, style sheets, the plugins of navigation and feeds.

A value that mkdocs.yml names stays as it is; of lists, such as the extensions, what is missing is added.
"""

import logging
import os
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.theme import Theme
from mkdocs_awesome_pages_plugin.plugin import AwesomePagesPlugin
from pymdownx.arithmatex import arithmatex_fenced_format
from pymdownx.slugs import slugify
from pymdownx.superfences import fence_code_format

from almanac_kb.content.former_site import FormerSite
from almanac_kb.mkdocs import compat, material, theme_files
from almanac_kb.pages import page_input

log = logging.getLogger("mkdocs.hooks.knowledge")
PLUGIN = "almanac"
"""The name of the plugin, and of its options in the plugins of MkDocs."""
EXTENSIONS: Mapping[str, Mapping[str, Any]] = {
    "abbr": {},
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "footnotes": {},
    "md_in_html": {},
    "tables": {},
    "toc": {"permalink": True, "slugify": slugify(case="lower")},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.betterem": {},
    "pymdownx.caret": {},
    "pymdownx.details": {},
    "pymdownx.fancylists": {"additional_ordered_styles": []},
    "pymdownx.highlight": {"stripnl": False},
    "pymdownx.inlinehilite": {},
    "pymdownx.keys": {},
    "pymdownx.magiclink": {},
    "pymdownx.mark": {},
    "pymdownx.saneheaders": {},
    "pymdownx.superfences": {
        "preserve_tabs": True,
        "custom_fences": [
            {"name": "math", "class": "arithmatex", "format": arithmatex_fenced_format(mode="generic", tag="div")},
            {"name": "mermaid", "class": "mermaid", "format": fence_code_format},
        ],
    },
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
    "pymdownx.tilde": {"subscript": False},
}
"""The Markdown extensions of a site, with their options."""
EXCLUSIVE = {"pymdownx.fancylists": "sane_lists"}
"""Extensions that are not added beside another, which reads the same text otherwise."""
FEATURES = ("content.code.copy", "content.tabs.link", "navigation.footer", "navigation.top", "toc.follow")
SCHEMES = (
    ("(prefers-color-scheme)", "", "material/brightness-auto", "Switch to dark mode"),
    ("(prefers-color-scheme: dark)", "slate", "material/weather-night", "Switch to light mode"),
    ("(prefers-color-scheme: light)", "default", "material/weather-sunny", "Follow the system's colours"),
)
"""The colour schemes, each with its media query, name, icon, and the label of its button."""
COLOURS: Mapping[str, str] = {
    "red": "#c62828", "pink": "#ad1457", "purple": "#6a1b9a", "deep-purple": "#4527a0", "indigo": "#3949ab", "blue": "#1565c0",
    "light-blue": "#0277bd", "cyan": "#00838f", "green": "#2e7d32", "light-green": "#557a2b", "lime": "#6c6f00", "brown": "#5d4037",
    "amber": "#a15c00", "yellow": "#8a6d00", "orange": "#b45309", "deep-orange": "#bf360c", "grey": "#616161", "blue-grey": "#546e7a",
    "black": "#212121", "white": "#424242",
}  # fmt: skip
"""Shades of the primary colours of Material on which white letters are legible, by name."""
OWN_COLOUR = "#00695c"
"""The colour of the palette `custom`, and of names that are not known."""
STYLES = ("assets/knowledge.css", "assets/search.css")
NAVIGATION, RSS = "awesome-pages", "rss"
"""The names of the plugins that every site has."""
RSS_OPTIONS: Mapping[str, Any] = {"pretty_print": True, "length": 50}
"""The options of the RSS plugin in a site that names none."""
ENVIRONMENT = {"refused": "REFUSED", "drafts": "DRAFTS", "fast": "FAST", "workers": "WORKERS", "shared_cache": "SHARED_CACHE"}
"""The environment variables that set what `extra.knowledge` does not."""


def apply(config: MkDocsConfig) -> FormerSite:
    """Completes the configuration before anything reads it; returns the site that was before.

    Raises PluginError where mkdocs.yml names both the plugin and the hook file, or another theme than Material.
    """
    _refuse_both(config)
    named = compat.named_settings(config)
    _complete_theme(config, named.get("theme"))
    if not material.is_adopted(named):
        _complete_extensions(config, {*_names(named.get("markdown_extensions")), *config.mdx_configs})
    config.extra_css[:0] = [style for style in STYLES if style not in config.extra_css]
    _quiet_validation(config, named.get("validation") or {})
    former = material.former_site_of(config)
    material.replace_plugins(config)
    _add_rss_settings(config)
    if NAVIGATION not in config.plugins:
        _add_navigation(config)
    config.extra["knowledge"] = site_settings(config.extra.get("knowledge"), plugin_options(config))
    return former


def site_settings(given: object, options: Mapping[str, Any]) -> object:
    """The settings of `extra.knowledge` with the options of the plugin, and with those that environment variables give and no file."""
    if not isinstance(given, Mapping | None):
        return given
    variables = {key: yaml.safe_load(os.environ[name]) for key, name in ENVIRONMENT.items() if os.environ.get(name)}
    return {**variables, **options, **(given or {})}


def plugin_options(config: MkDocsConfig) -> Mapping[str, Any]:
    """The options of the plugin in mkdocs.yml, which are settings of the site; none where the site has the hook file."""
    options: Mapping[str, Any] = getattr(config.plugins.get(PLUGIN), "options", {})
    return options


def overrides() -> Path:
    """The folder of the templates, styles and scripts: in the wheel beside this module, in a clone beside `hooks/`."""
    inside = Path(__file__).with_name("overrides")
    return inside if inside.is_dir() else Path(__file__).parents[3] / "overrides"


def template_folders(config: MkDocsConfig) -> list[Path]:
    """The folders whose templates take the place of the theme's, the first before the second: the site's own, and ours."""
    own = [Path(config.theme.custom_dir)] if config.theme.custom_dir else []
    return list(dict.fromkeys([*own, overrides()]))


def _refuse_both(config: MkDocsConfig) -> None:
    hooks = [path for path in compat.hook_files(config) if path.name == "pipeline.py" and path.with_name("almanac_kb").is_dir()]
    if hooks and PLUGIN in config.plugins:
        raise PluginError(
            f"mkdocs.yml names both the plugin {PLUGIN} and the hook {hooks[0].parent.name}/{hooks[0].name}, which do the same; "
            "take one of them out"
        )


def _complete_theme(config: MkDocsConfig, named: Any) -> None:
    if named is None:
        config.theme = Theme("material")
    if config.theme.name != "material":
        raise PluginError(f"theme: must be material, got {config.theme.name}; write `theme: {{name: material}}` into mkdocs.yml")
    theme_files.list_visible_files(config.theme)
    own = named if isinstance(named, Mapping) else {}
    theme: Mapping[str, Any] = {"favicon": page_input.MARK, "font": False, "features": [*FEATURES], "palette": list(_palette())}
    for key, value in theme.items():
        if key not in own:
            config.theme[key] = value
    config.theme.dirs[: bool(config.theme.custom_dir)] = map(str, template_folders(config))
    config.watch += [config.theme.custom_dir] if config.theme.custom_dir else []


def primary_colour(config: MkDocsConfig) -> str:
    """The primary colour of the first palette that names one, as `#rrggbb`."""
    palette = config.theme.get("palette")
    named = (str(each.get("primary") or "") for each in (palette if isinstance(palette, list) else [palette]) if isinstance(each, Mapping))
    return COLOURS.get(next(filter(None, named), ""), OWN_COLOUR)


def _palette() -> Iterator[dict[str, Any]]:
    for media, scheme, icon, action in SCHEMES:
        colours = {"primary": "custom", "accent": "custom", "toggle": {"icon": icon, "name": action}}
        yield {"media": media, **({"scheme": scheme} if scheme else {}), **colours}


def _complete_extensions(config: MkDocsConfig, named: set[str]) -> None:
    own = {name.removeprefix("markdown.extensions.") for name in named}
    for name, options in EXTENSIONS.items():
        if name in own or EXCLUSIVE.get(name) in own:
            continue
        if name not in config.markdown_extensions:
            config.markdown_extensions.append(name)
        if options:
            config.mdx_configs[name] = dict(options)


def _names(given: Any) -> Iterator[str]:
    """The names of a list of extensions as mkdocs.yml has them, or of a map; MkDocs took those with options out of the list."""
    for item in given or ():
        yield from item if isinstance(item, Mapping) else [str(item)]


def _quiet_validation(config: MkDocsConfig, named: Mapping[str, Any]) -> None:
    """Has MkDocs say nothing of links and navigation, which are checked in what was built."""
    for part, keys in {"nav": ("omitted_files",), "links": ("not_found", "absolute_links", "unrecognized_links", "anchors")}.items():
        for key in keys:
            if key not in named and key not in (named.get(part) or {}):
                config.validation[part][key] = logging.DEBUG


def _add_navigation(config: MkDocsConfig) -> None:
    plugin = AwesomePagesPlugin()
    _configure(plugin, NAVIGATION, {"strict": False}, config)
    compat.add_plugin(config, NAVIGATION, plugin)


def _add_rss_settings(config: MkDocsConfig) -> None:
    """Puts the settings of the RSS plugin in its place, which has no events of its own: it gets its entries where feeds are made."""
    for name in [key for key in reversed(config.plugins) if key.partition(" ")[0] == RSS] or [RSS]:
        settings = compat.RssSettings()
        if name in config.plugins:
            settings.config = config.plugins[name].config
            compat.remove_plugin(config, name)
        else:
            _configure(settings, name, RSS_OPTIONS, config)
        for path in compat.rss_paths(settings.config):
            if posixpath.normpath(posixpath.join("/", path)) != f"/{path}":
                line = material.line_of_setting(config, path)
                raise PluginError(f"mkdocs.yml{line}: plugins: rss: feeds_filenames: {path} must be a path in the site, as feeds/new.xml")
        compat.add_plugin(config, name, settings)


def _configure(plugin: "BasePlugin[Any]", name: str, options: Mapping[str, Any], config: MkDocsConfig) -> None:
    errors, _ = plugin.load_config(dict(options), config_file_path=config.config_file_path)
    if errors:
        raise PluginError(f"plugins: {name} has other options than this version knows: {errors[0][1]}")
