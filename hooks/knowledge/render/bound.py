"""How much time and memory the rendering of a text may take, so that no article stops the build of all others."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from knowledge.problem import Mark, Note, quoted

if sys.platform != "win32":
    import resource

SECONDS = 5
"""How long one text may keep the processor busy."""
MEMORY = 384 * 1024 * 1024
"""How many bytes one text may take beside what the process has already."""
LENGTH = 16 * 1024 * 1024
"""How many characters of HTML a text may become."""
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What the extensions of Markdown raise where a text meets a mistake of theirs."""
USE = Path("/proc/self/statm")


class BoundError(BaseException):
    """A text takes too much; says what. No `Exception`, for extensions catch those and go on."""


@contextmanager
def time(seconds: float = SECONDS) -> Iterator[None]:
    """Raises BoundError in the block once it has kept the processor busy for so long, where the system has such a clock."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def memory(size: int = MEMORY) -> Iterator[None]:
    """Lets the block take so many bytes more, or raises MemoryError; where the system does not say what is taken, there is no bound."""
    used = _used()
    if sys.platform == "win32" or not used:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [used + size, *(each for each in (soft, hard) if each != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def checked(html: str) -> str:
    """The HTML; raises BoundError where it is too long."""
    if len(html) > LENGTH:
        raise BoundError(f"becomes {len(html):,} characters of HTML, more than {LENGTH:,}")
    return html


def note(error: BaseException) -> Note:
    """What the author of a text is told that could not be rendered."""
    if isinstance(error, BoundError):
        return Note(Mark(), str(error), "split it, or leave out what repeats or nests without end")
    if isinstance(error, MemoryError):
        return Note(Mark(), f"takes more than {MEMORY // 1024**2} MB to render", "split it, or leave out what repeats without end")
    if isinstance(error, RecursionError):
        return Note(Mark(), "nests too deep to render", "nest less")
    return Note(Mark(), f"can't be rendered: {type(error).__name__}: {quoted(str(error))}", "leave out what is unusual, part by part")


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise BoundError(f"takes more than {SECONDS} s to render")


def _used() -> int:
    """How many bytes of data the process has, or 0 where the system does not say."""
    if sys.platform == "win32" or not USE.exists():
        return 0
    return int(USE.read_text().split()[5]) * resource.getpagesize()
