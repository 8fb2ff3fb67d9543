"""The articles in parts, each indexed by a Pagefind of its own, several at once, and remembered: an edit has one part indexed anew."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from knowledge.render import memo
from knowledge.render.edition import edition
from knowledge.render.memo import Memo
from knowledge.search import shard
from knowledge.search.search_record import Record
from knowledge.search.shard import Shard

PACKAGES = ("cbor2", "pagefind_bin_extended")
Part = tuple[Record, ...]


def indexed(parts: Sequence[Part], memory: Memo | None) -> list[Shard]:
    """What is found in each part."""
    if memory is None:
        return _make(parts)
    mark = edition(PACKAGES)
    pieces = {memo.key(mark, *(text for each in part for text in (each.url, each.page, each.body))): part for part in parts}
    found = dict(memo.recall(memory, pieces, _make, shard.load, shard.dump))
    return [found[key] for key in pieces]


def _make(parts: Sequence[Part]) -> list[Shard]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(shard.index, parts))
