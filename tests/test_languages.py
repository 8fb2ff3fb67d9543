"""Languages: tags, directions, names, and the pages of articles in another language than the site's."""

from pathlib import Path

import pytest
from builder import Built, build

from almanac_kb.core import languages
from almanac_kb.core.languages import sort_key


@pytest.mark.parametrize(("written", "tag"), [("de", "de"), ("de_AT", "de-AT"), (" zh-Hans ", "zh-Hans"), ("German!", ""), ("", "")])
def test_tags(written: str, tag: str) -> None:
    assert languages.language_tag(written) == tag


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("ar", "rtl"), ("fa-IR", "rtl"), ("he", "rtl"), ("ur", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("de", "ltr"), ("arn", "ltr")],
)
def test_directions(tag: str, direction: str) -> None:
    assert languages.direction(tag) == direction


@pytest.mark.parametrize(
    ("tag", "name"), [("de", "Deutsch"), ("ja", "日本語"), ("pt-br", "Português (Brasil)"), ("ar", "العربية"), ("xx-yy", "xx-yy")]
)
def test_a_language_is_called_as_its_speakers_call_it(tag: str, name: str) -> None:
    assert languages.own_name(tag) == name


@pytest.mark.parametrize(
    ("name", "expected"), [("zh-cn", True), ("pt_BR", True), ("sr-latn", True), ("de", False), ("to-do", False), ("no-go", False)]
)
def test_names_that_can_only_be_a_language_and_its_region(name: str, expected: bool) -> None:
    assert languages.is_regional(name) is expected


def test_numbers_in_names_count_as_numbers() -> None:
    assert sorted(["Step 10", "step 2", "Step 1", "Annex", "2 b", "10 a"], key=sort_key) == [
        "2 b",
        "10 a",
        "Annex",
        "Step 1",
        "step 2",
        "Step 10",
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("", ["Ähre", "Ål", "Apfel", "Öl", "Zebra"]),
        ("de-AT", ["Ähre", "Ål", "Apfel", "Öl", "Zebra"]),
        ("sv", ["Apfel", "Zebra", "Ål", "Ähre", "Öl"]),
        ("da", ["Apfel", "Zebra", "Ähre", "Öl", "Ål"]),
    ],
)
def test_names_stand_where_people_of_a_language_look_for_them(language: str, expected: list[str]) -> None:
    assert sorted(["Zebra", "Öl", "Ål", "Apfel", "Ähre"], key=lambda name: sort_key(name, language)) == expected


