"""Listings cut into numbered pages, each a real page with an address, so that none outgrows a reader's patience."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from knowledge.place import Url

Item = TypeVar("Item")

NEIGHBOURS = 2
"""How many page numbers are shown on each side of the current one."""


@dataclass(frozen=True)
class Leaf(Generic[Item]):
    """One page of a listing."""

    url: Url
    """Its address."""
    number: int
    """Its number, from one."""
    items: tuple[Item, ...]
    """What it lists."""
    count: int
    """How many items the whole listing has."""
    previous: Url | None
    """The address of the page before it."""
    next: Url | None
    """The address of the page after it."""
    links: tuple[tuple[int, Url], ...]
    """The numbers and addresses to show: the first, the last, and those near this one."""


def leaves(items: Sequence[Item], base: Url, size: int) -> tuple[Leaf[Item], ...]:
    """The pages of a listing at `base`, `size` items each; one empty page where there is nothing to list."""
    total = max(1, -(-len(items) // size))
    return tuple(_leaf(items, base, size, number, total) for number in range(1, total + 1))


def url(base: Url, number: int) -> Url:
    """The address of a page of the listing at `base`: `tags/ai/`, then `tags/ai/page/2/`."""
    return base if number == 1 else Url(f"{base}page/{number}/")


def _leaf(items: Sequence[Item], base: Url, size: int, number: int, total: int) -> Leaf[Item]:
    near = {1, total, *range(max(1, number - NEIGHBOURS), min(total, number + NEIGHBOURS) + 1)}
    return Leaf(
        url(base, number),
        number,
        tuple(items[(number - 1) * size : number * size]),
        len(items),
        url(base, number - 1) if number > 1 else None,
        url(base, number + 1) if number < total else None,
        tuple((each, url(base, each)) for each in sorted(near)) if total > 1 else (),
    )
