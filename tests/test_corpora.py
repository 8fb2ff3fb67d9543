"""Real articles that nobody here wrote, built as the docs/ of a copy of this project: published, withheld or refused, none lost."""

import datetime
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from builder import CORPORA, PROJECT, TODAY, build
from litter import litter, lost_words
from lxml.html import fromstring

from almanac_kb.content import loader
from almanac_kb.content.settings import Settings
from almanac_kb.core.paths import is_article
from almanac_kb.frontmatter import header as frontmatter_header

sys.path.insert(0, str(Path(__file__).with_name("bench")))

import corpora

COUNTS = {
    "astro-blog": (286, 0, 0),
    "docusaurus-docs": (227, 12, 0),
    "hugo-toml": (135, 0, 0),
    "jekyll-docs": (43, 0, 0),
    "material-docs": (153, 1, 0),
    "mkdocs-health": (126, 0, 0),
    "obsidian-vault": (105, 13, 0),
    "vitepress-docs": (119, 0, 0),
}
"""Published, withheld, refused."""
LITTER = {"astro-blog": 2, "hugo-toml": 3, "material-docs": 2, "vitepress-docs": 5}
"""Signs that are left: `**` beside a blank, which is no emphasis in CommonMark either; names in `<` and `>` that are text; two macros."""
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")]


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_every_article_of_a_corpus_is_published_withheld_or_refused(name: str, tmp_path: Path) -> None:
    built = build(tmp_path, CORPORA / name, REFUSED="skip")
    assert built.code == 0, built.output
    published, withheld, refused = COUNTS[name]
    assert published + withheld + refused == sum(is_article(path.name) for path in (CORPORA / name).rglob("*"))
    assert f"{published} articles and pages to publish, {withheld} withheld, {refused} refused" in built.output
    now = datetime.datetime.fromtimestamp(int(TODAY), datetime.UTC)
    catalogue = loader.load_site(CORPORA / name, Settings(), now, "Almanac")
    for article in catalogue.published:
        page = built.page(article.url or "index.html")
        text = page.xpath("string(//article)")
        raw = (CORPORA / name / article.source).read_bytes().decode().replace("\r\n", "\n")
        split = frontmatter_header.split_header(raw)
        lines = [line for line in split.header.split("\n") if re.match(r"\w+\s*[:=]\s*\S", line) and line not in split.body]
        assert [line for line in lines if line in text] == []


@pytest.fixture(scope="module")
def measured() -> Mapping[str, corpora.Result]:
    """What became of each corpus."""
    return {name: corpora.measure(name) for name in corpora.ORIGINS}


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_no_markup_is_left_in_the_articles_of_a_corpus_and_no_word_is_lost(name: str, measured: Mapping[str, corpora.Result]) -> None:
    found = measured[name]
    assert (found.published, found.withheld, found.refused) == COUNTS[name]
    assert found.litter.total() <= LITTER.get(name, 0), found.litter
    assert found.lost.total() <= 3, found.lost


def test_the_readme_has_the_table(measured: Mapping[str, corpora.Result]) -> None:
    readme = (PROJECT / "README.md").read_text()
    assert [line for line in corpora.table(measured.items()) if line not in readme] == []


def test_litter_is_counted_outside_code() -> None:
    page = fromstring("<div><p>a {: .x } [[b]] <code>[[c]]</code></p><pre>{% d %}</pre><p>x</p>\n::: note</div>")
    assert litter(page) == {"{: }": 1, "[[": 1, ":::": 1}


def test_words_are_lost_that_no_markup_takes() -> None:
    assert lost_words("One *two* [three](x/four.md) {: .five }", "<p>One <em>two</em></p>") == {"three": 1}
