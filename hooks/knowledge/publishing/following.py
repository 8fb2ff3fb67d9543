"""The build that follows a save: it brings what is shown up with what is saved, and is given up for a save that another one will show."""

from collections.abc import Callable

from knowledge.publishing import interrupt
from knowledge.publishing.interrupt import Superseded


class Following:
    """Whether what is shown is behind what is saved, and the build under way that changes this."""

    def __init__(self) -> None:
        self.behind = False
        self._under_way = False
        self._wanted: Callable[[], bool] = lambda: False

    def begin(self, wanted: Callable[[], bool]) -> None:
        """From now on a build can be given up, where another one is `wanted`. Call it in the main thread."""
        self._wanted = wanted
        interrupt.install(self._give_up)

    def catch_up(self, build: Callable[[], None]) -> bool:
        """Builds; whether this was not given up."""
        try:
            self._follow(build)
        except Superseded:
            return False
        return True

    def hold(self) -> None:
        """The build under way is not given up any more."""
        self._under_way = False

    def hurry(self) -> None:
        """Has the build under way given up, from whichever thread."""
        if self._under_way:
            interrupt.main()

    def _follow(self, build: Callable[[], None]) -> None:
        self._under_way = True
        try:
            build()
        finally:
            self._under_way = False

    def _give_up(self) -> None:
        """A save that came late, when a build that shows it had begun, must not end that build: no other one would follow."""
        if self._under_way and self._wanted():
            self._under_way = False
            raise Superseded
