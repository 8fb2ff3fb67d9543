"""Disk cache by content key; fingerprints; manifests."""

import dataclasses
import datetime
import enum
import hashlib
import importlib.metadata
import json
import os
import sqlite3
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from almanac_kb.core.workers import batches

IGNORED = "ignored by digests"
"""Key of the metadata of a dataclass field that no digest depends on, as `field(metadata={IGNORED: True})`."""


class NotDigestibleError(TypeError):
    """A value of which nobody can say whether it is the same as another."""


def digest(value: object) -> str:
    """The digest of plain values, and of dataclasses, mappings, sequences and sets of them; but for their fields marked as ignored.

    Raises UnknownError where there is anything else among them.
    """
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=32).hexdigest()


def _plain(value: Any) -> object:
    """A value that JSON does not know as one that it does, under the name of its type."""
    kind = type(value).__name__
    names = _told(type(value))  # type: ignore[arg-type]  # mypy takes the hash of an object for that of its type
    if names:
        return [kind, *[getattr(value, name) for name in names]]
    if isinstance(value, Mapping):
        return [kind, *value.items()]
    if isinstance(value, Set):
        return [kind, *sorted(value, key=str)]
    if isinstance(value, datetime.date | enum.Enum):
        return [kind, str(value)]
    raise NotDigestibleError(kind)


@cache
def _told(kind: type) -> tuple[str, ...]:
    """Names of the fields of a dataclass that its digest depends on; none for any other type."""
    return (
        tuple(field.name for field in dataclasses.fields(kind) if IGNORED not in field.metadata) if dataclasses.is_dataclass(kind) else ()
    )


PACKAGE = Path(__file__).parent.parent
CODE = tuple(hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() for path in sorted(PACKAGE.rglob("*.py")))
"""The code of the rooms as it was when this process began: what is saved since then makes nothing yet."""


def code_version(packages: Iterable[str]) -> str:
    """A text that changes when the code of the rooms does, or the version of one of the packages."""
    versions = [f"{package} {importlib.metadata.version(package)}" for package in packages]
    return "\0".join((sys.version, *versions, *CODE))


SIZE = 512 * 1024 * 1024
"""How many bytes are kept; what was used longest ago goes first."""
BATCH_MEMO = 200
"""How many values are gone through at a time."""
TABLES = (
    "CREATE TABLE IF NOT EXISTS memo (key TEXT PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS uses (key TEXT PRIMARY KEY, turn INTEGER NOT NULL) WITHOUT ROWID",
)
"""The values; and when each was last used, for itself, so that to say so again is no reason to write a value again."""


Piece = TypeVar("Piece")
Made = TypeVar("Made")


class DiskCache:
    """Values by key in one SQLite file. A fault of the file makes it an empty memory, never an error of the build."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: tuple[int, sqlite3.Connection] | None = None

    def __getstate__(self) -> dict[str, object]:
        """Another process opens the file for itself."""
        return {"_path": self._path, "_reader": None}

    def find(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The remembered values of those keys that have one."""
        try:
            return dict(_found(self._open(), sorted(set(keys)))) if self._path.is_file() else {}
        except sqlite3.OperationalError:
            return {}
        except sqlite3.DatabaseError:
            self._remove()
            return {}

    def keep(self, values: Mapping[str, bytes], used: Iterable[str]) -> None:
        """Remembers new values, marks old ones as used, and forgets what is too much."""
        packed = [(key, _packed(key, value)) for key, value in values.items()]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(_connected(self._path)) as database, database:
                _keep(database, packed, used)
        except sqlite3.OperationalError:
            return
        except sqlite3.DatabaseError:
            self._remove()

    def _open(self) -> sqlite3.Connection:
        """What is asked again and again stays open, in each process for itself: SQLite forbids that copies of a process share it."""
        if self._reader is None or self._reader[0] != os.getpid():
            self._reader = os.getpid(), _connected(self._path)
        return self._reader[1]

    def _remove(self) -> None:
        if self._reader:
            self._reader[1].close()
        self._reader = None
        with suppress(OSError):  # Windows removes nothing that another build has open
            self._path.unlink(missing_ok=True)


def cached(
    memory: DiskCache,
    pieces: Mapping[str, Piece],
    make: Callable[[list[Piece]], Iterable[Made]],
    load: Callable[[bytes], Made | None],
    dump: Callable[[Made], bytes | None],
) -> Iterator[tuple[str, Made]]:
    """What is made of each piece, with its key: first what is remembered and can be loaded, then what is made now, which is remembered."""
    known = set[str]()
    for keys in batches(pieces, BATCH_MEMO):
        found = [(key, each) for key, data in memory.find(keys).items() if (each := load(data)) is not None]
        known.update(key for key, _ in found)
        yield from found
    missing = {key: piece for key, piece in pieces.items() if key not in known}
    memory.keep({}, known)
    for made in batches(zip(missing, make(list(missing.values())), strict=True), BATCH_MEMO):
        memory.keep({key: data for key, each in made if (data := dump(each)) is not None}, ())
        yield from made


def cache_key(*parts: str | bytes) -> str:
    """The key of what is made from these texts."""
    digest = hashlib.blake2b(digest_size=32)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def _found(database: sqlite3.Connection, keys: list[str]) -> Iterator[tuple[str, bytes]]:
    for batch in batches(keys, BATCH_MEMO):
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


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10, check_same_thread=False)
    database.execute("PRAGMA synchronous = OFF")  # what a power cut damages is not believed
    return database


def _keep(database: sqlite3.Connection, packed: list[tuple[str, bytes]], used: Iterable[str]) -> None:
    for table in TABLES:
        database.execute(table)
    turn = (database.execute("SELECT max(turn) FROM uses").fetchone()[0] or 0) + 1
    database.executemany("INSERT OR REPLACE INTO memo (key, value) VALUES (?, ?)", packed)
    uses = ((key, turn) for keys in (used, (key for key, _ in packed)) for key in keys)
    database.executemany("INSERT OR REPLACE INTO uses (key, turn) VALUES (?, ?)", uses)
    _forget(database)


def _forget(database: sqlite3.Connection) -> None:
    pages, spare, size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
    if (pages - spare) * size <= SIZE:
        return
    total = 0
    sizes = "SELECT turn, sum(length(value)) FROM memo JOIN uses USING (key) GROUP BY turn ORDER BY turn DESC"
    for turn, size in database.execute(sizes).fetchall():
        total += size
        if total > SIZE:
            database.execute("DELETE FROM memo WHERE key IN (SELECT key FROM uses WHERE turn <= ?)", (turn,))
            database.execute("DELETE FROM uses WHERE turn <= ?", (turn,))
            return


BATCH_KEEPER = 64
"""How many new pieces are held before they are kept."""


class BuildCache:
    """The pieces of one kind that one build, or a copy of it, makes."""

    def __init__(self, memory: DiskCache) -> None:
        self.memory = memory
        self._used: list[str] = []
        self._made: dict[str, bytes] = {}

    def piece(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The piece of this key: remembered, or made now."""
        kept = self.memory.find((key,)).get(key)
        if kept is not None:
            self._used.append(key)
            return kept
        made = self._made[key] = make()
        if len(self._made) == BATCH_KEEPER:
            self.keep()
        return made

    def keep(self) -> None:
        """Remembers what was made, and that the rest was used, since it was last kept."""
        if self._made or self._used:
            self.memory.keep(self._made, self._used)
        self._used, self._made = [], {}
