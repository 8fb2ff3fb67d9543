"""Warnings and errors are counted whatever is shown of them."""

import io
import logging
import uuid
from collections.abc import Iterator

import pytest

from almanac_kb.core import diagnostics


@pytest.fixture
def top() -> Iterator[logging.Logger]:
    """A logger such as MkDocs sets up: with a handler of its own, and telling nobody else."""
    logger = logging.getLogger(f"top-{uuid.uuid4()}")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(io.StringIO()))
    logger.setLevel(logging.INFO)
    yield logger
    logger.handlers.clear()


def shown(logger: logging.Logger) -> str:
    handler = logger.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    return str(handler.stream.getvalue())


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_counts_at_every_level_and_shows_no_more_than_before(top: logging.Logger, level: int) -> None:
    top.setLevel(level)
    with diagnostics.count_logged(top.name) as counted:
        below = top.getChild("plugins.other")
        below.info("said")
        below.warning("warned")
        below.warning("warned again")
        below.error("failed")
    assert counted.text() == "1 error and 2 warnings"
    assert ("warned" in shown(top)) == (level <= logging.WARNING)
    assert ("failed" in shown(top)) == (level <= logging.ERROR)
    assert top.level == level
    assert top.handlers[0].level == logging.NOTSET


def test_a_message_that_passes_two_loggers_counts_once(top: logging.Logger) -> None:
    child = top.getChild("child")
    with diagnostics.count_logged(top.name, child.name) as counted:
        child.warning("warned")
        top.warning("warned")
    assert counted.text() == "2 warnings"


def test_says_nothing_where_nothing_was_counted(top: logging.Logger) -> None:
    with diagnostics.count_logged(top.name) as counted:
        top.info("said")
    assert counted.text() == ""
    assert not counted.counts
    top.warning("after the end")
    assert not counted.counts
