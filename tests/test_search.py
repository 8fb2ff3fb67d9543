"""The search's index: what it holds of each article, how words are packed, what results are narrowed by."""

import datetime
import itertools
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
import pytest
from builder import Built, build, project
from hypothesis import given
from hypothesis import strategies as st
from test_serve import get, serving

from almanac_kb.content.reader import Article
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.pagefind import cbor, common, packed, pagefind, script, shard, shards, spelling
from almanac_kb.pagefind.merge import Word
from almanac_kb.pagefind.search_record import record
from almanac_kb.pagefind.shard import FormatError, Shard
from almanac_kb.pagefind.stopwords import stopwords

DOCS = {
    "guides/.pages": "title: Guides\n",
    "guides/backups.md": (
        "---\ntitle: Backups at home\ndate: 2025-04-11\ntags: [Kubernetes, disks]\naliases: [Save point]\n---\n"
        "# Backups\n\n## Offsite copies\n\nZebra.\n"
    ),
    "guides/hidden.md": "---\ntitle: Hidden\nsearch: {exclude: true}\n---\nOkapi.\n",
    "guides/deep/restore.md": "---\ntitle: Restore\ndate: 2024-02-29\n---\nText about Kubernetes.\n",
    "china.md": "---\ntitle: 备份数据库\n---\n如何在家里备份数据库和服务器，保护您的数据安全。\n",
    "index.md": "# Welcome\n\nGiraffe.\n",
    ".tags.yml": "- name: Kubernetes\n  aliases: [k8s, kube]\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    built = build(tmp_path_factory.mktemp("search"), DOCS)
    assert built.code == 0, built.output
    return built


def test_every_article_and_page_with_a_text_is_found_but_no_listing(site: Built) -> None:
    assert sorted(site.found()) == ["", "china/", "guides/backups/", "guides/deep/restore/"]


def test_an_author_keeps_an_article_out_of_the_search_but_not_off_the_site(site: Built) -> None:
    assert "Okapi" in site.text("guides/hidden")
    assert "guides/hidden/" not in site.found()


def test_an_article_is_found_by_its_tags_their_aliases_and_its_other_names(site: Built) -> None:
    content = site.found()["guides/backups/"]["content"]
    for word in ("Kubernetes", "k8s", "kube", "disks", "Save point", "Zebra"):
        assert word in content
    assert "Also known as" not in content
    assert "¶" not in content


def test_a_result_says_topic_and_date_and_leads_to_sections(site: Built) -> None:
    found = site.found()["guides/backups/"]
    assert found["meta"] == {"title": "Backups at home", "topic": "Guides", "date": "2025-04-11", "names": "Save point"}
    assert [(anchor["id"], anchor["text"]) for anchor in found["anchors"] if anchor["element"] == "h2"] == [
        ("offsite-copies", "Offsite copies")
    ]


def test_chinese_articles_have_an_index_that_knows_their_words(site: Built) -> None:
    assert list(site.json("search/zh/pagefind-entry.json")["languages"]) == ["zh"]
    assert list(site.json("search/pagefind-entry.json")["languages"]) == ["en"]
    query = site.json("search/query.json")
    assert (query["languages"], query["pages"], query["synonyms"]) == (["zh"], 4, [["Kubernetes", "k8s", "kube"]])


def test_results_can_be_narrowed_by_topic_tag_and_year(site: Built) -> None:
    table = site.json("search/facets.json")
    rows = dict(zip(table["id"], zip(table["topic"], table["date"], table["tagged"], strict=True), strict=True))
    ids = {path.stem: site.found() for path in (site.site / "search").rglob("*.pf_fragment")}
    assert set(rows) == set(ids)
    assert table["topics"] == [["Guides", -1], ["Deep", 0]]
    assert table["tags"] == ["disks", "Kubernetes"]
    day = (datetime.date(2025, 4, 11) - datetime.date(1970, 1, 1)).days
    assert [0, day, [0, 1]] in [list(row) for row in rows.values()]
    assert [-1, None, []] in [list(row) for row in rows.values()]


def test_the_index_is_the_same_for_the_same_articles(site: Built, tmp_path: Path) -> None:
    again = build(tmp_path, DOCS, PYTHONHASHSEED="7")
    assert [each for each in again.files() if each[0].startswith("search/")] == [
        each for each in site.files() if each[0].startswith("search/")
    ]


def test_only_what_a_reader_asks_for_is_published(site: Built) -> None:
    names = {path.split("/")[1] for path, _ in site.files() if path.startswith("search/")}
    kept = {"facets.json", "fragment", "index", "pagefind-entry.json", "pagefind.js", "query.json", "wasm.en.pagefind", "words.json", "zh"}
    assert {name for name in names if not name.endswith(".pf_meta")} == kept
    other = {path.name for path in (site.site / "search/zh").iterdir()}
    assert {name for name in other if not name.endswith(".pf_meta")} == {
        "fragment",
        "index",
        "pagefind-entry.json",
        "wasm.unknown.pagefind",
    }


def test_serve_searches_what_it_shows_drafts_too_and_follows_a_save(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "---\ndraft: true\n---\n# Okapi\n", "b.md": "# Zebra\n"})
    with serving(root, DRAFTS="true") as home:
        assert '"pages":2' in get(f"{home}search/query.json", '"pages"')
        (root / "docs/c.md").write_text("# Giraffe\n")
        get(f"{home}search/query.json", '"pages":3')
        assert "giraffe" in get(f"{home}search/words.json", "giraffe")


