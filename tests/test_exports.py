"""Output for programs: the head of each page, previews, lists for crawlers, language models and other programs."""

import io
import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from builder import BASE, Built, build, project, run, words
from PIL import Image

from almanac_kb.core.cache import DiskCache

HOSTILE = '</script><b>"R&D"'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
DOCS: dict[str, str | bytes] = {
    "index.md": "---\ntitle: Welcome\n---\n# Welcome\n",
    "clinic/.pages": "title: The clinic\nschema: MedicalWebPage\n",
    "clinic/a.md": f"---\ntitle: '{HOSTILE}'\ndescription: '<!-- <script> ]]> it'\ntags: ['R&D', x]\nauthor: Ann <ann@x>\n"
    'date: 2025-04-11\nupdated: 2025-05-02\nheroAlt: Say "aah"\n---\n# A heading\n\nOf wards and beds.\n',
    "guides/b.md": "---\ntitle: B\ndate: 2025-03-01\n---\n"
    'See [the clinic](../clinic/a.md#top "it"), ![dot](dot%20two.png), `[no](../clinic/a.md)`.\n\n'
    "```\n[no](../clinic/a.md)\n```\n\nAnd [in German][ref], [elsewhere][web].\n\n"
    "[ref]: b.de.md\n[web]: https://example.com/a.md\n[gone]: gone.md\n",
    "guides/b.de.md": "---\ntitle: B auf Deutsch\nlang: de\ndate: 2025-03-02\nslug: b-de\n---\nHallo.\n",
    "guides/dot two.png": PNG,
    "guides/pictured.md": "---\ntitle: Pictured\nimage: dot two.png\nheroAlt: A dot\n---\nText.\n",
    "guides/drawn.md": "---\ntitle: Drawn\nimage: d.svg\n---\nText.\n",
    "guides/d.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "book/.pages": "kind: page\n",
    "book/one.md": "---\ntitle: Chapter [one]\ndate: 2025-06-01\n---\nOnce.\n",
    "secret.md": "---\ntitle: Secret plan\ndraft: true\n---\nHush, [the clinic](clinic/a.md).\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = project(tmp_path_factory.mktemp("machines"), DOCS)
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("theme:", "repo_url: https://git.example/kb\nedit_uri: edit/main/docs/\ntheme:", 1))
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    return built


def graph(site: Built, path: str) -> dict[str, Any]:
    """What a page says in schema.org's words, by type."""
    [script] = site.page(path or "index.html").xpath("//script[@type='application/ld+json']/text()")
    found = json.loads(script)
    assert found["@context"] == "https://schema.org"
    return {node["@type"]: node for node in found["@graph"]}


def properties(site: Built, path: str) -> dict[str, str]:
    """The previews of a page."""
    nodes = site.page(path or "index.html").xpath(
        "//meta[starts-with(@property, 'og:') or starts-with(@property, 'article:') or starts-with(@name, 'twitter:')]"
    )
    return {node.get("property") or node.get("name"): node.get("content") for node in nodes}


def test_an_article_says_what_it_is_and_no_title_breaks_out(site: Built) -> None:
    node = graph(site, "clinic/a")["MedicalWebPage"]
    assert node["headline"] == node["name"] == HOSTILE
    assert node["description"] == "<!-- <script> ]]> it"
    assert node["url"] == node["mainEntityOfPage"] == f"{BASE}clinic/a/"
    assert node["datePublished"] == "2025-04-11T00:00:00+00:00"
    assert node["dateModified"] == "2025-05-02T00:00:00+00:00"
    assert node["keywords"] == ["R&D", "x"]
    assert node["author"][0]["@type"] == "Person"
    assert node["image"] == {"@type": "ImageObject", "url": f"{BASE}clinic/a/cover.png", "caption": 'Say "aah"'}
    assert (node["timeRequired"], node["inLanguage"]) == ("PT1M", "en")
    assert not site.page("clinic/a").xpath("//b")
    assert "<!--" not in site.page("clinic/a").xpath("string(//script[@type='application/ld+json'])")


def test_other_topics_hold_articles_with_their_section_and_words(site: Built) -> None:
    node = graph(site, "guides/b-de")["Article"]
    assert (node["articleSection"], node["wordCount"], node["inLanguage"]) == ("Guides", 1, "de")
    assert node["author"] == [node["publisher"]] == [{"@type": "Organization", "name": "Almanac", "url": BASE}]


