"""A damaged cache of any kind costs a rebuild: never a traceback, never a page that a build without a cache would not write."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from builder import Built, project, run

from almanac_kb.core.cache import DiskCache

DOCS = {
    "index.md": "# Home\n",
    "a.md": "---\ntitle: First\ndate: 2025-01-01\n---\nSee [b](b.md) and %%nothing%% else.\n",
    "b.md": "---\ntitle: Second\ndate: 2025-01-02\n---\n## Part\n\n| x | y |\n|---|---|\n| 1 | 2 |\n",
}


def _execute(statement: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(statement)

    return damage


def _turn_into_folder(path: Path) -> None:
    path.unlink()
    (path / "inner").mkdir(parents=True)


def _turn_into_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere/at/all")


def _write(data: bytes) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        path.write_bytes(data)

    return damage


def _flip(start: int, step: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[start::step] = bytes(byte ^ 0xFF for byte in data[start::step])
        path.write_bytes(data)

    return damage


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def _put_version(path: Path) -> None:
    """A file format that a newer SQLite writes, which this one opens for reading alone."""
    data = bytearray(path.read_bytes())
    data[18] = 9
    path.write_bytes(data)


def _swap_values(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        rows = database.execute("SELECT key, value FROM entries ORDER BY key").fetchall()
        moved = zip((key for key, _ in rows), (value for _, value in [*rows[1:], *rows[:1]]), strict=True)
        database.executemany("UPDATE entries SET value = ? WHERE key = ?", [(value, key) for key, value in moved])


TABLE = "CREATE TABLE uses (key TEXT PRIMARY KEY, turn INTEGER NOT NULL) WITHOUT ROWID"
DAMAGES: Mapping[str, Callable[[Path], None]] = {
    "text for numbers": _execute("UPDATE uses SET turn = 'never'"),
    "bytes for numbers": _execute("UPDATE uses SET turn = x'ff00'"),
    "a number too large": _execute("UPDATE uses SET turn = 9223372036854775807"),
    "a number below zero": _execute("UPDATE uses SET turn = -9223372036854775808"),
    "a fraction": _execute("UPDATE uses SET turn = 1e300"),
    "text for values": _execute("UPDATE entries SET value = 'text'"),
    "numbers for values": _execute("UPDATE entries SET value = 7"),
    "empty values": _execute("UPDATE entries SET value = x''"),
    "swapped values": _swap_values,
    "no table of values": _execute("DROP TABLE entries"),
    "no table of uses": _execute("DROP TABLE uses"),
    "a column of another name": _execute("ALTER TABLE entries RENAME COLUMN value TO other"),
    "flipped bytes": _flip(5000, 97),
    "a flipped header": _flip(0, 7),
    "truncated": _truncate,
    "empty": _write(b""),
    "another file": _write(b"no database " * 900),
    "a newer format": _put_version,
    "a folder": _turn_into_folder,
    "a link to nowhere": _turn_into_link,
}
LASTING = frozenset({"a newer format", "a folder", "a link to nowhere"})
"""What may be sound or somebody's own, and so stays where it is."""


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_gives_no_other_value_and_is_used_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / "memo.sqlite"
    values = {f"key {number}": f"value {number} ".encode() * 99 for number in range(200)}
    DiskCache(path).store(values, [])
    DAMAGES[name](path)
    damaged = DiskCache(path)
    assert damaged.find(values).items() <= values.items()
    damaged.store({"new": b"new"}, ["key 1"])
    damaged.store({"new": b"new"}, ["key 1"])
    assert (DiskCache(path).find(["new"]) == {"new": b"new"}) is (name not in LASTING)


def test_a_file_in_the_place_of_the_folder_is_an_empty_cache(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("")
    cache = DiskCache(tmp_path / ".cache/knowledge/memo.sqlite")
    cache.store({"new": b"new"}, [])
    assert cache.find(["new"]) == {}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A project with its cache, and the files of its site."""
    root = project(tmp_path_factory.mktemp("damaged") / "site", DOCS)
    return root, _files(run(root, "mkdocs", "build"))


def _files(site: Built) -> dict[str, bytes]:
    assert site.code == 0, site.output
    assert "Traceback" not in site.output
    return dict(site.files())


@pytest.mark.parametrize(
    "names",
    [
        ["text for numbers", "swapped values", "flipped bytes", "a folder", "numbers for values", "truncated"],
        ["a column of another name", "a newer format", "a flipped header", "no table of uses", "a link to nowhere", "text for values"],
    ],
)
def test_a_build_with_a_damaged_cache_writes_what_one_without_writes(names: list[str], built: tuple[Path, dict[str, bytes]]) -> None:
    root, wanted = built
    _remove(root / ".cache")
    _files(run(root, "mkdocs", "build"))
    caches = sorted((root / ".cache/knowledge").glob("*.sqlite"))
    assert len(caches) >= 5
    for path, name in zip(caches, names, strict=False):
        DAMAGES[name](path)
    assert _files(run(root, "mkdocs", "build")) == wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "put"),
    [
        (".cache", lambda path: path.write_text("Not a folder.")),
        (".cache", lambda path: path.symlink_to("nowhere/at/all")),
        (".cache/knowledge", lambda path: path.write_text("Not a folder.")),
        (".cache/plugins", lambda path: path.write_text("Not a folder.")),
    ],
)
def test_a_build_with_something_else_in_the_place_of_a_cache_folder_writes_the_same(
    path: str, put: Callable[[Path], object], built: tuple[Path, dict[str, bytes]]
) -> None:
    root, wanted = built
    _remove(root / ".cache")
    (root / path).parent.mkdir(exist_ok=True)
    put(root / path)
    assert _files(run(root, "mkdocs", "build")) == wanted
    _remove(root / ".cache")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
