"""SVG drawings are cleaned: nothing of them runs or loads, and what they draw stays."""

import base64
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser
import pytest
from lxml import etree
from selenium.webdriver.support.ui import WebDriverWait

from almanac_kb.render.svg import SvgError, clean_svg

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
HTML = 'xmlns="http://www.w3.org/1999/xhtml"'
RUN = "fetch(/hit/.source)"
"""A program without quotes: it asks the server for `hit` beside the drawing."""
CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"


def _svg(content: str, attributes: str = "", before: str = "") -> str:
    return f'{before}<svg {SVG} width="40" height="40" {attributes}><rect width="40" height="40" fill="#0a0"/>{content}</svg>'


def _data(text: str, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}"


ATTACKS = {
    "script": _svg(f"<script>{RUN}</script>"),
    "script-cdata": _svg(f"<script><![CDATA[{RUN}]]></script>"),
    "script-module": _svg(f'<script type="module">{RUN}</script>'),
    "script-href": _svg('<script href="hit.js"/>'),
    "script-xlink": _svg('<script xlink:href="hit.js"/>'),
    "script-data": _svg(f'<script href="{_data("fetch(new URL(`hit`, location))", "text/javascript")}"/>'),
    "script-prefixed": _svg(f'<s:script xmlns:s="http://www.w3.org/2000/svg">{RUN}</s:script>'),
    "script-html": _svg(f"<script {HTML}>{RUN}</script>"),
    "script-html-prefixed": _svg(f'<h:script xmlns:h="http://www.w3.org/1999/xhtml">{RUN}</h:script>'),
    "script-in-defs": _svg(f"<defs><g><script>{RUN}</script></g></defs>"),
    "script-in-title": _svg(f"<title><script>{RUN}</script></title>"),
    "script-in-style": _svg(f"<style><script>{RUN}</script></style>"),
    "script-in-metadata": _svg(f"<metadata><script>{RUN}</script></metadata>"),
    "script-in-unknown": _svg(f'<x xmlns="urn:x"><script xmlns="http://www.w3.org/2000/svg">{RUN}</script></x>'),
    "script-in-switch": _svg(f'<switch><g systemLanguage="xx"/><script>{RUN}</script></switch>'),
    "script-in-foreign": _svg(f"<foreignObject><script {HTML}>{RUN}</script></foreignObject>"),
    "onload": _svg("", f'onload="{RUN}"'),
    "onload-of-g": _svg(f'<g onload="{RUN}"/>'),
    "onload-of-style": _svg(f'<style onload="{RUN}"/>'),
    "onbegin": _svg(f'<animate onbegin="{RUN}" attributeName="x" dur="1s"/>'),
    "onend": _svg(f'<set onend="{RUN}" attributeName="x" to="1" dur="0.001s"/>'),
    "onfocus": _svg(f'<a href="#x" tabindex="1" autofocus="" onfocus="{RUN}"><text y="20">x</text></a>'),
    "onclick": _svg(f'<rect class="press" onclick="{RUN}" width="40" height="40"/>'),
    "onerror-of-image": _svg(f'<image href="missing.png" onerror="{RUN}"/>'),
    "onload-of-image": _svg(f'<image href="{_data(_svg(""), "image/svg+xml")}" onload="{RUN}"/>'),
    "onerror-in-foreign": _svg(f'<foreignObject><img {HTML} src="missing.png" onerror="{RUN}"/></foreignObject>'),
    "link-javascript": _svg(f'<a class="press" href="javascript:{RUN}"><text y="20">x</text></a>'),
    "link-xlink-javascript": _svg(f'<a class="press" xlink:href="javascript:{RUN}"><text y="20">x</text></a>'),
    "link-with-tab": _svg(f'<a class="press" href="java&#9;script:{RUN}"><text y="20">x</text></a>'),
    "link-with-control": _svg(f'<a class="press" href=" &#13;JAVASCRIPT:{RUN}"><text y="20">x</text></a>'),
    "link-in-foreign": _svg(f'<foreignObject width="9" height="9"><a {HTML} class="press" href="javascript:{RUN}">x</a></foreignObject>'),
    "animated-link": _svg(f'<a class="press"><animate attributeName="href" values="javascript:{RUN}" dur="9s"/><text y="20">x</text></a>'),
    "set-link": _svg(f'<a class="press"><set attributeName="xlink:href" to="javascript:{RUN}"/><text y="20">x</text></a>'),
    "set-link-from-outside": _svg(
        f'<a id="k" class="press" href="#k"><text y="20">x</text></a><set href="#k" attributeName="href" to="javascript:{RUN}"/>'
    ),
    "frame": _svg(f'<iframe {HTML} src="javascript:parent.{RUN}"/>'),
    "frame-srcdoc": _svg(
        f'<foreignObject><iframe {HTML} srcdoc="&lt;script&gt;parent.fetch(/hit/.source)&lt;/script&gt;"/></foreignObject>'
    ),
    "frame-of-page": _svg(f'<foreignObject><iframe {HTML} src="hit.html"/></foreignObject>'),
    "object": _svg(f'<foreignObject><object {HTML} data="hit.html"/></foreignObject>'),
    "embed": _svg(f'<foreignObject><embed {HTML} src="hit.html"/></foreignObject>'),
    "refresh": _svg(f'<meta {HTML} http-equiv="refresh" content="0;url=hit.html"/>'),
    "refresh-in-foreign": _svg(f'<foreignObject><meta {HTML} http-equiv="refresh" content="0;url=hit.html"/></foreignObject>'),
    "base-and-link": _svg(f'<base {HTML} href="/kb/hit/"/><image href="x.png" width="9" height="9"/>'),
    "xml-base": _svg('<image xml:base="/kb/hit/" href="x.png" width="9" height="9"/>'),
    "link-style": _svg(f'<link {HTML} rel="stylesheet" href="//localhost:PORT/STATE/NAME/hit.css"/>'),
    "body": _svg(f'<foreignObject><body {HTML} onload="{RUN}"/></foreignObject>'),
    "details": _svg(f'<foreignObject><details {HTML} open="" ontoggle="{RUN}">x</details></foreignObject>'),
    "form": _svg(
        f'<foreignObject width="9" height="9"><form {HTML} action="hit.html"><button class="press">x</button></form></foreignObject>'
    ),
    "input-autofocus": _svg(f'<foreignObject width="9" height="9"><input {HTML} autofocus="" onfocus="{RUN}"/></foreignObject>'),
    "video": _svg(f'<foreignObject><video {HTML} src="missing.mp4" onerror="{RUN}"/></foreignObject>'),
    "svg-in-foreign": _svg(f'<foreignObject><div {HTML}><svg {SVG} onload="{RUN}"/></div></foreignObject>'),
    "entity": _svg(
        "&e;", before=f"<!DOCTYPE svg [<!ENTITY e \"&#60;script xmlns='http://www.w3.org/2000/svg'&#62;{RUN}&#60;/script&#62;\">]>"
    ),
    "entity-in-link": _svg(
        f'<a class="press" href="&e;{RUN}"><text y="20">x</text></a>', before='<!DOCTYPE svg [<!ENTITY e "javascript:">]>'
    ),
    "entity-of-namespace": '<!DOCTYPE svg [<!ENTITY n "http://www.w3.org/2000/svg">]>'
    f'<svg {SVG}><rect width="40" height="40"/><s:script xmlns:s="&n;">{RUN}</s:script></svg>',
    "default-attribute": _svg("", before=f'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "{RUN}">]>'),
    "default-namespace": _svg(
        f'<script xmlns="">{RUN}</script>', before='<!DOCTYPE svg [<!ATTLIST script xmlns CDATA "http://www.w3.org/1999/xhtml">]>'
    ),
    "style-sheet-xsl": _svg("", before='<?xml-stylesheet type="text/xsl" href="hit.xsl"?>'),
    "style-sheet-css": _svg("", before='<?xml-stylesheet type="text/css" href="//localhost:PORT/STATE/NAME/hit.css"?>'),
    "utf-16": _svg(f"<script>{RUN}</script>", before='<?xml version="1.0" encoding="utf-16"?>'),
    "image-elsewhere": _svg('<image href="//localhost:PORT/STATE/NAME/hit.png" width="9" height="9"/>'),
    "filter-image": _svg(
        '<filter id="f"><feImage href="//localhost:PORT/STATE/NAME/hit.png"/></filter><rect width="40" height="40" filter="url(#f)"/>'
    ),
    "style-import": _svg("<style>@import '//localhost:PORT/STATE/NAME/hit.css';</style>"),
    "style-import-escaped": _svg("<style>@\\69mport '//localhost:PORT/STATE/NAME/hit.css';</style>"),
    "style-font": _svg(
        '<style>@font-face{font-family:f;src:url(//localhost:PORT/STATE/NAME/hit.woff)} text{font-family:f}</style><text y="20">x</text>'
    ),
    "style-url": _svg("<style>svg{background:url(//localhost:PORT/STATE/NAME/hit.png)}</style>"),
    "style-url-escaped": _svg("<style>svg{background:u\\72 l(//localhost:PORT/STATE/NAME/hit.png)}</style>"),
    "style-image-set": _svg("<style>svg{background:image-set('//localhost:PORT/STATE/NAME/hit.png' 1x)}</style>"),
    "style-variable": _svg("<style>svg{--x:url(//localhost:PORT/STATE/NAME/hit.png);background:var(--x)}</style>"),
    "style-nested": _svg("<style>svg{&amp;{background:url(//localhost:PORT/STATE/NAME/hit.png)}}</style>"),
    "style-attribute": _svg("", 'style="background:url(//localhost:PORT/STATE/NAME/hit.png)"'),
    "style-in-foreign": _svg(
        f'<foreignObject width="9" height="9"><p {HTML} style="background:url(//localhost:PORT/STATE/NAME/hit.png)">x</p></foreignObject>'
    ),
    "picture-in-foreign": _svg(
        f'<foreignObject width="9" height="9"><img {HTML} src="//localhost:PORT/STATE/NAME/hit.png"/></foreignObject>'
    ),
    "srcset-in-foreign": _svg(
        f'<foreignObject width="9" height="9"><img {HTML} srcset="//localhost:PORT/STATE/NAME/hit.png 1x"/></foreignObject>'
    ),
    "animated-picture": _svg(
        '<image width="9" height="9"><set attributeName="href" to="//localhost:PORT/STATE/NAME/hit.png" begin="0s"/></image>'
    ),
}


