"""What authors of Obsidian write beside CommonMark."""

import time

import pytest
from dialect import html, line, messages, parsed

from almanac_kb.core.diagnostics import Position
from almanac_kb.markdown.dialects import obsidian


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[Filters]]", '<a href="Filters.md">Filters</a>'),
        ("[[filters]]", '<a href="Filters.md">filters</a>'),
        ("[[Filters|text]]", '<a href="Filters.md">text</a>'),
        ("[[Filters|**bold** `x`]]", '<a href="Filters.md"><strong>bold</strong> <code>x</code></a>'),
        ("[[Filters\\|text]]", '<a href="Filters.md">text</a>'),
        ("[[Filters#A & B]]", '<a href="Filters.md#a--b">Filters › A &amp; B</a>'),
        ("[[Filters#A#B|x]]", '<a href="Filters.md#b">x</a>'),
        ("[[Filters#^k2|x]]", '<a href="Filters.md#^k2">x</a>'),
        ("[[Filters#^k2]]", '<a href="Filters.md#^k2">Filters</a>'),
        ("[[#Top]]", '<a href="#top">Top</a>'),
        ("[[#What is C#]]", '<a href="#what-is-c">What is C#</a>'),
        ("[[filter LIST]]", '<a href="Filters.md">filter LIST</a>'),
        ("[[my_note_name|B and C]] [[B and C]]", 'B and C <a href="b%20c.md">B and C</a>'),
        ("[[more/Sorting]]", '<a href="../more/Sorting.md">Sorting</a>'),
        ("[[guide]]", '<a href="../guide/index.md">guide</a>'),
        ("[[Lamp Oil]]", '<a href="../Lamp-Oil.md">Lamp Oil</a>'),
        ("[[pic.png]]", '<a href="../img/pic.png">pic.png</a>'),
        ("[[nothing|text]] [[nothing#Part]]", "text nothing › Part"),
        ("**[[Filters]]**, see", '<strong><a href="Filters.md">Filters</a></strong>, see'),
        ("[[Filters]] (text)", '<a href="Filters.md">Filters</a> (text)'),
        ("[[Filters]](see there)", '<a href="Filters.md">Filters</a>(see there)'),
        ("`[[Filters]]`", "<code>[[Filters]]</code>"),
        ("\\[[Filters]]", "[[Filters]]"),
        ("[[1]](https://a.example)", '<a href="https://a.example">[1]</a>'),
        ("[[a]]\n\n[a]: https://a.example", '[<a href="https://a.example">a</a>]'),
        ("if [[ -f x ]]; then", "if [[ -f x ]]; then"),
        ("[[[Filters]]]", "[[[Filters]]]"),
        ("[[toc]]", "[[toc]]"),
        ("[[]] [[a\nb]]", "[[]] [[a\nb]]"),
    ],
)
def test_wikilinks(text: str, expected: str) -> None:
    assert line(text) == expected


def test_a_wikilink_stands_before_a_footnote_and_in_cells_lists_and_headings() -> None:
    assert html("[[Filters|a]][^1]\n\n[^1]: A note.").startswith('<p><a href="Filters.md">a</a><sup id="fnref:1">')
    assert '<td><a href="Filters.md">a</a></td>' in html("| x |\n| - |\n| [[Filters\\|a]] |")
    assert html("- [[Filters]]") == '<ul>\n<li><a href="Filters.md">Filters</a></li>\n</ul>'
    assert html("# [[Filters]]").startswith('<h1 id="filters"><a href="Filters.md">Filters</a>')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![[pic.png]]", '<img src="../img/pic.png" alt="pic" />'),
        ("![[pic.png|300]]", '<img src="../img/pic.png" alt="pic" width="300" />'),
        ("![[near.png|a lamp|30x40]]", '<img src="near.png" alt="a lamp" width="30" height="40" />'),
        ("[![[pic.png]]](https://a.example)", '<a href="https://a.example"><img src="../img/pic.png" alt="pic" /></a>'),
        ("![a lamp|100](pic.png)", '<img src="../img/pic.png" alt="a lamp" width="100" />'),
        ("![a lamp|100x20](https://a.example/p.png)", '<img src="https://a.example/p.png" alt="a lamp" width="100" height="20" />'),
        ("![on|off](pic.png)", '<img src="../img/pic.png" alt="on|off" />'),
        ("![[Filters#Part]]", '<a href="Filters.md#part">Filters › Part</a>'),
        ("![[guide]]", '<a href="../guide/index.md">Guide</a>'),
        ("![[Filters|text]]", '<a href="Filters.md">text</a>'),
        ("![[plan b.pdf]]", '<a href="plan%20b.pdf">plan b</a>'),
        ("![[nope.png]]", "nope.png"),
        ("`![[pic.png]]`", "<code>![[pic.png]]</code>"),
    ],
)
def test_embeds_and_sizes_of_pictures(text: str, expected: str) -> None:
    assert line(text) == expected


