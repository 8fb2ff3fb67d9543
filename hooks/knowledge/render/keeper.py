"""Remembers what is made piece by piece, by whichever process: looked up one by one, kept many at a time."""

from collections.abc import Callable

from knowledge.render.memo import Memo

BATCH = 64
"""How many new pieces are held before they are kept."""


class Keeper:
    """The pieces of one kind that one build, or a copy of it, makes."""

    def __init__(self, memory: Memo) -> None:
        self.memory = memory
        self._used: list[str] = []
        self._made: dict[str, bytes] = {}

    def piece(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The piece of this key: remembered, or made now."""
        kept = self.memory.find((key,)).get(key)
        if kept is not None:
            self._used.append(key)
            return kept
        made = self._made[key] = make()
        if len(self._made) == BATCH:
            self.keep()
        return made

    def keep(self) -> None:
        """Remembers what was made, and that the rest was used, since it was last kept."""
        if self._made or self._used:
            self.memory.keep(self._made, self._used)
        self._used, self._made = [], {}
