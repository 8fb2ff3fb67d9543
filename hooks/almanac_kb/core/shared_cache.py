"""The shared cache: values that several machines keep in one place, a folder or a server of Bazel's HTTP cache protocol.

A value lies under `ac/` and 64 hexadecimal digits, sealed by its digest, so that a damaged one counts as missing. A place that fails or is
slow never fails or holds up a build: after the first failure it is left alone. Protocol: https://bazel.build/remote/caching#http-caching
"""

import base64
import http.client
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from almanac_kb.core.cache import SharedValues, cache_key, pack, unpack
from almanac_kb.core.folders import write_whole

log = logging.getLogger("mkdocs.hooks.knowledge")
THREADS = 16
"""Connections at a time: most of a request is waiting."""
BATCH_SECONDS = 2.0
"""Seconds that the requests of a batch may take, however few values it has."""
SECONDS_PER_VALUE = 0.01
"""Seconds more for each value of the batch: about what making it takes."""
MAX_VALUE = 64 * 1024 * 1024
"""Bytes of the largest value that is read."""
READ_BYTES = 256 * 1024
"""Bytes that are read at once; in between the time is looked at."""
NO_VALUE = frozenset({404, 410})
STORED = frozenset({200, 201, 202, 204})
READ_ONLY = frozenset({401, 403, 405, 501})
"""Answers to a value of a server that lets this build read only."""


class SharedCacheError(Exception):
    """The place of a shared cache fails; the message says how."""


class ReadOnlyError(SharedCacheError):
    """The place of a shared cache takes no values from this build."""


class _Connection(Protocol):
    """One connection to the place of a shared cache; raises OSError, HTTPException or SharedCacheError where it fails."""

    def get(self, name: str, deadline: float) -> bytes | None:
        """The stored bytes; None where there are none."""
        ...

    def put(self, name: str, data: bytes, deadline: float) -> None:
        """Stores bytes."""
        ...


class SharedCache:
    """The shared cache of a build: a folder, or the address of a server, `https://name:password@cache.example.org/kb`."""

    def __init__(self, place: str, project: Path) -> None:
        """`project` is the folder that a relative path starts at."""
        self._place, self._project = place, project
        self._is_left_alone = self._is_read_only = False

    def of_kind(self, kind: str) -> SharedValues:
        """The values of one kind; values of different kinds may have the same key."""
        return _OfKind(self, kind)

    def find(self, names: Mapping[str, str]) -> dict[str, bytes]:
        """The undamaged values of those keys that have one; `names` maps each key to the name of its value in the place."""
        if self._is_left_alone:
            return {}
        fetch = partial(_fetch, self._open, self._deadline(len(names)))
        try:
            found = dict(_in_parallel(fetch, list(names.items())))
        except (OSError, http.client.HTTPException, SharedCacheError) as error:
            self._leave(error)
            return {}
        return {key: value for key, data in found.items() if (value := unpack(names[key], data)) is not None}

    def store(self, values: Mapping[str, bytes]) -> None:
        """Stores values, given by their names in the place."""
        if self._is_left_alone or self._is_read_only:
            return
        send = partial(_send, self._open, self._deadline(len(values)))
        try:
            list(_in_parallel(send, [(name, pack(name, value)) for name, value in values.items()]))
        except ReadOnlyError:
            self._is_read_only = True
            log.info("extra.knowledge.shared_cache: %s takes no values from this build, which reads them only.", self._public_name())
        except (OSError, http.client.HTTPException, SharedCacheError) as error:
            self._leave(error)

    def _deadline(self, count: int) -> float:
        return time.monotonic() + BATCH_SECONDS + count * SECONDS_PER_VALUE

    def _open(self) -> AbstractContextManager[_Connection]:
        if is_server(self._place):
            return closing(_Server(self._place))
        return nullcontext(_Folder(self._project / self._place))

    def _leave(self, error: Exception) -> None:
        """Leaves the place alone for the rest of the build."""
        self._is_left_alone = True
        reason = str(error) or type(error).__name__
        log.info("extra.knowledge.shared_cache: %s fails and is left alone for this build: %s", self._public_name(), reason)

    def _public_name(self) -> str:
        """The place without its password."""
        return urlsplit(self._place)._replace(netloc=urlsplit(self._place).netloc.rpartition("@")[2]).geturl()


