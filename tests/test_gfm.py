"""GitHub's extensions of CommonMark as its specification shows them: tables, strikethrough, task lists, bare addresses."""

import re

import pytest

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import parser
from almanac_kb.markdown.dialects import github
from almanac_kb.markdown.link_index import LinkIndex

HEAD = "<table>\n<thead>\n<tr>\n<th>{}</th>\n<th>{}</th>\n</tr>\n</thead>\n"


def shown_as_github(markdown: str) -> str:
    """The HTML with alignment and boxes as GitHub writes them, where ours is Material's."""
    shown = parser.render(parser.parse(markdown, here=SourcePath("a.md"), index=LinkIndex(), dialects=(github.rules_gfm,)))
    shown = re.sub(r' style="text-align: (\w+);"', r' align="\1"', shown)
    shown = re.sub(r' class="task-list(?:-item)?"', "", shown)
    return re.sub(r'<label.*?<input type="checkbox" disabled( checked)?/>.*?</label>', r"<input\1>", shown).strip()


TABLES = {
    "a table": (
        "| foo | bar |\n| --- | --- |\n| baz | bim |",
        HEAD.format("foo", "bar") + "<tbody>\n<tr>\n<td>baz</td>\n<td>bim</td>\n</tr>\n</tbody>\n</table>",
    ),
    "columns are aligned": (
        "| abc | defghi |\n:-: | -----------:\nbar | baz",
        '<table>\n<thead>\n<tr>\n<th align="center">abc</th>\n<th align="right">defghi</th>\n</tr>\n</thead>\n'
        '<tbody>\n<tr>\n<td align="center">bar</td>\n<td align="right">baz</td>\n</tr>\n</tbody>\n</table>',
    ),
    "an escaped bar is a bar, in code too": (
        "| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |",
        "<table>\n<thead>\n<tr>\n<th>f|oo</th>\n</tr>\n</thead>\n"
        "<tbody>\n<tr>\n<td>b <code>|</code> az</td>\n</tr>\n<tr>\n<td>b <strong>|</strong> im</td>\n</tr>\n</tbody>\n</table>",
    ),
    "a quote ends a table": (
        "| abc | def |\n| --- | --- |\n| bar | baz |\n> bar",
        HEAD.format("abc", "def")
        + "<tbody>\n<tr>\n<td>bar</td>\n<td>baz</td>\n</tr>\n</tbody>\n</table>\n<blockquote>\n<p>bar</p>\n</blockquote>",
    ),
    "a blank line ends a table, a line of text does not": (
        "| abc | def |\n| --- | --- |\n| bar | baz |\nbar\n\nbar",
        HEAD.format("abc", "def")
        + "<tbody>\n<tr>\n<td>bar</td>\n<td>baz</td>\n</tr>\n<tr>\n<td>bar</td>\n<td></td>\n</tr>\n</tbody>\n</table>\n<p>bar</p>",
    ),
    "the header has as many cells as the line below it": (
        "| abc | def |\n| --- |\n| bar |",
        "<p>| abc | def |\n| --- |\n| bar |</p>",
    ),
    "rows are filled up and cut": (
        "| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |",
        HEAD.format("abc", "def")
        + "<tbody>\n<tr>\n<td>bar</td>\n<td></td>\n</tr>\n<tr>\n<td>bar</td>\n<td>baz</td>\n</tr>\n</tbody>\n</table>",
    ),
    "a table needs no rows": ("| abc | def |\n| --- | --- |", HEAD.format("abc", "def") + "</table>"),
}
STRUCK = {
    "two tildes": ("~~Hi~~ Hello, world!", "<p><del>Hi</del> Hello, world!</p>"),
    "one tilde": ("~Hi~ there", "<p><del>Hi</del> there</p>"),
    "not over paragraphs": ("This ~~has a\n\nnew paragraph~~.", "<p>This ~~has a</p>\n<p>new paragraph~~.</p>"),
    "not three tildes": ("This will ~~~not~~~ strike.", "<p>This will ~~~not~~~ strike.</p>"),
    "not a distance": ("From ~5 to ~6 km", "<p>From ~5 to ~6 km</p>"),
}
TASKS = {
    "tasks": ("- [ ] foo\n- [x] bar", "<ul>\n<li><input> foo</li>\n<li><input checked> bar</li>\n</ul>"),
    "tasks in tasks": (
        "- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim",
        "<ul>\n<li><input checked> foo\n"
        "<ul>\n<li><input> bar</li>\n<li><input checked> baz</li>\n</ul>\n</li>\n<li><input> bim</li>\n</ul>",
    ),
    "a task of two paragraphs": ("1. [X] a\n\n   b", "<ol>\n<li>\n<p><input checked> a</p>\n<p>b</p>\n</li>\n</ol>"),
    "no blank, no task": ("- [x]a\n- [](b)", '<ul>\n<li>[x]a</li>\n<li><a href="b"></a></li>\n</ul>'),
}
ADDRESSES = {
    "www.commonmark.org": '<a href="http://www.commonmark.org">www.commonmark.org</a>',
    "Visit www.commonmark.org/help for more.": 'Visit <a href="http://www.commonmark.org/help">www.commonmark.org/help</a> for more.',
    "Visit www.commonmark.org.": 'Visit <a href="http://www.commonmark.org">www.commonmark.org</a>.',
    "Visit www.commonmark.org/a.b.": 'Visit <a href="http://www.commonmark.org/a.b">www.commonmark.org/a.b</a>.',
    "www.google.com/search?q=Markup+(business)": (
        '<a href="http://www.google.com/search?q=Markup+(business)">www.google.com/search?q=Markup+(business)</a>'
    ),
    "www.google.com/search?q=Markup+(business)))": (
        '<a href="http://www.google.com/search?q=Markup+(business)">www.google.com/search?q=Markup+(business)</a>))'
    ),
    "(www.google.com/search?q=Markup+(business))": (
        '(<a href="http://www.google.com/search?q=Markup+(business)">www.google.com/search?q=Markup+(business)</a>)'
    ),
    "www.google.com/search?q=(business))+ok": '<a href="http://www.google.com/search?q=(business))+ok">www.google.com/search?q=(business))+ok</a>',
    "www.google.com/search?q=commonmark&hl=en": (
        '<a href="http://www.google.com/search?q=commonmark&amp;hl=en">www.google.com/search?q=commonmark&amp;hl=en</a>'
    ),
    "www.google.com/search?q=commonmark&hl;": '<a href="http://www.google.com/search?q=commonmark">www.google.com/search?q=commonmark</a>&amp;hl;',
    "www.commonmark.org/he<lp": '<a href="http://www.commonmark.org/he">www.commonmark.org/he</a>&lt;lp',
    "http://commonmark.org": '<a href="http://commonmark.org">http://commonmark.org</a>',
    "(Visit https://encrypted.google.com/search?q=Markup+(business))": (
        '(Visit <a href="https://encrypted.google.com/search?q=Markup+(business)">https://encrypted.google.com/search?q=Markup+(business)</a>)'
    ),
    "foo@bar.baz": '<a href="mailto:foo@bar.baz">foo@bar.baz</a>',
    "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.": (
        'hello@mail+xyz.example isn\'t valid, but <a href="mailto:hello+xyz@mail.example">hello+xyz@mail.example</a> is.'
    ),
    "a.b-c_d@a.b": '<a href="mailto:a.b-c_d@a.b">a.b-c_d@a.b</a>',
    "a.b-c_d@a.b.": '<a href="mailto:a.b-c_d@a.b">a.b-c_d@a.b</a>.',
    "a.b-c_d@a.b-": "a.b-c_d@a.b-",
    "a.b-c_d@a.b_": "a.b-c_d@a.b_",
    "mailto:foo@bar.baz": '<a href="mailto:foo@bar.baz">mailto:foo@bar.baz</a>',
    "xmpp:foo@bar.baz": '<a href="xmpp:foo@bar.baz">xmpp:foo@bar.baz</a>',
}
BESIDE_THE_SPECIFICATION = {
    "**https://a.example/b**": '<strong><a href="https://a.example/b">https://a.example/b</a></strong>',
    "[https://a.example](b.md)": '<a href="b.md">https://a.example</a>',
    "https://localhost:8000/x": '<a href="https://localhost:8000/x">https://localhost:8000/x</a>',
    "见https://a.example/b。然后": '见<a href="https://a.example/b">https://a.example/b</a>。然后',
    "README.md and a.b.c": "README.md and a.b.c",
    "xhttp://a.example": "xhttp://a.example",
    "http://_a._b": "http://_a._b",
    "awww.a.example": "awww.a.example",
    "left-pad@1.2.3": "left-pad@1.2.3",
}


@pytest.mark.parametrize("name", TABLES | STRUCK | TASKS)
def test_an_extension_is_read_as_githubs_specification_says(name: str) -> None:
    markdown, expected = (TABLES | STRUCK | TASKS)[name]
    assert shown_as_github(markdown) == expected


@pytest.mark.parametrize("markdown", ADDRESSES | BESIDE_THE_SPECIFICATION)
def test_bare_addresses_are_links_and_no_more_of_the_sentence(markdown: str) -> None:
    assert shown_as_github(markdown) == f"<p>{(ADDRESSES | BESIDE_THE_SPECIFICATION)[markdown]}</p>"
