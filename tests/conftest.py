"""Shared fixtures: reproducible property tests, the flag that rewrites golden files, two built sites, a browser on one of them."""

import compileall
import os
from collections.abc import Iterator

import browser
import builder
import demo as demo_docs
import library as library_docs
import pytest
from builder import Built, build
from hypothesis import settings
from reader import Reader

settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, database=None, max_examples=5000)
settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    """Compiles the project's modules to bytecode once, for all copies of them in temporary sites."""
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(builder.PROJECT / "hooks", quiet=2)


def pytest_xdist_auto_num_workers() -> int:
    """One process more than processors for `-n auto`: some tests wait for servers and browsers."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write what is found into tests/golden/ instead of comparing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the tests about the demo where docs/ holds other articles; sorts the long tests to the front for `--dist loadgroup`.

    Tests that share a fixture of their file run in one process of `--dist loadgroup`, so that what it builds is built once. All others
    are handed out one by one, those marked with the most seconds first, so that no process runs a long one alone at the end.
    """
    for item in items:
        if not demo_docs.is_present() and item.get_closest_marker("demo"):
            item.add_marker(pytest.mark.skip(reason=demo_docs.ABSENT))
        if _shares_fixture(item):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=_seconds, reverse=True)


def _shares_fixture(item: pytest.Item) -> bool:
    """Whether a test uses a fixture that is made once for all tests of its file."""
    found = item._fixtureinfo.name2fixturedefs.values() if isinstance(item, pytest.Function) else ()
    return any(each.scope == "module" for definitions in found for each in definitions)


def _seconds(item: pytest.Item) -> int:
    """How long a test takes, as its mark `slow(seconds=…)` says; 0 without one."""
    mark = item.get_closest_marker("slow")
    seconds: int = mark.kwargs.get("seconds", 0) if mark else 0
    return seconds


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site of the demo articles and the handbook."""
    return build(tmp_path_factory.mktemp("demo"), demo_docs.DOCS, "--strict")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site of `library.DOCS`."""
    built = build(tmp_path_factory.mktemp("library"), library_docs.DOCS, "--strict")
    assert built.code == 0, built.output
    return built


@pytest.fixture(scope="session")
def visitor(library: Built) -> Iterator[Reader]:
    """A browser on the library site."""
    with browser.serving(library.site) as home, browser.chromium() as driver:
        yield Reader(driver, home)
