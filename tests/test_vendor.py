"""Vendored files: taken only where they are what the manifest pins."""

import base64
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

import pytest
import vendor

FILES = {
    "package.json": '{"license": "MIT"}',
    "LICENSE": "MIT",
    "dist/katex.min.js": "1",
    "dist/fonts/a.woff2": "2",
    "dist/fonts/a.ttf": "3",
}


def pack(folder: Path, files: dict[str, str]) -> str:
    """Puts a program into `folder` that answers as npm does, with a package of these files; gives its integrity."""
    with tarfile.open(folder / "package.tgz", "w:gz") as archive:
        for path, text in files.items():
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    digest = base64.b64encode(hashlib.sha512((folder / "package.tgz").read_bytes()).digest()).decode()
    said = json.dumps([{"integrity": f"sha512-{digest}"}])
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\ncp {folder}/package.tgz \"$4\"\necho '{said}'\n")
    program.chmod(0o755)
    return f"sha512-{digest}"


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a program that answers as npm does; what is brought along goes to a folder beside it."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(vendor, "HOME", tmp_path / "vendor")
    monkeypatch.setattr(vendor, "MANIFEST", tmp_path / "vendor" / "manifest.json")
    (tmp_path / "vendor").mkdir()
    return tmp_path


def test_takes_what_is_needed_and_says_what_it_is(npm: Path) -> None:
    integrity = pack(npm, FILES)
    vendor.main(["katex@1.0.0"])
    found = {path.relative_to(npm / "vendor").as_posix() for path in (npm / "vendor").rglob("*") if path.is_file()}
    assert found == {"manifest.json", "katex/LICENSE", "katex/katex.min.js", "katex/fonts/a.woff2"}
    said = vendor.pinned()["katex"]
    assert (said["version"], said["license"], said["integrity"]) == ("1.0.0", "MIT", integrity)
    assert said["files"]["katex.min.js"] == hashlib.sha256(b"1").hexdigest()


def test_refuses_another_package_of_the_same_version_and_changes_nothing(npm: Path) -> None:
    pack(npm, FILES)
    vendor.main(["katex@1.0.0"])
    before = {path: path.read_bytes() for path in (npm / "vendor").rglob("*") if path.is_file()}
    pack(npm, {**FILES, "dist/katex.min.js": "alert(1)"})
    with pytest.raises(SystemExit, match=r"katex@1\.0\.0 is sha512-\S+, not sha512-\S+; nothing was changed"):
        vendor.main(["katex@1.0.0"])
    assert {path: path.read_bytes() for path in (npm / "vendor").rglob("*") if path.is_file()} == before
    vendor.main(["katex@1.0.1"])
    assert (npm / "vendor/katex/katex.min.js").read_text() == "alert(1)"
