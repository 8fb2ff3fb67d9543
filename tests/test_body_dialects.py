"""Callouts, directives, shortcodes, templates, components and comments, as the Markdown they become."""

import pytest

from almanac_kb.body.kinds import BY_NAME, KINDS
from almanac_kb.body.translate import Translation, translate
from almanac_kb.body.vault import Vault


def done(written: str) -> Translation:
    return translate(written, Vault(here="a.md"))


def check(written: str, expected: str) -> None:
    assert done(written).markdown == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("> [!NOTE]\n> text", '!!! note "Note"\n    text'),
        ("> [!tip]- My title\n> text", '??? tip "My title"\n    text'),
        ("> [!WARNING]+\nlazy\nagain\n\nafter", '???+ warning "Warning"\n    lazy\n    again\n\nafter'),
        ("> [!note]\n- list", '!!! note "Note"\n\n- list'),
        ("> [!note]\n> - list\n> 2. text", '!!! note "Note"\n    - list\n\n    2. text'),
        ("> [!released] 1.2", '!!! note "1.2"'),
        ("> [!important]\n> - a\n>   - b", '!!! tip "Important"\n    - a\n        - b'),
        ("> [!note] A\n> > [!tip] B\n> > b\n> c", '!!! note "A"\n    !!! tip "B"\n        b\n        c'),
        ("> plain", "> plain"),
        (':::note Say "it"\ntext\n:::', '!!! note "Say &quot;it&quot;"\n    text\n'),
        (":::tip[Title]\ntext\n:::", '!!! tip "Title"\n    text\n'),
        ("::: {.callout-warning title=\"T\"}\ntext\n:::", '!!! warning "T"\n    text\n'),
        (":::details More\ntext\n:::", '??? note "More"\n    text\n'),
        ("::::info\nA\n:::note\nB\n:::\n::::", '!!! info "Info"\n    A\n\n    !!! note "Note"\n        B\n\n'),
        (":::foo\ntext\n:::", "\ntext\n"),
    ],
)  # fmt: skip
def test_callouts_and_directives(written: str, expected: str) -> None:
    check(written, expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a %%b%% c", "a  c"),
        ("a\n\n%%\nb\n\nc\n%%\n\nd", "a\n\n\n\n\n\n\n\nd"),
        ("`%%a%%` 50%% and 60%%", "`%%a%%` 50%% and 60%%"),
        ("text ^abc123", "text "),
        ("2 ^10", "2 ^10"),
    ],
)
def test_comments_and_block_ids_vanish(written: str, expected: str) -> None:
    check(written, expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{{< figure src="https://a.example/a.png" caption="Cap" alt="Alt" >}}', "![Alt](https://a.example/a.png)<br>*Cap*"),
        ("{{< youtube abc >}}", "[Video](https://www.youtube.com/watch?v=abc)"),
        ('{{% notice tip "T" %}}\ntext\n{{% /notice %}}', '!!! tip "T"\n    text\n'),
        ('{{< alert color="warning" >}}text{{< /alert >}}', '!!! warning "Warning"\n    text\n'),
        ('{{< details "T" >}}\ntext\n{{< /details >}}', '??? note "T"\n    text\n'),
        ('{{< tabs >}}\n{{% tab "A" %}}\na\n{{% /tab %}}\n{{< /tabs >}}', '\n=== "A"\n    a\n\n'),
        ("{{< highlight go >}}\n[[a]]\n{{< /highlight >}}", "```go\n[[a]]\n```"),
        ("{{< foo >}}in{{< /foo >}}{{< bar >}}", "in"),
        ("{{</* figure */>}}", "`{{< figure >}}`"),
        ("a{{/* b */}}c", "ac"),
        ("`{{< foo >}}`", "`{{< foo >}}`"),
        ('- a\n\n  {{< note >}}\n  b\n  {{< /note >}}\n- c', '- a\n\n    !!! note "Note"\n        b\n\n- c'),
    ],
)  # fmt: skip
def test_shortcodes(written: str, expected: str) -> None:
    check(written, expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{% highlight ruby %}\n{{ x }}\n{% endhighlight %}", "```ruby\n{{ x }}\n```"),
        ("{% raw %}{{ page.x }}{% endraw %}", "&#123;{ page.x }}"),
        ("a{% comment %}b{% endcomment %}c", "ac"),
        ("{% if x %}a{% else %}b{% endif %}", "ab"),
        ('<img src="{{ site.baseurl }}/a.png">', '<img src="/a.png">'),
        ("{{ page.title }}", ""),
        ("{{ 7*7 }} and {{ a }}", "{{ 7*7 }} and {{ a }}"),
    ],
)
def test_templates(written: str, expected: str) -> None:
    check(written, expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('import A from "@theme/A";\nimport {\n  B,\n} from "b";\n\ntext', "\n\n\n\n\ntext"),
        ("export const a = {\n  b: 1,\n};\n\ntext", "\n\n\n\ntext"),
        ("import taxes are due\n\nexport default settings", "import taxes are due\n\nexport default settings"),
        ('<Tabs>\n<TabItem value="a" label="A">\n\na\n\n</TabItem>\n</Tabs>', '\n=== "A"\n\n    a\n\n\n'),
        ('<Admonition type="tip" title="T">\n  text\n</Admonition>', '!!! tip "T"\n    text\n'),
        ("<Foo a={1} /><Bar>in</Bar>", "in"),
        ("List<Message> and <Shift>", "List&lt;Message> and &lt;Shift>"),
        ('x <span className="a" style={{b: 1}}>y</span>', 'x <span class="a">y</span>'),
        ("a{/* b */}c", "ac"),
        ("<details>\n<summary>T</summary>\n\n**a**\n\n</details>", '<details markdown="1">\n<summary>T</summary>\n\n**a**\n\n</details>'),
    ],
)
def test_components(written: str, expected: str) -> None:
    check(written, expected)


