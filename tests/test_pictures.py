"""The pictures of a built site: their size, when they come, what moves as they do, and which of them are too heavy."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, needs_chromium, serving
from builder import Built, build
from lxml import html
from selenium.webdriver import Chrome
from test_picture_size import picture
from visit import Visit, visit

HEADER = "title: {title}\ndescription: Pictures of a page, large and small.\ndate: 2025-01-01"
WORDS = "Some words between two pictures, long enough for a line or two on a telephone, and for one on a wide screen.\n\n" * 3
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 504"><rect width="720" height="504"/></svg>'
PICTURES = f"""---
{HEADER.format(title="Pictures")}
image: hero.jpg
---
# Pictures

{WORDS}
![wide](wide.jpg)

{WORDS}
![small](wide.jpg){{ width=300 }} ![[second.jpg|200]]

<img src="drawing.svg" alt="drawing" loading="eager">

{WORDS}
![broken](broken.png) ![sideways](sideways.jpg)

{WORDS}
![heavy](heavy.png)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site with an article of many pictures, one with a drawn cover, and pages without."""
    noise = random.Random(1).randbytes(600_000)
    docs: dict[str, str | bytes] = {
        "t/pictures.md": PICTURES,
        "t/cover.md": f"---\n{HEADER.format(title='Cover')}\n---\n# Cover\n\n![wide](wide.jpg)\n\n{WORDS}",
        "t/again.md": f"---\n{HEADER.format(title='Again')}\n---\n# Again\n\n![heavy](heavy.png)\n",
        "index.md": "# Home\n\n![one](t/wide.jpg)\n\n![two](t/wide.jpg)\n",
        "t/wide.jpg": picture("JPEG", (1200, 800)),
        "t/second.jpg": picture("JPEG", (1200, 800)),
        "t/hero.jpg": picture("JPEG", (1500, 500)),
        "t/sideways.jpg": picture("JPEG", (600, 400), 6),
        "t/drawing.svg": SVG,
        "t/broken.png": b"\x89PNG\r\n\x1a\nbroken",
        "t/heavy.png": picture("PNG", (30, 20)) + noise,
    }
    built = build(tmp_path_factory.mktemp("pictures"), docs, "--strict", SITE_URL="https://example.org/kb/")
    assert built.code == 0, built.output
    return built


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with chromium() as opened:
        yield opened


def said(page: html.HtmlElement, alt: str) -> dict[str, str]:
    """What a page says of a picture, but for its address."""
    (found,) = page.xpath(f"//article//img[@alt='{alt}']")
    return {key: value for key, value in found.items() if key not in ("src", "alt", "class")}


@pytest.mark.parametrize(
    ("alt", "expected"),
    [
        ("wide", {"width": "1200", "height": "800", "loading": "lazy", "decoding": "async"}),
        ("small", {"width": "300", "height": "200", "loading": "lazy", "decoding": "async"}),
        ("second", {"width": "200", "height": "133", "loading": "lazy", "decoding": "async"}),
        ("drawing", {"width": "720", "height": "504", "loading": "eager", "decoding": "async"}),
        ("broken", {"loading": "lazy", "decoding": "async"}),
        ("sideways", {"width": "400", "height": "600", "loading": "lazy", "decoding": "async"}),
        ("", {"width": "1500", "height": "500", "fetchpriority": "high"}),
    ],
)
def test_every_picture_of_the_site_says_its_size_and_comes_late_but_for_the_first(site: Built, alt: str, expected: dict[str, str]) -> None:
    assert said(site.page("t/pictures"), alt) == expected


def test_the_first_picture_comes_at_once_where_there_is_no_cover(site: Built) -> None:
    assert said(site.page("t/cover"), "wide") == {"width": "1200", "height": "800", "decoding": "async"}
    assert said(site.page("index.html"), "one") == {"width": "1200", "height": "800", "decoding": "async"}
    assert said(site.page("index.html"), "two")["loading"] == "lazy"


def test_other_sites_are_told_the_size_of_the_picture_of_an_article(site: Built) -> None:
    page = site.page("t/pictures")
    assert page.xpath("//meta[@property='og:image']/@content") == ["https://example.org/kb/t/hero.jpg"]
    assert page.xpath("//meta[@property='og:image:width']/@content") == ["1500"]
    assert page.xpath("//meta[@property='og:image:height']/@content") == ["500"]


def test_a_heavy_picture_is_named_once_with_its_place(site: Built) -> None:
    told = [line.partition("notice: ")[2] for line in site.output.splitlines() if ": heavy: " in line]
    assert told == [
        "docs/t/again.md:8:10: heavy: 'heavy.png' weighs 600 kB, more than 500; save it as WebP or JPEG, at most 1,600 pixels wide"
    ]


def test_a_heavy_picture_of_the_header_is_named_at_its_field(tmp_path: Path) -> None:
    heavy = picture("PNG", (30, 20)) + random.Random(1).randbytes(1_300_000)
    made = build(tmp_path, {"a.md": f"---\n{HEADER.format(title='A')}\nimage: b.png\n---\nText.\n", "b.png": heavy})
    assert "notice: docs/a.md:5:8: heavy: 'b.png' weighs 1,300 kB, more than 500; save it as" in made.output


def visits(driver: Chrome, address: str, width: int) -> Iterator[Visit]:
    """Three first visits, one after the other: on a busy machine Chromium now and then counts the theme's own drawer as moved."""
    for _ in range(3):
        yield visit(driver, address, width=width, slow=True)


@needs_chromium
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("page", ["t/pictures/", "t/cover/", ""])
def test_nothing_moves_as_pictures_and_styles_come_late(site: Built, driver: Chrome, page: str, width: int) -> None:
    with serving(site.site) as home:
        found = next((calm for calm in visits(driver, home + page, width) if calm.shift < 0.02), None)
        sizes = driver.execute_script(
            "return [...document.querySelectorAll('article img:not(.kb-hero, [class^=kb-card])')].filter((each) => each.naturalWidth)"
            ".map((each) => [each.clientWidth / each.clientHeight, each.naturalWidth / each.naturalHeight])"
        )
    assert found, "the layout moved at each of three visits"
    assert sizes
    assert all(shown == pytest.approx(true, rel=0.02) for shown, true in sizes)


@needs_chromium
def test_something_moves_where_pictures_do_not_say_their_size(site: Built, driver: Chrome) -> None:
    page = site.text("t/cover")
    bare = page.replace(" width=1200 height=800", "")
    assert bare != page
    (site.site / "t/bare").mkdir(exist_ok=True)
    (site.site / "t/bare/index.html").write_text(bare)
    with serving(site.site) as home:
        assert visit(driver, f"{home}t/bare/", width=1280, slow=True).shift > 0.02
