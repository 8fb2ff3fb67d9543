"""Citations in texts, and the list of references below."""

import re
from html import unescape

import markdown
import pytest
from dialect import LANG, LAW, ZECH, html, messages, parsed
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import one_text
from markdown_it.renderer import RendererHTML

from almanac_kb.content import bibliography
from almanac_kb.markdown.citations import cited, reference
from almanac_kb.markdown.references import Reference
from almanac_kb.render.sanitizer import sanitize


def link(key: str, use: int, number: int) -> str:
    return f'<a id="cite:{key}:{use}" href="#source:{key}">{number}</a>'


def back(key: str, use: int) -> str:
    return f'<a class="citation-back" href="#cite:{key}:{use}" aria-label="Back to citation {use}">↩</a>'


def shown(work: Reference) -> str:
    tokens = reference(work)
    return str(RendererHTML().renderInline(tokens, {}, {}))  # type: ignore[arg-type]


def test_a_citation_becomes_a_number_and_a_source_at_the_end() -> None:
    assert cited(parsed("It was shown [@zech-2018].").env) == ("zech-2018",)
    assert html("It was shown [@zech-2018].") == (
        f'<p>It was shown<sup class="citation">{link("zech-2018", 1, 1)}</sup>.</p>\n'
        '<h2 id="sources">Sources<a class="headerlink" href="#sources" title="Permanent link">&para;</a></h2>\n'
        '<ol>\n<li><span id="source:zech-2018"></span>Zech JR, et al. Confounding variables. <em>PLOS Medicine</em>. 2018; 15(11):e1. '
        f"{back('zech-2018', 1)}</li>\n</ol>"
    )


def test_numbers_follow_the_order_of_first_use() -> None:
    page = html("a [@lang-2023]\nb [@zech-2018; @lang-2023] c [@gdpr-2016] [-@lang-2023]")
    assert f'b<sup class="citation">{link("zech-2018", 1, 2)}, {link("lang-2023", 2, 1)}</sup> c' in page
    assert f'c<sup class="citation">{link("gdpr-2016", 1, 3)}</sup><sup class="citation">{link("lang-2023", 3, 1)}</sup>' in page
    assert re.findall(r'<li><span id="source:([^"]*)"></span>', page) == ["lang-2023", "zech-2018", "gdpr-2016"]
    assert " ".join(back("lang-2023", use) for use in (1, 2, 3)) in page


def test_every_id_of_a_page_stands_once_and_every_link_leads_to_one() -> None:
    page = html("# Cite zech-2018 1\n\n" + "a [@zech-2018] b [@lang-2023; @zech-2018]\n\n" * 3)
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)
    assert page.count('class="citation-back"') == 9


def test_the_numbers_survive_the_sanitiser() -> None:
    page = html("a [@zech-2018; @lang-2023]")
    assert sanitize(page).removed == ()
    assert sanitize(page).html.count("citation") == page.count("citation")


@pytest.mark.parametrize(
    "text",
    [
        "plain text",
        "`[@zech-2018]`",
        "``a ` [@zech-2018]``",
        "```\n[@zech-2018]\n```",
        "> ```\n> [@zech-2018]\n> ```",
        "a\n\n    [@zech-2018]",
        "<!-- [@zech-2018] -->",
        "<pre>\n[@zech-2018]\n</pre>",
        r"\[@zech-2018]",
        "[@zech-2018](https://example.org)",
        "[see [@zech-2018]](https://example.org)",
        "[@zech-2018]\n\n[@zech-2018]: https://example.org",
        "![@zech-2018](https://example.org/x.png)",
        "me@zech-2018",
    ],
)
def test_what_is_no_citation_stays(text: str) -> None:
    assert "citation" not in html(text)
    assert messages(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b [@zech-2018]",
        "- a\n\n  b [@zech-2018]",
        "> [!note]\n> [@zech-2018]",
        "a[^1]\n\n[^1]: see [@zech-2018]",
        "a ^[see [@zech-2018]]",
        "a ` b [@zech-2018]",
        r"\`[@zech-2018]`",
        "*caption [@zech-2018].*",
        "| a |\n|---|\n| b [@zech-2018] |",
        "a [@zech-2018]: b",
        "a [@zech-2018][@lang-2023]",
        "# a [@zech-2018]",
        "[@zech-2018;\n@lang-2023]",
    ],
)
def test_a_citation_is_read_wherever_text_stands(text: str) -> None:
    page = html(text)
    assert page.count('id="cite:zech-2018:1"') == 1
    assert "[@" not in page
    assert page.index("<h2") > page.index("cite:zech-2018:1") or "^[" in text or "[^1]" in text


def test_the_list_stands_above_the_footnotes() -> None:
    page = html("a[^1]\n\n[^1]: see [@zech-2018]")
    assert page.index('id="sources"') < page.index('class="footnote"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a\nb [@zech-2018; @lnag-2023] c [@nothing-like-it]\nd [@veit-2018]",
            [
                (2, 16, "WARNING", "must be a key of .sources.yml, got 'lnag-2023'", "write [@lang-2023]"),
                (2, 31, "WARNING", "must be a key of .sources.yml, got 'nothing-like-it'", "add it to .sources.yml"),
                (3, 4, "WARNING", "must be a key of .sources.yml, got 'veit-2018'", "add it to .sources.yml"),
            ],
        ),
        (
            "a [@zech-2018, p. 3] b",
            [(1, 3, "WARNING", "a citation must be [@key] or [@key; @key], got '[@zech-2018, p. 3]'", "write a page into the sentence")],
        ),
    ],
)
def test_an_unknown_or_unreadable_citation_is_reported(text: str, expected: list[tuple[int, int, str, str, str]]) -> None:
    assert messages(text) == expected


def test_an_unknown_key_stays_as_written() -> None:
    page = html("b [@zech-2018; @lnag-2023] c [@nothing-like-it]")
    assert f'b<sup class="citation">{link("zech-2018", 1, 1)}</sup> [@lnag-2023] c [@nothing-like-it]' in page
    assert html("a [@zech-2018, p. 3] b") == "<p>a [@zech-2018, p. 3] b</p>"


@pytest.mark.parametrize("work", [ZECH, LANG, LAW])
def test_a_reference_is_shown_as_in_the_bibliography(work: Reference) -> None:
    assert unescape(shown(work)) == unescape(
        markdown.markdown(bibliography.format_reference(work)).removeprefix("<p>").removesuffix("</p>")
    )


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40).map(lambda text: " ".join(text.split())))
@settings(max_examples=200, deadline=None)
def test_any_title_reads_as_written(title: str) -> None:
    assert title in unescape(re.sub(r"<[^<>]*>", "", shown(Reference("a", title, authors="A B"))))


def test_a_text_cites_the_works_in_the_order_of_their_numbers() -> None:
    assert cited(parsed("a [@lang-2023] b [@zech-2018] c [@lang-2023]").env) == ("lang-2023", "zech-2018")


def test_many_unknown_keys_are_reported_in_time() -> None:
    with one_text():
        assert len(messages(" ".join(f"[@auhtor-{number}x]" for number in range(20_000)))) == 20_000
