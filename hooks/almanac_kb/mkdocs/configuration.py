"""What mkdocs.yml says, as commands read it without starting MkDocs: the folders of a site, its settings, its path rules.

Every function reads `mkdocs.yml` of the current folder unless it is `given` what stands there, and raises SettingsError where that can't be
read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load
from pathspec import GitIgnoreSpec
from yaml import YAMLError

from almanac_kb.content import settings, source_tree
from almanac_kb.content.former_site import FormerSite
from almanac_kb.content.publication import InclusionRules
from almanac_kb.content.settings import Settings, SettingsError
from almanac_kb.content.source_tree import Mount
from almanac_kb.mkdocs import defaults, material

MKDOCS_YML = Path("mkdocs.yml")


def site_language() -> str:
    """The language of the site, as mkdocs.yml names it."""
    theme = read_mkdocs_yml().get("theme")
    return str(theme.get("language") or "en") if isinstance(theme, dict) else "en"


def site_folder() -> Path:
    """The folder of the built site: `site_dir`, else `site`."""
    return Path(read_mkdocs_yml().get("site_dir") or "site")


def path_rules(given: Mapping[str, Any] | None = None) -> InclusionRules:
    """The path rules of mkdocs.yml."""
    configuration = read_mkdocs_yml() if given is None else given
    texts = [configuration.get(key) for key in ("exclude_docs", "draft_docs", "not_in_nav")]
    return InclusionRules(*(GitIgnoreSpec.from_lines(str(text).splitlines()) if text else None for text in texts))


def knowledge_settings(given: Mapping[str, Any] | None = None) -> Settings:
    """The settings of this project, from `extra.knowledge` and the options of the plugin."""
    configuration = read_mkdocs_yml() if given is None else given
    options = dict(material.plugins(configuration.get("plugins"))).get(defaults.PLUGIN, {})
    return settings.read_settings(defaults.site_settings((configuration.get("extra") or {}).get("knowledge"), options))


def former_site() -> FormerSite:
    """The former site, made with Material's own plugins, by their options."""
    return material.former_site_in(read_mkdocs_yml())


def mounts(docs: Path) -> tuple[Mount, ...]:
    """The folders that mkdocs.yml mounts into its own docs_dir; none for another folder."""
    return source_tree.open_mounts(knowledge_settings().sources, Path(), docs) if docs.resolve() == docs_folder().resolve() else ()


def docs_folder() -> Path:
    """The folder of articles: `docs_dir`, else `docs`."""
    return Path(read_mkdocs_yml().get("docs_dir") or "docs")


def read_mkdocs_yml(path: Path = MKDOCS_YML) -> dict[str, Any]:
    """The settings of MkDocs as they stand in the file; none where there is no such file."""
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            return dict(yaml_load(file) or {})
    except (OSError, YAMLError, ConfigurationError, TypeError, ValueError) as error:
        raise SettingsError(f"can't be read: {error}") from None
