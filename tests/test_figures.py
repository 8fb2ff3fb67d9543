"""Formulas and diagrams: drawn by the reader's browser from our own origin, on the pages that have any, and source text without it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vendor
from browser import chromium, needs_chromium, serving
from builder import PROJECT, Built, build
from selenium.webdriver import Chrome
from selenium.webdriver.support.wait import WebDriverWait
from visit import visit

from almanac_kb.render.document import figures

FORMULAS = r"""# Formulas

In the line $e^{i\pi} + 1 = 0$, it costs \$5 and $10, and broken $\frac{1$.

$$
\frac{1}{n} \sum_{i=1}^{n} x_i \quad \begin{pmatrix} a & b \\ c & d \end{pmatrix}
$$

## Of $\alpha$

$$
a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p
$$
"""
DIAGRAMS = """# Diagrams

```mermaid
graph LR
  A[Start] --> B{Is it <b>big</b>?}
  B -->|Yes| C[Split & mend]
```

```mermaid
no diagram at all
```
"""
PROGRAMS = ("vendor/", "assets/formulas.js", "assets/diagrams.js")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site with a page of formulas, one of diagrams, and one of neither."""
    docs = {"t/formulas.md": FORMULAS, "t/diagrams.md": DIAGRAMS, "t/plain.md": "# Plain\n\nIt costs $5 or $10.\n"}
    built = build(tmp_path_factory.mktemp("figures"), docs, "--strict")
    assert built.code == 0, built.output
    return built


@pytest.fixture(scope="module")
def home(site: Built) -> Iterator[str]:
    with serving(site.site) as address:
        yield address


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with chromium() as opened:
        yield opened


def policy(site: Built, path: str) -> dict[str, list[str]]:
    """The content security policy of a page, by directive."""
    (text,) = site.page(path).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    return {name: values for name, *values in (each.split() for each in text.split("; "))}


def drawn(driver: Chrome, selector: str) -> list[Any]:
    """The elements of that selector, once there are any."""
    found: list[Any] = WebDriverWait(driver, 20).until(lambda _: driver.find_elements("css selector", selector))
    return found


def test_without_a_browser_to_draw_them_they_are_the_text_of_the_author(site: Built) -> None:
    formulas, diagrams = site.page("t/formulas"), site.page("t/diagrams")
    assert formulas.xpath("//article//span[@class='arithmatex']/text()") == [
        r"\(e^{i\pi} + 1 = 0\)",
        r"\(\frac{1\)",
        r"\(\alpha\)",
    ]
    assert "costs $5 and $10" in formulas.text_content()
    assert formulas.xpath("//article//div[@class='arithmatex']/text()")[0].strip() == (
        "\\[\n\\frac{1}{n} \\sum_{i=1}^{n} x_i \\quad \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}\n\\]"
    )
    assert diagrams.xpath("//article//pre[@class='mermaid']/code/text()")[0].startswith("graph LR\n  A[Start] --> B{Is it <b>big</b>?}")


def test_only_a_page_with_diagrams_may_style_its_elements_and_none_may_evaluate_text(site: Built) -> None:
    plain, formulas, diagrams = (policy(site, f"t/{name}") for name in ("plain", "formulas", "diagrams"))
    assert formulas == plain
    changed = {name for name in plain if diagrams[name] != plain[name]}
    assert changed == {"style-src", "style-src-attr"}
    assert diagrams["style-src"] == ["'self'", "'unsafe-inline'"]
    assert diagrams["style-src-attr"] == ["'unsafe-inline'"]
    assert "'unsafe-eval'" not in str(diagrams)


def test_a_site_without_them_publishes_none_of_the_programs(tmp_path: Path) -> None:
    found = build(tmp_path, {"a.md": "# A\n"})
    assert [path for path, _ in found.files() if any(each in path for each in PROGRAMS)] == []


@needs_chromium
@pytest.mark.parametrize(
    ("page", "programs"), [("t/plain/", ()), ("t/formulas/", ("katex", "formulas")), ("t/diagrams/", ("mermaid", "diagrams"))]
)
def test_a_page_loads_what_it_draws_and_nothing_else(driver: Chrome, home: str, page: str, programs: tuple[str, ...]) -> None:
    found = visit(driver, home + page)
    loaded = [address.removeprefix(f"{home}assets/") for address in found.weights if any(each in address for each in PROGRAMS)]
    kinds = {address.removeprefix("vendor/").partition("/")[0].removesuffix(".js") for address in loaded}
    assert kinds == set(programs)
    assert found.origins == {home.removesuffix("kb/")}
    assert found.said == ()


@needs_chromium
@pytest.mark.parametrize("width", [360, 1280])
def test_formulas_are_drawn_before_the_text_is_shown_and_do_not_move_it(driver: Chrome, home: str, width: int) -> None:
    found = visit(driver, f"{home}t/formulas/", width=width, slow=True)
    assert found.shift < 0.02, found.moved
    assert len(drawn(driver, "article .katex")) == 4
    assert driver.execute_script("return document.querySelectorAll('article math').length") == 4
    assert driver.execute_script("return document.querySelectorAll('.md-nav--secondary .katex').length") == 1
    reachable = "return [...document.querySelectorAll('article div.arithmatex')].map((each) => each.tabIndex === 0)"
    assert driver.execute_script(reachable) == [False, width == 360]
    assert r"\(\frac{1\)" in driver.find_element("tag name", "article").text


@needs_chromium
@pytest.mark.parametrize("dark", [False, True])
def test_diagrams_are_drawn_in_the_colours_of_the_page(driver: Chrome, home: str, dark: bool) -> None:
    found = visit(driver, f"{home}t/diagrams/", dark=dark)
    (svg,) = drawn(driver, "article .kb-diagram > svg")
    assert svg.accessible_name == "Diagram"
    assert "Is it big?" in svg.text
    assert driver.execute_script("return getComputedStyle(document.querySelector('.kb-diagram .node rect')).fill") != "rgb(0, 0, 0)"
    brightness = driver.execute_script("return getComputedStyle(document.querySelector('.kb-diagram .node .nodeLabel')).color")
    assert (int(brightness.split("(")[1].split(",")[0]) > 128) is dark
    assert "no diagram at all" in driver.find_element("tag name", "article").text
    assert found.said == ()
    assert driver.get_log("browser") == []  # type: ignore[no-untyped-call]


@needs_chromium
def test_diagrams_are_drawn_anew_where_the_reader_changes_the_colours(driver: Chrome, home: str) -> None:
    visit(driver, f"{home}t/diagrams/")
    colour = "return getComputedStyle(document.querySelector('.kb-diagram .nodeLabel')).color"
    drawn(driver, "article .kb-diagram > svg")
    before = driver.execute_script(colour)
    driver.execute_script("[...document.querySelectorAll('[data-md-component=palette] label')].find((each) => !each.hidden).click()")
    WebDriverWait(driver, 20).until(lambda _: driver.execute_script(colour) != before)


def test_what_was_brought_along_is_what_the_manifest_says() -> None:
    manifest = vendor.pinned()
    assert set(manifest) == set(vendor.TAKEN)
    there = {path.relative_to(vendor.HOME).as_posix() for path in vendor.HOME.rglob("*") if path.is_file()} - {"manifest.json"}
    said = {f"{name}/{path}": digest for name, package in manifest.items() for path, digest in package["files"].items()}
    assert {path: hashlib.sha256((vendor.HOME / path).read_bytes()).hexdigest() for path in there} == said
    assert {package["license"] for package in manifest.values()} == {"MIT"}
    assert all(f"{name}/LICENSE" in said for name in manifest)
    assert sum((vendor.HOME / path).stat().st_size for path in there) < 4_200_000


def test_nothing_that_was_brought_along_makes_code_of_text() -> None:
    scripts = list((PROJECT / "overrides/assets/vendor").rglob("*.*js"))
    assert scripts
    assert [path.name for path in scripts if "new Function(" in path.read_text()] == []


@pytest.mark.parametrize(
    ("block", "drawn"),
    [
        ('<pre class="mermaid">', True),
        ('<pre id="a" class="wide mermaid">', True),
        ("<pre class=mermaid>", True),
        ('<PRE CLASS="mermaid wide">', True),
        ('<pre class="not-mermaid">', False),
        ('<pre class="mermaid-like">', False),
        ('<div class="mermaid">', False),
    ],
)
def test_a_block_is_drawn_where_its_class_stands_beside_others(block: str, drawn: bool) -> None:
    assert figures(f"{block}graph LR</pre>").diagrams is drawn
