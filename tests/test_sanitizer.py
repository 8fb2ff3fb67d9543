"""The sanitizer: the HTML that browsers get of an article, and what its author is told was removed."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import one_text
from material.extensions.emoji import to_svg, twemoji  # type: ignore[import-untyped]
from pymdownx import superfences

from almanac_kb.core.urls import Hosts, showing
from almanac_kb.render import sanitizer
from almanac_kb.render.sanitizer import sanitize

HOSTILE = Path(__file__).parents[2] / "shared" / "hostile"
BODIES = sorted(HOSTILE.glob("x*/docs/**/*.md"))
NESTED = sorted(HOSTILE.glob("n*/docs/**/*.md"))

EXTENSIONS = (
    "abbr admonition attr_list def_list footnotes md_in_html tables toc pymdownx.arithmatex pymdownx.betterem pymdownx.caret "
    "pymdownx.critic pymdownx.details pymdownx.emoji pymdownx.highlight pymdownx.inlinehilite pymdownx.keys pymdownx.magiclink "
    "pymdownx.mark pymdownx.smartsymbols pymdownx.superfences pymdownx.tabbed pymdownx.tasklist pymdownx.tilde"
)
SETTINGS = {
    "toc": {"permalink": True},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.emoji": {"emoji_index": twemoji, "emoji_generator": to_svg},
    "pymdownx.highlight": {"anchor_linenums": True, "line_spans": "__span", "pygments_lang_class": True},
    "pymdownx.superfences": {"custom_fences": [{"name": "mermaid", "class": "mermaid", "format": superfences.fence_code_format}]},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
}

PAGE = r"""# Title {#my-title .cls}

[TOC]

!!! note "A **bold** title"
    Text & more.

!!! info inline end ""
    No title.

??? warning "Details"
    Hidden.

???+ tip "Open"
    Shown.

=== "C"
    ``` c
    int main(void) { return 0 < 1 && 1; }
    ```

=== "C++"
    ``` c++ title="main.cc" linenums="1" hl_lines="2"
    int main() {
      return 0; // (1)!
    }
    ```

- [x] done
- [ ] to do
    * [x] below

| left | center | right |
|:-----|:------:|------:|
| a    | b      | c     |

A footnote[^1], twice[^1].

[^1]: The note.

``` mermaid
graph LR
  A --> B{x<y};
```

Math \(a<b\) and $x^2$.

$$
\sum_{i<n} i
$$

++ctrl+alt+"A"+del++ and :material-check: and :fontawesome-brands-github:{ .x title="GH" } and :smile:.

*[HTML]: Hyper "Text" <b>
HTML is.

Term
:   Definition **one**.
:   Two

<figure markdown="span">
  ![Alt](image.png){ width="300" loading=lazy align=left }
  <figcaption>Caption</figcaption>
</figure>

