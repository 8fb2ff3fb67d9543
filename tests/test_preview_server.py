"""`mkdocs serve` as an author uses it: a real server, real requests."""

import http.client
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from builder import environment, project, run

PATIENCE = 60
"""How many seconds a server has to show what is expected before the test fails."""


@contextmanager
def serving(root: Path, **changes: str) -> Iterator[str]:
    """A running server; gives the address of its home page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    changed = environment(SITE_URL=f"http://127.0.0.1:{port}/", **changes)
    with (root / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=root, env=changed, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def get(address: str, expected: str) -> str:
    """The page at an address, as soon as it shows what is expected."""
    end = time.monotonic() + PATIENCE
    text = ""
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                text = str(answer.read(), "utf-8")
            if expected in text:
                return text
        except (OSError, http.client.IncompleteRead):  # the server tells the length of a file that was replaced since it was opened
            pass
    raise AssertionError(f"{address} never showed {expected!r}; last: {text[-2000:]}")


def test_serve_goes_on_with_a_broken_article_and_picks_up_its_repair(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"t/good.md": "---\ntitle: Good\n---\nFine.\n", "t/bad.md": "---\npubDate: soon\n---\n# Bad\n"})
    with serving(root) as home:
        assert "Good" in get(home + "t/good/", "Fine.")
        shown = get(home + "t/bad/", "Refused")
        assert re.search(r"docs/t/bad\.md:2:10: pubDate: must be a date, got (&#39;)soon\1; write a date such as 2025-04-11", shown)
        (root / "docs/t/bad.md").write_text("---\npubDate: 2025-01-01\n---\n# Mended\n")
        get(home + "t/bad/", "Mended")


def test_serve_shows_drafts_when_asked(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "---\ndraft: true\n---\n# Secret\n"})
    with serving(root, DRAFTS="true") as home:
        assert "Not published: draft" in get(home + "a/", "Secret")


def test_serving_a_sound_site_says_nothing_is_wrong(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"t/a.md": "---\ndescription: A.\ntags: [x]\n---\n# A\n\nWords.\n"})
    with serving(root) as home:
        get(home + "t/a/", "Words.")
    log = (root / "log").read_text()
    assert "inspected what was built: all is well" in log
    assert "ERROR" not in log
    assert "WARNING" not in log


def test_an_address_in_use_is_named_before_anything_is_built(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n"})
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        served = run(root, "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}")
    assert served.code == 1
    assert f"127.0.0.1:{port} can't be used: Address already in use" in served.output
    assert f"or choose another: mkdocs serve --dev-addr 127.0.0.1:{port + 1}" in served.output
    assert "Traceback" not in served.output
    assert "to publish" not in served.output


def test_a_preview_answers_its_own_names_and_serves_a_well_known_file(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n\nFine.\n", ".well-known/security.txt": "Contact: here\n"})
    with (root / "mkdocs.yml").open("a") as config:
        config.write("\nexclude_docs: '!.well-known'\n")
    with serving(root) as home:
        get(home + "a/", "Fine.")
        get(home + ".well-known/security.txt", "Contact: here")
        get(home.replace("127.0.0.1", "localhost") + "a/", "Fine.")
        request = urllib.request.Request(home + "a/", headers={"Host": "elsewhere.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=PATIENCE)
        assert refused.value.code == 421
        assert b"Fine." not in refused.value.read()
