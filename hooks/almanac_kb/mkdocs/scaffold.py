"""New sites: a folder with all that a site needs; and clones of this project that are sites, without its demo."""

import base64
import hashlib
import importlib.metadata
import io
import subprocess
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from almanac_kb import __version__
from almanac_kb.mkdocs import defaults

PACKAGE = Path(__file__).parents[1]
TEMPLATE = Path(__file__).with_name("site")
"""The files of a new site, with `__NAME__` and such where the site's own words stand."""
DISTRIBUTION = "almanac-kb"
WHEEL_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of all files in a wheel, so that the same files give the same wheel."""
OWN = ("docs", "mkdocs.yml", "README.md", ".github", ".vscode", ".pre-commit-config.yaml")
"""Files that belong to the owner of a clone after `start`; an upgrade leaves them unchanged."""
CLONE_FILES = frozenset(("mkdocs.yml", "docs/index.md", "README.md", ".pre-commit-config.yaml", ".github/workflows/check.yml"))
"""The files of a new site that replace the demo's in a clone."""
INSTALL = "python3 -m venv .venv && . .venv/bin/activate && pip install -r requirements.txt"
"""The line of the README that installs; in a clone, make does it."""
NEW_WHEEL = "**Upgrade:** put the new wheel into `wheels/`, its version into `requirements.txt`, and install again."
UPGRADE = "**Upgrade:** `make upgrade FROM=upstream/main` merges a new version of Almanac and leaves `docs/` and `mkdocs.yml` as they are."


class ScaffoldError(Exception):
    """A site can't be made in a folder, or a git command failed; the message says why."""


def new_site(folder: Path, name: str) -> list[Path]:
    """Writes a new site into an empty or missing folder, with the wheel of this project; returns the files, seen from the folder.

    Raises ScaffoldError where the folder holds anything but a git repository.
    """
    if folder.exists() and (not folder.is_dir() or any(path.name != ".git" for path in folder.iterdir())):
        raise ScaffoldError(f"{folder}: is there already and is not empty; name a new folder")
    wheel_name, wheel = pack_wheel()
    words = {"__NAME__": name, "__VERSION__": __version__, "__ALMANAC__": "almanac", "__UPGRADE__": NEW_WHEEL}
    files = {path: text.encode() for path, text in _template(words)}
    return sorted(_write(folder, {**files, f"wheels/{wheel_name}": wheel}))


def pack_wheel() -> tuple[str, bytes]:
    """The name and the bytes of a wheel of the code at hand (PyPA binary distribution format), made without asking a registry."""
    stem = f"{DISTRIBUTION.replace('-', '_')}-{__version__}"
    files = {name: path.read_bytes() for name, path in _wheel_files()}
    metadata, entry_points = _metadata()
    files[f"{stem}.dist-info/METADATA"] = metadata.encode()
    files[f"{stem}.dist-info/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: almanac\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{stem}.dist-info/entry_points.txt"] = entry_points.encode()
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items())
    files[f"{stem}.dist-info/RECORD"] = f"{record}{stem}.dist-info/RECORD,,\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, WHEEL_TIME), content, zipfile.ZIP_DEFLATED)
    return f"{stem}-py3-none-any.whl", buffer.getvalue()


def start(clone: Path, name: str) -> list[Path]:
    """Takes the demo and the handbook out of a clone, puts a first page and short settings there, and commits both.

    Returns the files that were written. Raises ScaffoldError where the folder is no clone, or has changes that are not committed.
    """
    _demand_clean_clone(clone)
    git(clone, "rm", "-rq", "--ignore-unmatch", "--", *OWN)
    words = {"__NAME__": name, "__VERSION__": __version__, "__ALMANAC__": "python hooks", "__UPGRADE__": UPGRADE}
    files = {path: text for path, text in _template(words) if path in CLONE_FILES}
    settings = files["mkdocs.yml"].replace("plugins:\n  - almanac\n", "hooks:\n  - hooks/pipeline.py\n")
    files["mkdocs.yml"] = settings.replace("custom_dir: overrides      ", "custom_dir: own            ")  # overrides/ is ours
    files["README.md"] = files["README.md"].replace(INSTALL, "make build && . .venv/bin/activate")
    written = _write(clone, {path: text.encode() for path, text in files.items()})
    git(clone, "checkout", "HEAD", "--", ".github/workflows/publish.yml")
    git(clone, "add", "--", *(path for path in OWN if (clone / path).exists()))
    git(clone, "commit", "-qm", f"{name}: a site without the demo")
    return sorted(written)


