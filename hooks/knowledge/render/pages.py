"""Remembers pages as templates made them, by the digest of all that they show."""

from collections.abc import Callable

from knowledge.render.memo import Memo

BATCH = 64
"""How many new pages are held before they are kept."""


class Pages:
    """The pages of one build, or of a copy of it that writes some of them."""

    def __init__(self, memory: Memo) -> None:
        self._memory = memory
        self._used: list[str] = []
        self._made: dict[str, bytes] = {}

    def page(self, key: str, make: Callable[[], str]) -> str:
        """The page of this key: remembered, or made now."""
        kept = self._memory.find((key,)).get(key)
        if kept is not None:
            self._used.append(key)
            return kept.decode()
        page = make()
        self._made[key] = page.encode(errors="xmlcharrefreplace")
        if len(self._made) == BATCH:
            self.keep()
        return page

    def keep(self) -> None:
        """Remembers what was made since it was last kept."""
        self._memory.keep(self._made, self._used)
        self._used, self._made = [], {}
