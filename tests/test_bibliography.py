"""How sources are read, cited, numbered and listed."""

import re
from html import unescape
from pathlib import Path

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almanac_kb.content.bibliography import format_reference, list_references, read_bibliography, reference_schema, unused_references
from almanac_kb.core.diagnostics import Diagnostic, Position, Severity
from almanac_kb.core.paths import UrlPath
from almanac_kb.markdown.references import BIBLIOGRAPHY_FILE, Bibliography, Reference

SOURCES = Path(__file__).parents[2] / "shared" / "sources.yml"
EXTENSIONS = ["abbr", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc", "pymdownx.superfences", "pymdownx.smartsymbols"]

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
LAW = Reference(
    "gdpr-2016", "Regulation 2016/679", authors="European Parliament and Council", year="2016", type="regulation", url="https://e.eu/oj"
)
LIBRARY = Bibliography((ZECH, LANG, LAW))


def render(text: str) -> str:
    return markdown.markdown(text, extensions=EXTENSIONS)


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^<>]*>", "", html))


def link(key: str, use: int, number: int) -> str:
    return f'<a id="cite:{key}:{use}" href="#source:{key}">{number}</a>'


def test_a_reference_links_to_its_doi() -> None:
    assert '<a href="https://doi.org/10.1016/S1470-2045%2823%2900298-X">doi:10.1016/S1470-2045(23)00298-X</a>' in unescape(
        render(format_reference(LANG))
    )


def test_a_reference_without_doi_links_to_its_address() -> None:
    assert format_reference(LAW) == "European Parliament and Council. Regulation 2016&#47;679. 2016. [e.eu](https://e.eu/oj)"


@pytest.mark.parametrize(
    "title",
    ["A *star* is <b>born</b> & [not](x) `code`", "1/2 (c) :x: $a$ {++b++} ~c~ ==d== ^e^", "Does it? Yes!", "# 1. a_b_c | d", "\\*"],
)
def test_a_title_reads_as_written(title: str) -> None:
    assert title in text_of(render(f"1. {format_reference(Reference('a', title))}"))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40).map(lambda text: " ".join(text.split())))
@settings(max_examples=500, deadline=None)
def test_any_title_reads_as_written(title: str) -> None:
    assert title in " ".join(text_of(render(f"1. x {format_reference(Reference('a', title, authors='A B'))}")).split())


def test_sources_are_read() -> None:
    data = b"# Comment\n- key: a-2020\n  type: book\n  authors: A\n  title: 'T: one'\n  year: 2020\n  doi: doi:10.1000/x\n  facts:\n  - F\n"
    bibliography, diagnostics = read_bibliography(data)
    assert diagnostics == ()
    assert bibliography.references == (
        Reference("a-2020", "T: one", Position(2, 3), type="book", authors="A", year="2020", doi="10.1000/x", facts=("F",)),
    )


@pytest.mark.parametrize("data", [b"", b"# nothing\n", b"---\n", b"\xef\xbb\xbf"])
def test_a_file_without_sources_is_an_empty_library(data: bytes) -> None:
    assert read_bibliography(data) == (Bibliography(), ())


