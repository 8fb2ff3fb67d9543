"""Values that machines share in a folder or on a server: what is found there, and what a place that fails does to a build."""

import http.server
import logging
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from builder import Built, project, run
from waiting import until

from almanac_kb.content.settings import SettingsError, read_settings
from almanac_kb.core import shared_cache, workers
from almanac_kb.core.cache import DiskCache, cache_key
from almanac_kb.core.shared_cache import SharedCache

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
WITH_NGINX = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
VALUES = {cache_key(str(number)): b"value %d" % number for number in range(300)}
HEADER = "---\ndate: 2025-01-01\ntags: [x]\n---\n"
DOCS: dict[str, str | bytes] = {
    f"t/{n}.md": f"{HEADER}# Article {n}\n\nLamp {n % 7}, wick {n % 5}.\n\n[next]({(n + 1) % 60}.md)\n" for n in range(60)
}
CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; user root;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location /kb/ {{ root {folder}/files; dav_methods PUT; create_full_put_path on; client_max_body_size 64m; }}
    location /read/ {{ alias {folder}/files/kb/; limit_except GET {{ deny all; }} }}
  }}
}}
"""


def _disk(folder: Path, place: str, kind: str = "texts") -> DiskCache:
    """The cache of a machine that shares its values in a place."""
    return DiskCache(folder / f"{kind}.sqlite", SharedCache(place, folder).of_kind(kind))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _nginx(folder: Path) -> Iterator[str]:
    """The address of an nginx that stores what it is sent by DAV."""
    port = _free_port()
    (folder / "files/kb").mkdir(parents=True)
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    running = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        until(lambda: _answers(port), 20)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(params=["folder", pytest.param("nginx", marks=[WITH_NGINX, pytest.mark.slow])])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place where values are shared: a folder, and a server."""
    if request.param == "folder":
        yield str(tmp_path / "shared")
        return
    with _nginx(tmp_path / "nginx") as address:
        yield f"{address}/kb"


def test_another_machine_finds_what_one_stored(place: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    _disk(tmp_path / "a", place).store(VALUES, ())
    assert _disk(tmp_path / "b", place).find([*VALUES, cache_key("none")]) == VALUES
    assert _disk(tmp_path / "b", str(tmp_path / "empty")).find(VALUES) == VALUES
    assert _disk(tmp_path / "c", place, "search").find(VALUES) == {}
    assert caplog.messages == []
    assert workers.can_fork() or threading.active_count() > 1


@pytest.mark.parametrize("damaged", [b"", b"x" * 40, None], ids=["empty", "overwritten", "of another key"])
def test_a_damaged_or_exchanged_value_counts_as_missing(damaged: bytes | None, tmp_path: Path) -> None:
    key, other = list(VALUES)[:2]
    _disk(tmp_path / "a", "shared").store(VALUES, ())
    files = {path.name: path for path in (tmp_path / "a/shared").rglob("*") if path.is_file()}
    name, other_name = cache_key("texts", key), cache_key("texts", other)
    files[name].write_bytes(files[other_name].read_bytes() if damaged is None else damaged)
    assert key not in _disk(tmp_path / "b", str(tmp_path / "a/shared")).find(VALUES)


class _Slow(http.server.BaseHTTPRequestHandler):
    """Answers each request byte by byte, for ever."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _slow_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    server.daemon_threads = True
    running = threading.Thread(target=server.serve_forever)
    running.start()
    try:
        yield f"http://name:secret@127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        running.join()


def test_a_slow_server_is_left_alone_after_seconds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(shared_cache, "BATCH_SECONDS", 0.2)
    monkeypatch.setattr(shared_cache, "SECONDS_PER_VALUE", 0)
    with _slow_server() as address:
        disk = _disk(tmp_path, address)
        start = time.monotonic()
        for _ in range(5):
            assert disk.find(VALUES) == {}
        disk.store(VALUES, ())
        assert time.monotonic() - start < 5
    [message] = caplog.messages
    assert "fails and is left alone for this build" in message
    assert "secret" not in message
    assert disk.find(VALUES) == VALUES


@pytest.mark.parametrize("place", ["http://127.0.0.1:9", "http://127.0.0.1:9/kb", "file.txt"])
def test_a_place_that_is_not_there_is_named_once(place: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "file.txt").write_text("no folder")
    disk = _disk(tmp_path, place)
    for key, value in list(VALUES.items())[:3]:
        disk.store({key: value}, ())
        assert disk.find([key, cache_key("none")]) == {key: value}
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith(f"extra.knowledge.shared_cache: {place} fails and is left alone for this build: ")


@WITH_NGINX
@pytest.mark.slow
def test_a_build_that_may_only_read_does_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    new = {cache_key("new"): b"new", cache_key("newer"): b"newer"}
    with _nginx(tmp_path / "nginx") as address:
        _disk(tmp_path / "a", f"{address}/kb").store(VALUES, ())
        reading = _disk(tmp_path / "b", f"{address}/read")
        reading.store(new, ())
        reading.store(new, ())
        assert reading.find(VALUES) == VALUES
    assert caplog.messages == [f"extra.knowledge.shared_cache: {address}/read takes no values from this build, which reads them only."]


@pytest.mark.parametrize(
    "value", [7, "ftp://example.org/kb", "https://", "https://name:secret@example.org:port/kb", "https://example.org/a b", "a\0b"]
)
def test_a_place_that_can_not_be_one_is_refused(value: object) -> None:
    with pytest.raises(SettingsError, match=r"extra\.knowledge\.shared_cache: must be a folder, or the address of a server") as raised:
        read_settings({"shared_cache": value})
    assert "secret" not in str(raised.value)


@pytest.mark.slow
def test_a_second_clone_compiles_no_text_and_writes_the_same_site(place: str, tmp_path: Path) -> None:
    first = _built(tmp_path / "one", place)
    second = _built(tmp_path / "two", place)
    assert dict(second.files()) == dict(first.files())
    assert _keys(first) == _keys(second)
    assert len(_keys(first)) == 60
    shared = tmp_path / "nginx/files/kb" if place.startswith("http") else Path(place)
    before = {path: path.stat().st_mtime_ns for path in shared.rglob("*") if path.is_file()}
    third = _built(tmp_path / "three", place)
    after = {path: path.stat().st_mtime_ns for path in shared.rglob("*") if path.is_file()}
    assert dict(third.files()) == dict(first.files())
    assert after == before, "what was found is not stored again, and nothing was made that was not found"


def _built(root: Path, place: str) -> Built:
    built = run(project(root, DOCS), "mkdocs", "build", SHARED_CACHE=place)
    assert built.code == 0, built.output
    assert "shared_cache" not in built.output
    return built


def _keys(built: Built) -> set[str]:
    """The keys of the compiled texts in the cache of a clone."""
    with closing(sqlite3.connect(built.root / ".cache/knowledge/texts.sqlite")) as database:
        return {key for (key,) in database.execute("SELECT key FROM entries")}
