"""HTML whose addresses are absolute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import one_text
from lxml import etree

from almanac_kb.core.paths import AbsoluteUrl
from almanac_kb.render.linker import absolute_links

BASE = AbsoluteUrl("https://example.org/kb/guides/a/")


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ('<a href="../b/">b</a>', '<a href="https://example.org/kb/guides/b/">b</a>'),
        ('<a href="#part">b</a>', '<a href="https://example.org/kb/guides/a/#part">b</a>'),
        ('<a href="https://elsewhere.org/">b</a>', '<a href="https://elsewhere.org/">b</a>'),
        ('<img src="x y.png">', '<img src="https://example.org/kb/guides/a/x%20y.png">'),
        ('<video poster="p.png"></video>', '<video poster="https://example.org/kb/guides/a/p.png"></video>'),
        (
            '<img srcset="a.png 1x, /b.png 2x">',
            '<img srcset="https://example.org/kb/guides/a/a.png 1x, https://example.org/b.png 2x">',
        ),
        ('<a href="http://[bad">b</a>', '<a href="http://[bad">b</a>'),
        ('<img srcset="http://[bad 1x">', '<img srcset="http://[bad 1x">'),
        ("Tom &amp; <b>Jerry</b> &lt;3", "Tom &amp; <b>Jerry</b> &lt;3"),
        ("<!-- only -->", "<!-- only -->"),
        ("a</div><p>b</p>", "a<p>b</p>"),
        (" \n", ""),
        ("", ""),
    ],
)
def test_links_and_sources_are_resolved_against_the_article(html: str, made: str) -> None:
    assert absolute_links(html, BASE) == made


@given(
    st.lists(
        st.sampled_from(
            ["<a href='x'>", "</a>", "<div>", "</div>", "&#8;", "&#0;", "&", "<", "]]>", "<!--", "-->", "\u00e9", "<svg>", "x"]
        ),
        max_size=12,
    ).map("".join)
)
def test_whatever_the_html_the_result_can_stand_in_xml(html: str) -> None:
    node = etree.Element("content")
    node.text = absolute_links(html, BASE)
    assert etree.fromstring(etree.tostring(node)).text == (node.text or None)


@pytest.mark.parametrize("html", ["<blockquote>" * 50_000, "<" * 500_000, "<a href=x>" * 50_000, "</div>" * 100_000])
def test_hostile_html_is_read_in_time(html: str) -> None:
    with one_text():
        absolute_links(html, BASE)
