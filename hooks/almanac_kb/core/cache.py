"""The disk cache: values stored under the digest of everything they depend on, in one SQLite file per kind; digests and code versions."""

import hashlib
import importlib.metadata
import os
import sqlite3
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import closing, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from almanac_kb.core.folders import file_digest, write_whole
from almanac_kb.core.workers import batches

Item = TypeVar("Item")
Result = TypeVar("Result")

PACKAGE = Path(__file__).parent.parent
CODE_FILES = tuple(path for path in sorted(PACKAGE.rglob("*")) if path.suffix in {".py", ".po"})
"""The modules of this package and its message catalogues."""
CODE = tuple(map(file_digest, CODE_FILES))
"""Digests of these files at the start of this process: code that is saved later does not run in it."""

MAX_BYTES = 512 * 1024 * 1024
"""Bytes of values in one cache file above which the least recently used ones are deleted, but for those that the same build used."""
KEYS_PER_QUERY = 200
"""Keys per SQLite query: bounds how many values are in memory at a time; older versions of SQLite allow at most 999 parameters."""
ITEMS_PER_TRANSACTION = 64
"""New values that a BuildCache collects before it writes them: few transactions, so that processes seldom wait for each other."""
BUSY_SECONDS = 10
"""Seconds that a process waits for another one that writes to the same file."""
MAX_VALUE_BYTES = 256 * 1024 * 1024
"""Most bytes that a value is decompressed to: a longer one counts as damaged."""
CHECKSUM_BYTES = 32
"""Bytes of the digest in front of each stored value."""
COMPRESSED, PLAIN = b"z", b"-"
"""The byte between that digest and a value that is compressed, or one that is not."""
LARGEST_PART = 0.7
"""A value is compressed where that takes it to less than this part of its size: texts in it mostly are compressed already."""
SEAL_BYTES = 32
"""Bytes of the digest in front of each file that `save_value` writes."""
MAX_TURN = 2**62
"""Highest transaction number that is believed; a higher one means that the file is damaged."""
JOURNALS = ("", "-journal", "-wal", "-shm")
"""Suffixes, to the path of a database, of the files that SQLite keeps for it."""
TABLES = (
    "DROP TABLE IF EXISTS memo",
    "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS uses (key TEXT PRIMARY KEY, turn INTEGER NOT NULL) WITHOUT ROWID",
)
"""The values, once in a table `memo`; and for each the last transaction that used it, in its own table: a use rewrites no value."""


class NotDigestibleError(TypeError):
    """A value of an unknown type was to be digested; the message names the type."""


def cache_key(*parts: str | bytes) -> str:
    """The cache key of a value made from these parts: a BLAKE2b digest (64 hexadecimal digits). `ab` and `a`, `b` have different keys."""
    return hashlib.blake2b(_KEY_ENCODER.encode(parts), digest_size=32).hexdigest()


def digest(value: object) -> str:
    """The digest (BLAKE2b, 64 hexadecimal digits) of a plain value, or of dataclasses, mappings, sequences and sets of them.

    Raises NotDigestibleError for any other type, and ValueError for a text that is no Unicode text (a lone surrogate).
    """
    return hashlib.blake2b(_ENCODER.encode(value), digest_size=32).hexdigest()


