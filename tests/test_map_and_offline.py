"""The map of a site, pages without a network, a topic on paper, and what a newcomer does on a first visit."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
from builder import SETTINGS, Built, project, run, words
from reader import Reader
from test_accessibility import broken
from tree import catalogue

from almanac_kb.pages import site_map

ARTICLE = "---\ntitle: {title}\ndate: 2025-01-{day:02}\ntags: [Common]\n---\n{text}\n"


def site(root: Path, docs: dict[str, str | bytes], **settings: object) -> Built:
    root = project(root, docs)
    shutil.copy(SETTINGS, root / "tests.yml")
    (root / "mkdocs.yml").write_text(f"INHERIT: tests.yml\nextra:\n  knowledge: {json.dumps(settings)}\n")
    return run(root, "mkdocs", "build")


def article(title: str, text: str, day: int = 1) -> str:
    return ARTICLE.format(title=title, text=text, day=day)


SMALL: dict[str, str | bytes] = {
    "index.md": "# Home\n\nAll of it.\n",
    "garden/trees.md": article("Trees", "A pollarded tree. See [moss](moss.md) and [rain](../sky/rain.md) [@doe].", 5),
    "garden/moss.md": article("Moss", "Soft.", 4),
    "garden/deep/roots.md": article("Roots", "Below [trees](../trees.md).", 3),
    "sky/rain.md": article("Rain", "Wet.", 2),
    "sky/wind.md": article("Wind", "Loud.", 1),
    "sky/snow.md": article("Snow", "White. ![A flake](flake.svg)", 1),
    "sky/flake.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><path d="M1 1h7"/></svg>',
    "glossary/index.md": "# Glossary\n\npollarded tree\n:   A tree cut back to its trunk.\n",
    ".sources.yml": "- key: doe\n  title: Of trees\n  authors: Doe J\n  year: 2020\n",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Built:
    built = site(tmp_path_factory.mktemp("small") / "site", SMALL, offline=5)
    assert built.code == 0, built.output
    return built


@pytest.fixture(scope="module")
def visitor(small: Built) -> Iterator[Reader]:
    with browser.serving(small.site) as home, browser.chromium() as driver:
        yield Reader(driver, home)


def test_the_map_has_each_topic_and_article_as_a_link_and_an_arc_for_each_two_that_are_linked(small: Built) -> None:
    page = small.page("map")
    titles = ["Garden 3", "Moss", "Trees", "Deep 1", "Roots", "Sky 3", "Rain", "Snow", "Wind"]
    assert sorted(words(page, "//div[@class='kb-map']//a")) == sorted(titles)
    assert page.xpath("//div[@class='kb-map']//a/@href") == page.xpath("//article/ul[@class='kb-list']/li/a/@href")
    assert len(page.xpath("//div[@class='kb-map']//path")) == 3
    assert sorted(words(page, "//li[a='Trees']/span/a")) == ["Moss", "Rain", "Roots"]
    assert small.page("index.html").xpath("//nav[@id='kb-navigation']//a[text()='Map']/@href") == ["map/"]


def test_a_label_of_the_map_ends_before_its_dot_in_each_script(tmp_path: Path) -> None:
    titles = ("Treatment plans from patient profiles, and more", "漢字" * 30, "A short one")
    drawn = site_map.draw(catalogue(tmp_path, "\n".join(f"a/{number}.md | title: {title}" for number, title in enumerate(titles))), {})
    assert sorted(row.label for row in drawn.rows) == [
        "A",
        "A short one",
        "Treatment plans from patient profiles, and…",
        "漢字" * 10 + "漢…",
    ]


def test_pages_that_are_no_articles_make_no_map(tmp_path: Path) -> None:
    pages = {f"manual/{number}.md": f"# Page {number}\n\nText.\n" for number in range(20)}
    built = site(tmp_path / "site", {"index.md": "# Home\n", "manual/.pages": "kind: page\n", **pages})
    assert built.code == 0, built.output
    assert not (built.site / "map").exists()


def test_an_article_keeps_the_address_of_the_map_and_the_build_says_what_is_missing(tmp_path: Path) -> None:
    built = site(tmp_path / "site", {**SMALL, "map.md": "# A map of mine\n\nText.\n"}, home={"image": "look/none.png"})
    assert built.code == 0
    assert "mkdocs.yml:3: extra.knowledge.home.image: look/none.png is no file of docs/; name it as it stands" in built.output
    assert "/map/ is the address of an article, so this site has no map" in built.output
    assert "A map of mine" in built.text("map")
    assert not built.page("index.html").xpath("//nav[@id='kb-navigation']//a[text()='Map']")
    assert not (built.site / "offline-worker.js").exists()
    assert not (built.site / "assets/offline").exists()


@pytest.mark.slow
def test_at_a_thousand_articles_topics_stand_for_them(tmp_path: Path) -> None:
    docs: dict[str, str | bytes] = {"index.md": "# Home\n"}
    for number in range(1000):
        other = (number + 7) % 1000
        docs[f"t{number % 40}/s{number % 3}/a{number}.md"] = article(
            f"Article {number}", f"See [it](../../t{other % 40}/s{other % 3}/a{other}.md)."
        )
    page = site(tmp_path / "site", docs).page("map")
    assert 40 <= len(page.xpath("//div[@class='kb-map']//a")) <= site_map.MOST_ROWS
    assert 1 <= len(page.xpath("//div[@class='kb-map']//path")) <= site_map.MOST_ARCS


@browser.needs_chromium
@pytest.mark.slow
def test_what_was_kept_is_read_when_the_network_is_cut(small: Built) -> None:
    with browser.chromium() as driver:
        with browser.serving(small.site) as home:
            reader = Reader(driver, home)
            reader.go("")
            count = """
                const done = arguments[0];
                const open = (names) => (names[0] ? caches.open(names[0]).then((cache) => cache.keys()) : []);
                caches.keys().then(open).then((kept) => done(kept.map((each) => each.url)));
            """
            reader.wait(lambda: any(each.endswith("/sky/flake.svg") for each in driver.execute_async_script(count)))
            kept = len(list(small.site.rglob("index.html")))
            reader.wait(lambda: len(driver.execute_async_script(count)) >= kept - 10)
        driver.get(home + "sky/snow/")
        reader.wait(lambda: "White." in reader.all("article")[0].text)
        assert driver.execute_script("return document.querySelector('article img').naturalWidth") == 9
        assert driver.execute_script("return getComputedStyle(document.querySelector('.md-header')).position") == "sticky"


@browser.needs_chromium
@pytest.mark.slow
def test_a_browser_keeps_no_more_than_the_budget(tmp_path: Path) -> None:
    docs = {**SMALL, **{f"more/{n}.md": article(f"More {n}", "Words that are many. " * 8000) for n in range(12)}}
    built = site(tmp_path / "site", docs, offline=1)
    sum_of = """
        const done = arguments[0];
        caches.keys().then((names) => names[0] ? caches.open(names[0]) : null)
          .then((cache) => cache?.match(new URL("kb-offline-sizes", location.href)))
          .then((answer) => answer?.json() ?? {}).then((sizes) => done(Object.values(sizes)));
    """
    with browser.serving(built.site) as home, browser.chromium() as driver:
        reader = Reader(driver, home)
        reader.go("")
        reader.wait(lambda: sum(driver.execute_async_script(sum_of)) > 600_000)
        assert sum(driver.execute_async_script(sum_of)) <= 1_000_000


@browser.needs_chromium
def test_a_whole_topic_is_printed_on_one_page(visitor: Reader) -> None:
    visitor.sees("light", 1280)
    visitor.go("sky/")
    visitor.driver.execute_script("window.print = () => { window.printed = document.querySelector('.kb-print').innerText; }")
    visitor.wait(lambda: visitor.driver.execute_script("return document.readyState") == "complete")
    visitor.wait(lambda: visitor.all("[data-kb-do=print]"))

    def printed() -> str:
        visitor.all("[data-kb-do=print]")[0].click()
        return str(visitor.driver.execute_script("return window.printed ?? ''"))

    visitor.wait(lambda: all(each in printed() for each in ("Rain", "Wet.", "Snow", "White.", "Wind", "Loud.")))


@browser.needs_chromium
def test_what_is_new_since_the_last_visit_is_marked(visitor: Reader) -> None:
    visitor.sees("light", 1280)
    visitor.go("")
    visitor.driver.execute_script("""
        sessionStorage.clear();
        for (const key of Object.keys(localStorage)) if (key.startsWith("kb-visit")) localStorage[key] = "2025-01-03T12:00:00Z";
    """)
    visitor.go("")
    visitor.wait(lambda: [each.text for each in visitor.all(".kb-since .kb-card__title")] == ["Trees", "Moss", "Roots"])
    assert "3 since you were here" in visitor.all("#newest")[0].text


@browser.needs_chromium
@pytest.mark.slow
def test_a_newcomer_finds_the_way(visitor: Reader) -> None:
    """Home, topic, article, term, source, back, search, tag: by what a page shows alone."""
    visitor.sees("light", 390, 844)
    visitor.go("")
    ends = "return [...document.querySelectorAll('h1, .kb-field__input')].map((each) => each.getBoundingClientRect().bottom)"
    assert all(end < 844 for end in visitor.driver.execute_script(ends))
    steps = []

    def step(selector: str, path: str) -> None:
        visitor.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", visitor.all(selector)[0])
        visitor.all(selector)[0].click()
        visitor.wait(lambda: visitor.driver.current_url.removeprefix(visitor.home).partition("#")[0] == path)
        steps.append(path)
        assert broken(visitor) == [], path

    step(".kb-topics .kb-card__link", "garden/")
    step(".kb-card__title[href$='trees/']", "garden/trees/")
    step(".kb-term", "glossary/")
    assert visitor.driver.execute_script("return document.querySelector('dt:target').textContent").startswith("pollarded tree")
    visitor.driver.back()
    visitor.wait(lambda: visitor.all("article .citation a"))
    step(".citation a", "garden/trees/")
    assert visitor.driver.execute_script("return !!document.querySelector('li:has(> span:target)')")
    visitor.driver.back()
    visitor.all("[data-kb-open]")[0].click()
    visitor.wait(lambda: visitor.active == "kb-search__input")
    visitor.press("soft")
    visitor.wait(lambda: visitor.titles == ["Moss"])
    visitor.all(".kb-search__page")[0].click()
    visitor.wait(lambda: visitor.driver.current_url.endswith("garden/moss/"))
    visitor.wait(lambda: visitor.driver.execute_script("return CSS.highlights.has('kb-found')"))
    step(".md-tags .md-tag", "tags/common/")
    assert steps == ["garden/", "garden/trees/", "glossary/", "garden/trees/", "tags/common/"]
    assert visitor.errors() == []
