"""Hugo's shortcodes: what readers see of them, and what authors are told."""

import pytest
from parsing import admonition, code, details, messages, parsed, shown, tabs


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{{% notice tip "T" %}}\n*text*\n{{% /notice %}}', admonition("tip", "T", "<p><em>text</em></p>")),
        ('{{< alert color="warning" >}}text{{< /alert >}}', admonition("warning", "Warning", "<p>text</p>")),
        ('{{% alert title="Mind" color="info" %}}\na\n\nb\n{{% /alert %}}', admonition("info", "Mind", "<p>a</p><p>b</p>")),
        (
            'text\n{{< callout type="danger" >}}\nhot\n{{< /callout >}}\nmore',
            f"<p>text</p>{admonition('danger', 'Danger', '<p>hot</p>')}<p>more</p>",
        ),
        (
            "- a\n\n  {{< note >}}\n  b\n  {{< /note >}}\n- c",
            f"<ul><li><p>a</p>{admonition('note', 'Note', '<p>b</p>')}</li><li><p>c</p></li></ul>",
        ),
        ("> {{< tip >}}\n> b\n> {{< /tip >}}\n\nout", f"<blockquote>{admonition('tip', 'Tip', '<p>b</p>')}</blockquote><p>out</p>"),
        ('{{< details "More" >}}\ntext\n{{< /details >}}', details("note", "More", "<p>text</p>")),
        ('{{% expand title="Less" %}}\n- x\n{{% /expand %}}', details("note", "Less", "<ul><li>x</li></ul>")),
        (
            '{{< tabs "os" >}}\n{{% tab "Linux" %}}\na\n{{% /tab %}}\n{{% tab "Mac" %}}\nb\n{{% /tab %}}\n{{< /tabs >}}',
            tabs(("Linux", "<p>a</p>"), ("Mac", "<p>b</p>")),
        ),
        (
            '{{< tabpane >}}\n  {{< tab header="A" >}}\n    a\n  {{< /tab >}}\n{{< /tabpane >}}\n'
            '{{< tabpane >}}\n{{< tab header="B" >}}b{{< /tab >}}\n{{< /tabpane >}}',
            tabs(("A", "<p>a</p>")) + tabs(("B", "<p>b</p>"), number=2),
        ),
    ],
)
def test_paired_shortcodes_are_blocks(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{{< highlight text >}}\n[[a]] <b>\n{{< /highlight >}}", code("[[a]] &lt;b&gt;")),
        ('{{< code lang="text" title="A.xml" >}}\n<manifest a="b"/>\n{{< /code >}}', code('&lt;manifest a="b"/&gt;', "A.xml")),
        ("{{< code >}}\n#include <map>\n\n    x\n{{< /code >}}", code("#include &lt;map&gt; x")),
        ("Run {{< code >}}a *b*{{< /code >}} now", "<p>Run <code>a *b*</code> now</p>"),
        ("{{< mermaid >}}\ngraph TD\n  a-->b\n{{< /mermaid >}}", '<pre class="mermaid"><code>graph TD a--&gt;b</code></pre>'),
    ],
)
def test_shortcodes_for_code_keep_all_of_it(written: str, expected: str) -> None:
    assert shown(written) == expected


