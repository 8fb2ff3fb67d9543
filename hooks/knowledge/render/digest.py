"""The digest of all that a page shows: where it is the same, the page is the same."""

import dataclasses
import datetime
import enum
import hashlib
import json
from collections.abc import Mapping, Set
from functools import cache
from typing import Any

IGNORED = "ignored by digests"
"""Key of the metadata of a dataclass field that no digest depends on, as `field(metadata={IGNORED: True})`."""


class UnknownError(TypeError):
    """A value of which nobody can say whether it is the same as another."""


def digest(value: object) -> str:
    """The digest of plain values, and of dataclasses, mappings, sequences and sets of them; but for their fields marked as ignored.

    Raises UnknownError where there is anything else among them.
    """
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=32).hexdigest()


def _plain(value: Any) -> object:
    """A value that JSON does not know as one that it does, under the name of its type."""
    kind = type(value).__name__
    names = _told(type(value))  # type: ignore[arg-type]  # mypy takes the hash of an object for that of its type
    if names:
        return [kind, *[getattr(value, name) for name in names]]
    if isinstance(value, Mapping):
        return [kind, *value.items()]
    if isinstance(value, Set):
        return [kind, *sorted(value, key=str)]
    if isinstance(value, datetime.date | enum.Enum):
        return [kind, str(value)]
    raise UnknownError(kind)


@cache
def _told(kind: type) -> tuple[str, ...]:
    """Names of the fields of a dataclass that its digest depends on; none for any other type."""
    return (
        tuple(field.name for field in dataclasses.fields(kind) if IGNORED not in field.metadata) if dataclasses.is_dataclass(kind) else ()
    )
