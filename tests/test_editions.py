"""Editions: what readers of each language of a site find in listings, sidebar and switch of languages; each article once."""

from pathlib import Path

import pytest
from builder import Built, build, words
from tree import NOW, tree

from almanac_kb.content import loader
from almanac_kb.content.editions import editions_of
from almanac_kb.content.former_site import FormerSite
from almanac_kb.content.settings import Settings
from almanac_kb.core.paths import UrlPath

CARDS = "//a[@class='kb-card__title']"
SIDEBAR = "//nav[@id='kb-navigation']/ul[not(@class)]//a"


def article(title: str, day: str, tags: str = "", language: str = "") -> str:
    lang = f"lang: {language}\n" if language else ""
    return f"---\ntitle: {title}\n{lang}date: {day}\ntags: [{tags}]\nauthor: ann\ndescription: About {title}.\n---\n{title}.\n"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site whose translations lie beside the articles."""
    docs = {
        ".authors.yml": "authors:\n  ann: {name: Ann, description: Writes.}\n",
        "index.md": "---\ntitle: Notes\n---\nHello.\n",
        "house/backups.md": article("Backups", "2024-03-01", "disk"),
        "house/backups.de.md": article("Datensicherung", "2025-03-02", "disk, sicher", "de"),
        "house/backups.ar.md": article("النسخ الاحتياطي", "2024-03-03", "disk", "ar"),
        "house/roof.md": article("Roof", "2024-03-04", "disk"),
        "house/nur.de.md": article("Nur deutsch", "2024-03-05", "sicher", "de"),
        "garden/index.md": "---\ntitle: Garden\n---\nOutside.\n",
        "garden/index.de.md": "---\ntitle: Garten\nlang: de\naliases: [/de/garden/]\n---\nDraußen.\n",
        "garden/soil.md": article("Soil", "2024-03-06"),
        "garden/soil.de.md": article("Boden", "2024-03-07", language="de"),
    }
    built = build(tmp_path_factory.mktemp("beside"), docs, "--strict")
    assert built.code == 0, built.output
    return built


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site whose translations lie in a folder of their language."""
    docs = {
        "house/backups.md": article("Backups", "2024-03-01", "disk"),
        "house/roof.md": article("Roof", "2024-03-04"),
        "de/index.md": "---\ntitle: Notizen\nlang: de\n---\nHallo.\n",
        "de/house/backups.md": article("Datensicherung", "2024-03-02", "disk", "de"),
        "de/house/nur.md": article("Nur deutsch", "2024-03-05", language="de"),
    }
    built = build(tmp_path_factory.mktemp("folder"), docs, "--strict")
    assert built.code == 0, built.output
    return built


def switch(site: Built, path: str) -> dict[str, str]:
    """Where the switch of languages leads to on a page, by language."""
    return {link.get("hreflang"): link.get("href") for link in site.page(path).xpath("//header//a[@class='md-select__link']")}


@pytest.mark.parametrize("path", ["", "house/"])
def test_a_listing_shows_each_article_once_in_the_language_of_the_site_where_it_is_written_in_it(beside: Built, path: str) -> None:
    found = words(beside.page(path), CARDS)
    assert [title for title in found if title in {"Backups", "Datensicherung", "النسخ الاحتياطي"}] == ["Backups"]
    assert "Nur deutsch" in found


def test_a_card_names_the_other_languages_of_its_article(beside: Built) -> None:
    (card,) = beside.page("house/").xpath("//li[contains(@class,'kb-card')][a='Backups']")
    assert [(link.get("hreflang"), link.text) for link in card.xpath(".//a[@hreflang]")] == [("ar", "العربية"), ("de", "Deutsch")]


def test_the_number_of_articles_beside_a_topic_and_a_tag_is_that_of_its_listing(beside: Built) -> None:
    (topic,) = beside.page("").xpath("//ul[@class='kb-topics']/li[a='House']")
    assert "3 articles" in topic.text_content()
    assert words(beside.page("tags/"), "//ul[@class='kb-tags']/li") == ["disk 2", "sicher 2"]


