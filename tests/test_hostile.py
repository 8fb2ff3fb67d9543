"""Every hostile input has one of two right outcomes: it is refused with its place, or a harmless translation is published."""

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builder import PROJECT, environment, project

HOSTILE = PROJECT.parent / "shared" / "hostile"
CASES = sorted(path.name for path in HOSTILE.iterdir() if path.is_dir()) if HOSTILE.is_dir() else []
SITE = {
    "index.md": "---\ntitle: Home\n---\n# Home\n",
    "articles/python/good.md": "---\ntitle: Good\npubDate: 2026-01-01\ntags: [python]\n---\n# Good\n\nText.\n",
}
CODE = {"y61-hooks-rce", "y62-override-rce", "y64-inherit", "i13-url-file", "r07-not-in-nav"}
"""Cases that change the configuration, which is code: reviewed by its owners, built without secrets."""
PLACE = re.compile(r"^(?:ERROR|WARNING)\s+-\s+docs/.+?:\d+:\d+: \S.*?: \S", re.MULTILINE)
LIVE = (
    re.compile(rb"<script(?![^>]*(?: src=\"[./]|type=\"application/(?:ld\+)?json\"))[^>]*>[^<]*PWN", re.IGNORECASE),
    re.compile(rb"<[a-z][^<>]*\son\w+\s*=\s*[\"']?[^<>]*PWN", re.IGNORECASE),
    re.compile(rb"(?:href|src|action|formaction)\s*=\s*[\"']?\s*(?:javascript|vbscript|data:text)", re.IGNORECASE),
    re.compile(rb"<(?:iframe|object|embed|base|form(?! class=\"md-))[\s>]", re.IGNORECASE),
    re.compile(rb"root:x:0:0:|\[core\]\s+repositoryformatversion"),
)
SECONDS = 20
"""A whole build with one hostile page of at most 10 s."""
MEGABYTES = 1024
"""What all of a build may take at most, of it 512 for the page."""


@pytest.mark.slow
@pytest.mark.skipif(not CASES, reason="the hostile inputs are not beside this checkout")
@pytest.mark.parametrize("case", CASES)
def test_a_hostile_input_is_refused_or_made_harmless(case: str, tmp_path: Path) -> None:
    root = project(tmp_path / "site", SITE)
    _overlay(HOSTILE / case / "docs", root / "docs")
    code, output, seconds = _build(root)
    assert "Traceback" not in output
    assert seconds < SECONDS
    if code:
        assert PLACE.search(output), output
        assert not (root / "site").exists()
        return
    assert _live(root / "site") == []


def _overlay(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True, copy_function=_copy)


def _copy(source: str, target: str) -> None:
    shutil.copyfile(source, target, follow_symlinks=False)


def _build(root: Path) -> tuple[int, str, float]:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES * 1024**2, MEGABYTES * 1024**2))

    start = time.monotonic()
    command = [sys.executable, "-m", "mkdocs", "build"]
    ran = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False, timeout=120, preexec_fn=limited)
    return ran.returncode, ran.stdout + ran.stderr, time.monotonic() - start


def _live(site: Path) -> list[str]:
    found = []
    for folder, _, names in os.walk(site):
        for name in names:
            path = Path(folder, name)
            if path.suffix in {".html", ".xml", ".json", ".svg", ".txt", ".md"} and "assets" not in path.relative_to(site).parts[:1]:
                data = path.read_bytes()
                found += [f"{path.relative_to(site)}: {match[0][:80]!r}" for pattern in LIVE if (match := pattern.search(data))]
    return found
