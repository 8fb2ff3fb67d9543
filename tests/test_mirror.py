"""A folder brought to the state of another, and what of a folder really changed."""

import os
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

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
    return {path: (root / path).read_bytes() for path in preview.list_folder(root)}


@given(FOLDERS, FOLDERS)
def test_a_mirrored_folder_is_the_other_and_says_what_changed(made: dict[str, bytes], shown: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = write(Path(folder, "made"), made), write(Path(folder, "shown"), shown)
        changed = preview.sync_folder(one, other)
        assert read(other) == made
        assert set(changed) == {path for path in made.keys() | shown.keys() if made.get(path) != shown.get(path)}
        assert preview.sync_folder(one, other) == ()


def test_what_is_the_same_is_not_touched(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one", {"a": b"1", "b": b"2"}), write(tmp_path / "other", {"a": b"1", "b": b"3"})
    before = (other / "a").stat().st_mtime_ns
    assert preview.sync_folder(one, other) == ("b",)
    assert (other / "a").stat().st_mtime_ns == before


def test_what_is_kept_stays(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one", {"a": b"1"}), write(tmp_path / "other", {"search/x": b"2", "z": b"3"})
    assert preview.sync_folder(one, other, frozenset({"search"})) == ("a", "z")
    assert sorted(read(other)) == ["a", "search/x"]


def test_a_folder_takes_the_place_of_a_file_and_the_other_way_round(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one", {"a/b": b"1", "c": b"2"}), write(tmp_path / "other", {"a": b"1", "c/d": b"2"})
    preview.sync_folder(one, other)
    assert read(other) == {"a/b": b"1", "c": b"2"}


def test_a_file_is_changed_once_however_often_it_is_reported(tmp_path: Path) -> None:
    touched, file = ChangedFiles(), tmp_path / "a.md"
    file.write_text("one")
    assert [touched.add(file, tmp_path), touched.add(file, tmp_path)] == [True, False]
    assert touched.take() == {file}
    assert not touched.add(file, tmp_path)
    file.unlink()
    assert touched.add(file, tmp_path)
    assert touched.take() == {file}
    assert touched.take() == frozenset()


def test_what_editors_keep_for_themselves_is_no_change(tmp_path: Path) -> None:
    touched = ChangedFiles()
    for name in (".obsidian/workspace.json", "notes/.a.md.swp", "a.md~", ".git/HEAD"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        assert not touched.add(path, tmp_path), name
    for name in (".pages", "notes/.pages", ".tags.yml", "a.md"):
        (tmp_path / name).write_text("x")
        assert touched.add(tmp_path / name, tmp_path), name


def test_a_watched_file_counts_though_it_is_its_own_root(tmp_path: Path) -> None:
    config = tmp_path / ".hidden" / "mkdocs.yml"
    config.parent.mkdir()
    config.write_text(os.linesep)
    assert ChangedFiles().add(config, config)
