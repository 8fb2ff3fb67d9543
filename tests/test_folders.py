"""The walk through a folder: links inside and outside, circles, folders that can't be read, names that are not UTF-8."""

import os
from pathlib import Path

import builder
import pytest

from almanac_kb.core import folders

pytestmark = pytest.mark.skipif(os.name == "nt", reason="making links on Windows wants rights that few have")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with links to files and folders in it and outside, circles, and a link that leads nowhere."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for path in (root / "a/b/c.md", root / "d.md", root / ".hidden/e.md", outside / "f/g.md", outside / "h.md"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    links: dict[str, str | Path] = {
        "in": "a",
        "out": outside,
        "d-link.md": "d.md",
        "h-link.md": outside / "h.md",
        "a/up": "..",
        "dead": "gone",
        "loop": "loop",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    (outside / "back").symlink_to(root / "a")
    return root


def test_links_are_entries_where_they_are_not_followed(tree: Path) -> None:
    assert sorted(folders.list_entries(tree)) == sorted(
        [".hidden/e.md", "a/b/c.md", "a/up", "d-link.md", "d.md", "dead", "h-link.md", "in", "loop", "out"]
    )


def test_links_to_files_are_files(tree: Path) -> None:
    assert sorted(folders.list_files(tree)) == [".hidden/e.md", "a/b/c.md", "d-link.md", "d.md", "h-link.md"]


def test_files_are_found_through_links_and_circles_end(tree: Path) -> None:
    assert sorted(folders.list_files(tree, follows_links=True)) == sorted(
        [".hidden/e.md", "a/b/c.md", "d-link.md", "d.md", "h-link.md", "in/b/c.md", "out/back/b/c.md", "out/f/g.md", "out/h.md"]
    )


def test_two_folders_that_link_to_each_other_are_each_followed_once_on_a_way_down(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.md").write_text("x")
        (tmp_path / name / "to").symlink_to(f"../{other}")
    found = sorted(folders.list_files(tmp_path, follows_links=True))
    assert {"a/x.md", "b/x.md", "a/to/x.md", "b/to/x.md"} <= set(found)
    assert len(found) < 10


def test_two_links_to_one_folder_are_both_followed(tmp_path: Path) -> None:
    (tmp_path / "1.2").mkdir()
    (tmp_path / "1.2/x").write_text("x")
    for name in ("latest", "stable"):
        (tmp_path / name).symlink_to("1.2")
    assert sorted(folders.list_files(tmp_path, follows_links=True)) == ["1.2/x", "latest/x", "stable/x"]


def test_folders_that_are_not_entered_are_yielded(tree: Path) -> None:
    def entered(path: str, entry: os.DirEntry[str]) -> bool:
        return path != "a/b" and not entry.name.startswith(".")

    found = {path for path, _ in folders.walk(tree, entered)}
    assert {".hidden", "a/b"} <= found
    assert not {".hidden/e.md", "a/b/c.md"} & found
    assert "a/b" not in set(folders.list_entries(tree, entered))


@pytest.fixture
def too_deep(tmp_path: Path) -> Path:
    """A folder with one below it whose path is too long for the system, so that not even root can read it."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.md").write_text("a")
    builder.make_unreadable(root)
    return root


def test_a_folder_that_can_not_be_read_is_an_error_by_default(too_deep: Path) -> None:
    with pytest.raises(OSError, match="File name too long"):
        list(folders.list_files(too_deep))


def test_what_is_done_about_a_folder_that_can_not_be_read_is_the_callers_choice(too_deep: Path) -> None:
    said: list[tuple[str, str | None]] = []
    found = list(folders.list_entries(too_deep, unreadable=lambda path, error: said.append((path, error.strerror))))
    ((path, reason),) = said
    assert (found, path.endswith("d"), reason) == (["a.md"], True, "File name too long")
    assert list(folders.list_entries(too_deep, unreadable=folders.pass_over)) == ["a.md"]


def test_a_folder_that_is_not_there_can_not_be_read(tmp_path: Path) -> None:
    said: list[str] = []
    assert list(folders.list_files(tmp_path / "gone", unreadable=lambda path, error: said.append(path))) == []
    assert said == [""]


def test_a_name_that_is_not_utf_8_comes_as_python_gives_it(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/e\xff.md")).write_text("x")
    assert list(folders.list_files(tmp_path, follows_links=True)) == ["e\udcff.md"]