def upgrade(clone: Path, version: str) -> None:
    """Merges a commit of this project into a clone and leaves what belongs to its owner as it was.

    Raises ScaffoldError where files beside those conflict, which it names; the merge then waits to be finished or aborted.
    """
    _demand_clean_clone(clone)
    before = git(clone, "rev-parse", "HEAD")
    git(clone, "rev-parse", "--verify", f"{version}^{{commit}}")
    git(clone, "merge", "-q", "--no-commit", "--no-ff", version, fails=True)
    if not git(clone, "rev-parse", "-q", "--verify", "MERGE_HEAD", fails=True):
        return
    git(clone, "rm", "-rfq", "--ignore-unmatch", "--", *OWN)
    git(clone, "checkout", before, "--", *(path for path in OWN if git(clone, "ls-tree", before, "--", path)))
    conflicts = git(clone, "diff", "--name-only", "--diff-filter=U").splitlines()
    if conflicts:
        hint = "mend them, then `git commit`, or go back by `git merge --abort`"
        raise ScaffoldError(f"{', '.join(conflicts)}: changed both here and in the new version; {hint}")
    git(clone, "commit", "-q", "--no-edit")


def _demand_clean_clone(clone: Path) -> None:
    if not (clone / ".git").exists() or not (clone / "hooks").is_dir():
        raise ScaffoldError(f"{clone}: is no clone of this project; run this in the folder that holds hooks/ and .git")
    if git(clone, "status", "--porcelain", "--untracked-files=no"):
        raise ScaffoldError(f"{clone}: has changes that are not committed; commit them first")


def git(folder: Path, *arguments: str, fails: bool = False) -> str:
    """The output of a git command; with `fails`, an empty text where it fails, else raises ScaffoldError."""
    try:
        ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607 - no shell
    except OSError as error:
        raise ScaffoldError(f"git can't be run: {error}") from None
    if ran.returncode and not fails:
        raise ScaffoldError(f"git {arguments[0]}: {ran.stderr.strip() or ran.stdout.strip()}")
    return "" if ran.returncode else ran.stdout.strip()


def _template(words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The files of a new site by path, with its own words in them."""
    for path in sorted(TEMPLATE.rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for placeholder, word in words.items():
                text = text.replace(placeholder, word)
            yield path.relative_to(TEMPLATE).as_posix(), text


def _write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [Path(name) for name in files]


def _wheel_files() -> Iterator[tuple[str, Path]]:
    """The files of the package by their names in a wheel; in a clone the hook file and the templates lie beside it."""
    names = {f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}": path for path in _files(PACKAGE)}
    pipeline, overrides = PACKAGE.with_name("pipeline.py"), defaults.overrides()
    if pipeline.is_file():
        names[f"{PACKAGE.name}/mkdocs/pipeline.py"] = pipeline
        names |= {f"{PACKAGE.name}/mkdocs/overrides/{path.relative_to(overrides).as_posix()}": path for path in _files(overrides)}
    return iter(sorted(names.items()))


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _metadata() -> tuple[str, str]:
    """`METADATA` and `entry_points.txt` of the wheel: those of the installed package, or from pyproject.toml where this is a clone."""
    if not PACKAGE.with_name("pipeline.py").is_file():
        installed = importlib.metadata.distribution(DISTRIBUTION)
        return installed.read_text("METADATA") or "", installed.read_text("entry_points.txt") or ""
    path = PACKAGE.parents[1] / "pyproject.toml"
    if not path.is_file():
        raise ScaffoldError(f"{path}: is missing, without which no wheel can be made")
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    fields = [("Metadata-Version", "2.1"), ("Name", DISTRIBUTION), ("Version", __version__), ("Summary", project["description"])]
    fields += [("License", project["license"]), ("Requires-Python", project["requires-python"])]
    fields += [("Requires-Dist", requirement) for requirement in project["dependencies"]]
    groups = {"console_scripts": project["scripts"], **project["entry-points"]}
    entries = [f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in names.items()) for group, names in groups.items()]
    return "".join(f"{name}: {value}\n" for name, value in fields), "\n".join(entries)