@pytest.mark.parametrize(
    ("written", "message", "mend"),
    [
        ("a\n{{< foo >}}", "the shortcode 'foo' is not known here; nothing is shown in its place", "write what it stood for"),
        ("a\n{{< foo >}}b{{< /foo >}}", "the shortcode 'foo' is not known here; its inner text is shown", "write what it stood for"),
        ("a\n{% foo %}", "the template tag 'foo' is not known here; the text around it is shown", "write what it stood for"),
        ("a\n{{ page.x }}", "'{{ page.x }}' stands for something this site does not have; nothing is shown", "write what it stood for"),
        ("a\n<Foo/>", "the component <Foo> is not known here; nothing is shown in its place", "write what it stood for"),
        ("a\n:::foo\n:::", "the directive ':::foo' is not known here; its inner text is shown", "write `:::note` or what it stood for"),
    ],
)
def test_what_is_not_known_is_told_with_its_line(written: str, message: str, hint: str) -> None:
    assert [(note.position.line, note.message, note.hint) for note in done(written).diagnostics] == [(2, message, hint)]


def test_every_kind_counted_is_a_row_of_the_table() -> None:
    written = "a\n- b\n  - c\n\n> [!note]\n> %%x%% [[a]] ![[b]] {{< c >}} {% d %} {{ page.e }} <F/> \\<\\\n"
    written += "g ^abc\n\n:::h\n:::\n[i](j)\n```js{1}\nk"
    counts = done(written).counts
    assert len(counts) > 12
    assert set(counts) <= set(BY_NAME)
    assert len(BY_NAME) == len(KINDS)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A task^[with a [link](https://a.example) in it], and^[one more]", None),
        ("A^[see [[#b]], `c`]", "A[^inline-1]\n\n[^inline-1]: see [b](#b), `c`"),
        ("`a^[code here]` and 2^[x] and \\^[text]", "`a^[code here]` and 2^[x] and \\^[text]"),
    ],
)
def test_notes_in_the_text_become_footnotes(written: str, expected: str | None) -> None:
    diagnostics = "\n\n[^inline-1]: with a [link](https://a.example) in it\n[^inline-2]: one more"
    check(written, expected or f"A task[^inline-1], and[^inline-2]{diagnostics}")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (r"$a_1 \, b$, \(x\_y\) and $[[1,2]]$ %%x%%", r"$a_1 \, b$, \(x\_y\) and $[[1,2]]$ "),
        (r"so $$\frac{a}{b}$$ here", r"so \(\displaystyle \frac{a}{b}\) here"),
        ("$$\na\n- b \\\\\n$$", "$$\na\n- b \\\\\n$$"),
        ("text\n\n\\[\na\n= b\n- c\n\\]", "text\n\n\\[\na\n= b\n- c\n\\]"),
        ("\\begin{align}\na &= b\n- c\n\\end{align}", "\\begin{align}\na &= b\n- c\n\\end{align}"),
        ("$5 and $10", "&#36;5 and &#36;10"),
        ("US$3-$4, $5 (about 5$)", "US&#36;3-&#36;4, &#36;5 (about 5&#36;)"),
        ("[a $1, $2](https://a.example/?$x=$y)", "[a &#36;1, &#36;2](https://a.example/?&#36;x=&#36;y)"),
        ("https://a.example/?$x $y", '<a href="https://a.example/?&#36;x">https://a.example/?&#36;x</a> &#36;y'),
        ("[1]: https://a.example/?$x&$y", "[1]: https://a.example/?$x&$y"),
        ("$5", "$5"),
        ("`$a` and `$b`", "`$a` and `$b`"),
    ],
)
def test_formulas_stay_and_money_is_text(written: str, expected: str) -> None:
    check(written, expected)