TYPES = {
    ".js": "text/javascript",
    ".html": "text/html",
    ".css": "text/css",
    ".png": "image/png",
    ".xsl": "text/xsl",
    ".svg": "image/svg+xml",
}
FRAMES = 'onload="this.dataset.loaded = 1" width="60" height="60"'
PRESS = """
const done = arguments[arguments.length - 1];
const frames = (left) => left ? requestAnimationFrame(() => frames(left - 1)) : done();
for (const frame of document.querySelectorAll("iframe")) {
  let inner = null;
  try { inner = frame.contentDocument; } catch { continue; }
  for (const each of inner?.querySelectorAll(".press") ?? []) {
    each.dispatchEvent(new frame.contentWindow.MouseEvent("click", { bubbles: true, cancelable: true }));
  }
}
frames(20);
"""
LOADED = "return document.querySelectorAll('iframe:not([data-loaded])').length === 0"


class _Server(http.server.ThreadingHTTPServer):
    """Serves every drawing as it is (`/raw/script/drawing.svg`) and cleaned (`/clean/...`), and lists which of them asked for a `hit`."""

    def __init__(self) -> None:
        super().__init__(("", 0), _Handler)
        self.hits: dict[str, set[str]] = {"raw": set(), "clean": set()}

    def answer(self, path: str) -> tuple[str, bytes]:
        state, name, file = path.strip("/").split("/", 2) if path.count("/") > 2 else (path.strip("/"), "", "")
        if not name:
            frames = "".join(f'<iframe src="/{state}/{each}/drawing.svg" {FRAMES}></iframe>' for each in ATTACKS)
            return "text/html", f"<!doctype html><title>{state}</title>{frames}".encode()
        if file == "drawing.svg":
            written = ATTACKS[name].replace("PORT", str(self.server_port)).replace("STATE", state).replace("NAME", name)
            data = written.encode("utf-16" if name == "utf-16" else "utf-8")
            return "image/svg+xml", data if state == "raw" else clean_svg(data).data
        if "hit" in file:
            self.hits[state].add(name)
        return TYPES.get(Path(file).suffix, "text/plain"), b""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        kind, body = self.server.answer(self.path.partition("?")[0])
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Logs nothing; the list of hits has everything."""


@pytest.fixture(scope="module")
def hits() -> Iterator[dict[str, set[str]]]:
    """The attacks that succeeded in Chromium, on drawings as they are (`raw`) and cleaned (`clean`), each opened as a document."""
    server = _Server()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    with browser.chromium() as driver:
        for state in server.hits:
            driver.get(f"http://127.0.0.1:{server.server_port}/{state}/")
            WebDriverWait(driver, 60).until(lambda _: driver.execute_script(LOADED))
            driver.execute_async_script(PRESS)
            driver.get("about:blank")
    yield server.hits
    server.shutdown()
    server.server_close()


@browser.needs_chromium
def test_nothing_of_a_cleaned_drawing_runs_or_loads(hits: dict[str, set[str]]) -> None:
    assert hits["clean"] == set()


@browser.needs_chromium
def test_most_attacks_succeed_where_drawings_are_not_cleaned(hits: dict[str, set[str]]) -> None:
    assert len(hits["raw"]) >= 60, sorted(ATTACKS.keys() - hits["raw"])


@pytest.mark.parametrize("name", ATTACKS)
def test_a_cleaned_drawing_still_draws_and_says_what_was_removed(name: str) -> None:
    cleaned = clean_svg(ATTACKS[name].encode("utf-16" if name == "utf-16" else "utf-8"))
    assert etree.fromstring(cleaned.data).find("{*}rect") is not None
    assert cleaned.removed
    assert b"<!DOCTYPE" not in cleaned.data


def test_html_in_a_drawing_keeps_its_words_and_looks() -> None:
    inner = f'<div {HTML} style="display: flex; color: rgb(0, 0, 0)"><b>Lamp</b><br/><x-y>warm</x-y></div>'
    cleaned = clean_svg(_svg(f'<switch><foreignObject width="40" height="20">{inner}</foreignObject></switch>').encode())
    assert b'style="display: flex; color: rgb(0, 0, 0)"' in cleaned.data.replace(b";&#10;", b"; ").replace(b"0);", b"0)")
    assert b"<b>Lamp</b><br/><span>warm</span>" in cleaned.data


def test_what_only_an_editor_reads_is_left_out_without_a_word() -> None:
    metadata = '<metadata><x xmlns="urn:x">brass</x></metadata><s:namedview xmlns:s="urn:s" pagecolor="#fff"/><!-- tin -->'
    cleaned = clean_svg(_svg(metadata, 'content="copper" data-x="iron"').encode())
    assert not any(word in cleaned.data for word in (b"brass", b"namedview", b"tin", b"copper", b"iron"))
    assert cleaned.removed == ()


@pytest.mark.parametrize(
    "content",
    [
        '<linearGradient id="a"/><linearGradient href="#a" xlink:href="#a"/><path d="M0 0h9" fill="url(#a)" style="stroke: url(#a);"/>',
        '<defs><g id="g"/></defs><use xlink:href="#g"/>',
        '<a href="https://example.org/x" target="_blank"><text>x</text></a><a href="../lamp/">x</a><a href="mailto:a@example.org">x</a>',
        '<image href="data:image/png;base64,iVBORw0KGgo=" width="9" height="9"/><image href="plan.png"/>',
        '<animate attributeName="cx" values="1;2" dur="1s" repeatCount="indefinite"/>',
        '<animateTransform attributeName="transform" type="rotate" from="0" to="9" dur="1s"/>',
        "<style>.a{fill:red;} @keyframes b{from{fill:red;}to{fill:blue;}} @media (prefers-color-scheme: dark){.a{fill:#fff;}}</style>",
        '<text xml:space="preserve" aria-label="Lamp">  a <tspan>b</tspan>  c </text><title>Lamp</title>',
        '<filter id="f"><feDropShadow dx="1" stdDeviation="2"/></filter><rect filter="url(#f)" transform="matrix(1,0,0,1,2,3)"/>',
    ],
)
def test_harmless_drawings_keep_all_they_have(content: str) -> None:
    written = _svg(content).encode()
    cleaned = clean_svg(written)
    assert cleaned.removed == ()
    assert etree.tostring(etree.fromstring(cleaned.data), method="c14n2") == etree.tostring(etree.fromstring(written), method="c14n2")


def test_a_drawing_within_a_drawing_is_cleaned() -> None:
    inner = _data(_svg(f"<script>{RUN}</script>"), "image/svg+xml")
    cleaned = clean_svg(_svg(f'<image href="{inner}"/>').encode())
    assert "<script>" in cleaned.removed
    assert b'<image href="data:image/svg+xml;base64,' in cleaned.data


def test_a_cleaned_drawing_is_clean() -> None:
    for written in ATTACKS.values():
        once = clean_svg(written.replace('encoding="utf-16"', 'encoding="utf-8"').encode())
        assert clean_svg(once.data) == type(once)(once.data, ())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "can't be read as XML"),
        (b"\x89PNG", "can't be read as XML"),
        (b"", "can't be read as XML"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "is no SVG: its first element is <html>"),
        (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>', "can't be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 300 + b"</g>" * 300 + b"</svg>", "can't be read as XML"),
    ],
)
def test_what_is_no_drawing_says_why(data: bytes, message: str) -> None:
    with pytest.raises(SvgError, match=message):
        clean_svg(data)


def test_the_drawings_of_a_drawing_program_keep_all_they_show() -> None:
    files = sorted(CORPORA.rglob("*.svg"))
    if not files:
        pytest.skip("../shared/corpora is absent")
    for file in files:
        data = file.read_bytes()
        cleaned = clean_svg(data)
        assert cleaned.removed == (), file
        assert cleaned.data.count(b"<foreignObject") == data.count(b"<foreignObject"), file
