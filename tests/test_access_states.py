"""Every rule of axe-core in more states of pages: forced colours, more contrast, from right to left, what opens; and nothing moves."""

from collections.abc import Iterator

import browser
import pytest
from builder import Built, build
from reader import Reader
from test_accessibility import PAGES, broken
from visit import visit

pytestmark = [browser.needs_chromium, pytest.mark.slow]
MORE: dict[str, str] = {"sources": "sources/", "map": "map/", "titles": "page/a-z/", "notes by title": "notes/page/a-z/"}
ALL = PAGES | MORE
FORCED = [{"name": "forced-colors", "value": "active"}, {"name": "prefers-contrast", "value": "more"}]
ARABIC = {
    "index.md": "---\nlang: ar\n---\n# مكتبة\n\nكل شيء.\n",
    "disks/index.md": "---\nlang: ar\ntitle: أقراص\n---\n# أقراص\n\nانظر [نسخ](copies.md).\n",
    "disks/copies.md": (
        "---\nlang: ar\ntitle: نسخ\ndate: 2025-01-02\ntags: [قرص]\n---\n# نسخ\n\nكلمات [عن الأقراص](disks.md) و`code`[^1].\n\n"
        "> اقتباس\n\n- واحد\n- اثنان\n\n| اسم | حجم |\n|---|---|\n| قرص | 2 |\n\n```python\nprint('x')\n```\n\n[^1]: حاشية.\n"
    ),
    "disks/disks.md": "---\nlang: ar\ntitle: عن الأقراص\ndate: 2025-01-03\ntags: [قرص]\n---\n# عن الأقراص\n\nنص.\n",
}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])
@pytest.mark.parametrize("page", MORE)
def test_a_further_page_breaks_no_rule_of_axe(visitor: Reader, page: str, scheme: str, width: int) -> None:
    visitor.sees(scheme, width)
    visitor.go(MORE[page])
    assert broken(visitor) == []


@pytest.mark.parametrize("feature", FORCED, ids=lambda each: each["name"])
@pytest.mark.parametrize("page", ALL)
def test_a_page_breaks_no_rule_in_the_colours_of_its_reader(visitor: Reader, page: str, feature: dict[str, str]) -> None:
    visitor.sees("dark" if feature["name"] == "prefers-contrast" else "light", 1280)
    motion = {"name": "prefers-reduced-motion", "value": "reduce"}
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature, motion]})
    visitor.go(ALL[page])
    if page == "search":
        visitor.wait(lambda: visitor.titles)
    assert broken(visitor) == []
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    built = build(tmp_path_factory.mktemp("arabic"), ARABIC)
    assert built.code == 0, built.output
    with browser.serving(built.site) as home, browser.chromium() as driver:
        yield Reader(driver, home)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["", "disks/", "disks/copies/", "disks/disks/"])
def test_a_page_from_right_to_left_is_mirrored_and_breaks_no_rule(arabic: Reader, path: str, width: int) -> None:
    arabic.sees("light", width)
    arabic.go(path)
    assert broken(arabic) == []
    script = "return [getComputedStyle(document.querySelector('article')).direction, document.documentElement.scrollWidth <= innerWidth]"
    assert arabic.driver.execute_script(script) == ["rtl", True]


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_nothing_moves_while_a_page_comes(library: Built, width: int) -> None:
    with browser.serving(library.site) as home, browser.chromium() as driver:
        for slow in (False, True):
            for path in ("", "guides/backups/", "notes/", "tags/disks/", "sources/", "map/"):
                seen = visit(driver, home + path, width=width, slow=slow)
                assert seen.shift <= 0.02, (path, slow, seen.moved)
                assert seen.said == (), path
