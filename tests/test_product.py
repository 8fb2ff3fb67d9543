"""The project as a package: its wheel, the plugin in place of the hook file, and the site that `new` makes."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import installed
import pytest
import yaml
from builder import PROJECT, Built, environment, project, run
from library import DOCS

from almanac_kb import __version__
from almanac_kb.mkdocs import scaffold

SITE = """\
site_name: Almanac
site_description: A knowledge base made of the articles you already have
site_url: !ENV [SITE_URL, "http://127.0.0.1:8000/"]
"""
HOOK, PLUGIN = "hooks: [hooks/pipeline.py]\n", "plugins: [almanac]\n"
WHEEL = f"almanac_kb-{__version__}-py3-none-any.whl"


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel, as pip installs it."""
    folder = tmp_path_factory.mktemp("package")
    name, wheel = scaffold.pack_wheel()
    assert name == WHEEL
    (folder / name).write_bytes(wheel)
    with zipfile.ZipFile(folder / name) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def almanac(package: Path, folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Runs the script `almanac` of the unpacked wheel."""
    code = "import sys; sys.argv[0] = 'almanac'; from almanac_kb.mkdocs.cli import run; run()"
    variables = environment(PYTHONPATH=str(package), **changes)
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def _site(root: Path, docs: Mapping[str, str | bytes], settings: str) -> Path:
    """A site with these articles and settings, without this project's code."""
    project(root, docs)
    (root / "mkdocs.yml").write_text(SITE + settings)
    if settings == PLUGIN:
        shutil.rmtree(root / "hooks")
        shutil.rmtree(root / "overrides")
    return root


@pytest.mark.slow
def test_the_plugin_makes_the_site_of_the_hook_file_and_of_full_settings_to_the_byte(library: Built, package: Path, tmp_path: Path) -> None:
    by_hook = run(_site(tmp_path / "hook", DOCS, HOOK), "mkdocs", "build", "--strict")
    by_plugin = run(_site(tmp_path / "plugin", DOCS, PLUGIN), "mkdocs", "build", "--strict", PYTHONPATH=str(package))
    assert (by_hook.code, by_plugin.code) == (0, 0), by_hook.output + by_plugin.output
    expected = dict(library.files())
    assert dict(by_hook.files()) == expected
    assert dict(by_plugin.files()) == expected
    assert "NavPluginOrder" not in by_hook.output + by_plugin.output


def test_hook_file_and_plugin_in_one_site_are_refused(package: Path, tmp_path: Path) -> None:
    built = run(_site(tmp_path, {"a.md": "# A\n"}, HOOK + PLUGIN), "mkdocs", "build", PYTHONPATH=str(package))
    assert built.code == 1
    assert (
        "mkdocs.yml names both the plugin almanac and the hook hooks/pipeline.py, which do the same; take one of them out" in built.output
    )
    assert not (tmp_path / "site").exists()


def test_options_of_the_plugin_are_settings_and_mistakes_are_named(package: Path, tmp_path: Path) -> None:
    root = _site(tmp_path, {"a.md": "---\ndraft: true\n---\n# A\n"}, PLUGIN)
    (root / "mkdocs.yml").write_text(f"{SITE}plugins: [almanac: {{drafts: true}}]\n")
    built = run(root, "mkdocs", "build", PYTHONPATH=str(package))
    assert built.pages() == ["", "a/"], built.output
    (root / "mkdocs.yml").write_text(f"{SITE}plugins: [almanac: {{draft: true}}]\n")
    assert "plugins.almanac.draft: is no setting; did you mean drafts?" in run(root, "mkdocs", "build", PYTHONPATH=str(package)).output


def test_settings_that_a_site_names_stay_and_the_others_are_added(tmp_path: Path) -> None:
    docs = {"a.md": "# A\n\n==Light== and ~~dark~~\n\n## Part über all\n"}
    named = (
        "theme: {name: material, features: [header.autohide], palette: {scheme: slate}}\n"
        "markdown_extensions: [smarty, toc: {permalink: true}]\nplugins: [search]\nextra_css: [own.css]\n"
    )
    root = _site(tmp_path, docs, HOOK + named)
    (root / "docs/own.css").write_text("b { color: red }\n")
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    page = built.page("a/")
    assert "==Light== and ~~dark~~" in page.text_content()  # these extensions know neither
    assert page.xpath("//h2//@id") == ["part-uber-all"]
    assert page.xpath("//body/@data-md-color-scheme") == ["slate"]
    assert page.xpath("//input[@id='__palette_1']") == []
    styles = [href.rpartition("/")[2] for href in page.xpath("//link[@rel='stylesheet']/@href")]
    assert styles.index("knowledge.css") < styles.index("own.css")
    assert "plugins: search in mkdocs.yml is replaced: this site has a search of its own" in built.output
    assert not (built.site / "search/search_index.json").exists()


def test_another_theme_is_refused_with_what_to_write(tmp_path: Path) -> None:
    built = run(_site(tmp_path, {"a.md": "# A\n"}, HOOK + "theme: readthedocs\n"), "mkdocs", "build")
    assert "theme: must be material, got readthedocs; write `theme: {name: material}` into mkdocs.yml" in built.output


@pytest.mark.slow
def test_templates_of_a_site_stand_before_those_of_the_package(package: Path, tmp_path: Path) -> None:
    root = _site(tmp_path, {"a.md": "# A\n"}, PLUGIN)
    (root / "mkdocs.yml").write_text(f"{SITE}{PLUGIN}theme: {{name: material, custom_dir: own}}\n")
    (root / "own/partials").mkdir(parents=True)
    (root / "own/partials/copyright.html").write_text("<p>{{ config.site_name }}, by us</p>\n")
    built = run(root, "mkdocs", "build", PYTHONPATH=str(package))
    assert "<p>Almanac, by us</p>" in built.text("a/"), built.output
    assert (built.site / "assets/knowledge.css").is_file()
    (root / "own/partials/copyright.html").write_text("<p>Changed</p>\n")
    assert "<p>Changed</p>" in run(root, "mkdocs", "build", PYTHONPATH=str(package)).text("a/")


def test_new_makes_a_site_of_ten_files_that_is_built_and_checked(package: Path, tmp_path: Path) -> None:
    made = almanac(package, tmp_path, "new", "my-notes")
    assert made.returncode == 0, made.stderr
    root = tmp_path / "my-notes"
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    assert files == [
        *(f".github/workflows/{name}.yml" for name in ("check", "publish")),
        *(".gitignore", ".pre-commit-config.yaml", ".vscode/settings.json"),
        *("README.md", "docs/index.md", "mkdocs.yml", "requirements.txt", f"wheels/{WHEEL}"),
    ]
    assert len((root / "mkdocs.yml").read_text().splitlines()) < 25
    assert (root / "requirements.txt").read_text() == f"--find-links wheels\nalmanac-kb=={__version__}\n"
    assert almanac(package, root, "check").stdout == "1 to publish, 0 withheld, 0 refused; 0 errors, 0 warnings, 0 notices\n"
    built = almanac(package, root, "build", "--strict")
    assert built.returncode == 0, built.stderr
    assert "<title>My notes</title>" in (root / "site/index.html").read_text()
    assert [path for path in root.rglob("*") if path.is_file() and b"__NAME__" in path.read_bytes()] == []


def test_new_in_a_site_writes_an_article_and_with_site_another_site(package: Path, tmp_path: Path) -> None:
    almanac(package, tmp_path, "new", "one")
    assert almanac(package, tmp_path / "one", "new", "Tea").stdout == "docs/tea.md\n"
    assert almanac(package, tmp_path / "one", "new", "--site", "../two", "--name", "Zweite Notizen").returncode == 0
    assert yaml.safe_load((tmp_path / "two/requirements.txt").read_text().splitlines()[1]) == f"almanac-kb=={__version__}"
    assert (tmp_path / "two/mkdocs.yml").read_text().startswith("site_name: Zweite Notizen\n")
    again = almanac(package, tmp_path, "new", "one")
    assert (again.returncode, again.stderr) == (1, "one: is there already and is not empty; name a new folder\n")


def test_a_site_hands_on_the_wheel_it_came_from(package: Path, tmp_path: Path) -> None:
    almanac(package, tmp_path, "new", "one")
    clone_name, clone_wheel = scaffold.pack_wheel()
    with zipfile.ZipFile(tmp_path / "one/wheels" / clone_name) as installed, zipfile.ZipFile(tmp_path / "clone.whl", "w") as _:
        (tmp_path / "clone.whl").write_bytes(clone_wheel)
        with zipfile.ZipFile(tmp_path / "clone.whl") as packed:
            assert {name: installed.read(name) for name in installed.namelist()} == {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.slow
def test_the_packed_wheel_holds_what_hatchling_packs(tmp_path: Path) -> None:
    hatchling = pytest.importorskip("hatchling.build", reason="hatchling is not installed")
    code = f"import hatchling.build; print(hatchling.build.build_wheel({str(tmp_path)!r}))"
    assert hatchling
    name = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()[-1]
    (tmp_path / "packed.whl").write_bytes(scaffold.pack_wheel()[1])
    with zipfile.ZipFile(tmp_path / name) as theirs, zipfile.ZipFile(tmp_path / "packed.whl") as ours:
        code_files = [each for each in theirs.namelist() if ".dist-info/" not in each]
        assert sorted(code_files) == sorted(each for each in ours.namelist() if ".dist-info/" not in each)
        entry = next(each for each in theirs.namelist() if each.endswith("entry_points.txt"))
        assert theirs.read(entry).split() == ours.read(entry).split()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_a_new_site_is_built_in_an_empty_environment_from_a_folder_of_wheels(version: str, tmp_path: Path) -> None:
    root, python = tmp_path / "my-notes", installed.interpreter(version)
    scaffold.new_site(root, "My notes")
    built = installed.run(installed.install(root, python, tmp_path), root, "almanac", "build", "--strict")
    assert built.returncode == 0, built.stderr
    records = json.loads((root / "site/articles.json").read_text())
    assert records
    assert (root / "site/search/entry.json").is_file()


@pytest.mark.slow(seconds=40)
def test_the_tests_of_the_product_pass_where_everything_of_its_owner_is_replaced(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no clone")
    for path in map(Path, listed.stdout.splitlines()):
        if path.parts[0] not in {"docs", "mkdocs.yml", "README.md"} and (PROJECT / path).is_file():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / path, tmp_path / path)
    (tmp_path / "docs/look").mkdir(parents=True)
    (tmp_path / "docs/look/logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>\n')
    (tmp_path / "docs/index.md").write_text("# Mein Heft\n\nEigenes.\n")
    (tmp_path / "docs/tee.md").write_text("---\ndate: 2024-01-02\n---\n# Tee\n\nHeiß.\n")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Mein Heft\nsite_url: https://heft.example/\ncopyright: Ich\nextra: {knowledge: {per_page: 5}}\n"
        "theme: {name: material, language: de, logo: look/logo.svg, palette: {primary: pink}}\nhooks: [hooks/pipeline.py]\n"
    )
    chosen = ("product", "handbook", "settings", "layers", "csp", "sections", "feeds", "supply_chain", "catalogues", "messages", "llms")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", *(f"tests/test_{name}.py" for name in chosen)]
    ran = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
    built = run(tmp_path, "mkdocs", "build", "--strict")
    assert built.code == 0, built.output
    assert "/look/logo.svg" in built.text("tee/")