class _OfKind:
    """The values of one kind in a shared cache."""

    def __init__(self, cache: SharedCache, kind: str) -> None:
        self._cache, self._kind = cache, kind

    def find(self, keys: Iterable[str]) -> dict[str, bytes]:
        return self._cache.find({key: cache_key(self._kind, key) for key in keys})

    def store(self, values: Mapping[str, bytes]) -> None:
        self._cache.store({cache_key(self._kind, key): value for key, value in values.items()})


class _Folder:
    """A folder that several machines see: one file for each value, so that no machine waits for another one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str, deadline: float) -> bytes | None:
        _check_time(deadline)
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, name: str, data: bytes, deadline: float) -> None:
        _check_time(deadline)
        file = self._file(name)
        try:
            write_whole(file, data)
        except PermissionError as error:
            raise ReadOnlyError(str(error)) from None

    def _file(self, name: str) -> Path:
        return self._folder / "ac" / name[:2] / name


class _Server:
    """A connection to a server, which it keeps open from request to request."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        connect: Callable[..., http.client.HTTPConnection]
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = connect(parts.hostname or "", parts.port, timeout=BATCH_SECONDS)
        self._path = f"{parts.path.rstrip('/')}/ac/"
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
        self._headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}

    def get(self, name: str, deadline: float) -> bytes | None:
        status, data = self._answer("GET", name, None, deadline)
        if status != 200 and status not in NO_VALUE:
            raise SharedCacheError(f"it answers {status}")
        return data if status == 200 else None

    def put(self, name: str, data: bytes, deadline: float) -> None:
        status, _ = self._answer("PUT", name, data, deadline)
        if status in READ_ONLY:
            raise ReadOnlyError(f"it answers {status}")
        if status not in STORED:
            raise SharedCacheError(f"it answers {status}")

    def close(self) -> None:
        self._connection.close()

    def _answer(self, method: str, name: str, body: bytes | None, deadline: float) -> tuple[int, bytes]:
        """Status and body of the answer to a request."""
        connection = self._connection
        connection.timeout = _check_time(deadline)
        if connection.sock:
            connection.sock.settimeout(connection.timeout)
        connection.request(method, self._path + name, body, self._headers)
        response = connection.getresponse()
        parts, size = list[bytes](), 0
        while part := response.read1(READ_BYTES):
            parts.append(part)
            size += len(part)
            if size > MAX_VALUE:
                raise SharedCacheError(f"a value has more than {MAX_VALUE // 1024**2} MB")
            _check_time(deadline)
        response.close()  # so that the connection takes another request
        return response.status, b"".join(parts)


def is_server(place: str) -> bool:
    """Whether a place is the address of a server, and no folder."""
    return place.startswith(("http://", "https://"))


def _check_time(deadline: float) -> float:
    """The seconds that are left; raises SharedCacheError where there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise SharedCacheError("it is too slow")
    return left


def _in_parallel(work: Callable[[Sequence[Any]], list[Any]], items: Sequence[Any]) -> Iterator[Any]:
    """The results of work on all items, of which each thread does a part. No thread outlives the call: processes are forked after it."""
    parts = [part for number in range(THREADS) if (part := items[number::THREADS])]
    if parts:
        with ThreadPoolExecutor(len(parts)) as pool:
            for results in pool.map(work, parts):
                yield from results


def _fetch(open_place: Callable[[], AbstractContextManager[_Connection]], deadline: float, names: Sequence[tuple[str, str]]) -> list[Any]:
    with open_place() as place:
        return [(key, data) for key, name in names if (data := place.get(name, deadline)) is not None]


def _send(open_place: Callable[[], AbstractContextManager[_Connection]], deadline: float, values: Sequence[tuple[str, bytes]]) -> list[Any]:
    with open_place() as place:
        for name, data in values:
            place.put(name, data, deadline)
    return []
