"""What a page costs a reader who comes for the first time, measured in a real browser, at few and at many articles."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, needs_chromium, serving
from builder import Built, build
from selenium.webdriver import Chrome
from visit import visit

FEW, MANY = 100, 400
PAGE = "topic-0/a-0000/"
BODY = """
## Part {number}

Some words about **this** and [that](../topic-{next}/a-{other:04}.md), of `code`, and of a list:

- [x] one
- [ ] two

```python
print("{number}")
```

| a | b |
|---|--:|
| 1 | 2 |

!!! note
    A note.

=== "First"

    One.

=== "Second"

    Two.
"""


def corpus(count: int) -> dict[str, str]:
    """So many articles in seven topics, of a tag for every four of them and of many years."""
    docs = {"index.md": "# Home\n"}
    for each in range(count):
        other = (each + 8) % count
        header = f"title: Article number {each}\ndate: {1990 + each % 35}-01-02\ntags: [tag {each % (count // 4)}, common]"
        parts = [BODY.format(number=number, next=other % 7, other=other) for number in range(12 if each == 0 else 1)]
        docs[f"topic-{each % 7}/a-{each:04}.md"] = f"---\n{header}\n---\n# Article number {each}\n{''.join(parts)}"
    return docs


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Built]:
    """A site of few articles, and one of many."""
    built = {count: build(tmp_path_factory.mktemp(str(count)), corpus(count)) for count in (FEW, MANY)}
    assert [each.code for each in built.values()] == [0, 0], [each.output[-2000:] for each in built.values()]
    return built


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with chromium() as opened:
        yield opened


def around(site: Path, page: str) -> int:
    """The bytes of a page without those of its article."""
    html = (site / page / "index.html").read_bytes()
    return len(html) - (html.index(b"</article>") - html.index(b"<article"))


@pytest.mark.slow
def test_the_html_of_a_page_stays_small_however_many_articles_there_are(sites: dict[int, Built]) -> None:
    for page in (PAGE, "topic-0/", "tags/common/", "", "archive/"):
        few, many = (around(sites[count].site, page) for count in (FEW, MANY))
        assert max(few, many) < 60_000, page
        assert many < few + 3_000, page
    assert len(sites[MANY].text(PAGE)) < len(sites[FEW].text(PAGE)) + 3_000


@pytest.mark.slow
@needs_chromium
def test_a_first_visit_loads_little_from_nowhere_else_and_says_nothing(sites: dict[int, Built], driver: Chrome) -> None:
    with serving(sites[MANY].site) as home:
        front = visit(driver, home)
        found = visit(driver, home + PAGE)
    for each in (front, found):
        assert each.weight < 110_000, sorted(each.weights.items())
        assert each.origins == {home.removesuffix("kb/")}
        assert each.said == ()
    assert [each for each in found.weights if "sitemap" in each or "search/" in each or "feed" in each] == []


@pytest.mark.slow
@needs_chromium
def test_what_a_page_loads_is_the_same_however_many_articles_there_are(sites: dict[int, Built], driver: Chrome) -> None:
    found = {}
    for count in (FEW, MANY):
        with serving(sites[count].site) as home:
            seen = visit(driver, home + PAGE)
            found[count] = {address.removeprefix(home): size for address, size in seen.weights.items() if address != home + PAGE}
    assert found[MANY] == found[FEW]


@needs_chromium
def test_the_feeds_of_a_page_are_where_feed_readers_look_once_it_is_there(sites: dict[int, Built], driver: Chrome) -> None:
    with serving(sites[FEW].site) as home:
        visit(driver, home + PAGE)
        alternates = driver.execute_script("return [...document.querySelectorAll('link[rel=alternate]')].map((each) => each.type)")
    assert alternates == sites[FEW].page(PAGE).xpath("//link[@rel='alternate']/@type")
    assert "application/rss+xml" in alternates
