"""Logged warnings and errors are counted, whether they are printed or not."""

import io
import logging
import uuid
from collections.abc import Iterator

import pytest

from almanac_kb.core import diagnostics


@pytest.fixture
def top_logger() -> Iterator[logging.Logger]:
    """A logger such as MkDocs sets up: with a handler of its own, passing nothing on to its parents."""
    logger = logging.getLogger(f"top-{uuid.uuid4()}")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(io.StringIO()))
    logger.setLevel(logging.INFO)
    yield logger
    logger.handlers.clear()


def printed(logger: logging.Logger) -> str:
    handler = logger.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    return str(handler.stream.getvalue())


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_warnings_are_counted_at_every_level_and_no_more_is_printed(top_logger: logging.Logger, level: int) -> None:
    top_logger.setLevel(level)
    with diagnostics.count_logged(top_logger.name) as counter:
        child = top_logger.getChild("plugins.other")
        child.info("information")
        child.warning("warned")
        child.warning("warned again")
        child.error("failed")
    assert counter.text() == "1 error and 2 warnings"
    assert ("warned" in printed(top_logger)) == (level <= logging.WARNING)
    assert ("failed" in printed(top_logger)) == (level <= logging.ERROR)
    assert top_logger.level == level
    assert top_logger.handlers[0].level == logging.NOTSET


def test_a_message_that_passes_two_loggers_counts_once(top_logger: logging.Logger) -> None:
    child = top_logger.getChild("child")
    with diagnostics.count_logged(top_logger.name, child.name) as counter:
        child.warning("warned")
        top_logger.warning("warned")
    assert counter.text() == "2 warnings"


def test_the_text_is_empty_where_nothing_was_counted(top_logger: logging.Logger) -> None:
    with diagnostics.count_logged(top_logger.name) as counter:
        top_logger.info("information")
    assert counter.text() == ""
    assert not counter.counts
    top_logger.warning("after the end")
    assert not counter.counts
