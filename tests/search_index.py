"""Reads the search index in Python, as the browser's script does."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Index:
    """The index in a folder."""

    folder: Path

    @property
    def entry(self) -> dict[str, Any]:
        entry: dict[str, Any] = json.loads((self.folder / "entry.json").read_text())
        return entry

    def data(self, path: str) -> bytes:
        return gzip.decompress((self.folder / f"{path}.bin").read_bytes())

    def json(self, path: str) -> Any:
        return json.loads(self.data(path))

    def texts(self) -> dict[str, dict[str, Any]]:
        """What results are shown from, by URL path."""
        found = (self.json(f"texts/{path.stem}") for path in (self.folder / "texts").glob("*.bin"))
        return {record["url"]: record for record in found}

    def urls(self) -> list[str]:
        """The URL paths of articles by their number."""
        numbered = sorted((int(path.stem.partition("-")[0]), path.stem) for path in (self.folder / "texts").glob("*.bin"))
        return [self.json(f"texts/{stem}")["url"] for _, stem in numbered]

    def dictionary(self) -> dict[str, tuple[int, list[tuple[int, int]]]]:
        """For each term: how many articles have it, and the listed ones, each with the byte of its weight."""
        found: dict[str, tuple[int, list[tuple[int, int]]]] = {}
        tables = [self.json(f"pages/{name}") for _, name in self.entry["pages"]] or [self.entry]
        for table in tables:
            lists = dict(zip(*(text.split(" ") for text in table["lists"]), strict=True))
            for name in table["shards"][1].split():
                found.update(self._shard(self.data(f"words/{name}"), lists))
        return found

    def _shard(self, data: bytes, lists: dict[str, str]) -> dict[str, tuple[int, list[tuple[int, int]]]]:
        found = {}
        word, at = b"", 0
        while at < len(data):
            shared = data[at]
            length, at = _number(data, at + 1)
            word, at = word[:shared] + data[at : at + length], at + length
            count, at = _number(data, at)
            size, at = _number(data, at)
            term = word.decode()
            packed = data[at : at + size] if size else self.data(f"lists/{lists[term]}")
            found[term] = count, _postings(packed)
            at += size
        return found

    def words(self) -> set[str]:
        """The words that misspelt ones are corrected to."""
        found = set()
        for name in self.entry["spelling"][1].split():
            for packed in self.json(f"spelling/{name}"):
                last = ""
                for each in packed.split():
                    last = last[: int(each[0], 36)] + each[1:]
                    found.add(last)
        return found

    def files(self) -> dict[str, bytes]:
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _postings(data: bytes) -> list[tuple[int, int]]:
    found = []
    at, number = 0, -1
    while at < len(data):
        gap, at = _number(data, at)
        number += gap + 1
        found.append((number, data[at]))
        at += 1
    return found
