"""Many things in lots of a size that can be held, sent or looked up at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in order, `size` of them at a time, the last time perhaps fewer."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
