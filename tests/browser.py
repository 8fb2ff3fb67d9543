"""A real browser (Chromium of the system) and a real server with the site below a path prefix, compressed."""

import contextlib
import functools
import gzip
import http.server
import io
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

PREFIX = "/kb/"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'"
"""The content security policy that the search must live with."""
TEXTS = (".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)

needs_chromium = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")), reason="Chromium and chromedriver are not installed"
)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a site as GitHub Pages does: compressed texts, and 404.html for what is not there."""

    def __init__(self, *arguments: Any, policy: str, **options: Any) -> None:
        self.policy = policy
        super().__init__(*arguments, **options)

    def translate_path(self, path: str) -> str:
        return str(Path(self.directory, unquote(urlsplit(path).path).removeprefix(PREFIX).lstrip("/")))

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        found = path.is_file() and urlsplit(self.path).path.startswith(PREFIX)
        path = path if found else Path(self.directory, "404.html")
        body = path.read_bytes()
        squeeze = path.suffix in TEXTS
        body = gzip.compress(body, 6) if squeeze else body
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/javascript" if path.suffix == ".js" else self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if squeeze:
            self.send_header("Content-Encoding", "gzip")
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *_: Any) -> None:
        """Logs nothing."""


@contextlib.contextmanager
def serving(site: Path, policy: str = "") -> Iterator[str]:
    """Serves the files of a site; yields the URL of its home page."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site), policy=policy))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def chromium(*flags: str) -> Iterator[webdriver.Chrome]:
    """A browser with an empty profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900", *flags):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver"), env={**os.environ}))
        driver.set_script_timeout(120)
        try:
            yield driver
        finally:
            driver.quit()
