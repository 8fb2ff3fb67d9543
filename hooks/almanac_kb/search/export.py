"""The articles for a search engine of one's own: a record for each section, as JSON Lines or for the bulk interface, and synonyms."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from almanac_kb.search import postings
from almanac_kb.search.documents import SearchDocument, Section

WEIGHTS = {
    "title": postings.TITLE,
    "names": postings.TITLE,
    "heading": postings.HEADING,
    "description": postings.DESCRIPTION,
    "tags": postings.TAGS,
    "text": postings.BODY,
}
"""How often a word in each field counts: boosts for `multi_match` of OpenSearch, and for `query_by_weights` of Typesense."""
Record = dict[str, Any]


def records(documents: Iterable[SearchDocument]) -> Iterator[Record]:
    """A record for each section with a text. Its `id` begins with the URL of the article, and stays when the text changes."""
    for document in documents:
        for number, section in enumerate(document.sections):
            if section.text:
                yield _record(document, section, number)


def json_lines(found: Iterable[Record]) -> Iterator[str]:
    """One record a line (https://jsonlines.org), which Typesense and Meilisearch import as it is."""
    for record in found:
        yield json.dumps(record, ensure_ascii=False)


def bulk(found: Iterable[Record], index: str, gone: Iterable[str] = ()) -> Iterator[str]:
    """Lines for the `_bulk` interface of OpenSearch and Elasticsearch, two for each record; `gone` are ids to delete."""
    for record in found:
        yield json.dumps({"index": {"_index": index, "_id": record["id"]}}, ensure_ascii=False)
        yield json.dumps(record, ensure_ascii=False)
    for each in gone:
        yield json.dumps({"delete": {"_index": index, "_id": each}}, ensure_ascii=False)


def synonyms(groups: Iterable[Sequence[str]]) -> Iterator[str]:
    """Words that mean the same, one group a line, in the format of Solr, which a `synonym_graph` filter reads."""
    for group in groups:
        if len(group) > 1:
            yield ", ".join(word.replace("\\", "\\\\").replace(",", "\\,") for word in group)


def digests(found: Iterable[Record]) -> dict[str, str]:
    """The digest of each record by its id: what the next export needs to know of this one."""
    return {record["id"]: hashlib.blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=16).hexdigest() for record in found}


def changes(found: Iterable[Record], known: Mapping[str, str]) -> tuple[list[Record], list[str]]:
    """The records that are new or differ from those whose digests are known, and the ids of those that are gone."""
    there = list(found)
    now = digests(there)
    return [record for record in there if known.get(record["id"]) != now[record["id"]]], sorted(set(known) - set(now))


def _record(document: SearchDocument, section: Section, number: int) -> Record:
    return {
        "id": f"{document.url}#{section.anchor or number}",
        "url": document.url,
        "anchor": section.anchor,
        "title": document.title,
        "heading": section.heading,
        "text": section.text,
        "description": document.description,
        "names": list(document.names),
        "tags": [*document.tags, *document.tag_words],
        "topics": [title for _, title in document.topics],
        "date": document.date.isoformat() if document.date else None,
        "language": document.language,
        "references": section.weak,
    }