def test_letters_of_their_own_stand_behind_the_letter_before_them() -> None:
    assert sorted(["ñu", "nz", "na", "oa"], key=lambda name: sort_key(name, "es")) == ["na", "nz", "ñu", "oa"]
    assert sorted(["chata", "cukr", "had", "iva", "čaj"], key=lambda name: sort_key(name, "cs")) == ["cukr", "čaj", "had", "chata", "iva"]
    assert sorted(["ß", "st", "sr"], key=lambda name: sort_key(name, "de")) == ["sr", "ß", "st"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    built = build(
        tmp_path_factory.mktemp("languages"),
        {
            "lamp.md": "---\ntitle: Lamp\nlang: en\ndescription: A lamp.\ntags: [brass]\n---\n## Oil and wick\n\nWarm.\n",
            "lamp.de.md": "---\ntitle: Lampe\nlang: de\ndescription: Eine Lampe.\n---\nWarm, siehe [Öl](lamp.md#Oil_and_Wick).\n",
            "guide/a.md": "---\ntitle: مصباح\nlang: ar\ndescription: مصباح.\ntags: [brass]\n---\nالمصباح دافئ.\n",
            "zh-cn/a.md": "---\ntitle: 灯\nlang: zh-CN\ndescription: 灯。\n---\n灯。\n",
            "fr/a.md": "---\ntitle: Lampe\nlang: fr\ndescription: Une lampe.\nhide: [toc]\nrobots: noarchive\n---\n"
            "## Un\n\nA.\n\n## Deux\n\nB.\n",
            "plain.md": "---\ntitle: Plain\ndescription: Plain.\naliases: [/old%20plain/, /Plain+Old/]\n---\n"
            '<a name="part"></a>See [part](#part).\n',
        },
        "--strict",
    )
    assert built.code == 0, built.output
    return built


def test_a_page_is_in_the_language_of_its_article(site: Built) -> None:
    assert (site.page("guide/a/").get("lang"), site.page("guide/a/").get("dir")) == ("ar", "rtl")
    assert site.page("guide/a/").xpath("//body/@dir") == ["rtl"]
    assert (site.page("plain/").get("lang"), site.page("plain/").get("dir")) == ("en", None)


def test_a_title_is_in_its_language_wherever_it_is_listed(site: Built) -> None:
    (link,) = site.page("tags/brass/").xpath("//article//a[normalize-space()='مصباح']")
    assert (link.get("lang"), link.get("dir")) == ("ar", "rtl")


def test_translations_name_each_other_on_the_page(site: Built) -> None:
    names = [(link.get("hreflang"), link.text) for link in site.page("lamp/").xpath("//article//a[@hreflang]")]
    assert names == [("de", "Deutsch")]


def test_the_switch_of_languages_stays_on_the_page(site: Built) -> None:
    links = site.page("lamp.de/").xpath("//header//a[@class='md-select__link']")
    assert [(link.get("href"), link.get("lang"), link.text, link.get("aria-current")) for link in links[:2]] == [
        ("../lamp/", "en", "English", None),
        ("./", "de", "Deutsch", "page"),
    ]


def test_a_title_names_its_language_in_the_sidebar_and_in_the_footer(site: Built) -> None:
    (row,) = site.page("lamp/").xpath("//nav[@id='kb-navigation']//a[@href='../guide/a/']")
    assert (row.get("lang"), row.xpath("bdi/@dir")) == ("ar", ["rtl"])
    assert site.page("lamp/").xpath("//nav[@id='kb-navigation']//a[text()='Plain']/@lang") == []
    titles = {title.text.strip(): title.get("lang") for title in site.page("plain/").xpath("//footer//div[@class='md-ellipsis']")}
    assert set(titles.items()) <= {("Lamp", "en"), ("Guide", None), ("Français", "fr"), ("中文 (简体, 中国)", "zh-CN")}
    assert "en" in titles.values()


def test_each_language_has_a_feed_of_its_own(tmp_path: Path) -> None:
    docs = {
        "backups.md": "---\ntitle: Backups\ndate: 2024-01-01\n---\nText.\n",
        "backups.de.md": "---\ntitle: Sicherung\nlang: de\ndate: 2024-01-02\n---\nText.\n",
    }
    built = build(tmp_path, docs, "--strict")
    assert built.code == 0, built.output
    assert "Sicherung" in built.text("feed-de.xml")
    assert "Backups" not in built.text("feed-de.xml")
    assert "Sicherung" not in built.text("feed-en.xml")
    assert "../feed-de.xml" in built.page("backups.de/").xpath("//link[@type='application/atom+xml']/@href")
    assert "../feed-de.xml" not in built.page("backups/").xpath("//link[@type='application/atom+xml']/@href")
    assert built.page("").xpath("//p[@class='kb-feed']/a[@hreflang]/text()") == ["Deutsch", "English"]


def test_a_folder_of_a_language_has_its_name(site: Built) -> None:
    assert [site.page(path).xpath("//h1")[0].text_content() for path in ("zh-cn/", "fr/")] == ["中文 (简体, 中国)", "Français"]


def test_what_material_reads_of_a_header_works(site: Built) -> None:
    page = site.page("fr/a/")
    assert page.xpath("//meta[@name='robots']/@content") == ["noarchive"]
    assert page.xpath("//details[@class='kb-contents']") == []
    assert page.xpath("//div[@data-md-type='toc']/@hidden") != []


def test_a_link_to_a_part_leads_there_whatever_its_spelling(site: Built) -> None:
    assert site.page("lamp.de/").xpath("//a[text()='Öl']/@href") == ["../lamp/#oil-and-wick"]
    assert "notice: docs/lamp.de.md:6:" in site.output
    assert site.page("plain/").xpath("//a[@id='part']") != []


def test_a_redirect_takes_query_and_fragment_along(site: Built) -> None:
    for path in ("old plain/", "Plain+Old/"):
        page = site.page(path)
        assert page.xpath("//script/@data-to") == ["../plain/"]
        assert page.xpath("//script/@src") == ["../assets/moved.js"]
    assert "location.search + location.hash" in site.text("assets/moved.js")
