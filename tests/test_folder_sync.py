"""A folder gets the files of another; which files of a folder changed."""

import os
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core import folders
from almanac_kb.publish import preview
from almanac_kb.publish.preview import ChangedFiles

PATHS = st.sampled_from(["a", "b/c", "b/d", "e/f/g", "index.html", "search/x"])
FOLDERS = st.dictionaries(PATHS, st.binary(max_size=3))


def write(root: Path, files: dict[str, bytes]) -> Path:
    root.mkdir()
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def read(root: Path) -> dict[str, bytes]:
    return {path: (root / path).read_bytes() for path in folders.list_files(root)}


@given(FOLDERS, FOLDERS)
def test_a_synced_folder_has_the_files_of_the_other_and_the_result_says_what_changed(new: dict[str, bytes], old: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = write(Path(folder, "source"), new), write(Path(folder, "target"), old)
        changed = preview.sync_folder(source, target)
        assert read(target) == new
        assert set(changed) == {path for path in new.keys() | old.keys() if new.get(path) != old.get(path)}
        assert preview.sync_folder(source, target) == ()


def test_a_file_with_the_same_content_is_not_written(tmp_path: Path) -> None:
    source, target = write(tmp_path / "source", {"a": b"1", "b": b"2"}), write(tmp_path / "target", {"a": b"1", "b": b"3"})
    before = (target / "a").stat().st_mtime_ns
    assert preview.sync_folder(source, target) == ("b",)
    assert (target / "a").stat().st_mtime_ns == before


def test_ignored_entries_stay_as_they_are(tmp_path: Path) -> None:
    source, target = write(tmp_path / "source", {"a": b"1"}), write(tmp_path / "target", {"search/x": b"2", "z": b"3"})
    assert preview.sync_folder(source, target, frozenset({"search"})) == ("a", "z")
    assert sorted(read(target)) == ["a", "search/x"]


def test_a_folder_takes_the_place_of_a_file_and_the_other_way_round(tmp_path: Path) -> None:
    source, target = write(tmp_path / "source", {"a/b": b"1", "c": b"2"}), write(tmp_path / "target", {"a": b"1", "c/d": b"2"})
    preview.sync_folder(source, target)
    assert read(target) == {"a/b": b"1", "c": b"2"}


def test_links_that_a_plugin_made_are_shown_as_a_server_shows_them(tmp_path: Path) -> None:
    source, outside = write(tmp_path / "source", {"1.2/a": b"1", "c": b"2"}), write(tmp_path / "outside", {"d": b"3"})
    (tmp_path / "elsewhere").mkdir()
    target = write(tmp_path / "elsewhere/target", {})
    links: dict[str, str | Path] = {"latest": "1.2", "out": outside, "c-link": "c", "dead": "gone", "1.2/up": ".."}
    for name, to in links.items():
        (source / name).symlink_to(to)
    shown = {"1.2/a": b"1", "latest/a": b"1", "out/d": b"3", "c": b"2", "c-link": b"2"}
    assert preview.sync_folder(source, target) == tuple(sorted(shown))
    assert (read(target), [path for path in target.rglob("*") if path.is_symlink()]) == (shown, [])
    assert preview.sync_folder(source, target) == ()


def test_a_link_in_a_synced_folder_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    source, outside = write(tmp_path / "source", {"a/b": b"1", "c": b"2", "d": b"3"}), write(tmp_path / "outside", {"b": b"mine"})
    target = write(tmp_path / "target", {})
    links: dict[str, str | Path] = {"a": outside, "c": outside, "d": outside / "b", "e": outside, "f": "gone"}
    for name, to in links.items():
        (target / name).symlink_to(to)
    preview.sync_folder(source, target)
    assert (read(target), read(outside)) == ({"a/b": b"1", "c": b"2", "d": b"3"}, {"b": b"mine"})
    assert [path for path in target.rglob("*") if path.is_symlink()] == []


def test_a_file_is_changed_once_however_often_it_is_reported(tmp_path: Path) -> None:
    changed_files, file = ChangedFiles(), tmp_path / "a.md"
    file.write_text("one")
    assert [changed_files.add(file, tmp_path), changed_files.add(file, tmp_path)] == [True, False]
    assert changed_files.take() == {file}
    assert not changed_files.add(file, tmp_path)
    file.unlink()
    assert changed_files.add(file, tmp_path)
    assert changed_files.take() == {file}
    assert changed_files.take() == frozenset()


def test_files_that_editors_write_for_themselves_are_no_change(tmp_path: Path) -> None:
    changed_files = ChangedFiles()
    for name in (".obsidian/workspace.json", "notes/.a.md.swp", "a.md~", ".git/HEAD"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        assert not changed_files.add(path, tmp_path), name
    for name in (".pages", "notes/.pages", ".tags.yml", "a.md"):
        (tmp_path / name).write_text("x")
        assert changed_files.add(tmp_path / name, tmp_path), name


def test_a_watched_file_counts_though_it_is_its_own_root(tmp_path: Path) -> None:
    config = tmp_path / ".hidden" / "mkdocs.yml"
    config.parent.mkdir()
    config.write_text(os.linesep)
    assert ChangedFiles().add(config, config)
