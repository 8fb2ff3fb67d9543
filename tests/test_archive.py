"""The archive: years and months, and their charts."""

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


def test_the_archive_shows_years_and_their_months_the_last_first(site: Built) -> None:
    page = site.page("archive")
    assert words(page, "//h2") == ["2025 24 articles", "2019 1 article"]
    bars = page.xpath("//*[local-name()='svg']//*[local-name()='a']/@aria-label")
    assert bars == ["March 2025: 1 article", "April 2025: 23 articles", "December 2019: 1 article"]
    assert page.xpath("//*[local-name()='svg']/@aria-label") == ["Articles in each month of 2025", "Articles in each month of 2019"]


def test_a_bar_is_as_tall_as_its_month_and_says_its_number(site: Built) -> None:
    page = site.page("archive")
    heights = [int(height) for height in page.xpath("//*[@class='kb-chart__bar']/@height")]
    assert heights == [4, 90, 4]
    assert words(page, "//*[local-name()='svg']//*[local-name()='a']/*[local-name()='text']") == ["1", "23", "1"]


@pytest.mark.parametrize("path", ["archive/", "archive/2025/", "archive/2025/page/2/"])
def test_every_bar_leads_to_the_heading_of_its_month(site: Built, path: str) -> None:
    links = site.page(path).xpath("//*[local-name()='svg']//*[local-name()='a']/@href")
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