NOWHERE = "[[nope]] leads nowhere: no article or file has that name; its text is shown"
TWICE = "'sorting' is the name of more/Sorting.md and of other/Sorting.md; the first is taken"
EMBEDDED = "![[Filters]] within a line of text is shown as a link"
MISSING = "![[nope.png]] shows nothing: no article or file has that name"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\nb [[nope]]", (3, 3, "WARNING", NOWHERE, "write the name of an article, or plain text")),
        ("[[sorting]]", (1, 1, "WARNING", TWICE, "write [[more/Sorting.md]]")),
        ("> x ![[Filters]]", (1, 5, "NOTICE", EMBEDDED, "put it on a line of its own")),
        ("![[nope.png]]", (1, 1, "WARNING", MISSING, "add the file, or delete this")),
    ],
)
def test_wikilinks_are_reported_where_they_stand(text: str, expected: tuple[int, int, str, str, str]) -> None:
    assert messages(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a %%b%% c", "<p>a  c</p>"),
        ("a %%b *c* [[d]] `e`%% f", "<p>a  f</p>"),
        ("a %%b\nc%% d", "<p>a  d</p>"),
        ("a%%b%%c", "<p>ac</p>"),
        ("![a %%b%%](pic.png)", '<p><img src="../img/pic.png" alt="a " /></p>'),
        ("%%b%%", ""),
        ("a\n\n%%\nb\n\n- c\n%%\n\nd", "<p>a</p>\n<p>d</p>"),
        ("a\n%%\nb\n\nc\n%%\nd", "<p>a</p>\n<p>d</p>"),
        ("%%\nb\n%% c", "<p>c</p>"),
        ("%% b\n\nc %% d", "<p>d</p>"),
        ("a %%b\n\nc [[nope]]\n\nd%% e", "<p>a </p>\n<p> e</p>"),
        ("- a %%b%%\n- c", "<ul>\n<li>a </li>\n<li>c</li>\n</ul>"),
        ("- a\n\n  %%\n  b\n  %%\n\n  c", "<ul>\n<li>\n<p>a</p>\n<p>c</p>\n</li>\n</ul>"),
        ("> a %%b%%\n> c", "<blockquote>\n<p>a \nc</p>\n</blockquote>"),
        ("> a\n> %%\n> b\n> %%\n> c", "<blockquote>\n<p>a</p>\n<p>c</p>\n</blockquote>"),
        ("`%%a%%` 50%% and 60%%", "<p><code>%%a%%</code> 50%% and 60%%</p>"),
        ("```\n%%a%%\n```", '<div class="highlight"><pre><span></span><code>%%a%%\n</code></pre></div>'),
        ('<div width="50%%">\na %%b%% c\n</div>', '<div width="50%%">\na  c\n</div>'),
        ("<pre>\n%%a%%\n</pre>", "<pre>\n%%a%%\n</pre>"),
        ("Use %%time and %%capture here.", "<p>Use %%time and %%capture here.</p>"),
        ("The %%time magic.\n\nThe %%capture magic.", "<p>The %%time magic.</p>\n<p>The %%capture magic.</p>"),
        ("100%% of %%%", "<p>100%% of %%%</p>"),
        ("%%\nnever ends", "<p>%%\nnever ends</p>"),
        ("\\%%a%%", "<p>%%a%%</p>"),
    ],
)
def test_comments_vanish_but_from_code(text: str, expected: str) -> None:
    assert html(text) == expected
    assert not [message for message in messages(text) if "nope" in message[3]]


