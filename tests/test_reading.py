"""A reader at the pages: looks, types, tabs, zooms, prints, and does without JavaScript."""

import functools
import json
import shutil
from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

import browser
import pytest
from builder import BASE, SETTINGS, Built, project, run, words
from reader import Reader
from selenium.webdriver.common.keys import Keys
from test_accessibility import PAGES, broken

pytestmark = browser.needs_chromium
ARTICLE = "guides/backups/"
PARTS = ["What to copy", "How to copy", "Further reading", "Sources"]


@pytest.fixture(autouse=True)
def scripts_again(visitor: Reader) -> Iterator[None]:
    """Whatever a test took from the browser, the next one has."""
    yield
    visitor.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_home_page_says_what_this_is_and_leads_on(library: Built) -> None:
    home = library.page("index.html")
    assert "What we know about disks and gardens." in words(home, "//article//p")
    assert words(home, "//article//h2") == ["Topics", "New and changed", "Tags"]
    assert words(home, "//ul[@class='kb-topics']/li/a") == ["Garden", "Guides", "Notes"]
    assert words(home, "//ul[@class='kb-topics']//div/span")[::2] == ["1 article", "4 articles", "45 articles"]
    assert words(home, "//ol[@class='kb-cards']/li/a")[:2] == ["Backups at home", "Wires"]
    assert words(home, "//*[@class='kb-changed']") == ["Updated 2025-05-02"]
    named = home.xpath("//article//ol//a[@class='kb-card__title']/@href")
    assert len(named) == len(set(named)) == 20
    assert words(home, "//ul[@class='kb-tags']/li") == ["Backups 1", "Command line 1", "Disks 4", "Garden 1", "Notes 45"]


def test_the_first_letter_typed_on_the_home_page_is_the_first_of_a_question(visitor: Reader) -> None:
    visitor.sees("light", 1280)
    visitor.go()
    visitor.press(*"search backups")
    visitor.wait(lambda: visitor.open and visitor.all(".kb-search__input")[0].get_attribute("value") == "search backups")
    visitor.wait(lambda: visitor.titles[:1] == ["Backups at home"])
    assert visitor.driver.execute_script("return scrollY") == 0
    visitor.press(Keys.ESCAPE)
    visitor.wait(lambda: not visitor.open)


def test_an_article_has_what_a_reader_wants_to_know_around_its_text(library: Built) -> None:
    page = library.page(ARTICLE)
    assert words(page, "//div[@class='kb-facts']/span") == [
        "Published 2025-04-11",
        "Updated 2025-05-02",
        "1 min read",
        "By Ada Lane, Ben Ode",
    ]
    assert words(page, "//nav[@class='kb-breadcrumbs']//a") == ["Almanac", "Guides"]
    assert page.xpath("//nav[@class='kb-breadcrumbs']//a/@href") == ["../..", "../"]
    assert words(page, "//article/nav[@aria-label='Tags']/a") == ["Backups", "Disks", "Command line"]
    assert not page.xpath("//article/img[@class='kb-hero']")
    assert "Restoring" in words(page, "//nav[@aria-label='Table of contents']//a")
    assert words(page, "//details[@class='kb-contents']//a") == [*PARTS, "Related articles", "Articles that link here"]
    assert "Wires" in words(page, "//section[@aria-labelledby='related']//a")
    assert "Cables" in words(page, "//section[@aria-labelledby='backlinks']//a")
    assert words(page, "//a[contains(@class, 'md-footer__link')]") == ["Previous Guides", "Next Cables"]
    assert words(page, "//p[@class='kb-source']/a") == ["Markdown source"]


@pytest.mark.parametrize(("path", "title"), [(ARTICLE, "Backups at home"), ("guides/cables/", "All about cables")])
def test_an_article_has_one_heading_of_the_first_level_and_says_it_once(library: Built, path: str, title: str) -> None:
    page = library.page(path)
    assert words(page, "//h1") == [f"{title}¶"]
    assert words(page, "//article//*[self::h2 or self::h3]").count(title) == 0


def test_every_listing_has_cards_with_description_date_and_tags(library: Built) -> None:
    for path in ("notes/", "tags/notes/page/2/", "archive/2022/"):
        card = library.page(path).xpath("//ol[@class='kb-cards']/li")[0]
        assert words(card, "p") != []
        assert [len(words(card, f".//{part}")) for part in ("time", "a[@class='md-tag']")] == [1, 1]
    assert words(library.page("tags/notes/page/2"), "//div[@class='kb-facts']/span")[:2] == ["45 articles", "Page 2 of 3"]
    assert library.page("tags/notes").xpath("//article//a[text()='Follow by feed']/@href") == ["feed.xml"]


