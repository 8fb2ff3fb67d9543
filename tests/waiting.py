"""Waits for a condition that another thread or process fulfils."""

import time
from collections.abc import Callable


def until(true: Callable[[], object], patience: float, seen: Callable[[], object] = lambda: "") -> None:
    """Returns once `true` returns something true; after `patience` seconds it fails and shows what `seen` returns."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, seen()
        time.sleep(0.01)