def test_no_token_holds_the_text_of_a_comment() -> None:
    text = "a %%plumb%% b ![c %%plumb%%](pic.png) [[nope]]\n\nd %%plumb\n\nplumb\n\nplumb%% e\n\n%%\nplumb\n%%\n\n| %%plumb%% x |\n| - |\n"
    for token in parsed(text).tokens:
        assert "plumb" not in f"{token.content}{token.children}"
    assert [message[:2] for message in messages(text)] == [(1, 39)]


def test_a_comment_vanishes_from_headings_cells_notes_and_callouts() -> None:
    text = "# Lamp %%hid%%\n\n| a %%hid%% |\n| - |\n| %%hid%% b |\n\nx[^1]\n\n[^1]: y %%hid%%\n\n> [!note] T %%hid%%\n> %%hid%% z\n"
    assert "hid" not in html(text)
    assert '<h1 id="lamp">' in html(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This is ==very warm== here, if a == b.", "This is <mark>very warm</mark> here, if a == b."),
        ("==a *b* `c`==", "<mark>a <em>b</em> <code>c</code></mark>"),
        ("**==a==** (==b==), ==c==.", "<strong><mark>a</mark></strong> (<mark>b</mark>), <mark>c</mark>."),
        ("这是==重点==内容", "这是<mark>重点</mark>内容"),
        ("Use a==b or c==d here.", "Use a==b or c==d here."),
        ("With x==1 and y==2 too.", "With x==1 and y==2 too."),
        ("== a == and ===b=== and ====", "== a == and ===b=== and ===="),
        ("`==a==` \\==a==", "<code>==a==</code> ==a=="),
        ("==a\n\nb==", "==a</p>\n<p>b=="),
    ],
)
def test_highlights(text: str, expected: str) -> None:
    assert line(text) == expected


CODE = '<div class="highlight"><pre><span></span><code>code\n</code></pre></div>'


def note(title: str, text: str, sort: str = "note") -> str:
    return f'<div class="admonition {sort}">\n<p class="admonition-title">{title}</p>\n{text}\n</div>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> [!NOTE]\n> text", note("Note", "<p>text</p>")),
        ("> [!note] *My* title\n> text", note("<em>My</em> title", "<p>text</p>")),
        ("> [!tip]- Title\n> text", '<details class="tip">\n<summary>Title</summary>\n<p>text</p>\n</details>'),
        (
            "> [!WARNING]+\nlazy\nagain\n\nafter",
            '<details class="warning" open="open">\n<summary>Warning</summary>\n<p>lazy\nagain</p>\n</details>\n<p>after</p>',
        ),
        ("> [!note]\n- list", note("Note", "").replace("\n\n", "\n") + "\n<ul>\n<li>list</li>\n</ul>"),
        ("> [!important]\n> 2. a", note("Important", '<ol start="2">\n<li>a</li>\n</ol>', "tip")),
        ("> [!caution]\n>\n>     code", note("Caution", CODE, "warning")),
        ("> [!released] 1.2\n> text", note("1.2", "<p>text</p>")),
        ("> [!my-kind]\n> text", note("My kind", "<p>text</p>")),
        ("> [!note|right]\n> text", note("Note", "<p>text</p>")),
        ("> [!note] A\n> > [!tip] B\n> > b\n> c", note("A", note("B", "<p>b\nc</p>", "tip"))),
        ("> [!note] A\n> > quote\n>\n> c", note("A", "<blockquote>\n<p>quote</p>\n</blockquote>\n<p>c</p>")),
        ("- > [!note]\n  > text", "<ul>\n<li>\n" + note("Note", "<p>text</p>") + "\n</li>\n</ul>"),
        ("> plain", "<blockquote>\n<p>plain</p>\n</blockquote>"),
        ("> text\n> [!note]", "<blockquote>\n<p>text\n[!note]</p>\n</blockquote>"),
        ("> [!note](https://a.example)", '<blockquote>\n<p><a href="https://a.example">!note</a></p>\n</blockquote>'),
        ("> [![badge](pic.png)](#x)", '<blockquote>\n<p><a href="#x"><img src="../img/pic.png" alt="badge" /></a></p>\n</blockquote>'),
    ],
)  # fmt: skip
def test_callouts(text: str, expected: str) -> None:
    assert html(text) == expected


