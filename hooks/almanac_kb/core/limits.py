"""Limits for the compiling of one text: processor time, memory, length of its HTML; and the diagnostic of a text that exceeds one.

The compiler sets these limits around each text, in whichever process it runs.
"""

import gc
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from almanac_kb.core.diagnostics import LocalDiagnostic, Position, quoted

if sys.platform != "win32":
    import resource

MAX_SECONDS = 5
"""Seconds of processor time for one text, so that none can hold up a build."""
MAX_MEMORY = 384 * 1024 * 1024
"""Bytes of memory that compiling one text may add to those of the process, so that no text can end the process."""
MAX_HTML = 16 * 1024 * 1024
"""Characters of HTML for one text: no browser shows a page of more."""
EXTENSION_ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Exceptions that Markdown extensions raise when a text triggers a fault in them."""
MEMORY_USE = Path("/proc/self/statm")
"""The file in which Linux reports the memory pages of this process; the sixth number counts data and stack (proc(5))."""


class LimitError(BaseException):
    """A text exceeds a limit, which the message names. Not an `Exception`, because Markdown extensions catch those and go on."""


@contextmanager
def time_limit(seconds: float = MAX_SECONDS) -> Iterator[None]:
    """Raises LimitError in the block after `seconds` of processor time, or after the block where the block swallowed the error.

    A callback of nh3 swallows what is raised in it, so the result of the block must not be used then. There is no limit on Windows,
    which has no such timer, nor outside of the main thread, which alone receives signals.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    error = LimitError(f"takes more than {MAX_SECONDS} s to render")
    has_passed = False

    def raise_error(_signal: int, _frame: FrameType | None) -> None:
        nonlocal has_passed
        has_passed = True
        raise error

    previous_handler = signal.signal(signal.SIGPROF, raise_error)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous_handler)
    if has_passed:
        raise error


@contextmanager
def memory_limit(size: int = MAX_MEMORY) -> Iterator[None]:
    """Makes an allocation above `size` bytes more than now raise MemoryError in the block; no limit where the use is unknown."""
    used = _used_memory()
    if sys.platform == "win32" or not used:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [used + size, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Collects no garbage in the block.

    For the compiling of one text, whose objects are needed until it ends: looking through them again and again takes a tenth of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def check_length(html: str) -> str:
    """The HTML, unchanged; raises LimitError where it is longer than MAX_HTML characters."""
    if len(html) > MAX_HTML:
        raise LimitError(f"becomes {len(html):,} characters of HTML, more than {MAX_HTML:,}")
    return html


def limit_diagnostic(error: BaseException) -> LocalDiagnostic:
    """The error diagnostic of a text whose compiling ended with this exception."""
    if isinstance(error, LimitError):
        message, hint = str(error), "split it, or leave out what repeats or nests without end"
    elif isinstance(error, MemoryError):
        message, hint = f"takes more than {MAX_MEMORY // 1024**2} MB to render", "split it, or leave out what repeats without end"
    elif isinstance(error, RecursionError):
        message, hint = "nests too deep to render", "nest less"
    else:
        message = f"can't be rendered: {type(error).__name__}: {quoted(str(error))}"
        hint = "leave out what is unusual, part by part"
    return LocalDiagnostic(Position(), message, hint)


def _used_memory() -> int:
    """Bytes of data and stack that this process uses; 0 where the system does not say."""
    if sys.platform == "win32" or not MEMORY_USE.exists():
        return 0
    return int(MEMORY_USE.read_text().split()[5]) * resource.getpagesize()
