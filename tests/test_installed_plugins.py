"""The most installed plugins of MkDocs beside ours: each is installed from the registry, where one is reached, and built in a site."""

import json
import re
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path

import pytest
from builder import PROJECT, Built, environment
from material_sites import PIXEL

from almanac_kb.mkdocs import material

TABLE = PROJECT / "docs/handbook/plugins.md"
NOTEBOOK = {
    "cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Notebook\n", "Words of a notebook."]}],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
DOCS: dict[str, str | bytes] = {
    "docs/index.md": "# Home\n\nWelcome to [alpha](alpha.md).\n",
    "docs/alpha.md": "# Alpha\n\nText of alpha, see [beta](beta.md).\n",
    "docs/beta.md": "# Beta\n\n## Second part\n\nText of beta.\n",
}
WORKS, REPLACED, REFUSED = "works", "replaced", "refused"


@dataclass(frozen=True)
class Plugin:
    """A plugin, a site that uses it, and what must hold of what is built."""

    name: str
    package: str
    """The distribution that holds it; empty where Material brings it."""
    outcome: str
    shows: tuple[str, str] = ("", "Welcome")
    """A file of the built site, and a text in it."""
    options: str = ""
    settings: str = ""
    files: Mapping[str, str | bytes] = field(default_factory=dict)


def alpha(text: str) -> dict[str, str | bytes]:
    return {"docs/alpha.md": f"# Alpha\n\n{text}\n"}


DIAGRAM = "```mermaid\ngraph LR\n  A --> B\n```"
PLUGINS = (
    Plugin(
        "mkdocstrings",
        "mkdocstrings-python",
        WORKS,
        ("alpha/", "Switches the light."),
        "{handlers: {python: {paths: [src]}}}",
        files={**alpha("::: lamp"), "src/lamp.py": 'def light(on: bool) -> None:\n    """Switches the light."""\n'},
    ),
    Plugin(
        "autorefs",
        "mkdocs-autorefs",
        WORKS,
        ("alpha/", 'href="../beta/#second-part">the part'),
        files=alpha("See [the part][second-part]."),
    ),
    Plugin("macros", "mkdocs-macros-plugin", WORKS, ("alpha/", "42 lamps"), files=alpha("{{ 40 + 2 }} lamps")),
    Plugin("git-revision-date-localized", "mkdocs-git-revision-date-localized-plugin", REPLACED),
    Plugin(
        "redirects",
        "mkdocs-redirects",
        REPLACED,
        ("old/place/", 'url=../../alpha/"'),
        "{redirect_maps: {old/place.md: alpha.md}}",
    ),
    Plugin(
        "literate-nav",
        "mkdocs-literate-nav",
        WORKS,
        ("", "The second"),
        "{nav_file: SUMMARY.md}",
        files={"docs/SUMMARY.md": "* [Start](index.md)\n* [The second](beta.md)\n* [The first](alpha.md)\n"},
    ),
    Plugin("glightbox", "mkdocs-glightbox", REPLACED, ("alpha/", "dot.png"), files={**alpha("![A dot](dot.png)"), "docs/dot.png": PIXEL}),
    Plugin(
        "monorepo",
        "mkdocs-monorepo-plugin",
        WORKS,
        ("part/", "Text of the part."),
        settings="nav: [{Home: index.md}, {Part: '!include part/mkdocs.yml'}]\n",
        files={"part/mkdocs.yml": "site_name: part\nnav: [{Inner: index.md}]\n", "part/docs/index.md": "# Inner\n\nText of the part.\n"},
    ),
    Plugin("gen-files", "mkdocs-gen-files", REFUSED, options="{scripts: [gen.py]}", files={"gen.py": ""}),
    Plugin("mike", "mike", WORKS, ("", '"provider": "mike"'), settings="extra: {version: {provider: mike}}\n"),
    Plugin("section-index", "mkdocs-section-index", REPLACED),
    Plugin("minify", "mkdocs-minify-plugin", WORKS, ("", "Welcome to"), "{minify_html: true}"),
    Plugin("mermaid2", "mkdocs-mermaid2-plugin", REPLACED, ("alpha/", "assets/diagrams.js"), files=alpha(DIAGRAM)),
    Plugin("awesome-pages", "", WORKS, ("", "Beta"), files={"docs/.pages": "nav: [index.md, beta.md, alpha.md]\n"}),
    Plugin("techdocs-core", "mkdocs-techdocs-core>=1.4", REFUSED),
    Plugin(
        "include-markdown",
        "mkdocs-include-markdown-plugin",
        WORKS,
        ("alpha/", "Included words."),
        files={**alpha('{% include-markdown "part.txt" %}'), "docs/part.txt": "Included words.\n"},
    ),
    Plugin("panzoom", "mkdocs-panzoom-plugin", REPLACED, ("alpha/", "mermaid"), files=alpha(DIAGRAM)),
    Plugin("mkdocs-jupyter", "mkdocs-jupyter", REFUSED, files={"docs/notes.ipynb": json.dumps(NOTEBOOK)}),
    Plugin("meta-manager", "mkdocs-meta-manager", REFUSED, files={"docs/.meta.yml": "tags: [a]\n"}),
    Plugin(
        "link-marker", "mkdocs-link-marker", WORKS, ("alpha/", "https://example.com/"), files=alpha("[elsewhere](https://example.com/)")
    ),
    Plugin("autotag", "mkdocs-auto-tag-plugin", REFUSED, options="{globs: {lamps: ['alpha*']}}"),
    Plugin(
        "i18n",
        "mkdocs-static-i18n",
        REPLACED,
        ("de/alpha/", "alpha.de/"),
        "{docs_structure: suffix, languages: [{locale: en, default: true, name: English}, {locale: de, name: Deutsch}]}",
        files={"docs/alpha.de.md": "# Das Alpha\n\nText auf Deutsch.\n"},
    ),
    Plugin("git-authors", "mkdocs-git-authors-plugin", WORKS),
    Plugin(
        "mkdocs-simple-hooks",
        "mkdocs-simple-hooks",
        WORKS,
        ("alpha/", "Added by a hook."),
        "{hooks: {on_page_markdown: 'own_hooks:md'}}",
        files={"own_hooks.py": "def md(markdown, **_):\n    return markdown + '\\n\\nAdded by a hook.\\n'\n"},
    ),
    Plugin("llmstxt", "mkdocs-llmstxt", REPLACED, ("llms.txt", "Alpha"), "{sections: {All: [alpha.md]}}"),
    Plugin("search", "", REPLACED),
    Plugin(
        "blog",
        "",
        REPLACED,
        ("blog/2024/01/02/one/", "Words."),
        files={"docs/blog/posts/a.md": "---\ndate: 2024-01-02\n---\n# One\n\nWords.\n"},
    ),
    Plugin("tags", "", REPLACED, ("tags/", "lamp"), files={"docs/alpha.md": "---\ntags: [lamp]\n---\n# Alpha\n\nText.\n"}),
    Plugin("social", "", REPLACED),
    Plugin("privacy", "", WORKS),
    Plugin("typeset", "", WORKS),
    Plugin("meta", "", REFUSED, files={"docs/sub/.meta.yml": "tags: [a]\n", "docs/sub/x.md": "# X\n\nText.\n"}),
    Plugin("offline", "", REFUSED),
    Plugin("info", "", REFUSED),
)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The Python of an environment that has what this one has, and the package that is asked for; skips where that can't be installed."""
    folder = tmp_path_factory.mktemp("plugins")
    venv.create(folder)
    library = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    (next(folder.glob("lib/python*/site-packages")) / "these.pth").write_text(f"{library}\n")
    same = (f"{each.name}=={each.version}\n" for each in distributions() if not each.name.startswith("almanac"))
    (folder / "same.txt").write_text("".join(same))
    failures = _install(folder, sorted({plugin.package for plugin in PLUGINS} - {""}))

    def installed(package: str) -> Path:
        if package in failures:
            pytest.skip(f"{package} can't be installed: {failures[package]}")
        return folder / "bin/python"

    return installed


