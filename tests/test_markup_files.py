"""Files that browsers open as documents are data, are cleaned, or are left out and named."""

import gzip
import tracemalloc

import pytest

from almanac_kb.render.markup_files import Action, Decision, decide_markup, document_ending

XHTML = 'xmlns:h="http://www.w3.org/1999/xhtml"'
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>lamp()</script><g/></svg>'


def _decide(path: str, text: str | bytes) -> Decision:
    return decide_markup(path, lambda: text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("f.xml", '<?xml version="1.0"?><lamps><lamp kind="brass">a</lamp></lamps>'),
        ("f.xsd", '<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:element name="script"/></s:schema>'),
        (
            "sitemap.XML",
            f'<urlset xmlns="urn:s" {XHTML}><url><h:link rel="alternate" hreflang="de" href="https://example.org/"/></url></urlset>',
        ),
        ("feed.atom", f'<feed {XHTML}><content><h:div><h:a href="../a/">a</h:a><h:img src="a.png"/></h:div></content></feed>'),
        ("f.xml", '<!DOCTYPE lamps SYSTEM "lamps.dtd"><lamps/>'),
        ("f.xhtml", '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Lamp</title></head><body><p>Warm</p></body></html>'),
        ("f.html", '<html><head><meta charset="utf-8"></head><body><p style="color: red">Caf\u00e9</p></body></html>'),
        ("f.html", '<script type="application/ld+json">{}</script><p>Lamp</p>'),
        ("f.html", ""),
        ("f.csv", "<script>"),
        ("f.vue", "<script>lamp()</script><p>Lamp"),
        ("LICENSE", "Copyright"),
        ("f.fb2", '<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"/>'),
        ("notes.html.txt", "<script>"),
    ],
)
def test_data_is_published_as_it_is(path: str, text: str) -> None:
    assert _decide(path, text) == Decision(Action.PUBLISH)


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("f.xml", f"<r><h:script {XHTML}>lamp()</h:script></r>", "<script>"),
        ("f.xml", f'<r><h:p {XHTML} onclick="lamp()"/></r>', "onclick of <p>"),
        ("f.xml", f'<r><h:a {XHTML} href="javascript:lamp()"/></r>', "href of <a>"),
        ("f.xml", f'<r><h:link {XHTML} rel="stylesheet" href="//example.org/a.css"/></r>', "<link>"),
        ("f.xml", '<?xml-stylesheet href="a.xsl" type="text/xsl"?><r/>', "the instruction <?xml-stylesheet?>"),
        ("f.xml", '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "a DOCTYPE with entities"),
        ("f.xml", '<!DOCTYPE r [<!ATTLIST r xmlns CDATA "http://www.w3.org/1999/xhtml">]><r/>', "a DOCTYPE with attributes"),
        ("f.xml", "<r>", "can't be read as XML"),
        ("f.xsl", f"<r>{SVG}</r>", "of SVG"),
        ("f.rdf", SVG, "of SVG"),
        ("f.xht", '<html xmlns="http://www.w3.org/1999/xhtml"><body onload="lamp()"/></html>', "onload of <body>"),
        ("f.xhtml", '<html xmlns="http://www.w3.org/1999/xhtml"><meta http-equiv="refresh" content="0;a"/></html>', "http-equiv of <meta>"),
        ("f.mml", '<math xmlns="http://www.w3.org/1998/Math/MathML" href="javascript:lamp()"/>', "<math>"),
        ("old.html", '<button onclick="lamp()">Go</button>', "onclick of <button>"),
        ("old.HTM", "<SCRIPT src=a.js></SCRIPT>", "<script>"),
        ("old.html", '<a href="java&#10;script:lamp()">Go</a>', "the address javascript:lamp() of <a>"),
        ("old.html", '<meta http-equiv=refresh content="0;url=/">', "a refresh"),
        ("old.html.de", "<iframe src=a.html></iframe>", "<iframe>"),
        ("old.html", "<p>+ADw-script+AD4-</p>".replace("+ADw-", "<").replace("+AD4-", ">").encode("utf-16"), "<script>"),
        ("f.fb2", f"<r>\n<h:script {XHTML}>lamp()</h:script></r>", "<script>"),
        ("f.tei", f"<r>{SVG}</r>".encode("utf-16"), "of SVG"),
        ("f.shtml", "<p>Lamp</p>", "servers run"),
        ("f.php", "<?php", "servers run"),
        ("f.mhtml", "", "a saved page"),
        ("f.svg", "<svg>", "can't be read as XML"),
        ("f.svgz", b"\x1f\x8bxx", "is damaged"),
    ],
)
def test_what_would_run_is_left_out_and_says_why(path: str, text: str | bytes, reason: str) -> None:
    found = _decide(path, text)
    assert found.action is Action.LEAVE_OUT
    assert reason in " ".join(found.reasons)


@pytest.mark.parametrize("path", ["p.svg", "p.SVG", "p.svgz", "p.svg.de"])
def test_a_drawing_is_cleaned_whatever_the_spelling_of_its_ending(path: str) -> None:
    found = _decide(path, SVG)
    assert found.action is Action.REPLACE
    assert found.reasons == ("<script>",)
    assert b"<g/>" in found.data
    assert b"lamp" not in found.data


def test_a_compressed_drawing_is_cleaned_and_stays_compressed() -> None:
    found = _decide("p.svgz", gzip.compress(SVG.encode()))
    assert b"<g/>" in gzip.decompress(found.data)
    assert b"lamp" not in gzip.decompress(found.data)


def test_a_compressed_drawing_that_fills_the_memory_is_left_out() -> None:
    bomb = gzip.compress(b" " * 60_000_000)
    tracemalloc.start()
    found = _decide("p.svgz", bomb)
    assert found.action is Action.LEAVE_OUT
    assert tracemalloc.get_traced_memory()[1] < 45_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ('<html><head><meta charset="iso-8859-1"></head><body>Caf\u00e9 lamp</body></html>', "iso-8859-1"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>\u043b\u0430\u043c\u043f\u0430</p>', "windows-1251"),
        ("<p>Caf\u00e9 lamp</p>", "windows-1252"),
        ("\ufeff<p>Caf\u00e9 lamp</p>", "utf-16-le"),
    ],
)
def test_a_page_in_another_encoding_keeps_its_letters(page: str, encoding: str) -> None:
    found = _decide("old.html", page.encode(encoding))
    assert found.action is Action.REPLACE
    assert '<meta charset="utf-8">' in found.data.decode()
    assert page.rpartition("<p>")[2][-12:] in found.data.decode()


@pytest.mark.parametrize(("path", "ending"), [("a.Xml", ".xml"), ("a.xml.", ".xml"), ("a.svg.foo", ".svg"), ("xml", ""), ("a.xml.png", "")])
def test_the_last_known_ending_counts(path: str, ending: str) -> None:
    assert document_ending(path) == ending
