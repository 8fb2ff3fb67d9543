"""The articles as a search engine imports them, and `python hooks search export`."""

import datetime
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from builder import Built, build
from test_command_line import hooks

from almanac_kb.search import export
from almanac_kb.search.documents import SearchDocument, SearchSection
from almanac_kb.search.export import ExportError

DOCUMENT = SearchDocument(
    "guides/backups/",
    "Backups",
    (SearchSection("", "", "Keep two."), SearchSection("offsite", "Offsite", "A disk."), SearchSection("empty", "Empty", "")),
    tags=("Kubernetes",),
    tag_words=("k8s",),
    topics=(("guides", "Guides"),),
    date=datetime.date(2025, 4, 11),
)
DOCS = {
    "guides/.pages": "title: Guides\n",
    "guides/backups.md": (
        "---\ntitle: Backups\ndate: 2025-04-11\ntags: [Kubernetes]\naliases: [Copies]\n---\nKeep two.\n\n## Offsite\n\nA disk.\n"
    ),
    "guides/disks.md": "---\ntitle: Disks\n---\nOf C++ and more.\n",
    ".tags.yml": "- name: Kubernetes\n  aliases: [k8s]\n",
}


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    built = build(tmp_path_factory.mktemp("export"), DOCS)
    assert built.code == 0, built.output
    return built


@pytest.mark.slow
def test_a_built_site_is_exported_and_then_only_what_changed(site: Built, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    ran = hooks(site.root, "search", "export", str(folder), "--name", "kb")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"3 records to index, 0 to delete, of 3 in all: {folder}\n"
    records = _lines(folder / "records.jsonl")
    offsite = next(record for record in records if record["anchor"] == "offsite")
    assert offsite | {"title": "Backups", "text": "A disk.", "names": ["Copies"], "paths": ["guides"], "tag_words": ["k8s"]} == offsite
    assert (folder / "synonyms.txt").read_text() == "Kubernetes, k8s\n"
    assert hooks(site.root, "search", "export", str(folder)).stdout.startswith("0 records to index, 0 to delete, of 3 in all")
    assert (folder / "records.jsonl").read_text() == ""
    assert hooks(site.root, "search", "export", str(folder), "--all").stdout.startswith("3 records to index")


def test_without_a_built_site_nothing_is_exported(site: Built, tmp_path: Path) -> None:
    ran = hooks(site.root, "search", "export", str(tmp_path / "out"), "--site", str(tmp_path))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"{tmp_path}: holds no search index; build the site first, or name its folder with --site\n"


DAMAGED_STATES = ("{", "[]", "[" * 100_000, '"x"', "3")


@pytest.mark.slow
@pytest.mark.parametrize("state", DAMAGED_STATES)
def test_an_export_whose_state_is_damaged_says_how_to_go_on(site: Built, tmp_path: Path, state: str) -> None:
    (tmp_path / "exported.json").write_text(state)
    ran = hooks(site.root, "search", "export", str(tmp_path))
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
    assert ran.stderr.startswith(f"{tmp_path}/exported.json: does not say what was exported (")
    assert ran.stderr.endswith("); export everything with --all\n")
    assert hooks(site.root, "search", "export", str(tmp_path), "--all").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["entry.json", "texts", "facets"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\x1f\x8b\x08\x00", None])
def test_a_damaged_index_is_not_exported(site: Built, tmp_path: Path, damage: str, content: bytes | None) -> None:
    index = tmp_path / "site/search"
    shutil.copytree(site.site / "search", index)
    file = index / damage if damage == "entry.json" else next((index / damage).iterdir())
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(ExportError, match=r"the search index is damaged \(.*\); build the site again|holds no search index"):
        export.read_index(index)


def test_each_section_with_a_text_is_a_record_whose_id_stays() -> None:
    records = list(export.records([DOCUMENT]))
    assert [(record["url"], record["anchor"]) for record in records] == [("guides/backups/", ""), ("guides/backups/", "offsite")]
    assert (
        records[1] | {"text": "A disk.", "heading": "Offsite", "tags": ["Kubernetes"], "date": "2025-04-11", "year": "2025"} == records[1]
    )
    assert set(export.WEIGHTS) <= set(records[0])
    edited = replace(DOCUMENT, title="Other", sections=(SearchSection("", "", "Keep three."),))
    assert [record["id"] for record in export.records([edited])] == [records[0]["id"]]


def test_the_bulk_interface_gets_an_action_before_each_record_and_deletions() -> None:
    lines = [json.loads(line) for line in export.bulk(export.records([DOCUMENT]), "kb", ["gone"])]
    assert lines[0] == {"index": {"_index": "kb", "_id": lines[1]["id"]}}
    assert lines[1]["text"] == "Keep two."
    assert lines[-1] == {"delete": {"_index": "kb", "_id": "gone"}}
    assert len(lines) == 5


def test_a_section_that_is_gone_is_deleted_and_a_changed_one_indexed_again(tmp_path: Path) -> None:
    before = export.write_export(export.BuiltIndex((DOCUMENT,), ()), tmp_path, "kb")
    edited = replace(DOCUMENT, sections=(SearchSection("", "", "Keep three."),))
    after = export.write_export(export.BuiltIndex((edited,), ()), tmp_path, "kb")
    assert [record["text"] for record in after.records] == ["Keep three."]
    assert set(after.deleted) == set(before.digests) - set(after.digests)
    assert len(after.deleted) == 1
    bulk = (tmp_path / "bulk.ndjson").read_text()
    assert bulk.endswith("\n")
    assert json.loads(bulk.splitlines()[-1]) == {"delete": {"_index": "kb", "_id": after.deleted[0]}}
    assert (tmp_path / "deleted.txt").read_text() == f"{after.deleted[0]}\n"


def test_footnotes_and_the_text_before_the_first_heading_are_different_records() -> None:
    document = replace(DOCUMENT, sections=(SearchSection("", "", "Keep two."), SearchSection("", "", "A note.", weak=True)))
    assert len({record["id"] for record in export.records([document])}) == 2


def test_synonyms_are_lines_of_words() -> None:
    assert list(export.synonym_lines([("Kubernetes", "k8s"), ("alone",), ("a, b", "c")])) == ["Kubernetes, k8s", "a\\, b, c"]


def test_every_field_of_a_record_has_a_type_in_opensearch() -> None:
    index = export.opensearch_index([("Kubernetes", "k8s")])
    assert set(index["mappings"]["properties"]) == set(next(export.records([DOCUMENT])))
    assert index["settings"]["analysis"]["filter"]["synonyms"]["synonyms"] == ["Kubernetes, k8s"]


def test_typesense_gets_terms_that_it_does_not_divide() -> None:
    record = export.with_terms(next(export.records([replace(DOCUMENT, title="C++ für 备份", names=("Copies",))])))
    assert record["terms_title"] == "c0x2b0x2b fur 0x59070x4efd copy"
    assert record["terms_tags"] == "kubernet k8s"
    assert record["day"] == datetime.date(2025, 4, 11).toordinal()
    names = {field["name"] for field in export.typesense_collection("kb")["fields"]}
    assert names <= set(record)
