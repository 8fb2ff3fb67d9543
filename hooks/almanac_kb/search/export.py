"""Export of a built site for search engines: a record per section, changes since the last export, and settings for engines.

The records are read from the search index of the site, so that they hold what readers see.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from almanac_kb.core.folders import write_whole
from almanac_kb.search import analysis, tokens
from almanac_kb.search.documents import SearchDocument, SearchSection

WEIGHTS = {
    "title": analysis.WEIGHTS["title"],
    "names": analysis.WEIGHTS["title"],
    "heading": analysis.WEIGHTS["heading"],
    "description": analysis.WEIGHTS["description"],
    "tags": analysis.WEIGHTS["tags"],
    "text": analysis.WEIGHTS["body"],
}
"""Weights of fields: boosts for `multi_match` of OpenSearch, and for `query_by_weights` of Typesense."""
STATE = "exported.json"
"""The file of an export that records what was exported."""
TERM_FIELDS = ("title", "heading", "tags", "description", "text")
"""The fields whose terms Typesense searches, in `terms_title` and so on; those of `title` are of the other names too."""
SearchRecord = dict[str, Any]
DAMAGED = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""The errors of reading JSON, compressed or not, that is missing, damaged, or of another shape."""


class ExportError(Exception):
    """The articles can't be exported; the message says why, and how to mend it."""


@dataclass(frozen=True)
class BuiltIndex:
    """The articles and synonyms in the search index of a built site."""

    documents: tuple[SearchDocument, ...]
    """The articles, in the order of their numbers. Their sections do not separate code."""
    synonyms: tuple[tuple[str, ...], ...]
    """Words that mean the same."""


@dataclass(frozen=True)
class RecordChanges:
    """The difference between the records of a site and those of an earlier export."""

    records: tuple[SearchRecord, ...]
    """The records that are new or different."""
    deleted: tuple[str, ...]
    """The ids of those that are gone."""
    digests: Mapping[str, str]
    """The digest of each present record, by id."""


def read_index(folder: Path) -> BuiltIndex:
    """Reads the search index in a folder; raises ExportError where there is none, or where it is damaged."""
    if not (folder / "entry.json").is_file():
        raise ExportError(f"{folder.parent}: holds no search index; build the site first, or name its folder with --site")
    try:
        return _read_index(folder)
    except DAMAGED as error:
        raise ExportError(f"{folder}: the search index is damaged ({type(error).__name__}: {error}); build the site again") from None


def _read_index(folder: Path) -> BuiltIndex:
    entry = json.loads((folder / "entry.json").read_bytes())
    synonyms = tuple(tuple(group) for group in entry["synonyms"])
    words = {group[0]: group[1:] for group in synonyms}
    blocks = [_unpacked(folder / f"facets/{name}.bin") for name in entry["facets"]]
    topics = [tuple(map(tuple, (block["topics"][at] for at in listed))) for block in blocks for listed in block["topic"]]
    texts = sorted((folder / "texts").glob("*.bin"), key=_number) if topics else []
    documents = (_document(_unpacked(path), above, words) for path, above in zip(texts, topics, strict=True))
    return BuiltIndex(tuple(documents), synonyms)


def records(documents: Iterable[SearchDocument]) -> Iterator[SearchRecord]:
    """A record for each section with text. Its `id` depends on its URL, not on the text."""
    for document in documents:
        for number, section in enumerate(document.sections):
            if section.text:
                yield _record(document, section, number)


def changes(found: Iterable[SearchRecord], known: Mapping[str, str]) -> RecordChanges:
    """The records that are new or differ from those whose digests are known, and the ids of those that are gone."""
    there = list(found)
    digests = {record["id"]: _digest(json.dumps(record, sort_keys=True)) for record in there}
    changed = tuple(record for record in there if known.get(record["id"]) != digests[record["id"]])
    return RecordChanges(changed, tuple(sorted(set(known) - set(digests))), digests)


def write_export(built: BuiltIndex, folder: Path, name: str, *, everything: bool = False) -> RecordChanges:
    """Writes what changed since the last export into this folder; `name` is that of the index or collection of the engine.

    With `everything`, all records are written as if there had been no export. The state is written last. Raises ExportError where the
    state of the last export is damaged, and OSError.
    """
    state = folder / STATE
    known = {} if everything else _read_state(state)
    found = changes(records(built.documents), known)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "records.jsonl", json_lines(found.records))
    _write(folder / "bulk.ndjson", bulk(found.records, name, found.deleted))
    _write(folder / "typesense.jsonl", json_lines(with_terms(record) for record in found.records))
    _write(folder / "deleted.txt", found.deleted)
    _write(folder / "synonyms.txt", synonym_lines(built.synonyms))
    _write(folder / "opensearch.json", [_indented(opensearch_index(built.synonyms))])
    _write(folder / "collection.json", [_indented(typesense_collection(name))])
    _write(folder / "weights.json", [_indented(WEIGHTS)])
    _write(state, [_indented(dict(found.digests))])
    return found


def _read_state(state: Path) -> dict[str, str]:
    """The digest of each record of the last export, by id; none where there was no export."""
    if not state.exists():
        return {}
    try:
        return {str(record): str(digest) for record, digest in json.loads(state.read_bytes()).items()}
    except DAMAGED as error:
        raise ExportError(f"{state}: does not say what was exported ({error}); export everything with --all") from None


