"""A memory on disk for what is costly to make, by content: bounded, shared by builds at the same time, never trusted when damaged."""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

SIZE = 512 * 1024 * 1024
"""How many bytes are kept; what was used longest ago goes first."""
BATCH = 200
"""How many values are gone through at a time."""
SCHEMA = "CREATE TABLE IF NOT EXISTS memo (key TEXT PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID"


Piece = TypeVar("Piece")
Made = TypeVar("Made")


class Memo:
    """Values by key in one SQLite file. A fault of the file makes it an empty memory, never an error of the build."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The remembered values of those keys that have one."""
        if not self._path.is_file():
            return {}
        try:
            with closing(self._open()) as database:
                return dict(_found(database, sorted(set(keys))))
        except sqlite3.OperationalError:
            return {}
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)
            return {}

    def keep(self, values: Mapping[str, bytes], used: Iterable[str]) -> None:
        """Remembers new values, marks old ones as used, and forgets what is too much."""
        packed = [(key, _packed(key, value)) for key, value in values.items()]
        try:
            with closing(self._open()) as database, database:
                database.execute(SCHEMA)
                turn = (database.execute("SELECT max(used) FROM memo").fetchone()[0] or 0) + 1
                database.executemany("UPDATE memo SET used = ? WHERE key = ?", ((turn, key) for key in used))
                rows = ((key, turn, value) for key, value in packed)
                database.executemany("INSERT OR REPLACE INTO memo (key, used, value) VALUES (?, ?, ?)", rows)
                _forget(database)
        except sqlite3.OperationalError:
            return
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=10)
        database.execute("PRAGMA synchronous = OFF")  # what a power cut damages is not believed
        return database


def recall(
    memory: Memo,
    pieces: Mapping[str, Piece],
    make: Callable[[list[Piece]], Iterable[Made]],
    load: Callable[[bytes], Made | None],
    dump: Callable[[Made], bytes | None],
) -> Iterator[tuple[str, Made]]:
    """What is made of each piece, with its key: first what is remembered and can be loaded, then what is made now, which is remembered."""
    known = set[str]()
    for keys in _batches(pieces):
        found = [(key, each) for key, data in memory.find(keys).items() if (each := load(data)) is not None]
        known.update(key for key, _ in found)
        yield from found
    missing = {key: piece for key, piece in pieces.items() if key not in known}
    memory.keep({}, known)
    for made in _batches(zip(missing, make(list(missing.values())), strict=True)):
        memory.keep({key: data for key, each in made if (data := dump(each)) is not None}, ())
        yield from made


def key(*parts: str | bytes) -> str:
    """The key of what is made from these texts."""
    digest = hashlib.blake2b(digest_size=32)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def _batches(items: Iterable[Piece]) -> Iterator[list[Piece]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _found(database: sqlite3.Connection, keys: list[str]) -> Iterator[tuple[str, bytes]]:
    for batch in _batches(keys):
        marks = ",".join("?" * len(batch))
        for each, kept in database.execute(f"SELECT key, value FROM memo WHERE key IN ({marks})", batch):  # noqa: S608
            value = _unpacked(each, kept)
            if value is not None:
                yield each, value


def _packed(key: str, value: bytes) -> bytes:
    return _seal(key, value) + zlib.compress(value, 1)


def _unpacked(key: str, kept: bytes) -> bytes | None:
    try:
        value = zlib.decompress(kept[32:])
    except zlib.error:
        return None
    return value if _seal(key, value) == kept[:32] else None


def _seal(key: str, value: bytes) -> bytes:
    return hashlib.blake2b(key.encode() + value, digest_size=32).digest()


def _forget(database: sqlite3.Connection) -> None:
    total = 0
    for used, size in database.execute("SELECT used, sum(length(value)) FROM memo GROUP BY used ORDER BY used DESC").fetchall():
        total += size
        if total > SIZE:
            database.execute("DELETE FROM memo WHERE used <= ?", (used,))
            return
