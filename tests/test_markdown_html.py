"""Code, formulas and footnotes as the styles and scripts of Material for MkDocs expect them."""

import re

import pytest

from almanac_kb.core.diagnostics import Position
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import parser
from almanac_kb.markdown.code import CodeOptions, read_info
from almanac_kb.markdown.constructs import Parsed
from almanac_kb.markdown.link_index import LinkIndex


def parse(markdown: str) -> Parsed:
    return parser.parse(markdown, here=SourcePath("a.md"), index=LinkIndex())


def render(markdown: str) -> str:
    return parser.render(parse(markdown))


@pytest.mark.parametrize(
    ("info", "options"),
    [
        ("python", CodeOptions("python")),
        ("c++", CodeOptions("c++")),
        ('py title="a b.py" linenums="3" hl_lines="1 3-5"', CodeOptions("py", "a b.py", 3, ((1, 1), (3, 5)))),
        ("{ .yaml .annotate #x }", CodeOptions("yaml", classes=("annotate",), identifier="x")),
        ("{: .ruby .wide}", CodeOptions("ruby", classes=("wide",))),
        ("js {1,4-6}", CodeOptions("js", highlighted=((1, 1), (4, 6)))),
        ("js{2} showLineNumbers title='x.js'", CodeOptions("js", "x.js", 1, ((2, 2),))),
        ("ts:line-numbers", CodeOptions("ts", first_line=1)),
        ('go {linenos=true,hl_lines=[8,"15-17"],linenostart=199}', CodeOptions("go", "", 199, ((8, 8), (15, 17)))),
        ("go {linenos=false}", CodeOptions("go")),
        ("js name=View%20Example", CodeOptions("js", "View Example")),
        ("title=a.txt", CodeOptions("", "a.txt")),
        ("Player name=Align%20R&D&platforms=ios,web&ext=js", CodeOptions("Player", "Align R&D")),
        ("", CodeOptions()),
    ],
)
def test_what_stands_behind_a_fence_is_read_in_all_dialects(info: str, options: CodeOptions) -> None:
    assert read_info(info) == options


def test_code_is_highlighted() -> None:
    assert render("```python\nif x:\n```") == (
        '<div class="language-python highlight"><pre><span></span><code>'
        '<span class="k">if</span> <span class="n">x</span><span class="p">:</span>\n</code></pre></div>\n'
    )


def test_code_of_no_known_language_and_indented_code_are_plain() -> None:
    expected = '<div class="highlight"><pre><span></span><code>a &lt;b&gt;\n</code></pre></div>\n'
    assert render("```nosuch\na <b>\n```") == expected.replace("highlight", "language-nosuch highlight")
    assert render("    a <b>") == expected
    assert render("```\na <b>\n```") == expected


def test_code_is_never_changed() -> None:
    assert "<code>\n a\t[[b]] $c$ ==d==\n\n\n</code>" in render("~~~\n\n a\t[[b]] $c$ ==d==\n\n\n~~~")


def test_code_has_title_numbers_and_highlighted_lines() -> None:
    shown = render('```text title="a <b>.txt" linenums="9" hl_lines="2"\nx\ny\n```')
    assert shown == (
        '<div class="highlight"><table class="highlighttable"><tr><th colspan="2" class="filename"><span class="filename">a &lt;b&gt;.txt'
        '</span></th></tr><tr><td class="linenos"><div class="linenodiv"><pre><span></span><span class="normal"> 9</span>\n'
        '<span class="normal">10</span></pre></div></td><td class="code"><div><pre><span></span><code>x\n<span class="hll">y\n</span>'
        "</code></pre></div></td></tr></table></div>\n"
    )


def test_highlighted_lines_end_with_the_code() -> None:
    assert render('```text hl_lines="2-999999999"\nx\ny\n```').count("hll") == 1


def test_a_string_over_lines_is_closed_on_each_line() -> None:
    assert '<span class="sd">"""a</span>\n\n<span class="sd">b"""</span>' in render('```python\n"""a\n\nb"""\n```')