def test_a_message_in_a_callout_names_its_own_place() -> None:
    assert [message[:2] for message in messages("> [!note] T [[nope]]\n> x [[nope]]")] == [(1, 13), (2, 5)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The wick is new. ^k2", '<p id="^k2">The wick is new.</p>'),
        ("- a ^k2\n- b", '<ul>\n<li id="^k2">a</li>\n<li>b</li>\n</ul>'),
        ("> a\n\n^k2", '<blockquote id="^k2">\n<p>a</p>\n</blockquote>'),
        ("a ^k2\nb", '<p>a<span id="^k2"></span>\nb</p>'),
        ("2 ^10 and x^k2 and `^k2`", "<p>2 ^10 and x^k2 and <code>^k2</code></p>"),
        ("So x^2+y^2=z^2 holds.", "<p>So x^2+y^2=z^2 holds.</p>"),
    ],
)
def test_block_ids_are_ids(text: str, expected: str) -> None:
    assert html(text) == expected


def test_an_id_below_a_table_is_that_of_the_table() -> None:
    assert html("| a |\n| - |\n| b |\n\n^k2").startswith('<table id="^k2">')
    assert "<p>" not in html("| a |\n| - |\n| b |\n\n^k2")


def test_notes_in_the_text_are_footnotes() -> None:
    page = html("A task^[with a [link](https://a.example) in it], and^[one more] or[^x].\n\n[^x]: third")
    assert [page.index(text) for text in ("with a <a", "one more&", "third")] == sorted(
        page.index(text) for text in ("with a <a", "one more&", "third")
    )
    assert page.startswith('<p>A task<sup id="fnref:inline-2"><a class="footnote-ref" href="#fn:inline-2">1</a></sup>, and<sup')
    assert page.count('class="footnote-backref"') == 3


@pytest.mark.parametrize("text", ["2^[x]", "`a^[code here]`", "\\^[text here]", "the pattern ^[a-zA-Z0-9]+$", "x^[10]", "a^[never ends"])
def test_what_is_no_note_stays_text(text: str) -> None:
    assert "footnote" not in html(text)
    assert "[" in html(text)


BRASS = '<a href="../tags/brass/index.md">{}</a>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#brass and (#Brass), #brass.", f"{BRASS.format('#brass')} and ({BRASS.format('#Brass')}), {BRASS.format('#brass')}."),
        ("x#brass #iron #1 `#brass` &#35;brass", "x#brass #iron #1 <code>#brass</code> #brass"),
        ("[#brass](https://a.example/#brass)", '<a href="https://a.example/#brass">#brass</a>'),
        ("https://a.example/ #brass", '<a href="https://a.example/">https://a.example/</a> <a href="../tags/brass/index.md">#brass</a>'),
    ],
)
def test_words_behind_a_hash_are_tags_where_the_tag_has_a_page(text: str, expected: str) -> None:
    assert line(text) == expected


def test_the_tags_of_a_text_are_known_whether_they_have_pages_or_not() -> None:
    text = "# The #lamp\n\n#brass, `#code`\n\n- #iron/cast [#x](#x)"
    assert obsidian.hashtags(parsed(text).env) == (("brass", Position(3, 1)), ("iron/cast", Position(5, 3)))


def test_a_hash_in_a_heading_is_text() -> None:
    assert html("# The #brass lamp").startswith('<h1 id="the-brass-lamp">The #brass lamp<')


def test_what_was_met_is_counted() -> None:
    text = "a %%b%% [[Filters]] [[nope]] ![[pic.png]] ![[Filters]] [a](Filters) ^[a note] #brass ^k2\n\n> [!note]\n"
    assert parsed(text).counts == {
        "comment": 1, "wikilink": 2, "broken wikilink": 1, "picture": 1, "embedded note": 1, "link": 1, "inline footnote": 1, "hashtag": 1,
        "block id": 1, "callout": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "part",
    [
        *("[[", "[[a|", "![[", "[[a]](", "%%", "%%a ", "%%a\n", "> %%a\n", "a %%\n\n", "^[", "^[a b", "^[[a]"),
        *("==", "==a", "==a ", "#a ", "^a1\n", "> [!note]\n", "> [!a"),
    ],
)
def test_long_texts_of_opening_marks_take_no_longer_than_others(part: str) -> None:
    text = part * (200_000 // len(part))
    html("warm")
    start = time.process_time()
    html(text)
    assert time.process_time() - start < 8