def test_a_schema_that_schema_org_does_not_have_is_refused(tmp_path: Path) -> None:
    built = build(tmp_path, {"t/.pages": "schema: Novel\n", "t/a.md": "# A\n"})
    assert "docs/t/.pages:1:9: nav: schema must be Article or MedicalWebPage, got 'Novel'" in built.output
    assert built.code != 0


def test_every_page_tells_the_way_to_it(site: Built) -> None:
    def way(path: str) -> list[tuple[str, str]]:
        items = graph(site, path)["BreadcrumbList"]["itemListElement"]
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        return [(item["name"], item["item"].removeprefix(BASE)) for item in items]

    assert way("clinic/a") == [("Almanac", ""), ("The clinic", "clinic/"), (HOSTILE, "clinic/a/")]
    assert way("clinic") == [("Almanac", ""), ("The clinic", "clinic/")]
    assert way("tags/r-and-d") == [("Almanac", ""), ("Tags", "tags/"), ("R&D", "tags/r-and-d/")]
    assert way("archive/2025") == [("Almanac", ""), ("Archive", "archive/"), ("2025", "archive/2025/")]
    assert way("tags") == [("Almanac", ""), ("Tags", "tags/")]


def test_the_home_page_says_how_the_site_is_searched(site: Built) -> None:
    node = graph(site, "")["WebSite"]
    assert node["potentialAction"]["target"]["urlTemplate"] == f"{BASE}?q={{search_term_string}}"
    assert node["@id"] == graph(site, "clinic/a")["MedicalWebPage"]["isPartOf"]["@id"]
    assert "BreadcrumbList" not in graph(site, "")


def test_a_shared_article_has_a_preview(site: Built) -> None:
    found = properties(site, "clinic/a")
    assert found["og:title"] == found["twitter:title"] == HOSTILE
    assert found["og:description"] == "<!-- <script> ]]> it"
    assert (found["og:type"], found["og:site_name"], found["og:url"]) == ("article", "Almanac", f"{BASE}clinic/a/")
    assert found["og:image"] == found["twitter:image"] == f"{BASE}clinic/a/cover.png"
    assert found["og:image:alt"] == found["twitter:image:alt"] == 'Say "aah"'
    assert (found["og:image:type"], found["og:image:width"], found["og:image:height"]) == ("image/png", "1200", "630")
    assert found["twitter:card"] == "summary_large_image"
    assert found["article:modified_time"] == "2025-05-02T00:00:00+00:00"
    assert site.page("clinic/a").xpath("//meta[@property='article:tag']/@content") == ["R&D", "x"]


@pytest.mark.parametrize(
    ("path", "image", "alt"),
    [
        ("guides/pictured", "guides/dot%20two.png", "A dot"),
        ("guides/drawn", "guides/drawn/cover.png", ""),
        ("book/one", "assets/card.png", "Almanac"),
        ("clinic", "assets/card.png", "Almanac"),
        ("", "assets/card.png", "Almanac"),
    ],
)
def test_the_picture_of_a_preview_is_one_that_social_sites_show(site: Built, path: str, image: str, alt: str) -> None:
    found = properties(site, path)
    assert (found["og:image"], found.get("og:image:alt", "")) == (BASE + image, alt)
    picture = Image.open(io.BytesIO((site.site / image.replace("%20", " ")).read_bytes()))
    assert picture.format == "PNG"
    if not image.startswith("guides/dot"):
        assert picture.size == (1200, 630)


@pytest.mark.parametrize(("cards", "card"), [("topic", "guides/cover.png"), ("site", "assets/card.png")])
def test_articles_share_a_card_where_a_setting_says_so(tmp_path: Path, cards: str, card: str) -> None:
    article = "---\ntitle: {}\ndate: 2025-03-01\n---\nText.\n"
    docs: dict[str, str | bytes] = {f"{path}.md": article.format(path) for path in ("top", "guides/a", "guides/b", "guides/own")}
    root = project(tmp_path, {**docs, "guides/own/cover.png": PNG, "guides/.pages": "title: The guides\n"})
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("  knowledge:\n", f"  knowledge:\n    cards: {cards}\n"))
    built = run(root, "mkdocs", "build", "--strict")
    assert built.code == 0, built.output
    shown = {path: properties(built, path)["og:image"].removeprefix(BASE) for path in ("top", "guides/a", "guides/b", "guides/own")}
    assert shown == {"top": "assets/card.png", "guides/a": card, "guides/b": card, "guides/own": "guides/own/cover.png"}
    drawn = {path for path, _ in built.files() if path.endswith(("cover.png", "card.png"))}
    assert drawn == {"assets/card.png", card, "guides/own/cover.png"}


