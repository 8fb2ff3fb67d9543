"""A memory on disk for what is costly to make, by content: bounded, shared by builds at the same time, never trusted when damaged."""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

SIZE = 512 * 1024 * 1024
"""How many bytes are kept; what was used longest ago goes first."""
BATCH = 500
SCHEMA = "CREATE TABLE IF NOT EXISTS memo (key TEXT PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID"


class Memo:
    """Values by key in one SQLite file. A fault of the file makes it an empty memory, never an error of the build."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The remembered values of those keys that have one."""
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
        try:
            with closing(self._open()) as database, database:
                turn = (database.execute("SELECT max(used) FROM memo").fetchone()[0] or 0) + 1
                database.executemany("UPDATE memo SET used = ? WHERE key = ?", ((turn, key) for key in used))
                rows = ((key, turn, _packed(key, value)) for key, value in values.items())
                database.executemany("INSERT OR REPLACE INTO memo (key, used, value) VALUES (?, ?, ?)", rows)
                _forget(database)
        except sqlite3.OperationalError:
            return
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=10)
        database.execute(SCHEMA)
        return database


def key(*parts: str) -> str:
    """The key of what is made from these texts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _found(database: sqlite3.Connection, keys: list[str]) -> Iterator[tuple[str, bytes]]:
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        marks = ",".join("?" * len(batch))
        for each, kept in database.execute(f"SELECT key, value FROM memo WHERE key IN ({marks})", batch):  # noqa: S608
            value = _unpacked(each, kept)
            if value is not None:
                yield each, value


def _packed(key: str, value: bytes) -> bytes:
    return hashlib.sha256(key.encode() + value).digest() + zlib.compress(value, 1)


def _unpacked(key: str, kept: bytes) -> bytes | None:
    try:
        value = zlib.decompress(kept[32:])
    except zlib.error:
        return None
    return value if hashlib.sha256(key.encode() + value).digest() == kept[:32] else None


def _forget(database: sqlite3.Connection) -> None:
    total = 0
    for used, size in database.execute("SELECT used, sum(length(value)) FROM memo GROUP BY used ORDER BY used DESC").fetchall():
        total += size
        if total > SIZE:
            database.execute("DELETE FROM memo WHERE used <= ?", (used,))
            return
