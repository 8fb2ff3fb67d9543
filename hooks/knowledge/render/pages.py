"""Remembers pages as templates made them, by the digest of all that they show."""

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge.render.memo import Memo


@dataclass(frozen=True)
class Turn:
    """What came of some pages."""

    used: list[str] = field(default_factory=list)
    """The keys of those that were remembered."""
    made: dict[str, bytes] = field(default_factory=dict)
    """Those that were made, by their keys."""


class Pages:
    """The pages of one build."""

    def __init__(self, memory: Memo) -> None:
        self._memory = memory
        self._turn = Turn()

    def page(self, key: str, make: Callable[[], str]) -> str:
        """The page of this key: remembered, or made now."""
        kept = self._memory.find((key,)).get(key)
        if kept is not None:
            self._turn.used.append(key)
            return kept.decode()
        page = make()
        self._turn.made[key] = page.encode(errors="xmlcharrefreplace")
        return page

    def take(self) -> Turn:
        """What came of the pages since it was last taken."""
        turn, self._turn = self._turn, Turn()
        return turn

    def add(self, turn: Turn) -> None:
        """Adds what came of pages in a copy of this process."""
        self._turn.used.extend(turn.used)
        self._turn.made.update(turn.made)

    def keep(self) -> None:
        """Remembers what was made."""
        turn = self.take()
        self._memory.keep(turn.made, turn.used)
