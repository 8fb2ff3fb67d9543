"""The observer of the preview reports every change, though the watched files and folders come and go."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from waiting import until
from watchdog.events import FileSystemEvent, FileSystemEventHandler

from almanac_kb.publish import change_observer
from almanac_kb.publish.change_observer import ChangeObserver
from almanac_kb.publish.preview import ChangedFiles

PATIENCE = 30
"""Seconds within which a change must be reported."""


class EventRecorder(FileSystemEventHandler):
    """Gets the changes, as MkDocs' server does."""

    def __init__(self) -> None:
        self.got_event = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.got_event.set()


def make_newer(path: Path) -> None:
    """Gives a file or folder a time of change that differs from the one before on any file system."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))


@contextmanager
def watching(changed_files: ChangedFiles, *roots: Path) -> Iterator[EventRecorder]:
    recorder, watcher = EventRecorder(), ChangeObserver(changed_files, lambda: None)
    for root in roots:
        watcher.schedule(recorder, str(root))
    watcher.start()
    try:
        yield recorder
    finally:
        watcher.stop()
        watcher.join()


def test_a_file_that_is_again_what_it_was_counts_for_a_build_may_have_read_it_in_between(tmp_path: Path) -> None:
    changed_files, file = ChangedFiles(), tmp_path / "mkdocs.yml"
    file.write_text("site_name: One")
    assert changed_files.add(file, file)
    changed_files.take()
    file.write_text("site_name: Two")
    file.write_text("site_name: One")
    make_newer(file)
    assert changed_files.add(file, file)
    assert changed_files.take() == {file}


def test_a_file_that_was_there_for_a_moment_counts(tmp_path: Path) -> None:
    changed_files, file = ChangedFiles(), tmp_path / "a.md"
    assert changed_files.add(file, tmp_path)
    changed_files.take()
    assert not changed_files.add(file, tmp_path)
    file.write_text("text")
    file.unlink()
    make_newer(tmp_path)
    assert changed_files.add(file, tmp_path)


def test_a_poll_notices_changes_that_were_not_reported(tmp_path: Path) -> None:
    changed_files = ChangedFiles()
    edited, gone, new = (tmp_path / name for name in ("edited.md", "gone.md", "deep/new.md"))
    edited.write_text("one")
    gone.write_text("one")
    changed_files.know(tmp_path)
    assert not changed_files.look(tmp_path)
    gone.unlink()
    new.parent.mkdir()
    new.write_text("new")
    edited.write_text("two!")
    assert changed_files.look(tmp_path)
    assert changed_files.take() == {edited, gone, new}
    assert not changed_files.look(tmp_path)


@pytest.mark.parametrize("path", [".well-known/security.txt", ".well-known/deep/a.json", ".authors.yml", "a/.pages"])
def test_hidden_files_that_a_site_has_are_watched(path: str, tmp_path: Path) -> None:
    changed_files, file = ChangedFiles(), tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a")
    changed_files.know(tmp_path)
    file.write_text("b")
    make_newer(file)
    assert changed_files.look(tmp_path)
    assert changed_files.take() == {file}
    file.write_text("c")
    assert changed_files.add(file, tmp_path)


@pytest.mark.parametrize("path", ["hooks/__pycache__/a.pyc", ".git/index", "notes/a.md~"])
def test_what_programs_write_for_themselves_is_no_change(path: str, tmp_path: Path) -> None:
    changed_files, file = ChangedFiles(), tmp_path / path
    changed_files.know(tmp_path)
    file.parent.mkdir(parents=True)
    file.write_text("a")
    assert not changed_files.look(tmp_path)
    assert not changed_files.add(file, tmp_path)


def test_a_reported_change_is_not_noticed_again(tmp_path: Path) -> None:
    changed_files, file = ChangedFiles(), tmp_path / "a.md"
    file.write_text("one")
    assert changed_files.add(file, tmp_path)
    assert not changed_files.look(tmp_path)
    file.unlink()
    assert changed_files.look(tmp_path)
    assert not changed_files.add(file, tmp_path)
    (tmp_path / "b.md").write_text("two")
    assert changed_files.look(tmp_path)
    changed_files.take()
    assert not changed_files.look(tmp_path)


def test_a_save_before_the_watch_begins_is_reported(tmp_path: Path) -> None:
    changed_files, file = ChangedFiles(), tmp_path / "a.md"
    changed_files.know(tmp_path)
    file.write_text("saved during the first build")
    with watching(changed_files, tmp_path) as recorder:
        assert recorder.got_event.wait(PATIENCE)
        assert changed_files.take() == {file}


def test_articles_that_are_removed_and_come_back_are_watched_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_observer, "SLOW_POLL", 3600)  # only what the system reports counts
    changed_files, docs, config = ChangedFiles(), tmp_path / "docs", tmp_path / "mkdocs.yml"
    for path in (config, docs / "a.md"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("one")
    changed_files.know(docs)
    with watching(changed_files, docs, config):
        shutil.rmtree(docs)
        until(lambda: docs / "a.md" in changed_files.take(), PATIENCE)
        docs.mkdir()
        (docs / "b.md").write_text("new")
        until(lambda: docs / "b.md" in changed_files.take(), PATIENCE)
        for number in range(3):
            file = docs / f"deep/{number}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_text("new")
            until(lambda file=file: file in changed_files.take(), PATIENCE)  # type: ignore[misc]


def test_a_folder_that_leaves_takes_its_articles_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_observer, "SLOW_POLL", 3600)
    changed_files, docs = ChangedFiles(), tmp_path / "docs"
    (docs / "guides").mkdir(parents=True)
    (docs / "guides/a.md").write_text("one")
    changed_files.know(docs)
    with watching(changed_files, docs):
        (docs / "b.md").write_text("the watch has begun")
        until(lambda: docs / "b.md" in changed_files.take(), PATIENCE)
        (docs / "guides").rename(tmp_path / "elsewhere")
        until(lambda: docs / "guides/a.md" in changed_files.take(), PATIENCE)


def test_a_folder_that_comes_later_is_watched(tmp_path: Path) -> None:
    changed_files = ChangedFiles()
    with watching(changed_files, tmp_path / "later") as recorder:
        (tmp_path / "later").mkdir()
        (tmp_path / "later/a.md").write_text("new")
        assert recorder.got_event.wait(PATIENCE)
        assert changed_files.take() == {tmp_path / "later/a.md"}
