"""The bound on time that protects a site: what one text may cost, however it is written."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 10
"""Processor seconds for one text. Sound code takes a small part of them, code whose time grows with the square of the text far more."""


@contextmanager
def one_text() -> Iterator[None]:
    """Fails where the block takes more processor seconds than one text may."""
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS
