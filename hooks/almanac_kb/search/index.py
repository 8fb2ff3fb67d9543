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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from almanac_kb.core import cache
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.workers import batches
from almanac_kb.search import analysis, postings, tokens
from almanac_kb.search.analysis import Analysis, Lexicon
from almanac_kb.search.documents import ENTRY, IndexInput, SearchDocument, divided
from almanac_kb.search.postings import NOTHING, Merged, Merger, TermList, utf16
from almanac_kb.search.tokens import cut, stop_terms

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
"""Articles whose analyses are in memory at a time; a multiple of all sizes of groups."""
MOST = 200
"""Most abbreviations in the entry file: some 5 kB."""
COMMON = 0.2
"""Largest share of all articles that have an abbreviation with a synonym: a commoner word says too little to be worth the fetching."""
COMMONER = 4
"""Most articles with the words of a long form for each one with the abbreviation: of more, the words are too common to stand for it."""
Value = TypeVar("Value", str, tuple[str, str])
Provide = Callable[[str, str, Callable[[], bytes]], object]
"""Gives a file of the index its content: by path in the folder of the index, cache key of the content, and what makes it."""


@dataclass(frozen=True)
class IndexState:
    """The state of an index for the next build."""

    merged: Merged = NOTHING
    made: dict[str, str] = field(default_factory=dict)
    """The digest of the content of each file, and of each group of articles' files, by its cache key."""


def write_index(found: IndexInput, provide: Provide, memory: DiskCache | None = None, state: Path | None = None) -> None:
    """Writes the index of articles: the same bytes for the same articles, whatever is remembered.

    `memory` holds the analyses of articles, and the file `state` the index of the last build, of which only what changed is made again.
    """
    before = (cache.load_value(state, found.code, IndexState) if state and memory else None) or IndexState()
    analyses = _Analyses(found, memory)
    files = _Files(provide, before.made)
    merged, versions = _merge(found, analyses, before.merged, files)
    count = len(found.documents)
    synonyms = [*found.aliases, *useful_abbreviations(merged.abbreviations, merged.articles_with, count)]
    languages = sorted(
        {document.language for document in found.documents} | {found.language}, key=lambda each: (each != found.language, each)
    )
    entry = {
        "articles": count,
        "group": _group(count),
        "texts": versions,
        **_dictionary(merged.lists, files),
        "spelling": _spelling(merged, count, files),
        "facets": [files.add_packed("facets", _json(_facets(block))) for block in batches(found.documents, BLOCK)],
        "addresses": _addresses(found.documents, files),
        "languages": languages,
        "stop": sorted({term for each in languages for term in stop_terms(each)}),
        "synonyms": [list(group) for group in synonyms if len(group) > 1],
        **({"server": dict(found.server)} if found.server else {}),
    }
    provide(ENTRY, found.key, lambda: _json(entry))
    if state and memory:
        cache.save_value(state, found.code, IndexState(merged, files.made))


class _Files:
    """The files of an index, whose names are digests of their contents; knows the digests of those that the last build made."""

    def __init__(self, provide: Provide, known: Mapping[str, str]) -> None:
        self._provide, self._known = provide, known
        self._digests: dict[str, str] = {}
        self.made: dict[str, str] = {}
        """The digest of each content by its cache key."""

    def add(self, kind: str, key: str, make: Callable[[], bytes]) -> str:
        """Adds a file of this cache key, whose content `make` returns; returns its name in the folder of its kind."""
        digest = self.digest(key, make)
        names = (digest[:length] for length in range(postings.NAME, 33))
        name = next(name for name in names if self._digests.get(f"{kind}/{name}", digest) == digest)
        if f"{kind}/{name}" not in self._digests:
            self._digests[f"{kind}/{name}"] = digest
            self._provide(f"{kind}/{name}.bin", key, make)
        return name

    def add_packed(self, kind: str, data: bytes) -> str:
        """Adds a file with these bytes, compressed; returns its name."""
        return self.add(kind, _key(data), lambda: tokens.compressed(data))

    def add_text(self, number: int, version: str, key: str, make: Callable[[], bytes]) -> None:
        """Adds the file from which results of an article are shown."""
        self._provide(f"texts/{number}-{version}.bin", key, make)

    def is_known(self, key: str) -> bool:
        """Whether the last build made the content with this cache key."""
        return key in self._known

    def digest(self, key: str, make: Callable[[], bytes]) -> str:
        """The digest of the content with this cache key, which is made where the last build did not make it."""
        digest = self.made[key] = self._known.get(key) or postings.version(make(), 32)
        return digest


class _Analyses:
    """The analyses of articles, from the cache where it has them."""

    def __init__(self, found: IndexInput, memory: DiskCache | None) -> None:
        self._found, self._memory = found, memory
        self._lexicons: dict[str, Lexicon] = {}

    def of(self, numbers: Sequence[int]) -> dict[int, Analysis]:
        """The analyses of the articles with these numbers."""
        documents, keys = self._found.documents, self._found.keys
        if self._memory is None:
            return dict(zip(numbers, self._make(documents[number] for number in numbers), strict=True))
        wanted = {keys[number]: documents[number] for number in numbers}
        found = dict(cache.cached(self._memory, wanted, self._make, analysis.load, analysis.dump))
        return {number: found[keys[number]] for number in numbers}

    def earlier(self, keys: Sequence[str]) -> list[Analysis] | None:
        """The analyses with these keys that an earlier build made; None where the cache does not have them all."""
        found = self._memory.find(keys) if self._memory and keys else {}
        return [analysis.load(found[key]) for key in keys] if len(found) == len(keys) else None

    def _make(self, documents: Iterable[SearchDocument]) -> Iterator[Analysis]:
        for document in documents:
            lexicon = self._lexicons.setdefault(document.language, Lexicon(stop_terms(document.language)))
            yield analysis.analyse(divided(document), lexicon)


def _merge(found: IndexInput, analyses: _Analyses, before: Merged, files: _Files) -> tuple[Merged, str]:
    """Merges the analyses of all articles and writes their files; returns the versions of these too, concatenated."""
    gone = postings.removed(before, found.keys)
    removed = None if gone is None else analyses.earlier(gone)
    merger = Merger(NOTHING if removed is None else before, found.keys, removed or ())
    versions: list[str] = []
    for batch in batches(range(len(found.keys)), ARTICLES_IN_MEMORY):
        groups = {_key(*(found.keys[number].encode() for number in group)): group for group in batches(batch, _group(len(found.keys)))}
        wanted = [group for key, group in groups.items() if not files.is_known(key) or any(map(merger.is_new, group))]
        made = analyses.of([number for group in wanted for number in group])
        for number in filter(merger.is_new, batch):
            merger.add(number, made[number])
        for key, group in groups.items():
            fragments = {number: partial(_fragment, number, made, analyses) for number in group}
            versions.append(files.digest(key, partial(_joined, fragments))[:TEXT_VERSION])
            for number, make in fragments.items():
                files.add_text(number, versions[-1], found.keys[number], make)
    return merger.merged(), "".join(versions)


def _fragment(number: int, made: Mapping[int, Analysis], analyses: _Analyses) -> bytes:
    return (made if number in made else analyses.of([number]))[number].fragment


def _joined(fragments: Mapping[int, Callable[[], bytes]]) -> bytes:
    return b"".join(make() for make in fragments.values())


def _group(articles: int) -> int:
    """The number of neighbouring articles that share a version."""
    return next((size for most, size in GROUPS if articles <= most), LARGEST_GROUP)


def _dictionary(lists: Mapping[str, TermList], files: _Files) -> dict[str, Any]:
    """Writes lists and dictionary; returns the table of both, or the table of its pages."""
    long: dict[str, str] = {}
    entries = ((term, _entry(term, listed, long, files)) for term, listed in lists.items())
    rows: list[tuple[str, str]] = []
    before = ""
    for chunk in postings.divided(entries, SHARD, 3 * SHARD):
        words, key = [term for term, _ in chunk], _key(*(part for term, info in chunk for part in (term.encode(), info)))
        rows.append((postings.separator(before, words[0]), files.add("words", key, partial(_shard, chunk))))
        before = words[-1]
    if len(rows) <= INLINE:
        return {"pages": [], **_table(rows, long)}
    pages = postings.divided(((start, name.encode()) for start, name in rows), PAGE, 2 * PAGE)
    return {"pages": [*_pages([[(start, name.decode()) for start, name in page] for page in pages], long, files)]}


def _shard(chunk: Sequence[tuple[str, bytes]]) -> bytes:
    """The file of some terms with their entries."""
    rest = postings.front_coded([term for term, _ in chunk])
    parts = ((bytes((shared,)), postings.varint(len(end)), end, info) for (shared, end), (_, info) in zip(rest, chunk, strict=True))
    return tokens.compressed(b"".join(map(b"".join, parts)))


def _entry(term: str, listed: TermList, long: dict[str, str], files: _Files) -> bytes:
    """The dictionary entry of a term: number of articles, length of its list in bytes (0 for a separate file), and the list."""
    data = listed.shown or listed.postings
    if len(data) <= LONG:
        return postings.varint(listed.articles) + postings.varint(len(data)) + data
    long[term] = files.add_packed("lists", data)
    return postings.varint(listed.articles) + postings.varint(0)


def _table(rows: Sequence[tuple[str, str]], long: Mapping[str, str]) -> dict[str, Any]:
    """Shards by what their first term begins with, and files of lists by term, as texts separated by spaces."""
    return {
        "shards": [" ".join(start for start, _ in rows), " ".join(name for _, name in rows)],
        "lists": [" ".join(long), " ".join(long.values())],
    }


def _pages(pages: Sequence[Sequence[tuple[str, str]]], long: Mapping[str, str], files: _Files) -> Iterator[tuple[str, str]]:
    for at, page in enumerate(pages):
        after = utf16(pages[at + 1][0][0]) if at + 1 < len(pages) else None
        within = {term: long[term] for term in long if utf16(term) >= utf16(page[0][0]) and (after is None or utf16(term) < after)}
        yield page[0][0], files.add_packed("pages", _json(_table(page, within)))


def _addresses(ordered: Sequence[SearchDocument], files: _Files) -> list[tuple[str, str]]:
    """Writes the files of URL paths; returns, for each file, the start of its first URL path and its name."""
    numbers = {document.url: number for number, document in enumerate(ordered)}
    sized = ((url, url.encode()) for url in sorted(numbers, key=utf16))
    rows: list[tuple[str, str]] = []
    before = ""
    for block in postings.divided(sized, ADDRESSES, 3 * ADDRESSES):
        name = files.add_packed("addresses", _json({url: numbers[url] for url, _ in block}))
        rows.append((postings.separator(before, block[0][0]), name))
        before = block[-1][0]
    return rows


def _spelling(merged: Merged, articles: int, files: _Files) -> list[str]:
    words = tokens.known_words(merged.named, merged.texts, articles)
    made = {
        letter: files.add("spelling", _spelling_key(group), partial(tokens.spelling_file, group))
        for letter, group in tokens.by_initial(words)
    }
    return [" ".join(made), " ".join(made.values())]


def _spelling_key(words: Mapping[str, int]) -> str:
    return _key("\n".join(f"{word} {tokens.frequency_class(words[word])}" for word in sorted(words)).encode())


def useful_abbreviations(
    found: Iterable[tuple[str, str, int]], articles_with: Callable[[Iterable[str]], AbstractSet[int]], articles: int
) -> Iterator[tuple[str, str]]:
    """The pairs of abbreviation and long form where the abbreviation finds articles that the long form does not; the most common first.

    `found` has each pair with the number of articles in which it is written together; `articles_with` gives the articles that have all of
    some terms. Of several long forms of an abbreviation the commonest is meant. `articles` is the number of all articles.
    """
    forms: dict[str, str] = {}
    for short, long, _ in sorted(found, key=lambda each: (-each[2], each[:2])):
        forms.setdefault(short, long)
    helpful = []
    for short, long in forms.items():
        with_short, with_long = articles_with(cut(short)), articles_with(cut(long))
        if with_short - with_long and len(with_long) <= COMMONER * len(with_short) and len(with_short) <= max(2, COMMON * articles):
            helpful.append((-len(with_short), short, long))
    yield from ((short, long) for _, short, long in sorted(helpful)[:MOST])


def _facets(block: Sequence[SearchDocument]) -> dict[str, Any]:
    """The facets of a block of articles in columns; topics, tags and languages are numbers in lists of the block."""
    topics = _numbered(topic for document in block for topic in document.topics)
    tags = _numbered(tag for document in block for tag in document.tags)
    languages = _numbered(document.language for document in block)
    return {
        "topics": list(topics),
        "tags": list(tags),
        "languages": list(languages),
        "topic": [[topics[topic] for topic in document.topics] for document in block],
        "tagged": [[tags[tag] for tag in document.tags] for document in block],
        "date": [document.date.isoformat() if document.date else "" for document in block],
        "language": [languages[document.language] for document in block],
    }


def _numbered(values: Iterable[Value]) -> dict[Value, int]:
    """The values, sorted, each once, with their places."""
    return {value: number for number, value in enumerate(sorted(set(values)))}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _key(*parts: bytes) -> str:
    """The cache key of what is made from these bytes."""
    return cache.cache_key(*parts)[:32]
