"""Whole sites as they are published: that of the demo articles, and that of a small library."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import demo as demo_docs
import library as library_docs
import pytest
from builder import BASE, PROJECT, TODAY, Built, build, project, run

SEED = "ai-in-healthcare/ai-in-healthcare-personalized-medicine-and-diagnostic-advancements/"
DOCS: dict[str, Mapping[str, str | bytes] | Path] = {"demo": demo_docs.DOCS, "library": library_docs.DOCS}
of_both = pytest.mark.parametrize("name", [pytest.param("demo", marks=pytest.mark.demo), "library"])


@pytest.fixture
def site(name: str, request: pytest.FixtureRequest) -> Built:
    """The site of that name."""
    built: Built = request.getfixturevalue(name)
    return built


@pytest.mark.demo
def test_builds_strictly(demo: Built) -> None:
    assert demo.code == 0, demo.output
    assert "WARNING" not in demo.output


@pytest.mark.demo
def test_shows_every_field_of_the_seed_article(demo: Built) -> None:
    page = demo.page(SEED)
    title = "Ai in healthcare: personalized medicine and diagnostic advancements"
    heading = "Revolutionizing Healthcare: How AI is Powering Personalized Medicine and Advanced Diagnostics"
    assert page.xpath("string(//title)") == f"{title} · {heading} - Almanac"
    assert page.xpath("string(//h1)").startswith("Revolutionizing Healthcare")
    assert page.xpath("//meta[@name='description']/@content")[0].startswith("Explore ai in healthcare: personalized")
    assert not page.xpath("//img[@class='kb-hero']")
    assert page.xpath("//time/@datetime") == ["2025-04-11T00:00:00+00:00"]
    assert page.xpath("//article//nav[@aria-label='Tags']/a/text()") == ["Healthcare", "Personalized medicine", "Diagnostics"]
    assert page.xpath(f"//nav[contains(@class, 'kb-nav')]//a[text()='{title}']")


@pytest.mark.demo
def test_repairs_the_broken_dash_of_the_seed(demo: Built) -> None:
    assert "no longer a futuristic concept – it" in demo.page(SEED).text_content()
    assert "â€“" not in demo.text(SEED)
    assert ":17:64: file: 'â€“' is broken text; published as '–'" in demo.output


@pytest.mark.demo
def test_the_seed_is_in_sitemap_search_feeds_and_tag_pages(demo: Built) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    entry = demo.xml("sitemap.xml").xpath(f"//s:url[s:loc='{BASE}{SEED}']/s:lastmod/text()", namespaces=names)
    assert entry == ["2025-04-11"]
    assert SEED in demo.found()
    assert f"{BASE}{SEED}" in demo.xml("feed_rss_created.xml").xpath("//item/link/text()")
    assert f"{BASE}{SEED}" in [item["url"] for item in demo.json("feed_json_created.json")["items"]]
    for tag in ("healthcare", "personalized-medicine", "diagnostics"):
        assert f"{BASE}{SEED}" in demo.text(f"tags/{tag}/feed.xml")


@of_both
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


@of_both
def test_asks_no_other_host(site: Built) -> None:
    for path in site.pages():
        page = site.page(path) if path else site.page("index.html")
        for link in page.xpath("//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='preconnect' or @rel='icon']/@href"):
            assert not urlsplit(link).netloc, (path, link)


@pytest.mark.parametrize("seed", ["1", "2"])
@of_both
def test_two_builds_are_the_same_to_the_byte(name: str, site: Built, tmp_path: Path, seed: str) -> None:
    other = build(
        tmp_path / "elsewhere" / seed,
        DOCS[name],
        SOURCE_DATE_EPOCH=str(int(TODAY) + 86400 * int(seed)),
        PYTHONHASHSEED=seed,
        TZ=["UTC", "Pacific/Kiritimati", "America/St_Johns"][int(seed)],
        LC_ALL=["C", "C.UTF-8", "POSIX"][int(seed)],
    )
    assert other.code == 0, other.output
    assert _digests(other) == _digests(site)


@pytest.mark.slow
@of_both
def test_properdocs_builds_the_same_site(name: str, site: Built, tmp_path: Path) -> None:
    other = run(project(tmp_path / "mkdocs", DOCS[name]), "properdocs", "build", "-f", "mkdocs.yml", "-d", "other", "--strict")
    assert other.code == 0, other.output
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


@pytest.mark.demo
def test_the_demo_builds_strictly_with_the_settings_of_the_project(tmp_path: Path) -> None:
    built = run(project(tmp_path / "site", demo_docs.DOCS, PROJECT / "mkdocs.yml"), "mkdocs", "build", "--strict")
    assert built.code == 0, built.output


@pytest.mark.demo
def test_the_project_has_its_fixed_top_level() -> None:
    expected = {
        "mkdocs.yml",
        "docs",
        "overrides",
        "hooks",
        "requirements.txt",
        "tests",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "pyproject.toml",
    }
    assert {path.name for path in PROJECT.iterdir() if not path.name.startswith(".") and path.name != "site"} == expected
