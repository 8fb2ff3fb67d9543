"""The digest of all that a page shows: where it is the same, the page is the same."""

import dataclasses
import datetime
import enum
import hashlib
from collections.abc import Iterable, Mapping, Set

from knowledge.reading.article import Article


class UnknownError(TypeError):
    """A value of which nobody can say whether it is the same as another."""


def digest(value: object) -> str:
    """The digest of plain values, and of dataclasses, mappings and sequences of them; of articles, all but the text.

    Raises UnknownError where there is anything else among them.
    """
    return hashlib.blake2b("\0".join(_words(value)).encode(), digest_size=32).hexdigest()


def _words(value: object) -> Iterable[str]:
    """The value as words: each with its type, and each group with its size, so that no two values have the same."""
    if value is None or isinstance(value, bool | int | float | str | datetime.date | enum.Enum):
        yield f"{type(value).__name__} {value!s}"
    elif isinstance(value, Article):
        yield from _group("article", (getattr(value, name) for name in _FACTS))
    elif dataclasses.is_dataclass(value):
        yield from _group(type(value).__name__, (getattr(value, field.name) for field in dataclasses.fields(value)))
    elif isinstance(value, Mapping):
        yield from _group("mapping", (part for pair in value.items() for part in pair))
    elif isinstance(value, Set):
        yield from _group("set", sorted(value, key=str))
    elif isinstance(value, list | tuple):
        yield from _group("list", value)
    else:
        raise UnknownError(type(value).__name__)


_FACTS = tuple(field.name for field in dataclasses.fields(Article) if field.name not in {"body", "body_line"})


def _group(name: str, parts: Iterable[object]) -> Iterable[str]:
    words = [word for part in parts for word in _words(part)]
    yield f"{name} {len(words)}"
    yield from words