def test_readers_of_another_language_have_a_home_page_with_the_articles_in_it(beside: Built) -> None:
    page = beside.page("de/")
    assert (page.get("lang"), page.get("dir")) == ("de", "ltr")
    assert words(page, CARDS) == ["Datensicherung", "Boden", "Nur deutsch"]
    assert words(page, "//h2") == ["Themen", "Neu und geändert", "Schlagwörter"]
    assert "02.03.2025" in page.text_content()
    assert (beside.page("ar/").get("dir"), words(beside.page("ar/"), CARDS)) == ("rtl", ["النسخ الاحتياطي"])


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("de/house/", ["Datensicherung", "Nur deutsch"]),
        ("de/tags/disk/", ["Datensicherung"]),
        ("de/tags/sicher/", ["Datensicherung", "Nur deutsch"]),
        ("de/authors/ann/", ["Datensicherung", "Boden", "Nur deutsch"]),
        ("de/archive/2024/", ["Boden", "Nur deutsch"]),
        ("de/archive/2025/", ["Datensicherung"]),
    ],
)
def test_topics_tags_authors_and_archive_have_a_page_in_each_language(beside: Built, path: str, titles: list[str]) -> None:
    assert words(beside.page(path), f"//main{CARDS}") == titles


@pytest.mark.parametrize(
    ("path", "german"),
    [
        ("", "de/"),
        ("house/", "../de/house/"),
        ("tags/", "../de/tags/"),
        ("tags/disk/", "../../de/tags/disk/"),
        ("authors/ann/", "../../de/authors/ann/"),
        ("archive/2024/", "../../de/archive/2024/"),
        ("garden/", "index.de/"),
        ("house/backups/", "../backups.de/"),
    ],
)
def test_the_switch_of_languages_stays_on_a_listing(beside: Built, path: str, german: str) -> None:
    assert switch(beside, path)["de"] == german


def test_the_switch_leads_back(beside: Built) -> None:
    assert switch(beside, "de/house/") == {"en": "../../house/", "de": "./", "ar": "../../ar/house/"}
    links = beside.page("de/house/").xpath("//link[@rel='alternate'][@hreflang]")
    assert {link.get("hreflang"): link.get("href") for link in links} == {
        "en": "https://example.org/kb/house/",
        "de": "https://example.org/kb/de/house/",
        "ar": "https://example.org/kb/ar/house/",
        "x-default": "https://example.org/kb/house/",
    }


def test_a_page_that_is_not_translated_offers_the_home_page_of_other_languages(beside: Built) -> None:
    assert switch(beside, "house/roof/") == {"en": "../..", "de": "../../de/", "ar": "../../ar/"}


def test_the_translated_page_of_a_topic_lists_the_topic(beside: Built) -> None:
    page = beside.page("garden/index.de/")
    assert words(page, CARDS) == ["Boden"]
    assert "Garten" not in words(beside.page("garden/"), "//a")
    assert beside.page("de/garden/").xpath("//script/@data-to") == ["../../garden/index.de/"]


def test_the_words_around_a_translation_are_in_its_language(beside: Built) -> None:
    page = beside.page("house/backups.de/")
    assert "Veröffentlicht am 02.03.2025" in page.text_content()
    assert [link.get("href") for link in page.xpath("//nav[@class='kb-breadcrumbs']//a")] == ["../../de/", "../../de/house/"]
    assert [link.get("href") for link in page.xpath("//nav[@class='md-tags']/a")] == ["../../de/tags/disk/", "../../de/tags/sicher/"]
    assert '"Schließen"' in beside.text("assets/catalogue.js")


def test_the_sidebar_names_each_article_once_in_the_language_of_the_reader(beside: Built) -> None:
    assert words(beside.page("house/backups/"), SIDEBAR) == ["Garden", "Soil", "House", "Nur deutsch", "Roof", "Backups"]
    german = beside.page("house/backups.de/")
    assert words(german, SIDEBAR) == ["Garten", "Boden", "House", "Datensicherung", "Nur deutsch", "Roof"]
    (house,) = german.xpath(f"{SIDEBAR}[normalize-space()='House']")
    assert (house.get("href"), house.get("lang")) == ("../../de/house/", "en")