def test_every_page_is_reached_by_links_alone(library: Built) -> None:
    seen, waiting = {""}, [""]
    while waiting:
        path = waiting.pop()
        for link in library.page(path or "index.html").xpath("//a/@href"):
            address = urlsplit(urljoin(BASE + path, link))
            found = unquote(address.path).removeprefix("/kb/")
            if address.netloc == "example.org" and (library.site / found / "index.html").is_file() and found not in seen:
                seen.add(found)
                waiting.append(found)
    assert sorted(seen) == library.pages()


def test_without_javascript_an_article_is_read_and_left(visitor: Reader) -> None:
    visitor.sees("light", 360)
    visitor.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    visitor.go(ARTICLE)
    text = visitor.all("article")[0].text
    assert "A copy that was never read back is a hope." in text
    assert "rsync --archive" in text
    assert "robocopy" not in text
    visitor.all(".tabbed-labels label")[1].click()
    assert "robocopy" in visitor.all("article")[0].text
    visitor.all("details.note summary")[0].click()
    assert "A clock that is wrong" in visitor.all("article")[0].text
    assert [each.text for each in visitor.all(".kb-nav a") if each.is_displayed()][:3] == ["Almanac", "Garden", "Guides"]
    assert not any(each.is_displayed() for each in visitor.all("[data-kb-menu], [data-kb-open]"))


OUTSIDE = """
const scrolls = (node) => node && (/auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
return [...document.querySelectorAll("article *, header *, footer *")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && node.getBoundingClientRect().width)
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !scrolls(node.parentElement))
  .map((node) => node.outerHTML.slice(0, 100));
"""


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scale"), [(640, 2), (320, 4)])
def test_zoomed_in_nothing_is_cut_and_nothing_scrolls_sideways(visitor: Reader, width: int, scale: int) -> None:
    visitor.sees("light", width, 450, scale)
    for path in PAGES.values():
        visitor.go(path)
        assert visitor.driver.execute_script("return document.documentElement.scrollWidth") <= width, path
        assert visitor.driver.execute_script(OUTSIDE) == [], path


MOVING = """
return [...document.querySelectorAll("*")].filter((node) => ["", "::before", "::after"].some((part) => {
  const style = getComputedStyle(node, part);
  return style.animationName !== "none" || style.transitionDuration.split(", ").some((each) => each !== "0s");
})).map((node) => node.outerHTML.slice(0, 100));
"""


def test_nothing_moves_for_a_reader_who_wants_it_so(visitor: Reader) -> None:
    visitor.sees("light", 1280)
    for path in (ARTICLE, PAGES["search"]):
        visitor.go(path)
        assert visitor.driver.execute_script(MOVING) == []


FOCUS = """
const node = document.activeElement;
const shown = (each, part) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(each, part);
  return outlineStyle !== "none" && parseFloat(outlineWidth) > 1;
};
const box = node.getBoundingClientRect();
const labels = node.type === "radio" ? [...node.parentElement.querySelectorAll("label")] : [];
const ring = shown(node) || shown(node, "::after") || labels.some((each) => shown(each));
return [node.outerHTML.slice(0, 120), ring, box.bottom > 0 && box.top < innerHeight];
"""


@pytest.mark.parametrize(("path", "width"), [("", 640), (ARTICLE, 1280)])
def test_the_tab_key_reaches_everything_and_one_sees_where_one_is(visitor: Reader, path: str, width: int) -> None:
    visitor.sees("light", width)
    visitor.go(path)
    seen: list[str] = []
    for _ in range(150):
        visitor.press(Keys.TAB)
        html, ring, inside = visitor.driver.execute_script(FOCUS)
        if html.startswith("<body") or html in seen[:1]:
            break
        seen.append(html)
        assert (ring, inside) == (True, True), html
    everything = " ".join(seen)
    for part in ["data-kb-open", "md-option", *(["data-kb-menu"] if width == 640 else ["Archive</a>"]), "md-tag"]:
        assert part in everything, part


def test_the_first_press_of_tab_offers_the_way_past_the_navigation(visitor: Reader) -> None:
    visitor.sees("light", 1280)
    for page in ("", ARTICLE, "notes/", "tags/", "archive/2022/", "nowhere/"):
        visitor.go(page)
        visitor.press(Keys.TAB)
        assert visitor.active == "md-skip", page


def test_the_drawer_opens_by_key_keeps_the_focus_and_gives_it_back(visitor: Reader) -> None:
    visitor.sees("light", 640)
    visitor.go(ARTICLE)
    (menu, *_) = visitor.all("[data-kb-menu]")
    visitor.driver.execute_script("arguments[0].focus()", menu)
    visitor.press(Keys.ENTER)
    visitor.wait(lambda: visitor.active == "kb-nav__close")
    assert menu.get_attribute("aria-expanded") == "true"
    assert broken(visitor) == []
    reached = []
    for _ in range(30):
        visitor.press(Keys.TAB)
        reached.append(visitor.driver.execute_script("return !document.activeElement.closest('article, header, footer')"))
    assert all(reached)
    visitor.press(Keys.ESCAPE)
    visitor.wait(lambda: visitor.active == "md-header__button")
    assert menu.get_attribute("aria-expanded") == "false"


