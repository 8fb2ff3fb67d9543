"""The site of this repository, built as it is published."""

import hashlib
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from builder import BASE, PROJECT, Built, build, run

SEED = "ai-in-healthcare/ai-in-healthcare-personalized-medicine-and-diagnostic-advancements/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("site"), PROJECT / "docs", "--strict", SOURCE_DATE_EPOCH="1800000000")


def test_builds_strictly(site: Built) -> None:
    assert site.code == 0, site.output
    assert "WARNING" not in site.output


def test_shows_every_field_of_the_seed_article(site: Built) -> None:
    page = site.page(SEED)
    title = "Ai in healthcare: personalized medicine and diagnostic advancements"
    alt = "AI in Healthcare: Personalized Medicine and Diagnostic Advancements visual cover image"
    assert page.xpath("string(//title)") == f"{title} - Almanac"
    assert page.xpath("string(//h1)").startswith("Revolutionizing Healthcare")
    assert page.xpath("//meta[@name='description']/@content")[0].startswith("Explore ai in healthcare: personalized")
    assert page.xpath("//img[@class='kb-hero']/@alt") == [alt]
    assert alt in site.text(f"{SEED}cover.svg")
    assert page.xpath("//time/@datetime") == ["2025-04-11T00:00:00+00:00"]
    assert page.xpath("//article//nav[@aria-label='Tags']/a/text()") == ["Healthcare", "Personalized medicine", "Diagnostics"]
    assert page.xpath(f"//nav[contains(@class, 'kb-nav')]//a[text()='{title}']")


def test_repairs_the_broken_dash_of_the_seed(site: Built) -> None:
    assert "no longer a futuristic concept – it" in site.page(SEED).text_content()
    assert "â€“" not in site.text(SEED)
    assert ":17:64: file: 'â€“' is broken text; published as '–'" in site.output


def test_the_seed_is_in_sitemap_search_feeds_and_tag_pages(site: Built) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    entry = site.xml("sitemap.xml").xpath(f"//s:url[s:loc='{BASE}{SEED}']/s:lastmod/text()", namespaces=names)
    assert entry == ["2025-04-11"]
    assert SEED in site.found()
    assert f"{BASE}{SEED}" in site.xml("feed_rss_created.xml").xpath("//item/link/text()")
    assert f"{BASE}{SEED}" in [item["url"] for item in site.json("feed_json_created.json")["items"]]
    for tag in ("healthcare", "personalized-medicine", "diagnostics"):
        assert f"{BASE}{SEED}" in site.text(f"tags/{tag}/feed.xml")


def test_every_link_and_picture_of_every_page_leads_somewhere(site: Built) -> None:
    lost = []
    for path in site.pages():
        page = site.page(path) if path else site.page("index.html")
        for link in page.xpath("//@href | //@src"):
            address = urljoin(BASE + path, link)
            if address.startswith(BASE):
                file = site.site / unquote(urlsplit(address).path.removeprefix("/kb/"))
                lost += [] if (file / "index.html").is_file() or file.is_file() else [f"{path}: {link}"]
    assert lost == []


def test_asks_no_other_host(site: Built) -> None:
    for path in site.pages():
        page = site.page(path) if path else site.page("index.html")
        for link in page.xpath("//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='preconnect' or @rel='icon']/@href"):
            assert not urlsplit(link).netloc, (path, link)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_two_builds_are_the_same_to_the_byte(site: Built, tmp_path: Path, seed: str) -> None:
    other = build(
        tmp_path / "elsewhere" / seed,
        PROJECT / "docs",
        SOURCE_DATE_EPOCH=str(1800000000 + 86400 * int(seed)),
        PYTHONHASHSEED=seed,
        TZ=["UTC", "Pacific/Kiritimati", "America/St_Johns"][int(seed)],
        LC_ALL=["C", "C.UTF-8", "POSIX"][int(seed)],
    )
    assert other.code == 0, other.output
    assert _digests(other) == _digests(site)


def test_properdocs_builds_the_same_site(site: Built, tmp_path: Path) -> None:
    other = build(tmp_path / "mkdocs", PROJECT / "docs", SOURCE_DATE_EPOCH="1800000000")
    again = run(other.root, "properdocs", "build", "-f", "mkdocs.yml", "-d", "other", "--strict", SOURCE_DATE_EPOCH="1800000000")
    assert again.code == 0, again.output
    pages = [path.relative_to(other.root / "other").as_posix() for path in (other.root / "other").rglob("*.html")]
    assert sorted(pages) == sorted(path for path, _ in site.files() if path.endswith(".html"))


def test_a_loopback_address_is_pointed_out(tmp_path: Path) -> None:
    local = build(tmp_path, {"a.md": "# A\n"}, SITE_URL="http://127.0.0.1:8000/")
    assert local.code == 0
    assert (
        "site_url is http://127.0.0.1:8000/: links in feeds and the sitemap lead to this machine; set SITE_URL to publish" in local.output
    )


def _digests(built: Built) -> dict[str, str]:
    return {path: hashlib.sha256(data).hexdigest() for path, data in built.files()}


def test_the_project_has_its_fixed_top_level() -> None:
    expected = {
        "mkdocs.yml",
        "docs",
        "overrides",
        "hooks",
        "requirements.txt",
        "tests",
        "README.md",
        "LICENSE",
        "Makefile",
        "pyproject.toml",
    }
    assert {path.name for path in PROJECT.iterdir() if not path.name.startswith(".") and path.name != "site"} == expected