def test_inline_code_is_code_and_highlighted_where_it_names_its_language() -> None:
    assert render("`a<b`") == "<p><code>a&lt;b</code></p>\n"
    assert render("`#!py x` `#! x`") == '<p><code class="highlight"><span class="n">x</span></code> <code>#! x</code></p>\n'


def test_diagrams_and_formulas_in_fences_are_left_to_the_scripts_that_draw_them() -> None:
    assert render("```mermaid\ngraph <b>\n```") == '<pre class="mermaid"><code>graph &lt;b&gt;</code></pre>\n'
    assert render("```math\na<b\n```") == '<div class="arithmatex">\\[\na&lt;b\n\\]</div>\n'


def formula(text: str) -> str:
    return f'<span class="arithmatex">\\({text}\\)</span>'


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("a $x<y$ b", f"a {formula('x&lt;y')} b"),
        ("$a_1$, $b_2$", f"{formula('a_1')}, {formula('b_2')}"),
        ("$`a_1`$", formula("a_1")),
        ("\\(a_1\\)", formula("a_1")),
        ("公式$a$是", f"公式{formula('a')}是"),
        ("$\\$5$", formula("\\$5")),
        ("x $$a*b*c$$ y", 'x <span class="arithmatex">\\[a*b*c\\]</span> y'),
    ],
)
def test_formulas_in_a_line(markdown: str, shown: str) -> None:
    assert render(markdown) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("It costs $5 and $10.", "It costs $5 and $10."),
        ("$HOME and US$5", "$HOME and US$5"),
        ("`$a$`", "<code>$a$</code>"),
        ("$a `b$`", "$a <code>b$</code>"),
        ("\\$a$", "$a$"),
        ("print\\(x\\)", "print(x)"),
        ("$$", "$$"),
    ],
)
def test_money_variables_and_code_are_no_formulas(markdown: str, shown: str) -> None:
    assert render(markdown) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize("written", ["$$\na = b\n$$", "$$a = b$$", "\\[\na = b\n\\]", "$$a = b\n$$"])
def test_formulas_on_lines_of_their_own(written: str) -> None:
    block = '<div class="arithmatex">\\[\na = b\n\\]</div>\n'
    assert render(written) == block
    assert render(f"where\n{written}\nand") == f"<p>where</p>\n{block}<p>and</p>\n"
    assert render("- x\n\n  " + written.replace("\n", "\n  ")) == f"<ul>\n<li>\n<p>x</p>\n{block}</li>\n</ul>\n"


def test_a_formula_in_a_quote_has_no_sign_of_the_quote() -> None:
    assert render("> $$\n> a\n> $$") == '<blockquote>\n<div class="arithmatex">\\[\na\n\\]</div>\n</blockquote>\n'


def test_environments_of_tex_are_formulas() -> None:
    assert render("\\begin{align}\na &= b\n\\end{align}") == (
        '<div class="arithmatex">\\[\n\\begin{align}\na &amp;= b\n\\end{align}\n\\]</div>\n'
    )


def test_dollars_that_nothing_closes_are_text() -> None:
    assert render("$$\na\n\nb") == "<p>$$\na</p>\n<p>b</p>\n"


def test_footnotes_stand_below_the_text_in_the_order_of_use() -> None:
    shown = render("One[^b] two[^A b] three[^b].\n\n[^a  B]: alpha\n[^b]: beta")
    assert shown == (
        '<p>One<sup id="fnref:b"><a class="footnote-ref" href="#fn:b">1</a></sup> two<sup id="fnref:a-B"><a class="footnote-ref" '
        'href="#fn:a-B">2</a></sup> three<sup id="fnref2:b"><a class="footnote-ref" href="#fn:b">1</a></sup>.</p>\n'
        '<div class="footnote">\n<hr />\n<ol>\n<li id="fn:b">\n<p>beta&#160;<a class="footnote-backref" href="#fnref:b" '
        'title="Jump back to footnote 1 in the text">&#8617;</a><a class="footnote-backref" href="#fnref2:b" '
        'title="Jump back to footnote 1 in the text">&#8617;</a></p>\n</li>\n<li id="fn:a-B">\n<p>alpha&#160;<a class="footnote-backref" '
        'href="#fnref:a-B" title="Jump back to footnote 2 in the text">&#8617;</a></p>\n</li>\n</ol>\n</div>\n'
    )


