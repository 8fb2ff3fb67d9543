"""VitePress, DocFX and others: what readers see of them, and what authors are told."""

import pytest
from parsing import admonition, code, messages, shown, tabs


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[[toc]]\n\n## A", '<h2 id="a">A</h2>'),
        ("[[_TOC_]]\n\na", "<p>a</p>"),
        ("::: code-group\n```text [a.js]\nx\n```\n```text\ny\n```\n:::", tabs(("a.js", code("x")), ("text", code("y")))),
        ("::: raw\n*x*\n:::", "<p><em>x</em></p>"),
        ("<script setup>\nconst a = 1\n</script>\n\n# T", '<h1 id="t">T</h1>'),
        ("<style scoped>\n.a {}\n\n.b {}\n</style>\nb", "<p>b</p>"),
        (':::image type="content" source="a.png" alt-text="A lamp":::', '<p><img src="a.png" alt="A lamp"></p>'),
        (":::row:::\n:::column:::\na\n:::column-end:::\n:::row-end:::", "<p>a</p>"),
        (':::moniker range=">=a"\n*a*\n:::moniker-end\nb', "<p><em>a</em></p><p>b</p>"),
        ('::: zone pivot="x"\n\n:::note\na\n:::\n\n::: zone-end', admonition("note", "Note", "<p>a</p>")),
        ("> [!VIDEO https://a.example/b]", '<blockquote><p><a href="https://a.example/b">Video</a></p></blockquote>'),
        ('> [!div class="next"]\n> [b](https://b.example)', '<blockquote><p><a href="https://b.example">b</a></p></blockquote>'),
        ("> [!NOTE]\n> a", admonition("note", "Note", "<p>a</p>")),
        ("a <code v-pre>{{ a.b }}</code> b", "<p>a <code v-pre>{{ a.b }}</code> b</p>"),
        ("<div v-pre>\n{{ a.b }} <b>{{ page.title }}</b>\n</div>", "<div v-pre> {{ a.b }} <b>{{ page.title }}</b></div>"),
        ("::: v-pre\n{{ a.b }} *c*\n\n{{ page.title }}\n:::", "<p>{{ a.b }} <em>c</em></p><p>{{ page.title }}</p>"),
        ("`[[toc]]` and ```<<< @/a```", "<p><code>[[toc]]</code> and <code>&lt;&lt;&lt; @/a</code></p>"),
    ],
)
def test_signs_of_generators(written: str, expected: str) -> None:
    assert shown(written) == expected
    assert messages(written) == []


@pytest.mark.parametrize(
    ("written", "expected", "place"),
    [
        ("a\n\n<<< @/x.js{1,3}", "<p>a</p>", (3, 1)),
        ("[!INCLUDE [a](../b.md)]", "", (1, 1)),
        ("a [!include[x](b.md)] c", "<p>a  c</p>", (1, 3)),
        ("[!code-csharp[Main](~/x.cs?range=1-2)]", "", (1, 1)),
        (':::code language="csharp" source="~/x.cs" id="y":::', "", (1, 1)),
    ],
)
def test_snippets_of_other_files_are_named(written: str, expected: str, place: tuple[int, int]) -> None:
    assert shown(written) == expected
    assert [message[:2] for message in messages(written)] == [place]


def test_outside_of_v_pre_vue_reads_expressions() -> None:
    written = "<b v-pre>{{ page.a }}</b> {{ page.b }} <i v-pre>{{ page.c }}</i> <s v-pre>{{ page.d }}"
    assert shown(written) == "<p><b v-pre>{{ page.a }}</b>  <i v-pre>{{ page.c }}</i> <s v-pre></p>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('[caption id="a" width="3"]*b* c[/caption]', "<p><em>b</em> c</p>"),
        ("[embed]https://a.example[/embed]", '<p><a href="https://a.example">https://a.example</a></p>'),
        ("[embed] and [caption](https://a.example)", '<p>[embed] and <a href="https://a.example">caption</a></p>'),
    ],
)
def test_tags_of_wordpress_show_what_they_hold(written: str, expected: str) -> None:
    assert shown(written) == expected


def test_a_gallery_of_wordpress_is_named() -> None:
    assert messages('a [gallery ids="1,2"]') == [
        (1, 3, """'[gallery ids="1,2"]' shows pictures that are not in this text; nothing is shown in its place""")
    ]
