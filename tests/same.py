"""Compares the sites that a git ref and this working tree build, file by file, and what their builds print.

`python tests/same.py --ref main --sites 'demo' 'corpora/*' --modes cold warm`; exits with 1 where anything differs. What a ref builds is
remembered in `.cache/same/` by commit, articles and installed packages, so that only this tree is built again.
"""

import argparse
import fnmatch
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import library
from builder import CODE, CORPORA, PROJECT, environment

PARTS = ("mkdocs.yml", *CODE)
"""The files that a site is built with, beside its articles."""

HOSTILE = PROJECT.parent / "shared" / "hostile"
MEMORY = PROJECT / ".cache" / "same"
UNCACHED = {"FAST": "false", "WORKERS": "1"}
MODES = ("cold", "warm", "edited", "uncached", "preview")
CASES = (
    "d02-future e01-latin1 e05-mojibake e09-nul-body f04-hash f07-case-dup f08-file-vs-index f11-hidden f12-override-bundle "
    "f15-static-html g10-collide g25-amp g30-directive-layout h02-image-traversal i04-git-config k01-broken k07-bad-ipv6 "
    "k08-raw-html n07-details n15-abbr p29-template-missing p34-search-boost r01-draft-true r07-not-in-nav s03-slashes t01-script "
    "t17-jinja x01-script x26-details-html y05-laughs-unused y47-pages-missing-nav y50-pages-title-html"
)
"""The hostile inputs that are built unless others are chosen: some of each family."""
AROUND_HOSTILE = {
    "index.md": "---\ntitle: Home\n---\n# Home\n",
    "articles/python/good.md": "---\ntitle: Good\npubDate: 2026-01-01\ntags: [python]\n---\n# Good\n\nText.\n",
}
PORT = 8973
"""The port of previews: it stands in what they write, so it is the same for both."""
SECONDS = 900
"""How long one build, or the start of one preview, may take."""
VARYING = re.compile(r"in \d+\.\d+ seconds|\d\d:\d\d:\d\d|mkdocs_\w+")
Digests = dict[str, str]
"""The digest of each file of a site by its path; of what was printed, sorted, under `(messages)`."""


@dataclass(frozen=True)
class Tree:
    """One of the two checkouts."""

    name: str
    """Its name in the output."""
    folder: Path
    """Where its files are."""
    commit: str
    """The commit, or nothing where files may have been changed since."""


def main() -> int:
    """Builds and compares what the command line chooses."""
    options = _options()
    sites = {name: lay for name, lay in _sites().items() if any(fnmatch.fnmatch(name, pattern) for pattern in options.sites)}
    with tempfile.TemporaryDirectory(prefix="same-", ignore_cleanup_errors=True) as scratch:
        before, after = _checkout(options.ref, Path(scratch)), Tree("this tree", PROJECT, "")
        different = 0
        for name, lay in sites.items():
            built = [_digests(tree, name, lay, options.modes, Path(scratch)) for tree in (before, after)]
            for mode in options.modes:
                faults = list(_differences(built[0][mode], built[1][mode]))
                print(f"{name} {mode}: {f'{len(faults)} differ' if faults else f'same, {len(built[1][mode])} files'}", flush=True)
                print(*(f"  {fault}" for fault in faults[: options.show]), sep="\n", end="\n" if faults else "", flush=True)
                different += bool(faults)
    print(f"{different} of {len(sites) * len(options.modes)} builds differ from {options.ref}")
    return 1 if different else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ref", default="HEAD", help="the git ref to compare this tree with (HEAD)")
    default = ["demo", "library", "corpora/*", *(f"hostile/{case}" for case in CASES.split())]
    parser.add_argument("--sites", nargs="*", default=default, help="patterns of demo, library, corpora/NAME, hostile/NAME")
    parser.add_argument("--modes", nargs="*", choices=MODES, default=list(MODES), help="how sites are built (all)")
    parser.add_argument("--show", type=int, default=20, help="how many files that differ are named for each build (20)")
    return parser.parse_args()


def _sites() -> Mapping[str, Callable[[Path], None]]:
    """By name, what writes the articles of a site to a folder."""
    return {
        "demo": partial(_lay, PROJECT / "docs"),
        "library": partial(_write, library.DOCS),
        **{f"corpora/{path.name}": partial(_lay, path) for path in _folders(CORPORA)},
        **{f"hostile/{path.name}": partial(_lay_hostile, path / "docs") for path in _folders(HOSTILE)},
    }


def _lay_hostile(source: Path, docs: Path) -> None:
    _write(AROUND_HOSTILE, docs)
    _lay(source, docs)


def _folders(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if path.is_dir()) if parent.is_dir() else []


def _lay(source: Path, docs: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, docs, dirs_exist_ok=True, symlinks=True)


def _write(files: Mapping[str, str | bytes], docs: Path) -> None:
    for path, content in files.items():
        file = docs / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def _checkout(ref: str, scratch: Path) -> Tree:
    def git(*command: str) -> bytes:
        return subprocess.run(["git", "-C", str(PROJECT), *command], check=True, capture_output=True).stdout

    folder = scratch / "ref"
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=git("archive", ref, *PARTS), check=True)
    return Tree(ref, folder, git("rev-parse", f"{ref}^{{commit}}").decode().strip())