def test_numbers_and_lines_of_highlighted_code_are_shown() -> None:
    html = shown('{{< highlight go "linenos=table,hl_lines=2 4-5,linenostart=7" >}}\na\nb\n{{< /highlight >}}')
    assert '<span class="normal">7</span>' in html
    assert html.count('class="hll"') == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            '{{< figure src="https://a.example/a.png" caption="A *lamp*" alt="Alt" width="300px" >}}',
            '<figure><img src="https://a.example/a.png" alt="Alt" width="300"><figcaption>A <em>lamp</em></figcaption></figure>',
        ),
        (
            r'{{< figure src="https://a.example/a.png" caption="A lamp of \"brass\"" >}}',
            '<figure><img src="https://a.example/a.png" alt="A lamp of &quot;brass&quot;">'
            "<figcaption>A lamp of &quot;brass&quot;</figcaption></figure>",
        ),
        ('{{< img src="https://a.example/a.png" >}}', '<p><img src="https://a.example/a.png" alt=""></p>'),
        (
            'x {{< figure src="https://a.example/a.png" link="https://b.example" alt="A" >}} y',
            '<p>x <a href="https://b.example"><img src="https://a.example/a.png" alt="A"></a> y</p>',
        ),
        ("{{< youtube abc >}}", '<p><a href="https://www.youtube.com/watch?v=abc">Video</a></p>'),
        ('{{< vimeo id="12" title="Talk" >}}', '<p><a href="https://vimeo.com/12">Talk</a></p>'),
        (
            '[x]({{< ref "b c.md" >}} "T") and ![y]({{< relref path="p.png" >}})',
            '<p><a href="b%20c.md" title="T">x</a> and <img src="p.png" alt="y"></p>',
        ),
        ('[x]: {{< ref "b.md" >}}\n\n[a][x]', '<p><a href="b.md">a</a></p>'),
        ('<div>\n<a href="{{< ref "b.md" >}}">x</a>\n</div>', '<div><a href="b.md">x</a></div>'),
    ],
)
def test_shortcodes_that_show_something_themselves(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a{{/* b */}}c", "<p>ac</p>"),
        ("a\n\n{{/* b\n\n- c\n*/}}\n\nd", "<p>a</p><p>d</p>"),
        ("a {{/* b\n\nc */}} d\ne", "<p>a</p><p>d</p><p>e</p>"),
        ("- a {{/* b\n\nc */}}\n\nd", "<ul><li>a</li></ul><p>d</p>"),
        ('{{</* figure src="x" */>}}', '<p><code>{{&lt; figure src="x" &gt;}}</code></p>'),
        ("{{%/* note */%}}", "<p><code>{{% note %}}</code></p>"),
        ("`{{< foo >}}` and `` {{/* x */}} ``", "<p><code>{{&lt; foo &gt;}}</code> and <code>{{/* x */}}</code></p>"),
        ("```\n{{< foo >}}\n{{/* x */}}\n```", code("{{&lt; foo &gt;}} {{/* x */}}")),
        ("    {{< foo >}}", code("{{&lt; foo &gt;}}")),
        ("{{<", "<p>{{&lt;</p>"),
    ],
)
def test_comments_vanish_and_code_stays(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "expected", "told"),
    [
        ("a\n\n{{< foo >}}", "<p>a</p>", [(3, 1, "the shortcode 'foo' is not known here; nothing is shown in its place")]),
        ("a {{< foo >}}b{{< /foo >}} c", "<p>a b c</p>", [(1, 3, "the shortcode 'foo' is not known here; its inner text is shown")]),
        (
            '{{< column\n  width="3" >}}\n\n**a**\n\n{{< /column >}}\nb',
            "<p><strong>a</strong></p><p>b</p>",
            [(1, 1, "the shortcode 'column' is not known here; its inner text is shown")],
        ),
        (
            'x {{< tab "Linux" >}}b{{< /tab >}}',
            "<p>x b</p>",
            [(1, 3, "tabs within a line of text are not laid out; only their text is shown")],
        ),
        (
            "- {{< foo >}}\n\nb {{< /foo >}}",
            "<ul><li></li></ul><p>b </p>",
            [(1, 3, "the shortcode 'foo' is not known here; nothing is shown in its place")],
        ),
    ],
)
def test_unknown_shortcodes_keep_their_text_and_are_named(written: str, expected: str, told: list[tuple[int, int, str]]) -> None:
    assert shown(written) == expected
    assert messages(written) == told


def test_attributes_below_a_table_leave_it_a_table() -> None:
    html = shown("| a | b |\n| --- | --- |\n| 1 | 2 |\n{.striped}")
    assert '<table class="striped">' in html
    assert "{.striped}" not in html


def test_constructs_are_counted() -> None:
    assert parsed("{{< note >}}\n{{< youtube a >}}\n{{< /note >}}\n\n{{< x >}}").counts == {
        "admonition": 1,
        "video": 1,
        "unknown shortcode": 1,
    }
