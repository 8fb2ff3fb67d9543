"""Configuration: mkdocs.yml and the folder of articles, as commands read both without starting MkDocs."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load
from pathspec import GitIgnoreSpec

from almanac_kb.content import loader, settings, source_tree
from almanac_kb.content.former_site import FormerSite
from almanac_kb.content.publication import InclusionRules
from almanac_kb.content.settings import Settings, SettingsError
from almanac_kb.content.site import Site
from almanac_kb.content.source_tree import Mount
from almanac_kb.core.diagnostics import quoted
from almanac_kb.core.paths import SourcePath
from almanac_kb.frontmatter.formats import YAML_VALUE_ERRORS
from almanac_kb.mkdocs import defaults, documents, material, output
from almanac_kb.render import batches
from almanac_kb.render.document import Document
from almanac_kb.render.environment import CompileEnvironment

MKDOCS_YML = Path("mkdocs.yml")

KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("docs_dir", "site_dir"), ((str,), "a path")),
    **dict.fromkeys(("exclude_docs", "draft_docs", "not_in_nav"), ((str,), "lines of text")),
    "extra": ((dict,), "a map"),
    "theme": ((str, dict), "a name or a map"),
    **dict.fromkeys(("plugins", "markdown_extensions"), ((list, dict), "a list of names and maps")),
}
"""What commands read of mkdocs.yml: the Python types that a setting may have, and these in words."""


@dataclass(frozen=True)
class Configuration:
    """A folder of articles, and the mkdocs.yml whose settings count for it. Settings that can't be read raise SettingsError."""

    docs: Path
    """The folder of articles."""
    values: Mapping[str, Any]
    """The settings of MkDocs as they stand in mkdocs.yml; none where there is no such file."""

    @cached_property
    def settings(self) -> Settings:
        """The settings of this project, from `extra.knowledge` and the options of the plugin."""
        options = dict(material.plugins(self.values.get("plugins"))).get(defaults.PLUGIN, {})
        return settings.read_settings(defaults.site_settings((self.values.get("extra") or {}).get("knowledge"), options))

    @property
    def language(self) -> str:
        """The language of the site, as mkdocs.yml names it."""
        return material.site_language(self.values.get("theme"))

    @property
    def site_folder(self) -> Path:
        """The folder of the built site: `site_dir`, else `site`."""
        return Path(self.values.get("site_dir") or "site")

    @property
    def rules(self) -> InclusionRules:
        """The path rules: `exclude_docs`, `draft_docs` and `not_in_nav`."""
        texts = [self.values.get(key) for key in ("exclude_docs", "draft_docs", "not_in_nav")]
        return InclusionRules(*(GitIgnoreSpec.from_lines(str(text).splitlines()) if text else None for text in texts))

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """The folders that mkdocs.yml mounts into its own docs_dir; none for another folder of articles."""
        is_own = self.docs.resolve() == docs_folder(self.values).resolve()
        return source_tree.open_mounts(self.settings.sources, Path(), self.docs) if is_own else ()

    def load(self, former: FormerSite | None = None) -> Site:
        """The site of the articles; `former` is the site that published them before, which otherwise is told from mkdocs.yml."""
        return loader.load_site(
            self.docs,
            self.settings,
            output.now(),
            str(self.values.get("site_name") or ""),
            mounts=self.mounts,
            inclusion=self.rules,
            former=former or material.former_site_in(self.values),
        )

    def environment(self, site: Site, extensions: Mapping[str, Any] = MappingProxyType({})) -> CompileEnvironment:
        """The environment in which the texts of the site are compiled; `extensions` stand beside those that mkdocs.yml names."""
        named = self.values.get("markdown_extensions") or []
        listed = [named] if isinstance(named, dict) else [entry if isinstance(entry, dict) else {entry: {}} for entry in named]
        is_adopted = material.is_adopted(self.values)
        options = {**({} if is_adopted else extensions), **{str(name): own or {} for entry in listed for name, own in entry.items()}}
        env = documents.unbuilt_environment(site, self.settings, tuple(options), options, site.assets, Path())
        return replace(env, is_adopted=is_adopted)

    def compile(self, site: Site, extensions: Mapping[str, Any] = MappingProxyType({})) -> dict[SourcePath, Document]:
        """The documents of all published articles, in order; `extensions` as for `environment`."""
        return batches.compile_all(documents.texts(site), self.environment(site, extensions), None)


def read_configuration(docs: Path | str | None = None) -> Configuration:
    """The configuration in the current folder, for its own folder of articles or for another one."""
    values = read_mkdocs_yml()
    return Configuration(Path(docs) if docs else docs_folder(values), values)


def has_docs(configuration: Configuration) -> bool:
    """Whether there is the folder of articles; where not, standard error says so."""
    if not configuration.docs.is_dir():
        print(f"{configuration.docs}: there is no such folder", file=sys.stderr)
        return False
    return True


def docs_folder(values: Mapping[str, Any]) -> Path:
    """The folder of articles in the settings of mkdocs.yml: `docs_dir`, else `docs`."""
    return Path(values.get("docs_dir") or "docs")


def read_mkdocs_yml(path: Path = MKDOCS_YML) -> dict[str, Any]:
    """The settings of MkDocs as they stand in the file; none where there is no such file. Raises SettingsError where it can't be read."""
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            values = yaml_load(file) or {}
    except (OSError, ConfigurationError, TypeError, *YAML_VALUE_ERRORS) as error:
        raise SettingsError(f"can't be read: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise SettingsError("can't be read: it holds no map of settings")
    _check_kinds(values)
    return values


def _check_kinds(values: Mapping[str, Any]) -> None:
    """Raises SettingsError for the first setting among KINDS, or entry of its list, that is of another kind than MkDocs reads."""
    for key, (kinds, wanted) in KINDS.items():
        value = values.get(key)
        entries = value if isinstance(value, list) and list in kinds else []
        for each in (value, *entries):
            allowed = kinds if each is value else (str, dict)
            if each is not None and not isinstance(each, allowed):
                raise SettingsError(f"{key}: must be {wanted}, got {quoted(str(each))}")