def test_a_picture_of_its_own_needs_no_card(site: Built) -> None:
    assert not (site.site / "guides/pictured/cover.png").exists()


def test_pages_name_themselves_and_their_translations(site: Built) -> None:
    def links(path: str) -> list[tuple[str, str]]:
        return [(link.get("hreflang"), link.get("href")) for link in site.page(path).xpath("//link[@hreflang]")]

    every = [("de", f"{BASE}guides/b-de/"), ("en", f"{BASE}guides/b/"), ("x-default", f"{BASE}guides/b/")]
    assert links("guides/b") == links("guides/b-de") == every
    assert links("clinic/a") == []
    for path in site.pages():
        assert site.page(path or "index.html").xpath("//link[@rel='canonical']/@href") == [BASE + path]


def test_crawlers_find_the_sitemap_and_its_dates_are_true(site: Built) -> None:
    assert site.text("robots.txt") == f"User-agent: *\nAllow: /\n\nSitemap: {BASE}sitemap.xml\n"
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = {}
    for url in site.xml("sitemap.xml").xpath("//s:url", namespaces=names):
        found[url.findtext("s:loc", namespaces=names).removeprefix(BASE)] = url.findtext("s:lastmod", namespaces=names)
    assert found[""] == found["clinic/"] == found["clinic/a/"] == found["archive/2025/"] == "2025-05-02"
    assert (found["guides/"], found["de/guides/"]) == ("2025-03-01", "2025-03-02")
    assert found["guides/pictured/"] is None


def test_what_an_author_put_there_stays(tmp_path: Path) -> None:
    built = build(tmp_path, {"a.md": "# A\n", "robots.txt": "User-agent: *\nDisallow: /\n", "llms.txt": "Mine\n", "a/cover.png": PNG})
    assert built.code == 0, built.output
    assert (built.text("robots.txt"), built.text("llms.txt")) == ("User-agent: *\nDisallow: /\n", "Mine\n")
    assert (built.site / "a/cover.png").read_bytes() == PNG


def test_llms_txt_lists_every_article_under_its_topic(site: Built) -> None:
    text = site.text("llms.txt")
    lines = [line for line in text.split("\n") if line]
    assert lines[0] == "# Almanac"
    assert lines[1].startswith("> ")
    assert [line for line in lines if line.startswith("## ")] == ["## Almanac", "## Book", "## The clinic", "## Guides"]
    assert f"- [Chapter \\[one\\]]({BASE}book/one/index.md): Once." in lines
    assert f"- [{HOSTILE}]({BASE}clinic/a/index.md): <!-- <script> \\]\\]> it" in lines
    for address in re.findall(r"(?<!\\)\]\(([^)]*)\)", text):
        assert (site.site / address.removeprefix(BASE)).is_file()


def test_an_article_can_be_had_as_markdown_with_links_that_lead_somewhere(site: Built) -> None:
    _, header, text = site.text("guides/b/index.md").split("---\n", 2)
    assert yaml.safe_load(header)["title"] == "B"
    assert yaml.safe_load(header)["url"] == f"{BASE}guides/b/"
    assert text == (
        f'\nSee [the clinic]({BASE}clinic/a/#top "it"), ![dot]({BASE}guides/dot%20two.png), `[no](../clinic/a.md)`.\n\n'
        f"```\n[no](../clinic/a.md)\n```\n\nAnd [in German]({BASE}guides/b-de/), [elsewhere](https://example.com/a.md).\n"
    )
    assert yaml.safe_load(site.text("clinic/a/index.md").split("---\n")[1])["title"] == HOSTILE
    assert "\nOnce.\n" in site.text("llms-full.txt")
    assert site.page("guides/b").xpath("//link[@type='text/markdown']/@href | //a[@type='text/markdown']/@href") == ["index.md", "index.md"]


