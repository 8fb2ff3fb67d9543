"""The archive: years and months."""

from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from builder import Built, build, words

DOCS = {
    **{f"t/{number}.md": f"---\ntitle: April {number}\ndate: 2025-04-{number:02}\n---\n" for number in range(1, 24)},
    "t/march.md": "---\ntitle: March\ndate: 2025-03-31\n---\n",
    "t/older.md": "---\ntitle: Older\ndate: 2019-12-31T23:30:00-05:00\n---\n",
    "t/undated.md": "# Undated\n",
    "p/.pages": "kind: page\n",
    "p/page.md": "---\ntitle: A page\ndate: 2025-01-01\n---\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    built = build(tmp_path_factory.mktemp("archive"), DOCS, "--strict")
    assert built.code == 0, built.output
    return built


def test_the_archive_is_a_row_for_each_year_and_a_cell_for_each_month_the_last_year_first(site: Built) -> None:
    page = site.page("archive")
    assert words(page, "//tbody//th") == ["2025 24", "2019 1"]
    assert [len(row.xpath("td")) for row in page.xpath("//tbody/tr")] == [12, 12]
    months = page.xpath("//tbody//td/a/@aria-label")
    assert months == ["March 2025: 1 article", "April 2025: 23 articles", "December 2019: 1 article"]
    assert words(page, "//tbody//td/a") == ["1", "23", "1"]


def test_a_month_is_the_darker_the_more_articles_it_has(site: Built) -> None:
    assert site.page("archive").xpath("//tbody//td/a/@class") == ["kb-shade-1", "kb-shade-4", "kb-shade-1"]


@pytest.mark.parametrize("path", ["archive/", "archive/2025/", "archive/2025/page/2/"])
def test_every_month_leads_to_its_heading(site: Built, path: str) -> None:
    links = site.page(path).xpath("//tbody//td/a/@href")
    assert links
    for link in links:
        target, anchor = urldefrag(urljoin(f"https://x/{path}", link))
        assert site.page(target.removeprefix("https://x/")).xpath(f"//h2[@id='{anchor}']"), link


def test_a_long_year_has_numbered_pages(site: Built) -> None:
    first, second = site.page("archive/2025"), site.page("archive/2025/page/2")
    assert len(first.xpath("//li[@class='kb-card']")) == 20
    assert words(first, "//h2") == ["April 23"]
    assert words(second, "//h2") == ["April 23", "March 1"]
    assert words(second, "//a[@class='kb-card__title']") == ["April 3", "April 2", "April 1", "March"]
    assert first.xpath("//a[@rel='next']/@href") == ["page/2/"]


def test_only_dated_articles_are_in_it_in_the_month_their_author_wrote(site: Built) -> None:
    assert words(site.page("archive/2019"), "//a[@class='kb-card__title']") == ["Older"]
    listed = [
        title for path in site.pages() if path.startswith("archive/") for title in words(site.page(path), "//a[@class='kb-card__title']")
    ]
    assert len(listed) == 25
    assert not {"Undated", "A page"} & set(listed)


def test_without_dated_articles_there_is_no_archive(tmp_path: Path) -> None:
    built = build(tmp_path, {"a.md": "# A\n"}, "--strict")
    assert built.code == 0, built.output
    assert not (built.site / "archive").exists()
    assert not built.page("a").xpath("//a[text()='Archive']")


@pytest.mark.parametrize("header", ["permalink: /archive/2025/", "permalink: /archive/old/"])
def test_an_article_keeps_an_address_of_the_archive(tmp_path: Path, header: str) -> None:
    built = build(tmp_path, {"a.md": f"---\ntitle: Mine\ndate: 2025-01-01\n{header}\n---\n", "b.md": "# B\n"})
    assert built.code == 0, built.output
    assert "Mine" in built.text(header.split("/", 1)[1].strip("/"))
    assert not built.page("b").xpath("//a[text()='Archive']")


def test_a_section_whose_articles_are_elsewhere_keeps_the_address_of_the_archive(tmp_path: Path) -> None:
    built = build(tmp_path, {"archive/a.md": "---\ntitle: Mine\ndate: 2025-01-01\npermalink: /mine/\n---\n", "b.md": "# B\n"})
    assert built.code == 0, built.output
    assert words(built.page("archive"), "//a[@class='kb-card__title']") == ["Mine"]
    assert not (built.site / "archive/2025").exists()
