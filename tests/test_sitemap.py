"""The sitemap of a site with more addresses than one file may hold."""

from pathlib import Path

from builder import BASE, project, run
from lxml import etree

from almanac_kb.checks.feed_validation import check_xml, feed_links
from almanac_kb.exports import sitemap

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
FEW_URLS = """
from almanac_kb.exports import sitemap

def on_startup(**_):
    sitemap.MAX_URLS = 3
"""
"""A hook with which four addresses are too many for one file."""


def test_a_large_sitemap_is_an_index_of_parts_which_have_every_address_once(tmp_path: Path) -> None:
    root = project(
        tmp_path / "large", {f"t/{name}.md": f"---\ndate: 2025-01-0{number}\n---\n# {name}\n" for number, name in enumerate("abcd", 1)}
    )
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("pipeline.py\n", "pipeline.py\n  - few.py\n"))
    (root / "few.py").write_text(FEW_URLS)
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    assert "WARNING" not in built.output
    index = built.xml("sitemap.xml")
    parts = index.xpath("s:sitemap/s:loc/text()", namespaces=NAMES)
    assert parts == [f"{BASE}sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    pages = [built.xml(part.removeprefix(BASE)).xpath("s:url/s:loc/text()", namespaces=NAMES) for part in parts]
    assert [len(each) for each in pages[:-1]] == [3] * (len(pages) - 1)
    whole = (
        run(project(tmp_path / "whole", root / "docs"), "mkdocs", "build").xml("sitemap.xml").xpath("s:url/s:loc/text()", namespaces=NAMES)
    )
    assert [url for each in pages for url in each] == whole


def test_the_index_says_when_the_pages_of_each_part_changed_last() -> None:
    dates = ["2025-01-02", "2025-03-01"] + ["2024-01-01"] * sitemap.MAX_URLS
    urls = "".join(f"<url><loc>{BASE}{number}/</loc><lastmod>{date}</lastmod></url>" for number, date in enumerate(dates))
    files = sitemap.divide(f'<urlset xmlns="{NAMES["s"]}">{urls}</urlset>', BASE)
    index = etree.fromstring(files["sitemap.xml"].encode())
    assert index.xpath("s:sitemap/s:lastmod/text()", namespaces=NAMES) == ["2025-03-01", "2024-01-01"]
    assert feed_links(index) == [f"{BASE}sitemap-1.xml", f"{BASE}sitemap-2.xml"]
    for text in files.values():
        assert list(check_xml(etree.fromstring(text.encode()), BASE)) == []


def test_a_sitemap_that_one_file_may_hold_stays_as_it_is() -> None:
    text = f'<urlset xmlns="{NAMES["s"]}">' + f"<url><loc>{BASE}</loc></url>" * sitemap.MAX_URLS + "</urlset>"
    assert sitemap.divide(text, BASE) == {"sitemap.xml": text}
