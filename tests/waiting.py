"""Waits for what comes about in another thread or process."""

import time
from collections.abc import Callable


def until(true: Callable[[], object], patience: float, seen: Callable[[], object] = lambda: "") -> None:
    """Goes on once `true` gives something true; after `patience` seconds it fails with what is `seen` then."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, seen()
        time.sleep(0.01)