def test_a_site_without_articles_has_a_search_that_finds_nothing(tmp_path: Path) -> None:
    built = build(tmp_path, {"picture.txt": "x"})
    assert built.code == 0, built.output
    assert built.json("search/query.json")["pages"] == 0


def test_a_record_shows_text_as_text() -> None:
    article = Article(SourcePath("a.md"), "<b>&", description='"', url=UrlPath("a/"), names=("<i>",))
    page = record(article, "<p>As it is</p>", "R&D", ("<u>",), "en").page
    assert '<h1 data-pagefind-meta="title">&lt;b&gt;&amp;</h1>' in page
    assert 'data-topic="R&amp;D"' in page
    assert "&lt;i&gt;" in page
    assert "&lt;u&gt;" in page
    assert "<p>As it is</p>" in page


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Backup", "en"),
        ("备份数据库", "zh"),
        ("バックアップの方法", "ja"),
        ("A word such as 备份 in a long English text.", "en"),
        ("", "en"),
    ],
)
def test_a_text_is_cut_into_words_by_the_rules_of_its_script(text: str, language: str) -> None:
    assert script.language(text, "en") == language


def test_words_of_titles_and_headings_are_kept_by_how_common_they_are() -> None:
    counts = spelling.words(["Backups at home", "Home and away", "home, sweet home", "HOME 2025", "A1"])
    assert counts == Counter({"home": 4, "backups": 1, "and": 1, "away": 1, "sweet": 1})
    assert spelling.pack(counts) == ["0and 1way 0backups 0sweet", "0home"]


def test_common_words_of_texts_fill_what_is_left() -> None:
    filled = spelling.fill(Counter({"home": 4}), {"swarm": 2, "once": 1, "home": 2})
    assert filled == Counter({"home": 4, "swarm": 1})


@given(st.dictionaries(st.from_regex(r"[a-zäöß备]{3,24}", fullmatch=True), st.integers(1, 5000), max_size=60))
def test_packed_words_can_be_read_again(counts: dict[str, int]) -> None:
    read = []
    for each in spelling.pack(Counter(counts)):
        last = ""
        for word in each.split():
            last = last[: int(word[0], 36)] + word[1:]
            read.append(last)
    assert sorted(read) == sorted(counts)


def test_words_that_tell_nothing_are_known_by_language() -> None:
    assert {"how", "the", "what"} <= set(stopwords("en"))
    assert {"wie", "der", "was"} <= set(stopwords("de-CH"))
    assert stopwords("xx") == []


RECORDS = [
    record(
        Article(
            SourcePath(f"{number}.md"),
            f"Café number {number}" if number % 3 else "Cafe",
            url=UrlPath(f"{number % 4}/{number}/"),
            names=("Ünder",) if number == 7 else (),
            created=datetime.datetime(2025, 1, 1 + number, tzinfo=datetime.UTC) if number % 2 else None,
            body=f"word{number} word",
        ),
        f"<p>The résumé of a café, a resume{' cafè' if number % 5 else ''}: page {number}.</p>"
        + ("<p><img src='tree.png' alt='An old tree'></p><i data-pagefind-meta='mine:own'>x</i>" if number % 6 == 0 else ""),
        "Naïve" if number > 9 else "",
        ("disk",),
        "en",
    )
    for number in range(23)
]


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_an_index_made_in_parts_is_the_index_made_at_once_to_the_byte(tmp_path: Path, size: int) -> None:
    packed.pack(shards.indexed([tuple(part) for part in shard.divide(RECORDS, size)], None), tmp_path / "parts", "en")
    packed.pack(shards.indexed(shard.divide(RECORDS, 1000), None), tmp_path / "whole", "en")
    assert _files(tmp_path / "parts") == _files(tmp_path / "whole")


def test_an_index_made_in_parts_says_of_every_word_what_pagefind_says(tmp_path: Path) -> None:
    files = pagefind.index((each.url, each.page) for each in RECORDS)
    packed.pack(shards.indexed(shard.divide(RECORDS, 4), None), tmp_path, "en")
    said = _said(_files(tmp_path))
    assert said == _said(files)
    assert {"café", "cafè"} <= set(said["cafe"])


