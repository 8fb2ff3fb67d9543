"""What helps a reader while reading: explanations, larger pictures, tables, code, lists that sort and filter, in a real browser."""

import shutil
from collections.abc import Iterator
from functools import partial

import browser
import pytest
from builder import SETTINGS, Built, project, run, words
from reader import Reader
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from test_accessibility import broken

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} 300" width="{0}" height="300"><path d="M9 9h99"/></svg>'
ARTICLE = """\
---
title: Copies
description: What to keep.
date: 2025-01-02
---
# Copies

A snapshot is no copy. Read [about disks](disks.md) and [how they fail](disks.md#failing) [@doe], and mind this[^1].
The HTML of it, and a [place below](#tables).

*[HTML]: Hypertext

![A way](way.svg)

*The way of a copy.*

![Small](small.svg) ![Dark](way.svg#only-dark)

[![A way](way.svg)](disks.md)

## Tables

| name | size | price |
|---|---|---|
| Beta 10 | 1,200 | 3.5 € |
| Beta 9 | 30 | 12 € |
| alpha | 4 | 1.25 € |
{: .sortable }

| plain | table |
|---|---|
| 1 | 2 |

```python hl_lines="1"
print("A line that is so long that it can't be shown on any phone, and on a desk only where the window is wide enough.")  # noted
```

=== "Linux"

    one

=== "Windows"

    two

Again:

=== "Linux"

    three

=== "Windows"

    four

[^1]: A note with [a link](disks.md).
"""
MANY = "---\ntitle: {1} {0}\ndate: 2022-01-{0:02}\ntags: [Many]\n---\nText.\n"
DISKS = "---\ntitle: Disks\ndescription: What keeps files.\ndate: 2025-01-03\n---\nThey turn.\n\n## Failing\n\nThey fail [@doe].\n"
TERMS = ("array", "byte", "cache", "disk", "erase", "file", "gigabyte", "host", "index", "journal", "kernel", "link", "snapshot")
GLOSSARY = "# Glossary\n\nThe words.\n\n" + "\n".join(f"{term}\n:   About {term}. More of it.\n" for term in TERMS)
DOCS: dict[str, str | bytes] = {
    "index.md": "# Home\n",
    "guides/copies.md": ARTICLE,
    "guides/disks.md": DISKS,
    "guides/way.svg": DRAWING.format(720),
    "guides/small.svg": DRAWING.format(90),
    "glossary/index.md": GLOSSARY,
    "reference/.pages": "order: title\n",
    "reference/index.md": "# Reference\n\nWords of the author.\n",
    **{f"reference/{name}.md": f"# {name}\n\nText.\n" for name in ("zip", "Öl", "apt", "Abc", "9p", "old")},
    "steps/.pages": "order: manual\nnav:\n  - two.md\n  - ...\n",
    "steps/one.md": "---\ntitle: One\ndate: 2020-01-01\n---\nText.\n",
    "steps/two.md": "---\ntitle: Two\ndate: 2019-01-01\n---\nText.\n",
    "steps/a.md": "---\ntitle: Another\ndate: 2018-01-01\n---\nText.\n",
    "news/.pages": "order: newest\nnav:\n  - old.md\n  - ...\n",
    "news/old.md": "---\ntitle: Old\ndate: 2019-01-01\n---\nText.\n",
    "news/new.md": "---\ntitle: New\ndate: 2024-01-01\n---\nText.\n",
    **{f"many/{n:02}.md": MANY.format(n, ("Even", "Odd")[n % 2]) for n in range(1, 26)},
    ".sources.yml": (
        "- key: doe\n  type: article\n  topic: hardware\n  authors: Doe J\n  title: How disks fail\n  year: 2020\n"
        "- key: roe\n  type: book\n  topic: old-books\n  authors: Roe K\n  title: Of tapes\n  year: 1999\n"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def aids(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = project(tmp_path_factory.mktemp("aids") / "site", DOCS)
    shutil.copy(SETTINGS, root / "mkdocs.yml")
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    return built


@pytest.fixture(scope="module")
def reader(aids: Built) -> Iterator[Reader]:
    with browser.serving(aids.site) as home, browser.chromium() as driver:
        yield Reader(driver, home)


@pytest.fixture
def desk(reader: Reader) -> Reader:
    reader.sees("light", 1280)
    reader.go("guides/copies/")
    return reader


def shown(reader: Reader) -> str:
    """What the small window beside a link says."""
    return " ".join(each.text for each in reader.all(".kb-explain"))


def test_without_javascript_a_term_leads_to_its_entry_and_a_picture_to_its_file(aids: Built) -> None:
    page = aids.page("guides/copies")
    assert page.xpath("//a[@class='kb-term']/@href") == ["../../glossary/#snapshot"]
    assert page.xpath("//a[@class='kb-term']/abbr/@title") == ["About snapshot."]
    assert page.xpath("//a[starts-with(@class, 'kb-figure')]/@href") == ["../way.svg", "../way.svg#only-dark"]
    assert words(page, "//figure/figcaption") == ["The way of a copy."]
    assert len(page.xpath("//table[@data-sortable]")) == 1


def test_a_glossary_has_letters_and_a_link_at_each_term(aids: Built) -> None:
    page = aids.page("glossary")
    assert words(page, "//nav[@class='kb-letters']/a") == list("ABCDEFGHIJKLS")
    assert page.xpath("//nav[@class='kb-letters']/a/@href")[0] == "#array"
    assert page.xpath("//dt[@id='snapshot']/a/@href") == ["#snapshot"]
    assert not page.xpath("//a[@class='kb-term']")


def test_a_topic_is_listed_in_the_order_that_it_chooses(aids: Built) -> None:
    assert words(aids.page("steps"), "//ol[@class='kb-cards']/li/a") == ["Two", "Another", "One"]
    assert words(aids.page("news"), "//ol[@class='kb-cards']/li/a") == ["New", "Old"]
    page = aids.page("reference")
    assert words(page, "//li[@data-entry]/a") == ["9p", "Abc", "apt", "Öl", "old", "zip"]
    assert words(page, "//nav[@class='kb-letters']/a") == ["#", "A", "O", "Z"]


def test_a_long_list_has_all_its_titles_on_a_page_of_its_own(aids: Built) -> None:
    for path in ("many", "tags/many"):
        page = aids.page(path)
        assert words(page, "//nav[@class='kb-orders']/a") == ["Newest first", "From A to Z"]
        titles = aids.page(f"{path}/page/a-z")
        assert words(titles, "//li[@data-entry]/a")[:3] == ["Even 2", "Even 4", "Even 6"]
        assert len(titles.xpath("//li[@data-entry]")) == 25
    assert aids.page("index.html").xpath("//a[text()='All articles from A to Z']/@href") == ["page/a-z/"]
    assert words(aids.page("page/a-z"), "//article//h1") == ["Almanac, from A to Z"]
    assert words(aids.page("page/a-z"), "//article//h2")[:2] == ["#", "A"]
    assert not aids.page("news").xpath("//nav[@class='kb-orders']")


def test_sources_stand_below_their_topics_and_lead_back_to_where_they_are_cited(aids: Built) -> None:
    page = aids.page("sources")
    assert words(page, "//h2") == ["Hardware¶", "Old books¶"]
    assert words(page, "//nav[@class='kb-letters']/a") == ["Hardware", "Old books"]
    assert "Cited in 2 articles: Disks, Copies." in words(page, "//li/p")
    assert "../guides/disks/#cite:doe:1" in page.xpath("//li//a/@href")


@browser.needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize(
    ("selector", "said"),
    [
        (".kb-term", "snapshot About snapshot. Entry in the glossary"),
        (".citation a", "Doe J. How disks fail. 2020. In the list of sources"),
        (".footnote-ref", "A note with a link. In the list of notes"),
        ("article p > a[href='../disks/']", "Disks Guides What keeps files. They turn. Open"),
        ("article p > a[href='../disks/#failing']", "Failing Guides · Disks They fail. Open"),
        ("article p > a[href='#tables']", "Tables"),
        ("article p > abbr", "HTML Hypertext"),
    ],
)
def test_what_a_word_means_is_shown_by_pointer_and_by_key(desk: Reader, selector: str, said: str) -> None:
    link = desk.all(selector)[0]
    ActionChains(desk.driver).move_to_element(link).perform()
    desk.wait(lambda: " ".join(shown(desk).split()) == said)
    assert broken(desk) == []
    desk.press(Keys.ESCAPE)
    desk.wait(lambda: not shown(desk))
    ActionChains(desk.driver).move_to_element(desk.all("h1")[0]).perform()
    before = desk.driver.execute_script(
        """
        const all = [...document.querySelectorAll("a[href], abbr[tabindex]")].filter((each) => each.checkVisibility());
        return all[all.indexOf(arguments[0]) - 1];
    """,
        link,
    )
    desk.driver.execute_script("arguments[0].focus()", before)
    desk.press(Keys.TAB)
    desk.wait(lambda: " ".join(shown(desk).split()) == said)
    assert link.get_attribute("aria-describedby") == "kb-explain"
    desk.press(Keys.ESCAPE)
    desk.wait(lambda: not shown(desk))
    assert desk.errors() == []


@browser.needs_chromium
def test_a_first_tap_explains_and_a_second_one_follows(reader: Reader) -> None:
    reader.sees("light", 390, 844)
    reader.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        reader.go("guides/copies/")
        _tap(reader, ".kb-term")
        reader.wait(lambda: shown(reader).startswith("snapshot"))
        assert reader.driver.execute_script(
            "const {left, right} = document.querySelector('.kb-explain').getBoundingClientRect(); return left >= 0 && right <= 390"
        )
        _tap(reader, ".kb-term")
        reader.wait(lambda: reader.driver.current_url.endswith("glossary/#snapshot"))
        marked = "return getComputedStyle(document.querySelector('dt:target')).backgroundColor"
        assert reader.driver.execute_script(marked) != "rgba(0, 0, 0, 0)"
    finally:
        reader.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def _tap(reader: Reader, selector: str) -> None:
    place = (
        "const {x, y, width, height} = document.querySelector(arguments[0]).getBoundingClientRect(); return [x + width / 2, y + height / 2]"
    )
    reader.driver.execute_script("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector)
    x, y = reader.driver.execute_script(place, selector)
    for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
        reader.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@browser.needs_chromium
def test_a_picture_opens_large_zooms_and_closes_by_keys(desk: Reader) -> None:
    desk.driver.execute_script("document.querySelector('a.kb-figure').focus()")
    desk.press(Keys.ENTER)
    desk.wait(lambda: desk.all("dialog.kb-large[open]"))
    desk.wait(lambda: desk.active == "kb-large__frame")
    assert "The way of a copy." in desk.all(".kb-large")[0].text
    assert broken(desk) == []
    scale = "return new DOMMatrix(getComputedStyle(document.querySelector('.kb-large img')).transform).a"
    desk.press("+")
    desk.wait(lambda: desk.driver.execute_script(scale) > 1)
    desk.press("0")
    desk.wait(lambda: desk.driver.execute_script(scale) == 1)
    desk.press(Keys.ESCAPE)
    desk.wait(lambda: not desk.all("dialog.kb-large") and desk.active == "kb-figure")


@browser.needs_chromium
def test_two_fingers_zoom_a_picture(desk: Reader) -> None:
    desk.driver.execute_script("document.querySelector('a.kb-figure').click()")
    desk.wait(lambda: desk.all("dialog.kb-large[open]"))
    for kind, gap in (("touchStart", 40), ("touchMove", 80), ("touchMove", 160), ("touchEnd", 0)):
        points = [{"x": 600 - gap, "y": 400, "id": 1}, {"x": 600 + gap, "y": 400, "id": 2}] if gap else []
        desk.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    scale = "return new DOMMatrix(getComputedStyle(document.querySelector('.kb-large img')).transform).a"
    desk.wait(lambda: desk.driver.execute_script(scale) > 2)
    desk.press(Keys.ESCAPE)


@browser.needs_chromium
def test_a_drawing_for_dark_pages_is_shown_on_them_alone_and_keeps_its_width_on_a_phone(reader: Reader) -> None:
    seen = "return [...document.querySelectorAll('a.kb-figure')].map((each) => each.checkVisibility())"
    for scheme, expected in (("light", [True, False]), ("dark", [True, True])):
        reader.sees(scheme, 390, 844)
        reader.go("guides/copies/")
        reader.wait(partial(lambda expected: reader.driver.execute_script(seen) == expected, expected))
    assert reader.driver.execute_script("return document.querySelector('.kb-figure img').offsetWidth") == 560
    assert reader.driver.execute_script("return document.documentElement.scrollWidth") == 390


@browser.needs_chromium
def test_a_table_sorts_by_numbers_and_words_and_back(desk: Reader) -> None:
    column = "return [...document.querySelectorAll('table[data-sortable] tbody tr')].map((row) => row.cells[0].textContent)"
    desk.wait(lambda: len(desk.all(".kb-sort")) == 3)
    name, size, price = desk.all(".kb-sort")
    for button, expected in (
        (name, ["alpha", "Beta 9", "Beta 10"]),
        (size, ["alpha", "Beta 9", "Beta 10"]),
        (price, ["alpha", "Beta 10", "Beta 9"]),
    ):
        button.click()
        assert desk.driver.execute_script(column) == expected
    price.click()
    assert desk.driver.execute_script(column) == ["Beta 9", "Beta 10", "alpha"]
    price.click()
    assert desk.driver.execute_script(column) == ["Beta 10", "Beta 9", "alpha"]
    assert broken(desk) == []


@browser.needs_chromium
def test_buttons_at_code_hide_none_of_it_and_long_lines_break(reader: Reader) -> None:
    for width in (390, 1280):
        reader.sees("light", width)
        reader.go("guides/copies/")
        reader.wait(lambda: reader.all(".kb-wrap"))
        over = """
            const code = document.querySelector('pre > code').getBoundingClientRect();
            const nav = document.querySelector('.md-code__nav').getBoundingClientRect();
            return nav.left >= code.right - 1 && nav.bottom <= code.parentElement?.bottom || nav.left >= code.right - 1;
        """
        assert reader.driver.execute_script(over)
        reader.all(".kb-wrap")[0].click()
        assert reader.driver.execute_script(
            "const code = document.querySelector('pre > code'); return code.scrollWidth <= code.clientWidth"
        )
        assert broken(reader) == []


@browser.needs_chromium
def test_tabs_of_one_name_follow_each_other(desk: Reader) -> None:
    desk.wait(lambda: len(desk.all(".tabbed-labels label")) > 1)
    desk.all(".tabbed-labels label")[1].click()
    desk.wait(lambda: [each.text for each in desk.all(".tabbed-block") if each.is_displayed()] == ["two", "four"])


@browser.needs_chromium
def test_a_long_list_is_sorted_and_filtered_in_its_place(reader: Reader) -> None:
    reader.sees("light", 1280)
    reader.go("many/")
    reader.driver.execute_script("window.stays = true")
    reader.wait(lambda: reader.driver.execute_script("return document.readyState") == "complete")
    reader.all("[data-kb-filter]")[0].send_keys("odd 2")
    reader.wait(lambda: reader.shown("#kb-listing li") == ["Odd 21", "Odd 23", "Odd 25"])
    assert reader.all(".kb-filter [role=status]")[0].text == "3 entries"
    assert broken(reader) == []
    reader.all(".kb-orders a")[0].click()
    reader.wait(lambda: len(reader.all(".kb-cards .kb-card")) == 20)
    assert reader.driver.execute_script("return window.stays") is True
    reader.all(".kb-card__title")[0].click()
    reader.wait(lambda: reader.driver.current_url.endswith("/many/25/"))


@browser.needs_chromium
def test_sources_are_filtered_with_their_headings(reader: Reader) -> None:
    reader.sees("light", 1280)
    reader.go("sources/")
    reader.wait(lambda: reader.driver.execute_script("return document.readyState") == "complete")
    reader.all("[data-kb-filter]")[0].send_keys("tapes")
    reader.wait(lambda: reader.shown("h2") == ["Old books¶"])
    assert len(reader.shown(".kb-sources li")) == 1