[Button](#my-title){ .md-button .md-button--primary target=_blank download="x" } [query](?a=1&copy=2&lt=3)

~~del~~ ==mark== ^^ins^^ H~2~O x^2^ {--a--} `#!python print("<x>")` a --> b (c) 1/2

<div class="grid cards" markdown>

-   :material-clock:{ .lg .middle } __Set up__

    ---

    Install

</div>

3. start

me@example.org https://example.org/x?a=b&c=d

    indented <code>

> quote

Line<br>break <kbd>x</kbd> <abbr title="x">y</abbr> <time datetime="2020">t</time>

<video controls src="film.mp4" poster="film.png"></video>

## Left out of the search { data-search-exclude }
"""


def render(text: str) -> str:
    return markdown.markdown(text, extensions=EXTENSIONS.split(), extension_configs=SETTINGS, output_format="html")


class Reader(HTMLParser):
    """What a page says, as a list: elements with their attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag == "path":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", {}))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] == "text":
            self.found[-1][1]["text"] += data
        else:
            self.found.append(("text", {"text": data}))


def meaning(html: str) -> list[tuple[str, dict[str, str]]]:
    """The page as every browser reads it: rows stand in a `<tbody>` that need not be written."""
    return [each for each in Reader(html).found if each[0] not in {"tbody", "/tbody"}]


FORBIDDEN = re.compile(
    "applet|base|button|embed|fieldset|foreignobject|form|frame|frameset|link|math|meta|noscript|object|option|plaintext|script|select|"
    "style|template|textarea|title|use|xmp"
)
THEME_ID = re.compile(r"__(?!codelineno-|span-|tabbed_\d)")


def live(html: str) -> list[str]:
    """Everything that could run, deceive or fetch."""
    return [f"{tag} {attributes}" for tag, attributes in Reader(html).found if tag != "text" and is_live(tag, attributes)]


def is_live(tag: str, attributes: dict[str, str]) -> bool:
    if FORBIDDEN.fullmatch(tag) or (tag == "input" and attributes.get("type") not in {"radio", "checkbox"}):
        return True
    for name, value in attributes.items():
        plain = re.sub(r"[\t\n\r]", "", value).strip("".join(map(chr, range(33)))).lower()
        if name.startswith(("on", "data-md", "xlink")) or name in {"style", "srcdoc", "srcset", "action", "formaction", "background"}:
            return True
        if re.match(r"(?:javascript|data|vbscript|file|blob):", plain) and name in {"href", "src", "poster"}:
            return True
        if name in {"id", "for", "name"} and THEME_ID.match(plain):
            return True
        if name in {"src", "poster"} and re.match(r"(?:[a-z]+:|[/\\]{2})", plain):
            return True
        if name == "class" and re.search(r"(?:^| )md-(?!button)", value):
            return True
    return False


def test_a_page_with_all_of_materials_features_keeps_its_meaning() -> None:
    before = render(PAGE)
    after = sanitize(before)
    expected = re.sub(r'style="text-align: (\w+);"', r'align="\1"', before)
    expected = re.sub(r"<!--.*?-->", "", expected)
    expected = re.sub(r'<img alt="(.)" class="twemoji" src="https://[^>]*>', r"\1", expected)
    assert meaning(after.html) == meaning(expected)
    assert after.removed == ()


@pytest.mark.parametrize(
    "made",
    [
        '<div class="tabbed-set tabbed-alternate" data-tabs="1:2">',
        '<label for="__tabbed_1_2">C++</label>',
        '<a id="__codelineno-1-2" name="__codelineno-1-2"></a>',
        '<a href="#__codelineno-1-2">2</a>',
        '<span id="__span-1-2">',
        '<pre class="mermaid"><code>graph LR\n  A --&gt; B{x&lt;y};</code></pre>',
        '<th align="center">center</th>',
        '<input type="checkbox" disabled="" checked="">',
        '<a class="footnote-backref" href="#fnref:1" title="Jump back to footnote 1 in the text">',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d=',
        '<span class="arithmatex">\\(a&lt;b\\)</span>',
        '<kbd class="key-control">Ctrl</kbd>',
        '<details class="tip" open="">',
        '<a class="headerlink" href="#my-title" title="Permanent link">',
        '<td class="linenos"><div class="linenodiv">',
        'href="?a=1&amp;copy=2&amp;lt=3"',
    ],
)
def test_what_extensions_write_is_there(made: str) -> None:
    assert made in sanitize(render(PAGE)).html


def test_what_was_cleaned_once_stays_as_it_is() -> None:
    once = sanitize(render(PAGE))
    assert sanitize(once.html).html == once.html
    assert sanitize(once.html).removed == ()


@pytest.mark.parametrize(
    ("html", "expected", "removed"),
    [
        ("<p>a<script>x()</script>b</p>", "<p>ab</p>", ("<script>",)),
        ('<a href="x" onclick="y()">z</a>', '<a href="x">z</a>', ("onclick of <a>",)),
        ('<a href="javascript:x()">a <b>b</b></a>', "<a>a <b>b</b></a>", ('javascript: link "a b"',)),
        ('<p style="color:red">a</p>', "<p>a</p>", ("style of <p>",)),
        ("<style>p{}</style>a", "a", ("<style>",)),
        ('<form action="/x"><input name="password"><button>Go</button></form>', "Go", ("<form>", "<input>", "<button>")),
        ('<h2 id="__toc">a</h2>', "<h2>a</h2>", ('id "__toc" of <h2>',)),
        ('<label for="__search">a</label>', "<label>a</label>", ('for "__search" of <label>',)),
        ('<div class="md-search grid">a</div>', '<div class="grid">a</div>', ('class "md-search" of <div>',)),
        ('<div data-md-component="announce">a</div>', "<div>a</div>", ("data-md-component of <div>",)),
        (
            '<img src="https://a.example/x.png" alt="A cat">',
            '<a href="https://a.example/x.png">A cat</a>',
            ('image from a.example "A cat"',),
        ),
        ('<img src="//a.example/x.png">', '<a href="//a.example/x.png">//a.example/x.png</a>', ("image from a.example",)),
        ('<a href="y"><img src="//a.example/x.png" alt="c"></a>', '<a href="y">c</a>', ('image from a.example "c"',)),
        ('<img src="data:image/png;base64,x" alt="c">', "c", ('data: image "c"',)),
        (
            '<iframe src="https://v.example/1" title="Film"><p></iframe>a',
            '<a href="https://v.example/1">Film</a>a',
            ('frame from v.example "Film"',),
        ),
        ('<iframe srcdoc="<script>x()</script>"></iframe>', "", ("frame from nowhere",)),
        ('<object data="x.pdf">Paper</object>', '<a href="x.pdf">x.pdf</a>Paper', ("frame from x.pdf",)),
        ('<video src="//a.example/f.mp4">Film</video>', '<a href="//a.example/f.mp4">//a.example/f.mp4</a>Film', ("video from a.example",)),
        (
            '<video title="Film"><source src="//a.example/f.mp4"><source src="f.mp4">No film.</video>',
            '<a href="//a.example/f.mp4">//a.example/f.mp4</a>No film.',
            ("media from a.example", "<source>"),
        ),
        ('<video src="f.mp4" poster="//a.example/p.png"></video>', '<video src="f.mp4"></video>', ("poster of <video>",)),
        (
            "<table><p>a</p><tr><td>b</td></tr></table>",
            "a<table><tbody><tr><td>b</td></tr></tbody></table>",
            ("<p> of a table outside its cells",),
        ),
        ("<p>a<p>b", "<p>a</p><p>b</p>", ()),
        ("<ul><li><b>a<li>b</ul>", "<ul><li><b>a</b></li><li>b</li></ul>", ()),
        ("a < b & c <!-- d --> e", "a &lt; b &amp; c  e", ()),
        ("text <!-- never closed <b>bold</b>", "text &lt;!-- never closed <b>bold</b>", ()),
        ("<textarea>a <plaintext><b>b</b>", "a <b>b</b>", ("<textarea>", "<plaintext>")),
        ("a <a href=x", "a &lt;a href=x", ()),
        ("<script>never closed", "never closed", ("<script>",)),
    ],
)
def test_what_is_taken_away_is_told(html: str, expected: str, removed: tuple[str, ...]) -> None:
    assert (sanitize(html).html, sanitize(html).removed) == (expected, removed)


def test_pictures_media_and_frames_of_named_hosts_stay() -> None:
    html = '<img src="https://a.example/x.png" alt="c"><iframe src="https://v.example/1" title="Film"></iframe>'
    assert sanitize(html, showing(("a.example", "v.example"))).html == html


def test_a_host_shows_what_it_is_named_for_and_nothing_else() -> None:
    images, frames = Hosts(images=("a.example",)), Hosts(frames=("a.example",))
    image, frame = '<img src="https://a.example/x" alt="c">', '<iframe src="https://a.example/x" title="F"></iframe>'
    assert (sanitize(image, images).html, sanitize(frame, frames).html) == (image, frame)
    assert sanitize(image, frames).html == '<a href="https://a.example/x">c</a>'
    assert sanitize(frame, images).html == '<a href="https://a.example/x">F</a>'


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example.evil.example/",
        "https://a.example@evil.example/",
        "https:\\\\evil.example\\@a.example/",
        "https:a.example",
    ],
)
def test_an_address_that_only_looks_like_a_named_host_becomes_a_link(address: str) -> None:
    assert sanitize(f'<img src="{address}" alt="c">', showing(("a.example",))).html == f'<a href="{address}">c</a>'


