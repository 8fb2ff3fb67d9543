"""What one text may take while it is compiled: processor time, memory, length of its HTML; and the diagnostic of a text that takes more.

The compiler sets these limits around each text, in whichever process it runs.
"""

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
"""Seconds of processor time that one text may take, so that none can hold up a build."""
MAX_MEMORY = 384 * 1024 * 1024
"""Bytes of memory that one text may take beside what the process has already, so that none can end it."""
MAX_HTML = 16 * 1024 * 1024
"""Characters of HTML that one text may become: more is no page that a browser shows."""
EXTENSION_ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Exceptions that extensions of Markdown raise where a text meets a mistake of theirs."""
MEMORY_USE = Path("/proc/self/statm")
"""Where Linux says how many memory pages this process has; the sixth number counts data and stack (proc(5))."""


class LimitError(BaseException):
    """A text takes more than it may; the message says what. No `Exception`, because extensions of Markdown catch those and go on."""


@contextmanager
def time_limit(seconds: float = MAX_SECONDS) -> Iterator[None]:
    """Raises LimitError in the block once it has taken so many seconds of processor time, or behind it where the block swallowed the error.

    A callback of nh3 swallows what is raised in it, so that the outcome of the block must not be used. There is no limit on Windows,
    which has no such timer, and outside of the main thread, which alone gets signals.
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
    """Has memory above `size` bytes more than now raise MemoryError in the block; no limit where the system does not say what is used."""
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


def check_length(html: str) -> str:
    """The HTML unchanged; raises LimitError where it is longer than MAX_HTML."""
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
    """Bytes of data that the process has; 0 where the system does not say."""
    if sys.platform == "win32" or not MEMORY_USE.exists():
        return 0
    return int(MEMORY_USE.read_text().split()[5]) * resource.getpagesize()
