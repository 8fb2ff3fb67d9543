"""The handbook tells the truth: every example is built strictly and does what its page says; every table is that of the code."""

from pathlib import Path

import handbook
import pytest
from handbook import HANDBOOK

PAGES = sorted(path.name for path in HANDBOOK.glob("*.md"))


@pytest.mark.parametrize("name", PAGES)
def test_every_example_of_a_page_does_what_the_page_says(name: str, tmp_path: Path) -> None:
    page = HANDBOOK / name
    if not handbook.examples(page):
        return
    site = handbook.built(tmp_path, page, "--strict")
    assert site.code == 0, site.output
    assert list(handbook.missing(site, page)) == []