def test_a_footnote_may_stand_right_behind_an_address() -> None:
    assert render("https://a.example[^1]\n\n[^1]: n").startswith('<p><a href="https://a.example">https://a.example</a><sup id="fnref:1">')


def test_a_footnote_holds_paragraphs_lists_and_code() -> None:
    shown = render("x[^1]\n\n[^1]: a\nlazy\n\n    b\n\n    - c\n\n          code\n\nafter")
    assert "<p>a\nlazy</p>\n<p>b</p>\n<ul>\n<li>\n<p>c</p>\n" in shown
    assert "<code>code\n</code>" in shown
    assert shown.index("<p>after</p>") < shown.index('<div class="footnote">')


def test_footnotes_may_refer_to_footnotes() -> None:
    shown = render("x[^1]\n\n[^2]: two[^1]\n[^1]: one[^2]")
    assert shown.index('<li id="fn:1">') < shown.index('<li id="fn:2">')


def test_a_footnote_that_nothing_refers_to_is_reported_and_not_shown() -> None:
    parsed = parse("x[^1]\n\n[^1]: one\n\n[^2]: two[^3]\n\n[^3]: three")
    shown = parser.render(parsed)
    assert "one" in shown
    assert "two" not in shown
    assert [(note.position, "nothing refers" in note.message) for note in parsed.diagnostics] == [(Position(5), True), (Position(7), True)]


def test_a_footnote_without_a_definition_is_text() -> None:
    assert render("x[^1] [^]") == "<p>x[^1] [^]</p>\n"


def test_the_first_of_two_definitions_counts_and_the_second_is_reported() -> None:
    parsed = parse("x[^1]\n\n[^1]: one\n\n[^1]: two")
    assert "one" in parser.render(parsed)
    assert [note.position for note in parsed.diagnostics] == [Position(5)]


@pytest.mark.parametrize(
    ("markdown", "ids"),
    [
        ("## \U0001f680 What's x", ["-whats-x", "whats-x"]),
        ("## Setup\n\n## Setup", ["setup", "setup-1", "setup_1"]),
        ("## Setup\n\n## Setup\n\n## Setup_1", ["setup", "setup-1", "setup_1"]),
        ("## `--flag`", ["--flag"]),
    ],
)
def test_ids_of_headings_are_githubs_and_those_of_mkdocs_lead_there_too(markdown: str, ids: list[str]) -> None:
    assert re.findall(r' id="([^"]*)"', render(markdown)) == ids


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a[^1] b](x)", '<a href="x">a b</a><sup id="fnref:1">'),
        ("[*a[^1]*][x]\n\n[x]: y", '<a href="y"><em>a</em></a><sup id="fnref:1">'),
    ],
)
def test_a_footnote_in_the_text_of_a_link_stands_behind_the_link(markdown: str, expected: str) -> None:
    assert expected in render(f"{markdown}\n\n[^1]: c")


def test_links_back_lead_only_to_references_that_are_there() -> None:
    shown = render("![a[^1]](x) b[^1]\n\n[^1]: c")
    assert re.findall(r'href="#(fnref[^"]*)"', shown) == re.findall(r'id="(fnref[^"]*)"', shown) == ["fnref:1"]


def test_definitions_of_links_may_stand_right_below_footnotes() -> None:
    shown = render("[a][b] c[^1]\n\n[^1]: d\n[b]: e\n[^2]: f\ng")
    assert shown.startswith('<p><a href="e">a</a> c<sup')
    assert "<p>d&#160;<a" in shown


@pytest.mark.parametrize(("holder", "left"), [("> {}", ""), ("- {}", ""), ("- {}\n- b", "<ul>\n<li>b</li>\n</ul>"), ("> - {}", "")])
def test_nothing_stays_where_a_definition_stood_alone(holder: str, left: str) -> None:
    shown = render(f"a[^1]\n\n{holder.format('[^1]: c')}\n")
    assert shown.partition("</p>\n")[2].partition('<div class="footnote">')[0].strip() == left