def test_parts_are_few_even_and_change_with_their_articles_only() -> None:
    for size, count in ((1000, 1), (23, 1), (12, 2), (6, 4), (5, 8)):
        parts = shard.divide(RECORDS, size)
        assert len(parts) <= count
        assert [each for part in parts for each in part] == list(shard.divide(RECORDS, 1000)[0])
    assert len(set(shard.divide(RECORDS, 5)) - set(shard.divide(RECORDS[1:], 5))) == 1


def test_after_an_edit_one_part_is_indexed_and_whoever_damages_the_memory_changes_nothing(tmp_path: Path) -> None:
    memory = DiskCache(tmp_path / "memory")
    before = shards.indexed(shard.divide(RECORDS, 5), memory)
    edited = [replace(RECORDS[0], page=RECORDS[0].page.replace("The", "An")), *RECORDS[1:]]
    with closing(sqlite3.connect(tmp_path / "memory")) as database:
        count = "SELECT count(*) FROM memo"
        parts = database.execute(count).fetchone()[0]
        assert shards.indexed(shard.divide(edited, 5), memory) != before
        assert database.execute(count).fetchone()[0] == parts + 1
        with database:
            database.execute("UPDATE memo SET value = CAST(substr(value, 1, 60) AS BLOB)")
    assert shards.indexed(shard.divide(RECORDS, 5), memory) == before
    assert shards.indexed(shard.divide(RECORDS, 5), memory) == before


def test_a_page_without_a_word_is_not_found_and_stops_nothing() -> None:
    empty = record(Article(SourcePath("a.md"), "…", url=UrlPath("a/")), "", "", (), "en")
    assert shard.index([empty]) == Shard([], [], [], {})


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _said(files: Mapping[str, bytes]) -> dict[str, dict[str, dict[str, object]]]:
    """What an index says: by word and form, by address, the places in the text and in facts."""
    _, pages, chunks, _, _, fields = next(cbor.value(data) for path, data in files.items() if path.endswith(".pf_meta"))
    urls = [json.loads(cbor.content(files[f"fragment/{page}.pf_fragment"]))["url"] for page, _ in pages]

    def postings(coded: list[Any]) -> dict[str, object]:
        numbers = itertools.accumulate(distance for distance, _, _ in coded)
        return {
            urls[number]: (places, [each if each >= 0 else fields[-1 - each].replace("mine", "other") for each in facts])
            for number, (_, places, facts) in zip(numbers, coded, strict=True)
        }

    return {
        text: {form: postings(found) for form, found in ([text, plain], *forms)}
        for _, _, chunk in chunks
        for text, plain, forms in cbor.value(files[f"index/{chunk}.pf_index"])[0]
    }


LONG: list[list[Any]] = [["able", "common", "zeal"], [0, 1, 0], [0, 0, 0], [0, 0, 0], [b"", cbor2.dumps([*range(9000)]) + b"\x80", b""]]


def test_a_common_word_has_a_chunk_of_its_own(tmp_path: Path) -> None:
    version = packed.pack([Shard([["a/", 7, b"{}"]], LONG, [], {})], tmp_path, "en").name
    meta = cbor.value((tmp_path / f"pagefind.{version}.pf_meta").read_bytes())
    assert meta[2] == [["able", "able", f"{version}-0"], ["able0", "common", f"{version}-1"], ["common0", "zeal", f"{version}-2"]]
    assert meta[1] == [[f"{version}-0", 7]]
    assert cbor.value((tmp_path / f"index/{version}-1.pf_index").read_bytes()) == [[["common", [[0, [*range(9000)], []]], []]]]
    assert [path.stem for path in (tmp_path / "fragment").iterdir()] == [f"{version}-0"]
    assert len(list((tmp_path / "index").iterdir())) == 3


def test_an_unknown_pagefind_is_refused() -> None:
    with pytest.raises(FormatError, match=r"knows Pagefind 1\.5\.2, this is 1\.6\.0"):
        shard.read({"pagefind.en_0.pf_meta": cbor.file(cbor2.dumps(["1.6.0", [], [], [], [], []]))}, {})


def test_a_common_word_is_read_by_the_forms_it_stands_in(tmp_path: Path) -> None:
    page = cbor.file(b'{"content":"Tasks, task-force taskManager. zeal"}')
    made = packed.pack([Shard([["a/", 7, page]], [["task"], [1], [0], [0], [cbor2.dumps([0, 1]) + b"\x80"]], [], {})], tmp_path, "en")
    assert made.common == {}
    word = Word("task", b"", [[0, [-25, 0, 1, 1], []]])
    table = common.table(tmp_path, replace(made, common={"0.0": word}))
    assert table == {"name": made.name, "lengths": "g", "words": {"tasks": "0.0"}}
