"""`python tests/bench/corpora.py`: real articles of eight systems, read and compiled: what is published, what markup is left, what is lost.

Prints the table of the handbook. The articles lie beside the checkout, and nothing of them is part of it.
"""

import datetime
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "hooks")]

from builder import CORPORA  # noqa: E402
from litter import litter, lost_words  # noqa: E402
from lxml.html import fromstring  # noqa: E402

from almanac_kb.content import loader  # noqa: E402
from almanac_kb.content.settings import Settings  # noqa: E402
from almanac_kb.mkdocs.configuration import Configuration  # noqa: E402

ORIGINS = {
    "astro-blog": ("a blog", "Astro"),
    "hugo-toml": ("a project's site", "Hugo, TOML"),
    "jekyll-docs": ("a theme's handbook", "Jekyll, kramdown"),
    "docusaurus-docs": ("a framework's handbook", "Docusaurus, MDX"),
    "mkdocs-health": ("a health service", "MkDocs with Material"),
    "material-docs": ("a framework's handbook", "MkDocs with Material, PyMdown blocks"),
    "obsidian-vault": ("a plugin's handbook", "Obsidian vault"),
    "vitepress-docs": ("a framework's handbook", "VitePress"),
}
"""What each folder of articles is, and the dialect it is written in."""
NOON = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Result:
    """What became of the articles of a folder."""

    articles: int
    published: int
    withheld: int
    refused: int
    litter: Counter[str]
    """What markup of other systems is left in the text of the articles, outside code."""
    lost: Counter[str]
    """The words of the Markdown that the HTML lacks."""


def measure(name: str) -> Result:
    """The result of a folder of the corpora."""
    site = loader.load_site(CORPORA / name, Settings(), NOON, "")
    documents = Configuration(CORPORA / name, {}).compile(site)
    left: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for article, document in zip(site.published, documents.values(), strict=True):
        left += litter(fromstring(f"<div>{document.html}</div>"))
        lost += lost_words(article.body.text, f"<p>{article.title}</p>{document.html.text}")
    count = len(site.published) + len(site.withheld) + len(site.refused)
    return Result(count, len(site.published), len(site.withheld), len(site.refused), left, lost)


def table(results: Iterable[tuple[str, Result]]) -> Iterator[str]:
    """The table in Markdown, of the folders of the corpora by name."""
    yield "| from | dialect | articles | published | withheld | refused | litter | words lost |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, found in results:
        kinds = ", ".join(f"`{kind}` {count}" for kind, count in found.litter.most_common())
        numbers = found.articles, found.published, found.withheld, found.refused
        cells = (*ORIGINS[name], *map(str, numbers), f"{found.litter.total()}{f': {kinds}' if kinds else ''}", str(found.lost.total()))
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    for line in table((name, measure(name)) for name in ORIGINS):
        print(line, flush=True)