def test_a_window_made_wide_has_no_drawer_that_keeps_a_reader_from_the_text(visitor: Reader) -> None:
    visitor.sees("light", 640)
    visitor.go(ARTICLE)
    visitor.all("[data-kb-menu]")[0].click()
    visitor.wait(lambda: visitor.all(".md-content[inert]"))
    visitor.sees("light", 1280)
    visitor.wait(lambda: not visitor.all(".md-content[inert]"))


def test_the_drawer_shows_what_lies_in_each_topic(visitor: Reader) -> None:
    visitor.sees("light", 360)
    visitor.go("")
    visitor.all("[data-kb-menu]")[0].click()
    visitor.wait(lambda: visitor.all(".kb-nav summary")[2].is_displayed())
    visitor.all(".kb-nav summary")[2].click()
    shown = [each.text for each in visitor.all(".kb-nav details[open] a")]
    assert (len(shown), shown[-1]) == (7, "39 more")
    edges = {each.rect["x"] for each in visitor.all(".kb-nav details[open] a")}
    assert len(edges) == 1


def test_on_paper_there_is_the_text_alone_and_all_of_it(visitor: Reader) -> None:
    visitor.sees("dark", 700)
    visitor.go(ARTICLE)
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    script = "return [...document.querySelectorAll(arguments[0])].filter((each) => each.checkVisibility()).length"
    for hidden in (".md-header", ".md-sidebar", ".md-footer", ".kb-below", ".kb-source", ".kb-contents", ".kb-hero", ".headerlink"):
        assert visitor.driver.execute_script(script, hidden) == 0, hidden
    text = visitor.driver.execute_script("return document.querySelector('article').innerText")
    assert "rsync --archive" in text
    assert "robocopy" in text
    cut = "return [...document.querySelectorAll('pre, pre code, table')].filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    assert visitor.driver.execute_script(cut) == 0
    assert visitor.driver.execute_script("return getComputedStyle(document.querySelector('h1')).color") == "rgba(0, 0, 0, 0.87)"
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_colours_are_those_of_the_system_until_a_reader_chooses(visitor: Reader) -> None:
    for scheme, name in (("light", "default"), ("dark", "slate"), ("light", "default")):
        visitor.sees(scheme, 1280)
        visitor.go("")
        visitor.wait(functools.partial(visitor.all, f"body[data-md-color-scheme={name}]"))


NAMED = {
    "index.md": "# Home\n\nWords of the author.\n",
    "t/index.md": "# T\n\nSee [prose](prose.md) [@doe].\n\n- [Named](named.md): first.\n- [Sub](sub/index.md)\n",
    "t/named.md": "---\ntitle: Named\ndate: 2025-01-01\n---\nText about disks and cables.\n\n## See also\n\n- [Prose](prose.md)\n",
    "t/prose.md": "---\ntitle: Prose\ndate: 2025-01-02\nupdated: 2025-03-01\n---\nText about disks and cables.\n",
    "t/sub/index.md": "# Sub\n",
    "t/sub/deep.md": "---\ntitle: Deep\ndate: 2025-02-01\n---\nText about disks and cables.\n",
    ".sources.yml": "- key: doe\n  title: A book\n  authors: Doe J\n  container: Press\n  type: book\n  year: 2020\n",
}
HOME = {"title": "What we know", "lead": "Disks and cables.", "start": ["t/named.md"]}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = project(tmp_path_factory.mktemp("named") / "site", NAMED)
    (root / "mkdocs.yml").write_text(f"INHERIT: tests.yml\nextra:\n  knowledge:\n    home: {json.dumps(HOME)}\n")
    shutil.copy(SETTINGS, root / "tests.yml")
    return run(root, "mkdocs", "build")


def test_what_an_author_lists_has_no_card_and_the_others_stand_before_the_sources(named: Built) -> None:
    page = named.page("t")
    assert words(page, "//li[contains(@class, 'kb-card')]/a") == ["Prose"]
    assert words(page, "//article//h2") == ["More articles", "Sources¶"]


def test_an_article_with_a_list_of_related_ones_has_no_second_one(named: Built) -> None:
    assert not named.page("t/named").xpath("//section[@aria-labelledby='related']")
    assert named.page("t/prose").xpath("//section[@aria-labelledby='related']")


def test_the_home_page_says_what_its_settings_say_and_what_changed_last_comes_first(named: Built) -> None:
    home = named.page("index.html")
    assert words(home, "//h1") == ["What we know"]
    assert words(home, "//p[@class='kb-welcome__lead']") == ["Disks and cables."]
    assert words(home, "//nav[@class='kb-welcome__start']/a") == ["Named"]
    assert words(home, "//ol[@class='kb-cards']/li/a") == ["Prose", "Deep"]
    assert words(home, "//ol[@class='kb-cards']//time/..")[:2] == ["Updated 2025-03-01", "Published 2025-02-01"]