def _install(folder: Path, packages: Sequence[str]) -> Mapping[str, str]:
    """Installs packages into an environment, all at once as far as that is possible; why some of them can't be, by package."""
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install", "-q", "--no-compile"]
    ran = subprocess.run([*command, "-c", str(folder / "same.txt"), *packages], capture_output=True, text=True, check=False)
    if not ran.returncode:
        return {}
    if len(packages) == 1:
        return {packages[0]: ran.stderr.strip()[-200:]}
    middle = len(packages) // 2
    return {**_install(folder, packages[:middle]), **_install(folder, packages[middle:])}


def _built(root: Path, python: Path, plugin: Plugin) -> Built:
    for path, content in {**DOCS, **plugin.files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    entry = f"{plugin.name}: {plugin.options}" if plugin.options else plugin.name
    (root / "mkdocs.yml").write_text(
        f"site_name: S\nsite_description: D\nsite_url: https://example.org/kb/\ntheme: {{name: material}}\n{plugin.settings}"
        f"hooks: [{PROJECT}/hooks/pipeline.py]\nplugins:\n  - {entry}\n"
    )
    identity = ("-c", "user.name=Ada", "-c", "user.email=a@example.org")
    for arguments in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "first")):
        subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)
    command = [str(python), "-m", "mkdocs", "build"]
    ran = subprocess.run(command, cwd=root, env=environment(PYTHONPATH=str(root)), capture_output=True, text=True, check=False)
    return Built(root, ran.returncode, ran.stdout + ran.stderr)


@pytest.mark.slow(seconds=2)
@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_plugin_of_others_does_what_the_handbook_says(plugin: Plugin, python: Callable[[str], Path], tmp_path: Path) -> None:
    built = _built(tmp_path, python(plugin.package), plugin)
    assert built.code == 0, built.output
    path, text = plugin.shows
    assert text in built.text(path), built.output
    line = (tmp_path / "mkdocs.yml").read_text().splitlines().index("plugins:") + 2
    said = " ".join(built.output.split())
    refused = f"mkdocs.yml:{line}: plugins: {plugin.name} is left out: {material.REFUSED.get(plugin.name)}"
    assert (refused in said) is (plugin.outcome == REFUSED)
    assert (f"plugins: {plugin.name} in mkdocs.yml is replaced: " in said) is (plugin.outcome == REPLACED)
    assert not (built.site / "search/search_index.json").exists()


def test_the_table_of_the_handbook_is_that_of_the_tests_and_of_the_code() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \|", TABLE.read_text(), re.MULTILINE)
    assert rows == [(plugin.name, plugin.outcome) for plugin in PLUGINS]
    assert {name for name, outcome in rows if outcome == REPLACED} == material.REPLACED.keys()
    assert {name for name, outcome in rows if outcome == REFUSED} == material.REFUSED.keys()
