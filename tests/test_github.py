"""What authors of GitHub write beside its Markdown."""

import pytest
from dialect import html, line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":rocket: and :thumbsup:, `:rocket:`", "🚀 and 👍, <code>:rocket:</code>"),
        ("**:rocket:** (:+1:)", "<strong>🚀</strong> (👍)"),
        ("at 10:50:20, a:rocket:b, :nothing:, ::note::", "at 10:50:20, a:rocket:b, :nothing:, ::note::"),
        ("\\:rocket:", ":rocket:"),
        ("http://a.example:rocket:", '<a href="http://a.example:rocket">http://a.example:rocket</a>:'),
    ],
)
def test_emoji_by_name(text: str, expected: str) -> None:
    assert line(text) == expected


def test_the_id_of_a_heading_keeps_the_name_of_its_emoji_and_that_of_mkdocs_leads_there_too() -> None:
    assert html("## Try it :rocket:").startswith('<h2 id="try-it-rocket"><span id="try-it"></span>Try it 🚀<')


@pytest.mark.parametrize(
    ("word", "sort"), [("NOTE", "note"), ("TIP", "tip"), ("IMPORTANT", "tip"), ("WARNING", "warning"), ("CAUTION", "warning")]
)
def test_alerts(word: str, sort: str) -> None:
    title = f'<p class="admonition-title">{word.capitalize()}</p>'
    assert (
        html(f"> [!{word}]\n> Keep it dry.\n>\n> - a")
        == f'<div class="admonition {sort}">\n{title}\n<p>Keep it dry.</p>\n<ul>\n<li>a</li>\n</ul>\n</div>'
    )


def address(url: str) -> str:
    return f'<a href="{url}">{url}</a>'


A, B = "https://example.com/a", "https://example.com/b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{A}  \n{B}  \nEnd", f"{address(A)}<br />\n{address(B)}<br />\nEnd"),
        (f"{A}\\\nnext", f"{address(A)}<br />\nnext"),
        (f"{A}\nnext", f"{address(A)}\nnext"),
        (f"<b>Chat: {A}</b> today", f"<b>Chat: {address(A)}</b> today"),
        (f"{A}<br>{B}", f"{address(A)}<br>{address(B)}"),
        (f"See {A}. And ({B}) too", f"See {address(A)}. And ({address(B)}) too"),
        (f'"{A}" \'{B}\' “{A}” «{B}»', f"&quot;{address(A)}&quot; '{address(B)}' “{address(A)}” «{address(B)}»"),
        (f"**{A}** _{B}_", f"<strong>{address(A)}</strong> <em>{address(B)}</em>"),
        (f"[{A}] ({A}(x)) {A}[1]", f'[{address(A)}] ({address(f"{A}(x)")}) <a href="{A}%5B1%5D">{A}[1]</a>'),
        (f"{A}_b_c {A}\\_b", f'{address(f"{A}_b_c")} {address(f"{A}_b")}'),
        (f"{A}?x=1&y=2 {A}&amp;z", f'<a href="{A}?x=1&amp;y=2">{A}?x=1&amp;y=2</a> <a href="{A}&amp;z">{A}&amp;z</a>'),
        (f"见{A}。再见", f"见{address(A)}。再见"),
        (f"[x]({A}) `{A}` [{A}]({B})", f'<a href="{A}">x</a> <code>{A}</code> <a href="{B}">{A}</a>'),
        (f"{A}%%c%% {{{A}}} {A}…", f"{address(A)} {{{address(A)}}} {address(A)}…"),
        (f"=={A}== {A}==", f"<mark>{address(A)}</mark> {address(f'{A}==')}"),
        ("www.example.com/a, now", '<a href="http://www.example.com/a">www.example.com/a</a>, now'),
        ("ask ana@example.com.", 'ask <a href="mailto:ana@example.com">ana@example.com</a>.'),
        ("http://127.0.0.1:8000/admin", address("http://127.0.0.1:8000/admin")),
        ("README.md, a:b, https:// and xhttps://a.example", "README.md, a:b, https:// and xhttps://a.example"),
    ],
)  # fmt: skip
def test_an_address_ends_where_the_text_goes_on(text: str, expected: str) -> None:
    assert line(text) == expected


def test_a_footnote_behind_an_address_is_none_of_it() -> None:
    page = html(f"See {A}[^1] and {B}^[a note].\n\n[^1]: {A}")
    assert page.count(address(A)) == 2
    assert f'{address(A)}<sup id="fnref:1">' in page


@pytest.mark.parametrize(
    "text", ["[@ana](https://github.com/ana)", "[@ana][a]\n\n[a]: https://github.com/ana", "[@ana]\n\n[@ana]: https://github.com/ana"]
)
def test_a_mention_is_a_link_and_no_citation(text: str) -> None:
    assert line(text) == '<a href="https://github.com/ana">@ana</a>'
