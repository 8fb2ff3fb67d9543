"""Empty environments into which a site is installed as a new user does it: from a folder of wheels, without a registry."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def interpreter(version: str) -> str:
    """The interpreter of a version of Python, as the system or pyenv has it; skips where there is none."""
    roots = (Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions").glob(f"{version}.*")
    found = shutil.which(f"python{version}") or next((str(path / "bin/python") for path in sorted(roots)), "")
    if not found or subprocess.run([found, "-c", "import ensurepip"], capture_output=True, check=False).returncode:
        pytest.skip(f"Python {version} is not there")
    return found


def install(site: Path, python: str, folder: Path) -> Path:
    """The programs of a new environment in `folder` with what the requirements.txt of a site names; skips where it can't be fetched."""
    fetched = subprocess.run(
        [python, "-m", "pip", "download", "-q", "-d", str(folder / "packages"), "-r", "requirements.txt"],
        cwd=site, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if fetched.returncode:
        pytest.skip(f"the packages can't be fetched: {fetched.stderr.strip()[-200:]}")
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    pip = [python, "-m", "pip", "--python", str(folder / "venv/bin/python"), "install", "-q", "--no-compile"]
    subprocess.run([*pip, "--no-index", "--find-links", str(folder / "packages"), "-r", "requirements.txt"], cwd=site, check=True)
    return folder / "venv/bin"


def run(programs: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs a program of such an environment; the site is to be published below a path prefix."""
    variables = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV", "GITHUB_ACTIONS"}}
    variables |= {"SITE_URL": "https://example.org/kb/"}
    return subprocess.run(
        [str(programs / command[0]), *command[1:]], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
