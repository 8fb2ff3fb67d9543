"""What was read of each file, by content, so that a preview reads again only what changed."""

import hashlib
from collections.abc import Callable

from knowledge.place import Source
from knowledge.reading.article import Reading
from knowledge.reading.dates import Order
from knowledge.references.citation import Library

Read = Callable[[Source, bytes, Order | None, Library], Reading]


class Readings:
    """Remembers the last reading of each file."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Source, Order | None], tuple[bytes, Reading]] = {}
        self._library = Library()

    def of(self, source: Source, data: bytes, order: Order | None, library: Library, read: Read) -> Reading:
        """The reading of these bytes: the one that is remembered, or what `read` gives."""
        if library != self._library:
            self._kept, self._library = {}, library
        digest = hashlib.blake2b(data).digest()
        before, kept = self._kept.get((source, order), (b"", None))
        if kept is None or before != digest:
            kept = read(source, data, order, library)
            self._kept[source, order] = digest, kept
        return kept

    def last(self, source: Source, order: Order | None) -> Reading | None:
        """The reading of the file that is remembered, if there is one."""
        return self._kept.get((source, order), (b"", None))[1]