PAYLOADS = [
    "<svg><g/onload=alert(1)//<p>",
    "<svg/onload=alert(1)>",
    "<SvG OnLoAd=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><style><img src="</style><img src=x onerror=alert(1)>"></style></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>alert(1)</script></svg>#x"></use></svg>',
    '<svg><animate attributeName=href values="javascript:alert(1)"><a id=x><text>a</text></a></svg>',
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<p title="</p><img src=x onerror=alert(1)>">',
    "<a title='a\" onclick=\"alert(1)'>b</a>",
    "<img src=x onerror=alert(1)>",
    "<img src=x\nonerror\n=\nalert(1)>",
    "<img/src=x/onerror=alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img src=`x`onerror=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "<<script>alert(1)//<</script>",
    "<script/x>alert(1)</script >",
    "<script>/*<!--<script>*/alert(1)//--></script>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<audio src onloadstart=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<input name=attributes>",
    "<input type=radio name=attributes>",
    "<input type=checkbox id=__drawer>",
    "<marquee onstart=alert(1)>",
    "<xss onpointerenter=alert(1) style=position:fixed;inset:0>",
    "<a href=javascript:alert(1)>a</a>",
    "<a href=JaVaScRiPt:alert(1)>a</a>",
    '<a href="  javascript:alert(1)">a</a>',
    '<a href="java\tscript:alert(1)">a</a>',
    '<a href="java&Tab;script:alert(1)">a</a>',
    '<a href="java&#10;script&colon;alert(1)">a</a>',
    '<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:alert(1)">a</a>',
    '<a href="&#1;javascript:alert(1)">a</a>',
    '<a href="java\0script:alert(1)">a</a>',
    "<a href=vbscript:msgbox(1)>a</a>",
    '<a href="data:text/html;base64,PHNjcmlwdD4=">a</a>',
    '<a xlink:href="javascript:alert(1)">a</a>',
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    "<embed src=//evil.example/x.swf>",
    "<object data=javascript:alert(1)></object>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe><img src=x onerror=alert(1)></iframe>",
    '<iframe src="//evil.example/">',
    "<frameset><frame src=//evil.example/></frameset>",
    '<img src="x.png" srcset="//evil.example/x.png 2x">',
    "<img src=https:evil.example/x.png>",
    "<img src='\\\\evil.example\\x.png'>",
    '<img src="/\\evil.example/x.png">',
    '<img src="\t//evil.example/x.png">',
    '<img src="h\nttps://evil.example/x.png">',
    "<table background=//evil.example/x.png><tr><td background=//evil.example/x.png>a</table>",
    "<track src=//evil.example/x>",
    "<div style=\"background:url('//evil.example/x')\">a</div>",
    "<style>@import '//evil.example/x.css'</style>",
    "<template><script>alert(1)</script></template>",
    "<select><style></select><script>alert(1)</script></style>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>--!>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href=javascript:alert(1)?>",
    "<h2 id=__search>a</h2><h2 id='__palette_0'>b</h2>",
    "<div class='md-overlay MD-dialog' data-md-component=dialog>a</div>",
    "<a\x0conclick=alert(1) href=x>a</a>",
    "<a onclick\x0b=alert(1) href=x>a</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<div><table><svg><td><style></td></svg></table><img src=x onerror=alert(1)></style>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live(payload: str) -> None:
    cleaned = sanitize(payload)
    assert live(cleaned.html) == []
    assert sanitize(cleaned.html).html == cleaned.html
    assert "script&gt;alert" in cleaned.html or cleaned.removed or not live(payload)


@pytest.mark.skipif(not BODIES, reason="the folder of hostile articles is absent")
@pytest.mark.parametrize("path", BODIES, ids=[path.relative_to(HOSTILE).parts[0] for path in BODIES])
def test_no_hostile_article_is_live(path: Path) -> None:
    assert live(sanitize(render(path.read_text("utf-8").split("---\n", 2)[2])).html) == []


@pytest.mark.skipif(not NESTED, reason="the folder of hostile articles is absent")
@pytest.mark.parametrize("path", NESTED, ids=[path.relative_to(HOSTILE).parts[0] for path in NESTED])
def test_the_text_of_a_nested_article_is_cleaned_in_time(path: Path) -> None:
    with one_text():
        assert live(sanitize(path.read_text("utf-8")).html) == []


PIECES = re.split(
    r" (?!$)",
    "< > & \" ' = / ! - a p b x <a <b> </b> <p> </p> <svg> </svg> <path/> <table> <td> </table> <style> </style> <!-- --> "
    "<script> </script> href= src= onclick= javascript: // https://e.x &#x3c; &lt; <img <iframe> <title> <math> "
    "<mtext> <div> </div> id=__toc \n \0 ",
)
MEGABYTE = 1_000_000
REPEATED = [
    "<", "&", "& ", "\u00a0", "<a ", "<!--", "<![CDATA[", '<a href="', "<a x='", "<p title=&>", "</p>", "<div>", "<b>", "<p><b><i>",
    "<b><p>", "<b><div></b>", "<a><div></a>", "<div></b>", "<table>", "<table><b>", "<table><tr><td>", "<table><p>x", "<ul><li>",
    "<blockquote>", "<p>", "<svg>", "<svg><td>", "<math><mi>", "<details><summary>", "<script>", "<iframe>", "<img src=//x>",
    "<video><source src=//x>", "<x>", "<h2 id=__toc>",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("part", REPEATED)
def test_a_megabyte_of_it_is_cleaned_in_time(part: str) -> None:
    with one_text():
        cleaned = sanitize((part * (MEGABYTE // len(part) + 1))[:MEGABYTE])
    assert len(cleaned.html) < 10 * MEGABYTE


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "".join(f"<b id={number}>" for number in range(2000)) + "<div>x</div>" * 80_000,
        "<b><table>" * 8 + "<p>x" * 200_000,
        "<div>" * 500 + "<div></div>" * 80_000,
        "<a " + " ".join(f"a{number}=1" for number in range(120_000)) + ">",
        f"<p title='{'&' * MEGABYTE}'>",
    ],
    ids=["unclosed formatting", "text of tables", "deep siblings", "attributes", "a long attribute"],
)
def test_what_makes_parsers_slow_is_cleaned_in_time(html: str) -> None:
    with one_text():
        assert len(sanitize(html).html) < 12 * MEGABYTE


def test_nesting_deeper_than_browsers_show_is_flattened() -> None:
    cleaned = sanitize("<div>" * 20_000 + "text")
    assert cleaned.html == "<div>" * 500 + "text" + "</div>" * 500
    assert cleaned.removed == ("<div> nested too deep",)


def test_three_hundred_quotations_in_each_other_stay() -> None:
    html = "<blockquote>" * 300 + "a" + "</blockquote>" * 300
    assert sanitize(html).html == html


def test_removals_are_told_a_hundred_at_most() -> None:
    told = sanitize("".join(f"<x{number}>" for number in range(500))).removed
    assert (len(told), told[-1]) == (101, "and 400 more")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=1500, deadline=None)
def test_nothing_live_is_made_of_pieces(html: str) -> None:
    cleaned = sanitize(html)
    assert live(cleaned.html) == []
    assert sanitize(cleaned.html).html == cleaned.html


LEAVES = [
    "<code>x</code>",
    "<em>x</em>",
    "<strong>&lt;</strong>",
    '<span class="n">x</span>',
    '<span class="a md-x">&</span>',
    "<em><em>x</em></em>",
]
AROUND = [
    "<code>",
    "<strong>",
    "</strong>",
    "</em>",
    "</span>",
    '<span class="n">',
    "<p>",
    "</p>",
    "<table>",
    "<td>",
    "</table>",
    "<li>",
    "</li>",
]


@given(
    st.lists(st.sampled_from([*LEAVES, *AROUND, "<b>" * 7, "<div>" * 499, "x", "&", "& ", "&#60;", "\u00a0", "<", "\n"]), max_size=30).map(
        "".join
    )
)
@settings(max_examples=500, deadline=None)
def test_elements_that_hold_nothing_but_text_are_written_as_all_others(html: str) -> None:
    at_once = sanitize(html)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sanitizer, "LEAVES", re.compile(r"(?!)"))
        assert sanitize(html) == at_once


@given(st.text(max_size=200))
@settings(deadline=None)
def test_text_stays_text(text: str) -> None:
    legible = re.sub(r"[\x00\r]", "", text)
    assert unescape(sanitize(re.sub("<", "&lt;", legible.replace("&", "&amp;"))).html) == legible


def test_a_tab_in_a_scheme_that_markdown_made_a_space_hides_nothing() -> None:
    assert "script" not in sanitize('<p><a href="java script:alert(1)">x</a></p>').html


@given(
    st.lists(
        st.sampled_from(
            (
                *("<p>", "</p>", "<li>", "</li>", "<ul>\n", "</ul>", "<ol>\n", "</ol>", "\n", "text", "&amp;", "&para;", "<br>", "a < b"),
                *("<em>", "</em>", "<strong>", "</strong>", "<code>", "</code>", '<a href="b.md">', '<a href="javascript:x">', "</a>"),
                *(
                    '<h2 id="a">',
                    "</h2>",
                    '<h3 id="__b">',
                    "</h3>",
                    "<table>",
                    "<tbody>\n",
                    "<tr>\n",
                    "<td>",
                    "</td>\n",
                    "</tr>\n",
                    "</tbody>",
                ),
                *('<div class="highlight">', "<pre><span></span><code>", "</code></pre></div>", '<span class="k">', "</span>", "</table>"),
                *("<p>One <em>two</em>.</p>\n", "<ul>\n<li>a</li>\n</ul>\n", "<tr>\n<td>1</td>\n</tr>\n", '<h2 id="a">A</h2>\n'),
            )
        ),
        max_size=25,
    ).map("".join)
)
@settings(max_examples=500, deadline=None)
def test_what_is_copied_as_it_is_comes_out_as_what_is_written_anew(html: str) -> None:
    """Blocks in lower case are copied; the same in upper case are not."""
    upper = re.sub(r"<(/?)(\w+)", lambda tag: f"<{tag[1]}{tag[2].upper()}", html)
    assert sanitize(html) == sanitize(upper)


def test_a_named_anchor_is_an_id() -> None:
    assert sanitizer.sanitize('<a name="old"></a>').html == '<a id="old"></a>'
    assert sanitizer.sanitize('<a id="new" name="old"></a>').html == '<a id="new"></a>'
    assert sanitizer.sanitize('<a name="__palette"></a>').html == "<a></a>"
