"""The articles in parts, each indexed by a Pagefind of its own, several at once, and remembered: an edit has one part indexed anew."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from almanac_kb.core import cache
from almanac_kb.core.cache import DiskCache, code_version
from almanac_kb.pagefind import shard
from almanac_kb.pagefind.search_record import Record
from almanac_kb.pagefind.shard import Shard

PACKAGES = ("cbor2", "pagefind_bin_extended")
Part = tuple[Record, ...]


def indexed(parts: Sequence[Part], memory: DiskCache | None) -> list[Shard]:
    """What is found in each part."""
    if memory is None:
        return _make(parts)
    position = code_version(PACKAGES)
    pieces = {cache.cache_key(position, *(text for each in part for text in (each.url, each.page, each.body))): part for part in parts}
    found = dict(cache.cached(memory, pieces, _make, shard.load, shard.dump))
    return [found[key] for key in pieces]


def _make(parts: Sequence[Part]) -> list[Shard]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(shard.index, parts))
