"""Waits for what comes about in another thread or process."""

import time
from collections.abc import Callable


def until(true: Callable[[], bool], patience: float) -> None:
    """Goes on once it is true; fails where it is not after so many seconds."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