def test_the_pages_before_and_after_a_page_are_no_versions_of_it(beside: Built) -> None:
    around = words(beside.page("house/roof/"), "//footer//div[@class='md-ellipsis']")
    assert around == ["Nur deutsch", "Backups"]
    assert words(beside.page("house/backups/"), "//footer//div[@class='md-ellipsis']")[0] == "Roof"


def test_a_title_that_is_not_translated_names_its_language(beside: Built) -> None:
    (title,) = beside.page("de/").xpath("//ul[@class='kb-topics']//a[.='House']")
    assert title.get("lang") == "en"


def test_the_folder_of_a_language_is_its_home_page(folder: Built) -> None:
    page = folder.page("de/")
    assert words(page, CARDS) == ["Nur deutsch", "Datensicherung"]
    assert words(page, "//h1") == ["Notizen"]
    assert words(page, SIDEBAR)[:3] == ["House", "Nur deutsch", "Datensicherung"]
    assert switch(folder, "house/") == {"en": "./", "de": "../de/house/"}
    assert words(folder.page("de/tags/disk/"), CARDS) == ["Datensicherung"]


def test_articles_in_the_folder_of_a_language_are_not_listed_twice(folder: Built) -> None:
    assert words(folder.page(""), CARDS) == ["Nur deutsch", "Roof", "Backups"]
    assert words(folder.page("archive/2024/"), CARDS) == ["Nur deutsch", "Roof", "Backups"]


def test_the_folder_of_another_thing_with_the_name_of_a_language_stays_a_topic(tmp_path: Path) -> None:
    docs = {
        "it/servers.md": article("Servers", "2024-03-01"),
        "lamp.md": article("Lamp", "2024-03-02"),
        "lamp.it.md": article("Lampada", "2024-03-03", language="it"),
    }
    built = build(tmp_path, docs, "--strict")
    assert built.code == 0, built.output
    assert words(built.page("it/"), CARDS) == ["Servers"]
    assert words(built.page(""), CARDS) == ["Lamp", "Servers"]


def test_a_site_of_one_language_has_no_other_listings(tmp_path: Path) -> None:
    docs = {"lamp.md": article("Lamp", "2024-03-02"), "lume.md": article("Lume", "2024-03-03", language="it")}
    built = build(tmp_path, docs, "--strict")
    assert built.code == 0, built.output
    assert [path for path in built.pages() if path.startswith("it/")] == []
    assert switch(built, "lamp/") == {}


def test_a_topic_at_the_address_of_the_archive_or_of_the_tags_keeps_it(tmp_path: Path) -> None:
    docs = {
        "archive/lamp.md": article("Lamp", "2024-03-02"),
        "archive/lamp.it.md": article("Lampada", "2024-03-03", language="it"),
    }
    built = build(tmp_path, docs, "--strict")
    assert built.code == 0, built.output
    assert words(built.page("archive/"), CARDS) == ["Lamp"]
    assert words(built.page("it/archive/"), CARDS) == ["Lampada"]


def test_files_of_mkdocs_static_i18n_are_in_the_language_of_their_name_or_folder(tmp_path: Path) -> None:
    tree(tmp_path, "a.md | title: A\na.de.md | title: Ah\nde/b.md | title: Be\nen/c.md | title: C\nx.de.md | title: X; lang: nl")
    made = loader.load_site(tmp_path, Settings(), NOW, "Site", former=FormerSite(True, languages=("de",), default_folder="en"))
    assert {article.source: article.language_tag for article in made.articles} == {
        "a.md": "", "a.de.md": "de", "de/b.md": "de", "en/c.md": "", "x.de.md": "nl",
    }  # fmt: skip
    assert {old: made.redirects[UrlPath(old)] for old in ("de/a/", "c/")} == {"de/a/": "a.de/", "c/": "en/c/"}
    assert [edition.language for edition in editions_of(made)] == ["en", "de"]