def test_a_diagram_is_a_diagram() -> None:
    check("{{< mermaid >}}\ngraph TD\n  a-->b\n{{< /mermaid >}}", "```mermaid\ngraph TD\n  a-->b\n```")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('<DIV CLASS="x">\n\n*a*<BR>b\n\n</DIV>', '<DIV markdown="1" CLASS="x">\n\n*a*<BR>b\n\n</DIV>'),
        ("if i<n; see <your.name>, <a@b.example>", "if i&lt;n; see &lt;your.name>, <a@b.example>"),
        ("<irc://a/x_y>", '<a href="irc://a/x&#95;y">irc://a/x&#95;y</a>'),
        (r"[a](https://a.example/b_\(c\)), ![*a* b](c.png)", "[a](https://a.example/b_%28c%29), ![a b](c.png)"),
    ],
)
def test_angle_brackets_and_addresses(written: str, expected: str) -> None:
    check(written, expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("## What is C#", "## What is C\\#"),
        ("## a ##  ", "## a"),
        ("### ###\n\n#", "\n\n"),
        ("A\nB\n---", "## A B"),
        ("- A\n  ===\n  text", "- # A\n    text"),
        ("A\n---", "A\n---"),
        ("a\n\n-    -    -", "a\n\n***"),
        ("> a\n\n> b", "> a\n\n<!-- -->\n\n> b"),
        ("- a\n+ b", "- a\n\n<!-- -->\n\n+ b"),
    ],
)
def test_headings_rules_and_neighbours(written: str, expected: str) -> None:
    check(written, expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (":rocket: and :thumbsup:, `:rocket:`", "🚀 and 👍, `:rocket:`"),
        (":material-tag:{ .lg .middle } __Tags__", "__Tags__"),
        ("at 10:50:20, a:rocket:b, :nothing:, ::note::", "at 10:50:20, a:rocket:b, :nothing:, ::note::"),
    ],
)
def test_emoji_by_name(written: str, expected: str) -> None:
    check(written, expected)
