"""What all tests share: reproducible property tests, the flag that rewrites golden files, a site to look at and its reader."""

from collections.abc import Iterator

import browser
import library as library_docs
import pytest
from builder import Built, build
from hypothesis import settings
from reader import Reader

settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, database=None, max_examples=5000)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write what is found into tests/golden/ instead of comparing")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site of `library.DOCS`."""
    built = build(tmp_path_factory.mktemp("library"), library_docs.DOCS, "--strict")
    assert built.code == 0, built.output
    return built


@pytest.fixture(scope="session")
def visitor(library: Built) -> Iterator[Reader]:
    """A reader of it."""
    with browser.serving(library.site) as home, browser.chromium() as driver:
        yield Reader(driver, home)
