"""What a preview hears of: every change, whoever reports it, though what it watches comes and goes."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from waiting import until
from watchdog.events import FileSystemEvent, FileSystemEventHandler

from almanac_kb.publish import preview
from almanac_kb.publish.preview import ChangedFiles, ChangeObserver

PATIENCE = 30
"""How many seconds a change has to be heard of."""


class Heard(FileSystemEventHandler):
    """Who is told of changes, as MkDocs' server is."""

    def __init__(self) -> None:
        self.told = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.told.set()


def later(path: Path) -> None:
    """Gives a file or folder the time of a change that a clock can tell from the one before."""
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 10**9))


@contextmanager
def watching(touched: ChangedFiles, *roots: Path) -> Iterator[Heard]:
    heard, watcher = Heard(), ChangeObserver(touched, lambda: None)
    for root in roots:
        watcher.schedule(heard, str(root))
    watcher.start()
    try:
        yield heard
    finally:
        watcher.stop()
        watcher.join()


def test_a_file_that_is_again_what_it_was_counts_for_a_build_may_have_read_it_in_between(tmp_path: Path) -> None:
    touched, file = ChangedFiles(), tmp_path / "mkdocs.yml"
    file.write_text("site_name: One")
    assert touched.add(file, file)
    touched.take()
    file.write_text("site_name: Two")
    file.write_text("site_name: One")
    later(file)
    assert touched.add(file, file)
    assert touched.take() == {file}


def test_a_file_that_was_there_for_a_moment_counts(tmp_path: Path) -> None:
    touched, file = ChangedFiles(), tmp_path / "a.md"
    assert touched.add(file, tmp_path)
    touched.take()
    assert not touched.add(file, tmp_path)
    file.write_text("text")
    file.unlink()
    later(tmp_path)
    assert touched.add(file, tmp_path)


def test_a_look_finds_what_was_not_reported(tmp_path: Path) -> None:
    touched = ChangedFiles()
    kept, gone, new = (tmp_path / name for name in ("kept.md", "gone.md", "deep/new.md"))
    kept.write_text("one")
    gone.write_text("one")
    touched.know(tmp_path)
    assert not touched.look(tmp_path)
    gone.unlink()
    new.parent.mkdir()
    new.write_text("new")
    kept.write_text("two!")
    assert touched.look(tmp_path)
    assert touched.take() == {kept, gone, new}
    assert not touched.look(tmp_path)


def test_what_is_reported_is_not_found_again(tmp_path: Path) -> None:
    touched, file = ChangedFiles(), tmp_path / "a.md"
    file.write_text("one")
    assert touched.add(file, tmp_path)
    assert not touched.look(tmp_path)
    file.unlink()
    assert touched.look(tmp_path)
    assert not touched.add(file, tmp_path)
    (tmp_path / "b.md").write_text("two")
    assert touched.look(tmp_path)
    touched.take()
    assert not touched.look(tmp_path)


def test_what_is_saved_before_the_watch_begins_is_heard_of(tmp_path: Path) -> None:
    touched, file = ChangedFiles(), tmp_path / "a.md"
    touched.know(tmp_path)
    file.write_text("saved during the first build")
    with watching(touched, tmp_path) as heard:
        assert heard.told.wait(PATIENCE)
        assert touched.take() == {file}


def test_articles_that_are_removed_and_come_back_are_watched_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "SELDOM", 3600)  # only what the system tells is heard
    touched, docs, config = ChangedFiles(), tmp_path / "docs", tmp_path / "mkdocs.yml"
    for path in (config, docs / "a.md"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("one")
    touched.know(docs)
    with watching(touched, docs, config):
        shutil.rmtree(docs)
        until(lambda: docs / "a.md" in touched.take(), PATIENCE)
        docs.mkdir()
        (docs / "b.md").write_text("new")
        until(lambda: docs / "b.md" in touched.take(), PATIENCE)
        for number in range(3):
            file = docs / f"deep/{number}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_text("new")
            until(lambda file=file: file in touched.take(), PATIENCE)  # type: ignore[misc]


def test_a_folder_that_leaves_takes_its_articles_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "SELDOM", 3600)
    touched, docs = ChangedFiles(), tmp_path / "docs"
    (docs / "guides").mkdir(parents=True)
    (docs / "guides/a.md").write_text("one")
    touched.know(docs)
    with watching(touched, docs):
        (docs / "b.md").write_text("the watch has begun")
        until(lambda: docs / "b.md" in touched.take(), PATIENCE)
        (docs / "guides").rename(tmp_path / "elsewhere")
        until(lambda: docs / "guides/a.md" in touched.take(), PATIENCE)


def test_what_comes_later_is_watched(tmp_path: Path) -> None:
    touched = ChangedFiles()
    with watching(touched, tmp_path / "later") as heard:
        (tmp_path / "later").mkdir()
        (tmp_path / "later/a.md").write_text("new")
        assert heard.told.wait(PATIENCE)
        assert touched.take() == {tmp_path / "later/a.md"}
