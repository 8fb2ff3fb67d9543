"""Accessibility: every rule of axe-core holds, in both colour schemes, on a phone and at a desk."""

from importlib import resources
from typing import Any

import browser
import pytest
from reader import Reader

pytestmark = browser.needs_chromium

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
PAGES = {
    "home": "",
    "article": "guides/backups/",
    "topic": "notes/",
    "tag": "tags/disks/",
    "tags": "tags/",
    "archive": "archive/",
    "year": "archive/2022/",
    "search": "guides/disks/?q=disk%20copy",
    "lost": "nowhere/at-all/",
}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_breaks_no_rule_of_axe(visitor: Reader, page: str, scheme: str, width: int) -> None:
    visitor.sees(scheme, width)
    visitor.go(PAGES[page])
    if page == "search":
        visitor.wait(lambda: visitor.titles)
    assert broken(visitor) == []


def broken(visitor: Reader) -> list[str]:
    """The rules that the page breaks, each with where it does."""
    visitor.driver.execute_script(AXE)
    found: list[dict[str, Any]] = visitor.driver.execute_async_script("axe.run(document).then((found) => arguments[0](found.violations))")
    return [f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}" for rule in found for node in rule["nodes"]]
