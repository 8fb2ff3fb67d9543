"""Text is plain and is escaped once: what an author wrote is what a reader reads, in every output."""

import json
from pathlib import Path

import pytest
from builder import Built, build, words
from lxml import html

TITLE = 'R&D <c> "x" {{ 7*7 }}'
PAYLOAD = "</title><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Built:
    header = {
        "title": TITLE,
        "description": TITLE,
        "tags": [TITLE],
        "author": TITLE,
        "heroAlt": TITLE,
        "date": "2025-01-01",
        "aliases": [TITLE],
    }
    docs = {
        "t/a.md": f"{json.dumps(header)}\nText.\n",
        "t/b.md": "---\ndate: 2025-01-02\n---\n# Other\n",
        "t/.pages": f"title: '{TITLE}'\n",
    }
    return build(tmp_path_factory.mktemp("plain"), docs)


def test_a_title_reads_as_it_was_written(plain: Built) -> None:
    page = plain.page("t/a")
    assert page.xpath("string(//title)") == f"{TITLE} - Almanac"
    assert words(page, "//h1") == [TITLE]
    assert words(page, "//nav[contains(@class,'kb-nav')]//a[@aria-current]") == [TITLE]
    assert page.xpath("//meta[@name='description' or @name='author']/@content") == [TITLE, TITLE]
    assert words(page, "//a[@class='md-tag']") == [TITLE]
    assert words(plain.page("t"), "//h1") == [TITLE]
    assert TITLE in words(plain.page("t"), "//a[@class='kb-card__title']")
    assert TITLE in words(plain.page("t/b"), "//a[contains(@class,'md-footer__link')]//div[@class='md-ellipsis']")


def test_feeds_carry_the_title_as_it_was_written(plain: Built) -> None:
    rss = plain.xml("feed_rss_created.xml")
    assert rss.xpath("//item[2]/title/text()") == [TITLE]
    assert rss.xpath("//item[2]/category/text()") == [TITLE]
    assert html.fromstring(rss.xpath("string(//item[2]/description)")).text_content() == TITLE
    item = plain.json("feed_json_created.json")["items"][1]
    assert (item["title"], item["tags"], item["authors"]) == (TITLE, [TITLE], [{"name": TITLE}])
    atom = plain.xml("feed.xml")
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert atom.xpath("//a:entry[2]/a:title/text()", namespaces=names) == [TITLE]
    assert atom.xpath("//a:entry[2]/a:category/@term", namespaces=names) == [TITLE]


def test_search_shows_the_title_as_it_was_written(plain: Built) -> None:
    record = plain.found()["t/a/"]
    assert [record["title"], record["topic"], record["description"]] == [TITLE] * 3
    assert record["names"] == record["tags"] == [TITLE]
    [facets] = plain.search.entry["facets"]
    assert plain.search.json(f"facets/{facets}")["tags"] == [TITLE]


def test_no_value_of_a_header_comes_to_life(tmp_path: Path) -> None:
    header = json.dumps(dict.fromkeys(("title", "description", "author", "heroAlt", "subtitle", "status", "series", "lang"), PAYLOAD))
    other = json.dumps({"tags": [PAYLOAD], "aliases": [f"/a/{PAYLOAD}"], "slug": PAYLOAD, "date": "2025-01-01"})
    built = build(
        tmp_path,
        {
            "a.md": f"{header}\nText.\n",
            f"{'x' * 5}/b.md": f"{other}\n# B\n",
            "<b onclick=alert(3)>.md": "# C\n",
            "d/.pages": f"title: {json.dumps(PAYLOAD)}\n",
            "d/e.md": "# E\n",
        },
    )
    assert built.code == 0, built.output
    for path, data in built.files():
        if path.endswith((".html", ".svg", ".xml")) and not path.startswith("assets/"):
            assert b"<script>alert" not in data, path
            assert b"<img src=x" not in data, path
            assert b"<b onclick" not in data, path


def test_a_header_is_never_printed_whatever_is_wrong_with_it(tmp_path: Path) -> None:
    headers = {
        "toml": "+++\ntitle = 'Quagga'\n+++\n",
        "json": '{"title": "Quagga"}\n',
        "blank": "\n\n---\ndescription: Quagga\n---\n",
        "bom": "\ufeff---\ndescription: Quagga\n---\n",
        "end": "---\ndescription: Quagga\n---",
        "crlf": "---\r\ndescription: Quagga\r\n---\r\n",
        "tab": "---\nauthor:\tQuagga\n\tbad: Quagga\n---\n",
        "open": "---\nauthor: Quagga\n",
        "bare": "title: Quagga\ndate: 2025-01-01\n\nText\n",
    }
    built = build(tmp_path, {f"{name}.md": header for name, header in headers.items()}, REFUSED="skip")
    assert built.code == 0, built.output
    for path in built.pages():
        text = built.page(path or "index.html").xpath("string(//article)")
        assert "author:" not in text
        assert "description:" not in text
        assert "date:" not in text
        assert "---" not in text
        assert "+++" not in text