def json_lines(found: Iterable[SearchRecord]) -> Iterator[str]:
    """One record a line (https://jsonlines.org), which Typesense and Meilisearch import as it is."""
    for record in found:
        yield json.dumps(record, ensure_ascii=False)


def bulk(found: Iterable[SearchRecord], index: str, deleted: Iterable[str] = ()) -> Iterator[str]:
    """Lines for the `_bulk` interface of OpenSearch and Elasticsearch, two for each record, and one for each id to delete.

    https://docs.opensearch.org/latest/api-reference/document-apis/bulk
    """
    for record in found:
        yield json.dumps({"index": {"_index": index, "_id": record["id"]}}, ensure_ascii=False)
        yield json.dumps(record, ensure_ascii=False)
    for identifier in deleted:
        yield json.dumps({"delete": {"_index": index, "_id": identifier}}, ensure_ascii=False)


def synonym_lines(groups: Iterable[Sequence[str]]) -> Iterator[str]:
    """Groups of synonyms, one per line, in the format of Solr, for a `synonym_graph` filter."""
    for group in groups:
        if len(group) > 1:
            yield ", ".join(word.replace("\\", "\\\\").replace(",", "\\,") for word in group)


def opensearch_index(synonyms: Iterable[Sequence[str]]) -> SearchRecord:
    """The body that creates the index in OpenSearch or Elasticsearch: field types, and synonyms, applied at search time.

    https://docs.opensearch.org/latest/analyzers/token-filters/synonym-graph
    """
    graph = {"type": "synonym_graph", "lenient": True, "synonyms": list(synonym_lines(synonyms))}
    analyzer = {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding", "synonyms"]}
    plain = {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}
    text = {"type": "text", "analyzer": "words", "search_analyzer": "words_and_synonyms"}
    keyword = {"type": "keyword"}
    types = {
        **dict.fromkeys((*WEIGHTS, "tag_words"), text),
        **dict.fromkeys(("id", "url", "anchor", "topics", "paths", "year", "language"), keyword),
        "tags": {**text, "fields": {"name": keyword}},
        "date": {"type": "date"},
        "references": {"type": "boolean"},
        "position": {"type": "integer"},
    }
    analysis = {"filter": {"synonyms": graph}, "analyzer": {"words": plain, "words_and_synonyms": analyzer}}
    return {"settings": {"analysis": analysis}, "mappings": {"properties": types}}


def typesense_collection(name: str) -> SearchRecord:
    """The schema of the collection in Typesense: it searches terms, as our own index does, and narrows by facets.

    Fields that are not named here are stored and not searched (https://typesense.org/docs/27.1/api/collections.html).
    """
    terms = [{"name": f"terms_{field}", "type": "string", "optional": True} for field in TERM_FIELDS]
    lists = [{"name": field, "type": "string[]", "facet": True} for field in ("tags", "paths")]
    facets = [{"name": field, "type": "string", "facet": True} for field in ("url", "year", "language")]
    return {"name": name, "fields": [*terms, *lists, *facets, {"name": "day", "type": "int32"}], "default_sorting_field": "day"}


def with_terms(record: SearchRecord) -> SearchRecord:
    """A record for Typesense: with the terms of its fields, and its date as a number of days."""
    texts = {
        "title": [record["title"], *record["names"]],
        "heading": [record["heading"]],
        "tags": [*record["tags"], *record["tag_words"]],
        "description": [record["description"]],
        "text": [] if record["references"] else [record["text"]],
    }
    terms = {f"terms_{field}": " ".join(map(letters, chain.from_iterable(map(tokens.cut, texts[field])))) for field in TERM_FIELDS}
    return {**record, **terms, "day": date.fromisoformat(record["date"]).toordinal() if record["date"] else 0}


def letters(term: str) -> str:
    """A term as letters and digits only, so that no engine splits it; other characters by their code point, `c++` as `c0x2b0x2b`."""
    return "".join(each if each.isascii() and each.isalnum() else f"0x{ord(each):x}" for each in term)


def _record(document: SearchDocument, section: SearchSection, number: int) -> SearchRecord:
    return {
        "id": _digest(f"{document.url}#{section.anchor or number}"),
        "url": document.url,
        "anchor": section.anchor,
        "position": number,
        "title": document.title,
        "heading": section.heading,
        "text": section.text,
        "description": document.description,
        "names": list(document.names),
        "tags": list(document.tags),
        "tag_words": list(document.tag_words),
        "topics": [title for _, title in document.topics],
        "paths": [path for path, _ in document.topics],
        "date": document.date.isoformat() if document.date else None,
        "year": f"{document.date.year:04}" if document.date else "",
        "language": document.language,
        "references": section.weak,
    }


def _document(text: SearchRecord, topics: tuple[tuple[str, str], ...], words: Mapping[str, tuple[str, ...]]) -> SearchDocument:
    return SearchDocument(
        url=text["url"],
        title=text["title"],
        sections=tuple(SearchSection(anchor, heading, body, weak=bool(weak)) for anchor, heading, body, weak in text["sections"]),
        description=text["description"],
        names=tuple(text["names"]),
        tags=tuple(text["tags"]),
        tag_words=tuple(word for tag in text["tags"] for word in words.get(tag, ())),
        topics=topics,
        date=date.fromisoformat(text["date"]) if text["date"] else None,
        language=text["language"],
    )


def _unpacked(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


def _number(path: Path) -> int:
    return int(path.stem.partition("-")[0])


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _indented(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _write(path: Path, lines: Iterable[str]) -> None:
    write_whole(path, "".join(f"{line}\n" for line in lines).encode())
