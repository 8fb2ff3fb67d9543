"""Topics as readers meet them: cards with a picture, links in the header, the contents beside an article, in a real browser."""

import io
from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
from builder import Built, build, words
from PIL import Image
from reader import Reader
from tree import catalogue

from almanac_kb.pages.cards import header_topics

TEXT = "---\ntitle: {}\ndate: 2025-01-0{}\n---\nCopies of disks [and more](../a/index.md).\n\n## First\n\n{}\n\n## Second\n\n{}\n"
LONG = "\n\n".join(["Words about copies of disks and cables, enough of them for a line or two on every phone."] * 12)


def _png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#00695c").save(file, "PNG")
    return file.getvalue()


DOCS: dict[str, str | bytes] = {
    "index.md": "# Home\n",
    "a/index.md": "---\ntitle: Drawn\nicon: material/tag\n---\n# Drawn\n",
    "a/one.md": TEXT.format("One", 1, LONG, LONG),
    "a/two.md": TEXT.format("Two", 2, LONG, LONG) + "\nSee [one](one.md).\n",
    "b/index.md": "---\ntitle: Pictured\nimage: look.png\n---\n# Pictured\n",
    "b/look.png": _png(320, 180),
    "b/three.md": TEXT.format("Three", 3, LONG, LONG).replace("---\nC", "image: look.png\n---\n# The third\n\nC"),
    "c/index.md": "---\ntitle: Étude\nlang: fr\n---\n# Étude\n",
    "c/four.md": TEXT.format("Four", 4, LONG, LONG),
}


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> Built:
    built = build(tmp_path_factory.mktemp("topics"), DOCS)
    assert built.code == 0, built.output
    return built


@pytest.fixture(scope="module")
def reader(topics: Built) -> Iterator[Reader]:
    with browser.serving(topics.site) as home, browser.chromium() as driver:
        yield Reader(driver, home)


def test_a_card_shows_the_picture_or_icon_that_its_page_names_else_the_first_letter(topics: Built) -> None:
    home = topics.page("index.html")
    assert words(home, "//ul[@class='kb-topics']//a[@class='kb-card__link']") == ["Drawn", "Étude", "Pictured"]
    assert len(home.xpath("//li[contains(., 'Drawn')]//span[contains(@class, 'kb-card__picture')]/*[local-name()='svg']")) == 1
    assert home.xpath("//span[@data-letter]/@data-letter") == ["E"]
    (image,) = home.xpath("//img[@class='kb-card__picture']")
    assert [image.get(name) for name in ("src", "alt", "width", "height")] == ["b/look.png", "", "320", "180"]


def test_the_card_of_an_article_shows_its_picture_and_its_topic_where_the_list_has_several(topics: Built) -> None:
    home, topic = topics.page("index.html"), topics.page("b")
    assert words(home, "//ol[@class='kb-cards']/li/div[contains(@class, 'kb-card__topic')]") == ["Étude", "Pictured", "Drawn", "Drawn"]
    assert not topic.xpath("//div[contains(@class, 'kb-card__topic')]")
    assert [page.xpath("//img[@class='kb-card__cover']/@src") for page in (home, topic)] == [["b/look.png"], ["look.png"]]


def test_the_window_names_the_title_and_a_heading_that_says_something_else(topics: Built) -> None:
    assert words(topics.page("b/three"), "//title") == ["Three · The third - Almanac"]
    assert words(topics.page("a/one"), "//title") == ["One - Almanac"]
    assert words(topics.page("a"), "//title") == ["Drawn - Almanac"]


def test_the_title_of_a_topic_names_its_language_wherever_it_stands(topics: Built) -> None:
    named = "@lang='fr' and normalize-space()='Étude'"
    assert topics.page("index.html").xpath(f"count(//article//a[{named}])") == 2
    assert topics.page("c/four").xpath(f"count(//nav[@class='kb-breadcrumbs']//a[{named}])") == 1
    assert topics.page("c/four").xpath(f"count(//header//a[{named}])") == 1


def test_the_header_leads_to_the_topics_and_marks_the_one_of_the_page(topics: Built) -> None:
    for path, current in (("index.html", []), ("a", ["page"]), ("a/one", ["true"]), ("tags", [])):
        page = topics.page(path) if path != "tags" else topics.page("404.html")
        assert words(page, "//ul[@class='kb-bar']/li/a") == ["Drawn", "Étude", "Pictured"]
        assert page.xpath("//ul[@class='kb-bar']//@aria-current") == current


@pytest.mark.parametrize(
    ("titles", "shown"),
    [
        (["One"], []),
        (["One", "Two"], ["One", "Two"]),
        ([f"Topic {number}" for number in range(1, 9)], [f"Topic {number}" for number in range(3, 9)]),
        (["A title that is as long as half of the header of a page", "Short", "Another short one"], ["Another short one", "Short"]),
    ],
)
def test_the_header_has_the_topics_with_the_most_articles_as_far_as_there_is_room(
    titles: list[str], shown: list[str], tmp_path: Path
) -> None:
    folders = [f"t{number}/index.md | title: {title}" for number, title in enumerate(titles)]
    articles = [f"t{number}/a{count}.md | title: A {count}" for number in range(len(titles)) for count in range(number + 1)]
    site = catalogue(tmp_path, "\n".join([*folders, *articles]))
    assert [topic.title for topic in header_topics(site)] == shown


def test_the_contents_beside_an_article_name_what_stands_below_it(topics: Built) -> None:
    page = topics.page("a/one")
    for contents in ("//nav[@aria-label='Table of contents']", "//details[@class='kb-contents']"):
        assert words(page, f"{contents}//a") == ["First", "Second", "Related articles", "Articles that link here"]
        assert [len(page.xpath(f"//*[@id='{link[1:]}']")) for link in page.xpath(f"{contents}//a/@href")] == [1] * 4


@browser.needs_chromium
def test_the_contents_mark_the_part_that_is_being_read(reader: Reader) -> None:
    reader.sees("light", 1280)
    reader.go("a/one/#second")
    reader.wait(lambda: [each.text for each in reader.all(".md-nav--secondary .md-nav__link--active")] == ["Second"])


@browser.needs_chromium
def test_on_a_phone_the_contents_stay_in_sight_name_the_part_and_fold_when_one_is_chosen(reader: Reader) -> None:
    reader.sees("light", 390, 844)
    reader.go("a/one/#second")
    contents = reader.all(".kb-contents")[0]
    reader.wait(lambda: contents.text.split() == ["On", "this", "page", "Second"])
    assert abs(contents.rect["y"] - reader.driver.execute_script("return scrollY") - 48) < 2
    heading = reader.all("#second")[0]
    assert heading.rect["y"] >= contents.rect["y"] + contents.rect["height"]
    contents.find_element("css selector", "summary").click()
    contents.find_element("css selector", "a[href='#first']").click()
    reader.wait(lambda: contents.get_attribute("open") is None and contents.text.endswith("First"))


@browser.needs_chromium
@pytest.mark.parametrize(("width", "there"), [(1440, True), (1220, True), (1200, False), (390, False)])
def test_the_topics_are_in_the_header_where_there_is_room_for_them(reader: Reader, width: int, there: bool) -> None:
    reader.sees("light", width)
    reader.go("a/one/")
    assert [each.is_displayed() for each in reader.all(".kb-bar a")] == [there] * 3
    assert reader.driver.execute_script("return document.documentElement.scrollWidth") <= width