def _encodable(value: object) -> object:
    """A value of a type that JSON does not have, as one that it has."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise NotDigestibleError(type(value).__name__)


def dump_json(value: object) -> bytes | None:
    """A dataclass of plain values as JSON bytes, which `loader` reads; None where a text in it is no Unicode text (a lone surrogate)."""
    return _dump(_ENCODER, value)


def loader(kind: type[Result]) -> Callable[[bytes], Result | None]:
    """The function that reads JSON bytes as a value of this type; it returns None for what is no such value."""
    return _loader(msgspec.json.Decoder(kind))


def dump_msgpack(value: object) -> bytes | None:
    """A dataclass as MessagePack, smaller and read faster than JSON, which `msgpack_loader` reads; None as `dump_json`.

    Dates and times in it would lose their offsets.
    """
    return _dump(_MSGPACK_ENCODER, value)


def msgpack_loader(kind: type[Result]) -> Callable[[bytes], Result | None]:
    """The function that reads MessagePack as a value of this type; it returns None for what is no such value."""
    return _loader(msgspec.msgpack.Decoder(kind))


def _dump(encoder: msgspec.json.Encoder | msgspec.msgpack.Encoder, value: object) -> bytes | None:
    try:
        return encoder.encode(value)
    except UnicodeEncodeError:
        return None


def _loader(decoder: msgspec.json.Decoder[Result] | msgspec.msgpack.Decoder[Result]) -> Callable[[bytes], Result | None]:
    def load(data: bytes) -> Result | None:
        try:
            return decoder.decode(data)
        except msgspec.MsgspecError:
            return None

    return load


def load_value(path: Path, version: str, kind: type[Result]) -> Result | None:
    """The value of this type that `save_value` wrote to a file; None where there is none, it is damaged, or is of another version."""
    try:
        data = path.read_bytes()
        return msgspec.msgpack.decode(data[SEAL_BYTES:], type=kind) if data[:SEAL_BYTES] == _seal(version, data[SEAL_BYTES:]) else None
    except (OSError, msgspec.MsgspecError):
        return None


def save_value(path: Path, version: str, value: object) -> None:
    """Writes a value for the next build to a file; `version` is the digest of all that it depends on, such as the code that made it.

    What can't be written, because the disk is full or a text is no Unicode text (a lone surrogate), is made again by the next build.
    """
    with suppress(OSError, UnicodeEncodeError):
        data = msgspec.msgpack.encode(value)
        write_whole(path, _seal(version, data) + data)


def _seal(version: str, data: bytes) -> bytes:
    """A digest of the data and the version, which shows damage."""
    return hashlib.blake2b(data, key=hashlib.blake2b(version.encode()).digest(), digest_size=SEAL_BYTES).digest()


_ENCODER = msgspec.json.Encoder(enc_hook=_encodable, order="deterministic")
_MSGPACK_ENCODER = msgspec.msgpack.Encoder(enc_hook=_encodable, order="deterministic")
_KEY_ENCODER = msgspec.msgpack.Encoder(enc_hook=_encodable)
"""Writes the parts of a key with their types and lengths, so that no two lists of parts are the same bytes."""


def code_version(packages: Iterable[str]) -> str:
    """A digest that changes with Python's version, with the code of this package, and with the version of any of the named packages."""
    return cache_key(sys.version, *(f"{package} {_version(package)}" for package in packages), *CODE)


@lru_cache
def _version(package: str) -> str:
    """The installed version of a package, looked up once in a process."""
    return importlib.metadata.version(package)


