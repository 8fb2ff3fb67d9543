"""The supply chain of a build: locked packages, pinned actions, and nothing from the network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from builder import PROJECT, environment, project
from library import DOCS

SITE_WORKFLOWS = PROJECT / "hooks/almanac_kb/mkdocs/site/.github/workflows"
WORKFLOWS = sorted([*(PROJECT / ".github/workflows").glob("*.yml"), *SITE_WORKFLOWS.glob("*.yml")])
UV = Path(sys.executable).with_name("uv")
PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
"""Where the lock must install without a compiler, as uv names them."""
BUILT_FROM_SOURCE = ("watchdog",)
"""Packages without a wheel for musl; MkDocs needs watchdog, which is pure Python on Linux, so that no compiler is needed."""
UNREACHABLE = r"(?i)failed to fetch|error sending request|dns error|could not connect|timed out"
WRITES = {"deploy": ["id-token", "pages"], "comment": ["pull-requests"], "issue": ["issues"]}
"""What each job may write; neither runs code of the repository."""
ALONE = ["unshare", "--net", "--map-root-user"]
"""Runs a command on a machine without a network: not even the loopback address answers."""


def _can_be_alone() -> bool:
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not _can_be_alone(), reason="this system can't take the network from a process")
def test_a_site_is_built_without_a_network(tmp_path: Path) -> None:
    root = project(tmp_path / "site", DOCS)
    command = [*ALONE, sys.executable, "-m", "mkdocs", "build", "--strict"]
    ran = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (root / "site/search/entry.json").is_file()


@pytest.mark.parametrize("lock", ["requirements.txt", "tests/requirements.txt"])
def test_every_package_is_locked_with_a_hash(lock: str) -> None:
    packages = re.split(r"\n(?=[a-z])", (PROJECT / lock).read_text())
    assert len(packages) > 40
    assert [package for package in packages if "==" not in package or "--hash=sha256:" not in package] == []


def test_the_lock_has_what_windows_needs_beside() -> None:
    text = (PROJECT / "requirements.txt").read_text()
    assert "colorama==" in text
    assert "tzdata==" in text


@pytest.mark.slow
@pytest.mark.skipif(not UV.is_file(), reason="uv is not installed; `make lock` installs it")
@pytest.mark.parametrize("python", ["3.11.5", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_locked_package_has_a_wheel(platform: str, python: str, tmp_path: Path) -> None:
    with_source = [option for package in BUILT_FROM_SOURCE if platform.endswith("musl") for option in ("--no-binary", package)]
    command = [str(UV), "pip", "compile", "--quiet", "--no-deps", "--only-binary", ":all:", *with_source, "--python-platform", platform]
    output = ["--python-version", python, str(PROJECT / "requirements.txt"), "-o", str(tmp_path / "resolved.txt")]
    ran = subprocess.run([*command, *output], capture_output=True, text=True, check=False)
    if re.search(UNREACHABLE, ran.stderr):
        pytest.skip("the package registry can't be reached")
    assert ran.returncode == 0, ran.stderr
    assert len((tmp_path / "resolved.txt").read_text().splitlines()) > 40


@pytest.mark.parametrize(("machine", "built"), [("x86_64-alpine-linux-musl", True), ("x86_64-pc-linux-gnu", False), ("", False)])
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_only_where_a_package_has_no_wheel_is_it_built(machine: str, built: bool, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"import sysconfig\nsysconfig.get_config_var = {{'HOST_GNU_TYPE': {machine!r}}}.get\n")
    command = ["make", "--dry-run", "--always-make", f"PYTHON={sys.executable}", f"VENV={tmp_path}/venv", f"{tmp_path}/venv/test.ok"]
    told = subprocess.run(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    installs = [line for line in told.stdout.splitlines() if "--require-hashes" in line]
    assert len(installs) == 2
    assert all("--only-binary :all:" in line and ("--no-binary watchdog" in line) is built for line in installs)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.relative_to(PROJECT).as_posix())
@pytest.mark.demo
def test_actions_are_pinned_by_commit_and_keep_no_credentials(path: Path) -> None:
    jobs = yaml.safe_load(path.read_text())["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert steps
    for step in steps:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]), step
        if "checkout" in step["uses"]:
            assert step["with"]["persist-credentials"] is False


@pytest.mark.demo
def test_only_jobs_without_a_checkout_may_write() -> None:
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text())
        assert workflow["permissions"] == {"contents": "read"}
        for name, job in workflow["jobs"].items():
            writes = sorted(key for key, value in job.get("permissions", {}).items() if value == "write")
            assert writes == WRITES.get(name, [])
            assert not writes or "checkout" not in str(job)
            assert "secrets" not in str(job)


@pytest.mark.parametrize("part", ["/mkdocs.yml", "/hooks/", "/overrides/", "/.github/", "/requirements.txt"])
@pytest.mark.demo
def test_what_runs_as_code_has_owners(part: str) -> None:
    assert re.search(rf"^{re.escape(part)}\s+@", (PROJECT / ".github/CODEOWNERS").read_text(), re.MULTILINE)


@pytest.mark.demo
def test_each_sentence_of_the_security_policy_names_a_test_that_exists() -> None:
    promised = (PROJECT / ".github/SECURITY.md").read_text().partition("## What is promised")[2].partition("## How to report")[0]
    sentences = re.split(r"\n- |\n\n(?=[A-Z`])", promised.partition("\n- ")[2])
    tests = [re.findall(r"`(test_\w+\.py)::(test_\w+)`", sentence) for sentence in sentences]
    assert len(tests) > 20
    assert [sentence for sentence, named in zip(sentences, tests, strict=True) if not named] == []
    for file, name in (each for named in tests for each in named):
        assert f"def {name}(" in (PROJECT / "tests" / file).read_text(), name
