"""How terms are defined once and explained where they are used."""

import re
from collections.abc import Callable

import demo
import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import one_text

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import citations, parser
from almanac_kb.markdown.constructs import Parsed
from almanac_kb.markdown.dialects import material
from almanac_kb.markdown.link_index import LinkIndex
from almanac_kb.markdown.references import Bibliography
from almanac_kb.markdown.rules import Plugin
from almanac_kb.render.environment import GlossaryTerm
from almanac_kb.render.glossary import Glossary, extension, read
from almanac_kb.render.sanitizer import sanitize

CITATIONS = citations.rules(Bibliography())
TERMS = ["AUC", "510(k)", "machine learning", "learning", "false positive", "C++", "R&D", "de novo"]
ENTRIES = tuple(GlossaryTerm(term, f"About {term}.", term.lower()) for term in TERMS)


def render(text: str, entries: tuple[GlossaryTerm, ...] = ENTRIES) -> str:
    return markdown.markdown(text, extensions=["abbr", "def_list", "tables", "toc", extension(entries)])


def parsed(text: str, entries: tuple[GlossaryTerm, ...] = ()) -> Parsed:
    rules: tuple[Plugin, ...] = (*parser.STANDARD, material.rules, CITATIONS, Glossary(entries))
    return parser.parse(text, here=SourcePath("a.md"), index=LinkIndex(), dialects=rules)


def by_parser(text: str, entries: tuple[GlossaryTerm, ...] = ENTRIES) -> str:
    return parser.render(parsed(text, entries)).strip()


def explained(text: str, renderer: Callable[[str], str]) -> list[str]:
    return re.findall(r"<abbr title=[^>]*>([^<]*)</abbr>", renderer(text))


def test_terms_are_read_with_their_first_sentence() -> None:
    text = "# Glossary\n\n510(k)\n:   A *US* route [@fda]. It is.\n\nAUC\n:   See [here](a.md): how well a model\n    ranks. So.\n"
    assert read(parsed(text).tokens) == (
        GlossaryTerm("510(k)", "A US route.", "510-k"),
        GlossaryTerm("AUC", "See here: how well a model ranks.", "auc"),
    )


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("no: list\n", []),
        ("a\nb\n:   both\n", ["a", "b"]),
        ("a\n\n:   loose\n", ["a"]),
        ("a\n:   one\n:   two\n", ["a"]),
        ("a\n:   one\n\n    more\n\nb\n:   two\n", ["a", "b"]),
        ("a\n:   one\n\na\n:   two\n", ["a"]),
        ("```\na\n:   code\n```\n", []),
        ("# Heading\n:   nothing\n", []),
        ("`C++`\n:   a language\n", ["C++"]),
        (":   nobody\n", []),
    ],
)
def test_terms_are_the_lines_above_a_definition(text: str, terms: list[str]) -> None:
    assert [entry.term for entry in read(parsed(text).tokens)] == terms


@pytest.mark.demo
def test_the_glossary_of_the_demo_is_read_whole() -> None:
    text = (demo.DOCS / "glossary" / "index.md").read_text("utf-8")
    entries = read(parsed(text).tokens)
    assert len(entries) == text.count("\n:   ")
    assert len({entry.anchor for entry in entries}) == len(entries)
    assert all(entry.short.endswith(".") and "[" not in entry.short for entry in entries)


def test_a_term_is_explained_on_hover() -> None:
    assert render("The AUC is high.") == '<p>The <abbr title="About AUC.">AUC</abbr> is high.</p>'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AUC and AUC", ["AUC"]),
        ("AUC\n\n- AUC\n- 510(k)", ["AUC", "510(k)"]),
        ("(AUC), AUCs", ["AUC"]),
        ("AUCs are", ["AUCs"]),
        ("False positives", ["False positives"]),
        ("auc xAUC AUCx AUC_1", []),
        ("a 510(k) submission", ["510(k)"]),
        ("in C++, R&D", ["C++", "R&amp;D"]),
        ("machine learning, then learning", ["machine learning", "learning"]),
        ("machine\nlearning", ["machine\nlearning"]),
        ("**AUC** and *C++*", ["AUC", "C++"]),
        ("| a |\n|---|\n| AUC |", ["AUC"]),
        ("# AUC\n\n## AUC\n\nAUC", ["AUC"]),
        ("`AUC` [AUC](x) [the **AUC**](y) AUC", ["AUC"]),
        ("    AUC\n", []),
        ("![AUC](x.png)", []),
        ('<span title="AUC">AUC</span>', ["AUC"]),
        ("De novo and de novo", ["De novo"]),
        ("*[AUC]: mine\n\nAUC C++", ["AUC", "C++"]),
    ],
)
@pytest.mark.parametrize("renderer", [render, by_parser])
def test_where_a_term_is_explained(text: str, found: list[str], renderer: Callable[[str], str]) -> None:
    assert explained(text, renderer) == found


def test_headings_and_their_addresses_stay_as_they_are() -> None:
    assert render("# The AUC of it") == '<h1 id="the-auc-of-it">The AUC of it</h1>'


def test_the_glossary_links_to_its_terms_and_does_not_explain_them() -> None:
    for renderer in (render, by_parser):
        page = renderer("AUC\n:   A measure; not 510(k).\n\n510(k)\n:   Unlike the AUC.\n")
        assert '<dt id="auc">AUC</dt>' in page
        assert '<dt id="510(k)">510(k)</dt>' in page
        assert page.count("<abbr") == 1


def test_a_page_is_explained_anew_with_the_same_renderer() -> None:
    renderer = markdown.Markdown(extensions=[extension(ENTRIES)])
    assert renderer.convert("AUC") == renderer.reset().convert("AUC")


def test_without_terms_nothing_changes() -> None:
    assert render("AUC", ()) == "<p>AUC</p>"


def test_an_explanation_is_text_wherever_it_comes_from() -> None:
    for renderer in (render, by_parser):
        page = renderer("AUC", (GlossaryTerm("AUC", '"><script>x</script> & *a*', "auc"),))
        assert page == '<p><abbr title="&quot;&gt;&lt;script&gt;x&lt;/script&gt; &amp; *a*">AUC</abbr></p>'
        assert sanitize(page).removed == ()


@given(
    st.lists(
        st.sampled_from(["AUC", "AUCs", "510(k)", "machine learning", "learning", " ", "\n\n", "# ", "*", "`", "[x](y)", "- ", "<b>", "x"])
    ).map("".join)
)
@settings(max_examples=400, deadline=None)
def test_explaining_changes_no_text_and_tells_no_term_twice(text: str) -> None:
    for renderer in (render, by_parser):
        page = renderer(text)
        assert re.sub(r"</?abbr[^>]*>", "", page) == renderer(text, ())
        titles = re.findall(r"<abbr title=([^>]*)>", page)
        assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    "part", ["machine ", "machine  \t", "AUC ", "false ", "\n", ":   x\n", "a\n", "a\n:   b\n", "[", "```\n", "x\n\n:   [@"]
)
def test_a_megabyte_of_it_is_read_in_time(part: str) -> None:
    tokens = parsed(part * (200_000 // len(part))).tokens
    with one_text():
        read(tokens)


def test_a_megabyte_of_text_is_explained_in_time() -> None:
    with one_text():
        assert by_parser("machine " * 125_000).count("<abbr") == 0
