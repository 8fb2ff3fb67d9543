"""Liquid, kramdown and GitBook: what readers see of them, and what authors are told."""

import pytest
from parsing import admonition, code, messages, shown, tabs


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{% highlight text %}\n{{ x }} {% y %}\n{% endhighlight %}", code("{{ x }} {% y %}")),
        ("{% highlight text %}\n{% raw %}{% if x %}{% endraw %}\n{% endhighlight %}", code("{% if x %}")),
        ("{% codeblock lang:text %}\na\n{% endcodeblock %}", code("a")),
        ("{% raw %}{{ page.x }} and *{% y %}*{% endraw %}", "<p>{{ page.x }} and <em>{% y %}</em></p>"),
        (
            "{% raw %}\n## {{ x }}\n\n    {% y %}\n\n- {{ z }}\n{% endraw %}\n",
            f'<h2 id="-x-"><span id="x"></span>{{{{ x }}}}</h2>{code("{% y %}")}<ul><li>{{{{ z }}}}</li></ul>',
        ),
        ("a{% comment %}b{% endcomment %}c", "<p>ac</p>"),
        ("a\n\n{%- comment -%}\nb\n\nc\n{%- endcomment -%}\n\nd", "<p>a</p><p>d</p>"),
        ("a {% comment %}b\n\nc{% endcomment %} d", "<p>a</p><p>d</p>"),
        ("{% if x %}a{% else %}b{% endif %}", "<p>ab</p>"),
        ("{%- if x -%}\n- a\n{%- endif -%}\nb", "<ul><li>a</li></ul><p>b</p>"),
        ("`{% x %}`\n\n```\n{{ page.x }} {% raw %}\n```", f"<p><code>{{% x %}}</code></p>{code('{{ page.x }} {% raw %}')}"),
    ],
)
def test_tags_of_liquid(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[a]({% link docs/a.md %}#b)", '<p><a href="/docs/a.md#b">a</a></p>'),
        ("[*a*]({% post_url 2020-01-31-name %})", '<p><a href="2020-01-31-name"><em>a</em></a></p>'),
        ("[a]({{ site.baseurl }}/b) ![c]({{ '/c.png' | relative_url }})", '<p><a href="/b">a</a> <img src="/c.png" alt="c"></p>'),
        ("[a]({{ site.baseurl }}{% link b.md %})", '<p><a href="/b.md">a</a></p>'),
        ('[a][x] [y]\n\n[x]: {% link b.md %}\n[y]: {{ site.url }}/y "T"', '<p><a href="/b.md">a</a> <a href="/y" title="T">y</a></p>'),
        ('<img src="{{ site.baseurl }}/a.png">', '<img src="/a.png">'),
        ('x <a href="{% link b.md %}">c</a>', '<p>x <a href="/b.md">c</a></p>'),
    ],
)
def test_addresses_of_liquid(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{{ page.title }}", ""),
        ("{{- include.name | upcase -}} b", "<p> b</p>"),
        ("a {{ .Site.Title }} b", "<p>a  b</p>"),
        ("{{ 7*7 }} and {{ a }}", "<p>{{ 7*7 }} and {{ a }}</p>"),
        ("{{ table('x') }}", "<p>{{ table('x') }}</p>"),
        ("<script setup>\nconst a = 1\n</script>\n\nIt is {{ a }}.", "<p>It is .</p>"),
        ("{{", "<p>{{</p>"),
    ],
)
def test_variables(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "place", "message"),
    [
        ("a\n\n{% foo %}", (3, 1), "the template tag 'foo' is not known here; the text around it is shown"),
        ("- a\n- b {{ page.x }}", (2, 5), "'{{ page.x }}' stands for something this site does not have; nothing is shown"),
        ("{{ table('x') }}", (1, 1), "\"{{ table('x') }}\" is a macro, which is not run here; it is shown as it is written"),
        ("{% include nav.html %}", (1, 1), "the template tag 'include' is not known here; the text around it is shown"),
        ("<p>\n{{ page.x }}</p>", (2, 1), "'{{ page.x }}' stands for something this site does not have; nothing is shown"),
    ],
)
def test_what_is_not_known_is_named_with_its_place(written: str, place: tuple[int, int], message: str) -> None:
    assert messages(written) == [(*place, message)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{% include note.html content="Keep *it* dry" %}', admonition("note", "Note", "<p>Keep <em>it</em> dry</p>")),
        (
            '{% include figure image_path="/a.png" alt="A" caption="C" %}',
            '<figure><img src="/a.png" alt="A"><figcaption>C</figcaption></figure>',
        ),
        ('{% include youtube.html id="x" %}', '<p><a href="https://www.youtube.com/watch?v=x">Video</a></p>'),
        ('{% hint style="info" %}\n**x**\n{% endhint %}', admonition("info", "Info", "<p><strong>x</strong></p>")),
        (
            '{% tabs %}\n{% tab title="A" %}\na\n{% endtab %}\n\n{% tab title="B" %}\nb\n{% endtab %}\n{% endtabs %}',
            tabs(("A", "<p>a</p>"), ("B", "<p>b</p>")),
        ),
        ('{% code title="x.txt" %}\n```text\na\n```\n{% endcode %}', code("a", "x.txt")),
        ('{% embed url="https://a.example/x" %}', '<p><a href="https://a.example/x">https://a.example/x</a></p>'),
        ("{% stepper %}\n{% step %}\n## One\n\na\n{% endstep %}\n{% endstepper %}", '<h2 id="one">One</h2><p>a</p>'),
        ('{% content-ref url="b.md" %}\n[b](b.md)\n{% endcontent-ref %}', '<p><a href="b.md">b</a></p>'),
    ],
)
def test_includes_and_blocks_of_gitbook(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("# Lamp\n\n* TOC\n{:toc}\n\n## Wick", '<h1 id="lamp">Lamp</h1><h2 id="wick">Wick</h2>'),
        ("1. x\n{: toc .y}\n\na", "<p>a</p>"),
        ("* kept\n\n* TOC\n{:toc}\n", ""),
        ("## Wick\n{: .no_toc }\n\na", '<h2 id="wick" class="no_toc">Wick</h2><p>a</p>'),
        ("{: .note }\nKeep it dry.", '<p class="note">Keep it dry.</p>'),
        ("Keep it dry.\n{: .lead #x }", '<p class="lead" id="x">Keep it dry.</p>'),
        ("Warm. {::comment}murk{:/comment} Still.", "<p>Warm.  Still.</p>"),
        ("a\n\n{::comment}\nb\n\nc\n{:/comment}\n\nd", "<p>a</p><p>d</p>"),
        ('{::options parse_block_html="true" /}\n\na', "<p>a</p>"),
        ("{::nomarkdown}\n<b>x</b>\n{:/nomarkdown}\n\na", "<p><b>x</b></p><p>a</p>"),
        ('{:refdef: style="text-align: center;"}\na\n{: refdef}', "<p>a</p>"),
        ("`{:toc}` and {word}", "<p><code>{:toc}</code> and {word}</p>"),
    ],
)
def test_kramdown(written: str, expected: str) -> None:
    assert shown(written) == expected
