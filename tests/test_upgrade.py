"""What a new version does to sites of earlier ones: their addresses stay, and a clone that is a site merges without its demo."""

import re
import subprocess
from pathlib import Path

import pytest
from builder import PROJECT, Built, project, run
from lxml import html

from almanac_kb import __version__
from almanac_kb.mkdocs import scaffold
from almanac_kb.mkdocs.scaffold import ScaffoldError

VERSIONS = Path(__file__).with_name("versions")
"""Sites as they stood in earlier versions: articles, settings, and every address that the version published."""
RECENT = 30
"""Commits over which an upgrade is simulated."""


def _has_history() -> bool:
    counted = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False)
    return counted.returncode == 0 and int(counted.stdout) > RECENT


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    return subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def _leads_somewhere(address: str, built: Built) -> bool:
    path, _, fragment = address.lstrip("/").partition("#")
    file = built.site / path
    file = file / "index.html" if file.is_dir() else file
    return file.is_file() and (not fragment or bool(html.fromstring(file.read_bytes()).xpath("//*[@id=$id]", id=fragment)))


@pytest.mark.slow
@pytest.mark.parametrize("version", sorted(path.name for path in VERSIONS.iterdir()))
def test_a_site_of_an_earlier_version_keeps_its_addresses(version: str, tmp_path: Path) -> None:
    folder = VERSIONS / version
    built = run(project(tmp_path, folder / "docs", folder / "mkdocs.yml"), "mkdocs", "build", "--strict")
    assert built.code == 0, built.output
    addresses = (folder / "addresses.txt").read_text().split("\n")[:-1]
    assert len(addresses) > 100
    published = [address for address in addresses if not address.endswith("/cover.svg")]  # drawn covers are no more
    assert [address for address in published if not _leads_somewhere(address, built)] == []


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## (\S+)$", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == __version__
    assert set(versions[1:]) <= {path.name for path in VERSIONS.iterdir()}


def _small_project(folder: Path) -> Path:
    """A repository that is laid out like this one."""
    files = {
        "docs/index.md": "# Demo\n",
        "docs/handbook/a.md": "# A\n\nText.\n",
        "docs/handbook/b.md": "# B\n\nText.\n",
        "mkdocs.yml": "site_name: Demo\n",
        "README.md": "# Demo\n",
        "hooks/pipeline.py": "first = 1\n",
        ".github/workflows/publish.yml": "name: publish\n",
        ".github/workflows/audit.yml": "name: audit\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    _git(folder, "init", "-qb", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "first")
    return folder


def _clone(upstream: Path, folder: Path, commit: str = "HEAD") -> Path:
    _git(upstream, "clone", "-q", str(upstream), str(folder))
    _git(folder, "checkout", "-qB", "main", commit)
    _git(folder, "config", "user.name", "A")
    _git(folder, "config", "user.email", "a@example.org")
    return folder


def _files(folder: Path, *parts: str) -> dict[str, str]:
    listed = _git(folder, "ls-files", "--", *parts).splitlines()
    return {name: (folder / name).read_text() for name in listed}


def test_start_takes_the_demo_out_and_an_upgrade_does_not_bring_it_back(tmp_path: Path) -> None:
    upstream = _small_project(tmp_path / "upstream")
    clone = _clone(upstream, tmp_path / "clone")
    scaffold.start(clone, "My notes")
    workflows = [f".github/workflows/{name}.yml" for name in ("check", "publish")]
    assert sorted(_files(clone, "docs", ".github")) == [*workflows, "docs/index.md"]
    assert "# custom_dir: own " in (clone / "mkdocs.yml").read_text()
    assert _git(clone, "status", "--porcelain") == ""
    (clone / "docs/handbook").mkdir()
    (clone / "docs/handbook/a.md").write_text("# Mine\n")
    _git(clone, "add", "-A")
    _git(clone, "commit", "-qm", "mine")
    mine = _files(clone, "docs", "mkdocs.yml", "README.md", ".github")

    (upstream / "docs/handbook/a.md").write_text("# A\n\nAnother text.\n")
    (upstream / "docs/handbook/b.md").rename(upstream / "docs/handbook/c.md")
    (upstream / "docs/new").mkdir()
    (upstream / "docs/new/d.md").write_text("# D\n")
    (upstream / "mkdocs.yml").write_text("site_name: Demo 2\n")
    (upstream / "hooks/pipeline.py").write_text("second = 2\n")
    _git(upstream, "add", "-A")
    _git(upstream, "commit", "-qm", "second")
    _git(clone, "fetch", "-q")
    scaffold.upgrade(clone, "origin/main")
    assert _files(clone, "docs", "mkdocs.yml", "README.md", ".github") == mine
    assert (clone / "hooks/pipeline.py").read_text() == "second = 2\n"
    assert _git(clone, "status", "--porcelain") == ""
    assert not (clone / "docs/new").exists()
    assert _git(clone, "merge-base", "HEAD", "origin/main") == _git(clone, "rev-parse", "origin/main")
    scaffold.upgrade(clone, "origin/main")


def test_an_upgrade_names_code_that_both_changed_and_refuses_changes_without_a_commit(tmp_path: Path) -> None:
    upstream = _small_project(tmp_path / "upstream")
    clone = _clone(upstream, tmp_path / "clone")
    scaffold.start(clone, "My notes")
    (clone / "hooks/pipeline.py").write_text("mine = 1\n")
    with pytest.raises(ScaffoldError, match="has changes that are not committed"):
        scaffold.upgrade(clone, "origin/main")
    _git(clone, "commit", "-qam", "mine")
    (upstream / "hooks/pipeline.py").write_text("theirs = 1\n")
    _git(upstream, "commit", "-qam", "second")
    _git(clone, "fetch", "-q")
    with pytest.raises(ScaffoldError, match=r"hooks/pipeline\.py: changed both here and in the new version"):
        scaffold.upgrade(clone, "origin/main")


def test_start_outside_a_clone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="is no clone of this project"):
        scaffold.start(tmp_path, "My notes")


@pytest.mark.slow
@pytest.mark.skipif(not _has_history(), reason="this copy has no history of git")
def test_a_started_clone_merges_the_last_commits_without_conflict_and_builds(tmp_path: Path) -> None:
    clone = _clone(PROJECT, tmp_path / "clone", f"HEAD~{RECENT}")
    scaffold.start(clone, "My notes")
    mine = _files(clone, *scaffold.OWN)
    commits = _git(PROJECT, "rev-list", "--reverse", "--first-parent", f"HEAD~{RECENT}..HEAD").split()
    for commit in commits[::5] + commits[-1:]:
        scaffold.upgrade(clone, commit)
        assert _files(clone, *scaffold.OWN) == mine
    assert _git(clone, "status", "--porcelain") == ""
    built = run(clone, "mkdocs", "build", "--strict")
    assert built.code == 0, built.output
    assert built.pages() == [""]
