"""A small site of notes and images, and texts rendered as if they were articles in it."""

from collections.abc import Sequence

from almanac_kb.core.diagnostics import LocalDiagnostic
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import citations, link_targets
from almanac_kb.markdown.constructs import Parsed
from almanac_kb.markdown.dialects import github, obsidian
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index
from almanac_kb.markdown.parser import STANDARD, parse, render
from almanac_kb.markdown.references import Bibliography, Reference
from almanac_kb.markdown.rules import Plugin

HERE = SourcePath("notes/here.md")
ARTICLES = (
    IndexedArticle(HERE, "Here"),
    IndexedArticle(SourcePath("notes/Filters.md"), "Filters", ("Filter list", "old/filters")),
    IndexedArticle(SourcePath("notes/b c.md"), "B and C"),
    IndexedArticle(SourcePath("notes/My bowl.md"), "Bowl"),
    IndexedArticle(SourcePath("more/Sorting.md"), "Sorting"),
    IndexedArticle(SourcePath("other/Sorting.md"), "Sorting"),
    IndexedArticle(SourcePath("guide/index.md"), "Guide"),
    IndexedArticle(SourcePath("guide/first-steps.md"), "First steps", ("guide/first/", "/%C3%BCber/")),
    IndexedArticle(SourcePath("Lamp-Oil.md"), "How to buy it"),
    IndexedArticle(SourcePath("C#.md"), "C#"),
)
ASSETS = ("img/pic.png", "notes/near.png", "static/logos/a.svg", "notes/plan b.pdf")
TAGS = {"brass": "tags/brass/index.md"}
INDEX = build_link_index(ARTICLES, ASSETS, TAGS, hashtags=True)
ZECH = Reference(
    "zech-2018",
    "Confounding variables",
    authors="Zech JR, et al.",
    container="PLOS Medicine",
    year="2018",
    locator="15(11):e1",
    type="article",
)
LANG = Reference("lang-2023", "Screening", authors="Lång K, et al.", year="2023", doi="10.1016/S1470-2045(23)00298-X")
LAW = Reference("gdpr-2016", "Regulation 2016/679", authors="European Parliament and Council", year="2016", url="https://e.eu/oj")
CITATIONS = citations.rules(Bibliography((ZECH, LANG, LAW)))
ALL: tuple[Plugin, ...] = (*STANDARD, obsidian.rules, github.rules, CITATIONS, link_targets.rules)


def parsed(text: str, dialects: Sequence[Plugin] = ALL) -> Parsed:
    """A text of the article `notes/here.md`, parsed."""
    return parse(text, here=HERE, index=INDEX, dialects=dialects)


def html(text: str) -> str:
    """The HTML of a text of the article `notes/here.md`."""
    return render(parsed(text)).strip()


def line(text: str) -> str:
    """The HTML of a text that is one paragraph, without the paragraph."""
    return html(text).removeprefix("<p>").removesuffix("</p>")


def messages(text: str) -> list[tuple[int, int, str, str, str]]:
    """Line, column, severity, message and hint of all that is reported of a text."""
    diagnostics: tuple[LocalDiagnostic, ...] = (*parsed(text).diagnostics, *parsed(text).deferred)
    return [(note.position.line, note.position.column, note.severity.name, note.message, note.hint) for note in diagnostics]