def told(data: str | bytes) -> list[str]:
    return [problem.text("docs") for problem in read_bibliography(data.encode() if isinstance(data, str) else data)[1]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("- title: T\n", "docs/.sources.yml:1:3: key: must be there; write `key: …`"),
        ("- key: a\n", "docs/.sources.yml:1:3: title: must be there; write `title: …`"),
        ("- key: a\n  title: T\n- key: a\n  title: U\n", "docs/.sources.yml:3:3: key: 'a' stands twice, first in line 1; keep one"),
        ("- key: a\n  title: T\n  autors: A\n", "docs/.sources.yml:3:3: autors: is no field of a work; write authors"),
        ("- key: a\n  title: T\n  DOI: 1\n", "docs/.sources.yml:3:3: DOI: is no field of a work; write doi"),
        ("- key: a b\n  title: T\n", "docs/.sources.yml:1:8: key: must be letters, digits, - and _, got 'a b'; write author-year"),
        ("- key: a\n  title: T\n  year: soon\n", "docs/.sources.yml:3:9: year: must be a year, got 'soon'; write 2024"),
        ("- key: a\n  title: T\n  doi: 11\n", "docs/.sources.yml:3:8: doi: must be a DOI, got '11'; write 10.1038/nbt.4235"),
        (
            "- key: a\n  title: T\n  type: artcle\n",
            "docs/.sources.yml:3:9: type: must be one of article, book, dataset, guidance, regulation, report, website, got 'artcle'",
        ),
        (
            "- key: a\n  title: T\n  url: javascript:x\n",
            "docs/.sources.yml:3:8: url: must be an http address, got 'javascript:x'; write https://…",
        ),
        (
            "- key: a\n  title: T\n  facts:\n  - [b]\n",
            "docs/.sources.yml:4:3: facts: must be a list of at most 50 sentences; start each with `- `",
        ),
        ("- a\n", "docs/.sources.yml:1:3: work: must be keys and values; write `key: …`, `title: …` below each other"),
        ("key: a\n", "docs/.sources.yml:1:1: file: must be a list of works; start each work with `- key: …`"),
        (
            "- key: &a b\n  title: *a\n",
            "docs/.sources.yml:1:8: file: anchors and aliases (& and *) are not read; write the value out, or put it in quotes",
        ),
        (
            "- key: a\n  title: b: c\n",
            "docs/.sources.yml:2:11: file: can't be read as YAML: mapping values are not allowed in this context; put the value in quotes",
        ),
        ("- key: a\n---\n- key: b\n", "docs/.sources.yml:2:1: file: must be one list; delete the line `---`"),
        (b"- key: a\n  title: \xff\n", "docs/.sources.yml:2:10: file: is not UTF-8: byte 0xFF; save it as UTF-8"),
        ("- " + "[" * 50_000, "docs/.sources.yml:1:14: file: is nested deeper than 12 levels; flatten it"),
    ],
)
def test_what_is_wrong_with_a_source_is_told(data: str | bytes, message: str) -> None:
    assert told(data) == [message]


def test_a_work_with_a_wrong_year_is_kept_without_it() -> None:
    assert read_bibliography(b"- key: a\n  title: T\n  year: soon\n")[0].references == (Reference("a", "T", Position(1, 3)),)


@pytest.mark.skipif(not SOURCES.exists(), reason="the file of sources is absent")
def test_the_real_sources_are_read_whole() -> None:
    bibliography, diagnostics = read_bibliography(SOURCES.read_bytes())
    assert diagnostics == ()
    assert len(bibliography.references) == SOURCES.read_text("utf-8").count("\n- key:")
    assert all(work.facts and work.authors and (work.doi or work.url) for work in bibliography.references)
    for work in bibliography.references:
        assert work.title in text_of(render(f"1. {format_reference(work)}"))


def test_works_that_nobody_cites_are_told() -> None:
    assert unused_references(LIBRARY, ["zech-2018", "gdpr-2016"]) == (
        Diagnostic(BIBLIOGRAPHY_FILE, Position(), "lang-2023", "is cited by no article", "cite it, or delete it", Severity.NOTICE),
    )


def test_works_are_listed_by_first_author_and_year_with_the_articles_that_cite_them() -> None:
    older = Reference("lang-2020", "Older", authors="Lang A", year="2020")
    listed = list_references(
        Bibliography((*LIBRARY.references, older)),
        {UrlPath("b/"): ("zech-2018", "zech-2018"), UrlPath("a/"): ("lang-2023", "zech-2018", "gone")},
        "en",
    )
    assert [(each.reference.key, each.articles) for each in listed] == [
        ("gdpr-2016", ()),
        ("lang-2020", ()),
        ("lang-2023", ("a/",)),
        ("zech-2018", ("b/", "a/")),
    ]


@pytest.mark.parametrize(("language", "keys"), [("sv", ["zech", "lang"]), ("de-CH", ["lang", "zech"])])
def test_works_are_listed_in_the_alphabetical_order_of_the_language(language: str, keys: list[str]) -> None:
    works = (Reference("zech", "T", authors="Zech J"), Reference("lang", "T", authors="Ångström K"))
    assert [each.reference.key for each in list_references(Bibliography(works), {}, language)] == keys


def test_works_are_described_for_machines() -> None:
    assert reference_schema(LANG) == {
        "@type": "CreativeWork",
        "name": "Screening",
        "author": [{"@type": "Person", "name": "Lång K"}],
        "datePublished": "2023",
        "sameAs": "https://doi.org/10.1016/S1470-2045%2823%2900298-X",
    }
    assert reference_schema(LAW) == {
        "@type": "Legislation",
        "name": "Regulation 2016/679",
        "author": [{"@type": "Organization", "name": "European Parliament and Council"}],
        "datePublished": "2016",
        "url": "https://e.eu/oj",
    }
    assert reference_schema(ZECH)["@type"] == "ScholarlyArticle"
