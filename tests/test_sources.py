"""References, as a reader meets them: numbers in the text, a list below it, a page of all of them; and as schema.org describes them."""

import json
from pathlib import Path

import demo
import pytest
from builder import Built, build, words

SOURCES = """\
- key: ann-2020
  type: article
  authors: Ann B, Bo C
  title: A *study* of <b>tags</b> & ampersands
  container: Journal
  year: 2020
  doi: 10.1000/xyz123
- key: law-2019
  type: regulation
  authors: Parliament
  title: An act
  year: 2019
  url: https://example.org/act
"""
DOCS: dict[str, str | bytes] = {
    ".sources.yml": SOURCES,
    "t/a.md": "---\ntitle: Alpha\ndate: 2025-01-01\n---\n# Alpha\n\nSo [@ann-2020], too [@ann-2020; @law-2019]. Code: `[@ann-2020]`.\n",
    "t/b.md": "---\ntitle: Beta [x]\ndate: 2025-01-02\n---\n# Beta\n\nAlso shown [@ann-2020].\n",
}


@pytest.fixture(scope="module")
def cited(tmp_path_factory: pytest.TempPathFactory) -> Built:
    built = build(tmp_path_factory.mktemp("cited"), DOCS, "--strict")
    assert built.code == 0, built.output
    return built


def test_citations_are_numbers_that_lead_to_the_list_and_back(cited: Built) -> None:
    page = cited.page("t/a")
    assert words(page, "//article//sup") == ["1", "1, 2"]
    listed = words(page, "//article//h2[contains(., 'Sources')]/following-sibling::ol/li")
    assert listed[0].startswith("Ann B, Bo C. A *study* of <b>tags</b> & ampersands. Journal. 2020. doi:10.1000/xyz123")
    assert page.xpath("//article//ol/li//a[starts-with(@href, 'https://doi.org/')]/@href") == ["https://doi.org/10.1000/xyz123"]
    assert "[@ann-2020]" in words(page, "//article//code")


def test_the_page_of_all_sources_names_the_articles_that_cite_each(cited: Built) -> None:
    items = words(cited.page("sources"), "//div[@id='kb-sources']/ul/li")
    assert items[0].endswith("Cited in 2 articles: Beta [x], Alpha.")
    assert items[1].endswith("Cited in 1 article: Alpha.")
    found = cited.page("sources").xpath("//div[@id='kb-sources']//a/@href")
    assert [each for each in found if each.endswith("#cite:ann-2020:1")] == ["../t/b/#cite:ann-2020:1", "../t/a/#cite:ann-2020:1"]


def test_the_json_ld_of_an_article_names_what_it_cites(cited: Built) -> None:
    graph = json.loads(cited.page("t/a").xpath("string(//script[@type='application/ld+json'])"))["@graph"]
    article = next(node for node in graph if node["@type"] == "Article")
    assert [cited["name"] for cited in article["citation"]] == ["A *study* of <b>tags</b> & ampersands", "An act"]
    assert article["citation"][0]["sameAs"] == "https://doi.org/10.1000/xyz123"


def test_an_unknown_key_ends_a_strict_build_and_is_reported_with_the_one_that_is_meant(tmp_path: Path) -> None:
    built = build(tmp_path, {**DOCS, "t/c.md": "# C\n\nNot there [@ann-2021].\n"}, "--strict")
    assert built.code == 1
    assert "docs/t/c.md:3:12: body: " in built.output
    assert "ann-2020" in built.output
    assert not built.site.exists()


def test_a_source_that_nobody_cites_is_a_notice(tmp_path: Path) -> None:
    built = build(tmp_path, {".sources.yml": SOURCES, "a.md": "# A\n\nWords.\n"})
    assert "notice: docs/.sources.yml:1:3: ann-2020: is cited by no article; cite it, or delete it" in built.output
    assert "Cited by no article yet." in built.text("sources")


def test_a_section_named_sources_keeps_its_url(tmp_path: Path) -> None:
    built = build(tmp_path, {**DOCS, "sources/x.md": "# X\n\nWords.\n"})
    assert built.code == 0, built.output
    assert words(built.page("sources"), "//a[@class='kb-card__title']") == ["X"]


@pytest.mark.demo
def test_every_article_on_ai_in_healthcare_cites_its_sources_and_says_what_it_is_not() -> None:
    articles = [path for path in (demo.DOCS / "ai-in-healthcare").glob("*/*.md") if path.name != "index.md"]
    assert len(articles) == 14
    for path in articles:
        text = path.read_text()
        assert "[@" in text, path
        assert "It is not medical advice" in text, path
        assert 700 <= len(text.split("---", 2)[2].split()) <= 1300, path
