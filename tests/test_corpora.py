"""Real articles that nobody here wrote, built as the docs/ of a copy of this project: published, withheld or refused, none lost."""

import datetime
import re
from pathlib import Path

import pytest
from builder import CORPORA, TODAY, build

from almanac_kb.content import loader
from almanac_kb.content.settings import Settings
from almanac_kb.frontmatter import header as frontmatter_header

COUNTS = {"astro-blog": (286, 0, 0), "hugo-toml": (135, 0, 0), "mkdocs-health": (126, 0, 0), "obsidian-vault": (105, 13, 0)}
"""Published, withheld, refused."""


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
@pytest.mark.parametrize("name", sorted(COUNTS))
def test_every_article_of_a_corpus_is_published_withheld_or_refused(name: str, tmp_path: Path) -> None:
    built = build(tmp_path, CORPORA / name, REFUSED="skip")
    assert built.code == 0, built.output
    published, withheld, refused = COUNTS[name]
    assert published + withheld + refused == len(list((CORPORA / name).rglob("*.md")))
    assert f"{published} articles and pages to publish, {withheld} withheld, {refused} refused" in built.output
    now = datetime.datetime.fromtimestamp(int(TODAY), datetime.UTC)
    catalogue = loader.load_site(CORPORA / name, Settings(), now, "Almanac")
    for article in catalogue.published:
        page = built.page(article.url or "index.html")
        text = page.xpath("string(//article)")
        raw = (CORPORA / name / article.source).read_bytes().decode().replace("\r\n", "\n")
        header = frontmatter_header.split_header(raw).header
        assert [line for line in header.split("\n") if re.match(r"\w+\s*[:=]\s*\S", line) and line in text] == []