class SharedValues(Protocol):
    """Values that other machines share, by the same keys; never an error of the build."""

    def find(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The values of those keys that have one."""
        ...

    def store(self, values: Mapping[str, bytes]) -> None:
        """Stores values."""
        ...


class DiskCache:
    """Values by key in one SQLite file, which processes share. A damaged or locked file is an empty cache, never an error of the build.

    Values that it does not have are looked for among those that other machines share, and new values are stored there too.
    """

    def __init__(self, path: Path, shared: SharedValues | None = None) -> None:
        self._path, self._shared = path, shared
        self._readers: dict[int, sqlite3.Connection] = {}
        self._turn_before = self._last_turn()
        """The number of the last transaction of earlier builds."""

    def __getstate__(self) -> dict[str, object]:
        """Pickles no connection; another process opens the file for itself."""
        return vars(self) | {"_readers": {}}

    def find(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The stored values of those keys that have one; a damaged value counts as missing."""
        wanted = set(keys)
        found = self._find_here(wanted)
        missing = wanted - found.keys()
        fetched = self._shared.find(sorted(missing)) if self._shared and missing else {}
        if fetched:
            self._store_here(fetched, ())
        return found | fetched

    def _find_here(self, keys: Set[str]) -> dict[str, bytes]:
        try:
            is_file = os.path.isfile(self._path)  # noqa: PTH113 - False where Path.is_file raises
            return dict(_read(self._open(), sorted(keys))) if is_file else {}
        except sqlite3.OperationalError:  # it is locked, or the tables of a new file are not there yet
            return {}
        except sqlite3.DatabaseError:
            self._remove()
            return {}

    def store(self, values: Mapping[str, bytes], used: Iterable[str]) -> None:
        """Stores new values, and marks the keys in `used` as used."""
        self._store_here(values, used)
        if self._shared and values:
            self._shared.store(values)

    def _store_here(self, values: Mapping[str, bytes], used: Iterable[str]) -> None:
        rows = [(key, pack(key, value)) for key, value in values.items()]
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._change(partial(_write, rows=rows, used=used))

    def trim(self) -> None:
        """Deletes the least recently used values above MAX_BYTES, at the end of a build.

        Values that were used or stored since this object was made stay: else a build of very many articles would delete what it has made.
        """
        if self._turn_before:
            self._change(partial(_delete_unused, last=self._turn_before))

    def _change(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Changes the file in one transaction, if it can be written; a damaged file is removed."""
        try:
            with closing(_connect(self._path)) as database, database:
                work(database)
        except sqlite3.DatabaseError as error:
            if not _is_transient(error):
                self._remove()

    def _last_turn(self) -> int:
        try:
            return _last_turn(self._open()) if os.path.isfile(self._path) else 0  # noqa: PTH113 - False where Path.is_file raises
        except sqlite3.DatabaseError:  # `find` and `store` say what to do about it
            return 0

    def _open(self) -> sqlite3.Connection:
        """The open connection of this process, kept between reads: SQLite forbids a forked process to use or close its parent's."""
        reader = self._readers.get(os.getpid())
        if reader is None:
            reader = self._readers[os.getpid()] = _connect(self._path)
        return reader

    def _remove(self) -> None:
        self._turn_before = 0  # in a new file transactions are counted anew
        if reader := self._readers.pop(os.getpid(), None):
            reader.close()
        for ending in JOURNALS:
            with suppress(OSError):  # Windows removes nothing that another build has open
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


class BuildCache:
    """A DiskCache for values that one process of a build asks for one by one; it writes new values in batches."""

    def __init__(self, disk: DiskCache) -> None:
        self.disk = disk
        self._used: list[str] = []
        self._new: dict[str, bytes] = {}

    def get_or_make(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The value of this key from the cache, or else the one that `make` returns, which is stored with the next batch."""
        value = self.find(key)
        if value is None:
            value = make()
            self.add(key, value)
        return value

    def find(self, key: str) -> bytes | None:
        """The value of this key from the cache; None where there is none."""
        value = self.disk.find((key,)).get(key)
        if value is not None:
            self._used.append(key)
        return value

    def add(self, key: str, value: bytes) -> None:
        """Stores a new value with the next batch."""
        self._new[key] = value
        if len(self._new) == ITEMS_PER_TRANSACTION:
            self.store()

    def store(self) -> None:
        """Writes to the disk what is new since the last time, and which values were used."""
        if self._new or self._used:
            self.disk.store(self._new, self._used)
        self._used, self._new = [], {}


def cached(
    disk: DiskCache,
    items: Mapping[str, Item],
    make: Callable[[list[Item]], Iterable[Result]],
    load: Callable[[bytes], Result | None],
    dump: Callable[[Result], bytes | None],
) -> Iterator[tuple[str, Result]]:
    """The result of each item, with the item's cache key: first those in the cache, then those that `make` returns, which are stored.

    `make` gets all other items at once and returns their results in the same order. `load` returns None for a stored value that can't be
    used any more, whose result is then made again; `dump` returns None for a result that must not be stored.
    """
    known = set[str]()
    for keys in batches(items, KEYS_PER_QUERY):
        loaded = [(key, result) for key, data in disk.find(keys).items() if (result := load(data)) is not None]
        known.update(key for key, _ in loaded)
        yield from loaded
    missing = {key: item for key, item in items.items() if key not in known}
    disk.store({}, known)
    for results in batches(zip(missing, make(list(missing.values())), strict=True), KEYS_PER_QUERY):
        disk.store({key: data for key, result in results if (data := dump(result)) is not None}, ())
        yield from results


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    database.execute("PRAGMA synchronous = OFF")  # a power failure may damage values; each has a digest that shows it
    return database


def _is_transient(error: sqlite3.DatabaseError) -> bool:
    """Whether the file may be sound although it can't be written: locked, not to be opened, or on a full disk; other errors mean damage."""
    return isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorcode", 1) & 0xFF != sqlite3.SQLITE_ERROR


def _read(database: sqlite3.Connection, keys: list[str]) -> Iterator[tuple[str, bytes]]:
    for batch in batches(keys, KEYS_PER_QUERY):
        parameters = ",".join("?" * len(batch))
        for key, data in database.execute(f"SELECT key, value FROM entries WHERE key IN ({parameters})", batch):  # noqa: S608
            value = unpack(key, data)
            if value is not None:
                yield key, value


def _write(database: sqlite3.Connection, rows: list[tuple[str, bytes]], used: Iterable[str]) -> None:
    for table in TABLES:
        database.execute(table)
    turn = _last_turn(database) + 1
    database.executemany("INSERT OR REPLACE INTO entries (key, value) VALUES (?, ?)", rows)
    uses = ((key, turn) for keys in (used, (key for key, _ in rows)) for key in keys)
    database.executemany("INSERT OR REPLACE INTO uses (key, turn) VALUES (?, ?)", uses)


def _last_turn(database: sqlite3.Connection) -> int:
    """The number of the last transaction; raises DatabaseError where the stored number is not one."""
    turn = database.execute("SELECT max(turn) FROM uses").fetchone()[0] or 0
    if isinstance(turn, int) and 0 <= turn < MAX_TURN:
        return turn
    raise sqlite3.DatabaseError(f"{turn!r} is no number of a transaction")


def _delete_unused(database: sqlite3.Connection, last: int) -> None:
    """Deletes values that no transaction after the one of number `last` used, the earliest first, until the rest has MAX_BYTES at most."""
    pages, free, page_size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
    surplus = (pages - free) * page_size - MAX_BYTES
    if surplus <= 0:
        return
    sizes = "SELECT turn, sum(length(value)) FROM uses JOIN entries USING (key) WHERE turn <= ? GROUP BY turn ORDER BY turn"
    deleted = 0
    for turn, size in database.execute(sizes, (last,)):
        deleted, surplus = turn, surplus - size
        if surplus <= 0:
            break
    database.execute("DELETE FROM entries WHERE key IN (SELECT key FROM uses WHERE turn <= ?)", (deleted,))
    database.execute("DELETE FROM uses WHERE turn <= ?", (deleted,))


def pack(key: str, value: bytes) -> bytes:
    """The value behind a digest of it and its key, which shows damage; compressed, unless it hardly gets smaller."""
    compressed = zlib.compress(value, 1)
    data = COMPRESSED + compressed if len(compressed) < LARGEST_PART * len(value) else PLAIN + value
    return _checksum(key, data) + data


def unpack(key: str, packed: object) -> bytes | None:
    """The value that was packed under this key; None where it is damaged."""
    if not isinstance(packed, bytes):
        return None
    checksum, data = packed[:CHECKSUM_BYTES], packed[CHECKSUM_BYTES:]
    if _checksum(key, data) != checksum:
        return None
    if data[:1] == PLAIN:
        return data[1:]
    try:
        return zlib.decompressobj().decompress(data[1:], MAX_VALUE_BYTES)
    except zlib.error:
        return None


def _checksum(key: str, data: bytes) -> bytes:
    return hashlib.blake2b(key.encode() + data, digest_size=CHECKSUM_BYTES).digest()