def _digests(tree: Tree, name: str, lay: Callable[[Path], None], modes: list[str], scratch: Path) -> dict[str, Digests]:
    """The digests of a site in each mode, remembered or built."""
    root = scratch / "built" / "project"
    root.mkdir(parents=True)
    try:
        lay(root / "docs")
        memory = MEMORY / f"{_key(tree, root / 'docs', name)}.json"
        known: dict[str, Digests] = json.loads(memory.read_text()) if tree.commit and memory.is_file() else {}
        if not set(modes) <= set(known):
            known = _built(tree, root, modes)
            if tree.commit:
                MEMORY.mkdir(parents=True, exist_ok=True)
                memory.write_text(json.dumps(known))
        return known
    finally:
        shutil.rmtree(root.parent)


def _key(tree: Tree, docs: Path, name: str) -> str:
    packages = sorted(f"{each.name} {each.version}" for each in importlib.metadata.distributions())
    parts = json.dumps([tree.commit, name, _files(docs), packages, Path(__file__).read_text()])
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


def _built(tree: Tree, root: Path, modes: list[str]) -> dict[str, Digests]:
    """Builds in the order of the modes in one folder, so that a warm build has a cold one before it; `warm` and later modes need `cold`."""
    for part in PARTS:
        source = tree.folder / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, root / part)
    found = {}
    for mode in (mode for mode in MODES if mode in modes or mode == "cold"):
        if mode == "edited":
            _edit(root / "docs")
        found[mode] = _previewed(root) if mode == "preview" else _build(root, UNCACHED if mode == "uncached" else {})
    return found


def _edit(docs: Path) -> None:
    """Adds a paragraph to one article in ten."""
    for path in sorted(docs.rglob("*.md"))[::10]:
        if path.is_file() and not path.is_symlink():
            with path.open("ab") as file:
                file.write(b"\n\nAnother paragraph.\n")


def _build(root: Path, changes: dict[str, str]) -> Digests:
    command = [sys.executable, "-m", "mkdocs", "build"]
    values = environment(REFUSED="skip", **changes)
    ran = subprocess.run(command, cwd=root, env=values, capture_output=True, text=True, check=False, timeout=SECONDS)
    return {**_files(root / "site"), "(messages)": _messages(f"{ran.stdout}{ran.stderr}\nexit {ran.returncode}", root)}


def _previewed(root: Path) -> Digests:
    """What `mkdocs serve` shows once its search is there."""
    with _serving(root) as (process, log, folder):
        end = time.monotonic() + SECONDS
        while "Serving on" not in log.read_text() or not any(folder.glob("mkdocs_*/search/entry.json")):
            if time.monotonic() > end or process.poll() is not None:
                break
            time.sleep(0.2)
        shown = [path for path in folder.glob("mkdocs_*") if not path.name.endswith(("-next", "-parked"))]
        return {**(_files(shown[0]) if shown else {}), "(messages)": _messages(log.read_text(), root)}


@contextmanager
def _serving(root: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path, Path]]:
    """A preview: its process, what it prints, and the folder that its site lies in."""
    folder = root.parent / "shown"
    folder.mkdir(exist_ok=True)
    log = root.parent / "preview.log"
    values = environment(REFUSED="skip", TMPDIR=str(folder), PYTHONUNBUFFERED="1")
    with log.open("wb") as out:
        command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{PORT}"]
        process = subprocess.Popen(command, cwd=root, env=values, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield process, log, folder
        finally:
            process.terminate()
            process.wait()


def _messages(text: str, root: Path) -> str:
    """What was printed, without times and folders; sorted, for several processes print in any order."""
    lines = VARYING.sub("…", text.replace(str(root), "ROOT").replace(str(root.parent), "ROOT")).splitlines()
    return "\n".join(sorted(line for line in lines if line.strip()))


def _files(folder: Path) -> Digests:
    """The digest of each file below a folder; links to folders are followed, for the search of a preview is one."""
    found = {}
    for parent, folders, names in os.walk(folder, followlinks=True):
        folders.sort()
        for name in names:
            path = Path(parent, name)
            data = path.read_bytes() if path.is_file() else b"no file"
            found[path.relative_to(folder).as_posix()] = hashlib.blake2b(data, digest_size=16).hexdigest()
    return dict(sorted(found.items()))


def _differences(before: Digests, after: Digests) -> Iterator[str]:
    for path in sorted(set(before) | set(after)):
        if path == "(messages)":
            lines = set(before[path].splitlines()), set(after[path].splitlines())
            yield from (f"no longer printed: {line}" for line in sorted(lines[0] - lines[1]))
            yield from (f"newly printed: {line}" for line in sorted(lines[1] - lines[0]))
        elif before.get(path) != after.get(path):
            yield f"{path} {'is new' if path not in before else 'is missing' if path not in after else 'differs'}"


if __name__ == "__main__":
    sys.exit(main())
