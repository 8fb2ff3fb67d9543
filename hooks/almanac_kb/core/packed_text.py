"""Texts that take little memory: compressed, and where a build has a file for them, on the disk."""

import hashlib
import os
import tempfile
import weakref
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, repr=False)
class PackedText:
    """A text held compressed, with the digest by which it is compared: the texts of thousands of articles take little memory."""

    packed: bytes = field(default=b"", compare=False)
    """The text in UTF-8, compressed by zlib; empty for an empty text, and for one that is in a file."""
    digest: str = ""
    """The BLAKE2b digest of the text, 32 hexadecimal digits; empty for an empty text."""
    place: "Place | None" = field(default=None, compare=False)
    """Where it is in a file; None for a text in memory."""

    @property
    def text(self) -> str:
        """The text itself, unpacked each time."""
        packed = self._data()
        return zlib.decompress(packed).decode(errors="surrogatepass") if packed else ""

    def _data(self) -> bytes:
        return self.place.read() if self.place else self.packed

    def __bool__(self) -> bool:
        return bool(self.digest)

    def __repr__(self) -> str:
        return repr(self.text)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles the text itself: another machine does not have the file."""
        return PackedText, (self._data(), self.digest)


NO_TEXT = PackedText()


def pack_text(text: str) -> PackedText:
    """The text, packed; the fastest compression takes it to a third."""
    if not text:
        return NO_TEXT
    data = text.encode(errors="surrogatepass")
    return PackedText(zlib.compress(data, 1), hashlib.blake2b(data, digest_size=16).hexdigest())


class TextFile:
    """A temporary file for the texts of one build, which its forked workers read too. It needs a system that has `os.pread`."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where the file is made. It has no name there, and the system removes it when no text refers to it."""
        self._folder = folder
        self._descriptor: int | None = None
        self._size = 0

    def take(self, *texts: PackedText) -> None:
        """Moves texts from memory to the file; where that can't be written, because the disk is full, they stay in memory."""
        moved = {id(text): text for text in texts if text.packed}.values()
        if not moved:
            return
        data = b"".join(text.packed for text in moved)
        try:
            descriptor = self._descriptor = self._open() if self._descriptor is None else self._descriptor
            if os.pwrite(descriptor, data, self._size) < len(data):
                return
        except OSError:
            return
        for text in moved:
            place = Place(self, self._size, len(text.packed))
            self._size += place.size
            # The value of the text is the same: only where it is kept changes.
            object.__setattr__(text, "place", place)
            object.__setattr__(text, "packed", b"")

    def read(self, start: int, size: int) -> bytes:
        """Bytes of the file; raises OSError where it can't be read."""
        assert self._descriptor is not None  # noqa: S101 - for the type; `take` opened it
        return os.pread(self._descriptor, size, start)

    def _open(self) -> int:
        with tempfile.TemporaryFile(dir=self._folder) as file:
            descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, descriptor)
        return descriptor


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a packed text in a file."""

    file: TextFile
    start: int
    size: int

    def read(self) -> bytes:
        """The packed text; raises OSError where the file can't be read."""
        return self.file.read(self.start, self.size)
