"""Lets a thread that watches have the main thread give up what it does: by a signal, which ends waiting too."""

import _thread
import signal
import sys
import threading
from collections.abc import Callable

if sys.platform == "win32":
    NUMBER = signal.SIGBREAK
else:
    NUMBER = signal.SIGUSR1


class Superseded(BaseException):
    """What is under way is no longer wanted. No `Exception`, so that nobody takes it for a fault of what is done."""


def install(give_up: Callable[[], None]) -> None:
    """Has the main thread call `give_up`, which may raise, when it is interrupted. Call it there."""
    signal.signal(NUMBER, lambda _number, _frame: give_up())


def main() -> None:
    """Interrupts the main thread, wherever it is."""
    if sys.platform == "win32":
        _thread.interrupt_main(NUMBER)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, NUMBER)