def test_articles_json_is_as_its_schema_says(site: Built) -> None:
    document, schema = site.json("articles.json"), site.json("assets/articles.schema.json")
    assert document["$schema"] == f"{BASE}assets/articles.schema.json"
    assert set(document) == set(schema["required"]) == set(schema["properties"])
    described = schema["$defs"]["article"]
    for each in document["articles"]:
        assert list(each) == described["required"] == list(described["properties"])
        for key, value in each.items():
            assert _is(value, described["properties"][key]), (key, value)
    first = document["articles"][0]
    assert (first["title"], first["source"], first["topic"]["title"]) == (HOSTILE, "clinic/a.md", "The clinic")
    assert first["tags"] == [{"name": "R&D", "url": f"{BASE}tags/r-and-d/"}, {"name": "x", "url": f"{BASE}tags/x/"}]
    assert [each["title"] for each in document["articles"]] == [HOSTILE, "B auf Deutsch", "B", "Drawn", "Pictured"]


def _is(value: object, schema: dict[str, Any]) -> bool:
    kinds = {"string": str, "integer": int, "array": list, "object": dict, "null": type(None)}
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    fits = isinstance(value, tuple(kinds[name] for name in names))
    if isinstance(value, dict):
        return fits and set(value) == set(schema["properties"])
    return fits and (not isinstance(value, list) or all(_is(each, schema["items"]) for each in value))


def test_drafts_never_appear(site: Built, tmp_path: Path) -> None:
    for path, data in site.files():
        assert b"Secret" not in data, path
    preview = build(tmp_path, DOCS, DRAFTS="true")
    assert "Secret plan" in preview.text("secret")
    for path in ("llms.txt", "llms-full.txt", "articles.json", "archive", "archive/2025", "clinic/a"):
        content = preview.page(path).xpath("string(//article)") if (preview.site / path).is_dir() else preview.text(path)
        assert "Secret" not in content, path
    assert not (preview.site / "secret/index.md").exists()


def test_below_an_article_stand_its_neighbours_its_source_and_a_way_to_mend_it(site: Built) -> None:
    page = site.page("clinic/a")
    assert words(page, "//section[@aria-labelledby='backlinks']//a") == ["B"]
    assert page.xpath("//section[@aria-labelledby='backlinks']//a/@href") == ["../../guides/b/"]
    assert words(page, "//p[@class='kb-source']/a") == ["Markdown source", "Edit this page"]
    assert page.xpath("//p[@class='kb-source']/a/@href") == ["index.md", "https://git.example/kb/edit/main/docs/clinic/a.md"]
    assert "1 min read" in words(page, "//div[@class='kb-facts']/span")
    assert not site.page("clinic").xpath("//p[@class='kb-source']")


def test_the_home_page_shows_tags_and_what_changed(site: Built) -> None:
    home = site.page("index.html")
    assert words(home, "//li[.//*[@class='kb-changed']]/a") == [HOSTILE]
    assert words(home, "//h2[@id='tags']/following-sibling::ul[1]/li") == ["R&D 1", "x 1"]


@pytest.mark.slow
def test_a_second_build_takes_cards_from_the_cache_and_is_the_same(tmp_path: Path) -> None:
    first = build(tmp_path, DOCS)
    before = dict(first.files())
    second = run(first.root, "mkdocs", "build")
    assert dict(second.files()) == before
    path = first.root / ".cache/knowledge/cards.sqlite"
    with sqlite3.connect(path) as database:
        keys = [key for (key,) in database.execute("SELECT key FROM entries")]
    DiskCache(path).store(dict.fromkeys(keys, b"kept"), ())
    shutil.rmtree(first.root / ".cache/knowledge/trees")
    cards = [data for path, data in run(first.root, "mkdocs", "build").files() if path.endswith("cover.png")]
    assert cards == [b"kept"] * (len(keys) - 1)


@pytest.mark.parametrize("path", ["llms.txt", "a/index.md", "a/cover.png"])
def test_addresses_of_files_the_site_makes_are_taken(tmp_path: Path, path: str) -> None:
    built = build(tmp_path, {"a.md": "# A\n", "b.md": f"---\npermalink: /{path}/\n---\n# B\n"})
    assert built.code != 0
    assert f"address: /{path}/ " in built.output
