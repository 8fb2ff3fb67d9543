"""Updates vendored packages: `make vendor` writes the pinned versions anew, `make vendor P=katex@0.19.1` another version.

npm fetches a package. It is used only where its SHA-512 is the one that the manifest pins or, for another version, the one that npm says.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

HOME = Path(__file__).resolve().parent.parent / "overrides" / "assets" / "vendor"
MANIFEST = HOME / "manifest.json"
TAKEN = {
    "katex": ("LICENSE", "dist/katex.min.css", "dist/katex.min.js", "dist/fonts/*.woff2"),
    "mermaid": ("LICENSE", "dist/mermaid.esm.min.mjs", "dist/chunks/mermaid.esm.min/*.mjs"),
}
"""The files that are taken from each package."""


def main(wanted: list[str]) -> None:
    """Fetches those packages, `name@version`, or all as they are pinned."""
    manifest = pinned()
    for each in wanted or [f"{name}@{manifest[name]['version']}" for name in TAKEN]:
        name, _, version = each.partition("@")
        known = manifest.get(name, {})
        manifest[name] = renew(name, version, known["integrity"] if known.get("version") == version else "")
        MANIFEST.write_text(json.dumps(dict(sorted(manifest.items())), indent=1) + "\n")
        print(f"{name} {version}: {len(manifest[name]['files'])} files")


def pinned() -> dict[str, Any]:
    """Version, licence, integrity and files of each package, as the manifest has them."""
    found: dict[str, Any] = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    return found


def renew(name: str, version: str, integrity: str) -> dict[str, Any]:
    """Puts the files of a package into the place of its old ones; gives what the manifest says of it."""
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            ["npm", "pack", "--json", "--pack-destination", folder, f"{name}@{version}"], capture_output=True, text=True, check=True
        )
        said = str(json.loads(ran.stdout)[0]["integrity"])
        (archive,) = Path(folder).glob("*.tgz")
        found = f"sha512-{base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()}"
        if found != (integrity or said):
            raise SystemExit(f"{name}@{version} is {found}, not {integrity or said}; nothing was changed")
        with tarfile.open(archive) as package:
            files, about = dict(_files(package, TAKEN[name])), json.loads(_read(package, "package/package.json"))
    shutil.rmtree(HOME / name, ignore_errors=True)
    for path, data in files.items():
        (HOME / name / path).parent.mkdir(parents=True, exist_ok=True)
        (HOME / name / path).write_bytes(data)
    hashes = {path: hashlib.sha256(files[path]).hexdigest() for path in sorted(files)}
    return {"version": version, "license": about["license"], "integrity": found, "files": hashes}


def _files(package: tarfile.TarFile, taken: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for path in sorted(member.name for member in package.getmembers() if member.isfile()):
        if any(PurePosixPath(path).match(f"package/{each}") for each in taken):
            yield path.removeprefix("package/").removeprefix("dist/"), _read(package, path)


def _read(package: tarfile.TarFile, path: str) -> bytes:
    file = package.extractfile(path)
    return file.read() if file else b""


if __name__ == "__main__":
    main(sys.argv[1:])
