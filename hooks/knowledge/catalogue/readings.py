"""What was read of each file, by content, so that a preview reads again only what changed."""

import hashlib
from collections.abc import Callable

from knowledge.catalogue.settings import Settings
from knowledge.place import Source
from knowledge.reading.article import Reading
from knowledge.reading.dates import Order
from knowledge.references.citation import Library

Read = Callable[[Source, bytes, Settings, Library], Reading]


class Readings:
    """Remembers the last reading of each file."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Source, Order | None], tuple[bytes, Reading]] = {}
        self._ground: tuple[Library, bool] | None = None

    def of(self, source: Source, data: bytes, settings: Settings, library: Library, read: Read) -> Reading:
        """The reading of these bytes: the one that is remembered, or what `read` gives."""
        if self._ground != (library, settings.hashtags):
            self._kept, self._ground = {}, (library, settings.hashtags)
        digest = hashlib.blake2b(data).digest()
        before, kept = self._kept.get((source, settings.order), (b"", None))
        if kept is None or before != digest:
            kept = read(source, data, settings, library)
            self._kept[source, settings.order] = digest, kept
        return kept

    def last(self, source: Source, settings: Settings) -> Reading | None:
        """The reading of the file that is remembered, if there is one."""
        return self._kept.get((source, settings.order), (b"", None))[1]
