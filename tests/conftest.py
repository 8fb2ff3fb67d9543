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
    """Skips the tests about the demo where docs/ holds other articles."""
    if not demo_docs.is_present():
        for item in items:
            if item.get_closest_marker("demo"):
                item.add_marker(pytest.mark.skip(reason=demo_docs.ABSENT))


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
