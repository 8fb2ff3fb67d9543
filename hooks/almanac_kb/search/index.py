"""The search index: all files that a reader's browser fetches.

`entry.json` is the one file with a fixed name. It names the others by a version of their content:

- `words/`: the dictionary in shards, terms in UTF-8 order, each with the articles that contain it;
- `lists/`: the articles of a common term;
- `texts/`: one file an article, from which its results are shown;
- `spelling/`: words that misspelt ones are corrected to;
- `addresses/`: the article at each URL path, so that a link can preview its target;
- `facets/`: topic, tags, date and language of articles, a block of articles per file;
- `pages/`: from some 50,000 articles on, parts of the table of shards.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from almanac_kb.core import cache
from almanac_kb.core.cache import DiskCache, code_version
from almanac_kb.core.workers import batches
from almanac_kb.search import abbreviations, postings, tokens
from almanac_kb.search.documents import SearchDocument, divided, order
from almanac_kb.search.postings import Analysis, Lexicon, analyse
from almanac_kb.search.tokens import stop_terms

LISTED, SHARE = 800, 0.08
"""Most articles in the list of a term, those of greatest weight: this number, or this share of all articles."""
LONG = 2000
"""Bytes from which a list is a file of its own."""
SHARD = 2200
"""Bytes from which a shard of the dictionary may end; it has at most three times as many."""
INLINE = 2500
"""Most shards that the entry file itself names."""
PAGE = 12_000
"""Bytes of one page of the table of shards, where it is divided."""
GROUPS = ((2048, 1), (20_000, 4))
"""Number of articles up to which a group of this many neighbours shares one version in the entry file, which holds all versions."""
LARGEST_GROUP = 8
TEXT_VERSION = 4
"""Characters of the version of an article's file in the entry file: 20 bits."""
ADDRESSES = 6000
"""Bytes from which a file of URL paths may end."""
BLOCK = 2048
"""Articles in one file of facets."""
ARTICLES_IN_MEMORY = 200
"""Articles whose analyses are in memory at a time."""


@dataclass(frozen=True)
class _Merged:
    """The merged analyses of all articles."""

    lists: dict[str, "array[int]"]
    """For each term, in order of the articles: the number of the article times 256, plus the byte of the weight."""
    named: Counter[str]
    """The number of titles and headings that contain each word."""
    texts: Counter[str]
    """The number of other texts that contain each word."""
    abbreviations: Counter[tuple[str, str]]
    """The number of articles that explain each abbreviation with each long form."""
    versions: str
    """The versions of the articles' files, concatenated."""


def write_index(
    documents: Iterable[SearchDocument],
    folder: Path,
    *,
    language: str,
    aliases: Sequence[Sequence[str]] = (),
    memory: DiskCache | None = None,
    server: Mapping[str, str] | None = None,
) -> None:
    """Writes the index of articles into a folder: the same bytes for the same articles, whatever the cache holds.

    `language` is the site's, a BCP 47 tag; `aliases` are words that mean the same, such as a tag and its other names. `server` is the
    address, key and collection of a server that browsers ask in place of the files of words, lists and texts.
    """
    ordered = sorted(documents, key=order)
    writer = _Writer(folder)
    merged = _merge(ordered, writer, memory)
    synonyms = [*aliases, *_abbreviations(merged, len(ordered))]
    languages = sorted({document.language for document in ordered} | {language}, key=lambda each: (each != language, each))
    entry = {
        "articles": len(ordered),
        "group": _group(len(ordered)),
        "texts": merged.versions,
        **_dictionary(merged.lists, len(ordered), writer),
        "spelling": _spelling(merged, len(ordered), writer),
        "facets": [writer.add("facets", tokens.compressed(_json(_facets(block)))) for block in batches(ordered, BLOCK)],
        "addresses": _addresses(ordered, writer),
        "languages": languages,
        "stop": sorted({term for each in languages for term in stop_terms(each)}),
        "synonyms": [list(group) for group in synonyms if len(group) > 1],
        **({"server": dict(server)} if server else {}),
    }
    writer.write("entry.json", _json(entry))


class _Writer:
    """Writes files whose names are digests of their contents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folders: set[Path] = set()
        self._digests: dict[str, str] = {}

    def add(self, kind: str, data: bytes) -> str:
        """Writes a file; returns its name in the folder of its kind."""
        digest = postings.version(data, 32)
        names = (digest[:length] for length in range(postings.NAME, 33))
        name = next(name for name in names if self._digests.get(f"{kind}/{name}", digest) == digest)
        if f"{kind}/{name}" not in self._digests:
            self._digests[f"{kind}/{name}"] = digest
            self.write(f"{kind}/{name}.bin", data)
        return name

    def write(self, path: str, data: bytes) -> None:
        """Writes a file with a fixed path."""
        file = self._folder / path
        if file.parent not in self._folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(file.parent)
        file.write_bytes(data)


def _merge(ordered: Sequence[SearchDocument], writer: _Writer, memory: DiskCache | None) -> _Merged:
    lists: dict[str, array[int]] = {}
    named, texts, explained = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    versions: list[str] = []
    numbered = enumerate(_analyses(ordered, memory))
    while group := list(islice(numbered, _group(len(ordered)))):
        versions.append(postings.version(b"".join(analysis.fragment for _, analysis in group), TEXT_VERSION))
        for number, analysis in group:
            writer.write(f"texts/{number}-{versions[-1]}.bin", analysis.fragment)
            for term, weight in zip(analysis.terms, analysis.weights, strict=True):
                found = lists.get(term)
                if found is None:
                    lists[term] = array("I", (number << 8 | weight,))
                else:
                    found.append(number << 8 | weight)
            named.update(analysis.named)
            texts.update(analysis.words)
            explained.update(analysis.abbreviations)
    return _Merged(lists, named, texts, explained, "".join(versions))


def _analyses(ordered: Sequence[SearchDocument], memory: DiskCache | None) -> Iterator[Analysis]:
    """The analysis of each document, in order, from the cache where it has it."""
    lexicons: dict[str, Lexicon] = {}

    def make(documents: Iterable[SearchDocument]) -> Iterator[Analysis]:
        for document in documents:
            lexicon = lexicons.setdefault(document.language, Lexicon(stop_terms(document.language)))
            yield analyse(divided(document), lexicon)

    if memory is None:
        yield from make(ordered)
        return
    code = code_version(())
    for batch in batches(ordered, ARTICLES_IN_MEMORY):
        keys = [cache.cache_key(code, repr(document)) for document in batch]
        found = dict(cache.cached(memory, dict(zip(keys, batch, strict=True)), make, postings.load, postings.dump))
        yield from (found[key] for key in keys)


def _group(articles: int) -> int:
    """The number of neighbouring articles that share a version."""
    return next((size for most, size in GROUPS if articles <= most), LARGEST_GROUP)


def _dictionary(lists: dict[str, "array[int]"], articles: int, writer: _Writer) -> dict[str, Any]:
    """Writes lists and dictionary; returns the table of both, or the table of its pages."""
    long: dict[str, str] = {}
    limit = max(LISTED, int(SHARE * articles))
    ordered = sorted(lists, key=_utf16)
    entries = ((term, _entry(term, lists.pop(term), limit, long, writer)) for term in ordered)
    rows: list[tuple[str, str]] = []
    before = ""
    for chunk in postings.divided(entries, SHARD, 3 * SHARD):
        rest = postings.front_coded([term for term, _ in chunk])
        data = b"".join(
            b"".join((bytes((shared,)), postings.varint(len(end)), end, info)) for (shared, end), (_, info) in zip(rest, chunk, strict=True)
        )
        rows.append((postings.separator(before, chunk[0][0]), writer.add("words", tokens.compressed(data))))
        before = chunk[-1][0]
    if len(rows) <= INLINE:
        return {"pages": [], **_table(rows, long)}
    pages = postings.divided(((start, name.encode()) for start, name in rows), PAGE, 2 * PAGE)
    return {"pages": [*_pages([[(start, name.decode()) for start, name in page] for page in pages], long, writer)]}


def _entry(term: str, found: "array[int]", limit: int, long: dict[str, str], writer: _Writer) -> bytes:
    """The dictionary entry of a term: number of articles, length of its list in bytes (0 for a separate file), and the list."""
    data = postings.postings((each >> 8, each & 255) for each in _cut(found, limit))
    if len(data) <= LONG:
        return postings.varint(len(found)) + postings.varint(len(data)) + data
    long[term] = writer.add("lists", tokens.compressed(data))
    return postings.varint(len(found)) + postings.varint(0)


def _cut(found: "array[int]", limit: int) -> Iterable[int]:
    """The articles of a list that has too many: those with the term in their title, and those with the greatest weight."""
    if len(found) <= limit:
        return found
    return sorted(sorted(found, key=lambda each: (not each & 14, -(each & 240), each))[:limit])


def _table(rows: Sequence[tuple[str, str]], long: Mapping[str, str]) -> dict[str, Any]:
    """Shards by what their first term begins with, and files of lists by term, as texts separated by spaces."""
    return {
        "shards": [" ".join(start for start, _ in rows), " ".join(name for _, name in rows)],
        "lists": [" ".join(long), " ".join(long.values())],
    }


def _pages(pages: Sequence[Sequence[tuple[str, str]]], long: Mapping[str, str], writer: _Writer) -> Iterator[tuple[str, str]]:
    for at, page in enumerate(pages):
        after = _utf16(pages[at + 1][0][0]) if at + 1 < len(pages) else None
        within = {term: long[term] for term in long if _utf16(term) >= _utf16(page[0][0]) and (after is None or _utf16(term) < after)}
        yield page[0][0], writer.add("pages", tokens.compressed(_json(_table(page, within))))


def _addresses(ordered: Sequence[SearchDocument], writer: _Writer) -> list[tuple[str, str]]:
    """Writes the files of URL paths; returns, for each file, the start of its first URL path and its name."""
    numbers = {document.url: number for number, document in enumerate(ordered)}
    sized = ((url, url.encode()) for url in sorted(numbers, key=_utf16))
    rows: list[tuple[str, str]] = []
    before = ""
    for block in postings.divided(sized, ADDRESSES, 3 * ADDRESSES):
        name = writer.add("addresses", tokens.compressed(_json({url: numbers[url] for url, _ in block})))
        rows.append((postings.separator(before, block[0][0]), name))
        before = block[-1][0]
    return rows


def _spelling(merged: _Merged, articles: int, writer: _Writer) -> list[str]:
    words = tokens.known_words(merged.named, merged.texts, articles)
    made = {letter: writer.add("spelling", data) for letter, data in tokens.files(words).items()}
    return [" ".join(made), " ".join(made.values())]


def _abbreviations(merged: _Merged, articles: int) -> list[tuple[str, str]]:
    def articles_with(terms: Iterable[str]) -> set[int]:
        found = [{each >> 8 for each in merged.lists.get(term, ())} for term in terms]
        return set.intersection(*found) if found else set()

    return list(abbreviations.useful(merged.abbreviations, articles_with, articles))


def _facets(block: Sequence[SearchDocument]) -> dict[str, Any]:
    """The facets of a block of articles in columns; topics, tags and languages are numbers in lists of the block."""
    topics = sorted({topic for document in block for topic in document.topics})
    tags = sorted({tag for document in block for tag in document.tags})
    languages = sorted({document.language for document in block})
    return {
        "topics": topics,
        "tags": tags,
        "languages": languages,
        "topic": [[topics.index(topic) for topic in document.topics] for document in block],
        "tagged": [[tags.index(tag) for tag in document.tags] for document in block],
        "date": [document.date.isoformat() if document.date else "" for document in block],
        "language": [languages.index(document.language) for document in block],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _utf16(text: str) -> bytes:
    """The sort key by which JavaScript compares texts."""
    return text.encode("utf-16-be")
