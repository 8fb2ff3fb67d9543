"""The search's index of a built site: what it holds of each article, and what readers are served."""

from pathlib import Path

import pytest
from builder import Built, build, project
from test_preview_server import get, serving

from almanac_kb.search import tokens

DOCS = {
    "guides/.pages": "title: Guides\n",
    "guides/backups.md": (
        "---\ntitle: Backups at home\ndate: 2025-04-11\ntags: [Kubernetes, disks]\naliases: [Save point]\n---\n"
        "# Backups\n\n## Offsite copies\n\nZebra.\n"
    ),
    "guides/hidden.md": "---\ntitle: Hidden\nsearch: {exclude: true}\n---\nOkapi.\n",
    "guides/capitals.md": "---\ntitle: Capitals\nsearch: {exclude: True}\n---\nOkapi.\n",
    "guides/deep/restore.md": "---\ntitle: Restore\ndate: 2024-02-29\n---\nText about Kubernetes, and [mirrored shelves](../backups.md).\n",
    "china.md": "---\ntitle: 备份数据库\nlang: zh\n---\n如何在家里备份数据库和服务器，保护您的数据安全。\n",
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
    assert "okapi" not in site.search.dictionary()


def test_an_article_is_found_by_its_tags_their_aliases_and_its_other_names(site: Built) -> None:
    dictionary, number = site.search.dictionary(), site.search.urls().index("guides/backups/")
    for term in tokens.cut("Kubernetes k8s kube disks save point zebra offsite"):
        assert number in dict(dictionary.get(term, (0, []))[1]), term
    assert "¶" not in site.found()["guides/backups/"]["content"]


def test_an_article_is_found_by_what_a_link_to_it_calls_it(site: Built) -> None:
    dictionary, number = site.search.dictionary(), site.search.urls().index("guides/backups/")
    assert [number in dict(dictionary[term][1]) for term in tokens.cut("mirrored shelves")] == [True, True]


def test_a_result_shows_topic_and_date_and_leads_to_sections(site: Built) -> None:
    found = site.found()["guides/backups/"]
    assert (found["title"], found["topic"], found["date"], found["names"]) == ("Backups at home", "Guides", "2025-04-11", ["Save point"])
    assert [section[:3] for section in found["sections"] if section[0]] == [["offsite-copies", "Offsite copies", "Zebra."]]


def test_an_article_in_chinese_is_found_by_two_characters_at_a_time(site: Built) -> None:
    dictionary, number = site.search.dictionary(), site.search.urls().index("china/")
    assert [dict(dictionary[term][1]).get(number) is not None for term in ("备份", "数据", "保护")] == [True] * 3


def test_a_question_is_understood_with_the_words_of_the_site(site: Built) -> None:
    entry = site.search.entry
    assert (entry["articles"], entry["languages"]) == (4, ["en", "zh"])
    assert entry["synonyms"] == [["Kubernetes", "k8s", "kube"]]
    assert {"how", "the"} <= set(entry["stop"])


def test_results_can_be_narrowed_by_topic_tag_year_and_language(site: Built) -> None:
    [name] = site.search.entry["facets"]
    table, number = site.search.json(f"facets/{name}"), site.search.urls().index("guides/deep/restore/")
    assert [table["topics"][topic] for topic in table["topic"][number]] == [["guides", "Guides"], ["guides/deep", "Deep"]]
    assert sorted(table["tags"]) == ["Kubernetes", "disks"]
    assert table["date"][number] == "2024-02-29"
    assert sorted(table["languages"]) == ["en", "zh"]


def test_the_index_is_the_same_for_the_same_articles(site: Built, tmp_path: Path) -> None:
    again = build(tmp_path, DOCS, PYTHONHASHSEED="7", FAST="false", WORKERS="1")
    assert again.search.files() == site.search.files()


def test_serve_searches_what_it_shows_drafts_too_and_follows_a_save(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "---\ndraft: true\n---\n# Okapi\n", "b.md": "# Zebra\n"})
    with serving(root, DRAFTS="true") as home:
        assert '"articles":2' in get(f"{home}search/entry.json", '"articles"')
        (root / "docs/c.md").write_text("# Giraffe\n")
        get(f"{home}search/entry.json", '"articles":3')


def test_a_site_without_articles_has_a_search_that_finds_nothing(tmp_path: Path) -> None:
    built = build(tmp_path, {"picture.txt": "x"})
    assert built.code == 0, built.output
    assert built.search.entry["articles"] == 0
    assert built.search.dictionary() == {}
