"""URLs of a page are resolved as a browser on the site resolves them."""

from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core import urls
from almanac_kb.core.urls import SiteTarget

BASE = "https://example.org/kb/"
FILES = {"index.html", "a/index.html", "a/b.png", "notes.txt"}


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("", SiteTarget("t/a/index.html", "")),
        ("#x%20y", SiteTarget("t/a/index.html", "x y")),
        ("../b/", SiteTarget("t/b/", "")),
        ("../b/#c", SiteTarget("t/b/", "c")),
        ("../../", SiteTarget("", "")),
        ("../../../", SiteTarget("../", "")),
        ("pic%C3%A9.png?v=1", SiteTarget("t/a/picé.png", "")),
        ("/kb/x/", SiteTarget("x/", "")),
        ("/kb", SiteTarget("", "")),
        ("/x/", SiteTarget("/x/", "")),
        ("https://example.org/kb/x/#y", SiteTarget("x/", "y")),
        (" \tx\n", SiteTarget("t/a/x", "")),
        ("..\\b\\", SiteTarget("t/b/", "")),
    ],
)
def test_urls_of_the_site(address: str, target: SiteTarget) -> None:
    assert urls.resolve_url(address, "t/a/index.html", BASE) == target


@pytest.mark.parametrize(
    "address", ["https://example.org/", "http://example.org/kb/", "//x.org/a", "mailto:a@b.c", "\\\\x.org", "java\nscript:x"]
)
def test_urls_of_other_hosts_and_schemes(address: str) -> None:
    assert urls.resolve_url(address, "t/a/index.html", BASE) is None


@given(st.lists(st.sampled_from(["..", ".", "a", "b c", "é"]), max_size=6), st.booleans())
def test_a_url_resolves_as_in_the_standard_library(parts: list[str], slash: bool) -> None:
    address = quote("/".join(parts)) + "/" * (slash and bool(parts))
    target = urls.resolve_url(address, "t/a/index.html", BASE)
    expected = unquote(urlsplit(urljoin(f"{BASE}t/a/", address)).path)
    if address and expected.startswith("/kb/") and parts.count("..") <= 2:
        assert target
        assert target.path.rstrip("/") == expected.removeprefix("/kb/").rstrip("/")


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("", "index.html"),
        ("a/", "a/index.html"),
        ("a", "a/index.html"),
        ("a/b.png", "a/b.png"),
        ("a/b.png/", None),
        ("notes.txt/", None),
        ("/a/", None),
    ],
)
def test_a_server_sends_files_and_the_pages_of_folders(path: str, file: str | None) -> None:
    assert urls.served_file(SiteTarget(path, ""), FILES) == file


def test_the_scheme_is_what_a_browser_makes_of_it() -> None:
    assert urls.scheme("\x01 JaVa\tScript:alert(1)") == "javascript"
    assert urls.scheme("\\/x.org") == "//"
    assert urls.scheme("a/b:c") == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1:8000/admin", True),
        ("http://localhost/", True),
        ("http://app.localhost:3000/", True),
        ("http://[::1]/", True),
        ("https://example.org/localhost", False),
        ("guide/", False),
    ],
)
def test_addresses_of_the_readers_own_machine(address: str, expected: bool) -> None:
    assert urls.is_this_machine(address) is expected
