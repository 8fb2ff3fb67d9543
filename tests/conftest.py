"""What all tests share: reproducible property tests, and the flag that rewrites golden files."""

import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, database=None, max_examples=5000)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write what is found into tests/golden/ instead of comparing")
