"""The articles as a search engine imports them."""

import datetime
import json
from dataclasses import replace

from almanac_kb.search import export
from almanac_kb.search.documents import SearchDocument, Section

DOCUMENT = SearchDocument(
    "guides/backups/",
    "Backups",
    (Section("", "", "Keep two."), Section("offsite", "Offsite", "A disk."), Section("empty", "Empty", "")),
    tags=("Kubernetes",),
    tag_words=("k8s",),
    topics=(("guides", "Guides"),),
    date=datetime.date(2025, 4, 11),
)


def test_each_section_with_a_text_is_a_record_under_its_url() -> None:
    records = [json.loads(line) for line in export.json_lines(export.records([DOCUMENT]))]
    assert [record["id"] for record in records] == ["guides/backups/#0", "guides/backups/#offsite"]
    assert records[1] | {"text": "A disk.", "heading": "Offsite", "tags": ["Kubernetes", "k8s"], "date": "2025-04-11"} == records[1]
    assert set(export.WEIGHTS) <= set(records[0])


def test_the_bulk_interface_gets_an_action_before_each_record_and_deletions() -> None:
    lines = [json.loads(line) for line in export.bulk(export.records([DOCUMENT]), "kb", ["old/"])]
    assert lines[0] == {"index": {"_index": "kb", "_id": "guides/backups/#0"}}
    assert lines[1]["text"] == "Keep two."
    assert lines[-1] == {"delete": {"_index": "kb", "_id": "old/"}}
    assert len(lines) == 5


def test_only_what_changed_since_the_last_export_is_exported_again() -> None:
    known = export.digests(export.records([DOCUMENT]))
    assert export.changes(export.records([DOCUMENT]), known) == ([], [])
    edited = replace(DOCUMENT, sections=(Section("", "", "Keep three."),))
    changed, gone = export.changes(export.records([edited]), known)
    assert ([record["text"] for record in changed], gone) == (["Keep three."], ["guides/backups/#offsite"])


def test_footnotes_and_the_text_before_the_first_heading_are_different_records() -> None:
    document = replace(DOCUMENT, sections=(Section("", "", "Keep two."), Section("", "", "A note.", weak=True)))
    assert [record["id"] for record in export.records([document])] == ["guides/backups/#0", "guides/backups/#1"]


def test_synonyms_are_lines_of_words() -> None:
    assert list(export.synonyms([("Kubernetes", "k8s"), ("alone",), ("a, b", "c")])) == ["Kubernetes, k8s", "a\\, b, c"]
